"""The Mail Alliance adapter against scripted answers: every documented error, and every broken one."""

import base64
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
import respx
from standardwebhooks.webhooks import Webhook

from parcelproof.reference.adapters.mail_alliance import MailAllianceAdapter
from parcelproof.reference.ports import (
    Address,
    CarrierFault,
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

BASE = "http://carrier.example/mail-alliance"
PDF = b"%PDF-1.7 label"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def euro(text: str) -> dict[str, str]:
    return {"amount": text, "currency": "EUR"}


RATE = {
    "id": "rate_1",
    "service": "ma_parcel_tracked",
    "net": euro("4.90"),
    "surcharges": [{"code": "fuel", "label": "Fuel", "amount": euro("0.25")}],
    "tax": {"rate": "19", "amount": euro("0.98")},
    "total": euro("6.13"),
    "currency": "EUR",
    "transit_days": {"min": 1, "max": 2},
    "expires_at": "2026-03-02T09:30:00Z",
    "guaranteed": False,
}
PARCEL = {
    "id": "par_1",
    "tracking_number": "MAL000000000017",
    "status": "announced",
    "price": {"net": euro("4.90"), "surcharges": [], "total": euro("6.13")},
    "label": {"format": "PDF", "content_base64": base64.b64encode(PDF).decode(), "sha256": "…"},
    "references": {"order": "P-100", "shipment": "P-100"},
    "livemode": False,
}


def problem(kind: str, status: int, headers: dict[str, str] | None = None, **facts: Any) -> httpx.Response:
    body = {"type": f"/problems/{kind}", "title": kind, "status": status, "detail": f"{kind} told", **facts}
    return httpx.Response(status, json=body, headers={"content-type": "application/problem+json", **(headers or {})})


def scan(number: int, status: str, at: str, **more: Any) -> dict[str, Any]:
    nothing = {"description": "", "location": None, "reason": None, "revokes": None}
    about = {"id": f"evt_{number}", "sequence": number, "status": status, "code": status}
    return {**nothing, **about, "occurred_at": at, "recorded_at": at, **more}


@pytest.fixture
async def adapter(wuerzburg: Address) -> AsyncIterator[MailAllianceAdapter]:
    made = MailAllianceAdapter(BASE, "mak_test_shop", wuerzburg, timeout_s=1.0)
    yield made
    await made.close()


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=BASE, assert_all_called=False) as router:
        yield router


@pytest.fixture
def quote() -> Quote:
    none = Money(0, "EUR")
    return Quote(id="rate_1", carrier="mail_alliance", service="ma_parcel_tracked", net=none, surcharges=(),
                 tax=none, total=none, days_min=1, days_max=2)  # fmt: skip


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


PROBLEMS = [
    ("validation", 422, Refused),
    ("malformed", 400, Refused),
    ("unauthenticated", 401, Refused),
    ("forbidden", 403, Refused),
    ("not-found", 404, Refused),
    ("idempotency-key-missing", 400, Refused),
    ("idempotency-key-reused", 422, Refused),
    ("idempotency-key-in-flight", 409, Unavailable),
    ("invalid-state", 409, Refused),
    ("not-served", 422, Refused),
    ("limits-exceeded", 422, Refused),
    ("quota-exceeded", 429, Unavailable),
    ("label-gone", 410, Refused),
    ("method-not-allowed", 405, Refused),
    ("not-acceptable", 406, Refused),
    ("payload-too-large", 413, Refused),
    ("unsupported-media-type", 415, Refused),
    ("unavailable", 503, Unavailable),
]


@pytest.mark.parametrize(("kind", "status", "fault"), PROBLEMS)
async def test_every_documented_problem_is_the_right_fault(
    adapter: MailAllianceAdapter, wire: respx.MockRouter, kind: str, status: int, fault: type[CarrierFault]
) -> None:
    wire.get("/v1/parcels/par_1").mock(return_value=problem(kind, status))
    with pytest.raises(fault) as caught:
        await adapter.read("par_1")
    assert type(caught.value) is fault
    if fault is Refused:
        assert caught.value.code == kind and "told" in caught.value.detail


async def test_a_validation_problem_names_its_fields(adapter: MailAllianceAdapter, wire: respx.MockRouter) -> None:
    errors = [{"pointer": "/recipient/postal_code", "code": "postal_code", "detail": "5 digits"}]
    wire.get("/v1/parcels/par_1").mock(return_value=problem("validation", 422, errors=errors))
    with pytest.raises(Refused, match="/recipient/postal_code: postal_code 5 digits"):
        await adapter.read("par_1")


