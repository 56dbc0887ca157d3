"""Reading carriers at a rhythm and on request: what a lost webhook said is found here, at most one period later.

A carrier that says "too many" is left alone for as long as it asks, and what was not read comes first the next time; so
it is where the company set a quota of its own.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Select, and_, bindparam, or_, select

from ..domain.statuses import Status
from ..ports import CarrierPort, Notice, ReadsMany, Refused, TellsRecipients, Tracking, Unavailable, Unsupported
from ..shop import Shop
from ..storage.outbox import Work, ask
from ..storage.session import Row, Session
from ..storage.tables import cursors, hooks, orders, returns, shipments
from . import issuing, quotas
from .ordering import note
from .tracking import fold, take

TOO_MANY = "quota_exceeded"  # what an adapter calls an answer of 429
BACK = (Status.RETURNING, Status.RETURNED, Status.UNDELIVERABLE)
ENDED = (Status.DELIVERED, Status.RETURNED, Status.CANCELLED)
WATCHED = timedelta(days=5)  # after an end, which a carrier may still withdraw
MISSED_MOST = 5  # answers, with none that came: then the carrier is taken for down

_RETURNED = select(returns.c.shipment_id).where(returns.c.company_id == bindparam("company_id"))
_UNFINISHED = or_(
    shipments.c.id.in_(_RETURNED.where(returns.c.stock_restored.is_(False))),
    and_(or_(shipments.c.partial, shipments.c.status.in_(BACK)), shipments.c.id.not_in(_RETURNED)),
)
PARCELS = (  # statements are written once for all: a poll asks them of every carrier
    select(shipments, _UNFINISHED.label("unfinished"), orders.c.notices.is_not(None).label("told"))
    .join(orders, orders.c.id == shipments.c.order_id)
    .where(shipments.c.company_id == bindparam("company_id"), shipments.c.carrier == bindparam("carrier"))
    .order_by(shipments.c.id)
)
ONE = PARCELS.where(shipments.c.carrier_id == bindparam("carrier_id"))
OPEN = PARCELS.where(  # their story can still change: an end may be withdrawn, mostly within days
    shipments.c.number.is_not(None),
    or_(
        shipments.c.status.not_in(ENDED),
        and_(shipments.c.since.is_(None), shipments.c.status != Status.CANCELLED),
        shipments.c.since > bindparam("watched_since", type_=shipments.c.since.type),
        _UNFINISHED,
    ),
)


async def poll(shop: Shop, work: Work) -> None:
    """Read a carrier's feed, or its open parcels one by one where it has none; one silent parcel holds up no other."""
    name = work.task.key
    async with work.read() as session:
        ports = await shop.ports(session)
        cursor = await session.row(cursors, cursors.c.name == f"changes/{name}")
        rows = await _parcels(session, OPEN, carrier=name, watched_since=session.now - WATCHED)
    carrier, now = ports.carrier(name), shop.clock.now()
    notices: Sequence[Notice] = ()
    fault: Unavailable | None = None
    to_read = rows
    at = cursor["value"] if cursor else ""
    try:
        notices, at = await carrier.changes(at)
        to_read = [row for row in rows if row["unfinished"]]
    except Unsupported:
        pass
    except Unavailable as silent:
        fault, to_read = silent, []
    allowed, later = await quotas.share(shop, work, ports, name, to_read)
    found, left, silent_one = await _read_all(shop, carrier, allowed)
    busy = silent_one is not None and silent_one.code == TOO_MANY
    fault = fault or (silent_one if busy or not found else None)
    if fault is not None:
        work.retry(now, error=str(fault), least_s=fault.retry_after_s or 0.0)
    else:
        work.again(now + timedelta(minutes=ports.config.poll_minutes), fresh=True)
    async with work.finish() as session:
        await take_notices(session, carrier.name, notices)
        for row, tracking in found:
            await take_tracking(session, row, tracking)
        if left or later:
            await quotas.note_read(session, [row for row in allowed if row["id"] not in left])
        if at:
            await session.add_once(cursors, name=f"changes/{name}", value=at)
            await session.change(cursors, cursors.c.name == f"changes/{name}", value=at)


