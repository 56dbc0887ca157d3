"""A payout report as a table: heading, column names, lines, a totals row, each found by the words of a layout.

Headings are matched by their words, not their place; what stands above them is a label and its value.
"""

from collections.abc import Mapping, Sequence

from .report_layouts import Layout, Layouts, plain
from .report_lines import Found, Row
from .tables import Table

MOST_HEADING_ROWS = 30


def recognised(table: Table, layouts: Layouts) -> Found | None:
    """Return the table as read by the layout that knows most of its columns; None when none knows those it needs."""
    fits = [(layout, found) for layout in layouts if (found := headings(table, layout)) is not None]
    if not fits:
        return None
    layout, (place, columns) = max(fits, key=lambda fit: len(fit[1][1]))
    return read(table, layout, place, columns)


def headings(table: Table, layout: Layout) -> tuple[int, dict[str, int]] | None:
    """Return the place of the row that names the columns, and column -> place; None for any other table."""
    for place, row in enumerate(table.rows[:MOST_HEADING_ROWS]):
        found: dict[str, int] = {}
        for position, cell in enumerate(row):
            column = column_of(cell, layout)
            if column is not None and column not in found:
                found[column] = position
        if all(column in found for column in layout.needed):
            return place, found
    return None


def column_of(cell: str, layout: Layout) -> str | None:
    """Return which column a heading names: the longest known beginning decides."""
    words = plain(cell)
    fits = [
        (len(alias), column)
        for column, aliases in layout.headings.items()
        for alias in map(plain, aliases)
        if words == alias or words.startswith(f"{alias} ")
    ]
    return max(fits)[1] if fits else None


def read(table: Table, layout: Layout, place: int, columns: Mapping[str, int]) -> Found:
    """Return what stands above, in and below the table; rows without sums are none of its lines."""
    rows: list[Row] = []
    stated: dict[str, str] = {}
    totals = frozenset(map(plain, layout.totals))
    for number, row in enumerate(table.rows[place + 1 :], place + 2):
        cells = {column: row[at].strip() if at < len(row) else "" for column, at in columns.items()}
        if any(plain(cell) in totals for cell in row):
            stated = cells
        elif any(cells[column] for column in layout.sums):
            rows.append(Row(f"row {number}", cells))
    return Found(layout, _head(table.rows[:place], layout), rows, stated)


def _head(rows: Sequence[Sequence[str]], layout: Layout) -> dict[str, str]:
    """Return what stands above the columns: a label and its value, side by side or in one cell after a colon."""
    found: dict[str, str] = {}
    for row in rows:
        cells = [cell.strip() for cell in row if cell.strip()]
        for place, cell in enumerate(cells):
            name, value = _labelled(cell, layout)
            value = value or (cells[place + 1] if place + 1 < len(cells) else "")
            if name is not None and value and name not in found:
                found[name] = value
    return found


def _labelled(cell: str, layout: Layout) -> tuple[str | None, str]:
    """Return what a heading cell names, and the value when it stands in the same cell."""
    label, _, value = cell.partition(":") if ":" in cell else cell.partition("№")
    words = f" {plain(label)} "
    for name, aliases in layout.head.items():
        if any(f" {plain(alias)} " in words for alias in aliases):
            return name, value.strip().removeprefix("№").strip()
    return None, ""
