"""What was read from a report, whatever file it was, becomes the normal form of `settlement` §3.

Source: SET-004…012. Amounts are exact decimals until they are whole minor units; a line that could not be read exactly
carries a problem and spoils no other.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ..ports import Registry
from .amounts import NotAnAmount, SurplusDigits, decimal_of, exponent, minor_of
from .report_layouts import Layout

SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[eE][+-]?[0-9]+")
WHOLE = re.compile(r"[0-9]{1,9}")


class ReportRefused(Exception):
    """The whole report is refused before anything is written.

    `code` is a settlement exception code (FORMAT_UNKNOWN, CONTROL_SUM, CURRENCY_MIXED); `sentence` is for people.
    """

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(f"{code}: {sentence}")


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it was read: texts by column and fee, and the positions where the file tells them."""

    place: str  # how a person finds it: "row 7"
    cells: Mapping[str, str]
    items: Sequence[Mapping[str, str]] = ()  # sku, delivered, refused


@dataclass(frozen=True, slots=True)
class Found:
    """A report as it was read, by one layout. `stated` are its totals."""

    layout: Layout
    head: Mapping[str, str]
    rows: Sequence[Row]
    stated: Mapping[str, str] = field(default_factory=dict)


def normal(label: str, found: Found) -> Registry:
    """Return the report in normal form; outcomes that no cell tells are still open.

    Raises:
        ReportRefused: FORMAT_UNKNOWN for a heading or sum that cannot be read, CONTROL_SUM for a total that is wrong.
    """
    layout = found.layout
    head = _head(label, found)
    sums = dict.fromkeys(layout.sums, Decimal(0))
    lines: list[dict[str, Any]] = []
    for row in found.rows:
        amounts = {column: _sum(label, row.place, column, row.cells) for column in layout.sums}
        sums = {column: sums[column] + amounts[column] for column in layout.sums}
        lines.append(_line(len(lines) + 1, layout, row, amounts, head["currency"]))
    stated = {column: _sum(label, "the totals", column, found.stated) for column in layout.sums if _has(found, column)}
    for column, total in stated.items():
        if total != sums[column]:
            words = f"{label}: the lines add up to {sums[column]} in {column}, the totals row says {total}."
            raise ReportRefused("CONTROL_SUM", words)
    return Registry(normal={**head, "totals": _totals(layout, stated, head["currency"]), "lines": lines})


def _has(found: Found, column: str) -> bool:
    return bool(found.stated.get(column))


def line_of(place: int, tracking: str, order: str | None, sums: Mapping[str, Decimal], currency: str) -> dict[str, Any]:
    """Return a line from its sums: `collected`, `transfer`, and each fee by its kind. Shared by API and files."""
    minors: dict[str, int | None] = {}
    problem: dict[str, str] | None = None
    for name, value in sums.items():
        try:
            minors[name] = minor_of(value, currency)
        except NotAnAmount as fault:
            minors[name] = None
            code = "AMOUNT_PRECISION" if isinstance(fault, SurplusDigits) else "FORMAT_UNKNOWN"
            problem = problem or {"code": code, "sentence": f"Line {place}: {fault}."}
    collected, transfer = minors.pop("collected"), minors.pop("transfer")
    fees = [{"kind": kind, "amount": fee} for kind, fee in minors.items() if fee]
    made: dict[str, Any] = {"n": place, "outcome": None, "tracking": tracking, "order": order}
    made |= {"collected": collected, "transfer": transfer, "fees": fees, "items": [], "at": None}
    return made if problem is None else {**made, "problem": problem}


def _line(place: int, layout: Layout, row: Row, amounts: Mapping[str, Decimal], currency: str) -> dict[str, Any]:
    """Return one line; identifiers are text, so one that a spreadsheet turned into a power of ten is a problem."""
    cells = row.cells
    line = line_of(place, cells.get("tracking", ""), cells.get("order") or None, amounts, currency)
    line["outcome"] = layout.outcome_of(cells.get("outcome", ""))
    line["items"] = [_item(item) for item in row.items]
    ended = day_of(cells.get("ended", ""), layout)
    line["at"] = None if ended is None else ended.isoformat()
    if cells.get("direct"):
        line["direct"] = cells["direct"]
    for problem in _problems(layout, row, line):
        line["problem"] = problem
    return line


