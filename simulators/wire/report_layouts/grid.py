"""A report as rows of cells by a layout: each is text or an exact amount, whatever file they become."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ..moscow import local
from .layout import HOLDER, MONEY, Column, Form, Layout
from .report import Line, Report

Cell = str | Decimal


def rows(layout: Layout, report: Report) -> Iterator[list[Cell]]:
    """Yield the whole sheet: what stands above the table, its headings, the lines, the totals."""
    for row in layout.head:
        yield [filled(layout, report, cell) for cell in row.cells]
    if layout.headings:
        yield [column.heading for column in layout.columns]
    for place, line in enumerate(report.lines, 1):
        yield [cell(layout, report, column, line, place) for column in layout.columns]
    if layout.totals is not None:
        sums = [amount_of(column, *report.lines) for column in layout.columns]
        below: list[Cell] = ["" if found is None else found for found in sums]
        below[sums.index(None)] = layout.totals.label
        yield below


def cell(layout: Layout, report: Report, column: Column, line: Line, place: int) -> Cell:
    """Return what a column shows of a line."""
    amount = amount_of(column, line)
    if amount is not None:
        return amount
    texts = {
        "n": str(place),
        "tracking": line.tracking,
        "order": line.order,
        "outcome": layout.outcomes.get(line.outcome, str(line.outcome)),
        "direct": line.direct,
        "ended": "" if line.at_ms is None else local(line.at_ms).strftime(layout.date_format),
        "payment_date": dated(layout, report.payment_date),
        "number": report.number,
    }
    return texts[column.kind]


def amount_of(column: Column, *lines: Line) -> Decimal | None:
    """Return the sum of a column of money over some lines; None for any other column."""
    return money(column.kind, *lines) if column.kind in MONEY else None


def money(kind: str, *lines: Line) -> Decimal:
    """Return a sum in major units with two decimals: all couriers here pay in currencies that have two."""
    names = {"fees": ("services_minor", "agent_minor")}.get(kind, (f"{kind}_minor",))
    return Decimal(sum(getattr(line, name) for line in lines for name in names)).scaleb(-2)


def dated(layout: Layout, iso: str) -> str:
    return date.fromisoformat(iso).strftime(layout.date_format)


def filled(layout: Layout, report: Report, text: str) -> Cell:
    """Return a text with its holders filled in; one that is nothing but a sum is an amount."""
    found = HOLDER.fullmatch(text)
    if found is not None and found[1] in MONEY:
        return money(found[1], *report.lines)
    return HOLDER.sub(lambda holder: _held(layout, report, holder[1]), text)


def _held(layout: Layout, report: Report, holder: str) -> str:
    if holder in MONEY:
        return f"{money(holder, *report.lines):f}"
    texts = {
        "number": report.number,
        "payment_date": dated(layout, report.payment_date),
        "payment_order": report.payment_order,
        "currency": report.currency,
        "lines": str(len(report.lines)),
    }
    return texts[holder]


def shown(layout: Layout, form: Form, found: Cell) -> str:
    """Return a cell as text: an amount with the form's decimal mark and thousands."""
    if isinstance(found, str):
        return found
    grouped = f"{found:,f}"
    thousands = layout.thousands if form.thousands is None else form.thousands
    mark = form.decimal_mark or layout.decimal_mark
    return grouped.replace(",", "\0").replace(".", mark).replace("\0", thousands)
