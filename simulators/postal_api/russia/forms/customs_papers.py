"""CN22, the customs label of small mail, and CN23, the customs declaration of parcels, in English and Latin letters.

Wire contract: `postal_api_russia` §6, §2.18. What stands where is ours (inferred); the Universal Postal Union's forms
have the same fields.
"""

from collections.abc import Sequence
from typing import Any

from ....wire.labels import PageSize, Sheet
from ..records import Account, Order
from .item import Party, country, gross_minor, latin, recipient, ru_date, sender
from .paper import Pen
from .spelled import decimal, kilograms

CN22_SIZE, CN23_SIZE = PageSize("CN22", 74, 105), PageSize("A5 across", 210, 148)
KINDS = (  # entries-type, how the forms name it
    ("GIFT", "Gift"),
    ("DOCUMENT", "Documents"),
    ("SALE_OF_GOODS", "Sale of goods"),
    ("COMMERCIAL_SAMPLE", "Commercial sample"),
    ("OTHER", "Other"),
)
PAPERS = (("licence", "license"), ("certificate", "certificate"), ("invoice", "invoice"))
CN22_ROWS, CN23_ROWS = 5, 6


def _home(order: Order, account: Account) -> Party:
    """Return the sender in Latin letters, with the country."""
    found = sender(order, account)
    lines = (*map(latin, found.lines), "RUSSIAN FEDERATION")
    return Party(latin(found.name), lines, found.index, found.phone)


def entries_of(order: Order) -> list[dict[str, Any]]:
    """Return the lines of an order's declaration."""
    declared = order.fields.get("customs-declaration")
    found = declared.get("customs-entries") if isinstance(declared, dict) else None
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def value_minor(entry: dict[str, Any]) -> int:
    return int(entry.get("value") or 0) * int(entry.get("amount") or 0)


def mass_g(entry: dict[str, Any]) -> int:
    """Return a line's net mass: an entry's `weight` is that of all its pieces (inferred)."""
    return int(entry.get("weight") or 0)


def total_minor(order: Order) -> int:
    """Return the value of all that an order declares, in hundredths of its currency's unit."""
    return sum(value_minor(entry) for entry in entries_of(order))


def currency_of(order: Order) -> str:
    """Return the currency that an order's declaration tells, "" where it tells none."""
    return _told(order, "currency")


def cn22(order: Order, account: Account, day: str) -> list[Sheet]:
    """Return the label, more than one where the contents do not find room on it; each tells the totals of all."""
    pages = _pages(entries_of(order), CN22_ROWS)
    return [_cn22(order, account, day, rows, page, len(pages)) for page, rows in enumerate(pages, 1)]


def cn23(order: Order, account: Account, day: str) -> list[Sheet]:
    """Return the declaration, as many pages as its lines need; each tells the totals of all."""
    pages = _pages(entries_of(order), CN23_ROWS)
    return [_cn23(order, account, day, rows, page, len(pages)) for page, rows in enumerate(pages, 1)]


def _pages(entries: Sequence[dict[str, Any]], most: int) -> list[tuple[dict[str, Any], ...]]:
    return [tuple(entries[at : at + most]) for at in range(0, len(entries), most)] or [()]


def _told(order: Order, name: str) -> str:
    declared = order.fields.get("customs-declaration")
    found = declared.get(name, "") if isinstance(declared, dict) else ""
    return str(found) if found is not None else ""


