"""Payout reports as files: every shipped layout in every form is read as what was written; descriptions are checked.

Source: `settlement` §3, §9, SET-001…010. The reader is the reference's, which has descriptions of its own.
"""

import csv
import io
import zipfile
from decimal import Decimal
from itertools import chain
from typing import Any

import jsonschema
import pytest
import xlrd
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from parcelproof.reference.adapters.reports import read_report
from parcelproof.simulators.wire import report_layouts
from parcelproof.simulators.wire.report_layouts import (
    Clash,
    Form,
    Layout,
    LayoutError,
    TooLarge,
    biff,
    own,
    shipped,
    written,
)
from parcelproof.simulators.wire.report_layouts.report import Line, Outcome, Pieces, Report

LAYOUTS = {layout.carrier: layout for layout in shipped()}
FORMS = [(layout, form) for layout in shipped() for form in layout.forms]
NAMES = [f"{layout.carrier}-{form.name}" for layout, form in FORMS]
WANTED = {"csv", "csv-comma", "csv-cp1251", "csv-cp1251-comma", "xlsx", "xls", "xml"}
LINES = (
    Line("1000000001", Outcome.DELIVERED, 498_403, 549_900, 35_000, 16_497, "A1", "p1", at_ms=1_772_200_000_000),
    Line("1000000002", Outcome.REFUSED, -28_050, 0, 28_050, 0, "000123", "p2"),
    Line("1000000003", Outcome.PARTIAL, 100_000, 110_000, 7_000, 3_000, "A;3", "p3",
         (Pieces("MUG-01", 2, 0), Pieces('"Лампа"', 0, 1))),
    Line("1000000004", Outcome.RETURN_LEG, -9_000, 0, 9_000, 0, "", "p4", direct="1000000002"),
    Line("1000000005", Outcome.LOST, 0, 0, 0, 1, "A5", "p5"),
)  # fmt: skip
REPORT = Report("4711", 0, "2026-03-02", "000123", "RUB", LINES, ("2026-03-02",))


def told(layout: Layout, form: Form, line: Line, place: int) -> dict[str, Any]:
    """Return a line as the reader must understand it: what the form's columns show, and no more."""
    kinds = {column.kind for column in layout.columns}
    fees = [("delivery", line.services_minor), ("agent", line.agent_minor)]
    found: dict[str, Any] = {
        "n": place,
        "outcome": line.outcome.value if "outcome" in kinds else None,
        "tracking": line.tracking,
        "order": line.order or None,
        "collected": line.collected_minor,
        "transfer": line.transfer_minor,
        "fees": [{"kind": kind, "amount": amount} for kind, amount in fees if amount],
        "items": [{"sku": found.sku, "delivered": found.delivered, "refused": found.refused} for found in line.items]
        if form.kind == "xml"
        else [],
        "at": "2026-02-27" if "ended" in kinds and line.at_ms is not None else None,
    }
    return {**found, "direct": line.direct} if line.direct and "direct" in kinds else found


def test_every_courier_has_every_form() -> None:
    assert {layout.carrier: {form.name for form in layout.forms} for layout in shipped()} == {
        "cdek": WANTED, "iml": WANTED, "pickpoint": WANTED, "russian_post": WANTED}  # fmt: skip
    assert all(layout.guess for layout in shipped()), "no source shows a real file"


@pytest.mark.parametrize(("layout", "form"), FORMS, ids=NAMES)
def test_what_is_written_is_read(layout: Layout, form: Form) -> None:
    _, _, raw = written(layout, form, REPORT)
    normal = read_report("r", raw).normal
    assert {name: normal[name] for name in ("carrier", "number", "payment_date", "payment_order", "currency")} == {
        "carrier": layout.carrier, "number": "4711", "payment_date": "2026-03-02", "payment_order": "000123",
        "currency": "RUB"}  # fmt: skip
    assert normal["lines"] == [told(layout, form, line, place) for place, line in enumerate(LINES, 1)]
    assert normal["totals"]["payout"] == REPORT.sum_minor


