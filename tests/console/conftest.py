"""A whole simulator with a shop in front of it, whose parcels the console shows."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from html.parser import HTMLParser
from itertools import count
from typing import Any

import aiosmtplib
import httpx
import pytest
from aiohttp import web

from parcelproof.simulators.server import Options, Running, running

KEY = {"X-Api-Key": "mak_test_shop"}
HOSTILE = "<script>alert('x')</script>\"&"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


async def no_wait(_: float) -> None:
    """A simulated slowness that costs a test nothing."""


class Fields(HTMLParser):
    """The forms of a page: action -> the hidden fields of the last form with it."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self.links: list[str] = []
        self._form = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = found.get("action", "")
            self.forms[self._form] = {}
        elif tag == "input" and found.get("type") == "hidden":
            self.forms[self._form][found["name"]] = found["value"]
        elif tag == "a":
            self.links.append(found.get("href", ""))


def fields(page: httpx.Response | str) -> Fields:
    found = Fields()
    found.feed(page if isinstance(page, str) else page.text)
    return found


def text_of(page: httpx.Response) -> str:
    """The page's text without its tags, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text))


@dataclass
class Shop:
    """A client of Mail Alliance that is tenant `shop`, a receiver of its webhooks, and a browser without scripts."""

    url: str
    smtp: str
    http: httpx.AsyncClient
    hooks: list[bytes] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    async def book(self, reference: str = "ORDER-1", **changes: Any) -> dict[str, Any]:
        body = {
            "service": "ma_parcel",
            "shipper": address(name="Laden GmbH", street="Marktplatz", postal_code="97070", city="Würzburg"),
            "recipient": address(),
            "package": {"weight_g": 1200, "length_mm": 300, "width_mm": 200, "height_mm": 100},
            "references": {"order": reference},
            **changes,
        }
        headers = {**KEY, "Idempotency-Key": f"key-{next(self.numbers)}-0123456789abcdef"}
        answer = await self.http.post("/mail-alliance/v1/parcels", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def listen(self, url: str) -> None:
        headers = {**KEY, "Idempotency-Key": f"hook-{next(self.numbers)}-0123456789abcdef"}
        answer = await self.http.post("/mail-alliance/v1/webhook-endpoints", json={"url": url}, headers=headers)
        assert answer.status_code == 201, answer.text

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.http.request(method, f"/_sim/v1{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def advance(self, by_ms: int) -> None:
        await self.control("POST", "/tenants/shop/clock/advance", {"by_ms": by_ms})

    async def mail(self, subject: str, text: str, html: str = "") -> None:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = "shop@shop.example", "erika@mail.example", subject
        letter["Message-ID"] = f"<{next(self.numbers)}@shop.example>"
        letter.set_content(text)
        if html:
            letter.add_alternative(html, subtype="html")
        host, _, port = self.smtp.removeprefix("smtp://").rpartition(":")
        await aiosmtplib.send(letter, hostname=host, port=int(port), username="shop", password="s")

    async def page(self, path: str, status: int = 200) -> httpx.Response:
        """Look at a page of tenant `shop`."""
        answer = await self.http.get(f"/_console/t/shop/{path}")
        assert answer.status_code == status, answer.text
        return answer

    async def posted(self, on: str, action: str, typed: dict[str, str]) -> httpx.Response:
        """Fill in the form of `action` on a page (both below the tenant's) and send it as a browser does."""
        target = f"/_console/t/shop/{action}"
        found = fields(await self.page(on)).forms
        hidden = found.get(target) or next(iter(found.values()))
        return await self.http.post(target, data={**hidden, **typed}, headers={"Origin": self.url})

    async def send(self, on: str, action: str, **typed: str) -> httpx.Response:
        """Send a form that is taken; return the answer, which leads back to a page."""
        answer = await self.posted(on, action, typed)
        assert answer.status_code == 303, answer.text
        return answer

    async def refused(self, on: str, action: str, typed: dict[str, str]) -> httpx.Response:
        """Send a form that is refused; return the page that comes back."""
        answer = await self.posted(on, action, typed)
        assert 400 <= answer.status_code < 500, answer.text
        return answer

    async def followed(self, answer: httpx.Response) -> httpx.Response:
        found = await self.http.get(answer.headers["Location"])
        assert found.status_code == 200, found.text
        return found


def address(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Erika Mustermann",
        "street": "Lange Straße",
        "house_number": "12a",
        "postal_code": "10115",
        "city": "Berlin",
        "country": "DE",
        **changes,
    }


@pytest.fixture
async def started() -> AsyncIterator[Running]:
    async with running(Options(port=0, virtual=True, smtp_port=0), sleep=no_wait) as found:
        yield found


@pytest.fixture
async def shop(started: Running) -> AsyncIterator[Shop]:
    async with httpx.AsyncClient(base_url=started.url, trust_env=False) as http:
        found = Shop(started.url, started.smtp, http)
        await found.control("POST", "/tenants", {"name": "shop", "now": "2026-03-02T09:00:00Z"})
        yield found


@pytest.fixture
async def receiver(shop: Shop) -> AsyncIterator[str]:
    """The address of a receiver of webhooks that keeps what it gets and says 200 with a body."""

    async def take(request: web.BaseRequest) -> web.StreamResponse:
        shop.hooks.append(await request.read())
        return web.json_response({"received": len(shop.hooks)})

    server = web.Server(take)
    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/hook"
    listener.close()
    await server.shutdown(0.05)
