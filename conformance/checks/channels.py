"""Channels: webhooks and polls, each switched on or off; each does its part alone, and is named truly."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from ..attribution import CHANNELS, POLL, WEBHOOK, is_read, news_of
from ..history import Exchange, Finding, History
from ..run import Channel
from ..wires import WIRES, with_webhooks
from . import tracking
from .bookings import bookings
from .registry import Check, check
from .webhooks import TELLS

SETTLES = timedelta(hours=2)  # so long a booking or a webhook may have reads in its wake
QUIET = timedelta(hours=12)  # so long nothing must have happened for a read to be a poll
ENOUGH = 3  # news told by a channel before its silence is called dead


def _on(history: History, channel: str) -> bool:
    return history.channels.get(channel, True)


def _relabelled(requirement: str, history: History, *checks: Check) -> Iterator[Finding | str]:
    for one in checks:
        for found in one(history):
            yield msgspec.structs.replace(found, requirement=requirement) if isinstance(found, Finding) else found


def pushed(history: History) -> list[Exchange]:
    """Return the webhooks that told of scans or returns and were answered 2xx."""
    return [
        entry
        for entry in history.journal
        if entry.direction == "out" and 200 <= entry.status < 300 and not _is_ping(entry)
    ]


def _is_ping(entry: Exchange) -> bool:
    body = entry.asked()
    kind = str(body.get("type", "")) if isinstance(body, dict) else ""
    return not kind.startswith(TELLS)


WHOLE_LIFE = (tracking.status_is_the_truths, tracking.each_event_once, tracking.no_event_is_lost)


@check("TRK-013")
def polls_alone_suffice(history: History) -> Iterator[Finding | str]:
    if _on(history, POLL) and not pushed(history):
        yield from _relabelled("TRK-013", history, *WHOLE_LIFE)


@check("TRK-014")
def webhooks_alone_suffice(history: History) -> Iterator[Finding | str]:
    answered = [entry for entry in _late_reads(history) if 200 <= entry.status < 300]
    if _on(history, WEBHOOK) and (not _on(history, POLL) or not answered):
        yield from _relabelled("TRK-014", history, *WHOLE_LIFE)


@check("AUT-002")
def a_life_is_followed(history: History) -> Iterator[Finding | str]:
    """Whoever looked or did not look: that is the case's part."""
    yield from _relabelled("AUT-002", history, *WHOLE_LIFE)


def _booked_at(history: History) -> dict[str, datetime]:
    """Return when each carrier got its last booking."""
    return {entry.carrier: entry.at for _, entry, _ in bookings(history)}


def _late_reads(history: History) -> list[Exchange]:
    """Return the reads that are none of those that follow a booking at once."""
    settled = {carrier: at + SETTLES for carrier, at in _booked_at(history).items()}
    reads = [entry for entry in history.journal if entry.carrier in settled and is_read(entry)]
    return [entry for entry in reads if entry.at > settled[entry.carrier]]


@check("TRK-015")
def no_polls_when_switched_off(history: History) -> Iterator[Finding | str]:
    """A read before which for hours nothing was written and no webhook came is a poll."""
    if _on(history, POLL):
        return
    causes: dict[str, list[datetime]] = defaultdict(list)
    polls: Counter[str] = Counter()
    for entry in history.journal:
        if entry.direction == "out" or (entry.method == "POST" and not entry.path.endswith("/oauth/token")):
            causes[entry.carrier].append(entry.at)
        elif is_read(entry) and entry.carrier in causes and entry.at > causes[entry.carrier][-1] + SETTLES:
            polls[entry.carrier] += 1
    for carrier, moments in sorted(causes.items()):
        if polls[carrier]:
            found = f"{polls[carrier]} reads without an occasion"
            yield Finding(requirement="TRK-015", subject=carrier, expected="no polls: they are off", found=found)
        elif history.ended_at - moments[-1] >= QUIET:
            yield carrier


