"""A tiny dispatcher around the carrier, in the order of the real shell but without sockets, and a receiver of webhooks.

A handler that breaks is not caught: where the shell would answer 500, a test here fails with the traceback.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import aiohttp
import msgspec
import pytest
from multidict import CIMultiDict, CIMultiDictProxy, MultiDict

from parcelproof.simulators.core.errors import Rejected
from parcelproof.simulators.core.parcel import Parcel, Step
from parcelproof.simulators.core.world import Effect, Outcome, World
from parcelproof.simulators.mail_alliance import CARRIER
from parcelproof.simulators.server import Options, running
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.carrier import Refusal
from parcelproof.simulators.wire.tenants import Tenants

from .sockets import Hook, Street, served

START_MS = 1_772_442_000_000  # Monday, 2 March 2026, 09:00 UTC
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
KEY = "mak_test_shop"
LIVE_KEY = "mak_live_shop"
MUG_PRICE = {"amount": "9.90", "currency": "EUR"}
ORIGIN = "http://sim.example/mail-alliance"

Receiver = Callable[[Effect], Outcome]


@dataclass(frozen=True)
class Reply:
    status: int
    headers: CIMultiDict[str]
    body: bytes
    delay_ms: int

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def problem(self) -> str:
        """The last part of the problem's type; asserts that it is a whole problem document."""
        assert self.headers["Content-Type"] == "application/problem+json", (self.status, self.body)
        found = self.json
        assert found["status"] == self.status
        assert found["title"] and found["detail"]
        assert found["request_id"] == self.headers["X-Request-Id"]
        assert found["type"].startswith("/problems/"), found
        return str(found["type"]).removeprefix("/problems/")

    @property
    def faults(self) -> list[tuple[str, str]]:
        """The (pointer, code) pairs of a validation problem."""
        assert self.problem == "validation", self.body
        return [(fault["pointer"], fault["code"]) for fault in self.json["errors"]]


def accepted(effect: Effect) -> Outcome:
    return Outcome(204, {}, b"")


