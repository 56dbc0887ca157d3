"""The rule set alone: laws over random histories of scans, and dates. No world, no server."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parcelproof.simulators.core.parcel import Booked, Parcel, Revoked, Scan, Step, evolve
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.postal_api.swiss.notifying import control_rules, rules
from parcelproof.simulators.postal_api.swiss.notifying.records import Choice
from parcelproof.simulators.postal_api.swiss.notifying.rules import DAY_MS, Happening
from parcelproof.simulators.postal_api.swiss.services import sort_out
from parcelproof.simulators.postal_api.swiss.statuses import CODES, STATUS_OF, code, number_of

from .shop import OPTIONS, USED

START_MS = 1_772_442_000_000  # a Monday
NUMBERS = (600, 100, 1001, 1002, 1201, 1003, 934, 924, 910, 926, 2102, 3600, 4000, 3800)
Event = tuple[int, int]  # number, when it occurred, in days
histories = st.lists(st.tuples(st.sampled_from(NUMBERS), st.integers(0, 12)), max_size=14)


def scanned(parcel: Parcel, number: int, at_ms: int, *, place: str = "") -> Parcel:
    scan = Scan(at_ms, parcel.scans + 1, at_ms, STATUS_OF[number], code(number), "", place, opens_return=number == 3600)
    return evolve(parcel, scan)


def new() -> Parcel:
    return Parcel("sp-1", "swiss_post", "1", "", (Booked(START_MS),))


def occurrences(events: list[Event]) -> list[str]:
    parcel, found = new(), []
    for number, day in events:
        parcel = scanned(parcel, number, START_MS + day * DAY_MS)
        what = rules.happening(parcel)
        found += [what.name] if what is not None else []
    return found


@given(histories)
def test_ntf_114_an_occurrence_is_told_at_most_once_whatever_order_scans_come_in(events: list[Event]) -> None:
    found = occurrences(events)
    assert len(found) == len(set(found))


@example([(1003, 0), (934, 0)], 2)
@given(histories, st.integers(2, 3))
def test_ntf_114_a_history_that_is_told_again_brings_nothing_about(events: list[Event], times: int) -> None:
    once = occurrences(events)
    assert occurrences(events * times) == once


@given(histories)
def test_an_older_scan_that_comes_late_brings_nothing_about(events: list[Event]) -> None:
    parcel, newest = new(), -1
    for number, day in events:
        parcel = scanned(parcel, number, START_MS + day * DAY_MS)
        assert day >= newest or rules.happening(parcel) is None
        newest = max(newest, day)


@given(histories)
def test_ntf_108_delivered_is_what_the_parcel_is_and_never_on_the_way_back(events: list[Event]) -> None:
    parcel = new()
    for number, day in events:
        parcel = scanned(parcel, number, START_MS + day * DAY_MS)
        what = rules.happening(parcel)
        if what is not None and what.what == rules.DELIVERED:
            assert parcel.status is Status.DELIVERED


@settings(max_examples=60)
@given(histories, st.booleans())
def test_ntf_106_and_109_what_tells_of_an_occurrence(events: list[Event], at_counter: bool) -> None:
    parcel, attempted = new(), None
    for number, day in sorted(events, key=lambda event: event[1]):
        parcel = scanned(parcel, number, START_MS + day * DAY_MS)
        what = rules.happening(parcel)
        if what is None:
            continue
        kinds = rules.kinds_told(what, at_counter=at_counter)
        assert 4 not in kinds or (at_counter and what.what == rules.READY)
        assert (2 in kinds) == (what.what == rules.SORTED)
        if what.what == rules.ATTEMPTED:
            attempted = day
        if what.what == rules.DELIVERED:
            assert (64 in kinds) == (attempted is None or day - attempted <= 10)


@given(histories, st.integers(0, 20))
def test_ntf_130_data_that_come_behind_delivery_bring_nothing_and_say_so(events: list[Event], wait: int) -> None:
    parcel = new()
    for number, day in events:
        parcel = scanned(parcel, number, START_MS + day * DAY_MS)
    now_ms = START_MS + (12 + wait) * DAY_MS
    late = rules.too_late(rules.SEVEN, parcel, now_ms=now_ms)
    if parcel.status in (Status.DELIVERED, Status.RETURNED, Status.RETURNING):
        assert late == tuple(sorted(rules.SEVEN))
    else:
        assert not {1, 64, 128, 256} & set(late)
        assert (2 in late) == any(number in (1001, 1002) for number, _ in events)
        assert (32 in late) <= (4 in late)


def test_ntf_107_a_reminder_waits_three_days_and_a_longer_period_changes_nothing() -> None:
    parcel = scanned(new(), 910, START_MS)
    for extended in (parcel, scanned(parcel, 926, START_MS + DAY_MS)):
        assert rules.waits(extended, now_ms=START_MS + 3 * DAY_MS - 1) is None
        assert rules.waits(extended, now_ms=START_MS + 3 * DAY_MS) is not None
    withdrawn = evolve(parcel, Revoked(START_MS + 1, 2, 1))
    assert rules.waits(withdrawn, now_ms=START_MS + 9 * DAY_MS) is None


def test_an_attempt_of_its_own_needs_a_loading_between() -> None:
    parcel = new()
    for hour, number in enumerate((1003, 934, 924, 934, 1003, 923)):
        parcel = scanned(parcel, number, START_MS + hour)
    turns = rules.attempts(fact for fact in parcel.facts if isinstance(fact, Scan))
    assert [scan.sequence for scan in turns] == [2, 6]


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from(["PRI", "ECO", "PRI SA", "ECO SA", "SEM", "VL SA"])
)
def test_ntf_105_and_110_promised_days_are_days_of_delivery(start: date, codes: str) -> None:
    chosen = sort_out(codes.split())
    day = rules.promised(start, chosen)
    assert start < day <= start + timedelta(days=4) and day.weekday() < (6 if "SA" in codes else 5)
    assert (day - start).days >= (2 if "ECO" in codes else 1)
    saturday = rules.following_saturday(start)
    assert saturday.weekday() == 5 and start < saturday <= start + timedelta(days=7)


JOURNEY = tuple(Step(3_600_000, code(number)) for number in (600, 100, 1002, 1201, 1003, 934, 924, 1002, 3600))


@given(st.sampled_from(OPTIONS), st.integers(0, 3), st.booleans())
def test_ntf_144_whatever_was_left_of_a_life_it_ends_with_the_wished_delivery(
    option: str, past: int, letter: bool
) -> None:
    choice = Choice(option, START_MS, USED[option])
    rest = control_rules.rest(JOURNEY[past:], choice, "as wished", letter=letter)
    numbers = [number_of(step.code) for step in rest]
    assert numbers[-2:] == [1003, 4000] and rest[-1].reason == "as wished"
    assert not {934, 924, 923, 3600} & set(numbers) and numbers.count(1003) == numbers.count(4000) == 1
    assert all(step.after_ms >= 0 for step in rest) and {step.code for step in rest} <= set(CODES)
    assert (rest[-1].place == "3000 Bern") == (option == "20")
    if option == "18":
        loaded_ms = START_MS + sum(step.after_ms for step in rest[:-1])
        assert loaded_ms == 1_772_780_400_000, "Friday the sixth, 8:00 in Zurich"
    assert control_rules.rest((), choice, "as wished", letter=letter) == ()


def test_days_that_can_be_wished_for_are_the_next_two_weeks_without_sundays() -> None:
    found = [date.fromisoformat(day) for day in control_rules.days(START_MS)]
    assert found[0] == date(2026, 3, 3) and found[-1] == date(2026, 3, 16) and len(found) == 12
    assert all(day.weekday() != 6 for day in found)


def test_dates_are_the_carriers() -> None:
    """Half past eleven at night in UTC is the next day in Zurich."""
    assert control_rules.days(1_772_493_000_000)[0] == "2026-03-04"
    assert (
        Happening("sorted", START_MS).name == "sorted"
        and Happening("attempted", START_MS, turn=2).name == "attempted-2"
    )


RULES_OF_PART_2 = [
    *range(101, 115),
    *range(120, 125),
    *range(130, 133),
    *range(140, 148),
    *range(150, 160),
    *range(170, 176),
]


@pytest.mark.parametrize("number", RULES_OF_PART_2)
def test_every_rule_of_part_2_is_named_by_a_test(number: int) -> None:
    """By a test's name, or by the words of one that holds several; a span such as NTF-170 to NTF-175 counts whole."""
    texts = [path.read_text("utf-8") for path in Path(__file__).parents[1].rglob("test_*.py")]
    names = [name for text in texts for name in re.findall(r"def test_(\w*ntf_\w+)", text)]
    named = {int(found) for name in names for found in re.findall(r"(?<!\d)\d{3}(?!\d)", name)}
    spans = [
        span for text in texts for span in re.findall(r"against the matrix below NTF-(\d{3}) to NTF-(\d{3})", text)
    ]
    named |= {found for first, last in spans for found in range(int(first), int(last) + 1)}
    assert number in named
