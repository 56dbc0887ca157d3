"""The page on payout reports: its two descriptions are of one form, and what it names is there."""

import json
import re
import shlex
from pathlib import Path

import pytest
from tests.courier_api.conftest import fresh_desk
from tests.wire.test_bad_days_at_carriers import opened
from tests.wire.test_faults_page import run

from parcelproof.cli.engine import engine
from parcelproof.reference.adapters.report_layouts import known
from parcelproof.reference.adapters.reports import read_report
from parcelproof.simulators.courier_api.cdek import CARRIER
from parcelproof.simulators.registry import CARRIERS
from parcelproof.simulators.wire.bad_days import BadDay
from parcelproof.simulators.wire.carrier import Carrier
from parcelproof.simulators.wire.paydesk import switches
from parcelproof.simulators.wire.paydesk.bad_days import BAD_DAYS

PAGE = (Path(__file__).parents[2] / "docs" / "report-layouts.md").read_text(encoding="utf-8")


def test_what_the_page_describes_is_written_and_read(tmp_path: Path) -> None:
    (description,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "page.toml").write_text(description, encoding="utf-8")
    desk = fresh_desk(**json.loads(setting())["settings"])
    uuid = desk.order()
    desk.still(uuid)
    desk.scan(uuid, "DELIVERED")
    payouts = CARRIER.payouts
    assert payouts is not None
    number = payouts.make(desk.world)
    assert number is not None
    for form in ("csv", "xlsx-2027"):
        normal = read_report("r", payouts.file(desk.world, number, form).body, known(str(tmp_path))).normal
        (line,) = normal["lines"]
        assert (normal["number"], line["collected"], [fee["kind"] for fee in line["fees"]]) == (
            number, 434_900, ["other"])  # fmt: skip


async def test_its_commands_do_what_they_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    lines = [shlex.split(line, comments=True) for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    async with opened() as street:
        await street.cdek_order()
        for _ in range(30):
            await street.advance(86_400_000)
        curls = [words[1:] for words in lines if words[0] == "curl"]
        for words in curls:
            answer = await run(street.http, [setting() if word == "@sverka.json" else word for word in words])
            assert answer.is_success, (words, answer.text)
        assert len(curls) == 5
        (found,) = (await street.control("GET", "payouts/cdek"))["payouts"]
        assert found["number"] == "700101"
        assert "xlsx-2027" in (await street.control("GET", "payouts/cdek"))["forms"]
    (serve,) = [words for words in lines if words[0] == "parcelproof"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "layouts").mkdir()
    assert serve[1:3] == ["engine", "serve"]
    assert engine.commands["serve"].make_context("serve", serve[3:]).params["report_layouts"] == "layouts"


def setting() -> str:
    (found,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


def _reads(carrier: Carrier, day: BadDay) -> bool:
    """Tell whether a carrier knows every switch that a bad day sets: not all have costs of their own to list."""
    return carrier.settings is None or {*day.settings} <= {*carrier.settings}


def test_the_bad_days_settings_and_forms_it_names_are_there() -> None:
    paying = [carrier for carrier in CARRIERS if carrier.payouts is not None]
    rows = re.findall(r"^\| [^|]+ \| `(registry-[a-z-]+)` \| (.*?) \|$", PAGE, re.MULTILINE)
    for carrier in paying:
        days = {name: day for name, day in carrier.bad_days.items() if name.startswith("registry-")}
        assert {name for name, _ in rows} >= set(days)
        assert set(days) == {name for name, day in BAD_DAYS.items() if _reads(carrier, day)}
        for name, listed in rows:
            if name not in days:
                continue
            assert set(re.findall(r"`(\w+)`", listed)) <= set(days[name].settings) | {"delivery_amount"}
    named = {setting for _, listed in rows for setting in re.findall(r"`(\w+)`", listed)}
    assert named == {*switches.CHOICES, *switches.NUMBERS} - {"payment_order_number", "transfer_equation"}
    for carrier in paying:
        assert carrier.payouts is not None
        forms = set(carrier.payouts.forms(fresh_desk().world)) - {"json"}
        assert forms == {"csv", "csv-comma", "csv-cp1251", "csv-cp1251-comma", "xlsx", "xls", "xml"}
        assert all(f"`{form}`" in PAGE for form in forms)
