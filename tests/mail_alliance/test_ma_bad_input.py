"""Bad input of every kind: exactly the contract's error, never a 500, never a partial effect."""

import gzip
import json
from typing import Any

import pytest

JSON = {"Content-Type": "application/json"}


def test_an_unknown_route_is_404(desk: Any) -> None:
    for path in ("/", "/v2/parcels", "/v1/parcel", "/v1/parcels/x/labels", "/v1/parcels/x/label/y", "//v1/parcels"):
        reply = desk.get(path)
        assert (reply.status, reply.problem) == (404, "not-found"), path


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/parcels", ["GET", "POST"]),
        ("PUT", "/v1/parcels/par_1", ["GET"]),
        ("GET", "/oauth/token", ["POST"]),
        ("POST", "/v1/tracking-events", ["GET"]),
        ("PUT", "/v1/webhook-endpoints/whe_1", ["DELETE", "GET", "PATCH"]),
    ],
)
def test_a_wrong_method_is_405_and_says_which_are_right(desk: Any, method: str, path: str, allowed: list[str]) -> None:
    reply = desk.call(method, path, key=None)
    assert (reply.status, reply.problem) == (405, "method-not-allowed")
    assert reply.json["allowed"] == allowed
    assert reply.headers["Allow"] == ", ".join(allowed)


WRITES = ["/v1/parcels", "/v1/rates", "/v1/returns", "/v1/webhook-endpoints"]
MALFORMED = [
    b"{",
    b'{"service": }',
    b"\xff\xfe",
    b'{"service": "\xc3("}',
    b'"\\ud800"',
    b'{"a": NaN}',
    b"[" * 100_000,
    b'{"a":1}x',
    b'{"a": 01}',
    b'{"name": "a\nb"}',
    b"\xef\xbb\xbf{}",
]


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("raw", MALFORMED)
def test_malformed_json_is_400(desk: Any, path: str, raw: bytes) -> None:
    reply = desk.post(path, raw=raw)
    assert (reply.status, reply.problem) == (400, "malformed")


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("raw", [b"[]", b"null", b"7", b'"text"', b"true", b"1.5"])
def test_a_body_that_is_no_object_is_422_at_the_root(desk: Any, path: str, raw: bytes) -> None:
    reply = desk.post(path, raw=raw)
    assert reply.status == 422 and reply.faults == [("", "type")]


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_another_media_type_is_415(desk: Any, path: str, kind: str) -> None:
    reply = desk.post(path, desk.order(), headers={"Content-Type": kind})
    assert (reply.status, reply.problem) == (415, "unsupported-media-type")
    assert reply.json["allowed"] == ["application/json"]


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "deflate, gzip", "x-unknown"])
def test_a_compressed_body_is_415_and_not_taken_for_bad_json(desk: Any, path: str, coding: str) -> None:
    raw = gzip.compress(json.dumps(desk.order()).encode())
    reply = desk.post(path, raw=raw, headers={"Content-Encoding": coding})
    assert (reply.status, reply.problem, reply.json["allowed"]) == (415, "unsupported-media-type", ["identity"])
    assert reply.headers["Accept-Encoding"] == "identity"
    assert desk.get("/v1/parcels").json["data"] == []


def test_identity_is_no_coding(desk: Any) -> None:
    assert desk.post("/v1/parcels", desk.order(), headers={"Content-Encoding": "identity"}).status == 201


def test_the_media_type_may_have_parameters(desk: Any) -> None:
    made = desk.post("/v1/parcels", desk.order(), headers={"Content-Type": "Application/JSON; charset=utf-8"})
    assert made.status == 201


def test_a_create_needs_a_body(desk: Any) -> None:
    reply = desk.post("/v1/parcels", headers=JSON)
    assert (reply.status, reply.problem) == (400, "malformed")
    assert desk.post("/v1/parcels").problem == "unsupported-media-type"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/parcels/par_x",
        "/v1/parcels/par_00000001" + "0" * 16,
        "/v1/parcels/" + "x" * 5_000,
        "/v1/parcels/\N{SNOWMAN}/label",
        "/v1/parcels/par_x/tracking",
        "/v1/tracking/MAL000000000000",
        "/v1/returns/ret_x",
        "/v1/returns/ret_x/label",
        "/v1/events/evt_x",
        "/v1/events/evt_zzzzzzzz0000000000000000",
        "/v1/events/evt_-0000001",
        "/v1/webhook-endpoints/whe_x",
        "/v1/webhook-endpoints/whe_x/deliveries",
    ],
)
def test_an_unknown_object_is_404(desk: Any, path: str) -> None:
    desk.book()
    reply = desk.get(path)
    assert (reply.status, reply.problem) == (404, "not-found")


