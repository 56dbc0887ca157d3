"""Times of scenarios: durations, days of a calendar with clock changes, and the order of steps."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.scenario.times import TimeError, date_of, duration_ms, duration_text, moment, start_of, zone_of

BERLIN = ZoneInfo("Europe/Berlin")


@given(st.integers(0, 4 * 365 * 86_400_000))
def test_a_duration_reads_back_as_it_was_written(span_ms: int) -> None:
    assert duration_ms(duration_text(span_ms)) == span_ms


@pytest.mark.parametrize(
    ("text", "span_ms"), [("0", 0), ("2h", 7_200_000), ("1d 30m", 88_200_000), ("250ms", 250), ("1w", 604_800_000)]
)
def test_durations(text: str, span_ms: int) -> None:
    assert duration_ms(text) == span_ms


@pytest.mark.parametrize("text", ["", "h", "2", "-2h", "2 h", "2h30m", "1.5h", "2H", "9999999w", "٢h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(TimeError, match=r"is no duration|longer than five years"):
        duration_ms(text)


def test_a_day_follows_the_calendar_and_a_plus_follows_the_clock() -> None:
    start = start_of("2026-03-28 09:00", BERLIN)
    assert moment("day 2 09:00", after=start, start=start, zone=BERLIN) - start == timedelta(hours=23)
    assert moment("+1d", after=start, start=start, zone=BERLIN) - start == timedelta(hours=24)
    autumn = start_of("2026-10-24 09:00", BERLIN)
    assert moment("day 2 09:00", after=autumn, start=autumn, zone=BERLIN) - autumn == timedelta(hours=25)


def test_a_time_that_the_clock_change_leaves_out_is_refused() -> None:
    start = start_of("2026-03-28 09:00", BERLIN)
    with pytest.raises(TimeError, match="does not exist in Europe/Berlin"):
        moment("day 2 02:30", after=start, start=start, zone=BERLIN)


def test_a_time_that_comes_twice_can_be_told_apart() -> None:
    start = start_of("2026-10-24 09:00", BERLIN)
    first, second = (moment(f"day 2 02:30{word}", after=start, start=start, zone=BERLIN) for word in ("", " again"))
    assert (first, second) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    with pytest.raises(TimeError, match="comes only once"):
        moment("day 2 04:30 again", after=start, start=start, zone=BERLIN)


def test_no_step_lies_before_the_one_before_it() -> None:
    start = start_of("2026-03-02 09:00", BERLIN)
    with pytest.raises(TimeError, match="lies before the step before it, which is at 2026-03-02 09:00:00"):
        moment("day 1 08:59", after=start, start=start, zone=BERLIN)
    assert moment("day 1 09:00", after=start, start=start, zone=BERLIN) == start


def test_a_date_may_lie_behind() -> None:
    start = start_of("2026-03-02 23:30", BERLIN)
    after = start + timedelta(days=9)
    assert date_of("day 3", after=after, start=start, zone=BERLIN) == "2026-03-04"
    assert date_of("+1h", after=start, start=start, zone=BERLIN) == "2026-03-03"


@pytest.mark.parametrize(
    "text", ["day 1", "day 1 8:00", "day 1 24:00", "day 1 08:60", "tomorrow", "+", "day 99999 08:00"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    start = start_of("2026-03-02 09:00", BERLIN)
    with pytest.raises(TimeError, match="is no"):
        moment(text, after=start, start=start, zone=BERLIN)


@pytest.mark.parametrize("text", ["2026-03-02", "2026-13-02 09:00", "1969-03-02 09:00", "2026-03-29 02:30", "now"])
def test_what_is_no_start_is_refused(text: str) -> None:
    with pytest.raises(TimeError):
        start_of(text, BERLIN)


@pytest.mark.parametrize("name", ["Berlin", "../etc/passwd", "", "Europe/Atlantis"])
def test_a_zone_has_an_iana_name(name: str) -> None:
    with pytest.raises(TimeError, match="there is no zone"):
        zone_of(name)
