"""Idempotency keys (§3.4): MA-T01 to MA-T04, expiry, stored errors."""

import json
from typing import Any

import pytest

from parcelproof.simulators.mail_alliance.idempotency import KEPT

KEY = "abcdefghij-0123456789_K"
MINUTE, HOUR = 60_000, 3_600_000


@pytest.mark.parametrize(
    "key", ["short", "x" * 65, "with blank in the key", "schlüssel-mit-umlaut", "", '""', "a" * 15]
)
def test_a_missing_or_malformed_key_is_400(desk: Any, key: str) -> None:
    reply = desk.post("/v1/parcels", desk.order(), key=None, headers={"Idempotency-Key": key} if key else {})
    assert (reply.status, reply.problem) == (400, "idempotency-key-missing")
    assert reply.json["idempotency_key"] == (key or None)
    assert desk.get("/v1/parcels").json["data"] == []


@pytest.mark.parametrize(
    "path", ["/v1/returns", "/v1/parcels/par_1/cancel", "/v1/webhook-endpoints", "/v1/events/e/replay"]
)
def test_all_five_calls_need_a_key(desk: Any, path: str) -> None:
    reply = desk.post(path, {}, key=None)
    assert (reply.status, reply.problem) == (400, "idempotency-key-missing")


def test_the_same_call_again_is_the_same_parcel_and_says_so(desk: Any) -> None:
    first = desk.post("/v1/parcels", desk.order(), key=KEY)
    desk.advance(3 * HOUR)
    desk.scan(first.json["id"], "shipped")
    again = desk.post("/v1/parcels", desk.order(), key=KEY)
    assert (first.status, again.status) == (201, 200)
    assert again.body == first.body  # label, price and status as they were
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first.headers
    assert len(desk.get("/v1/parcels").json["data"]) == 1


def test_a_stored_error_is_the_first_ones_to_the_byte_and_its_head_names_the_same_request(desk: Any) -> None:
    wrong = desk.order(service="ma_pigeon")
    first, again = desk.post("/v1/parcels", wrong, key=KEY), desk.post("/v1/parcels", wrong, key=KEY)
    assert (first.problem, again.problem) == ("validation", "validation")
    assert (again.body, again.headers["Idempotent-Replayed"]) == (first.body, "true")
    assert again.json["request_id"] == again.headers["X-Request-Id"] == first.headers["X-Request-Id"]


def test_quoted_and_bare_are_the_same_key(desk: Any) -> None:
    first = desk.post("/v1/parcels", desk.order(), key=f'"{KEY}"')
    again = desk.post("/v1/parcels", desk.order(), key=KEY)
    assert first.json["id"] == again.json["id"] and again.headers["Idempotent-Replayed"] == "true"


def test_another_body_under_the_key_is_422_even_by_one_gram(desk: Any) -> None:
    desk.post("/v1/parcels", desk.order(), key=KEY)
    heavier = desk.order(package={**desk.order()["package"], "weight_g": 1201})
    reply = desk.post("/v1/parcels", heavier, key=KEY)
    assert (reply.status, reply.problem) == (422, "idempotency-key-reused")
    assert reply.json["idempotency_key"] == KEY
    assert len(desk.get("/v1/parcels").json["data"]) == 1


def test_the_body_is_compared_by_meaning_not_by_bytes(desk: Any) -> None:
    raw = b'{"label": {"format": "ZPL"}, ' + json.dumps(desk.order()).encode()[1:]
    first = desk.post("/v1/parcels", raw=raw, key=KEY)
    again = desk.post("/v1/parcels", {**desk.order(), "label": {"format": "ZPL"}}, key=KEY)
    assert first.status == 201 and again.status == 200 and again.json["id"] == first.json["id"]


def test_a_refusal_is_the_result_too(desk: Any) -> None:
    bad = desk.order(service="ma_rocket")
    first = desk.post("/v1/parcels", bad, key=KEY)
    again = desk.post("/v1/parcels", bad, key=KEY)
    assert (first.status, again.status) == (422, 422)
    assert again.body == first.body and again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Content-Type"] == "application/problem+json"


def test_a_conflict_is_not_kept(desk: Any) -> None:
    other = desk.book(references={"shipment": "S-1"})
    assert other["status"] == "announced"
    taken = desk.order(references={"shipment": "S-1"})
    first = desk.post("/v1/parcels", taken, key=KEY)
    assert (first.status, first.problem, first.json["state"]) == (409, "invalid-state", "announced")
    assert "Idempotent-Replayed" not in desk.post("/v1/parcels", taken, key=KEY).headers
    assert desk.post("/v1/parcels", desk.order(), key=KEY).status == 201  # the key is still free


