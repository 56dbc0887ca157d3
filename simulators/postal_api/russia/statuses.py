"""What the operations of one item say about it: the canonical status with the rules that need more than one line.

Source: `statuses` §3a "Russian Post" and "How to read them". All pure.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ...core.parcel import Revoked, Scan, fold
from ...core.status import RANK, Status
from .operations import Mark, Operation

COUNTER_TYPES = frozenset({3, 4, 5, 16, 23, 27, 47, 54})  # mail types that wait at the counter
WITH_DELIVERY = 64  # the postmark bit that says that they do not
CODES_OF_RETURN = {Mark.ADDRESSEE: Status.RETURNED, Mark.SENDER: Status.UNDELIVERABLE}  # the addressee is the shop


class Item(NamedTuple):
    """What has to be known of an item: mail type (None: not known), postmarks, whether it is itself a return."""

    mail_type: int | None = None
    postmark: int = 0
    is_return: bool = False

    @property
    def counter(self) -> bool:
        return self.mail_type in COUNTER_TYPES and not self.postmark & WITH_DELIVERY


class Event(NamedTuple):
    """One operation of an item; `sequence` tells events apart and orders those of one moment and rank."""

    occurred_ms: int
    sequence: int
    operation: Operation


class Reading(NamedTuple):
    """What one event says. `status` None: nothing about the status.

    `opens_return` puts the item on the way back; `firm` is read as it is there too; `withdraws` is the sequence of
    the event that it takes back, 0 for none.
    """

    status: Status | None
    opens_return: bool = False
    firm: bool = False
    withdraws: int = 0


def readings(events: Iterable[Event], item: Item) -> dict[int, Reading]:
    """Return what each event says by its sequence, whatever order they arrived in; none is left out."""
    told: dict[int, Reading] = {}
    bearing: list[int] = []  # sequences of those before that bear a status and still stand
    for event in sorted(events, key=lambda event: _order(event, item)):
        before = [status for done in bearing if (status := told[done].status) is not None]
        reading = _reading(event.operation, item, before)
        if event.operation.mark is Mark.WITHDRAWS and bearing:
            reading = reading._replace(withdraws=bearing.pop())
        elif reading.status is not None:
            bearing.append(event.sequence)
        told[event.sequence] = reading
    return told


def standing(events: Iterable[Event], item: Item) -> Status:
    """Return the item's status after all its events, in whatever order they arrived."""
    listed = {event.sequence: event for event in events}
    told = readings(listed.values(), item)
    scans = [_scan(listed[sequence], reading) for sequence, reading in told.items()]
    return fold((*scans, *(Revoked(0, sequence, one.withdraws) for sequence, one in told.items() if one.withdraws)))


def _scan(event: Event, reading: Reading) -> Scan:
    return Scan(
        at_ms=event.occurred_ms,
        sequence=event.sequence,
        occurred_ms=event.occurred_ms,
        status=reading.status or Status.ANNOUNCED,
        code=event.operation.code,
        opens_return=reading.opens_return,
        silent=reading.status is None,
        firm=reading.firm,
    )


def _order(event: Event, item: Item) -> tuple[int, int, int]:
    status = _alone(event.operation, item)
    return event.occurred_ms, 0 if status is None else RANK[status], event.sequence


def _alone(operation: Operation, item: Item) -> Status | None:
    """Return an operation's status where nothing else is known but the item."""
    if operation.mark is Mark.COUNTER and item.counter:
        return Status.READY_FOR_PICKUP
    return operation.status


def _reading(operation: Operation, item: Item, before: Sequence[Status]) -> Reading:
    status = _in_context(operation, _alone(operation, item), before)
    if item.is_return and status is not None and RANK[status] >= RANK[Status.ACCEPTED]:
        status = CODES_OF_RETURN.get(operation.mark, status)
        return Reading(status, opens_return=True, firm=operation.mark in CODES_OF_RETURN)
    opens = operation.mark is Mark.OPENS and status is not None
    return Reading(status, opens_return=opens, firm=operation.mark is Mark.ADDRESSEE)


def _in_context(operation: Operation, status: Status | None, before: Sequence[Status]) -> Status | None:
    highest = max((RANK[one] for one in before), default=0)
    scanned = highest >= RANK[Status.ACCEPTED]
    match operation.mark:
        case Mark.DATA if scanned:
            return None
        case Mark.SCANNED if not scanned:
            return None
        case Mark.FIRST if not scanned:
            return Status.ACCEPTED
        case Mark.RECALL if highest > RANK[Status.ACCEPTED]:
            return None
        case _:
            return status
