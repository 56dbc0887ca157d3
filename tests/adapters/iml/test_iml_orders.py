"""Bookings at IML: the form, found again, refused in an answer of 200, priced when the carrier says so."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.iml import ImlAdapter
from parcelproof.reference.ports import LabelFormat, Money, Parcel, Quote, Refused, Unavailable

from .answers import BARCODE, OTHER, Clock, created, form, refusal, rows, status

NONE = rows()


async def offer(adapter: ImlAdapter, parcel: Parcel) -> Quote:
    (found,) = await adapter.quote(parcel)
    return found


async def book(adapter: ImlAdapter, parcel: Parcel) -> Any:
    return await adapter.create(parcel, await offer(adapter, parcel), format=LabelFormat.ZPL)


async def test_an_offer_names_the_service_and_no_price(adapter: ImlAdapter, collect: Parcel) -> None:
    services = []
    for parcel in (collect, replace(collect, collect=None), replace(collect, point="M1")):
        found = await offer(adapter, parcel)
        assert (found.priced, found.total) == (False, Money(0, "RUB"))
        services.append(found.service)
    assert services == ["24КО", "24", "С24КО"]


async def test_nothing_is_offered_where_it_does_not_go(adapter: ImlAdapter, collect: Parcel, prepaid: Parcel) -> None:
    assert await adapter.quote(prepaid) == ()  # to Berlin
    assert await adapter.quote(replace(collect, collect=Money(100, "EUR"))) == ()


async def test_an_order_is_a_form_of_one_piece_a_line(
    adapter: ImlAdapter, wire: respx.MockRouter, collect: Parcel
) -> None:
    wire.post("/GetStatuses").mock(return_value=NONE)
    sent = wire.post("/CreateOrder").mock(return_value=created())
    booked = await book(adapter, collect)
    assert (booked.carrier_id, booked.number, booked.label) == (BARCODE, BARCODE, None)
    assert booked.price == Money(26334, "RUB")
    request = sent.calls[0].request
    assert request.headers["Authorization"] == "Basic " + b64encode(b"shop:s3cret").decode()
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    asked = form(request)
    assert {name: value for name, value in asked.items() if not name.startswith("GoodItems")} == {
        "Job": "24КО",
        "CustomerOrder": "P-001",
        "DeliveryDate": "03.03.2026",
        "Volume": "1",
        "Weight": "1.955",
        "Contact": "Полина Веселова",
        "Phone": "+79120236225",
        "IndexFrom": "101000",
        "IndexTo": "443099",
        "Address": "Самара, пер. Привокзальный, 68",
        "Amount": "6420.00",
        "ValuatedAmount": "6070.00",
    }
    assert [asked[f"GoodItems[{n}][amountLine]"] for n in range(4)] == ["890.00", "890.00", "4290.00", "350.00"]
    assert [asked.get(f"GoodItems[{n}][productNo]") for n in range(4)] == ["MUG-01", "MUG-01", "LMP-07", None]
    assert asked["GoodItems[3][itemType]"] == "3" and asked["GoodItems[0][VATRate]"] == "20"
    assert "GoodItems[2][VATRate]" not in asked and "GoodItems[4][amountLine]" not in asked


async def test_nothing_is_collected_of_what_is_paid(
    adapter: ImlAdapter, wire: respx.MockRouter, collect: Parcel
) -> None:
    wire.post("/GetStatuses").mock(return_value=NONE)
    sent = wire.post("/CreateOrder").mock(return_value=created())
    await book(adapter, replace(collect, collect=None))
    asked = form(sent.calls[0].request)
    assert (asked["Job"], asked["Amount"], asked["ValuatedAmount"]) == ("24", "0.00", "6070.00")
    assert {value for name, value in asked.items() if name.endswith("[amountLine]")} == {"0.00"}
    assert not any(name.endswith("[itemType]") for name in asked)


async def test_the_day_is_moscows(adapter: ImlAdapter, wire: respx.MockRouter, collect: Parcel, clock: Clock) -> None:
    clock.at = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
    wire.post("/GetStatuses").mock(return_value=NONE)
    sent = wire.post("/CreateOrder").mock(return_value=created())
    await book(adapter, replace(collect, point="M1"))
    assert (form(sent.calls[0].request)["DeliveryDate"], form(sent.calls[0].request)["DeliveryPoint"]) == (
        "04.03.2026",
        "M1",
    )


async def test_an_order_whose_answer_was_lost_is_found_and_not_made_again(
    adapter: ImlAdapter, wire: respx.MockRouter, collect: Parcel
) -> None:
    seen: list[dict[str, str]] = []

    def take(request: httpx.Request) -> httpx.Response:
        seen.append(form(request))
        raise httpx.ReadTimeout("no answer")

    wire.post("/CreateOrder").mock(side_effect=take)
    wire.post("/GetStatuses").mock(
        side_effect=lambda _: (
            rows(status(BarCode=OTHER), status(), status(Number="P-0010", BarCode=OTHER)) if seen else NONE
        )
    )
    wire.post("/GetOrders").mock(
        return_value=httpx.Response(200, json=[{"BarCode": BARCODE, "DeliveryAmount": "250,5"}])
    )
    with pytest.raises(Unavailable) as lost:
        await book(adapter, collect)
    assert lost.value.code == "timeout"
    booked = await book(adapter, collect)
    assert (booked.carrier_id, booked.price, len(seen)) == (BARCODE, Money(25050, "RUB"), 1)


@pytest.mark.parametrize(
    ("changes", "price"),
    [
        ({}, 26334),
        ({"FullDeliveryAmount": None}, 26334),  # delivery and commission
        ({"FullDeliveryAmount": "263.34"}, 26334),
        ({"FullDeliveryAmount": None, "Commission": None}, 25050),
        ({"FullDeliveryAmount": None, "DeliveryAmount": None}, None),
        ({"FullDeliveryAmount": "soon"}, 26334),
        ({"FullDeliveryAmount": 0.001}, None),  # no amount of kopecks
    ],
)
async def test_a_price_is_taken_where_there_is_one(
    adapter: ImlAdapter, wire: respx.MockRouter, collect: Parcel, changes: dict[str, Any], price: int | None
) -> None:
    wire.post("/GetStatuses").mock(return_value=NONE)
    wire.post("/CreateOrder").mock(return_value=created(**changes))
    booked = await book(adapter, collect)
    assert booked.price == (None if price is None else Money(price, "RUB"))


@pytest.mark.parametrize("code", [17, "17"])
async def test_a_refusal_inside_200_is_told_with_the_carriers_code(
    adapter: ImlAdapter, wire: respx.MockRouter, collect: Parcel, code: object
) -> None:
    wire.post("/GetStatuses").mock(return_value=NONE)
    wire.post("/CreateOrder").mock(return_value=refusal(code))
    with pytest.raises(Refused) as refused:
        await book(adapter, collect)
    assert (refused.value.code, refused.value.detail) == ("17", "17: Неверный индекс")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"Result": "Error"}, "unnamed_error"),
        ({"Result": "Error", "Errors": []}, "unnamed_error"),
        ({"Result": "ERROR", "Errors": {"Code": 5, "Message": "Нет"}}, "5"),  # one where a list is documented
        ({"Errors": [{"Code": 6, "Message": "Нет"}, {"Code": 7, "Message": "И нет"}]}, "6"),
    ],
)
async def test_a_refusal_may_name_little(
    adapter: ImlAdapter, wire: respx.MockRouter, collect: Parcel, body: Any, code: str
) -> None:
    wire.post("/GetStatuses").mock(return_value=NONE)
    wire.post("/CreateOrder").mock(return_value=httpx.Response(200, json=body))
    with pytest.raises(Refused) as refused:
        await book(adapter, collect)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("answer", "fault", "code"),
    [
        (httpx.Response(401), Refused, "unauthorized"),
        (httpx.Response(403, text="<html>"), Refused, "unauthorized"),
        (httpx.Response(400, json={"Result": "Error", "Errors": [{"Code": 3, "Message": "Плохо"}]}), Refused, "3"),
        (httpx.Response(404, text="<html>"), Unavailable, "unreadable_answer"),
        (httpx.Response(201, json={"Result": "OK", "Order": {"BarCode": BARCODE}}), Unavailable, "unreadable_answer"),
        (httpx.Response(429, headers={"Retry-After": "7"}), Unavailable, "quota_exceeded"),
        (httpx.Response(500, json={"Result": "Error"}), Unavailable, "carrier_down"),
        (httpx.Response(503), Unavailable, "carrier_down"),
        (httpx.Response(302, headers={"Location": "http://x"}), Unavailable, "redirected"),
        (httpx.Response(200), Unavailable, "empty_answer"),
        (httpx.Response(200, text='{"Result": "OK", "Ord'), Unavailable, "unreadable_answer"),
        (httpx.Response(200, text="<html>"), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json=[]), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json={}), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json={"Result": "OK", "Order": {"BarCode": ""}}), Unavailable, "unreadable_answer"),
        (httpx.ReadError("cut"), Unavailable, "connection"),
        (httpx.ConnectTimeout("slow"), Unavailable, "timeout"),
    ],
)
async def test_whatever_else_comes_is_a_fault_with_a_name(
    adapter: ImlAdapter, wire: respx.MockRouter, collect: Parcel, answer: Any, fault: type[Exception], code: str
) -> None:
    wire.post("/GetStatuses").mock(return_value=NONE)
    route = wire.post("/CreateOrder")
    route.mock(return_value=answer) if isinstance(answer, httpx.Response) else route.mock(side_effect=answer)
    with pytest.raises(fault) as raised:
        await book(adapter, collect)
    assert getattr(raised.value, "code", "") == code
    if code == "quota_exceeded":
        assert getattr(raised.value, "retry_after_s", None) == 7.0


async def test_a_body_cut_short_is_no_answer(adapter: ImlAdapter, wire: respx.MockRouter, collect: Parcel) -> None:
    wire.post("/GetStatuses").mock(return_value=NONE)
    cut = httpx.Response(200, headers={"Content-Length": "500"}, stream=_Cut())
    wire.post("/CreateOrder").mock(return_value=cut)
    with pytest.raises(Unavailable) as raised:
        await book(adapter, collect)
    assert raised.value.code == "connection"


class _Cut(httpx.AsyncByteStream):
    async def __aiter__(self) -> Any:
        yield b'{"Result": "OK", '
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"collect": Money(642001, "RUB")}, "cod_sum"),
        ({"delivery_charge": Money(35000, "EUR")}, "cod_currency"),
    ],
)
async def test_money_that_would_be_collected_wrongly_is_refused_before_the_wire(
    adapter: ImlAdapter, wire: respx.MockRouter, collect: Parcel, changes: dict[str, Any], code: str
) -> None:
    quote = await offer(adapter, collect)
    with pytest.raises(Refused) as refused:
        await adapter.create(replace(collect, **changes), quote, format=LabelFormat.PDF)
    assert refused.value.code == code and not wire.calls


async def test_a_service_of_nobodys_is_refused(adapter: ImlAdapter, wire: respx.MockRouter, collect: Parcel) -> None:
    quote = replace(await offer(adapter, collect), service="139")
    with pytest.raises(Refused):
        await adapter.create(collect, quote, format=LabelFormat.PDF)
    assert not wire.calls


async def test_a_booking_is_read_with_its_price_where_the_list_has_it(
    adapter: ImlAdapter, wire: respx.MockRouter
) -> None:
    wire.post("/GetStatuses").mock(return_value=rows(status()))
    listed = wire.post("/GetOrders")
    listed.mock(
        return_value=httpx.Response(
            200, json=[{"BarCode": OTHER}, {"BarCode": BARCODE, "DeliveryAmount": 1, "Commission": 2}]
        )
    )
    assert (await adapter.read(BARCODE)).price == Money(300, "RUB")
    assert form(listed.calls[0].request) == {"DeliveryDateStart": "03.03.2026", "DeliveryDateEnd": "03.03.2026"}
    listed.mock(return_value=refusal())
    assert (await adapter.read(BARCODE)).price is None
    wire.post("/GetStatuses").mock(return_value=rows())
    with pytest.raises(Refused) as refused:
        await adapter.read(BARCODE)
    assert refused.value.code == "not_found"
