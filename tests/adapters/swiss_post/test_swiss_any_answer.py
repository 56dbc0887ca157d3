"""Whatever JSON Swiss Post sends, the adapter raises a `CarrierFault` or returns plain data, and nothing else."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcelproof.reference.adapters.swiss_post import SwissPostAdapter
from parcelproof.reference.ports import CarrierFault, LabelFormat, Parcel

from .answers import BASE, LICENSE, OWN, scan

GOOD: list[Any] = [
    {"item": {"itemID": "S-100", "identCode": OWN, "label": ["JVBERi0xLjQKJSVFT0YK"], "warnings": []}},
    {"item": {"label": [], "errors": [{"code": "E2016", "message": "x"}]}},
    {"errors": [{"code": "E2010", "message": "x"}]},
    [{"field": "a", "error": "b", "rejectedValue": {}}],
    {"events": [scan(100), scan(934, subEventId="CAN1"), scan(4000, location={"city": "Bern"})]},
    {"status": {"status": "RETURNED"}},
]
NAMES = [
    "item",
    "errors",
    "code",
    "message",
    "identCode",
    "label",
    "events",
    "timestamp",
    "title",
    "location",
    "status",
]
WORDS = ["", OWN, "E2016", "E9999", "RETURNED", "PARCEL.*.1.4000", "2026-03-02T12:00:00", "CAN", "\x00", "JVBERi0="]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    LEAVES | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
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


async def _create(it: SwissPostAdapter, parcel: Parcel) -> object:
    (quote, _) = await it.quote(parcel)
    return await it.create(parcel, quote, format=LabelFormat.ZPL)


CALLS: dict[str, Callable[[SwissPostAdapter, Parcel], Awaitable[object]]] = {
    "track": lambda it, parcel: it.track(OWN, OWN),
    "create": _create,
}


@pytest.mark.parametrize("call", CALLS)
@given(
    answer=JSON | st.builds(bent, st.sampled_from(GOOD), st.lists(st.integers(0, 20), min_size=1, max_size=4), JSON),
    status=st.sampled_from([200, 200, 200, 400, 401, 404]),
    token=st.just({"access_token": "t", "expires_in": 60}) | JSON,
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_an_answer_or_a_fault(call: str, answer: Any, status: int, token: Any, parcel: Parcel) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        asked_for_token = request.url.path.endswith("/token")
        return httpx.Response(200 if asked_for_token else status, content=_raw(token, answer, request))

    async def once() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(respond)) as client:
            try:
                await CALLS[call](SwissPostAdapter(BASE, "shop", "s", LICENSE, parcel.sender, client=client), parcel)
            except CarrierFault as fault:
                assert fault.code and fault.detail

    asyncio.run(once())


def _raw(token: Any, answer: Any, request: httpx.Request) -> bytes:
    return json.dumps(token if request.url.path.endswith("/token") else answer).encode()
