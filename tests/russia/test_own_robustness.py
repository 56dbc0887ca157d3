"""Whatever is sent to the wires of our own design: a problem in their one shape, never a 500, never half an effect."""

import json
import random
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.postal_api.russia import CARRIERS, fulfilment, letters, offers, own_rest
from parcelproof.simulators.postal_api.russia.own_rest import idempotency
from parcelproof.simulators.server import Options, running
from parcelproof.simulators.wire.routes import Route

from .letter_papers import ROW, packed, pdf, registry, signed
from .own_desk import DAY_MS, HOUR_MS, JSON, OwnDesk, order
from .test_letters import CHECK_MS, consenting, letter, send
from .test_offers import SIGN_UP
from .warehouse import asked, product, supply

PARTS = (own_rest, offers, letters, fulfilment)
ROUTES = [route for part in PARTS for route in part.PART.routes]
EXAMPLES: dict[str, Any] = {
    "create_sign_up": SIGN_UP,
    "accept_offer": {"offer_version": "2026-1"},
    "ask_for_service": {"service": "letters"},
    "create_letter": letter(),
    "create_recipient": {"name": "Анна", "address": "г Саратов", "inn": "7707083893", "consents": True},
    "change_consent": {"consents": False},
    "put_product": {"name": "Кружка", "mass_g": 400, "sides_cm": {"length": 10, "width": 10, "height": 8}},
    "announce_supply": {"number": "П", "lines": [{"sku": "CUP-1", "quantity": 2}]},
    "create_warehouse_order": asked(),
    "change_delivery": asked()["delivery"],
    "create_warehouse_return": {"lines": [{"sku": "CUP-1", "quantity": 1}], "reason": "не подошло"},
    "decide_quarantine": {"sku": "CUP-1", "quantity": 1, "decision": "restock"},
}
PROBLEM = {"type", "title", "status", "detail"}
NEAR: list[Any] = [
    "x",
    "0",
    "٣",
    "²",
    "a" * 400,
    "410012",
    "7707083894",
    -1,
    0,
    1,
    10**30,
    1.5,
    True,
    None,
    [],
    {},
    [{}],
]
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


def spoiled(found: Any, path: list[int], value: Any) -> Any:
    """Return an example with something else in one place."""
    if not path or not isinstance(found, dict | list) or not found:
        return value
    keys = list(found) if isinstance(found, dict) else range(len(found))
    key = keys[path[0] % len(keys)]
    copied: Any = dict(found) if isinstance(found, dict) else list(found)
    copied[key] = spoiled(copied[key], path[1:], value)
    return copied


@settings(max_examples=250)
@given(
    st.sampled_from([route for route in ROUTES if route.operation in EXAMPLES]),
    st.lists(st.integers(0, 9), min_size=1, max_size=4),
    st.sampled_from(NEAR) | values,
)
def test_a_spoiled_body_is_taken_or_refused_whole(route: Route, path: list[int], value: Any) -> None:
    desk = OwnDesk(token="anybody")
    product(desk, "CUP-1", 400)
    supply(desk, cup=2)
    body = json.dumps(spoiled(EXAMPLES[route.operation], path, value)).encode()
    _tried(desk, route, body)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_odd_bodies_and_names_are_refused(route: Route) -> None:
    desk = OwnDesk(token="anybody")
    desk.read("/events")
    for body in (b"", b"\xff", b"[" * 5_000, b"null", b"{}", b'{"a": 1e999}', b"[]"):
        for name in ("x", "²", "a" * 300, "../x", "\ud800"):
            _tried(desk, route, b"" if route.method == "GET" else body, name)


def _tried(desk: OwnDesk, route: Route, body: bytes, name: str = "x") -> None:
    """Send something; a refusal has the one shape and leaves everything as it was."""
    before, filled = remembered(desk), route.template.replace("{sku}", "CUP-1")
    for segment in ("{id}", "{letter}"):
        filled = filled.replace(segment, name)
    headers = desk.headers(**{"Content-Type": JSON, "Idempotency-Key": f"key-{next(desk.keys):020d}"})
    answer = desk.call(route.method, filled, body, headers)
    assert answer.status < 500
    if answer.status >= 400:
        found = json.loads(answer.body)
        assert set(found) >= PROBLEM and found["status"] == answer.status
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert remembered(desk) == before


def remembered(desk: OwnDesk) -> list[Any]:
    """Return all that these wires remember and plan, but for the first results of keys."""
    store = desk.world.store
    kinds = [kind for part in PARTS for kind in part.PART.kinds if kind is not idempotency.KEPT]
    planned = [due for due in store.agenda() if due.duty != idempotency.FORGET]
    return [planned, *(list(store.scan(kind)) for kind in kinds)]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=201", "limit=²", "after=nothing", "state=sold"])
def test_odd_queries_are_refused(query: str) -> None:
    desk = OwnDesk(token="anybody")
    for path in ("/letters", "/fulfilment/orders", "/sign-ups"):
        refused = desk.read(f"{path}?{query}", status=422)
        assert refused["errors"][0]["pointer"] == "/" + query.partition("=")[0]


