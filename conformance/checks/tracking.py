"""Tracking: the status is the truth's, and each event of the carrier is in the history exactly once."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import msgspec

from ..attribution import news_of, tellings_of
from ..driver.shapes import OrderView
from ..fold import Event, readings
from ..history import Fact, Finding, History, Truth
from ..wires import WIRES
from .registry import check

# What a way back tells of the parcel it belongs to (CDEK mirrors only these into the direct order).
NEVER_TOLD = frozenset(("RETURN_ORDER_DELIVERED",))  # the simulator's own note that a return order came home
MIRRORED = frozenset(("returned", "undeliverable", "lost_or_damaged"))


def ways_back(history: History, truth: Truth) -> list[Truth]:
    return [row for row in history.truth if row.return_of in (truth.id, truth.number) and row.return_of]


def true_status(history: History, truth: Truth) -> str:
    """Return what an order's status should read: the parcel's own, or that of its way back once the goods are home.

    Source: status vocabularies §3a, "Return orders": mirrored only while the direct parcel is on its way back.
    """
    if truth.status == "returning":
        for row in ways_back(history, truth):
            if row.status in MIRRORED:
                return row.status
    return truth.status


def dated(carrier: str | None, moment: datetime) -> datetime:
    """Return a moment as a carrier's wire dates it; to the second, where a connector names a carrier of its own."""
    wire = WIRES.get(str(carrier))
    return moment.replace(microsecond=0) if wire is None else wire.dated(moment)


def _events(view: OrderView) -> Counter[tuple[str, datetime]]:
    mine = [event for event in view.history if event.source != "staff"]
    return Counter((event.code, dated(view.carrier, event.occurred_at)) for event in mine)


def _scans(carrier: str, facts: tuple[Fact, ...]) -> Counter[tuple[str, datetime]]:
    return Counter((row.code, dated(carrier, row.occurred_at or row.at)) for row in facts if told(row))


def _to_be_known(history: History, truth: Truth) -> Counter[tuple[str, datetime]]:
    """Return the scans that were told; of a carrier whose reads are snapshots those that some answer had."""
    scans = _scans(truth.carrier, truth.scans())
    if not WIRES[truth.carrier].snapshots:
        return scans
    names = {truth.number, truth.reference}
    seen = {(row.code, dated(truth.carrier, row.occurred_at)) for row in tellings_of(history) if row.names & names}
    return Counter(key for key in scans if key in seen)


def told(fact: Fact) -> bool:
    """Whether the carrier tells of this fact on the wire as a scan."""
    return fact.fact == "scan" and fact.code not in NEVER_TOLD


def may_read(truth: Truth) -> tuple[str, ...]:
    """Return the statuses that a parcel's scans may mean."""
    events = (
        Event(scan.occurred_at or scan.at, scan.status, scan.sequence, scan.opens_return) for scan in truth.scans()
    )
    return readings(events, truth.carrier)


@check("TRK-001")
def status_is_the_truths(history: History) -> Iterator[Finding | str]:
    if not history.settled:
        return
    for view, truth in history.booked():
        wanted = true_status(history, truth)
        either = may_read(truth)
        if view.status != wanted and not (wanted in either and view.status in either):
            after = " → ".join(f"{scan.code}@{(scan.occurred_at or scan.at):%d %H:%M}" for scan in truth.scans())
            yield Finding(
                requirement="TRK-001", subject=view.number, expected=wanted, found=str(view.status), after=after
            )
        else:
            yield view.number


@check("TRK-002")
def status_is_the_latest_occurrence(history: History) -> Iterator[Finding | str]:
    """Fold the truth's own scans by the judge's reading, and compare: needs scans that carry a canonical status."""
    if not history.settled:
        return
    for view, truth in history.booked():
        scans = truth.scans()
        back = ways_back(history, truth)
        if not scans or back or not all(scan.status for scan in scans) or truth.status == "cancelled":
            continue
        if truth.carrier in WIRES and WIRES[truth.carrier].firm.intersection(scan.code for scan in scans):
            continue  # the way back does not change what such a scan says: TRK-001 judges it
        wanted = may_read(truth)
        if view.status not in wanted:
            expected, found = " or ".join(wanted), str(view.status)
            yield Finding(requirement="TRK-002", subject=view.number, expected=expected, found=found)
        else:
            yield view.number


@check("TRK-003")
def each_event_once(history: History) -> Iterator[Finding | str]:
    for view, truth in history.booked():
        ids = Counter(event.event_id for event in view.history)
        twice = sorted(key for key, count in ids.items() if count > 1)
        true = _scans(truth.carrier, truth.facts)
        for row in ways_back(history, truth):
            true += _scans(row.carrier, row.facts)
        many = sorted(
            f"{code} of {at:%d %H:%M:%S} {count}×"
            for (code, at), count in _events(view).items()
            if count > max(1, true[(code, at)])
        )
        if twice or many:
            found = f"repeated ids {twice}, repeated events {many}"
            yield Finding(requirement="TRK-003", subject=view.number, expected="each event once", found=found)
        elif view.history:
            yield view.number


