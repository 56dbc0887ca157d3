"""Where text and barcodes stand on a rendered page, asked of PDFium."""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import pypdfium2
from pypdfium2 import raw

from parcelproof.labelscan import PDFIUM

TOUCH_PT = 0.5  # boxes of letters that only touch do not overlap


class Rect(NamedTuple):
    """Points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def overlaps(self, other: "Rect") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        up = min(self.top, other.top) - max(self.bottom, other.bottom)
        return across > TOUCH_PT and up > TOUCH_PT


class Page(NamedTuple):
    text: str  # as it is copied out, with single spaces
    lines: list[tuple[Rect, str]]
    codes: list[Rect]
    size: tuple[float, float]

    def collisions(self) -> list[str]:
        """Return what stands on something else or off the page, in words."""
        found = [f"{text!r} on a barcode" for rect, text in self.lines for code in self.codes if rect.overlaps(code)]
        found += [f"{one[1]!r} on {two[1]!r}" for one, two in combinations(self.lines, 2) if one[0].overlaps(two[0])]
        inside = Rect(0, 0, *self.size)
        for rect in [*(rect for rect, _ in self.lines), *self.codes]:
            if rect.left < 0 or rect.bottom < 0 or rect.right > inside.right or rect.top > inside.top:
                found.append(f"{rect} off the page")
        return found


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
    return Page(copied, lines, list(_images(page)), page.get_size())


def _images(page: pypdfium2.PdfPage) -> Iterator[Rect]:
    for image in page.get_objects([raw.FPDF_PAGEOBJ_IMAGE]):
        yield Rect(*image.get_bounds())
