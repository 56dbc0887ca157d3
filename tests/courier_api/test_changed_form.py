"""A courier changes its report form: a description is added on both sides, and no code.

The simulator is given its description as a tenant's setting, the reference engine a file in a folder.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from parcelproof.cli.engine import engine as command
from parcelproof.reference.adapters.report_layouts import LayoutError, Layouts, known, shipped
from parcelproof.reference.adapters.reports import ReportRefused, is_candidate, read_report
from parcelproof.reference.engine import Engine, Options
from parcelproof.simulators.courier_api.cdek import CARRIER
from parcelproof.simulators.wire.carrier import Payouts

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

assert CARRIER.payouts is not None
PAYOUTS: Payouts = CARRIER.payouts
WRITTEN: dict[str, Any] = {
    "title": "Сверка 2027",
    "file_name": "sverka {payment_date} {number}",
    "date_format": "%Y/%m/%d",
    "decimal_mark": ",",
    "thousands": "\u00a0",
    "head": [
        {"cells": ["Сверка взаиморасчётов: {number}", "за: {payment_date}"]},
        {"cells": ["П.П.", "{payment_order}"]},
    ],
    "columns": [
        {"kind": "transfer", "heading": "Итог", "tag": "@net"},
        {"kind": "fees", "heading": "Удержано", "tag": "@kept"},
        {"kind": "collected", "heading": "Взято", "tag": "@taken"},
        {"kind": "tracking", "heading": "Посылка", "tag": "@parcel"},
        {"kind": "order", "heading": "Ваш №", "tag": "yours"},
        {"kind": "outcome", "heading": "Чем кончилось", "tag": "end"},
    ],
    "outcomes": {"delivered": "вручена", "partial": "вручена не вся", "refused": "отказ"},
    "totals": {"label": "ВСЕГО ЗА ДЕНЬ"},
    "xml": {"root": "сверка", "wrapper": "посылки", "line": "посылка", "items": {},
            "head": {"номер": "{number}", "@день": "{payment_date}"}, "totals": {"@к-выплате": "{transfer}"}},
    "forms": [
        {"name": "csv", "kind": "csv", "encoding": "cp1251", "separator": "|"},
        {"name": "csv-2027", "kind": "csv", "encoding": "utf-8", "separator": "\t"},
        {"name": "xlsx-2027", "kind": "xlsx", "amounts_as_text": True},
        {"name": "xls-2027", "kind": "xls"},
        {"name": "xml-2027", "kind": "xml", "encoding": "koi8-r"},
    ],
}  # fmt: skip
READ = """
carrier = "cdek"
needed = ["tracking", "collected", "transfer", "other"]
dates = ["%Y/%m/%d"]
totals = ["всего за день"]

[columns]
tracking = ["посылка"]
order = ["ваш №"]
outcome = ["чем кончилось"]
collected = ["взято"]
transfer = ["итог"]

[fees]
other = ["удержано"]

[head]
number = ["сверка взаиморасчетов"]
payment_date = ["за"]
payment_order = ["п п"]

[outcomes]
delivered = ["вручена"]
partial = ["вручена не вся"]
refused = ["отказ"]

