"""The mix of a tenant: how often each story is drawn for a parcel whose life nobody chose."""

from collections.abc import Collection

from ..core.world import World
from .settings import chosen

DEFAULT = "delivered"
HEAVIEST = 10**9


def weights(world: World, carrier: str, stories: Collection[str]) -> dict[str, float]:
    """Return {story: weight} of a carrier; names that no story of it has, and weights that are none, are left out."""
    found = chosen(world, carrier, "mix")
    given = found if isinstance(found, dict) else {}
    known = {name: weight for name, weight in given.items() if name in stories and _is_weight(weight)}
    return known or {DEFAULT: 1}


def drawn(world: World, carrier: str, stories: Collection[str], key: str) -> str:
    """Return the story of one parcel, by its own chance; a mix of one story needs none."""
    found = weights(world, carrier, stories)
    if len(found) == 1:
        return next(iter(found))
    return world.dice("story", key).choices([*found], [*found.values()])[0]


def _is_weight(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < HEAVIEST
