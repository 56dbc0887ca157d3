"""Notification kinds, and what each goes with.

Wire contract: `postal_api_swiss` §4. What is sent and when is in `notifying`: here is what is accepted and stored.
"""

KINDS = (1, 2, 4, 32, 64, 128, 256, 257, 258)
ORDER_CONFIRMATION, DELIVERY_INFORMATION = 1, 2
WITH_FREE_TEXT = frozenset((1, 2, 32))
WITH_CONTROL_OPTIONS = frozenset((ORDER_CONFIRMATION, DELIVERY_INFORMATION))
CONTROL_OPTIONS = ("10", "14", "18", "20")  # deposit, neighbour, desired day, forward or redirect
EXCHANGE, SATURDAY, EVENING_FOLLOWING, EVENING_SAME = 128, 256, 257, 258
EXCHANGE_INSTRUCTION = 3233
NEEDS = {SATURDAY: "SA", EVENING_FOLLOWING: "AZS", EVENING_SAME: "AZS"}
LANGUAGES = ("DE", "FR", "IT", "EN")

_ECONOMY, _PRIORITY = (1, 2, 4, 32, 64, 257), (1, 2, 4, 32, 64, 128, 256, 257)  # 257 and 258: edition of 2017 only
_MOON, _SAME_DAY, _WINE = (1, 2, 4, 32, 64, 128), (1, 32, 64, 128, 258), (1, 2, 4, 32, 64, 128, 256)
KINDS_BY_BASIC: dict[str, tuple[int, ...]] = {
    "ECO": _ECONOMY,
    "SP,ECO": _ECONOMY,
    "PRI": _PRIORITY,
    "SP,PRI": _PRIORITY,
    "SEM": _MOON,
    "SEM,SP": _MOON,
    "SKB": _SAME_DAY,
    "SKB,SP": _SAME_DAY,
    "DIR": _SAME_DAY,
    "DIRECT": _SAME_DAY,
    "VL": _WINE,
    "PPR": (1, 2, 4, 32, 64),
}
