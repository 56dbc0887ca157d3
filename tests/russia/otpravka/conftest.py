"""A desk in front of Otpravka without sockets: the server's steps, fast enough to try laws by the thousand."""

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from parcelproof.simulators.core.parcel import Parcel, Step
from parcelproof.simulators.core.world import World
from parcelproof.simulators.postal_api.russia import CARRIERS, POST
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.request_line import query_of
from parcelproof.simulators.wire.tenants import Tenants

from ...carrier_step import answered
from ...described import hold

START_MS = 1_785_564_000_000  # 2026-08-01T06:00:00Z: nine in the morning in Moscow
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
JSON = "application/json;charset=UTF-8"
KEY = "Basic " + b64encode(b"shop@example.org:secret").decode()


@dataclass
class Desk:
    """One server's tenants and one client's token."""

    tenants: Tenants
    token: str = "token-1"
    key: str = KEY

    @property
    def world(self) -> World:
        return self.tenants.world(self.token)

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"AccessToken {self.token}", "X-User-Authorization": self.key, **more}

    def call(
        self, method: str, path: str, body: Any = None, query: str = "", headers: dict[str, str] | None = None
    ) -> Answer:
        """Do what the shell does with one request; the answer is one that the carrier's package declares.

        A body that is no bytes is sent as JSON.
        """
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        merged = CIMultiDictProxy(CIMultiDict(self.headers() if headers is None else headers))
        call = Call(method, path, query_of(query), merged, sent, "http://127.0.0.1:8400/pochta")
        answer = answered(POST, self.tenants, call)
        hold(POST, method, path, answer)
        return answer

    def ask(self, method: str, path: str, body: Any = None, query: str = "", status: int = 200) -> Any:
        """Return what an answer says in JSON; its status is as expected."""
        answer = self.call(method, path, body, query)
        assert answer.status == status, (answer.status, answer.body.decode())
        assert answer.headers["Content-Type"] == JSON
        return json.loads(answer.body)

    def advance(self, by_ms: int) -> None:
        world = self.world
        assert world.step(world.now_ms + by_ms) is None  # this carrier sends nothing out

    def settings(self, **changes: Any) -> None:
        header = self.world.store.header
        header.settings = {**header.settings, "russian_post": {**header.settings.get("russian_post", {}), **changes}}

    # -- orders

    @staticmethod
    def order(**changes: Any) -> dict[str, Any]:
        """Return an order that the post takes in; underscores stand for dashes, None takes a key away."""
        fields = {
            "address-type-to": "DEFAULT",
            "fragile": False,
            "given-name": "Иван",
            "house-to": "37",
            "index-to": 685000,
            "mail-category": "ORDINARY",
            "mail-direct": 643,
            "mail-type": "POSTAL_PARCEL",
            "mass": 1000,
            "middle-name": "Иванович",
            "order-num": "A-1",
            "place-to": "г. Магадан",
            "postoffice-code": "109012",
            "region-to": "обл. Магаданская",
            "street-to": "ул Ленина",
            "surname": "Иванов",
            "tel-address": 79871234567,
        }
        changed = fields | {name.replace("_", "-"): value for name, value in changes.items()}
        return {name: value for name, value in changed.items() if value is not None}

    def made(self, **changes: Any) -> int:
        """Make one order and return its id."""
        found = self.ask("PUT", "/1.0/user/backlog", [self.order(**changes)])
        assert "errors" not in found, found
        ((order_id),) = found["result-ids"]
        return int(order_id)

    def codes(self, **changes: Any) -> list[str]:
        """Return the codes with which one order is refused; none when it is taken in."""
        found = self.ask("PUT", "/1.0/user/backlog", [self.order(**changes)])
        errors = found.get("errors") or [{"error-codes": []}]
        return [one["code"] for one in errors[0]["error-codes"]]

    def batched(self, *ids: int, query: str = "") -> str:
        """Put orders into one batch and return its name."""
        found = self.ask("POST", "/1.0/user/shipment", [*ids], query)
        (batch,) = found["batches"]
        return str(batch["batch-name"])

    def checked_in(self, *ids: int) -> str:
        name = self.batched(*ids)
        assert self.ask("POST", f"/1.0/batch/{name}/checkin") == {"f103-sent": True}
        return name

    def parcel(self, order_id: int) -> Parcel:
        return self.world.parcel(f"russian_post-{order_id}")

    def scan(self, order_id: int, code: str, **step: Any) -> Parcel:
        return POST.scan(self.world, self.parcel(order_id), Step(0, code, **step))


def tenants() -> Tenants:
    return Tenants(
        duties={name: duty for carrier in CARRIERS for name, duty in carrier.duties.items()},
        kinds=[kind for carrier in CARRIERS for kind in carrier.kinds],
        virtual=True,
        now_ms=START_MS,
        seed="tests",
    )


@pytest.fixture
def desk() -> Desk:
    return Desk(tenants())
