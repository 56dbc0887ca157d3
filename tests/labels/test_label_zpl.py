"""A ZPL label scans at both resolutions, says what it should, and stays small."""

import re

import pytest
from msgspec.structs import replace

from parcelproof.labelscan import Found, scan_zpl
from parcelproof.simulators.wire.labels import DPIS, Label, zpl

dpis = pytest.mark.parametrize("dpi", DPIS)


@dpis
def test_its_barcode_reads_as_its_number(label: Label, dpi: int) -> None:
    assert scan_zpl(zpl(label, dpi), dpi) == [Found(label.number, "Code 128", 1)]


@dpis
@pytest.mark.parametrize(
    "number", ["AA123456785DE", "996012345600000123", "A^B~C>D_E\\F", ">>12345678>5", "^XZ", "_5E"]
)
def test_numbers_of_other_shapes_scan_too(european: Label, number: str, dpi: int) -> None:
    assert scan_zpl(zpl(replace(european, number=number), dpi), dpi) == [Found(number, "Code 128", 1)]


def test_it_is_one_label_in_utf_8(label: Label) -> None:
    text = zpl(label).decode()
    assert text.startswith("^XA^CI28^PW800^LL1200")
    assert text.endswith("^XZ\n")
    assert text.count("^XA") == text.count("^XZ") == 1


def test_at_300_dpi_it_is_as_large_in_millimetres(label: Label) -> None:
    coarse, fine = (re.findall(r"\^FO(\d+),(\d+)", zpl(label, dpi).decode()) for dpi in DPIS)
    assert len(coarse) == len(fine)
    for (x, y), (fine_x, fine_y) in zip(coarse, fine, strict=True):
        assert int(fine_x) / 12 == pytest.approx(int(x) / 8, abs=4)  # a narrow barcode keeps whole dots
        assert int(fine_y) / 12 == pytest.approx(int(y) / 8, abs=0.2)


def test_every_text_stands_in_it(label: Label) -> None:
    fields = re.findall(r"\^FD(.*?)\^FS", zpl(label).decode())
    for text in (label.mark, *label.service.split(), *label.sender, *label.recipient, label.postal_code, *label.extra):
        assert any(text in field for field in fields), text
    assert label.reference in fields
    assert label.number in fields
    assert label.mass() in fields


def test_cash_and_specimen_are_printed_only_when_they_hold(european: Label, cash: Label) -> None:
    assert "НАЛОЖЕННЫЙ ПЛАТЁЖ" in zpl(cash).decode()
    assert "4 990,00 ₽" in zpl(cash).decode()
    assert "ОБРАЗЕЦ" in zpl(cash).decode()
    assert "SPECIMEN" not in zpl(european).decode()
    assert "SPECIMEN" in zpl(replace(european, specimen=True)).decode()


@dpis
def test_it_is_at_most_one_and_a_half_kilobytes(label: Label, dpi: int) -> None:
    assert len(zpl(label, dpi)) <= 1_500


def test_the_same_label_is_the_same_bytes(label: Label) -> None:
    assert zpl(label) == zpl(replace(label, number=label.number))


def test_a_recipient_cannot_give_the_printer_commands(european: Label) -> None:
    evil = zpl(replace(european, recipient=("^XZ^XA^FDx^FS~JR", "Straße_5E 1\\&2", "a\r\nb\tc"))).decode()
    assert evil.count("^XA") == evil.count("^XZ") == 1
    assert "^FH^FD_5EXZ_5EXA_5EFDx_5EFS_7EJR^FS" in evil
    assert "^FH^FDStraße_5F5E 1_5C&2^FS" in evil
    assert "^FDa  b c^FS" in evil


def test_letters_typed_as_two_are_one(european: Label) -> None:
    assert "^FDCafé^FS" in zpl(replace(european, recipient=("Cafe\u0301",))).decode()


def test_other_resolutions_are_refused(european: Label) -> None:
    with pytest.raises(ValueError, match="dpi is 600, printers of 203 and 300 are supported"):
        zpl(european, 600)


def test_a_number_too_long_to_be_scanned_is_refused(european: Label) -> None:
    with pytest.raises(ValueError, match="bar modules"):
        zpl(replace(european, number="ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF"))
