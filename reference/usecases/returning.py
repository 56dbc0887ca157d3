"""Goods that come back: noted with number, reason and date, and put into stock exactly once."""

from typing import Any

import msgspec

from ..domain.orders import Order
from ..domain.returns import pieces_back
from ..domain.statuses import Status, walk
from ..ports import CarrierEvent, ReturnNotice
from ..storage.session import Row, Session
from ..storage.tables import events, orders, returns, stock_moves


async def take_return(session: Session, shipment: Row, notice: ReturnNotice) -> bool:
    """Write what a carrier says of a return, completing what it said before; True when it is news."""
    if not notice.number:
        return False
    values: dict[str, Any] = {"reason": notice.reason, "items": dict(notice.items), "origin": notice.origin}
    row = await _row(session, shipment, notice.carrier, notice.number, values)
    news: dict[str, Any] = {}
    if notice.reason and notice.reason != row["reason"] and (not row["reason"] or row["origin"] == "carrier"):
        news["reason"] = notice.reason
    if notice.items and not row["items"]:
        news["items"] = dict(notice.items)
    if notice.origin != "carrier" and row["origin"] == "carrier":
        news["origin"] = notice.origin
    if notice.received_at is not None and row["received_at"] is None:
        news |= {"received_at": notice.received_at, "moving": True}
    if news:
        await session.change(returns, returns.c.id == row["id"], **news)
    return bool(news)


async def note_leg(session: Session, shipment: Row, event: CarrierEvent) -> None:
    """A scan under a return's own number is news of that return, also when no notice named it before."""
    origin = "carrier" if event.is_return else "shipper"
    values: dict[str, Any] = {"reason": "", "items": {}, "origin": origin}
    await _row(session, shipment, event.carrier, event.number, values)


async def _row(session: Session, shipment: Row, carrier: str, number: str, values: dict[str, Any]) -> Row:
    same = (returns.c.carrier == carrier, returns.c.number == number)
    found = await session.row(returns, *same, lock=True)
    if found is None:
        waiting = (returns.c.shipment_id == shipment["id"], returns.c.number.is_(None), returns.c.origin != "carrier")
        if values["origin"] != "carrier" and (ours := await session.row(returns, *waiting, lock=True)):
            await session.change(returns, returns.c.id == ours["id"], number=number)
            return {**ours, "number": number}
        named = {"order_id": shipment["order_id"], "shipment_id": shipment["id"], "carrier": carrier, "number": number}
        await session.add_once(returns, **named, **values, key=f"{carrier}/{number}", restored={})
        found = await session.row(returns, *same, lock=True)
    if found is None:
        raise LookupError(f"return {carrier}/{number} was written and is not there")
    return found


async def restore(session: Session, shipment: Row) -> None:
    """Put into stock what every received return of a parcel holds, once; wait while it is unknown what it holds."""
    rows = await session.rows(returns, returns.c.shipment_id == shipment["id"])
    if not rows:
        return
    for row in [row for row in rows if row["number"]]:
        await _follow_leg(session, shipment, row)
    rows = await session.rows(returns, returns.c.shipment_id == shipment["id"], lock=True)
    for row in rows:
        if row["received_at"] is None or row["stock_restored"]:
            continue
        if not row["items"] and shipment["partial"] and not shipment["delivered"]:
            continue  # which pieces the buyer kept is read from the carrier soon
        back = pieces_back(
            await _shipped(session, shipment),
            row["items"],
            delivered=shipment["delivered"] if shipment["partial"] else None,
            restored=[other["restored"] for other in rows],
        )
        cause = f"returned/{row['carrier']}/{row['number']}"
        for sku, pieces in back.items():
            await session.add_once(stock_moves, sku=sku, pieces=pieces, cause=cause, at=session.now)
        await session.change(returns, returns.c.id == row["id"], stock_restored=True, restored=back)
        row["restored"] = back


async def _follow_leg(session: Session, shipment: Row, row: Row) -> None:
    """Read a return's own scans: on its way after the first, received when it is handed back."""
    found = await session.rows(events, events.c.shipment_id == shipment["id"], events.c.carrier == row["carrier"])
    scans = [msgspec.convert(event["event"], CarrierEvent) for event in found]
    readings = walk([event for event in scans if event.number == row["number"]], is_return=True)
    moved = [reading for reading in readings if reading.status is not Status.ANNOUNCED]
    back = [reading for reading in readings if reading.status is Status.RETURNED]
    if moved and not row["moving"]:
        await session.change(returns, returns.c.id == row["id"], moving=True)
    if back and row["received_at"] is None:
        await session.change(returns, returns.c.id == row["id"], received_at=back[-1].event.occurred_at)


async def _shipped(session: Session, shipment: Row) -> dict[str, int]:
    order = await session.row(orders, orders.c.id == shipment["order_id"])
    return msgspec.convert(order["content"], Order).pieces() if order else {}