[xml]
root = "сверка"
line = "посылки/посылка"
head = { number = "номер", payment_date = "@день" }
columns = { tracking = "@parcel", order = "yours", outcome = "end", collected = "@taken", transfer = "@net" }
fees = { other = "@kept" }
totals = { transfer = "@к-выплате" }
"""
FORMS = ("csv-2027", "xlsx-2027", "xls-2027", "xml-2027")


@pytest.fixture
def layouts(tmp_path: Path) -> Layouts:
    (tmp_path / "sverka-2027.toml").write_text(READ, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no description", encoding="utf-8")
    return known(str(tmp_path))


def paid(desk: "Desk") -> str:
    """Return the number of a registry with an order delivered, one refused in part, one refused, and the ways back."""
    desk.settings(cdek={"payout_after_days": "off", "report_layouts": [WRITTEN]})
    for code, reason in (("DELIVERED", ""), ("DELIVERED", "20"), ("NOT_DELIVERED", "11")):
        uuid = desk.order(number=f"A;{reason}")
        desk.still(uuid)
        desk.scan(uuid, "TAKEN_BY_COURIER")
        desk.scan(uuid, code, reason)
    number = PAYOUTS.make(desk.world)
    assert number is not None
    return number


@pytest.mark.parametrize("form", FORMS)
def test_a_new_form_is_a_description_on_each_side(desk: "Desk", layouts: Layouts, form: str) -> None:
    number = paid(desk)
    old = read_report("r", PAYOUTS.file(desk.world, number, "xlsx").body, layouts).normal
    raw = PAYOUTS.file(desk.world, number, form).body
    with pytest.raises(ReportRefused, match="FORMAT_UNKNOWN"):
        read_report("r", raw)
    assert is_candidate(raw, attached=False, layouts=layouts) and not is_candidate(
        raw[:0], attached=True, layouts=layouts
    )
    new = read_report("r", raw, layouts).normal
    same = ("carrier", "number", "payment_date", "currency", "mode")
    assert [new[name] for name in same] == [old[name] for name in same]
    assert new["totals"]["payout"] == old["totals"]["payout"]
    assert [summed(line) for line in new["lines"]] == [summed(line) for line in old["lines"]]
    assert [line["outcome"] for line in new["lines"]] == ["delivered", "partial", "refused"]
    assert all(line["fees"] and {fee["kind"] for fee in line["fees"]} == {"other"} for line in new["lines"])


def summed(line: dict[str, Any]) -> tuple[Any, ...]:
    fees = sum(fee["amount"] for fee in line["fees"])
    return line["tracking"], line["order"], line["collected"], fees, line["transfer"]


def test_a_tenants_form_takes_the_place_of_the_carriers_of_that_name(desk: "Desk") -> None:
    number = paid(desk)
    changed = PAYOUTS.file(desk.world, number, "csv")
    assert changed.name == "sverka-2026-03-02-700101.csv" and changed.content_type == "text/csv; charset=windows-1251"
    assert "|ВСЕГО ЗА ДЕНЬ|" in changed.body.decode("cp1251")
    forms = PAYOUTS.forms(desk.world)
    assert set(FORMS) < set(forms) and list(forms).count("csv") == 1
    desk.settings(cdek={})
    assert "Итого;" in PAYOUTS.file(desk.world, number, "csv").body.decode()
    assert set(PAYOUTS.forms(desk.world)).isdisjoint(FORMS)


def test_an_outcome_of_nobodys_is_a_problem_of_its_line(desk: "Desk", layouts: Layouts) -> None:
    number = paid(desk)
    raw = PAYOUTS.file(desk.world, number, "csv-2027").body.replace("отказ".encode(), "утилизирована".encode())
    lines = read_report("r", raw, layouts).normal["lines"]
    assert [line.get("problem", {}).get("code") for line in lines] == [None, None, "FORMAT_UNKNOWN"]
    assert "'утилизирована' is no outcome" in lines[2]["problem"]["sentence"]


# -- a folder of descriptions


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("carrier = ", "bad: Invalid value"),
        ('carrier = "cdek"', "missing required field"),
        (READ.replace("[columns]", "[colums]"), "bad"),
        (READ.replace('other = ["удержано"]', 'bribe = ["удержано"]'), "'bribe'"),
        (READ.replace('"other"]', '"sums"]', 1), "'sums'"),
        (READ.replace(', "other"]', "]", 1), "needed must name every column of money"),
        (READ.replace('"@taken"', '"//x"'), "matching regex"),
    ],
)
def test_a_description_that_cannot_be_used_keeps_the_engine_from_starting(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LayoutError, match="bad") as caught:
        known(str(tmp_path))
    assert said in str(caught.value)
    database = f"sqlite:///{tmp_path}/e.db"
    args = ["serve", "--port", "0", "--database", database, "--report-layouts", str(tmp_path)]
    answer = CliRunner().invoke(command, args)
    assert answer.exit_code == 2 and "--report-layouts: bad" in answer.output


def test_the_engines_own_forms_come_after_those_of_the_folder(tmp_path: Path, layouts: Layouts) -> None:
    assert layouts[0].name == "sverka-2027" and layouts[1:] == shipped()
    engine = Engine(Options(database=f"sqlite:///{tmp_path}/e.db", report_layouts=str(tmp_path)))
    assert engine.layouts == layouts
    with pytest.raises(LayoutError, match="nowhere"):
        known(str(tmp_path / "nowhere"))
