"""Bookings at Russian Post: priced with VAT, found again after a lost answer, refused in six shapes, labelled."""

from base64 import b64encode
from dataclasses import replace
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.russian_post import RussianPostAdapter
from parcelproof.reference.ports import LabelFormat, Money, Parcel, Quote, Refused, Unavailable

from .answers import (
    ID,
    LEG,
    NUMBER,
    OTHER,
    PDF,
    body_of,
    clean,
    made,
    missing,
    ok,
    order,
    refused,
    tariff,
)

COD = "ONLINE_PARCEL/WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY"
BROKEN: list[httpx.Response | Exception] = [
    httpx.ReadTimeout("slow"),
    httpx.ConnectError("gone"),
    httpx.RemoteProtocolError("empty reply"),
    httpx.Response(200, content=b""),
    httpx.Response(200, content=b'{"orders": [{"bar'),
    httpx.Response(504, content=b"<html>"),
    httpx.Response(500, json={"code": "1002", "desc": "null", "sub-code": "INTERNAL_ERROR"}),
    httpx.Response(429, headers={"Retry-After": "7"}, json={"status": "ERROR", "message": "too many"}),
    httpx.Response(406, json={"status": "ERROR", "message": "limit"}),
]


def offer(service: str = COD) -> Quote:
    zero = Money(0, "RUB")
    return Quote(
        id=service, carrier="russian_post", service=service, net=zero, surcharges=(), tax=zero, total=zero,
        days_min=0, days_max=0,
    )  # fmt: skip


@pytest.fixture
def unknown(wire: respx.MockRouter) -> None:
    """The carrier knows no order of this number; the address reads well."""
    wire.get("/1.0/backlog/search").mock(return_value=ok([]))
    wire.get("/1.0/shipment/search").mock(return_value=ok([]))
    wire.post("/1.0/clean/address").mock(return_value=ok([clean()]))


async def book(adapter: RussianPostAdapter, parcel: Parcel, service: str = COD) -> Any:
    return await adapter.create(parcel, offer(service), format=LabelFormat.PDF)


# -- orders


async def test_an_order_has_the_carriers_reading_of_the_address_and_both_headers(
    adapter: RussianPostAdapter, wire: respx.MockRouter, unknown: None, collect: Parcel
) -> None:
    sent = wire.put("/2.0/user/backlog").mock(return_value=made())
    booked = await book(adapter, collect)
    assert (booked.carrier_id, booked.number, booked.label) == (ID, NUMBER, None)
    request = sent.calls[0].request
    assert request.headers["Authorization"] == "AccessToken t0ken"
    assert request.headers["X-User-Authorization"] == "Basic " + b64encode(b"shop:s3cret").decode()
    assert request.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert body_of(request) == [
        {
            "order-num": "P-001", "mail-type": "ONLINE_PARCEL",
            "mail-category": "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY", "mail-direct": 643, "mass": 1955,
            "dimension": {"length": 38, "width": 30, "height": 14}, "dimension-type": "OVERSIZED", "fragile": False,
            "postoffice-code": "101000", "recipient-name": "Полина Веселова", "given-name": "Полина",
            "surname": "Веселова", "tel-address": 79120236225, "address-type-to": "DEFAULT", "index-to": 443099,
            "region-to": "обл. Самарская", "place-to": "г. Самара", "street-to": "пер. Привокзальный",
            "house-to": "68", "insr-value": 642000, "payment": 642000,
        }
    ]  # fmt: skip


async def test_an_address_the_carrier_is_not_sure_of_goes_as_the_buyer_wrote_it(
    adapter: RussianPostAdapter, wire: respx.MockRouter, unknown: None, collect: Parcel
) -> None:
    doubtful = clean(**{"quality-code": "UNDEF_03", "street": None})
    wire.post("/1.0/clean/address").mock(return_value=ok([doubtful]))
    sent = wire.put("/2.0/user/backlog").mock(return_value=made())
    await book(adapter, collect)
    wire.post("/1.0/clean/address").mock(return_value=ok([]))
    await book(adapter, collect)
    doubted, unread = (body_of(call.request)[0] for call in sent.calls)
    assert (doubted["region-to"], doubted["place-to"]) == ("обл. Самарская", "Самара"), "the region is made out"
    assert (unread["region-to"], unread["place-to"]) == ("Самара", "Самара")
    assert {body["street-to"] for body in (doubted, unread)} == {"пер. Привокзальный"}


