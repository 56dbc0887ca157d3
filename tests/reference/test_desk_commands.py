"""The desk's commands against a running engine: lists of orders, held addresses, hand-over, figures."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from parcelproof.cli.engine import engine as command
from parcelproof.reference import engine as process
from parcelproof.reference.adapters.order_cells import ALL_COLUMNS

from .full_carrier import FullCarrier, widths
from .test_engine_addresses import ReadingCarrier
from .test_engine_http import running
from .test_labels_window import Desk

ROW = {
    "number": "P-1", "payment": "prepaid", "name": "Jörg Müller", "street": "Torstraße", "house_number": "12",
    "postal_code": "10115", "city": "Berlin", "country": "DE", "email": "j@example.org", "phone": "+4930123456",
    "weight_g": "600", "length_mm": "200", "width_mm": "150", "height_mm": "100", "currency": "EUR", "sku": "TEE",
    "description": "Tea", "quantity": "2", "unit_price": "9,90", "unit_weight_g": "250", "carrier": "mail_alliance",
    "hs_code": "0902.40", "origin_country": "in",
}  # fmt: skip


@pytest.fixture
async def desk(tmp_path: Path, world: Any) -> AsyncIterator[Desk]:
    """An engine over a carrier that reads addresses and one that makes lists; its first user is the boss."""
    world.near = ReadingCarrier("mail_alliance", world.effects)
    world.far = FullCarrier("cdek", world.effects, currency="RUB", price_minor=40_000)
    async for site in running(tmp_path, world, driver=False, worker=False):
        shop = site.engine.shop
        shop.outside = replace(shop.outside, read_orders=process.orders)
        made = Desk(site, world)
        await made.set_up(waybills=False)
        yield made


def listed(*rows: dict[str, str]) -> bytes:
    out = io.StringIO(newline="")
    table = csv.DictWriter(out, ALL_COLUMNS)
    table.writeheader()
    table.writerows({**ROW, **row} for row in rows)
    return out.getvalue().encode()


async def run(desk: Desk, *words: str, token: str = "boss", working: bool = True) -> Result:
    """Run a command beside the engine, whose duties are done meanwhile, or left lying."""
    url = ["--url", desk.site.engine.url, "--token", token]
    running = asyncio.create_task(asyncio.to_thread(CliRunner().invoke, command, [*words, *url]))
    while not running.done():
        if working:
            await desk.work()
        await asyncio.wait([running], timeout=0.01)
    return running.result()


async def order(desk: Desk, number: str) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.site.call("GET", f"/api/v1/orders/{number}", token="boss"))[1]
    return found


# -- lists of orders


async def test_every_row_of_a_list_is_reported_and_good_orders_are_taken(desk: Desk, tmp_path: Path) -> None:
    rows: list[dict[str, str]] = [
        {}, {"sku": "MUG"}, {"number": "P-2", "quantity": "0"}, {"number": "P-2"}, {"number": "P-3", "carrier": "dhl"},
        {"number": ""}, {"number": "=1+1", "phone": "112"}, {"number": "P-4"},
    ]  # fmt: skip
    file, report = tmp_path / "orders.csv", tmp_path / "rows.csv"
    file.write_bytes(listed(*rows))
    found = await run(desk, "import", str(file), "--report", str(report))
    assert found.exit_code == 1, found.output
    told = list(csv.DictReader(io.StringIO(report.read_bytes().decode("utf-8-sig"))))
    assert [(row["row"], row["order"], row["result"]) for row in told] == [
        ("2", "P-1", "taken"), ("3", "P-1", "taken"), ("4", "P-2", "refused"), ("5", "P-2", "left_out"),
        ("6", "P-3", "refused"), ("7", "", "refused"), ("8", "'=1+1", "refused"), ("9", "P-4", "taken"),
    ]  # fmt: skip
    assert "Row 4, column quantity: 0 is not from 1 to 9999" in found.stdout
    assert told[3]["sentence"] == "Row 5: order P-2 was left out because of row 4."
    assert "'dhl'" in told[4]["sentence"] and "cdek, mail_alliance" in told[4]["sentence"]
    assert "8 rows: 1 left out, 4 refused, 3 taken" in found.stderr
    view = await order(desk, "P-1")
    assert view["state"] == "draft"
    again = await run(desk, "import", str(file), "--json")
    assert [json.loads(line)["result"] for line in again.stdout.splitlines()][:2] == ["known", "known"]


async def test_what_the_engine_refuses_of_a_list_is_told_by_row_and_column(desk: Desk, tmp_path: Path) -> None:
    rows: list[dict[str, str]] = [
        {"description": ""}, {"number": "P-2"}, {"number": "P-2", "sku": "S" * 45},
        {"number": "P-3", "city": "C" * 120}, {"number": "P-4", "unit_price": "0", "payment": "cod"},
        {"number": "P-5", "unit_price": "9" * 14},
        {"number": "P-6", "carrier": "dhl"}, {"number": "P" * 40}, {"number": "P-7", "carrier": "", "point": "D-1"},
    ]  # fmt: skip
    file = tmp_path / "orders.csv"
    file.write_bytes("\ufeff".encode("utf-16-le") + listed(*rows).decode().encode("utf-16-le"))
    found = await run(desk, "import", str(file))
    told = [sentence.split(":")[0] for sentence in found.stdout.splitlines()]
    columns = ["Row 4, column sku", "Row 5, column city", "Row 6, column payment", "Row 7, column unit_price",
               "Row 8, column carrier", "Row 9, column number", "Row 10, column carrier"]  # fmt: skip
    assert told == ["Row 3", *columns] and "2 rows" not in found.stderr and "1 taken" in found.stderr
    assert (
        "Row 4, column sku: found '45 characters', allowed is 1 to 40 characters; order P-2 was left out."
        in found.stdout
    )
    file.write_bytes(listed({"quantity": "3"}))
    again = await run(desk, "import", str(file))
    assert (
        again.stdout
        == "Row 2, column number: Order P-1 was placed before with other content; order P-1 was left out.\n"
    )


async def test_a_list_can_be_sent_on_its_way_at_once(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(listed({}, {"number": "P-2", "street": "Torstr?"}))
    found = await run(desk, "import", str(file), "--confirm")
    assert (found.exit_code, found.stdout) == (0, ""), found.output
    await desk.work()
    assert [(await order(desk, number))["state"] for number in ("P-1", "P-2")] == ["booked", "confirmed"]
    (line,) = desk.world.near.shipped["P-1"].lines
    assert (line.hs_code, line.origin_country) == ("090240", "IN")


@pytest.mark.ci
async def test_thousands_of_rows_are_taken_in_batches_with_a_report_of_each(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(listed(*({"number": f"M-{n // 2}", "sku": f"S-{n % 2}"} for n in range(2_000))))
    found = await run(desk, "import", str(file), "--json")
    rows = [json.loads(line) for line in found.stdout.splitlines()]
    assert found.exit_code == 0 and [row["row"] for row in rows] == list(range(2, 2_002))
    assert {row["result"] for row in rows} == {"taken"}
    assert "2000 rows: 2000 taken" in found.stderr


@pytest.mark.ci
@pytest.mark.parametrize(
    ("content", "token", "said"),
    [(b"not,a,list\n1,2,3\n", "boss", "no list of orders"), (b"\x00\x01", "boss", "cannot be read"),
     (listed({}), "nobody", "sign in")],
)  # fmt: skip
async def test_a_list_that_cannot_be_read_is_one_sentence_and_exit_2(
    desk: Desk, tmp_path: Path, content: bytes, token: str, said: str
) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(content)
    found = await run(desk, "import", str(file), token=token)
    assert (found.exit_code, said in found.stderr, found.stdout) == (2, True, ""), found.stderr


async def test_the_answer_without_rows_is_the_one_it_was(desk: Desk) -> None:
    headers = {"Authorization": "Bearer boss"}
    url = f"{desk.site.engine.url}/api/v1/orders/import"
    async with desk.site.client.post(url, headers=headers, data=listed({}, {"number": "P-2", "phone": "1"})) as answer:
        found = await answer.json()
    assert found["accepted"] == ["P-1"] and [problem["row"] for problem in found["problems"]] == [3]
    async with desk.site.client.post(f"{url}?rows=maybe", headers=headers, data=listed({})) as answer:
        assert (answer.status, "yes, no" in (await answer.json())["detail"]) == (422, True)


# -- addresses


async def test_held_addresses_are_shown_and_decided(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    doubtful = [{"number": f"P-{n}", "street": "Torstr?"} for n in range(1, 4)]
    file.write_bytes(listed(*doubtful))
    await run(desk, "import", str(file), "--confirm")
    await desk.work()
    shown = await run(desk, "addresses")
    assert "P-1 (mail_alliance): the street is not known" in shown.stdout
    assert "written: 10115, Berlin, Torstr? 12" in shown.stdout and "read:    Berlin, Torstr" in shown.stdout
    assert json.loads((await run(desk, "addresses", "P-2", "--json")).stdout)["order"] == "P-2"
    assert (await run(desk, "addresses", "P-1", "--as-read")).stdout == "P-1: goes\n"
    assert (await run(desk, "addresses", "P-2", "--as-written")).exit_code == 0
    assert (await run(desk, "addresses", "P-3", "--street", "Ackerstraße")).stdout == "P-3: is being read again\n"
    await desk.work()
    assert [(await order(desk, f"P-{n}"))["state"] for n in range(1, 4)] == ["booked"] * 3
    shipped = desk.world.near.shipped["P-3"].recipient
    assert (shipped.street, shipped.house_number) == ("Ackerstraße", "12")
    assert "No address waits" in (await run(desk, "addresses")).stderr


@pytest.mark.ci
@pytest.mark.parametrize(
    ("words", "said"),
    [(("--as-read",), "name the order"), (("P-1", "--as-read", "--as-written"), "choose one"),
     (("P-9", "--city", "Bonn"), "no address of order P-9 is held"), (("P-9", "--as-read"), "No order has number P-9")],
)  # fmt: skip
async def test_what_cannot_be_decided_is_one_sentence_and_exit_2(desk: Desk, words: tuple[str, ...], said: str) -> None:
    found = await run(desk, "addresses", *words)
    assert (found.exit_code, said in found.stderr) == (2, True), found.stderr


# -- hand-over


async def test_everything_ready_is_handed_over_in_one_command(desk: Desk, tmp_path: Path) -> None:
    await desk.book("C-1", "C-2")
    out = tmp_path / "lists"
    found = await run(desk, "hand-over", "--carrier", "cdek", "--out", str(out))
    assert found.exit_code == 0, found.output
    assert found.stdout == f"{out / 'cdek-1.pdf'}: 2 parcels of cdek, list H-1\n"
    assert widths((out / "cdek-1.pdf").read_bytes()) == [300]
    again = await run(desk, "hand-over", "--carrier", "cdek", "--out", str(out))
    assert (again.exit_code, again.stdout, "No parcel waits" in again.stderr) == (0, "", True)
    await desk.book("C-3")
    third = await run(desk, "hand-over", "--carrier", "cdek", "--out", str(out))
    assert (third.exit_code, sorted(file.name for file in out.iterdir())) == (0, ["cdek-1.pdf", "cdek-2.pdf"])


async def test_a_list_that_is_not_there_in_time_or_a_carrier_without_lists_is_told(desk: Desk, tmp_path: Path) -> None:
    await desk.book("C-1")
    slow = await run(desk, "hand-over", "--carrier", "cdek", "--out", str(tmp_path), "--wait", "0", working=False)
    assert (slow.exit_code, "not made in time" in slow.stderr) == (1, True), slow.output
    none = await run(desk, "hand-over", "--carrier", "mail_alliance", "--out", str(tmp_path))
    assert (none.exit_code, "makes no hand-over lists; of the carriers set up these do: cdek" in none.stderr) == (
        2,
        True,
    )


async def test_who_asks_for_lists_can_wait_until_one_comes_further(desk: Desk) -> None:
    await desk.book("C-1")
    await desk.site.call("POST", "/api/v1/hand-overs", {"carrier": "cdek"}, token="boss")
    path = "/api/v1/hand-overs?wait_s="
    asked = (await desk.site.call("GET", f"{path}0", token="boss"))[1]["lists"]
    waiting = asyncio.create_task(desk.site.call("GET", f"{path}30", token="boss"))
    early, _ = await asyncio.wait([waiting], timeout=0.05)
    await desk.work()
    made = (await waiting)[1]["lists"]
    assert (not early, [row["state"] for row in asked], [row["state"] for row in made]) == (True, ["asked"], ["made"])
    assert (await desk.site.call("GET", f"{path}31", token="boss"))[0] == 422


# -- figures


async def test_figures_count_what_was_placed_and_booked(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    russian = {"country": "RU", "postal_code": "443099", "carrier": "cdek"}
    file.write_bytes(listed({}, {"number": "P-2", **russian}, {"number": "P-3", "street": "Torstr?"}))
    await run(desk, "import", str(file), "--confirm")
    await desk.work()
    token = (await desk.site.call("POST", "/api/v1/users", {"name": "mia", "role": "staff"}, token="boss"))[1]["token"]
    await desk.book("C-9", token=token)
    found = json.loads((await run(desk, "stats", "--json")).stdout)
    total = found["total"]
    assert (total["orders"], total["parcels"], total["mass_g"]) == (4, 3, 600 + 600 + 300)
    euros, roubles = total["cost"]
    assert roubles == {"amount_minor": 80_000, "currency": "RUB"} and euros["currency"] == "EUR"
    lines = {
        axis: {line["name"]: line for line in found[f"by_{axis}"]} for axis in ("carrier", "region", "user", "state")
    }
    assert {name: (line["orders"], line["parcels"]) for name, line in lines["region"].items()} == {
        "DE": (3, 2), "RU Samara": (1, 1)
    }  # fmt: skip
    assert {name: line["orders"] for name, line in lines["user"].items()} == {"admin": 3, "mia": 1}
    assert {name: line["orders"] for name, line in lines["state"].items()} == {"booked": 3, "confirmed": 1}
    assert lines["carrier"]["cdek"]["cost"] == [{"amount_minor": 80_000, "currency": "RUB"}]
    assert sum(line["orders"] for line in found["by_type"]) == sum(line["orders"] for line in found["by_day"]) == 4
    shown = await run(desk, "stats", "--by", "region")
    assert "RU Samara" in shown.stdout and "400.00 RUB" in shown.stdout and "mia" not in shown.stdout


async def test_figures_are_of_the_days_asked_for_and_of_what_one_may_see(desk: Desk) -> None:
    await desk.book("C-1")
    today = desk.shop.clock.now().date().isoformat()
    for words, orders in ((("--since", today), 1), (("--until", "2020-01-01"), 0), (("--since", "2199-12-31"), 0)):
        found = json.loads((await run(desk, "stats", "--json", *words)).stdout)
        assert found["total"]["orders"] == orders, words
    for wrong in ("--since tomorrow", "--until 20260101", f"--since {today} --until 2020-01-01"):
        refused = await run(desk, "stats", *wrong.split())
        assert (refused.exit_code, "allowed is" in refused.stderr) == (2, True)
    body = {"name": "b", "role": "branch", "branch": "elsewhere"}
    token = (await desk.site.call("POST", "/api/v1/users", body, token="boss"))[1]["token"]
    assert json.loads((await run(desk, "stats", "--json", token=token)).stdout)["total"]["orders"] == 0
