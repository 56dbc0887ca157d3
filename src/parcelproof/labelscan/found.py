"""What a scan finds, why it fails, and how large a picture may be."""

from collections.abc import Sequence
from dataclasses import dataclass

import zxingcpp

LEAST_DPI, MOST_DPI = 72, 1200
MOST_LABEL_BYTES = 20_000_000
MOST_PAGES = 500
MOST_PIXELS = 30_000_000  # one page: A4 at 600 dpi is 35 million, at 300 dpi 9 million


@dataclass(frozen=True, slots=True)
class Found:
    """One barcode: its text, its symbology as zxing-cpp names it ("Code 128"), and its page, counted from 1."""

    text: str
    format: str
    page: int


class Unreadable(Exception):
    """A label cannot be rendered. The message is one sentence for people."""


class NoReader(Unreadable):
    """What would render this format is not installed: not the label's fault."""


def check_request(label: bytes, dpi: int) -> None:
    """Refuse what is too large to look at.

    Raises:
        Unreadable: it is.
    """
    if len(label) > MOST_LABEL_BYTES:
        raise Unreadable(f"The label has {len(label)} bytes; at most {MOST_LABEL_BYTES} are read.")
    if not LEAST_DPI <= dpi <= MOST_DPI:
        raise Unreadable(f"The resolution is {dpi} dpi; labels are rendered at {LEAST_DPI} to {MOST_DPI} dpi.")


def check_pages(number: int, most: int = MOST_PAGES) -> None:
    if number > most:
        raise Unreadable(f"The label has {number} pages; at most {most} are read.")


def check_pixels(width: int, height: int, page: int) -> None:
    if width * height > MOST_PIXELS:
        raise Unreadable(f"Page {page} has {width} x {height} pixels; at most {MOST_PIXELS} in all are rendered.")


def decode(pixels: Sequence[int] | memoryview, width: int, height: int, stride: int, page: int) -> list[Found]:
    """Decode a picture of one byte a pixel (0 black, 255 white), rows `stride` bytes apart, in reading order.

    The picture is read as it is first, and made smaller only when nothing is found: at a third of its size narrow bars
    blur, and now and then a neighbouring number with a valid check character was read beside the true one.
    """
    picture = zxingcpp.ImageView(pixels, width, height, zxingcpp.ImageFormat.Lum, stride)
    codes = zxingcpp.read_barcodes(picture, try_downscale=False) or zxingcpp.read_barcodes(picture)
    codes.sort(key=lambda code: (code.position.top_left.y, code.position.top_left.x))
    return [Found(code.text, str(code.format), page) for code in codes]
