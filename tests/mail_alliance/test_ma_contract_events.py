"""The contract's event types (Part 6) with what each says, and sequences without gaps (§4.3, Part 8)."""

import re
from typing import Any

import msgspec

HOUR, DAY = 3_600_000, 86_400_000

# Part 6: what the data of each type has beyond parcel_id, tracking_number, references, sequence
SCANNED = {"event", "status", "previous_status", "is_current", "first_in_status"}
OF_RETURN = {"return_id", "return_tracking_number", "reason", "reason_text", "returned_at", "origin", "items"}
MEMBERS: dict[str, set[str]] = {
    "parcel.created": {"service", "status"},
    "parcel.cancelled": set(),
    **dict.fromkeys(
        (
            f"tracking.{name}"
            for name in (
                *("shipped", "in_transit", "out_for_delivery", "ready_for_pickup", "delivery_failed", "held"),
                *("delivered", "lost"),
            )
        ),
        SCANNED,
    ),
    "tracking.revoked": {"event", "revoked_event_id", "status"},
    "return.created": OF_RETURN,
    "return.in_transit": OF_RETURN,
    "return.received": OF_RETURN,
}
ALWAYS = {"parcel_id", "tracking_number", "references", "sequence", "occurred_at", "livemode"}


def test_every_event_type_is_sent_with_the_members_of_the_contract(desk: Any) -> None:
    desk.stand_still()
    desk.endpoint()
    parcels = {name: desk.book(references={"order": name})["id"] for name in ("back", "lost", "gone", "home")}
    for code in ("shipped", "in_transit", "out_for_delivery", "delivery_failed", "ready_for_pickup", "held"):
        desk.scan(parcels["back"], code)
    desk.revoke(parcels["back"], 6)
    for code in ("returning", "returned"):
        desk.scan(parcels["back"], code, reason="refused")
    desk.scan(parcels["lost"], "lost")
    desk.scan(parcels["home"], "delivered")
    assert desk.post(f"/v1/parcels/{parcels['gone']}/cancel").status == 200
    desk.advance(0)
    told = [msgspec.json.decode(effect.body) for effect in desk.received]
    ping, *others = told
    assert ping["type"] == "endpoint.ping" and ping["data"]["message"]
    assert {one["type"] for one in others} == set(MEMBERS)
    for one in others:
        assert set(one) == {"type", "timestamp", "data"} and re.fullmatch(r"[a-z_.]+", one["type"])
        data = one["data"]
        assert set(data) >= ALWAYS | MEMBERS[one["type"]], one["type"]
        assert data["occurred_at"] == one["timestamp"]
        assert data["references"]["order"] in parcels
    received = next(one["data"] for one in others if one["type"] == "return.received")
    assert received["return_tracking_number"] and received["reason"] == "refused" and received["returned_at"]


def test_no_payload_is_larger_than_20_kb(desk: Any) -> None:
    desk.stand_still()
    desk.endpoint()
    grin = "\N{GRINNING FACE}"
    lines = [{"description": grin * 70, "sku": f"{number:02}" + grin * 38, "quantity": 9999} for number in range(50)]
    names = {"order": grin * 35, "customer": grin * 35, "shipment": grin * 50}
    made = desk.book(contents=lines, references=names)
    desk.post("/v1/returns", {"parcel_id": made["id"], "reason": "other", "reason_text": grin * 200})
    desk.advance(0)
    assert len(desk.received) == 3
    assert 9_000 < max(len(effect.body) for effect in desk.received) < 20_000


def test_an_endpoint_shows_its_secret_once_and_no_list_delivery_or_event_does(desk: Any) -> None:
    made = desk.endpoint()
    desk.advance(0)
    path = f"/v1/webhook-endpoints/{made['id']}"
    rotated = desk.post(f"{path}/rotate-secret", key=None).json["secret"]
    for place in (path, "/v1/webhook-endpoints", f"{path}/deliveries", "/v1/events"):
        body = desk.get(place).body.decode()
        assert made["secret"] not in body and rotated not in body and "whsec_" not in body
    changed = desk.call("PATCH", path, {"description": "new"})
    assert changed.json["description"] == "new" and "whsec_" not in changed.body.decode()


# -- Part 8


def test_late_scans_revocations_and_cancellations_leave_sequences_without_gaps(desk: Any) -> None:
    desk.stand_still()
    made = desk.book()
    desk.advance(DAY)
    for code, late_ms in (("in_transit", 0), ("shipped", 5 * HOUR), ("out_for_delivery", 0), ("delivered", 0)):
        desk.scan(made["id"], code, late_ms=late_ms)
    desk.revoke(made["id"], 4)
    desk.scan(made["id"], "held")
    feed = desk.get("/v1/tracking-events").json["data"]
    assert [row["sequence"] for row in feed] == [0, 1, 2, 3, 4, 5, 6]
    assert sorted(event["sequence"] for event in desk.seen(made["id"])["events"]) == [1, 2, 3, 4, 5, 6]
