"""Whatever Russian Post sends, the adapter raises a `CarrierFault` or returns plain data, and nothing else."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcelproof.reference.adapters.russian_post import RussianPostAdapter
from parcelproof.reference.ports import CarrierFault, LabelFormat, Money, Parcel, Quote

from .answers import BASE, ID, NUMBER, TRACKING, batch_answer, clean, history, order, record

GOOD: list[Any] = [
    [order()],
    order(),
    {"orders": [{"barcode": NUMBER, "order-num": "P-001", "result-id": 1}]},
    {"batches": [{"batch-name": "25"}], "result-ids": [1], "errors": [{"error-code": "NOT_FOUND", "position": 0}]},
    {"errors": [{"error-codes": [{"code": "X", "description": "Нет", "details": ""}], "position": 0}]},
    [{"operator-postcode": "101000", "enabled": True}],
    {"total-rate": 1, "total-vat": 1, "delivery-time": {"min-days": 1, "max-days": 2}},
    {"code": "1001", "desc": "no"},
    {"timestamp": "t", "status": 404, "error": "Not Found", "message": "no"},
    {"f103-sent": True, "error-code": "BATCH_NOT_CHANGED"},
    [clean()],
    {"return-barcode": NUMBER, "errors": []},
]
NAMES = sorted({name for good in GOOD for row in (good if isinstance(good, list) else [good]) for name in row})
WORDS = ["", NUMBER, "P-001", "1", "1e5", "NaN", "NOT_FOUND", "GOOD", "\x00", "ONLINE_PARCEL", "ERROR", "25", "../x"]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    LEAVES | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8),
    max_leaves=15,
)


def bent(good: Any, path: list[int], value: Any) -> Any:
    """Return a good answer in which one place, found by walking `path`, is replaced."""
    if not path or not isinstance(good, dict | list) or not good:
        return value
    if isinstance(good, list):
        return [bent(item, path[1:], value) if n == path[0] % len(good) else item for n, item in enumerate(good)]
    name = sorted(good)[path[0] % len(good)]
    return {key: bent(item, path[1:], value) if key == name else item for key, item in good.items()}


BENT = st.builds(bent, st.sampled_from(GOOD), st.lists(st.integers(0, 20), max_size=4), JSON)
XML = [
    history(record("1/2", "2026-03-02T18:00:00.000+03:00"), record("2/1", "2026-03-04T18:30:00.000+04:00")).content,
    batch_answer({NUMBER: [("1/2", "02.03.2026 18:00:00", "101000")]}).content,
]
ZERO = Money(0, "RUB")
QUOTE = Quote(
    id="q", carrier="russian_post", service="ONLINE_PARCEL/ORDINARY", net=ZERO, surcharges=(), tax=ZERO, total=ZERO,
    days_min=1, days_max=1,
)  # fmt: skip
CALLS: dict[str, Callable[[RussianPostAdapter, Parcel], Awaitable[object]]] = {
    "quote": lambda it, parcel: it.quote(parcel),
    "create": lambda it, parcel: it.create(parcel, QUOTE, format=LabelFormat.PDF),
    "read": lambda it, parcel: it.read(ID),
    "label": lambda it, parcel: it.label(ID, LabelFormat.PDF),
    "cancel": lambda it, parcel: it.cancel(ID, "k"),
    "cancel another": lambda it, parcel: it.cancel("x", "k"),
    "addresses": lambda it, parcel: it.read_addresses([parcel.recipient]),
    "return": lambda it, parcel: it.create_return(ID, key="k", reason="damaged", items={}),
    "hand over": lambda it, parcel: it.hand_over([ID, "1"], "k"),
    "track": lambda it, parcel: it.track(ID, NUMBER),
    "track many": lambda it, parcel: it.track_many([(str(n), f"{n:014}") for n in range(30)]),
}


def tried(call: str, parcel: Parcel, respond: Callable[[httpx.Request], httpx.Response]) -> None:
    async def once() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(respond)) as client:
            adapter = RussianPostAdapter(BASE, "t", "shop", "s", TRACKING, parcel.sender, client=client)
            for _ in range(2):
                try:
                    await CALLS[call](adapter, parcel)
                except CarrierFault as fault:
                    assert fault.code and fault.detail

    asyncio.run(once())


@pytest.mark.parametrize("call", CALLS)
@given(
    answers=st.lists(JSON | st.sampled_from(GOOD) | BENT, min_size=1, max_size=6),
    status=st.sampled_from([200, 200, 200, 400, 401, 404, 407]),
)  # fmt: skip
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_an_answer_or_a_fault(call: str, answers: list[Any], status: int, collect: Parcel) -> None:
    asked = iter(range(10_000))

    def respond(request: httpx.Request) -> httpx.Response:
        place = next(asked)
        code = status if place % 3 == 2 else 200
        return httpx.Response(code, content=json.dumps(answers[place % len(answers)]).encode())

    tried(call, collect, respond)


@pytest.mark.parametrize("call", ["track", "track many"])
@given(
    good=st.sampled_from(XML),
    cuts=st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=6), st.integers(0, 9)), max_size=3),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_xml_is_an_answer_or_a_fault(
    call: str, good: bytes, cuts: list[tuple[int, bytes, int]], collect: Parcel
) -> None:
    raw = good
    for start, put, skipped in cuts:
        raw = raw[:start] + put + raw[start + skipped :]

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=raw if request.method == "POST" else b"[]")

    tried(call, collect, respond)
