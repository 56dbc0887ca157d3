"""Spreadsheets and delimited text as rows of cells, told apart by content.

XLSX, XLS and ODS; CSV in UTF-8 (with or without mark), UTF-16 (with one) or CP1251, separated by `;`, `,` or tab.
"""

import codecs
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from .spreadsheets import MOST_ROWS, Unreadable, cell_text, is_spreadsheet, sheets

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "UTF8_MARK",
    "Table",
    "Unreadable",
    "cell_text",
    "decoded",
    "is_spreadsheet",
    "read_tables",
]

UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # Excel's "Unicode text" has the first, and tabs
SEPARATORS = (";", ",", "\t")
MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet, or one way to split a text file. Rows keep their place: `rows[0]` is row 1; cells are exact text."""

    name: str
    rows: Sequence[Sequence[str]]


def read_tables(raw: bytes) -> list[Table]:
    """Return every sheet of a spreadsheet; for text one table a separator, for the caller to find the one with sense.

    Raises:
        Unreadable: empty, too large, damaged, or in no encoding we read.
    """
    if not raw.strip():
        raise Unreadable("it is empty")
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"it has {len(raw)} bytes, {MOST_BYTES} are allowed")
    return _sheets(raw) if is_spreadsheet(raw) else _splits(decoded(raw))


def _sheets(raw: bytes) -> list[Table]:
    return [Table(name, _bounded(rows)) for name, rows in sheets(raw)]


def decoded(raw: bytes) -> str:
    """Return text in UTF-16 where a mark says so, else in UTF-8 or, failing that, CP1251.

    Raises:
        Unreadable: neither fits, or control characters show that it is no text.
    """
    if raw.startswith(UTF16_MARKS):
        return _utf16(raw)
    if b"\x00" in raw:
        raise Unreadable("it is neither a spreadsheet nor text")
    try:
        return raw.removeprefix(UTF8_MARK).decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1251")
    except UnicodeDecodeError as fault:
        raise Unreadable("its letters are neither UTF-8 nor CP1251") from fault


def _utf16(raw: bytes) -> str:
    try:
        text = raw.decode("utf-16")
    except UnicodeDecodeError as fault:
        raise Unreadable("its letters are not UTF-16, as the mark at its start says") from fault
    if "\x00" in text:
        raise Unreadable("it is neither a spreadsheet nor text")
    return text


def _splits(text: str) -> list[Table]:
    try:
        return [Table("", _bounded(list(_records(text, separator)))) for separator in SEPARATORS]
    except csv.Error as fault:
        raise Unreadable(f"its rows cannot be told apart ({fault})") from fault


def _records(text: str, separator: str) -> list[list[str]]:
    return [[cell.strip(" ") for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]


def _bounded(rows: list[list[str]]) -> list[list[str]]:
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"it has {len(rows)} rows, {MOST_ROWS} are allowed")
    return rows
