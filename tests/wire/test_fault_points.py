"""Faults as an HTTP client meets them, and which calls they pick. Every combination stands in `test_fault_matrix`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.core.records import Header, MemoryStore
from parcelproof.simulators.core.world import World
from parcelproof.simulators.server import Options, Running, running
from parcelproof.simulators.wire import faults
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.carrier import Carrier
from parcelproof.simulators.wire.disturbance import Disturbed, after
from parcelproof.simulators.wire.faults import Fault, FaultKind, Point

Start = Callable[..., AbstractAsyncContextManager[Running]]

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def started(parrot_server: Start) -> AsyncIterator[Running]:
    async with parrot_server() as running:
        yield running


@pytest.fixture
async def client(started: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(verify=False, base_url=started.url) as found:
        answer = await found.post("/par-rot/token", content="client_id=t&client_secret=s", headers=FORM)
        found.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield found


async def add(client: httpx.AsyncClient, **fault: Any) -> httpx.Response:
    answer = await client.post("/_sim/v1/tenants/t/faults", json={"carrier": "parrot", **fault})
    assert answer.status_code == 201, answer.text
    return answer


async def book(client: httpx.AsyncClient, reference: str = "R") -> httpx.Response:
    return await client.post("/par-rot/parcels", json={"reference": reference})


async def booked(client: httpx.AsyncClient) -> int:
    return len((await client.get("/_sim/v1/tenants/t/parcels")).json()["parcels"])


BROKEN_OFF = (httpx.RemoteProtocolError, httpx.ReadError)


async def test_a_malformed_answer_is_whole_on_the_wire_and_no_json(client: httpx.AsyncClient) -> None:
    await add(client, operation="book", kind="malformed")
    answer = await book(client)
    assert (answer.status_code, answer.headers["Content-Type"]) == (201, "application/json")
    with pytest.raises(ValueError):
        answer.json()
    assert await booked(client) == 1


async def test_a_lost_answer_leaves_a_line_in_the_journal(client: httpx.AsyncClient) -> None:
    await add(client, operation="book", kind="reset", point="after")
    with pytest.raises(BROKEN_OFF):
        await book(client)
    lines = (await client.get("/_sim/v1/tenants/t/journal")).json()["entries"]
    assert [(line["operation"], line["status"], line["fault"]) for line in lines] == [
        ("token", 200, ""),
        ("book", 0, "fault-1 reset after"),
    ]


async def test_a_status_fault_says_what_it_was_told_to(client: httpx.AsyncClient) -> None:
    await add(client, kind="status", status=429, body={"slow": "down"}, headers={"Retry-After": "7"})
    answer = await book(client)
    assert (answer.status_code, answer.json(), answer.headers["Retry-After"]) == (429, {"slow": "down"}, "7")
    await add(client, kind="status", status=500)
    assert (await book(client)).json()["squawk"] == "broken"
    await add(client, kind="status", status=503)
    assert (await book(client)).json()["squawk"] == "unavailable"
    await add(client, kind="status", status=502)
    assert (await book(client)).text == "502 Bad Gateway\n"


async def test_a_latency_during_the_answer_comes_between_its_halves(parrot: Carrier) -> None:
    arrived, waited = asyncio.Event(), []

    async def until_the_first_half_is_there(delay_s: float) -> None:
        waited.append(delay_s)
        await arrived.wait()

    options = Options(port=0, virtual=True)
    async with (
        running(options, carriers=[parrot], sleep=until_the_first_half_is_there) as started,
        httpx.AsyncClient(verify=False, base_url=started.url) as client,
    ):
        answer = await client.post("/par-rot/token", content="client_id=t&client_secret=s", headers=FORM)
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        await add(client, operation="book", kind="latency", point="during", latency_ms=4_000)
        found = b""
        async with client.stream("POST", "/par-rot/parcels", json={"reference": "R", "hook": ""}) as slow:
            assert (slow.status_code, waited) == (201, [4.0])
            async for piece in slow.aiter_raw():
                found += piece
                arrived.set()
        assert slow.headers["Server-Timing"].startswith("delay;dur=4000, own;dur=")
        assert msgspec.json.decode(found)["id"] == "par-1"


@pytest.mark.parametrize(
    ("kind", "point", "effect"),
    [("reset", "after", 1), ("reset", "during", 1), ("stall", "before", 0), ("truncate", "during", 1)],
)
async def test_answers_break_over_tls_as_well(parrot_server: Start, kind: str, point: str, effect: int) -> None:
    async with (
        parrot_server(tls=True) as started,
        httpx.AsyncClient(verify=False, base_url=started.url) as client,
    ):
        answer = await client.post("/par-rot/token", content="client_id=t&client_secret=s", headers=FORM)
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        await add(client, operation="book", kind=kind, point=point)
        with pytest.raises(BROKEN_OFF):
            await book(client)
        assert await booked(client) == effect
        assert (await book(client)).status_code == 201


@pytest.mark.parametrize(
    ("kind", "ending", "after_ms"),
    [("latency", "whole", 40), ("stall", "nothing", 40), ("reset", "nothing", 0), ("truncate", "nothing", 0)],
)
def test_an_answer_without_a_body_is_late_or_lost_as_a_whole(kind: str, ending: str, after_ms: int) -> None:
    fault = Fault(kind=FaultKind(kind), point=Point.DURING, latency_ms=40)
    found = Disturbed(hits=[fault])
    after(found, Answer(204), lambda status: None)
    assert (found.ending, found.after_ms, found.stall_ms) == (ending, after_ms, 0)


async def test_latency_is_shown_and_bounded(client: httpx.AsyncClient, slept: list[float]) -> None:
    await add(client, kind="latency", latency_ms=3_600_000)
    answer = await book(client)
    assert answer.headers["Server-Timing"].startswith("delay;dur=3600000, own;dur=")
    assert slept == [30.0]


async def test_a_fault_on_a_call_whose_tenant_comes_out_in_the_handler_hits_after_it(client: httpx.AsyncClient) -> None:
    await add(client, operation="token", kind="status", status=503)
    answer = await client.post("/par-rot/token", content="client_id=t&client_secret=s", headers=FORM)
    assert answer.status_code == 503


async def test_nth_and_times_pick_the_calls(client: httpx.AsyncClient) -> None:
    await add(client, operation="book", kind="status", status=503, nth=2, times=2)
    assert [(await book(client)).status_code for _ in range(5)] == [201, 503, 503, 201, 201]


async def test_a_field_picks_the_call(client: httpx.AsyncClient) -> None:
    await add(client, kind="status", status=503, where={"reference": "R-2"}, times=0)
    assert [(await book(client, f"R-{n}")).status_code for n in (1, 2, 3, 2)] == [201, 503, 201, 503]


async def test_other_tenants_and_operations_are_left_alone(client: httpx.AsyncClient) -> None:
    await add(client, operation="read", kind="status", status=503)
    assert (await book(client)).status_code == 201
    other = await client.post("/par-rot/token", content="client_id=u&client_secret=s", headers=FORM)
    headers = {"Authorization": f"Bearer {other.json()['access_token']}"}
    assert (await client.get("/par-rot/parcels/par-1", headers=headers)).status_code == 404


# -- which calls a fault picks


def call(body: bytes = b"", kind: str = "application/json", **query: str) -> Call:
    from multidict import CIMultiDict, CIMultiDictProxy

    return Call("POST", "/", query, CIMultiDictProxy(CIMultiDict({"Content-Type": kind})), body, "http://x")


def hits(fault: Fault, calls: int, seed: str = "s") -> list[bool]:
    world = World(MemoryStore(Header(name="t", seed=seed, now_ms=0)), {})
    faults.add(world, fault)
    return [bool(faults.hits(world, "parrot", "book", call())) for _ in range(calls)]


@given(st.integers(1, 4), st.integers(0, 4), st.integers(0, 10))
def test_a_fault_fires_from_the_nth_call_on_so_many_times(nth: int, times: int, calls: int) -> None:
    found = hits(Fault(kind=FaultKind.RESET, nth=nth, times=times), calls)
    last = calls if times == 0 else nth - 1 + times
    assert found == [nth - 1 <= number < last for number in range(calls)]


@given(st.floats(0, 1), st.text(max_size=4))
def test_chance_is_the_same_for_the_same_seed_and_near_its_probability(probability: float, seed: str) -> None:
    fault = Fault(kind=FaultKind.RESET, probability=probability)
    found = hits(fault, 200, seed)
    assert found == hits(fault, 200, seed)
    assert abs(sum(found) - 200 * probability) <= 45


@pytest.mark.parametrize(
    ("body", "kind", "name", "value", "fits"),
    [
        (b'{"a":{"b":"x"}}', "application/json", "a.b", "x", True),
        (b'{"a":[{"b":1},{"b":2}]}', "application/json", "a.b", 2, True),
        (b'{"a":[{"b":1},{"b":2}]}', "application/json", "a.b", 3, False),
        (b'{"a":true}', "application/json", "a", True, True),
        (b'{"a":null}', "application/json", "a", None, True),
        (b"a=x&b=y", "application/x-www-form-urlencoded", "b", "y", True),
        (b"{", "application/json", "a", "x", False),
        (b"\xff", "application/json", "a", "x", False),
        (b"[" * 100_000, "application/json", "a", "x", False),
    ],
)
def test_a_field_is_found_in_json_and_forms(body: bytes, kind: str, name: str, value: Any, fits: bool) -> None:
    world = World(MemoryStore(Header(name="t", seed="s", now_ms=0)), {})
    faults.add(world, Fault(kind=FaultKind.RESET, where={name: value}))
    assert bool(faults.hits(world, "parrot", "book", call(body, kind))) is fits
