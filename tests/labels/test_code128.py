"""Our Code 128 against another's decoder, and against the shortest symbol there is."""

from functools import cache

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.wire.labels.code128 import Symbol, encode

digits = st.text("0123456789", min_size=1, max_size=9)
ascii_texts = st.lists(st.one_of(digits, st.text(st.characters(min_codepoint=32, max_codepoint=126)), digits)).map(
    "".join
)


def picture(symbol: Symbol) -> memoryview:
    """Ten rows of two pixels a module, quiet zones of ten modules."""
    row = b"".join(b"\0\0" if bit == "1" else b"\xff\xff" for bit in f"{'0' * 10}{symbol.bits}{'0' * 10}")
    return memoryview(row * 10).cast("B", (10, len(row)))


@settings(deadline=None)
@given(ascii_texts.filter(bool))
def test_what_is_encoded_is_decoded(text: str) -> None:
    codes = zxingcpp.read_barcodes(picture(encode(text)), zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128))
    assert [code.bytes for code in codes] == [text.encode()]


@settings(deadline=None)
@given(ascii_texts.filter(bool))
def test_no_choice_of_subsets_is_shorter(text: str) -> None:
    assert len(encode(text).values) == 2 + shortest(text)


def shortest(text: str) -> int:
    """Count data and switch characters of the best way through subsets B and C, by trying all."""

    @cache
    def rest(at: int, in_c: bool) -> int:
        if at == len(text):
            return 0
        ways = [1 + rest(at + 1, False) + in_c]
        if text[at : at + 2].isdigit() and at + 2 <= len(text):
            ways.append(1 + rest(at + 2, True) + (not in_c))
        return min(ways)

    return min(rest(0, False), rest(0, True))


@settings(deadline=None)
@given(ascii_texts.filter(bool))
def test_a_symbol_is_as_wide_as_it_says(text: str) -> None:
    assert encode(text).modules == len(encode(text).bits)


@pytest.mark.parametrize("text", ["", "Ä", "MAL\n1", "\x7f", "１２"])
def test_what_subset_b_lacks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        encode(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("MAL00", [104, 45, 33, 44, 16, 16]),  # two digits at the end aren't worth a switch
        ("MAL0000", [104, 45, 33, 44, 99, 0, 0]),
        ("00000A", [105, 0, 0, 100, 16, 33]),
        ("42", [105, 42]),
    ],
)
def test_digits_go_in_pairs_where_it_pays(text: str, values: list[int]) -> None:
    assert list(encode(text).values[:-1]) == values
