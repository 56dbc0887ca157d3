"""Tracking numbers: `MAL`, 11 digits, check digit (§4.2), from a range that a tenant may make as small as it likes.

The tenant's setting `number_range` is `exhausted`, or how many numbers there are. Without it there are 10**11. A number
is free when it was never given out, or 365 days ago and not to a parcel that was cancelled since (§4.2, §4.6).
"""

from functools import lru_cache
from itertools import islice

from ..core.world import NUMBERS, PARCELS, World, rolled
from ..wire.settings import chosen
from .ids import CARRIER, check_digit
from .problems import Refused
from .times import DAY_MS

RETRY_AFTER_S = 3600
SPAN = 10**11
WIDEST = 10_000  # of a range made small
REUSED_AFTER_MS = 365 * DAY_MS
COUNTER, BEYOND = f"{CARRIER}.numbers", f"{CARRIER}.numbers-beyond"


def require_numbers(world: World, needed: int = 1) -> None:
    """Refuse what a client asks for when it needs so many numbers; what the carrier makes by itself goes on.

    Raises:
        Refused: unavailable, safe to repeat with the same key (§3.1).
    """
    span = chosen(world, CARRIER, "number_range")
    if span is not None and (span == "exhausted" or (_is_span(span) and len(_free(world, span, needed)) < needed)):
        detail = "The range of tracking numbers is used up; a new one has been asked for."
        raise Refused("unavailable", detail, headers={"Retry-After": str(RETRY_AFTER_S)})


def tracking_number(world: World) -> str:
    """Return the next tracking number. It starts at a place the seed chooses, so that a stranger's is unknown.

    The carrier's own parcels get a number from beyond the range when nothing in it is free.
    """
    span = chosen(world, CARRIER, "number_range")
    if span is None or not _is_span(span):
        return _number(world, world.count(COUNTER))
    for place in _free(world, span, 1):
        world.store.header.counters[COUNTER] = place
        return _number(world, place % span)
    return _number(world, SPAN // 2 + world.count(BEYOND))


def _free(world: World, span: int, most: int) -> list[int]:
    """Return what the counter must stand at for the next free numbers of a range, `most` of them at most."""
    begin = world.store.header.counters.get(COUNTER, 0) + 1
    places = (place for place in range(begin, begin + span) if _is_free(world, _number(world, place % span)))
    return list(islice(places, most))


def _is_free(world: World, number: str) -> bool:
    parcel_id = world.store.get(NUMBERS, f"{CARRIER}/{number}")
    parcel = None if parcel_id is None else world.store.get(PARCELS, parcel_id)
    if parcel is None:
        return True
    return not parcel.cancelled and world.now_ms - parcel.facts[0].at_ms >= REUSED_AFTER_MS


def _number(world: World, offset: int) -> str:
    digits = f"{(_start(world.store.header.seed) + offset) % SPAN:011}"
    return f"MAL{digits}{check_digit(digits)}"


def _is_span(found: object) -> bool:
    return isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= WIDEST


@lru_cache(1024)
def _start(seed: str) -> int:
    return rolled(seed, COUNTER, "start", SPAN)
