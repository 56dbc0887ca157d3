"""Lives of consignments by name, in event numbers.

Wire contract: `postal_api_swiss` §9.2. Delays are ours: a priority parcel lives about a day, an economy one two, each
leg up to a fifth shorter or longer by the tenant's seed.
"""

from ...core.errors import Reason, Rejected
from ...core.parcel import Parcel, Step
from ...core.world import World
from ...wire import mix
from .consignment import Consignment, consignment_of
from .event_words import title
from .names import CARRIER
from .services import Group, sort_out
from .statuses import code

MINUTE_MS = 60_000
MAGIC = "[story: "
Leg = tuple[float, int]  # hours after the leg before, event number

WAY: tuple[Leg, ...] = ((0.2, 600), (6, 100), (3, 1002), (9, 1201), (4, 1003))
AT_COUNTER: tuple[Leg, ...] = ((0.2, 600), (6, 100), (3, 1002), (9, 1201))
FAST: tuple[Leg, ...] = ((0.2, 600), (2, 200), (1, 1002), (1, 1003))
ABROAD: tuple[Leg, ...] = ((0.2, 600), (6, 100), (8, 1002), (30, 803), (12, 804), (20, 915), (6, 1003))
BACK: tuple[Leg, ...] = ((12, 1002), (20, 3600))
STORIES: dict[str, tuple[Leg, ...]] = {  # behind the way to the door or the counter
    "delivered": ((3, 4000),),
    "letterbox": ((3, 3800),),
    "second-attempt": ((3, 934), (20, 1003), (3, 4000)),
    "pickup": ((2, 910), (26, 4000)),
    "locker": ((2, 2102), (18, 4001)),
    "returned": ((3, 934), (4, 910), (168, 924), *BACK),
    "refused": ((3, 934), (1, 924), *BACK),
    "stuck": (),
}
FROM_COUNTER = ("pickup", "locker")


def _way(found: Consignment, name: str) -> tuple[Leg, ...]:
    basic = sort_out(found.shipment.item.attributes.przl).basic
    if basic is not None and basic.group is Group.ABROAD:
        return ABROAD
    if basic is not None and basic.group in (Group.EXPRESS, Group.DIRECT):
        return FAST
    return AT_COUNTER if name in FROM_COUNTER else WAY


def _slowness(found: Consignment) -> int:
    """Return how long a leg takes in hundredths: economy twice as long."""
    return 200 if "ECO" in sort_out(found.shipment.item.attributes.przl).parts else 100


def story(world: World, parcel: Parcel, name: str) -> tuple[Step, ...]:
    """Return the steps of a life for this parcel.

    Raises:
        Rejected: UNKNOWN_STORY.
    """
    if name not in STORIES:
        raise Rejected(Reason.UNKNOWN_STORY, story=name, allowed=sorted(STORIES))
    found = consignment_of(world, parcel.id)
    legs = (*_way(found, name), *STORIES[name]) if name != "stuck" else ((0.2, 600),)
    letter, slowness = not found.ident_code.startswith("99"), _slowness(found)
    chance = world.dice(f"{CARRIER}.journey", parcel.id)
    return tuple(
        Step(
            after_ms=int(hours * 60) * MINUTE_MS * slowness * chance.randrange(80, 121) // 10_000,
            code=code(number, letter=letter),
        )
        for hours, number in legs
    )


def chosen_story(world: World, found: Consignment) -> str:
    """Return the life of a consignment that nobody chose one for: named in its sendingID, else drawn from the mix."""
    given = found.shipment.sending_id
    if MAGIC in given:
        name = given.partition(MAGIC)[2].partition("]")[0].strip()
        if name in STORIES:
            return name
    return mix.drawn(world, CARRIER, STORIES, found.id)


def told(name: str) -> tuple[str, ...]:
    """Return a life in words, as a priority parcel lives it."""
    legs = ((0.2, 600),) if name == "stuck" else (*(AT_COUNTER if name in FROM_COUNTER else WAY), *STORIES[name])
    return tuple(f"about {hours:g} h later: {code(number)}, {title(number, 'en')}" for hours, number in legs)
