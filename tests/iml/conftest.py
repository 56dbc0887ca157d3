"""A desk in front of IML without sockets: the server's steps, fast enough to try laws by the thousand."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from parcelproof.simulators.core.parcel import Parcel, Step
from parcelproof.simulators.core.world import World
from parcelproof.simulators.courier_api.iml import CARRIER
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.request_line import query_of
from parcelproof.simulators.wire.tenants import Tenants

from ..carrier_step import answered
from ..described import hold

START_MS = 1_772_442_000_000  # 2026-03-02T09:00:00Z, a Monday
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ORIGIN = "http://127.0.0.1:8400/iml"
FORM = "application/x-www-form-urlencoded"


def flat(fields: dict[str, Any]) -> list[tuple[str, str]]:
    """Return fields as PHP's http_build_query spells them: brackets, 1 and 0 for flags, nothing for null."""
    pairs: list[tuple[str, Any]] = []
    for key, value in fields.items():
        rows = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else None
        if rows is None:
            pairs.append((key, value))
        else:
            pairs += [(f"{key}[{place}]{rest}", found) for place, row in rows for rest, found in _below(row)]
    return [(key, str(int(value) if isinstance(value, bool) else value)) for key, value in pairs if value is not None]


def _below(row: Any) -> list[tuple[str, Any]]:
    return [(f"[{key}]", value) for key, value in row.items()] if isinstance(row, dict) else [("", row)]


@dataclass
class Desk:
    """One server's tenants and one client's login."""

    tenants: Tenants
    name: str = "shop"
    secret: str = "s"

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
        merged = CIMultiDictProxy(CIMultiDict(self.credentials() if headers is None else headers))
        call = Call(method, path, query_of(query), merged, body, ORIGIN)
        return answered(CARRIER, self.tenants, call)

    def credentials(self, **more: str) -> dict[str, str]:
        encoded = b64encode(f"{self.name}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {encoded}", "Content-Type": FORM, **more}

    def ask(self, path: str, fields: dict[str, Any] | None = None, *, as_json: bool = False) -> Any:
        """Post fields to a method and return what it says; HTTP has nothing to complain of."""
        fields = fields or {}
        body = json.dumps(fields).encode() if as_json else urlencode(flat(fields)).encode()
        headers = self.credentials(**{"Content-Type": "application/json"}) if as_json else self.credentials()
        answer = self.call("POST", path, body, headers)
        assert answer.status == 200, answer.body
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        return json.loads(answer.body, parse_float=Decimal)

    def dictionary(self, name: str, query: str = "") -> Any:
        answer = self.call("GET", f"/{name}", headers={}, query=query)
        assert answer.status == 200, answer.body
        return json.loads(answer.body, parse_float=Decimal)

    def advance(self, by_ms: int) -> None:
        world = self.world
        assert world.step(world.now_ms + by_ms) is None  # this carrier sends nothing out

    def settings(self, **changes: Any) -> None:
        self.world.store.header.settings.update(changes)

    # -- orders

    @staticmethod
    def item(**changes: Any) -> dict[str, Any]:
        return {"productNo": "TEA-1", "productName": "Чайник", "weightLine": 0.7, "amountLine": 1000.5, **changes}

    @staticmethod
    def body(**changes: Any) -> dict[str, Any]:
        """Return an order that the carrier takes: Moscow to Novosibirsk, to the door; None takes a key away."""
        order = {
            "Job": "24КО",
            "CustomerOrder": "A-1",
            "Volume": 1,
            "Weight": 1.5,
            "Phone": "89992223344",
            "Email": "anna@example.org",
            "Contact": "Иванова Анна",
            "RegionCodeFrom": "МОСКВА",
            "RegionCodeTo": "НОВОСИБИРСК",
            "Address": "ул. Ленина, 7",
            "Amount": 2000.5,
            "ValuatedAmount": 2000,
            "GoodItems": [Desk.item(), Desk.item(productNo="CUP-1", amountLine=700), Desk.delivery(300)],
            **changes,
        }
        return {key: value for key, value in order.items() if value is not None}

    @staticmethod
    def delivery(amount: float) -> dict[str, Any]:
        return {"productName": "Доставка", "amountLine": amount, "deliveryService": True, "itemType": 3}

    def made(self, **changes: Any) -> dict[str, Any]:
        """Make an order and return it as the answer tells it."""
        told = self.ask("/json/CreateOrder", self.body(**changes))
        assert told["Result"] == "OK", told
        order: dict[str, Any] = told["Order"]
        return order

    def wrong(self, **changes: Any) -> dict[str, str]:
        """Post an order that is refused and return its errors by field; nothing was made."""
        before = self.listed()
        told = self.ask("/json/CreateOrder", self.body(**changes))
        assert set(told) == {"Result", "Errors"}, told
        assert told["Result"] == "Error"
        assert self.listed() == before
        return {error["Code"]: error["Message"] for error in told["Errors"]}

    def listed(self, **filters: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.ask("/json/GetOrders", filters)
        return rows

    def status(self, number: str = "A-1") -> dict[str, Any]:
        (row,) = self.ask("/json/GetStatuses", {"CustomerOrder": number})
        assert isinstance(row, dict)
        return row

    def parcel(self, order: dict[str, Any]) -> Parcel:
        found = self.world.by_number("iml", order["BarCode"])
        assert found is not None
        return found

    def scan(self, order: dict[str, Any], code: str, reason: str = "", late_ms: int = 0) -> Parcel:
        parcel = self.world.travel(self.parcel(order), ())
        return CARRIER.scan(self.world, parcel, Step(0, code, reason=reason, late_ms=late_ms))

    def live(self, order: dict[str, Any], story: str, days: int = 20) -> None:
        """Let an order live a story to its end."""
        parcel = self.parcel(order)
        self.world.travel(parcel, CARRIER.story(self.world, parcel, story))
        self.advance(days * DAY_MS)


@pytest.fixture
def new_desk() -> Callable[..., Desk]:
    """Return a maker of desks: one seed, one start, other tenants each."""

    def made(seed: str = "seed") -> Desk:
        tenants = Tenants(duties=CARRIER.duties, kinds=CARRIER.kinds, virtual=True, now_ms=START_MS, seed=seed)
        desk = Desk(tenants)
        tenants.world(desk.name)
        return desk

    return made


@pytest.fixture
def desk(new_desk: Callable[..., Desk]) -> Desk:
    return new_desk()
