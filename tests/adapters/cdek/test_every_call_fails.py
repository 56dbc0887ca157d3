"""Every call of the adapter, and everything that can go wrong with any: time-outs, cut bodies, 429, tokens, errors."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.ports import (
    CarrierFault,
    Intake,
    LabelFormat,
    Parcel,
    Pickup,
    Refused,
    Registry,
    Unavailable,
)  # fmt: skip

from .answers import CREATED, NOT_FOUND, NUMBER, QUOTE, TARIFF, errors, order, shown
from .test_orders import BROKEN, DOCUMENTED

DELIVERED = [{"code": "DELIVERED", "date_time": "2026-03-03T09:00:00+0000"}, *CREATED]
READY = {"uuid": "f-1", "statuses": [{"code": "ACCEPTED"}, {"code": "READY"}]}
TAKEN = {"entity": {"uuid": "f-1"}, "requests": []}
PDF = b"%PDF-1.7"


@dataclass(frozen=True)
class Step:
    """One exchange of a call: what is asked, and the good answer."""

    method: str
    path: str
    answer: httpx.Response


@dataclass(frozen=True)
class Call:
    """What the engine calls, and the exchanges it makes, in order."""

    do: Callable[[CdekAdapter, Parcel], Awaitable[object]]
    steps: tuple[Step, ...]


def ok(body: Any, code: int = 200) -> httpx.Response:
    return httpx.Response(code, json=body)


def courier(parcel: Parcel) -> Pickup:
    return Pickup(
        key="k", carrier_ids=("u-1",), sender=parcel.sender, day=date(2026, 3, 3), time_from=time(10),
        time_to=time(12), mass_g=100,
    )  # fmt: skip


async def twice(call: Callable[[str], Awaitable[object]]) -> object:
    """Ask for a form, then for what it became."""
    first = await call("u-1")
    return await call("u-1") if first is None else first


def registry() -> Registry:
    return Registry(normal={"lines": [{"n": 1, "tracking": NUMBER, "outcome": None}]})


CALLS: dict[str, Call] = {
    "quote": Call(
        lambda it, parcel: it.quote(parcel),
        (Step("POST", "/calculator/tariffAndService", ok({"tariff_codes": [TARIFF]})),),
    ),
    "create": Call(
        lambda it, parcel: it.create(parcel, QUOTE, format=LabelFormat.PDF),
        (Step("GET", "/orders", NOT_FOUND), Step("POST", "/orders", ok(shown({"uuid": "u-1"}, state="ACCEPTED"), 202))),
    ),
    "read": Call(lambda it, parcel: it.read("u-1"), (Step("GET", "/orders/u-1", ok(shown(order()))),)),
    "label": Call(
        lambda it, parcel: twice(lambda uuid: it.label(uuid, LabelFormat.PDF)),
        (
            Step("POST", "/print/barcodes", ok(TAKEN, 202)),
            Step("GET", "/print/barcodes/f-1", ok({"entity": READY})),
            Step("GET", "/print/barcodes/f-1.pdf", httpx.Response(200, content=PDF)),
        ),
    ),
    "waybill": Call(
        lambda it, parcel: twice(it.waybill),
        (
            Step("POST", "/print/orders", ok(TAKEN, 202)),
            Step("GET", "/print/orders/f-1", ok({"entity": READY})),
            Step("GET", "/print/orders/f-1.pdf", httpx.Response(200, content=PDF)),
        ),
    ),
    "cancel": Call(
        lambda it, parcel: it.cancel("u-1", "k"),
        (Step("GET", "/orders/u-1", ok(shown(order([{**CREATED[0], "code": "REMOVED"}, *CREATED])))),),
    ),
    "refuse": Call(
        lambda it, parcel: it.refuse("u-1", "k"),
        (Step("GET", "/orders/u-1", ok(shown(order([{**CREATED[0], "code": "NOT_DELIVERED"}, *CREATED])))),),
    ),
    "track": Call(lambda it, parcel: it.track("u-1", NUMBER), (Step("GET", "/orders/u-1", ok(shown(order()))),)),
    "create_return": Call(
        lambda it, parcel: it.create_return("u-1", key="k", reason="damaged", items={}),
        (
            Step("GET", "/orders/u-1", ok(shown(order(DELIVERED), related=[
                {"type": "client_return_order", "uuid": "u-2", "cdek_number": "1107000002"}]))),
            Step("GET", "/orders/u-2", ok(shown(order(uuid="u-2", cdek_number="1107000002", is_client_return=True)))),
        ),
    ),
    "collect": Call(
        lambda it, parcel: it.collect(courier(parcel), None),
        (Step("GET", "/orders/u-1/intakes", ok([])), Step("POST", "/intakes", ok(TAKEN, 202))),
    ),
    "cancel_collect": Call(
        lambda it, parcel: it.cancel_collect(Intake(carrier_id="i-1", number=None), "k"),
        (Step("GET", "/intakes/i-1", ok({"entity": {"uuid": "i-1", "statuses": [{"code": "REMOVED"}]}})),),
    ),
    "subscribe": Call(
        lambda it, parcel: it.subscribe("http://shop.example/hooks", "k"),
        (Step("GET", "/webhooks", ok([])), Step("POST", "/webhooks", ok(TAKEN))),
    ),
    "registries": Call(
        lambda it, parcel: it.registries(date(2026, 3, 2)), (Step("GET", "/registries", ok({"registries": []})),)
    ),
}  # fmt: skip
EXCHANGES = [(name, place) for name, call in CALLS.items() for place in range(len(call.steps))]
WIRE_FAULTS: list[httpx.Response | Exception] = [
    answer for answer in BROKEN if isinstance(answer, Exception) or answer.status_code not in (200, 404, 400)
]
CUT = httpx.Response(200, content=b'{"entity": {"uuid": "u-1", "cdek_num')


def serve(wire: respx.MockRouter, call: Call, bad: dict[int, list[Any]]) -> list[respx.Route]:
    """Answer a call's exchanges well, but those in `bad`, which get these answers first."""
    routes = []
    for place, step in enumerate(call.steps):
        route = wire.request(step.method, step.path)
        route.mock(side_effect=[*bad.get(place, []), *[step.answer] * 9])
        routes.append(route)
    return routes


