"""Opaque ids, made from counters and the tenant's seed and read back without an index, and the check digit."""

from ..core.world import World

CARRIER = "mail_alliance"
_VALUES = bytes(code % 16 for code in range(256))  # of digits: "0" is 48


def environment(livemode: bool) -> str:
    """Return the prefix that keeps test and live data apart in counters and keys."""
    return "live" if livemode else "test"


def numbered(world: World, prefix: str, livemode: bool, ordinal: int) -> str:
    """Return the id of the n-th object of its sort, e.g. `evt_0000002a` and 16 hex digits of the seed.

    It carries its ordinal, so that no index is needed to find the object, and a mark nobody outside can compute.
    """
    mark = world.token_hex(f"{CARRIER}.{prefix}.{environment(livemode)}", str(ordinal), 8)
    return f"{prefix}_{ordinal:08x}{mark}"


def ordinal_of(world: World, prefix: str, livemode: bool, text: str) -> int | None:
    """Return the ordinal inside an id of this tenant and environment; None for any other text."""
    head = len(prefix) + 1
    digits = text[head : head + 8]
    if not digits.isascii() or not digits.isalnum():
        return None
    try:
        ordinal = int(digits, 16)
    except ValueError:
        return None
    return ordinal if text == numbered(world, prefix, livemode, ordinal) else None


def check_digit(digits: str) -> int:
    """Return the GS1 mod-10 check digit: weights 3, 1, 3 … from the right.

    Source: GS1 General Specifications, "Check digit calculation"; contract §4.2 names the scheme.
    """
    values = digits.encode().translate(_VALUES)
    return -(3 * sum(values[-1::-2]) + sum(values[-2::-2])) % 10
