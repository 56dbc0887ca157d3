"""Who follows what, what each was told, and the mails of other acts."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from ..columns import Key, Moment, Short
from .keys import metadata, of_company, own_id, to

subscriptions = Table(
    "subscriptions",
    metadata,
    own_id(),
    of_company(index=False),
    to("orders"),
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

notices = Table(
    "notices",
    metadata,
    own_id(),
    of_company(index=False),
    to("subscriptions"),
    to("events", index=False),
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

follow_requests = Table(  # from the public page, wrong tracking numbers too: what its limits count
    "follow_requests",
    metadata,
    own_id(),
    of_company(),
    Column("subject", String(80), nullable=False),  # digest of an address, a shipment or a network
    Column("at", Moment, nullable=False),
    Index("ix_follow_requests_subject", "company_id", "subject", "at"),
)

alert_runs = Table(
    "alert_runs",
    metadata,
    own_id(),
    of_company(),
    Column("at", Moment, nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("counts", JSON, nullable=False),
)

letters = Table(  # mails but those of novelties: each once for its act
    "letters",
    metadata,
    own_id(),
    of_company(),
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
    own_id(),
    of_company(),
    to("orders", index=False),
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
