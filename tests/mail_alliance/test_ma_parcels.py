"""Parcels: the reply, reading, listing, cancelling (§4.1, §4.6)."""

import re
from typing import Any

import pytest

MINUTE, DAY = 60_000, 86_400_000
LIFE = ["shipped", "in_transit", "held", "out_for_delivery", "delivery_failed", "ready_for_pickup", "delivered"]


def test_the_reply_to_a_create_has_what_the_contract_lists(desk: Any) -> None:
    reply = desk.post("/v1/parcels", desk.order(metadata={"basket": "7"}))
    found = reply.json
    assert reply.status == 201 and reply.headers["Location"].endswith(f"/mail-alliance/v1/parcels/{found['id']}")
    assert re.fullmatch(r"par_[0-9a-f]{24}", found["id"])
    assert re.fullmatch(r"MAL\d{12}", found["tracking_number"])
    assert found["tracking_number"] in found["tracking_url"]
    assert (found["status"], found["service"], found["livemode"]) == ("announced", "ma_parcel", False)
    assert (found["references"], found["metadata"]) == ({"order": "P-001"}, {"basket": "7"})
    assert set(found["price"]) >= {"net", "surcharges", "total"}
    label = found["label"]
    assert (label["format"], label["size"], label["dpi"]) == ("PDF", "100x150", None)
    assert len(label["sha256"]) == 64 and label["url"].endswith(f"/v1/parcels/{found['id']}/label")
    assert label["expires_at"] == "2026-05-31T09:00:00.000Z"
    assert found["created_at"] == "2026-03-02T09:00:00.000Z"


def gs1_check_digit(digits: str) -> int:
    """By the book, not by our code: from the right, weights 3 and 1 in turn, up to the next ten."""
    weighted = [int(digit) * weight for digit, weight in zip(reversed(digits), [3, 1] * 6, strict=False)]
    return (10 - sum(weighted) % 10) % 10


def test_tracking_numbers_have_a_gs1_check_digit_and_are_never_the_same(desk: Any) -> None:
    assert gs1_check_digit("62910415015") is not None and gs1_check_digit("629104150021") == 3  # GS1's own example
    numbers = [desk.book()["tracking_number"] for _ in range(50)]
    assert len(set(numbers)) == 50
    for number in numbers:
        assert len(number) == 15 and number[:3] == "MAL"
        assert int(number[14]) == gs1_check_digit(number[3:14])
    other = desk.post("/v1/parcels", desk.order(), credential={"X-Api-Key": "mak_test_other"}).json
    assert other["tracking_number"] not in numbers


def test_a_parcel_is_read_with_everything_that_was_ordered_and_304_when_known(desk: Any) -> None:
    body = desk.order(insurance={"amount": "10.00", "currency": "EUR"}, ship_date="2026-03-03")
    made = desk.post("/v1/parcels", body).json
    reply = desk.get(f"/v1/parcels/{made['id']}")
    for name in ("shipper", "recipient", "package", "contents", "insurance", "ship_date", "references", "service"):
        assert reply.json[name] == body[name]
    assert "content_base64" not in reply.json["label"] and reply.json["label"]["sha256"] == made["label"]["sha256"]
    etag = reply.headers["ETag"]
    for value in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        known = desk.get(f"/v1/parcels/{made['id']}", headers={"If-None-Match": value})
        assert (known.status, known.body, known.headers["ETag"]) == (304, b"", etag)
    desk.scan(made["id"], "shipped")
    fresh = desk.get(f"/v1/parcels/{made['id']}", headers={"If-None-Match": etag})
    assert (fresh.status, fresh.json["status"]) == (200, "shipped")


def test_the_list_is_newest_first_in_pages_with_a_link(desk: Any) -> None:
    made = [desk.book()["id"] for _ in range(7)]
    reply = desk.get("/v1/parcels", query={"limit": "3"})
    seen = [row["id"] for row in reply.json["data"]]
    while "Link" in reply.headers:
        desk.book()  # what comes meanwhile is newer and moves nothing
        reply = desk.follow(reply.headers["Link"])
        seen += [row["id"] for row in reply.json["data"]]
    assert seen == made[::-1]
    assert reply.json["next_cursor"] is None


@pytest.mark.parametrize("matching", [1, 2, 5])
def test_a_full_last_page_has_no_next(desk: Any, matching: int) -> None:
    for _ in range(matching):
        desk.book()
    reply = desk.get("/v1/parcels", query={"limit": str(matching)})
    assert len(reply.json["data"]) == matching
    assert reply.json["next_cursor"] is None and "Link" not in reply.headers


def test_a_cursor_lives_for_24_hours(desk: Any) -> None:
    for _ in range(3):
        desk.book()
    cursor = desk.get("/v1/parcels", query={"limit": "1"}).json["next_cursor"]
    desk.advance(DAY)
    assert desk.get("/v1/parcels", query={"cursor": cursor}).status == 200
    desk.advance(1)
    assert desk.get("/v1/parcels", query={"cursor": cursor}).faults == [("/cursor", "conflict")]


