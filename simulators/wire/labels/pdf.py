"""Labels as PDF: one page a label, two embedded font subsets, the barcode as a 1-bit image of one row.

Our own writer, since rendering labels is the hot path (`document.py` has the file around the pages).

Source: ISO 32000-1, 8.9.7 (inline images), 9.3 and 9.4 (text state, text objects).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from . import layout
from .document import Cast, document
from .label import LABEL_100X150, Label, PageSize, matrix_of
from .layout import MM_PT, Bars, Box, Placed, Shop, Slot
from .sfnt import load
from .symbols import Symbology, drawn
from .typeset import fit, one_line

_DOT_PT = 72 / 203  # bars stand on the grid of a 203 dpi label printer
_OVERPRINT_PT, _GREY = 50.0, 0.86
_TILT = (0.8660, 0.5)  # cosine and sine of 30 degrees


class Run(NamedTuple):
    """A line ready to be written: operators before the string, letters the font has, operators after it."""

    bold: bool
    before: str
    text: str
    after: str


def pdf(label: Label, size: PageSize = LABEL_100X150) -> bytes:
    """Return a PDF of one page.

    Raises:
        ValueError: the number cannot be a barcode on this sheet (see `Label`).
    """
    return pdf_many((label,), size)


def pdf_many(labels: Sequence[Label], size: PageSize = LABEL_100X150, copies: int = 1) -> bytes:
    """Return a PDF of one page a label and copy, the copies of a label after each other; the pages share their fonts.

    Raises:
        ValueError: there is no label, or a number cannot be a barcode on this sheet.
    """
    if not labels:
        raise ValueError("a PDF needs at least one label, found none")
    pages = [_runs(label) for label in labels]
    regular = Cast(load("regular"), [run.text for runs in pages for run in runs if not run.bold])
    bold = Cast(load("bold"), [run.text for runs in pages for run in runs if run.bold])
    written = {False: iter(regular.written()), True: iter(bold.written())}
    contents = [_content(label, runs, written, size) for label, runs in zip(labels, pages, strict=True)]
    return document(contents, regular, bold, size, copies)


def _runs(label: Label) -> list[Run]:
    return [*_shop_runs(layout.shop(label)), *[run(placed) for placed in layout.lines(label) if placed[1]]]


@lru_cache(512)
def _shop_runs(shop: Shop) -> tuple[Run, ...]:
    overprint = (_overprint(shop.captions.specimen),) if shop.specimen else ()
    return overprint + tuple([run(placed) for placed in layout.shop_lines(shop) if placed[1]])


def run(placed: Placed) -> Run:
    """Return a line ready to be written."""
    slot, text = placed
    begin, room_pt, x, y, end = _prepared(slot)
    font = load("bold" if slot.bold else "regular")
    text = one_line(text)
    line = fit(font, text if text.isascii() else text.translate(font.readable), slot.size_pt, room_pt)
    if slot.anchor:
        x -= slot.anchor * line.width_pt
    return Run(slot.bold, f"{begin} {line.scale * 100:.4g} Tz 1 0 0 1 {x:.2f} {y} Tm <", line.text, end)


@cache
def _prepared(slot: Slot) -> tuple[str, float, float, str, str]:
    begin = f"/{'B' if slot.bold else 'R'} {slot.size_pt:.4g} Tf"
    y = f"{(layout.HEIGHT_MM - slot.y_mm) * MM_PT:.2f}"
    if slot.white:
        return f"1 g {begin}", slot.room_pt, slot.x_mm * MM_PT, y, "> Tj 0 g"
    return begin, slot.room_pt, slot.x_mm * MM_PT, y, "> Tj"


def _overprint(word: str) -> Run:
    """The word across the address, tilted and pale, under everything else."""
    font = load("bold")
    cosine, sine = _TILT
    line = fit(font, one_line(word).translate(font.readable), _OVERPRINT_PT, 90 * MM_PT)
    half_pt = line.width_pt / 2
    x = layout.WIDTH_MM / 2 * MM_PT - cosine * half_pt + sine * _OVERPRINT_PT / 3
    y = (layout.HEIGHT_MM - 72) * MM_PT - sine * half_pt - cosine * _OVERPRINT_PT / 3
    turned = f"{cosine} {sine} -{sine} {cosine} {x:.2f} {y:.2f} Tm <"
    return Run(True, f"{_GREY} g /B {_OVERPRINT_PT:.4g} Tf {line.scale * 100:.4g} Tz {turned}", line.text, "> Tj 0 g")


def _content(label: Label, runs: Sequence[Run], written: Mapping[bool, Iterator[str]], size: PageSize) -> bytes:
    """Return a page's operators; `written` gives each font's strings in the order of the runs."""
    scale, x, y = _placed(size)
    parts = [f"q {scale:.5g} 0 0 {scale:.5g} {x:.2f} {y:.2f} cm", _frame(bool(label.cod), label.specimen), "BT"]
    parts += [f"{before}{next(written[is_bold])}{after}" for is_bold, before, _, after in runs]
    parts.append("ET Q")
    parts += [code_drawn(*code, scale, x, y) for code in layout.codes(label)]
    if label.matrix:
        parts.append(_matrix(label, scale, x, y))
    return "\n".join(parts).encode()


@cache
def _placed(size: PageSize) -> tuple[float, float, float]:
    """Return scale and offset in points that put the label on a sheet: filling it, or in A4's upper left corner."""
    if size.width_mm >= 2 * layout.WIDTH_MM:
        return 1.0, 5 * MM_PT, (size.height_mm - 5 - layout.HEIGHT_MM) * MM_PT
    scale = min(size.width_mm / layout.WIDTH_MM, size.height_mm / layout.HEIGHT_MM)
    x_mm = (size.width_mm - scale * layout.WIDTH_MM) / 2
    y_mm = (size.height_mm - scale * layout.HEIGHT_MM) / 2
    return scale, x_mm * MM_PT, y_mm * MM_PT


