"""From a confirmed order to a number and a label: book, read again, call off. Each a task of the outbox.

The choice is committed before the booking is tried, and the key towards the carrier is the order's number, so that a
lost answer, a time-out or a kill leads back to the same booking.
"""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import msgspec

from ..domain.orders import Order, State
from ..domain.statuses import ENDED, Status
from ..errors import unknown
from ..ports import Booked, CarrierFault, CarrierPort, Label, LabelFormat, Quote, Refused, Unavailable
from ..shop import Actor, Shop
from ..storage.outbox import Work, ask, pause
from ..storage.session import Row, Session
from ..storage.tables import labels, orders, shipments, stock_moves
from . import fetching, issuing
from .addressing import as_decided, call_off, is_open
from .ordering import content_of, find, note
from .papers import want_waybill
from .tracking import adopt

LONGEST_WAIT = timedelta(minutes=5)  # between two looks for a number or a label that the carrier still makes
PATIENCE = 5  # looks after which people are told that there is no label
NO_LABEL = "No label yet: "


async def book(shop: Shop, work: Work) -> None:
    """Book the parcel, or find the booking that an earlier try made."""
    number = work.task.key
    async with work.read() as session:
        row = await session.row(orders, orders.c.number == number)
        ports = await shop.ports(session)
        decided = await as_decided(session, row, content_of(row)) if row else None
    if row is None or decided is None or row["state"] != State.CONFIRMED or row["quote"] is None:
        await work.close()
        return
    (order, reading), quote = decided, msgspec.convert(row["quote"], Quote)
    carrier, account = ports.carrier(quote.carrier), ports.config.carriers[quote.carrier]
    label_format = ports.config.label_format
    try:
        parcel = replace(order.parcel(number, account.sender, account.notices), reading=reading)
        booked = await carrier.create(parcel, quote, format=label_format)
    except Refused as fault:
        await _refused(work, row, quote, fault)
        return
    except Unavailable as fault:
        await work.wait(shop.clock.now(), error=str(fault), least_s=fault.retry_after_s or 0.0)
        return
    async with work.finish() as session:
        contract = ports.config.terms_of(quote.carrier).contract
        await _record(shop, session, row, order, quote, booked, contract)
        await issuing.keep_notices(session, row["id"], parcel, carrier)
        await want_waybill(session, ports, quote.carrier, number)


async def _refused(work: Work, row: Row, quote: Quote, fault: Refused) -> None:
    """A refusal means that nothing was booked. An offer that ran out meanwhile is asked for again, once more."""
    async with work.finish() as session:
        mine = orders.c.id == row["id"]
        expired = quote.expires_at is not None and quote.expires_at <= session.now
        if expired and not row["quote"].get("by_hand"):
            await session.change(orders, mine, quote=None)
            await ask(session, "choose", row["number"], session.now)
            return
        await session.change(orders, mine, state=State.FAILED, problems=[f"Refused by {quote.carrier}: {fault}."])


async def _record(
    shop: Shop, session: Session, row: Row, order: Order, quote: Quote, booked: Booked, contract: str
) -> None:
    values = {
        "order_id": row["id"],
        "key": row["number"],
        "carrier": quote.carrier,
        "carrier_id": booked.carrier_id,
        "contract": contract,
        "status": Status.ANNOUNCED,
        "delivered": {},
        "warnings": list(booked.warnings),
        "booked_at": session.now,
    }
    await session.add_once(shipments, **values)
    shipment = await session.row(shipments, shipments.c.key == row["number"], lock=True)
    if shipment is None:  # the carrier answered with a booking that is another order's
        problem = f"{quote.carrier} answered with {booked.carrier_id}, which belongs to another order."
        await session.change(orders, orders.c.id == row["id"], state=State.FAILED, problems=[problem])
        return
    await _complete(shop, session, shipment, order, booked, booked.label)


