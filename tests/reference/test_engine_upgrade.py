"""A database of an earlier release is brought up to date with what lies in it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from parcelproof.reference.storage.inline import sqlite_engine
from parcelproof.reference.storage.migrations import FOLDER
from parcelproof.reference.storage.store import database_url, migrate

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


def test_orders_and_labels_of_the_first_schema_are_kept_and_not_yet_printed(tmp_path: Path) -> None:
    engine = sqlite_engine(database_url(f"sqlite:///{tmp_path / 'a.db'}"))
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for row in ROWS:
            connection.execute(text(row))
    with engine.begin() as connection:
        migrate(connection)
        (label,) = connection.execute(text("select content, printed_at from labels")).all()
        (parcel,) = connection.execute(text("select number, refusal, read_at, warnings from shipments")).all()
        (order,) = connection.execute(text("select number, shop_status, parties from orders")).all()
    engine.dispose()
    assert (label, parcel) == (("x", None), ("11", None, None, "[]"))
    assert order == ("P-1", None, "jörg müller\nladen")
