"""Couriers at the sender's door: called once for an order and a day, numbered later, judged later, called off."""

import json
from datetime import UTC, date, datetime, time
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.ports import Address, Intake, Pickup, Refused, Unavailable

from .answers import Clock, errors

KNOWN = Intake(carrier_id="i-1", number=None)


def pickup(sender: Address, **changed: Any) -> Pickup:
    asked: dict[str, Any] = {
        "key": "monday", "carrier_ids": ("u-1", "u-2"), "sender": sender, "day": date(2026, 3, 3),
        "time_from": time(10), "time_to": time(14, 30), "mass_g": 1200, "comment": "Gate 2",
    }  # fmt: skip
    return Pickup(**{**asked, **changed})


def call(*codes: str, uuid: str = "i-1", day: str = "2026-03-03", number: Any = None) -> dict[str, Any]:
    """A call as it is listed; statuses newest first."""
    statuses = [{"code": code, "date_time": "2026-03-02T09:00:00+0000"} for code in codes]
    found: dict[str, Any] = {"uuid": uuid, "intake_date": day, "statuses": statuses}
    return {**found, "intake_number": number} if number is not None else found


def wish(kind: str, state: str, at: str = "2026-03-02T09:00:00+00:00", **more: Any) -> dict[str, Any]:
    return {"type": kind, "state": state, "date_time": at, **more}


async def test_a_courier_is_called_for_the_first_order_with_the_hours_of_the_door(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, moscow: Address
) -> None:
    wire.get("/orders/u-1/intakes").respond(json=[])
    made = wire.post("/intakes").respond(
        202, json={"entity": {"uuid": "i-1"}, "requests": [wish("CREATE", "ACCEPTED")]}
    )
    assert await adapter.collect(pickup(moscow), None) == KNOWN
    sent = json.loads(made.calls[0].request.content)
    assert {name: sent[name] for name in ("order_uuid", "intake_date", "intake_time_from", "intake_time_to")} == {
        "order_uuid": "u-1", "intake_date": "2026-03-03", "intake_time_from": "10:00", "intake_time_to": "14:30",
    }  # fmt: skip
    assert (sent["weight"], sent["comment"], sent["from_location"]["city"]) == (1200, "Gate 2", "Москва")
    assert sent["sender"]["phones"] == [{"number": "+74951234567"}]


@pytest.mark.parametrize("listed", [b"", b"[]"])
async def test_an_order_without_calls_has_none_in_any_shape(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, moscow: Address, listed: bytes
) -> None:
    wire.get("/orders/u-1/intakes").respond(content=listed)
    wire.post("/intakes").respond(202, json={"entity": {"uuid": "i-1"}})
    assert await adapter.collect(pickup(moscow, comment=""), None) == KNOWN


async def test_the_call_of_an_earlier_try_is_found_and_no_other_is_made(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, moscow: Address
) -> None:
    calls = [call("INVALID", "ACCEPTED", uuid="dead"), call("CREATED", uuid="other", day="2026-03-04"),
             call("REMOVED", uuid="gone"), call("CREATED", "ACCEPTED", number=40000001)]  # fmt: skip
    wire.get("/orders/u-1/intakes").respond(json=calls)
    assert await adapter.collect(pickup(moscow), None) == Intake(carrier_id="i-1", number="40000001")
    assert not any(
        found.request.url.path.endswith("/intakes") and found.request.method == "POST" for found in wire.calls
    )


@pytest.mark.parametrize("code", ["v2_intake_exists_by_order", "v2_intake_exists_by_date_address"])
async def test_a_call_that_was_made_meanwhile_is_found(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, moscow: Address, code: str
) -> None:
    listed = [httpx.Response(200, json=[]), httpx.Response(200, json=[call("ACCEPTED")])]
    wire.get("/orders/u-1/intakes").mock(side_effect=listed)
    wire.post("/intakes").respond(400, json=errors(code))
    assert await adapter.collect(pickup(moscow), None) == KNOWN