@check("TRK-004")
def no_event_is_lost(history: History) -> Iterator[Finding | str]:
    if not history.settled:
        return
    for view, truth in history.booked():
        live = _to_be_known(history, truth)
        missing = sorted(f"{code} of {at:%d %H:%M:%S}" for code, at in live - _events(view))
        if missing:
            found = f"missing {missing}"
            yield Finding(requirement="TRK-004", subject=view.number, expected=f"{live.total()} events", found=found)
        elif live:
            yield view.number


NO_SCANS = ("announced", "cancelled", "unknown")  # facts of the booking


def words_told(history: History, carrier: str) -> frozenset[str]:
    """Return every word that a carrier put on the wire: in answers and in webhooks."""
    mine = [row for row in history.journal if row.carrier == carrier]
    texts = [str((row.response_body if row.direction == "in" else row.request_body) or "") for row in mine]
    texts += [row.body for row in history.attempts if row.carrier == carrier]
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


def _coined(view: OrderView, told_words: frozenset[str]) -> list[str]:
    """Return codes of facts of the booking that the carrier never said; a bare status word claims to be no code."""
    return sorted(
        f"{event.code} ({event.status})"
        for event in view.history
        if event.source != "staff" and event.status in NO_SCANS and event.code not in ("", event.status)
        and not told_words.issuperset(re.findall(r"\w+", event.code))
    )  # fmt: skip


@check("TRK-009")
def nothing_is_made_up(history: History) -> Iterator[Finding | str]:
    carriers = {truth.carrier for _, truth in history.booked()}
    told_words = {carrier: words_told(history, carrier) for carrier in sorted(carriers)}
    for view, truth in history.booked():
        true = _scans(truth.carrier, truth.facts)
        for row in ways_back(history, truth):
            true += _scans(row.carrier, row.facts)
        foreign = sorted(
            f"{event.code} of {event.occurred_at:%d %H:%M:%S}"
            for event in view.history
            if event.source != "staff"
            and event.status not in NO_SCANS
            and (event.code, dated(view.carrier, event.occurred_at)) not in true
        )
        foreign += _coined(view, told_words[truth.carrier])
        if foreign:
            found = f"not the carrier's: {foreign}"
            yield Finding(
                requirement="TRK-009", subject=view.number, expected="the carrier's codes and times", found=found
            )
        elif view.history:
            yield view.number


@check("TRK-018")
def the_carriers_own_words_are_kept(history: History) -> Iterator[Finding | str]:
    """Compare the words of each event with what its carrier told; none are wanted of a channel that told none."""
    for news in news_of(history):
        text = news.event.text.strip()
        if not news.words or (not text and news.event.source in news.wordless):
            continue
        if text in news.words:
            yield news.order
        else:
            subject, expected = f"{news.event.code} of {news.order}", " or ".join(sorted(news.words))
            yield Finding(requirement="TRK-018", subject=subject, expected=expected, found=text or "no words")


@check("TRK-008")
def back_at_the_sender_is_returned(history: History) -> Iterator[Finding | str]:
    if not history.settled:
        return
    for view, truth in history.booked():
        if true_status(history, truth) != "returned":
            continue
        if view.status != "returned":
            yield Finding(requirement="TRK-008", subject=view.number, expected="returned", found=str(view.status))
        else:
            yield view.number


@check("TRK-012")
def lost_reads_lost(history: History) -> Iterator[Finding | str]:
    if not history.settled:
        return
    for view, truth in history.booked():
        if true_status(history, truth) != "lost_or_damaged":
            continue
        if view.status != "lost_or_damaged":
            yield Finding(
                requirement="TRK-012", subject=view.number, expected="lost_or_damaged", found=str(view.status)
            )
        else:
            yield view.number


@check("TRK-011")
def partial_is_marked(history: History) -> Iterator[Finding | str]:
    if not history.settled:
        return
    for view, truth in history.booked():
        parts = [scan for scan in truth.scans() if scan.status == "delivered" and scan.reason == "20"]
        if truth.carrier != "cdek" or truth.status != "delivered":
            continue
        if view.partial != bool(parts) or view.status != "delivered":
            expected = f"delivered, partial={bool(parts)}"
            found = f"{view.status}, partial={view.partial}"
            yield Finding(requirement="TRK-011", subject=view.number, expected=expected, found=found)
        elif parts:
            yield view.number


@check("IDM-025")
def what_is_known_outlives_a_kill(history: History) -> Iterator[Finding | str]:
    """Hold what is held of any history, where the connector was killed: the latest counts, each once, none is lost."""
    if not history.kills:
        return
    for law in (status_is_the_latest_occurrence, each_event_once, no_event_is_lost):
        for seen in law(history):
            yield seen if isinstance(seen, str) else msgspec.structs.replace(seen, requirement="IDM-025")
