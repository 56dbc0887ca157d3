"""Lists of orders: every broken place is named in one sentence, nothing else is lost, any form says the same."""

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.reference.adapters.order_cells import ALL_COLUMNS
from parcelproof.reference.adapters.orders_sheet import OrdersSheet, SheetRefused, read_orders
from parcelproof.reference.ports import Money

GOOD: dict[str, Any] = {
    "number": "P-1", "payment": "cod", "return": "no", "name": "Юлия Колесникова", "company": "",
    "street": "наб. Металлистов", "house_number": "68", "postal_code": "630099", "city": "Новосибирск", "country": "RU",
    "email": "julia@example.org", "phone": "+79120512830", "weight_g": 640, "length_mm": 250, "width_mm": 175,
    "height_mm": 100, "delivery_charge": "350.00", "currency": "RUB", "sku": "COF-500", "description": "Кофе, 500 г",
    "quantity": 1, "unit_price": "1190.00", "unit_weight_g": 520, "vat_rate": 10,
}  # fmt: skip
LINE = {name: GOOD[name] for name in ("number", "sku", "description", "quantity", "unit_price", "unit_weight_g")}
RATES = [["code", "rate"], ["EUR", "1"], ["RUB", "0.0102"]]


def rows_of(*orders: dict[str, Any], columns: Sequence[str] = ALL_COLUMNS) -> list[list[Any]]:
    return [list(columns), *([order.get(column, "") for column in columns] for order in orders)]


def as_csv(rows: list[list[Any]], separator: str = ";", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return (out.getvalue() if encoding != "utf-16-be" else f"\ufeff{out.getvalue()}").encode(encoding)


def as_xlsx(rows: list[list[Any]], rates: list[list[str]] | None = None, *, numbers: bool = True) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False})
    sheet = book.add_worksheet("orders")
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            (sheet.write_number if numbers and isinstance(cell, int | float) else sheet.write_string)(
                place, column, cell if numbers and isinstance(cell, int | float) else str(cell)
            )
    if rates is not None:
        second = book.add_worksheet("currencies")
        for place, row in enumerate(rates):
            second.write_row(place, 0, row)
    book.close()
    return out.getvalue()


def as_ods(rows: list[list[Any]]) -> bytes:
    """Write the least OpenDocument file that is one: a manifest type and a table of texts."""

    def cell(value: Any) -> str:
        text = f"<text:p>{escape(str(value))}</text:p>"
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'

    cells = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
                     for name in ("office", "table", "text"))  # fmt: skip
    table = f'<table:table table:name="orders">{cells}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = f"<?xml version='1.0'?><office:document-content {names}>{body}</office:document-content>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return out.getvalue()


def read(*orders: dict[str, Any]) -> OrdersSheet:
    return read_orders("orders.csv", as_csv(rows_of(*orders)))


def test_an_opendocument_spreadsheet_is_read_too() -> None:
    assert read_orders("x", as_ods(rows_of(GOOD))).orders == read(GOOD).orders


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(5):
            archive.writestr(f"xl/{number}.xml", bytes(60_000_000))
    with pytest.raises(SheetRefused, match="unpacks to more than 268435456 bytes"):
        read_orders("bomb.xlsx", out.getvalue())


