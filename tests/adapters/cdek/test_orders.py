"""Orders: what is sent, every documented error, every broken answer, and calling off."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.ports import (
    LabelFormat,
    Money,
    Parcel,
    Quote,
    Refused,
    Unavailable,
)

from .answers import CREATED, NOT_FOUND, NUMBER, QUOTE, Clock, errors, order, roubles, shown, status


async def test_an_order_carries_money_goods_and_parties_exactly(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    wire.get("/orders", params={"im_number": "P-001"}).mock(return_value=NOT_FOUND)
    route = wire.post("/orders").respond(202, json=shown({"uuid": "u-1"}, state="ACCEPTED"))
    booked = await adapter.create(collect, QUOTE, format=LabelFormat.PDF)
    assert (booked.carrier_id, booked.number, booked.price) == ("u-1", None, None)
    raw = route.calls[0].request.content
    assert b'"value":890.00' in raw, "money goes out as a number, not as text"
    sent = json.loads(raw)
    assert (sent["type"], sent["number"], sent["tariff_code"]) == (1, "P-001", 139)
    assert sent["delivery_recipient_cost"] == {"value": 350.0}
    assert sent["services"] == [{"code": "PART_DELIV"}]
    mug, lamp = sent["packages"][0]["items"]
    assert mug["payment"] == {"value": 890.0, "vat_rate": 20, "vat_sum": 148.33}
    assert lamp["payment"] == {"value": 4290.0}, "None is without VAT"
    assert (mug["cost"], mug["amount"], mug["weight"]) == (890.0, 2, 340)
    assert sent["to_location"] == {"country_code": "RU", "postal_code": "443099", "city": "Самара",
                                   "address": "пер. Привокзальный, 68"}  # fmt: skip
    assert "date_invoice" not in sent


async def test_prepaid_goods_abroad_are_declared_with_an_invoice_and_no_payment(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, prepaid: Parcel
) -> None:
    wire.get("/orders").mock(return_value=NOT_FOUND)
    route = wire.post("/orders").respond(202, json=shown({"uuid": "u-1"}, state="ACCEPTED"))
    abroad = Quote(**{name: getattr(QUOTE, name) for name in Quote.__slots__} | {"service": "8"})
    await adapter.create(prepaid, abroad, format=LabelFormat.PDF)
    sent = json.loads(route.calls[0].request.content)
    assert (sent["date_invoice"], sent["shipper_name"]) == ("2026-03-02", "ООО Лавка")
    assert sent["packages"][0]["items"][0]["payment"] == {"value": 0.0}
    assert sent["packages"][0]["items"][0]["cost"] == 0.0


async def test_cash_that_is_not_the_sum_of_what_it_is_for_never_leaves(
    adapter: CdekAdapter, wire: respx.MockRouter, collect: Parcel
) -> None:
    short = Parcel(**{name: getattr(collect, name) for name in Parcel.__slots__} | {"collect": roubles(641999)})
    with pytest.raises(Refused, match="cod_sum"):
        await adapter.create(short, QUOTE, format=LabelFormat.PDF)
    euros = Parcel(**{name: getattr(collect, name) for name in Parcel.__slots__} | {"collect": Money(642000, "EUR")})
    with pytest.raises(Refused, match="cod_currency"):
        await adapter.create(euros, QUOTE, format=LabelFormat.PDF)
    assert list(await adapter.quote(euros)) == []
    assert not wire.calls


async def test_an_order_made_by_an_earlier_try_is_found_by_its_number(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    found = [NOT_FOUND, httpx.Response(200, json=shown(order()))]
    wire.get("/orders", params={"im_number": "P-001"}).mock(side_effect=found)
    made = wire.post("/orders").mock(side_effect=[httpx.ReadTimeout("lost")])
    with pytest.raises(Unavailable):
        await adapter.create(collect, QUOTE, format=LabelFormat.PDF)
    booked = await adapter.create(collect, QUOTE, format=LabelFormat.PDF)
    assert (booked.carrier_id, booked.number, booked.price) == ("u-1", NUMBER, roubles(56553))
    assert made.call_count == 1


@pytest.mark.parametrize(
    "gone",
    [shown(order([status("INVALID", "2026-03-02T09:00:02+0000"), *CREATED[1:]]), state="INVALID"),
     shown(order([status("REMOVED", "2026-03-02T09:05:00+0000"), *CREATED]))],
    ids=["invalid", "removed"],
)  # fmt: skip
async def test_an_order_that_came_to_nothing_does_not_stand_in_the_way(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel, gone: Any
) -> None:
    wire.get("/orders", params={"im_number": "P-001"}).respond(json=gone)
    made = wire.post("/orders").respond(202, json=shown({"uuid": "u-2"}, state="ACCEPTED"))
    assert (await adapter.create(collect, QUOTE, format=LabelFormat.PDF)).carrier_id == "u-2"
    assert made.called


async def test_a_number_that_somebody_else_uses_is_refused(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    wire.get("/orders").respond(json=shown(order(recipient={"name": "Другой человек"})))
    with pytest.raises(Refused, match="number_taken"):
        await adapter.create(collect, QUOTE, format=LabelFormat.PDF)


async def test_a_duplicate_of_our_own_earlier_try_is_that_earlier_one(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    code = "error_validate_im_dep_number_has_already_had_integration"
    second = shown(order(cdek_number=None, uuid="u-2"), state="INVALID", **errors(code))
    wire.get("/orders/u-2").respond(json=second)
    wire.get("/orders", params={"im_number": "P-001"}).respond(json=shown(order()))
    assert (await adapter.read("u-2")).carrier_id == "u-1"
    wire.get("/orders", params={"im_number": "P-001"}).respond(json=second)
    with pytest.raises(Refused, match=code):
        await adapter.read("u-2")


@pytest.mark.parametrize("name", ["uuid", "cdek_number"])
@pytest.mark.parametrize("text", ["9" * 101, "a\x00b"])
async def test_an_order_under_a_name_nobody_can_keep_is_no_answer(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, name: str, text: str
) -> None:
    wire.get("/orders/u-1").respond(json=shown({**order(), name: text}))
    with pytest.raises(Unavailable, match="unreadable_answer"):
        await adapter.read("u-1")


async def test_an_order_judged_invalid_later_is_refused_with_all_its_errors(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    told = [{"code": "ve_package_weight_too_large", "message": "Вес"}, {"code": "other", "message": "Ещё"}]
    wire.get("/orders/u-1").respond(json=shown(order(cdek_number=None), state="INVALID", errors=told))
    with pytest.raises(Refused, match="ve_package_weight_too_large: Вес; other: Ещё") as caught:
        await adapter.read("u-1")
    assert caught.value.code == "ve_package_weight_too_large"


async def test_a_refused_change_does_not_make_the_order_invalid(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    found = shown(order())
    found["requests"].append({"type": "DELETE", "state": "INVALID", **errors("error_validate_order_delete_status")})
    wire.get("/orders/u-1").respond(json=found)
    assert (await adapter.read("u-1")).number == NUMBER


async def test_empty_error_lists_on_success_are_no_errors(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    found = {**shown(order(), errors=[], warnings=[]), "errors": [], "warnings": []}
    wire.get("/orders/u-1").respond(json=found)
    assert (await adapter.read("u-1")).number == NUMBER


DOCUMENTED = [
    "v2_bad_request", "v2_invalid_format", "v2_invalid_value_type", "v2_field_is_empty", "v2_required_param_empty",
    "v2_parameters_empty", "v2_entity_not_found", "v2_entity_forbidden", "v2_entity_invalid", "v2_entity_empty",
    "v2_entity_expired", "v2_order_not_found", "v2_order_forbidden", "v2_order_number_empty",
    "v2_shipment_address_multivalued", "v2_delivery_address_multivalued",
    "v2_order_location_from_and_shipment_point_empty", "v2_order_location_to_and_delivery_point_empty",
    "v2_sender_location_not_recognized", "v2_recipient_location_not_recognized", "v2_number_items_is_more_126",
    "error_validate_package_number_not_unique", "error_validate_good_article_is_not_unique",
    "error_validate_tariff_not_supported_for_this_drirection", "ve_package_weight_too_large", "ERR_PVZ_WEIGHT_LIMIT",
    "error_validate_receiver_city_cash_limit",
    "error_validate_method_of_payment_receiver_city_limit_payment_exceeded",
    "error_validate_good_vat_rate_summ_not_appropriate", "error_validate_good_vat_rate_diff",
    "error_validate_good_gros_weight_less_than_net_weight", "v2_package_id_is_empty", "v2_unable_add_service",
    "v2_wrong_interval", "v2_print_form_empty", "v2_webhook_type_incorrect", "ERR_INVALID_TARIFFTYPECODE",
]  # fmt: skip


@pytest.mark.parametrize("code", DOCUMENTED)
@pytest.mark.parametrize("nested", [False, True], ids=["top", "in-requests"])
async def test_every_documented_error_is_a_refusal_in_the_carriers_words(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, code: str, nested: bool
) -> None:
    body = shown(None, state="INVALID", **errors(code)) if nested else errors(code)
    wire.get("/orders/u-1").respond(404 if nested else 400, json=body)
    with pytest.raises(Refused) as caught:
        await adapter.read("u-1")
    assert caught.value.code == code and "told" in caught.value.detail


@pytest.mark.parametrize("code", ["v2_similar_request_still_processed", "v2_internal_error"])
async def test_errors_that_pass_are_worth_another_try(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, code: str
) -> None:
    wire.get("/orders/u-1").respond(400, json=errors(code))
    with pytest.raises(Unavailable, match=code):
        await adapter.read("u-1")


async def test_errors_under_a_200_are_errors(adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route) -> None:
    wire.get("/registries").respond(json=errors("v2_invalid_format"))
    with pytest.raises(Refused, match="v2_invalid_format"):
        await adapter.registries(date(2026, 3, 2))


async def test_an_immediate_refusal_is_refused(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    wire.get("/orders").mock(return_value=NOT_FOUND)
    refused = shown(None, state="INVALID", **errors("v2_field_is_empty", "[packages[0].items[0].ware_key] is empty"))
    for code in (400, 202):
        wire.post("/orders").respond(code, json=refused)
        with pytest.raises(Refused, match="ware_key"):
            await adapter.create(collect, QUOTE, format=LabelFormat.PDF)


BROKEN: list[httpx.Response | Exception] = [
    httpx.Response(200, content=b""),
    httpx.Response(200, html="<h1>Maintenance</h1>"),
    httpx.Response(200, content=b'{"entity": {"uuid": "u-1", "cdek_num'),
    httpx.Response(200, json=[]),
    httpx.Response(200, json={}),
    httpx.Response(200, json={"entity": None}),
    httpx.Response(200, json={"entity": {"uuid": 7}}),
    httpx.Response(200, json=shown(order(delivery_detail={"total_sum": 1.001}))),
    httpx.Response(200, content=b'{"entity":{"uuid":"u","cdek_number":"1","delivery_detail":{"total_sum":1e999999}}}'),
    httpx.Response(200, content=b"\xff\xfe\x00"),
    httpx.Response(200, content=b"x", headers={"content-encoding": "gzip"}),
    httpx.Response(404, html="<h1>Not Found</h1>"),
    httpx.Response(400, content=b""),
    httpx.Response(400, json={}),
    httpx.Response(302, headers={"location": "http://elsewhere.example/"}),
    httpx.Response(429, headers={"Retry-After": "7"}),
    httpx.Response(500, json=errors("v2_internal_error")),
    httpx.Response(502, html="<h1>Bad Gateway</h1>"),
    httpx.Response(503, text="Service Unavailable"),
    httpx.ConnectError("refused"),
    httpx.ReadTimeout("slower than five seconds"),
    httpx.ReadError("connection reset by peer"),
    httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
]


@pytest.mark.parametrize("answer", BROKEN, ids=repr)
async def test_no_usable_answer_is_unavailable_and_nothing_else(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, answer: httpx.Response | Exception
) -> None:
    wire.get("/orders/u-1").mock(side_effect=[answer])
    with pytest.raises(Unavailable):
        await adapter.read("u-1")


async def test_cancelling_what_is_gone_already_is_done(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    wire.delete("/orders/u-1").respond(400, json=errors("error_validate_order_delete_status"))
    read = wire.get("/orders/u-1").respond(json=shown(order([status("REMOVED", "2026-03-02T10:00:00+0000"), *CREATED])))
    await adapter.cancel("u-1", "cancel/P-001")
    read.respond(json=shown(order()))
    with pytest.raises(Refused, match="error_validate_order_delete_status"):
        await adapter.cancel("u-1", "cancel/P-001")


def with_removal(state: str, at: str = "2026-03-02T09:59:00+0000", **more: Any) -> Any:
    """Return an order whose removal was asked for and stands like this."""
    answer = shown(order())
    return {**answer, "requests": [*answer["requests"], {"type": "DELETE", "date_time": at, "state": state, **more}]}


async def test_a_removal_is_believed_when_it_is_done_and_asked_for_once(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, clock: Clock
) -> None:
    clock.at = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    taken = {"entity": {"uuid": "u-1"}, "requests": [{"type": "DELETE", "state": "ACCEPTED"}]}
    asked = wire.delete("/orders/u-1").respond(202, json=taken)
    told = [shown(order()), with_removal("ACCEPTED"), with_removal("ACCEPTED")]
    read = wire.get("/orders/u-1").mock(side_effect=[httpx.Response(200, json=answer) for answer in told])
    for _ in range(2):
        with pytest.raises(Unavailable, match="removal_pending"):
            await adapter.cancel("u-1", "cancel/P-001")
    refused = with_removal("INVALID", **errors("error_validate_order_delete_status"))
    read.mock(side_effect=None, return_value=httpx.Response(200, json=refused))
    with pytest.raises(Refused, match="error_validate_order_delete_status"):
        await adapter.cancel("u-1", "cancel/P-001")
    assert asked.call_count == 1
    clock.at += timedelta(hours=2)  # somebody asks again later: that is another removal
    with pytest.raises(Refused, match="error_validate_order_delete_status"):
        await adapter.cancel("u-1", "cancel/P-001")
    assert asked.call_count == 2
