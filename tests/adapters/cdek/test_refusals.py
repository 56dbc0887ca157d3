"""A parcel is given up: asked once, believed when it is done, refused when the carrier says no later."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.ports import Refused, Unavailable

from .answers import CREATED, Clock, errors, order, shown, status

UNDER_WAY = [status("SENT_TO_RECIPIENT_CITY", "2026-03-02T09:30:00+0000"), *CREATED]
BACK = [status("NOT_DELIVERED", "2026-03-02T10:00:05+0000", reason_code=11), *UNDER_WAY]


def read(statuses: list[dict[str, Any]], *wishes: dict[str, Any]) -> httpx.Response:
    found = shown(order(statuses))
    return httpx.Response(200, json={**found, "requests": [*found["requests"], *wishes]})


def wish(state: str, at: str = "2026-03-02T10:00:00+00:00", **more: Any) -> dict[str, Any]:
    return {"type": "CREATE_REFUSAL", "state": state, "date_time": at, **more}


@pytest.fixture(autouse=True)
def ten(clock: Clock) -> None:
    clock.at = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


async def test_it_is_asked_once_and_believed_when_the_parcel_turns_back(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    asked = wire.post("/orders/u-1/refusal").respond(202, json=shown({"uuid": "u-1"}, type="CREATE_REFUSAL"))
    reads = [read(UNDER_WAY), read(UNDER_WAY, wish("ACCEPTED")), read(UNDER_WAY, wish("WAITING")), read(BACK)]
    wire.get("/orders/u-1").mock(side_effect=reads)
    for _ in range(2):
        with pytest.raises(Unavailable, match="refusal_pending"):
            await adapter.refuse("u-1", "P-001")
    await adapter.refuse("u-1", "P-001")
    assert asked.call_count == 1


@pytest.mark.parametrize("answer", [read(BACK), read(UNDER_WAY, wish("SUCCESSFUL"))], ids=["back", "successful"])
async def test_what_is_done_is_not_asked_again(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, answer: httpx.Response
) -> None:
    asked = wire.post("/orders/u-1/refusal")
    wire.get("/orders/u-1").mock(return_value=answer)
    await adapter.refuse("u-1", "P-001")
    assert not asked.called


async def test_a_no_that_comes_later_is_a_no_and_may_be_asked_anew_an_hour_later(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, clock: Clock
) -> None:
    asked = wire.post("/orders/u-1/refusal").respond(202, json=shown({"uuid": "u-1"}, type="CREATE_REFUSAL"))
    wire.get("/orders/u-1").mock(return_value=read(UNDER_WAY, wish("INVALID", **errors("error_refusal_status"))))
    with pytest.raises(Refused, match="error_refusal_status"):
        await adapter.refuse("u-1", "P-001")
    assert not asked.called
    clock.at = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
    with pytest.raises(Refused, match="error_refusal_status"):
        await adapter.refuse("u-1", "P-001")
    assert asked.called


@pytest.mark.parametrize("code", [400, 202])
async def test_a_no_at_once_is_a_no(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, code: int
) -> None:
    wire.get("/orders/u-1").mock(return_value=read(UNDER_WAY))
    wire.post("/orders/u-1/refusal").respond(code, json=shown(None, state="INVALID", **errors("v2_entity_forbidden")))
    with pytest.raises(Refused, match="v2_entity_forbidden"):
        await adapter.refuse("u-1", "P-001")
