"""Time passing in a real server: webhooks on the way, hanging receivers, concurrent advances, real time."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from aiohttp import web

from parcelproof.simulators.server import Running
from parcelproof.simulators.wire.pace import LONGEST_MS

Start = Callable[..., AbstractAsyncContextManager[Running]]

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HOUR_MS = 3_600_000


@dataclass
class Receiver:
    """A shop's webhook endpoint: remembers what it got, answers what it is told."""

    url: str = ""
    got: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answer: Callable[[], Awaitable[web.Response]] | None = None
    more: asyncio.Queue[None] = field(default_factory=asyncio.Queue)

    async def has(self, count: int) -> None:
        """Wait until so many webhooks have come in all."""
        for _ in range(count):
            await self.more.get()

    async def take(self, request: web.BaseRequest) -> web.StreamResponse:
        self.got.append((request.headers.get("Signature", ""), json.loads(await request.read())))
        self.more.put_nowait(None)
        return web.Response(status=200) if self.answer is None else await self.answer()


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[Receiver]:
    server = web.Server(receiver.take, access_log=None)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        listener.close()
        await server.shutdown(0.1)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving(Receiver()) as found:
        yield found


@pytest.fixture
async def started(parrot_server: Start) -> AsyncIterator[Running]:
    async with parrot_server() as running:
        yield running


