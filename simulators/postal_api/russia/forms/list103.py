"""ф. 103: the list of a batch's items that goes with them to the office; page totals and totals of all.

Wire contract: `postal_api_russia` §6 (header, rows, variants). Which kind of post has which variant, and their columns'
places, are ours (inferred).
"""

from collections.abc import Sequence
from typing import NamedTuple

from ....wire.labels import Sheet
from ..records import Account, Batch, Order
from .item import category_name, gross_minor, marks, recipient, ru_date, type_name
from .paper import Pen
from .spelled import decimal, kilograms
from .tables import A4_ACROSS, Column, Form, Row, table

FORM = Form(A4_ACROSS, 8, 52, 22, 198, row_mm=7.6, type_pt=6.8)
LAST_MM = 34.0
PAYMENTS = {
    "CASHLESS": "безналичный расчёт",
    "STAMP": "почтовые марки",
    "FRANKING": "франкирование",
    "TO_FRANKING": "на франкировку",
    "ONLINE_PAYMENT_MARK": "знак онлайн-оплаты",
}
RANKS = {"WO_RANK": "без разряда"}


class Variant(NamedTuple):
    """A variant of the form: its name, and whether amounts of value and of cash on delivery stand in it."""

    name: str
    with_value: bool
    with_payment: bool


PLAIN = Variant("ф. 103", True, True)
VARIANTS = {
    **dict.fromkeys(("LETTER", "LETTER_CLASS_1", "VGPO_CLASS_1"), Variant("ф. 103", True, False)),
    **dict.fromkeys(("BUSINESS_COURIER", "BUSINESS_COURIER_ES"), Variant("ф. 103-БК", True, False)),
    **dict.fromkeys(("POSTAL_PARCEL", "ONLINE_PARCEL", "PARCEL_CLASS_1"), Variant("ф. 103-п", True, True)),
    "COMBINED": Variant("ф. 103-к", True, True),
}


class Line(NamedTuple):
    """What the list tells of an item: the same in the printed form and in the electronic one."""

    place: int
    in_group: bool
    recipient: str
    address: str
    phone: str
    number: str
    mass_g: int
    value_minor: int
    payment_minor: int
    fee_minor: int
    vat_minor: int
    notes: str


def lines_of(orders: Sequence[Order]) -> list[Line]:
    """Return the list's lines in the order of the batch."""
    return [
        Line(
            place=place,
            in_group=bool(order.group),
            recipient=order.recipient,
            address=", ".join(part for part in (order.index_to, recipient(order).address) if part),
            phone=order.phone,
            number=order.barcode,
            mass_g=order.mass_g,
            value_minor=order.value_minor,
            payment_minor=order.payment_minor,
            fee_minor=gross_minor(order),
            vat_minor=order.total.vat_minor,
            notes=marks(order),
        )
        for place, order in enumerate(orders, 1)
    ]


def variant_of(batch: Batch) -> Variant:
    return VARIANTS.get(batch.mail_type, PLAIN)


def list103(batch: Batch, orders: Sequence[Order], account: Account) -> list[Sheet]:
    """Return the pages of a batch's list."""
    variant, lines = variant_of(batch), lines_of(orders)
    columns = _columns(variant)

    def sums(places: Sequence[int]) -> Row:
        return _summed(variant, [lines[place] for place in places], "Итого по листу")

    def head(pen: Pen, page: int) -> None:
        _head(pen, batch, lines, account, variant, first=page == 1)

    rows = [_row(variant, line) for line in lines]
    sheets, pen, y_mm = table(FORM, columns, rows, head=head, sums=sums, last_mm=LAST_MM)
    _last(pen, batch, lines, columns, variant, y_mm)
    return sheets


def _columns(variant: Variant) -> list[Column]:
    found = [
        Column(("№", "п/п"), 11, 1),
        Column(("ММО",), 10, 0.5),
        Column(("Адресат, адрес, телефон",), 0),
        Column(("Номер (ШПИ)",), 30, 0.5),
        Column(("Масса,", "кг"), 15, 1),
    ]
    if variant.with_value:
        found.append(Column(("Объявленная", "ценность, руб."), 23, 1))
    if variant.with_payment:
        found.append(Column(("Наложенный", "платёж, руб."), 23, 1))
    found += [
        Column(("Плата с НДС,", "руб."), 21, 1),
        Column(("в т. ч. НДС,", "руб."), 18, 1),
        Column(("Отметки",), 34),
    ]
    rest_mm = FORM.size.width_mm - 2 * FORM.left_mm - sum(column.width_mm for column in found)
    return [column._replace(width_mm=rest_mm) if not column.width_mm else column for column in found]