def _cn22(order: Order, account: Account, day: str, rows: Sequence[dict[str, Any]], page: int, pages: int) -> Sheet:
    sheet = Sheet(size=CN22_SIZE)
    pen = Pen(sheet)
    pen.frame(2, 2, 70, 101)
    pen.text(4, 7, 44, 8.5, "CUSTOMS DECLARATION", bold=True)
    pen.text(70, 7, 18, 9, "CN22", bold=True, anchor=1)
    pen.text(4, 10.8, 66, 5.5, "May be opened officially. Designated operator: Russian Post")
    for place, (kind, name) in enumerate(KINDS):
        x_mm, y_mm = 4 + 33 * (place % 2), 15.5 + 4.6 * (place // 2)
        pen.tick(x_mm, y_mm, ticked=kind == _told(order, "entries-type"))
        pen.text(x_mm + 4.2, y_mm - 0.4, 28, 6.2, name)
    pen.across(2, 26.5, 70)
    heads = ((4, 30, "Quantity and description"), (35, 9, "Net, kg"), (46, 12, "Value"), (59, 12, "HS, origin"))
    for x_mm, width_mm, text in heads:
        pen.text(x_mm, 29.4, width_mm, 5.2, text, bold=True)
    pen.across(2, 30.4, 70)
    for row, entry in enumerate(rows):
        _cn22_row(pen, 34 + 7.4 * row, entry)
    pen.across(2, 68.5, 70)
    mass = kilograms(sum(map(mass_g, entries_of(order))) or order.mass_g)
    pen.text(4, 72, 30, 6, "Total", bold=True)
    pen.text(35, 72, 10, 6, mass, bold=True)
    pen.text(46, 72, 26, 6, f"{decimal(total_minor(order))} {currency_of(order)}", bold=True)
    pen.across(2, 73.6, 70)
    pen.code(37, 75, 66, 9, order.barcode)
    pen.text(37, 87.3, 66, 7.5, order.barcode, bold=True, anchor=0.5)
    says = "I certify that the particulars given are correct and that this item contains no dangerous article."
    pen.lines(4, 90.8, 94, 66, 4.8, (says,))
    pen.text(4, 98, 46, 6, f"{ru_date(day)}  {_home(order, account).name}")
    pen.text(70, 101, 20, 5, f"{page}/{pages}" if pages > 1 else "", anchor=1)
    return sheet


def _cn22_row(pen: Pen, y_mm: float, entry: dict[str, Any]) -> None:
    pen.lines(4, y_mm, y_mm + 3, 30, 5.8, (f"{entry.get('amount', '')} x {entry.get('description', '')}",))
    pen.text(35, y_mm, 10, 5.8, kilograms(mass_g(entry)) if mass_g(entry) else "")
    pen.text(46, y_mm, 12, 5.8, decimal(value_minor(entry)))
    pen.text(59, y_mm, 12, 5.8, str(entry.get("tnved-code", "")))
    origin = entry.get("country-code")
    pen.text(59, y_mm + 3, 12, 5.2, country(origin) if isinstance(origin, int) else "")


def _cn23(order: Order, account: Account, day: str, rows: Sequence[dict[str, Any]], page: int, pages: int) -> Sheet:
    sheet = Sheet(size=CN23_SIZE)
    pen = Pen(sheet)
    pen.frame(4, 4, 202, 140)
    pen.text(8, 10, 90, 11, "CUSTOMS DECLARATION", bold=True)
    pen.text(112, 10, 30, 14, "CN23", bold=True, anchor=0.5)
    pen.text(8, 14, 90, 6, "Designated operator: Russian Post. May be opened officially")
    pen.code(165, 5.5, 78, 10, order.barcode)
    pen.text(165, 19, 70, 9, order.barcode, bold=True, anchor=0.5)
    pen.across(4, 21, 202)
    for x_mm, caption, party in ((8, "From", _home(order, account)), (108, "To", recipient(order))):
        pen.text(x_mm, 25, 20, 6.5, caption, bold=True)
        lines = (party.name, *party.lines, party.index, f"tel. +{party.phone}" if party.phone else "")
        pen.lines(x_mm, 29.5, 47, 94, 8, lines, first_bold=True)
    pen.down(105, 21, 29)
    pen.across(4, 50, 202)
    columns = (
        (8, 74, "Detailed description of contents"),
        (86, 14, "Quantity"),
        (103, 18, "Net weight, kg"),
        (124, 26, "Value"),
        (153, 22, "HS tariff number"),
        (178, 27, "Country of origin"),
    )
    for x_mm, width_mm, text in columns:
        pen.text(x_mm, 54, width_mm, 6, text, bold=True)
    pen.across(4, 55.6, 202)
    for row, entry in enumerate(rows):
        _cn23_row(pen, 60.5 + 6.6 * row, entry)
    pen.across(4, 97, 202)
    _cn23_foot(pen, order, account, day)
    pen.text(204, 142, 30, 6, f"{page}/{pages}" if pages > 1 else "", anchor=1)
    return sheet


def _cn23_row(pen: Pen, y_mm: float, entry: dict[str, Any]) -> None:
    origin = entry.get("country-code")
    trademark = entry.get("trademark")
    cells = (
        (8, 74, str(entry.get("description", "")) + (f" ({trademark})" if trademark else "")),
        (86, 14, f"{entry.get('amount', '')} pcs"),
        (103, 18, kilograms(mass_g(entry)) if mass_g(entry) else ""),
        (124, 26, decimal(value_minor(entry))),
        (153, 22, str(entry.get("tnved-code", ""))),
        (178, 27, country(origin) if isinstance(origin, int) else ""),
    )
    for x_mm, width_mm, text in cells:
        pen.text(x_mm, y_mm, width_mm, 8, text)


def _cn23_foot(pen: Pen, order: Order, account: Account, day: str) -> None:
    entries = entries_of(order)
    pen.text(8, 102, 60, 7.5, f"Total value: {decimal(total_minor(order))} {currency_of(order)}", bold=True)
    pen.text(72, 102, 60, 7.5, f"Total net weight: {kilograms(sum(map(mass_g, entries)))} kg")
    pen.text(138, 102, 66, 7.5, f"Total gross weight: {kilograms(order.mass_g)} kg", bold=True)
    pen.text(8, 107, 90, 7.5, f"Postal charges: {decimal(gross_minor(order))} RUB")
    pen.text(138, 107, 66, 7.5, f"IOSS: {_told(order, 'ioss-code')}" if _told(order, "ioss-code") else "")
    pen.across(4, 109.5, 202)
    for place, (kind, name) in enumerate(KINDS):
        x_mm = 8 + 40 * place
        pen.tick(x_mm, 115.5, ticked=kind == _told(order, "entries-type"))
        pen.text(x_mm + 5, 115, 34, 7.5, name)
    pen.across(4, 118, 202)
    for place, (name, key) in enumerate(PAPERS):
        number = _told(order, f"{key}-number")
        pen.tick(8 + 66 * place, 123.5, ticked=bool(number))
        pen.text(13 + 66 * place, 123, 58, 7.5, f"{name.capitalize()} No. {number}".rstrip())
    pen.across(4, 126, 202)
    says = "I certify that the particulars given in this customs declaration are correct and that this item does not"
    more = "contain any dangerous article or articles prohibited by legislation or by postal or customs regulations."
    pen.text(8, 130.5, 194, 6, says)
    pen.text(8, 133.8, 194, 6, more)
    pen.text(8, 141, 100, 7.5, f"Date: {ru_date(day)}   Sender: {_home(order, account).name}")
    pen.text(120, 141, 20, 7.5, "Signature")
    pen.across(136, 141.5, 60)