async def test_an_address_that_was_read_before_is_not_asked_about_again(
    adapter: RussianPostAdapter, wire: respx.MockRouter, unknown: None, collect: Parcel
) -> None:
    read = {"index": "443100", "region": "обл. Самарская", "place": "г. Самара", "street": "ул. Мира", "house": "2"}
    sent = wire.put("/2.0/user/backlog").mock(return_value=made())
    await book(adapter, replace(collect, reading=read))
    (body,) = body_of(sent.calls[0].request)
    assert (body["index-to"], body["street-to"], body["house-to"]) == (443100, "ул. Мира", "2")
    assert not wire.post("/1.0/clean/address").called


@pytest.mark.parametrize("where", ["backlog", "shipment"])
async def test_an_order_made_by_a_lost_answer_is_found_and_not_made_again(
    adapter: RussianPostAdapter, wire: respx.MockRouter, collect: Parcel, where: str
) -> None:
    other = order(**{"order-num": "P-0011", "id": 1, "barcode": OTHER})
    for place in ("backlog", "shipment"):
        found = [order(), other] if place == where else []
        wire.get(f"/1.0/{place}/search").mock(return_value=ok(found))
    sent = wire.put("/2.0/user/backlog").mock(return_value=made())
    booked = await book(adapter, collect)
    assert (booked.carrier_id, booked.number, booked.price) == (ID, NUMBER, Money(78800, "RUB"))
    assert not sent.called


async def test_a_return_under_the_same_number_is_not_taken_for_the_order(
    adapter: RussianPostAdapter, wire: respx.MockRouter, collect: Parcel
) -> None:
    back = order(id=7, barcode=LEG, **{"linked-barcode": NUMBER, "mail-type": "EASY_RETURN"})
    wire.get("/1.0/backlog/search").mock(return_value=ok([order(), back]))
    wire.get("/1.0/shipment/search").mock(return_value=ok([]))
    assert (await book(adapter, collect)).number == NUMBER


async def test_an_order_that_was_deleted_is_made_anew(
    adapter: RussianPostAdapter, wire: respx.MockRouter, unknown: None, collect: Parcel
) -> None:
    wire.get("/1.0/backlog/search").mock(return_value=ok([order(**{"is-deleted": True, "id": 7})]))
    wire.put("/2.0/user/backlog").mock(return_value=made())
    assert (await book(adapter, collect)).carrier_id == ID


async def test_a_lone_order_in_the_answer_is_read_like_a_list_of_one(
    adapter: RussianPostAdapter, wire: respx.MockRouter, unknown: None, collect: Parcel
) -> None:
    lone = {"orders": {"barcode": NUMBER, "order-num": "P-001", "result-id": ID}}
    wire.put("/2.0/user/backlog").mock(return_value=ok(lone))
    assert (await book(adapter, collect)).number == NUMBER


async def test_errors_inside_an_answer_of_200_are_a_refusal_in_the_carriers_words(
    adapter: RussianPostAdapter, wire: respx.MockRouter, unknown: None, collect: Parcel
) -> None:
    wire.put("/2.0/user/backlog").mock(return_value=refused("EMPTY_POSTOFFICE_CODE", details="102961 117042"))
    with pytest.raises(Refused) as caught:
        await book(adapter, collect)
    assert caught.value.code == "EMPTY_POSTOFFICE_CODE"
    assert "Неверно 102961 117042" in caught.value.detail


