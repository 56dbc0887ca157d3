"""What lists an item's contents: ф. 107, the inventory that travels inside, and the act of checking completeness.

Wire contract: `postal_api_russia` §6. Their fields are partly known, the rest is ours (inferred).
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from ....wire.labels import A4, Sheet
from ..records import Account, Batch, Order
from .address_labels import POST
from .item import kind_of, recipient, ru_date, sender
from .paper import Pen
from .spelled import decimal, figures, words
from .tables import Column, Form, Row, table

HALF_MM = 148.5
COPY_ROWS = 12  # of a copy on half an A4
ACT = Form(A4, 10, 46, 24, 280, row_mm=6, type_pt=7.5)


class Piece(NamedTuple):
    """A line of goods; `quantity` as it was told, amounts of all its pieces."""

    name: str
    article: str
    quantity: str
    value_minor: int


def pieces_of(order: Order) -> list[Piece]:
    """Return the lines of what is inside; an order that tells no goods has one line for all."""
    goods = order.fields.get("goods")
    items = goods.get("items") if isinstance(goods, dict) else None
    found = [_piece(item) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    return found or [Piece("Вложение", "", "1", order.value_minor)]


def _piece(item: dict[str, Any]) -> Piece:
    quantity = item.get("quantity", 1)
    each_minor = item.get("insr-value") or item.get("value") or 0
    minor = round(Fraction(str(quantity)) * each_minor)
    article = str(item.get("item-number") or item.get("code") or "")
    return Piece(
        str(item.get("description", "")),
        article,
        f"{quantity:g}" if isinstance(quantity, float) else str(quantity),
        minor,
    )


def inventory(order: Order, account: Account) -> list[Sheet]:
    """Return ф. 107 in two copies, one above the other on each page."""
    pieces = pieces_of(order)
    chunks = [pieces[at : at + COPY_ROWS] for at in range(0, len(pieces), COPY_ROWS)]
    sheets = []
    for number, chunk in enumerate(chunks, 1):
        sheet = Sheet(size=A4)
        for copy, y_mm in ((1, 0.0), (2, HALF_MM)):
            _copy(
                Pen(sheet, y_mm=y_mm),
                order,
                account,
                chunk,
                copy,
                f"{number}/{len(chunks)}",
                pieces,
                COPY_ROWS * (number - 1),
            )
        Pen(sheet).across(6, HALF_MM, 198)
        sheets.append(sheet)
    return sheets


def _copy(
    pen: Pen,
    order: Order,
    account: Account,
    rows: Sequence[Piece],
    copy: int,
    page: str,
    pieces: Sequence[Piece],
    before: int,
) -> None:
    pen.text(10, 10, 60, 11, POST, bold=True)
    pen.text(200, 10, 60, 8, f"форма 107, экземпляр {copy}, лист {page}", anchor=1)
    pen.text(105, 17, 90, 12, "ОПИСЬ ВЛОЖЕНИЯ", bold=True, anchor=0.5)
    pen.text(10, 23, 120, 8, f"{kind_of(order)}, номер {order.barcode}")
    pen.text(10, 28.5, 190, 8, f"Кому: {recipient(order).name}")
    pen.text(10, 34, 190, 8, f"Куда: {order.index_to}, {recipient(order).address}")
    columns = ((10, 12, "№"), (22, 106, "Наименование предметов"), (128, 26, "Количество"), (154, 46, "Ценность, руб."))
    pen.frame(10, 37, 190, 6 + 5.4 * COPY_ROWS)
    for x_mm, width_mm, caption in columns:
        pen.text(x_mm + width_mm / 2, 41.2, width_mm - 2, 7.5, caption, bold=True, anchor=0.5)
        if x_mm > 10:
            pen.down(x_mm, 37, 6 + 5.4 * COPY_ROWS)
    for row in range(COPY_ROWS):
        y_mm = 43 + 5.4 * row
        pen.across(10, y_mm, 190)
        if row < len(rows):
            piece = rows[row]
            name = f"{piece.name} ({piece.article})" if piece.article else piece.name
            pen.text(20, y_mm + 3.9, 9, 7.5, str(before + row + 1), anchor=1)
            pen.text(24, y_mm + 3.9, 102, 7.5, name)
            pen.text(152, y_mm + 3.9, 22, 7.5, piece.quantity, anchor=1)
            pen.text(198, y_mm + 3.9, 42, 7.5, decimal(piece.value_minor), anchor=1)
    total_minor = sum(piece.value_minor for piece in pieces)
    pen.text(10, 113, 190, 8, f"Общий итог: {len(pieces)} наименований на {figures(total_minor)}", bold=True)
    pen.text(10, 118, 190, 7.5, f"({words(total_minor)})")
    pen.text(10, 129, 92, 7.5, f"Отправитель {sender(order, account).name}")
    pen.across(104, 129.5, 96)
    pen.text(10, 138, 92, 7.5, "Проверил работник связи (должность, подпись), оттиск штемпеля")
    pen.across(104, 138.5, 96)


def completeness_act(batch: Batch, orders: Sequence[Order], account: Account) -> list[Sheet]:
    """Return the act of checking the contents of a batch's items, a line for each thing in each of them."""
    columns = (
        Column(("№",), 10, 1),
        Column(("Номер (ШПИ)",), 32, 0.5),
        Column(("Наименование вложения",), 76),
        Column(("Количество",), 20, 1),
        Column(("Ценность,", "руб."), 24, 1),
        Column(("Есть /", "нет"), 28, 0.5),
    )
    found = [(order, piece) for order in orders for piece in pieces_of(order)]
    rows: list[Row] = [
        (str(place), order.barcode, piece.name, piece.quantity, decimal(piece.value_minor), "")
        for place, (order, piece) in enumerate(found, 1)
    ]

    def head(pen: Pen, page: int) -> None:
        pen.text(105, 15, 180, 12, "АКТ ПРОВЕРКИ КОМПЛЕКТНОСТИ ВЛОЖЕНИЯ", bold=True, anchor=0.5)
        if page == 1:
            pen.text(
                10,
                24,
                190,
                8.5,
                f"Партия {batch.name}, список ф. 103 № {batch.list_number} от {ru_date(batch.list_date)}",
            )
            pen.text(10, 30, 190, 8.5, f"Отправитель: {account.org_name}, ИНН {account.inn}")
            pen.text(10, 36, 190, 8.5, f"Отправлений с проверкой: {len(orders)}, место приёма: ОПС {batch.office}")

    def sums(places: Sequence[int]) -> Row:
        minor = sum(found[place][1].value_minor for place in places)
        return "", "", f"Итого по листу: {len(places)}", "", decimal(minor), ""

    sheets, pen, y_mm = table(ACT, columns, rows, head=head, sums=sums, last_mm=32)
    total_minor = sum(piece.value_minor for _, piece in found)
    pen.text(10, y_mm + 6, 190, 8.5, f"Всего: {len(found)} наименований на {figures(total_minor)}", bold=True)
    for x_mm, caption in ((10, "Отправитель"), (110, "Работник отделения")):
        pen.across(x_mm, y_mm + 20, 86)
        pen.text(x_mm, y_mm + 24, 86, 7, caption)
    return sheets
