"""Whose call it is, how paths are found, what stands in front. Wire contract: `postal_api_russia` §1.2 to §1.4."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from parcelproof.simulators.postal_api.russia import POST
from parcelproof.simulators.wire import bad_days
from parcelproof.simulators.wire.carrier import Refusal

if TYPE_CHECKING:
    from tests.russia.otpravka.conftest import Desk

DAY_MS = 86_400_000
GOOD = "Basic " + b64encode(b"shop@example.org:secret").decode()


@pytest.mark.parametrize(
    ("token", "key", "status"),
    [
        (None, GOOD, 401),
        ("AccessToken", GOOD, 401),
        ("Bearer token-1", GOOD, 401),
        ("AccessToken token-1", None, 401),
        ("AccessToken token-1", "Basic !!!", 401),
        ("AccessToken token-1", "Basic " + b64encode(b"nocolon").decode(), 401),
        ("AccessToken token-1", "Basic " + b64encode(b"shop@example.org:other").decode(), 403),
        ("AccessToken " + "x" * 1001, GOOD, 401),
    ],
)
def test_a_call_without_both_headers_is_refused(desk: Desk, token: str | None, key: str | None, status: int) -> None:
    desk.ask("GET", "/1.0/settings/limit")
    headers = {name: value for name, value in (("Authorization", token), ("X-User-Authorization", key)) if value}
    answer = desk.call("GET", "/1.0/settings/limit", headers=headers)
    assert answer.status == status
    assert {"code", "desc", "message"} == set(json.loads(answer.body))


def test_the_scheme_may_be_spelled_in_any_case(desk: Desk) -> None:
    headers = {"authorization": "accesstoken token-1", "x-user-authorization": GOOD.replace("Basic", "basic")}
    assert desk.call("GET", "/1.0/settings/limit", headers=headers).status == 200


def test_tokens_see_their_own_orders_only(desk: Desk) -> None:
    order_id = desk.made()
    desk.token = "token-2"
    desk.ask("GET", f"/1.0/backlog/{order_id}", status=404)


@pytest.mark.parametrize("path", ["//1.0/settings/limit", "/1.0/settings/limit/", "/1.0//settings/limit"])
def test_slashes_too_many_are_none(desk: Desk, path: str) -> None:
    assert desk.ask("GET", path)["allowed-count"] == 1000


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/1.0/long-term-archive/shipment"),
        ("GET", "/1.0/archive/long-term-search"),
        ("GET", "/1.0/counter"),
        ("POST", "/1.0/clean/fio"),
        ("GET", "/1.0/shipment"),  # what a client sends, with a body, to delete from a batch
        ("DELETE", "/1.0/settings"),
        ("GET", "/nowhere"),
    ],
)
def test_paths_that_nobody_knows_are_refused_by_the_gateway(desk: Desk, method: str, path: str) -> None:
    found = desk.ask(method, path, status=407)
    assert found == {"status": "ERROR", "message": "Error namespace or mask or method not found"}


def test_paths_of_our_own_are_refused_in_our_own_shape(desk: Desk) -> None:
    answer = desk.call("GET", "/parcelproof/v1/nothing")
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert desk.call("PUT", "/parcelproof/v1/number-ranges").status == 405


def test_the_days_calls_are_counted_with_the_one_that_asks(desk: Desk) -> None:
    assert desk.ask("GET", "/1.0/settings/limit") == {"allowed-count": 1000, "current-count": 1}
    desk.ask("GET", "/1.0/batch")
    assert desk.ask("GET", "/1.0/settings/limit")["current-count"] == 3
    desk.advance(DAY_MS)
    assert desk.ask("GET", "/1.0/settings/limit")["current-count"] == 1


@pytest.mark.parametrize("status", [429, 406])
def test_a_call_beyond_the_limit_is_refused_and_does_nothing(desk: Desk, status: int) -> None:
    desk.made()
    desk.settings(daily_limit=2, quota_status=status)
    desk.ask("GET", "/1.0/settings/limit")
    found = desk.ask("PUT", "/1.0/user/backlog", [desk.order()], status=status)
    assert set(found) == {"status", "message"} and found["status"] == "ERROR"
    desk.settings(daily_limit=100)
    assert len(desk.ask("GET", "/1.0/backlog/search", query="query=A-1")) == 1
    desk.settings(daily_limit=2)
    desk.advance(DAY_MS)
    desk.ask("GET", "/1.0/settings/limit")


def test_the_bad_days_do_what_they_say(desk: Desk) -> None:
    order_id = desk.made()
    known = {POST.name: POST}
    bad_days.begin(desk.world, known, "daily-quota-spent", POST.name)
    desk.ask("GET", "/1.0/batch", status=429)
    bad_days.end(desk.world, "daily-quota-spent")
    bad_days.begin(desk.world, known, "number-range-exhausted", POST.name)
    assert desk.codes() == ["BARCODE_ERROR"]
    bad_days.end(desk.world, "number-range-exhausted")
    name = desk.batched(order_id)
    bad_days.begin(desk.world, known, "balance-of-nothing", POST.name)
    assert desk.ask("POST", f"/1.0/batch/{name}/checkin")["error-code"] == "OFFLINE_BALANCE_FORBIDDEN"
    bad_days.end(desk.world, "balance-of-nothing")
    bad_days.begin(desk.world, known, "mail-of-the-list-fails", POST.name)
    assert desk.ask("POST", f"/1.0/batch/{name}/checkin") == {"f103-sent": False}


def test_files_are_refused_to_a_client_of_json_only_where_the_gateway_is_strict(desk: Desk) -> None:
    headers = desk.headers(Accept="application/json;charset=UTF-8")
    assert desk.call("GET", "/1.0/forms/1/f103pdf", headers=headers).status != 406
    desk.settings(accept_header="strict")
    answer = desk.call("GET", "/1.0/settings/limit", headers=headers)
    assert answer.status == 200, "JSON is what it takes"


@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_of_the_server_has_a_shape(desk: Desk, refusal: Refusal) -> None:
    from multidict import CIMultiDict, CIMultiDictProxy

    from parcelproof.simulators.wire.call import Call

    for path in ("/1.0/batch", "/parcelproof/v1/offers"):
        call = Call("GET", path, {}, CIMultiDictProxy(CIMultiDict()), b"", "http://x")
        call.notes.update({"allowed": ["PUT"], "limit_bytes": 10})
        answer = POST.refuse(call, refusal)
        assert answer.status >= 400 and isinstance(json.loads(answer.body), dict)
