"""Returns (§4.4, MA-S6)."""

from base64 import b64decode
from typing import Any

import pytest

from parcelproof.labelscan import scan as scan_label

HOUR, DAY = 3_600_000, 86_400_000


def ask(desk: Any, of_parcel: str, **changes: Any) -> Any:
    return desk.post("/v1/returns", {"parcel_id": of_parcel, "reason": "wrong_item", **changes})


def told(desk: Any, prefix: str = "return.") -> list[dict[str, Any]]:
    return [row for row in desk.get("/v1/events").json["data"] if row["type"].startswith(prefix)]


def test_a_shop_gets_a_number_and_a_label_and_later_its_goods(desk: Any) -> None:
    made = desk.book()
    desk.live(made["id"], "delivered")
    desk.advance(5 * DAY)
    reply = ask(desk, made["id"], items=[{"sku": "TS-1", "quantity": 1}], label={"format": "ZPL"})
    found = reply.json
    assert reply.status == 201 and reply.headers["Location"].endswith(found["id"])
    assert (found["status"], found["reason"], found["origin"]) == ("label_created", "wrong_item", "shipper")
    assert found["original_tracking_number"] == made["tracking_number"] != found["return_tracking_number"]
    assert (found["requested_at"], found["returned_at"]) == ("2026-03-07T09:00:00.000Z", None)
    label = b64decode(found["label"]["content_base64"])
    assert [code.text for code in scan_label(label)] == [found["return_tracking_number"]]
    binary = desk.get(f"/v1/returns/{found['id']}/label", headers={"Accept": "application/zpl"})
    assert binary.body == label and binary.headers["ETag"] == f'"{found["label"]["sha256"]}"'

    desk.advance(6 * DAY)
    back = desk.get(f"/v1/returns/{found['id']}").json
    assert back["status"] in ("received", "closed") and back["returned_at"] > found["requested_at"]
    assert back["items"] == [{"sku": "TS-1", "quantity": 1}]
    events = told(desk)
    assert [row["type"] for row in events] == ["return.created", "return.in_transit", "return.received"]
    data = events[-1]["data"]
    assert (data["tracking_number"], data["reason"]) == (made["tracking_number"], "wrong_item")
    assert data["returned_at"] == back["returned_at"] and data["items"] == back["items"]
    assert (data["return_id"], data["return_tracking_number"]) == (found["id"], found["return_tracking_number"])
    tracked = desk.get(f"/v1/tracking/{found['return_tracking_number']}").json
    assert tracked["status"] == "returned"
    assert desk.seen(made["id"])["status"] == "delivered"  # the parcel itself stays delivered
    desk.advance(3 * DAY)
    assert desk.get(f"/v1/returns/{found['id']}").json["status"] == "closed"


def test_a_return_announced_before_delivery_starts_after_it(desk: Any) -> None:
    made = desk.book()
    found = ask(desk, made["id"]).json
    desk.live(made["id"], "delivered")
    desk.advance(DAY)
    assert desk.get(f"/v1/returns/{found['id']}").json["status"] == "label_created"
    desk.advance(8 * DAY)
    assert desk.get(f"/v1/returns/{found['id']}").json["status"] in ("received", "closed")


@pytest.mark.parametrize(("story", "end"), [("refused", "returned"), ("lost", "lost")])
def test_a_return_of_what_is_never_delivered_is_cancelled(desk: Any, story: str, end: str) -> None:
    made = desk.book()
    found = ask(desk, made["id"]).json
    desk.live(made["id"], story)
    desk.advance(12 * DAY)
    assert desk.seen(made["id"])["status"] == end
    assert desk.get(f"/v1/returns/{found['id']}").json["status"] == "cancelled"


@pytest.mark.parametrize(("story", "reason"), [("refused", "refused"), ("returned", "not_collected")])
def test_the_carriers_own_return_appears_by_itself_with_number_reason_and_date(
    desk: Any, story: str, reason: str
) -> None:
    made = desk.book()
    desk.live(made["id"], story)
    desk.advance(12 * DAY)
    (found,) = desk.get("/v1/returns").json["data"]
    assert (found["origin"], found["reason"], found["label"]) == ("carrier", reason, None)
    assert found["original_tracking_number"] == found["return_tracking_number"] == made["tracking_number"]
    assert found["returned_at"] == desk.seen(made["id"])["events"][-1]["recorded_at"]
    assert [item["quantity"] for item in found["items"]] == [2, 1]
    data = told(desk)[-1]["data"]
    assert (data["tracking_number"], data["reason"], data["origin"]) == (made["tracking_number"], reason, "carrier")
    assert data["returned_at"] == found["returned_at"]
    assert (data["event"]["status"], data["status"], data["previous_status"]) == ("returned", "returned", "returning")
    missing = desk.get(f"/v1/returns/{found['id']}/label")
    assert (missing.status, missing.problem) == (404, "not-found")


def test_a_part_that_is_refused_comes_back_by_itself(desk: Any) -> None:
    made = desk.book()
    desk.live(made["id"], "partly-refused")
    desk.advance(12 * DAY)
    assert desk.seen(made["id"])["status"] == "delivered"
    (found,) = desk.get("/v1/returns").json["data"]
    assert (found["origin"], found["reason"], found["status"]) == ("carrier", "refused", "closed")
    assert found["items"] == [{"sku": "MUG-7", "quantity": 1}]
    assert found["return_tracking_number"] != made["tracking_number"]


