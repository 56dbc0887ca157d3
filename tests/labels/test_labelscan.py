"""Scanning: what is found, where, and one sentence for everything that cannot be read."""

import builtins
import struct
import sys
import zlib
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from parcelproof.labelscan import Found, Unreadable, found, scan, scan_pdf, scan_zpl
from parcelproof.simulators.wire.labels import A5, Label, pdf, pdf_many, zpl


def test_the_kind_of_label_is_told_by_its_content(european: Label) -> None:
    expected = [Found(european.number, "Code 128", 1)]
    assert scan(pdf(european)) == scan(zpl(european)) == expected
    assert scan(b"\xef\xbb\xbf\r\n" + zpl(european)) == expected


def coloured(grey: bytes, width: int, kind: int) -> bytes:
    """Return a PNG of three samples a dot whose rows are all filtered by one kind (PNG specification, section 9.2)."""
    above, made = bytes(3 * width), bytearray()
    for start in range(0, len(grey), width):
        row = bytes(dot for dot in grey[start : start + width] for _ in range(3))
        made.append(kind)
        for place, value in enumerate(row):
            left, corner = (row[place - 3], above[place - 3]) if place >= 3 else (0, 0)
            up = above[place]
            near = min((left, up, corner), key=lambda one: abs(left + up - corner - one))
            made.append((value - (0, left, up, (left + up) // 2, near)[kind]) & 255)
        above = row
    return png(bytes(made), width, len(grey) // width, 2)


def png(rows: bytes, width: int, height: int, colour: int, depth: int = 8, *more: tuple[bytes, bytes]) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = ((b"IHDR", head), *more, (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    named = [(name + body, body) for name, body in parts]
    chunks = [struct.pack(">I", len(body)) + what + struct.pack(">I", zlib.crc32(what)) for what, body in named]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def bars(label: Label) -> tuple[bytes, int]:
    """Return the part of a label where the bars are, one byte a dot, and its width."""
    drawn = pypdfium2.PdfDocument(pdf(label))[0].render(scale=1.5, grayscale=True).to_pil()
    drawn = drawn.crop((0, drawn.height * 2 // 3, drawn.width, drawn.height))
    return drawn.tobytes(), drawn.width


@pytest.mark.parametrize("kind", [1, 3, 4])
def test_a_picture_in_colour_is_read_whatever_its_rows_are_filtered_by(european: Label, kind: int) -> None:
    assert scan(coloured(*bars(european), kind)) == [Found(european.number, "Code 128", 1)]


@pytest.mark.parametrize("colour", [3, 4, 6])
def test_what_is_transparent_is_white_as_on_paper(european: Label, colour: int) -> None:
    """Some programs draw black bars on nothing at all, and call the colour of nothing black."""
    grey, width = bars(european)
    dot = {3: lambda light: bytes([light < 128]), 4: lambda light: bytes([0, 255 - light])}
    dot[6] = lambda light: bytes([0, 0, 0, 255 - light])
    dots = [dot[colour](light) for light in grey]
    rows = b"".join(b"\0" + b"".join(dots[start : start + width]) for start in range(0, len(dots), width))
    black = ((b"PLTE", bytes(6)), (b"tRNS", b"\0")) if colour == 3 else ()
    picture = png(rows, width, len(grey) // width, colour, 8, *black)
    assert scan(picture) == [Found(european.number, "Code 128", 1)]


@pytest.mark.parametrize(("colour", "depth"), [(2, 1), (2, 4), (4, 2), (6, 4), (0, 3), (5, 8), (2, 16)])
def test_a_picture_of_a_kind_that_there_is_not_is_refused(colour: int, depth: int) -> None:
    with pytest.raises(Unreadable, match="is of a kind that is not read"):
        scan(png(bytes(4000), 3, 40, colour, depth))


def test_pages_are_counted_from_one(european: Label) -> None:
    labels = [replace(european, number=f"MAL{i}") for i in range(3)]
    assert scan_pdf(pdf_many(labels)) == [Found(f"MAL{i}", "Code 128", i + 1) for i in range(3)]
    assert scan_zpl(b"".join(map(zpl, labels))) == [Found(f"MAL{i}", "Code 128", i + 1) for i in range(3)]


def test_a_label_without_a_barcode_has_nothing_to_find() -> None:
    assert scan_zpl(b"^XA^FO50,50^A0N,50^FDhello^FS^XZ") == []


def test_no_neighbouring_number_is_read_beside_the_true_one(european: Label) -> None:
    assert scan_pdf(pdf(replace(european, number="0112701"), A5)) == [Found("0112701", "Code 128", 1)]


def test_what_stands_in_the_bars_counts_and_not_what_is_printed_below(european: Label) -> None:
    forged = zpl(european).replace(b">:MAL0>50000000123", b">:MAL0>50000000999")
    assert scan_zpl(forged) == [Found("MAL00000000999", "Code 128", 1)]


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        (b"", "neither PDF"),
        (b"GIF89a", "its 6 bytes begin b'GIF89a'"),
        (b"%PDF-1.5 and then nothing", "The PDF cannot be opened"),
        (b"^XA^FDnever ended", "The ZPL cannot be rendered"),
        (b"^XA^FO1,1^GB9,9,9^FS^XZ" * 600, "too many labels (maximum 500)"),
        (b"^XA^PW30000^LL30000^FO1,1^GB9,9,9^FS^XZ", "ZPL cannot be rendered"),
        (b" " * (found.MOST_LABEL_BYTES - 3) + b"^XA^XZ", "at most 20000000 are read"),
    ],
    ids=["empty", "picture", "broken pdf", "broken zpl", "many labels", "huge label", "huge file"],
)
def test_what_cannot_be_read_is_told_in_one_sentence(label: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as caught:
        scan(label)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("dpi", [0, -203, 71, 1201])
@pytest.mark.parametrize("scan_kind", [scan_pdf, scan_zpl])
def test_resolutions_have_bounds(european: Label, scan_kind: Any, dpi: int) -> None:
    with pytest.raises(Unreadable, match="72 to 1200 dpi"):
        scan_kind(pdf(european) if scan_kind is scan_pdf else zpl(european), dpi)


def test_a_page_of_many_pixels_is_refused_before_it_is_drawn(european: Label) -> None:
    poster = pdf(european).replace(b"MediaBox[0 0 283.46 425.20]", b"MediaBox[0 0 9999.9 9999.9]")
    with pytest.raises(Unreadable, match="Page 1 has 28194 x 28194 pixels"):
        scan_pdf(poster)


def test_a_pdf_of_many_pages_is_refused(european: Label) -> None:
    with pytest.raises(Unreadable, match="501 pages; at most 500"):
        scan_pdf(pdf_many([european] * 501))


def test_without_zplkit_the_sentence_says_what_to_install(european: Label, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] == "zplkit":
            raise ModuleNotFoundError(name)
        return real(name, *args, **kwargs)

    for name in [name for name in sys.modules if name.split(".")[0] == "zplkit"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Unreadable, match=r'pip install "parcelproof\[zpl\]"'):
        scan_zpl(zpl(european))


def test_a_panic_of_the_renderer_is_told_too() -> None:
    with pytest.raises(Unreadable, match="cannot be rendered"):
        scan_zpl(b"^XA^XF\xff^FS^XZ^XA^DF^XZ")


@settings(deadline=None)
@given(st.data())
def test_damaged_labels_are_read_or_refused(european: Label, data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from([pdf(european), zpl(european)])))
    places = st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255))
    for at, byte in data.draw(st.lists(places, max_size=20)):
        whole[at] = byte
    try:
        scan(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except Unreadable as error:
        assert str(error).endswith(".")
