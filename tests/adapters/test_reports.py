"""Payout reports: known by content, read exactly, refused whole when a total or the layout is wrong."""

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.reference.adapters.amounts import decimal_text
from parcelproof.reference.adapters.reports import ReportRefused, is_candidate, read_report
from parcelproof.reference.domain import reports as rules

HEAD = [["Реестр наложенных платежей"], ["Номер реестра", "4711"], ["Дата оплаты", "02.03.2026"],
        ["Платёжное поручение", "00123"], []]  # fmt: skip
COLUMNS = ["Номер накладной СДЭК", "Номер заказа", "Принято от получателя", "Стоимость услуг",
           "Агентское вознаграждение", "К перечислению"]  # fmt: skip
LINES = [["1000000001", "A1", "5499.00", "350.00", "164.97", "4984.03"],
         ["1000000002", "000123", "0.00", "280.50", "0.00", "-280.50"]]  # fmt: skip
TOTALS = ["Итого", "", "5499.00", "630.50", "164.97", "4703.53"]
TABLE = [*HEAD, COLUMNS, *LINES, TOTALS]


def as_csv(rows: Sequence[Sequence[str]], separator: str = ";", encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[str]], *, numbers: bool = False) -> bytes:
    """Write a table; with `numbers` what looks like one becomes a float, as careless exports do."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": numbers}
    book = xlsxwriter.Workbook(out, options)
    sheet = book.add_worksheet("Реестр")
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    book.close()
    return out.getvalue()


def one(collected: str, *, services: str = "0", transfer: str | None = None, tracking: str = "1000000001",
        order: str = "A1") -> bytes:  # fmt: skip
    """Return a registry of one line without a totals row."""
    row = [tracking, order, collected, services, "0", collected if transfer is None else transfer]
    return as_csv([*HEAD, COLUMNS, row])


def line_of(raw: bytes) -> dict[str, Any]:
    (line,) = read_report("r.csv", raw).normal["lines"]
    found: dict[str, Any] = line
    return found


API = {
    "registries": [
        {"registry_number": 4711, "payment_date": "2026-03-02", "sum": 4703.53, "payment_order_number": "00123",
         "orders": [
             {"cdek_number": number, "payment_sum": float(collected), "total_sum_without_agent": float(services),
              "agent_commission_sum": float(agent), "transfer_sum": float(transfer)}
             for number, _, collected, services, agent, transfer in LINES]}]
}  # fmt: skip


def test_a_registry_becomes_the_normal_form() -> None:
    assert read_report("r.csv", as_csv(TABLE)).normal == {
        "carrier": "cdek", "contract": "", "number": "4711", "mode": "net", "currency": "RUB", "exponent": 2,
        "payment_date": "2026-03-02", "payment_order": "00123",
        "totals": {"collected": 549900, "fees": 79547, "payout": 470353},
        "lines": [
            {"n": 1, "outcome": None, "tracking": "1000000001", "order": "A1", "collected": 549900, "transfer": 498403,
             "fees": [{"kind": "delivery", "amount": 35000}, {"kind": "agent", "amount": 16497}], "items": [],
             "at": None},
            {"n": 2, "outcome": None, "tracking": "1000000002", "order": "000123", "collected": 0, "transfer": -28050,
             "fees": [{"kind": "delivery", "amount": 28050}], "items": [], "at": None}],
    }  # fmt: skip


FORMS = {
    **{f"csv-{encoding}-{separator!r}": as_csv(TABLE, separator, encoding)
       for encoding in ("utf-8", "utf-8-sig", "cp1251") for separator in (";", ",", "\t")},
    "xlsx": as_xlsx(TABLE),
    "xlsx-numbers": as_xlsx([*HEAD, COLUMNS, LINES[0], [*LINES[1][:1], "A2", *LINES[1][2:]], TOTALS], numbers=True),
    "comma-and-blanks": as_csv([*HEAD, COLUMNS,
                                ["1000000001", "A1", "5\u00a0499,00", "350,00", "+164,97", "4 984,03"],
                                ["1000000002", "000123", "", "280,50", "", "−280,50"], [], TOTALS]),
    "api": json.dumps(API).encode(),
    "api-one": json.dumps(API["registries"][0]).encode(),
    "api-marked": b"\xef\xbb\xbf\r\n" + json.dumps(API).encode(),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["r.csv", "r.xlsx", "photo.png", "r", ""])
def test_every_form_under_every_name_is_one_report(form: str, name: str) -> None:
    plain = rules.read(read_report("r.csv", as_csv(TABLE)).normal, rules.Terms())
    other = rules.read(read_report(name, FORMS[form]).normal, rules.Terms())
    assert other.identity == plain.identity
    if form != "xlsx-numbers":  # there the order's number differs on purpose: a number cell keeps no leading zeros
        assert rules.differs(plain, other) == ""


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1150.35", 115035), ("1.15", 115), ("19.99", 1999), ("4.35", 435), ("8.20", 820), ("0.29", 29), ("64.1", 6410),
     ("17.9", 1790), ("1 150,35", 115035), ("1\u00a0150,35", 115035), ("−35,00", -3500), ("10.500", 1050)],
)  # fmt: skip
def test_the_vectors_of_set_004_to_006(text: str, minor: int) -> None:
    assert line_of(one(text))["collected"] == minor


@pytest.mark.parametrize("amount", [1150.35, 1.15, 19.99, 4.35, 8.2, 0.29, 64.1, 17.9])
def test_a_spreadsheets_float_is_the_number_that_was_typed(amount: float) -> None:
    raw = as_xlsx([*HEAD, COLUMNS, ["1000000001", "A1", str(amount), "0", "0", str(amount)]], numbers=True)
    (line,) = read_report("r", raw).normal["lines"]
    assert line["collected"] == int(Decimal(str(amount)) * 100)


def test_an_amount_finer_than_the_currency_is_a_problem_of_its_line_alone() -> None:
    rows = [*HEAD, COLUMNS, *LINES, ["1000000003", "A3", "10.005", "0", "0", "10.005"],
            ["Итого", "", "5509.005", "630.50", "164.97", "4713.535"]]  # fmt: skip
    report = read_report("r.csv", as_csv(rows)).normal
    assert [line.get("problem", {}).get("code") for line in report["lines"]] == [None, None, "AMOUNT_PRECISION"]
    assert report["lines"][2]["collected"] is None
    assert rules.read(report, rules.Terms()).payout_minor == 470353


@pytest.mark.parametrize("mangled", ["1.00E+13", "1,10700000E+9", "1e9"])
@pytest.mark.parametrize("column", ["tracking", "order"])
def test_an_identifier_in_scientific_notation_is_a_problem(mangled: str, column: str) -> None:
    found = line_of(one("1.00", **{column: mangled}))
    assert found["problem"]["code"] == "IDENT_MANGLED" and mangled in found["problem"]["sentence"]


def test_identifiers_keep_their_zeros_and_are_never_evaluated() -> None:
    assert line_of(one("1.00", tracking="0000000001", order="000123"))["tracking"] == "0000000001"
    for text in ("=1+1", "+7", "-5", "@cmd", '=HYPERLINK("x")'):
        assert line_of(one("1.00", order=text))["order"] == text


def test_heading_blank_and_total_rows_are_no_lines() -> None:
    rows = [
        ["", ""],
        *HEAD,
        ["", ""],
        COLUMNS,
        [],
        LINES[0],
        ["", "", ""],
        LINES[1],
        TOTALS,
        [],
        ["Бухгалтер", "Петрова"],
    ]
    assert len(read_report("r.csv", as_csv(rows)).normal["lines"]) == 2


@pytest.mark.parametrize("column", range(2, 6))
def test_a_total_that_is_one_kopeck_off_refuses_the_report(column: int) -> None:
    wrong = [*TOTALS]
    wrong[column] = str(Decimal(wrong[column]) + Decimal("0.01"))
    for raw in (as_csv([*HEAD, COLUMNS, *LINES, wrong]), as_xlsx([*HEAD, COLUMNS, *LINES, wrong])):
        with pytest.raises(ReportRefused, match="CONTROL_SUM") as caught:
            read_report("r.csv", raw)
        assert wrong[column].rstrip("0") in caught.value.sentence


def test_columns_may_stand_in_any_order_under_other_names() -> None:
    order = [5, 3, 0, 2, 4, 1]
    names = ["CDEK number", "Order number", "Collected, RUB", "Services", "Agent fee", "To transfer (RUB)"]
    head = [["Registry: 4711"], ["Payment date: 2026-03-02", "Payment order:", "00123"]]
    rows = [*head, *([row[place] for place in order] for row in [names, *LINES, TOTALS])]
    assert read_report("r", as_csv(rows)).normal == read_report("r", as_csv(TABLE)).normal


def test_the_currency_of_the_heading_decides_the_exponent() -> None:
    rows = [*HEAD, ["Валюта", "KWD"], COLUMNS, ["1", "A1", "1.250", "0", "0", "1.250"]]
    normal = read_report("r.csv", as_csv(rows)).normal
    assert (normal["currency"], normal["exponent"], normal["lines"][0]["collected"]) == ("KWD", 3, 1250)
    with pytest.raises(ReportRefused, match="ISO 4217"):
        read_report("r.csv", as_csv([*HEAD, ["Валюта", "ZZZ"], COLUMNS, *LINES]))


def test_a_sum_without_a_number_is_a_problem_and_not_lost() -> None:
    found = line_of(one("1.00", tracking="", order=""))
    assert found["problem"]["code"] == "ORDER_UNKNOWN"


NORMAL = {"carrier": "cdek", "contract": "IM-7", "number": "4711", "mode": "net", "currency": "RUB", "exponent": 2,
          "payment_date": "2026-03-02", "lines": [{"n": 1, "outcome": "delivered", "tracking": "1", "collected": 5,
                                                   "transfer": 5, "fees": [], "items": []}]}  # fmt: skip


def test_a_report_in_normal_form_is_passed_on_as_it_is() -> None:
    assert read_report("r", json.dumps(NORMAL, indent=1).encode()).normal == NORMAL


UNKNOWN = {
    "empty": b"",
    "prose": "Уважаемые партнёры, реестр во вложении.".encode(),
    "other-columns": as_csv([["Дата", "Сумма"], ["02.03.2026", "1,00"]]),
    "one-column-short": as_csv([*HEAD, COLUMNS[:-1], LINES[0][:-1]]),
    "no-date": as_csv([HEAD[1], COLUMNS, *LINES]),
    "bad-date": as_csv([HEAD[1], ["Дата оплаты", "32.13.2026"], COLUMNS, *LINES]),
    "text-for-a-sum": as_csv([*HEAD, COLUMNS, ["1", "A1", "сто", "0", "0", "0"]]),
    "broken-json": b'{"registries": [',
    "json-list": b"[]",
    "json-number": b"7",
    "other-json": b'{"hello": 1}',
    "no-registry": b'{"registries": []}',
    "two-registries": json.dumps({"registries": API["registries"] * 2}).encode(),
    "wrong-types": b'{"registries": [{"registry_number": 1, "sum": "x", "orders": []}]}',
    "foreign-currency": json.dumps({"registries": [{**API["registries"][0], "currency": "ZZZ"}]}).encode(),
    "broken-zip": b"PK\x03\x04....",
    "docx": as_xlsx([["hello"]]),
    "pdf": b"%PDF-1.7\n\x00\x01",
    "utf-16": "Реестр".encode("utf-16"),
}


@pytest.mark.parametrize("kind", UNKNOWN)
def test_an_unknown_layout_is_refused_whole_in_one_sentence(kind: str) -> None:
    with pytest.raises(ReportRefused) as caught:
        read_report("r.csv", UNKNOWN[kind])
    assert caught.value.code == "FORMAT_UNKNOWN"
    assert caught.value.sentence.startswith("r.csv") and caught.value.sentence.endswith(".")


def test_what_a_mail_brings_is_looked_at_before_it_is_taken() -> None:
    assert all(is_candidate(raw, attached=False) for raw in FORMS.values())
    assert is_candidate(as_csv([["a", "b", "c", "d"]] * 2), attached=True), (
        "an unknown table gets a reason, not silence"
    )
    assert not is_candidate(as_csv([["a", "b", "c", "d"]] * 2), attached=False)
    for raw in (b"", b"\x89PNG\x00", "Спасибо, ждём; до встречи.".encode(), b"{broken"):
        assert not is_candidate(raw, attached=True)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_report_or_are_refused(raw: bytes) -> None:
    is_candidate(raw, attached=True)
    try:
        read_report("r", raw)
    except ReportRefused as refused:
        assert refused.code in ("FORMAT_UNKNOWN", "CONTROL_SUM")


SUMS = st.tuples(st.integers(0, 10**9), st.integers(0, 10**7), st.integers(0, 10**7))


@settings(deadline=None)
@given(st.lists(SUMS, min_size=1, max_size=6), st.sampled_from([";", ",", "\t"]), st.booleans())
def test_whatever_is_written_into_a_registry_is_read_from_it(
    sums: list[tuple[int, int, int]], separator: str, comma: bool
) -> None:
    def text(minor: int) -> str:
        plain = decimal_text(minor, "RUB")
        return plain.replace(".", ",") if comma else plain

    rows = [[f"{n:010}", f"A{n}", text(a), text(b), text(c), text(a - b - c)] for n, (a, b, c) in enumerate(sums)]
    columns = [sum(column) for column in zip(*((a, b, c, a - b - c) for a, b, c in sums), strict=True)]
    raw = as_csv([*HEAD, COLUMNS, *rows, ["Итого", "", *map(text, columns)]], separator)
    normal = read_report("r", raw).normal
    assert [(line["collected"], line["transfer"]) for line in normal["lines"]] == [(a, a - b - c) for a, b, c in sums]
    fees = [{fee["kind"]: fee["amount"] for fee in line["fees"]} for line in normal["lines"]]
    assert [(fee.get("delivery", 0), fee.get("agent", 0)) for fee in fees] == [(b, c) for _, b, c in sums]
    assert normal["totals"] == {"collected": columns[0], "fees": columns[1] + columns[2], "payout": columns[3]}