NOT_CONTROL = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"))
IN_CP1251 = st.sampled_from("АЯабяёЁaZ09-_/;,\"№ '«»&<>=+@")
SKUS = st.text(NOT_CONTROL, min_size=1, max_size=12).filter(lambda text: text == text.strip())
NUMBERS = st.text(IN_CP1251, min_size=1, max_size=12).filter(lambda text: text == text.strip())
SUMS = st.integers(0, 10**9)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    collected, services, agent = draw(SUMS), draw(SUMS), draw(SUMS)
    items = tuple(Pieces(sku, *draw(st.tuples(st.integers(0, 9), st.integers(0, 9)))) for sku in draw(st.lists(SKUS)))
    number = str(draw(st.integers(10**9, 10**10 - 1)))
    outcome, transfer = draw(st.sampled_from(Outcome)), collected - services - agent
    return Line(number, outcome, transfer, collected, services, agent, draw(NUMBERS), "p", items)


@settings(deadline=None, max_examples=40)
@given(st.lists(lines(), min_size=1, max_size=5), st.sampled_from(FORMS))
def test_whatever_is_paid_is_read_to_the_kopeck(found: list[Line], form: tuple[Layout, Form]) -> None:
    report = Report("4711", 0, "2026-03-02", "1", "RUB", tuple(found), ("2026-03-02",))
    normal = read_report("r", written(*form, report)[2]).normal
    plain = [{**line, "problem": None} for line in normal["lines"]]
    assert plain == [{**told(*form, line, place), "problem": None} for place, line in enumerate(found, 1)]


@pytest.mark.parametrize(("layout", "form"), FORMS, ids=NAMES)
def test_files_repeat_to_the_byte_and_say_what_they_are(layout: Layout, form: Form) -> None:
    name, kind, raw = written(layout, form, REPORT)
    assert (name, kind, raw) == written(layout, form, REPORT)
    assert name.endswith(f".{form.kind}") and "4711" in name
    starts = {"xlsx": b"PK\x03\x04", "xls": b"\xd0\xcf\x11\xe0", "xml": b"<?xml"}
    assert raw.startswith(starts.get(form.kind, b"\xef\xbb\xbf" if form.mark else b""))
    if form.kind in ("csv", "xml"):
        assert kind.endswith("charset=windows-1251" if form.encoding == "cp1251" else "charset=utf-8")
        assert raw.decode(form.encoding)
    if form.kind == "xlsx":
        dates = {item.date_time for item in zipfile.ZipFile(io.BytesIO(raw)).infolist()}
        assert dates == {(1980, 1, 1, 0, 0, 0)}


def test_marks_separators_and_thousands_are_the_layouts() -> None:
    iml = {form.name: form for form in LAYOUTS["iml"].forms}
    million = Report("7", 0, "2026-03-02", "", "RUB", (Line("1", Outcome.DELIVERED, 123_456_789, 123_456_789),), ())
    rows = {
        name: list(csv.reader(written(LAYOUTS["iml"], iml[name], million)[2].decode("utf-8-sig").splitlines(),
                              delimiter=iml[name].separator))
        for name in ("csv", "csv-comma")
    }  # fmt: skip
    assert [row[5] for row in rows["csv"][-2:]] == ["1 234 567,89", "1 234 567,89"]
    assert [row[5] for row in rows["csv-comma"][-2:]] == ["1234567.89", "1234567.89"]
    assert rows["csv"][-1][:2] == ["Всего", ""]


# -- XLS: two readers that know nothing of each other


