"""Payout reports and what is booked from them."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from ..columns import Key, Moment
from .keys import metadata, of_company, own_id, to

reports = Table(
    "reports",
    metadata,
    own_id(),
    of_company(),
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
    own_id(),
    of_company(),
    to("reports"),
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
    own_id(),
    of_company(),
    to("reports"),
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