def _problems(layout: Layout, row: Row, line: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what is wrong with a line besides its sums; the last one is told."""
    found, where = [], row.place.capitalize()
    if line["outcome"] is None and row.cells.get("outcome"):
        known = ", ".join(word for words in layout.outcomes.values() for word in words)
        said = f"{where}: {row.cells['outcome'][:40]!r} is no outcome of this report form; known are {known}."
        found.append({"code": "FORMAT_UNKNOWN", "sentence": said})
    if not row.cells.get("tracking") and line["outcome"] != "fee_only":
        found.append({"code": "ORDER_UNKNOWN", "sentence": f"{where} has sums and no number of the carrier's."})
    if None in line["items"]:
        found.append({"code": "ITEM_UNKNOWN", "sentence": f"{where}: pieces of a position are no whole number."})
    for column in ("tracking", "order", "direct"):
        if SCIENTIFIC.fullmatch(row.cells.get(column, "")):
            words = f"{where}: {row.cells[column]} in {column} is a number in scientific notation, no identifier."
            found.append({"code": "IDENT_MANGLED", "sentence": words})
    return found


def _item(item: Mapping[str, str]) -> dict[str, Any] | None:
    counts = {name: item.get(name) or "0" for name in ("delivered", "refused")}
    if not all(WHOLE.fullmatch(text) for text in counts.values()):
        return None
    return {"sku": item.get("sku", ""), **{name: int(text) for name, text in counts.items()}}


def _sum(label: str, place: str, column: str, cells: Mapping[str, str]) -> Decimal:
    """Return a cell's exact amount, an empty one as 0."""
    text = cells.get(column, "")
    if not text:
        return Decimal(0)
    try:
        return decimal_of(text)
    except NotAnAmount as fault:
        raise ReportRefused("FORMAT_UNKNOWN", f"{label}, {place}, {column}: {fault}.") from fault


def _totals(layout: Layout, stated: Mapping[str, Decimal], currency: str) -> dict[str, int]:
    """Return the totals in the normal form's words; one that has no minor units belongs to a line with a problem."""
    found: dict[str, Decimal] = {}
    if "collected" in stated:
        found["collected"] = stated["collected"]
    if layout.fees and set(layout.fees) <= set(stated):
        found["fees"] = sum((stated[fee] for fee in layout.fees), Decimal(0))
    if "transfer" in stated:
        found["payout"] = stated["transfer"]
    totals = {}
    for name, value in found.items():
        try:
            totals[name] = minor_of(value, currency)
        except NotAnAmount:
            continue
    return totals


def _head(label: str, found: Found) -> dict[str, Any]:
    layout, head = found.layout, found.head
    currency = head.get("currency", layout.currency).upper()
    try:
        decimals = exponent(currency)
    except NotAnAmount as fault:
        raise ReportRefused("FORMAT_UNKNOWN", f"{label}: {fault}.") from fault
    paid = day_of(head.get("payment_date", ""), layout)
    if paid is None:
        said = head.get("payment_date", "")[:20]
        raise ReportRefused("FORMAT_UNKNOWN", f"{label}: the payment date is {said!r}, not like 2026-03-02.")
    return {
        "carrier": layout.carrier,
        "contract": "",
        "number": head.get("number", ""),
        "mode": layout.mode,
        "currency": currency,
        "exponent": decimals,
        "payment_date": paid.isoformat(),
        "payment_order": head.get("payment_order", ""),
    }


def day_of(text: str, layout: Layout) -> date | None:
    """Return a day written in one of the layout's ways, or as a spreadsheet's date; None for anything else."""
    for form in layout.dates:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
