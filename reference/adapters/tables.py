"""Spreadsheets and delimited text as rows of cells, told apart by content.

XLSX, XLS and ODS through calamine; CSV in UTF-8 (with or without mark) or CP1251, separated by `;`, `,` or tab.
"""

import csv
import datetime
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import python_calamine

ZIP, OLE, UTF8_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xef\xbb\xbf"
SEPARATORS = (";", ",", "\t")
MOST_BYTES = 32 * 1024 * 1024
MOST_UNPACKED_BYTES = 256 * 1024 * 1024
MOST_ROWS = 200_000
EXACT_WHOLE = 2**53  # beyond it a spreadsheet's number no longer holds every digit


class Unreadable(Exception):
    """The bytes are no table; the message is half a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet, or one way to split a text file. Rows keep their place: `rows[0]` is row 1; cells are exact text."""

    name: str
    rows: Sequence[Sequence[str]]


def is_spreadsheet(raw: bytes) -> bool:
    return raw.startswith((ZIP, OLE))


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
    try:
        _check_unpacked(raw)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        found = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError) as fault:
        raise Unreadable(f"the spreadsheet is damaged or protected ({fault})") from fault
    except BaseException as fault:  # a damaged file can make the Rust reader panic, which is no Exception
        if type(fault).__name__ != "PanicException":
            raise
        raise Unreadable("the spreadsheet is damaged") from fault
    return [Table(name, _bounded([[cell_text(cell) for cell in row] for row in rows])) for name, rows in found]


def _check_unpacked(raw: bytes) -> None:
    """Refuse a small file that unpacks to a huge one before anything unpacks it."""
    if not raw.startswith(ZIP):
        return
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > MOST_UNPACKED_BYTES:
        raise Unreadable(f"it unpacks to {size} bytes, {MOST_UNPACKED_BYTES} are allowed")


def cell_text(cell: Any) -> str:
    """Return a cell as the text it was typed as, as far as the spreadsheet kept it.

    Numbers are floats in a spreadsheet: a whole one becomes its digits, any other the shortest decimal that reads back
    to the same float. One too long to be exact shows its exponent, so that nobody takes it for an identifier.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if not cell.is_integer():
            return repr(cell)
        return str(int(cell)) if abs(cell) < EXACT_WHOLE else f"{cell:.15E}"
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat()
    return str(cell)


def decoded(raw: bytes) -> str:
    """Return text in UTF-8 or, failing that, CP1251.

    Raises:
        Unreadable: neither fits, or control characters show that it is no text.
    """
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
