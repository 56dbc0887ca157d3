"""Labels as PDF: one page a label, two embedded font subsets, the barcode as a one-row image.

Our own writer, since rendering labels is the hot path. Text is written as glyph numbers in hexadecimal, so nothing a
shop sends can reach the page's syntax; a ToUnicode table makes it readable again. No dates, no random identifiers:
one label, one sequence of bytes.

Source: ISO 32000-1, 7.5 (file structure), 8.9.7 (inline images), 9.7 (composite fonts), 9.10 (text extraction).
"""

import zlib
from collections.abc import Sequence
from functools import cache
from itertools import accumulate

from . import layout
from .label import LABEL_100X150, Label, PageSize, symbol_of
from .layout import Box, Text
from .sfnt import Font, load
from .typeset import fit, one_line

_MM = 72 / 25.4
_DOT = 72 / 203  # bars stand on the grid of a 203 dpi label printer, in points
_TOUNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def "
    b"/CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n",
    b"endcmap CMapName currentdict /CMap defineresource pop end end",
)

Run = tuple[bool, bool, str, str]  # bold, white, operators that place it, clean text


def pdf(label: Label, size: PageSize = LABEL_100X150) -> bytes:
    """Return a PDF of one page.

    Raises:
        ValueError: the number cannot be a barcode on this sheet (see `Label`).
    """
    return pdf_many((label,), size)


def pdf_many(labels: Sequence[Label], size: PageSize = LABEL_100X150) -> bytes:
    """Return a PDF of one page a label; the pages share their fonts.

    Raises:
        ValueError: there is no label, or a number cannot be a barcode on this sheet.
    """
    if not labels:
        raise ValueError("a PDF needs at least one label")
    pages = [_runs(label) for label in labels]
    cast = (_Cast(load("regular"), pages, bold=False), _Cast(load("bold"), pages, bold=True))
    contents = [_content(label, runs, cast, size) for label, runs in zip(labels, pages, strict=True)]
    return _file(contents, cast, size)


class _Cast:
    """The letters of one font that a file uses, numbered from 1 in the order of their codes."""

    def __init__(self, font: Font, pages: Sequence[Sequence[Run]], *, bold: bool) -> None:
        self.font = font
        used = set().union(*[run[3] for runs in pages for run in runs if run[0] is bold])
        self.letters = sorted(used)
        self._numbers = {ord(letter): number for number, letter in enumerate(self.letters, 1)}

    def written(self, text: str) -> str:
        return text.translate(self._numbers).encode("utf-16-be").hex()

    def objects(self, first: int) -> list[bytes]:
        """Return the five objects of a composite font; `first` is the number of the first."""
        font, letters = self.font, self.letters
        em = font.units_per_em
        tag = _tag(letters)
        widths = " ".join([font.glyphs[letter].width for letter in letters])
        box = " ".join([str(round(side * 1000 / em)) for side in font.box])
        name = f"{tag}+{font.name}"
        return [
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{first + 1} 0 R]"
            f"/ToUnicode {first + 4} 0 R>>".encode(),
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            f"/Supplement 0>>/CIDToGIDMap/Identity/FontDescriptor {first + 2} 0 R/W[1[{widths}]]>>".encode(),
            f"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{box}]/ItalicAngle 0"
            f"/Ascent {font.ascent * 1000 // em}/Descent {font.descent * 1000 // em}"
            f"/CapHeight {font.cap_height * 1000 // em}/StemV 90/FontFile2 {first + 3} 0 R>>".encode(),
            _font_file(font.subset(letters)),
            _stream(_to_unicode(letters)),
        ]


