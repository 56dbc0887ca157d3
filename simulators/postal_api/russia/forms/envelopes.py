"""The address side of an envelope or a sticker, printed on it.

Wire contract: `postal_api_russia` §2.17 (sizes in millimetres), §6. What stands where is ours (inferred).
"""

from ....wire.labels import PageSize, Sheet
from ..records import Account, Order
from .address_labels import POST
from .item import kind_of, marks, recipient, sender
from .paper import Pen

SIZES = {
    "C4": PageSize("C4", 324, 229),
    "C5": PageSize("C5", 229, 162),
    "C6": PageSize("C6", 162, 114),
    "DL": PageSize("DL", 220, 110),
    "A6": PageSize("A6", 148, 105),
    "A7": PageSize("A7", 105, 74),
    "OX": PageSize("OX", 105, 99),
    "OA": PageSize("OA", 148, 105),
}
DEFAULT = "C5"
_WIDTH_MM, _HEIGHT_MM = 148, 105  # what the design is drawn for; larger ones keep its size in their corners


def envelope(order: Order, account: Account) -> Sheet:
    """Return the address side of a letter."""
    size = SIZES.get(order.text("envelope-type"), SIZES[DEFAULT])
    scale = min(1.4, size.width_mm / _WIDTH_MM, size.height_mm / _HEIGHT_MM)
    sheet = Sheet(size=size)
    right = Pen(sheet, scale, x_mm=size.width_mm - _WIDTH_MM * scale)
    low = Pen(sheet, scale, x_mm=size.width_mm - _WIDTH_MM * scale, y_mm=size.height_mm - _HEIGHT_MM * scale)
    corner = Pen(sheet, scale, y_mm=size.height_mm - _HEIGHT_MM * scale)
    left = Pen(sheet, scale)
    home, who = sender(order, account), recipient(order)
    left.text(5, 9, 60, 6, "От кого", bold=True)
    left.lines(5, 13.5, 29, 62, 7.5, (home.name, *home.lines, home.index), first_bold=True)
    right.text(107, 8, 64, 6.5, POST, bold=True, anchor=0.5)
    right.code(107, 9.5, 70, 13, order.barcode)
    right.number(73, 27, 68, 10, order.barcode)
    right.text(143, 33, 70, 7.5, kind_of(order), bold=True, anchor=1)
    right.text(143, 37.5, 70, 6.5, marks(order), anchor=1)
    low.text(66, 50, 60, 6.5, "Кому", bold=True)
    low.lines(66, 56, 84, 77, 10.5, (who.name, *who.lines), first_bold=True)
    low.text(66, 97, 14, 6.5, "Индекс")
    low.text(78, 97, 60, 16, who.index, bold=True)
    _boxes(corner, who.index)
    return sheet


def _boxes(pen: Pen, index: str) -> None:
    """Print the post code where sorting machines look for it, a digit a box."""
    if len(index) != 6 or not index.isdigit():
        return
    for place, digit in enumerate(index):
        pen.frame(6 + place * 9, 87, 7, 12)
        pen.text(9.5 + place * 9, 96.8, 7, 22, digit, bold=True, anchor=0.5)