def test_lines_of_one_number_are_one_order() -> None:
    more = {**LINE, "sku": "LMP-07", "quantity": 2, "unit_price": "4 290,50"}
    (order,) = read(GOOD, more).orders
    assert (order.number, order.cod, order.for_return, order.rows) == ("P-1", True, False, (2, 3))
    assert [(line.sku, line.quantity, line.unit_price) for line in order.lines] == [
        ("COF-500", 1, Money(119000, "RUB")), ("LMP-07", 2, Money(429050, "RUB"))]  # fmt: skip
    assert [line.vat_rate for line in order.lines] == [10, None]
    assert order.delivery_charge == Money(35000, "RUB")
    assert (order.mass_g, order.sides_mm) == (640, (250, 175, 100))
    assert (order.recipient.postal_code, order.recipient.phone) == ("630099", "+79120512830")


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-be"])
def test_every_form_of_a_list_says_the_same(separator: str, encoding: str) -> None:
    plain, rates = rows_of(GOOD, {**GOOD, "number": "P-2", "unit_price": "0.29"}), RATES
    marked = [*plain, *(["#currency", *[""] * 17, code, "", "", rate, "", ""] for code, rate in rates[1:])]
    found = read_orders("a.bin", as_csv(marked, separator, encoding))
    assert found == read_orders("b.bin", as_xlsx(plain, rates)) == read_orders("", as_xlsx(plain, rates, numbers=False))
    assert (len(found.orders), found.problems, found.base) == (2, (), "EUR")
    assert dict(found.currencies) == {"EUR": "1", "RUB": "0.0102"}


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("weight_g", "около 2 кг", "no whole number"),
        ("weight_g", 0, "not from 1"),
        ("weight_g", "1.5", "no whole number"),
        ("weight_g", "٣", "no whole number"),
        ("height_mm", "", "empty"),
        ("postal_code", "", "empty"),
        ("postal_code", "63009", "6 digits"),
        ("country", "ZZ", "no ISO 3166"),
        ("country", "Atlantis", "no ISO 3166"),
        ("payment", "barter", "cod or prepaid"),
        ("payment", "", "empty"),
        ("return", "maybe", "yes or no"),
        ("currency", "RUR", "ISO 4217"),
        ("unit_price", "дорого", "no amount"),
        ("unit_price", "1.005", "more decimals"),
        ("unit_price", "-1.00", "below zero"),
        ("unit_price", "", "empty"),
        ("delivery_charge", "1e3", "no amount"),
        ("quantity", "0", "not from 1"),
        ("vat_rate", "101", "not from 0"),
        ("vat_rate", "20%", "no whole number"),
        ("email", "julia at example.org", "no mail address"),
        ("email", "a@b.c\r\nBcc: x@y.z", "no mail address"),
        ("phone", "89120512830", "no phone number"),
        ("name", "", "empty"),
        ("name", "Юлия\nBcc: x", "line break"),
        ("street", "x" * 256, "255"),
        ("sku", "1.00E+13", "scientific"),
        ("sku", "x" * 51, "50"),
    ],
)
def test_a_broken_cell_is_named_and_costs_only_its_order(column: str, value: Any, words: str) -> None:
    found = read(GOOD, {**GOOD, "number": "P-2", column: value}, {**GOOD, "number": "P-3"})
    assert [order.number for order in found.orders] == ["P-1", "P-3"]
    places = {(problem.row, problem.column) for problem in found.problems}
    assert (3, column) in places and {row for row, _ in places} == {3}
    told = next(problem.sentence for problem in found.problems if problem.column == column)
    assert told.startswith(f"Row 3, column {column}: ") and told.endswith("order P-2 was left out.")
    assert words in told and "\n" not in told and "\r" not in told


def test_a_broken_line_breaks_its_whole_order_and_says_so() -> None:
    found = read({**GOOD, "number": "P-2"}, {**LINE, "number": "P-2", "quantity": "many"}, GOOD)
    assert [order.number for order in found.orders] == ["P-1"]
    assert [(problem.row, problem.column) for problem in found.problems] == [(3, "quantity")]
    assert "order P-2" in found.problems[0].sentence


def test_every_problem_of_a_row_is_told_at_once() -> None:
    found = read({**GOOD, "weight_g": "?", "country": "", "unit_price": "?"})
    assert {problem.column for problem in found.problems} == {"weight_g", "country", "unit_price"}


def test_a_further_row_that_says_otherwise_is_a_problem_and_one_that_repeats_is_not() -> None:
    assert len(read(GOOD, {**GOOD, "sku": "X"}).orders) == 1
    found = read(GOOD, {**GOOD, "sku": "X", "city": "Омск"})
    assert found.orders == () and "'Омск' differs from 'Новосибирск' in row 2" in found.problems[0].sentence


def test_a_row_without_a_number_is_told_and_blank_rows_are_not() -> None:
    found = read({}, {**GOOD, "number": ""}, {}, GOOD)
    assert [problem.row for problem in found.problems] == [3]
    assert [order.rows for order in found.orders] == [(5,)]


def test_missing_columns_are_named_all_at_once() -> None:
    columns = [column for column in ALL_COLUMNS if column not in ("weight_g", "sku", "vat_rate")]
    with pytest.raises(SheetRefused, match=r"x\.csv lacks the columns weight_g, sku; add them to row 1\."):
        read_orders("x.csv", as_csv(rows_of(GOOD, columns=columns)))


def test_unknown_columns_are_named_and_passed_over() -> None:
    found = read_orders("x.csv", as_csv(rows_of(GOOD, columns=(*ALL_COLUMNS, "colour"))))
    assert len(found.orders) == 1
    assert [(problem.row, problem.column) for problem in found.problems] == [(1, "colour")]


