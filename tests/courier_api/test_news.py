"""What happens to an order beside its statuses, and the news of it. Wire contract: `courier_api` §1.12, §2.3."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.core.errors import Reason, Rejected
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.courier_api.cdek import CARRIER
from parcelproof.simulators.courier_api.cdek.problem_codes import CALL_FAILURES, EVENTS, PROBLEMS

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

DAY_MS = 86_400_000
OFFICE = {"tariff_code": 138, "to_location": None, "delivery_point": "NSK1"}
TYPES = ("ORDER_STATUS", "ORDER_MODIFIED", "DELIV_PROBLEM", "DELIV_AGREEMENT", "COURIER_INFO", "OFFICE_AVAILABILITY")


def still_order(desk: Desk, **changes: Any) -> str:
    uuid = desk.order(**changes)
    desk.still(uuid)
    return uuid


def listen(desk: Desk, *kinds: str) -> None:
    for kind in kinds:
        desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:9000/", "type": kind})


def told(desk: Desk) -> list[dict[str, Any]]:
    """Run what is due now and return the payloads that went out since the last time."""
    desk.advance(0)
    found = [body for _, body in desk.sent]
    desk.sent.clear()
    return found


def test_a_problem_is_shown_told_and_bears_a_status(desk: Desk) -> None:
    uuid = still_order(desk)
    listen(desk, "DELIV_PROBLEM")
    desk.scan(uuid, "TAKEN_BY_COURIER")
    before = desk.shown(uuid)
    assert "delivery_problem" not in before
    desk.advance(1_000)
    desk.scan(uuid, "DELIV_PROBLEM", "13")
    (notice,) = told(desk)
    assert notice == {
        "type": "DELIV_PROBLEM",
        "date_time": "2026-03-02T09:00:02+0000",
        "uuid": uuid,
        "attributes": {
            "cdek_number": before["cdek_number"],
            "number": "P-001",
            "code": "13",
            "create_date": "2026-03-02T09:00:02+0000",
        },
    }
    after = desk.shown(uuid)
    assert after["delivery_problem"] == {"code": "13", "create_date": "2026-03-02T09:00:02+00:00"}
    assert after["statuses"] == before["statuses"]
    assert desk.parcel(uuid).status is Status.HELD
    desk.advance(1_000)
    desk.scan(uuid, "TAKEN_BY_COURIER")
    assert desk.parcel(uuid).status is Status.OUT_FOR_DELIVERY


def test_several_problems_are_the_newest_or_a_list(desk: Desk) -> None:
    uuid = still_order(desk)
    for code, late_ms in (("13", 0), ("35", 5_000), ("13", 0)):
        desk.scan(uuid, "DELIV_PROBLEM", code, late_ms=late_ms)
    assert desk.shown(uuid)["delivery_problem"]["code"] == "13"
    desk.settings(cdek={"delivery_problem_shape": "list"})
    assert [row["code"] for row in desk.shown(uuid)["delivery_problem"]] == ["13", "35"]


def test_a_withdrawn_problem_is_gone(desk: Desk) -> None:
    uuid = still_order(desk)
    parcel = desk.scan(uuid, "DELIV_PROBLEM", "40")
    assert parcel.status is Status.DELIVERY_FAILED
    assert CARRIER.revoke(desk.world, parcel, parcel.scans).status is Status.ANNOUNCED
    assert "delivery_problem" not in desk.shown(uuid)


def test_every_problem_and_call_failure_has_its_value() -> None:
    """The tables of `courier_api` §2.3 and of `statuses` §3a."""
    held = {"1", "9", "13", "19", "46", "47", "48", "49", "53", "55", "57"}
    kept = {"36", "56"}
    assert {code for code, (_, status) in PROBLEMS.items() if status is Status.HELD} == held
    assert {code for code, (_, status) in PROBLEMS.items() if status is None} == kept
    assert {int(code) for code in PROBLEMS} == {
        1, 9, 11, 13, 17, 19, *range(35, 50), 52, 53, 54, 55, 56, 57,
    }  # fmt: skip
    assert len({name for name, _ in PROBLEMS.values()}) == len(PROBLEMS)
    assert list(CALL_FAILURES) == [str(n) for n in range(1, 9)]


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_problem_reads_as_the_table_says(desk: Desk, code: str) -> None:
    uuid = still_order(desk)
    assert desk.scan(uuid, "DELIV_PROBLEM", code).status is (PROBLEMS[code][1] or Status.ANNOUNCED)
    assert desk.shown(uuid)["delivery_problem"]["code"] == code


def test_calls_are_told_as_they_were(desk: Desk) -> None:
    uuid = still_order(desk)
    assert desk.shown(uuid)["calls"] == {}
    desk.scan(uuid, "CALL_FAILED", "2", late_ms=1_000)
    desk.scan(uuid, "CALL_RESCHEDULED")
    desk.scan(uuid, "CALL_RESCHEDULED", "2026-03-05 9:30")
    at = "2026-03-02T09:00:01+00:00"
    assert desk.shown(uuid)["calls"] == {
        "failed_calls": [{"date_time": "2026-03-02T09:00:00+00:00", "reason_code": 2}],
        "rescheduled_calls": [
            {"date_time": at, "date_next": "2026-03-03", "time_next": "10:00"},
            {"date_time": at, "date_next": "2026-03-05", "time_next": "09:30"},
        ],
    }
    assert desk.parcel(uuid).scans == 0


def test_a_call_agrees_on_a_delivery(desk: Desk) -> None:
    uuid = still_order(desk)
    listen(desk, "DELIV_AGREEMENT")
    desk.scan(uuid, "CALL_AGREED", "2026-03-09 14:00-18:00")
    (notice,) = told(desk)
    attributes = notice["attributes"]
    assert (attributes["source"], attributes["date"], attributes["time_to"]) == (
        "DAILY_CALL_TASK",
        "2026-03-09",
        "18:00:00",
    )
    assert desk.shown(uuid)["planned_delivery_date"] == "2026-03-09"
    agreed = desk.ask("GET", f"/delivery/{attributes['delivery_uuid']}")[1]["entity"]
    assert agreed["source"] == "DAILY_CALL_TASK"


def test_a_delay_moves_the_planned_day_and_the_goods(desk: Desk) -> None:
    uuid = desk.order(comment="[story: delivered]")
    listen(desk, "ORDER_MODIFIED")
    before = date.fromisoformat(desk.shown(uuid)["planned_delivery_date"])
    desk.scan(uuid, "DELAYED", "3")
    after = desk.shown(uuid)
    assert after["planned_delivery_date"] == (before + timedelta(3)).isoformat()
    (reason,) = after["delay_reasons"]
    assert reason == {"create_date": "2026-03-02T09:00:01+00:00", "description": "Доставка задерживается, дней: 3"}
    (notice,) = told(desk)
    assert notice["attributes"] == {
        "modification_type": "PLANED_DELIVERY_DATE_CHANGED",
        "new_value": {"type": "DATE", "value": after["planned_delivery_date"]},
    }
    desk.advance(3 * DAY_MS)
    assert desk.parcel(uuid).scans == 0
    desk.advance(DAY_MS)
    assert desk.parcel(uuid).scans


def test_what_is_weighed_again_costs_more_here_and_in_the_registry(desk: Desk) -> None:
    uuid = still_order(desk)
    desk.scan(uuid, "DELAYED", "1")
    listen(desk, "ORDER_MODIFIED")
    before = desk.shown(uuid)
    desk.scan(uuid, "WEIGHED_AGAIN", "7300")
    after = desk.shown(uuid)
    assert after["delivery_detail"]["total_sum"] > before["delivery_detail"]["total_sum"]
    package = after["packages"][0]
    assert (package["weight"], package["weight_calc"]) == (1500, 7300)
    (notice,) = told(desk)
    total = after["delivery_detail"]["total_sum"]
    assert notice["attributes"]["new_value"] == {"type": "FLOAT", "value": str(total)}
    desk.scan(uuid, "DELIVERED")
    assert CARRIER.payouts is not None
    CARRIER.payouts.make(desk.world)
    (registry,) = desk.ask("GET", "/registries", date="2026-03-02")[1]["registries"]
    assert registry["orders"][0]["total_sum_without_agent"] == total
    assert after["planned_delivery_date"] == before["planned_delivery_date"]


def test_the_courier_is_named_when_he_goes_out(desk: Desk) -> None:
    uuid = still_order(desk)
    listen(desk, "COURIER_INFO")
    desk.scan(uuid, "TAKEN_BY_COURIER")
    (notice,) = told(desk)
    attributes = notice["attributes"]
    assert (notice["type"], notice["uuid"], attributes["task_type"]) == ("COURIER_INFO", uuid, "DELIVERY")
    assert attributes.keys() == {"task_type", "cdek_number", "courier"}
    assert all(attributes["courier"].values())


def test_an_office_that_shuts_sends_its_parcels_to_another(desk: Desk) -> None:
    going, there = still_order(desk, **OFFICE), still_order(desk, number="P-2", **OFFICE)
    desk.scan(there, "DELIVERED")
    listen(desk, "OFFICE_AVAILABILITY")
    desk.scan(going, "OFFICE_CLOSED")
    (notice,) = told(desk)
    assert (notice["type"], notice["attributes"]) == (
        "OFFICE_AVAILABILITY",
        {"type": "UNAVAILABLE_OFFICE", "code": "NSK1"},
    )
    other = desk.shown(going)["delivery_point"]
    assert other != "NSK1"
    (office,) = desk.ask("GET", "/deliverypoints", code=other)[1]
    assert (office["type"], office["location"]["city"]) == ("PVZ", "Новосибирск")
    assert desk.shown(there)["delivery_point"] == "NSK1"
    assert desk.ask("GET", "/deliverypoints", code="NSK1") == (200, [])
    later = desk.order(number="P-3", **OFFICE)
    assert desk.shown(later)["delivery_point"] == other
    (warning,) = desk.ask("GET", f"/orders/{later}")[1]["requests"][0]["warnings"]
    assert (warning["code"], other in warning["message"]) == ("v2_delivery_point_changed", True)
    desk.scan(going, "OFFICE_CLOSED", "nsk1")
    assert told(desk) == []
    desk.scan(going, "OFFICE_OPENED", "NSK1")
    (notice,) = told(desk)
    assert notice["attributes"] == {"type": "AVAILABLE_OFFICE", "code": "NSK1"}
    (office,) = desk.ask("GET", "/deliverypoints", code="NSK1")[1]
    assert notice["uuid"] == office["uuid"]
    assert desk.shown(desk.order(number="P-4", **OFFICE))["delivery_point"] == "NSK1"
    assert desk.shown(going)["delivery_point"] == other
    desk.scan(going, "OFFICE_CLOSED", "NSK1")
    seen = {"NSK1"}
    while (point := desk.shown(going)["delivery_point"]) not in seen:
        (office,) = desk.ask("GET", "/deliverypoints", code=point)[1]
        assert office["type"] == "PVZ"
        seen.add(point)
        desk.scan(going, "OFFICE_CLOSED")
    assert len(seen) > 3  # until none is left


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("DELIV_PROBLEM", ""),
        ("DELIV_PROBLEM", "2"),
        ("CALL_FAILED", "9"),
        ("CALL_FAILED", "²"),
        ("CALL_RESCHEDULED", "tomorrow"),
        ("CALL_RESCHEDULED", "2026-03-05"),
        ("CALL_AGREED", ""),
        ("CALL_AGREED", "2026-03-05 14:00"),
        ("DELAYED", "31"),
        ("DELAYED", "-1"),
        ("WEIGHED_AGAIN", ""),
        ("WEIGHED_AGAIN", "9" * 30),
        ("OFFICE_CLOSED", ""),
        ("OFFICE_OPENED", "XXX"),
    ],
)
def test_a_reason_that_an_event_does_not_know_changes_nothing(desk: Desk, event: str, reason: str) -> None:
    uuid = still_order(desk)
    before = desk.world.store.dump()
    with pytest.raises(Rejected) as caught:
        desk.scan(uuid, event, reason)
    assert caught.value.reason is Reason.UNKNOWN_CODE
    assert caught.value.facts["allowed"]
    assert desk.world.store.dump() == before


def test_nothing_happens_to_an_order_that_is_gone(desk: Desk) -> None:
    uuid = still_order(desk)
    desk.scan(uuid, "REMOVED")
    for event in EVENTS:
        with pytest.raises(Rejected) as caught:
            desk.scan(uuid, event)
        assert caught.value.reason is Reason.CANCELLED


@pytest.mark.parametrize("place", ["door", "office", "locker"])
@pytest.mark.parametrize("story", ["problem", "delayed"])
def test_lives_with_trouble_leave_traces(desk: Desk, story: str, place: str) -> None:
    ends = {"door": {}, "office": OFFICE, "locker": {"tariff_code": 366, "to_location": None, "delivery_point": "NSK2"}}
    listen(desk, *TYPES)
    uuid = desk.order(comment=f"[story: {story}]", **ends[place])
    desk.advance(9 * DAY_MS)
    shown = desk.shown(uuid)
    assert shown["statuses"][0]["code"] == "DELIVERED"
    kinds = {body["type"] for body in told(desk)}
    if story == "delayed":
        assert shown["delay_reasons"]
        assert "ORDER_MODIFIED" in kinds
    else:
        assert shown["calls"] or shown["delivery_problem"]
        assert ("DELIV_PROBLEM" in kinds) is (place != "office")


def test_storage_is_free_while_the_parcel_waits_for_the_buyer(desk: Desk) -> None:
    office, door = still_order(desk, **OFFICE), still_order(desk, number="P-2")
    for uuid in (office, door):
        desk.scan(uuid, "ACCEPTED_IN_RECIPIENT_CITY")
        assert "keep_free_until" not in desk.shown(uuid)
    desk.scan(office, "ACCEPTED_AT_PICK_UP_POINT")
    assert desk.shown(office)["keep_free_until"] == "2026-03-04T09:00:02+00:00"
    desk.scan(office, "DELIVERED")
    assert "keep_free_until" not in desk.shown(office)


def test_a_foreign_order_is_forbidden_when_the_tenant_says_so(new_desk: Callable[..., Desk]) -> None:
    for says, code in (("not_found", "v2_order_not_found"), ("forbidden", "v2_order_forbidden")):
        desk = new_desk(cdek={"foreign_order": says})
        status, body = desk.ask("GET", "/orders", cdek_number="1999999999")
        assert (status, body["errors"][0]["code"]) == (400, code)
        assert desk.ask("GET", "/orders", cdek_number="1999999998")[1]["errors"][0]["code"] == "v2_order_not_found"
