"""Lives of parcels by name, as data: what the carrier will record, where, and after how long.

Every delay is drawn from the seed for this parcel and leg, so that two lives never depend on each other.
"""

from itertools import count
from typing import NamedTuple

from ..core.errors import Reason, Rejected
from ..core.parcel import Parcel, Step
from ..core.world import World
from .homecoming import PARTLY_REFUSED, order_contents
from .ids import CARRIER
from .orders import Address, Order
from .shipments import SHIPMENTS, Shipment, order_in
from .statuses import status_of
from .times import HOUR_MS, MINUTE_MS


class Leg(NamedTuple):
    """One event: its status, the hours after the one before it (least, most), where, and why."""

    code: str
    least_h: int
    most_h: int
    at: str = ""  # "origin" or "destination" depot, "door", "point"
    reason: str = ""
    late_h: int = 0


_OUT = (
    Leg("shipped", 3, 8, "origin"),
    Leg("in_transit", 5, 10, "origin"),
    Leg("in_transit", 8, 14, "destination"),
    Leg("out_for_delivery", 5, 9, "destination"),
)
_BACK = (Leg("returned", 30, 48, "origin"),)

LIVES: dict[str, tuple[Leg, ...]] = {
    "delivered": (*_OUT, Leg("delivered", 2, 8, "door")),
    "second-attempt": (
        *_OUT,
        Leg("delivery_failed", 2, 8, "door", "not_home"),
        Leg("out_for_delivery", 16, 20, "destination"),
        Leg("delivered", 2, 8, "door"),
    ),
    "refused": (
        *_OUT,
        Leg("delivery_failed", 2, 8, "door", "refused"),
        Leg("returning", 10, 20, "destination", "refused"),
        *_BACK,
    ),
    "partly-refused": (*_OUT, Leg("delivered", 2, 8, "door", PARTLY_REFUSED)),
    "returned": (
        *_OUT,
        Leg("delivery_failed", 2, 8, "door", "not_home"),
        Leg("ready_for_pickup", 2, 5, "point"),
        Leg("returning", 48, 60, "point", "not_collected"),
        *_BACK,
    ),
    "lost": (*_OUT[:3], Leg("held", 12, 20, "destination", "search"), Leg("lost", 48, 72, "", "not_found")),
    "pickup": (*_OUT[:3], Leg("ready_for_pickup", 6, 10, "point"), Leg("delivered", 8, 40, "point", "collected")),
    "stuck": (),
    "RETURNVILLE": (
        *_OUT,
        Leg("delivery_failed", 2, 8, "door", "address_unknown"),
        Leg("returning", 10, 20, "destination", "address_unknown"),
        *_BACK,
    ),
    # A scan in the depot an hour after the hand-over is recorded at once; the hand-over itself two hours late.
    "LATETOWN": (*_OUT, Leg("in_transit", 4, 6, "destination"), Leg("delivered", 1, 1, "door", late_h=2)),
}
STORIES = tuple(name for name in LIVES if name.islower())
MAGIC_CITIES = tuple(name for name in LIVES if not name.islower())  # contract Part 8

DEPOTS = {
    "0": "DE-04356 Leipzig",
    "1": "DE-14974 Ludwigsfelde",
    "2": "DE-21035 Hamburg",
    "3": "DE-30855 Langenhagen",
    "4": "DE-47059 Duisburg",
    "5": "DE-50997 Köln",
    "6": "DE-64546 Mörfelden-Walldorf",
    "7": "DE-71063 Sindelfingen",
    "8": "DE-85609 Aschheim",
    "9": "DE-97076 Würzburg",
}  # our own choice of towns, by the first digit of the postal code


def story(world: World, parcel: Parcel, name: str) -> tuple[Step, ...]:
    """Return the life of this name for a parcel; from where it stands, if it has begun.

    A parcel with a single piece cannot be partly refused: it is refused.

    Raises:
        Rejected: UNKNOWN_STORY.
    """
    if name not in STORIES:
        raise Rejected(Reason.UNKNOWN_STORY, found=name, allowed=list(STORIES))
    if parcel.return_of:
        return _return_life(name)
    if name == "partly-refused" and sum(line.quantity for line in order_contents(world, parcel.id)) == 1:
        name = "refused"
    shipment = world.store.get(SHIPMENTS, parcel.id)
    if shipment is None:
        raise Rejected(Reason.UNKNOWN_PARCEL, parcel=parcel.id)
    return _ahead(parcel, _steps(world, parcel.id, name, order_in(shipment)))


def first_story(world: World, parcel_id: str, shipment: Shipment, order: Order) -> tuple[Step, ...]:
    """Return the life of a new parcel: by its magic city (in test), else drawn from the tenant's mix."""
    name = order.recipient.city
    if shipment.livemode or name not in MAGIC_CITIES:
        name = drawn(world, parcel_id)
    if name == "partly-refused" and sum(line.quantity for line in order.contents or ()) == 1:
        name = "refused"
    return _steps(world, parcel_id, name, order)


def drawn(world: World, parcel_id: str) -> str:
    """Return a story drawn by the weights of the tenant's setting `mix`; names that no story has are left out."""
    mix = world.store.header.settings.get("mix")
    if not isinstance(mix, dict):
        return "delivered"
    known = {name: weight for name, weight in mix.items() if name in STORIES and weight > 0}
    if not known:
        return "delivered"
    return str(world.dice("story", parcel_id).choices([*known], [*known.values()])[0])


def _steps(world: World, parcel_id: str, name: str, order: Order) -> tuple[Step, ...]:
    places = _places(order)
    first_ms = world.store.header.settings.get("accept_after_ms")
    steps = []
    for index, leg in zip(count(), LIVES[name], strict=False):
        spread_ms = (leg.most_h - leg.least_h) * HOUR_MS
        after_ms = leg.least_h * HOUR_MS
        if spread_ms:
            after_ms += world.roll(f"{CARRIER}.leg", f"{parcel_id}/{index}", spread_ms // MINUTE_MS) * MINUTE_MS
        if index == 0 and isinstance(first_ms, int):
            after_ms = first_ms
        steps.append(Step(after_ms, leg.code, places.get(leg.at, ""), leg.reason, leg.late_h * HOUR_MS))
    return tuple(steps)


def _places(order: Order) -> dict[str, str]:
    door = _town(order.recipient)
    return {"origin": _depot(order.shipper), "destination": _depot(order.recipient), "door": door, "point": door}


def _depot(address: Address) -> str:
    return DEPOTS[address.postal_code[0]] if address.country == "DE" else _town(address)


def _town(address: Address) -> str:
    return f"{address.country}-{address.postal_code.replace(' ', '')} {address.city}"


def _ahead(parcel: Parcel, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Leave out what a parcel that has begun its life has behind it: up to the step of its present status."""
    status = status_of(parcel)
    behind = [index for index, step in enumerate(steps) if step.code == status]
    return steps[behind[0] + 1 :] if behind else steps


def _return_life(name: str) -> tuple[Step, ...]:
    if name == "stuck":
        return ()
    end = "lost" if name == "lost" else "returned"
    return Step(24 * HOUR_MS, "shipped"), Step(60 * HOUR_MS, end)
