"""Notices: ф. 22 tells the recipient that an item waits, ф. 119 tells the sender that it was handed over.

Wire contract: `postal_api_russia` §6, §2.6 (one or two sided). What stands where is ours (inferred).
"""

from ....wire.labels import A5, PageSize, Sheet
from ..records import Account, Order
from .address_labels import POST, SIZES, opened
from .item import kind_of, recipient, ru_date, sender
from .paper import Pen
from .spelled import figures, kilograms

ONE_SIDED, TWO_SIDED = "ONE_SIDED", "TWO_SIDED"
CARD = PageSize("A6 across", 148, 105)
KINDS = {  # field of an order -> what the notice is called
    "with-simple-notice": "простое",
    "with-order-of-notice": "заказное",
}


def arrival_notice(order: Order, account: Account, day: str, print_type: str) -> Sheet:
    """Return ф. 22, printed beforehand for an order that is sent on a day (ISO date)."""
    sheet, pen = opened(SIZES[print_type])
    pen.frame(3, 3, 99, 142)
    pen.fill(3, 3, 99, 8)
    pen.text(6, 8.8, 60, 13, POST, bold=True, white=True)
    pen.text(100, 8.4, 30, 7.5, "форма 22", anchor=1, white=True)
    pen.text(52.5, 18, 90, 14, "ИЗВЕЩЕНИЕ", bold=True, anchor=0.5)
    who = recipient(order)
    pen.text(6, 24, 30, 5.5, "КОМУ", bold=True)
    pen.lines(6, 28, 46, 93, 8, (who.name, *who.lines, who.index), first_bold=True)
    pen.across(3, 48, 99)
    pen.text(6, 53, 93, 7.5, "На Ваше имя поступило отправление")
    pen.lines(6, 58.5, 62, 93, 8.5, (kind_of(order),), first_bold=True)
    pen.code(52.5, 65, 90, 13, order.barcode)
    pen.number(6, 83.5, 93, 11, order.barcode)
    pen.text(6, 90, 45, 7.5, f"Масса {kilograms(order.mass_g)} кг")
    pen.text(52, 90, 48, 7.5, f"Дата сдачи {ru_date(day)}")
    _owed(pen, order, 95.5)
    pen.text(6, 106, 93, 7, f"Отправитель: {sender(order, account).name}")
    pen.across(3, 109, 99)
    pen.text(6, 114, 93, 7, "Документ, удостоверяющий личность")
    for y_mm, text in ((121, "Серия, номер"), (128, "Выдан"), (135, "Дата и подпись получателя")):
        pen.text(6, y_mm, 40, 6.5, text)
        pen.across(44, y_mm + 0.5, 55)
    pen.text(6, 142.5, 93, 6, f"Место выдачи: ОПС {order.destination}")
    return sheet


def _owed(pen: Pen, order: Order, y_mm: float) -> None:
    if order.value_minor:
        pen.text(6, y_mm, 93, 7.5, f"Объявленная ценность {figures(order.value_minor)}")
    if order.payment_minor:
        pen.text(6, y_mm + 5, 93, 8.5, f"К оплате при получении {figures(order.payment_minor)}", bold=True)


def notice_kind(order: Order) -> str:
    """Return which notice of delivery an order asks for, "" where it asks for none on paper."""
    return next((name for field, name in KINDS.items() if order.flag(field)), "")


def delivery_notice(order: Order, account: Account, form: str) -> list[Sheet]:
    """Return ф. 119: the address side and the side that is signed, on one page or on two."""
    if form == TWO_SIDED:
        front, back = Sheet(size=CARD), Sheet(size=CARD)
        _front(Pen(front), order, account)
        _back(Pen(back), order)
        return [front, back]
    both = Sheet(size=A5)
    _front(Pen(both), order, account)
    _back(Pen(both, y_mm=105), order)
    return [both]


def _front(pen: Pen, order: Order, account: Account) -> None:
    home = sender(order, account)
    pen.frame(4, 4, 140, 97)
    pen.text(8, 11, 60, 13, POST, bold=True)
    pen.text(140, 10, 40, 8, "форма 119", anchor=1)
    pen.text(8, 20, 132, 14, f"УВЕДОМЛЕНИЕ О ВРУЧЕНИИ {notice_kind(order)}".rstrip(), bold=True)
    pen.text(8, 28, 60, 7, "Отметка отделения, которое возвращает")
    pen.frame(8, 30, 56, 30)
    pen.text(72, 34, 40, 7, "КУДА И КОМУ ВЕРНУТЬ", bold=True)
    pen.lines(72, 40, 74, 68, 11, (home.name, *home.lines), first_bold=True)
    pen.text(72, 92, 20, 7, "Индекс")
    pen.text(86, 92, 50, 18, home.index, bold=True)


def _back(pen: Pen, order: Order) -> None:
    who = recipient(order)
    pen.frame(4, 4, 140, 97)
    pen.lines(8, 10.5, 14.5, 70, 9, (kind_of(order),), first_bold=True)
    pen.text(8, 20, 70, 7.5, f"Объявленная ценность {figures(order.value_minor)}" if order.value_minor else "")
    pen.text(8, 25, 70, 7.5, f"Наложенный платёж {figures(order.payment_minor)}" if order.payment_minor else "")
    pen.code(110, 7, 66, 13, order.barcode)
    pen.number(77, 25.5, 66, 11, order.barcode)
    pen.across(4, 29, 140)
    pen.text(8, 34, 30, 7, "КОМУ И КУДА", bold=True)
    pen.lines(8, 39.5, 54, 132, 9.5, (who.name, who.address, who.index), first_bold=True)
    pen.across(4, 58, 140)
    words = (
        (66, "Вручено (дата, кому: адресату, по доверенности, законному представителю)"),
        (80, "Подпись получателя и расшифровка"),
        (94, "Подпись работника, календарный штемпель"),
    )
    for y_mm, text in words:
        pen.text(8, y_mm, 132, 7.5, text)
        pen.across(8, y_mm + 5.5, 128)