@dataclass
class Desk:
    """One server's worth of tenants, and a client of one of them."""

    tenants: Tenants
    credential: Mapping[str, str] = field(default_factory=lambda: {"X-Api-Key": KEY})
    keys: int = 0
    received: list[Effect] = field(default_factory=list)

    # -- calls

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        credential: Mapping[str, str] | None = None,
        key: str | None = "",
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request; a POST gets a fresh idempotency key unless `key` names one, or is None for none."""
        sent = dict(self.credential if credential is None else credential)
        content = msgspec.json.encode(body) if raw is None and body is not None else raw or b""
        if content:
            sent["Content-Type"] = "application/json"
        if method == "POST" and key is not None:
            sent["Idempotency-Key"] = key or self.fresh_key()
        return self.send(method, path, content, {**sent, **(headers or {})}, query or {})

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str], query: Mapping[str, str]) -> Reply:
        call = Call(method, path, MultiDict(query), CIMultiDictProxy(CIMultiDict(headers)), body, ORIGIN)
        answer = self._answer(call)
        assert CARRIER.finish is not None
        CARRIER.finish(call, answer)
        return Reply(answer.status, CIMultiDict(answer.headers), answer.body, answer.delay_ms)

    def _answer(self, call: Call) -> Answer:
        found = CARRIER.routes.find(call.path)
        if found is None:
            return CARRIER.refuse(call, Refusal.NO_ROUTE)
        methods, call.params = found
        call.route = methods.get(call.method)
        if call.route is None:
            call.notes["allowed"] = sorted(methods)
            return CARRIER.refuse(call, Refusal.WRONG_METHOD)
        try:
            return CARRIER.admit(self.tenants, call) or call.route.handler(call)
        except Rejected as rejected:
            return CARRIER.translate(call, rejected)

    def get(self, path: str, **options: Any) -> Reply:
        return self.call("GET", path, **options)

    def post(self, path: str, body: object = None, **options: Any) -> Reply:
        return self.call("POST", path, body, **options)

    def fresh_key(self) -> str:
        self.keys += 1
        return f"key-{self.keys:020}"

    def token(self, client: str = "shop", secret: str = "s3cret", **form: str) -> Reply:
        fields = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret, **form}
        content = urlencode(fields).encode()
        return self.send("POST", "/oauth/token", content, {"Content-Type": "application/x-www-form-urlencoded"}, {})

    def follow(self, link: str) -> Reply:
        """Get the URL of a Link header with rel=next."""
        url = link.removeprefix("<").partition(">")[0]
        assert link.endswith('; rel="next"')
        path, _, query = url.removeprefix(ORIGIN).partition("?")
        return self.get(path, query=dict(parse_qsl(query)))

    # -- the world

    @property
    def world(self) -> World:
        return self.tenants.world("shop")

    def advance(self, ms: int, receiver: Receiver = accepted) -> list[Effect]:
        """Let time pass; return the webhooks that were sent, each answered by `receiver`."""
        sent = []
        until_ms = self.world.now_ms + ms
        while (effect := self.world.step(until_ms)) is not None:
            sent.append(effect)
            self.world.learn(effect, receiver(effect))
        self.received += sent
        return sent

    def scan(self, parcel_id: str, code: str, **facts: Any) -> Parcel:
        return CARRIER.scan(self.world, self.world.parcel(parcel_id), Step(0, code, **facts))

    def revoke(self, parcel_id: str, sequence: int) -> Parcel:
        return CARRIER.revoke(self.world, self.world.parcel(parcel_id), sequence)

    def stand_still(self) -> "Desk":
        """Let new parcels stay where they are, and nobody be refused for calling often."""
        self.world.store.header.settings |= {"mix": {"stuck": 1}, "quota": "off"}
        return self

    def live(self, parcel_id: str, story: str) -> None:
        """Give a parcel the life of a story."""
        parcel = self.world.parcel(parcel_id)
        self.world.travel(parcel, CARRIER.story(self.world, parcel, story))

    def book(self, **changes: Any) -> dict[str, Any]:
        """Create a parcel and return the reply."""
        reply = self.post("/v1/parcels", self.order(**changes))
        assert reply.status == 201, reply.body
        found: dict[str, Any] = reply.json
        return found

    @staticmethod
    def order(**changes: Any) -> dict[str, Any]:
        """A good order; `changes` replace members, None takes one away."""
        made: dict[str, Any] = {
            "service": "ma_parcel",
            "shipper": Desk.address(name="Laden GmbH", street="Marktplatz", postal_code="97070", city="Würzburg"),
            "recipient": Desk.address(),
            "package": {"weight_g": 1200, "length_mm": 300, "width_mm": 200, "height_mm": 100},
            "contents": [
                {"sku": "TS-1", "description": "T-Shirt, blau", "quantity": 2, "unit_weight_g": 250},
                {
                    "sku": "MUG-7",
                    "description": "Becher",
                    "quantity": 1,
                    "value": {"amount": "9.90", "currency": "EUR"},
                },
            ],
            "references": {"order": "P-001"},
            **changes,
        }
        return {name: value for name, value in made.items() if value is not None}

    @staticmethod
    def address(**changes: Any) -> dict[str, Any]:
        made = {
            "name": "Jürgen Müller",
            "street": "Lange Straße",
            "house_number": "12a",
            "postal_code": "10115",
            "city": "Berlin",
            "country": "DE",
            **changes,
        }
        return {name: value for name, value in made.items() if value is not None}

    def seen(self, parcel_id: str) -> dict[str, Any]:
        """A parcel's tracking."""
        reply = self.get(f"/v1/parcels/{parcel_id}/tracking")
        assert reply.status == 200, reply.body
        found: dict[str, Any] = reply.json
        return found

    def endpoint(self, url: str = "https://shop.example/hook", **members: Any) -> dict[str, Any]:
        """Create a webhook endpoint and return the reply, secret included."""
        reply = self.post("/v1/webhook-endpoints", {"url": url, **members})
        assert reply.status == 201, reply.body
        found: dict[str, Any] = reply.json
        return found


def new_tenants(seed: str) -> Tenants:
    return Tenants(duties=CARRIER.duties, kinds=CARRIER.kinds, virtual=True, now_ms=START_MS, seed=seed)


@pytest.fixture
def desk() -> Desk:
    """A fresh server and the test client `shop` of it."""
    return Desk(new_tenants("desk"))


@pytest.fixture(scope="session")
def new_desk() -> Callable[..., Desk]:
    """Make a fresh server with a seed of one's own, as often as wanted."""
    return lambda seed="desk": Desk(new_tenants(seed))


# -- over sockets


@pytest.fixture
def slept() -> list[float]:
    """Every simulated slowness of the server of this test, in seconds; none of them really waits."""
    return []


@pytest.fixture
async def street(slept: list[float]) -> AsyncIterator[Street]:
    """A fresh server on virtual time and the client `shop` of it, whose parcels stay where they are."""

    async def pass_by(delay_s: float) -> None:
        slept.append(delay_s)

    options = Options(port=0, virtual=True, seed="street")
    async with (
        running(options, carriers=[CARRIER], sleep=pass_by) as started,
        aiohttp.ClientSession(base_url=started.url, connector=aiohttp.TCPConnector(limit=0)) as http,
    ):
        made = Street(http)
        assert (await made.get("/v1/time")).status == 200  # the tenant is born by its first call
        await made.settings(mix={"stuck": 1})
        yield made


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with served(Hook()) as made:
        yield made