@pytest.fixture
async def client(started: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(verify=False, base_url=started.url) as found:
        await login(found)
        yield found


async def login(client: httpx.AsyncClient, name: str = "t") -> None:
    answer = await client.post("/par-rot/token", content=f"client_id={name}&client_secret=s", headers=FORM)
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


async def book(client: httpx.AsyncClient, hook: str, reference: str = "R") -> None:
    answer = await client.post("/par-rot/parcels", json={"reference": reference, "hook": hook})
    assert answer.status_code == 201


async def advance(client: httpx.AsyncClient, **how: Any) -> httpx.Response:
    return await client.post("/_sim/v1/tenants/t/clock/advance", json=how, timeout=20)


async def attempts(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/_sim/v1/tenants/t/webhook-attempts")).json()["attempts"]
    return found


async def test_nothing_happens_until_the_clock_is_moved(client: httpx.AsyncClient, receiver: Receiver) -> None:
    await book(client, receiver.url)
    assert (await client.get("/_sim/v1/tenants/t/clock")).json()["next_due"] == "2026-03-02T10:00:00.000Z"
    assert not receiver.got
    await advance(client, by_ms=HOUR_MS)
    assert receiver.got == [("sound", {"parcel": "par-1", "sequence": 1})]


async def test_webhooks_arrive_in_order_while_the_clock_moves(client: httpx.AsyncClient, receiver: Receiver) -> None:
    for _ in range(3):
        await book(client, receiver.url)
    clock = (await advance(client, by_ms=24 * HOUR_MS)).json()
    assert clock == {"now": "2026-03-03T09:00:00.000Z", "next_due": None, "virtual": True, "speed": 1.0}
    expected = [(f"par-{parcel}", sequence) for sequence in (1, 2, 3, 4) for parcel in (1, 2, 3)]
    assert [(body["parcel"], body["sequence"]) for _, body in receiver.got] == expected


async def test_an_attempt_is_recorded_at_the_moment_it_was_due(client: httpx.AsyncClient, receiver: Receiver) -> None:
    await book(client, receiver.url)
    await advance(client, by_ms=2 * HOUR_MS)
    rows = await attempts(client)
    assert [(row["at"], row["status"], row["error"]) for row in rows] == [
        ("2026-03-02T10:00:00.000Z", 200, ""),
        ("2026-03-02T11:00:00.000Z", 200, ""),
    ]
    lines = (await client.get("/_sim/v1/tenants/t/journal")).json()["entries"]
    out = [line for line in lines if line["direction"] == "out"]
    assert [(line["path"], line["status"], line["at"]) for line in out] == [
        (receiver.url, 200, row["at"]) for row in rows
    ]
    assert out[0]["request_headers"] == {"Signature": "sound"}


async def test_a_retry_comes_later_on_the_tenants_clock(client: httpx.AsyncClient, receiver: Receiver) -> None:
    statuses = iter((503, 503, 200))

    async def busy() -> web.Response:
        return web.Response(status=next(statuses))

    receiver.answer = busy
    await book(client, receiver.url)
    await advance(client, by_ms=HOUR_MS + 60_000)
    assert [(row["at"][11:19], row["status"]) for row in await attempts(client)] == [
        ("10:00:00", 503),
        ("10:00:05", 503),
        ("10:00:10", 200),
    ]


async def test_a_redirect_is_an_answer_and_is_not_followed(client: httpx.AsyncClient, receiver: Receiver) -> None:
    async def elsewhere() -> web.Response:
        return web.Response(status=302, headers={"Location": receiver.url})

    receiver.answer = elsewhere
    await book(client, receiver.url)
    await advance(client, by_ms=HOUR_MS)
    assert [row["status"] for row in await attempts(client)] == [302]
    assert len(receiver.got) == 1


async def test_a_hanging_receiver_costs_a_bounded_time_and_others_are_served(
    parrot_server: Start,
    receiver: Receiver,
) -> None:
    async with (
        parrot_server(webhook_cap_s=0.3) as started,
        httpx.AsyncClient(verify=False, base_url=started.url) as client,
    ):
        await login(client)
        async with asyncio.timeout(10):  # the receiver's own time-out is 15 virtual seconds
            await _advance_under_a_hanging_receiver(client, receiver)


async def _advance_under_a_hanging_receiver(client: httpx.AsyncClient, receiver: Receiver) -> None:
    asked, release = asyncio.Event(), asyncio.Event()

    async def hang() -> web.Response:
        asked.set()
        await release.wait()
        return web.Response()

    receiver.answer = hang
    await book(client, receiver.url)
    moving = asyncio.ensure_future(advance(client, by_ms=HOUR_MS))
    await asked.wait()
    during = await client.get("/par-rot/parcels/par-1")
    assert (during.status_code, during.json()["scans"], moving.done()) == (200, 1, False)
    assert (await moving).status_code == 200
    release.set()
    rows = await attempts(client)
    assert [(row["at"], row["status"], row["error"]) for row in rows] == [("2026-03-02T10:00:00.000Z", 0, "timeout")]


async def test_advances_of_one_tenant_queue_up(client: httpx.AsyncClient, receiver: Receiver) -> None:
    await book(client, receiver.url)
    clocks = await asyncio.gather(*(advance(client, by_ms=HOUR_MS) for _ in range(6)))
    hours = [f"2026-03-02T{hour}:00:00.000Z" for hour in range(10, 16)]
    assert sorted(clock.json()["now"] for clock in clocks) == hours
    assert [body["sequence"] for _, body in receiver.got] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("hook", "error"),
    [
        ("http://169.254.169.254/latest", "target refused: 169.254.169.254 is a cloud's metadata address"),
        ("ftp://127.0.0.1/", "target refused: the scheme is 'ftp', allowed: http, https"),
        ("http://127.0.0.1:1/", "no connection"),
        ("http://nowhere.invalid/", "no connection"),
    ],
)
async def test_what_cannot_be_reached_is_an_attempt_without_an_answer(
    client: httpx.AsyncClient, hook: str, error: str
) -> None:
    await book(client, hook)
    await advance(client, by_ms=HOUR_MS)
    assert [(row["status"], row["error"]) for row in await attempts(client)] == [(0, error)]


async def test_switches_reach_the_receiver(client: httpx.AsyncClient, receiver: Receiver) -> None:
    patched = await client.patch("/_sim/v1/tenants/t/webhooks/parrot", json={"duplicate": 1, "corrupt_signature": True})
    assert (patched.status_code, patched.json()["duplicate"]) == (200, 1)
    await book(client, receiver.url)
    await advance(client, by_ms=HOUR_MS)
    assert receiver.got == [("wrong", {"parcel": "par-1", "sequence": 1})] * 2


async def test_far_too_long_an_advance_is_refused(client: httpx.AsyncClient) -> None:
    assert (await advance(client, by_ms=LONGEST_MS + 1)).status_code == 422
    assert (await advance(client, to="2026-03-02T08:59:59Z")).status_code == 409


async def test_real_time_runs_by_the_wall_clock_and_its_speed(parrot_server: Start, receiver: Receiver) -> None:
    wall = [int(datetime(2026, 5, 1, tzinfo=UTC).timestamp() * 1000)]
    async with (
        parrot_server(virtual=False, wall_ms=lambda: wall[0]) as started,
        httpx.AsyncClient(verify=False, base_url=started.url) as client,
    ):
        await login(client)
        await book(client, receiver.url)
        assert (await advance(client, by_ms=1)).status_code == 409
        wall[0] += HOUR_MS
        assert (await client.get("/par-rot/parcels/par-1")).json()["scans"] == 1
        faster = await client.put("/_sim/v1/tenants/t/clock", json={"speed": 2})
        assert (faster.json()["now"], faster.json()["speed"]) == ("2026-05-01T01:00:00.000Z", 2.0)
        wall[0] += HOUR_MS
        clock = (await client.get("/_sim/v1/tenants/t/clock")).json()
        assert clock["now"] == "2026-05-01T03:00:00.000Z"
        stopped = await client.put("/_sim/v1/tenants/t/clock", json={"virtual": True})
        wall[0] += HOUR_MS
        assert (await client.get("/_sim/v1/tenants/t/clock")).json() == stopped.json()
        async with asyncio.timeout(5):
            await receiver.has(3)
        assert sorted(body["sequence"] for _, body in receiver.got) == [1, 2, 3]


async def test_a_token_ends_in_real_time_at_its_moment(parrot_server: Start) -> None:
    wall = [0]
    async with (
        parrot_server(virtual=False, wall_ms=lambda: wall[0]) as started,
        httpx.AsyncClient(verify=False, base_url=started.url) as client,
    ):
        await login(client)
        for moment, status in ((12 * HOUR_MS - 1, 404), (12 * HOUR_MS, 401)):
            wall[0] = moment
            assert (await client.get("/par-rot/parcels/par-1")).status_code == status


async def test_two_runs_with_one_seed_give_the_same_journal(parrot_server: Start) -> None:
    hashes, dumps = set(), set()
    for agent in ("one", "two"):
        async with (
            receiving(Receiver()) as receiver,
            parrot_server(seed="same") as started,
            httpx.AsyncClient(verify=False, base_url=started.url, headers={"User-Agent": agent}) as client,
        ):
            await login(client)
            await client.patch("/_sim/v1/tenants/t/webhooks/parrot", json={"reorder": True, "duplicate": 1})
            fault = {"kind": "status", "probability": 0.5, "operation": "read"}
            await client.post("/_sim/v1/tenants/t/faults", json=fault)
            for number in range(5):
                await book(client, receiver.url, f"R{number}")
                for _ in range(3):
                    await client.get(f"/par-rot/parcels/par-{number + 1}")
            await advance(client, to="2026-03-04T00:00:00Z")
            hashes.add((await client.get("/_sim/v1/tenants/t/journal/hash")).text)
            dumps.add(len((await client.get("/_sim/v1/tenants/t/journal?format=ndjson")).content.splitlines()))
    assert len(hashes) == 1
    assert dumps == {1 + 20 + 40}


async def test_a_restored_tenant_lives_the_same_future(client: httpx.AsyncClient, receiver: Receiver) -> None:
    await book(client, receiver.url)
    await advance(client, by_ms=HOUR_MS)
    dump = (await client.get("/_sim/v1/tenants/t/snapshot")).content
    futures = []
    for _ in range(2):
        kind = {"Content-Type": "application/octet-stream"}
        assert (await client.put("/_sim/v1/tenants/t/snapshot", content=dump, headers=kind)).status_code == 200
        await advance(client, by_ms=24 * HOUR_MS)
        parcels = (await client.get("/_sim/v1/tenants/t/parcels")).text
        futures.append((parcels, (await client.get("/_sim/v1/tenants/t/journal/hash")).text))
    assert futures[0] == futures[1]
    assert (await client.get("/par-rot/parcels/par-1")).status_code == 401  # its token is known, and too old by now


async def test_time_differences_survive_any_zone(client: httpx.AsyncClient) -> None:
    there = datetime(2026, 3, 2, 14, 30, tzinfo=UTC).astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert (await advance(client, to=there.isoformat())).json()["now"] == "2026-03-02T14:30:00.000Z"
