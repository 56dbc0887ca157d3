"""Ruled tables over as many pages as they need: heads on each page, and what is told at each page's foot."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ....wire.labels import PageSize, Sheet
from .paper import Pen

A4_ACROSS = PageSize("A4 across", 297, 210)
_PAD_MM = 1.0


class Column(NamedTuple):
    """A column: its caption in one or two lines, its width, where its cells stand (0 left, 0.5 middle, 1 right)."""

    caption: tuple[str, ...]
    width_mm: float
    anchor: float = 0.0


class Form(NamedTuple):
    """A table's paper: where rows may stand, how high they are."""

    size: PageSize
    left_mm: float
    first_top_mm: float  # where the heads begin on the first page
    next_top_mm: float  # and on others
    bottom_mm: float  # where rows end
    row_mm: float = 5.0
    type_pt: float = 7.0
    head_mm: float = 9.0


Row = tuple[str, ...]  # a cell of two lines has a line break
Head = Callable[[Pen, int], None]  # draws what stands above the table on a page, from 1
Sums = Callable[[Sequence[int]], Row]  # a row for the places of rows that stand on a page


def pages_of(form: Form, rows: int, last_mm: float) -> list[range]:
    """Return which rows stand on which page; below the last `last_mm` stay free."""
    found: list[range] = []
    at = 0
    while True:
        top_mm = (form.first_top_mm if not found else form.next_top_mm) + form.head_mm
        room = int((form.bottom_mm - top_mm) / form.row_mm) - 1  # one row is the page's sums
        with_last = int((form.bottom_mm - last_mm - top_mm) / form.row_mm) - 1
        if rows - at <= with_last:
            return [*found, range(at, rows)]
        found.append(range(at, min(rows, at + room)))
        at = found[-1].stop


def table(
    form: Form,
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    head: Head,
    sums: Sums,
    last_mm: float,
) -> tuple[list[Sheet], Pen, float]:
    """Return the pages, the last page's pen and where the table ends there.

    Args:
        head: draws what stands above the table.
        sums: makes the row under a page's rows.
        last_mm: room kept below the table on the last page.
    """
    sheets: list[Sheet] = []
    pages = pages_of(form, len(rows), last_mm)
    for number, places in enumerate(pages, 1):
        sheets.append(Sheet(size=form.size))
        pen = Pen(sheets[-1])
        head(pen, number)
        y_mm = form.first_top_mm if number == 1 else form.next_top_mm
        y_mm = _page(pen, form, columns, [rows[place] for place in places], sums(places), y_mm)
        pen.text(
            form.size.width_mm - form.left_mm,
            form.size.height_mm - 5,
            60,
            7,
            f"Лист {number} из {len(pages)}",
            anchor=1,
        )
    return sheets, pen, y_mm


def _page(pen: Pen, form: Form, columns: Sequence[Column], rows: Sequence[Row], summed: Row, top_mm: float) -> float:
    width_mm = sum(column.width_mm for column in columns)
    _captions(pen, form, columns, top_mm)
    y_mm = round(top_mm + form.head_mm, 2)
    height_mm = form.head_mm + form.row_mm * (len(rows) + 1)
    for cells in rows:
        _cells(pen, form, columns, cells, y_mm, bold=False)
        pen.across(form.left_mm, y_mm, width_mm)
        y_mm = round(y_mm + form.row_mm, 2)
    pen.across(form.left_mm, y_mm, width_mm)
    _cells(pen, form, columns, summed, y_mm, bold=True)
    x_mm = form.left_mm
    for column in columns[:-1]:
        x_mm = round(x_mm + column.width_mm, 2)
        pen.down(x_mm, top_mm, height_mm - form.row_mm)
    pen.frame(form.left_mm, top_mm, width_mm, height_mm)
    return round(y_mm + form.row_mm, 2)


def _captions(pen: Pen, form: Form, columns: Sequence[Column], top_mm: float) -> None:
    x_mm = form.left_mm
    for column in columns:
        for line, caption in enumerate(column.caption):
            y_mm = round(top_mm + form.head_mm / 2 + 1 + (line - (len(column.caption) - 1) / 2) * 3, 2)
            middle_mm = round(x_mm + column.width_mm / 2, 2)
            pen.text(middle_mm, y_mm, column.width_mm - _PAD_MM, form.type_pt - 0.5, caption, bold=True, anchor=0.5)
        x_mm = round(x_mm + column.width_mm, 2)


def _cells(pen: Pen, form: Form, columns: Sequence[Column], cells: Row, y_mm: float, *, bold: bool) -> None:
    x_mm = form.left_mm
    for column, text in zip(columns, cells, strict=True):
        if text:
            at_mm = round(x_mm + _PAD_MM + column.anchor * (column.width_mm - 2 * _PAD_MM), 2)
            room_mm = column.width_mm - 2 * _PAD_MM
            lines = text.split("\n")
            for line, part in enumerate(lines):
                below_mm = round(y_mm + form.row_mm * (0.5 + (line - (len(lines) - 1) / 2) * 0.42) + 0.9, 2)
                pen.text(at_mm, below_mm, room_mm, form.type_pt, part, bold=bold, anchor=column.anchor)
        x_mm = round(x_mm + column.width_mm, 2)
