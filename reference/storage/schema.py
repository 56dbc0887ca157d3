"""The schema of a database: made whole where there is nothing yet, else brought up to date."""

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, select, text

from .migrations import FOLDER
from .tables import metadata

LOCK = 0x70617263  # any number of our own: engines that start together do this one after another
HEAD = max(path.name for path in (FOLDER / "versions").glob("v[0-9]*_*.py"))[1:5]
MARK = Table(  # as Alembic has it
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


class WrongSchema(Exception):
    """The database cannot be brought up to date: mostly a later release made it."""


def migrate(connection: Connection) -> None:
    """Give a database the schema of this release. Costs a query where it has it already.

    Raises:
        WrongSchema: it is not known what the database holds.
    """
    if _version(connection) == HEAD:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    if _version(connection) is None and not inspect(connection).has_table("companies"):
        create(connection)
    else:
        upgrade(connection)


def create(connection: Connection) -> None:
    """Make every table, and mark the database as of this release; quicker than all migrations one after another."""
    metadata.create_all(connection, checkfirst=False)
    MARK.create(connection, checkfirst=False)
    connection.execute(insert(MARK).values(version_num=HEAD))


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations that are missing.

    Raises:
        WrongSchema: the database is of a release that has other ones.
    """
    from alembic import command  # takes a tenth of a second, and only the database of an earlier release needs it
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise WrongSchema(str(error)) from error


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(MARK.name):
        return None
    return connection.execute(select(MARK.c.version_num)).scalar()
