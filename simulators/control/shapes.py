"""What the control API answers with: the building blocks that several operations share."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ..core.parcel import Booked, Cancelled, Collected, Fact, PaidOut, Parcel, Revoked, Scan, Step
from ..core.status import Status
from ..wire.transcript import rfc3339

Stamp = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]


class Problem(msgspec.Struct):
    """Why a call was refused (RFC 9457); nothing changed. `detail` says what was found and what is allowed."""

    type: str
    title: str
    status: int
    detail: str


class _Fact(msgspec.Struct, tag_field="fact"):
    at: Stamp


class BookedFact(_Fact, tag="booked"):
    """The carrier has the data; nobody has seen the goods."""


class ScanFact(_Fact, tag="scan"):
    """One event of the carrier: `at` is when it was recorded, `code` and `text` are the carrier's own words."""

    occurred_at: Stamp
    sequence: int
    status: Status
    code: str
    text: str
    place: str
    reason: str
    opens_return: bool


class RevokedFact(_Fact, tag="revoked"):
    """The scan numbered `revokes` was withdrawn."""

    sequence: int
    revokes: int


class CancelledFact(_Fact, tag="cancelled"):
    """Called off before the first scan."""


class CollectedFact(_Fact, tag="collected"):
    """Cash on delivery was taken, or given back."""

    amount_minor: int
    currency: str
    method: str


class PaidOutFact(_Fact, tag="paid-out"):
    """The parcel's line stood in a payout report."""

    report: str


FactView = BookedFact | ScanFact | RevokedFact | CancelledFact | CollectedFact | PaidOutFact


class ParcelView(msgspec.Struct):
    """A parcel: who carries it, how it stands, the journey it is on (`step` is the next one), and all its facts."""

    id: str
    carrier: str
    number: str
    reference: str
    status: Status
    scans: int
    journey: tuple[Step, ...]
    step: int
    paused: bool
    return_of: str
    facts: list[FactView]


def parcel_view(parcel: Parcel) -> ParcelView:
    return ParcelView(
        parcel.id,
        parcel.carrier,
        parcel.number,
        parcel.reference,
        parcel.status,
        parcel.scans,
        parcel.journey,
        parcel.step,
        parcel.paused,
        parcel.return_of,
        [fact_view(fact) for fact in parcel.facts],
    )


def fact_view(fact: Fact) -> FactView:
    """Return a fact as the API shows it, with moments as RFC 3339."""
    at = rfc3339(fact.at_ms)
    match fact:
        case Booked():
            return BookedFact(at)
        case Scan():
            return _scan_fact(at, fact)
        case Revoked():
            return RevokedFact(at, fact.sequence, fact.revokes)
        case Cancelled():
            return CancelledFact(at)
        case Collected():
            return CollectedFact(at, fact.amount_minor, fact.currency, fact.method)
        case PaidOut():
            return PaidOutFact(at, fact.report)


def _scan_fact(at: str, fact: Scan) -> ScanFact:
    return ScanFact(
        at,
        rfc3339(fact.occurred_ms),
        fact.sequence,
        fact.status,
        fact.code,
        fact.text,
        fact.place,
        fact.reason,
        fact.opens_return,
    )


def plain(view: msgspec.Struct) -> dict[str, Any]:
    """Return an answer's shape as plain data, for whoever wants to add to it."""
    found: dict[str, Any] = msgspec.to_builtins(view)
    return found
