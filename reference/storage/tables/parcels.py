"""Orders, and all that becomes of them at a carrier: offers, bookings, papers, couriers, events, returns, stock."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ..columns import Key, Moment, Short
from .keys import metadata, of_company, own_id, to

orders = Table(
    "orders",
    metadata,
    own_id(),
    of_company(index=False),
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
    own_id(),
    of_company(),
    to("orders"),
    Column("quote", JSON, nullable=False),
    Column("asked_at", Moment, nullable=False),
)

addresses = Table(  # as the carrier of a parcel reads them before it is booked
    "addresses",
    metadata,
    own_id(),
    of_company(),
    to("orders", index=False),
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

shipments = Table(
    "shipments",
    metadata,
    own_id(),
    of_company(index=False),
    to("orders"),
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
    own_id(),
    of_company(),
    to("shipments"),
    Column("format", String(10), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("printed_at", Moment),
    UniqueConstraint("shipment_id"),
)

papers = Table(  # waybills and hand-over lists
    "papers",
    metadata,
    own_id(),
    of_company(),
    to("shipments", nullable=True),  # of a waybill
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
    own_id(),
    of_company(),
    to("papers"),
    to("shipments", index=False),
    UniqueConstraint("shipment_id"),
)

pickups = Table(
    "pickups",
    metadata,
    own_id(),
    of_company(),
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

events = Table(
    "events",
    metadata,
    own_id(),
    of_company(index=False),
    to("shipments", nullable=True),  # none yet for an event that came before its booking was known
    to("orders", nullable=True),
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
    own_id(),
    of_company(),
    to("orders"),
    to("shipments"),
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
    own_id(),
    of_company(),
    Column("sku", String(40), nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("cause", Short(120), nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("company_id", "cause", "sku"),
)
