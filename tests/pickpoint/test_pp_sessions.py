"""Sessions (`courier_api` §4): in the body of every call, errors in HTTP 200, paths in any letter case."""

import json

import pytest

from parcelproof.simulators.courier_api.pickpoint import CARRIER
from parcelproof.simulators.courier_api.pickpoint.session import TEST_IKN

from .conftest import HOUR_MS, Desk


def test_the_published_test_login_works_with_its_client_number(desk: Desk) -> None:
    desk.log_in("apitest", "apitest")
    row = {"EDTN": "7", "IKN": TEST_IKN, "Invoice": desk.invoice()}
    assert desk.ask("CreateShipment", Sendings=[row])["CreatedSendings"][0]["EDTN"] == "7"


@pytest.mark.parametrize(
    ("login", "password"), [("apitest", "x"), ("shop", "other"), ("shop", ""), ("", "s"), ("a" * 256, "s"), (1, 2)]
)
def test_a_wrong_login_is_told_in_an_answer_of_200(desk: Desk, login: object, password: object) -> None:
    found = desk.ask("login", Login=login, Password=password)
    assert (found["SessionId"], found["ErrorCode"]) == (None, 10)
    assert found["ErrorMessage"] == "Неверный логин или пароль"


@pytest.mark.parametrize("path", ["/api/LOGIN", "/apitest/Login", "/login", "//login", "/api//login", "/api/login/"])
def test_methods_are_found_in_any_letter_case_below_either_base(desk: Desk, path: str) -> None:
    answer = desk.call("POST", path, b'{"Login": "shop", "Password": "s"}')
    found = json.loads(answer.body)
    assert answer.status == 200 and found["ErrorMessage"] is None and found["ExpiresIn"] == 3600


def test_every_method_but_login_and_the_dictionaries_asks_for_a_session(desk: Desk) -> None:
    for route in CARRIER.routes:
        if route.operation == "login" or route.notes.get("open_to_all"):
            continue
        answer = desk.call(route.method, f"/api{route.template}", b'{"SessionId": "nobody\'s"}')
        if route.notes.get("gives") == "pdf":
            assert answer.body.startswith(b"Error: ") and answer.headers["Content-Type"].startswith("text/plain")
        else:
            assert json.loads(answer.body)["ErrorCode"] == 1, route.template
        assert answer.status == 200


def test_dictionaries_are_open_and_a_session_is_welcome(desk: Desk) -> None:
    assert len(desk.look("citylist")) >= 80 and len(desk.look("postamatlist")) >= 400
    assert {"Id": 3926841, "Name": "Борзые", "Owner_Id": 923, "RegionName": "Московская обл."} in desk.look("citylist")
    with_session = desk.call("GET", "/api/getstates", json.dumps({"SessionId": desk.session}).encode())
    assert json.loads(with_session.body) == desk.look("GETSTATES")


def test_a_session_ends_after_its_hour_and_by_logout(desk: Desk) -> None:
    number, world = desk.sending(), desk.world
    world.step(world.now_ms + HOUR_MS - 1)
    assert desk.states(number) == [101]
    world.step(world.now_ms + 1)
    assert desk.ask("tracksending", InvoiceNumber=number)["ErrorCode"] == 1
    desk.settings(pickpoint={"session_error": -2014})
    assert desk.ask("tracksending", InvoiceNumber=number)["ErrorCode"] == -2014
    desk.log_in()
    assert desk.ask("logout") == {"Success": True}
    assert desk.ask("tracksending", InvoiceNumber=number)["ErrorCode"] == -2014


def test_unknown_paths_and_methods_are_no_business_errors(desk: Desk) -> None:
    assert desk.call("POST", "/api/nosuch", b"{}").status == 404
    assert desk.call("GET", "/api/login").status == 405
    assert desk.call("POST", "/other/login", b"{}").status == 404
