"""Whose call it is, and how paths are found. Wire contract: `courier_api` §3."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.iml.conftest import Desk


def basic(text: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(text.encode()).decode()}"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic /w=="},
        {"Authorization": "Bearer abc"},
        basic("nocolon"),
        basic(":s"),
        basic("shop:"),
        basic("x" * 256 + ":s"),
    ],
)
def test_a_call_without_a_login_is_refused_with_a_challenge(desk: Desk, headers: dict[str, str]) -> None:
    answer = desk.call("POST", "/json/GetStatuses", headers=headers)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert set(json.loads(answer.body)) == {"Message"}


def test_the_first_password_of_a_login_is_kept_and_any_other_refused(desk: Desk) -> None:
    assert desk.ask("/json/GetStatuses") == []
    assert desk.call("POST", "/json/GetStatuses", headers=basic("shop:other")).status == 401
    assert desk.call("POST", "/json/GetStatuses", headers=basic("shop:s")).status == 200
    assert desk.call("POST", "/json/GetStatuses", headers=basic("other:with:colons")).status == 200
    assert desk.tenants.find("other") is not desk.world


def test_each_login_sees_its_own_orders(desk: Desk) -> None:
    desk.made()
    answer = desk.call("POST", "/json/GetOrders", headers=basic("neighbour:x"))
    assert answer.body == b"[]"


def test_a_dictionary_needs_no_credentials_and_takes_no_wrong_ones(desk: Desk) -> None:
    assert desk.call("GET", "/region", headers={}).status == 200
    assert desk.call("GET", "/region", headers=basic("shop:s")).status == 200
    assert desk.call("GET", "/region", headers=basic("shop:wrong")).status == 401


@pytest.mark.parametrize(
    "path", ["/json/GetStatuses", "/Json/GetStatuses", "/GetStatuses", "/getstatuses/", "//Json/GetStatuses"]
)
def test_a_method_is_found_as_clients_spell_it(desk: Desk, path: str) -> None:
    assert desk.ask(path) == []


@pytest.mark.parametrize("path", ["/sd", "/list/sd", "/List/SD", "//sd"])
def test_a_dictionary_is_found_on_either_host(desk: Desk, path: str) -> None:
    assert desk.call("GET", path, headers={}).status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/json/CreateOrder", 405), ("POST", "/json/Nothing", 404), ("GET", "/", 404)]
)
def test_what_is_not_there_says_so(desk: Desk, method: str, path: str, status: int) -> None:
    answer = desk.call(method, path)
    assert (answer.status, set(json.loads(answer.body))) == (status, {"Message"})
