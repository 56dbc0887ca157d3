"""Events of carriers and staff: one path for webhook, poll and hand entry; none counts twice, none is lost."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from ..domain.notices import STAFF, Fate
from ..domain.orders import State
from ..domain.statuses import Picture, Status, canonical, picture
from ..errors import conflict, invalid
from ..ports import CarrierEvent, ReturnNotice
from ..shop import Actor, Role, Shop
from ..storage.outbox import ask
from ..storage.session import Row, Session
from ..storage.tables import events, notices, orders, returns, shipments, subscriptions
from .ordering import find
from .returning import note_leg, restore, take_return

LONGEST_AWAY = timedelta(days=400)  # of a novelty's time from now
ASKED_AT_ONCE = 500  # event ids in one question


def event_of(row: Row, shipment: Row) -> CarrierEvent:
    """Return a stored event; what staff entered belongs to the parcel itself, whatever its number is by now."""
    event = msgspec.convert(row["event"], CarrierEvent)
    return replace(event, number=shipment["number"] or "") if event.carrier == STAFF else event


async def picture_of(session: Session, shipment: Row) -> Picture:
    rows = await session.rows(events, events.c.shipment_id == shipment["id"])
    return picture(shipment["number"] or "", [event_of(row, shipment) for row in rows])


async def take(
    session: Session,
    carrier: str,
    found: Iterable[CarrierEvent],
    notes: Iterable[ReturnNotice],
    source: str,
) -> None:
    """Write events and return notices of a carrier and fold what they touch.

    An event seen before (same identity) changes nothing. One whose parcel is not known yet is kept until it is.
    """
    told = list(found)
    places = await _places(session, carrier, told)
    known: dict[str, Row | None] = {}
    touched: set[int] = set()
    for event in told:
        if places.get((event.id, event.revoked), -1) >= event.sequence:
            continue
        number = event.direct_number or event.number
        if number not in known:
            known[number] = await _shipment(session, carrier, number)
        shipment = known[number]
        if await _take_event(session, carrier, shipment, event, source) and shipment is not None:
            touched.add(shipment["id"])
    if None in known.values():
        await _look_for_numbers(session, carrier)
    for notice in notes:
        shipment = await _shipment(session, carrier, notice.direct_number)
        if shipment is not None and await take_return(session, shipment, notice):
            touched.add(shipment["id"])
    for shipment_id in sorted(touched):
        await fold(session, shipment_id)


async def _places(session: Session, carrier: str, told: Sequence[CarrierEvent]) -> dict[tuple[str, bool], int]:
    """Return (event id, revoked) -> place among equal times, of those that are written and belong to a parcel.

    A poll tells a parcel's whole story each time; almost all of it is known, and is passed over by one question.
    """
    ids = sorted({event.id for event in told})
    places: dict[tuple[str, bool], int] = {}
    for start in range(0, len(ids), ASKED_AT_ONCE):
        mine = (events.c.carrier == carrier, events.c.event_id.in_(ids[start : start + ASKED_AT_ONCE]))
        for row in await session.rows(events, *mine, events.c.shipment_id.is_not(None)):
            places[row["event_id"], row["revoked"]] = row["event"].get("sequence", 0)
    return places


async def _look_for_numbers(session: Session, carrier: str) -> None:
    """News of an unknown number may be of a booking whose number is still awaited: read those now."""
    for row in await session.rows(shipments, shipments.c.carrier == carrier, shipments.c.number.is_(None)):
        await ask(session, "read", row["key"], session.now)


async def _shipment(session: Session, carrier: str, number: str) -> Row | None:
    """Return the latest parcel under a number, or the one a return leg with this number belongs to."""
    if not number:
        return None
    found = await session.row(shipments, shipments.c.carrier == carrier, shipments.c.number == number)
    if found is None:
        leg = await session.row(returns, returns.c.carrier == carrier, returns.c.number == number)
        found = leg and await session.row(shipments, shipments.c.id == leg["shipment_id"])
    return found


async def _take_event(session: Session, carrier: str, shipment: Row | None, event: CarrierEvent, source: str) -> bool:
    values = {
        "shipment_id": shipment["id"] if shipment else None,
        "order_id": shipment["order_id"] if shipment else None,
        "carrier": carrier,
        "number": event.direct_number or event.number,
        "event_id": event.id,
        "revoked": event.revoked,
        "occurred_at": event.occurred_at,
        "received_at": session.now,
        "source": source,
        "event": msgspec.to_builtins(event),
    }
    event_id = await session.add_once(events, **values)
    if event_id is None:
        return await _learn_sequence(session, carrier, event)
    if shipment is not None:
        await _announce(session, shipment["order_id"], event_id, session.now)
        if event.number != shipment["number"] and event.number and event.direct_number:
            await note_leg(session, shipment, event)
    return True


async def _learn_sequence(session: Session, carrier: str, event: CarrierEvent) -> bool:
    """A webhook may not tell an event's place among equal times; a later reading does, whichever came first."""
    if not event.sequence:
        return False
    same = (events.c.carrier == carrier, events.c.event_id == event.id, events.c.revoked == event.revoked)
    row = await session.row(events, *same)
    if row is None or row["event"].get("sequence", 0) >= event.sequence:
        return False
    await session.change(events, *same, event={**row["event"], "sequence": event.sequence})
    return True


