"""Whatever JSON a carrier sends, an adapter raises a `CarrierFault` or returns plain data, and nothing else."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.adapters.mail_alliance import MailAllianceAdapter
from parcelproof.reference.ports import CarrierFault, Intake, LabelFormat, Money, Parcel, Pickup, Quote, Untrusted

NAMES = [
    "id", "uuid", "entity", "requests", "errors", "code", "message", "state", "type", "data", "next_cursor",
    "events", "status", "statuses", "date_time", "occurred_at", "tracking_number", "cdek_number", "number", "rates",
    "net", "total", "amount", "currency", "transit_days", "min", "max", "service", "label", "format",
    "content_base64", "price", "related_entities", "is_return", "packages", "items", "ware_key", "delivery_amount",
    "registries", "orders", "sum", "registry_number", "transfer_sum", "payment_sum", "total_sum_without_agent",
    "tariff_codes", "tariff_code", "delivery_mode", "delivery_sum", "reason_code", "deleted", "delivery_problem",
    "create_date", "secret", "url", "return_tracking_number", "original_tracking_number", "requested_at",
    "returned_at", "reason", "attributes", "status_date_time", "status_code", "timestamp", "event", "revokes",
    "sequence", "delivery_detail", "total_sum", "intake_date", "intake_number",
]  # fmt: skip
WORDS = ["", "par_1", "CREATED", "DELIVERED", "NOT_DELIVERED", "INVALID", "return_order", "returning", "EUR", "1.00",
         "1e5", "NaN", "2026-03-02T09:00:00Z", "0001-01-01T00:00:00+23:59", "2026-03-02T09:00:00+0700", "PDF",
         "SFRNTA==", "ORDER_STATUS", "tracking.delivered", "return.received", "READY", "../x", "\x00",
         "1", "20", "26"]  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(WORDS)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8),
    max_leaves=25,
)
GOOD: dict[str, Any] = {
    "entity": {"uuid": "u-1", "cdek_number": "1", "number": "P-001",
               "statuses": [{"code": "DELIVERED", "date_time": "2026-03-02T09:00:00Z"}],
               "packages": [{"items": [{"ware_key": "A", "amount": 1}]}]},
    "related_entities": [{"type": "return_order", "uuid": "u-2"}],
    "requests": [{"type": "CREATE", "state": "SUCCESSFUL"}],
    "tariff_codes": [{"tariff_code": 139, "delivery_mode": 1, "delivery_sum": 1.5}],
    "registries": [{"registry_number": 1, "sum": 1, "orders": [
        {"cdek_number": 1, "transfer_sum": 1, "payment_sum": 1, "total_sum_without_agent": 1}]}],
    "rates": [], "data": [], "tracking_number": "MAL1", "events": [], "id": "par_1", "status": "announced",
    "return_tracking_number": "R", "original_tracking_number": "M", "reason": "damaged",
    "requested_at": "2026-03-02T09:00:00Z", "url": "http://x", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}  # fmt: skip


def bent(good: Any, path: list[int], value: Any) -> Any:
    """Return a good answer in which one place, found by walking `path`, is replaced."""
    if not path or not isinstance(good, dict | list) or not good:
        return value
    if isinstance(good, list):
        place = path[0] % len(good)
        return [bent(item, path[1:], value) if n == place else item for n, item in enumerate(good)]
    name = sorted(good)[path[0] % len(good)]
    return {key: bent(item, path[1:], value) if key == name else item for key, item in good.items()}


ANSWERS = st.one_of(
    JSON, st.builds(bent, st.just(GOOD), st.lists(st.integers(0, 30), min_size=1, max_size=6), JSON), st.just(GOOD)
)
ZERO = Money(0, "RUB")
QUOTE = Quote(id="q", carrier="x", service="139", net=ZERO, surcharges=(), tax=ZERO, total=ZERO, days_min=1, days_max=1)
Carrier = CdekAdapter | MailAllianceAdapter
INTAKE = Intake(carrier_id="i-1", number=None)
CALLS: dict[str, Callable[[Carrier, Parcel, Parcel], Awaitable[object]]] = {
    "quote": lambda it, prepaid, collect: it.quote(prepaid),
    "create": lambda it, prepaid, collect: it.create(prepaid, QUOTE, format=LabelFormat.PDF),
    "read": lambda it, prepaid, collect: it.read("u-1"),
    "label": lambda it, prepaid, collect: it.label("u-1", LabelFormat.PDF),
    "cancel": lambda it, prepaid, collect: it.cancel("u-1", "k"),
    "track": lambda it, prepaid, collect: it.track("u-1", "1"),
    "changes": lambda it, prepaid, collect: it.changes(""),
    "create_return": lambda it, prepaid, collect: it.create_return("u-1", key="k", reason="damaged", items={}),
    "subscribe": lambda it, prepaid, collect: it.subscribe("http://127.0.0.1:9/x", "k"),
    "registries": lambda it, prepaid, collect: it.registries(date(2026, 3, 2)),
}
CDEK_CALLS: dict[str, Callable[[CdekAdapter, Parcel, Parcel], Awaitable[object]]] = {
    "refuse": lambda it, prepaid, collect: it.refuse("u-1", "k"),
    "waybill": lambda it, prepaid, collect: it.waybill("u-1"),
    "collect": lambda it, prepaid, collect: it.collect(courier(prepaid), None),
    "collect again": lambda it, prepaid, collect: it.collect(courier(prepaid), INTAKE),
    "cancel_collect": lambda it, prepaid, collect: it.cancel_collect(INTAKE, "k"),
}


def courier(parcel: Parcel) -> Pickup:
    return Pickup(
        key="k", carrier_ids=("u-1",), sender=parcel.sender, day=date(2026, 3, 3), time_from=time(10),
        time_to=time(12), mass_g=1,
    )  # fmt: skip


def made(kind: type[Carrier], parcel: Parcel, client: httpx.AsyncClient) -> Carrier:
    if kind is CdekAdapter:
        return CdekAdapter("http://c.example/v2", "id", "secret", parcel.sender, client=client)
    return MailAllianceAdapter("http://c.example", "mak_test_x", parcel.sender, client=client)


EVERY = [(kind, call) for kind in (CdekAdapter, MailAllianceAdapter) for call in CALLS.values()]


@pytest.mark.parametrize(
    ("kind", "call"),
    [*EVERY, *((CdekAdapter, call) for call in CDEK_CALLS.values())],
    ids=[*(f"{kind.name}-{name}" for kind in (CdekAdapter, MailAllianceAdapter) for name in CALLS), *CDEK_CALLS],
)
@given(answer=ANSWERS, status=st.sampled_from([200, 200, 200, 202, 400, 401, 404, 409, 422]))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_an_answer_or_a_fault(
    kind: type[Carrier], call: Any, answer: Any, status: int, prepaid: Parcel, collect: Parcel
) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth/token"):
            return httpx.Response(200, json={"access_token": "t", "expires_in": 3600})
        return httpx.Response(status, content=json.dumps(answer).encode())

    async def once() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(respond)) as client:
            try:
                await call(made(kind, prepaid, client), prepaid, collect)
            except CarrierFault as fault:
                assert fault.code and fault.detail

    asyncio.run(once())


HOOK = {"type": "ORDER_STATUS", "uuid": "u-1", "timestamp": "2026-03-02T09:00:00Z",
        "attributes": {"cdek_number": "1", "code": "DELIVERED", "status_date_time": "2026-03-02T09:00:00Z"},
        "data": {"tracking_number": "MAL1", "event": {"id": "e", "status": "delivered",
                                                      "occurred_at": "2026-03-02T09:00:00Z"}}}  # fmt: skip


@pytest.mark.parametrize("kind", [CdekAdapter, MailAllianceAdapter])
@given(body=JSON | st.builds(bent, st.just(HOOK), st.lists(st.integers(0, 9), min_size=1, max_size=3), JSON))
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_webhook_is_a_notice_or_untrusted(kind: type[Carrier], body: Any, prepaid: Parcel) -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    raw, secret = json.dumps(body), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = {"webhook-id": "m", "webhook-timestamp": str(int(at.timestamp())),
               "webhook-signature": Webhook(secret).sign("m", at, raw)}  # fmt: skip
    transport = httpx.MockTransport(lambda request: httpx.Response(500))
    adapter = made(kind, prepaid, httpx.AsyncClient(transport=transport))
    try:
        adapter.verify(headers, raw.encode(), {"secret": secret}, at)
    except Untrusted as fault:
        assert fault.detail
