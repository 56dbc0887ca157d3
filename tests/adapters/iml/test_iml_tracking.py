"""Following orders at IML: two axes that disagree for a while (CF-33), snapshots as events, labels, what is absent."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.iml import ImlAdapter
from parcelproof.reference.domain.statuses import picture
from parcelproof.reference.ports import (
    CarrierEvent,
    LabelFormat,
    ReadsMany,
    Refused,
    Registry,
    Tracking,
    Unavailable,
    Unsupported,
    Untrusted,
)

from .answers import BARCODE, OTHER, form, piece, refusal, rows, status

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def read(adapter: ImlAdapter, wire: respx.MockRouter, **changes: Any) -> Tracking:
    wire.post("/GetStatuses").mock(return_value=rows(status(**changes)))
    return await adapter.track(BARCODE, BARCODE)


async def test_a_present_state_is_one_event(adapter: ImlAdapter, wire: respx.MockRouter) -> None:
    found = await read(adapter, wire, State=10, StateDescription="На ПВЗ", LocationCode="M1", ReturnStatus=0)
    (event,) = found.events
    assert (found.number, event.number, event.carrier) == (BARCODE, BARCODE, "iml")
    assert (event.code, event.status, event.text, event.place) == ("10/0", "ready_for_pickup", "На ПВЗ", "M1")
    assert (event.occurred_at, event.reason) == (AT, "")
    assert (await read(adapter, wire, ReturnStatus=5)).events[0].reason == "5"
    assert form(wire.calls[0].request) == {"BarCode": BARCODE}


async def test_the_same_state_has_the_same_id_and_another_one_another(
    adapter: ImlAdapter, wire: respx.MockRouter
) -> None:
    readings: list[dict[str, Any]] = [
        {},
        {"StateDescription": "!"},
        {"State": 1},
        {"StatusDate": "2026-03-02T12:00:01"},
    ]
    ids = [(await read(adapter, wire, **changes)).events[0].id for changes in readings]
    assert ids[0] == ids[1] and len(set(ids)) == 3


async def test_goods_that_are_back_are_a_return(adapter: ImlAdapter, wire: respx.MockRouter) -> None:
    """Under the parcel's own number; on the way nothing is said yet, since a refusal can be corrected."""
    refused = {"State": 6, "OrderStatus": 3, "OrderStatusDescription": "Отказ"}
    assert (await read(adapter, wire, **refused)).returns == ()
    (back,) = (await read(adapter, wire, **{**refused, "State": 13})).returns
    assert (back.number, back.direct_number, back.reason, back.received_at) == (BARCODE, BARCODE, "Отказ", AT)
    assert (await read(adapter, wire, State=13, OrderStatus=1)).returns == ()


async def test_the_vector_of_the_contract_is_walked(adapter: ImlAdapter, wire: respx.MockRouter) -> None:
    """statuses §3a, vector 4: every snapshot is kept, and the picture after each is the contract's."""
    kept: dict[str, CarrierEvent] = {}
    seen = []
    for minute, (state, outcome) in enumerate(
        [(999, 0), (1, 0), (2, 0), (1, 0), (10, 0), (6, 1), (6, 2), (1, 2), (13, 2)]
    ):
        at = f"2026-03-02T12:{minute:02}:00"
        found = await read(adapter, wire, State=state, OrderStatus=outcome, StatusDate=at)
        kept |= {event.id: event for event in found.events}
        seen.append(str(picture(BARCODE, kept.values()).status))
    assert seen == [
        *("announced", "accepted", "out_for_delivery", "in_transit", "ready_for_pickup"),
        *("held", "returning", "returning", "returned"),
    ]


async def test_axes_that_disagree_are_settled_by_a_later_reading(adapter: ImlAdapter, wire: respx.MockRouter) -> None:
    held = (await read(adapter, wire, State=3, OrderStatus=2)).events[0]
    later = (await read(adapter, wire, State=3, OrderStatus=1, StatusDate="2026-03-02T13:00:00")).events[0]
    assert (held.status, later.status) == ("held", "delivered")
    assert not held.opens_return and picture(BARCODE, [held, later]).status == "delivered"


