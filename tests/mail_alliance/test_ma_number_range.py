"""A range of numbers made small (§4.2, §4.6): used up, given out again after 365 days, never after a cancellation."""

from typing import Any

import pytest

DAY = 86_400_000


@pytest.fixture(autouse=True)
def still(desk: Any) -> None:
    desk.stand_still()


def numbers(desk: Any, size: Any) -> None:
    desk.world.store.header.settings["mail_alliance"] = {"number_range": size}


def book(desk: Any, **changes: Any) -> Any:
    return desk.post("/v1/parcels", desk.order(references=None, **changes))


def test_a_small_range_is_used_up_and_nothing_is_made_then(desk: Any) -> None:
    numbers(desk, 3)
    given = [book(desk).json["tracking_number"] for _ in range(3)]
    assert len(set(given)) == 3
    key = "k" * 20
    refused = desk.post("/v1/parcels", desk.order(references=None), key=key)
    assert (refused.status, refused.problem, refused.headers["Retry-After"]) == (503, "unavailable", "3600")
    assert len(desk.get("/v1/parcels").json["data"]) == 3
    numbers(desk, 4)
    again = desk.post("/v1/parcels", desk.order(references=None), key=key)
    assert again.status == 201 and again.json["tracking_number"] not in given


def test_a_number_comes_again_after_365_days_and_not_before(desk: Any) -> None:
    numbers(desk, 1)
    old = book(desk).json
    desk.scan(old["id"], "delivered")
    desk.advance(365 * DAY - 1)
    assert book(desk).status == 503
    desk.advance(1)
    new = book(desk).json
    assert new["tracking_number"] == old["tracking_number"] and new["id"] != old["id"]
    by_number = desk.get(f"/v1/tracking/{new['tracking_number']}").json
    assert (by_number["parcel_id"], by_number["status"], by_number["events"]) == (new["id"], "announced", [])
    assert desk.seen(old["id"])["status"] == "delivered"
    desk.scan(new["id"], "shipped")
    assert [event["status"] for event in desk.seen(old["id"])["events"]] == ["delivered"]
    assert [event["status"] for event in desk.seen(new["id"])["events"]] == ["shipped"]
    both = desk.get("/v1/parcels", query={"tracking_number": new["tracking_number"]}).json["data"]
    assert [row["id"] for row in both] == [new["id"], old["id"]]
    asked = desk.post("/v1/returns", {"tracking_number": new["tracking_number"], "reason": "damaged"})
    assert asked.status == 503  # the return needs a number, too, and none is free
    numbers(desk, 2)
    asked = desk.post("/v1/returns", {"tracking_number": new["tracking_number"], "reason": "damaged"})
    assert asked.json["parcel_id"] == new["id"]


def test_the_number_of_a_cancelled_parcel_never_comes_again(desk: Any) -> None:
    numbers(desk, 2)
    gone, kept = book(desk).json, book(desk).json
    assert desk.post(f"/v1/parcels/{gone['id']}/cancel").status == 200
    desk.advance(400 * DAY)
    assert book(desk).json["tracking_number"] == kept["tracking_number"]
    assert book(desk).status == 503


def test_a_parcel_with_a_return_label_needs_two_numbers(desk: Any) -> None:
    numbers(desk, 1)
    assert book(desk, label={"return_label": True}).status == 503
    assert desk.get("/v1/events").json["data"] == []
    numbers(desk, 2)
    made = book(desk, label={"return_label": True}).json
    assert made["return"]["return_tracking_number"] != made["tracking_number"]


def test_what_the_carrier_sends_back_by_itself_finds_a_number_always(desk: Any) -> None:
    numbers(desk, 1)
    made = book(desk).json
    desk.scan(made["id"], "delivered", reason="partly_refused")
    (found,) = desk.get("/v1/returns").json["data"]
    assert found["return_tracking_number"] != made["tracking_number"]
    assert desk.get(f"/v1/tracking/{found['return_tracking_number']}").status == 200


@pytest.mark.parametrize("size", [0, -1, 10_001, True, "3", 2.5, None, [3], "open"])
def test_a_size_that_is_none_leaves_the_range_as_it_is(desk: Any, size: Any) -> None:
    numbers(desk, size)
    assert len({book(desk).json["tracking_number"] for _ in range(5)}) == 5


def test_numbers_stay_apart_when_the_range_is_made_small_and_wide_again(desk: Any) -> None:
    given = [book(desk).json["tracking_number"] for _ in range(3)]
    numbers(desk, 5)
    given += [reply.json["tracking_number"] for reply in [book(desk) for _ in range(5)] if reply.status == 201]
    assert len(given) == 5  # of the five, three were given out before
    numbers(desk, None)
    given += [book(desk).json["tracking_number"] for _ in range(5)]
    assert len(set(given)) == 10
