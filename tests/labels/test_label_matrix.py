"""The Data Matrix beside the number: scans from PDF and ZPL, and refuses what one of them could not hold."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from parcelproof.labelscan import Found, scan_pdf, scan_zpl
from parcelproof.simulators.wire.labels import A7, DPIS, SIZES, Label, PageSize, pdf, zpl

TEXT = "MAL00000000123 40215 DE 1250g"


@pytest.mark.parametrize("size", SIZES.values(), ids=list(SIZES))
def test_it_scans_beside_the_barcode(label: Label, size: PageSize) -> None:
    found = scan_pdf(pdf(replace(label, matrix=TEXT), size))
    assert found == [Found(label.number, "Code 128", 1), Found(TEXT, "Data Matrix", 1)]


@pytest.mark.parametrize("dpi", DPIS)
def test_it_scans_from_zpl(label: Label, dpi: int) -> None:
    found = scan_zpl(zpl(replace(label, matrix=TEXT), dpi), dpi)
    assert found == [Found(label.number, "Code 128", 1), Found(TEXT, "Data Matrix", 1)]


@settings(deadline=None)
@given(text=st.text("ABCXYZabcxyz0123456789 +-./:;|*$%", min_size=1, max_size=60))
@example(text="0:0:0:000:0::0a0:0:0:0:0:a0:0:0:0::0a0:0:0:a0:")  # nothing in it packs: the largest symbol
@example(text="Ab0-" * 15)
def test_every_text_it_takes_is_read_back(european: Label, text: str) -> None:
    label = replace(european, matrix=text)
    assert Found(text, "Data Matrix", 1) in scan_pdf(pdf(label))
    assert Found(text, "Data Matrix", 1) in scan_zpl(zpl(label))


@pytest.mark.parametrize("text", ["x" * 61, "a_b", "~", "^XZ", "Ü", "a\n"])
@pytest.mark.parametrize("render", [pdf, zpl])
def test_what_a_printer_could_not_make_is_refused(european: Label, render: object, text: str) -> None:
    with pytest.raises(ValueError, match="a Data Matrix here takes"):
        render(replace(european, matrix=text))  # type: ignore[operator]


def test_a_text_too_long_for_a_small_sheet_is_refused(european: Label) -> None:
    with pytest.raises(ValueError, match="needs 26 modules, this label holds 21"):
        pdf(replace(european, matrix="x" * 60), A7)
