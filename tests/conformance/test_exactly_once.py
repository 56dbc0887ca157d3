"""The exactly-once checker: written histories, and every history that a brute-force oracle can draw."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.conformance.exactly_once import Delivery, Event, Fault, Follow, Mail, faults, smallest

NOON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
WITHIN = 3
END = 12
EVA, PARCEL = "eva@example.org", "N-1"


def at(minute: int) -> datetime:
    return NOON + timedelta(minutes=minute)


def judged(
    deliveries: list[tuple[int, int]], mails: list[tuple[int, int]], follows: list[tuple[int, int]]
) -> list[Fault]:
    """Judge (event, minute told), (event, minute mailed; event -1: about nothing), (since, until)."""
    ranks = range(4)
    return faults(
        [Event(f"e{rank}", PARCEL, rank) for rank in ranks],
        [Delivery(f"e{rank}", at(minute)) for rank, minute in deliveries],
        [
            Mail(f"m{place}", EVA, PARCEL, f"e{rank}" if rank >= 0 else "", at(minute))
            for place, (rank, minute) in enumerate(sorted(mails, key=lambda row: row[1]))
        ],
        [Follow(EVA, PARCEL, at(since), at(until)) for since, until in follows],
        within=timedelta(minutes=WITHIN),
        until=at(END),
    )


ALWAYS = [(0, 100)]


@pytest.mark.parametrize(
    ("deliveries", "mails", "follows", "wanted"),
    [
        ([(0, 1)], [(0, 2)], ALWAYS, None),
        ([(0, 1), (0, 5), (0, 9)], [(0, 4)], ALWAYS, None),
        ([(0, 1), (1, 2)], [(1, 4)], ALWAYS, None),  # the newer one speaks for both
        ([(1, 1), (0, 5)], [(1, 3)], ALWAYS, None),  # a late older one is told to nobody
        ([(1, 1), (0, 5)], [], [(3, 100)], None),  # nor to him who came between the two
        ([(0, 1)], [], [(2, 100)], None),  # not yet a follower
        ([(0, 1)], [], [(0, 3)], None),  # no follower any more when it would be due
        ([(0, 10)], [], ALWAYS, None),  # not due yet
        ([(0, 1)], [], ALWAYS, ("missing", "e0", "", 1, 4)),
        ([(0, 1), (1, 2)], [(0, 3)], ALWAYS, ("missing", "e1", "", 2, 5)),
        ([(0, 1)], [(0, 5)], ALWAYS, ("belated", "e0", "m0", 1, 5)),
        ([(0, 1)], [(0, 2), (0, 9)], ALWAYS, ("doubled", "e0", "m1", 1, 9)),
        ([(0, 1), (1, 2)], [(1, 3), (0, 4)], ALWAYS, ("out of order", "e0", "m1", 1, 4)),
        ([(0, 5)], [(0, 2), (0, 6)], ALWAYS, ("unfounded", "e0", "m0", 2, 2)),
        ([], [(-1, 2)], ALWAYS, ("unfounded", "", "m0", 2, 2)),
        ([(0, 1)], [(0, 4)], [(0, 3)], ("unfounded", "e0", "m0", 1, 4)),  # followed no more
        ([(0, 1)], [(0, 4)], [(2, 100)], ("unfounded", "e0", "m0", 1, 4)),  # told of what was before his time
        ([(0, 1), (1, 6)], [(0, 9)], ALWAYS, ("missing", "e1", "", 6, 9)),  # shorter than e0's eight minutes
    ],
)
def test_the_smallest_bad_interval(
    deliveries: list[tuple[int, int]],
    mails: list[tuple[int, int]],
    follows: list[tuple[int, int]],
    wanted: tuple[str, str, str, int, int] | None,
) -> None:
    found = smallest(judged(deliveries, mails, follows))
    told = found and (found.kind, found.event, found.mail, found.start, found.end)
    assert told == (wanted and (*wanted[:3], at(wanted[3]), at(wanted[4])))


def test_a_verdict_names_event_mail_and_times() -> None:
    (found,) = judged([(0, 1)], [(0, 2), (0, 9)], ALWAYS)
    told = "from «e0» at 2026-03-20 12:01 to «m1» at 2026-03-20 12:09 (N-1, eva@example.org)"
    assert str(found) == f"doubled (it had been mailed before): {told}"


def test_persons_and_shipments_do_not_mix() -> None:
    found = faults(
        [Event("a", "N-1", 0), Event("b", "N-2", 0)],
        [Delivery("a", at(1)), Delivery("b", at(1))],
        [Mail("m", EVA, "N-1", "a", at(2)), Mail("n", EVA, "N-2", "a", at(2))],
        [Follow(EVA, "N-1", at(0), at(99)), Follow(EVA, "N-2", at(0), at(99)), Follow("adam", "N-1", at(0), at(99))],
        within=timedelta(minutes=WITHIN),
        until=at(END),
    )
    assert {(row.kind, row.person, row.shipment, row.event) for row in found} == {
        ("unfounded", EVA, "N-2", ""),  # a mail about another shipment's event
        ("missing", EVA, "N-2", "b"),
        ("missing", "adam", "N-1", "a"),
    }


minutes = st.integers(0, END)
histories = st.tuples(
    st.lists(st.tuples(st.integers(0, 3), minutes), max_size=5),
    st.lists(st.tuples(st.integers(-1, 3), minutes), max_size=4, unique_by=lambda row: row[1]),
    st.lists(st.tuples(st.integers(0, 4), st.integers(5, 14)), max_size=2),
)


@settings(max_examples=400)
@given(histories)
def test_it_finds_what_walking_through_every_minute_finds(
    history: tuple[list[tuple[int, int]], list[tuple[int, int]], list[tuple[int, int]]],
) -> None:
    found = {(row.kind, row.event, row.start, row.end) for row in judged(*history)}
    assert found == {(kind, event, at(start), at(end)) for kind, event, start, end in walked(*history)}


def walked(
    deliveries: list[tuple[int, int]], mails: list[tuple[int, int]], follows: list[tuple[int, int]]
) -> set[tuple[str, str, int, int]]:
    """The oracle: minute by minute, with nothing remembered but what had happened by then."""
    bad: set[tuple[str, str, int, int]] = set()
    for now in range(END + WITHIN + 2):
        for rank in [rank for rank, minute in mails if minute == now]:
            bad |= _mailed(rank, now, deliveries, mails, follows)
        for rank in range(4):
            times = [minute for event, minute in deliveries if event == rank]
            if times and now == min(times) + WITHIN and now <= END:
                bad |= _due(rank, min(times), now, deliveries, mails, follows)
    return bad


def _follows(follows: list[tuple[int, int]], *moments: int) -> bool:
    return any(all(since <= moment < until for moment in moments) for since, until in follows)


def _mailed(
    rank: int, now: int, deliveries: list[tuple[int, int]], mails: list[tuple[int, int]], follows: list[tuple[int, int]]
) -> set[tuple[str, str, int, int]]:
    times = [minute for event, minute in deliveries if event == rank]
    if rank < 0 or not any(minute <= now for minute in times):
        return {("unfounded", f"e{rank}" if rank >= 0 else "", now, now)}
    first = min(times)
    if not _follows(follows, first, now):
        return {("unfounded", f"e{rank}", first, now)}
    grounded = [
        other
        for other, minute in mails
        if minute < now
        and any(event == other and told <= minute for event, told in deliveries)
        and _follows(follows, min(told for event, told in deliveries if event == other), minute)
    ]
    if rank in grounded:
        return {("doubled", f"e{rank}", first, now)}
    return {("out of order", f"e{rank}", first, now)} if any(other > rank for other in grounded) else set()


def _due(
    rank: int,
    first: int,
    now: int,
    deliveries: list[tuple[int, int]],
    mails: list[tuple[int, int]],
    follows: list[tuple[int, int]],
) -> set[tuple[str, str, int, int]]:
    strictly = any(since < first and now < until for since, until in follows)  # at the same instant nothing is owed
    if not strictly or any(other > rank and minute <= first for other, minute in deliveries):
        return set()
    later = sorted(minute for other, minute in mails if other >= rank and minute >= first)
    if not later:
        return {("missing", f"e{rank}", first, now)}
    return {("belated", f"e{rank}", first, later[0])} if later[0] > now else set()
