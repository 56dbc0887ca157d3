"""Lives of parcels by name, as data: what the carrier will record, where, and after how long.

Every pace is drawn from the seed for this parcel, so that two lives never depend on each other.
"""

from functools import cache
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from ..core.errors import Reason, Rejected
from ..core.parcel import Parcel, Step
from ..core.world import World
from ..wire import mix
from ..wire.settings import chosen
from .countries import OUTSIDE_TAX_UNION
from .homecoming import PARTLY_REFUSED
from .ids import CARRIER
from .orders import Address, Order
from .shipments import SHIPMENTS, Shipment, ordered
from .statuses import status_of
from .times import DAY_MS, HOUR_MS, MINUTE_MS


class Leg(NamedTuple):
    """One event: its status, the day (after that of the event before it), the hours between which it happens (UTC).

    `at` is "origin" or "destination" for a depot, "door" or "point". `late_h` is how long it is recorded afterwards.
    """

    code: str
    days: int
    from_h: float
    to_h: float
    at: str = ""
    reason: str = ""
    late_h: int = 0


_OUT = (
    Leg("shipped", 0, 15, 18, "origin"),
    Leg("in_transit", 0, 19, 22, "origin"),
    Leg("in_transit", 1, 8, 14, "destination"),
)
_TO_DOOR = (*_OUT, Leg("out_for_delivery", 1, 6.5, 8, "destination"))
_BACK = (Leg("returned", 2, 9, 15, "origin"),)

LIVES: dict[str, tuple[Leg, ...]] = {
    "delivered": (*_TO_DOOR, Leg("delivered", 0, 9, 17, "door")),
    "second-attempt": (
        *_TO_DOOR,
        Leg("delivery_failed", 0, 9, 17, "door", "not_home"),
        Leg("out_for_delivery", 1, 6.5, 8, "destination"),
        Leg("delivered", 0, 9, 17, "door"),
    ),
    "refused": (
        *_TO_DOOR,
        Leg("delivery_failed", 0, 9, 17, "door", "refused"),
        Leg("returning", 1, 8, 10, "destination", "refused"),
        *_BACK,
    ),
    "partly-refused": (*_TO_DOOR, Leg("delivered", 0, 9, 17, "door", PARTLY_REFUSED)),
    "returned": (
        *_TO_DOOR,
        Leg("delivery_failed", 0, 9, 15, "door", "not_home"),
        Leg("ready_for_pickup", 0, 16, 18, "point"),
        Leg("returning", 2, 18, 19, "point", "not_collected"),
        *_BACK,
    ),
    "lost": (*_OUT, Leg("held", 1, 9, 12, "destination", "search"), Leg("lost", 3, 12, 16, "", "not_found")),
    "pickup": (*_OUT, Leg("ready_for_pickup", 1, 9, 12, "point"), Leg("delivered", 1, 9, 19, "point", "collected")),
    "stuck": (),
    "locker": (
        *_TO_DOOR,
        Leg("ready_for_pickup", 0, 9, 14, "point", "locker"),
        Leg("delivered", 1, 7, 21, "point", "collected"),
    ),
    "reminder": (
        *_OUT,
        Leg("ready_for_pickup", 1, 9, 12, "point"),
        Leg("ready_for_pickup", 3, 8, 9, "point", "reminder"),
        Leg("delivered", 2, 9, 19, "point", "collected"),
    ),
    "customs": (
        *_OUT,
        Leg("held", 1, 8, 12, "destination", "customs"),
        Leg("in_transit", 2, 9, 15, "destination", "customs_cleared"),
        Leg("out_for_delivery", 1, 6.5, 8, "destination"),
        Leg("delivered", 0, 9, 17, "door"),
    ),
    "RETURNVILLE": (
        *_TO_DOOR,
        Leg("delivery_failed", 0, 9, 17, "door", "address_unknown"),
        Leg("returning", 1, 8, 10, "destination", "address_unknown"),
        *_BACK,
    ),
    # The depot scans the empty cage at 14:30 and that is recorded at once; the hand-over before it, two hours late.
    "LATETOWN": (
        *_TO_DOOR,
        Leg("in_transit", 0, 14.5, 14.5, "destination"),
        Leg("delivered", 0, 15, 16, "door", late_h=2),
    ),
}
LAST_COLLECTION_MS = 14 * HOUR_MS  # what is booked later is collected the next day
PACES = 256
PLACES = {
    "origin": "the depot of the sender",
    "destination": "the depot of the recipient",
    "door": "the recipient's door",
    "point": "a pick-up point",
}
ROLES = frozenset(PLACES)
ABROAD_DAYS = 1  # so much longer to another country, and back
_FAR = ("in_transit", "returned")
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

    A parcel with a single piece cannot be partly refused: it is refused. One that meets no customs is delivered.

    Raises:
        Rejected: UNKNOWN_STORY.
    """
    if name not in STORIES:
        raise Rejected(Reason.UNKNOWN_STORY, found=name, allowed=list(STORIES))
    if parcel.return_of:
        return _return_life(name)
    shipment = world.store.get(SHIPMENTS, parcel.id)
    if shipment is None:
        raise Rejected(Reason.UNKNOWN_PARCEL, parcel=parcel.id)
    order = ordered(shipment)
    return _ahead(parcel, _steps(world, parcel.id, _possible(name, order), order))


def first_story(world: World, parcel_id: str, shipment: Shipment, order: Order) -> tuple[Step, ...]:
    """Return the life of a new parcel: by its magic city (in test), else drawn from the tenant's mix."""
    name = order.recipient.city
    if shipment.livemode or name not in MAGIC_CITIES:
        name = mix.drawn(world, CARRIER, STORIES, parcel_id)
    return _steps(world, parcel_id, _possible(name, order), order)


