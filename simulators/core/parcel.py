"""A parcel: an append-only log of frozen facts, and the pure rules that make and fold them."""

from typing import assert_never

import msgspec

from .errors import Reason, Rejected
from .records import Instant, Natural
from .status import ENDED, RANK, Status


class Booked(msgspec.Struct, frozen=True, gc=False, tag="booked"):
    """The carrier has the data; nobody has seen the goods."""

    at_ms: Instant


class Scan(msgspec.Struct, frozen=True, gc=False, tag="scan"):
    """One event of the carrier. `at_ms` is when it was recorded, `occurred_ms` when it happened (may be earlier).

    `sequence` is gapless per parcel from 1. `code` and `text` are the carrier's own words. `opens_return` marks the
    event that puts the parcel on the way back. A `silent` event bears no status: its `status` is what the parcel's was.
    A `firm` one is read as it is on the way back too, as a hand-over that names the addressee is.
    """

    at_ms: Instant
    sequence: Natural
    occurred_ms: Instant
    status: Status
    code: str
    text: str = ""
    place: str = ""
    reason: str = ""
    opens_return: bool = False
    silent: bool = False
    firm: bool = False


class Revoked(msgspec.Struct, frozen=True, gc=False, tag="revoked"):
    """An earlier scan was withdrawn; `sequence` is this event's own number, `revokes` the withdrawn scan's."""

    at_ms: Instant
    sequence: Natural
    revokes: Natural


class Cancelled(msgspec.Struct, frozen=True, gc=False, tag="cancelled"):
    """Called off before the first scan."""

    at_ms: Instant


class Collected(msgspec.Struct, frozen=True, gc=False, tag="collected"):
    """Cash on delivery taken from the recipient, in minor units."""

    at_ms: Instant
    amount_minor: int
    currency: str
    method: str = "CASH"


class PaidOut(msgspec.Struct, frozen=True, gc=False, tag="paid-out"):
    """The parcel's line stood in a payout report."""

    at_ms: Instant
    report: str


Fact = Booked | Scan | Revoked | Cancelled | Collected | PaidOut


class Step(msgspec.Struct, frozen=True, gc=False):
    """One leg of a journey: what the carrier will record `after_ms` after the step before it.

    `late_ms` is how long the event is recorded after it occurred. `code` is the carrier's own.
    """

    after_ms: Natural
    code: str
    place: str = ""
    reason: str = ""
    late_ms: Natural = 0


class Parcel(msgspec.Struct, frozen=True, gc=False):
    """`id` is ours, `number` the carrier's (may be empty until assigned), `reference` the shop's own.

    `step` is the next step of `journey`, `due` the order number under which it stands on the agenda (0: it does not).
    """

    id: str
    carrier: str
    number: str
    reference: str
    facts: tuple[Fact, ...] = ()
    status: Status = Status.ANNOUNCED
    scans: Natural = 0
    journey: tuple[Step, ...] = ()
    step: Natural = 0
    paused: bool = False
    return_of: str = ""
    due: Natural = 0

    @property
    def cancelled(self) -> bool:
        return self.status is Status.CANCELLED


def decide_cancel(parcel: Parcel, *, at_ms: int) -> Cancelled:
    """Return the cancellation, or refuse it when the carrier already holds the goods. Changes nothing."""
    if parcel.cancelled:
        raise Rejected(Reason.CANCELLED, parcel=parcel.id)
    if parcel.scans:
        raise Rejected(Reason.MOVED, parcel=parcel.id, status=parcel.status)
    return Cancelled(at_ms=at_ms)


def decide_revoke(parcel: Parcel, *, sequence: int, at_ms: int) -> Revoked:
    """Return the withdrawal of scan `sequence`, or refuse it when there is none left to withdraw."""
    gone = {fact.revokes for fact in parcel.facts if isinstance(fact, Revoked)}
    live = [fact.sequence for fact in parcel.facts if isinstance(fact, Scan) and fact.sequence not in gone]
    if sequence not in live:
        raise Rejected(Reason.UNKNOWN_SCAN, parcel=parcel.id, sequence=sequence, allowed=live)
    return Revoked(at_ms=at_ms, sequence=parcel.scans + 1, revokes=sequence)


def evolve(parcel: Parcel, fact: Fact) -> Parcel:
    """Fold one more fact into the parcel. Total: a fact nobody folds is a type error."""
    facts = (*parcel.facts, fact)
    match fact:
        case Booked() | Collected() | PaidOut():
            return msgspec.structs.replace(parcel, facts=facts)
        case Cancelled():
            return msgspec.structs.replace(parcel, facts=facts, status=Status.CANCELLED)
        case Scan() | Revoked():
            return msgspec.structs.replace(parcel, facts=facts, scans=parcel.scans + 1, status=fold(facts))
        case _:
            assert_never(fact)


def fold(facts: tuple[Fact, ...]) -> Status:
    """Return the current status: by occurrence time, rank only for exact ties, return leg applied.

    Source: `statuses` §3 rules 2-4 and §3a "Fold" and "Return leg". The result does not depend on the order in which
    the scans were recorded.
    """
    gone = {fact.revokes for fact in facts if isinstance(fact, Revoked)}
    scans = [fact for fact in facts if isinstance(fact, Scan) and fact.sequence not in gone and not fact.silent]
    scans.sort(key=lambda scan: (scan.occurred_ms, RANK[scan.status], scan.sequence))
    status, on_leg = Status.ANNOUNCED, False
    for scan in scans:
        if status in ENDED:
            break
        on_leg = on_leg or scan.opens_return
        status = _on_leg(scan.status) if on_leg and not scan.firm else scan.status
    return status


def _on_leg(status: Status) -> Status:
    if status is Status.DELIVERED:
        return Status.RETURNED
    return Status.RETURNING if 20 <= RANK[status] <= 50 else status