@pytest.mark.parametrize("path", ["/v1/parcels", "/v1/tracking-events", "/v1/returns", "/v1/events"])
@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"limit": "0"}, ("/limit", "min")),
        ({"limit": "-3"}, ("/limit", "min")),
        ({"limit": "201"}, ("/limit", "max")),
        ({"limit": "many"}, ("/limit", "type")),
        ({"limit": "1.5"}, ("/limit", "type")),
        ({"limit": "9" * 5_000}, ("/limit", "type")),
        ({"limit": "\N{ARABIC-INDIC DIGIT FIVE}"}, ("/limit", "type")),
        ({"cursor": "x"}, ("/cursor", "pattern")),
        ({"cursor": ""}, ("/cursor", "pattern")),
        ({"cursor": "\N{SNOWMAN}"}, ("/cursor", "pattern")),
        ({"cursor": "MS4xLjE"}, ("/cursor", "pattern")),
    ],
)
def test_bad_page_parameters_are_422(desk: Any, path: str, query: dict[str, str], fault: tuple[str, str]) -> None:
    reply = desk.get(path, query=query)
    assert reply.status == 422 and reply.faults == [fault]


@pytest.mark.parametrize(
    ("path", "query", "fault"),
    [
        ("/v1/parcels", {"status": "eaten"}, ("/status", "enum")),
        ("/v1/parcels", {"created_after": "yesterday"}, ("/created_after", "pattern")),
        ("/v1/parcels", {"created_before": "2026-03-02"}, ("/created_before", "pattern")),
        ("/v1/parcels", {"created_before": "2026-03-02T00:00:00"}, ("/created_before", "pattern")),
        ("/v1/tracking-events", {"type": "tracking.eaten"}, ("/type", "enum")),
        ("/v1/tracking-events", {"type": "endpoint.ping"}, ("/type", "enum")),
        ("/v1/tracking-events", {"after": "evt_x"}, ("/after", "pattern")),
        ("/v1/tracking-events", {"after": "evt_x", "cursor": "y"}, ("/after", "conflict")),
        ("/v1/events", {"type": ""}, ("/type", "enum")),
    ],
)
def test_bad_filters_are_422(desk: Any, path: str, query: dict[str, str], fault: tuple[str, str]) -> None:
    reply = desk.get(path, query=query)
    assert reply.status == 422 and reply.faults == [fault]


def test_a_cursor_is_good_for_its_own_list_and_filters_only(desk: Any) -> None:
    for _ in range(3):
        desk.book()
    cursor = desk.get("/v1/parcels", query={"limit": "1"}).json["next_cursor"]
    assert desk.get("/v1/parcels", query={"cursor": cursor}).status == 200
    for path, query in (("/v1/tracking-events", {}), ("/v1/parcels", {"status": "announced"})):
        assert desk.get(path, query={"cursor": cursor, **query}).faults == [("/cursor", "pattern")]
    assert desk.get("/v1/parcels", query={"cursor": cursor}, credential={"X-Api-Key": "mak_live_shop"}).status == 422
    assert desk.get("/v1/parcels", query={"cursor": cursor}, credential={"X-Api-Key": "mak_test_other"}).status == 422


def test_calls_that_need_no_body_refuse_one_that_says_something(desk: Any) -> None:
    parcel, endpoint = desk.book(), desk.endpoint()
    for path in (f"/v1/parcels/{parcel['id']}/cancel", f"/v1/webhook-endpoints/{endpoint['id']}/rotate-secret"):
        assert desk.post(path, {"force": True}).faults == [("/force", "unknown_member")]
        assert desk.post(path, raw=b"{").problem == "malformed"
        assert desk.post(path, raw=b"{}", headers={"Content-Type": "text/plain"}).problem == "unsupported-media-type"
    assert desk.get(f"/v1/parcels/{parcel['id']}").json["status"] == "announced"
