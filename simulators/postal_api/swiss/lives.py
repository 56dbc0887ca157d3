"""What an event does to a consignment: a scan, and the money of a cash-on-delivery one.

Wire contract: `postal_api_swiss` §9; canonical values: `statuses` §2. A business reply item (GAS) is a return from its
first physical scan on, as `statuses` §3a has it for any shipment that is one. Where money is taken is ours.
"""

from decimal import Decimal

from ...core.errors import Reason, Rejected
from ...core.parcel import Collected, Parcel, Scan, Step, decide_revoke
from ...core.records import Due
from ...core.status import Status
from ...core.world import World
from .consignment import Consignment, consignment_of
from .event_words import title
from .notifying import telling
from .notifying.control_rules import place_of
from .notifying.records import noticed_of
from .statuses import CODES, RETURNED_NUMBER, STATUS_OF, number_of

CURRENCY = "CHF"


def on_step(world: World, due: Due) -> None:
    """Do the next step of a journey."""
    taken = world.take_step(due)
    if taken is not None:
        scan(world, *taken)


def scan(world: World, parcel: Parcel, step: Step) -> Parcel:
    """Make one event happen now; `step.late_ms` ago is when it occurred.

    Raises:
        Rejected: UNKNOWN_CODE for a code of nobody's; CANCELLED.
    """
    if step.code not in CODES:
        raise Rejected(Reason.UNKNOWN_CODE, code=step.code, allowed=list(CODES))
    if parcel.cancelled:
        raise Rejected(Reason.CANCELLED, parcel=parcel.id)
    found, number = consignment_of(world, parcel.id), number_of(step.code)
    status = STATUS_OF[number]
    done = Scan(
        at_ms=world.now_ms,
        sequence=parcel.scans + 1,
        occurred_ms=world.now_ms - step.late_ms,
        status=status,
        code=step.code,
        text=title(number, found.shipment.language.lower()),
        place=step.place or _place(world, found, status),
        reason=step.reason,
        opens_return=number == RETURNED_NUMBER or (found.is_return and status is not Status.ANNOUNCED),
    )
    parcel = _settled(world, world.happen(parcel, done), found)
    telling.scanned(world, parcel, found)
    return parcel


def _place(world: World, found: Consignment, status: Status) -> str:
    """Return where an event is, when nobody says: at the sender's until it is sorted, then at the recipient's.

    The recipient's is where he had it redirected to, if he did.
    """
    sender, to = found.shipment.customer, found.shipment.item.recipient
    early = status in (Status.ANNOUNCED, Status.ACCEPTED, Status.RETURNED)
    if early:
        return f"{sender.zip} {sender.city}"
    return place_of(noticed_of(world, found.id).choice) or f"{to.zip} {to.city}".strip()


def _settled(world: World, parcel: Parcel, found: Consignment) -> Parcel:
    """Take the money when it is handed over, and give it back when that is withdrawn."""
    due = _cash_minor(found) if parcel.status is Status.DELIVERED else 0
    taken = sum(fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected))
    if due == taken:
        return parcel
    return world.happen(parcel, Collected(world.now_ms, due - taken, CURRENCY))


def _cash_minor(found: Consignment) -> int:
    """Return the centimes to be collected."""
    if not {"BLN", "N"} & set(found.shipment.item.attributes.przl):
        return 0
    amounts = [pair.value for pair in found.shipment.item.additional_data if pair.type.upper() == "NN_BETRAG"]
    try:
        return int(Decimal(amounts[0]) * 100) if amounts else 0
    except ArithmeticError:
        return 0


def revoke(world: World, parcel: Parcel, sequence: int) -> Parcel:
    """Withdraw an event, and what it had brought about.

    Raises:
        Rejected: UNKNOWN_SCAN.
    """
    parcel = world.happen(parcel, decide_revoke(parcel, sequence=sequence, at_ms=world.now_ms))
    return _settled(world, parcel, consignment_of(world, parcel.id))
