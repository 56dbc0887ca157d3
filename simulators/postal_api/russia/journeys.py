"""Lives of items by name, in operations of the dictionary.

Wire contract: `postal_api_russia` §4.7 "Typical domestic chain". Hours are ours: the way takes as long as the price
function promised, each leg up to a fifth shorter or longer by the tenant's seed. Places are post codes, `@` names that
`places_of` fills in.
"""

from collections.abc import Callable

from ...core.errors import Reason, Rejected
from ...core.parcel import Parcel, Step
from ...core.world import World
from ...wire import mix
from .lookup.places import of_index
from .names import OTPRAVKA
from .operations import parsed
from .records import COURIERED, LETTERS, Order, order_of

HOUR_MS = 3_600_000
MAGIC = "[story: "
OFFICE, SORTING, FAR_SORTING, THERE, EXCHANGE, ABROAD = "@office", "@sorting", "@far", "@there", "@exchange", "@abroad"
EXCHANGE_INDEX = "102975"  # Moscow's place of international exchange
Leg = tuple[float, str, str]  # hours after the leg before, code, place

ACCEPTED: Leg = (2, "1/2", OFFICE)
KEPT_H = 15 * 24  # so long an item waits at the counter; ten of these are told about


class Way:
    """What an order's life is made of: how it is taken in, carried and met."""

    def __init__(self, order: Order) -> None:
        days = max(order.days[0], 1)
        total_h = days * 24 * 0.8
        self.last_h = days * 24 * 0.15
        self.order = order
        self.courier = order.mail_type in COURIERED
        self.letter = order.mail_type in LETTERS
        self.locker = bool((order.fields.get("ecom-data") or {}).get("delivery-point-index"))
        self.legs: tuple[Leg, ...] = (ACCEPTED, (6, "8/1", OFFICE), (total_h * 0.25, "8/3", SORTING))
        self.legs += ((total_h * 0.1, "8/4", SORTING), (total_h * 0.4, "8/3", FAR_SORTING), (6, "8/4", FAR_SORTING))
        if order.is_abroad:
            self.legs = (*self.legs[:3], *self._out(total_h))

    def _out(self, total_h: float) -> tuple[Leg, ...]:
        return (
            (total_h * 0.1, "8/5", EXCHANGE),
            (6, "11/0", EXCHANGE),
            (12, "14/1", EXCHANGE),
            (4, "8/6", EXCHANGE),
            (2, "10/0", EXCHANGE),
            (total_h * 0.5, "9/1", ABROAD),
        )

    @property
    def home(self) -> tuple[Leg, ...]:
        return () if self.order.is_abroad else ((self.last_h, "8/2", THERE),)

    @property
    def met(self) -> tuple[Leg, ...]:
        """Return how the addressee is met the first time."""
        if self.order.is_abroad:
            return ((20, "8/2", ABROAD),)
        if self.locker:
            return (*self.home, (3, "8/9", THERE))
        return (*self.home, (14, "8/15", THERE)) if self.courier else self.home

    @property
    def paid(self) -> tuple[Leg, ...]:
        return ((1, "63/0", THERE),) if self.order.payment_minor > 0 else ()

    @property
    def handed_over(self) -> Leg:
        if self.order.is_abroad:
            return (20, "2/1", ABROAD)
        return (5 if self.courier else 26, "2/8" if self.courier else "2/3" if self.locker else "2/1", THERE)


def _back(way: Way, why: str) -> tuple[Leg, ...]:
    """Return the way back: why it turns, through sorting, to the office where it was taken in."""
    home = (way.order.days[0] * 12 or 24, "8/3", SORTING)
    start = ABROAD if way.order.is_abroad else THERE
    return ((8, why, start), (10, "8/20", start), home, (10, "8/4", SORTING), (20, "8/2", OFFICE), (40, "2/2", OFFICE))


def _delivered(way: Way) -> tuple[Leg, ...]:
    return (*way.legs, *way.met, *way.paid, way.handed_over)


def _second_attempt(way: Way) -> tuple[Leg, ...]:
    missed: Leg = (6, "12/1", THERE)
    again: tuple[Leg, ...] = ((20, "8/15", THERE),) if way.courier else ((48, "8/28", THERE),)
    return (*way.legs, *way.met, missed, *again, *way.paid, way.handed_over)


def _refused(way: Way) -> tuple[Leg, ...]:
    return (*way.legs, *way.met, (6, "12/6", ABROAD if way.order.is_abroad else THERE), *_back(way, "3/4"))


def _returned(way: Way) -> tuple[Leg, ...]:
    """Nobody comes: the time of storage goes by."""
    waits: tuple[Leg, ...] = ((KEPT_H - 5 * 24, "8/28", THERE), (5 * 24, "8/40", THERE))
    if way.locker:
        waits = ((48, "8/10", THERE), (24, "8/12", THERE))
    if way.courier:
        waits = ((6, "12/1", THERE), (24, "42/1", THERE))
    return (*way.legs, *way.met, *(() if way.order.is_abroad else waits), *_back(way, "3/1"))