@pytest.mark.parametrize("place", ["search", "order"])
async def test_no_usable_answer_leaves_the_order_for_another_try(
    adapter: RussianPostAdapter, wire: respx.MockRouter, unknown: None, collect: Parcel, place: str
) -> None:
    for broken in BROKEN:
        sent = wire.put("/2.0/user/backlog").mock(side_effect=[broken])
        if place == "search":
            wire.get("/1.0/shipment/search").mock(side_effect=[broken])
        with pytest.raises(Unavailable) as caught:
            await book(adapter, collect)
        if isinstance(broken, httpx.Response) and broken.status_code in (406, 429):
            assert caught.value.code == "quota_exceeded"
        if place == "search":
            assert not sent.called, "an order was made unasked whether there is one"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(401, json={"message": "no"}), "unauthorized"),
        (httpx.Response(403, json={"desc": "no", "code": "1"}), "unauthorized"),
        (httpx.Response(407, json={"status": "ERROR", "message": "method not found"}), "no_such_call"),
        (httpx.Response(400, json={"timestamp": "t", "status": 400, "error": "Bad", "message": "Bad"}), "http_400"),
        (httpx.Response(200, json={"timestamp": "t", "status": 404, "error": "Not", "message": "Not"}), "not_found"),
        (httpx.Response(400, json={"code": "1001", "desc": "not a shipping point"}), "1001"),
    ],
)  # fmt: skip
async def test_each_of_the_error_shapes_is_a_refusal(
    adapter: RussianPostAdapter,
    wire: respx.MockRouter,
    unknown: None,
    collect: Parcel,
    answer: httpx.Response,
    code: str,
) -> None:
    wire.put("/2.0/user/backlog").mock(return_value=answer)
    with pytest.raises(Refused) as caught:
        await book(adapter, collect)
    assert caught.value.code == code


async def test_money_that_does_not_add_up_is_refused_before_anything_is_sent(
    adapter: RussianPostAdapter, wire: respx.MockRouter, unknown: None, collect: Parcel
) -> None:
    sent = wire.put("/2.0/user/backlog").mock(return_value=made())
    with pytest.raises(Refused, match="cod_sum"):
        await book(adapter, replace(collect, collect=Money(1, "RUB")))
    assert not sent.called


async def test_a_locker_is_named_and_an_office_keeps_the_parcel_for_its_buyer(
    adapter: RussianPostAdapter, wire: respx.MockRouter, unknown: None, collect: Parcel
) -> None:
    sent = wire.put("/2.0/user/backlog").mock(return_value=made())
    await book(adapter, replace(collect, point="443096"), "ONLINE_PARCEL/COMBINED_ORDINARY")
    await book(adapter, replace(collect, point="443096"), COD)
    locker, office = (body_of(call.request)[0] for call in sent.calls)
    assert locker["ecom-data"] == {"delivery-point-index": "443096"} and locker["address-type-to"] == "DEFAULT"
    assert "ecom-data" not in office and office["address-type-to"] == "DEMAND" and office["index-to"] == 443096


# -- other countries


async def test_a_parcel_abroad_is_written_in_latin_letters_and_declared_line_by_line(
    adapter: RussianPostAdapter, wire: respx.MockRouter, unknown: None, abroad: Parcel
) -> None:
    sent = wire.put("/2.0/user/backlog").mock(return_value=made("CP123456785RU", "P-100"))
    to = replace(abroad.recipient, name="Юрий Щукин", street="Hauptstraße")
    await book(adapter, replace(abroad, recipient=to), "POSTAL_PARCEL/ORDINARY")
    (body,) = body_of(sent.calls[0].request)
    assert body["customs-declaration"] == {
        "currency": "RUB", "entries-type": "SALE_OF_GOODS",
        "customs-entries": [
            {"amount": 1, "description": "Ceramic cup", "tnved-code": "691200", "country-code": 156, "value": 45000,
             "weight": 300},
            {"amount": 2, "description": "Kniga o chae", "tnved-code": "490199", "country-code": 643, "value": 45000,
             "weight": 600},
        ],
    }  # fmt: skip
    assert (body["mail-direct"], body["str-index-to"], body["transport-type"]) == (276, "10115", "SURFACE")
    assert (body["recipient-name"], body["street-to"]) == ("Iurii Shchukin", "Hauptstraße")
    assert "index-to" not in body and "insr-value" not in body
    assert not wire.post("/1.0/clean/address").called


@pytest.mark.parametrize(
    ("line", "code"),
    [({"hs_code": ""}, "customs_hs_code"), ({"origin_country": ""}, "customs_origin"),
     ({"customs_description": "茶杯"}, "customs_description"),
     ({"customs_description": "", "description": ""}, "customs_description")],
)  # fmt: skip
async def test_what_the_customs_cannot_be_told_of_stays(
    adapter: RussianPostAdapter, wire: respx.MockRouter, unknown: None, abroad: Parcel, line: dict[str, Any], code: str
) -> None:
    sent = wire.put("/2.0/user/backlog").mock(return_value=made())
    lines = (replace(abroad.lines[0], **line), abroad.lines[1])
    with pytest.raises(Refused) as caught:
        await book(adapter, replace(abroad, lines=lines), "POSTAL_PARCEL/ORDINARY")
    assert caught.value.code == code and "CUP" in caught.value.detail and not sent.called