def test_a_key_is_bound_to_the_credential_the_environment_and_the_path(desk: Any) -> None:
    first = desk.post("/v1/parcels", desk.order(), key=KEY).json["id"]
    bearer = {"Authorization": f"Bearer {desk.token().json['access_token']}"}
    for credential in (bearer, {"X-Api-Key": "mak_live_shop"}, {"X-Api-Key": "mak_test_other"}):
        reply = desk.post("/v1/parcels", desk.order(), key=KEY, credential=credential)
        assert reply.status == 201 and reply.json["id"] != first
    assert desk.post(f"/v1/parcels/{first}/cancel", key=KEY).status == 200


def test_a_key_is_kept_for_24_hours_and_then_forgotten(desk: Any) -> None:
    first = desk.post("/v1/parcels", desk.order(), key=KEY).json["id"]
    desk.advance(24 * HOUR - 1)
    assert desk.post("/v1/parcels", desk.order(), key=KEY).json["id"] == first
    desk.advance(1)
    reply = desk.post("/v1/parcels", desk.order(), key=KEY)
    assert reply.status == 201 and reply.json["id"] != first
    desk.advance(48 * HOUR)
    assert desk.world.store.count(KEPT) == 0
    assert desk.world.next_due_ms() is None or desk.world.next_due_ms() > desk.world.now_ms


def test_every_key_has_24_hours_of_its_own(desk: Any) -> None:
    desk.post("/v1/parcels", desk.order(), key="x" * 20)
    desk.advance(HOUR)
    first = desk.post("/v1/parcels", desk.order(), key=KEY).json["id"]
    desk.advance(24 * HOUR - 1)
    assert desk.post("/v1/parcels", desk.order(), key=KEY).json["id"] == first
    desk.advance(1)
    assert desk.post("/v1/parcels", desk.order(), key=KEY).status == 201


def test_a_null_is_not_the_same_body_as_an_absent_member(desk: Any) -> None:
    desk.post("/v1/parcels", desk.order(), key=KEY)
    reply = desk.post("/v1/parcels", {**desk.order(), "insurance": None}, key=KEY)
    assert (reply.status, reply.problem) == (422, "idempotency-key-reused")


def test_a_repeated_return_cancel_and_endpoint_say_the_same_again(desk: Any) -> None:
    parcel = desk.book()
    wanted = {"parcel_id": parcel["id"], "reason": "changed_mind", "label": {"format": "ZPL"}}
    for path, body in (
        ("/v1/returns", wanted),
        ("/v1/webhook-endpoints", {"url": "https://shop.example/h"}),
        (f"/v1/parcels/{parcel['id']}/cancel", None),
    ):
        first = desk.post(path, body, key=KEY)
        again = desk.post(path, body, key=KEY)
        assert first.status < 300 and again.status == 200
        assert again.body == first.body and again.headers["Idempotent-Replayed"] == "true"
    assert len(desk.get("/v1/returns").json["data"]) == 1
    assert len(desk.get("/v1/webhook-endpoints").json["data"]) == 1


def test_in_real_time_a_key_is_in_flight_until_the_slow_answer_is_out(desk: Any) -> None:
    desk.world.store.header.virtual = False
    slow = desk.order(recipient=desk.address(name="SLOW"))
    first = desk.post("/v1/parcels", slow, key=KEY)
    assert (first.status, first.delay_ms) == (201, 20_000)
    desk.advance(19_000)
    refused = desk.post("/v1/parcels", slow, key=KEY)
    assert (refused.status, refused.problem, refused.headers["Retry-After"]) == (409, "idempotency-key-in-flight", "1")
    assert refused.json["idempotency_key"] == KEY
    desk.advance(1_000)
    again = desk.post("/v1/parcels", slow, key=KEY)
    assert (again.status, again.body, again.delay_ms) == (200, first.body, 0)
    assert len(desk.get("/v1/parcels").json["data"]) == 1


def test_in_fast_time_the_slow_answer_takes_as_much_more_of_it(desk: Any) -> None:
    header = desk.world.store.header
    header.virtual, header.speed = False, 60.0
    slow = desk.order(recipient=desk.address(name="SLOW"))
    desk.post("/v1/parcels", slow, key=KEY)
    desk.advance(20 * MINUTE - 1)
    assert desk.post("/v1/parcels", slow, key=KEY).status == 409
    desk.advance(1)
    assert desk.post("/v1/parcels", slow, key=KEY).status == 200


def test_on_virtual_time_no_key_is_in_flight_since_no_time_passes(desk: Any) -> None:
    slow = desk.order(recipient=desk.address(name="SLOW"))
    assert [desk.post("/v1/parcels", slow, key=KEY).status for _ in range(2)] == [201, 200]