def test_columns_may_stand_in_any_order_but_only_once() -> None:
    assert len(read_orders("x.csv", as_csv(rows_of(GOOD, columns=tuple(reversed(ALL_COLUMNS))))).orders) == 1
    with pytest.raises(SheetRefused, match="city twice"):
        read_orders("x.csv", as_csv(rows_of(GOOD, columns=(*ALL_COLUMNS, "city"))))


def test_a_spreadsheets_floats_are_read_as_they_were_typed() -> None:
    prices = [1150.35, 1.15, 19.99, 4.35, 8.2, 0.29, 64.1, 17.9]
    rows = rows_of(*({**GOOD, "number": f"P-{n}", "unit_price": price} for n, price in enumerate(prices)))
    found = read_orders("x.xlsx", as_xlsx(rows))
    assert [order.lines[0].unit_price.minor for order in found.orders] == [
        115035, 115, 1999, 435, 820, 29, 6410, 1790]  # fmt: skip
    surplus = read_orders("x.xlsx", as_xlsx(rows_of({**GOOD, "unit_price": 10.005})))
    assert "10.005 has more decimals" in surplus.problems[0].sentence


def test_a_number_a_spreadsheet_no_longer_holds_exactly_is_no_identifier() -> None:
    found = read_orders("x.xlsx", as_xlsx(rows_of({**GOOD, "number": 10_000_000_000_000_000})))
    assert found.orders == () and "scientific notation" in found.problems[0].sentence


def test_a_formula_in_text_is_text() -> None:
    (order,) = read({**GOOD, "description": '=HYPERLINK("http://x")', "sku": "+49", "company": "@you"}).orders
    assert (order.lines[0].description, order.lines[0].sku) == ('=HYPERLINK("http://x")', "+49")
    assert order.recipient.company == "@you"


@pytest.mark.parametrize(
    ("code", "rate", "words"), [("RUR", "1", "ISO 4217"), ("RUB", "-1", "above zero"), ("RUB", "x", "no amount")]
)
def test_a_broken_rate_is_told_and_the_orders_stay(code: str, rate: str, words: str) -> None:
    found = read_orders("x.xlsx", as_xlsx(rows_of(GOOD), [*RATES, [code, rate]]))
    assert len(found.orders) == 1 and dict(found.currencies) == {"EUR": "1", "RUB": "0.0102"}
    assert words in found.problems[0].sentence and found.problems[0].row == 4


def test_the_first_rate_is_the_base_and_worth_one() -> None:
    found = read_orders("x.xlsx", as_xlsx(rows_of(GOOD), [["code", "rate"], ["RUB", "0.0102"]]))
    assert "base" in found.problems[0].sentence and found.base == ""


@pytest.mark.parametrize(
    "raw",
    [b"", b"   \n", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", b"\x89PNG\r\n\x1a\n\x00\x00",
     b"%PDF-1.7 \x00", b"hello", b"a;b;c\n1;2;3\n", b"\x98\x98", b'"' + b"x" * 200_000, b"\xff\xfen\x00u\x00",
     b"\xff\xfen", b"\xfe\xff\x00\x00"],
    ids=range(13),
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_in_one_sentence(raw: bytes) -> None:
    with pytest.raises(SheetRefused) as caught:
        read_orders("odd.xlsx", raw)
    assert str(caught.value).startswith("odd.xlsx ") and str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_list_or_are_refused(raw: bytes) -> None:
    try:
        read_orders("x", raw)
    except SheetRefused as refused:
        assert str(refused)


WRITABLE = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
CELLS = st.one_of(st.text(WRITABLE, max_size=12), st.sampled_from([str(value) for value in GOOD.values()]))


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(ALL_COLUMNS), CELLS), max_size=4))
def test_any_cells_become_orders_or_problems_and_no_order_is_lost_without_a_word(wild: list[dict[str, Any]]) -> None:
    orders = [{**GOOD, **order, "number": f"W-{place}"} for place, order in enumerate(wild)]
    found = read(*orders, {**GOOD, "number": "P-9"})
    kept = {order.number for order in found.orders}
    told = {number for number in (f"W-{place}" for place in range(len(wild)))
            if any(f"order {number} " in problem.sentence for problem in found.problems)}  # fmt: skip
    assert kept | told == {order["number"] for order in orders} | {"P-9"} and not kept & told
    assert "P-9" in kept