def test_a_world_goes_on_from_a_snapshot() -> None:
    desk = OwnDesk(token="moved")
    product(desk, "CUP-1", 400)
    supply(desk, cup=2)
    made = desk.own("POST", "/fulfilment/orders", asked())["id"]
    anna = consenting(desk)
    sent = send(desk)
    desk.tenants.restore("moved", desk.tenants.snapshot(desk.world))
    desk.own("POST", f"/recipients/{anna}/inbox/{sent}/opening", {})
    desk.wait(DAY_MS)
    assert desk.read(f"/letters/{sent}")["state"] == "handed_over"
    assert desk.read(f"/fulfilment/orders/{made}")["state"] == "shipped"


def test_the_same_calls_are_the_same_bytes() -> None:
    def told() -> bytes:
        desk = OwnDesk(token="twin")
        consenting(desk)
        document = pdf()
        desk.own("POST", "/letters", letter(document, signed(document, "rsa")))
        desk.wait(CHECK_MS + HOUR_MS)
        return desk.call("GET", "/parcelproof/v1/events").body + desk.call("GET", "/parcelproof/v1/letters").body

    assert told() == told()


@pytest.mark.ci
async def test_over_sockets_an_upload_may_be_large_and_another_body_not() -> None:
    noise = random.Random(1).randbytes(900_000)
    document = pdf() + b"%" + noise.replace(b"\n", b"-") + b"\n"
    rows = [{**ROW, "FILE_NAME": f"{place}.pdf"} for place in range(4)]
    files = {f"{row['FILE_NAME']}{end}": content for row in rows for end, content in (("", document), (".sig", b"-"))}
    body = packed({**files, "registry.xls": registry(rows)})
    assert len(body) > 3_000_000
    headers = {"Authorization": "AccessToken big", "X-User-Authorization": "Basic dTpw"}
    async with (
        running(Options(port=0, virtual=True)) as started,
        httpx.AsyncClient(verify=False, base_url=f"{started.url}/pochta/parcelproof/v1", headers=headers) as client,
    ):
        zipped = {"Content-Type": "application/zip", "Idempotency-Key": "upload-of-the-large"}
        answer = await client.post("/letter-uploads", content=body, headers=zipped)
        assert answer.status_code == 201 and len(answer.json()["letters"]) == 4
        refused = await client.post("/fulfilment/orders", content=body, headers={**zipped, "Content-Type": JSON})
        assert refused.status_code == 413 and refused.json()["limit_bytes"] == 1_048_576
        assert refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.ci
async def test_over_sockets_a_thousand_full_orders_fit_where_orders_are_made() -> None:
    goods = [{"description": "Чашка фарфоровая с блюдцем " * 6, "quantity": 1, "value": 100}] * 12
    full = [order(**{"order-num": f"F-{place}", "goods": {"items": goods}}) for place in range(1_000)]
    body = json.dumps(full).encode()
    assert len(body) > 11_000_000
    headers = {"Authorization": "AccessToken full", "X-User-Authorization": "Basic dTpw"}
    async with (
        running(Options(port=0, virtual=True)) as started,
        httpx.AsyncClient(verify=False, base_url=f"{started.url}/pochta", headers=headers, timeout=60) as client,
    ):
        made = (await client.put("/1.0/user/backlog", content=body)).json()
        assert len(made["result-ids"]) == 1_000
        (batch,) = (await client.post("/1.0/user/shipment", json=made["result-ids"][:1])).json()["batches"]
        inside = json.dumps(full[:100]).encode()
        for path in ("/2.0/user/backlog", f"/1.0/batch/{batch['batch-name']}/shipment"):
            answer = await client.put(path, content=inside)
            assert answer.status_code == 200 and "errors" not in answer.json()
        refused = await client.put("/1.0/user/backlog", content=body + b" " * 6_000_000)
        assert refused.status_code == 413 and refused.json()["status"] == 413
        assert (await client.post("/1.0/user/shipment", content=inside)).status_code == 413


def test_our_own_calls_do_not_count_against_otpravkas_limit() -> None:
    desk = OwnDesk(token="busy")
    desk.read("/events")
    desk.world.store.header.settings = {"russian_post": {"daily_limit": 1}}
    for _ in range(3):
        desk.read("/letters")
    assert desk.otpravka("GET", "/1.0/settings/limit")["current-count"] == 1
    assert desk.call("GET", "/1.0/settings").status == 429
    desk.read("/letters")


def test_sheets_tell_that_this_is_our_own() -> None:
    sheet = CARRIERS[0].sheet
    assert any("our own design and no interface of the carrier" in one for one in sheet.deviations)
    assert {sheet.fidelity[route.operation].value for route in ROUTES} == {"guessed"}
    assert {"account_manager", "supply_count", "returned_goods"} <= set(sheet.switches)
