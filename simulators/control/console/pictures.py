"""PDF labels as pictures. PDFium draws; it is not thread-safe, so whoever draws in this process takes turns."""

import struct
import zlib
from collections import OrderedDict
from hashlib import sha256

import pypdfium2

from parcelproof.labelscan import PDFIUM

DPI = 203
MOST_KEPT = 32
MOST_PIXELS = 12_000_000  # A4 at 203 dpi has 4 million
SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Undrawable(Exception):
    """A label cannot be drawn; the text says why."""


class Pictures:
    """Pages of PDF labels as PNG, the last ones drawn kept by what is in the file."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[bytes, int], bytes] = OrderedDict()

    def png(self, pdf: bytes, number: int = 1) -> bytes:
        """Return one page, counted from 1, in shades of grey.

        Raises:
            Undrawable: it is no PDF, has no such page, or is too large.
        """
        key = sha256(pdf).digest(), number
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        with PDFIUM:
            drawn = self._kept[key] = _drawn(pdf, number)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return drawn


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has; 0 for what is none."""
    with PDFIUM:
        return _page_count(pdf)


def _page_count(pdf: bytes) -> int:
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError:
        return 0
    try:
        return len(document)
    finally:
        document.close()


def _drawn(pdf: bytes, number: int) -> bytes:
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise Undrawable(f"The label cannot be opened: {error}.") from error
    try:
        if not 1 <= number <= len(document):
            raise Undrawable(f"The label has {len(document)} pages, and no page {number}.")
        page = document[number - 1]
        width, height = page.get_size()
        scale = DPI / 72
        if width * height * scale * scale > MOST_PIXELS:
            raise Undrawable(f"The label's page is {width:.0f} by {height:.0f} points, too large to draw.")
        bitmap = page.render(scale=scale, grayscale=True)
        return _png(memoryview(bitmap.buffer).cast("B"), bitmap.width, bitmap.height, bitmap.stride)
    except pypdfium2.PdfiumError as error:
        raise Undrawable(f"The label cannot be drawn: {error}") from error
    finally:
        document.close()


def _png(grey: memoryview, width: int, height: int, stride: int) -> bytes:
    """Return rows of grey bytes, `stride` apart, as a PNG."""
    rows = b"".join(b"\0" + bytes(grey[row * stride : row * stride + width]) for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