async def _announce(session: Session, order_id: int, event_id: int, came_at: datetime) -> None:
    """Let the novelty wait for everyone who followed the shipment when it came; nobody else ever hears of it."""
    following = (
        subscriptions.c.order_id == order_id,
        subscriptions.c.ended.is_(False),
        subscriptions.c.requested_at <= came_at,
        subscriptions.c.ends_at > session.now,
    )
    rows = await session.rows(subscriptions, *following, subscriptions.c.stopped.is_(None))
    waiting = [{"subscription_id": row["id"], "event_id": event_id, "fate": Fate.WAITING} for row in rows]
    await session.add_many(notices, waiting)


async def adopt(session: Session, shipment: Row) -> None:
    """Take in events that came before the booking's answer did; older ones under a reused number stay apart."""
    order = await session.row(orders, orders.c.id == shipment["order_id"])
    orphans = (
        events.c.shipment_id.is_(None),
        events.c.carrier == shipment["carrier"],
        events.c.number == shipment["number"],
        events.c.received_at >= (order or shipment)["placed_at" if order else "booked_at"],
    )
    mine = {"shipment_id": shipment["id"], "order_id": shipment["order_id"]}
    waiting = await session.rows(events, *orphans)
    for row in waiting:
        await session.change(events, events.c.id == row["id"], **mine)
        await _announce(session, shipment["order_id"], row["id"], row["received_at"])
    if waiting:
        await fold(session, shipment["id"])


async def fold(session: Session, shipment_id: int) -> None:
    """Bring a parcel's status in line with its events, and put goods that are back into stock."""
    shipment = await session.row(shipments, shipments.c.id == shipment_id, lock=True)
    if shipment is None:
        return
    now = await picture_of(session, shipment)
    if not await _called_off(session, shipment, now):
        values = {"status": now.status, "since": now.since, "partial": now.partial}
        await session.change(shipments, shipments.c.id == shipment_id, **values)
    if now.status in (Status.RETURNING, Status.RETURNED):
        on_leg = (returns.c.shipment_id == shipment_id, returns.c.origin == "carrier")
        await session.change(returns, *on_leg, moving=True)
    await restore(session, {**shipment, "status": now.status, "partial": now.partial})


async def _called_off(session: Session, shipment: Row, now: Picture) -> bool:
    """Whether we called the parcel off and the carrier tells nothing but that it was announced.

    Some carriers have no status for that; a scan shows that the parcel goes on all the same.
    """
    if shipment["status"] != Status.CANCELLED or now.status is not Status.ANNOUNCED:
        return False
    order = await session.row(orders, orders.c.id == shipment["order_id"])
    return not now.readings or (order is not None and order["state"] == State.CANCELLED)


async def receive(shop: Shop, hook: Row, headers: dict[str, str], raw: bytes) -> None:
    """Take a webhook: verified over its raw bytes, written before it is answered.

    Raises:
        Untrusted: it is not from this carrier, too old, or unreadable; nothing was written.
    """
    async with shop.store.begin(hook["company_id"]) as session:
        ports = await shop.ports(session)
        carrier = ports.carrier(hook["carrier"])
        notice = carrier.verify(headers, raw, hook["keys"], session.now)
        await take(session, carrier.name, notice.events, notice.returns, "webhook")
        for carrier_id in notice.read_again:
            await ask(session, "track", f"{carrier.name}/{carrier_id}", session.now)


async def enter(
    shop: Shop, actor: Actor, number: str, *, state: str, reason: str, observation: str, at: datetime | None
) -> str:
    """Enter a status by hand and return the event's id. A state nobody knows is kept as unknown and never mailed."""
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    for field, text in (("state", state), ("reason", reason), ("observation", observation)):
        if len(text) > 500:
            raise invalid("INVALID_NOVELTY", f"{field}: found {len(text)} characters, allowed are at most 500.")
    if at is not None and abs(at - shop.clock.now()) > LONGEST_AWAY:
        raise invalid(
            "INVALID_NOVELTY", f"at: found {at.isoformat()}, allowed is within {LONGEST_AWAY.days} days of now."
        )
    async with shop.store.begin(actor.company_id) as session:
        order = await find(session, actor, number, lock=True)
        shipment = await session.row(shipments, shipments.c.order_id == order["id"], lock=True)
        if shipment is None:
            raise conflict("NOT_SHIPPED", f"Order {number} is {order['state']}: there is no shipment to tell about.")
        count = await session.count(events, events.c.shipment_id == shipment["id"], events.c.carrier == STAFF)
        event = CarrierEvent(
            id=f"{STAFF}/{number}/{count + 1}",
            carrier=STAFF,
            number=shipment["number"] or "",
            code=state,
            text=observation,
            status=canonical(state) or Status.UNKNOWN,
            occurred_at=at or session.now,
            reason=reason,
            sequence=count + 1,
        )
        await _take_event(session, STAFF, shipment, event, STAFF)
        await fold(session, shipment["id"])
    return event.id
