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


def readings(events: Iterable[Event], carrier: str) -> tuple[str, ...]:
    """Return the statuses that a set of events may mean: one, save where two documents order one instant differently.

    The status vocabularies go by rank, Mail Alliance's contract (§4.3) by sequence; a connector may follow either.
    """
    known = list(events)
    if carrier != "mail_alliance":
        return (status_of(known),)
    return tuple(dict.fromkeys((status_of(known), status_of(known, by_sequence=True))))


def status_of(events: Iterable[Event], *, by_sequence: bool = False) -> str:
    """Return the status that a set of events means, withdrawn ones left out beforehand."""
    line = sorted(
        (event for event in events if event.status in ORDER_OF_TIES),
        key=lambda event: (event.occurred_at, 0 if by_sequence else ORDER_OF_TIES[event.status], event.sequence),
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