def _lost(way: Way) -> tuple[Leg, ...]:
    return (*way.legs[:3], (20 * 24, "1027/1", SORTING), (10 * 24, "18/0", SORTING))


def _destroyed(way: Way) -> tuple[Leg, ...]:
    return (*way.legs, *way.met, *((KEPT_H, "3/9", THERE), (30 * 24, "15/0", OFFICE), (180 * 24, "16/0", OFFICE)))


def _rejected(way: Way) -> tuple[Leg, ...]:
    """The office does not take it: what is written does not fit what lies there."""
    return ((2, "44/2", OFFICE),)


def _forwarded(way: Way) -> tuple[Leg, ...]:
    return (
        *way.legs,
        *way.met,
        (8, "4/1", THERE),
        (30, "8/3", FAR_SORTING),
        (20, "8/2", THERE),
        *way.paid,
        way.handed_over,
    )


def _electronic(way: Way) -> tuple[Leg, ...]:
    """Letters are delivered into the electronic box and opened there; other mail is handed over by its QR code."""
    if not way.letter:
        return (*way.legs, *way.met, *way.paid, (20, "2/25", THERE))
    return (*way.legs[:1], (1, "8/16", THERE), (30, "2/5", THERE))


def _stuck(way: Way) -> tuple[Leg, ...]:
    return ()


def _held(way: Way) -> tuple[Leg, ...]:
    """Customs do not let it out and send it back; at home its address is looked into first."""
    if way.order.is_abroad:
        return (*way.legs[:5], (40, "14/4", EXCHANGE), *_back(way, "3/7"))
    return (
        *way.legs,
        *way.met,
        (10, "8/21", THERE),
        (60, "8/3", FAR_SORTING),
        (20, "8/2", THERE),
        *way.paid,
        way.handed_over,
    )


STORIES: dict[str, Callable[[Way], tuple[Leg, ...]]] = {
    "delivered": _delivered,
    "second-attempt": _second_attempt,
    "refused": _refused,
    "returned": _returned,
    "forwarded": _forwarded,
    "held": _held,
    "electronic": _electronic,
    "lost": _lost,
    "destroyed": _destroyed,
    "not-accepted": _rejected,
    "stuck": _stuck,
}


def story(world: World, parcel: Parcel, name: str) -> tuple[Step, ...]:
    """Return the steps of a life for this item; what has happened already is left out only for taking it in.

    Raises:
        Rejected: UNKNOWN_STORY.
    """
    if name not in STORIES:
        raise Rejected(Reason.UNKNOWN_STORY, story=name, allowed=sorted(STORIES))
    order = order_of(world, parcel.id)
    legs = STORIES[name](Way(order))
    if legs[:1] == (ACCEPTED,) and any(getattr(fact, "code", "").startswith("1/") for fact in parcel.facts):
        legs = legs[1:]
    chance = world.dice("russian_post.journey", parcel.id)
    return tuple(
        Step(
            after_ms=round(hours * HOUR_MS) * chance.randrange(80, 121) // 100,
            code=code,
            place=place_of(order, place),
        )
        for hours, code, place in legs
    )


def place_of(order: Order, name: str) -> str:
    """Return the post code that a name of a place stands for, of this order; a country's number abroad."""
    there = order.destination
    found = {
        OFFICE: order.office,
        SORTING: sorting(order.office),
        FAR_SORTING: sorting(there),
        THERE: there,
        EXCHANGE: EXCHANGE_INDEX,
        ABROAD: str(order.mail_direct),
    }
    return found.get(name, name)


def sorting(index: str) -> str:
    """Return the post code of the sorting centre that serves an office: its town's, by a `1` at the end of zeros."""
    place = of_index(index)
    return f"{(place.index if place else index)[:3]}960" if index else ""


def chosen_story(world: World, order: Order) -> str:
    """Return the life of an order that nobody chose one for: named in its comment, else drawn from the mix."""
    comment = order.text("comment")
    if MAGIC in comment:
        name = comment.partition(MAGIC)[2].partition("]")[0].strip()
        if name in STORIES:
            return name
    return mix.drawn(world, OTPRAVKA, STORIES, str(order.id))


def told(name: str) -> tuple[str, ...]:
    """Return a life in words, as a parcel lives it that goes ten days inside Russia."""
    fields = {"mail-type": "POSTAL_PARCEL", "mail-category": "ORDINARY", "mail-direct": 643, "index-to": 685000}
    order = Order(0, "", {**fields, "postoffice-code": "109012"}, 0, days=(10, 12))
    return tuple(_worded(*leg) for leg in STORIES[name](Way(order)))


def _worded(hours: float, code: str, place: str) -> str:
    found = parsed(code)
    name = "" if found is None else " · ".join(part for part in (found.type_name, found.name) if part)
    return f"about {round(hours)} h later: {code} {name}"
