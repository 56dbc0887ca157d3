"""Credentials, environments, scopes and tokens (Part 3)."""

from base64 import b64encode
from typing import Any

import pytest

HOUR = 3_600_000
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_a_key_opens_its_tenant_and_time_is_the_tenants(desk: Any) -> None:
    assert desk.get("/v1/time").json["now"] == "2026-03-02T09:00:00.000Z"
    desk.advance(HOUR + 1)
    assert desk.get("/v1/time").json["now"] == "2026-03-02T10:00:00.001Z"


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"X-Api-Key": "shop"},
        {"X-Api-Key": "mak_test_"},
        {"X-Api-Key": "mak_prod_shop"},
        {"X-Api-Key": "mak_test_" + "x" * 65},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer nobody's"},
        {"Authorization": "Basic c2hvcDpzM2NyZXQ="},
        {"Authorization": "mak_test_shop"},
    ],
)
def test_no_or_a_bad_credential_is_401_with_a_challenge(desk: Any, credential: dict[str, str]) -> None:
    reply = desk.get("/v1/time", credential=credential)
    assert (reply.status, reply.problem) == (401, "unauthenticated")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer realm=")
    assert "RateLimit-Policy" in reply.headers


def test_two_credentials_at_once_are_400(desk: Any) -> None:
    token = desk.token().json["access_token"]
    both = {"X-Api-Key": "mak_test_shop", "Authorization": f"Bearer {token}"}
    reply = desk.get("/v1/time", credential=both)
    assert (reply.status, reply.problem) == (400, "malformed")


def test_a_token_works_for_an_hour_of_the_tenants_clock(desk: Any) -> None:
    reply = desk.token()
    assert reply.status == 200 and reply.headers["Cache-Control"] == "no-store"
    assert (reply.json["token_type"], reply.json["expires_in"]) == ("Bearer", 3600)
    assert set(reply.json["scope"].split()) >= {"parcels:write", "webhooks:manage"}
    bearer = {"Authorization": f"Bearer {reply.json['access_token']}"}
    desk.advance(HOUR - 1)
    assert desk.get("/v1/parcels", credential=bearer).status == 200
    desk.advance(1)
    late = desk.get("/v1/parcels", credential=bearer)
    assert (late.status, late.problem) == (401, "unauthenticated")
    assert 'error="invalid_token"' in late.headers["WWW-Authenticate"] and "expired" in late.json["detail"]


def test_the_same_name_by_token_and_by_key_is_one_world(desk: Any) -> None:
    bearer = {"Authorization": f"Bearer {desk.token().json['access_token']}"}
    parcel = desk.book()
    assert desk.get(f"/v1/parcels/{parcel['id']}", credential=bearer).status == 200


def test_a_token_may_do_what_its_scopes_say(desk: Any) -> None:
    bearer = {"Authorization": f"Bearer {desk.token(scope='parcels:read tracking:read').json['access_token']}"}
    assert desk.get("/v1/parcels", credential=bearer).status == 200
    reply = desk.post("/v1/parcels", desk.order(), credential=bearer)
    assert (reply.status, reply.problem, reply.json["required_scope"]) == (403, "forbidden", "parcels:write")
    assert desk.get("/v1/parcels").json["data"] == []


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "another"}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "parcels:read parcels:eat"}, 400, "invalid_scope"),
        ({"environment": "mars"}, 400, "invalid_request"),
    ],
)
def test_token_errors_have_the_shape_of_oauth(desk: Any, form: dict[str, str], status: int, error: str) -> None:
    assert desk.token().status == 200  # the first secret seen is the client's
    reply = desk.token(**form)
    assert (reply.status, reply.json["error"]) == (status, error)
    assert reply.headers["Content-Type"] == "application/json" and reply.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{}", {"Content-Type": "application/json"}),
        (b"", FORM),
        (b"grant_type=client_credentials&grant_type=x&client_id=shop&client_secret=s", FORM),
        (b"\xff\xfe=1&client_id=%ff", FORM),
        (b"client_id=shop&client_secret=s3cret", FORM),
        (b"&".join(b"a%d=1" % n for n in range(80)), FORM),
        (b"client_secret=s3cret", {**FORM, "Authorization": "Basic " + b64encode(b"shop:s3cret").decode()}),
    ],
)
def test_a_token_request_of_another_form_is_refused(desk: Any, body: bytes, headers: dict[str, str]) -> None:
    reply = desk.send("POST", "/oauth/token", body, headers, {})
    assert reply.status in (400, 401)
    assert reply.json["error"] in ("invalid_request", "invalid_client")


