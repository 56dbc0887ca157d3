"""Lives of parcels by name, in CDEK's codes.

Wire contract: `courier_api` §2.1 "Typical paths". Delays are ours: an order lives two to eight days, longer the
farther it goes, each leg up to a fifth shorter or longer by the tenant's seed.
"""

from collections.abc import Callable

from msgspec.structs import replace

from ...core.errors import Reason, Rejected
from ...core.parcel import Parcel, Step
from ...core.world import World
from ...wire import mix
from .judgement import origin_of, target_of
from .prices import zone
from .problem_codes import CALL_FAILED, CALL_RESCHEDULED, DELAYED, EVENTS, PROBLEM, WEIGHED_AGAIN
from .records import Order, order_of
from .statuses import LOST, PARTIAL, REFUSED, SPELLINGS, UNCLAIMED
from .tariffs import TARIFFS

HOUR_MS = 3_600_000
Leg = tuple[int, str, str]  # hours after the leg before, code, reason

COLLECT: tuple[Leg, ...] = (
    (9, "RECEIVED_AT_SHIPMENT_WAREHOUSE", ""),
    (3, "READY_FOR_SHIPMENT_IN_SENDER_CITY", ""),
    (3, "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY", ""),
)
CUSTOMS: tuple[Leg, ...] = (
    (4, "IN_CUSTOMS_INTERNATIONAL", ""),
    (10, "SHIPPED_TO_DESTINATION", ""),
    (20, "IN_CUSTOMS_LOCAL", ""),
    (8, "CUSTOMS_COMPLETE", ""),
)
MEETINGS = frozenset({"DELIVERED", "NOT_DELIVERED", "POSTOMAT_RECEIVED"})  # where the recipient comes in
ARRIVED = "ACCEPTED_IN_RECIPIENT_CITY"
MAGIC = "[story: "
CARRIER = "cdek"


def _line_haul(hours: int) -> tuple[Leg, ...]:
    return ((4, "SENT_TO_RECIPIENT_CITY", ""), (hours, "ACCEPTED_IN_RECIPIENT_CITY", ""))


TO_WAIT: dict[str, tuple[Leg, ...]] = {  # from the recipient's city to where the recipient is met
    "door": ((3, "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE", ""), (13, "TAKEN_BY_COURIER", "")),
    "office": ((3, "ACCEPTED_AT_PICK_UP_POINT", ""),),
    "locker": ((3, "POSTOMAT_POSTED", ""),),
}
MET: dict[str, tuple[Leg, ...]] = {
    "door": ((4, "DELIVERED", ""),),
    "office": ((20, "DELIVERED", ""),),
    "locker": ((20, "POSTOMAT_RECEIVED", ""), (1, "DELIVERED", "")),
}
AGAIN: dict[str, tuple[Leg, ...]] = {  # a first try that fails, and the way to a second
    "door": ((6, "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", "2"), (15, "TAKEN_BY_COURIER", "")),
    "office": ((24, "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", ""), (12, "ACCEPTED_AT_PICK_UP_POINT", "")),
    "locker": ((48, "POSTOMAT_SEIZED", ""), (5, "ACCEPTED_AT_PICK_UP_POINT", "")),
}
UNMET: dict[str, tuple[Leg, ...]] = {
    "door": ((6, "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", "2"), (48, "NOT_DELIVERED", UNCLAIMED)),
    "office": ((72, "NOT_DELIVERED", UNCLAIMED),),
    "locker": ((48, "POSTOMAT_SEIZED", ""), (6, "NOT_DELIVERED", UNCLAIMED)),
}
COLLECTED_AT_POINT: tuple[Leg, ...] = ((16, "ACCEPTED_AT_PICK_UP_POINT", ""), (22, "DELIVERED", ""))


def _delivered(place: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *TO_WAIT[place], *MET[place])


