"""Tokens of CDEK: three encodings, a JWT that decodes, refusals. Wire contract: `courier_api` §1.2."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from time import process_time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

GOOD = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=xx"}
TEST_ACCOUNT = "wqGwiQx0gg8mLtiEKsUinjVSICCjtTEP"
TEST_SECRET = "RmAmgvSgSl1yirlz9QupbzOJVqhCxcP5"


def form(fields: dict[str, str]) -> bytes:
    return "&".join(f"{key}={value}" for key, value in fields.items()).encode()


def multipart(fields: dict[str, str]) -> bytes:
    parts = [
        f'--xx\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items()
    ]
    return "".join([*parts, "--xx--\r\n"]).encode()


def claims(token: str) -> dict[str, Any]:
    head, payload, _ = token.split(".")
    assert json.loads(urlsafe_b64decode(head + "=="))["alg"] == "RS256"
    found: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "==="))
    return found


@pytest.mark.parametrize(
    ("query", "headers", "body"),
    [
        ("", FORM, form(GOOD)),
        ("parameters", FORM, form(GOOD)),
        (form(GOOD).decode(), {}, b""),
        ("parameters", MULTIPART, multipart(GOOD)),
    ],
    ids=["form", "form with ?parameters", "query", "multipart"],
)
def test_every_encoding_gives_a_token_that_opens_the_same_world(
    desk: Desk, query: str, headers: dict[str, str], body: bytes
) -> None:
    answer = desk.call("POST", "/v2/oauth/token", body, headers, query)
    found = json.loads(answer.body)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert {key: found[key] for key in ("token_type", "expires_in")} == {"token_type": "bearer", "expires_in": 3600}
    assert found["scope"] == "location:all order:all payment:all"
    decoded = claims(found["access_token"])
    assert decoded["client_id"] == "shop"
    assert decoded["jti"] == found["jti"]
    assert [tag.partition(":")[0] for tag in decoded["authorities"]] == [
        "shard-id",
        "client-city",
        "contract",
        "account-lang",
        "account-uuid",
        "api-version",
        "client-id-ec5",
        "contract-id",
        "contragent-uuid",
        "full-name",
    ]
    assert decoded["exp"] == desk.world.now_ms // 1000 + 3600
    desk.headers = {"Authorization": f"Bearer {found['access_token']}"}
    assert desk.ask("GET", "/webhooks") == (200, [])


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "other"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"client_id": "x" * 300}, 401, "invalid_client"),
        ({"client_id": TEST_ACCOUNT, "client_secret": "guess"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_bad_credentials_are_refused(desk: Desk, changes: dict[str, str], status: int, error: str) -> None:
    answer = desk.call("POST", "/v2/oauth/token", form({**GOOD, **changes}), FORM)
    assert answer.status == status
    assert json.loads(answer.body)["error"] == error
    assert json.loads(answer.body)["error_description"]


def test_the_published_test_account_is_known(desk: Desk) -> None:
    desk.log_in(TEST_ACCOUNT, TEST_SECRET)
    assert desk.ask("GET", "/webhooks") == (200, [])


@pytest.mark.parametrize("headers", [MULTIPART, {"Content-Type": "multipart/form-data"}, FORM, {}])
@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"--xx\r\n\r\n--xx--", b"--xx\r\nContent-Disposition: \xff\r\n\r\nv"]
)
def test_an_unreadable_token_body_is_a_refusal(desk: Desk, headers: dict[str, str], body: bytes) -> None:
    assert desk.call("POST", "/v2/oauth/token", body, headers).status in (400, 401)


@pytest.mark.parametrize(
    ("kind", "names", "line_end"),
    [
        ('multipart/form-data; boundary="x-x"', "name={}", "\r\n"),
        ("Multipart/Form-Data; charset=utf-8; Boundary=x-x", 'name="{}"', "\r\n"),
        ("multipart/form-data; boundary=x-x", 'filename=""; name="{}"', "\n"),
    ],
    ids=["as .NET writes it", "parameters in any order", "bare line feeds"],
)
def test_multipart_is_read_however_it_is_written(desk: Desk, kind: str, names: str, line_end: str) -> None:
    lines = []
    for key, value in GOOD.items():
        disposition = f"content-disposition: form-data; {names.format(key)}"
        lines += ["--x-x", "Content-Type: text/plain; charset=utf-8", disposition, "", value]
    body = line_end.join([*lines, "--x-x--", ""]).encode()
    assert desk.call("POST", "/v2/oauth/token", body, {"Content-Type": kind}).status == 200


NESTED = b"".join(
    b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (depth, depth + 1) for depth in range(5_000)
)
HOSTILE = {
    "parts in parts": ("boundary=b0", NESTED),
    "brackets in brackets": (
        "boundary=b0",
        b"--b0\r\nContent-Disposition: form-data; name=" + b"(" * 9_000 + b"\r\n\r\nv",
    ),
    "brackets in the header": ("charset=" + "(" * 900 + "; boundary=b0", b"--b0\r\n\r\n--b0--"),
    "very many parts": ("boundary=b", b"--b\r\n\r\n\r\n" * 70_000),
    "one head over and over": ("boundary=b", b"--b\r\n" + b"Content-Disposition: ;" * 45_000),
}


@pytest.mark.parametrize(("parameters", "body"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_multipart_body_is_a_refusal_and_costs_little(desk: Desk, parameters: str, body: bytes) -> None:
    began_s = process_time()
    answer = desk.call("POST", "/v2/oauth/token", body, {"Content-Type": f"multipart/form-data; {parameters}"})
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "unsupported_grant_type")
    assert process_time() - began_s < 1


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer nonsense", "Basic c2hvcDpz", "bearer a.b.c"])
def test_a_call_without_a_good_token_is_unauthorized(desk: Desk, shown: str) -> None:
    answer = desk.call("GET", "/v2/webhooks", headers={"Authorization": shown})
    assert (answer.status, json.loads(answer.body)["errors"][0]["code"]) == (401, "unauthorized")


def test_a_token_expires_with_the_tenants_clock_and_a_new_one_leaves_the_old_valid(desk: Desk) -> None:
    old = dict(desk.headers)
    desk.world.step(desk.world.now_ms + 3_599_000)
    desk.log_in()
    new = dict(desk.headers)
    desk.headers = old
    assert desk.ask("GET", "/webhooks")[0] == 200
    desk.world.step(desk.world.now_ms + 1_000)
    status, body = desk.ask("GET", "/webhooks")
    assert (status, body["errors"][0]["code"]) == (401, "v2_token_expired")
    desk.headers = new
    assert desk.ask("GET", "/webhooks")[0] == 200


def test_a_tenant_may_shorten_the_life_of_tokens(desk: Desk) -> None:
    desk.settings(cdek={"token_lifetime_s": 60})
    assert claims(desk.log_in())["exp"] == desk.world.now_ms // 1000 + 60
