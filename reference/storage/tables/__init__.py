"""The tables. Every table but `companies` and `engine_state` belongs to a company; its rows are read through `Session`.

Uniqueness makes doubles impossible, whatever runs at once: one order per number, one event per identity, one notice per
subscription and novelty, one document per report line and kind, one stock move per cause.
"""

from .duties import cursors, hooks, outbox
from .keys import metadata
from .mails import alert_runs, follow_requests, letters, notices, pickup_requests, subscriptions
from .money import documents, report_lines, reports
from .parcels import addresses, events, handed, labels, orders, papers, pickups, quotes, returns, shipments, stock_moves
from .people import companies, contacts, customers, engine_state, users

OF_A_COMPANY = frozenset(table for table in metadata.tables.values() if "company_id" in table.c)

__all__ = [
    "OF_A_COMPANY",
    "addresses",
    "alert_runs",
    "companies",
    "contacts",
    "cursors",
    "customers",
    "documents",
    "engine_state",
    "events",
    "follow_requests",
    "handed",
    "hooks",
    "labels",
    "letters",
    "metadata",
    "notices",
    "orders",
    "outbox",
    "papers",
    "pickup_requests",
    "pickups",
    "quotes",
    "report_lines",
    "reports",
    "returns",
    "shipments",
    "stock_moves",
    "subscriptions",
    "users",
]
