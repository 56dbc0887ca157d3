"""Offers, bookings, labels and cancelling at Mail Alliance, as the adapter asks and understands them."""

import json

import httpx
import pytest
import respx

from parcelproof.reference.adapters.mail_alliance import MailAllianceAdapter
from parcelproof.reference.ports import (
    LabelFormat,
    Money,
    Parcel,
    Quote,
    Refused,
    Surcharge,
    Unavailable,
)

from .answers import PARCEL, PDF, RATE, problem


async def test_a_quote_carries_every_part_of_the_price(
    adapter: MailAllianceAdapter, wire: respx.MockRouter, prepaid: Parcel
) -> None:
    route = wire.post("/v1/rates").respond(json={"rates": [RATE], "messages": []})
    (found,) = await adapter.quote(prepaid)
    assert (found.net, found.tax, found.total) == (Money(490, "EUR"), Money(98, "EUR"), Money(613, "EUR"))
    assert found.surcharges == (Surcharge("fuel", Money(25, "EUR")),)
    sent = json.loads(route.calls[0].request.content)
    assert sent["package"] == {"weight_g": 1200, "length_mm": 300, "width_mm": 200, "height_mm": 100}
    assert route.calls[0].request.headers["x-api-key"] == "mak_test_shop"


async def test_an_unserved_place_is_no_offer_and_no_error(
    adapter: MailAllianceAdapter, wire: respx.MockRouter, prepaid: Parcel
) -> None:
    wire.post("/v1/rates").respond(json={"rates": [], "messages": [{"code": "not_served"}]})
    assert list(await adapter.quote(prepaid)) == []


async def test_cash_on_delivery_is_not_even_asked_for(
    adapter: MailAllianceAdapter, wire: respx.MockRouter, collect: Parcel, quote: Quote
) -> None:
    assert list(await adapter.quote(collect)) == []
    with pytest.raises(Refused, match="cod_not_offered"):
        await adapter.create(collect, quote, format=LabelFormat.PDF)
    assert not wire.calls


async def test_a_repeated_create_sends_the_same_key_and_body(
    adapter: MailAllianceAdapter, wire: respx.MockRouter, prepaid: Parcel, quote: Quote
) -> None:
    route = wire.post("/v1/parcels").mock(
        side_effect=[
            httpx.ReadTimeout("lost"),
            httpx.Response(200, json=PARCEL, headers={"Idempotent-Replayed": "true"}),
        ]
    )
    with pytest.raises(Unavailable, match="timeout"):
        await adapter.create(prepaid, quote, format=LabelFormat.PDF)
    booked = await adapter.create(prepaid, quote, format=LabelFormat.PDF)
    first, second = (call.request for call in route.calls)
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert 16 <= len(first.headers["idempotency-key"].strip('"')) <= 64
    assert first.content == second.content
    sent = json.loads(first.content)
    assert (sent["rate_id"], sent["label"]) == ("rate_1", {"format": "PDF"})
    assert sent["references"] == {"order": "P-100", "shipment": "P-100"}
    assert (booked.carrier_id, booked.number, booked.price) == ("par_1", "MAL000000000017", Money(613, "EUR"))
    assert booked.label is not None and booked.label.content == PDF


@pytest.mark.parametrize("name", ["id", "tracking_number"])
@pytest.mark.parametrize("text", ["9" * 101, "a\x00b"])
async def test_a_booking_under_a_name_nobody_can_keep_is_no_booking(
    adapter: MailAllianceAdapter, wire: respx.MockRouter, prepaid: Parcel, quote: Quote, name: str, text: str
) -> None:
    wire.post("/v1/parcels").respond(json={**PARCEL, name: text})
    with pytest.raises(Unavailable, match="unreadable_answer"):
        await adapter.create(prepaid, quote, format=LabelFormat.PDF)


async def test_a_booking_older_than_its_key_is_found_by_its_reference(
    adapter: MailAllianceAdapter, wire: respx.MockRouter, prepaid: Parcel, quote: Quote
) -> None:
    wire.post("/v1/parcels").mock(return_value=problem("invalid-state", 409, state="announced", allowed=[]))
    other = {**PARCEL, "id": "par_9", "references": {"order": "P-100", "shipment": "P-1000"}}
    gone = {**PARCEL, "id": "par_0", "status": "cancelled"}
    route = wire.get("/v1/parcels").respond(json={"data": [other, gone, PARCEL], "next_cursor": None})
    booked = await adapter.create(prepaid, quote, format=LabelFormat.PDF)
    assert booked.carrier_id == "par_1"
    assert route.calls[0].request.url.params["reference"] == "P-100"
    wire.get("/v1/parcels").respond(json={"data": [other, gone], "next_cursor": None})
    with pytest.raises(Refused, match="invalid-state"):
        await adapter.create(prepaid, quote, format=LabelFormat.PDF)


async def test_a_label_is_checked_to_be_what_was_asked_for(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    route = wire.get("/v1/parcels/par_1/label").respond(content=b"^XA^CI28^XZ", content_type="application/zpl")
    found = await adapter.label("par_1", LabelFormat.ZPL)
    assert found is not None and found.content == b"^XA^CI28^XZ"
    assert route.calls[0].request.headers["accept"] == "application/zpl"
    with pytest.raises(Unavailable, match="no PDF"):
        await adapter.label("par_1", LabelFormat.PDF)
    with pytest.raises(Unavailable, match="no PDF"):
        await adapter.label("par_1", LabelFormat.PNG)
    assert route.calls[-1].request.headers["accept"] == "application/pdf", "it makes no pictures"


async def test_an_id_cannot_reach_another_route(adapter: MailAllianceAdapter, wire: respx.MockRouter) -> None:
    wire.route().mock(return_value=problem("not-found", 404))
    for odd in ("../webhook-endpoints", "par_1?x=y", "par_1/cancel", "..", "a#b"):
        with pytest.raises(Refused):
            await adapter.read(odd)
    roots = {call.request.url.raw_path.rsplit(b"/", 1)[0] for call in wire.calls}
    assert roots == {b"/mail-alliance/v1/parcels"}


async def test_cancelling_is_repeatable(adapter: MailAllianceAdapter, wire: respx.MockRouter) -> None:
    route = wire.post("/v1/parcels/par_1/cancel").respond(json=PARCEL)
    await adapter.cancel("par_1", "cancel/P-100")
    await adapter.cancel("par_1", "cancel/P-100")
    assert len({call.request.headers["idempotency-key"] for call in route.calls}) == 1
