"""ф. 112ЭК: the money order by which cash on delivery reaches the sender, filled in beforehand.

Wire contract: `postal_api_russia` §6 (fields, about 210 x 210 mm of an A4). What stands where is ours (inferred).
"""

from ....wire.labels import A4, Sheet
from ..records import Account, Order
from .address_labels import POST
from .item import recipient, ru_date, sender
from .paper import Pen
from .spelled import figures, words

BLANKS = (  # caption, x, y of the line, width of the line: what the recipient writes
    ("Адрес регистрации", 12, 126, 186),
    ("Документ (вид)", 12, 137, 58),
    ("серия", 76, 137, 26),
    ("номер", 108, 137, 34),
    ("код подразделения", 148, 137, 50),
    ("Кем и когда выдан", 12, 148, 186),
    ("ИНН", 12, 159, 48),
    ("Гражданство", 66, 159, 58),
    ("Дата рождения", 130, 159, 68),
    ("Миграционная карта: серия, номер", 12, 170, 70),
    ("срок пребывания с", 88, 170, 52),
    ("по", 146, 170, 52),
)


def money_order(order: Order, account: Account, day: str) -> Sheet:
    """Return the blank of an order with cash on delivery that is sent on a day (ISO date)."""
    sheet = Sheet(size=A4)
    pen = Pen(sheet)
    pen.frame(8, 8, 194, 204)
    _head(pen, order, account, day)
    _whom(pen, order, account)
    _who(pen, order)
    for caption, x_mm, y_mm, width_mm in BLANKS:
        pen.text(x_mm, y_mm - 5.5, width_mm, 6.5, caption)
        pen.across(x_mm, y_mm + 1, width_mm)
    pen.text(12, 180, 130, 8, "Являетесь ли Вы публичным должностным лицом или его родственником?")
    for x_mm, answer in ((150, "да"), (170, "нет")):
        pen.tick(x_mm, 180, ticked=False)
        pen.text(x_mm + 5, 180, 12, 8, answer)
    for x_mm, caption in (
        (12, "Подпись отправителя перевода"),
        (80, "Подпись работника"),
        (146, "Календарный штемпель"),
    ):
        pen.across(x_mm, 200, 52)
        pen.text(x_mm, 204, 52, 6.5, caption)
    return sheet


def _head(pen: Pen, order: Order, account: Account, day: str) -> None:
    pen.text(12, 17, 60, 14, POST, bold=True)
    pen.text(198, 15, 40, 8, "форма 112ЭК", anchor=1)
    pen.text(12, 23.5, 78, 11, "ПОЧТОВЫЙ ПЕРЕВОД", bold=True)
    pen.text(12, 28.5, 78, 9, "наложенного платежа", bold=True)
    pen.text(12, 34.5, 78, 8, f"Дата сдачи отправления: {ru_date(day)}")
    pen.code(165, 18, 70, 12, order.barcode)
    pen.number(130, 35, 70, 10, order.barcode)
    if account.espp_code:
        pen.text(112, 16.5, 30, 6, "Код ЕСПП", anchor=0.5)
        pen.code(112, 18, 34, 12, account.espp_code)
        pen.text(112, 35, 34, 10, account.espp_code, bold=True, anchor=0.5)
    pen.across(8, 39, 194)
    pen.text(12, 45, 20, 8, "на сумму")
    pen.text(34, 45.5, 90, 14, figures(order.payment_minor), bold=True)
    pen.tick(140, 45, ticked=True)
    pen.text(145, 45, 50, 8.5, "наложенный платёж")
    pen.lines(12, 52, 56, 186, 9, (words(order.payment_minor),))
    pen.across(8, 59, 194)


def _whom(pen: Pen, order: Order, account: Account) -> None:
    home = sender(order, account)
    details = order.fields.get("payment-details")
    details = details if isinstance(details, dict) else {}
    named = (details.get(f"recipient-{part}", "") for part in ("surname", "firstname", "middlename"))
    name = " ".join(str(part) for part in named if part) or account.org_name
    pen.text(12, 65, 20, 8, "Кому")
    pen.text(34, 65, 164, 11, name, bold=True)
    pen.text(12, 72, 20, 8, "Куда")
    pen.lines(34, 72, 76, 130, 9, (home.address,))
    pen.text(198, 72, 30, 12, home.index, bold=True, anchor=1)
    bank = (("р/с", "bank-account"), ("банк", "bank-name"), ("БИК", "bank-bik"), ("к/с", "bank-corr-account"))
    line = ", ".join(f"{caption} {details[key]}" for caption, key in bank if details.get(key))
    pen.text(12, 81, 186, 8, f"ИНН {account.inn}" + (f", {line}" if line else ""))
    pen.text(
        12, 88, 186, 8, f"Сообщение: {order.barcode}" + (f"   Заказ: {order.order_num}" if order.order_num else "")
    )
    pen.across(8, 91, 194)


def _who(pen: Pen, order: Order) -> None:
    who = recipient(order)
    pen.text(12, 98, 20, 8, "От кого")
    pen.text(34, 98, 164, 11, who.name, bold=True)
    pen.text(12, 105, 20, 8, "Адрес")
    pen.lines(34, 105, 109, 130, 9, (who.address,))
    pen.text(198, 105, 30, 12, who.index, bold=True, anchor=1)
    pen.text(12, 115, 100, 8, f"Телефон: +{who.phone}" if who.phone else "Телефон:")
