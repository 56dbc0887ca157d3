"""Tracking and the reconciliation feed (§4.3, Part 5; MA-T09, MA-T16)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.core.errors import Reason, Rejected
from parcelproof.simulators.mail_alliance.statuses import EVENT_TYPES, SCANNED, TERMINAL, WORDS
from parcelproof.simulators.mail_alliance.tracking import FED_TYPES

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.fixture(autouse=True)
def still(desk: Any) -> None:
    desk.stand_still()


def test_a_new_parcel_is_announced_and_has_no_events(desk: Any) -> None:
    made = desk.book()
    seen = desk.seen(made["id"])
    assert (seen["status"], seen["events"], seen["delivered_to"]) == ("announced", [], None)
    assert seen["tracking_number"] == made["tracking_number"]
    assert seen["status_since"] == made["created_at"]
    assert seen["estimated_delivery"]["from"] <= seen["estimated_delivery"]["to"]


def test_events_have_every_member_oldest_first_and_gapless(desk: Any) -> None:
    made = desk.book()
    for code in ("shipped", "in_transit", "out_for_delivery", "delivered"):
        desk.advance(HOUR)
        desk.scan(made["id"], code, place="DE-10115 Berlin", reason="as_told")
    seen = desk.seen(made["id"])
    assert (seen["status"], seen["delivered_to"], seen["estimated_delivery"]) == ("delivered", "Jürgen Müller", None)
    assert [event["sequence"] for event in seen["events"]] == [1, 2, 3, 4]
    assert seen["status_since"] == seen["events"][-1]["occurred_at"]
    assert seen["events"][0] == {
        "id": seen["events"][0]["id"],
        "sequence": 1,
        "status": "shipped",
        "code": "shipped",
        "description": WORDS["shipped"].text,
        "occurred_at": "2026-03-02T10:00:00.000Z",
        "recorded_at": "2026-03-02T10:00:00.000Z",
        "location": {"city": "Berlin", "postal_code": "10115", "country": "DE"},
        "reason": "as_told",
        "revokes": None,
    }
    assert len({event["id"] for event in seen["events"]}) == 4


def test_by_number_is_the_same_as_by_id_with_its_validators(desk: Any) -> None:
    made = desk.book()
    desk.scan(made["id"], "shipped")
    by_id = desk.get(f"/v1/parcels/{made['id']}/tracking")
    by_number = desk.get(f"/v1/tracking/{made['tracking_number']}")
    assert by_id.body == by_number.body and by_id.json["etag"] == by_id.headers["ETag"]
    assert by_id.headers["Cache-Control"] == "max-age=60"
    assert by_id.headers["Last-Modified"] == "Mon, 02 Mar 2026 09:00:00 GMT"
    known = desk.get(f"/v1/tracking/{made['tracking_number']}", headers={"If-None-Match": by_id.headers["ETag"]})
    assert (known.status, known.body) == (304, b"")
    desk.advance(MINUTE)
    desk.scan(made["id"], "in_transit")
    fresh = desk.get(f"/v1/tracking/{made['tracking_number']}", headers={"If-None-Match": by_id.headers["ETag"]})
    assert fresh.status == 200 and fresh.json["status"] == "in_transit"


def test_a_late_older_scan_changes_the_history_but_not_the_status(desk: Any) -> None:
    made = desk.book()
    desk.advance(5 * HOUR)
    desk.scan(made["id"], "out_for_delivery")
    desk.scan(made["id"], "shipped", late_ms=4 * HOUR)
    desk.scan(made["id"], "in_transit", late_ms=2 * HOUR)
    seen = desk.seen(made["id"])
    assert seen["status"] == "out_for_delivery"
    assert [(event["status"], event["sequence"]) for event in seen["events"]] == [
        ("shipped", 2),
        ("in_transit", 3),
        ("out_for_delivery", 1),
    ]


def test_a_delivery_recorded_late_ends_the_history_before_newer_scans(desk: Any) -> None:
    made = desk.book()
    desk.advance(5 * HOUR)
    desk.scan(made["id"], "in_transit")
    desk.scan(made["id"], "delivered", late_ms=2 * HOUR)
    seen = desk.seen(made["id"])
    assert (seen["status"], seen["status_since"]) == ("delivered", "2026-03-02T12:00:00.000Z")
    assert [event["status"] for event in seen["events"]] == ["delivered", "in_transit"]


def test_at_one_moment_the_higher_sequence_decides(desk: Any) -> None:
    made = desk.book()
    desk.scan(made["id"], "out_for_delivery")
    desk.scan(made["id"], "held")
    assert desk.seen(made["id"])["status"] == "held"


@pytest.mark.parametrize("ended", ["delivered", "returned", "lost"])
def test_after_the_end_nothing_happens_but_an_earlier_scan_may_still_be_recorded(desk: Any, ended: str) -> None:
    made = desk.book()
    desk.advance(DAY)
    desk.scan(made["id"], "shipped")
    desk.scan(made["id"], ended)
    before = desk.seen(made["id"])
    with pytest.raises(Rejected) as refused:
        desk.scan(made["id"], "in_transit")
    assert refused.value.reason is Reason.FINAL
    assert desk.seen(made["id"]) == before
    desk.scan(made["id"], "in_transit", late_ms=HOUR)
    assert desk.seen(made["id"])["status"] == ended
    assert len(desk.seen(made["id"])["events"]) == 3


def test_a_withdrawn_delivery_reopens_the_parcel(desk: Any) -> None:
    made = desk.book()
    for code in ("shipped", "out_for_delivery", "delivered"):
        desk.advance(HOUR)
        desk.scan(made["id"], code)
    delivered = desk.seen(made["id"])["events"][-1]
    desk.advance(HOUR)
    desk.revoke(made["id"], 3)
    seen = desk.seen(made["id"])
    assert seen["status"] == "out_for_delivery"
    assert [event["sequence"] for event in seen["events"]] == [1, 2, 3, 4]
    assert (seen["events"][-1]["revokes"], seen["events"][-1]["status"]) == (delivered["id"], "out_for_delivery")
    desk.advance(HOUR)
    desk.scan(made["id"], "delivered")
    assert desk.seen(made["id"])["status"] == "delivered"
    with pytest.raises(Rejected):
        desk.revoke(made["id"], 3)


def test_unknown_codes_and_scans_of_a_cancelled_parcel_are_refused(desk: Any) -> None:
    made = desk.book()
    for code in ("announced", "cancelled", "eaten", ""):
        with pytest.raises(Rejected) as refused:
            desk.scan(made["id"], code)
        assert refused.value.reason is Reason.UNKNOWN_CODE
    desk.post(f"/v1/parcels/{made['id']}/cancel")
    with pytest.raises(Rejected) as refused:
        desk.scan(made["id"], "shipped")
    assert refused.value.reason is Reason.CANCELLED


# -- the feed


def feed(desk: Any, **query: str) -> list[dict[str, Any]]:
    """Walk the feed to its end."""
    reply = desk.get("/v1/tracking-events", query=query)
    rows = list(reply.json["data"])
    while "Link" in reply.headers:
        reply = desk.follow(reply.headers["Link"])
        rows += reply.json["data"]
    return rows


def test_the_feed_has_every_event_strictly_as_recorded(desk: Any) -> None:
    first, second = desk.book(), desk.book()
    for story, made in (("refused", first), ("second-attempt", second)):
        desk.live(made["id"], story)
    desk.advance(12 * DAY)
    rows = feed(desk, limit="3")
    moments = [row["recorded_at"] for row in rows]
    assert moments == sorted(moments) and len({row["id"] for row in rows}) == len(rows)
    for made in (first, second):
        scanned = [row for row in rows if row["parcel_id"] == made["id"] and row["sequence"]]
        events = desk.seen(made["id"])["events"]
        assert [row["id"] for row in scanned] == [event["id"] for event in events]
        for row, event in zip(scanned, events, strict=True):
            assert {name: row[name] for name in event} == event
            assert row["tracking_number"] == made["tracking_number"]
    assert {row["type"] for row in rows} >= {"parcel.created", "return.created", "return.received"}


def test_a_page_can_begin_after_any_event_and_be_narrowed_to_a_type(desk: Any) -> None:
    made = desk.book()
    desk.live(made["id"], "delivered")
    desk.advance(9 * DAY)
    rows = feed(desk)
    for place, row in enumerate(rows):
        assert feed(desk, after=row["id"], limit="2") == rows[place + 1 :]
    assert [row["type"] for row in feed(desk, type="tracking.delivered")] == ["tracking.delivered"]


def test_the_feed_is_complete_for_45_days_and_has_no_pings(desk: Any) -> None:
    desk.endpoint()
    made = desk.book()
    desk.live(made["id"], "delivered")
    desk.advance(60 * DAY)
    rows = feed(desk)
    assert rows[0]["type"] == "parcel.created" and len(rows) == 6
    assert {row["parcel_id"] for row in feed(desk)} == {made["id"]}


@given(st.lists(st.sampled_from(["book", "scan", "page", "page"]), max_size=25), st.integers(1, 3))
def test_walking_while_events_are_added_yields_each_exactly_once(
    new_desk: Callable[..., Any], script: list[str], limit: int
) -> None:
    desk = new_desk().stand_still()
    made = [desk.book(references=None)["id"]]
    reply = desk.get("/v1/tracking-events", query={"limit": str(limit)})
    seen = [row["id"] for row in reply.json["data"]]
    for act in [*script, *["page"] * 60]:
        if act == "book":
            made.append(desk.book(references=None)["id"])
        elif act == "scan":
            desk.scan(made[len(seen) % len(made)], "in_transit")
        elif "Link" in reply.headers:
            reply = desk.follow(reply.headers["Link"])
            seen += [row["id"] for row in reply.json["data"]]
        else:  # at the end: go on from the last one seen
            reply = desk.get("/v1/tracking-events", query={"limit": str(limit), "after": seen[-1]})
            seen += [row["id"] for row in reply.json["data"]]
    assert seen == [row["id"] for row in feed(desk)]


@given(st.permutations(["shipped", "in_transit", "held", "out_for_delivery", "delivery_failed", "delivered"]))
def test_the_status_does_not_depend_on_the_order_of_recording(
    new_desk: Callable[..., Any], recorded: list[str]
) -> None:
    occurred = ["shipped", "in_transit", "held", "out_for_delivery", "delivery_failed", "delivered"]
    desk = new_desk().stand_still()
    made = desk.book()
    desk.advance(DAY)
    for code in recorded:
        desk.scan(made["id"], code, late_ms=(6 - occurred.index(code)) * HOUR)
    seen = desk.seen(made["id"])
    assert seen["status"] == "delivered"
    assert [event["status"] for event in seen["events"]] == occurred
    assert desk.world.parcel(made["id"]).status == "delivered"  # the core's fold agrees


def test_the_tables_are_complete() -> None:
    assert set(WORDS) == {*SCANNED, "announced", "cancelled"}
    assert {*FED_TYPES, "endpoint.ping"} == set(EVENT_TYPES)
    assert set(WORDS) > TERMINAL
    assert len({word.canonical for word in WORDS.values()}) == len(WORDS)
    assert set(EVENT_TYPES) == {
        "parcel.created",
        "parcel.cancelled",
        "tracking.shipped",
        "tracking.in_transit",
        "tracking.out_for_delivery",
        "tracking.ready_for_pickup",
        "tracking.delivery_failed",
        "tracking.held",
        "tracking.delivered",
        "tracking.lost",
        "tracking.revoked",
        "return.created",
        "return.in_transit",
        "return.received",
        "endpoint.ping",
    }
