"""IML as a value: sheet, snapshot, determinism, its place on the shared port, and the control API over it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from parcelproof.control_client import ControlClient
from parcelproof.simulators.core.records import Kind, MemoryStore
from parcelproof.simulators.core.world import KINDS, World
from parcelproof.simulators.courier_api.iml import CARRIER
from parcelproof.simulators.courier_api.iml.settings import CHOICES
from parcelproof.simulators.server import Options, running
from parcelproof.simulators.wire.tenants import WIRE_KINDS

if TYPE_CHECKING:
    from tests.iml.conftest import Desk

DAY_MS = 86_400_000
STORIES = ("delivered", "second-attempt", "refused", "partly-refused", "returned", "pickup", "stuck")
AUTH = {"Authorization": "Basic c2hvcDpz"}  # shop:s


def live_through(desk: Desk, days: int) -> None:
    for number, story in enumerate(STORIES):
        desk.made(CustomerOrder=f"W-{number}", Comment=f"[story: {story}]", Volume=1 + number)
    desk.advance(days * DAY_MS)


def test_the_sheet_speaks_of_every_operation_and_no_other() -> None:
    assert set(CARRIER.sheet.fidelity) == {route.operation for route in CARRIER.routes}
    assert CARRIER.stories == STORIES
    assert {"item_quantity": "one, many", "axes": "in-turn, disagree"}.items() <= CARRIER.sheet.switches.items()
    assert all(text.endswith(".") for text in (*CARRIER.sheet.guesses, *CARRIER.sheet.deviations))


def test_a_bad_day_sets_what_there_is() -> None:
    for day in CARRIER.bad_days.values():
        for name, value in day.settings.items():
            assert name.startswith("registry_") or name == "pickup_cost_minor" or value in CHOICES[name]


def test_two_runs_of_one_seed_are_the_same_to_the_byte(new_desk: Callable[..., Desk]) -> None:
    desks = [new_desk(), new_desk()]
    for desk in desks:
        live_through(desk, 14)
    stores = [desk.world.store.dump() for desk in desks]
    assert stores[0] == stores[1]
    other = new_desk("another seed")
    live_through(other, 14)
    assert other.listed() != desks[0].listed()


def test_a_restored_world_goes_on_as_if_nothing_had_been(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    live_through(desk, 3)
    kinds: list[Kind[Any]] = [*KINDS, *WIRE_KINDS, *CARRIER.kinds]
    copy = World(MemoryStore.load(desk.world.store.dump(), kinds), CARRIER.duties)
    until_ms = desk.world.now_ms + 12 * DAY_MS
    assert copy.step(until_ms) is desk.world.step(until_ms) is None
    assert copy.store.dump() == desk.world.store.dump()
    assert any(row["State"] == 13 for row in desk.listed())


async def test_it_answers_under_its_mount_and_at_the_root_of_a_port_of_its_own() -> None:
    options = Options(port=0, listens={"iml": "127.0.0.1:0"})
    async with running(options, carriers=[CARRIER]) as started, aiohttp.ClientSession(headers=AUTH) as client:
        for root in (f"{started.url}/iml", started.urls["iml"]):
            async with client.post(f"{root}/Json/GetStatuses", data={"CustomerOrder": "1"}) as answer:
                assert (answer.status, await answer.json()) == (200, [])
            async with client.get(f"{root}/list/region?type=json") as answer:
                assert len(await answer.json()) > 30
        async with client.post(f"{started.urls['iml']}//Json/CreateOrder", json={}) as answer:
            assert (await answer.json())["Result"] == "Error"


async def made(url: str, number: str, **changes: Any) -> dict[str, Any]:
    from tests.iml.conftest import Desk as TheDesk

    async with (
        aiohttp.ClientSession(headers=AUTH) as client,
        client.post(f"{url}/iml/json/CreateOrder", json=TheDesk.body(CustomerOrder=number, **changes)) as answer,
    ):
        order: dict[str, Any] = json.loads(await answer.text())["Order"]
        return order


async def label_of(url: str, barcode: str) -> bytes:
    async with (
        aiohttp.ClientSession(headers=AUTH) as client,
        client.get(f"{url}/iml/PrintBar", params={"Barcode": barcode}) as answer,
    ):
        return await answer.read()


async def test_a_label_takes_a_parcel_through_the_depot_and_its_money_into_a_report() -> None:
    async with running(Options(port=0), carriers=[CARRIER]) as started:
        with_label, other = await made(started.url, "A-1", Volume=2), await made(started.url, "A-2")
        labels = await label_of(started.url, with_label["BarCode"])

        def script() -> None:
            with ControlClient(started.url) as control:
                ids = {row["number"]: row["id"] for row in control.parcels("shop")}
                accepted = control.hand_over("shop", ids[with_label["BarCode"]], labels, "application/pdf")
                assert (accepted["outcome"], accepted["parcel"]["status"]) == ("accepted", "accepted")
                astray = control.hand_over("shop", ids[other["BarCode"]], labels, "application/pdf")
                assert (astray["outcome"], astray["went_on_as"]) == ("another", ids[with_label["BarCode"]])
                control.scan("shop", ids[with_label["BarCode"]], "3/1")
                number = control.make_payout("shop", "iml")
                assert number is not None
                forms = control.payout_forms("shop", "iml")
                assert {"csv", "csv-cp1251", "xlsx", "xls", "xml"} <= set(forms)
                files = {form: control.payout_file("shop", "iml", number, form) for form in forms}
                assert with_label["BarCode"] in files["csv"].decode("utf-8-sig")
                assert all(files.values())

        await asyncio.to_thread(script)


@pytest.mark.parametrize("day", ["error-inside-200", "axes-disagree"])
async def test_its_own_bad_days_begin_and_end(day: str) -> None:
    async with running(Options(port=0), carriers=[CARRIER]) as started:
        await made(started.url, "A-0")

        def script() -> None:
            with ControlClient(started.url) as control:
                control.begin_bad_day("shop", day, "iml")
                control.end_bad_day("shop", day)

        await asyncio.to_thread(script)
        assert (await made(started.url, "A-1"))["State"] == 999
