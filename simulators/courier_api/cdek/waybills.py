"""A waybill on A4: who sends what to whom, and what is to be paid; as many pages as it needs.

Wire contract: `courier_api` §1.7. No waybill of the carrier was seen: what stands where is ours (inferred).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...wire.labels import Sheet, Symbology, broken
from ...wire.labels.layout import Bars, Block, Box, Slot
from .form_words import Words, template_words
from .judgement import to_collect_minor
from .records import Item, Order, Package
from .tariffs import TARIFFS, tariff_name
from .wire_values import day, roubles_text

CODE = Bars(160, 10, 80, 16)
MARK, TITLE, NUMBER = Slot(10, 20, 40, 26, True), Slot(52, 16, 66, 15, True), Slot(160, 31, 78, 13, True, 0.5)
SERVICE, PREALERT = Slot(52, 23, 66, 10), Slot(52, 29, 66, 9)
MOST_LINES = 8  # of an item's description
ROW_MM = 4.2

CAPTIONS = (Slot(12, 40, 88, 7.5, True), Slot(107, 40, 88, 7.5, True))
PARTIES = (Block(12, 45.5, 66.5, 88, 9.5, 4.2, first_bold=True), Block(107, 45.5, 66.5, 88, 9.5, 4.2, first_bold=True))
FRAMES = (Box(10, 36, 93, 34), Box(105, 36, 95, 34))
FACTS = tuple(Slot(x, 76, 44, 9) for x in (12, 60, 107, 155))

COLUMNS = (
    Slot(10, 0, 7, 8.5),
    Slot(18, 0, 30, 8.5),
    Slot(50, 0, 66, 8.5),
    Slot(126, 0, 14, 8.5, anchor=0.5),
    Slot(143, 0, 16, 8.5, anchor=0.5),
    Slot(164, 0, 22, 8.5, anchor=0.5),
    Slot(188, 0, 22, 8.5, anchor=0.5),
)
HEADS = tuple(Slot(slot.x_mm, 0, slot.width_mm, 7.5, True, slot.anchor) for slot in COLUMNS)
SERVICES = Slot(10, 0, 85, 8.5)
PACKAGE = Slot(10, 0, 190, 8.5, True)
SUMS = (Slot(100, 0, 70, 9.5), Slot(188, 0, 22, 9.5, True, 0.5))
SIGNATURES = tuple(Slot(x, 0, 58, 8) for x in (10, 75, 140))
PAGE = Slot(105, 290, 40, 8, anchor=0.5)
FIRST_TOP_MM, NEXT_TOP_MM, BOTTOM_MM, FOOT_MM = 84.0, 42.0, 278.0, 34.0


class Row(NamedTuple):
    """Lines that stand together: cells by column, or one text across all."""

    cells: tuple[tuple[str, ...], ...]
    across: bool = False


def waybill(
    order: Order, template: str, parties: Sequence[tuple[str, ...]], *, prealert: str = "", signed: tuple[str, ...] = ()
) -> list[Sheet]:
    """Return the pages of an order's waybill.

    Args:
        parties: the sender's and the recipient's lines.
        prealert: the number of the hand-over list that the order stands in.
        signed: what stands above the recipient's line, once the goods are handed over.
    """
    words = template_words(template)
    sheets = [_opened(order, words, first=True)]
    sheets[0].frames += FRAMES
    for caption, block, word, lines in zip(CAPTIONS, PARTIES, (words.sender, words.recipient), parties, strict=True):
        sheets[0].lines.append((caption, word))
        sheets[0].block(block, lines)
    sheets[0].lines += zip(FACTS, _facts(order, words), strict=True)
    y_mm = _headed(sheets[0], words, FIRST_TOP_MM)
    for row in _rows(order, words):
        if y_mm + len(row.cells) * ROW_MM > BOTTOM_MM:
            sheets.append(_opened(order, words, first=False))
            y_mm = _headed(sheets[-1], words, NEXT_TOP_MM)
        for cells in row.cells:
            sheets[-1].row(y_mm, (PACKAGE,) if row.across else COLUMNS, cells)
            y_mm = round(y_mm + ROW_MM, 1)
    if y_mm + FOOT_MM > BOTTOM_MM:
        sheets.append(_opened(order, words, first=False))
        y_mm = NEXT_TOP_MM
    _footed(sheets[-1], order, words, y_mm, signed)
    if prealert:
        sheets[0].lines.append((PREALERT, f"{words.prealert}: {prealert}"))
    for number, sheet in enumerate(sheets, 1):
        sheet.lines.append((PAGE, f"{words.page} {number}/{len(sheets)}"))
    return sheets


def _opened(order: Order, words: Words, *, first: bool) -> Sheet:
    """Every page bears the number, so that none goes astray."""
    service = tariff_name(order.tariff) if order.tariff in TARIFFS else str(order.tariff)
    lines = [(MARK, "CDEK"), (TITLE, f"{words.title} {order.cdek_number}"), (NUMBER, order.cdek_number)]
    if first:
        lines.append((SERVICE, service))
    return Sheet(lines, codes=[(CODE, order.cdek_number, Symbology.CODE_128)])


def _facts(order: Order, words: Words) -> tuple[str, ...]:
    mass_g = sum(package.mass_g for package in order.packages)
    return (
        f"{words.date}: {day(order.created_ms)}",
        "" if order.number == order.uuid else f"{words.order}: {order.number}",
        f"{words.place}: {len(order.packages)}",
        f"{words.mass}: {_kilograms(mass_g)} {words.kilogram}",
    )


def _headed(sheet: Sheet, words: Words, y_mm: float) -> float:
    sheet.rules.append(Box(10, y_mm + 1.6, 190, 0.3))
    names = ("№", words.article, words.name, words.pieces, f"{words.mass}, {words.kilogram}", words.declared)
    sheet.row(y_mm, HEADS, (*names, words.payment))
    return round(y_mm + 6, 1)


def _rows(order: Order, words: Words) -> Iterator[Row]:
    number = 0
    for place, package in enumerate(order.packages, 1):
        yield Row(((_named(package, place, len(order.packages), words),),), across=True)
        for item in package.items:
            number += 1
            yield _item(item, number)


def _named(package: Package, place: int, places: int, words: Words) -> str:
    size = " × ".join(map(str, package.sides_cm)) + f" {words.centimetre}" if package.sides_cm else ""
    parts = (
        f"{words.place} {place}/{places}",
        package.number,
        package.barcode,
        f"{_kilograms(package.mass_g)} {words.kilogram}",
        size,
    )
    return "   ".join(part for part in parts if part)


def _item(item: Item, number: int) -> Row:
    first, *more = broken(COLUMNS[2], item.name, MOST_LINES) or [""]
    cells = (
        str(number),
        item.ware_key,
        first,
        str(item.amount),
        _kilograms(item.mass_g * item.amount),
        roubles_text(item.cost_minor * item.amount),
        roubles_text(item.payment_minor * item.amount),
    )
    return Row((cells, *(("", "", line, "", "", "", "") for line in more)))


def _footed(sheet: Sheet, order: Order, words: Words, y_mm: float, signed: tuple[str, ...]) -> None:
    declared_minor = sum(item.cost_minor * item.amount for item in order.items)
    services = ", ".join(charge.code for charge in order.services)
    sheet.rules.append(Box(10, y_mm - 2, 190, 0.3))
    sums = [(words.declared, declared_minor), (words.delivery, order.to_collect_minor)]
    sums.append((f"{words.total}: {words.payment}, RUB", 0 if order.is_back else to_collect_minor(order)))
    for name, minor in sums:
        y_mm = round(y_mm + 5, 1)
        sheet.row(y_mm, SUMS, (name, roubles_text(minor)))
    sheet.row(y_mm, (SERVICES,), (f"{words.services}: {services}" if services else "",))
    y_mm = round(y_mm + 16, 1)
    for slot in SIGNATURES:
        sheet.rules.append(Box(slot.x_mm, y_mm - 4, 58, 0.2))
    for above, text in zip(range(len(signed), 0, -1), signed, strict=True):
        sheet.row(round(y_mm - 1 - 4 * above, 1), SIGNATURES[2:], (text,))
    names = (words.sender, words.courier, words.recipient)
    sheet.row(y_mm, SIGNATURES, tuple(f"{words.signature}: {name}" for name in names))


def _kilograms(mass_g: int) -> str:
    return f"{mass_g // 1000}.{mass_g % 1000:03d}"