def test_of_a_single_piece_the_whole_is_refused(desk: Any) -> None:
    made = desk.book(contents=[{"description": "Lampe", "quantity": 1}])
    desk.live(made["id"], "partly-refused")
    desk.advance(12 * DAY)
    assert desk.seen(made["id"])["status"] == "returned"
    assert desk.get("/v1/returns").json["data"][0]["items"] == [{"sku": "Lampe", "quantity": 1}]


def test_a_return_label_in_the_box_is_made_with_the_parcel_and_waits(desk: Any) -> None:
    reply = desk.post("/v1/parcels", desk.order(label={"return_label": True}), key="k" * 16)
    enclosed = reply.json["return"]
    assert enclosed["status"] == "label_created" and enclosed["label"]["content_base64"]
    desk.advance(12 * DAY)
    assert desk.seen(reply.json["id"])["status"] == "delivered"
    assert desk.get(f"/v1/returns/{enclosed['id']}").json["status"] == "label_created"
    assert desk.get(f"/v1/parcels/{reply.json['id']}").json["returns"] == [enclosed["id"]]
    desk.scan(enclosed["id"], "shipped")  # the consumer uses it
    desk.scan(enclosed["id"], "delivered")
    assert desk.get(f"/v1/returns/{enclosed['id']}").json["status"] == "received"


def test_a_repeated_create_shows_the_return_as_it_was_then(desk: Any) -> None:
    first = desk.post("/v1/parcels", desk.order(label={"return_label": True}), key="k" * 16)
    desk.scan(first.json["return"]["id"], "shipped")
    again = desk.post("/v1/parcels", desk.order(label={"return_label": True}), key="k" * 16)
    assert again.body == first.body


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"parcel_id": None}, ("/parcel_id", "required")),
        ({"reason": None}, ("/reason", "required")),
        ({"reason": "bored"}, ("/reason", "enum")),
        ({"reason": "other"}, ("/reason_text", "required")),
        ({"reason_text": "x" * 201}, ("/reason_text", "too_long")),
        ({"items": [{"sku": "NONE", "quantity": 1}]}, ("/items/0/sku", "conflict")),
        ({"items": [{"sku": "TS-1", "quantity": 3}]}, ("/items/0/quantity", "max")),
        ({"items": [{"sku": "TS-1"}]}, ("/items/0/quantity", "required")),
        ({"items": "all"}, ("/items", "type")),
        ({"label": {"return_label": True}}, ("/label/return_label", "unknown_member")),
        ({"colour": 1}, ("/colour", "unknown_member")),
        ({"tracking_number": "other"}, ("/tracking_number", "conflict")),
    ],
)
def test_a_bad_request_makes_no_return(desk: Any, changes: dict[str, Any], fault: tuple[str, str]) -> None:
    made, other = desk.book(), desk.book()
    if "tracking_number" in changes:
        changes = {"tracking_number": other["tracking_number"]}
    reply = ask(desk, made["id"], **changes)
    assert reply.status == 422 and reply.faults == [fault]
    assert desk.get("/v1/returns").json["data"] == [] and told(desk) == []


def test_a_return_can_name_the_number_instead_of_the_id(desk: Any) -> None:
    made = desk.book()
    reply = desk.post("/v1/returns", {"tracking_number": made["tracking_number"], "reason": "changed_mind"})
    assert reply.status == 201 and reply.json["parcel_id"] == made["id"]
    assert [item["sku"] for item in reply.json["items"]] == ["TS-1", "MUG-7"]
    unknown = desk.post("/v1/returns", {"tracking_number": "MAL123", "reason": "changed_mind"})
    assert (unknown.status, unknown.problem) == (404, "not-found")
    of_return = desk.post("/v1/returns", {"parcel_id": reply.json["id"], "reason": "changed_mind"})
    assert (of_return.status, of_return.problem) == (404, "not-found")


@pytest.mark.parametrize("codes", [("lost",), ("returning",), ("returning", "returned"), ("cancelled",)])
def test_what_is_gone_or_on_its_way_back_cannot_be_returned(desk: Any, codes: tuple[str, ...]) -> None:
    made = desk.book()
    if codes == ("cancelled",):
        desk.post(f"/v1/parcels/{made['id']}/cancel")
    else:
        for code in codes:
            desk.scan(made["id"], code)
    reply = ask(desk, made["id"])
    assert (reply.status, reply.problem, reply.json["state"]) == (409, "invalid-state", codes[-1])
    assert "delivered" in reply.json["allowed"]


def test_returns_are_listed_newest_first(desk: Any) -> None:
    made = desk.book()
    wanted = [ask(desk, made["id"]).json["id"] for _ in range(5)]
    reply = desk.get("/v1/returns", query={"limit": "2"})
    seen = [row["id"] for row in reply.json["data"]]
    while "Link" in reply.headers:
        reply = desk.follow(reply.headers["Link"])
        seen += [row["id"] for row in reply.json["data"]]
    assert seen == wanted[::-1]


def test_withdrawing_the_return_scan_takes_the_receipt_back(desk: Any) -> None:
    made = desk.book()
    for code in ("shipped", "returning", "returned"):
        desk.advance(HOUR)
        desk.scan(made["id"], code, reason="refused")
    desk.revoke(made["id"], 3)
    (found,) = desk.get("/v1/returns").json["data"]
    assert (found["status"], found["returned_at"]) == ("in_transit", None)
    desk.advance(HOUR)
    desk.scan(made["id"], "returned")
    (found,) = desk.get("/v1/returns").json["data"]
    assert found["status"] == "received" and found["returned_at"]