@pytest.mark.parametrize(
    ("retry_after", "dated", "seconds"),
    [("7", "", 7.0), ("Mon, 02 Mar 2026 09:01:30 GMT", "Mon, 02 Mar 2026 09:00:00 GMT", 90.0), ("soon", "", None),
     ("99999999999", "", 86_400.0)],
)  # fmt: skip
async def test_how_long_to_wait_is_taken_from_retry_after(
    adapter: MailAllianceAdapter, wire: respx.MockRouter, retry_after: str, dated: str, seconds: float | None
) -> None:
    headers = {"Retry-After": retry_after, **({"Date": dated} if dated else {})}
    wire.get("/v1/parcels/par_1").mock(return_value=problem("quota-exceeded", 429, headers))
    with pytest.raises(Unavailable, match="quota_exceeded") as caught:
        await adapter.read("par_1")
    assert caught.value.retry_after_s == seconds


BROKEN: list[httpx.Response | Exception] = [
    httpx.Response(200, content=b""),
    httpx.Response(200, html="<h1>Maintenance</h1>"),
    httpx.Response(200, content=b'{"id": "par_1", "tracking_num'),
    httpx.Response(200, json=[]),
    httpx.Response(200, json={"id": 7}),
    httpx.Response(200, json={**PARCEL, "price": {"total": euro("1.234")}}),
    httpx.Response(200, json={**PARCEL, "price": {"total": {"amount": "1.00", "currency": "???"}}}),
    httpx.Response(200, json={**PARCEL, "label": {"format": "PDF", "content_base64": "***"}}),
    httpx.Response(200, json={**PARCEL, "label": {"format": "GIF", "content_base64": ""}}),
    httpx.Response(200, json={**PARCEL, "label": {"format": "PDF", "content_base64": "SFRNTA=="}}),
    httpx.Response(200, content=b"\xff\xfe\x00"),
    httpx.Response(200, content=b"x", headers={"content-encoding": "gzip"}),
    httpx.Response(404, html="<h1>Not Found</h1>"),
    httpx.Response(404, content=b""),
    httpx.Response(302, headers={"location": "http://elsewhere.example/"}),
    httpx.Response(408),
    httpx.Response(500, content=b"oops"),
    httpx.Response(502, html="<h1>Bad Gateway</h1>"),
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("slow"),
    httpx.ReadTimeout("stalled"),
    httpx.ReadError("connection reset by peer"),
    httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
]


@pytest.mark.parametrize("answer", BROKEN, ids=repr)
async def test_no_usable_answer_is_unavailable_and_nothing_else(
    adapter: MailAllianceAdapter, wire: respx.MockRouter, answer: httpx.Response | Exception
) -> None:
    wire.get("/v1/parcels/par_1").mock(side_effect=[answer])
    with pytest.raises(Unavailable):
        await adapter.read("par_1")


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


