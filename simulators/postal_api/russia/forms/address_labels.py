"""Address labels: ф. 7-п of parcels and banderols, E-1 of express mail; and the return label. A6 thermo, A5 paper.

Wire contract: `postal_api_russia` §6 (fields), §3.3 (caption, grouping of digits), §2.6 (sizes). Where each stands is
ours (inferred).
"""

from ....wire.labels import A5, A6, PageSize, Sheet
from ..records import EXPRESS, Account, Order
from .item import Party, category_name, gross_minor, marks, recipient, ru_date, sender, type_name
from .paper import Pen
from .spelled import decimal, figures, kilograms, words

THERMO, PAPER = "THERMO", "PAPER"
SIZES = {THERMO: A6, PAPER: A5}
POST = "ПОЧТА РОССИИ"


def opened(size: PageSize) -> tuple[Sheet, Pen]:
    """Return a page and what writes on it as if it were an A6."""
    sheet = Sheet(size=size)
    return sheet, Pen(sheet, size.width_mm / A6.width_mm)


def address_label(order: Order, account: Account, day: str, print_type: str) -> Sheet:
    """Return the label of an order that is sent on a day (ISO date)."""
    sheet, pen = opened(SIZES[print_type])
    form = "форма E-1" if order.mail_type in EXPRESS else "форма 7-п"
    _head(pen, type_name(order.mail_type), category_name(order.mail_category), form)
    _number(pen, order.barcode)
    _facts(pen, order, day)
    _party(pen, 48, "ОТ КОГО", sender(order, account), 6.6)
    _party(pen, 69, "КОМУ", recipient(order), 8.4)
    _amounts(pen, order)
    _foot(pen, order)
    return sheet


def return_label(order: Order, direct: str, source: Party, target: Party, print_type: str) -> Sheet:
    """Return the label of an item that brings goods back: its way is fixed, nothing is to be written on it."""
    sheet, pen = opened(SIZES[print_type])
    _head(pen, "Лёгкий возврат", category_name(order.mail_category), "возврат")
    _number(pen, order.barcode)
    pen.text(72, 27, 28, 6, "Оплачено получателем", bold=True)
    pen.text(72, 31, 28, 6, "по договору")
    _party(pen, 48, "ОТ КОГО", source, 6.6)
    _party(pen, 69, "КОМУ", target, 8.4)
    pen.frame(4, 101, 97, 14)
    pen.text(6, 106, 93, 7.5, "Прямое отправление", bold=True)
    pen.text(6, 111.5, 93, 9, direct or "не указано")
    pen.text(6, 124, 93, 8, "Сдайте отправление с этим ярлыком в любом отделении,")
    pen.text(6, 129, 93, 8, "за пересылку платить не нужно.")
    return sheet


def _head(pen: Pen, kind: str, category: str, form: str) -> None:
    pen.frame(3, 3, 99, 142)
    pen.fill(3, 3, 99, 8)
    pen.text(6, 8.8, 60, 13, POST, bold=True, white=True)
    pen.text(100, 8.4, 30, 7.5, form, anchor=1, white=True)
    pen.text(6, 16.2, 93, 11, kind, bold=True)
    pen.text(6, 20.6, 93, 7.5, category)
    pen.across(3, 22.3, 99)


def _number(pen: Pen, number: str) -> None:
    pen.text(36, 26, 64, 6.5, POST, bold=True, anchor=0.5)
    pen.code(36, 27.3, 64, 12.5, number)
    pen.number(4, 44.2, 64, 10, number)
    pen.down(70, 22.3, 23.7)
    pen.across(3, 46, 99)


def _facts(pen: Pen, order: Order, day: str) -> None:
    pen.text(72, 26.5, 28, 6, "Масса, кг")
    pen.text(72, 30.8, 28, 10, kilograms(order.mass_g), bold=True)
    pen.text(72, 34.8, 28, 6, "Плата с НДС, руб.")
    pen.text(72, 39, 28, 9, decimal(gross_minor(order)), bold=True)
    pen.text(72, 44, 28, 6, f"Дата: {ru_date(day)}")


def _party(pen: Pen, top_mm: float, caption: str, party: Party, size_pt: float) -> None:
    height_mm = 19 if size_pt < 7 else 29
    pen.text(6, top_mm + 2.4, 30, 5.5, caption, bold=True)
    bottom_mm = top_mm + height_mm - 5.5
    pen.lines(6, top_mm + 6.4, bottom_mm, 93, size_pt, party.all_lines, first_bold=True)
    _index(pen, party.index, top_mm + height_mm - 1.2)
    pen.across(3, top_mm + height_mm + 0.8, 99)


def _index(pen: Pen, index: str, y_mm: float) -> None:
    pen.text(6, y_mm, 12, 5.5, "Индекс")
    pen.text(18, y_mm, 60, 10, index, bold=True)


def _amounts(pen: Pen, order: Order) -> None:
    y_mm = 103.5
    rows = (("Объявленная ценность", order.value_minor), (_payment_name(order), order.payment_minor))
    for name, minor in rows:
        if minor:
            pen.text(6, y_mm, 40, 6.5, name, bold=True)
            pen.text(100, y_mm, 54, 9, figures(minor), bold=True, anchor=1)
            pen.text(6, y_mm + 4, 94, 6.2, f"({words(minor)})")
            y_mm += 9.5
    pen.across(3, 120.5, 99)


def _payment_name(order: Order) -> str:
    return "Наложенный платёж" if "CASH_ON_DELIVERY" in order.mail_category else "Обязательный платёж"


def _foot(pen: Pen, order: Order) -> None:
    pen.lines(6, 124.5, 131, 94, 7.5, (marks(order),))
    pen.across(3, 133.5, 99)
    pen.text(6, 137.5, 60, 7, f"Заказ: {order.order_num}" if order.order_num else "")
    pen.text(100, 137.5, 36, 7, f"ОПС приёма {order.office}", anchor=1)
    pen.text(6, 142.5, 94, 6.5, order.text("comment"))