@pytest.mark.parametrize("header", ["Basic !!!", "Basic c2hvcA==", "Digest x", "Basic /w=="])
def test_a_client_can_show_itself_by_basic_but_only_rightly(desk: Any, header: str) -> None:
    good = {**FORM, "Authorization": "Basic " + b64encode(b"shop:s3cret").decode()}
    assert desk.send("POST", "/oauth/token", b"grant_type=client_credentials", good, {}).status == 200
    reply = desk.send("POST", "/oauth/token", b"grant_type=client_credentials", {**FORM, "Authorization": header}, {})
    assert (reply.status, reply.json["error"]) == (401, "invalid_client")
    assert reply.headers["WWW-Authenticate"].startswith("Basic")


def test_test_and_live_see_separate_data_and_the_other_ones_object_is_403(desk: Any) -> None:
    live = {"X-Api-Key": "mak_live_shop"}
    parcel = desk.book()
    assert parcel["livemode"] is False
    assert desk.get("/v1/parcels", credential=live).json["data"] == []
    for path in ("", "/label", "/tracking"):
        reply = desk.get(f"/v1/parcels/{parcel['id']}{path}", credential=live)
        assert (reply.status, reply.problem) == (403, "forbidden")
    other = desk.get(f"/v1/tracking/{parcel['tracking_number']}", credential=live)
    assert (other.status, other.problem) == (403, "forbidden")
    event = desk.get("/v1/events").json["data"][0]
    assert desk.get(f"/v1/events/{event['id']}", credential=live).status == 403
    made = desk.post("/v1/parcels", desk.order(), credential=live)
    assert made.status == 201 and made.json["livemode"] is True


def test_a_live_token_is_asked_for_by_environment(desk: Any) -> None:
    reply = desk.token(environment="live", scope="parcels:read")
    assert reply.json["scope"] == "parcels:read"
    bearer = {"Authorization": f"Bearer {reply.json['access_token']}"}
    assert desk.get("/v1/time", credential=bearer).status == 200
    assert desk.get("/v1/time", credential=bearer).json["livemode"] is True


@pytest.mark.parametrize(
    "path",
    [
        "/v1/parcels/{parcel}",
        "/v1/parcels/{parcel}/label",
        "/v1/parcels/{parcel}/tracking",
        "/v1/tracking/{number}",
        "/v1/returns/{returned}",
        "/v1/returns/{returned}/label",
        "/v1/webhook-endpoints/{endpoint}",
        "/v1/webhook-endpoints/{endpoint}/deliveries",
        "/v1/events/{event}",
    ],
)
def test_an_object_of_another_client_is_404_never_403(desk: Any, path: str) -> None:
    parcel, endpoint = desk.book(), desk.endpoint()
    returned = desk.post("/v1/returns", {"parcel_id": parcel["id"], "reason": "changed_mind"}).json["id"]
    event = desk.get("/v1/events").json["data"][0]["id"]
    number = parcel["tracking_number"]
    path = path.format(parcel=parcel["id"], number=number, returned=returned, endpoint=endpoint["id"], event=event)
    assert desk.get(path).status == 200
    stranger = {"X-Api-Key": "mak_test_stranger"}
    assert desk.post("/v1/parcels", desk.order(), credential=stranger).status == 201  # has objects of its own
    foreign = desk.get(path, credential=stranger)
    assert (foreign.status, foreign.problem) == (404, "not-found")


def test_a_foreign_parcel_can_neither_be_cancelled_nor_returned_nor_replayed(desk: Any) -> None:
    parcel, endpoint = desk.book(), desk.endpoint()
    event = desk.get("/v1/events").json["data"][0]["id"]
    stranger = {"X-Api-Key": "mak_test_stranger"}
    for path, body in (
        (f"/v1/parcels/{parcel['id']}/cancel", None),
        ("/v1/returns", {"parcel_id": parcel["id"], "reason": "refused"}),
        ("/v1/returns", {"tracking_number": parcel["tracking_number"], "reason": "refused"}),
        (f"/v1/events/{event}/replay", None),
        (f"/v1/webhook-endpoints/{endpoint['id']}/rotate-secret", None),
    ):
        reply = desk.post(path, body, credential=stranger)
        assert (reply.status, reply.problem) == (404, "not-found"), path
    assert desk.call("DELETE", f"/v1/webhook-endpoints/{endpoint['id']}", credential=stranger).status == 404
    assert desk.get(f"/v1/parcels/{parcel['id']}").json["status"] == "announced"