@pytest.mark.parametrize(("state", "outcome"), [(4, 0), (1, 9), ("x", 0), ("", "")])
async def test_a_code_that_is_not_known_stays_itself(
    adapter: ImlAdapter, wire: respx.MockRouter, state: object, outcome: object
) -> None:
    (event,) = (await read(adapter, wire, State=state, OrderStatus=outcome)).events
    assert (event.status, event.code) == ("unknown", f"{state}/{outcome}")


async def test_codes_and_bar_codes_may_be_numbers_or_text(adapter: ImlAdapter, wire: respx.MockRouter) -> None:
    one = await read(adapter, wire, State="3", OrderStatus="1")
    other = await read(adapter, wire, State=3, OrderStatus=1, BarCode=int(BARCODE))
    assert one == other and one.events[0].status == "delivered" and one.events[0].to_addressee


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-03-02T12:00:00", AT),
        ("2026-03-02T12:00:00.000", AT),
        ("2026-03-02T09:00:00Z", AT),
        ("2026-03-02T11:00:00+02:00", AT),
        ("02.03.2026 12:00:00", AT),
        ("02.03.2026 12:00", AT),
        ("2.3.2026", datetime(2026, 3, 1, 21, 0, tzinfo=UTC)),
    ],
)
async def test_a_moment_without_an_offset_is_moscows(
    adapter: ImlAdapter, wire: respx.MockRouter, written: str, at: datetime
) -> None:
    assert (await read(adapter, wire, StatusDate=written)).events[0].occurred_at == at


@pytest.mark.parametrize("written", ["", "soon", "31.02.2026", "0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00"])
async def test_a_state_without_a_moment_is_no_usable_answer(
    adapter: ImlAdapter, wire: respx.MockRouter, written: str
) -> None:
    with pytest.raises(Unavailable):
        await read(adapter, wire, StatusDate=written)


async def test_a_partial_delivery_counts_the_pieces_that_were_taken(
    adapter: ImlAdapter, wire: respx.MockRouter
) -> None:
    details = [piece("MUG-01"), piece("MUG-01", cancel=True), piece("LMP-07", returnCode="12"), piece("", quantity=2)]
    found = await read(adapter, wire, State=3, OrderStatus=1, Details=details)
    assert found.events[0].partial and found.delivered_by_sku == {"MUG-01": 1, "LMP-07": 0}
    charge = [piece("MUG-01"), piece("", cancel=True)]  # the charge for delivery, which was not paid
    assert not (await read(adapter, wire, State=3, OrderStatus=1, Details=charge)).events[0].partial
    whole = await read(adapter, wire, State=13, OrderStatus=1, Details=[piece("MUG-01", quantity="2", cancel="false")])
    assert not whole.events[0].partial and whole.delivered_by_sku == {"MUG-01": 2}
    assert (await read(adapter, wire, State=6, OrderStatus=2, Details=details)).delivered_by_sku == {}


async def test_many_are_read_in_one_call_and_one_bad_row_spoils_no_other(
    adapter: ImlAdapter, wire: respx.MockRouter
) -> None:
    assert isinstance(adapter, ReadsMany)
    third = "4606203090039"
    answer = [status(State=2), {"BarCode": OTHER}, status(BarCode=third, StatusDate="never"), status(BarCode="999")]
    wire.post("/GetStatuses").mock(return_value=rows(*answer))
    found = await adapter.track_many([(BARCODE, BARCODE), (OTHER, OTHER), (third, third)])
    assert list(found) == [BARCODE] and found[BARCODE].events[0].status == "out_for_delivery"
    assert form(wire.calls[0].request) == {"BarCode": f"{BARCODE}|{OTHER}|{third}"}
    assert await adapter.track_many([]) == {}


