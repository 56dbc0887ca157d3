"""An OpenDocument spreadsheet (ODS) as rows of cell texts.

Such files say a row or a cell once and how often it stands there, a million times if they like. Only what comes before
something that is filled in counts, and no more of it than a report needs.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

Element: TypeAlias = Any  # lxml brings no types
OFFICE, TABLE, TEXT = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table", "text"))


class TooLarge(ValueError):
    """More rows or columns than allowed; the message is half a sentence."""


def sheets(content: bytes, most_rows: int, most_columns: int) -> list[tuple[str, list[list[str]]]]:
    """Return name and rows of every sheet of a file's `content.xml`.

    Raises:
        ValueError: no XML, or with a DTD; TooLarge.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as fault:
        raise ValueError(str(fault)[:200]) from fault
    if root.getroottree().docinfo.doctype:
        raise ValueError("it has a DTD")
    return [(str(table.get(f"{TABLE}name", "")), _sheet(table, most_rows, most_columns)) for table in _tables(root)]


def _tables(root: Element) -> Iterator[Element]:
    return iter(root.iter(f"{TABLE}table"))


def _sheet(table: Element, most_rows: int, most_columns: int) -> list[list[str]]:
    rows = ((_row(row, most_columns), row) for row in table.iter(f"{TABLE}table-row"))
    return [row or [] for row in _spread(rows, "rows", most_rows)]


def _row(row: Element, most: int) -> list[str]:
    cells = (cell for cell in row if cell.tag in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"))
    return [text or "" for text in _spread(((_text(cell), cell) for cell in cells), "columns", most)]


def _spread(found: Iterator[tuple[Any, Element]], kind: str, most: int) -> list[Any]:
    """Return values as often as they are said to stand there, without what is empty at the end."""
    values: list[Any] = []
    empty = 0
    for value, element in found:
        times = _times(element.get(f"{TABLE}number-{kind}-repeated", "1"))
        if not value:
            empty += times
            continue
        if len(values) + empty + times > most:
            raise TooLarge(f"a sheet spans more than {most} {kind}")
        values += [None] * empty + [value] * times
        empty = 0
    return values


def _times(text: str) -> int:
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 1


def _text(cell: Element) -> str:
    """Return what a cell holds: its exact value where it has one, else its text."""
    for name in ("value", "boolean-value"):
        if (value := cell.get(f"{OFFICE}{name}")) is not None:
            return str(value)
    if (day := cell.get(f"{OFFICE}date-value")) is not None:
        return str(day).removesuffix("T00:00:00")
    return "\n".join("".join(line.itertext()) for line in cell.iter(f"{TEXT}p"))
