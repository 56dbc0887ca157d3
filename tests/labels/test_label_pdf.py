"""A PDF label says what it should, scans at printer resolutions, stays small, and is the same bytes every time."""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from msgspec.structs import replace

from parcelproof.labelscan import Found, scan_pdf
from parcelproof.simulators.wire.labels import A4, LABEL_100X150, SIZES, Label, PageSize, pdf, pdf_many

sizes = pytest.mark.parametrize("size", SIZES.values(), ids=list(SIZES))


@contextmanager
def opened(document: bytes) -> Iterator[pypdfium2.PdfDocument]:
    found = pypdfium2.PdfDocument(document)
    yield found
    found.close()


def text_of(document: bytes) -> str:
    with opened(document) as pages:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pages)


@sizes
@pytest.mark.parametrize("dpi", [203, 300])
def test_its_barcode_reads_as_its_number(label: Label, size: PageSize, dpi: int) -> None:
    assert scan_pdf(pdf(label, size), dpi) == [Found(label.number, "Code 128", 1)]


@sizes
@pytest.mark.parametrize("number", ["AA123456785DE", "80099912345678", "996012345600000123", "0123456789AB"])
def test_numbers_of_other_carriers_scan_too(european: Label, size: PageSize, number: str) -> None:
    assert scan_pdf(pdf(replace(european, number=number), size)) == [Found(number, "Code 128", 1)]


@sizes
def test_the_sheet_has_its_size_in_millimetres(european: Label, size: PageSize) -> None:
    with opened(pdf(european, size)) as pages:
        assert len(pages) == 1
        assert pages[0].get_size() == pytest.approx((size.width_mm / 25.4 * 72, size.height_mm / 25.4 * 72), abs=0.01)


def test_every_text_can_be_copied_out_of_it(label: Label) -> None:
    found = text_of(pdf(label))
    for text in (label.mark, *label.service.split(), *label.sender, *label.recipient, label.postal_code, *label.extra):
        assert text in found
    assert label.reference in found
    assert label.number in found


def test_mass_is_printed_in_kilograms(european: Label) -> None:
    assert "1.250 kg" in text_of(pdf(european))
    assert "0.005 kg" in text_of(pdf(replace(european, mass_g=5)))


def test_cash_and_specimen_are_printed_only_when_they_hold(european: Label, cash: Label) -> None:
    found, plain = text_of(pdf(cash)), text_of(pdf(european))
    assert "НАЛОЖЕННЫЙ ПЛАТЁЖ" in found
    assert "4 990,00 ₽" in found
    assert found.count("ОБРАЗЕЦ") == 2  # across the address and above the bars
    assert "CASH" not in plain
    assert "SPECIMEN" not in plain
    assert "SPECIMEN" in text_of(pdf(replace(european, specimen=True)))


@sizes
def test_one_label_is_at_most_15_kb(label: Label, size: PageSize) -> None:
    assert len(pdf(label, size)) <= 15_000


def test_every_field_at_a_carriers_limit_is_still_at_most_15_kb(european: Label) -> None:
    address = (
        "Dr. Xaver Quirin Jürgen Freiherr von Württemberg-Öß",
        "Bäckerei Kühn & Çelik GmbH",
        "Straße der Deutsch-Österreichischen Völkerfreundscha 1234567890",
        "Hinterhof, 3. Stock, Zimmer 27, bitte zweimal läut",
        "12345 Übersee an der Ägäis",
        "GERMANY",
    )
    assert len(pdf(replace(european, sender=address, recipient=address, specimen=True, cod="500.00 EUR"))) <= 15_000


def test_the_same_label_is_the_same_bytes(label: Label) -> None:
    again = replace(label, number=label.number)
    assert pdf(label) == pdf(again)
    assert not re.search(rb"/(CreationDate|ModDate|ID)\b", pdf(label))


def test_fonts_are_whole_truetype_files_with_the_letters_used_and_no_others(european: Label) -> None:
    fonts = re.findall(rb"/Length1 (\d+)>>stream\n", document := pdf(european))
    assert len(fonts) == 2
    for match in re.finditer(rb"/Length1 (\d+)>>stream\n", document):
        body = document[match.end() : match.end() + int(match[1])]
        font = TTFont(io.BytesIO(body), checkChecksums=2)
        words = struct.unpack(f">{len(body) // 4}L", body)
        assert sum(words) % 2**32 == 0xB1B0AFBA
        assert 20 < len(font["glyf"].glyphs) < 80
        assert len(font["hmtx"].metrics) == font["maxp"].numGlyphs


