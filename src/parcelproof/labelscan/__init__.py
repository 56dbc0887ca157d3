"""Read the barcodes on a label: render it as a printer would, then decode the picture."""

from .found import MOST_PAGES, Found, NoReader, Unreadable
from .pdf import PDFIUM, pdf_sizes_mm, scan_pdf
from .png import SIGNATURE, png_size_mm, scan_png
from .zpl import scan_zpl, zpl_sizes_mm

__all__ = ["PDFIUM", "Found", "NoReader", "Unreadable", "scan", "scan_pdf", "scan_png", "scan_zpl", "sizes_mm"]


def scan(label: bytes, dpi: int = 203, most_pages: int = MOST_PAGES) -> list[Found]:
    """Return the barcodes of a PDF, PNG or ZPL label, told apart by their first bytes.

    Raises:
        NoReader: what would render it is not installed.
        Unreadable: it is none of these, it cannot be rendered, or has more pages.
    """
    if label.startswith(SIGNATURE):
        return scan_png(label)
    if b"%PDF-" in label[:1024]:
        return scan_pdf(label, dpi, most_pages)
    if b"^XA" in label:
        return scan_zpl(label, dpi, most_pages)
    raise Unreadable(
        f"The label is neither PDF (%PDF-), PNG nor ZPL (^XA): its {len(label)} bytes begin {label[:12]!r}."
    )


def sizes_mm(label: bytes, dpi: int = 203) -> list[tuple[float, float]]:
    """Return width and height of every page in millimetres; of a ZPL or PNG that does not say, none.

    Raises:
        Unreadable: a PDF that cannot be opened.
    """
    if label.startswith(SIGNATURE):
        size = png_size_mm(label)
        return [] if size is None else [size]
    if b"%PDF-" in label[:1024]:
        return pdf_sizes_mm(label)
    return zpl_sizes_mm(label, dpi)
