"""A desk in front of CDEK without sockets: the server's steps, fast enough to try laws by the thousand."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from parcelproof.simulators.core.parcel import Parcel, Step
from parcelproof.simulators.core.world import Effect, Outcome, World
from parcelproof.simulators.courier_api.cdek import CARRIER
from parcelproof.simulators.wire import webhooks
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.request_line import query_of
from parcelproof.simulators.wire.tenants import Tenants

from ..carrier_step import answered
from ..described import hold

START_MS = 1_772_442_000_000  # 2026-03-02T09:00:00Z, a Monday
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ORIGIN = "http://127.0.0.1:8400/cdek"


@dataclass
class Desk:
    """One server's tenants and one client's token. `sent` are the webhooks that went out, oldest first."""

    tenants: Tenants
    name: str = "shop"
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    receiver_status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def world(self) -> World:
        return self.tenants.find(self.name)

    def call(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, query: str = ""
    ) -> Answer:
        """Do what the shell does with one request; the answer is one that the carrier's package declares."""
        answer = self._answered(method, path, body, headers, query)
        hold(CARRIER, method, path, answer)
        return answer

    def _answered(self, method: str, path: str, body: bytes, headers: dict[str, str] | None, query: str) -> Answer:
        merged = CIMultiDictProxy(CIMultiDict({**self.headers, **(headers or {})}))
        call = Call(method, path, query_of(query), merged, body, ORIGIN)
        return answered(CARRIER, self.tenants, call)

    def ask(self, method: str, path: str, payload: Any = None, **query: str) -> tuple[int, Any]:
        body = b"" if payload is None else json.dumps(payload, ensure_ascii=False, default=float).encode()
        answer = self.call(method, f"/v2{path}", body, {"Content-Type": "application/json"}, urlencode(query))
        if answer.headers.get("Content-Type") != "application/json":
            return answer.status, answer.body
        return answer.status, json.loads(answer.body, parse_float=Decimal)

    def log_in(self, client: str = "shop", secret: str = "s") -> str:
        body = urlencode({"grant_type": "client_credentials", "client_id": client, "client_secret": secret})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self.call("POST", "/v2/oauth/token", body.encode(), kind)
        assert answer.status == 200, answer.body
        token: str = json.loads(answer.body)["access_token"]
        self.name, self.headers = client, {"Authorization": f"Bearer {token}"}
        return token

    def advance(self, by_ms: int) -> None:
        """Let time pass, webhooks included; afterwards log in anew, since tokens live an hour."""
        world, until_ms = self.world, self.world.now_ms + by_ms
        while (effect := world.step(until_ms)) is not None:
            self._deliver(world, effect)
        self.log_in(self.name)

    def _deliver(self, world: World, effect: Effect) -> None:
        self.sent.append((effect.url, json.loads(effect.body)))
        world.learn(effect, Outcome(self.receiver_status, {}, b""))

    def settings(self, **changes: Any) -> None:
        self.world.store.header.settings.update(changes)

    # -- orders

    @staticmethod
    def item(**changes: Any) -> dict[str, Any]:
        item = {
            "name": "Чайник",
            "ware_key": "TEA-1",
            "payment": {"value": 1999.5, "vat_rate": 20, "vat_sum": 333.25},
            "cost": 1999.5,
            "weight": 700,
            "amount": 2,
        }
        return {**item, **changes}

    @staticmethod
    def package(**changes: Any) -> dict[str, Any]:
        return {
            "number": "1",
            "weight": 1500,
            "length": 30,
            "width": 20,
            "height": 10,
            "items": [Desk.item()],
            **changes,
        }

    @staticmethod
    def body(**changes: Any) -> dict[str, Any]:
        """Return an order that the carrier takes: Moscow to Novosibirsk, door to door; None takes a key away."""
        order = {
            "type": 1,
            "number": "P-001",
            "tariff_code": 139,
            "recipient": {"name": "Иванова Анна", "phones": [{"number": "+79130000001"}], "email": "anna@example.org"},
            "from_location": {"code": 44, "address": "ул. Складская, 1"},
            "to_location": {"postal_code": "630099", "city": "Новосибирск", "address": "ул. Ленина, 7"},
            "delivery_recipient_cost": {"value": 350},
            "packages": [Desk.package()],
            **changes,
        }
        return {key: value for key, value in order.items() if value is not None}

    def order(self, **changes: Any) -> str:
        """Post a good order, let it be registered, and return its uuid."""
        status, body = self.ask("POST", "/orders", self.body(**changes))
        assert status == 202, body
        self.advance(1_000)
        uuid: str = body["entity"]["uuid"]
        return uuid

    def shown(self, uuid: str) -> dict[str, Any]:
        status, body = self.ask("GET", f"/orders/{uuid}")
        assert status == 200, body
        entity: dict[str, Any] = body["entity"]
        return entity

    def parcel(self, uuid: str) -> Parcel:
        return self.world.parcel(uuid)

    def still(self, uuid: str) -> None:
        """Take an order's journey away, so that only the test moves it."""
        self.world.travel(self.parcel(uuid), ())

    def scan(self, uuid: str, code: str, reason: str = "", late_ms: int = 0) -> Parcel:
        return CARRIER.scan(self.world, self.parcel(uuid), Step(0, code, "", reason, late_ms))

    def live(self, uuid: str, story: str) -> None:
        self.world.travel(self.parcel(uuid), CARRIER.story(self.world, self.parcel(uuid), story))

    def errors(self, uuid: str) -> list[str]:
        """Return the codes of an order's errors; empty while it is good."""
        _, body = self.ask("GET", f"/orders/{uuid}")
        return [error["code"] for error in body["requests"][0].get("errors", [])]


def fresh_desk(**settings: Any) -> Desk:
    tenants = Tenants(
        duties=CARRIER.duties,
        kinds=[*CARRIER.kinds, *webhooks.KINDS],
        virtual=True,
        now_ms=START_MS,
        seed="test",
    )
    desk = Desk(tenants)
    desk.log_in()
    desk.settings(**settings)
    return desk


@pytest.fixture(scope="session")
def new_desk() -> Callable[..., Desk]:
    """Make a desk with settings of its tenant: `new_desk(agent_percent=5)`."""
    return fresh_desk


@pytest.fixture
def desk() -> Desk:
    return fresh_desk()
