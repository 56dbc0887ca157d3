"""Where text, barcodes, filled boxes and rules stand on a rendered page, asked of PDFium."""

import ctypes
from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import pypdfium2
from pypdfium2 import raw

from parcelproof.labelscan import PDFIUM

TOUCH_PT = 0.5  # boxes of letters that only touch do not overlap
GRAZE_PT = 0.1  # a rule is thinner than that touch


class Rect(NamedTuple):
    """Points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: "Rect", touch: float = TOUCH_PT) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        up = min(self.top, other.top) - max(self.bottom, other.bottom)
        return across > touch and up > touch

    def within(self, other: "Rect") -> bool:
        low = self.left >= other.left and self.bottom >= other.bottom
        return low and self.right <= other.right and self.top <= other.top


class Page(NamedTuple):
    text: str  # as it is copied out, with single spaces
    lines: list[tuple[Rect, str]]
    codes: list[Rect]
    inks: list[Rect]  # filled boxes and rules
    white: list[Rect]  # of the lines, those that are written in white
    size: tuple[float, float]

    def collisions(self) -> list[str]:
        """Return what stands on something else or off the page, in words."""
        found = [f"{text!r} on a barcode" for rect, text in self.lines for code in self.codes if rect.overlaps(code)]
        found += [f"{one[1]!r} on {two[1]!r}" for one, two in combinations(self.lines, 2) if one[0].overlaps(two[0])]
        found += [f"{text!r} on a box or rule" for rect, text in self.lines if self._inked(rect)]
        inside = Rect(0, 0, *self.size)
        for rect in [*(rect for rect, _ in self.lines), *self.codes]:
            if rect.left < 0 or rect.bottom < 0 or rect.right > inside.right or rect.top > inside.top:
                found.append(f"{rect} off the page")
        return found

    def _inked(self, rect: Rect) -> bool:
        """Tell whether a box or rule makes a line hard to read: white letters belong in a box, black ones on none."""
        if rect in self.white:
            return not any(rect.within(ink) for ink in self.inks)
        return any(rect.overlaps(ink, GRAZE_PT) for ink in self.inks)


def pages_of(document: bytes) -> list[Page]:
    with PDFIUM:
        opened = pypdfium2.PdfDocument(document)
        found = [_page(page) for page in opened]
        opened.close()
    return found


def _page(page: pypdfium2.PdfPage) -> Page:
    text = page.get_textpage()
    copied = " ".join(text.get_text_bounded().split())
    lines = [
        (Rect(*text.get_rect(number)), text.get_text_bounded(*text.get_rect(number)))
        for number in range(text.count_rects())
    ]
    white = [rect for rect, _ in lines if _is_white(text, rect)]
    return Page(copied, lines, list(_images(page)), list(_inks(page)), white, page.get_size())


def _is_white(text: pypdfium2.PdfTextPage, rect: Rect) -> bool:
    middle = (rect.bottom + rect.top) / 2
    at = text.get_index(rect.left + TOUCH_PT, middle, rect.right - rect.left, rect.top - rect.bottom)
    colour = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFText_GetFillColor(text, at, *map(ctypes.byref, colour))
    return [part.value for part in colour[:3]] == [255] * 3


def _images(page: pypdfium2.PdfPage) -> Iterator[Rect]:
    for image in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE]):
        yield Rect(*image.get_bounds())


def _inks(page: pypdfium2.PdfPage) -> Iterator[Rect]:
    """Yield filled rectangles, and the four sides of outlined ones."""
    for path in page.get_objects([raw.FPDF_PAGEOBJ_PATH]):
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(path, fill, stroke)
        for left, bottom, right, top in _rectangles(path):
            if fill.value:
                yield Rect(left, bottom, right, top)
            if stroke.value:
                yield from (Rect(x, bottom, x + TOUCH_PT, top) for x in (left, right))
                yield from (Rect(left, y, right, y + TOUCH_PT) for y in (bottom, top))


def _rectangles(path: pypdfium2.PdfObject) -> Iterator[Rect]:
    """Yield the bounds of each figure of a path, where it stands on the page."""
    matrix, points = path.get_matrix(), list[tuple[float, float]]()
    for number in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, number)
        if points and raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO:
            yield _bounds(points)
            points = []
        x, y = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        points.append(matrix.on_point(x.value, y.value))
    if points:
        yield _bounds(points)


def _bounds(points: list[tuple[float, float]]) -> Rect:
    across, up = zip(*points, strict=True)
    return Rect(min(across), min(up), max(across), max(up))