async def test_events_keep_the_carriers_words_beside_the_canonical_status(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    events = [
        scan(1, "shipped", "2026-03-02T10:00:00Z", location={"city": "Würzburg"}),
        scan(2, "teleported", "2026-03-02T11:00:00Z"),
        scan(3, "delivered", "2026-03-03T10:00:00+01:00"),
        scan(4, "in_transit", "2026-03-03T12:00:00Z", code="revoked", revokes="evt_3"),
        scan(5, "returning", "2026-03-04T09:00:00Z", reason="refused"),
    ]
    wire.get("/v1/parcels/par_1/tracking").respond(json={"tracking_number": "MAL1", "events": events})
    back = {"id": "ret_1", "return_tracking_number": "MAL1", "original_tracking_number": "MAL1", "status": "received",
            "reason": "refused", "requested_at": "2026-03-04T09:00:00Z", "returned_at": "2026-03-06T09:00:00Z",
            "origin": "carrier", "items": [{"sku": "MUG-01", "quantity": 2}]}  # fmt: skip
    other = {**back, "id": "ret_2", "original_tracking_number": "MAL2"}
    wire.get("/v1/returns").respond(json={"data": [other, back], "next_cursor": None})
    tracking = await adapter.track("par_1", "MAL1")
    assert [event.status for event in tracking.events] == [
        "accepted", "unknown", "delivered", "in_transit", "returning"]  # fmt: skip
    assert tracking.events[2].occurred_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert (tracking.events[3].revoked, tracking.events[3].revokes) == (True, "evt_3")
    assert tracking.events[4].opens_return
    (notice,) = tracking.returns
    assert (notice.number, notice.reason, dict(notice.items)) == ("MAL1", "refused", {"MUG-01": 2})
    assert notice.received_at == datetime(2026, 3, 6, 9, 0, tzinfo=UTC)


async def test_the_feed_is_walked_to_its_end_and_goes_on_from_there(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    def entry(number: int, status: str) -> dict[str, Any]:
        return {**scan(number, status, "2026-03-02T10:00:00Z"), "tracking_number": "MAL1", "type": f"tracking.{status}"}

    feed = wire.get("/v1/tracking-events")
    feed.mock(
        side_effect=[
            httpx.Response(200, json={"data": [entry(1, "shipped")], "next_cursor": "c1"}),
            httpx.Response(200, json={"data": [entry(2, "delivered")], "next_cursor": None}),
            httpx.Response(200, json={"data": [], "next_cursor": None}),
        ]
    )
    wire.get("/v1/returns").respond(json={"data": [], "next_cursor": None})
    notices, cursor = await adapter.changes("")
    assert [event.status for notice in notices for event in notice.events] == ["accepted", "delivered"]
    again, _ = await adapter.changes(cursor)
    assert again == []
    assert [dict(call.request.url.params) for call in feed.calls] == [
        {"limit": "200"}, {"limit": "200", "cursor": "c1"}, {"limit": "200", "after": "evt_2"}]  # fmt: skip


async def test_the_feed_goes_on_from_an_entry_whose_id_can_be_kept(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    entries = [{**scan(n, "shipped", "2026-03-02T10:00:00Z"), "tracking_number": "MAL1"} for n in (1, 2)]
    entries[1]["id"] = "e" * 500
    wire.get("/v1/tracking-events").respond(json={"data": entries, "next_cursor": None})
    wire.get("/v1/returns").respond(json={"data": [], "next_cursor": None})
    notices, cursor = await adapter.changes("")
    assert (len(notices), json.loads(cursor)["after"]) == (2, "evt_1")


async def test_an_entry_older_than_the_feed_starts_it_over(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    feed = wire.get("/v1/tracking-events")
    feed.mock(side_effect=[problem("validation", 422), httpx.Response(200, json={"data": [], "next_cursor": None})])
    wire.get("/v1/returns").respond(json={"data": [], "next_cursor": None})
    notices, _ = await adapter.changes('{"after": "evt_gone"}')
    assert list(notices) == []


async def test_open_returns_are_looked_at_again_and_finished_ones_are_not(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    def back(number: int, status: str) -> dict[str, Any]:
        return {"id": f"ret_{number}", "return_tracking_number": f"R{number}", "original_tracking_number": "MAL1",
                "status": status, "reason": "damaged", "requested_at": f"2026-03-0{number}T09:00:00Z",
                "returned_at": "2026-03-08T09:00:00Z" if status == "received" else None}  # fmt: skip

    wire.get("/v1/tracking-events").respond(json={"data": [], "next_cursor": None})
    returns = wire.get("/v1/returns")
    first = [back(4, "received"), back(3, "in_transit"), back(2, "closed"), back(1, "received")]
    returns.mock(return_value=httpx.Response(200, json={"data": first, "next_cursor": None}))
    notices, cursor = await adapter.changes("")
    assert [notice.returns[0].number for notice in notices] == ["R1", "R2", "R3", "R4"]
    second = [back(4, "received"), back(3, "received"), back(2, "closed")]
    returns.mock(return_value=httpx.Response(200, json={"data": second, "next_cursor": "more"}))
    notices, cursor = await adapter.changes(cursor)
    assert [notice.returns[0].number for notice in notices] == ["R3", "R4"]
    assert notices[0].event_id == "ret_3/received"
    assert returns.call_count == 2


async def test_a_foreign_reason_is_told_as_other_with_its_words(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    made = {"id": "ret_1", "return_tracking_number": "R1", "original_tracking_number": "MAL1", "reason": "other",
            "status": "label_created", "requested_at": "2026-03-02T09:00:00Z", "returned_at": None}  # fmt: skip
    route = wire.post("/v1/returns").respond(201, json=made)
    notice = await adapter.create_return("par_1", key="ret/P-100", reason="cat dislikes it", items={"MUG-01": 1})
    sent = json.loads(route.calls[0].request.content)
    assert (sent["reason"], sent["reason_text"]) == ("other", "cat dislikes it")
    assert sent["items"] == [{"sku": "MUG-01", "quantity": 1}]
    assert notice.number == "R1" and notice.received_at is None


async def test_an_endpoint_that_is_there_gets_a_new_secret_instead_of_a_twin(
    adapter: MailAllianceAdapter, wire: respx.MockRouter
) -> None:
    url = "http://127.0.0.1:9/hooks/mail_alliance"
    listed = wire.get("/v1/webhook-endpoints").respond(json={"data": [], "next_cursor": None})
    made = wire.post("/v1/webhook-endpoints").respond(201, json={"id": "whe_1", "url": url, "secret": SECRET})
    keys = await adapter.subscribe(url, "hook")
    assert keys["secret"] == SECRET
    listed.respond(json={"data": [{"id": "whe_1", "url": url}], "next_cursor": None})
    wire.post("/v1/webhook-endpoints/whe_1/rotate-secret").respond(json={"secret": "whsec_bmV3"})
    assert (await adapter.subscribe(url, "hook"))["secret"] == "whsec_bmV3"
    assert made.call_count == 1


async def test_this_carrier_pays_nothing_out(adapter: MailAllianceAdapter) -> None:
    with pytest.raises(Unsupported):
        await adapter.registries(date(2026, 3, 2))


# -- webhooks


def hook(adapter: MailAllianceAdapter, body: dict[str, Any], **keys: str) -> Any:
    raw = json.dumps(body, ensure_ascii=False)
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(NOW.timestamp())),
        "Webhook-Signature": Webhook(SECRET).sign("msg_1", NOW, raw),
    }
    return adapter.verify(headers, raw.encode(), keys or {"secret": SECRET}, NOW)


def told(kind: str, **data: Any) -> dict[str, Any]:
    return {"type": kind, "timestamp": "2026-03-02T09:00:00Z",
            "data": {"parcel_id": "par_1", "tracking_number": "MAL1", **data}}  # fmt: skip


async def test_a_signed_scan_is_an_event(adapter: MailAllianceAdapter) -> None:
    notice = hook(adapter, told("tracking.delivered", event=scan(3, "delivered", "2026-03-02T08:59:00Z")))
    (event,) = notice.events
    assert (notice.event_id, event.id, event.number, event.status) == ("msg_1", "evt_3", "MAL1", "delivered")


async def test_either_secret_of_a_rotation_verifies(adapter: MailAllianceAdapter) -> None:
    assert hook(adapter, told("endpoint.ping"), secret="whsec_b2xk", secret_before=SECRET).events == ()
    with pytest.raises(Untrusted):
        hook(adapter, told("endpoint.ping"), secret="whsec_b2xk", endpoint_id=SECRET)


async def test_a_withdrawn_scan_names_what_it_withdraws(adapter: MailAllianceAdapter) -> None:
    body = told("tracking.revoked", event=scan(3, "delivered", "2026-03-02T08:59:00Z"), revoked_event_id="evt_3")
    (event,) = hook(adapter, body).events
    assert event.revoked and event.revokes == "evt_3" and event.id != "evt_3"


async def test_a_parcel_on_its_way_back_is_an_event_and_a_return(adapter: MailAllianceAdapter) -> None:
    data = {"return_id": "ret_1", "reason": "refused", "origin": "carrier", "returned_at": None}
    event = scan(4, "returning", "2026-03-02T08:00:00Z", reason="refused")
    notice = hook(adapter, told("return.in_transit", event=event, return_tracking_number="MAL1", **data))
    assert notice.events[0].opens_return and notice.returns[0].received_at is None
    notice = hook(adapter, told("return.in_transit", event=event, return_tracking_number="MAL7", **data))
    assert notice.events == () and notice.returns[0].number == "MAL7"


async def test_received_goods_need_a_date(adapter: MailAllianceAdapter) -> None:
    data = {"return_id": "ret_1", "return_tracking_number": "MAL7", "reason": "damaged"}
    notice = hook(adapter, told("return.received", returned_at="2026-03-02T08:00:00Z", **data))
    assert notice.returns[0].received_at == datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    with pytest.raises(Untrusted, match="returned_at"):
        hook(adapter, told("return.received", returned_at=None, **data))


async def test_a_cancelled_parcel_is_read_again_and_a_new_kind_is_nothing(adapter: MailAllianceAdapter) -> None:
    assert hook(adapter, told("parcel.cancelled")).read_again == ("par_1",)
    assert hook(adapter, {"type": "billing.closed", "timestamp": "2026-03-02T09:00:00Z", "data": []}).events == ()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "tracking.delivered", "timestamp": "yesterday", "data": {}},
        told("tracking.delivered"),
        told("tracking.delivered", event={"id": 3}),
        told("tracking.delivered", event=scan(3, "delivered", "0001-01-01T00:00:00+23:59")),
        told("return.created", tracking_number=None),
        told("return.created"),
    ],
)
async def test_a_signed_body_of_the_wrong_shape_is_untrusted(
    adapter: MailAllianceAdapter, body: dict[str, Any]
) -> None:
    with pytest.raises(Untrusted, match="webhook_shape"):
        hook(adapter, body)
