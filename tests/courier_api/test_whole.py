"""CDEK as a value: sheet, snapshot, determinism, and its place on the shared port."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import aiohttp

from parcelproof.simulators.core.records import Kind, MemoryStore
from parcelproof.simulators.core.world import KINDS, World
from parcelproof.simulators.courier_api.cdek import CARRIER
from parcelproof.simulators.server import Options, running
from parcelproof.simulators.wire.tenants import WIRE_KINDS

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

DAY_MS = 86_400_000
PLAN = (
    "delivered",
    "second-attempt",
    "refused",
    "partly-refused",
    "returned",
    "lost",
    "pickup",
    "stuck",
    "problem",
    "delayed",
)


def call_and_agree(desk: Desk, uuid: str, number: int) -> None:
    """Change an order, call a courier for it and agree on its delivery."""
    hours = {"intake_time_from": "10:00", "intake_time_to": "14:00"}
    place = {"from_location": {"code": 44, "address": f"ул. Складская, {number}"}}
    agreed = {"date": "2026-03-10", "time_from": "14:00", "time_to": "18:00"}
    for method, path, body in (
        ("PATCH", "/orders", {"uuid": uuid, "comment": "changed"}),
        ("POST", "/intakes", {"order_uuid": uuid, "intake_date": "2026-03-03", **hours, **place}),
        ("POST", "/delivery", {"order_uuid": uuid, **agreed}),
    ):
        status, answer = desk.ask(method, path, body)
        assert status == 202, answer


def live_through(desk: Desk, days: int) -> None:
    for number, story in enumerate(PLAN):
        uuid = desk.order(number=f"W-{number}", print="BARCODE", has_reverse_order=bool(number % 2))
        desk.live(uuid, story)
        call_and_agree(desk, uuid, number)
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:1/", "type": "ORDER_STATUS"})
    desk.advance(days * DAY_MS)


def test_the_sheet_speaks_of_every_operation_and_no_other() -> None:
    assert set(CARRIER.sheet.fidelity) == {route.operation for route in CARRIER.routes}
    assert CARRIER.stories == PLAN
    assert all(text.endswith(".") for text in (*CARRIER.sheet.guesses, *CARRIER.sheet.deviations))


def test_two_runs_of_one_seed_are_the_same_to_the_byte(new_desk: Callable[..., Desk]) -> None:
    desks = [new_desk(), new_desk()]
    for desk in desks:
        live_through(desk, 14)
    assert desks[0].sent == desks[1].sent
    stores = [desk.world.store.dump() for desk in desks]
    tokens = [desk.headers["Authorization"].removeprefix("Bearer ").encode() for desk in desks]
    assert tokens[0] == tokens[1]
    assert stores[0] == stores[1]


def test_a_restored_world_goes_on_as_if_nothing_had_been(new_desk: Callable[..., Desk]) -> None:
    desk = new_desk()
    live_through(desk, 4)
    kinds: list[Kind[Any]] = [*KINDS, *WIRE_KINDS, *CARRIER.kinds]
    copy = World(MemoryStore.load(desk.world.store.dump(), kinds), CARRIER.duties)
    until_ms = desk.world.now_ms + 10 * DAY_MS
    bodies: list[list[bytes]] = [[], []]
    for sent, world in zip(bodies, (desk.world, copy), strict=True):
        while (effect := world.step(until_ms)) is not None:
            sent.append(effect.body)
    assert bodies[0] == bodies[1] != []
    assert copy.store.dump() == desk.world.store.dump()


async def test_a_newcomer_in_real_time_gets_a_number_within_seconds_on_a_port_of_its_own() -> None:
    wall = [1_772_442_000_000]
    options = Options(port=0, listens={"cdek": "127.0.0.1:0"})
    async with (
        running(options, carriers=[CARRIER], wall_ms=lambda: wall[0]) as started,
        aiohttp.ClientSession() as client,
    ):
        root = f"{started.urls['cdek']}/v2"
        fields = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s"}
        async with client.post(f"{root}/oauth/token", params=fields) as answer:
            headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        from_to = {"from_location": {"code": 44, "address": "x"}, "to_location": {"code": 137, "address": "y"}}
        item = {"name": "n", "ware_key": "k", "payment": {"value": 0}, "cost": 1, "weight": 1, "amount": 1}
        order = {
            "tariff_code": 139,
            "recipient": {"name": "Anna", "phones": {"number": "1"}},
            "packages": [{"number": "1", "weight": 100, "items": [item]}],
            **from_to,
        }
        async with client.post(f"{root}/orders", json=order, headers=headers) as answer:
            assert answer.status == 202
            uuid = (await answer.json())["entity"]["uuid"]
        for seconds, known in ((0, False), (1, True)):
            wall[0] += seconds * 1000
            async with client.get(f"{root}/orders/{uuid}", headers=headers) as answer:
                assert ("cdek_number" in (await answer.json())["entity"]) is known
        async with client.post(
            f"{root}/print/barcodes", json={"orders": [{"order_uuid": uuid}]}, headers=headers
        ) as answer:
            form = (await answer.json())["entity"]["uuid"]
        wall[0] += 1000
        async with client.get(f"{root}/print/barcodes/{form}", headers=headers) as answer:
            url = (await answer.json())["entity"]["url"]
        assert url == f"{root}/print/barcodes/{form}.pdf"
        async with client.get(url, headers=headers) as answer:
            assert (answer.status, (await answer.read())[:5]) == (200, b"%PDF-")