@check("WHK-007")
def no_subscription_when_switched_off(history: History) -> Iterator[Finding | str]:
    if _on(history, WEBHOOK):
        return
    used = {str(view.carrier) for view in history.orders if view.state == "booked"}
    for carrier in sorted(used & set(with_webhooks())):
        asked = [
            entry.path
            for entry in history.journal
            if entry.direction == "in"
            and entry.carrier == carrier
            and entry.method == "POST"
            and entry.path.rstrip("/").endswith(WIRES[carrier].subscribes)
        ]
        if asked:
            found = f"{len(asked)} requests to {asked[0]}"
            yield Finding(requirement="WHK-007", subject=carrier, expected="no subscription", found=found)
        else:
            yield carrier


@check("TRK-016")
def the_source_is_true(history: History) -> Iterator[Finding | str]:
    for row in news_of(history):
        subject = f"{row.order} {row.event.code} of {row.event.occurred_at:%d %H:%M:%S}"
        if row.fits and row.event.source not in row.fits:
            expected = f"{' or '.join(sorted(row.fits))}, as the wire shows"
            yield Finding(requirement="TRK-016", subject=subject, expected=expected, found=str(row.event.source))
        elif row.fits:
            yield subject


@check("TRK-017")
def polls_that_are_on_are_made(history: History) -> Iterator[Finding | str]:
    if not _on(history, POLL):
        return
    wait = SETTLES + 2 * timedelta(minutes=history.poll_minutes)
    booked, reads = _booked_at(history), _late_reads(history)
    for carrier in sorted({truth.carrier for _, truth in history.booked() if truth.status not in ("delivered",)}):
        if carrier not in booked or history.ended_at - booked[carrier] < wait:
            continue
        polls = [entry for entry in reads if entry.carrier == carrier]
        if not polls:
            found = f"none in the {history.ended_at - booked[carrier]} after the booking"
            yield Finding(requirement="TRK-017", subject=carrier, expected="polls", found=found)
        else:
            yield carrier


@check("WHK-008")
def webhooks_that_are_on_work(history: History) -> Iterator[Finding | str]:
    for row in channels_of(history):
        if row.name == WEBHOOK and (row.dead or row.news):
            if row.dead:
                yield Finding(
                    requirement="WHK-008", subject=row.carrier, expected="news learned by webhook", found=row.note
                )
            else:
                yield row.carrier


def channels_of(history: History) -> tuple[Channel, ...]:
    """Return what each channel of each carrier brought first, and whether one that is on is dead.

    Webhooks are dead when several pieces of news were pushed before any poll told them, and none was learned so.
    """
    kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
    passed_over: Counter[str] = Counter()
    for row in news_of(history):
        kinds[row.carrier, row.first].append(row.event.status)
        passed_over[row.carrier] += row.told[:1] == (WEBHOOK,) and row.first != WEBHOOK
    carriers = sorted({carrier for carrier, _ in kinds})
    made = []
    for carrier in carriers:
        for name in (*CHANNELS, "unknown"):
            found = kinds[carrier, name]
            dead = name == WEBHOOK and _on(history, WEBHOOK) and not found and passed_over[carrier] >= ENOUGH
            note = f"{passed_over[carrier]} pieces of news were pushed first and learned otherwise" if dead else ""
            taught = tuple(dict.fromkeys(found))
            made.append(Channel(carrier=carrier, name=name, news=len(found), taught=taught, dead=dead, note=note))
    return tuple(made)


def merged(rows: Iterable[Channel]) -> tuple[Channel, ...]:
    """Return the channels of many histories as one list; one that was dead in any of them is dead."""
    together: dict[tuple[str, str], Channel] = {}
    for row in rows:
        known = together.get((row.carrier, row.name))
        if known is not None:
            row = msgspec.structs.replace(
                known,
                news=known.news + row.news,
                taught=tuple(dict.fromkeys((*known.taught, *row.taught))),
                dead=known.dead or row.dead,
                note=known.note or row.note,
            )
        together[row.carrier, row.name] = row
    return tuple(together[key] for key in sorted(together))
