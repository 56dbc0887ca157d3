"""Decimal text becomes whole minor units exactly, or not at all."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.reference.adapters.amounts import (
    NotAnAmount,
    SurplusDigits,
    decimal_of,
    decimal_text,
    exponent,
    minor_of,
    parse_minor,
)

CURRENCIES = st.sampled_from(["RUB", "EUR", "JPY", "KWD"])


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1150.35", 115035),
        ("1.15", 115),
        ("19.99", 1999),
        ("4.35", 435),
        ("8.20", 820),
        ("0.29", 29),
        ("64.1", 6410),
        ("17.9", 1790),
        ("1 150,35", 115035),
        ("1\u00a0150,35", 115035),
        ("1\u2009150,35", 115035),
        ("1\u202f150.35", 115035),
        ("−35,00", -3500),
        ("-35.00", -3500),
        ("+35", 3500),
        ("10.500", 1050),
        ("007", 700),
    ],
)
def test_the_vectors_of_set_004_to_006_are_read_to_the_kopeck(text: str, minor: int) -> None:
    assert parse_minor(text, "RUB") == minor


@pytest.mark.parametrize("text", ["10.005", "0.001", "1 150,355"])
def test_digits_finer_than_the_currency_are_refused_and_never_rounded(text: str) -> None:
    with pytest.raises(SurplusDigits):
        parse_minor(text, "RUB")


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "1e3", "1.150,35", "1,150.35", "1 15", "1 1500", "--1", "1.", ".5", "NaN", "Infinity", "٣", "½",
     "1" * 16, "0." + "1" * 16, "=1+1", "1\n2"],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmount):
        decimal_of(text)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+999999999", "1E-999999999", "1E+40", "1E+15"])
def test_a_json_number_without_end_is_refused_at_once(value: str) -> None:
    with pytest.raises(NotAnAmount):
        minor_of(Decimal(value), "RUB")


def test_the_exponent_comes_from_a_table() -> None:
    assert [exponent(code) for code in ("RUB", "JPY", "KWD")] == [2, 0, 3]
    assert parse_minor("1.250", "KWD") == 1250
    assert parse_minor("125", "JPY") == 125
    with pytest.raises(NotAnAmount):
        exponent("ZZZ")


@settings(deadline=None)
@given(st.integers(-(10**14), 10**14), CURRENCIES)
def test_writing_and_reading_an_amount_is_the_identity(minor: int, currency: str) -> None:
    assert parse_minor(decimal_text(minor, currency), currency) == minor


@settings(deadline=None)
@given(st.integers(0, 10**12), CURRENCIES, st.sampled_from(" \u00a0\u2009"), st.sampled_from(".,"), st.integers(0, 3))
def test_marks_between_digits_change_nothing(minor: int, currency: str, blank: str, point: str, zeros: int) -> None:
    whole, _, fraction = decimal_text(minor, currency).partition(".")
    grouped = f"{int(whole):,}".replace(",", blank)
    text = f"{grouped}{point}{fraction}{'0' * zeros}" if fraction else grouped
    assert parse_minor(text, currency) == minor


@settings(deadline=None)
@given(st.text())
def test_any_text_is_an_amount_or_is_none(text: str) -> None:
    try:
        value = decimal_of(text)
    except NotAnAmount:
        return
    assert value.is_finite()
