"""Receivers that misbehave, on real sockets: what is recorded, and that none of them costs more than it may."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import httpx
import msgspec
import pytest

from parcelproof.simulators.core.world import Effect, Outcome
from parcelproof.simulators.server import Running
from parcelproof.simulators.wire import dispatcher, webhooks
from parcelproof.simulators.wire.dispatcher import ANSWER_LIMIT_BYTES, Dispatcher
from parcelproof.simulators.wire.patience import Patience
from parcelproof.simulators.wire.tenants import Tenants
from parcelproof.simulators.wire.webhooks import KEPT_BODY_BYTES, KEPT_HEADER_CHARS, KEPT_HEADERS, Attempt

if TYPE_CHECKING:
    from tests.wire.conftest import Answering, RawReceiver

Start = Callable[..., AbstractAsyncContextManager[Running]]
Says = Callable[..., "Answering"]

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HOUR_MS = 3_600_000
BROKEN = "connection lost or broken answer"
ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"


class Shop:
    """A tenant of a running server, whose parcels have a hook."""

    def __init__(self, running: Running, http: httpx.AsyncClient) -> None:
        self.running, self.http, self.booked = running, http, 0

    @property
    def attempts(self) -> list[Attempt]:
        return webhooks.attempts(self.running.shell.tenants.find("t"))

    async def told(self, url: str) -> Attempt:
        """Book a parcel and let its first webhook go out; return the attempt."""
        self.booked += 1
        answer = await self.http.post("/par-rot/parcels", json={"reference": f"R-{self.booked}", "hook": url})
        assert answer.status_code == 201
        world = self.running.shell.tenants.find("t")
        world.pause(world.parcel(answer.json()["id"]))
        await self.control("POST", f"parcels/{answer.json()['id']}/scans", {"code": "accepted"})
        await self.control("POST", "clock/advance", {"by_ms": 0})
        return self.attempts[-1]

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.http.request(method, f"/_sim/v1/tenants/t/{path}", json=body, timeout=20)
        assert answer.status_code < 300, answer.text
        return answer.json()


async def opened(running: Running, http: httpx.AsyncClient) -> Shop:
    answer = await http.post("/par-rot/token", content="client_id=t&client_secret=s", headers=FORM)
    http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return Shop(running, http)


@pytest.fixture
async def shop(parrot_server: Start) -> AsyncIterator[Shop]:
    async with parrot_server() as running, httpx.AsyncClient(verify=False, base_url=running.url) as http:
        yield await opened(running, http)


@pytest.fixture
async def hasty_shop(parrot_server: Start) -> AsyncIterator[Shop]:
    """A tenant of a server that gives a hanging receiver three tenths of a second."""
    async with (
        parrot_server(webhook_cap_s=0.3) as running,
        httpx.AsyncClient(verify=False, base_url=running.url) as http,
    ):
        yield await opened(running, http)


async def test_an_answer_is_kept_whole_beside_the_request(
    shop: Shop, receiver: "RawReceiver", with_status: Says
) -> None:
    receiver.answer = with_status(202, "X-Note: thanks", "Set-Cookie: a=b", "Set-Cookie: c=d", body="спасибо".encode())
    found = await shop.told(receiver.url)
    (got,) = receiver.got
    assert (found.url, found.method, found.body) == (receiver.url, "POST", got.body)
    assert got.headers["signature"] == found.headers["Signature"] == "sound"
    assert (found.status, found.error, found.took_ms) == (202, "", 0)
    del found.answer_headers["Connection"]
    assert found.answer_headers == {"Content-Length": "14", "X-Note": "thanks", "Set-Cookie": "a=b, c=d"}
    assert (found.answer_body.decode(), found.answer_size_bytes) == ("спасибо", 14)
    await shop.told(receiver.url)
    assert "cookie" not in receiver.got[1].headers


def reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def resets(writer: asyncio.StreamWriter) -> None:
    reset(writer)


async def resets_within(writer: asyncio.StreamWriter) -> None:
    writer.write(ENDLESS + b"some of it")
    await writer.drain()
    reset(writer)


BAD = {
    "closes without a word": b"",
    "speaks another protocol": b"220 mail.example ESMTP\r\n",
    "answers garbage": b"\x00\xff\xfe garbage \r\n\r\n\r\n",
    "has no status": b"HTTP/1.1 OK\r\n\r\n",
    "has a status of four digits": b"HTTP/1.1 2000 OK\r\n\r\n",
    "has a header line without a colon": b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n",
    "has a header of 20 kB": b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 20_000 + b"\r\n\r\n",
    "has two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "breaks off in the body": b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab",
    "breaks off in a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nab",
    "has a chunk of no size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n",
}


async def test_receivers_that_break_off_or_talk_nonsense(shop: Shop, receiver: "RawReceiver", says: Says) -> None:
    for what, answer in BAD.items():
        receiver.answer = says(answer)
        found = await shop.told(receiver.url)
        assert (found.status, found.error, found.answer_body) == (0, BROKEN, b""), what
    for rude in (resets, resets_within):
        receiver.answer = rude
        found = await shop.told(receiver.url)
        assert (found.status, found.error) == (0, BROKEN), rude
    assert len(receiver.got) == len(BAD) + 2, "each was tried once: the client repeats nothing by itself"


async def test_nobody_there_and_no_tls_there(shop: Shop, receiver: "RawReceiver") -> None:
    found = await shop.told(receiver.url.replace("http:", "https:"))
    assert (found.status, found.error) == (0, "no trusted TLS connection")
    assert not receiver.got
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        found = await shop.told(f"http://127.0.0.1:{unused.getsockname()[1]}/")
    assert (found.status, found.error) == (0, "no connection")


async def test_a_hundred_headers_are_read_and_some_of_them_kept(
    shop: Shop, receiver: "RawReceiver", with_status: Says
) -> None:
    receiver.answer = with_status(200, *(f"X-{number:03}: {'v' * 5_000}" for number in range(100)))
    found = await shop.told(receiver.url)
    assert (found.status, len(found.answer_headers)) == (200, KEPT_HEADERS)
    assert found.answer_headers["X-000"] == "v" * KEPT_HEADER_CHARS


async def test_header_bytes_that_are_no_text_do_no_harm(shop: Shop, receiver: "RawReceiver", says: Says) -> None:
    receiver.answer = says(b"HTTP/1.1 200 OK\r\nX-Odd: a\xff\xfeb\r\nContent-Length: 2\r\n\r\n\xff\xfe")
    found = await shop.told(receiver.url)
    assert (found.status, found.answer_headers["X-Odd"]) == (200, "a\ufffd\ufffdb")
    assert found.answer_body == b"\xff\xfe"
    await shop.control("GET", "webhook-attempts")
    await shop.control("GET", "journal")
    assert b"X-Odd" in msgspec.json.encode(found)
    snapshot = await shop.http.get("/_sim/v1/tenants/t/snapshot")
    assert snapshot.status_code == 200


async def test_interim_answers_are_passed_over(shop: Shop, receiver: "RawReceiver", says: Says) -> None:
    early = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    receiver.answer = says(early, b"HTTP/1.1 204 No Content\r\nX-Last: yes\r\n\r\n")
    found = await shop.told(receiver.url)
    assert (found.status, found.answer_headers) == (204, {"X-Last": "yes"})


@pytest.mark.parametrize("code", [300, 301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_never_followed(
    shop: Shop,
    receiver: "RawReceiver",
    receiving: Callable[[], AbstractAsyncContextManager["RawReceiver"]],
    with_status: Says,
    code: int,
) -> None:
    async with receiving() as elsewhere:
        receiver.answer = with_status(code, f"Location: {elsewhere.url}")
        found = await shop.told(receiver.url)
        assert (found.status, found.answer_headers["Location"]) == (code, elsewhere.url)
        assert elsewhere.connections == 0


async def test_an_answer_without_end_is_read_up_to_a_limit(shop: Shop, receiver: "RawReceiver") -> None:
    sent_bytes = 0

    async def pours(writer: asyncio.StreamWriter) -> None:
        nonlocal sent_bytes
        writer.write(ENDLESS)
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()
            sent_bytes += 65_536

    receiver.answer = pours
    found = await shop.told(receiver.url)
    assert (found.status, found.error, found.answer_size_bytes) == (200, "", ANSWER_LIMIT_BYTES)
    assert found.answer_body == b"x" * KEPT_BODY_BYTES
    journal = (await shop.control("GET", "journal"))["entries"]
    (line,) = [entry for entry in journal if entry["direction"] == "out"]
    assert len(line["response_body"]) == ANSWER_LIMIT_BYTES
    assert sent_bytes < 100 * 1_048_576, "the connection was cut"


async def test_a_body_in_pieces_is_put_together() -> None:
    class Pieces:
        def __init__(self) -> None:
            self.pieces = [b"one, ", b"two, ", b"three"]

        async def read(self, most: int) -> bytes:
            return self.pieces.pop(0)[:most] if self.pieces else b""

    assert await dispatcher._beginning(Pieces()) == b"one, two, three"  # type: ignore[arg-type]


async def hangs(writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def hangs_in_the_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-A: b\r\n")
    await asyncio.Event().wait()


async def hangs_in_the_body(writer: asyncio.StreamWriter) -> None:
    writer.write(ENDLESS + b"some of it")
    await asyncio.Event().wait()


async def never_comes_to_the_point(writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0)


@pytest.mark.parametrize("slow", [hangs, hangs_in_the_head, hangs_in_the_body, never_comes_to_the_point])
async def test_a_slow_receiver_costs_bounded_real_time_and_the_carriers_virtual_time_out(
    hasty_shop: Shop, receiver: "RawReceiver", slow: Callable[[asyncio.StreamWriter], Awaitable[None]]
) -> None:
    receiver.answer = slow
    async with asyncio.timeout(5):
        found = await hasty_shop.told(receiver.url)
    assert (found.status, found.error, found.took_ms) == (0, "timeout", 15_000)
    assert (found.answer_body, found.answer_headers) == (b"", {})
    assert len(receiver.got) == 1


def test_a_receiver_that_goes_on_hanging_costs_less_and_less_until_it_answers() -> None:
    patience = Patience(5.0)
    waits = []
    for _ in range(10):
        waits.append(patience.seconds("http://a/"))
        patience.learn("http://a/", hung=True)
    assert waits == [5.0, 2.5, 1.25, 0.625, *[0.5] * 6]
    assert patience.seconds("http://b/") == 5.0
    patience.learn("http://a/", hung=False)
    assert patience.seconds("http://a/") == 5.0
    hasty = Patience(0.1)
    hasty.learn("http://a/", hung=True)
    assert hasty.seconds("http://a/") == 0.1


async def test_the_dispatcher_has_that_patience_on_virtual_time_only(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    async def noting(self: Dispatcher, effect: Effect, timeout_s: float) -> Outcome:
        given.append(timeout_s)
        return Outcome(0, {}, b"", "timeout") if len(given) < 3 else Outcome(200, {}, b"")

    monkeypatch.setattr(Dispatcher, "_attempt", noting)
    tenants = Tenants(duties={}, kinds=[], virtual=True, now_ms=0, seed="s")
    world, sender = tenants.world("t"), Dispatcher(tenants, longest_s=4.0)
    effect = Effect("parrot.webhook", "k", 0, "http://127.0.0.1:1/", {}, b"{}", 15_000)
    took = [(await sender.send(world, effect)).took_ms for _ in range(4)]
    assert (given, took) == ([4.0, 2.0, 1.0, 4.0], [15_000, 15_000, 0, 0])
    world.store.header.virtual = False
    given.clear()
    assert [(await sender.send(world, effect)).took_ms for _ in range(2)] == [0, 0]
    assert given == [15.0, 15.0]


async def test_a_receiver_may_ask_the_carrier_before_it_answers(
    shop: Shop, receiver: "RawReceiver", with_status: Says
) -> None:
    async def asks_first(writer: asyncio.StreamWriter) -> None:
        seen = await shop.http.get("/par-rot/parcels/par-1")
        assert (seen.status_code, shop.attempts) == (200, [])
        await with_status(299)(writer)

    receiver.answer = asks_first
    assert (await shop.told(receiver.url)).status == 299
