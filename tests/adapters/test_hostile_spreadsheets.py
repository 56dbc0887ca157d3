"""A spreadsheet that somebody mails us cannot make us unpack or lay out more than a report needs.

Each of these ended the process, or filled its memory, before it was looked at.
"""

import io
import struct
import zipfile
from collections.abc import Sequence

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.reference.adapters import spreadsheets
from parcelproof.reference.adapters.spreadsheets import PIECE_BYTES, Unreadable, sheets

CONTENT = (
    "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
    "xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' "
    "xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0'>"
    "<office:body><office:spreadsheet><table:table table:name='t'>{}</table:table></office:spreadsheet></office:body>"
    "</office:document-content>"
)


def xlsx(*cells: tuple[int, int, str]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("t")
    for cell in cells:
        sheet.write(*cell)
    book.close()
    return out.getvalue()


def packed(entries: Sequence[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def ods(rows: str) -> bytes:
    return packed([("content.xml", CONTENT.format(rows).encode())])


def cell(text: str, times: int = 1) -> str:
    return f"<table:table-cell table:number-columns-repeated='{times}'><text:p>{text}</text:p></table:table-cell>"


def empty(times: int) -> str:
    return f"<table:table-cell table:number-columns-repeated='{times}'/>"


@pytest.mark.parametrize("far", [(1_048_575, 0, "z"), (0, 16_383, "z"), (190_000, 900, "z")])
def test_cells_that_lie_far_apart_are_refused_before_they_are_laid_out(far: tuple[int, int, str]) -> None:
    with pytest.raises(Unreadable, match="a sheet spans"):
        sheets(xlsx((0, 0, "a"), far))


@pytest.mark.parametrize("place", range(-24, 3))
def test_a_far_cell_is_seen_wherever_the_pieces_part(place: int) -> None:
    text = b" " * (PIECE_BYTES + place) + b'<c r="XFD1048576"/>'
    with pytest.raises(Unreadable, match="a sheet spans"):
        sheets(packed([("xl/workbook.xml", b"<workbook/>"), ("xl/any.name", text)]))


WIDE = "<c><v>1</v></c>" * 900
BOOK = [
    (
        "[Content_Types].xml",
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        b'<Default Extension="xml" ContentType="application/xml"/></Types>',
    ),
    (
        "_rels/.rels",
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        b'Target="xl/workbook.xml"/></Relationships>',
    ),
    (
        "xl/workbook.xml",
        b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        b'<sheets><sheet name="t" sheetId="1" r:id="rId1"/></sheets></workbook>',
    ),
    (
        "xl/_rels/workbook.xml.rels",
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        b'Target="worksheets/sheet1.xml"/></Relationships>',
    ),
]


def written(rows: str, before: str = "") -> bytes:
    """Return a workbook of one sheet whose rows are written by hand."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'{before}<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
    return packed([*BOOK, ("xl/worksheets/sheet1.xml", sheet.encode())])


def number(place: str = "", *, blanks: str = "") -> str:
    """Return a cell that holds 1, and says where it is when a place is given."""
    return f'<c r{blanks}="{place}"><v>1</v></c>' if place else "<c><v>1</v></c>"


def row(*cells: str, at: object = None) -> str:
    return f"<row{'' if at is None else f' r={chr(34)}{at}{chr(34)}'}>{''.join(cells)}</row>"


def test_a_sheet_written_by_hand_is_read_with_and_without_references() -> None:
    two, placed = row(number(), number()), row(number("B4"), number(), at=4)
    assert sheets(written(two + two + placed)) == [
        ("t", [["1", "1", ""], ["1", "1", ""], ["", "", ""], ["", "1", "1"]])
    ]


def test_each_row_begins_at_its_own_beginning() -> None:
    ((_, table),) = sheets(written(row(WIDE) * 3))
    assert [len(found) for found in table] == [900, 900, 900]


@pytest.mark.parametrize(
    "rows",
    [
        row(number("A1"), number("XFD00000001048576"), at=1),
        row(WIDE, at=1) + row(number(), at=1_048_576),
        row(WIDE * 3, at=1),
        row(number("A1"), number("XFD1048576", blanks=" " * 80), at=1),
        row(number("A1"), number("&#88;FD1048576"), at=1),
        row(number("A1"), at=200_000) + row(WIDE),
        row(number("A200000"), at=1) + row(number()),
        row(number("A1"), at=1) + row(number(), at="9" * 30),
    ],
    ids=["zeros", "no cells named", "many", "blanks", "an entity", "after a far row", "after a far cell", "digits"],
)
def test_a_far_cell_is_seen_however_it_is_named(rows: str) -> None:
    with pytest.raises(Unreadable, match="a sheet spans"):
        sheets(written(rows))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (written("<row><c></row>"), "no well-formed XML"),
        (written(row(number()), before="text that comes before"), "no well-formed XML"),
        (written(row(number()), before="<!DOCTYPE worksheet>"), "has a DTD"),
        (written(row(number("Ж1"))), "a cell is called 'Ж1'"),
        (written(row(number(), at=-1)), "a row is called '-1'"),
    ],
    ids=["half an element", "text", "a DTD", "letters of another script", "a sign"],
)
def test_a_sheet_that_readers_could_take_differently_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        sheets(raw)


PLACES = st.none() | st.integers(1, 14)
CELLS = st.lists(st.none() | st.tuples(st.sampled_from("ABCDEFGH"), st.integers(1, 14)), max_size=7)


@settings(max_examples=60, deadline=None, database=None)
@given(rows=st.lists(st.tuples(PLACES, CELLS), max_size=6))
def test_what_is_laid_out_is_never_more_than_what_was_looked_at(
    rows: list[tuple[int | None, list[tuple[str, int] | None]]],
) -> None:
    """Whatever is named and what is not: the bounds are held by what comes out."""
    text = "".join(
        row(*(number("" if found is None else f"{found[0]}{found[1]}") for found in cells), at=place)
        for place, cells in rows
    )
    with pytest.MonkeyPatch.context() as bounds:
        bounds.setattr(spreadsheets, "MOST_ROWS", 9)
        bounds.setattr(spreadsheets, "MOST_COLUMNS", 5)
        try:
            ((_, table),) = sheets(written(text))
        except Unreadable as refusal:
            assert "a sheet spans" in str(refusal)
            return
    assert len(table) <= 9 and all(len(row) <= 5 for row in table)


def test_what_a_file_says_of_its_own_size_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_UNPACKED_BYTES", 2_000_000)
    raw = packed([("xl/workbook.xml", bytes(3_000_000))])
    size = struct.pack("<I", 3_000_000)
    assert raw.count(size) == 2, "in the entry's own header and in the list at the end"
    with pytest.raises(Unreadable, match="unpacks to more than"):
        sheets(raw.replace(size, struct.pack("<I", 100)))


def test_other_packings_and_binary_workbooks_are_refused() -> None:
    with pytest.raises(Unreadable, match="packed by method 12"):
        sheets(packed([("xl/workbook.xml", b"<workbook/>")], zipfile.ZIP_BZIP2))
    with pytest.raises(Unreadable, match="XLSB"):
        sheets(packed([("xl/workbook.bin", b"")]))
    with pytest.raises(Unreadable, match="1001 files"):
        sheets(packed([(f"xl/{place}", b"") for place in range(1_001)]))


def test_an_opendocument_sheet_may_end_in_a_million_empty_rows_and_no_more() -> None:
    end = f"<table:table-row table:number-rows-repeated='1048576'>{empty(16_384)}</table:table-row>"
    row = f"<table:table-row>{cell('a')}{empty(2)}{cell('b', 2)}{empty(16_379)}</table:table-row>"
    assert sheets(ods(row + end)) == [("t", [["a", "", "", "b", "b"]])]
    twice = f"<table:table-row table:number-rows-repeated='2'>{cell('c')}</table:table-row>"
    assert sheets(ods(row + f"<table:table-row>{empty(9)}</table:table-row>" + twice + end)) == [
        ("t", [["a", "", "", "b", "b"], [], ["c"], ["c"]])
    ]


@pytest.mark.parametrize(
    "rows",
    [
        f"<table:table-row>{cell('a', 999_999_999)}</table:table-row>",
        f"<table:table-row>{empty(999_999_999)}{cell('a')}</table:table-row>",
        f"<table:table-row table:number-rows-repeated='999999999'>{cell('a')}</table:table-row>",
        f"<table:table-row table:number-rows-repeated='999999999'/><table:table-row>{cell('a')}</table:table-row>",
    ],
)
def test_an_opendocument_sheet_that_repeats_itself_too_often_is_refused(rows: str) -> None:
    with pytest.raises(Unreadable, match="a sheet spans more than"):
        sheets(ods(rows))


def test_a_dtd_in_a_spreadsheet_is_refused() -> None:
    bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;'>]>" + CONTENT.format("&b;")
    with pytest.raises(Unreadable, match="DTD"):
        sheets(packed([("content.xml", bomb.encode())]))


GOOD = xlsx((0, 0, "Номер"), (1, 1, "1"))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_damaged_spreadsheet_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        sheets(bytes(raw[: data.draw(st.integers(4, len(raw)))]))
    except Unreadable as fault:
        assert str(fault)