async def test_small_packets_are_offered_up_to_two_kilograms(
    adapter: RussianPostAdapter, wire: respx.MockRouter, abroad: Parcel
) -> None:
    wire.post("/1.0/tariff").mock(return_value=tariff())
    services = [quote.service for quote in await adapter.quote(abroad)]
    assert services == ["POSTAL_PARCEL/ORDINARY", "SMALL_PACKET/ORDERED", "EMS/ORDINARY"]
    services = [quote.service for quote in await adapter.quote(replace(abroad, mass_g=2001))]
    assert services == ["POSTAL_PARCEL/ORDINARY", "EMS/ORDINARY"]


# -- reading, labels, cancelling


async def test_a_reading_has_number_price_and_label(adapter: RussianPostAdapter, wire: respx.MockRouter) -> None:
    wire.get(f"/1.0/backlog/{ID}").mock(return_value=ok(order()))
    form = wire.get(f"/1.0/forms/{ID}/f7pdf").mock(return_value=httpx.Response(200, content=PDF))
    booked = await adapter.read(ID)
    assert (booked.number, booked.price) == (NUMBER, Money(78800, "RUB"))
    assert booked.label is not None and (booked.label.format, booked.label.content) == (LabelFormat.PDF, PDF)
    assert dict(form.calls[0].request.url.params) == {"print-type": "THERMO"}


async def test_an_order_in_a_batch_is_read_there_with_the_form_of_its_kind(
    adapter: RussianPostAdapter, wire: respx.MockRouter
) -> None:
    wire.get(f"/1.0/backlog/{ID}").mock(return_value=missing())
    wire.get(f"/1.0/shipment/{ID}").mock(return_value=ok(order(**{"batch-name": "25", "mail-type": "EMS"})))
    wire.get(f"/1.0/forms/{ID}/f7pdf").mock(return_value=missing())
    wire.get(f"/1.0/forms/{ID}/forms").mock(return_value=httpx.Response(200, content=PDF))
    label = (await adapter.read(ID)).label
    assert label is not None and label.content == PDF


async def test_a_new_order_without_an_address_label_of_its_own_gets_all_its_forms(
    adapter: RussianPostAdapter, wire: respx.MockRouter
) -> None:
    wire.get(f"/1.0/backlog/{ID}").mock(return_value=ok(order(**{"mail-type": "EMS"})))
    no = httpx.Response(400, json={"code": "1002", "desc": "Forbidden mail type"})
    wire.get(f"/1.0/forms/{ID}/f7pdf").mock(return_value=no)
    wire.get(f"/1.0/forms/backlog/{ID}/forms").mock(return_value=httpx.Response(200, content=PDF))
    label = await adapter.label(ID, LabelFormat.PDF)
    assert label is not None and label.content == PDF


async def test_why_there_is_no_label_is_told_and_the_booking_is_read_all_the_same(
    adapter: RussianPostAdapter, wire: respx.MockRouter
) -> None:
    wire.get(f"/1.0/backlog/{ID}").mock(return_value=ok(order()))
    wire.get(f"/1.0/forms/{ID}/f7pdf").mock(return_value=missing("Instance BacklogTuple not found"))
    wire.get(f"/1.0/forms/backlog/{ID}/forms").mock(
        return_value=httpx.Response(400, json={"code": "1002", "desc": "Forbidden mail type"})
    )
    booked = await adapter.read(ID)
    assert (booked.number, booked.label) == (NUMBER, None)
    with pytest.raises(Refused, match="BacklogTuple"):
        await adapter.label(ID, LabelFormat.PDF)


async def test_what_is_no_form_is_no_label(adapter: RussianPostAdapter, wire: respx.MockRouter) -> None:
    wire.get(f"/1.0/backlog/{ID}").mock(return_value=ok(order()))
    for answer in (ok({}), httpx.Response(200, content=b""), httpx.Response(200, content=b"<html>")):
        wire.get(f"/1.0/forms/{ID}/f7pdf").mock(return_value=answer)
        with pytest.raises(Unavailable):
            await adapter.label(ID, LabelFormat.PDF)


