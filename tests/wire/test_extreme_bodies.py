"""Carriers that take JSON: no value at any place of an operation's own example is an exception or breaks a snapshot."""

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from parcelproof.simulators.registry import CARRIERS
from parcelproof.simulators.wire.call import Answer, Call
from parcelproof.simulators.wire.carrier import Carrier
from parcelproof.simulators.wire.description import document
from parcelproof.simulators.wire.request_line import query_of
from parcelproof.simulators.wire.tenants import Tenants

from ..carrier_step import answered
from ..control.extreme_values import example_places, least

SHOP, SECRET, NOW_MS = "shop", "secret", 1_772_440_000_000
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
TAKES_JSON = ("cdek", "iml", "pickpoint", "russian_post", "swiss_post")
BY_NAME = {carrier.name: carrier for carrier in CARRIERS}
SCOPES = ("DCAPI_BARCODE_READ", "MYSB_MAILPIECE_TRACKING_B2B_READ")
BASIC = "Basic " + b64encode(f"{SHOP}:{SECRET}".encode()).decode()


class Client:
    """One server's tenants and a client of one carrier that is signed in."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier, self.session = carrier, ""
        self.tenants = Tenants(duties=carrier.duties, kinds=carrier.kinds, virtual=True, now_ms=NOW_MS, seed="odd")
        self.headers = {"Authorization": BASIC, "X-User-Authorization": BASIC}
        form = {"grant_type": "client_credentials", "client_id": SHOP, "client_secret": SECRET}
        if carrier.name == "cdek":
            self._bear(self.call("POST", "/v2/oauth/token", urlencode(form).encode(), FORM))
        elif carrier.name == "swiss_post":
            self._bear(self.call("POST", "/OAuth/token", urlencode({**form, "scope": " ".join(SCOPES)}).encode(), FORM))
        elif carrier.name == "pickpoint":
            login = self.call("POST", "/api/login", json.dumps({"Login": SHOP, "Password": SECRET}).encode())
            self.session = json.loads(login.body)["SessionId"]
        elif carrier.name == "russian_post":
            self.headers["Authorization"] = f"AccessToken {SHOP}"

    def _bear(self, answer: Answer) -> None:
        self.headers = {"Authorization": f"Bearer {json.loads(answer.body)['access_token']}"}

    def call(self, method: str, path: str, body: bytes, kind: str = JSON) -> Answer:
        headers = CIMultiDictProxy(CIMultiDict({**self.headers, "Content-Type": kind}))
        call = Call(method, path, query_of(""), headers, body, "http://127.0.0.1:8400/x")
        return answered(self.carrier, self.tenants, call)


@pytest.mark.parametrize("name", TAKES_JSON)
def test_no_value_in_a_body_breaks_a_carrier(name: str) -> None:
    client, statuses = Client(BY_NAME[name]), Counter[int]()
    for method, path, content in taken(BY_NAME[name]):
        body = content.get("example") or least(content["schema"], {"components": document(BY_NAME[name])["components"]})
        if client.session and "SessionId" in body:
            body["SessionId"] = client.session
        for place in example_places(body):
            for value, raw in place.written():
                answer = client.call(method, path, raw)
                assert answer.status < 500, (method, path, place.way, value, answer.body[:300])
                statuses[answer.status] += 1
        world = client.tenants.find(SHOP)
        client.tenants.restore(SHOP, client.tenants.snapshot(world))  # what was taken can be kept
    assert statuses.total() > 300 and set(statuses) & {200, 202}, statuses


def taken(carrier: Carrier) -> Iterator[tuple[str, str, Any]]:
    """Yield what each operation takes as JSON, its path filled with the first name that fits."""
    whole = json.loads(json.dumps(document(carrier)))
    for path, methods in whole["paths"].items():
        for method, found in methods.items():
            content = found.get("requestBody", {}).get("content", {})
            if JSON in content:
                names = {
                    row["name"]: least(row["schema"], whole)
                    for row in found.get("parameters", ())
                    if row["in"] == "path"
                }
                yield method.upper(), path.format(**names), content[JSON]
