"""Couriers called to the door of the shop: asked for under a key of its own, told to the carrier by the outbox."""

from datetime import date, time
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from ..domain.orders import State
from ..domain.statuses import Status
from ..errors import conflict, invalid, unknown
from ..ports import CarrierFault, Collects, Intake, Pickup, Refused, Unavailable
from ..shop import Actor, Role, Shop
from ..storage.outbox import Work, ask
from ..storage.session import Row, Session
from ..storage.tables import orders, outbox, pickups, shipments
from .ordering import content_of

MOST_PARCELS = 255  # told to the carrier for one courier


class Stage(StrEnum):
    """Where a pickup stands."""

    ASKED = "asked"  # by the shop; the carrier will hear of it
    CALLED = "called"  # taken by the carrier
    CALLING_OFF = "calling_off"
    CALLED_OFF = "called_off"
    FAILED = "failed"


OPEN = (Stage.ASKED, Stage.CALLED)


async def book(
    shop: Shop, actor: Actor, *, key: str, carrier: str, day: date, time_from: time, time_to: time, comment: str
) -> bool:
    """Ask for a courier for all parcels of a carrier that wait; True when the key is new, the same again is nothing.

    Raises:
        EngineError: a field is wrong, the key stands for another pickup, the carrier has no couriers, nothing waits.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    _check(key, time_from, time_to, comment)
    content = {"carrier": carrier, "day": day.isoformat(), "comment": comment}
    content |= {"time_from": time_from.strftime("%H:%M"), "time_to": time_to.strftime("%H:%M")}
    async with shop.store.begin(actor.company_id) as session:
        known = await session.row(pickups, pickups.c.key == key)
        if known is not None:
            if any(known[name] != value for name, value in content.items()):
                raise conflict("PICKUP_CONFLICT", f"Pickup {key} was asked for before with other content.")
            return False
        ports = await shop.ports(session)
        if not isinstance(ports.carrier(carrier), Collects):
            able = ", ".join(sorted(name for name, port in ports.carriers.items() if isinstance(port, Collects)))
            sentence = f"{carrier} sends no couriers; of the carriers set up these do: {able or 'none'}."
            raise conflict("NO_PICKUP", sentence)
        waiting = await _waiting(session, carrier)
        if not waiting:
            raise conflict("NOTHING_TO_COLLECT", f"No parcel of {carrier} waits for a courier.")
        parcels = [row["key"] for row in waiting]
        values = {"key": key, **content, "parcels": parcels, "state": Stage.ASKED, "asked_at": session.now}
        if await session.add_once(pickups, **values) is None:  # the same key came twice at once
            raise conflict("PICKUP_CONFLICT", f"Pickup {key} is being asked for just now; try again.")
        await ask(session, "pickup", key, session.now)
    return True


def _check(key: str, time_from: time, time_to: time, comment: str) -> None:
    for field, text, least, most in (("key", key, 1, 50), ("comment", comment, 0, 255)):
        if not least <= len(text.strip()) <= most or len(text) > most or not (text == "" or text.isprintable()):
            found = f"{len(text)} characters"
            raise invalid("INVALID_PICKUP", f"{field}: found {found}, allowed are {least} to {most} printable ones.")
    if time_from.tzinfo is not None or time_to.tzinfo is not None or time_from >= time_to:
        found = f"{time_from} to {time_to}"
        raise invalid("INVALID_PICKUP", f"time_from: found {found}, allowed is a time before time_to, without offset.")


async def _waiting(session: Session, carrier: str) -> list[Row]:
    booked = select(orders.c.id).where(orders.c.company_id == session.company_id, orders.c.state == State.BOOKED)
    mine = (shipments.c.carrier == carrier, shipments.c.number.is_not(None), shipments.c.status == Status.ANNOUNCED)
    return (await session.rows(shipments, *mine, shipments.c.order_id.in_(booked)))[:MOST_PARCELS]


async def call_courier(shop: Shop, work: Work) -> None:
    """Tell the carrier; its number may come later. The parcels are those that waited when the pickup was asked for."""
    async with work.read() as session:
        row = await session.row(pickups, pickups.c.key == work.task.key)
        ports = await shop.ports(session)
        told = await _told(session, row, ports.config.carriers[row["carrier"]].sender) if row else None
    if row is None or told is None or row["state"] not in OPEN:
        await work.close()
        return
    try:
        carrier = ports.carrier(row["carrier"])
        if not isinstance(carrier, Collects):
            raise Refused("no_pickup", "the carrier sends no couriers any more")
        made = await carrier.collect(told, _intake(row))
    except Unavailable as fault:
        await work.wait(shop.clock.now(), error=str(fault), least_s=fault.retry_after_s or 0.0)
        return
    except CarrierFault as fault:
        async with work.finish() as session:
            await session.change(pickups, pickups.c.id == row["id"], state=Stage.FAILED, problem=str(fault)[:500])
            return
    if made.number is None:
        work.look_again(shop.clock.now(), error="the carrier has not numbered it yet")
    async with work.finish() as session:
        mine = (pickups.c.id == row["id"], pickups.c.state.in_(OPEN))
        taken = {"carrier_id": made.carrier_id, "number": made.number, "state": Stage.CALLED}
        if not await session.change(pickups, *mine, **taken):  # called off meanwhile, and yet he would come
            await session.change(pickups, pickups.c.id == row["id"], **{**taken, "state": Stage.CALLING_OFF})
            await ask(session, "pickup_off", row["key"], session.now)


async def _told(session: Session, row: Row, sender: Any) -> Pickup | None:
    found = await session.rows(shipments, shipments.c.carrier == row["carrier"], shipments.c.key.in_(row["parcels"]))
    packed = await session.rows(orders, orders.c.id.in_([shipment["order_id"] for shipment in found]))
    if not found:
        return None
    return Pickup(
        key=row["key"],
        carrier_ids=tuple(shipment["carrier_id"] for shipment in found),
        sender=sender,
        day=date.fromisoformat(row["day"]),
        time_from=time.fromisoformat(row["time_from"]),
        time_to=time.fromisoformat(row["time_to"]),
        mass_g=sum(content_of(order).mass_g for order in packed),
        comment=row["comment"],
    )


async def cancel(shop: Shop, actor: Actor, key: str) -> None:
    """Call a courier off; one the carrier never heard of is off at once.

    Raises:
        EngineError: there is no such pickup.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.begin(actor.company_id) as session:
        row = await session.row(pickups, pickups.c.key == key, lock=True)
        if row is None:
            raise unknown("UNKNOWN_PICKUP", f"No pickup has the key {key[:80]}.")
        if row["state"] not in OPEN:
            return
        untold = (outbox.c.kind == "pickup", outbox.c.key == key, outbox.c.attempts == 0, outbox.c.claimed_by.is_(None))
        off = row["state"] == Stage.ASKED and bool(await session.drop(outbox, *untold))
        state = Stage.CALLED_OFF if off else Stage.CALLING_OFF
        await session.change(pickups, pickups.c.id == row["id"], state=state, problem=None)
        if not off:
            await ask(session, "pickup_off", key, session.now)


