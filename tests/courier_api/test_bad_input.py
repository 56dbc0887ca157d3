"""Whatever a client sends: the contract's error, never a 500, never half an effect; through sockets and without."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcelproof.simulators.courier_api.cdek import CARRIER
from parcelproof.simulators.server import Options, running

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

FORM = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s"}
JSON = {"Content-Type": "application/json"}
TOKEN = "<token>"
ROWS: list[tuple[str, str, str, bytes, dict[str, str], int, str]] = [
    ("unknown route", "GET", "/v2/nowhere", b"", {}, 404, "Not Found"),
    ("PUT of an order", "PUT", "/v2/orders", b"{}", {}, 404, "Not Found"),
    ("PUT of one order", "PUT", "/v2/orders/1", b"{}", {}, 404, "Not Found"),
    ("print without a form", "GET", "/v2/print/orders?orders=1", b"", {}, 404, "Not Found"),
    ("intakes by filter", "GET", "/v2/intakes", b"", {}, 404, "Not Found"),
    ("intervals by POST", "POST", "/v2/delivery/intervals", b"{}", {}, 404, "Not Found"),
    ("invented finance", "GET", "/v2/finance/getreport", b"", {}, 404, "Not Found"),
    ("a missing slash", "POST", "/v2orders/1/clientReturn", b"{}", {}, 404, "Not Found"),
    ("malformed JSON", "POST", "/v2/orders", b'{"type":', {}, 400, "v2_bad_request"),
    ("malformed JSON elsewhere", "POST", "/v2/webhooks", b"[", {}, 400, "v2_bad_request"),
    ("no UTF-8", "POST", "/v2/calculator/tarifflist", b'{"lang":"\xff"}', {}, 400, "v2_bad_request"),
    ("wrong type", "POST", "/v2/orders", b'{"type":[]}', {}, 400, "v2_invalid_value_type"),
    ("over-long field", "POST", "/v2/webhooks", json.dumps({"url": "u" * 5000}).encode(), {}, 400, "v2_invalid_format"),
    ("10 MB body", "POST", "/v2/orders", b" " * 10_485_760, {}, 413, "Payload Too Large"),
    ("no token", "GET", "/v2/webhooks", b"", {"Authorization": ""}, 401, "unauthorized"),
    ("bad token", "POST", "/v2/orders", b"{}", {"Authorization": "Bearer nope"}, 401, "unauthorized"),
    ("foreign object", "GET", "/v2/orders/00000000-0000-4000-8000-000000000000", b"", {}, 400, "v2_entity_not_found"),
    ("foreign form", "GET", "/v2/print/barcodes/1.pdf", b"", {}, 400, "v2_entity_not_found"),
    ("odd path", "GET", "/v2/orders/%2e%2e%2f%ff%00", b"", {}, 400, "v2_entity_not_found"),
    ("refusal with a broken body", "POST", "/v2/orders/1/refusal", b"{", {}, 400, "v2_entity_not_found"),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "said"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS]
)
async def test_bad_input_through_the_real_server(
    method: str, path: str, body: bytes, headers: dict[str, str], status: int, said: str
) -> None:
    async with running(Options(port=0, virtual=True), carriers=[CARRIER]) as started, aiohttp.ClientSession() as client:
        root = f"{started.url}/cdek"
        async with client.post(f"{root}/v2/oauth/token", data=FORM) as answer:
            token = (await answer.json())["access_token"]
        before = started.shell.tenants.find("shop").store.dump()
        sent = {**JSON, "Authorization": f"Bearer {token}", **headers}
        async with client.request(method, root + path, data=io.BytesIO(body), headers=sent) as answer:
            text = await answer.text()
            assert (answer.status, answer.headers["Content-Type"]) == (status, "application/json"), text
        assert said in text
        found = json.loads(text)
        if status in (404, 413):
            assert (found["status"], found["path"]) == (status, path.partition("?")[0])
            assert found["timestamp"] == "2026-03-02T09:00:00+00:00"  # the caller's clock, since the token tells whose
        assert started.shell.tenants.find("shop").store.dump() == before


async def test_an_expired_token_through_the_real_server() -> None:
    async with running(Options(port=0, virtual=True), carriers=[CARRIER]) as started, aiohttp.ClientSession() as client:
        root = f"{started.url}/cdek/v2"
        async with client.post(f"{root}/oauth/token?parameters", data=FORM) as answer:
            headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        async with client.get(f"{root}/webhooks", headers=headers) as answer:
            assert (answer.status, await answer.json()) == (200, [])
        await started.shell.pace.advance("shop", by_ms=3_600_000)
        async with client.get(f"{root}/webhooks", headers=headers) as answer:
            assert (answer.status, (await answer.json())["errors"][0]["code"]) == (401, "v2_token_expired")


# -- anything at all

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["1", "-0", "1e5", "٣", "44", "136", "2026-01-01", "20:1", "\u0000", " "]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
PATHS = tuple(
    (route.method, route.template.replace("{uuid}", "0")) for route in CARRIER.routes if route.operation != "token"
)
FIELDS = (
    "type", "number", "tariff_code", "comment", "shipment_point", "delivery_point", "recipient", "sender", "seller",
    "from_location", "to_location", "services", "packages", "print", "is_client_return", "delivery_recipient_cost",
    "delivery_recipient_cost_adv", "additional_order_types", "has_reverse_order", "date_invoice", "date", "currency",
)  # fmt: skip


def nobodys(path: str) -> int:
    """Return the status for what nobody knows, or cannot be read."""
    return 404 if path.startswith("/v2/photoDocument/") else 400


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PATHS), anything | st.binary(max_size=40))
def test_any_body_on_any_route_is_answered_and_a_refusal_changes_nothing(
    new_desk: Callable[..., Desk], way: tuple[str, str], body: Any
) -> None:
    desk = new_desk()
    before = desk.world.store.dump()
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = desk.call(way[0], way[1], raw, JSON)
    assert answer.status in (200, 202, nobodys(way[1]))
    if answer.status == 400:
        assert desk.world.store.dump() == before


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(FIELDS), anything, min_size=1, max_size=3), st.sampled_from(["", "item", "package"])
)
def test_a_good_order_with_any_values_in_it_is_refused_or_lives(
    new_desk: Callable[..., Desk], changes: dict[str, Any], where: str
) -> None:
    """A value that passes the first check must also survive judgement, reading, printing and the end of its life."""
    desk = new_desk()
    body = desk.body(**({} if where else changes))
    if where == "item":
        values = dict(zip(("ware_key", "payment", "cost", "weight", "amount"), changes.values(), strict=False))
        body["packages"][0]["items"][0] |= values
    elif where == "package":
        body["packages"][0] |= dict(zip(("number", "weight", "length"), changes.values(), strict=False))
    status, answer = desk.ask("POST", "/orders", body)
    assert status in (202, 400)
    if status == 202:
        uuid = answer["entity"]["uuid"]
        desk.advance(1_000)
        desk.ask("POST", "/print/barcodes", {"orders": [{"order_uuid": uuid}]})
        desk.advance(9 * 86_400_000)
        assert desk.shown(uuid)["uuid"] == uuid


MOMENTS = st.sampled_from(["2026-03-03", "2026-03-02", "2026-03-20", "10:00", "14:00", "9:00", "23:59", "24:00"])
CALLS = (
    "intake_date", "intake_time_from", "intake_time_to", "lunch_time_from", "lunch_time_to", "weight", "from_location",
    "sender", "need_call", "name", "date", "time_from", "time_to", "comment", "delivery_point", "to_location",
    "status", "tariff_code", "date_time", "shipment_point",
)  # fmt: skip
GOOD = {
    "intake_date": "2026-03-03",
    "intake_time_from": "10:00",
    "intake_time_to": "14:00",
    "date": "2026-03-09",
    "time_from": "14:00",
    "time_to": "18:00",
    "tariff_code": 139,
    "date_time": "2026-03-02T10:00:00",
    "from_location": {"code": 44, "address": "x"},
    "to_location": {"code": 270, "address": "x"},
}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["/orders", "/intakes", "/delivery", "/intakes/availableDays", "/delivery/estimatedIntervals"]),
    st.dictionaries(st.sampled_from((*CALLS, *FIELDS)), anything | MOMENTS, max_size=3),
)
def test_a_good_change_call_or_agreement_with_any_values_in_it_is_refused_or_lives(
    new_desk: Callable[..., Desk], path: str, changes: dict[str, Any]
) -> None:
    """Nothing that passes the first check may break what comes of it, and a refusal leaves everything as it was."""
    desk = new_desk()
    uuid = desk.order()
    before = desk.world.store.dump()
    method, body = ("PATCH", changes) if path == "/orders" else ("POST", {**GOOD, **changes})
    status, answer = desk.ask(method, path, {**body, "uuid": uuid, "order_uuid": uuid})
    assert status in (200, 202, 400)
    if status != 202:
        assert desk.world.store.dump() == before
        return
    desk.advance(60 * 86_400_000)
    assert desk.shown(uuid)["statuses"][0]["code"] == "DELIVERED"
    if path != "/orders":
        shown = desk.ask("GET", f"{path}/{answer['entity']['uuid']}")[1]
        assert shown["requests"][0]["state"] in ("SUCCESSFUL", "INVALID")


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([path for method, path in PATHS if method == "GET"]),
    st.dictionaries(
        st.sampled_from(["code", "size", "page", "date", "cdek_number", "im_number", "order_uuid", "city", "name",
                         "postal_code", "weight_max", "latitude", "longitude", "type", "country_codes", "lang"]),
        st.text(max_size=12),
        max_size=3,
    ),
)  # fmt: skip
def test_any_query_on_any_reading_route_is_answered(
    new_desk: Callable[..., Desk], path: str, query: dict[str, str]
) -> None:
    desk = new_desk()
    assert desk.ask("GET", path.removeprefix("/v2"), **query)[0] in (200, nobodys(path))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["mix", "accept_after_ms", "payout_after_days", "agent_percent", "vat_rate",
                                        "pickup_cost_minor", "webhook_spelling", "cdek"]), anything))  # fmt: skip
def test_any_settings_are_survived(new_desk: Callable[..., Desk], changes: dict[str, Any]) -> None:
    desk = new_desk(**changes)
    uuid = desk.ask("POST", "/orders", desk.body())[1]["entity"]["uuid"]
    desk.advance(3_600_000)
    assert desk.shown(uuid)["cdek_number"]
    desk.advance(12 * 86_400_000)
