"""The CDEK adapter against scripted answers: tokens, envelopes, every documented error, and every broken answer."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

import httpx
import pytest
import respx

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.ports import (
    Address,
    LabelFormat,
    Money,
    Parcel,
    Quote,
    Refused,
    Surcharge,
    Unavailable,
    Unsupported,
    Untrusted,
)

BASE = "http://carrier.example/cdek/v2"
NUMBER = "1107000001"


class Clock(Protocol):
    at: datetime

    def now(self) -> datetime: ...


def roubles(minor: int) -> Money:
    return Money(minor, "RUB")


QUOTE = Quote(id="cdek-139", carrier="cdek", service="139", net=roubles(0), surcharges=(), tax=roubles(0),
              total=roubles(0), days_min=1, days_max=2)  # fmt: skip
TARIFF = {"tariff_code": 139, "tariff_name": "…", "delivery_mode": 1, "delivery_sum": 520.0, "period_min": 2,
          "period_max": 3, "calendar_min": 2, "calendar_max": 5}  # fmt: skip
SERVICES = [{"code": "INSURANCE", "sum": 45.53, "total_sum": 45.53}, {"code": "SMS", "sum": 0, "total_sum": 0}]


def status(code: str, at: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": code.title(), "date_time": at, "city": "Москва", **more}


CREATED = [status("CREATED", "2026-03-02T09:00:02+0000"), status("ACCEPTED", "2026-03-02T09:00:01+0000")]


def order(statuses: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    items = [{"ware_key": "MUG-01", "amount": 2}, {"ware_key": "LMP-07", "amount": 1}]
    entity = {"uuid": "u-1", "number": "P-001", "cdek_number": NUMBER, "tariff_code": 139, "is_return": False,
              "is_client_return": False, "is_reverse": False, "recipient": {"name": "Полина Веселова"},
              "packages": [{"number": "1", "items": items}], "statuses": CREATED if statuses is None else statuses,
              "delivery_detail": {"total_sum": 565.53, "delivery_sum": 520.0, "payment_info": []}}  # fmt: skip
    return {**entity, **more}


def shown(entity: dict[str, Any] | None, *, state: str = "SUCCESSFUL", related: Any = None, **more: Any) -> Any:
    made = {"type": "CREATE", "state": state, "date_time": "2026-03-02T09:00:01+00:00", **more}
    found = {"requests": [made], "related_entities": related or []}
    return found if entity is None else {"entity": entity, **found}


def errors(code: str, message: str = "told") -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message}]}


NOT_FOUND = httpx.Response(400, json=errors("v2_entity_not_found_im_number"))


@pytest.fixture
async def adapter(moscow: Address, clock: Clock) -> AsyncIterator[CdekAdapter]:
    made = CdekAdapter(BASE, "shop", "s3cret", moscow, timeout_s=1.0, clock=clock)
    yield made
    await made.close()


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=BASE, assert_all_called=False) as router:
        yield router


@pytest.fixture
def tokens(wire: respx.MockRouter) -> respx.Route:
    """Every token differs from the last: t1, t2 …"""
    given = iter(range(1, 1000))

    def grant(request: httpx.Request) -> httpx.Response:
        body = {"access_token": f"t{next(given)}", "token_type": "bearer", "expires_in": 3600, "scope": "order:all"}
        return httpx.Response(200, json=body)

    return wire.post("/oauth/token").mock(side_effect=grant)


# -- the token


async def test_a_token_is_kept_until_ten_seconds_before_its_end(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, clock: Clock
) -> None:
    read = wire.get("/orders/u-1").respond(json=shown(order()))
    await adapter.read("u-1")
    clock.at += timedelta(seconds=3589)
    await adapter.read("u-1")
    assert tokens.call_count == 1
    clock.at += timedelta(seconds=1)
    await adapter.read("u-1")
    assert [call.request.headers["authorization"] for call in read.calls] == ["Bearer t1", "Bearer t1", "Bearer t2"]
    form = tokens.calls[0].request
    assert form.content == b"grant_type=client_credentials&client_id=shop&client_secret=s3cret"
    assert form.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "stale",
    [httpx.Response(401, json=errors("v2_token_expired")), httpx.Response(401), httpx.Response(401, html="<b>no</b>"),
     httpx.Response(400, json=errors("unauthorized"))],
    ids=["told", "empty", "html", "as-400"],
)  # fmt: skip
async def test_an_expired_token_is_renewed_once_and_the_call_repeated(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, stale: httpx.Response
) -> None:
    read = wire.get("/orders/u-1").mock(side_effect=[stale, httpx.Response(200, json=shown(order()))])
    assert (await adapter.read("u-1")).number == NUMBER
    assert [call.request.headers["authorization"] for call in read.calls] == ["Bearer t1", "Bearer t2"]


async def test_a_second_401_is_not_repeated_for_ever(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    read = wire.get("/orders/u-1").respond(401)
    with pytest.raises(Unavailable, match="unauthenticated"):
        await adapter.read("u-1")
    assert (read.call_count, tokens.call_count) == (2, 2)


async def test_wrong_credentials_are_refused(adapter: CdekAdapter, wire: respx.MockRouter) -> None:
    wire.post("/oauth/token").respond(401, json={"error": "invalid_client", "error_description": "Bad credentials"})
    with pytest.raises(Refused, match="invalid_client: Bad credentials"):
        await adapter.read("u-1")


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(200, json={"access_token": "", "expires_in": 1}),
     httpx.Response(200, json={"access_token": "a\nb", "expires_in": 1}),
     httpx.Response(200, json={"access_token": "t"}), httpx.Response(503, text="Service Unavailable"),
     httpx.Response(401, html="<b>gateway</b>"), httpx.ReadTimeout("slow")],
    ids=["empty", "line-break", "no-lifetime", "503", "html", "timeout"],
)  # fmt: skip
async def test_without_a_usable_token_nothing_is_sent(
    adapter: CdekAdapter, wire: respx.MockRouter, answer: httpx.Response | Exception
) -> None:
    wire.post("/oauth/token").mock(side_effect=[answer])
    read = wire.get("/orders/u-1")
    with pytest.raises(Unavailable):
        await adapter.read("u-1")
    assert not read.called


# -- offers


async def test_an_offer_has_the_services_the_order_will_have(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    others = [{**TARIFF, "tariff_code": 137, "delivery_mode": 3}, {**TARIFF, "tariff_code": 8}]
    rows = [{**TARIFF, "services": SERVICES, "total_sum": 565.53, "currency": "RUB"}, *others]
    route = wire.post("/calculator/tariffAndService").respond(json={"tariff_codes": rows})
    (quote,) = await adapter.quote(collect)
    assert (quote.service, quote.net, quote.total) == ("139", roubles(52000), roubles(56553))
    assert quote.surcharges == (Surcharge("INSURANCE", roubles(4553)),)
    assert (quote.days_min, quote.days_max) == (2, 5)
    sent = json.loads(route.calls[0].request.content)
    assert sent["services"] == [{"code": "INSURANCE", "parameter": "6070.00"}, {"code": "PART_DELIV"}]
    assert sent["packages"] == [{"weight": 1955, "length": 38, "width": 30, "height": 14}]


async def test_the_bare_list_will_do_where_services_are_not_priced(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    spring = {"timestamp": "…", "status": 404, "error": "Not Found", "path": "/v2/calculator/tariffAndService"}
    wire.post("/calculator/tariffAndService").respond(404, json=spring)
    wire.post("/calculator/tarifflist").respond(json={"tariff_codes": [TARIFF]})
    (quote,) = await adapter.quote(collect)
    assert quote.total == roubles(52000)


async def test_an_empty_list_is_asked_for_once_more(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    answers = [httpx.Response(200, json={"tariff_codes": []}), httpx.Response(200, json={"tariff_codes": [TARIFF]})]
    wire.post("/calculator/tariffAndService").mock(side_effect=answers)
    assert len(await adapter.quote(collect)) == 1


@pytest.mark.parametrize("code", ["ERR_RESULT_SERVICE_EMPTY", "err_result_service_empty"])
async def test_no_tariff_for_the_direction_is_no_offer(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel, code: str
) -> None:
    wire.post("/calculator/tariffAndService").respond(400, json=errors(code))
    assert list(await adapter.quote(collect)) == []


async def test_sums_that_do_not_add_up_are_no_offer_to_book(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    row = {**TARIFF, "services": SERVICES, "total_sum": 565.54}
    wire.post("/calculator/tariffAndService").respond(json={"tariff_codes": [row]})
    with pytest.raises(Unavailable, match="does not add up"):
        await adapter.quote(collect)


# -- orders


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


# -- print forms


def form(*codes: str) -> dict[str, Any]:
    """A form as read; its link leads elsewhere on purpose: the token must not follow it."""
    statuses = [{"code": code, "date_time": "2026-03-02T09:00:00+00:00"} for code in codes]
    found: dict[str, Any] = shown({"uuid": "f-1", "statuses": statuses, "url": "http://elsewhere.example/f-1.pdf"})
    return found


async def test_a_label_is_asked_for_awaited_and_fetched_from_our_own_base_address(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    made = wire.post("/print/barcodes").respond(202, json=shown({"uuid": "f-1"}, state="ACCEPTED"))
    polls = [form("ACCEPTED"), form("ACCEPTED", "PROCESSING"), form("ACCEPTED", "PROCESSING", "READY")]
    wire.get("/print/barcodes/f-1").mock(side_effect=[httpx.Response(200, json=found) for found in polls])
    pdf = wire.get("/print/barcodes/f-1.pdf").respond(content=b"%PDF-1.7", content_type="application/pdf")
    assert [await adapter.label("u-1", LabelFormat.PDF) for _ in range(3)] == [None, None, None]
    label = await adapter.label("u-1", LabelFormat.PDF)
    assert label is not None and (label.format, label.content) == (LabelFormat.PDF, b"%PDF-1.7")
    assert json.loads(made.calls[0].request.content)["orders"] == [{"order_uuid": "u-1"}]
    assert pdf.calls[0].request.headers["authorization"] == "Bearer t1"
    assert {call.request.url.host for call in wire.calls} == {"carrier.example"}


@pytest.mark.parametrize(
    "dead",
    [httpx.Response(200, json=form("ACCEPTED", "READY", "REMOVED")),
     httpx.Response(400, json=errors("v2_print_form_expired")), httpx.Response(400, json=errors("v2_entity_expired")),
     httpx.Response(404, json=errors("v2_entity_not_found"))],
    ids=["removed", "form-expired", "entity-expired", "not-found"],
)  # fmt: skip
async def test_a_form_that_expired_is_made_anew(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, dead: httpx.Response
) -> None:
    made = wire.post("/print/barcodes").respond(202, json=shown({"uuid": "f-1"}, state="ACCEPTED"))
    wire.get("/print/barcodes/f-1").mock(return_value=dead)
    assert [await adapter.label("u-1", LabelFormat.PDF) for _ in range(2)] == [None, None]
    assert made.call_count == 2


async def test_a_form_of_nothing_is_refused(adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route) -> None:
    wire.post("/print/barcodes").respond(202, json=shown({"uuid": "f-1"}, state="ACCEPTED"))
    invalid = {"entity": form("ACCEPTED", "INVALID")["entity"], **shown(None, **errors("v2_print_form_empty"))}
    wire.get("/print/barcodes/f-1").respond(json=invalid)
    assert await adapter.label("u-1", LabelFormat.PDF) is None
    with pytest.raises(Refused, match="v2_print_form_empty"):
        await adapter.label("u-1", LabelFormat.PDF)


async def test_a_page_in_place_of_the_pdf_is_no_label(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    wire.post("/print/barcodes").respond(202, json=shown({"uuid": "f-1"}, state="ACCEPTED"))
    wire.get("/print/barcodes/f-1").respond(json=form("ACCEPTED", "READY"))
    wire.get("/print/barcodes/f-1.pdf").respond(html="<b>sorry</b>")
    assert await adapter.label("u-1", LabelFormat.PDF) is None
    with pytest.raises(Unavailable, match="no PDF"):
        await adapter.label("u-1", LabelFormat.PDF)


# -- tracking


async def test_statuses_come_out_oldest_first_in_either_spelling_with_their_reason(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    statuses = [
        status("NEW_WORD", "2026-03-04T12:00:00+0700"),
        status("RETURNED_TO_DELIVERY_WAREHOUSE", "2026-03-04T10:00:00+07:00", reason_code="2"),
        status("ISSUED_FOR_DELIVERY", "2026-03-04T09:00:00+0700", deleted=True),
        status("RETURNED_TO_SENDER_CITY_WAREHOUSE", "2026-03-03T09:00:00+0700"),
        *CREATED,
    ]
    wire.get("/orders/u-1").respond(json=shown(order(statuses)))
    tracking = await adapter.track("u-1", NUMBER)
    assert [(event.code, event.status) for event in tracking.events] == [
        ("ACCEPTED", "announced"), ("CREATED", "announced"), ("RETURNED_TO_SENDER_CITY_WAREHOUSE", "in_transit"),
        ("TAKEN_BY_COURIER", "out_for_delivery"), ("RETURNED_TO_RECIPIENT_CITY_WAREHOUSE", "delivery_failed"),
        ("NEW_WORD", "unknown")]  # fmt: skip
    withdrawn = tracking.events[3]
    assert withdrawn.revoked and withdrawn.id == f"{withdrawn.revokes}/deleted"
    assert tracking.events[4].reason == "2 could not be reached by phone"
    assert tracking.events[4].occurred_at == datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
    assert [event.sequence for event in tracking.events] == list(range(6))


async def test_a_return_order_is_read_too_and_says_what_came_back(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    refused = [status("NOT_DELIVERED", "2026-03-05T10:00:00+0000", reason_code=11), *CREATED]
    related = [{"type": "return_order", "uuid": "u-9", "cdek_number": "1107000009"},
               {"type": "reverse_order", "uuid": "u-8"}, {"type": "waybill", "uuid": "w-1"}]  # fmt: skip
    wire.get("/orders/u-1").respond(json=shown(order(refused), related=related))
    back = [status("DELIVERED", "2026-03-09T10:00:00+0000"), status("TAKEN_BY_COURIER", "2026-03-09T08:00:00+0000")]
    wire.get("/orders/u-9").respond(json=shown(order(back, uuid="u-9", cdek_number=1107000009, is_return=True)))
    wire.get("/orders/u-8").respond(400, json=errors("v2_entity_not_found"))
    tracking = await adapter.track("u-1", NUMBER)
    opening, courier, home = tracking.events[2:]
    assert (opening.status, opening.opens_return, opening.reason[:2]) == ("returning", True, "11")
    assert (courier.status, courier.is_return, courier.direct_number) == ("returning", True, NUMBER)
    assert (home.status, home.number) == ("returned", "1107000009")
    (notice,) = tracking.returns
    assert (notice.number, notice.direct_number) == ("1107000009", NUMBER)
    assert notice.reason == "11 refused without explanation"
    assert notice.received_at == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    assert dict(notice.items) == {"MUG-01": 2, "LMP-07": 1}


async def test_pieces_handed_over_are_told_apart_from_pieces_shipped(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    items = [{"ware_key": "MUG-01", "amount": 2, "delivery_amount": 1}, {"ware_key": 7, "amount": 1},
             {"ware_key": "LMP-07", "amount": 1, "delivery_amount": 890.5}]  # fmt: skip
    handed = [status("DELIVERED", "2026-03-05T10:00:00+0000", reason_code="20"), *CREATED]
    wire.get("/orders/u-1").respond(json=shown(order(handed, packages=[{"items": items}])))
    tracking = await adapter.track("u-1", NUMBER)
    assert dict(tracking.delivered_by_sku) == {"MUG-01": 1, "7": 1, "LMP-07": 1}
    assert tracking.events[-1].partial


@pytest.mark.parametrize("shape", ["object", "list"])
async def test_a_delivery_problem_is_an_event_in_either_shape(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, shape: str
) -> None:
    trouble = {"code": "19", "create_date": "2026-03-04T10:00:00+0000"}
    wire.get("/orders/u-1").respond(json=shown(order(delivery_problem=trouble if shape == "object" else [trouble])))
    last = (await adapter.track("u-1", NUMBER)).events[-1]
    assert (last.code, last.status) == ("DELIV_PROBLEM/19", "held")


async def test_there_is_no_feed(adapter: CdekAdapter) -> None:
    with pytest.raises(Unsupported):
        await adapter.changes("")


# -- webhooks


def hook(adapter: CdekAdapter, **attributes: Any) -> Any:
    given = {"cdek_number": NUMBER, "status_date_time": "2026-03-04T10:00:00+0700", **attributes}
    body = {"type": "ORDER_STATUS", "date_time": "2026-03-04T10:00:01+0700", "uuid": "u-1", "attributes": given}
    return adapter.verify({}, json.dumps(body).encode(), {}, datetime(2026, 3, 4, tzinfo=UTC))


async def test_a_webhook_and_a_read_make_the_same_event(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    told = hook(adapter, code="ISSUED_FOR_DELIVERY", status_code="11", city_name="Москва").events[0]
    wire.get("/orders/u-1").respond(json=shown(order([status("TAKEN_BY_COURIER", "2026-03-04T03:00:00+00:00")])))
    read = (await adapter.track("u-1", NUMBER)).events[0]
    assert (told.id, told.code, told.status, told.occurred_at) == (read.id, read.code, read.status, read.occurred_at)


async def test_the_old_number_alone_is_read_where_it_is_clear_and_else_the_order_is(adapter: CdekAdapter) -> None:
    assert hook(adapter, status_code=18).events[0].status == "delivery_failed"
    notice = hook(adapter, status_code="1000")
    assert (notice.events, notice.read_again) == ((), ("u-1",))


async def test_a_webhook_of_a_return_order_asks_for_the_direct_one(adapter: CdekAdapter) -> None:
    direct = {"type": "direct_order", "cdek_number": "1107000000", "uuid": "u-0"}
    notice = hook(adapter, code="DELIVERED", is_return=True, related_entities=[direct])
    assert notice.read_again == ("u-0",)
    assert (notice.events[0].status, notice.events[0].direct_number) == ("returned", "1107000000")
    assert hook(adapter, code="DELIVERED", is_return=True, related_entities=direct).read_again == ("u-0",)
    client = hook(adapter, code="DELIVERED", is_client_return=True, related_entities=None)
    assert (client.events[0].is_return, client.read_again) == (False, ())


async def test_a_withdrawal_has_its_own_event_id(adapter: CdekAdapter) -> None:
    said, withdrawn = hook(adapter, code="DELIVERED"), hook(adapter, code="DELIVERED", deleted=True)
    assert said.event_id != withdrawn.event_id
    assert withdrawn.events[0].revokes == said.events[0].id


@pytest.mark.parametrize("kind", ["PRINT_FORM", "DELIV_PROBLEM", "TOMORROWS_TYPE"])
async def test_other_types_say_nothing(adapter: CdekAdapter, kind: str) -> None:
    raw = json.dumps({"type": kind, "uuid": "f-1", "date_time": "…", "attributes": {"url": "…"}}).encode()
    notice = adapter.verify({}, raw, {}, datetime(2026, 3, 4, tzinfo=UTC))
    assert (notice.events, notice.read_again) == ((), ())


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b"\xff", b'{"type":"ORDER_STATUS","uuid":"u-1","attributes":{}}', b"<xml/>"]
)
async def test_a_body_of_the_wrong_shape_is_untrusted(adapter: CdekAdapter, raw: bytes) -> None:
    with pytest.raises(Untrusted):
        adapter.verify({}, raw, {}, datetime(2026, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize("at", ["", "yesterday", "2026-03-04T10:00:00", "0001-01-01T00:00:00+23:59"])
async def test_a_moment_without_meaning_is_untrusted(adapter: CdekAdapter, at: str) -> None:
    with pytest.raises(Untrusted, match="status_date_time"):
        hook(adapter, code="DELIVERED", status_date_time=at)


async def test_subscribing_twice_makes_one_subscription(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    url = "http://127.0.0.1:9/hooks/cdek"
    listed = wire.get("/webhooks").respond(json=[{"uuid": "w-0", "type": "PRINT_FORM", "url": url, "retryable": False}])
    made = wire.post("/webhooks").respond(json=shown({"uuid": "w-1"}))
    assert await adapter.subscribe(url, "hook") == {"subscription": "w-1"}
    listed.respond(json=[{"uuid": "w-1", "type": "ORDER_STATUS", "url": url, "retryable": False}])
    assert await adapter.subscribe(url, "hook") == {"subscription": "w-1"}
    assert made.call_count == 1


# -- registries


def registry(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"registry_number": 4711, "payment_date": "2026-03-02", "sum": 1.0, "payment_order_number": "000123",
            "orders": list(lines), **more}  # fmt: skip


def line(number: str, **more: Any) -> dict[str, Any]:
    return {"cdek_number": number, "transfer_sum": 1150.35, "payment_sum": 1630.0, "total_sum_without_agent": 430.75,
            "agent_commission_sum": 48.9, **more}  # fmt: skip


async def test_amounts_never_pass_through_a_float(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    wire.get("/registries", params={"date": "2026-03-02"}).respond(json={"registries": [registry(line(NUMBER))]})
    wire.get("/orders").respond(json=shown(order([status("DELIVERED", "2026-03-02T10:00:00+0000"), *CREATED])))
    (found,) = await adapter.registries(date(2026, 3, 2))
    assert found.normal["lines"] == [
        {"n": 1, "outcome": "delivered", "tracking": NUMBER, "order": "P-001", "collected": 163000, "transfer": 115035,
         "fees": [{"kind": "delivery", "amount": 43075}, {"kind": "agent", "amount": 4890}], "items": [],
         "at": "2026-03-02T10:00:00+00:00"}]  # fmt: skip
    head = {name: value for name, value in found.normal.items() if name not in ("lines", "totals")}
    assert head == {"carrier": "cdek", "contract": "", "number": "4711", "mode": "net", "currency": "RUB",
                    "exponent": 2, "payment_date": "2026-03-02", "payment_order": "000123"}  # fmt: skip
    assert found.normal["totals"] == {"payout": 100}


async def test_a_line_whose_order_cannot_be_read_is_kept_and_the_others_are_not_held_up(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    rows = [line("1", agent_commission_sum=0), line("2"), line("3"), line("4", transfer_sum=10.005)]
    wire.get("/registries").respond(json={"registries": [registry(*rows)]})
    wire.get("/orders", params={"cdek_number": "1"}).respond(400, json=errors("v2_order_not_found"))
    wire.get("/orders", params={"cdek_number": "2"}).respond(503)
    wire.get("/orders", params={"cdek_number": "3"}).respond(json=shown(order()))
    wire.get("/orders", params={"cdek_number": "4"}).respond(json=shown(order()))
    (found,) = await adapter.registries(date(2026, 3, 2))
    foreign, down, on_its_way, odd = found.normal["lines"]
    assert foreign["outcome"] is None and "pending" not in foreign
    assert foreign["fees"] == [{"kind": "delivery", "amount": 43075}], "a zero is left out"
    assert down["outcome"] is None and "carrier_down" in down["pending"]
    assert (on_its_way["outcome"], on_its_way["order"]) == (None, "P-001")
    assert odd["transfer"] is None and odd["problem"]["code"] == "AMOUNT_PRECISION"


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
