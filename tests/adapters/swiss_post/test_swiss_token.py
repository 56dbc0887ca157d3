"""Tokens: asked for once for both scopes, kept five seconds short of their life, renewed once, refused."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import respx

from parcelproof.reference.adapters.swiss_post import SwissPostAdapter
from parcelproof.reference.ports import LabelFormat, Parcel, Refused, Unavailable

from .answers import LABEL, OWN, PIECES, TOKEN, Clock, made, story, token

EVENTS = f"{PIECES}/{OWN}/events/"


def bearers(route: respx.Route) -> list[str]:
    return [call.request.headers["authorization"] for call in route.calls]


async def test_a_token_is_asked_for_by_form_and_kept_until_five_seconds_before_its_end(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, clock: Clock
) -> None:
    read = wire.get(EVENTS).mock(return_value=story())
    await adapter.track(OWN, OWN)
    clock.at += timedelta(seconds=54)
    await adapter.track(OWN, OWN)
    clock.at += timedelta(seconds=1)
    await adapter.track(OWN, OWN)
    assert bearers(read) == ["Bearer t1", "Bearer t1", "Bearer t2"]
    assert tokens.calls[0].request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(tokens.calls[0].request.content.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["shop"],
        "client_secret": ["s3cret"],
        "scope": ["DCAPI_BARCODE_READ MYSB_MAILPIECE_TRACKING_B2B_READ"],
    }


@pytest.mark.parametrize(
    ("life", "kept_s"),
    [
        (300, 294),
        ("300", 294),
        (300.0, 294),
        (None, 54),
        ("soon", 54),
        ("nan", 54),
        (10**12, 86_394),
        (float("1e308"), 86_394),
    ],
)
async def test_a_token_lives_as_long_as_it_says(
    adapter: SwissPostAdapter, wire: respx.MockRouter, clock: Clock, life: Any, kept_s: int
) -> None:
    wire.get(EVENTS).mock(return_value=story())
    asked = wire.post(TOKEN).mock(return_value=token(1, expires_in=life))
    await adapter.track(OWN, OWN)
    clock.at += timedelta(seconds=kept_s)
    await adapter.track(OWN, OWN)
    assert asked.call_count == 1
    clock.at += timedelta(seconds=2)
    await adapter.track(OWN, OWN)
    assert asked.call_count == 2


@pytest.mark.parametrize("life", [5, 0, -60])
async def test_a_token_that_is_over_at_once_is_used_once(
    adapter: SwissPostAdapter, wire: respx.MockRouter, life: int
) -> None:
    wire.get(EVENTS).mock(return_value=story())
    asked = wire.post(TOKEN).mock(return_value=token(1, expires_in=life))
    await adapter.track(OWN, OWN)
    await adapter.track(OWN, OWN)
    assert asked.call_count == 2


async def test_a_token_that_ended_in_mid_flow_is_renewed_once_and_the_parcel_made_once(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    """The clock here is slow: the carrier's sixty seconds are over, ours are not."""
    wire.get(EVENTS).mock(return_value=story())
    await adapter.track(OWN, OWN)
    booked = wire.post(LABEL).mock(side_effect=[httpx.Response(401), made()])
    (quote, _) = await adapter.quote(parcel)
    assert (await adapter.create(parcel, quote, format=LabelFormat.PDF)).number == OWN
    assert bearers(booked) == ["Bearer t1", "Bearer t2"]
    assert booked.calls[0].request.content == booked.calls[1].request.content


async def test_a_second_401_is_not_repeated_for_ever(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route
) -> None:
    read = wire.get(EVENTS).respond(401)
    with pytest.raises(Unavailable, match="unauthenticated"):
        await adapter.track(OWN, OWN)
    assert (read.call_count, tokens.call_count) == (2, 2)


@pytest.mark.parametrize(
    ("answer", "fault", "code"),
    [
        (
            httpx.Response(401, json={"error": "invalid_client", "error_description": "No"}),
            Refused,
            "invalid_client",
        ),
        (httpx.Response(400, json={"error": "invalid_scope"}), Refused, "invalid_scope"),
        (httpx.Response(401), Refused, "unauthorized"),
        (httpx.Response(403, text="<html>"), Refused, "http_403"),
        (httpx.Response(503, headers={"content-type": "text/html"}), Unavailable, "carrier_down"),  # as recorded
        (httpx.Response(429, headers={"Retry-After": "9"}), Unavailable, "quota_exceeded"),
        (httpx.Response(200), Unavailable, "empty_answer"),
        (httpx.Response(200, json={"token_type": "Bearer"}), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json={"access_token": ""}), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json={"access_token": "a b"}), Unavailable, "unreadable_answer"),
        (httpx.Response(200, text='{"access_tok'), Unavailable, "unreadable_answer"),
        (httpx.ConnectTimeout("slow"), Unavailable, "timeout"),
    ],
)
async def test_no_token_is_a_fault_with_a_name_and_nothing_is_asked(
    adapter: SwissPostAdapter, wire: respx.MockRouter, answer: Any, fault: type[Exception], code: str
) -> None:
    read = wire.get(EVENTS).mock(return_value=story())
    route = wire.post(TOKEN)
    route.mock(return_value=answer) if isinstance(answer, httpx.Response) else route.mock(side_effect=answer)
    with pytest.raises(fault) as raised:
        await adapter.track(OWN, OWN)
    assert getattr(raised.value, "code", "") == code and not read.called
