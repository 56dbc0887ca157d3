"""Sessions in the body, errors inside 200, and answers that are none. Source: `courier_api` §4."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.pickpoint import PickPointAdapter
from parcelproof.reference.ports import CarrierFault, LabelFormat, Refused, Unavailable

from .answers import NUMBER, PDF, SESSION_OVER, state
from .conftest import Says, Sequenced, sent

TRACK = [state(101, "02.03.26 12:00")]
TEXT_OVER = "Error: Сессия не найдена".encode()


async def test_one_session_serves_many_calls(adapter: PickPointAdapter, says: Says, sessions: respx.Route) -> None:
    route = says("tracksending", TRACK)
    for _ in range(3):
        await adapter.track(NUMBER, NUMBER)
    assert sessions.call_count == 1
    assert sent(sessions) == {"Login": "apitest", "Password": "apitest"}
    assert [sent(route, at)["SessionId"] for at in range(3)] == ["s1", "s1", "s1"]


@pytest.mark.parametrize("over", [SESSION_OVER, {"ErrorCode": 1, "ErrorMessage": "Invalid SessionId"}])
async def test_a_session_that_ended_in_mid_flow_is_renewed_once(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, over: Any
) -> None:
    route = says("tracksending", Sequenced(over, TRACK))
    assert len((await adapter.track(NUMBER, NUMBER)).events) == 1
    assert (sessions.call_count, sent(route)["SessionId"]) == (2, "s2")


async def test_a_refusal_without_such_words_is_asked_again_when_the_session_is_old(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, clock: Any
) -> None:
    says("tracksending", TRACK)
    await adapter.track(NUMBER, NUMBER)
    says("tracksending", Sequenced({"ErrorCode": -7, "ErrorMessage": "Доступ запрещён"}, TRACK))
    clock.at += timedelta(minutes=5)
    assert len((await adapter.track(NUMBER, NUMBER)).events) == 1
    assert sessions.call_count == 2


async def test_a_refusal_under_a_young_session_stands(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route
) -> None:
    route = says("tracksending", {"ErrorCode": -7, "ErrorMessage": "Нет такого отправления"})
    with pytest.raises(Refused) as refused:
        await adapter.track(NUMBER, NUMBER)
    assert (refused.value.code, "Нет такого" in refused.value.detail) == ("-7", True)
    assert (sessions.call_count, route.call_count) == (1, 1)


async def test_sessions_that_always_end_are_not_asked_for_for_ever(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route
) -> None:
    says("tracksending", SESSION_OVER)
    with pytest.raises(Refused):
        await adapter.track(NUMBER, NUMBER)
    assert sessions.call_count == 2


async def test_the_text_of_an_ended_session_in_place_of_a_pdf_is_understood(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route
) -> None:
    says("makelabel", Sequenced(TEXT_OVER, PDF))
    label = await adapter.label(NUMBER, LabelFormat.PDF)
    assert label is not None
    assert (label.content, sessions.call_count) == (PDF, 2)


async def test_wrong_credentials_are_refused(adapter: PickPointAdapter, says: Says) -> None:
    route = says("login", {"SessionId": None, "ErrorCode": -2000, "ErrorMessage": "Неверный логин или пароль"})
    with pytest.raises(Refused) as refused:
        await adapter.track(NUMBER, NUMBER)
    assert (refused.value.code, route.call_count) == ("-2000", 1)


@pytest.mark.parametrize("said", [{"ErrorCode": 0}, {"SessionId": "", "ErrorCode": 0}])
async def test_a_login_without_a_session_is_none(adapter: PickPointAdapter, says: Says, said: Any) -> None:
    says("login", said)
    route = says("tracksending", TRACK)
    with pytest.raises(Unavailable):
        await adapter.track(NUMBER, NUMBER)
    assert not route.called


FAULTS: dict[str, tuple[Any, int, type[CarrierFault], str]] = {
    "time-out": (httpx.ReadTimeout, 200, Unavailable, "timeout"),
    "no connection": (httpx.ConnectError, 200, Unavailable, "connection"),
    "body cut short": (httpx.RemoteProtocolError, 200, Unavailable, "connection"),
    "429": (b"", 429, Unavailable, "quota_exceeded"),
    "502": (b"<html>", 502, Unavailable, "carrier_down"),
    "redirect": (b"", 302, Unavailable, "redirected"),
    "half a list": (b'[{"State": 101, "Chan', 200, Unavailable, "unreadable_answer"),
    "a page": (b"<html><body>", 200, Unavailable, "unreadable_answer"),
    "another shape": (b'[{"State": [], "ChangeDT": 5}]', 200, Unavailable, "unreadable_answer"),
    "no such time": ([state(101, "31.02.26 12:00")], 200, Unavailable, "unreadable_answer"),
    "404": (b"no such method", 404, Refused, "http_404"),
    "401": (b"", 401, Refused, "http_401"),
    "code and message": ({"ErrorCode": 5, "ErrorMessage": "нет"}, 200, Refused, "5"),
    "code and error": ({"ErrorCode": -1, "Error": "нет"}, 200, Refused, "-1"),
    "code as text": ({"ErrorCode": "7"}, 200, Refused, "7"),
    "error alone": ({"Error": "нет"}, 200, Refused, "error"),
    "text": (b"Error: no", 200, Refused, "error_text"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_goes_wrong_has_its_name(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, fault: str
) -> None:
    said, status, kind, code = FAULTS[fault]
    says("tracksending", said, status)
    with pytest.raises(kind) as raised:
        await adapter.track(NUMBER, NUMBER)
    assert raised.value.code == code


async def test_a_quota_says_when_to_come_again(
    adapter: PickPointAdapter, wire: respx.MockRouter, sessions: respx.Route
) -> None:
    wire.post("/tracksending").respond(429, headers={"Retry-After": "17"})
    with pytest.raises(Unavailable) as raised:
        await adapter.track(NUMBER, NUMBER)
    assert raised.value.retry_after_s == 17


@pytest.mark.parametrize("nothing", [b"", b"null", b"[]", b"  "])
async def test_nothing_is_an_empty_list(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, nothing: bytes
) -> None:
    says("tracksending", nothing)
    assert (await adapter.track(NUMBER, NUMBER)).events == ()


PAPERS: dict[str, tuple[bytes, type[CarrierFault], str]] = {
    "text": ("Error: отправление не найдено".encode(), Refused, "error_text"),
    "small letters": (b"error 5", Refused, "error_text"),
    "json": (b'{"ErrorCode": 3, "ErrorMessage": "x"}', Refused, "3"),
    "empty": (b"", Unavailable, "unreadable_answer"),
    "cut short": (PDF[:-8], Unavailable, "unreadable_answer"),
    "a picture": (b"\x89PNG", Unavailable, "unreadable_answer"),
    "a page with the end of one": (b"<html>%%EOF", Unavailable, "unreadable_answer"),
}


@pytest.mark.parametrize("paper", PAPERS)
async def test_what_is_no_pdf_is_no_label(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, paper: str
) -> None:
    body, kind, code = PAPERS[paper]
    says("makelabel", body)
    with pytest.raises(kind) as raised:
        await adapter.label(NUMBER, LabelFormat.PDF)
    assert raised.value.code == code


@pytest.mark.parametrize(("format", "method"), [(LabelFormat.PDF, "makelabel"), (LabelFormat.ZPL, "makezlabel")])
async def test_a_label_is_a_pdf_whatever_is_wanted(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, format: LabelFormat, method: str
) -> None:
    route = says(method, PDF)
    label = await adapter.label(NUMBER, format)
    assert label is not None
    assert (label.format, label.content) == (LabelFormat.PDF, PDF)
    assert sent(route)["Invoices"] == [NUMBER]
