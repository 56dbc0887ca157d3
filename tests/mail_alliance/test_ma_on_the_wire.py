"""Mail Alliance behind the real server: HTTP itself, faults, the control API, webhooks to a real receiver."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook

from parcelproof.simulators.mail_alliance import CARRIER
from parcelproof.simulators.server import Options, Running, running

KEY = {"X-Api-Key": "mak_test_shop"}
HOUR, DAY = 3_600_000, 86_400_000


async def no_wait(_: float) -> None:
    """A simulated slowness that costs a test nothing."""


@pytest.fixture
async def server() -> AsyncIterator[Running]:
    async with running(Options(port=0, virtual=True), carriers=[CARRIER], sleep=no_wait) as started:
        yield started


@pytest.fixture
async def http(server: Running) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=server.url) as session:
        yield session


async def create(http: aiohttp.ClientSession, body: Any, key: str = "k" * 20, **headers: str) -> aiohttp.ClientResponse:
    sent = {**KEY, "Idempotency-Key": key, **headers}
    return await http.post("/mail-alliance/v1/parcels", json=body, headers=sent)


async def control(http: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> Any:
    async with http.request(method, f"/_sim/v1/tenants/{path}", json=body) as reply:
        assert reply.status < 300, await reply.text()
        return await reply.json() if reply.status != 204 else None


async def parcels_of(http: aiohttp.ClientSession) -> list[Any]:
    async with http.get("/mail-alliance/v1/parcels", headers=KEY) as reply:
        found: list[Any] = (await reply.json())["data"]
        return found


async def test_a_parcel_over_http_with_links_to_where_it_was_asked(http: aiohttp.ClientSession, desk: Any) -> None:
    async with await create(http, desk.order()) as reply:
        found = await reply.json()
        assert reply.status == 201 and reply.headers["Content-Type"] == "application/json"
        assert reply.headers["X-Request-Id"] and reply.headers["RateLimit"]
    async with http.get(found["label"]["url"], headers={**KEY, "Accept": "application/pdf"}) as label:
        assert (await label.read())[:5] == b"%PDF-"
    async with http.get(found["tracking_url"], headers=KEY) as tracking:
        assert (await tracking.json())["status"] == "announced"


@pytest.mark.parametrize("size_bytes", [262_145, 10_000_000])
async def test_a_body_over_256_kb_is_413_and_makes_nothing(http: aiohttp.ClientSession, size_bytes: int) -> None:
    headers = {**KEY, "Content-Type": "application/json", "Idempotency-Key": "k" * 20}
    body = b'{"x": "' + b"y" * (size_bytes - 9) + b'"}'
    async with http.post("/mail-alliance/v1/parcels", data=BytesIO(body), headers=headers) as reply:
        problem = await reply.json(content_type="application/problem+json")
        assert (reply.status, problem["type"], problem["limit"]) == (413, "/problems/payload-too-large", 262_144)
        assert problem["request_id"] == reply.headers["X-Request-Id"]
    assert await parcels_of(http) == []


async def test_a_body_of_exactly_256_kb_is_read(http: aiohttp.ClientSession) -> None:
    headers = {**KEY, "Content-Type": "application/json", "Idempotency-Key": "k" * 20}
    body = b'{"x": "' + b"y" * (262_144 - 9) + b'"}'
    async with http.post("/mail-alliance/v1/parcels", data=body, headers=headers) as reply:
        assert reply.status == 422


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/v1/nowhere", 404, "not-found"),
        ("GET", "/", 404, "not-found"),
        ("DELETE", "/v1/parcels", 405, "method-not-allowed"),
        ("GET", "/v1/parcels/%F0%9F%93%A6", 404, "not-found"),
        ("GET", "/v1/parcels/a%2Fb/label", 404, "not-found"),
        ("GET", "/v1/parcels/%00", 404, "not-found"),
        ("GET", "/v1/parcels?limit=0", 422, "validation"),
        ("POST", "/v1/parcels", 415, "unsupported-media-type"),
    ],
)
async def test_errors_keep_their_shape_over_http(
    http: aiohttp.ClientSession, method: str, path: str, status: int, kind: str
) -> None:
    async with http.request(method, f"/mail-alliance{path}", headers={**KEY, "Idempotency-Key": "k" * 20}) as reply:
        problem = await reply.json(content_type="application/problem+json")
        assert (reply.status, problem["type"]) == (status, f"/problems/{kind}")
        assert problem["request_id"] == reply.headers["X-Request-Id"]


async def test_a_call_with_an_expired_token_stands_in_the_tenants_journal(http: aiohttp.ClientSession) -> None:
    form = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s"}
    async with http.post("/mail-alliance/oauth/token", data=form) as reply:
        bearer = {"Authorization": f"Bearer {(await reply.json())['access_token']}"}
    await control(http, "POST", "shop/clock/advance", {"by_ms": HOUR})
    async with http.get("/mail-alliance/v1/parcels", headers=bearer) as reply:
        assert reply.status == 401
    *_, line = (await control(http, "GET", "shop/journal"))["entries"]
    assert (line["operation"], line["status"], line["credential"]) == ("list_parcels", 401, "shop")


async def test_parallel_creates_with_one_key_make_one_parcel(http: aiohttp.ClientSession, desk: Any) -> None:
    replies = await asyncio.gather(*(create(http, desk.order()) for _ in range(8)))
    bodies = {await reply.read() for reply in replies}
    assert sorted(reply.status for reply in replies) == [200] * 7 + [201]
    assert len(bodies) == 1 and len(await parcels_of(http)) == 1


async def test_a_reply_lost_after_the_effect_is_had_by_the_same_key(http: aiohttp.ClientSession, desk: Any) -> None:
    assert await parcels_of(http) == []
    fault = {"carrier": "mail_alliance", "operation": "create_parcel", "kind": "reset", "point": "after"}
    await control(http, "POST", "shop/faults", fault)
    with pytest.raises(aiohttp.ClientError):
        await create(http, desk.order())
    (made,) = await parcels_of(http)
    async with await create(http, desk.order()) as again:
        found = await again.json()
        assert (again.status, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert (found["id"], found["label"]["sha256"]) == (made["id"], made["label"]["sha256"])


async def test_a_lost_request_leaves_nothing_and_the_key_unused(http: aiohttp.ClientSession, desk: Any) -> None:
    assert await parcels_of(http) == []
    await control(http, "POST", "shop/faults", {"carrier": "mail_alliance", "kind": "status", "status": 503})
    async with await create(http, desk.order()) as failed:
        assert failed.status == 503
    assert await parcels_of(http) == []
    async with await create(http, desk.order()) as made:
        assert made.status == 201 and "Idempotent-Replayed" not in made.headers


async def test_the_control_api_moves_parcels_and_returns(http: aiohttp.ClientSession, desk: Any) -> None:
    async with await create(http, desk.order()) as reply:
        made = await reply.json()
    await control(http, "PUT", f"shop/parcels/{made['id']}/journey", {"story": "stuck"})
    await control(http, "POST", f"shop/parcels/{made['id']}/scans", {"code": "shipped"})
    await control(http, "POST", "shop/clock/advance", {"by_ms": HOUR})
    await control(http, "POST", f"shop/parcels/{made['id']}/scans", {"code": "delivered", "reason": "partly_refused"})
    (found,) = (await control(http, "GET", "shop/parcels?reference=P-001&carrier=mail_alliance"))["parcels"][:1]
    assert (found["id"], found["status"], found["number"]) == (made["id"], "delivered", made["tracking_number"])
    rows = (await control(http, "GET", "shop/parcels"))["parcels"]
    assert [row["return_of"] for row in rows] == ["", made["id"]]
    await control(http, "DELETE", f"shop/parcels/{made['id']}/scans/2")
    async with http.get(f"/mail-alliance/v1/parcels/{made['id']}/tracking", headers=KEY) as tracking:
        assert (await tracking.json())["status"] == "shipped"
    await control(http, "PUT", f"shop/parcels/{made['id']}/journey", {"story": "lost"})
    await control(http, "POST", "shop/clock/advance", {"by_ms": 10 * DAY})
    assert (await control(http, "GET", f"shop/parcels/{made['id']}"))["status"] == "lost_or_damaged"


async def test_webhooks_reach_a_real_receiver_and_verify(http: aiohttp.ClientSession, desk: Any) -> None:
    got: list[tuple[dict[str, str], bytes]] = []

    async def receive(request: web.Request) -> web.Response:
        got.append((dict(request.headers), await request.read()))
        return web.Response(status=500 if len(got) == 2 else 204)

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        sent = {**KEY, "Idempotency-Key": "e" * 20}
        async with http.post("/mail-alliance/v1/webhook-endpoints", json={"url": url}, headers=sent) as reply:
            secret = (await reply.json())["secret"]
        async with await create(http, desk.order()) as reply:
            assert reply.status == 201
        await control(http, "POST", "shop/clock/advance", {"by_ms": 9 * DAY})
    finally:
        await runner.cleanup()
    ids = [headers["webhook-id"] for headers, _ in got]
    assert len(ids) == 8 and len(set(ids)) == 7 and ids[1] == ids[2]
    for headers, body in got:
        lower = {name.lower(): value for name, value in headers.items()}
        at = datetime.fromtimestamp(int(lower["webhook-timestamp"]), UTC)
        assert lower["webhook-signature"] == Webhook(secret).sign(lower["webhook-id"], at, body.decode())
    attempts = await control(http, "GET", "shop/webhook-attempts")
    assert len(attempts["attempts"]) == 8


async def test_two_runs_of_one_story_have_one_journal_hash(desk: Any) -> None:
    hashes = []
    for _ in range(2):
        options = Options(port=0, virtual=True, seed="s")
        async with (
            running(options, carriers=[CARRIER], sleep=no_wait) as started,
            aiohttp.ClientSession(base_url=started.url) as http,
        ):
            async with await create(http, desk.order(recipient=desk.address(name="SLOW"))) as reply:
                assert reply.status == 201
            await control(http, "POST", "shop/clock/advance", {"by_ms": 9 * DAY})
            async with http.get("/mail-alliance/v1/tracking-events", headers=KEY) as reply:
                assert reply.status == 200
            hashes.append(await control(http, "GET", "shop/journal/hash"))
    assert hashes[0] == hashes[1] and hashes[0]["entries"] == 2


async def test_a_snapshot_over_the_control_api_keeps_keys_tokens_and_labels(
    http: aiohttp.ClientSession, desk: Any
) -> None:
    form = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s"}
    async with http.post("/mail-alliance/oauth/token", data=form) as reply:
        bearer = {"Authorization": f"Bearer {(await reply.json())['access_token']}"}
    async with await create(http, desk.order()) as reply:
        first = await reply.read()
    async with http.get("/_sim/v1/tenants/shop/snapshot") as reply:
        dump = await reply.read()
    await control(http, "POST", "shop/clock/advance", {"by_ms": 9 * DAY})
    async with http.put("/_sim/v1/tenants/shop/snapshot", data=dump) as reply:
        assert reply.status < 300, await reply.text()
    async with await create(http, desk.order()) as again:
        assert (again.status, await again.read()) == (200, first)
    async with http.get("/mail-alliance/v1/time", headers=bearer) as reply:
        assert (await reply.json())["now"] == "2026-03-02T09:00:00.000Z"
