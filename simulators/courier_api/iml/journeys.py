"""Lives of parcels by name, in pairs of the two axes.

Wire contract: `courier_api` §3; the pairs follow the test vectors of `statuses` §3a. Delays are ours: an order lives
two to nine days, longer the farther it goes, each leg up to a fifth shorter or longer by the tenant's seed. The axes
change one after the other, the outcome first, so that they disagree for a while (`courier_api` §6 CF-33).
"""

from collections.abc import Callable

from ...core.errors import Reason, Rejected
from ...core.parcel import Parcel, Step
from ...core.world import World
from ...wire import mix
from . import prices, settings
from .jobs import JOBS
from .records import CARRIER, Order, order_of
from .regions import regions
from .statuses import OUTCOMES, STATES, pair

HOUR_MS = 3_600_000
MAGIC = "[story: "
PARTIAL = "partial"
Leg = tuple[int, str, str]  # hours after the leg before, code, reason

COURIER: tuple[Leg, ...] = ((10, "2/0", ""),)
POINT: tuple[Leg, ...] = ((6, "10/0", ""),)
MEETING = {"door": COURIER, "point": POINT, "post": ()}
FINISH: dict[str, tuple[Leg, ...]] = {
    "door": ((4, "2/1", ""), (2, "3/1", ""), (20, "13/1", "")),
    "point": ((22, "10/1", ""), (2, "3/1", ""), (20, "13/1", "")),
    "post": ((30, "1/1", ""), (12, "3/1", ""), (30, "13/1", "")),
}
AGAIN: dict[str, tuple[Leg, ...]] = {
    "door": ((8, "1/0", ""), (16, "2/0", "")),
    "point": ((60, "1/0", ""), (12, "10/0", "")),
    "post": ((24, "1/0", ""),),
}
BACK: tuple[Leg, ...] = ((30, "1/3", ""), (24, "13/3", ""))


def _way(order: Order) -> tuple[Leg, ...]:
    hours = 8 + 12 * prices.band(regions()[order.start], regions()[order.end])
    return ((8, "1/0", ""), (hours, "1/0", ""))


def _with_reason(legs: tuple[Leg, ...], reason: str) -> tuple[Leg, ...]:
    (hours, code, _), *rest = legs
    return ((hours, code, reason), *rest)


def _delivered(to: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *MEETING[to], *FINISH[to])


def _second_attempt(to: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *MEETING[to], *AGAIN[to], *FINISH[to])


def _refused(to: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    at = {"door": "2/3", "point": "10/3", "post": "1/3"}[to]
    return (*way, *MEETING[to], (4, at, ""), (3, "6/3", ""), *BACK)


def _partly_refused(to: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *MEETING[to], *_with_reason(FINISH[to], PARTIAL))


def _returned(to: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """Nobody is met or comes: the place turns first, the outcome follows."""
    return (*way, *MEETING[to], (72, "6/0", ""), (3, "6/2", ""), (30, "1/2", ""), (24, "13/2", ""))


def _pickup(to: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *POINT, *FINISH["point"])


def _stuck(to: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return ()


STORIES: dict[str, Callable[[str, tuple[Leg, ...]], tuple[Leg, ...]]] = {
    "delivered": _delivered,
    "second-attempt": _second_attempt,
    "refused": _refused,
    "partly-refused": _partly_refused,
    "returned": _returned,
    "pickup": _pickup,
    "stuck": _stuck,
}


def story(world: World, parcel: Parcel, name: str) -> tuple[Step, ...]:
    """Return the steps of a life for this parcel.

    An order of which no single piece can be refused is refused whole: there `partly-refused` is `refused`.

    Raises:
        Rejected: UNKNOWN_STORY.
    """
    if name not in STORIES:
        raise Rejected(Reason.UNKNOWN_STORY, story=name, allowed=sorted(STORIES))
    order = order_of(world, parcel.id)
    if name == "partly-refused" and not can_be_partly_refused(order):
        name = "refused"
    legs = STORIES[name](JOBS[order.job].to, _way(order))
    if settings.choice(world, "axes") == "disagree":
        legs = _contradicted(legs)
    chance = world.dice("iml.journey", parcel.id)
    return tuple(
        Step(after_ms=hours * HOUR_MS * chance.randrange(80, 121) // 100, code=code, reason=reason)
        for hours, code, reason in legs
    )


def can_be_partly_refused(order: Order) -> bool:
    """Tell whether a line can be refused alone while another is taken."""
    return len(order.goods) > 1 and bool(order.refusable)


def _contradicted(legs: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """Let the axes contradict one another for an hour before the first outcome: refused here, delivered there."""
    for place, (hours, code, _) in enumerate(legs):
        outcome = pair(code)[1]
        if outcome:
            wrong = "6/1" if outcome == 1 else f"3/{outcome}"
            (_, *told), *rest = legs[place:]
            return (*legs[:place], (hours, wrong, ""), (1, told[0], told[1]), *rest)
    return legs


def chosen_story(world: World, order: Order) -> str:
    """Return the life of an order that nobody chose one for: named in its comment, else drawn from the mix."""
    comment = str(order.echo.get("Comment", ""))
    if MAGIC in comment:
        name = comment.partition(MAGIC)[2].partition("]")[0].strip()
        if name in STORIES:
            return name
    return mix.drawn(world, CARRIER, STORIES, order.id)


def told(name: str) -> tuple[str, ...]:
    """Return a life in words, as an order to a door two bands away lives it."""
    way: tuple[Leg, ...] = ((8, "1/0", ""), (32, "1/0", ""))
    return tuple(_worded(*leg) for leg in STORIES[name]("door", way))


def _worded(hours: int, code: str, reason: str) -> str:
    state, outcome = pair(code)
    words = f"about {hours} h later: State {state} ({STATES[state]}), OrderStatus {outcome} ({OUTCOMES[outcome]})"
    return words + (f", reason {reason}" if reason else "")
