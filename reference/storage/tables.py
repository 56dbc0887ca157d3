"""The tables. Every table but `companies` and `engine_state` belongs to a company; its rows are read through `Session`.

Uniqueness makes doubles impossible, whatever runs at once: one order per number, one event per identity, one notice per
subscription and novelty, one document per report line and kind, one stock move per cause.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from .columns import Key, Moment, Short

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Key, primary_key=True, autoincrement=True)


def _company(*, index: bool = True) -> Column[int]:
    """Without an index of its own where another begins with it: SQLite would take it, and read all of a company."""
    return Column("company_id", Key, ForeignKey("companies.id"), nullable=False, index=index)


def _to(table: str, *, nullable: bool = False, index: bool = True) -> Column[int]:
    name = {"orders": "order_id", "shipments": "shipment_id"}.get(table, f"{table.rstrip('s')}_id")
    return Column(name, Key, ForeignKey(f"{table}.id"), nullable=nullable, index=index)


engine_state = Table("engine_state", metadata, Column("key", String(40), primary_key=True), Column("value", JSON))

companies = Table(
    "companies",
    metadata,
    _id(),
    Column("name", String(100), nullable=False, unique=True),
    Column("config", JSON, nullable=False),
    Column("version", Integer, nullable=False),  # of the configuration
    Column("alerts_ran_at", Moment),  # also the row that overlapping alert runs lock
)

users = Table(
    "users",
    metadata,
    _id(),
    _company(),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("branch", String(100)),
    Column("customer", String(254)),
    Column("token_digest", String(64), nullable=False, unique=True),
    UniqueConstraint("company_id", "name"),
)

orders = Table(
    "orders",
    metadata,
    _id(),
    _company(index=False),
    Column("number", String(40), nullable=False),
    Column("acting_user_id", Key, ForeignKey("users.id"), nullable=False),
    Column("branch", String(100)),
    Column("customer", String(254)),
    Column("content", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("quote", JSON),
    Column("cancelling", Boolean, nullable=False, default=False),
    Column("problems", JSON, nullable=False),
    Column("final_state", String(20)),
    Column("shop_status", String(100)),  # the company's own word for where the order stands
    Column("placed_at", Moment, nullable=False),
    Column("recipient_customer", String(100)),  # the registered party it goes to
    Column("issued_at", Moment),  # when a carrier had numbered it
    Column("prompt", String(20)),  # the screen that asks for followers: open, answered, skipped
    Column("notices", JSON),  # what the carrier is to tell, in place of the account's choices
    Column("parties", Text, nullable=False, default=""),  # who sends it and who gets it, folded, as it is looked for
    UniqueConstraint("company_id", "number"),
)

quotes = Table(
    "quotes",
    metadata,
    _id(),
    _company(),
    _to("orders"),
    Column("quote", JSON, nullable=False),
    Column("asked_at", Moment, nullable=False),
)

shipments = Table(
    "shipments",
    metadata,
    _id(),
    _company(index=False),
    _to("orders"),
    Column("key", String(50), nullable=False),  # our key towards the carrier
    Column("carrier", String(40), nullable=False),
    Column("carrier_id", String(100), nullable=False),
    Column("contract", String(100), nullable=False, default=""),
    Column("number", String(100)),
    Column("price_minor", BigInteger),
    Column("price_currency", String(3)),
    Column("status", String(30), nullable=False),
    Column("since", Moment),
    Column("partial", Boolean, nullable=False, default=False),
    Column("seen", String(64)),  # digest of what the carrier told at the last reading
    Column("delivered", JSON, nullable=False),  # pieces handed over by article, where the carrier tells
    Column("booked_at", Moment, nullable=False),
    Column("read_at", Moment),  # by a poll that had to leave others for later
    Column("refusal", String(20)),  # asked, taken
    Column("warnings", JSON, nullable=False, default=[]),  # sentences of the carrier when it booked
    UniqueConstraint("company_id", "key"),
    UniqueConstraint("company_id", "carrier", "carrier_id"),
    Index("ix_shipments_number", "company_id", "carrier", "number"),
)

labels = Table(
    "labels",
    metadata,
    _id(),
    _company(),
    _to("shipments"),
    Column("format", String(10), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("printed_at", Moment),
    UniqueConstraint("shipment_id"),
)

papers = Table(  # waybills and hand-over lists
    "papers",
    metadata,
    _id(),
    _company(),
    _to("shipments", nullable=True),  # of a waybill
    Column("carrier", String(40), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("key", Short(100), nullable=False),
    Column("number", Short(100), nullable=False, default=""),
    Column("content", LargeBinary),
    Column("problem", String(500)),
    Column("asked_at", Moment, nullable=False),
    Column("printed_at", Moment),
    UniqueConstraint("company_id", "key"),
)

handed = Table(  # which parcels a hand-over list names: each stands on one at most
    "handed",
    metadata,
    _id(),
    _company(),
    _to("papers"),
    _to("shipments", index=False),
    UniqueConstraint("shipment_id"),
)

pickups = Table(
    "pickups",
    metadata,
    _id(),
    _company(),
    Column("carrier", String(40), nullable=False),
    Column("key", String(60), nullable=False),
    Column("day", String(10), nullable=False),
    Column("time_from", String(5), nullable=False),
    Column("time_to", String(5), nullable=False),
    Column("comment", String(255), nullable=False),
    Column("parcels", JSON, nullable=False),  # order numbers
    Column("carrier_id", Short(100)),
    Column("number", Short(100)),
    Column("state", String(20), nullable=False),
    Column("problem", String(500)),
    Column("asked_at", Moment, nullable=False),
    UniqueConstraint("company_id", "key"),
)

addresses = Table(  # as the carrier of a parcel reads them before it is booked
    "addresses",
    metadata,
    _id(),
    _company(),
    _to("orders", index=False),
    Column("carrier", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("address", JSON, nullable=False),  # what the carrier is asked to read: the buyer's, or a person's correction
    Column("quality", Short(80), nullable=False, default=""),
    Column("sentence", Short(300), nullable=False, default=""),
    Column("line", Short(500), nullable=False, default=""),
    Column("parts", JSON, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("decided_by", Key, ForeignKey("users.id")),
    UniqueConstraint("order_id"),
    Index("ix_addresses_state", "company_id", "carrier", "state"),
)

events = Table(
    "events",
    metadata,
    _id(),
    _company(index=False),
    _to("shipments", nullable=True),  # none yet for an event that came before its booking was known
    _to("orders", nullable=True),
    Column("carrier", String(40), nullable=False),
    Column("number", Short(100), nullable=False),
    Column("event_id", Short(200), nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("source", String(20), nullable=False),
    Column("event", JSON, nullable=False),
    UniqueConstraint("company_id", "carrier", "event_id", "revoked"),
    Index("ix_events_number", "company_id", "carrier", "number"),
)

returns = Table(
    "returns",
    metadata,
    _id(),
    _company(),
    _to("orders"),
    _to("shipments"),
    Column("carrier", String(40), nullable=False),
    Column("number", Short(100)),
    Column("key", Short(60), nullable=False),
    Column("origin", String(20), nullable=False),
    Column("reason", Short(200), nullable=False),
    Column("items", JSON, nullable=False),
    Column("moving", Boolean, nullable=False, default=False),
    Column("received_at", Moment),
    Column("stock_restored", Boolean, nullable=False, default=False),
    Column("restored", JSON, nullable=False),
    UniqueConstraint("company_id", "carrier", "number"),
    UniqueConstraint("company_id", "key"),
)

stock_moves = Table(
    "stock_moves",
    metadata,
    _id(),
    _company(),
    Column("sku", String(40), nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("cause", Short(120), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("company_id", "cause", "sku"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    _id(),
    _company(index=False),
    _to("orders"),
    Column("uid", String(40), nullable=False),
    Column("token", String(80), nullable=False, unique=True),  # stands in the link that ends it
    Column("email", String(254), nullable=False),
    Column("email_key", String(254), nullable=False),
    Column("first_name", String(100), nullable=False),
    Column("last_name", String(100), nullable=False),
    Column("origin", String(20), nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("ended", Boolean, nullable=False, default=False),
    Column("stopped", String(500)),  # why SMTP will never take this address
    Column("told_at", Moment),
    Column("told_rank", Integer),
    Column("told_state", String(30)),
    Column("confirmed", Boolean, nullable=False, default=True),  # False: waits for the link in its mail to be used
    Column("language", String(2), nullable=False, default="en"),
    UniqueConstraint("order_id", "email_key"),
    Index("ix_subscriptions_ends_at", "company_id", "ends_at"),
)

customers = Table(  # parties that are registered
    "customers",
    metadata,
    _id(),
    _company(),
    Column("name", String(100), nullable=False),
    Column("email", String(254), nullable=False, default=""),
    UniqueConstraint("company_id", "name"),
)

contacts = Table(
    "contacts",
    metadata,
    _id(),
    _company(),
    _to("customers"),
    Column("first_name", String(100), nullable=False),
    Column("last_name", String(100), nullable=False),
    Column("email", String(254), nullable=False),  # as it was typed: it may be no address at all
    Column("wants_information", Boolean, nullable=False, default=False),
)

follow_requests = Table(  # from the public page, wrong tracking numbers too: what its limits count
    "follow_requests",
    metadata,
    _id(),
    _company(),
    Column("subject", String(80), nullable=False),  # digest of an address, a shipment or a network
    Column("at", Moment, nullable=False),
    Index("ix_follow_requests_subject", "company_id", "subject", "at"),
)

alert_runs = Table(
    "alert_runs",
    metadata,
    _id(),
    _company(),
    Column("at", Moment, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("counts", JSON, nullable=False),
)

letters = Table(  # mails but those of novelties: each once for its act
    "letters",
    metadata,
    _id(),
    _company(),
    Column("kind", String(30), nullable=False),
    Column("key", Short(120), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("language", String(2), nullable=False),
    Column("content", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("result", String(500)),
    UniqueConstraint("company_id", "kind", "key"),
)

pickup_requests = Table(  # of parcels that customers want fetched: a branch approves, then confirms
    "pickup_requests",
    metadata,
    _id(),
    _company(),
    _to("orders", index=False),
    Column("asked_by", Key, ForeignKey("users.id"), nullable=False),
    Column("email", String(254), nullable=False),
    Column("state", String(20), nullable=False),
    Column("branch", String(100)),  # that approved it
    Column("token", String(80), nullable=False, unique=True),  # stands in the link to the label
    Column("asked_at", Moment, nullable=False),
    Column("approved_at", Moment),
    Column("confirmed_at", Moment),
    UniqueConstraint("order_id"),
    Index("ix_pickup_requests_state", "company_id", "state"),
)

notices = Table(
    "notices",
    metadata,
    _id(),
    _company(index=False),
    _to("subscriptions"),
    _to("events", index=False),
    Column("fate", String(20), nullable=False),
    Column("message_id", String(200)),
    Column("told", JSON),
    Column("queued_at", Moment),
    Column("sent_at", Moment),
    Column("result", String(500)),
    UniqueConstraint("subscription_id", "event_id"),
    Index("ix_notices_fate", "company_id", "fate"),
    Index("ix_notices_message_id", "company_id", "message_id"),
)

reports = Table(
    "reports",
    metadata,
    _id(),
    _company(),
    Column("identity", String(300), nullable=False),
    Column("carrier", String(40), nullable=False),
    Column("number", String(100), nullable=False),
    Column("normal", JSON, nullable=False),
    Column("payout_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("state", String(20), nullable=False),
    Column("received_at", Moment, nullable=False),
    UniqueConstraint("company_id", "identity"),
)

report_lines = Table(
    "report_lines",
    metadata,
    _id(),
    _company(),
    _to("reports"),
    Column("n", Integer, nullable=False),
    Column("key", String(200), nullable=False),
    Column("order_id", Key, ForeignKey("orders.id"), index=True),
    Column("result", String(20), nullable=False),
    Column("code", String(40)),
    Column("sentence", String(500)),
    UniqueConstraint("report_id", "key"),
)

documents = Table(
    "documents",
    metadata,
    _id(),
    _company(),
    _to("reports"),
    Column("n", Integer, nullable=False),
    Column("kind", String(2), nullable=False),
    Column("sync_id", String(36), nullable=False),
    Column("order_id", Key, ForeignKey("orders.id"), index=True),
    Column("tracking", String(100)),
    Column("carrier", String(40), nullable=False),
    Column("counterparty", String(20), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("sum_minor", BigInteger, nullable=False),
    Column("vat_minor", BigInteger, nullable=False),
    Column("linked", JSON),
    Column("positions", JSON, nullable=False),
    Column("purpose", String(300), nullable=False),
    Column("moment", String(10), nullable=False),
    UniqueConstraint("company_id", "sync_id"),
    UniqueConstraint("report_id", "n", "kind"),
)

hooks = Table(
    "hooks",
    metadata,
    _id(),
    _company(),
    Column("carrier", String(40), nullable=False),
    Column("token", String(80), nullable=False, unique=True),
    Column("keys", JSON, nullable=False),
    Column("base_url", String(500)),  # where the carrier was told to reach us
    UniqueConstraint("company_id", "carrier"),
)

cursors = Table(
    "cursors",
    metadata,
    _id(),
    _company(),
    Column("name", String(80), nullable=False),
    Column("value", String(500), nullable=False),
    UniqueConstraint("company_id", "name"),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _company(),
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

OF_A_COMPANY = frozenset(table for table in metadata.tables.values() if "company_id" in table.c)
