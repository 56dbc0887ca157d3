"""What an operation does to an item: facts by the dictionary, money, the batch it lies in.

Wire contract: `postal_api_russia` §4.7, §2.4; canonical values: `statuses` §3a "Russian Post".
"""

from ...core.errors import Reason, Rejected
from ...core.parcel import Collected, Fact, Parcel, Revoked, Scan, Step, decide_revoke
from ...core.records import Due
from ...core.status import Status
from ...core.world import World
from . import batches, declarations
from .journeys import place_of
from .operations import parsed
from .payouts import CURRENCY, DESK, collected_minor
from .records import Order, order_of
from .statuses import Event, Item, Reading, readings
from .tariff.objects import BY_WORD
from .watching import told

ASSIGNED, TAKEN_AWAY, PAID, TAKEN_IN = "28/0", "46/0", "63/0", "1/"
WITH_DELIVERY = 64
ENDS = frozenset({Status.DELIVERED, Status.RETURNED, Status.UNDELIVERABLE, Status.LOST_OR_DAMAGED})
AT_OFFICE = ("28/", "1/", "44/", "8/1")  # where these happen when nobody says where
AT_SORTING = ("8/0", "8/3", "8/4", "1027/", "18/")
AT_EXCHANGE = ("8/5", "8/6", "9/", "10/", "11/", "14/", "39/", "40/", "41/")


def live_scans(parcel: Parcel) -> list[Scan]:
    """Return the operations that were not withdrawn, in the order of their recording."""
    gone = {fact.revokes for fact in parcel.facts if isinstance(fact, Revoked)}
    return [fact for fact in parcel.facts if isinstance(fact, Scan) and fact.sequence not in gone]


def on_step(world: World, due: Due) -> None:
    """Do the next step of a journey; a deleted order stands still, and nothing is taken in twice."""
    taken = world.take_step(due)
    if taken is not None and not (taken[1].code.startswith(TAKEN_IN) and _is_taken_in(taken[0])):
        scan(world, *taken)


def _is_taken_in(parcel: Parcel) -> bool:
    return any(one.code.startswith(TAKEN_IN) for one in live_scans(parcel))


def scan(world: World, parcel: Parcel, step: Step) -> Parcel:
    """Make one operation happen now; `step.late_ms` ago is when it occurred.

    Raises:
        Rejected: UNKNOWN_CODE; CANCELLED for an item whose number was taken back.
    """
    if parsed(step.code) is None:
        raise Rejected(Reason.UNKNOWN_CODE, code=step.code, allowed="type/attribute, as 8/2")
    if parcel.cancelled:
        raise Rejected(Reason.CANCELLED, parcel=parcel.id)
    order = order_of(world, parcel.id)
    done, reading = _scan_of(world, parcel, order, step)
    facts: tuple[Fact, ...] = (done,)
    if reading.withdraws:
        facts = (done, Revoked(world.now_ms, done.sequence + 1, reading.withdraws))
    parcel = world.happen(parcel, *facts)
    parcel = _settle(world, parcel, order)
    batches.operated(world, order, done.code)
    return told(world, declarations.waits(world, parcel, order))


def item_of(order: Order) -> Item:
    """Return what the dictionary has to know of an item."""
    couriered = {"COURIER_DELIVERY", "WITH_DELIVERY"} & set(order.postmarks)
    return Item(BY_WORD.get(order.mail_type), WITH_DELIVERY if couriered else 0, bool(order.return_of))


def _scan_of(world: World, parcel: Parcel, order: Order, step: Step) -> tuple[Scan, Reading]:
    found = parsed(step.code)
    assert found is not None
    before = [
        Event(one.occurred_ms, one.sequence, operation)
        for one in live_scans(parcel)
        if (operation := parsed(one.code)) is not None
    ]
    new = Event(world.now_ms - step.late_ms, parcel.scans + 1, found)
    reading = readings([*before, new], item_of(order))[new.sequence]
    return (
        Scan(
            at_ms=world.now_ms,
            sequence=new.sequence,
            occurred_ms=new.occurred_ms,
            status=reading.status or parcel.status,
            code=step.code,
            text=" · ".join(part for part in (found.type_name, found.name) if part),
            place=step.place or _place(order, step.code),
            reason=step.reason,
            opens_return=reading.opens_return,
            silent=reading.status is None,
            firm=reading.firm,
        ),
        reading,
    )


def _place(order: Order, code: str) -> str:
    """Return the post code where an operation happens of which nobody said where."""
    code = f"{code}/" if "/" not in code else code
    if code == ASSIGNED:
        return order.barcode[:6] if order.barcode[:6].isdigit() else order.office
    for name, codes in (("@exchange", AT_EXCHANGE), ("@sorting", AT_SORTING), ("@office", AT_OFFICE)):
        if any(code == one or (one.endswith("/") and code.startswith(one)) for one in codes):
            return place_of(order, name)
    return place_of(order, "@abroad" if order.is_abroad else "@there")


def _settle(world: World, parcel: Parcel, order: Order) -> Parcel:
    """Take the money when it is paid or the item handed over; tell the pay desk of an end."""
    paid = any(one.code == PAID for one in live_scans(parcel))
    due = order.payment_minor > 0 and not order.return_of and (paid or parcel.status is Status.DELIVERED)
    if due and not collected_minor(parcel):
        method = "CARD" if world.roll("russian_post.payment", parcel.id, 3) == 0 else "CASH"
        parcel = world.happen(parcel, Collected(world.now_ms, order.payment_minor, CURRENCY, method))
    if not due and collected_minor(parcel):
        parcel = world.happen(parcel, Collected(world.now_ms, -collected_minor(parcel), CURRENCY))
    if parcel.status in ENDS and collected_minor(parcel):
        DESK.ended(world, parcel)
    elif parcel.status not in ENDS:
        DESK.reopened(world, parcel)
    return parcel


def revoke(world: World, parcel: Parcel, sequence: int) -> Parcel:
    """Withdraw an operation; money that hung on it is given back.

    Raises:
        Rejected: UNKNOWN_SCAN.
    """
    fact = decide_revoke(parcel, sequence=sequence, at_ms=world.now_ms)
    parcel = world.happen(parcel, fact)
    order = order_of(world, parcel.id)
    parcel = _settle(world, parcel, order)
    batches.withdrawn(world, order, parcel)
    return told(world, parcel)


def number_assigned(world: World, parcel: Parcel) -> Parcel:
    """Record the first operation of an item: it has a number now."""
    return scan(world, parcel, Step(0, ASSIGNED))


def called_off(world: World, parcel: Parcel) -> Parcel:
    """Record that a deleted order's number is nobody's; one that never had a number just ends."""
    if parcel.due:
        world.store.cut([parcel.due])
    return scan(world, parcel, Step(0, TAKEN_AWAY))
