"""Whatever JSON IML sends, the adapter raises a `CarrierFault` or returns plain data, and nothing else."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcelproof.reference.adapters.iml import ImlAdapter
from parcelproof.reference.ports import CarrierFault, LabelFormat, Parcel

from .answers import BARCODE, piece, status

GOOD: list[Any] = [
    [status(Details=[piece("A")])],
    {"Result": "OK", "Order": {"BarCode": BARCODE, "DeliveryAmount": 1.5, "Commission": "2", "FullDeliveryAmount": 3}},
    {"Result": "Error", "Errors": [{"Code": 1, "Message": "Нет"}]},
    {"Url": "http://x"},
]
WORDS = ["", BARCODE, "OK", "Error", "1", "1e5", "NaN", "2026-03-02T12:00:00", "02.03.2026", "\x00", "P-001", "999"]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    LEAVES | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(status())), inner, max_size=8),
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


CALLS: dict[str, Callable[[ImlAdapter, Parcel], Awaitable[object]]] = {
    "read": lambda it, parcel: it.read(BARCODE),
    "label": lambda it, parcel: it.label(BARCODE, LabelFormat.PDF),
    "track": lambda it, parcel: it.track(BARCODE, BARCODE),
    "track_many": lambda it, parcel: it.track_many([(BARCODE, BARCODE)]),
}


async def _create(it: ImlAdapter, parcel: Parcel) -> object:
    (quote,) = await it.quote(parcel)
    return await it.create(parcel, quote, format=LabelFormat.PDF)


CALLS["create"] = _create


@pytest.mark.parametrize("call", CALLS)
@given(
    answer=JSON | st.builds(bent, st.sampled_from(GOOD), st.lists(st.integers(0, 20), min_size=1, max_size=4), JSON),
    status=st.sampled_from([200, 200, 200, 400, 401, 404]),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_an_answer_or_a_fault(call: str, answer: Any, status: int, collect: Parcel) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, content=json.dumps(answer).encode())

    async def once() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(respond)) as client:
            try:
                await CALLS[call](
                    ImlAdapter("http://iml.example/json", "shop", "s", collect.sender, client=client), collect
                )
            except CarrierFault as fault:
                assert fault.code and fault.detail

    asyncio.run(once())
