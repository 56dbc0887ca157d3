"""Read the barcodes on a label: render it as a printer would, then decode the picture."""

from .found import Found, Unreadable
from .pdf import scan_pdf
from .zpl import scan_zpl

__all__ = ["Found", "Unreadable", "scan", "scan_pdf", "scan_zpl"]


def scan(label: bytes, dpi: int = 203) -> list[Found]:
    """Return the barcodes of a PDF or ZPL label, told apart by their first bytes.

    Raises:
        Unreadable: it is neither, or it cannot be rendered.
    """
    if b"%PDF-" in label[:1024]:
        return scan_pdf(label, dpi)
    if b"^XA" in label:
        return scan_zpl(label, dpi)
    raise Unreadable(f"The label is neither PDF (%PDF-) nor ZPL (^XA): its {len(label)} bytes begin {label[:12]!r}.")
