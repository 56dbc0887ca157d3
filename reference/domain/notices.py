"""Who is told what: the newest mailable novelty of a shipment, once, within thirty days of asking.

Source: `notifications` NTF-001 to 026, 201 to 212 and Part 4.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import idna

from .statuses import Picture, Position, Reading, Status
from .visibility import TRANSIT, States

WINDOW = timedelta(days=30)
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
    """Return what makes two spellings one address: the domain's letter case and script do not count (NTF-204)."""
    local, _, domain = email.rpartition("@")
    with suppress(UnicodeError):  # what is no domain is its own spelling
        domain = a_labels(domain)
    return f"{local}@{domain.lower()}"


def a_labels(domain: str) -> str:
    """Return a domain as the mail servers know it: IDNA 2008, in which «ß» is no «ss».

    Raises:
        UnicodeError: it is no domain.
    """
    return domain if domain.isascii() else idna.encode(domain, uts46=True, transitional=False).decode("ascii")


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


@dataclass(frozen=True, slots=True)
class Before:
    """What a person was told last: its place in time and its state."""

    position: Position
    state: Status | None = None


def decide(
    picture: Picture,
    notices: Sequence[Notice],
    *,
    active: bool,
    states: States,
    before: Before | None = None,
    repeats_told: bool = True,
) -> Decision:
    """Choose what one person is told now. Pure; the same notices in any order give the same decision.

    Only the shipment's newest mailable novelty is ever sent; when it was told before, or nobody waits for it, or
    something later was told (NTF-211), nothing is. A withdrawal of something told is one correction, unless there is
    newer news. Without `repeats_told` a further scan of the state in transit that was told last is no news (NTF-205).
    """
    if not active:
        return Decision(None, (), tuple(notices))
    by_event = {notice.event_id: notice for notice in notices}
    readings = {reading.event.id: reading for reading in picture.readings}
    newest = max(
        (reading for reading in picture.readings if states.is_mailed(reading.status)),
        key=lambda reading: (reading.position, reading.event.sequence, reading.event.id),
        default=None,
    )
    fresh = newest is not None and newest.event.id in by_event and (before is None or newest.position > before.position)
    again = newest is not None and before is not None and newest.status in TRANSIT and newest.status is before.state
    said = fresh and (repeats_told or not again)
    send = _told(newest, by_event[newest.event.id], states) if newest and said else None
    if send is None:
        told_else = newest.status if newest else Status.UNKNOWN  # no mail names a state that is not for mailing
        send = _correction(notices, picture.status if states.is_mailed(picture.status) else told_else)
    rest = [notice for notice in notices if send is None or notice is not send.notice]
    hidden = [notice for notice in rest if not _worth(notice, readings, states)]
    return Decision(send, tuple(notice for notice in rest if notice not in hidden), tuple(hidden))


def _told(reading: Reading, notice: Notice, states: States) -> Told:
    reason, observation = states.told(reading.status, reading.event.reason, observation_of(reading))
    return Told(notice, reading.status, reason, observation)


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


def _worth(notice: Notice, readings: dict[str, Reading], states: States) -> bool:
    reading = readings.get(notice.event_id)
    return reading is not None and states.is_mailed(reading.status)
