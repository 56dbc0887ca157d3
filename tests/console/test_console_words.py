"""What people type and what pages say, by law and by example."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.control.console import words
from parcelproof.simulators.control.console.forms import FormError, duration_ms, fraction, moment, pairs, whole
from parcelproof.simulators.control.console.visit import ROOT, address
from parcelproof.simulators.wire.latency import Lognormal, Uniform

MILLIS = st.integers(0, 10**12)


@given(MILLIS)
def test_a_length_of_time_that_a_form_shows_is_read_back_to_the_millisecond(ms: int) -> None:
    assert duration_ms(words.exact(ms)) == ms


@given(st.text())
def test_a_length_of_time_is_read_or_refused(text: str) -> None:
    try:
        assert duration_ms(text) >= 0
    except FormError as error:
        assert repr(text) in error.sentence


@given(st.text())
def test_a_moment_is_written_as_the_control_api_takes_it_or_refused(text: str) -> None:
    try:
        found = moment(text)
    except FormError as error:
        assert repr(text) in error.sentence
    else:
        assert len(found) >= len("2026-03-02T09:00:00Z")


@given(st.text(), st.text())
def test_what_stands_in_an_address_never_divides_it(one: str, two: str) -> None:
    found = address("t", one, two, q=two)
    path, _, query = found.partition("?")
    assert found.isascii() and path.startswith(f"{ROOT}/t/") and path.count("/") == 4
    assert query.count("=") == (1 if two else 0) and "#" not in found


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("90m", 5_400_000),
        ("2h 30m", 9_000_000),
        ("1.5h", 5_400_000),
        ("1d12h", 129_600_000),
        ("5 MIN", 300_000),
        ("0s", 0),
    ],
)
def test_lengths_of_time(text: str, ms: int) -> None:
    assert duration_ms(text) == ms


@pytest.mark.parametrize("text", ["", "5", "h", "-5m", "5 fortnights", "5m!", "1e3s", "5м"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(FormError):
        duration_ms(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-03-02", "2026-03-02T00:00:00Z"),
        ("2026-03-02 09:00", "2026-03-02T09:00:00Z"),
        ("2026-03-02T09:00:30.5+03:00", "2026-03-02T09:00:30.5+03:00"),
        ("2026-03-02 09:00 UTC", "2026-03-02T09:00:00Z"),
    ],
)
def test_moments(text: str, written: str) -> None:
    assert moment(text) == written


def test_numbers_and_pairs() -> None:
    assert whole({"n": "7"}, "n", "N") == 7 and whole({"n": ""}, "n", "N") is None and whole({}, "n", "N") is None
    assert fraction({"n": "0,25"}, "n", "N") == 0.25
    for wrong in ("x", "-1", "1.5", "²", "9" * 16):
        with pytest.raises(FormError, match="N is a whole number"):
            whole({"n": wrong}, "n", "N")
    for wrong in ("x", "-1", "1e5", "nan", "inf"):
        with pytest.raises(FormError, match="N is a number"):
            fraction({"n": wrong}, "n", "N")
    assert pairs("a = 1\n\n Retry-After: 120 \nurl=http://x", "P") == {
        "a": "1",
        "Retry-After": "120",
        "url": "http://x",
    }
    for wrong in ("no mark", "= nameless"):
        with pytest.raises(FormError, match="P: write each line"):
            pairs(wrong, "P")


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (0, "no time"),
        (7, "7 ms"),
        (2500, "2 s 500 ms"),
        (3_600_000, "1 h"),
        (90_061_001, "1 d 1 h"),
        (86_400_007, "1 d"),
    ],
)
def test_lengths_of_time_in_words(ms: int, said: str) -> None:
    assert words.lasting(ms) == said


def test_other_words() -> None:
    assert words.moment(1_772_442_000_000) == "Mon 2 Mar 2026, 09:00:00"
    assert words.moment(10**18).endswith("9999, 00:00:00") and words.moment(-1).startswith("Thu 1 Jan 1970")
    assert (words.minor(-123456789, "RUB"), words.minor(5, "EUR")) == ("-1\u202f234\u202f567.89 RUB", "0.05 EUR")
    assert [words.answer_tone(status) for status in (200, 302, 404, 500, 0)] == [
        "good",
        "good",
        "waiting",
        "bad",
        "bad",
    ]
    assert [words.size(count) for count in (5, 2500, 3_000_000)] == ["5 bytes", "2.5 kB", "3.0 MB"]
    assert (
        words.body(b'{"a":1}') == '{\n  "a": 1\n}'
        and words.body("{broken") == "{broken"
        and words.body(b"\xff") == "\ufffd"
    )
    assert words.body("x" * 300_000).endswith("\n… 100000 characters more")
    assert words.body({"sha256": "ab", "size_bytes": 3}) == "3 bytes that are no text (SHA-256 ab)"
    assert words.short("Mail Alliance (our own design)") == "Mail Alliance"
    assert words.spread(Lognormal(median_ms=4000, p95_ms=16_000)) == "lognormal, median 4 s, p95 16 s"
    assert words.spread(Uniform(least_ms=5, most_ms=10)) == "uniform, at least 5 ms, at most 10 ms"
