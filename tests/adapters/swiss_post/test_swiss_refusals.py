"""What Swiss Post says against a parcel, or warns of, and answers that are none."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.swiss_post import SwissPostAdapter
from parcelproof.reference.ports import LabelFormat, Parcel, Refused, Unavailable

from .answers import (
    KEY,
    LABEL,
    OWN,
    PDF,
    failed,
    made,
)
from .booking import book, offer


@pytest.mark.parametrize("at_root", [False, True])
@pytest.mark.parametrize("code", ["E2001", "E2010", "E1002", "E9998", "E9997", "E2011", "E2066"])
async def test_a_business_error_inside_200_is_told_with_the_carriers_code(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, code: str, at_root: bool
) -> None:
    wire.post(LABEL).mock(return_value=failed(code, "E2028", at_root=at_root))
    with pytest.raises(Refused) as refused:
        await book(adapter, parcel)
    assert (refused.value.code, refused.value.detail) == (code, f"{code}: {code} in words; E2028: E2028 in words")


async def test_a_number_not_unique_beside_another_error_is_that_other_error(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    wire.post(LABEL).mock(return_value=failed("E2016", "E2032"))
    with pytest.raises(Refused) as refused:
        await book(adapter, parcel)
    assert refused.value.code == "E2032"


@pytest.mark.parametrize("code", ["E9993", "E9994", "E9999"])
async def test_what_is_down_at_the_carrier_is_tried_again(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, code: str
) -> None:
    wire.post(LABEL).mock(return_value=failed(code))
    with pytest.raises(Unavailable) as raised:
        await book(adapter, parcel)
    assert raised.value.code == code


@pytest.mark.parametrize("label", [PDF, None], ids=["with-a-label", "without"])
async def test_warnings_keep_nobody_from_sending_and_are_told_each_once(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, label: bytes | None
) -> None:
    told = [{"code": "W2016", "message": "title left out"}, {"code": "W2005", "message": "x" * 400}]
    wire.post(LABEL).mock(return_value=made(label=label, warnings=told * 30))
    booked = await book(adapter, parcel)
    assert booked.number == OWN and booked.label is not None
    assert booked.warnings == ("W2016: title left out", f"W2005: {'x' * 293}")


FIELDS = [{"field": "item.recipient.zip", "error": "must not be null", "rejectedValue": None}]


@pytest.mark.parametrize(
    ("answer", "fault", "code"),
    [
        (httpx.Response(400), Refused, "http_400"),  # the gateway
        (httpx.Response(400, json=FIELDS), Refused, "invalid_request"),
        (httpx.Response(400, json={"errors": [{"code": "E2010", "message": "x"}]}), Refused, "E2010"),
        (httpx.Response(400, text="<html>"), Refused, "http_400"),
        (httpx.Response(403), Refused, "forbidden"),
        (httpx.Response(404, text="<html>"), Refused, "not_found"),
        (httpx.Response(415), Refused, "http_415"),
        (httpx.Response(429, headers={"Retry-After": "7"}), Unavailable, "quota_exceeded"),
        (httpx.Response(500, json={"error": "x"}), Unavailable, "carrier_down"),
        (httpx.Response(503), Unavailable, "carrier_down"),
        (httpx.Response(302, headers={"Location": "http://x"}), Unavailable, "redirected"),
        (httpx.Response(200), Unavailable, "empty_answer"),
        (httpx.Response(200, text='{"item": {"identCode": "99'), Unavailable, "unreadable_answer"),
        (httpx.Response(200, text="<html>"), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json=[]), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json={}), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json={"item": {"identCode": ""}}), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json={"item": {"identCode": "9" * 101}}), Unavailable, "unreadable_answer"),
        (httpx.ReadError("cut"), Unavailable, "connection"),
        (httpx.ConnectTimeout("slow"), Unavailable, "timeout"),
    ],
)
async def test_whatever_else_comes_is_a_fault_with_a_name(
    adapter: SwissPostAdapter,
    wire: respx.MockRouter,
    tokens: respx.Route,
    parcel: Parcel,
    answer: Any,
    fault: type[Exception],
    code: str,
) -> None:
    route = wire.post(LABEL)
    route.mock(return_value=answer) if isinstance(answer, httpx.Response) else route.mock(side_effect=answer)
    with pytest.raises(fault) as raised:
        await book(adapter, parcel)
    assert getattr(raised.value, "code", "") == code and route.call_count == 1
    if code == "quota_exceeded":
        assert getattr(raised.value, "retry_after_s", None) == 7.0
    if code == "invalid_request":
        assert "item.recipient.zip: must not be null, found null" in str(raised.value)


async def test_a_body_cut_short_is_no_answer(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    wire.post(LABEL).mock(return_value=httpx.Response(200, headers={"Content-Length": "500"}, stream=_Cut()))
    with pytest.raises(Unavailable) as raised:
        await book(adapter, parcel)
    assert raised.value.code == "connection"


class _Cut(httpx.AsyncByteStream):
    async def __aiter__(self) -> Any:
        yield b'{"item": '
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


async def test_a_service_of_nobodys_is_refused(
    adapter: SwissPostAdapter, wire: respx.MockRouter, parcel: Parcel
) -> None:
    quote = replace(await offer(adapter, parcel), service="GAS")
    with pytest.raises(Refused):
        await adapter.create(parcel, quote, format=LabelFormat.PDF)
    assert not wire.calls


async def test_a_booking_tells_no_more_later_and_has_no_way_back(
    adapter: SwissPostAdapter, wire: respx.MockRouter
) -> None:
    assert (await adapter.read(OWN)).number == OWN
    with pytest.raises(Refused, match="no_such_call"):
        await adapter.label(OWN, LabelFormat.PDF)
    with pytest.raises(Refused, match="no_such_call"):
        await adapter.cancel(OWN, KEY)
    assert not wire.calls
