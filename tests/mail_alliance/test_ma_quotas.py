"""Rate limits on the tenant's clock (§3.3, MA-T13)."""

from typing import Any

import pytest

SECOND = 1_000


def test_the_601st_call_in_a_minute_is_429_until_the_minute_is_over(desk: Any) -> None:
    for call in range(600):
        reply = desk.get("/v1/time")
        assert reply.status == 200
        assert reply.headers["RateLimit"] == f'"default";r={599 - call};t=60'
    desk.advance(20 * SECOND)
    refused = desk.get("/v1/time")
    assert (refused.status, refused.problem) == (429, "quota-exceeded")
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["RateLimit-Policy"] == '"default";q=600;w=60'
    assert refused.headers["RateLimit"] == '"default";r=0;t=40'
    assert refused.json["violated-policies"] == ["default"]
    desk.advance(40 * SECOND - 1)
    assert desk.get("/v1/time").status == 429
    desk.advance(1)
    assert desk.get("/v1/time").headers["RateLimit"] == '"default";r=599;t=60'


def test_creating_parcels_has_its_own_smaller_quota_and_a_refused_create_leaves_nothing(desk: Any) -> None:
    for _ in range(120):
        assert desk.post("/v1/parcels", desk.order()).status == 201
    refused = desk.post("/v1/parcels", desk.order())
    assert (refused.status, refused.json["violated-policies"]) == (429, ["labels"])
    assert '"labels";r=0' in refused.headers["RateLimit"] and '"labels";q=120' in refused.headers["RateLimit-Policy"]
    assert len(desk.get("/v1/parcels", query={"limit": "200"}).json["data"]) == 120
    assert desk.get("/v1/time").status == 200  # the default quota still has room


def test_every_credential_has_its_own_quota(desk: Any) -> None:
    bearer = {"Authorization": f"Bearer {desk.token().json['access_token']}"}
    for _ in range(300):
        desk.get("/v1/time")
    assert desk.get("/v1/time", credential=bearer).headers["RateLimit"] == '"default";r=599;t=60'
    assert (
        desk.get("/v1/time", credential={"X-Api-Key": "mak_test_other"})
        .headers["RateLimit"]
        .startswith('"default";r=599')
    )


def test_tokens_and_rates_have_quotas_of_their_own(desk: Any) -> None:
    for _ in range(30):
        assert desk.token().status == 200
    refused = desk.token()
    assert (refused.status, refused.json["violated-policies"]) == (429, ["token"])
    place = {"postal_code": "10115", "country": "DE"}
    asked = {"shipper": place, "recipient": place, "package": desk.order()["package"]}
    for _ in range(300):
        assert desk.post("/v1/rates", asked, key=None).status == 200
    assert desk.post("/v1/rates", asked, key=None).json["violated-policies"] == ["rates"]


def test_the_setting_quota_off_switches_them_off(desk: Any) -> None:
    desk.world.store.header.settings["quota"] = "off"
    for _ in range(700):
        reply = desk.get("/v1/time")
    assert reply.status == 200 and "RateLimit" not in reply.headers


@pytest.mark.parametrize("path", ["/v1/time", "/v1/nowhere", "/v1/parcels/par_x"])
def test_every_reply_has_a_request_id_and_the_rate_limit_fields(desk: Any, path: str) -> None:
    first, second = desk.get(path), desk.get(path)
    for reply in (first, second):
        assert reply.headers["X-Request-Id"].startswith("req_")
        assert {"RateLimit", "RateLimit-Policy"} <= set(reply.headers)
    assert path == "/v1/nowhere" or first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