def by_calamine(raw: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    return list(book.get_sheet_by_index(0).to_python(skip_empty_area=False))


def by_xlrd(raw: bytes) -> list[list[Any]]:
    sheet = xlrd.open_workbook(file_contents=raw).sheet_by_index(0)
    return [list(sheet.row_values(place)) for place in range(sheet.nrows)]


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20),
    st.builds(lambda letter, times: letter * times, st.sampled_from("яz𝄞"), st.integers(4_000, 9_000)),
)
FINITE = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
ROWS = st.lists(st.lists(st.one_of(TEXTS, FINITE), min_size=3, max_size=3), min_size=1, max_size=8)


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_two_readers_find_in_an_xls_what_was_written(rows: list[list[str | float]]) -> None:
    raw = biff.workbook("Лист", rows)
    assert by_calamine(raw) == rows
    assert by_xlrd(raw) == rows


def test_an_xls_of_many_rows_needs_several_tables_of_sectors() -> None:
    rows: list[list[str | float]] = [[f"строка {place}", place / 4] for place in range(20_000)]
    raw = biff.workbook("x", rows)
    assert len(raw) > 128 * 512
    assert by_calamine(raw) == by_xlrd(raw) == rows


def test_an_xls_has_bounds() -> None:
    with pytest.raises(TooLarge, match="65537 rows"):
        biff.workbook("x", [[1.0]] * 65_537)
    with pytest.raises(TooLarge, match="seven million"):
        biff.workbook("x", [[f"{place}" * 9] for place in range(65_536)] * 1)


# -- descriptions

REF = "#/components/{name}"
SCHEMA = jsonschema.Draft202012Validator(
    {**report_layouts.of_settings(REF, "cdek"), "components": report_layouts.schemas(REF)}
)
LEAST: dict[str, Any] = {"title": "t", "columns": [{"kind": "tracking"}], "forms": [{"name": "csv", "kind": "csv"}]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colums": []}, "unknown field `colums`"),
        ({"columns": [{"kind": "weight"}]}, "Invalid enum value 'weight'"),
        ({"columns": []}, "length >= 1"),
        ({"forms": [{"name": "pdf", "kind": "pdf"}]}, "Invalid enum value 'pdf'"),
        ({"forms": [{"name": "a", "kind": "csv", "encoding": "klingon"}]}, "Invalid enum value 'klingon'"),
        ({"forms": [{"name": "a", "kind": "csv", "separator": ",", "decimal_mark": ","}]}, "separator and as decimal"),
        ({"forms": [{"name": "a", "kind": "csv"}, {"name": "a", "kind": "xls"}]}, "two forms are called 'a'"),
        ({"head": [{"cells": ["{colour}"]}]}, "holds {colour}; allowed are number"),
        ({"xml": {"totals": {"sum": "{colour}"}}}, "holds {colour}; allowed are number"),
        ({"totals": {}, "columns": [{"kind": "fees"}]}, "totals need a column for their label"),
        ({"date_format": "today"}, "date_format is 'today'"),
        ({"date_format": "%x"}, "date_format is '%x'"),
        ({"xml": {"root": "no name"}}, "matching regex"),
        ({"xml": {"root": "@attribute"}}, "matching regex"),
        ({"file_name": "../{number}"}, "matching regex"),
        ({"sheet": "a/b"}, "matching regex"),
        ({"carrier": "iml"}, "carrier is 'iml'; allowed: cdek"),
        ({"head": [{"cells": [""] * 257}]}, "length <= 256"),
    ],
)
def test_a_description_that_cannot_be_used_says_why_and_fits_no_schema(change: dict[str, Any], said: str) -> None:
    own([LEAST], "cdek")
    wrong = [{**LEAST, **change}]
    with pytest.raises(LayoutError, match=r"report_layouts\[0\]") as caught:
        own(wrong, "cdek")
    assert said in str(caught.value)
    assert SCHEMA.is_valid(wrong) == isinstance(caught.value, Clash)


