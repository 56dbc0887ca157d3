"""Amounts in words, against sums that were written by hand, and against figures read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.postal_api.russia.forms.spelled import _said, decimal, figures, kilograms, words

SPELLED = {
    0: "Ноль рублей 00 копеек",
    1: "Ноль рублей 01 копейка",
    2_00: "Два рубля 00 копеек",
    21_02: "Двадцать один рубль 02 копейки",
    14_13: "Четырнадцать рублей 13 копеек",
    112_12: "Сто двенадцать рублей 12 копеек",
    11_11: "Одиннадцать рублей 11 копеек",
    100_00: "Сто рублей 00 копеек",
    1_000_00: "Одна тысяча рублей 00 копеек",
    2_001_50: "Две тысячи один рубль 50 копеек",
    12_345_67: "Двенадцать тысяч триста сорок пять рублей 67 копеек",
    1_000_000_00: "Один миллион рублей 00 копеек",
    5_312_021_94: "Пять миллионов триста двенадцать тысяч двадцать один рубль 94 копейки",
    1_000_000_019_00: "Один миллиард девятнадцать рублей 00 копеек",
}
VALUES = {"тысяч": 10**3, "миллион": 10**6, "миллиард": 10**9}
ONES = (
    "ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать",
    "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать", "семнадцать", "восемнадцать",
    "девятнадцать",
)  # fmt: skip
TENS = ("двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто")
HUNDREDS = ("сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот")
WORTH = {word: number for number, word in enumerate(ONES)} | {"одна": 1, "две": 2}
WORTH |= {word: 10 * number for number, word in enumerate(TENS, 2)}
WORTH |= {word: 100 * number for number, word in enumerate(HUNDREDS, 1)}


@pytest.mark.parametrize(("minor", "spelled"), SPELLED.items())
def test_an_amount_in_words(minor: int, spelled: str) -> None:
    assert words(minor) == spelled


@given(st.integers(0, 10**12 - 1))
def test_words_read_back_are_the_amount(roubles: int) -> None:
    total, part = 0, 0
    for word in _said(roubles).split()[:-1]:
        scale = next((value for name, value in VALUES.items() if word.startswith(name)), 0)
        if scale:
            total, part = total + part * scale, 0
        else:
            part += WORTH[word]
    assert total + part == roubles


def test_figures() -> None:
    assert figures(1_234_550) == "12 345 руб. 50 коп."
    assert (decimal(5), kilograms(1_005)) == ("0.05", "1.005")
    assert words(10**14) == figures(10**14)
