"""The judge's own reading of the status rules. It shares nothing with what it judges.

Source: status vocabularies §3 rules 2-4 and §3a, "Fold" and "Return leg".
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

# When two events occurred in the same instant, the one of the higher rank is the later one.
ORDER_OF_TIES = {
    "announced": 10, "accepted": 20, "in_transit": 30, "customs": 30, "held": 35, "out_for_delivery": 40,
    "delivery_failed": 45, "ready_for_pickup": 50, "returning": 70, "undeliverable": 80, "lost_or_damaged": 85,
    "delivered": 90, "returned": 95, "cancelled": 95,
}  # fmt: skip
WAY_OUT = frozenset(
    ("accepted", "in_transit", "customs", "held", "out_for_delivery", "delivery_failed", "ready_for_pickup")
)
CLOSED = frozenset(("delivered", "returned"))


class Event(NamedTuple):
    """One event as the rules see it. `sequence` is the carrier's own order among events of one instant."""

    occurred_at: datetime
    status: str
    sequence: int = 0
    turns_back: bool = False


def status_of(events: Iterable[Event]) -> str:
    """Return the status that a set of events means, withdrawn ones left out beforehand."""
    line = sorted(
        (event for event in events if event.status in ORDER_OF_TIES),
        key=lambda event: (event.occurred_at, ORDER_OF_TIES[event.status], event.sequence),
    )
    current, way_back = "announced", False
    for event in line:
        way_back = way_back or event.turns_back
        current = event.status
        if way_back and current in WAY_OUT:
            current = "returning"
        if way_back and current == "delivered":
            current = "returned"
        if current in CLOSED:
            return current
    return current
