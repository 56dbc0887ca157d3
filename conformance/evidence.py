"""Collect a history: from outside wherever possible, from the connector's driver where only it can know."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from parcelproof.control_client import ControlClient
from parcelproof.labelscan import NoReader, Unreadable, scan, sizes_mm

from .driver.http import Connector, Refused
from .driver.shapes import OrderView
from .history import Attempt, Exchange, Fed, History, Label, ReceivedMail, Truth
from .wires import OWNER


def collect(
    *,
    control: ControlClient,
    tenant: str,
    connector: Connector,
    mails: Sequence[ReceivedMail],
    started_at: datetime,
    ended_at: datetime,
    placed: Iterable[Mapping[str, Any]] = (),
    quotes: Mapping[str, tuple[Any, ...]] | None = None,
    fed: Sequence[Fed] = (),
    read_labels: bool = False,
    profiles: Iterable[str] = ("notifications", "settlement"),
    **settings: Any,
) -> History:
    """Return what one run left behind in a tenant and in the connector.

    `settings` are the members of `History` that say how the run was set up (`choice`, `rates`, `alert_minutes` …).
    """
    claimed = frozenset(profiles)
    orders = connector.orders()
    told = "notifications" in claimed
    settles = "settlement" in claimed
    return History(
        started_at=started_at,
        ended_at=ended_at,
        journal=journal_of(control, tenant),
        mails=tuple(mails),
        attempts=attempts_of(control, tenant),
        truth=truth_of(control, tenant),
        placed=tuple(placed),
        orders=orders,
        quotes=dict(quotes or {}),
        labels=tuple(read_label(connector, view) for view in orders if view.state == "booked") if read_labels else (),
        subscriptions=connector.subscriptions() if told else (),
        alerts=connector.alerts() if told else (),
        documents=connector.documents() if settles else (),
        balances=connector.balances() if settles else None,
        stock=connector.stock() if settles or "returns" in claimed else None,
        fed=tuple(fed),
        **settings,
    )


def truth_of(control: ControlClient, tenant: str) -> tuple[Truth, ...]:
    return msgspec.convert(_rows(control.parcels(tenant), "parcels"), tuple[Truth, ...])


def journal_of(control: ControlClient, tenant: str, after: int = 0) -> tuple[Exchange, ...]:
    """Return the tenant's exchanges. A carrier's further services count as the carrier; `service` keeps their name."""
    found = msgspec.convert(_rows(control.journal(tenant, after=after), "entries"), tuple[Exchange, ...])
    return tuple(
        msgspec.structs.replace(row, carrier=owner, service=row.carrier) if (owner := OWNER.get(row.carrier)) else row
        for row in found
    )


def attempts_of(control: ControlClient, tenant: str) -> tuple[Attempt, ...]:
    return msgspec.convert(_rows(control.attempts(tenant), "attempts"), tuple[Attempt, ...])


def _rows(answer: Any, name: str) -> Any:
    """Return the list in an answer of the control API, wrapped by its name or bare."""
    return answer[name] if isinstance(answer, dict) else list(answer)


def read_label(connector: Connector, view: OrderView) -> Label:
    """Read an order's label twice and scan it."""
    try:
        reads = (connector.label(view.number), connector.label(view.number))
    except Refused as refusal:
        return Label(order=view.number, reads=(), problem=str(refusal))
    try:
        sizes = tuple(sizes_mm(reads[0]))
        codes = tuple(code.text for code in scan(reads[0]))
    except NoReader:  # this machine cannot draw ZPL: not the label's fault
        return Label(order=view.number, reads=reads, sizes_mm=sizes)
    except Unreadable as problem:
        return Label(order=view.number, reads=reads, problem=str(problem))
    return Label(order=view.number, reads=reads, codes=codes, sizes_mm=sizes)
