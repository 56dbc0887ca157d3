"""Tokens of both addresses, and what is answered without one. Wire contract: `postal_api_swiss` §1."""

import json
from base64 import b64encode

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from parcelproof.simulators.postal_api.swiss import CARRIER
from parcelproof.simulators.wire.call import Call
from parcelproof.simulators.wire.carrier import Refusal

from .conftest import FORM, LABEL, ORIGIN, TRACKING, Desk, new_tenants, recorded

CREDENTIALS = "grant_type=client_credentials&client_id=shop&client_secret=s"


@pytest.mark.parametrize(
    ("path", "scope"), [("/OAuth/token", "DCAPI_BARCODE_READ"), ("/WEDECOAuth/token", "WEDEC_BARCODE_READ")]
)
def test_a_token_comes_by_either_address_and_in_form_or_query(desk: Desk, path: str, scope: str) -> None:
    fields = f"{CREDENTIALS}&scope={scope}"
    by_form = desk.call("POST", path, fields.encode(), FORM)
    by_query = desk.call("POST", path, query=fields)
    for answer in (by_form, by_query):
        assert answer.status == 200, answer.body
        body = json.loads(answer.body)
        assert (body["token_type"], body["expires_in"]) == ("Bearer", 60)
        assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"  # with a blank, as recorded
        assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
        headers = {"Authorization": f"Bearer {body['access_token']}"}
        assert desk.call("POST", LABEL, json.dumps(recorded()).encode(), headers).status == 200


def test_libraries_send_the_client_as_basic(desk: Desk) -> None:
    fields = b"grant_type=client_credentials&scope=DCAPI_BARCODE_READ+MYSB_MAILPIECE_TRACKING_B2B_READ"
    for pair, status in ((b"shop:s", 200), (b"shop:other", 401), (b"shop", 401), (b"sh%6Fp:s", 200)):
        headers = {**FORM, "Authorization": f"Basic {b64encode(pair).decode()}"}
        assert desk.call("POST", "/OAuth/token", fields, headers).status == status, pair
    assert desk.call("POST", "/OAuth/token", fields, {**FORM, "Authorization": "Basic !"}).status == 401


def test_a_token_lives_for_sixty_seconds(desk: Desk) -> None:
    headers = desk.bearer()
    desk.advance(59_999)
    assert desk.call("POST", LABEL, json.dumps(recorded()).encode(), headers).status == 200
    desk.advance(1)
    answer = desk.call("POST", LABEL, json.dumps(recorded()).encode(), headers)
    assert (answer.status, answer.body) == (401, b"")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic c2hvcDpz"])
def test_without_a_token_the_answer_is_401_with_no_body(desk: Desk, header: str) -> None:
    answer = desk.call("POST", LABEL, b"{}", {"Authorization": header})
    assert (answer.status, answer.body) == (401, b"")


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ("grant_type=password&client_id=shop&client_secret=s&scope=DCAPI_BARCODE_READ", 400, "unsupported_grant_type"),
        (CREDENTIALS, 400, "invalid_scope"),
        (f"{CREDENTIALS}&scope=SOMETHING", 400, "invalid_scope"),
        ("grant_type=client_credentials&client_id=shop&scope=DCAPI_BARCODE_READ", 401, "invalid_client"),
    ],
)
def test_a_wrong_token_call_is_refused(desk: Desk, fields: str, status: int, error: str) -> None:
    answer = desk.call("POST", "/OAuth/token", fields.encode(), FORM)
    assert (answer.status, json.loads(answer.body)["error"]) == (status, error)


def test_a_second_secret_is_refused() -> None:
    tenants = new_tenants()
    assert Desk(tenants).sign_in().status == 200
    assert Desk(tenants, secret="other").sign_in().status == 401


def test_each_call_needs_its_scope(desk: Desk) -> None:
    labels_only = json.loads(desk.sign_in("DCAPI_BARCODE_READ").body)["access_token"]
    tracking_only = json.loads(desk.sign_in("MYSB_MAILPIECE_TRACKING_B2B_READ").body)["access_token"]
    body = json.dumps(recorded()).encode()
    code = json.loads(desk.call("POST", LABEL, body, {"Authorization": f"Bearer {labels_only}"}).body)["item"]
    detail = f"{TRACKING}/mailpieces/{code['identCode']}/detail"
    statuses = {
        (token[:4], path): desk.call(method, path, body, {"Authorization": f"Bearer {token}"}).status
        for token in (labels_only, tracking_only)
        for method, path in (("POST", LABEL), ("GET", detail))
    }
    assert statuses == {
        (labels_only[:4], LABEL): 200,
        (labels_only[:4], detail): 403,
        (tracking_only[:4], LABEL): 403,
        (tracking_only[:4], detail): 200,
    }


def test_the_gateway_can_ask_for_a_key_of_its_own(desk: Desk) -> None:
    desk.settle(require_subscription_key="on")
    answer = desk.call("POST", LABEL, json.dumps(recorded()).encode(), desk.bearer())
    assert (answer.status, answer.body) == (400, b"")
    headers = {**desk.bearer(), "Ocp-Apim-Subscription-Key": "k"}
    assert desk.call("POST", LABEL, json.dumps(recorded()).encode(), headers).status == 200


def test_both_bases_answer_and_doubled_slashes_too(desk: Desk) -> None:
    for path in (LABEL, f"/api{LABEL}", f"/{LABEL}", LABEL.replace("/v1/", "/v1//")):
        assert "item" in json.loads(desk.post(path, recorded()).body), path


def test_unknown_paths_and_methods_have_no_body(desk: Desk) -> None:
    assert [(desk.call(method, path).status, desk.call(method, path).body) for method, path in
            (("GET", "/nothing"), ("DELETE", LABEL))] == [(404, b""), (405, b"")]  # fmt: skip


def test_an_outage_is_an_empty_page_as_recorded(desk: Desk) -> None:
    call = Call("POST", "/OAuth/token", {}, CIMultiDictProxy(CIMultiDict()), b"", ORIGIN)
    answer = CARRIER.refuse(call, Refusal.UNAVAILABLE)
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (503, b"", "text/html; charset=UTF-8")


def test_a_snapshot_holds_consignments_numbers_and_tokens(desk: Desk) -> None:
    note = {"communication": {"email": "a@b.ch"}, "service": 1, "language": "DE", "deliveryInstructions": ["10"]}
    code = desk.made(item={"notification": [note], "recipient": {"labelAddress": {"labelLine": ["a", "b"]}}})[
        "identCode"
    ]
    before = desk.get(f"/parcelproof/v1/consignments/{code}")
    saved = desk.tenants.snapshot(desk.world)
    desk.made()
    desk.tenants.restore(desk.name, saved)
    assert desk.get(f"/parcelproof/v1/consignments/{code}") == before
    assert desk.made()["identCode"] == f"{code[:-1]}2"
