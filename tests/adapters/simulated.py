"""A simulator, a shop that keeps its webhooks, and the adapters of CDEK and Mail Alliance over sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from aiohttp import web

from parcelproof.control_client import ControlClient
from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.adapters.mail_alliance import MailAllianceAdapter
from parcelproof.reference.ports import (
    Address,
    CarrierEvent,
    Quote,
)
from parcelproof.simulators.server import Options, Running, running

T = TypeVar("T")

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
TENANT = "adapters"
DAY_MS = 86_400_000


@dataclass
class Lab:
    """A running simulator, a control client, and both adapters of one tenant."""

    control: ControlClient
    mail_alliance: MailAllianceAdapter
    cdek: CdekAdapter
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    hook_url: str = ""

    async def ask(self, call: Callable[..., T], *given: Any, **named: Any) -> T:
        return await asyncio.to_thread(call, *given, **named)

    async def pass_ms(self, by_ms: int) -> None:
        await self.ask(self.control.advance, TENANT, by_ms=by_ms)

    async def now(self) -> datetime:
        found = (await self.ask(self.control.clock, TENANT))["now"]
        assert isinstance(found, datetime)
        return found

    async def live(self, carrier: str, number: str, story: str) -> None:
        (parcel,) = await self.ask(self.control.parcels, TENANT, carrier=carrier, number=number)
        await self.ask(self.control.journey, TENANT, parcel["id"], story=story)


class VirtualClock:
    """What the CDEK adapter measures its token's age by: the tenant's own time, as a test sets it."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


@pytest.fixture
async def started() -> AsyncIterator[Running]:
    async with running(Options(port=0, virtual=True, start=START, webhook_cap_s=2.0)) as found:
        yield found


@pytest.fixture
async def lab(started: Running, wuerzburg: Address, moscow: Address) -> AsyncIterator[Lab]:
    control = ControlClient(started.url)
    credentials: Any = [
        {"carrier": "cdek", "id": "adapters", "secret": "s3cret"},
        {"carrier": "mail_alliance", "id": "adapters", "secret": "mak_test_adapters"},
    ]
    await asyncio.to_thread(control.create_tenant, TENANT, seed="7", now=START, credentials=credentials)
    mail_alliance = MailAllianceAdapter(f"{started.url}/mail-alliance", "mak_test_adapters", wuerzburg, timeout_s=5.0)
    cdek = CdekAdapter(f"{started.url}/cdek/v2", "adapters", "s3cret", moscow, timeout_s=5.0, clock=VirtualClock())
    made = Lab(control, mail_alliance, cdek)
    async with receiver(made):
        yield made
    await mail_alliance.close()
    await cdek.close()
    await asyncio.to_thread(control.close)


@asynccontextmanager
async def receiver(lab: Lab) -> AsyncIterator[None]:
    """A shop that keeps every webhook as it came."""

    async def take(request: web.BaseRequest) -> web.Response:
        lab.seen.append((request.path, dict(request.headers), await request.read()))
        return web.Response()

    server = web.Server(take)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    lab.hook_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield
    await runner.cleanup()


def cheapest(quotes: Sequence[Quote]) -> Quote:
    return min(quotes, key=lambda quote: quote.total.minor)


LOSSES = [("reset", "before"), ("reset", "after"), ("reset", "during"), ("truncate", "during"),
          ("malformed", "during"), ("status", "before"), ("status", "after")]  # fmt: skip


def loss(kind: str, point: str, operation: str) -> dict[str, Any]:
    return {"operation": operation, "kind": kind, "point": point, **({"status": 503} if kind == "status" else {})}


def events_of(notices: Any) -> dict[str, CarrierEvent]:
    return {event.id: event for notice in notices for event in notice.events}
