"""Spreadsheets as rows of cell texts, none of which can make us unpack or lay out more than a report needs.

XLSX is read by calamine, which lays a sheet out from its first to its last cell: two cells a million rows
apart take half a terabyte and end the process, so what a sheet spans is looked at while it is unpacked. XLS is read
by xlrd, in Python and within the bounds of the format.
"""

import datetime
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, Any
from xml.parsers import expat

import python_calamine
import xlrd

from . import opendocument

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_UNPACKED_BYTES = 256 * 1024 * 1024
MOST_ENTRIES = 1_000
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 200_000, 1_000, 4_000_000
EXACT_WHOLE = 2**53  # beyond it a spreadsheet's number no longer holds every digit
PIECE_BYTES = 1 << 20
MOST_ELEMENTS = 20_000_000  # of one part: a cell takes up to four
LONGEST_NUMBER = 18  # digits
SHEET = b"sheetData"
CELL = re.compile("([A-Za-z]{1,18})([0-9]+)", re.ASCII)
OPEN_DOCUMENT = "content.xml"
Sheet = tuple[str, list[list[str]]]


class Unreadable(Exception):
    """The bytes are no table; the message is half a sentence that says why."""


def is_spreadsheet(raw: bytes) -> bool:
    return raw.startswith((ZIP, OLE))


def sheets(raw: bytes) -> list[Sheet]:
    """Return name and rows of every sheet.

    Raises:
        Unreadable: damaged, protected, or larger than any report.
    """
    return _old(raw) if raw.startswith(OLE) else _new(raw)


def _old(raw: bytes) -> list[Sheet]:
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            book = xlrd.open_workbook(file_contents=raw, logfile=nowhere, ragged_rows=True)
            found = [(sheet.name, sheet, book.datemode) for sheet in book.sheets()]
    except Exception as fault:  # a damaged file breaks this reader in a hundred ways, all of them in Python
        raise Unreadable(f"the spreadsheet is damaged or protected ({str(fault)[:200]})") from fault
    return [(name, [_old_row(sheet.row(place), mode) for place in range(sheet.nrows)]) for name, sheet, mode in found]


def _old_row(row: Sequence[Any], date_mode: int) -> list[str]:
    return [cell_text(_old_value(cell, date_mode)) for cell in row]


def _old_value(cell: Any, date_mode: int) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return xlrd.xldate.xldate_as_datetime(cell.value, 1 if date_mode else 0)
        except (ValueError, OverflowError):
            return float(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return "" if cell.ctype == xlrd.XL_CELL_ERROR else cell.value


def _new(raw: bytes) -> list[Sheet]:
    try:
        _check(raw)
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if OPEN_DOCUMENT in archive.namelist():
                return opendocument.sheets(archive.read(OPEN_DOCUMENT), MOST_ROWS, MOST_COLUMNS)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        found = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, OSError, ValueError) as fault:
        raise Unreadable(f"the spreadsheet is damaged or protected ({str(fault)[:200]})") from fault
    except BaseException as fault:  # a damaged file can make the Rust reader panic, which is no Exception
        if type(fault).__name__ != "PanicException":
            raise
        raise Unreadable("the spreadsheet is damaged") from fault
    return [(name, [[cell_text(cell) for cell in row] for row in rows]) for name, rows in found]


def _check(raw: bytes) -> None:
    """Unpack the file once, piece by piece, to see how large it gets and how far its sheets reach.

    What the file says of its own size is not believed.
    """
    unpacked = 0
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise Unreadable(f"it packs {len(entries)} files, {MOST_ENTRIES} are allowed")
        if any(entry.filename.lower().endswith("workbook.bin") for entry in entries):
            raise Unreadable("it is a binary workbook (XLSB), which nobody here reads")
        for entry in entries:
            span = _Span()
            for piece in _pieces(raw, entry):
                unpacked += len(piece)
                if unpacked > MOST_UNPACKED_BYTES:
                    raise Unreadable(f"it unpacks to more than {MOST_UNPACKED_BYTES} bytes")
                span.look(piece)
            span.look(b"", last=True)


def _pieces(raw: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what an entry really unpacks to, whatever its header says."""
    head = raw[entry.header_offset : entry.header_offset + 30]
    if len(head) < 30 or not head.startswith(ZIP):
        raise Unreadable("the spreadsheet is damaged (an entry is not where it should be)")
    start = entry.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    packed: IO[bytes] = io.BytesIO(raw[start : start + entry.compress_size])
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from iter(lambda: packed.read(PIECE_BYTES), b"")
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise Unreadable(f"it is packed by method {entry.compress_type}, which no spreadsheet uses")
    unpacker = zlib.decompressobj(-15)
    rest = packed.read()
    while rest and not unpacker.eof:
        piece = unpacker.decompress(rest, PIECE_BYTES)
        rest = unpacker.unconsumed_tail
        if piece:
            yield piece


class _Span:
    """How far the cells of one entry reach, seen piece by piece, as any XML parser would see them.

    A row or a cell that does not say where it is comes after the one before it, or after the farthest that a cell
    before it named: readers differ in that, and the farther place counts. An entry that has sheet data and is not
    well-formed is refused: the reader behind us takes more than that, and nobody could say what.
    """

    def __init__(self) -> None:
        self._parser = expat.ParserCreate("utf-8")  # whatever it claims: the reader behind us goes by bytes
        self._parser.StartElementHandler = self._begin
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.buffer_text = True
        self._rest = b""
        self._is_sheet = self._is_broken = False
        self._row = self._column = self._elements = 0
        self._rows = self._columns = 0

    def look(self, piece: bytes, *, last: bool = False) -> None:
        text = self._rest + piece
        self._is_sheet = self._is_sheet or SHEET in text
        self._rest = text[1 - len(SHEET) :]
        if not self._is_broken:
            try:
                self._parser.Parse(piece, last)
            except expat.ExpatError:
                self._is_broken = True
        if self._is_sheet and self._is_broken:
            raise Unreadable("the spreadsheet is damaged (a sheet is no well-formed XML)")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise Unreadable(f"a part of it has more than {MOST_ELEMENTS} elements")
        kind = name.rpartition(":")[2]
        if kind == "row":
            self._row = _whole(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
        elif kind == "c":
            self._place(attributes.get("r"))
        else:
            return
        self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
        if self._rows > MOST_ROWS or self._columns > MOST_COLUMNS or self._rows * self._columns > MOST_CELLS:
            found = f"{self._rows} rows of {self._columns} columns"
            raise Unreadable(f"a sheet spans {found}; {MOST_ROWS}, {MOST_COLUMNS} and {MOST_CELLS} cells are allowed")

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self._row, self._column = max(self._row, 1), self._column + 1
            return
        found = CELL.fullmatch(reference)
        if found is None:
            raise Unreadable(f"the spreadsheet is damaged (a cell is called {reference[:40]!r})")
        self._column, self._row = _column(found[1].encode()), max(self._row, _whole(found[2]))

    def _refuse_doctype(self, *_: object) -> None:
        raise Unreadable("the spreadsheet has a DTD, which no spreadsheet needs")


def _whole(digits: str) -> int:
    """Return a row's number; of too many digits it is past every bound, whatever they are."""
    if not (digits.isascii() and digits.isdigit()):
        raise Unreadable(f"the spreadsheet is damaged (a row is called {digits[:40]!r})")
    return int(digits) if len(digits) <= LONGEST_NUMBER else MOST_ROWS + 1


def _column(letters: bytes) -> int:
    """Return the place of a column from its letters: A is 1, AA is 27."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + letter - 64
    return place


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
