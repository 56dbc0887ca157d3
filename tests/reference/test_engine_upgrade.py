"""Schemas: a new database is made as the migrations make it; one of an earlier release is brought up to date."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Connection, Engine, Integer, create_engine, inspect, text

from parcelproof.reference.clock import SystemClock
from parcelproof.reference.storage import schema
from parcelproof.reference.storage.inline import sqlite_engine
from parcelproof.reference.storage.migrations import FOLDER
from parcelproof.reference.storage.store import Store, database_url
from parcelproof.reference.storage.tables import metadata

ROWS = (
    "insert into companies (id, name, config, version) values (1, 'shop', '{}', 1)",
    "insert into users (id, company_id, name, role, token_digest) values (1, 1, 'boss', 'admin', 'd')",
    "insert into orders (id, company_id, number, acting_user_id, content, digest, state, cancelling, problems,"
    " placed_at) values (1, 1, 'P-1', 1, '"
    '{"recipient": {"name": "Jörg MÜLLER", "company": "Laden"}, "customer": "laden"}'
    "', 'd', 'booked', 0, '[]', 0)",
    "insert into shipments (id, company_id, order_id, key, carrier, carrier_id, contract, number, status, partial,"
    " delivered, booked_at) values (1, 1, 1, 'P-1', 'cdek', 'u', '', '11', 'announced', 0, '{}', 0)",
    "insert into labels (id, company_id, shipment_id, format, content, sha256) values (1, 1, 1, 'PDF', 'x', 's')",
)


@contextmanager
def database_of(engine: Engine) -> Iterator[Connection]:
    """Give an empty database, or on PostgreSQL what comes to the same, and take all away that was made in it."""
    with engine.connect() as connection:
        begun = connection.begin()
        if connection.dialect.name == "postgresql":
            connection.execute(text("CREATE SCHEMA empty"))
            connection.execute(text("SET search_path TO empty"))
        yield connection
        begun.rollback()
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.ci)])
def engines(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Engine]:
    """Makes engines, each for an empty database."""
    if request.param == "sqlite":
        files = iter(range(9))
        return lambda: sqlite_engine(database_url(f"sqlite:///{tmp_path / str(next(files))}.db"))
    url = database_url(str(request.getfixturevalue("postgres_url"))).set(drivername="postgresql+psycopg")
    return lambda: create_engine(url)


def whole(connection: Connection) -> dict[str, Any]:
    """Return all that the database itself says of its tables, but for what stands in for a value that is not given."""
    looked = inspect(connection)
    found: dict[str, Any] = {}
    for table in looked.get_table_names():
        columns = {row["name"]: (str(row["type"]), row["nullable"]) for row in looked.get_columns(table)}
        uniques = {row["name"]: row["column_names"] for row in looked.get_unique_constraints(table)}
        indexes = {row["name"]: (row["column_names"], row["unique"]) for row in looked.get_indexes(table)}
        keys = looked.get_pk_constraint(table)
        links = {
            row["name"]: (row["constrained_columns"], row["referred_table"], row["referred_columns"])
            for row in looked.get_foreign_keys(table)
        }
        found[table] = columns, uniques, indexes, (keys["name"], keys["constrained_columns"]), links
    return found


def differences(connection: Connection) -> list[Any]:
    def same_type(_context: Any, _column: Any, _stored: Any, found: Any, wanted: Any) -> bool | None:
        whole = (BigInteger, Integer)
        return False if isinstance(found, whole) and "INT" in str(wanted.compile(connection.dialect)).upper() else None

    context = MigrationContext.configure(connection, opts={"compare_type": same_type})
    return [row for row in compare_metadata(context, metadata) if row[1].name != schema.MARK.name]


def test_a_new_database_is_as_all_migrations_make_it_to_the_names(engines: Callable[[], Engine]) -> None:
    with database_of(engines()) as connection:
        schema.migrate(connection)
        made = whole(connection)
        schema.upgrade(connection)
        assert whole(connection) == made, "it counts as of this release"
    with database_of(engines()) as connection:
        schema.upgrade(connection)
        assert whole(connection) == made
        assert differences(connection) == []
        schema.migrate(connection)  # a second start changes nothing
        assert whole(connection) == made


@pytest.mark.ci
async def test_engines_that_start_together_make_one_schema(postgres_url: str) -> None:
    url = database_url(postgres_url).set(drivername="postgresql+psycopg")
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE started_together"))
        fresh = url.set(drivername="postgresql", database="started_together").render_as_string(hide_password=False)
        stores = [Store(fresh, SystemClock()) for _ in range(4)]
        assert await asyncio.gather(*(store.start() for store in stores)) == [None] * 4
        for store in stores:
            await store.close()
        connection.execute(text("DROP DATABASE started_together"))
    server.dispose()


def test_the_last_migration_is_the_one_that_a_new_database_is_marked_with() -> None:
    scripts = ScriptDirectory(str(FOLDER))
    assert scripts.get_heads() == [schema.HEAD]
    assert sorted(f"v{script.revision}" for script in scripts.walk_revisions()) == sorted(
        path.name[:5] for path in (FOLDER / "versions").glob("v*.py")
    )


def test_a_database_of_a_later_release_is_left_alone(tmp_path: Path) -> None:
    with database_of(sqlite_engine(database_url(f"sqlite:///{tmp_path / 'a.db'}"))) as connection:
        schema.migrate(connection)
        connection.execute(schema.MARK.update().values(version_num="9999"))
        before = whole(connection)
        with pytest.raises(schema.WrongSchema, match="9999"):
            schema.migrate(connection)
        assert whole(connection) == before


def test_orders_and_labels_of_the_first_schema_are_kept_and_not_yet_printed(tmp_path: Path) -> None:
    engine = sqlite_engine(database_url(f"sqlite:///{tmp_path / 'a.db'}"))
    with engine.begin() as connection:
        schema.upgrade(connection, "0001")
        for row in ROWS:
            connection.execute(text(row))
    with engine.begin() as connection:
        schema.migrate(connection)
        (label,) = connection.execute(text("select content, printed_at from labels")).all()
        (parcel,) = connection.execute(text("select number, refusal, read_at, warnings from shipments")).all()
        (order,) = connection.execute(text("select number, shop_status, parties from orders")).all()
    engine.dispose()
    assert (label, parcel) == (("x", None), ("11", None, None, "[]"))
    assert order == ("P-1", None, "jörg müller\nladen")
