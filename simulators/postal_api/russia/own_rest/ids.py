"""Opaque ids from counters and the tenant's seed, and moments as the wire tells them."""

from datetime import UTC, datetime

from ....core.world import World
from ..names import OTPRAVKA

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


def named(name: str) -> str:
    """Return the name of a kind, a duty or a counter of this carrier."""
    return f"{OTPRAVKA}.{name}"


def new_id(world: World, prefix: str) -> str:
    """Return the next id of its sort, e.g. `ltr_0000002a` and 16 hex digits that nobody outside can compute."""
    ordinal = world.count(named(prefix))
    return f"{prefix}_{ordinal:08x}{world.token_hex(named(prefix), str(ordinal), 8)}"


def rfc3339(at_ms: int) -> str:
    """Return "2026-03-02T08:00:00.000Z"."""
    found = datetime.fromtimestamp(at_ms // 1000, UTC).replace(microsecond=at_ms % 1000 * 1000)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def told(at_ms: int) -> str | None:
    """Return a moment as the wire tells it; 0 is none."""
    return rfc3339(at_ms) if at_ms else None