@pytest.mark.parametrize("answer", [rows(), rows(status(BarCode=OTHER))])
async def test_an_order_that_it_does_not_tell_of_is_not_found(
    adapter: ImlAdapter, wire: respx.MockRouter, answer: httpx.Response
) -> None:
    wire.post("/GetStatuses").mock(return_value=answer)
    with pytest.raises(Refused) as refused:
        await adapter.track(BARCODE, BARCODE)
    assert refused.value.code == "not_found"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(429, headers={"Retry-After": "30"}), "quota_exceeded"),
        (httpx.Response(502, text="<html>"), "carrier_down"),
        (httpx.Response(200), "empty_answer"),
        (httpx.Response(200, text='[{"BarCode": "46'), "unreadable_answer"),
        (httpx.Response(200, text="null"), "unreadable_answer"),
    ],
)
async def test_a_poll_without_a_usable_answer_comes_again(
    adapter: ImlAdapter, wire: respx.MockRouter, answer: httpx.Response, code: str
) -> None:
    wire.post("/GetStatuses").mock(return_value=answer)
    for call in (adapter.track(BARCODE, BARCODE), adapter.track_many([(BARCODE, BARCODE)])):
        with pytest.raises(Unavailable) as raised:
            await call
        assert raised.value.code == code


async def test_a_refusal_of_a_poll_is_the_carriers(adapter: ImlAdapter, wire: respx.MockRouter) -> None:
    wire.post("/GetStatuses").mock(return_value=refusal(2, "Нет прав"))
    with pytest.raises(Refused) as refused:
        await adapter.track(BARCODE, BARCODE)
    assert refused.value.code == "2"


# -- labels


async def test_a_label_is_read_at_our_own_address(adapter: ImlAdapter, wire: respx.MockRouter) -> None:
    route = wire.get("/PrintBar", params={"Barcode": BARCODE}).mock(
        return_value=httpx.Response(200, content=b"%PDF-1.4 x")
    )
    label = await adapter.label(BARCODE, LabelFormat.ZPL)
    assert label is not None and (label.format, label.content) == (LabelFormat.PDF, b"%PDF-1.4 x")
    assert route.calls[0].request.headers["Authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    "answer", [httpx.Response(200), httpx.Response(200, json={"Url": "http://elsewhere.example/x.pdf"})]
)
async def test_a_label_that_is_not_ready_is_none_however_often_it_is_asked_for(
    adapter: ImlAdapter, wire: respx.MockRouter, answer: httpx.Response
) -> None:
    wire.get("/PrintBar").mock(return_value=answer)
    assert [await adapter.label(BARCODE, LabelFormat.PDF) for _ in range(5)] == [None] * 5
    assert {call.request.url.host for call in wire.calls} == {"iml.example"}  # no link is followed


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (httpx.Response(200, text="<html>"), Unavailable),
        (httpx.Response(200, content=b"\x89PNG"), Unavailable),
        (httpx.Response(503), Unavailable),
        (httpx.Response(401), Refused),
        (refusal(9, "Штрих-код не найден"), Refused),
    ],
)
async def test_what_is_no_label_is_a_fault(
    adapter: ImlAdapter, wire: respx.MockRouter, answer: httpx.Response, fault: type[Exception]
) -> None:
    wire.get("/PrintBar").mock(return_value=answer)
    with pytest.raises(fault):
        await adapter.label(BARCODE, LabelFormat.PDF)


# -- what IML does not have


async def test_what_is_not_known_of_it_is_said_and_nothing_is_sent(adapter: ImlAdapter, wire: respx.MockRouter) -> None:
    with pytest.raises(Refused):
        await adapter.cancel(BARCODE, "k")
    for call in (
        adapter.changes(""),
        adapter.create_return(BARCODE, key="k", reason="", items={}),
        adapter.subscribe("http://127.0.0.1:9/x", "k"),
        adapter.registries(date(2026, 3, 2)),
        adapter.complete(Registry(normal={})),
    ):
        with pytest.raises(Unsupported):
            await call
    with pytest.raises(Untrusted):
        adapter.verify({}, b"{}", {}, AT)
    assert not wire.calls
