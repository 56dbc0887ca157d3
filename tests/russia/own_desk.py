"""A desk in front of the wires of our own design, without sockets: the server's steps, and time at will."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

from multidict import CIMultiDict, CIMultiDictProxy

from parcelproof.simulators.core.world import World
from parcelproof.simulators.postal_api.russia import CARRIERS
from parcelproof.simulators.postal_api.russia.own_rest.rules import every
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.request_line import query_of
from parcelproof.simulators.wire.tenants import Tenants

from ..carrier_step import answered
from ..described import hold

START_MS = 1_772_442_000_000  # 2026-03-02T09:00:00Z, a Monday; noon in Moscow
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
ORIGIN = "http://127.0.0.1:8400/pochta"
OWN = "/parcelproof/v1"
POST = CARRIERS[0]
JSON = "application/json"
LOGIN, PASSWORD = "shop@example.org", "secret"

F = TypeVar("F", bound=Callable[..., Any])
PROVED = "__proves__"


def proves(*ids: str) -> Callable[[F], F]:
    """Name the rules that a test would fail without; an id that nobody knows is an error at import."""
    if unknown := [name for name in ids if name not in every()]:
        raise LookupError(f"no such rules: {unknown}")

    def mark(test: F) -> F:
        setattr(test, PROVED, ids)
        return test

    return mark


def new_tenants() -> Tenants:
    duties = {name: duty for carrier in CARRIERS for name, duty in carrier.duties.items()}
    kinds = [kind for carrier in CARRIERS for kind in carrier.kinds]
    return Tenants(duties=duties, kinds=kinds, virtual=True, now_ms=START_MS, seed="own")


@dataclass
class OwnDesk:
    """One client: with a token it calls Otpravka too, without one only what a login alone may call."""

    tenants: Tenants = field(default_factory=new_tenants)
    token: str = "t-1"
    login: str = LOGIN
    password: str = PASSWORD
    keys: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def world(self) -> World:
        return self.tenants.find(self.token or self.login)

    def headers(self, **more: str) -> dict[str, str]:
        found = {"X-User-Authorization": "Basic " + b64encode(f"{self.login}:{self.password}".encode()).decode()}
        if self.token:
            found["Authorization"] = f"AccessToken {self.token}"
        return {**found, **more}

    def call(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        bare, _, query = path.partition("?")
        merged = CIMultiDictProxy(CIMultiDict(self.headers() if headers is None else headers))
        answer = answered(POST, self.tenants, Call(method, bare, query_of(query), merged, body, ORIGIN))
        hold(POST, method, bare, answer)
        return answer

    def own(self, method: str, path: str, body: Any = None, *, status: int = 0, key: str = "") -> Any:
        """Call one of our own paths; the answer has the status that is expected: 200, or 201 of a new thing."""
        encoded = b"" if body is None else json.dumps(body).encode()
        headers = self.headers(**{"Content-Type": JSON, "Idempotency-Key": key or f"key-{next(self.keys):020d}"})
        answer = self.call(method, OWN + path, encoded, headers)
        found: Any = json.loads(answer.body) if answer.body else None
        wanted = {status} if status else {200, 201}
        assert answer.status in wanted, (answer.status, found)
        if answer.status >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert found["status"] == answer.status and found["title"] and found["detail"]
        return found

    def read(self, path: str, status: int = 0) -> Any:
        return self.own("GET", path, status=status)

    def put_orders(self, *orders: dict[str, Any]) -> Any:
        """Put orders at Otpravka; HTTP has nothing to complain of."""
        answer = self.call("PUT", "/1.0/user/backlog", json.dumps(orders).encode())
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def otpravka(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = self.call(method, path, b"" if body is None else json.dumps(body).encode())
        assert answer.status == status, (answer.status, answer.body[:500])
        return json.loads(answer.body) if answer.body else None

    def wait(self, ms: int) -> None:
        """Let virtual time pass."""
        world = self.world
        assert world.step(world.now_ms + ms) is None

    def events(self, type: str = "", subject: str = "") -> list[tuple[str, str]]:
        """Return type and time of the events, oldest first."""
        suffix = f"&subject={subject}" if subject else ""
        rows = self.read(f"/events?type={type}&limit=200{suffix}")["data"]
        return [(row["type"], row["occurred_at"]) for row in rows]


def order(**changes: Any) -> dict[str, Any]:
    """Return an order that a full agreement takes."""
    return {
        "order-num": "A-1",
        "mail-type": "ONLINE_PARCEL",
        "mail-category": "ORDINARY",
        "mail-direct": 643,
        "mass": 800,
        "address-type-to": "DEFAULT",
        "index-to": 410012,
        "region-to": "обл Саратовская",
        "place-to": "г Саратов",
        "street-to": "ул Московская",
        "house-to": "1",
        "given-name": "Анна",
        "surname": "Иванова",
        "recipient-name": "Иванова Анна",
        "tel-address": 79001234567,
        "postoffice-code": "109012",
        "fragile": False,
        "transport-type": "SURFACE",
        "dimension": {"height": 10, "length": 20, "width": 15},
        "dimension-type": "S",
        **changes,
    }