def _row(variant: Variant, line: Line) -> Row:
    name = _plain(line.recipient) + (f", +{line.phone}" if line.phone else "")
    whom = f"{name}\n{_plain(line.address)}"
    amounts = (decimal(line.value_minor),) * variant.with_value + (decimal(line.payment_minor),) * variant.with_payment
    fee = decimal(line.fee_minor), decimal(line.vat_minor)
    group = "ММО" if line.in_group else ""
    return (str(line.place), group, whom, line.number, kilograms(line.mass_g), *amounts, *fee, line.notes)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _summed(variant: Variant, lines: Sequence[Line], caption: str) -> Row:
    value = decimal(sum(line.value_minor for line in lines))
    payment = decimal(sum(line.payment_minor for line in lines))
    amounts = (value,) * variant.with_value + (payment,) * variant.with_payment
    fee = decimal(sum(line.fee_minor for line in lines)), decimal(sum(line.vat_minor for line in lines))
    mass = kilograms(sum(line.mass_g for line in lines))
    return ("", "", f"{caption}: {len(lines)} шт.", "", mass, *amounts, *fee, "")


def _head(pen: Pen, batch: Batch, lines: Sequence[Line], account: Account, variant: Variant, *, first: bool) -> None:
    pen.text(148.5, 12, 180, 12, f"СПИСОК № {batch.list_number} от {ru_date(batch.list_date)}", bold=True, anchor=0.5)
    pen.text(289, 11, 40, 8, variant.name, anchor=1)
    if not first:
        pen.text(8, 18.5, 200, 7.5, f"Партия {batch.name}, отправитель {account.org_name}")
        return
    kind = f"{type_name(batch.mail_type)}, {category_name(batch.mail_category)}"
    where = "международная" if batch.is_abroad else "внутренняя"
    paid = PAYMENTS.get(batch.payment_method, batch.payment_method or PAYMENTS["CASHLESS"])
    left = (
        f"Вид и категория отправлений: {kind}",
        f"Разряд: {RANKS['WO_RANK']}   Пересылка: {where}   Партия: {batch.name}",
        f"Отправитель и плательщик: {account.org_name}, ИНН {account.inn}, КПП {account.kpp}",
        f"Договор: № {account.agreement_number} от {ru_date(account.agreement_date)}",
    )
    right = (
        f"Место приёма: ОПС {batch.office}",
        f"Дата сдачи: {ru_date(batch.sending_date)}",
        f"Способ оплаты пересылки и дополнительных услуг: {paid}",
        f"Всего: {len(lines)} шт., {kilograms(sum(line.mass_g for line in lines))} кг, "
        f"плата с НДС {decimal(sum(line.fee_minor for line in lines))} руб.",
    )
    for x_mm, width_mm, texts in ((8, 138, left), (150, 139, right)):
        for row, text in enumerate(texts):
            pen.text(x_mm, 22 + 6.5 * row, width_mm, 8, text)


def _last(
    pen: Pen, batch: Batch, lines: Sequence[Line], columns: Sequence[Column], variant: Variant, y_mm: float
) -> None:
    x_mm = FORM.left_mm
    for column, text in zip(columns, _summed(variant, lines, "Всего по списку"), strict=True):
        room_mm = round(column.width_mm - 2, 2)
        at_mm = round(x_mm + 1 + column.anchor * room_mm, 2)
        if text:
            pen.text(at_mm, round(y_mm + 4.6, 2), room_mm, 7.4, text, bold=True, anchor=column.anchor)
        x_mm = round(x_mm + column.width_mm, 2)
    y_mm = round(y_mm + 13, 2)
    for x_mm, caption in (
        (8, "Сдал (подпись, фамилия)"),
        (105, "Принял (подпись, фамилия)"),
        (202, "Календарный штемпель"),
    ):
        pen.across(x_mm, y_mm, 80)
        pen.text(x_mm, round(y_mm + 4, 2), 80, 7, caption)
    pen.text(
        8,
        round(y_mm + 11, 2),
        280,
        7,
        "Список подписывают электронными подписями отправитель и отделение, если она подключена.",
    )
