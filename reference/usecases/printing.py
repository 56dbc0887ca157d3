"""The labels window: what is to be printed, of all carriers, in the order in which it is packed.

Carrier by carrier, parcel by parcel in the order of booking, a label before its waybill; a carrier's hand-over lists
come after its parcels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from ..domain.orders import State
from ..domain.statuses import Status
from ..errors import invalid
from ..ports import LabelFormat
from ..shop import Actor, Role, Shop
from ..storage.session import Session
from ..storage.tables import labels, orders, papers, shipments
from .ordering import seen_by

MOST_PIECES = 200  # in one answer
MOST_BYTES = 48 * 1024 * 1024

Where = ColumnElement[bool]


class Printed(StrEnum):
    NO = "no"
    YES = "yes"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What of it is asked for. `day`: of booking, in UTC; a hand-over list's is the day it was asked for."""

    format: LabelFormat = LabelFormat.PDF
    carrier: str | None = None
    day: date | None = None
    printed: Printed = Printed.NO
    most: int = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """One document. `ref` names it when it is marked as printed; `name` is what people know it by."""

    ref: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Stack:
    """What fits into one answer, in order, and how many pieces are left for the next."""

    pieces: tuple[Piece, ...]
    left: int


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where a piece lies in the stack: the fields compare in this order."""

    carrier: str
    is_list: bool
    at: datetime
    parcel: int
    kind: str
    id: int
    name: str


async def stack(shop: Shop, actor: Actor, window: Window) -> Stack:
    """Return the documents of a window, at most `most` and not too many bytes at once, the first ones first.

    Of what is not printed yet only parcels that no carrier has scanned are shown: the others went out with a label.

    Raises:
        EngineError: no such carrier is set up.
    """
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    async with shop.store.read(actor.company_id) as session:
        config = (await shop.ports(session)).config
        if window.carrier is not None and window.carrier not in config.carriers:
            allowed = ", ".join(sorted(config.carriers)) or "none is set up"
            raise invalid("INVALID_WINDOW", f"carrier: found {window.carrier[:80]!r}, allowed is one of {allowed}.")
        places = sorted(await _places(session, actor, window))
        pieces: list[Piece] = []
        size = 0
        most = 1 if window.format is LabelFormat.PNG else window.most  # a picture holds one label
        for place in places[:most]:
            piece = await _piece(session, place)
            size += len(piece.content)
            if pieces and size > MOST_BYTES:
                break
            pieces.append(piece)
    return Stack(tuple(pieces), len(places) - len(pieces))


async def _places(session: Session, actor: Actor, window: Window) -> list[_Place]:
    found = await _of_parcels(session, actor, window, labels, "label", labels.c.format == window.format)
    if window.format is LabelFormat.PDF:  # papers are PDF, and the two kinds of file cannot be one
        made = papers.c.content.is_not(None)
        found += await _of_parcels(session, actor, window, papers, "waybill", made)
        if actor.role is not Role.BRANCH:  # a list names parcels of all branches
            found += await _lists(session, window)
    return found


async def _of_parcels(
    session: Session, actor: Actor, window: Window, table: Table, kind: str, fits: Where
) -> list[_Place]:
    query = select(
        table.c.id, shipments.c.carrier, shipments.c.booked_at, shipments.c.id.label("parcel"), orders.c.number
    )
    query = query.join_from(table, shipments, table.c.shipment_id == shipments.c.id)
    query = query.join(orders, shipments.c.order_id == orders.c.id)
    query = query.where(table.c.company_id == session.company_id, fits, *seen_by(actor))
    query = query.where(
        orders.c.state == State.BOOKED, *_asked(window, table, shipments.c.carrier, shipments.c.booked_at)
    )
    if window.printed is Printed.NO:
        query = query.where(shipments.c.status == Status.ANNOUNCED)
    rows = (await session.execute(query)).all()
    return [_Place(row.carrier, False, row.booked_at, row.parcel, kind, row.id, f"{row.number} {kind}") for row in rows]


async def _lists(session: Session, window: Window) -> list[_Place]:
    query = select(papers.c.id, papers.c.carrier, papers.c.asked_at, papers.c.key)
    query = query.where(papers.c.company_id == session.company_id, papers.c.shipment_id.is_(None))
    query = query.where(papers.c.content.is_not(None), *_asked(window, papers, papers.c.carrier, papers.c.asked_at))
    rows = (await session.execute(query)).all()
    return [_Place(row.carrier, True, row.asked_at, 0, "list", row.id, row.key) for row in rows]


def _asked(window: Window, table: Table, carrier: ColumnElement[Any], at: ColumnElement[Any]) -> list[Where]:
    asked: list[Where] = [carrier == window.carrier] if window.carrier is not None else []
    if window.day is not None:
        begin = datetime.combine(window.day, time(), UTC)
        asked += [at >= begin, at < begin + timedelta(days=1)]
    if window.printed is not Printed.ALL:
        asked.append(table.c.printed_at.is_(None) if window.printed is Printed.NO else table.c.printed_at.is_not(None))
    return asked


async def _piece(session: Session, place: _Place) -> Piece:
    table, letter = (labels, "L") if place.kind == "label" else (papers, "P")
    row = await session.row(table, table.c.id == place.id)
    return Piece(f"{letter}{place.id}", place.name, row["content"] if row else b"")


async def mark_printed(shop: Shop, actor: Actor, refs: Sequence[str]) -> int:
    """Mark pieces as printed and return how many were not yet; what the actor may not see is passed over.

    Raises:
        EngineError: INVALID_BATCH for what no answer of the window ever named.
    """
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    ids: dict[str, list[int]] = {"L": [], "P": []}
    for ref in refs[: MOST_PIECES + 1]:
        if ref[:1] not in ids or not (ref[1:].isascii() and ref[1:].isdigit() and len(ref) <= 18):
            raise invalid("INVALID_BATCH", f"batch: found {ref[:40]!r}; take the header Parcelproof-Batch as it came.")
        ids[ref[0]].append(int(ref[1:]))
    if not 1 <= len(refs) <= MOST_PIECES:
        raise invalid("INVALID_BATCH", f"batch: found {len(refs)} pieces, allowed are 1 to {MOST_PIECES}.")
    async with shop.store.begin(actor.company_id) as session:
        return await _mark(session, actor, labels, ids["L"]) + await _mark(session, actor, papers, ids["P"])


async def _mark(session: Session, actor: Actor, table: Table, ids: Sequence[int]) -> int:
    mine = select(shipments.c.id).join(orders, shipments.c.order_id == orders.c.id)
    mine = mine.where(shipments.c.company_id == session.company_id, *seen_by(actor))
    seen: Where = table.c.shipment_id.in_(mine)
    if actor.role is not Role.BRANCH and table is papers:
        seen = seen | table.c.shipment_id.is_(None)
    return await session.change(table, table.c.id.in_(ids), table.c.printed_at.is_(None), seen, printed_at=session.now)