async def take_notices(session: Session, carrier: str, notices: Sequence[Notice]) -> None:
    events = [event for notice in notices for event in notice.events]
    notes = [note for notice in notices for note in notice.returns]
    await take(session, carrier, events, notes, "poll")
    for carrier_id in {carrier_id for notice in notices for carrier_id in notice.read_again}:
        await ask(session, "track", f"{carrier}/{carrier_id}", session.now)


async def _parcels(session: Session, query: Select[Any], **where: Any) -> list[Row]:
    """Return parcels with two facts beside their columns.

    `unfinished`: goods are on the way back that the shop does not hold yet. `told`: the carrier's own service tells the
    order's people what we chose.
    """
    found = await session.execute(query, {"company_id": session.company_id, **where})
    return [dict(row._mapping) for row in found]


async def _read_all(
    shop: Shop, carrier: CarrierPort, rows: Sequence[Row]
) -> tuple[list[tuple[Row, Tracking]], frozenset[int], Unavailable | None]:
    """Return what the carrier told, the ids of the parcels it was not asked about, and why it told too little.

    It is asked no more once it says that it is asked too much, or when it has said nothing at all for a while.
    """
    gate = asyncio.Semaphore(shop.parallel)
    heard: list[Mapping[str, Tracking]] = []
    faults: list[Unavailable] = []

    async def read(batch: Sequence[Row]) -> Mapping[str, Tracking] | None:
        async with gate:
            if any(fault.code == TOO_MANY for fault in faults) or (not heard and len(faults) >= MISSED_MOST):
                return None
            try:
                heard.append(await _read(carrier, batch))
            except Unavailable as fault:
                faults.append(fault)
                return None if fault.code == TOO_MANY else {}
            except Refused:
                heard.append({})  # it knows this parcel no more
            return heard[-1]

    size = quotas.at_once(carrier)
    batches = [rows[start : start + size] for start in range(0, len(rows), size)]
    answers = await asyncio.gather(*(read(batch) for batch in batches))
    left = {row["id"] for batch, answer in zip(batches, answers, strict=True) if answer is None for row in batch}
    stories = {carrier_id: tracking for answer in answers if answer for carrier_id, tracking in answer.items()}
    found = [(row, stories[row["carrier_id"]]) for row in rows if row["carrier_id"] in stories]
    busy = [fault for fault in faults if fault.code == TOO_MANY]
    return found, frozenset(left), next(iter([*busy, *faults]), None)


async def _read(carrier: CarrierPort, batch: Sequence[Row]) -> Mapping[str, Tracking]:
    """Read a batch in one answer, where the carrier tells of many; else the one parcel it holds."""
    if isinstance(carrier, ReadsMany):
        return await carrier.track_many([(row["carrier_id"], row["number"] or "") for row in batch])
    return {row["carrier_id"]: await _read_one(carrier, row) for row in batch}


async def _read_one(carrier: CarrierPort, row: Row) -> Tracking:
    both = (row["carrier_id"], row["number"] or "")
    if isinstance(carrier, TellsRecipients) and row["told"]:
        return await carrier.track_told(*both)
    return await carrier.track(*both)


async def take_tracking(session: Session, shipment: Row, tracking: Tracking) -> None:
    """Write all that a carrier knows of one parcel, if it is not what it told at the last reading."""
    seen = sha256(msgspec.json.encode(tracking, order="deterministic")).hexdigest()
    if seen == shipment["seen"]:
        return
    delivered = dict(tracking.delivered_by_sku or shipment["delivered"])
    await session.change(shipments, shipments.c.id == shipment["id"], seen=seen, delivered=delivered)
    await take(session, shipment["carrier"], tracking.events, tracking.returns, "poll")
    await issuing.note_controls(session, shipment["order_id"], tracking.controls_used)
    if delivered != shipment["delivered"]:
        await fold(session, shipment["id"])