def _second_attempt(place: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    end = MET["office"] if place == "locker" else MET[place]
    return (*way, *TO_WAIT[place], *AGAIN[place], *end)


def _refused(place: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *TO_WAIT[place], (4, "NOT_DELIVERED", REFUSED))


def _partly_refused(place: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *TO_WAIT[place], (4, "DELIVERED", PARTIAL))


def _returned(place: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *TO_WAIT[place], *UNMET[place])


def _lost(place: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way[:-1], (60, "NOT_DELIVERED", LOST))


def _pickup(place: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *COLLECTED_AT_POINT)


TROUBLE: dict[str, tuple[Leg, ...]] = {  # what goes wrong before the recipient is met after all
    "door": (
        (1, CALL_FAILED, "2"),
        (2, PROBLEM, "13"),
        (2, "RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", "2"),
        (1, CALL_RESCHEDULED, ""),
        (16, "TAKEN_BY_COURIER", ""),
    ),
    "office": ((2, CALL_FAILED, "1"), (3, CALL_RESCHEDULED, "")),
    "locker": ((2, PROBLEM, "38"), (4, "POSTOMAT_SEIZED", ""), (12, "ACCEPTED_AT_PICK_UP_POINT", "")),
}


def _problem(place: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    end = MET["office"] if place == "locker" else MET[place]
    return (*way, *TO_WAIT[place], *TROUBLE[place], *end)


def _delayed(place: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """A parcel that proves heavier and comes a day late."""
    return (
        *way[:1],
        (1, WEIGHED_AGAIN, "5000"),
        *way[1:-1],
        (2, DELAYED, "1"),
        *way[-1:],
        *TO_WAIT[place],
        *MET[place],
    )


def _stuck(place: str, way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return ()


STORIES: dict[str, Callable[[str, tuple[Leg, ...]], tuple[Leg, ...]]] = {
    "delivered": _delivered,
    "second-attempt": _second_attempt,
    "refused": _refused,
    "partly-refused": _partly_refused,
    "returned": _returned,
    "lost": _lost,
    "pickup": _pickup,
    "stuck": _stuck,
    "problem": _problem,
    "delayed": _delayed,
}


def story(world: World, parcel: Parcel, name: str) -> tuple[Step, ...]:
    """Return the steps of a life for this parcel.

    A locker hands over everything or nothing, and so does an order of one piece: `partly-refused` is `refused` there.

    Raises:
        Rejected: UNKNOWN_STORY.
    """
    if name not in STORIES:
        raise Rejected(Reason.UNKNOWN_STORY, story=name, allowed=sorted(STORIES))
    order = order_of(world, parcel.id)
    _, mode = TARIFFS.get(order.tariff, TARIFFS[139])
    if name == "partly-refused" and (order.pieces < 2 or mode.target == "locker"):
        name = "refused"
    legs = STORIES[name](mode.target, _way(order))
    chance = world.dice("cdek.journey", parcel.id)
    return tuple(
        Step(after_ms=hours * HOUR_MS * chance.randrange(80, 121) // 100, code=code, reason=reason)
        for hours, code, reason in legs
    )


def _way(order: Order) -> tuple[Leg, ...]:
    start, end = origin_of(order), target_of(order)
    hours = 8 + 8 * (zone(start, end) if start and end else 3)
    family, _ = TARIFFS.get(order.tariff, TARIFFS[139])
    declared = "date_invoice" in order.echo and start is not None and end is not None and start.country != end.country
    if family.abroad or declared:
        return (*COLLECT, *CUSTOMS, (12, "ACCEPTED_IN_RECIPIENT_CITY", ""))
    return (*COLLECT, *_line_haul(hours))


def chosen_story(world: World, order: Order) -> str:
    """Return the life of an order that nobody chose one for: named in its comment, else drawn from the mix."""
    name = named_story(order)
    return name if name else mix.drawn(world, CARRIER, STORIES, order.uuid)


def named_story(order: Order) -> str:
    """Return the life that an order's comment names, "" when it names none."""
    comment = str(order.echo.get("comment", ""))
    name = comment.partition(MAGIC)[2].partition("]")[0].strip()
    return name if name in STORIES else ""


def follow_comment(world: World, order: Order) -> None:
    """Let an order live the life that its comment names, when it names one."""
    name = named_story(order)
    if name:
        parcel = world.parcel(order.uuid)
        world.travel(parcel, story(world, parcel, name))


def start_at(world: World, parcel: Parcel, at_ms: int) -> None:
    """Let a journey that has not begun begin an hour after a courier came for the goods."""
    if parcel.journey and not parcel.step and not parcel.scans and not parcel.cancelled:
        first = replace(parcel.journey[0], after_ms=max(0, at_ms + HOUR_MS - world.now_ms))
        world.travel(parcel, (first, *parcel.journey[1:]))


def meet_at(world: World, parcel: Parcel, at_ms: int) -> Parcel:
    """Let the rest of a journey meet the recipient at a moment: it waits before the last round, or hurries."""
    held = world.pause(parcel)
    left = list(held.journey[held.step :])
    end = next((n for n, step in enumerate(left) if step.code in MEETINGS), None)
    if end is not None:
        before_ms, wanted_ms = sum(step.after_ms for step in left[: end + 1]), max(0, at_ms - world.now_ms)
        if wanted_ms >= before_ms:
            wait = end - 1 if end and left[end - 1].code == "TAKEN_BY_COURIER" else end
            left[wait] = replace(left[wait], after_ms=left[wait].after_ms + wanted_ms - before_ms)
        else:
            hurried = [replace(step, after_ms=step.after_ms * wanted_ms // before_ms) for step in left[: end + 1]]
            left[: end + 1] = hurried
            rest_ms = wanted_ms - sum(step.after_ms for step in hurried)
            left[end] = replace(left[end], after_ms=left[end].after_ms + rest_ms)
    return world.travel(replace(held, paused=parcel.paused), tuple(left))


def reroute(world: World, parcel: Parcel, place: str) -> Parcel:
    """Let the rest of a journey end elsewhere in the recipient's city, as it would have ended."""
    held = world.pause(parcel)
    left = list(held.journey[held.step :])
    end = next((step for step in left if step.code in MEETINGS), None)
    if end is not None:
        arrival = next((n for n, step in enumerate(left) if step.code == ARRIVED), -1)
        legs = (*TO_WAIT[place], *(MET[place] if end.code != "NOT_DELIVERED" else ((4, end.code, end.reason),)))
        left = left[: arrival + 1] + [Step(hours * HOUR_MS, code, reason=reason) for hours, code, reason in legs]
    return world.travel(replace(held, paused=parcel.paused), tuple(left))


def put_off(world: World, parcel: Parcel, by_ms: int) -> Parcel:
    """Let the rest of a journey come later, if there is any."""
    if parcel.step >= len(parcel.journey):
        return parcel
    held = world.pause(parcel)
    first, *rest = held.journey[held.step :]
    return world.travel(replace(held, paused=parcel.paused), (replace(first, after_ms=first.after_ms + by_ms), *rest))


def told(name: str) -> tuple[str, ...]:
    """Return a life in words, as an order to a door in a city of the next zone lives it."""
    way = (*COLLECT, *_line_haul(16))
    return tuple(
        f"about {hours} h later: {code} ({_named(code)})" + (f", reason {reason}" if reason else "")
        for hours, code, reason in STORIES[name]("door", way)
    )


def _named(code: str) -> str:
    return SPELLINGS[code].name if code in SPELLINGS else EVENTS[code].partition(";")[0]