@pytest.mark.parametrize("name", CALLS)
async def test_every_call_succeeds_when_nothing_is_wrong(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel, name: str
) -> None:
    routes = serve(wire, CALLS[name], {})
    await CALLS[name].do(adapter, collect)
    assert [route.call_count for route in routes] == [1] * len(routes), "the steps of this call are other ones"


@pytest.mark.parametrize(("name", "place"), EXCHANGES)
async def test_what_breaks_on_the_way_is_unavailable_wherever_it_breaks(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel, name: str, place: int
) -> None:
    for answer in [*WIRE_FAULTS, CUT]:
        wire.routes.clear()
        wire.post("/oauth/token").respond(json={"access_token": "t", "expires_in": 3600})
        serve(wire, CALLS[name], {place: [answer]})
        with pytest.raises(Unavailable) as caught:
            await CALLS[name].do(adapter, collect)
        if isinstance(answer, httpx.Response) and answer.status_code == 429:
            assert (caught.value.code, caught.value.retry_after_s) == ("quota_exceeded", 7.0)


@pytest.mark.parametrize(("name", "place"), EXCHANGES)
async def test_a_token_that_expires_in_mid_flow_is_renewed_and_the_call_goes_on(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel, name: str, place: int
) -> None:
    routes = serve(wire, CALLS[name], {place: [httpx.Response(401, json=errors("v2_token_expired"))]})
    await CALLS[name].do(adapter, collect)
    counts = [1] * len(routes)
    counts[place] = 2
    assert ([route.call_count for route in routes], tokens.call_count) == (counts, 2)
    used = [call.request.headers["authorization"] for call in routes[place].calls]
    assert used == ["Bearer t1", "Bearer t2"]


MEANT: dict[tuple[str, int], frozenset[str]] = {  # what a call takes for an answer rather than for a refusal
    ("quote", 0): frozenset({"v2_recipient_location_not_recognized", "delivery_location_is_not_recognized"}),
    ("create", 0): frozenset({"v2_entity_not_found", "v2_order_not_found", "v2_entity_not_found_im_number"}),
    ("label", 1): frozenset({"v2_entity_not_found", "v2_order_not_found", "v2_entity_not_found_im_number",
                             "v2_print_form_expired", "v2_entity_expired"}),
    ("create_return", 1): frozenset({"v2_entity_not_found", "v2_order_not_found", "v2_entity_not_found_im_number"}),
    ("collect", 0): frozenset({"v2_entity_not_found", "v2_order_not_found", "v2_entity_not_found_im_number"}),
    ("cancel_collect", 0): frozenset({"v2_entity_not_found", "v2_order_not_found", "v2_entity_not_found_im_number"}),
}  # fmt: skip
MEANT |= {(name, place): MEANT["label", 1] for name in ("label", "waybill") for place in (1, 2)}
MORE_CODES = ["v2_entity_not_found_im_number", "v2_print_form_expired", "v2_token_unknown", "error_never_seen"]


@pytest.mark.parametrize(("name", "place"), EXCHANGES)
async def test_every_documented_error_is_a_refusal_in_the_carriers_words_in_every_call(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel, name: str, place: int
) -> None:
    for code in {*DOCUMENTED, *MORE_CODES} - MEANT.get((name, place), frozenset()):
        wire.routes.clear()
        wire.post("/oauth/token").respond(json={"access_token": "t", "expires_in": 3600})
        serve(wire, CALLS[name], {place: [ok(errors(code), 400)]})
        with pytest.raises(Refused) as caught:
            await CALLS[name].do(adapter, collect)
        assert caught.value.code == code


@pytest.mark.parametrize(("name", "place"), EXCHANGES)
async def test_errors_that_pass_are_worth_another_try_in_every_call(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel, name: str, place: int
) -> None:
    for code in ("v2_internal_error", "v2_similar_request_still_processed"):
        wire.routes.clear()
        wire.post("/oauth/token").respond(json={"access_token": "t", "expires_in": 3600})
        serve(wire, CALLS[name], {place: [ok(errors(code), 400)]})
        with pytest.raises(CarrierFault) as caught:
            await CALLS[name].do(adapter, collect)
        assert (type(caught.value), caught.value.code) == (Unavailable, code)


async def test_the_lines_of_a_registry_wait_for_an_order_that_cannot_be_read_just_now(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    for answer in [*WIRE_FAULTS, CUT]:
        wire.routes.clear()
        wire.post("/oauth/token").respond(json={"access_token": "t", "expires_in": 3600})
        wire.get("/orders").mock(side_effect=[answer])
        (line,) = (await adapter.complete(registry())).normal["lines"]
        assert (line["outcome"], "pending" in line) == (None, True)
