"""The life of returns: made by the shop or by the carrier, on the way, received (§4.4)."""

import msgspec

from ..core.parcel import Booked, Parcel, Step
from ..core.world import World
from .ids import CARRIER, environment, numbered
from .log import Event, append
from .number_range import tracking_number
from .orders import Content
from .shipments import RETURNS, RETURNS_OF, SHIPMENTS, Printed, Return, livemode_of, ordered
from .times import HOUR_MS

WAITING = ("requested", "label_created")
PARTLY_REFUSED = "partly_refused"  # the reason of a delivered scan that leaves a part behind
CLOSED_AFTER_MS = 72 * HOUR_MS
CLOSE = f"{CARRIER}.close"
CARRIER_REASONS = ("refused", "not_collected", "address_unknown", "damaged")


def make(
    world: World,
    parcel: Parcel,
    *,
    origin: str,
    reason: str,
    reason_text: str = "",
    items: tuple[tuple[str, int], ...],
    status: str,
    own: bool,
    enclosed: bool = False,
) -> Return:
    """Make a return of a parcel, with a core parcel of its own if `own`, and tell `return.created`."""
    livemode = livemode_of(world, parcel)
    ordinal = world.count(f"{CARRIER}.returns.{environment(livemode)}")
    return_id = numbered(world, "ret", livemode, ordinal)
    number = tracking_number(world) if own else parcel.number
    found = Return(
        id=return_id,
        ordinal=ordinal,
        livemode=livemode,
        parcel=parcel.id,
        number=number,
        origin=origin,
        reason=reason,
        reason_text=reason_text,
        items=items,
        status=status,
        requested_ms=world.now_ms,
        own=own,
        enclosed=enclosed,
    )
    world.store.put(RETURNS, return_id, found)
    world.store.put(RETURNS_OF, parcel.id, (*(world.store.get(RETURNS_OF, parcel.id) or ()), return_id))
    if own:
        booked = (Booked(world.now_ms),)
        world.add(Parcel(return_id, CARRIER, number, parcel.reference, booked, return_of=parcel.id))
    event = Event("return.created", world.now_ms, parcel.id, subject=return_id)
    append(world, livemode, event, reference=parcel.reference)
    return found


def returns_of(world: World, parcel_id: str) -> list[Return]:
    """Return a parcel's returns, oldest first."""
    found = [world.store.get(RETURNS, return_id) for return_id in world.store.get(RETURNS_OF, parcel_id) or ()]
    return [one for one in found if one is not None]


def carried_back(world: World, parcel: Parcel, reason: str) -> Return:
    """Return the carrier's own return of the whole parcel, made now if there is none that still runs."""
    for found in returns_of(world, parcel.id):
        if not found.own and found.status not in ("cancelled", "closed"):
            return found
    reason = reason if reason in CARRIER_REASONS else "not_collected"
    everything = all_items(world, parcel.id)
    return make(world, parcel, origin="carrier", reason=reason, items=everything, status="in_transit", own=False)


def part_left_behind(world: World, parcel: Parcel) -> Return:
    """Make the carrier's return of what a recipient did not take, and send it on its way."""
    items = refused_part(order_contents(world, parcel.id))
    found = make(world, parcel, origin="carrier", reason="refused", items=items, status="in_transit", own=True)
    return start(world, found)


def start(world: World, found: Return) -> Return:
    """Send a return that has its own parcel on its way: handed in within two days, back two to four days later."""
    steps = (
        Step((12 + world.roll(f"{CARRIER}.handed-in", found.id, 37)) * HOUR_MS, "shipped", "door"),
        Step((36 + world.roll(f"{CARRIER}.brought-back", found.id, 49)) * HOUR_MS, "returned", "origin"),
    )
    world.travel(world.parcel(found.id), steps)
    return found


def after_delivery(world: World, parcel: Parcel) -> None:
    """Start the returns that the shop announced while the parcel was still on its way out."""
    for found in returns_of(world, parcel.id):
        if found.status in WAITING and found.own and not found.enclosed and not world.parcel(found.id).journey:
            start(world, found)


def never_delivered(world: World, parcel: Parcel) -> None:
    """Cancel the returns that can no longer happen, since the parcel came back or is lost."""
    for found in returns_of(world, parcel.id):
        if found.status in WAITING:
            world.store.put(RETURNS, found.id, msgspec.structs.replace(found, status="cancelled"))


def moved(world: World, found: Return, code: str) -> Return:
    """Keep what a scan means for a return: underway, received, lost. Received ones are closed three days later."""
    if code == "returned":
        found = msgspec.structs.replace(found, status="received", returned_ms=world.now_ms)
        world.later(CLOSE, found.id, after_ms=CLOSED_AFTER_MS)
    else:
        found = msgspec.structs.replace(found, status="cancelled" if code == "lost" else "in_transit")
    world.store.put(RETURNS, found.id, found)
    return found


def withdrawn(world: World, parcel: Parcel, code: str) -> None:
    """Take back what a withdrawn scan meant for the return that it belongs to."""
    own = world.store.get(RETURNS, parcel.id)
    for found in [own] if own else [one for one in returns_of(world, parcel.id) if not one.own]:
        if code == "returned" and found.status == "received":
            again = msgspec.structs.replace(found, status="in_transit", returned_ms=None)
            world.store.put(RETURNS, found.id, again)
        elif code == "returning" and found.status == "in_transit":
            world.store.put(RETURNS, found.id, msgspec.structs.replace(found, status="cancelled"))


def print_label(world: World, found: Return, printed: Printed) -> Return:
    """Note which label a return got."""
    found = msgspec.structs.replace(found, printed=printed)
    world.store.put(RETURNS, found.id, found)
    return found


def order_contents(world: World, parcel_id: str) -> tuple[Content, ...]:
    shipment = world.store.get(SHIPMENTS, parcel_id)
    return (ordered(shipment).contents or ()) if shipment is not None else ()


def all_items(world: World, parcel_id: str) -> tuple[tuple[str, int], ...]:
    """Return everything in a parcel as (sku, quantity); a line without a sku goes by its description."""
    return tuple((item_name(line), line.quantity) for line in order_contents(world, parcel_id))


def refused_part(contents: tuple[Content, ...]) -> tuple[tuple[str, int], ...]:
    """Return what a recipient leaves behind: the last line, or one piece of the only one."""
    if len(contents) > 1:
        return ((item_name(contents[-1]), contents[-1].quantity),)
    return tuple((item_name(line), 1) for line in contents)


def item_name(line: Content) -> str:
    return line.sku or line.description[:40]
