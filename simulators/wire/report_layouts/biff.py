"""A workbook of Excel 97 to 2003 (XLS, BIFF8): one sheet of texts and numbers, and nothing else.

Sources: [MS-XLS] and [MS-CFB], Microsoft Open Specifications. The one library that wrote this format was given up in
2020 and no kept one has taken its place, so these records are ours; two independent readers hold them to account in
the tests. docs/decisions tells why.
"""

import struct
from collections.abc import Iterator, Sequence

from .layout import TooLarge

BOF, EOF, CODEPAGE, WINDOW1, FONT, FORMAT, XF, STYLE = 0x809, 0x0A, 0x42, 0x3D, 0x31, 0x41E, 0xE0, 0x293
BOUNDSHEET, SST, CONTINUE, DIMENSIONS, ROW, LABELSST, NUMBER, WINDOW2 = (
    0x85,
    0xFC,
    0x3C,
    0x200,
    0x208,
    0xFD,
    0x203,
    0x23E,
)
MOST_RECORD_BYTES = 8_224
MOST_LETTERS = 32_767  # of a cell
MOST_ROWS = 65_536
GLOBALS, WORKSHEET = 5, 0x10
PLAIN, MONEY = 15, 16  # places in the list of cell formats
TWO_DECIMALS = 2  # a number format that every reader knows without being told: 0.00

Value = str | float


def workbook(title: str, rows: Sequence[Sequence[Value]]) -> bytes:
    """Return an XLS file.

    Raises:
        TooLarge: more rows or texts than the format has room for.
    """
    if len(rows) > MOST_ROWS:
        raise TooLarge(f"{len(rows)} rows, an XLS sheet has {MOST_ROWS}")
    texts: dict[str, int] = {}
    for row in rows:
        for value in row:
            if isinstance(value, str):
                texts.setdefault(value[:MOST_LETTERS], len(texts))
    sheet = _sheet(rows, texts)
    head, tail = _globals_head(), _shared(rows, texts) + _record(EOF)
    letters = title.encode("utf-16-le")
    name = struct.pack("<BB", len(letters) // 2, 1) + letters
    bound = len(head) + 4 + 6 + len(name) + len(tail)
    return _compound(head + _record(BOUNDSHEET, struct.pack("<IBB", bound, 0, 0) + name) + tail + sheet)


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _bof(kind: int) -> bytes:
    return _record(BOF, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 1996, 0x41, 6))


def _globals_head() -> bytes:
    """Return what a reader wants to know before the sheets: the encoding, a font, a list of cell formats."""
    font = struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + struct.pack("<BB", 5, 0) + b"Arial"
    styles = [_format(0, 0, 0xFFF5)] * PLAIN + [_format(0, 0, 1), _format(0, TWO_DECIMALS, 1)]
    return b"".join(
        [
            _bof(GLOBALS),
            _record(CODEPAGE, struct.pack("<H", 1200)),
            _record(WINDOW1, struct.pack("<9H", 0, 0, 0x4000, 0x2000, 0x38, 0, 0, 1, 600)),
            *[_record(FONT, font)] * 4,
            *(_record(XF, style) for style in styles),
            _record(STYLE, struct.pack("<HBB", 0x8000, 0, 0xFF)),
        ]
    )


def _format(font: int, number: int, kind: int) -> bytes:
    """Return a cell format: a style (0xFFF5) or one that cells refer to (1), bottom-aligned, without borders."""
    return struct.pack("<HHHBBBBIIH", font, number, kind, 0x20, 0, 0, 0xF8 if kind == 1 else 0xF4, 0, 0, 0x20C0)


def _shared(rows: Sequence[Sequence[Value]], texts: dict[str, int]) -> bytes:
    """Return the table of texts, cut into records at the limit; a text that is cut says its letters' width
    again."""
    uses = sum(isinstance(value, str) for row in rows for value in row)
    records, body = [], bytearray(struct.pack("<II", uses, len(texts)))
    for text in texts:
        raw = text.encode("utf-16-le", "surrogatepass")
        if len(body) + 3 + 2 > MOST_RECORD_BYTES:
            records.append(bytes(body))
            body = bytearray()
        body += struct.pack("<HB", len(raw) // 2, 1)
        while len(raw) > (room := (MOST_RECORD_BYTES - len(body)) // 2 * 2):
            cut = (
                room - 2 if 0xD8 <= raw[room - 1] < 0xDC else room
            )  # readers want both halves of a letter in one record
            records.append(bytes(body) + raw[:cut])
            body, raw = bytearray(b"\x01"), raw[cut:]
        body += raw
    records.append(bytes(body))
    return b"".join(_record(CONTINUE if place else SST, found) for place, found in enumerate(records))


def _sheet(rows: Sequence[Sequence[Value]], texts: dict[str, int]) -> bytes:
    width = max(map(len, rows), default=0)
    return b"".join(
        [
            _bof(WORKSHEET),
            _record(DIMENSIONS, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)),
            *_cells(rows, texts),
            _record(WINDOW2, struct.pack("<HHHHHHI", 0x6B6, 0, 0, 0x40, 0, 0, 0)),
            _record(EOF),
        ]
    )


def _cells(rows: Sequence[Sequence[Value]], texts: dict[str, int]) -> Iterator[bytes]:
    for place, row in enumerate(rows):
        yield _record(ROW, struct.pack("<HHHHHHI", place, 0, len(row), 0xFF, 0, 0, 0x100))
        for column, value in enumerate(row):
            if isinstance(value, str):
                at = texts[value[:MOST_LETTERS]]
                yield _record(LABELSST, struct.pack("<HHHI", place, column, PLAIN, at))
            else:
                yield _record(NUMBER, struct.pack("<HHHd", place, column, MONEY, value))


# -- the container: a small file system with one stream

SECTOR = 512
SMALLEST = 4_096  # a shorter stream would live elsewhere
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
MOST_FAT_SECTORS = 109  # those that the header itself lists: some 7 MB


def _compound(stream: bytes) -> bytes:
    """Return a compound file that holds the stream as `Workbook`."""
    size = max(len(stream), SMALLEST)
    sectors = -(-size // SECTOR)
    tables = 1
    while tables * (SECTOR // 4) < sectors + 1 + tables:
        tables += 1
    if tables > MOST_FAT_SECTORS:
        raise TooLarge(f"{size} bytes, an XLS file of ours has room for some seven million")
    chain = [FAT] * tables + [END] + [place + 1 for place in range(tables + 1, tables + sectors)] + [END]
    chain += [FREE] * (tables * (SECTOR // 4) - len(chain))
    places = [*range(tables), *[FREE] * (MOST_FAT_SECTORS - tables)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", tables, tables, 0, SMALLEST, END, 0, END, 0) + struct.pack("<109I", *places)
    folder = (
        _entry("Root Entry", 5, END, 0, 1)
        + _entry("Workbook", 2, tables + 1, size, FREE)
        + 2 * _entry("", 0, 0, 0, FREE)
    )
    return header + struct.pack(f"<{len(chain)}I", *chain) + folder + stream.ljust(sectors * SECTOR, b"\0")


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le") if name else b""
    parts = struct.pack("<HBBIII", len(raw), kind, 1, FREE, FREE, child)
    return raw.ljust(64, b"\0") + parts + bytes(36) + struct.pack("<III", start, size, 0)
