"""Requests through a real socket: mounts, routes, bounds, odd requests. Nothing a client sends makes a 500."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import httpx
import pytest

from parcelproof.simulators.core.errors import Reason, Rejected
from parcelproof.simulators.server import Running
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.routes import Route

Start = Callable[..., AbstractAsyncContextManager[Running]]

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def started(parrot_server: Start) -> AsyncIterator[Running]:
    async with parrot_server(listens={"parrot": "127.0.0.1:0"}) as running:
        yield running


@pytest.fixture
async def client(started: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(verify=False, base_url=started.url) as found:
        answer = await found.post("/par-rot/token", content="client_id=shop&client_secret=s3cret", headers=FORM)
        found.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield found


async def raw(url: str, request: bytes) -> bytes:
    """Send bytes as they are and return everything that comes back."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    await writer.drain()
    try:
        async with asyncio.timeout(5):
            return await reader.read()
    finally:
        writer.close()


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


async def test_a_mount_and_a_port_of_its_own_show_one_world(client: httpx.AsyncClient, started: Running) -> None:
    booked = (await client.post("/par-rot/parcels", json={"reference": "R1"})).json()
    assert booked["link"] == f"{started.url}/par-rot/par-1"
    own = await client.get(f"{started.urls['parrot']}/parcels/par-1")
    assert own.json()["link"] == f"{started.urls['parrot']}/par-1"


async def test_a_port_of_its_own_serves_no_control_and_no_mount(client: httpx.AsyncClient, started: Running) -> None:
    for path in ("/_sim/v1/tenants", "/par-rot/parcels/par-1"):
        answer = await client.get(started.urls["parrot"] + path)
        assert (answer.status_code, answer.json()["squawk"]) == (404, "no-route")


async def test_links_use_the_host_that_the_client_called(client: httpx.AsyncClient) -> None:
    answer = await client.post("/par-rot/parcels", json={"reference": "R"}, headers={"Host": "carrier.test:81"})
    assert answer.json()["link"] == "http://carrier.test:81/par-rot/par-1"
    odd = await client.post("/par-rot/parcels", json={"reference": "R"}, headers={"Host": 'x"><script>'})
    assert odd.json()["link"] == "http://localhost/par-rot/par-2"


