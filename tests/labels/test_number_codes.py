"""EAN-13 and Interleaved 2 of 5: against another's decoder, and on a label of every size."""

import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from parcelproof.labelscan import Found, scan_pdf, scan_zpl
from parcelproof.simulators.wire.labels import DPIS, SIZES, Label, PageSize, Symbology, ean13, interleaved, pdf, zpl
from parcelproof.simulators.wire.labels.symbols import Symbol

twelve = st.text("0123456789", min_size=12, max_size=12)
pairs = st.lists(st.integers(0, 99).map("{:02d}".format), min_size=3, max_size=12).map("".join)
NUMBERS = {Symbology.EAN_13: "4607012345677", Symbology.INTERLEAVED: "001234567895"}
kinds = pytest.mark.parametrize("symbology", NUMBERS, ids=str)


def picture(symbol: Symbol) -> memoryview:
    """Ten rows of two pixels a module, quiet zones of eleven modules."""
    quiet = "0" * 11
    row = b"".join(b"\0\0" if bit == "1" else b"\xff\xff" for bit in f"{quiet}{symbol.bits}{quiet}")
    return memoryview(row * 10).cast("B", (10, len(row)))


@settings(deadline=None)
@given(twelve)
def test_ean_13_is_decoded_with_its_check_digit(digits: str) -> None:
    symbol = ean13.encode(digits + ean13.check_digit(digits))
    codes = zxingcpp.read_barcodes(picture(symbol), zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.EAN13))
    assert [code.bytes for code in codes] == [symbol.text.encode()]


@settings(deadline=None)
@given(pairs)
def test_interleaved_2_of_5_is_decoded(digits: str) -> None:
    symbol = interleaved.encode(digits)
    codes = zxingcpp.read_barcodes(picture(symbol), zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.ITF))
    assert [code.bytes for code in codes] == [digits.encode()]


@pytest.mark.parametrize("symbol", [ean13.encode("4006381333931"), interleaved.encode("001234567895")])
def test_a_symbol_is_as_wide_as_it_says(symbol: Symbol) -> None:
    assert symbol.modules == len(symbol.bits)


@pytest.mark.parametrize(
    "text", ["", "400638133393", "12345678901X", "４００６３８１３３３９３", "4006381333930", "40063813339311"]
)
def test_what_is_no_ean_13_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="EAN-13"):
        ean13.encode(text)


@pytest.mark.parametrize("text", ["", "1234", "1234567", "12345X", "１２３４５６"])
def test_what_interleaved_2_of_5_lacks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="even number of digits, at least 6"):
        interleaved.encode(text)


@kinds
@pytest.mark.parametrize("size", SIZES.values(), ids=list(SIZES))
@pytest.mark.parametrize("dpi", [203, 300])
def test_a_label_scans_from_every_sheet(label: Label, symbology: Symbology, size: PageSize, dpi: int) -> None:
    other = replace(label, symbology=symbology, number=NUMBERS[symbology])
    assert scan_pdf(pdf(other, size), dpi) == [Found(other.number, symbology, 1)]


@kinds
@pytest.mark.parametrize("dpi", DPIS)
def test_a_label_scans_from_zpl(label: Label, symbology: Symbology, dpi: int) -> None:
    other = replace(label, symbology=symbology, number=NUMBERS[symbology])
    assert scan_zpl(zpl(other, dpi), dpi) == [Found(other.number, symbology, 1)]


@settings(deadline=None, max_examples=15)
@given(twelve, st.sampled_from([*SIZES.values()]))
@example("978517123456", SIZES["A6"])  # a book's: some scanners name it ISBN
@example("000000000000", SIZES["A7"])
@example("012345678905", SIZES["A6"])
def test_every_number_is_read_from_the_whole_label(european: Label, digits: str, size: PageSize) -> None:
    """A number that begins with 0 is read with it: some scanners call it UPC-A then, and leave the 0 out."""
    number = digits + ean13.check_digit(digits)
    label = replace(european, symbology=Symbology.EAN_13, number=number)
    assert scan_pdf(pdf(label, size)) == [Found(number, "EAN-13", 1)]
    label = replace(european, symbology=Symbology.INTERLEAVED, number=digits)
    assert scan_pdf(pdf(label, size)) == [Found(digits, "ITF", 1)]