@cache
def _frame(cod: bool, specimen: bool) -> str:
    rule, half = layout.RULE_MM, layout.RULE_MM / 2
    x, y, width, height = layout.FRAME
    outline = rectangle(Box(x + half, y + half, width - rule, height - rule))
    filled = " ".join([rectangle(box) for box in layout.boxes(cod=cod, specimen=specimen)])
    return f"{rule * MM_PT:.3f} w {outline} S {filled} f"


def rectangle(box: Box) -> str:
    y = (layout.HEIGHT_MM - box.y_mm - box.height_mm) * MM_PT
    return f"{box.x_mm * MM_PT:.2f} {y:.2f} {box.width_mm * MM_PT:.2f} {box.height_mm * MM_PT:.2f} re"


def code_drawn(place: Bars, text: str, symbology: Symbology, scale: float, x: float, y: float) -> str:
    """Return the operators that draw a barcode in its place on a page of `scale`, moved by `x` and `y` points."""
    points = MM_PT * scale
    symbol, module_dots = drawn(text, symbology, int(place.width_mm * points / _DOT_PT))
    width = symbol.modules * module_dots * _DOT_PT
    left = _on_grid(x + place.centre_mm * points - width / 2)
    bottom = y + (layout.HEIGHT_MM - place.top_mm - place.height_mm) * points
    return _image((symbol.bits,), left, bottom, width, place.height_mm * points)


def _matrix(label: Label, scale: float, x: float, y: float) -> str:
    points = MM_PT * scale
    matrix, module_dots = matrix_of(label, int(layout.MATRIX_SIDE_MM * points / _DOT_PT))
    side = matrix.modules * module_dots * _DOT_PT
    left = _on_grid(x + layout.MATRIX_RIGHT_MM * points - side)
    bottom = _on_grid(y + (layout.HEIGHT_MM - layout.MATRIX_BOTTOM_MM) * points)
    return _image(matrix.rows, left, bottom, side, side)


def _on_grid(point: float) -> float:
    return round(point / _DOT_PT) * _DOT_PT


def _image(rows: Sequence[str], left: float, bottom: float, width: float, height: float) -> str:
    """Draw a 1-bit picture, '1' is ink; in hexadecimal, so that no row can look like the end of the image."""
    columns = len(rows[0])
    padding = "0" * (-columns % 8)
    bits = "".join([row + padding for row in rows])
    body = int(bits, 2).to_bytes(len(bits) // 8, "big").hex()
    return (
        f"q {width:.4f} 0 0 {height:.4f} {left:.4f} {bottom:.4f} cm\n"
        f"BI /W {columns} /H {len(rows)} /IM true /D [1 0] /F /AHx ID\n{body}>\nEI Q"
    )
