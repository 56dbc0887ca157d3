"""PDF labels, rendered by PDFium, which isn't thread-safe: whoever draws in this process holds `PDFIUM` meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import pypdfium2

from .found import LEAST_DPI, MOST_PAGES, Found, Unreadable, check_pages, check_pixels, check_request, decode

PDFIUM = Lock()
POINTS = 72  # an inch
MM = 25.4


def scan_pdf(label: bytes, dpi: int = 203, most_pages: int = MOST_PAGES) -> list[Found]:
    """Return the barcodes of every page, rendered as a printer of `dpi` dots per inch would print it.

    Raises:
        Unreadable: it isn't a PDF, is encrypted or broken, or is larger than we look at.
    """
    check_request(label, dpi)
    with PDFIUM, _opened(label, most_pages) as document:
        return list(_codes(document, dpi))


def pdf_sizes_mm(label: bytes, most_pages: int = MOST_PAGES) -> list[tuple[float, float]]:
    """Return width and height of every page in millimetres, as a viewer shows it.

    Raises:
        Unreadable: it isn't a PDF, is encrypted or broken, or has more pages.
    """
    check_request(label, LEAST_DPI)
    with PDFIUM, _opened(label, most_pages) as document:
        sizes = [document[number].get_size() for number in range(len(document))]
    return [(width / POINTS * MM, height / POINTS * MM) for width, height in sizes]


@contextmanager
def _opened(label: bytes, most_pages: int) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(label)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"The PDF cannot be opened: {error}") from error
    try:
        check_pages(len(document), most_pages)
        yield document
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"The PDF cannot be rendered: {error}") from error
    finally:
        document.close()


def _codes(document: pypdfium2.PdfDocument, dpi: int) -> Iterator[Found]:
    for number in range(len(document)):
        page = document[number]
        scale = dpi / 72
        width, height = (round(side * scale) for side in page.get_size())
        check_pixels(width, height, number + 1)
        bitmap = page.render(scale=scale, grayscale=True)
        yield from decode(memoryview(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, number + 1)
        bitmap.close()
        page.close()
