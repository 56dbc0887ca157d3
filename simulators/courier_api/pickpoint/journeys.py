"""Lives of sendings by name, in PickPoint's states.

Wire contract: `courier_api` §4 "States". The paths are read from their meanings and the delays are ours: a sending
waits in its locker after one to five days, longer the farther it goes, each leg up to a fifth shorter or longer by the
tenant's seed.
"""

from collections.abc import Callable

from ...core.errors import Reason, Rejected
from ...core.parcel import Parcel, Step
from ...core.world import World
from ...wire import mix
from . import settings
from .postamats import cities, city_named, postamats
from .prices import zone
from .records import Sending, sending_of
from .statuses import BY_CODE

HOUR_MS = 3_600_000
PARTIAL = "partial"
MAGIC = "[story: "
Leg = tuple[int, str, str]  # hours after the leg before, code, reason

WAIT: tuple[Leg, ...] = ((4, "109", ""),)
BACK: tuple[Leg, ...] = ((6, "115", ""), (12, "116", ""), (8, "117", ""), (30, "113", ""))
HOMEWARD: tuple[Leg, ...] = ((10, "105", ""), (8, "106", ""), (12, "117", ""), (30, "113", ""))  # a client return


def _delivered(way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *WAIT, (20, "111", ""))


def _second_attempt(way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """Unclaimed in time, then kept longer and fetched."""
    return (*way, *WAIT, (72, "112", ""), (3, "109", ""), (20, "111", ""))


def _refused(way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *WAIT, (10, "114", "Отказ получателя"), *BACK)


def _partly_refused(way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *WAIT, (10, "111", PARTIAL))


def _returned(way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return (*way, *WAIT, (72, "112", ""), *BACK)


def _pickup(way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    """Fetched on the last day."""
    return (*way, *WAIT, (58, "111", ""))


def _stuck(way: tuple[Leg, ...]) -> tuple[Leg, ...]:
    return ()


STORIES: dict[str, Callable[[tuple[Leg, ...]], tuple[Leg, ...]]] = {
    "delivered": _delivered,
    "second-attempt": _second_attempt,
    "refused": _refused,
    "partly-refused": _partly_refused,
    "returned": _returned,
    "pickup": _pickup,
    "stuck": _stuck,
}


def story(world: World, parcel: Parcel, name: str) -> tuple[Step, ...]:
    """Return the steps of a life for this parcel; a client return has one life only, unless it is to stand still.

    A locker hands over everything or nothing, and so does a sending of fewer than two lines of goods: `partly-refused`
    is `refused` there.

    Raises:
        Rejected: UNKNOWN_STORY.
    """
    if name not in STORIES:
        raise Rejected(Reason.UNKNOWN_STORY, story=name, allowed=sorted(STORIES))
    sending = sending_of(world, parcel.id)
    if name == "partly-refused" and (len(sending.goods) < 2 or not postamats()[sending.postamat].opens):
        name = "refused"
    legs = STORIES[name](_way(sending))
    if sending.return_of and legs:
        legs = HOMEWARD
    return _steps(world, parcel, legs)


def way_back(world: World, parcel: Parcel) -> tuple[Step, ...]:
    """Return the steps by which a refused sending comes back."""
    return _steps(world, parcel, BACK)


def _steps(world: World, parcel: Parcel, legs: tuple[Leg, ...]) -> tuple[Step, ...]:
    chance = world.dice("pickpoint.journey", parcel.id)
    return tuple(
        Step(after_ms=hours * HOUR_MS * chance.randrange(80, 121) // 100, code=code, reason=reason)
        for hours, code, reason in legs
    )


def _way(sending: Sending) -> tuple[Leg, ...]:
    start = city_named(*sending.sender_city) or cities()[0]
    hours = 6 + 12 * zone(start, postamats()[sending.postamat].city)
    return ((9, "105", ""), (4, "106", ""), (hours, "107", ""), (5, "108", ""))


def chosen_story(world: World, sending: Sending) -> str:
    """Return the life of a sending that nobody chose one for: named in its description, else drawn from the mix."""
    if MAGIC in sending.description:
        name = sending.description.partition(MAGIC)[2].partition("]")[0].strip()
        if name in STORIES:
            return name
    return mix.drawn(world, settings.NAME, STORIES, sending.id)


def told(name: str) -> tuple[str, ...]:
    """Return a life in words, as a sending to a neighbouring zone lives it."""
    legs = STORIES[name](((9, "105", ""), (4, "106", ""), (18, "107", ""), (5, "108", "")))
    return tuple(
        f"about {hours} h later: {code} ({BY_CODE[int(code)].text})" + (f", {reason}" if reason else "")
        for hours, code, reason in legs
    )