def test_the_list_can_be_filtered(desk: Any) -> None:
    first = desk.book(references={"order": "A", "shipment": "S1"})
    desk.advance(MINUTE)
    second = desk.book(references={"order": "A", "customer": "C"})
    desk.advance(MINUTE)
    third = desk.book(references=None)
    desk.scan(second["id"], "shipped")

    def found(**query: str) -> list[str]:
        return [row["id"] for row in desk.get("/v1/parcels", query=query).json["data"]]

    assert found(reference="A") == [second["id"], first["id"]]
    assert found(reference="C") == [second["id"]]
    assert found(reference="S1") == [first["id"]]
    assert found(reference="nothing") == []
    assert found(tracking_number=third["tracking_number"]) == [third["id"]]
    assert found(status="announced") == [third["id"], first["id"]]
    assert found(reference="A", status="shipped") == [second["id"]]
    assert found(created_after="2026-03-02T09:00:00Z", created_before="2026-03-02T10:02:00+01:00") == [second["id"]]


def test_pages_of_one_reference_hold_each_parcel_once(desk: Any) -> None:
    made = [desk.book(references={"order": "same"})["id"] for _ in range(5)]
    reply = desk.get("/v1/parcels", query={"reference": "same", "limit": "2"})
    seen = [row["id"] for row in reply.json["data"]]
    while "Link" in reply.headers:
        reply = desk.follow(reply.headers["Link"])
        seen += [row["id"] for row in reply.json["data"]]
    assert seen == made[::-1]


def test_a_shipment_reference_is_unique_per_environment(desk: Any) -> None:
    first = desk.book(references={"shipment": "S-1"})
    reply = desk.post("/v1/parcels", desk.order(references={"shipment": "S-1"}))
    assert (reply.status, reply.problem) == (409, "invalid-state")
    assert (reply.json["state"], reply.json["allowed"]) == ("announced", [])
    assert first["id"] in reply.json["detail"]
    assert desk.post("/v1/parcels", desk.order(references={"order": "S-1"})).status == 201
    live = {"X-Api-Key": "mak_live_shop"}
    assert desk.post("/v1/parcels", desk.order(references={"shipment": "S-1"}), credential=live).status == 201


def test_an_announced_parcel_can_be_cancelled_as_often_as_one_likes(desk: Any) -> None:
    made = desk.book()
    for _ in range(2):
        reply = desk.post(f"/v1/parcels/{made['id']}/cancel")
        assert (reply.status, reply.json["status"]) == (200, "cancelled")
    desk.advance(5 * DAY)
    assert desk.seen(made["id"])["status"] == "cancelled"
    events = [row["type"] for row in desk.get("/v1/events").json["data"]]
    assert events == ["parcel.created", "parcel.cancelled"]
    assert desk.book()["tracking_number"] != made["tracking_number"]


@pytest.mark.parametrize("code", LIFE)
def test_after_hand_over_a_cancel_is_409_with_the_state(desk: Any, code: str) -> None:
    made = desk.book()
    desk.scan(made["id"], code)
    reply = desk.post(f"/v1/parcels/{made['id']}/cancel")
    assert (reply.status, reply.problem) == (409, "invalid-state")
    assert (reply.json["state"], reply.json["allowed"]) == (code, ["announced"])
    assert desk.seen(made["id"])["status"] == code


def test_magic_names_and_places_work_in_test_only(desk: Any) -> None:
    slow = desk.address(name="SLOW")
    assert desk.post("/v1/parcels", desk.order(recipient=slow)).delay_ms == 20_000
    live = {"X-Api-Key": "mak_live_shop"}
    assert desk.post("/v1/parcels", desk.order(recipient=slow), credential=live).delay_ms == 0
    nowhere = desk.order(recipient=desk.address(postal_code="00000"))
    assert desk.post("/v1/parcels", nowhere).problem == "not-served"
    assert desk.post("/v1/parcels", nowhere, credential=live).status == 201


def test_in_the_night_the_clocks_go_back_the_first_half_past_two_is_before_the_second(desk: Any) -> None:
    desk.stand_still()
    desk.advance(1_792_888_200_000 - desk.world.now_ms)  # 2026-10-25T00:30Z: 02:30 in Würzburg, for the first time
    first = desk.book(references=None)["id"]
    desk.advance(3_600_000)
    second = desk.book(references=None)["id"]

    def found(**query: str) -> list[str]:
        return [row["id"] for row in desk.get("/v1/parcels", query=query).json["data"]]

    assert found(created_after="2026-10-25T02:29:00+02:00") == [second, first]
    assert found(created_after="2026-10-25T02:30:00+02:00") == [second]
    assert found(created_before="2026-10-25T02:30:00+01:00") == [first]
    assert found(created_after="2026-10-25T02:30:00+02:00", created_before="2026-10-25T01:30:01Z") == [second]
    assert desk.get("/v1/parcels", query={"created_after": "2026-10-25T02:30:00"}).faults == [
        ("/created_after", "pattern")  # which of the two it is, nobody can tell
    ]
