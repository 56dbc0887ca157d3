"""CDEK's payout registry as a table: heading, column names, lines, a totals row.

No real file of the carrier is public, so the layout is ours and marked guessed (`courier_api` §5, `settlement` §3):
registry number, payment date and payment order above; CDEK number, order number, collected, services, agent fee and
sum to transfer as columns, in any order; a totals row below. Headings are matched by their words, not their place.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..ports import Registry
from .amounts import NotAnAmount, decimal_of, exponent, minor_of
from .cdek.bodies import CURRENCY
from .cdek.reading import NAME
from .cdek.registries import registry_line
from .tables import Table


class ReportRefused(Exception):
    """The whole report is refused before anything is written.

    `code` is a settlement exception code (FORMAT_UNKNOWN, CONTROL_SUM, CURRENCY_MIXED); `sentence` is for people.
    """

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(f"{code}: {sentence}")


SUMS = ("collected", "transfer", "services", "agent")
COLUMNS: Mapping[str, tuple[str, ...]] = {  # a column is known by any of these, as words at its beginning
    "tracking": ("номер сдэк", "номер заказа сдэк", "номер накладной", "накладная", "cdek number", "cdek_number"),
    "order": ("номер заказа", "номер отправления им", "номер им", "заказ", "order number", "order", "number"),
    "collected": ("получено", "принято от получателя", "принято", "наложенный платеж", "collected", "payment_sum"),
    "services": ("услуги", "стоимость услуг", "services", "total_sum_without_agent"),
    "agent": ("агентское вознаграждение", "агентские", "вознаграждение агента", "agent fee", "agent_commission_sum"),
    "transfer": ("к перечислению", "к выплате", "сумма к перечислению", "to transfer", "transfer_sum"),
}
NEEDED = ("tracking", *SUMS)
TOTALS = ("итого", "всего", "total", "totals")
SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE][+-]?[0-9]+")
MOST_HEADING_ROWS = 30
RUSSIAN_DATE = "%d.%m.%Y"


def headings(table: Table) -> tuple[int, dict[str, int]] | None:
    """Return the place of the row that names the columns, and column -> place; None for any other table."""
    for place, row in enumerate(table.rows[:MOST_HEADING_ROWS]):
        found: dict[str, int] = {}
        for position, cell in enumerate(row):
            column = column_of(cell)
            if column is not None and column not in found:
                found[column] = position
        if all(column in found for column in NEEDED):
            return place, found
    return None


def column_of(cell: str) -> str | None:
    """Return which column a heading names: the longest known beginning decides."""
    words = plain(cell)
    fits = [
        (len(alias), column)
        for column, aliases in COLUMNS.items()
        for alias in aliases
        if words == alias or words.startswith(f"{alias} ")
    ]
    return max(fits)[1] if fits else None


def plain(text: str) -> str:
    """Return a heading in lower case, one blank between words, without punctuation."""
    return " ".join(re.sub(r"[^\w\s№]", " ", text.casefold().replace("ё", "е")).split())


def read(label: str, table: Table, place: int, columns: Mapping[str, int]) -> Registry:
    """Return the table as a normal form whose outcomes are still open.

    Raises:
        ReportRefused: FORMAT_UNKNOWN for a heading or sum that cannot be read, CONTROL_SUM for a total that is wrong.
    """
    head = _head(label, table.rows[:place])
    sums: dict[str, Decimal] = dict.fromkeys(SUMS, Decimal(0))
    lines: list[dict[str, Any]] = []
    stated: dict[str, Decimal] = {}
    for row_number, row in enumerate(table.rows[place + 1 :], place + 2):
        cells = {column: row[at].strip() if at < len(row) else "" for column, at in columns.items()}
        if any(plain(cell) in TOTALS for cell in row):
            stated = {column: _sum(label, row_number, column, cells) for column in SUMS if cells[column]}
        elif any(cells.values()) and any(cells[column] for column in SUMS):
            amounts = {column: _sum(label, row_number, column, cells) for column in SUMS}
            sums = {column: sums[column] + amounts[column] for column in SUMS}
            lines.append(_line(len(lines) + 1, row_number, cells, amounts, head["currency"]))
    for column, total in stated.items():
        if total != sums[column]:
            words = f"{label}: the lines add up to {sums[column]} in {column}, the totals row says {total}."
            raise ReportRefused("CONTROL_SUM", words)
    return Registry(normal={**head, "totals": _totals(stated, head["currency"]), "lines": lines})


def _line(
    place: int, row_number: int, cells: Mapping[str, str], amounts: Mapping[str, Decimal], currency: str
) -> dict[str, Any]:
    """Return one line; identifiers are text, so one that a spreadsheet turned into a power of ten is a problem."""
    four = (amounts["collected"], amounts["transfer"], amounts["services"], amounts["agent"])
    line = registry_line(place, cells["tracking"], cells.get("order") or None, four, currency)
    if not cells["tracking"]:
        line["problem"] = {"code": "ORDER_UNKNOWN", "sentence": f"Row {row_number} has sums and no CDEK number."}
    for column in ("tracking", "order"):
        if SCIENTIFIC.fullmatch(cells.get(column, "")):
            words = f"Row {row_number}: {cells[column]} in {column} is a number in scientific notation, no identifier."
            line["problem"] = {"code": "IDENT_MANGLED", "sentence": words}
    return line


def _sum(label: str, row_number: int, column: str, cells: Mapping[str, str]) -> Decimal:
    """Return a cell's exact amount, an empty one as 0."""
    if not cells[column]:
        return Decimal(0)
    try:
        return decimal_of(cells[column])
    except NotAnAmount as fault:
        raise ReportRefused("FORMAT_UNKNOWN", f"{label}, row {row_number}, {column}: {fault}.") from fault