async def test_an_order_is_deleted_where_it_is_and_once(adapter: RussianPostAdapter, wire: respx.MockRouter) -> None:
    gone = ok({"errors": [{"error-code": "NOT_FOUND", "position": 0}]})
    done = ok({"result-ids": [int(ID)]})
    backlog = wire.delete("/1.0/backlog").mock(side_effect=[done, gone, gone])
    batch = wire.delete("/1.0/shipment").mock(side_effect=[done, gone])
    for tries, in_batch in ((1, 0), (2, 1), (3, 2)):
        await adapter.cancel(ID, "k")
        assert (backlog.call_count, batch.call_count) == (tries, in_batch)
    assert [body_of(call.request) for call in (*backlog.calls, *batch.calls)] == [[int(ID)]] * 5


async def test_an_order_that_was_checked_in_is_not_deleted(adapter: RussianPostAdapter, wire: respx.MockRouter) -> None:
    wire.delete("/1.0/backlog").mock(return_value=ok({"errors": [{"error-code": "NOT_FOUND", "position": 0}]}))
    wire.delete("/1.0/shipment").mock(return_value=ok({"errors": [{"error-code": "READONLY_STATE", "position": 0}]}))
    with pytest.raises(Refused) as caught:
        await adapter.cancel(ID, "k")
    assert caught.value.code == "READONLY_STATE"


# -- returns


async def test_a_return_gets_a_number_of_its_own(adapter: RussianPostAdapter, wire: respx.MockRouter) -> None:
    wire.get(f"/1.0/backlog/{ID}").mock(return_value=missing())
    wire.get(f"/1.0/shipment/{ID}").mock(return_value=ok(order(**{"batch-name": "25"})))
    wire.get(url__regex=r".*/search").mock(return_value=ok([]))
    asked = wire.put("/1.0/returns").mock(return_value=ok({"return-barcode": LEG}))
    made = await adapter.create_return(ID, key="P-001/R1", reason="damaged", items={"MUG-01": 1})
    assert (made.number, made.direct_number, made.received_at) == (LEG, NUMBER, None)
    assert body_of(asked.calls[0].request) == {"direct-barcode": NUMBER, "mail-type": "UNDEFINED"}


@pytest.mark.parametrize("named_by", ["order", "return"])
async def test_a_return_announced_by_a_lost_answer_is_found(
    adapter: RussianPostAdapter, wire: respx.MockRouter, named_by: str
) -> None:
    wire.get(f"/1.0/backlog/{ID}").mock(return_value=missing())
    linked = {"linked-barcode": LEG} if named_by == "order" else {}
    wire.get(f"/1.0/shipment/{ID}").mock(return_value=ok(order(**linked)))
    back = order(id=7, barcode=LEG, **{"linked-barcode": NUMBER, "mail-type": "EASY_RETURN"})
    other = order(id=8, barcode=OTHER, **{"linked-barcode": "80092578900505", "mail-type": "EASY_RETURN"})
    wire.get("/1.0/backlog/search").mock(return_value=ok([other, back]))
    wire.get("/1.0/shipment/search").mock(return_value=ok([order()]))
    asked = wire.put("/1.0/returns").mock(return_value=ok({}))
    assert (await adapter.create_return(ID, key="k", reason="damaged", items={})).number == LEG
    assert not asked.called


async def test_a_return_that_the_carrier_does_not_take_is_refused(
    adapter: RussianPostAdapter, wire: respx.MockRouter
) -> None:
    wire.get(f"/1.0/backlog/{ID}").mock(return_value=ok(order()))
    wire.get(url__regex=r".*/search").mock(return_value=ok([]))
    no = {"errors": [{"code": "DIRECT_SHIPMENT_NOT_FOUND", "description": "Прямое отправление не найдено"}]}
    wire.put("/1.0/returns").mock(return_value=ok(no))
    with pytest.raises(Refused) as caught:
        await adapter.create_return(ID, key="k", reason="damaged", items={})
    assert caught.value.code == "DIRECT_SHIPMENT_NOT_FOUND" and "Прямое" in caught.value.detail