def _possible(name: str, order: Order) -> str:
    """Return the life that an order can have when this one is wanted."""
    if name == "partly-refused" and sum(line.quantity for line in order.contents or ()) == 1:
        return "refused"
    countries = {order.shipper.country, order.recipient.country}
    if name == "customs" and (len(countries) == 1 or not countries & OUTSIDE_TAX_UNION):
        return "delivered"
    return name


def told(name: str) -> tuple[str, ...]:
    """Return a life in words, as a parcel within one country lives it; hours are UTC."""
    return tuple(map(_told, LIVES[name]))


def _told(leg: Leg) -> str:
    day = "the same day" if not leg.days else "the next day" if leg.days == 1 else f"{leg.days} days later"
    hours = f"{_hour(leg.from_h)} to {_hour(leg.to_h)}" if leg.to_h > leg.from_h else f"at {_hour(leg.from_h)}"
    place = f", {PLACES[leg.at]}" if leg.at else ""
    reason = f", reason {leg.reason}" if leg.reason else ""
    late = f", recorded {leg.late_h} h late" if leg.late_h else ""
    return f"{day}, {hours}: {leg.code}{place}{reason}{late}"


def _hour(hours: float) -> str:
    return f"{int(hours):02}:{int(hours % 1 * 60):02}"


def _steps(world: World, parcel_id: str, name: str, order: Order) -> tuple[Step, ...]:
    """Return a life as steps, each a wait after the one before it; the first begins now.

    One draw gives the pace of a whole life. Lives of one pace share their steps, whose places are roles: where
    "door" is, the scan knows.
    """
    pace = world.roll(f"{CARRIER}.pace", parcel_id, PACES)
    steps = _life(name, pace, order.shipper.country != order.recipient.country)
    if not steps:
        return ()
    first_ms = chosen(world, CARRIER, "accept_after_ms")
    if isinstance(first_ms, int):
        wait_ms = max(first_ms, 0)
    else:
        of_day_ms = world.now_ms % DAY_MS
        late_ms = DAY_MS if of_day_ms >= LAST_COLLECTION_MS else 0
        wait_ms = steps[0].after_ms + late_ms - of_day_ms
    return (msgspec.structs.replace(steps[0], after_ms=wait_ms), *steps[1:])


@cache
def _life(name: str, pace: int, abroad: bool) -> tuple[Step, ...]:
    """Return the legs of a life at one of PACES paces; the first leg's wait counts from midnight."""
    steps: list[Step] = []
    day_ms = before_ms = 0
    for index, leg in enumerate(LIVES[name]):
        day_ms += leg.days * DAY_MS + (ABROAD_DAYS * DAY_MS if abroad and leg.days and leg.code in _FAR else 0)
        span = int((leg.to_h - leg.from_h) * 60) + 1
        minute = int(leg.from_h * 60) + _drawn(f"{name}/{pace}/{index}", span)
        at_ms = day_ms + minute * MINUTE_MS
        steps.append(Step(at_ms - before_ms, leg.code, leg.at, leg.reason, leg.late_h * HOUR_MS))
        before_ms = at_ms
    return tuple(steps)


def _drawn(what: str, sides: int) -> int:
    """Return a number in range(sides) that is the same in every world: paces are a table, the seed picks from it."""
    return int.from_bytes(blake2b(what.encode(), digest_size=8).digest()) % sides


def place_of(world: World, parcel: Parcel, place: str) -> str:
    """Return where a role's place is for this parcel, as "DE-97070 Würzburg"; any other text stays as it is."""
    shipment = world.store.get(SHIPMENTS, parcel.return_of or parcel.id) if place in ROLES else None
    return place if shipment is None else _places(ordered(shipment))[place]


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
    return Step(24 * HOUR_MS, "shipped", "door"), Step(60 * HOUR_MS, end, "origin" if end == "returned" else "")
