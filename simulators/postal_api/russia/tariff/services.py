"""Additional services of the calculator: their names, and what an order calls them.

Wire contract: §5.4.
"""

import csv
from functools import cache
from importlib.resources import files

FLAGS: dict[int, str] = {  # service -> an order's switch of the same meaning
    1: "with-simple-notice",
    2: "with-order-of-notice",
    4: "fragile",
    22: "inventory",
    23: "inventory",
    26: "courier",
    38: "completeness-checking",
    42: "sms-notice-recipient",
    44: "sms-notice-recipient",
    59: "pre-postal-preparation",
    62: "with-electronic-notice",
    66: "vsd",
    81: "contents-checking",
    82: "with-fitting",
    83: "functionality-checking",
    86: "partial-redemption",
}
OVERSIZED = frozenset({6, 12})
OWN_MINOR: dict[int, int] = {20: 1_000, 21: 1_000, 41: 1_500, 43: 1_500, 8: 7_000, 32: 4_000, 80: 18_000, 90: 6_000}
PACKS_MINOR: dict[int, int] = {10: 4_200, 20: 6_300, 30: 9_800, 40: 14_500}  # boxes; other packs are not sold here
PACKS = frozenset({*PACKS_MINOR, *range(11, 42), 99})
PACKING = 27


@cache
def services() -> dict[int, str]:
    """Return the names of all services by their numbers."""
    text = files(__package__).joinpath("services.csv").read_text(encoding="utf-8")
    return {int(row["id"]): row["name"] for row in csv.DictReader(text.splitlines(), delimiter=";")}
