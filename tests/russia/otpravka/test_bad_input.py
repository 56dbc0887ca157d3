"""Whatever is sent, Otpravka answers in one of its shapes, and what it refuses changes nothing."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.postal_api.russia.otpravka import PART
from parcelproof.simulators.postal_api.russia.otpravka.fields import ORDER

from .conftest import Desk, tenants

WRITES = sorted({(route.method, route.template) for route in PART.routes if route.method != "GET"})
READS = sorted({route.template for route in PART.routes if route.method == "GET"})
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
SCALARS |= st.sampled_from(["643", "true", "", "1e5", 0, -1, 10**30, "9" * 40, "\x00", "\ud800", "A" * 5000])
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)
NESTED = ["address-from", "dimension", "ecom-data", "fiscal-data", "payment-details", "goods", "customs-declaration"]
FIELD = st.dictionaries(st.sampled_from([*sorted(ORDER), *NESTED * 10]), JSON, max_size=2)
ODD = ["1", "2300000001", "bad", "%", "..", "0", "A-1", "2026", "13", "", "９", "a/b"]
NAMES = st.sampled_from(ODD) | st.text(max_size=6)
SHAPES = ("errors", "result-ids", "orders", "error-codes", "code", "error", "status", "error-code", "f103-sent", "row")


def filled(template: str, names: list[str]) -> str:
    parts = [names[place % len(names)] if part[:1] == "{" else part for place, part in enumerate(template.split("/"))]
    return "/".join(parts)


def prepared() -> Desk:
    desk = Desk(tenants())
    desk.settings(daily_limit=10_000)
    desk.batched(desk.made())
    desk.made()
    return desk


def checked(desk: Desk, method: str, path: str, body: bytes, query: str) -> int:
    answer = desk.call(method, path, body, query)
    assert answer.status in (200, 201, 400, 404, 405, 407, 409) or b'"1002"' in answer.body, answer
    found = json.loads(answer.body)
    if isinstance(found, dict) and answer.status != 200:
        assert any(key in found for key in (*SHAPES, "title")), found
    return answer.status


@given(
    st.sampled_from(WRITES),
    st.lists(NAMES, min_size=1, max_size=4),
    JSON | st.lists(FIELD, max_size=3) | st.lists(NAMES | st.integers(1, 5), max_size=3),
    st.sampled_from(["", "size=x", "useOnlineBalance=", "sending-date=2026-99-99", "timezone-offset=999999", "=&&"]),
)
@settings(max_examples=100)
def test_any_write_is_answered(call: tuple[str, str], names: list[str], body: Any, query: str) -> None:
    method, template = call
    desk = prepared()
    before = desk.world.store.dump()
    sent = json.dumps(body).encode("utf-8", "surrogatepass")
    status = checked(desk, method, filled(template, names), sent, query)
    if status >= 400:
        assert without_calls(desk) == without_calls(desk, before)


def without_calls(desk: Desk, dump: bytes | None = None) -> Any:
    """Return the world but for the day's count of calls, which counts refused ones too."""
    import msgspec

    found = msgspec.msgpack.decode(desk.world.store.dump() if dump is None else dump)
    found["records"].pop("russian_post.calls", None)
    return found


@given(FIELD, st.booleans())
@settings(max_examples=100)
def test_an_order_with_anything_in_its_fields_is_judged_or_not_understood(fields: dict[str, Any], edit: bool) -> None:
    desk = prepared()
    order = {**Desk.order(), **fields}
    path, body = ("/1.0/backlog/2300000002", order) if edit else ("/1.0/user/backlog", [order])
    sent = json.dumps(body).encode("utf-8", "surrogatepass")
    status = checked(desk, "PUT", path, sent, "")
    if status == 200:
        for order_id in ("2300000002", "2300000003"):
            checked(desk, "GET", f"/1.0/backlog/{order_id}", b"", "")
        checked(desk, "POST", "/1.0/user/shipment", b"[2300000002, 2300000003]", "")
        for batch in desk.ask("GET", "/1.0/batch"):
            checked(desk, "POST", f"/1.0/batch/{batch['batch-name']}/checkin", b"", "")
        desk.advance(100 * 86_400_000)


@given(st.sampled_from(READS), st.lists(NAMES, min_size=1, max_size=3), st.text("&=size0٣ ", max_size=20))
@settings(max_examples=100)
def test_any_read_is_answered_and_changes_nothing(template: str, names: list[str], query: str) -> None:
    desk = prepared()
    before = desk.world.store.dump()
    checked(desk, "GET", filled(template, names), b"", f"page={query}&size={query}&query={query}")
    if not template.endswith("/checkin"):
        assert without_calls(desk) == without_calls(desk, before)