async def track(shop: Shop, work: Work) -> None:
    """Read one parcel, because it is new or because a webhook said no more than that it changed."""
    name, _, carrier_id = work.task.key.partition("/")
    async with work.read() as session:
        ports = await shop.ports(session)
        shipment = next(iter(await _parcels(session, ONE, carrier=name, carrier_id=carrier_id)), None)
    if shipment is None or not shipment["number"]:
        async with work.finish() as session:
            if shipment is not None:  # its number is not known yet, and may be now
                await ask(session, "read", shipment["key"], session.now)
            return
    if (again_at := await quotas.wait_for_one(shop, work, ports, name)) is not None:
        work.again(again_at, error="the quota of readings is used up")
        await work.close()
        return
    try:
        tracking = await _read_one(ports.carrier(name), shipment)
    except Unavailable as fault:
        await work.wait(shop.clock.now(), error=str(fault), least_s=fault.retry_after_s or 0.0)
        return
    except Refused as fault:
        async with work.finish() as session:
            await note(session, shipment["order_id"], f"Tracking refused by {name}: {fault}.")
            return
    async with work.finish() as session:
        await take_tracking(session, shipment, tracking)


async def announce_return(shop: Shop, work: Work) -> None:
    """Announce a buyer's return at the carrier; the key makes a second try find the first."""
    async with work.read() as session:
        row = await session.row(returns, returns.c.key == work.task.key)
        shipment = row and await session.row(shipments, shipments.c.id == row["shipment_id"])
        ports = await shop.ports(session)
    if row is None or shipment is None:
        await work.close()
        return
    carrier = ports.carrier(row["carrier"])
    try:
        made = await carrier.create_return(
            shipment["carrier_id"], key=row["key"], reason=row["reason"], items=row["items"]
        )
    except Unavailable as fault:
        await work.wait(shop.clock.now(), error=str(fault), least_s=fault.retry_after_s or 0.0)
        return
    except (Refused, Unsupported) as fault:
        async with work.finish() as session:
            await note(session, row["order_id"], f"Return refused by {row['carrier']}: {fault}.")
            await session.drop(returns, returns.c.id == row["id"])
            return
    async with work.finish() as session:
        await _number_return(session, row, made.number)
        await fold(session, shipment["id"])


async def _number_return(session: Session, row: Row, number: str) -> None:
    """Give our return its number; a webhook may have brought the same return in before the answer came."""
    same = (returns.c.carrier == row["carrier"], returns.c.number == number, returns.c.id != row["id"])
    twin = await session.row(returns, *same, lock=True)
    if twin is None:
        await session.change(returns, returns.c.id == row["id"], number=number or None)
        return
    kept = {"reason": row["reason"], "items": row["items"], "origin": row["origin"]}
    await session.drop(returns, returns.c.id == row["id"])
    await session.change(returns, returns.c.id == twin["id"], **kept, key=row["key"])


async def subscribe(shop: Shop, work: Work) -> None:
    """Make a carrier send its webhooks to an address of ours that nobody can guess."""
    name = work.task.key
    async with shop.store.begin(work.task.company_id) as session:  # the address must outlive a lost answer
        await session.add_once(hooks, carrier=name, token=shop.outside.token(), keys={})
    async with work.read() as session:
        ports = await shop.ports(session)
        hook = await session.row(hooks, hooks.c.carrier == name)
    if hook is None:
        raise LookupError(f"the webhook address for {name} was written and is not there")
    base = (ports.config.callback_url or shop.own_url).rstrip("/")
    try:
        keys = await ports.carrier(name).subscribe(f"{base}/hooks/{name}/{hook['token']}", hook["token"])
    except Unsupported:
        await work.close()
        return
    except (Unavailable, Refused) as fault:
        await work.wait(shop.clock.now(), error=str(fault))
        return
    async with work.finish() as session:
        await session.change(hooks, hooks.c.id == hook["id"], keys=dict(keys), base_url=base)