def test_a_file_of_hundreds_of_letters_still_tells_them_all(european: Label) -> None:
    alphabet = [chr(code) for code in (*range(0xC0, 0x180), *range(0x400, 0x460), *range(0x531, 0x557))]
    rows = ["".join(alphabet[at : at + 30]) for at in range(0, len(alphabet), 30)]
    document = pdf_many([replace(european, sender=(row,)) for row in rows])
    assert all(row in text_of(document) for row in rows)
    tables = list(map(inflated, re.findall(rb"FlateDecode>>stream\n(.*?)\nendstream", document, re.S)))
    ranges = [found for table in tables for found in re.findall(rb"^<(..)..> <(..)..> \[", table, re.M)]
    assert len(ranges) == 3  # two for the regular letters, one for the bold ones
    assert all(first == last for first, last in ranges)  # none crosses a multiple of 256


def inflated(stream: bytes) -> bytes:
    return zlib.decompress(stream)


def test_letters_are_black_boxes_come_when_needed(european: Label, cash: Label) -> None:
    assert darkest(pdf(cash), (6, 21, 30, 24)) == 0  # a caption, written after the pale overprint
    assert darkest(pdf(european), (52, 84, 94, 98)) == 255  # where the cash box would be
    assert darkest(pdf(european), (59, 103, 94, 110)) == 255  # where SPECIMEN would be


def darkest(document: bytes, area_mm: tuple[int, int, int, int]) -> int:
    with opened(document) as pages:
        picture = pages[0].render(scale=203 / 72, grayscale=True).to_pil()
    found: int = picture.crop(tuple(round(side / 25.4 * 203) for side in area_mm)).getextrema()[0]
    return found


def test_letters_typed_as_two_are_one(european: Label) -> None:
    assert "Café Åke" in text_of(pdf(replace(european, recipient=("Cafe\u0301 A\u030ake",))))


def test_cross_references_point_at_their_objects(european: Label) -> None:
    document = pdf(european)
    start = int(document.split(b"startxref\n")[1].split(b"\n")[0])
    rows = document[start:].split(b"trailer")[0].split(b"\n")[3:-1]
    assert len(rows) == 14
    for number, row in enumerate(rows, 1):
        assert document[int(row[:10]) :].startswith(b"%d 0 obj\n" % number)


def test_many_labels_share_their_fonts(european: Label, cash: Label) -> None:
    labels = [replace(european if i % 3 else cash, number=f"MAL{i:011d}") for i in range(100)]
    document = pdf_many(labels)
    assert [found.text for found in scan_pdf(document)] == [label.number for label in labels]
    assert len(document) / len(labels) <= 1_500
    assert document.count(b"/FontFile2") == 2


def test_a4_keeps_the_label_to_be_cut_out(european: Label) -> None:
    with opened(pdf(european, A4)) as pages:
        picture = pages[0].render(grayscale=True).to_pil()
    width, height = picture.size
    right_half = picture.crop((width // 2 + 10, 0, width, height))
    assert right_half.getextrema() == (255, 255)


def test_a_file_needs_a_label() -> None:
    with pytest.raises(ValueError, match="at least one label"):
        pdf_many([])


@pytest.mark.parametrize("number", ["", "MÄL1", "1\n2"])
def test_a_number_that_no_barcode_holds_is_refused(european: Label, number: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        pdf(replace(european, number=number))


def test_a_number_too_long_to_be_scanned_is_refused(european: Label) -> None:
    long = replace(european, number="ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF")
    with pytest.raises(ValueError, match="needs 387 bar modules, this label holds 347"):
        pdf(long, LABEL_100X150)


def test_more_address_lines_than_find_room_share_the_last_one(european: Label) -> None:
    found = text_of(pdf(replace(european, recipient=tuple(f"line {i}" for i in range(12)))))
    assert "line 5\n" in found.replace("\r", "")
    assert "line 10, line 11" in found


def test_a_long_line_of_an_address_is_broken_then_cut(european: Label) -> None:
    street = "An der alten Ziegelei hinter dem Rathaus 11 b, Aufgang C"
    broken = text_of(pdf(replace(european, recipient=("A", street)))).replace("\r", "")
    assert "An der alten Ziegelei hinter dem\nRathaus 11 b, Aufgang C\n" in broken
    endless = text_of(pdf(replace(european, recipient=("A", street * 20))))
    assert "An der alten Ziegelei" in endless
    assert "…" in endless
    assert "…" not in text_of(pdf(replace(european, recipient=("A", street * 4))))


def test_a_long_word_of_one_line_is_narrowed_then_cut(european: Label) -> None:
    mark = "MAIL ALLIANCE 2"
    assert mark in text_of(pdf(replace(european, mark=mark)))
    endless = text_of(pdf(replace(european, mark=mark * 9)))
    assert "MAIL ALLIANCE 2" in endless
    assert "…" in endless
