"""Closing documents of a list that the office has closed: the act of what was taken in, and the invoice for it.

Both count accepted lines only and sum to them; the act lists what was not accepted below. No form of the carrier's was
seen: both are ours.
"""

from collections.abc import Sequence

from ....wire.labels import A4, Sheet
from ....wire.moscow import day
from ..acceptance import ACCEPTED, EXTRA, MISSING, REFUSED, Acceptance, Line
from ..records import Account
from .item import ru_date
from .paper import Pen
from .spelled import decimal, figures, words
from .tables import Column, Form, Row, table

FORM = Form(A4, 10, 58, 24, 278, row_mm=5.6, type_pt=7.5)
COLUMNS = (
    Column(("№",), 10, 1),
    Column(("Строка", "списка"), 16, 0.5),
    Column(("Номер (ШПИ)",), 36, 0.5),
    Column(("Заказ",), 50),
    Column(("Плата без", "НДС, руб."), 26, 1),
    Column(("НДС,", "руб."), 24, 1),
    Column(("Плата с", "НДС, руб."), 28, 1),
)
VERDICTS = {
    ACCEPTED: "принято",
    MISSING: "нет в наличии",
    REFUSED: "отказано в приёме",
    EXTRA: "нет в списке",
}
LINE_MM = 5.0


def act(found: Acceptance, account: Account) -> list[Sheet]:
    """Return the act: accepted lines with their sums, then each line that was not accepted, and what was extra."""
    others = [line for line in found.lines if line.verdict != ACCEPTED]
    title = f"АКТ № {found.act_number} приёма отправлений от {ru_date(day(found.closed_ms))}"
    sheets, pen, y_mm = _table(found, account, title, last_mm=40)
    y_mm = _sums(pen, found, y_mm, "Принято")
    if not others:
        pen.text(10, y_mm, 190, 8.5, "Все строки списка приняты, лишних отправлений нет.")
        _signatures(pen, y_mm + 14)
        return sheets
    pen.text(10, y_mm, 190, 9, f"Не принято и не внесено в список: {len(others)}", bold=True)
    y_mm += 6
    for line in others:
        if y_mm > 262:
            sheets.append(Sheet(size=A4))
            pen = Pen(sheets[-1])
            pen.text(105, 15, 190, 12, title, bold=True, anchor=0.5)
            y_mm = 24.0
        pen.text(10, y_mm, 190, 8, _told(line))
        y_mm = round(y_mm + LINE_MM, 2)
    _signatures(pen, y_mm + 12)
    return sheets


def invoice(found: Acceptance, account: Account) -> list[Sheet]:
    """Return the invoice: what accepted lines cost."""
    title = f"СЧЁТ-ФАКТУРА № {found.invoice_number} от {ru_date(day(found.closed_ms))}"
    sheets, pen, y_mm = _table(found, account, title, last_mm=48)
    y_mm = _sums(pen, found, y_mm, "К оплате")
    gross_minor = found.total.rate_minor + found.total.vat_minor
    pen.lines(10, y_mm, y_mm + 4, 190, 8.5, (words(gross_minor),))
    _signatures(pen, y_mm + 18)
    return sheets


def _told(line: Line) -> str:
    where = f"строка {line.place}" if line.place else "без строки"
    reason = f" ({line.reason})" if line.reason else ""
    order = f", заказ {line.order_num}" if line.order_num else ""
    return f"{line.barcode}, {where}{order}: {VERDICTS[line.verdict]}{reason}"


def _table(found: Acceptance, account: Account, title: str, *, last_mm: float) -> tuple[list[Sheet], Pen, float]:
    lines = found.of(ACCEPTED)

    def sums(places: Sequence[int]) -> Row:
        shown = [lines[place] for place in places]
        return ("", "", f"Итого по листу: {len(shown)}", "", *_amounts(shown))

    def head(pen: Pen, page: int) -> None:
        pen.text(105, 15, 190, 12, title, bold=True, anchor=0.5)
        if page > 1:
            return
        texts = (
            f"Исполнитель: АО «Почта России», ОПС {found.office}",
            f"Заказчик: {account.org_name}, ИНН {account.inn}, КПП {account.kpp}",
            f"Договор № {account.agreement_number} от {ru_date(account.agreement_date)}",
            f"Основание: список ф. 103 № {found.list_number} от {ru_date(found.list_date)}, партия {found.batch}",
        )
        for row, text in enumerate(texts):
            pen.text(10, 25 + 6.5 * row, 190, 8.5, text)

    rows = [_row(place, line) for place, line in enumerate(lines, 1)]
    return table(FORM, COLUMNS, rows, head=head, sums=sums, last_mm=last_mm)


def _row(place: int, line: Line) -> Row:
    return str(place), str(line.place), line.barcode, line.order_num, *_amounts([line])


def _amounts(lines: Sequence[Line]) -> tuple[str, str, str]:
    rate_minor, vat_minor = sum(line.rate.rate_minor for line in lines), sum(line.rate.vat_minor for line in lines)
    return decimal(rate_minor), decimal(vat_minor), decimal(rate_minor + vat_minor)


def _sums(pen: Pen, found: Acceptance, y_mm: float, caption: str) -> float:
    """Tell what it comes to, and return where to go on."""
    number, total = len(found.of(ACCEPTED)), found.total
    gross_minor = total.rate_minor + total.vat_minor
    text = f"{caption}: {number} шт., {figures(gross_minor)}, в том числе НДС {figures(total.vat_minor)}"
    pen.text(10, round(y_mm + 7, 2), 190, 9.5, text, bold=True)
    return round(y_mm + 14, 2)


def _signatures(pen: Pen, y_mm: float) -> None:
    for x_mm, caption in ((10, "Заказчик (подпись)"), (110, "Исполнитель (подпись)")):
        pen.across(x_mm, round(y_mm, 2), 86)
        pen.text(x_mm, round(y_mm + 4, 2), 86, 7, caption)
