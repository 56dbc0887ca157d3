"""Bad input at the control API: a 4xx that says why, never a 500, and nothing changed."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcelproof.simulators.control import service
from parcelproof.simulators.server import Running

Start = Callable[..., AbstractAsyncContextManager[Running]]

JSON = {"Content-Type": "application/json"}
BYTES = "application/octet-stream"
T = "/_sim/v1/tenants/t"
P = f"{T}/parcels/p"


@pytest.fixture
async def client(parrot_server: Start) -> AsyncIterator[httpx.AsyncClient]:
    async with parrot_server() as started, httpx.AsyncClient(base_url=started.url, verify=False) as found:
        world = started.shell.tenants.create("t")
        from parcelproof.simulators.core.parcel import Parcel, Step

        world.travel(world.add(Parcel("p", "parrot", "P1", "R")), (Step(5, "accepted"),))
        yield found


async def state(client: httpx.AsyncClient) -> tuple[bytes, str]:
    return (await client.get(f"{T}/snapshot")).content, (await client.get("/_sim/v1/tenants")).text


def nested(levels: int) -> Any:
    found: Any = None
    for _ in range(levels):
        found = {"x": found}
    return found


BAD: list[tuple[str, str, Any, int]] = [
    ("GET", "/_sim", None, 404),
    ("GET", "/_sim/v2/tenants", None, 404),
    ("GET", "/_sim/v1/nowhere", None, 404),
    ("PUT", "/_sim/v1/tenants", {}, 405),
    ("DELETE", f"{T}/clock", None, 405),
    ("POST", "/_sim/v1/tenants", {}, 422),
    ("POST", "/_sim/v1/tenants", [], 422),
    ("POST", "/_sim/v1/tenants", {"name": "t"}, 409),
    ("POST", "/_sim/v1/tenants", {"name": ""}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "a/b"}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "a\n"}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "x" * 101}, 422),
    ("POST", "/_sim/v1/tenants", {"name": 5}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "now": "2026-03-01"}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "now": "2026-03-01T10:00:00"}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "now": "1969-12-31T23:59:59Z"}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "now": "9999-12-31T23:59:59Z"}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "virtual": "yes"}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "extra": 1}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"mix": {"nonsense": 1}}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"mix": {"stuck": 0}}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"mix": {"stuck": True}}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"mix": []}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"quota": "maybe"}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"accept_after_ms": -1}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"payout_after_days": True}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"payout_after_days": "never"}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"print_after_ms": "off"}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"parrot": 5}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"parrot": {"payout_after_days": -1}}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"report_layouts": []}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"parrot": {"report_layouts": {}}}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"parrot": {"report_layouts": [{"title": "t"}]}}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": {"parrot": {"mix": {"nonsense": 1}}}}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "."}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "credentials": [{"carrier": "swan", "id": "i", "secret": "s"}]}, 404),
    ("POST", "/_sim/v1/tenants", {"name": "n", "credentials": [{"carrier": "parrot", "id": "", "secret": "s"}]}, 422),
    ("POST", "/_sim/v1/tenants", {"name": "n", "settings": nested(20)}, 422),
    ("PATCH", T, {"settings": nested(400)}, 422),
    ("POST", f"{T}/faults", {"kind": "status", "body": nested(70)}, 422),
    ("POST", f"{T}/faults", {"kind": "status", "body": nested(400)}, 422),
    ("POST", f"{T}/faults", {"kind": "status", "body": [{"deep": 10**40}]}, 422),
    ("POST", f"{T}/faults", {"kind": "status", "headers": {"X-A": -(10**40)}}, 422),
    ("GET", "/_sim/v1/tenants/nobody", None, 404),
    ("DELETE", "/_sim/v1/tenants/nobody", None, 404),
    ("PATCH", T, {"settings": {"quota": 1}}, 422),
    ("PATCH", T, {}, 422),
    ("GET", "/_sim/v1/tenants/nobody/clock", None, 404),
    ("PUT", f"{T}/clock", {"now": "2020-01-01T00:00:00Z"}, 409),
    ("PUT", f"{T}/clock", {"speed": 0}, 422),
    ("PUT", f"{T}/clock", {"speed": -1}, 422),
    ("POST", "/_sim/v1/tenants/nobody/clock/advance", {"by_ms": 1}, 404),
    ("POST", f"{T}/clock/advance", {}, 422),
    ("POST", f"{T}/clock/advance", {"by_ms": -1}, 422),
    ("POST", f"{T}/clock/advance", {"by_ms": 1.5}, 422),
    ("POST", f"{T}/clock/advance", {"by_ms": True}, 422),
    ("POST", f"{T}/clock/advance", {"by_ms": 10**30}, 422),
    ("POST", f"{T}/clock/advance", {"by_ms": 1, "to": "2030-01-01T00:00:00Z"}, 422),
    ("POST", f"{T}/clock/advance", {"to": "8999-01-01T00:00:00Z"}, 409),
    ("GET", f"{T}/parcels?color=red", None, 422),
    ("GET", f"{T}/parcels?limit=0", None, 422),
    ("GET", f"{T}/parcels?limit=1001", None, 422),
    ("GET", f"{T}/parcels?limit=x", None, 422),
    ("GET", f"{T}/parcels?status=eaten", None, 422),
    ("GET", f"{T}/parcels?after=nothing", None, 404),
    ("GET", f"{T}/parcels/nothing", None, 404),
    ("GET", f"{T}/parcels/a%2Fb", None, 404),
    ("GET", f"{T}/parcels/nothing/timeline", None, 404),
    ("GET", f"{P}/label?format=zpl", None, 404),
    ("GET", f"{P}/label?format=png", None, 422),
    ("GET", f"{T}/webhook-attempts/1", None, 404),
    ("GET", f"{T}/webhook-attempts/one", None, 422),
    ("POST", f"{T}/webhook-attempts/1/replay", None, 404),
    ("GET", f"{T}/webhook-attempts?limit=0", None, 422),
    ("GET", "/_sim/v1/journeys?carrier=swan", None, 404),
    ("GET", f"{T}/journeys?carrier=swan", None, 404),
    ("PUT", f"{T}/journeys/mix", {"carrier": "swan", "mix": None}, 404),
    ("PUT", f"{T}/journeys/mix", {"carrier": "parrot", "mix": {}}, 422),
    ("PUT", f"{T}/journeys/mix", {"carrier": "parrot", "mix": {"happy": 1}}, 422),
    ("PUT", f"{T}/journeys/mix", {"carrier": "parrot", "mix": {"stuck": 0}}, 422),
    ("POST", f"{T}/snapshots", {}, 422),
    ("POST", f"{T}/snapshots", {"name": ".."}, 422),
    ("POST", f"{T}/snapshots", {"name": "a/b"}, 422),
    ("POST", f"{T}/snapshots/nothing/restore", None, 404),
    ("DELETE", f"{T}/snapshots/nothing", None, 404),
    ("POST", "/_sim/v1/tenants/nobody/snapshots", {"name": "a"}, 404),
    ("GET", "/_sim/v1/bad-days?x=1", None, 422),
    ("POST", f"{T}/bad-days", {"name": "monday"}, 422),
    ("POST", f"{T}/bad-days", {"name": "black-friday-queue", "carrier": "swan"}, 404),
    ("DELETE", f"{T}/bad-days/monday", None, 404),
    ("PATCH", P, {"paused": 1}, 422),
    ("POST", f"{P}/scans", {}, 422),
    ("POST", f"{P}/scans", {"code": "eaten"}, 422),
    ("POST", f"{P}/scans", {"code": "held", "occurred_at": "2999-01-01T00:00:00Z"}, 409),
    ("POST", f"{P}/scans", {"code": "held", "reason": "x" * 201}, 422),
    ("POST", f"{T}/parcels/nothing/scans", {"code": "held"}, 404),
    ("DELETE", f"{P}/scans/1", None, 404),
    ("DELETE", f"{P}/scans/one", None, 422),
    ("DELETE", f"{P}/scans/{'9' * 30}", None, 422),
    ("PUT", f"{P}/journey", {}, 422),
    ("PUT", f"{P}/journey", {"story": "happy"}, 422),
    ("PUT", f"{P}/journey", {"story": "stuck", "steps": []}, 422),
    ("PUT", f"{P}/journey", {"steps": [{"after_ms": -1, "code": "held"}]}, 422),
    ("PUT", f"{P}/journey", {"steps": [{"after_ms": 1, "code": "eaten"}]}, 422),
    ("PUT", f"{P}/journey", {"table": [{"at": "2020-01-01T00:00:00Z", "code": "held"}]}, 409),
    ("POST", f"{T}/faults", {}, 422),
    ("POST", f"{T}/faults", {"kind": "explosion"}, 422),
    ("POST", f"{T}/faults", {"kind": "reset", "carrier": "swan"}, 404),
    ("POST", f"{T}/faults", {"kind": "reset", "operation": "fly"}, 422),
    ("POST", f"{T}/faults", {"kind": "truncate", "point": "before"}, 422),
    ("POST", f"{T}/faults", {"kind": "status", "status": 99}, 422),
    ("POST", f"{T}/faults", {"kind": "status", "headers": {"X": "a\r\nSet-Cookie: b"}}, 422),
    ("POST", f"{T}/faults", {"kind": "status", "headers": {"Content-Length": "5"}}, 422),
    ("POST", f"{T}/faults", {"kind": "status", "headers": {"a b": "c"}}, 422),
    ("POST", f"{T}/faults", {"kind": "reset", "probability": 2}, 422),
    ("POST", f"{T}/faults", {"kind": "reset", "nth": 0}, 422),
    ("POST", f"{T}/faults", {"kind": "reset", "seen": 5}, 422),
    ("DELETE", f"{T}/faults/fault-9", None, 404),
    ("GET", f"{T}/webhooks/swan", None, 404),
    ("PATCH", f"{T}/webhooks/parrot", {"duplicate": -1}, 422),
    ("PATCH", f"{T}/webhooks/parrot", {"duplicate": 10**9}, 422),
    ("PATCH", f"{T}/webhooks/parrot", {"explode": True}, 422),
    ("PATCH", f"{T}/webhooks/parrot", {"only": {"color": ["red"]}}, 422),
    ("PATCH", f"{T}/webhooks/parrot", [1], 422),
    ("GET", f"{T}/journal?after=-1", None, 422),
    ("GET", f"{T}/journal?after=x", None, 422),
    ("GET", f"{T}/journal?format=xml", None, 422),
    ("GET", f"{T}/journal?limit=0", None, 422),
    ("GET", f"{T}/journal?limit=5&limit=6", None, 422),
    ("GET", f"{T}/journal?direction=up", None, 422),
    ("GET", f"{T}/journal?status=1000", None, 422),
    ("GET", f"{T}/journal?text=", None, 422),
    ("GET", f"{T}/clock?color=red", None, 422),
    ("POST", f"{P}/step?color=red", None, 422),
    ("GET", f"{T}/payouts/swan", None, 404),
    ("GET", f"{T}/payouts/parrot/1", None, 404),
    ("GET", f"{T}/payouts/parrot/1?format=pdf", None, 422),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"), BAD, ids=[" ".join(map(str, row[:3]))[:90] for row in BAD]
)
async def test_a_bad_call_is_refused_and_changes_nothing(
    client: httpx.AsyncClient, method: str, path: str, body: Any, status: int
) -> None:
    before = await state(client)
    answer = await client.request(method, path, **({} if body is None else {"json": body}))
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert problem["status"] == status
    assert problem["title"] and problem["detail"]
    assert await state(client) == before


async def test_a_wrong_method_names_the_right_ones(client: httpx.AsyncClient) -> None:
    answer = await client.put(f"{T}/faults", json={})
    assert (answer.headers["Allow"], answer.json()["allowed"]) == ("DELETE, GET, POST", ["DELETE", "GET", "POST"])


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", JSON, 400),
        (b"", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b"[" * 200_000, JSON, 400),
        (b'{"name":"\xff"}', JSON, 400),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {}, 415),
        (b"x" * (service.BODY_LIMIT_BYTES + 1), JSON, 413),
    ],
    ids=["half", "empty", "no-text", "deep", "no-utf8", "text", "no-type", "large"],
)
async def test_a_body_that_is_none_is_refused(
    client: httpx.AsyncClient, content: bytes, headers: dict[str, str], status: int
) -> None:
    answer = await client.post("/_sim/v1/tenants", content=content, headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [(b"nonsense", BYTES, 422), (b"", BYTES, 422), (b"{}", "application/json", 415)],
)
async def test_what_is_no_snapshot_leaves_the_tenant_as_it_was(
    client: httpx.AsyncClient, content: bytes, kind: str, status: int
) -> None:
    before = await state(client)
    answer = await client.put(f"{T}/snapshot", content=content, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert await state(client) == before


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
WRITES = [
    ("POST", "/_sim/v1/tenants"),
    ("PATCH", T),
    ("PUT", f"{T}/clock"),
    ("POST", f"{T}/clock/advance"),
    ("POST", f"{P}/scans"),
    ("PUT", f"{P}/journey"),
    ("PATCH", P),
    ("POST", f"{T}/faults"),
    ("PATCH", f"{T}/webhooks/parrot"),
]
FIELDS = [
    "name",
    "settings",
    "now",
    "by_ms",
    "to",
    "code",
    "occurred_at",
    "steps",
    "table",
    "kind",
    "where",
    "drop",
    "only",
]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(write=st.sampled_from(WRITES), body=anything | st.dictionaries(st.sampled_from(FIELDS), anything, max_size=3))
async def test_no_json_makes_a_500(client: httpx.AsyncClient, write: tuple[str, str], body: Any) -> None:
    answer = await client.request(write[0], write[1], json=body)
    assert answer.status_code < 500, answer.text