TEXTS_ABOVE = st.sampled_from(["", "№ {number}", "{transfer}", "{", "}{", "{}", "{colour}", "{{number}}", "{number"])
MARKS = st.sampled_from([".", ",", ";", "", None])
CHANGES: dict[str, st.SearchStrategy[Any]] = {
    "columns": st.lists(st.fixed_dictionaries({"kind": st.sampled_from(["n", "fees", "agent", "weight"])}), max_size=2),
    "forms": st.lists(
        st.fixed_dictionaries(
            {"name": st.sampled_from("ab"), "kind": st.sampled_from(["csv", "xls"])},
            optional={"separator": st.sampled_from([",", ";", "\t", ".", None]), "decimal_mark": MARKS},
        ),
        max_size=2,
    ),
    "decimal_mark": MARKS,
    "totals": st.sampled_from([None, {}, {"label": ""}, {"label": "x" * 201}, []]),
    "date_format": st.sampled_from(["%d", "", "%", "%d%", "%%d", "%d %x", "am %d.", "d", "%Y\n", "%d\0", "%d" * 101]),
    "head": st.lists(st.fixed_dictionaries({}, optional={"cells": st.lists(TEXTS_ABOVE, max_size=2)}), max_size=2),
    "file_name": TEXTS_ABOVE,
    "sheet": st.sampled_from(["a", "", "'", "a" * 31, "a" * 32, "\U0001f4e6"]),
    "xml": st.fixed_dictionaries(
        {}, optional={part: st.dictionaries(st.sampled_from(["@a", "b", "", "c d"]), TEXTS_ABOVE, max_size=1)
                      for part in ("head", "totals")}),
    "carrier": st.sampled_from(["cdek", "iml", None, 5]),
}  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(st.fixed_dictionaries({}, optional=CHANGES))
def test_the_schema_takes_what_the_code_takes(change: dict[str, Any]) -> None:
    found = [{**LEAST, **change}]
    try:
        own(found, "cdek")
    except Clash:
        taken = True  # that no two names are the same is more than a schema can say
    except LayoutError:
        taken = False
    else:
        taken = True
    assert SCHEMA.is_valid(found) == taken


def test_a_sheet_may_have_letters_beyond_the_first_plane() -> None:
    raw = biff.workbook("\U0001f4e6 7", [["x"]])
    assert by_calamine(raw) == by_xlrd(raw) == [["x"]]
    assert CalamineWorkbook.from_filelike(io.BytesIO(raw)).sheet_names == ["\U0001f4e6 7"]


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["title", "columns", "forms", "kind", "name", "xml", "head", "cells"]), inner
            )
        ),
    )
)
def test_any_setting_is_a_layout_or_is_refused(found: Any) -> None:
    try:
        assert all(isinstance(layout, Layout) for layout in own(found, "cdek"))
    except LayoutError as error:
        assert str(error)


def test_letters_that_xml_has_not_are_replaced() -> None:
    odd = Report("7", 0, "2026-03-02", "", "RUB", (Line("1", Outcome.DELIVERED, 1, 1, order="A\x01\ufffe<&>"),), ())
    (form,) = [form for form in LAYOUTS["cdek"].forms if form.kind == "xml"]
    (line,) = read_report("r", written(LAYOUTS["cdek"], form, odd)[2]).normal["lines"]
    assert line["order"] == "A\ufffd\ufffd<&>"


def test_sums_are_exact() -> None:
    rows = written(LAYOUTS["cdek"], LAYOUTS["cdek"].forms[0], REPORT)[2].decode().splitlines()
    amounts = [[Decimal(cell) for cell in row[2:]] for row in csv.reader(rows[6:], delimiter=";")]
    assert [sum(column) for column in zip(*amounts[:-1], strict=True)] == amounts[-1]
    assert amounts[0] == [Decimal("5499.00"), Decimal("350.00"), Decimal("164.97"), Decimal("4984.03")]
    assert not any("E" in cell for cell in chain(*csv.reader(rows[6:], delimiter=";")) if cell[:1].isdigit())
