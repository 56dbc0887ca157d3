"""Run by Alembic with the connection that the store holds open."""

from alembic import context
from sqlalchemy import text

LOCK = 0x70617263  # any number of our own: engines that start together migrate one after another

connection = context.config.attributes["connection"]
if connection.dialect.name == "postgresql":
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
context.configure(connection=connection, target_metadata=None, render_as_batch=True)
context.run_migrations()
