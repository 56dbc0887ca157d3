"""Canonical statuses and the fold: what a shipment's events, in any order of arrival, add up to.

Source: `statuses` §3 rules 1-7 and §3a "Fold", "Return leg", CDEK "Return orders".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..ports import CarrierEvent


class Status(StrEnum):
    """A shipment's state in the field's words; the carrier's own code and text stay beside it."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    ANNOUNCED = "announced"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    CUSTOMS = "customs"
    HELD = "held"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_FAILED = "delivery_failed"
    READY_FOR_PICKUP = "ready_for_pickup"
    RETURNING = "returning"
    UNDELIVERABLE = "undeliverable"
    LOST_OR_DAMAGED = "lost_or_damaged"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


RANK: Mapping[Status, int] = {
    Status.UNKNOWN: 0,
    Status.EXPIRED: 5,
    Status.ANNOUNCED: 10,
    Status.ACCEPTED: 20,
    Status.IN_TRANSIT: 30,
    Status.CUSTOMS: 30,
    Status.HELD: 35,
    Status.OUT_FOR_DELIVERY: 40,
    Status.DELIVERY_FAILED: 45,
    Status.READY_FOR_PICKUP: 50,
    Status.RETURNING: 70,
    Status.UNDELIVERABLE: 80,
    Status.LOST_OR_DAMAGED: 85,
    Status.DELIVERED: 90,
    Status.RETURNED: 95,
    Status.CANCELLED: 95,
}
ENDED = frozenset({Status.DELIVERED, Status.RETURNED})  # reopened by a withdrawal only
MIRRORED = frozenset({Status.RETURNED, Status.UNDELIVERABLE, Status.LOST_OR_DAMAGED})
# CDEK gives damage in carriage (9, 10) as lost; only then may a return order bring the parcel back to "returning".
DAMAGED_REASONS = ("9", "10")


def canonical(word: str) -> Status | None:
    """Return the status an event bears, or None for one that bears none ("keep", or a word nobody knows)."""
    try:
        status = Status(word)
    except ValueError:
        return None
    return None if status in (Status.UNKNOWN, Status.EXPIRED) else status


Position = tuple[datetime, int]  # when it happened, and the rank that breaks exact ties


@dataclass(frozen=True, slots=True)
class Reading:
    """What one live event says of its shipment, return leg applied. `position` orders novelties."""

    event: CarrierEvent
    status: Status

    @property
    def position(self) -> Position:
        return (self.event.occurred_at, RANK[self.status])


@dataclass(frozen=True, slots=True)
class Picture:
    """A shipment as its events show it. `readings` holds only events that bear on the direct parcel, oldest first."""

    status: Status
    partial: bool
    since: datetime | None
    readings: tuple[Reading, ...]


def live(events: Iterable[CarrierEvent]) -> list[CarrierEvent]:
    """Return the events that nobody withdrew, in the order in which they happened."""
    everything = list(events)
    gone_ids = {event.revokes for event in everything if event.revoked and event.revokes}
    gone = {_place(event) for event in everything if event.revoked and not event.revokes}
    kept = [
        event for event in everything if not event.revoked and event.id not in gone_ids and _place(event) not in gone
    ]
    return sorted(kept, key=_order)


def _place(event: CarrierEvent) -> tuple[str, str, datetime]:
    return (event.number, event.code, event.occurred_at)


def _order(event: CarrierEvent) -> tuple[datetime, int, int, str]:
    return (event.occurred_at, RANK[canonical(event.status) or Status.UNKNOWN], event.sequence, event.id)


def walk(events: Iterable[CarrierEvent], *, is_return: bool = False) -> list[Reading]:
    """Read live events of one number in order; stop at the end that only a withdrawal reopens."""
    readings: list[Reading] = []
    on_leg = is_return
    for event in live(events):
        scanned = any(RANK[reading.status] >= RANK[Status.ACCEPTED] for reading in readings)
        status = canonical(event.status_after if event.status_after and scanned else event.status)
        if status is None:
            continue
        if is_return and event.opens_return:
            status = Status.UNDELIVERABLE  # a return that cannot be handed over has nowhere left to go
        on_leg = on_leg or event.opens_return
        named = event.to_addressee and status is Status.DELIVERED  # the code names the person, the leg only guesses
        readings.append(Reading(event, _on_leg(status) if on_leg and not named else status))
        if readings[-1].status in ENDED:
            break
    return readings


def _on_leg(status: Status) -> Status:
    if status is Status.DELIVERED:
        return Status.RETURNED
    return Status.RETURNING if 20 <= RANK[status] <= 50 else status


def picture(number: str, events: Iterable[CarrierEvent]) -> Picture:
    """Fold all events of a parcel and of its return legs (events under other numbers) into its present state.

    The result does not depend on the order of arrival. A return leg is mirrored only when the parcel itself was not
    handed over; a client return never changes the parcel it came from.
    """
    by_number: dict[str, list[CarrierEvent]] = {}
    for event in events:
        by_number.setdefault(event.number, []).append(event)
    direct = by_number.pop(number, [])
    readings = walk(direct)
    kept = live(direct)
    partial = any(event.partial for event in kept)
    if _handed_back(readings):
        legs = [leg for leg in by_number.values() if any(event.is_return for event in leg)]
        readings += _mirrored(readings[-1], legs)
    status = readings[-1].status if readings else Status.ANNOUNCED
    return Picture(status, partial, readings[-1].event.occurred_at if readings else None, tuple(readings))


def _handed_back(readings: list[Reading]) -> bool:
    """Whether the carrier gave up handing over: it opened the leg, or closed the parcel as lost on the way."""
    if not readings or readings[-1].status in ENDED:
        return False
    return any(reading.event.opens_return for reading in readings) or _damaged(readings[-1])


def _damaged(reading: Reading) -> bool:
    return reading.status is Status.LOST_OR_DAMAGED and reading.event.reason.split(" ")[0] in DAMAGED_REASONS


def _mirrored(last: Reading, legs: list[list[CarrierEvent]]) -> list[Reading]:
    """Return the readings of return legs that speak for the parcel itself, in the order in which they happened."""
    allowed = MIRRORED | ({Status.RETURNING} if _damaged(last) else frozenset())
    found = [reading for leg in legs for reading in walk(leg, is_return=True) if reading.status in allowed]
    return sorted(found, key=lambda reading: (reading.position, reading.event.id))
