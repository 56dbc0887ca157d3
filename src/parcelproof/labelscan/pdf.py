"""PDF labels, rendered by PDFium. PDFium isn't thread-safe: scan in one thread."""

from collections.abc import Iterator

import pypdfium2

from .found import Found, Unreadable, check_pages, check_pixels, check_request, decode


def scan_pdf(label: bytes, dpi: int = 203) -> list[Found]:
    """Return the barcodes of every page, rendered as a printer of `dpi` dots per inch would print it.

    Raises:
        Unreadable: it isn't a PDF, is encrypted or broken, or is larger than we look at.
    """
    check_request(label, dpi)
    try:
        document = pypdfium2.PdfDocument(label)
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"The PDF cannot be opened: {error}") from error
    try:
        return list(_codes(document, dpi))
    except pypdfium2.PdfiumError as error:
        raise Unreadable(f"The PDF cannot be rendered: {error}") from error
    finally:
        document.close()


def _codes(document: pypdfium2.PdfDocument, dpi: int) -> Iterator[Found]:
    check_pages(len(document))
    for number in range(len(document)):
        page = document[number]
        scale = dpi / 72
        width, height = (round(side * scale) for side in page.get_size())
        check_pixels(width, height, number + 1)
        bitmap = page.render(scale=scale, grayscale=True)
        yield from decode(memoryview(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, number + 1)
        bitmap.close()
        page.close()
