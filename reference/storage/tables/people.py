"""The companies, their users, and the parties they have registered."""

from sqlalchemy import JSON, Boolean, Column, Integer, String, Table, UniqueConstraint

from ..columns import Moment
from .keys import metadata, of_company, own_id, to

engine_state = Table("engine_state", metadata, Column("key", String(40), primary_key=True), Column("value", JSON))

companies = Table(
    "companies",
    metadata,
    own_id(),
    Column("name", String(100), nullable=False, unique=True),
    Column("config", JSON, nullable=False),
    Column("version", Integer, nullable=False),  # of the configuration
    Column("alerts_ran_at", Moment),  # also the row that overlapping alert runs lock
)

users = Table(
    "users",
    metadata,
    own_id(),
    of_company(),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("branch", String(100)),
    Column("customer", String(254)),
    Column("token_digest", String(64), nullable=False, unique=True),
    UniqueConstraint("company_id", "name"),
)

customers = Table(  # parties that are registered
    "customers",
    metadata,
    own_id(),
    of_company(),
    Column("name", String(100), nullable=False),
    Column("email", String(254), nullable=False, default=""),
    UniqueConstraint("company_id", "name"),
)

contacts = Table(
    "contacts",
    metadata,
    own_id(),
    of_company(),
    to("customers"),
    Column("first_name", String(100), nullable=False),
    Column("last_name", String(100), nullable=False),
    Column("email", String(254), nullable=False),  # as it was typed: it may be no address at all
    Column("wants_information", Boolean, nullable=False, default=False),
)
