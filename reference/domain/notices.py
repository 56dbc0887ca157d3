"""Who is told what: the newest mailable novelty of a shipment, once, within thirty days of asking.

Source: `notifications` NTF-001 to 026, 201 to 212 and Part 4.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .statuses import Picture, Position, Reading, Status

WINDOW = timedelta(days=30)
MAILABLE = frozenset(
    {
        Status.ANNOUNCED,
        Status.OUT_FOR_DELIVERY,
        Status.READY_FOR_PICKUP,
        Status.DELIVERY_FAILED,
        Status.DELIVERED,
        Status.RETURNED,
    }
)
FREQUENCY_MOST_MINUTES = 10_080


class Fate(StrEnum):
    """Where a notice (one novelty for one subscription) stands."""

    WAITING = "waiting"
    QUEUED = "queued"  # chosen by a run, not accepted by SMTP yet
    SENT = "sent"
    SUPERSEDED = "superseded"
    SUPPRESSED = "suppressed"  # hidden, off, expired, withdrawn
    FAILED = "failed"


OPEN = (Fate.WAITING, Fate.QUEUED)


def ends_at(requested_at: datetime) -> datetime:
    """Thirty times twenty-four hours, weekends and clock changes included; the end itself is outside (D3)."""
    return requested_at + WINDOW


def email_key(email: str) -> str:
    """Return what makes two spellings one address: the domain's letter case does not count (NTF-204)."""
    local, _, domain = email.rpartition("@")
    return f"{local}@{domain.lower()}"


@dataclass(frozen=True, slots=True)
class Notice:
    """An open notice of the novelty `event_id`. `revokes_told`: it withdraws something this person was told."""

    id: int
    event_id: str
    revokes_told: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail will say: the state in force, its remark, and whether it takes something back."""

    notice: Notice
    state: Status
    reason: str
    observation: str
    correction: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a subscription's open notices. `send` is not in the other two."""

    send: Told | None
    superseded: tuple[Notice, ...]
    suppressed: tuple[Notice, ...]


def decide(
    picture: Picture,
    notices: Sequence[Notice],
    *,
    active: bool,
    mailable: Collection[Status],
    after: Position | None = None,
) -> Decision:
    """Choose what one person is told now. Pure; the same notices in any order give the same decision.

    Only the shipment's newest mailable novelty is ever sent; when it was told before, or nobody waits for it, or
    something later was told (`after`, NTF-211), nothing is. A withdrawal of something told is one correction, unless
    there is newer news.
    """
    if not active:
        return Decision(None, (), tuple(notices))
    by_event = {notice.event_id: notice for notice in notices}
    readings = {reading.event.id: reading for reading in picture.readings}
    newest = max(
        (reading for reading in picture.readings if reading.status in mailable),
        key=lambda reading: (reading.position, reading.event.sequence, reading.event.id),
        default=None,
    )
    fresh = newest is not None and newest.event.id in by_event and (after is None or newest.position > after)
    send = _told(newest, by_event[newest.event.id]) if newest and fresh else None
    if send is None:
        told_else = newest.status if newest else Status.UNKNOWN  # no mail names a state that is not for mailing
        send = _correction(notices, picture.status if picture.status in mailable else told_else)
    rest = [notice for notice in notices if send is None or notice is not send.notice]
    hidden = [notice for notice in rest if not _worth(notice, readings, mailable)]
    return Decision(send, tuple(notice for notice in rest if notice not in hidden), tuple(hidden))


def _told(reading: Reading, notice: Notice) -> Told:
    return Told(notice, reading.status, reading.event.reason, observation_of(reading))


def observation_of(reading: Reading) -> str:
    """Return the remark that staff wrote; a carrier's event has none beyond its reason."""
    return reading.event.text if reading.event.carrier == STAFF else ""


STAFF = "staff"  # the carrier name of novelties that people enter


def _correction(notices: Sequence[Notice], state: Status) -> Told | None:
    takes_back = [notice for notice in notices if notice.revokes_told]
    if not takes_back:
        return None
    notice = max(takes_back, key=lambda found: found.id)
    return Told(notice, state, "", "", correction=True)


def _worth(notice: Notice, readings: dict[str, Reading], mailable: Collection[Status]) -> bool:
    reading = readings.get(notice.event_id)
    return reading is not None and reading.status in mailable
