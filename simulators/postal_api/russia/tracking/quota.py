"""How often a tenant may ask in a day of Moscow, by both services together.

Wire contract: `postal_api_russia` §4.8.
"""

from ....core.records import Kind, Natural
from ....core.world import World
from ....wire.moscow import day
from .switches import SWITCHES

CALLS: Kind[Natural] = Kind("russian_post_tracking.calls", int)  # "today" day and calls of that day


def exceeded(world: World) -> bool:
    """Count one request, and tell whether it is more than the tenant may make today."""
    today, most = day(world.now_ms), SWITCHES.number(world, "daily_limit")
    made = (world.store.get(CALLS, today) or 0) + 1
    for before, _ in list(world.store.scan(CALLS)):
        if before != today:
            world.store.drop(CALLS, before)
    world.store.put(CALLS, today, made)
    return 0 < most < made
