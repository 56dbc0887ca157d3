"""What is to be done, and where carriers are to be read on."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table, UniqueConstraint

from ..columns import Moment, Short
from .keys import metadata, of_company, own_id

hooks = Table(
    "hooks",
    metadata,
    own_id(),
    of_company(),
    Column("carrier", String(40), nullable=False),
    Column("token", String(80), nullable=False, unique=True),
    Column("keys", JSON, nullable=False),
    Column("base_url", String(500)),  # where the carrier was told to reach us
    UniqueConstraint("company_id", "carrier"),
)

cursors = Table(
    "cursors",
    metadata,
    own_id(),
    of_company(),
    Column("name", String(80), nullable=False),
    Column("value", String(500), nullable=False),
    UniqueConstraint("company_id", "name"),
)

outbox = Table(
    "outbox",
    metadata,
    own_id(),
    of_company(),
    Column("kind", String(30), nullable=False),
    Column("key", Short(120), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("asked", Integer, nullable=False, default=1),  # how often it was asked for; once more while it was done
    Column("claimed_by", String(40)),  # SQLite only; PostgreSQL holds the row's lock instead
    Column("error", String(500)),
    UniqueConstraint("company_id", "kind", "key"),
    Index("ix_outbox_due", "due_at", "id"),
)
