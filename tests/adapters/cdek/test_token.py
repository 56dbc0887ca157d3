"""Tokens: kept, renewed once, refused."""

from datetime import timedelta

import httpx
import pytest
import respx

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.ports import (
    Refused,
    Unavailable,
)

from .answers import NUMBER, Clock, errors, order, shown


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