@pytest.mark.parametrize(
    "code",
    ["v2_intake_exists_by_date_address", "v2_intake_exists_by_order", "ve_ci_pickup_date_expired",
     "ve_ci_pickup_time_too_small", "ve_ci_pickup_time_too_large", "ve_ci_pickup_lunch_interval", "v2_field_is_empty"],
)  # fmt: skip
@pytest.mark.parametrize("nested", [False, True], ids=["top", "in-requests"])
async def test_a_no_to_the_call_is_refused_in_the_carriers_words(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, moscow: Address, code: str, nested: bool
) -> None:
    wire.get("/orders/u-1/intakes").respond(400, json=errors("v2_entity_not_found"))
    told = {"requests": [wish("CREATE", "INVALID", **errors(code))]} if nested else errors(code)
    wire.post("/intakes").respond(400, json=told)
    with pytest.raises(Refused) as caught:
        await adapter.collect(pickup(moscow), None)
    assert caught.value.code == code


async def test_a_known_call_is_read_until_it_has_its_number(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, moscow: Address
) -> None:
    reads = [{"entity": call("ACCEPTED")}, {"entity": call("CREATED", "ACCEPTED", number="40000001")}]
    wire.get("/intakes/i-1").mock(side_effect=[httpx.Response(200, json=found) for found in reads])
    assert await adapter.collect(pickup(moscow), KNOWN) == KNOWN
    assert (await adapter.collect(pickup(moscow), KNOWN)).number == "40000001"


async def test_a_known_call_that_was_judged_invalid_is_refused_and_not_made_again(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, moscow: Address
) -> None:
    refused = wish("CREATE", "INVALID", **errors("ve_ci_pickup_date_expired"))
    wire.get("/intakes/i-1").respond(json={"entity": call("INVALID", "ACCEPTED"), "requests": [refused]})
    with pytest.raises(Refused, match="ve_ci_pickup_date_expired"):
        await adapter.collect(pickup(moscow), KNOWN)
    wire.get("/intakes/i-1").respond(json={"entity": call("REMOVED", "CREATED")})
    with pytest.raises(Refused, match="call_ended"):
        await adapter.collect(pickup(moscow), KNOWN)
    assert [found.request.method for found in wire.calls][1:] == ["GET", "GET"]


@pytest.mark.parametrize("body", [{}, {"entity": {}}, {"entity": None, "requests": []}])
async def test_a_call_without_its_entity_is_no_answer(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, moscow: Address, body: Any
) -> None:
    wire.get("/intakes/i-1").respond(json=body)
    with pytest.raises(Unavailable):
        await adapter.collect(pickup(moscow), KNOWN)


async def test_a_call_is_off_when_the_carrier_says_so_and_asked_for_once(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, clock: Clock
) -> None:
    clock.at = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
    asked = wire.delete("/intakes/i-1").respond(202, json={"entity": {"uuid": "i-1"}})
    standing = {"entity": call("CREATED")}
    pending = {"entity": call("CREATED"), "requests": [wish("DELETE", "ACCEPTED")]}
    off = {"entity": call("REMOVED", "CREATED"), "requests": [wish("DELETE", "SUCCESSFUL")]}
    reads = [standing, pending, pending, off, off]
    wire.get("/intakes/i-1").mock(side_effect=[httpx.Response(200, json=found) for found in reads])
    for _ in range(2):
        with pytest.raises(Unavailable, match="call_off_pending"):
            await adapter.cancel_collect(KNOWN, "monday")
    await adapter.cancel_collect(KNOWN, "monday")
    await adapter.cancel_collect(KNOWN, "monday")
    assert asked.call_count == 1


async def test_a_call_that_is_refused_to_be_off_is_refused_and_asked_anew_an_hour_later(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, clock: Clock
) -> None:
    clock.at = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
    no = wish("DELETE", "INVALID", **errors("ve_ci_status_for_change_date_incorrect"))
    wire.get("/intakes/i-1").respond(json={"entity": call("CREATED"), "requests": [no]})
    asked = wire.delete("/intakes/i-1").respond(400, json=errors("ve_ci_status_for_change_date_incorrect"))
    with pytest.raises(Refused, match="ve_ci_status"):
        await adapter.cancel_collect(KNOWN, "monday")
    assert not asked.called
    clock.at = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
    with pytest.raises(Refused, match="ve_ci_status"):
        await adapter.cancel_collect(KNOWN, "monday")
    assert asked.called


async def test_a_call_the_carrier_knows_no_more_is_off(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    wire.get("/intakes/i-1").respond(400, json=errors("v2_entity_not_found"))
    await adapter.cancel_collect(KNOWN, "monday")
