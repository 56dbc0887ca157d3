"""Whatever a client sends is answered in the carrier's words, and nothing half done stays behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.iml.conftest import Desk as TheDesk
from tests.iml.conftest import flat

from parcelproof.simulators.courier_api.iml import CARRIER

if TYPE_CHECKING:
    from tests.iml.conftest import Desk

POSTS = sorted({route.template for route in CARRIER.routes if route.method == "POST"})
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
anything = st.recursive(
    scalars, lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3)
)
fields = st.sampled_from([*TheDesk.body(), "BarCode", "DeliveryPointID", "DeliveryPoint", "Volume", "TimeFrom"])


def well_said(path: str, status: int, body: bytes) -> None:
    if path == "/imlapi":
        assert body.startswith(b"<?xml")
    else:
        json.loads(body)
    assert status in (200, 400)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(POSTS),
    body=st.binary(max_size=200),
    kind=st.sampled_from(["application/json", "", "text/xml"]),
)
def test_any_bytes_are_answered(new_desk: Callable[..., Desk], path: str, body: bytes, kind: str) -> None:
    desk = new_desk()
    answer = desk.call("POST", path, body, desk.credentials(**{"Content-Type": kind}))
    well_said(path, answer.status, answer.body)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=fields, value=anything, in_items=st.booleans())
def test_any_value_of_any_field_is_taken_or_refused_whole(
    new_desk: Callable[..., Desk], field: str, value: Any, in_items: bool
) -> None:
    desk = new_desk()
    body = desk.body(
        **({"GoodItems": [desk.item(), {**desk.item(), "amountLine": value}]} if in_items else {field: value})
    )
    answer = desk.call(
        "POST", "/json/CreateOrder", json.dumps(body).encode(), desk.credentials(**{"Content-Type": "application/json"})
    )
    told = json.loads(answer.body)
    assert answer.status == 200
    assert len(desk.listed()) == (told["Result"] == "OK")
    if told["Result"] == "OK":
        assert desk.ask("/json/PrintBar", {"BarCode": told["Order"]["BarCode"]})["Url"]
        assert desk.call("GET", "/json/PrintBar", query=f"Barcode={told['Order']['BarCode']}").body[:4] == b"%PDF"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=st.lists(st.tuples(st.text("ab[]019", max_size=14), st.text(max_size=4)), max_size=8))
def test_any_brackets_are_read(new_desk: Callable[..., Desk], pairs: list[tuple[str, str]]) -> None:
    desk = new_desk()
    answer = desk.call("POST", "/json/CreateOrder", urlencode([*pairs, *flat(desk.body())]).encode())
    assert json.loads(answer.body)["Result"] in ("OK", "Error")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"GoodItems":' + b"[" * 100_000,
        b"a=1&" * 30_000,
        "Amount=٣".encode(),
        b'{"Amount": 1e400, "Weight": 1e-400, "Volume": 9999999999999999999999}',
        b"GoodItems[0][productNo]=1&GoodItems=2",
        b"GoodItems=2&GoodItems[0][productNo]=1",
    ],
)
def test_what_breaks_readers_is_refused(desk: Desk, body: bytes) -> None:
    answer = desk.call("POST", "/json/CreateOrder", body)
    assert json.loads(answer.body)["Result"] == "Error"