async def _complete(
    shop: Shop, session: Session, shipment: Row, order: Order, booked: Booked, label: Label | None
) -> None:
    """Write what the carrier has made of the booking by now, and ask for the rest until number and label are there."""
    mine = shipments.c.id == shipment["id"]
    if label is not None:
        content = {"format": label.format, "content": label.content, "sha256": sha256(label.content).hexdigest()}
        await session.add_once(labels, shipment_id=shipment["id"], **content)
    has_label = bool(await session.count(labels, labels.c.shipment_id == shipment["id"]))
    if booked.price is not None:
        await session.change(shipments, mine, price_minor=booked.price.minor, price_currency=booked.price.currency)
        await _compare_price(session, shipment, booked)
    if booked.number and not shipment["number"]:
        await session.change(shipments, mine, number=booked.number)
        await session.change(orders, orders.c.id == shipment["order_id"], state=State.BOOKED)
        await move_stock(session, f"sent/{shipment['key']}", {sku: -n for sku, n in order.pieces().items()})
        await adopt(session, {**shipment, "number": booked.number})
        await ask(session, "track", f"{shipment['carrier']}/{shipment['carrier_id']}", session.now)
        await issuing.issue(shop, session, shipment["order_id"])
    if (booked.number or shipment["number"]) and has_label:
        await fetching.tell_approved(shop, session, shipment["order_id"])
    else:
        await ask(session, "read", shipment["key"], session.now + pause(1))


async def _compare_price(session: Session, shipment: Row, booked: Booked) -> None:
    row = await session.row(orders, orders.c.id == shipment["order_id"])
    quote = msgspec.convert(row["quote"], Quote) if row and row["quote"] else None
    if row is None or quote is None or not quote.priced or booked.price in (None, quote.total):
        return
    sentence = f"Booked at {booked.price.minor} {booked.price.currency}, the offer was {quote.total.minor}."
    await note(session, row["id"], sentence)


async def read_again(shop: Shop, work: Work) -> None:
    """Read a booking until its number and label are there; an asynchronous carrier may also judge it invalid.

    With a number the parcel lives at the carrier: its label may be refused or late, and is then asked for again.
    """
    async with work.read() as session:
        shipment = await session.row(shipments, shipments.c.key == work.task.key)
        row = shipment and await session.row(orders, orders.c.id == shipment["order_id"])
        has_label = shipment and await session.count(labels, labels.c.shipment_id == shipment["id"])
        ports = await shop.ports(session)
    if shipment is None or row is None or row["state"] in (State.CANCELLED, State.FAILED):
        await work.close()
        return
    if shipment["status"] in ENDED or (shipment["number"] and has_label):  # the label is there, or of no use any more
        await work.close()
        return
    carrier = ports.carrier(shipment["carrier"])
    try:
        booked, label, fault = await _read(carrier, shipment, bool(has_label), ports.config.label_format)
    except Refused as refusal:
        async with work.finish() as session:
            problem = f"Refused by {shipment['carrier']}: {refusal}."
            await session.change(orders, orders.c.id == row["id"], state=State.FAILED, problems=[problem])
            aside = {"status": Status.CANCELLED, "key": f"{shipment['key']}/invalid/{shipment['id']}"}
            await session.change(shipments, shipments.c.id == shipment["id"], **aside)
            return
    why = ""
    if fault is not None:
        work.retry(shop.clock.now(), error=str(fault), least_s=getattr(fault, "retry_after_s", None) or 0.0)
        why = str(fault)
    elif not (booked.number and (label or has_label)):
        why = "the carrier is still making it"
        wait = min(pause(work.task.attempts + 1), LONGEST_WAIT)
        work.again(shop.clock.now() + wait, error=why)
    async with work.finish() as session:
        locked = await session.row(shipments, shipments.c.id == shipment["id"], lock=True)
        await _complete(shop, session, locked or shipment, content_of(row), booked, label)
        if not why or (booked.number and (isinstance(fault, Refused) or work.task.attempts >= PATIENCE)):
            await _tell_label(session, row["id"], why)


