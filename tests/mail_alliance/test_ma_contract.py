"""The contract's tables, line by line, where no other test holds them: paths, scopes, members, labels, returns."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from parcelproof.labelscan import scan as scan_label
from parcelproof.simulators.mail_alliance import CARRIER
from parcelproof.simulators.mail_alliance.problems import TITLES

HOUR, DAY = 3_600_000, 86_400_000
PING = "/v1/webhook-endpoints/{id}/ping"  # ours: the contract says "on request" and names no path

# §4.0 and Part 3: method, path, scope
TABLE = {
    ("POST", "/oauth/token", None),
    ("GET", "/v1/time", None),
    ("POST", "/v1/rates", "rates:read"),
    ("GET", "/v1/services", "rates:read"),
    ("POST", "/v1/parcels", "parcels:write"),
    ("GET", "/v1/parcels", "parcels:read"),
    ("GET", "/v1/parcels/{id}", "parcels:read"),
    ("GET", "/v1/parcels/{id}/label", "parcels:read"),
    ("POST", "/v1/parcels/{id}/cancel", "parcels:write"),
    ("GET", "/v1/parcels/{id}/tracking", "tracking:read"),
    ("GET", "/v1/tracking/{tracking_number}", "tracking:read"),
    ("GET", "/v1/tracking-events", "tracking:read"),
    ("POST", "/v1/returns", "returns:write"),
    ("GET", "/v1/returns", "returns:read"),
    ("GET", "/v1/returns/{id}", "returns:read"),
    ("GET", "/v1/returns/{id}/label", "returns:read"),
    ("POST", "/v1/webhook-endpoints", "webhooks:manage"),
    ("GET", "/v1/webhook-endpoints", "webhooks:manage"),
    ("GET", "/v1/webhook-endpoints/{id}", "webhooks:manage"),
    ("PATCH", "/v1/webhook-endpoints/{id}", "webhooks:manage"),
    ("DELETE", "/v1/webhook-endpoints/{id}", "webhooks:manage"),
    ("POST", "/v1/webhook-endpoints/{id}/rotate-secret", "webhooks:manage"),
    ("GET", "/v1/webhook-endpoints/{id}/deliveries", "webhooks:manage"),
    ("POST", PING, "webhooks:manage"),
    ("GET", "/v1/events", "webhooks:manage"),
    ("GET", "/v1/events/{id}", "webhooks:manage"),
    ("POST", "/v1/events/{id}/replay", "webhooks:manage"),
}
SCOPES = {scope for *_, scope in TABLE if scope}

MONEY = re.compile(r"[0-9]+\.[0-9]{2}")
IDS = re.compile(r"(par|ret|rate|evt|whe|msg)_[0-9A-Za-z]+")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


# -- §4.0, Part 3


def test_the_paths_are_those_of_the_contract() -> None:
    assert {(route.method, route.template) for route in CARRIER.routes} == {(row[0], row[1]) for row in TABLE}


@pytest.mark.parametrize(("method", "path", "scope"), sorted((row for row in TABLE if row[2]), key=str))
def test_a_path_wants_its_scope_and_no_other(desk: Any, method: str, path: str, scope: str) -> None:
    desk.stand_still()
    made = desk.book()
    back = desk.post("/v1/returns", {"parcel_id": made["id"], "reason": "damaged"}).json
    endpoint = desk.endpoint()
    ids = {"parcels": made["id"], "returns": back["id"], "webhook-endpoints": endpoint["id"]}
    ids["events"] = desk.get("/v1/events").json["data"][0]["id"]
    target = path.replace("{id}", ids.get(path.split("/")[2], "")).replace("{tracking_number}", made["tracking_number"])
    body = {
        "/v1/rates": {name: desk.order()[name] for name in ("shipper", "recipient", "package")},
        "/v1/parcels": desk.order(references=None),
        "/v1/returns": {"parcel_id": made["id"], "reason": "damaged"},
        "/v1/webhook-endpoints": {"url": "https://shop.example/2"},
    }.get(path) if method == "POST" else {"description": "x"} if method == "PATCH" else None  # fmt: skip
    for others in ({scope}, SCOPES - {scope}):
        token = desk.token(scope=" ".join(sorted(others))).json["access_token"]
        reply = desk.call(method, target, body, credential={"Authorization": f"Bearer {token}"})
        if scope in others:
            assert reply.status < 300, reply.body
        else:
            assert (reply.status, reply.problem, reply.json["required_scope"]) == (403, "forbidden", scope)


def test_every_reply_has_an_id_of_its_own_and_the_quota_fields(desk: Any) -> None:
    made = desk.book()
    label = f"/v1/parcels/{made['id']}/label"
    endpoint = desk.endpoint()
    replies = [
        desk.get(label),
        desk.get(label, headers={"If-None-Match": f'"{made["label"]["sha256"]}"'}),
        desk.get(label, headers={"Accept": "image/png"}),
        desk.call("DELETE", f"/v1/webhook-endpoints/{endpoint['id']}"),
        desk.get("/v1/parcels/par_none"),
        desk.call("PUT", "/v1/parcels"),
        desk.post("/v1/parcels", raw=b"{"),
        desk.post("/v1/parcels", {}),
        desk.get("/v1/parcels", credential={}),
        desk.token(),
    ]
    assert [reply.status for reply in replies] == [200, 304, 406, 204, 404, 405, 400, 422, 401, 200]
    for reply in replies:
        assert {"X-Request-Id", "RateLimit", "RateLimit-Policy"} <= set(reply.headers)
    assert len({reply.headers["X-Request-Id"] for reply in replies}) == len(replies)


PROBLEMS = {  # §3.2
    "validation": 422,
    "malformed": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "not-found": 404,
    "idempotency-key-missing": 400,
    "idempotency-key-reused": 422,
    "idempotency-key-in-flight": 409,
    "invalid-state": 409,
    "not-served": 422,
    "limits-exceeded": 422,
    "quota-exceeded": 429,
    "label-gone": 410,
    "method-not-allowed": 405,
    "not-acceptable": 406,
    "payload-too-large": 413,
    "unsupported-media-type": 415,
    "unavailable": 503,
}


def test_the_problem_types_are_those_of_the_contract() -> None:
    assert {kind: status for kind, (status, _) in TITLES.items()} == PROBLEMS


# -- ids, money, moments, livemode, on everything that is read


@pytest.fixture(params=["test", "live"])
def objects(desk: Any, request: pytest.FixtureRequest) -> dict[str, Any]:
    """One object of every sort, of one environment, as its reply shows it."""
    desk.credential = {"X-Api-Key": f"mak_{request.param}_shop"}
    desk.stand_still()
    endpoint = desk.endpoint()
    made = desk.book(label={"return_label": True}, insurance={"amount": "20.00", "currency": "EUR"})
    desk.scan(made["id"], "shipped")
    desk.scan(made["id"], "delivered")
    back = desk.post("/v1/returns", {"parcel_id": made["id"], "reason": "changed_mind"}).json
    desk.advance(0)
    event = next(row for row in desk.get("/v1/tracking-events").json["data"] if row["sequence"])
    asked = {name: desk.order()[name] for name in ("shipper", "recipient", "package")}
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    return {
        "livemode": request.param == "live",
        "parcel": made,
        "parcel read": desk.get(f"/v1/parcels/{made['id']}").json,
        "parcel listed": desk.get("/v1/parcels").json["data"][0],
        "tracking": desk.seen(made["id"]),
        "feed item": event,
        "event": desk.get(f"/v1/events/{event['id']}").json,
        "return": back,
        "return listed": desk.get("/v1/returns").json["data"][0],
        "rate": desk.post("/v1/rates", asked, key=None).json["rates"][0],
        "endpoint": endpoint,
        "endpoint rotated": desk.post(f"{path}/rotate-secret", key=None).json,
        "delivery": desk.get(f"{path}/deliveries").json["data"][0],
        "ping": desk.post(f"{path}/ping", key=None).json,
        "replay": desk.post(f"/v1/events/{event['id']}/replay").json,
        "services": desk.get("/v1/services").json,
        "time": desk.get("/v1/time").json,
    }


def test_every_object_says_livemode_and_has_the_contracts_ids_money_and_moments(objects: dict[str, Any]) -> None:
    livemode = objects.pop("livemode")
    for name, found in objects.items():
        assert found["livemode"] is livemode, name
        for key, value in leaves(found):
            if key == "id" or (key.endswith("_id") and value is not None):
                assert IDS.fullmatch(value) and len(value) <= 40, (name, key, value)
            if key == "amount":
                assert MONEY.fullmatch(value), (name, value)
            if key.endswith("_at") and value is not None:
                assert MOMENT.fullmatch(value) and datetime.fromisoformat(value).tzinfo, (name, key, value)


READ = {  # §4.1, §4.3 to §4.5, Part 6
    "parcel": {"id", "tracking_number", "tracking_url", "status", "service", "price", "label", "references",
               "created_at", "livemode", "return"},
    "tracking": {"tracking_number", "status", "status_since", "estimated_delivery", "delivered_to", "events", "etag"},
    "return": {"id", "return_tracking_number", "original_tracking_number", "status", "reason", "requested_at",
               "returned_at", "label"},
    "rate": {"id", "service", "net", "surcharges", "tax", "total", "currency", "transit_days", "cut_off", "expires_at",
             "guaranteed"},
    "endpoint": {"id", "url", "description", "events", "status", "secret", "created_at", "api_version"},
}  # fmt: skip
PARTS = [
    ("parcel", "label", {"format", "size", "dpi", "content_base64", "sha256", "url", "expires_at"}),
    ("parcel", "price", {"net", "surcharges", "total"}),
    ("rate", "tax", {"rate", "amount"}),
    ("rate", "transit_days", {"min", "max"}),
]
EVENT = {"id", "sequence", "status", "code", "description", "occurred_at", "recorded_at", "location", "reason",
         "revokes"}  # fmt: skip


def test_what_is_read_has_the_members_that_the_contract_lists(objects: dict[str, Any]) -> None:
    for name, members in READ.items():
        assert set(objects[name]) >= members, name
    for name, part, members in PARTS:
        assert set(objects[name][part]) >= members, (name, part)
    assert all(set(row) == {"code", "label", "amount"} for row in objects["rate"]["surcharges"])
    assert objects["rate"]["guaranteed"] is False
    assert [set(event) for event in objects["tracking"]["events"]] == [EVENT, EVENT]
    assert objects["tracking"]["etag"] and set(objects["feed item"]) >= EVENT


def leaves(found: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(found, dict):
        for name, value in found.items():
            yield from leaves(value, name)
    elif isinstance(found, list):
        for value in found:
            yield from leaves(value, key)
    else:
        yield key, found


# -- §3.4, §3.5


def test_a_404_is_the_result_of_its_key_too(desk: Any) -> None:
    asked = {"parcel_id": "par_none", "reason": "damaged"}
    first, again = (desk.post("/v1/returns", asked, key="k" * 20) for _ in range(2))
    assert (first.status, first.body) == (404, again.body) and again.headers["Idempotent-Replayed"] == "true"


def test_a_page_has_50_rows_when_nobody_says_how_many(desk: Any) -> None:
    desk.stand_still()
    for _ in range(51):
        desk.book(references=None)
    reply = desk.get("/v1/parcels")
    assert len(reply.json["data"]) == 50 and reply.json["next_cursor"]
    assert len(desk.follow(reply.headers["Link"]).json["data"]) == 1


# -- §4.1, §4.2, §4.4


def test_a_zpl_label_says_what_a_pdf_label_says(desk: Any) -> None:
    made = desk.book(label={"format": "ZPL"}, references={"order": "ORD-77", "customer": "CUST-5"})
    text = desk.get(f"/v1/parcels/{made['id']}/label").body.decode()
    for part in ("mail alliance", "Parcel", "Laden GmbH", "Jürgen Müller", "Lange Straße 12a", "10115", "1.2", "ORD-77",
                 "SPECIMEN", "CUST-5"):  # fmt: skip
        assert part in text, part
    assert text.count("10115") >= 2  # in the address and in large type
    assert "^GF" not in text and "~DG" not in text  # no stored graphics


def test_a_shipment_reference_is_not_printed(desk: Any) -> None:
    made = desk.book(label={"format": "ZPL"}, references={"order": "ORD-77", "shipment": "SHP-9"})
    assert b"SHP-9" not in desk.get(f"/v1/parcels/{made['id']}/label").body


def test_goods_go_back_to_the_return_address_or_the_shipper(desk: Any) -> None:
    desk.stand_still()
    depot = desk.address(name="Retourenlager", postal_code="04356", city="Leipzig")
    for given, name in ((depot, "Retourenlager"), (None, "Laden GmbH")):
        made = desk.book(return_address=given, references=None)
        asked = {"parcel_id": made["id"], "reason": "damaged", "label": {"format": "ZPL"}}
        back = desk.post("/v1/returns", asked).json
        label = desk.get(f"/v1/returns/{back['id']}/label")
        assert name in label.body.decode() and "Jürgen Müller" in label.body.decode()
        assert [found.text for found in scan_label(label.body)] == [back["return_tracking_number"]]


def test_a_returns_label_is_purged_after_90_days_too(desk: Any) -> None:
    desk.stand_still()
    made = desk.book()
    desk.advance(10 * DAY)
    back = desk.post("/v1/returns", {"parcel_id": made["id"], "reason": "damaged"}).json
    path = f"/v1/returns/{back['id']}/label"
    desk.advance(90 * DAY - 1)
    assert desk.get(path).status == 200
    desk.advance(1)
    assert (desk.get(path).status, desk.get(path).problem) == (410, "label-gone")
    assert desk.get(path.removesuffix("/label")).status == 200


REASONS = ["refused", "not_collected", "address_unknown", "damaged", "wrong_item", "not_as_described", "changed_mind",
           "exchange", "other"]  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_a_return_may_have_any_of_nine_reasons_and_runs_through_its_states(desk: Any, reason: str) -> None:
    desk.stand_still()
    made = desk.book()
    desk.scan(made["id"], "delivered")
    asked = {"tracking_number": made["tracking_number"], "reason": reason, "reason_text": "so it is"}
    back = desk.post("/v1/returns", asked).json
    assert (back["status"], back["reason"], back["origin"]) == ("label_created", reason, "shipper")
    path = f"/v1/returns/{back['id']}"

    def state() -> Any:
        return desk.get(path).json["status"]

    desk.scan(back["id"], "shipped")
    assert state() == "in_transit" and desk.get(path).json["returned_at"] is None
    desk.advance(HOUR)
    desk.scan(back["id"], "returned")
    assert state() == "received" and desk.get(path).json["returned_at"] == "2026-03-02T10:00:00.000Z"
    desk.advance(3 * DAY)
    assert state() == "closed"