async def test_an_unknown_mount_names_the_mounts(client: httpx.AsyncClient) -> None:
    for path in ("/nowhere/at/all", "/par-rotten", "/%2e%2e/par-rot"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["mounts"] == ["/", "/_console", "/_sim", "/par-rot"]


async def test_route_and_method_are_refused_in_the_carriers_shape(client: httpx.AsyncClient) -> None:
    lost = await client.get("/par-rot/nowhere")
    wrong = await client.put("/par-rot/parcels/par-1")
    assert (lost.status_code, lost.json()["squawk"]) == (404, "no-route")
    assert (wrong.status_code, wrong.json()["allowed"]) == (405, ["GET"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nowhere", b"", 404),
        ("PUT", "/parcels/par-1", b"{}", 405),
        ("POST", "/parcels", b" " * 10_485_760, 413),
    ],
)
async def test_a_call_that_no_handler_gets_stands_in_its_tenants_journal(
    client: httpx.AsyncClient, started: Running, method: str, path: str, body: bytes, status: int
) -> None:
    tenants = started.shell.tenants
    before = tenants.find("shop").store.dump()
    answer = await client.request(method, f"/par-rot{path}", content=body)
    assert (answer.status_code, tenants.find("shop").store.dump()) == (status, before)
    *_, line = tenants.journal(tenants.find("shop")).lines()
    assert (line.method, line.path, line.status, line.credential) == (method, f"/par-rot{path}", status, "shop")


@pytest.mark.parametrize("token", ["", "Bearer nobody's"])
async def test_an_unknown_route_is_unknown_to_a_stranger_too(client: httpx.AsyncClient, token: str) -> None:
    answer = await client.get("/par-rot/nowhere", headers={"Authorization": token})
    assert (answer.status_code, answer.json()["squawk"]) == (404, "no-route")


async def test_a_trailing_slash_and_encoded_letters_are_the_same_path(client: httpx.AsyncClient) -> None:
    await client.post("/par-rot/parcels", json={"reference": "R1"})
    for path in ("/par-rot/parcels/par-1/", "/par-rot/p%61rcels/par%2D1"):
        assert (await client.get(path)).status_code == 200, path


async def test_an_encoded_slash_does_not_divide(client: httpx.AsyncClient) -> None:
    answer = await client.get("/par-rot/parcels/par%2F1")
    assert (answer.status_code, answer.json()["squawk"]) == (404, "unknown-parcel")


async def test_a_handler_that_breaks_is_the_carriers_own_500_and_is_logged(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await client.get("/par-rot/boom")
    assert (answer.status_code, answer.json()["squawk"]) == (500, "broken")
    assert "on purpose" in caplog.text


@pytest.mark.parametrize(
    ("broken", "status", "squawk"),
    [
        (ZeroDivisionError("on purpose"), 500, "broken"),
        (Rejected(Reason.UNKNOWN_PARCEL), 404, "unknown-parcel"),
    ],
)
@pytest.mark.parametrize("faulty", [False, True])
async def test_a_body_that_breaks_while_it_is_made_beside_the_loop_is_answered_as_a_handler_that_breaks(
    client: httpx.AsyncClient, started: Running, broken: Exception, status: int, squawk: str, faulty: bool
) -> None:
    def made() -> bytes:
        raise broken

    def drawn(call: Call) -> Answer:
        return Answer(200, later=made)

    started.shell._mounts["par-rot"].routes.add(Route("GET", "/drawn", "drawn", drawn))
    if faulty:
        slow = {"kind": "latency", "latency_ms": 5, "point": "after"}
        assert (await client.post("/_sim/v1/tenants/shop/faults", json=slow)).status_code == 201
    answer = await client.get("/par-rot/drawn")
    assert (answer.status_code, answer.json()["squawk"]) == (status, squawk)


async def test_every_answer_tells_delay_and_own_time(client: httpx.AsyncClient, slept: list[float]) -> None:
    quick = (await client.get("/par-rot/parcels/par-9")).headers["Server-Timing"]
    slow = (await client.get("/par-rot/slow")).headers["Server-Timing"]
    assert quick.startswith("delay;dur=0, own;dur=")
    assert slow.startswith("delay;dur=20000, own;dur=")
    assert slept == [20.0]


async def test_a_body_over_the_limit_is_refused_before_it_is_read(started: Running, client: httpx.AsyncClient) -> None:
    head = f"POST /par-rot/parcels HTTP/1.1\r\nHost: x\r\nContent-Length: {10 * 2**20}\r\n\r\n"
    host, _, port = started.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(head.encode())  # and not one byte of the ten megabytes
    async with asyncio.timeout(5):
        answer = await reader.readuntil(b"}")
    writer.close()
    assert status_of(answer) == 413
    assert b'"squawk":"too-large"' in answer


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
async def test_a_ten_megabyte_body_gets_the_carriers_413(client: httpx.AsyncClient, declared: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(160):
            yield b"x" * 65_536

    content = b"x" * 160 * 65_536 if declared else chunks()
    answer = await client.post("/par-rot/parcels", content=content)
    assert (answer.status_code, answer.json()["squawk"]) == (413, "too-large")
    assert (await client.get("/par-rot/parcels/par-1")).status_code == 404


async def test_expect_continue_is_answered(started: Running, client: httpx.AsyncClient) -> None:
    token = client.headers["Authorization"]
    body = b'{"reference":"R"}'
    head = (
        f"POST /par-rot/parcels HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nExpect: 100-continue\r\n"
        f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    answer = await raw(started.url, head.encode() + body)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n")


CLOSE = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
CHUNKED = b"POST /par-rot/parcels HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

ODD = {
    "no-http": b"\x16\x03\x01\x02\x00\x01\x00",
    "no-version": b"GET /par-rot/parcels\r\n\r\n",
    "bad-length": b"POST /par-rot/parcels HTTP/1.1\r\nHost: x\r\nContent-Length: minus\r\n\r\n",
    "two-lengths": b"POST /par-rot/parcels HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    "bad-chunk": CHUNKED + b"zz\r\nabc\r\n0\r\n\r\n",
    "long-line": b"GET /par-rot/" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "long-header": b"GET /par-rot/ HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
    "many-headers": b"GET /par-rot/ HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
    "no-host": b"GET /par-rot/parcels/1 HTTP/1.1\r\nConnection: close\r\n\r\n",
    "http-1.0": b"GET /par-rot/parcels/1 HTTP/1.0\r\n\r\n",
    "absolute": b"GET http://other.example/par-rot/parcels/1" + CLOSE + b"\r\n",
    "asterisk": b"OPTIONS *" + CLOSE + b"\r\n",
    "connect": b"CONNECT shop.example:443" + CLOSE + b"\r\n",
    "options": b"OPTIONS /par-rot/parcels" + CLOSE + b"\r\n",
    "unknown-method": b"BREW /par-rot/parcels" + CLOSE + b"\r\n",
    "traversal": b"GET /par-rot/../_sim/v1/tenants" + CLOSE + b"\r\n",
    "no-utf8-path": b"GET /par-rot/parcels/\xff\xfe" + CLOSE + b"\r\n",
    "encoded-no-utf8": b"GET /par-rot/parcels/%ff%00%0d%0a" + CLOSE + b"\r\n",
    "half-percent": b"GET /par-rot/parcels/%zz%4" + CLOSE + b"\r\n",
    "odd-query": b"GET /par-rot/parcels/1?&&=&%ff=%&a;b" + CLOSE + b"\r\n",
    "no-utf8-header": b"GET /par-rot/parcels/1" + CLOSE + b"Authorization: \xff\xfe\r\n\r\n",
    "no-utf8-agent": b"GET /par-rot/parcels/1" + CLOSE + b"User-Agent: \xff\xfe\r\n\r\n",
    "odd-host": b"GET /par-rot/parcels/1 HTTP/1.1\r\nHost: \xff a:b:c/d\r\nConnection: close\r\n\r\n",
    "upgrade": b"GET /par-rot/1 HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n",
    "gzip-lie": b"POST /par-rot/token" + CLOSE + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
}


@pytest.mark.parametrize("request_bytes", ODD.values(), ids=ODD.keys())
async def test_odd_requests_get_a_4xx_and_the_server_goes_on(
    started: Running, client: httpx.AsyncClient, request_bytes: bytes
) -> None:
    for url, mount in ((started.url, True), (started.urls["parrot"], False)):
        sent = request_bytes if mount else request_bytes.replace(b"/par-rot", b"")
        answer = await raw(url, sent)
        assert 400 <= status_of(answer) < 500, answer[:300]
    assert (await client.post("/par-rot/parcels", json={"reference": "R"})).status_code == 201


async def test_head_has_the_head_of_a_refusal_and_no_body(started: Running, client: httpx.AsyncClient) -> None:
    answer = await raw(started.url, b"HEAD /par-rot/parcels HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert status_of(answer) == 405
    assert answer.endswith(b"\r\n\r\n")


async def test_an_old_client_and_a_closing_one_get_the_same_answer(started: Running, client: httpx.AsyncClient) -> None:
    open_ = await client.get("/par-rot/nowhere")
    closed = await client.get("/par-rot/nowhere", headers={"Connection": "close"})
    old = await raw(started.url, b"GET /par-rot/nowhere HTTP/1.0\r\n\r\n")
    assert open_.content == closed.content == old.partition(b"\r\n\r\n")[2]
    assert open_.headers["Content-Type"] == closed.headers["Content-Type"] == "application/json"
    assert json.loads(open_.content)["squawk"] == "no-route"


async def test_pipelined_requests_are_answered_in_order(started: Running, client: httpx.AsyncClient) -> None:
    one = b"GET /par-rot/%d HTTP/1.1\r\nHost: x\r\n%s\r\n"
    answer = await raw(started.url, b"".join(one % (n, b"Connection: close\r\n" if n == 9 else b"") for n in range(10)))
    assert answer.count(b"HTTP/1.1 404 Not Found\r\n") == 10
