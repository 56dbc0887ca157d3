"""A shop outside: HTTP to the simulator over real sockets, a receiver of webhooks, and the control API's buttons."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
import msgspec
from aiohttp import web
from multidict import CIMultiDict

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
SHOP = "shop"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: CIMultiDict[str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def problem(self) -> str:
        """The last part of a whole problem's type."""
        found = self.json
        assert self.headers["Content-Type"] == "application/problem+json"
        assert found["status"] == self.status and found["request_id"] == self.headers["X-Request-Id"]
        return str(found["type"]).removeprefix("/problems/")

    @property
    def faults(self) -> list[tuple[str, str]]:
        assert (self.status, self.problem) == (422, "validation"), self.body
        return [(fault["pointer"], fault["code"]) for fault in self.json["errors"]]


@dataclass
class Street:
    """A client of one tenant. `world` drives that tenant through the control API."""

    http: aiohttp.ClientSession
    key: str = f"mak_test_{SHOP}"
    keys: int = 0

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        key: str | None = "",
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        credential: str | None = None,
    ) -> Reply:
        """Send a request; a POST gets a fresh idempotency key unless `key` names one, or is None for none."""
        content = msgspec.json.encode(body) if raw is None and body is not None else raw
        sent = {"X-Api-Key": credential or self.key}
        if content is not None:
            sent["Content-Type"] = "application/json"
        if method == "POST" and key is not None:
            self.keys += 1
            sent["Idempotency-Key"] = key or f"{id(self)}-{self.keys:010}"
        sent |= headers or {}
        url = f"/mail-alliance{path}"
        async with self.http.request(method, url, data=content, headers=sent, params=query) as reply:
            return Reply(reply.status, CIMultiDict(reply.headers), await reply.read())

    async def get(self, path: str, **options: Any) -> Reply:
        return await self.call("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Reply:
        return await self.call("POST", path, body, **options)

    async def create(self, **changes: Any) -> dict[str, Any]:
        reply = await self.post("/v1/parcels", order(**changes))
        assert reply.status == 201, reply.body
        found: dict[str, Any] = reply.json
        return found

    async def rows(self, path: str, *, query: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """Walk a list by its Link headers to the end."""
        reply = await self.get(path, query=query)
        found: list[dict[str, Any]] = reply.json["data"]
        while "Link" in reply.headers:
            reply = await self.follow(reply)
            found += reply.json["data"]
        assert reply.json["next_cursor"] is None
        return found

    async def follow(self, page: Reply) -> Reply:
        link, _, rest = page.headers["Link"].removeprefix("<").partition(">")
        assert rest == '; rel="next"'
        async with self.http.get(link, headers={"X-Api-Key": self.key}) as reply:
            return Reply(reply.status, CIMultiDict(reply.headers), await reply.read())

    # -- the control API

    async def sim(self, method: str, path: str, body: Any = None) -> Any:
        async with self.http.request(method, f"/_sim/v1/tenants/{SHOP}{path}", json=body) as reply:
            text = await reply.read()
            assert reply.status < 300, (method, path, reply.status, text)
            return msgspec.json.decode(text) if text else None

    async def wait(self, ms: int) -> None:
        await self.sim("POST", "/clock/advance", {"by_ms": ms})

    async def settings(self, **settings: Any) -> None:
        await self.sim("PATCH", "", {"settings": settings})

    async def scan(self, parcel: Mapping[str, Any], code: str, **facts: Any) -> None:
        await self.sim("POST", f"/parcels/{parcel['id']}/scans", {"code": code, **facts})

    async def now(self) -> datetime:
        return datetime.fromisoformat((await self.sim("GET", "/clock"))["now"])


@dataclass
class Hook:
    """A receiver: answers with the statuses in turn, the last one for ever."""

    statuses: Sequence[int] = (204,)
    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        self.got.append(({name.lower(): text for name, text in request.headers.items()}, await request.read()))
        return web.Response(status=self.statuses[min(len(self.got), len(self.statuses)) - 1])

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]

    @property
    def told(self) -> list[Any]:
        return [msgspec.json.decode(body) for _, body in self.got]


@asynccontextmanager
async def served(hook: Hook) -> AsyncIterator[Hook]:
    """Let a receiver listen on a free port."""
    app = web.Application()
    app.router.add_post("/hook", hook.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield hook
    finally:
        await runner.cleanup()


def address(**changes: Any) -> dict[str, Any]:
    made = {"name": "Jürgen Müller", "street": "Lange Straße", "postal_code": "10115", "city": "Berlin"}
    return {**made, "country": "DE", **changes}


def order(**changes: Any) -> dict[str, Any]:
    """A good order; `changes` replace members."""
    return {
        "service": "ma_parcel",
        "shipper": address(name="Laden GmbH", postal_code="97070", city="Würzburg"),
        "recipient": address(),
        "package": {"weight_g": 1200, "length_mm": 300, "width_mm": 200, "height_mm": 100},
        "contents": [{"sku": "TS-1", "description": "T-Shirt", "quantity": 2}],
        **changes,
    }