async def _read(
    carrier: CarrierPort, shipment: Row, has_label: bool, format: LabelFormat
) -> tuple[Booked, Label | None, CarrierFault | None]:
    """Return the booking as it stands, its label, and what kept us from either.

    Raises:
        Refused: the booking is judged invalid, and there is no number under which the parcel could live.
    """
    number = shipment["number"]
    booked = Booked(carrier_id=shipment["carrier_id"], number=number, label=None, price=None)
    try:
        booked = await carrier.read(booked.carrier_id)
        label = booked.label
        if label is None and booked.number and not has_label:
            label = await carrier.label(booked.carrier_id, format)
    except Unavailable as fault:
        return booked, None, fault
    except Refused as fault:
        if not booked.number:
            raise
        return booked, None, fault
    return booked, label, None


async def _tell_label(session: Session, order_id: int, why: str) -> None:
    """Say on an order why its label is missing, in place of what was said before; nothing once it is there."""
    row = await session.row(orders, orders.c.id == order_id, lock=True)
    told = [sentence for sentence in (row or {}).get("problems", ()) if not sentence.startswith(NO_LABEL)]
    await session.change(orders, orders.c.id == order_id, problems=[*told, *([f"{NO_LABEL}{why}."] if why else [])])


async def cancel_booking(shop: Shop, work: Work) -> None:
    """Call a booking off at the carrier, after a booking in flight has come to its end."""
    async with work.read() as session:
        row = await session.row(orders, orders.c.number == work.task.key)
        shipment = row and await session.row(shipments, shipments.c.order_id == row["id"])
        ports = await shop.ports(session)
    if row is None or row["state"] in (State.CANCELLED, State.FAILED):
        await work.close()
        return
    if shipment is None and await _kept_back(work, row):
        return
    if (shipment is None and row["quote"] is not None) or (shipment is not None and not shipment["number"]):
        await work.wait(shop.clock.now(), error="waits until the booking is known")
        return
    problem = None
    if shipment is not None:
        try:
            await ports.carrier(shipment["carrier"]).cancel(shipment["carrier_id"], row["number"])
        except Refused as fault:
            problem = f"Not cancelled by {shipment['carrier']}: {fault}."
        except Unavailable as fault:
            await work.wait(shop.clock.now(), error=str(fault), least_s=fault.retry_after_s or 0.0)
            return
    async with work.finish() as session:
        await _cancelled(session, row, shipment, problem)


async def _kept_back(work: Work, row: Row) -> bool:
    """Call an order off whose parcel waits for its address; False when it does not, or not any more."""
    async with work.read() as session:
        waits = await is_open(session, row["id"])
    if not waits:
        return False
    async with work.finish() as session:
        if await call_off(session, row["id"]):
            await _cancelled(session, row, None, None)
        else:
            await ask(session, "cancel", row["number"], session.now)
    return True


async def _cancelled(session: Session, row: Row, shipment: Row | None, problem: str | None) -> None:
    mine = orders.c.id == row["id"]
    await session.change(orders, mine, cancelling=False)
    if problem is not None:
        await note(session, row["id"], problem)
        return
    await session.change(orders, mine, state=State.CANCELLED)
    if shipment is not None:
        await session.change(shipments, shipments.c.id == shipment["id"], status=Status.CANCELLED)
        if shipment["number"]:
            await move_stock(session, f"cancelled/{shipment['key']}", content_of(row).pieces())


async def move_stock(session: Session, cause: str, pieces: dict[str, int]) -> None:
    """Change stock for one cause, once: a second time for the same cause finds it done."""
    for sku, count in pieces.items():
        await session.add_once(stock_moves, sku=sku, pieces=count, cause=cause, at=session.now)


async def label_of(shop: Shop, actor: Actor, number: str) -> Label:
    """Return an order's label, the same bytes at every read.

    Raises:
        EngineError: there is no such order, or no label yet.
    """
    async with shop.store.read(actor.company_id) as session:
        row = await find(session, actor, number)
        shipment = await session.row(shipments, shipments.c.order_id == row["id"])
        label = shipment and await session.row(labels, labels.c.shipment_id == shipment["id"])
    if not label:
        raise unknown("NO_LABEL", f"Order {number} has no label yet.")
    return Label(LabelFormat(label["format"]), label["content"])