def _totals(stated: Mapping[str, Decimal], currency: str) -> dict[str, int]:
    """Return the totals in the normal form's words; one that has no minor units belongs to a line with a problem."""
    found: dict[str, Decimal] = {}
    if "collected" in stated:
        found["collected"] = stated["collected"]
    if "services" in stated and "agent" in stated:
        found["fees"] = stated["services"] + stated["agent"]
    if "transfer" in stated:
        found["payout"] = stated["transfer"]
    totals = {}
    for name, value in found.items():
        try:
            totals[name] = minor_of(value, currency)
        except NotAnAmount:
            continue
    return totals


def _head(label: str, rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return what stands above the columns: a label and its value, side by side or in one cell after a colon."""
    found: dict[str, str] = {}
    for row in rows:
        cells = [cell.strip() for cell in row if cell.strip()]
        for place, cell in enumerate(cells):
            name, value = _labelled(cell)
            value = value or (cells[place + 1] if place + 1 < len(cells) else "")
            if name is not None and value and name not in found:
                found[name] = value
    currency = found.get("currency", CURRENCY).upper()
    try:
        decimals = exponent(currency)
    except NotAnAmount as fault:
        raise ReportRefused("FORMAT_UNKNOWN", f"{label}: {fault}.") from fault
    return {
        "carrier": NAME,
        "contract": "",
        "number": found.get("number", ""),
        "mode": "net",
        "currency": currency,
        "exponent": decimals,
        "payment_date": _date(label, found.get("payment_date", "")).isoformat(),
        "payment_order": found.get("payment_order", ""),
    }


def _labelled(cell: str) -> tuple[str | None, str]:
    """Return what a heading cell names, and the value when it stands in the same cell."""
    label, _, value = cell.partition(":") if ":" in cell else cell.partition("№")
    words = plain(label)
    if ("платежн" in words and "поручен" in words) or words.startswith("payment order"):
        return "payment_order", value.strip()
    if ("дата" in words and re.search(r"оплат|плат|выплат|перечисл", words)) or words.startswith("payment date"):
        return "payment_date", value.strip()
    if "реестр" in words or words.startswith("registry"):
        return "number", value.strip().removeprefix("№").strip()
    if words in ("валюта", "currency"):
        return "currency", value.strip()
    return None, ""


def _date(label: str, text: str) -> date:
    for reading in (date.fromisoformat, lambda found: datetime.strptime(found, RUSSIAN_DATE).date()):  # noqa: DTZ007
        try:
            return reading(text[:10])
        except ValueError:
            continue
    raise ReportRefused("FORMAT_UNKNOWN", f"{label}: the payment date is {text[:20]!r}, not like 2026-03-02.")
