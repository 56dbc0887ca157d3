"""A desk in front of Swiss Post without sockets: the server's steps, fast enough to try laws by the thousand."""

import json
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from parcelproof.simulators.core.world import World
from parcelproof.simulators.postal_api.swiss import CARRIER
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.request_line import query_of
from parcelproof.simulators.wire.tenants import Tenants

from ..carrier_step import answered
from ..described import hold

START_MS = 1_772_442_000_000  # 2026-03-02T09:00:00Z, a Monday
DAY_MS = 86_400_000
ORIGIN = "http://127.0.0.1:8400/swiss-post"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SCOPES = "DCAPI_BARCODE_READ MYSB_MAILPIECE_TRACKING_B2B_READ"
LICENSE = "60013217"
LABEL = "/barcode/v1/generateAddressLabel"
TRACKING = "/logistics/mailpiece/tracking/business/v1"


def merged(into: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return a body with members changed: objects member by member, `None` takes one away."""
    found = dict(into)
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(found.get(name), dict):
            found[name] = merged(found[name], value)
        elif value is None:
            found.pop(name, None)
        else:
            found[name] = value
    return found


def recorded(**changes: Any) -> dict[str, Any]:
    """Return the request that was recorded at the live service, with changes."""
    body: dict[str, Any] = {
        "language": "EN",
        "frankingLicense": LICENSE,
        "ppFranking": False,
        "customer": {
            "name1": "YourCompany",
            "street": "Rue de Lausanne 1",
            "zip": "1030",
            "city": "Bussigny",
            "country": "CH",
            "domicilePostOffice": False,
        },
        "customerSystem": None,
        "labelDefinition": {
            "labelLayout": "A6",
            "printAddresses": "RECIPIENT_AND_CUSTOMER",
            "imageFileType": "ZPL2",
            "imageResolution": "200",
            "printPreview": False,
        },
        "sendingID": None,
        "item": {
            "itemID": "WHOUT00042+WHOUT00042",
            "recipient": {
                "name1": "Camptocamp SA",
                "street": "EPFL Innovation Park, Bât A",
                "zip": "1015",
                "city": "Lausanne",
                "email": None,
            },
            "attributes": {"przl": ["PRI"], "weight": 0.0},
        },
    }
    return merged(body, changes)


@dataclass
class Desk:
    """One server's tenants and one client's token."""

    tenants: Tenants
    name: str = "shop"
    secret: str = "s"
    token: str = ""
    issued_ms: int = field(default=-1)

    @property
    def world(self) -> World:
        return self.tenants.find(self.name)

    def settle(self, **settings: Any) -> None:
        """Set settings of the tenant, which is born if it is new."""
        self.tenants.world(self.name).store.header.settings = {"swiss_post": settings}

    def call(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, query: str = ""
    ) -> Answer:
        """Do what the shell does with one request."""
        merged_headers = CIMultiDictProxy(CIMultiDict(headers or {}))
        answer = answered(CARRIER, self.tenants, Call(method, path, query_of(query), merged_headers, body, ORIGIN))
        hold(CARRIER, method, path, answer)
        return answer

    def sign_in(self, scope: str = SCOPES, path: str = "/OAuth/token") -> Answer:
        fields = {"grant_type": "client_credentials", "client_id": self.name, "client_secret": self.secret}
        return self.call("POST", path, urlencode({**fields, "scope": scope}).encode(), FORM)

    def bearer(self) -> dict[str, str]:
        """Return the headers of a signed-in client; a token that ran out is asked for again."""
        if not self.token or self.world.now_ms - self.issued_ms >= 55_000:
            self.token = json.loads(self.sign_in().body)["access_token"]
            self.issued_ms = self.world.now_ms
        return {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}

    def post(self, path: str, body: Any) -> Answer:
        return self.call("POST", path, json.dumps(body).encode(), self.bearer())

    def ask(self, **changes: Any) -> Any:
        """Ask for a label by the recorded request with changes; return the answer's JSON. HTTP has no complaint."""
        answer = self.post(LABEL, recorded(**changes))
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def made(self, **changes: Any) -> dict[str, Any]:
        """Ask for a label that must come; return its item."""
        item: dict[str, Any] = self.ask(**changes)["item"]
        assert "errors" not in item, item
        return item

    def refused(self, **changes: Any) -> list[str]:
        """Ask for a label; return the codes of its errors, wherever they stand."""
        body = self.ask(**changes)
        rows = body.get("errors") or body["item"].get("errors") or []
        return [row["code"] for row in rows]

    def warned(self, **changes: Any) -> list[str]:
        """Ask for a label that must come; return the codes of its warnings."""
        return [row["code"] for row in self.made(**changes).get("warnings", [])]

    def get(self, path: str, **headers: str) -> Any:
        answer = self.call("GET", path, headers={**self.bearer(), **headers})
        assert answer.status == 200, (answer.status, answer.body)
        return json.loads(answer.body)

    def advance(self, by_ms: int) -> None:
        assert self.world.step(self.world.now_ms + by_ms) is None


def bytes_of(item: dict[str, Any]) -> bytes:
    """Return the label of an answered item."""
    return b64decode(item["label"][0], validate=True)


def new_tenants() -> Tenants:
    return Tenants(duties=CARRIER.duties, kinds=CARRIER.kinds, virtual=True, now_ms=START_MS, seed="swiss")


@pytest.fixture
def desk() -> Desk:
    return Desk(new_tenants())