def _tag(letters: Sequence[str]) -> str:
    """Six capitals that name a subset; two subsets of one font in one viewer must not be taken for each other."""
    number = zlib.crc32("".join(letters).encode("utf-16-be", "surrogatepass"))
    return "".join([chr(65 + number // 26**place % 26) for place in range(6)])


def _to_unicode(letters: Sequence[str]) -> bytes:
    """Return the table from glyph numbers to text; a range may not cross a multiple of 256."""
    rows = []
    for start in range(0, len(letters) + 1, 256):
        first, last = max(start, 1), min(start + 255, len(letters))
        if first > last:
            continue
        codes = "".join(letters[first - 1 : last]).encode("utf-16-be").hex("_", 2).replace("_", "><")
        rows.append(f"<{first:04x}> <{last:04x}> [<{codes}>]\n")
    body = f"{len(rows)} beginbfrange\n{''.join(rows)}endbfrange\n" if rows else ""
    return _TOUNICODE[0] + body.encode() + _TOUNICODE[1]


def _runs(label: Label) -> list[Run]:
    runs = list(_caption_runs(label.captions))
    for text in layout.texts(label):
        if text.text:
            runs.append(_run(text))
    return runs


@cache
def _caption_runs(words: layout.Captions) -> tuple[Run, ...]:
    return tuple(_run(text) for text in layout.captions(words))


def _run(text: Text) -> Run:
    font = load("bold" if text.bold else "regular")
    line = fit(font, one_line(text.text).translate(font.readable), text.size_pt, text.width_mm * _MM)
    x = text.x_mm * _MM - text.anchor * line.width_pt
    y = (layout.HEIGHT_MM - text.y_mm) * _MM
    face = "B" if text.bold else "R"
    place = f"/{face} {text.size_pt:.4g} Tf {line.scale * 100:.4g} Tz 1 0 0 1 {x:.2f} {y:.2f} Tm"
    return text.bold, text.white, place, line.text


def _content(label: Label, runs: Sequence[Run], cast: tuple[_Cast, _Cast], size: PageSize) -> bytes:
    regular, bold = cast
    scale, x, y = _placed(size)
    parts = [f"q {scale:.5g} 0 0 {scale:.5g} {x:.2f} {y:.2f} cm", _frame(cod=bool(label.cod))]
    parts.append("BT")
    for is_bold, white, place, text in runs:
        written = (bold if is_bold else regular).written(text)
        parts.append(f"1 g {place} <{written}> Tj 0 g" if white else f"{place} <{written}> Tj")
    parts.append("ET Q")
    parts.append(_code(label, scale, x, y))
    return "\n".join(parts).encode()


@cache
def _placed(size: PageSize) -> tuple[float, float, float]:
    """Return scale and offset in points that put the label on a sheet: filling it, or in A4's upper left corner."""
    if size.width_mm > 2 * layout.WIDTH_MM:
        return 1.0, 5 * _MM, (size.height_mm - 5 - layout.HEIGHT_MM) * _MM
    scale = min(size.width_mm / layout.WIDTH_MM, size.height_mm / layout.HEIGHT_MM)
    x_mm = (size.width_mm - scale * layout.WIDTH_MM) / 2
    y_mm = (size.height_mm - scale * layout.HEIGHT_MM) / 2
    return scale, x_mm * _MM, y_mm * _MM


@cache
def _frame(*, cod: bool) -> str:
    return " ".join([_rectangle(box) for box in (*layout.FRAME, *([layout.COD_BOX] if cod else ()))]) + " f"


def _rectangle(box: Box) -> str:
    y = (layout.HEIGHT_MM - box.y_mm - box.height_mm) * _MM
    return f"{box.x_mm * _MM:.2f} {y:.2f} {box.width_mm * _MM:.2f} {box.height_mm * _MM:.2f} re"


def _code(label: Label, scale: float, x: float, y: float) -> str:
    """Draw the barcode as a 1-bit image of one row, stretched; its edges fall on printer dots."""
    symbol, module_dots = symbol_of(label, int(layout.CODE_WIDTH_MM * _MM * scale / _DOT))
    width_pt = symbol.modules * module_dots * _DOT
    left = x + (layout.WIDTH_MM * _MM * scale - width_pt) / 2
    left = round(left / _DOT) * _DOT
    bottom = y + (layout.HEIGHT_MM - layout.CODE_TOP - layout.CODE_HEIGHT) * _MM * scale
    height = layout.CODE_HEIGHT * _MM * scale
    padded = symbol.bits + "0" * (-symbol.modules % 8)
    row = int(padded, 2).to_bytes(len(padded) // 8, "big").hex()
    return (
        f"q {width_pt:.4f} 0 0 {height:.2f} {left:.4f} {bottom:.2f} cm\n"
        f"BI /W {symbol.modules} /H 1 /IM true /D [1 0] /F /AHx ID\n{row}>\nEI Q"
    )


def _stream(body: bytes) -> bytes:
    return b"<</Length %d>>stream\n%b\nendstream" % (len(body), body)


def _font_file(body: bytes) -> bytes:
    return b"<</Length %d/Length1 %d>>stream\n%b\nendstream" % (len(body), len(body), body)


def _file(contents: Sequence[bytes], cast: tuple[_Cast, _Cast], size: PageSize) -> bytes:
    """Number the objects: catalog 1, page tree 2, fonts 3-7 and 8-12, then a page and its content in turns."""
    first_page, number = 13, len(contents)
    kids = " ".join([f"{first_page + 2 * page} 0 R" for page in range(number)])
    media = f"{size.width_mm * _MM:.2f} {size.height_mm * _MM:.2f}"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {number}/MediaBox[0 0 {media}]"
        "/Resources<</Font<</R 3 0 R/B 8 0 R>>>>>>".encode(),
        *cast[0].objects(3),
        *cast[1].objects(8),
    ]
    for page, content in enumerate(contents):
        objects.append(b"<</Type/Page/Parent 2 0 R/Contents %d 0 R>>" % (first_page + 2 * page + 1))
        objects.append(_stream(content) if number == 1 else _packed(content))
    parts = [b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"]
    parts += [b"%d 0 obj\n%b\nendobj\n" % item for item in enumerate(objects, 1)]
    offsets = list(accumulate(map(len, parts)))
    rows = b"".join([b"%010d 00000 n \n" % offset for offset in offsets[:-1]])
    total = len(objects) + 1
    parts.append(
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (total, rows, total, offsets[-1])
    )
    return b"".join(parts)


def _packed(body: bytes) -> bytes:
    """In a file of many pages compression halves the bytes; in a file of one the fonts weigh more and time counts."""
    small = zlib.compress(body, 1)
    return b"<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream" % (len(small), small)