async def call_off(shop: Shop, work: Work) -> None:
    """Tell the carrier that its courier is not needed; a call whose answer was lost is found first."""
    async with work.read() as session:
        row = await session.row(pickups, pickups.c.key == work.task.key)
        ports = await shop.ports(session)
        told = await _told(session, row, ports.config.carriers[row["carrier"]].sender) if row else None
    if row is None or row["state"] != Stage.CALLING_OFF:
        await work.close()
        return
    carrier = ports.carrier(row["carrier"])
    problem = None
    try:
        if isinstance(carrier, Collects) and told is not None:
            await carrier.cancel_collect(_intake(row) or await carrier.collect(told, None), row["key"])
    except Unavailable as fault:
        await work.wait(shop.clock.now(), error=str(fault), least_s=fault.retry_after_s or 0.0)
        return
    except CarrierFault as fault:
        problem = f"Not called off by {row['carrier']}: {fault}."[:500]
    async with work.finish() as session:
        state = Stage.CALLED_OFF if problem is None else Stage.CALLED
        await session.change(pickups, pickups.c.id == row["id"], state=state, problem=problem)


def _intake(row: Row) -> Intake | None:
    return Intake(carrier_id=row["carrier_id"], number=row["number"]) if row["carrier_id"] is not None else None


async def listed(shop: Shop, actor: Actor) -> list[dict[str, Any]]:
    actor.need(Role.ADMIN, Role.STAFF)
    names = ("key", "carrier", "day", "time_from", "time_to", "comment", "parcels", "number", "state", "problem")
    async with shop.store.read(actor.company_id) as session:
        return [{name: row[name] for name in names} for row in await session.rows(pickups)]
