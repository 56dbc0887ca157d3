"""Courier calls: taken in, judged, made ready, done, by the sender's clock. Contract: `courier_api` §1.6, §2.10."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.core.parcel import Scan
from parcelproof.simulators.courier_api.cdek import CARRIER

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
PLACE = {"code": 44, "address": "ул. Складская, 1"}
SENDER = {"name": "Склад", "phones": [{"number": "+74950000001"}]}
TUESDAY = "2026-03-03"  # the desk's clock stands at noon of Monday, Moscow time


def asked(**changes: Any) -> dict[str, Any]:
    """Return a call without an order; None takes a key away."""
    body = {
        "intake_date": TUESDAY,
        "intake_time_from": "10:00",
        "intake_time_to": "14:00",
        "sender": SENDER,
        "from_location": PLACE,
        **changes,
    }
    return {key: value for key, value in body.items() if value is not None}


def of_order(uuid: str, **changes: Any) -> dict[str, Any]:
    return asked(**{"order_uuid": uuid, "sender": None, "from_location": None, **changes})


def call(desk: Desk, body: dict[str, Any]) -> str:
    status, answer = desk.ask("POST", "/intakes", body)
    assert status == 202, answer
    assert answer["entity"].keys() == {"uuid"}
    assert (answer["requests"][0]["type"], answer["requests"][0]["state"]) == ("CREATE", "ACCEPTED")
    uuid: str = answer["entity"]["uuid"]
    return uuid


def shown(desk: Desk, uuid: str) -> dict[str, Any]:
    status, body = desk.ask("GET", f"/intakes/{uuid}")
    assert status == 200, body
    entity: dict[str, Any] = body["entity"]
    return entity


def codes(desk: Desk, uuid: str) -> list[str]:
    return [row["code"] for row in shown(desk, uuid)["statuses"]]


def errors(desk: Desk, uuid: str, request: int = 0) -> list[str]:
    row = desk.ask("GET", f"/intakes/{uuid}")[1]["requests"][request]
    return [error["code"] for error in row.get("errors", [])]


def test_a_call_for_an_order_takes_what_it_does_not_say_from_the_order(desk: Desk) -> None:
    order = desk.order()
    number = desk.shown(order)["cdek_number"]
    uuid = call(desk, asked(cdek_number=int(number), sender=None, from_location=None, comment="c", need_call="true"))
    early = shown(desk, uuid)
    assert "intake_number" not in early
    assert codes(desk, uuid) == ["ACCEPTED"]
    desk.advance(1_000)
    assert codes(desk, uuid) == ["CREATED", "ACCEPTED"]
    desk.advance(1_000)
    assert codes(desk, uuid) == ["READY_FOR_APPOINTMENT", "CREATED", "ACCEPTED"]
    late = shown(desk, uuid)
    assert (len(late["intake_number"]), late["intake_number"].isdecimal()) == (8, True)
    assert (late["cdek_number"], late["order_uuid"], late["name"]) == (number, order, "Чайник")
    assert (late["intake_date"], late["intake_time_from"], late["intake_time_to"]) == (TUESDAY, "10:00", "14:00")
    assert "lunch_time_from" not in late
    assert (late["weight"], late["length"], late["need_call"], late["comment"]) == (1500, 30, True, "c")
    assert (late["from_location"]["address"], late["from_location"]["country"]) == ("ул. Складская, 1", "Россия")
    assert (late["to_location"]["code"], late["to_location"]["address"]) == (270, "ул. Ленина, 7")
    assert late["packages"] == [
        {
            "package_id": desk.shown(order)["packages"][0]["package_id"],
            "weight": 1500,
            "length": 30,
            "width": 20,
            "height": 10,
        }
    ]
    assert desk.ask("GET", f"/orders/{order}/intakes") == (200, [late])


def test_a_call_without_an_order_has_the_recorded_defaults(desk: Desk) -> None:
    uuid = call(desk, asked(lunch_time_from="12:00", lunch_time_to="13:00:00"))
    entity = shown(desk, uuid)
    assert (entity["name"], entity["weight"]) == ("Consolidated cargo", 100)
    assert (entity["length"], entity["width"], entity["height"]) == (1, 1, 1)
    assert not {"order_uuid", "cdek_number"} & entity.keys()
    assert (entity["lunch_time_from"], entity["lunch_time_to"]) == ("12:00", "13:00")
    assert entity["sender"]["phones"] == [{"number": "74950000001"}]
    assert entity["to_location"]["city"] == "Москва"
    assert len(entity["packages"]) == 1
    assert shown(desk, call(desk, asked(name="Boxes", weight=2500.2, intake_date="2026-03-04")))["weight"] == 2501


def test_the_goods_of_an_order_move_after_the_courier_came(desk: Desk) -> None:
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:9000/", "type": "COURIER_INFO"})
    order = desk.order(comment="[story: delivered]")
    uuid = call(desk, of_order(order))
    desk.advance(21 * HOUR_MS)  # nine in the morning of Tuesday
    assert codes(desk, uuid)[0] == "APPOINTED_COURIER"
    (told,) = [body for _, body in desk.sent]
    attributes = told["attributes"]
    assert (told["type"], told["uuid"], attributes["task_type"]) == ("COURIER_INFO", order, "INTAKE")
    assert attributes["cdek_number"] == desk.shown(order)["cdek_number"]
    assert attributes["courier"].keys() == {"name", "car_model", "registration_mark", "phone"}
    assert "intake_number" not in attributes
    assert desk.parcel(order).scans == 0
    desk.advance(3 * HOUR_MS)
    assert codes(desk, uuid)[:2] == ["DONE", "APPOINTED_COURIER"]
    assert desk.parcel(order).scans == 0
    desk.advance(HOUR_MS)
    (first,) = [fact for fact in desk.parcel(order).facts if isinstance(fact, Scan)]
    assert first.code == "RECEIVED_AT_SHIPMENT_WAREHOUSE"
    desk.advance(8 * DAY_MS)
    assert desk.shown(order)["statuses"][0]["code"] == "DELIVERED"


def test_a_call_for_today_after_fifteen_hours_is_for_tomorrow(desk: Desk) -> None:
    monday = call(desk, asked(intake_date="2026-03-02", intake_time_to="21:00"))
    desk.advance(4 * HOUR_MS)
    late = call(desk, asked(intake_date="2026-03-02", intake_time_to="21:00", from_location={**PLACE, "address": "x"}))
    warned = [
        [row["code"] for row in desk.ask("GET", f"/intakes/{uuid}")[1]["requests"][0].get("warnings", [])]
        for uuid in (monday, late)
    ]
    assert warned == [[], ["v2_late_intake"]]
    desk.advance(2_000)
    assert (shown(desk, monday)["intake_date"], shown(desk, late)["intake_date"]) == ("2026-03-02", TUESDAY)
    assert desk.ask("POST", "/intakes", asked(from_location={**PLACE, "address": " X "}))[1]["errors"]


def test_hours_are_the_senders(desk: Desk) -> None:
    vladivostok = {"city": "Владивосток", "address": "x"}  # 19:00 there
    early = call(desk, asked(intake_date="2026-03-02", intake_time_to="19:00", from_location=vladivostok))
    desk.advance(1_000)
    assert errors(desk, early) == ["ve_ci_pickup_date_expired"]
    later = call(desk, asked(intake_date="2026-03-02", intake_time_to="21:00", from_location=vladivostok))
    desk.advance(2_000)
    assert (errors(desk, later), shown(desk, later)["intake_date"]) == ([], TUESDAY)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"intake_date": "2026-03-01"}, ["ve_ci_pickup_date_expired"]),
        ({"intake_date": "2026-04-03"}, ["ve_ci_pickup_date_too_large"]),
        ({"intake_date": "2026-04-02"}, []),
        ({"intake_time_from": "08:59"}, ["ve_ci_pickup_time_too_small"]),
        ({"intake_time_to": "22:01"}, ["ve_ci_pickup_time_too_large"]),
        ({"intake_time_to": "22:00"}, []),
        ({"intake_time_from": "14:00"}, ["ve_ci_pickup_time_to_before_from"]),
        ({"lunch_time_from": "09:30", "lunch_time_to": "11:00"}, ["ve_ci_pickup_lunch_too_small"]),
        ({"lunch_time_from": "13:30", "lunch_time_to": "15:00"}, ["ve_ci_pickup_lunch_too_large"]),
        ({"lunch_time_from": "12:00", "lunch_time_to": "12:00"}, ["ve_ci_pickup_lunch_interval_zero"]),
        ({"lunch_time_from": "12:30", "lunch_time_to": "12:00"}, ["ve_ci_pickup_lunch_interval_incorrect"]),
    ],
)
def test_day_and_hours_are_judged_later(desk: Desk, changes: dict[str, Any], found: list[str]) -> None:
    uuid = call(desk, asked(**changes))
    assert errors(desk, uuid) == []
    desk.advance(1_000)
    assert errors(desk, uuid) == found
    assert codes(desk, uuid) == (["INVALID", "ACCEPTED"] if found else ["CREATED", "ACCEPTED"])
    assert ("intake_number" in shown(desk, uuid)) is not bool(found)
    if found:
        assert call(desk, asked(intake_date=changes.get("intake_date", TUESDAY)))  # the door is free again


def test_an_order_that_gives_no_courier_work_is_found_later(desk: Desk) -> None:
    office = desk.order(tariff_code=137, from_location=None, shipment_point="MSK1")
    gone, moved = desk.order(number="P-2"), desk.order(number="P-3")
    desk.ask("DELETE", f"/orders/{gone}")
    desk.scan(moved, "RECEIVED_AT_SHIPMENT_WAREHOUSE")
    for n, (order, code) in enumerate(
        (
            (office, "ve_tariff_mode_not_from_door"),
            (gone, "error_validate_build_ci_from_order"),
            (moved, "error_validate_build_ci_from_order"),
        )
    ):
        uuid = call(desk, of_order(order, intake_date=f"2026-03-0{n + 3}"))
        desk.advance(1_000)
        assert errors(desk, uuid) == [code]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"intake_date": None}, "v2_field_is_empty"),
        ({"intake_date": "tomorrow"}, "v2_invalid_format"),
        ({"intake_time_from": None}, "v2_field_is_empty"),
        ({"intake_time_to": "25:00"}, "v2_invalid_format"),
        ({"sender": None}, "v2_field_is_empty"),
        ({"sender": {"name": "x"}}, "v2_field_is_empty"),
        ({"from_location": None}, "v2_field_is_empty"),
        ({"from_location": {"code": 44}}, "v2_field_is_empty"),
        ({"from_location": {"city": "Атлантида", "address": "x"}}, "v2_sender_location_not_recognized"),
        ({"order_uuid": "0000"}, "v2_entity_not_found"),
        ({"cdek_number": 1}, "v2_order_not_found"),
        ({"need_call": "perhaps"}, "v2_invalid_value_type"),
    ],
)
def test_a_bad_call_is_refused_at_once(desk: Desk, changes: dict[str, Any], code: str) -> None:
    before = desk.world.store.dump()
    status, body = desk.ask("POST", "/intakes", asked(**changes))
    assert (status, set(body), [error["code"] for error in body["errors"]]) == (400, {"errors"}, [code])
    assert desk.world.store.dump() == before


def test_one_courier_an_order_and_one_a_door_and_day(desk: Desk) -> None:
    order = desk.order()
    uuid = call(desk, of_order(order))
    for body, code in (
        (of_order(order, intake_date="2026-03-05"), "v2_intake_exists_by_order"),
        (asked(), "v2_intake_exists_by_date_address"),
    ):
        status, answer = desk.ask("POST", "/intakes", body)
        assert (status, answer["errors"][0]["code"]) == (400, code)
    assert call(desk, asked(intake_date="2026-03-05"))
    desk.ask("DELETE", f"/intakes/{uuid}")
    desk.advance(1_000)
    assert call(desk, of_order(order))


def test_a_call_is_called_off_a_moment_later_and_nobody_comes(desk: Desk) -> None:
    uuid = call(desk, asked())
    status, body = desk.ask("DELETE", f"/intakes/{uuid}", [])
    assert (status, body["entity"], body["requests"][0]["type"]) == (200, {"uuid": uuid}, "DELETE")
    assert body["requests"][0]["state"] == "WAITING"
    assert desk.ask("DELETE", f"/intakes/{uuid}")[1]["errors"][0]["code"] == "v2_similar_request_still_processed"
    desk.advance(1_000)
    assert codes(desk, uuid)[0] == "REMOVED"
    requests = desk.ask("GET", f"/intakes/{uuid}")[1]["requests"]
    assert [(row["type"], row["state"]) for row in requests] == [("CREATE", "SUCCESSFUL"), ("DELETE", "SUCCESSFUL")]
    desk.advance(3 * DAY_MS)
    assert codes(desk, uuid)[0] == "REMOVED"
    wish = {"uuid": uuid, "status": {"code": "PROCESSING_REQUIRED"}}
    for method, path, payload, code in (
        ("DELETE", f"/intakes/{uuid}", None, "v2_entity_has_final_status"),
        ("PATCH", "/intakes", wish, "ve_ci_status_for_change_date_incorrect"),
    ):
        status, body = desk.ask(method, path, payload)
        assert (status, body["errors"][0]["code"]) == (400, code)


def test_deletion_is_202_when_the_tenant_says_so(desk: Desk) -> None:
    desk.settings(cdek={"intake_delete_status": 202})
    assert desk.ask("DELETE", f"/intakes/{call(desk, asked())}")[0] == 202


def test_a_call_is_put_off_and_ready_again_when_it_was_looked_at(desk: Desk) -> None:
    uuid = call(desk, asked())
    wish = {"uuid": uuid, "status": {"code": "PROCESSING_REQUIRED", "add_status": "X1"}}
    assert desk.ask("PATCH", "/intakes", wish)[1]["errors"][0]["code"] == "ve_ci_status_for_change_date_incorrect"
    desk.advance(21 * HOUR_MS)
    assert codes(desk, uuid)[0] == "APPOINTED_COURIER"
    status, body = desk.ask("PATCH", "/intakes/", wish)
    assert (status, body["entity"], body["requests"][0]["type"]) == (200, {"uuid": uuid}, "UPDATE")
    assert desk.ask("PATCH", "/intakes", wish)[1]["errors"][0]["code"] == "v2_similar_request_still_processed"
    desk.advance(1_000)
    assert shown(desk, uuid)["statuses"][0]["code"] == "PROCESSING_REQUIRED"
    assert shown(desk, uuid)["statuses"][0]["add_status"] == "X1"
    desk.advance(90 * 60_000)
    assert codes(desk, uuid)[0] == "PROCESSING_REQUIRED"
    desk.advance(30 * 60_000)
    assert codes(desk, uuid)[0] == "READY_FOR_APPOINTMENT"
    assert shown(desk, uuid)["intake_date"] == "2026-03-04"  # the hour of the third had begun meanwhile
    desk.advance(DAY_MS + HOUR_MS)
    assert codes(desk, uuid)[0] == "DONE"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"status": {"code": "PROCESSING_REQUIRED"}}, "v2_field_is_empty"),
        ({"uuid": "0000", "status": {"code": "PROCESSING_REQUIRED"}}, "v2_entity_not_found"),
        ({"uuid": "0000", "status": {"code": "PROCESSING_REQUIRED", "add_status": "a b"}}, "v2_invalid_format"),
        ({"uuid": "0000"}, "v2_field_is_empty"),
        ({"uuid": "0000", "status": {"code": "DONE"}}, "v2_invalid_format"),
        ({"uuid": "0000", "status": "REMOVED"}, "v2_invalid_value_type"),
    ],
)
def test_a_bad_wish_is_refused(desk: Desk, body: dict[str, Any], code: str) -> None:
    status, answer = desk.ask("PATCH", "/intakes", body)
    assert (status, [error["code"] for error in answer["errors"]]) == (400, [code])


def test_a_courier_who_finds_nothing_says_so(desk: Desk) -> None:
    order = desk.order()
    uuid = call(desk, of_order(order))
    desk.advance(2_000)
    desk.ask("DELETE", f"/orders/{order}")
    desk.advance(2 * DAY_MS)
    assert codes(desk, uuid)[0] == "PROBLEM_DETECTED"
    desk.ask("DELETE", f"/intakes/{uuid}")
    desk.advance(1_000)
    assert codes(desk, uuid)[0] == "REMOVED"


@pytest.mark.parametrize("cost_minor", [18_000, 0])
def test_a_call_without_an_order_is_billed_in_the_next_registry(desk: Desk, cost_minor: int) -> None:
    desk.settings(cdek={"intake_cost_minor": cost_minor})
    call(desk, asked())
    desk.advance(2 * DAY_MS)
    assert CARRIER.payouts is not None
    made = CARRIER.payouts.make(desk.world)
    if not cost_minor:
        assert made is None
        return
    (registry,) = desk.ask("GET", "/registries", date="2026-03-04")[1]["registries"]
    (line,) = registry["orders"]
    assert (line["total_sum_without_agent"], line["payment_sum"], line["transfer_sum"]) == (180, 0, -180)
    entity = desk.ask("GET", "/orders", cdek_number=line["cdek_number"])[1]["entity"]
    assert entity["recipient"]["company"] == "СДЭК"


def test_days_on_which_a_courier_can_come(desk: Desk) -> None:
    ask = {"from_location": PLACE, "date": "2026-03-04"}
    days = ["2026-03-02", TUESDAY, "2026-03-04"]
    assert desk.ask("POST", "/intakes/availableDays", ask) == (200, {"date": days, "all_days": True})
    call(desk, asked())
    assert desk.ask("POST", "/intakes/availableDays", ask)[1] == {"date": [days[0], days[2]], "all_days": False}
    desk.advance(4 * HOUR_MS)
    assert desk.ask("POST", "/intakes/availableDays", ask)[1]["date"] == [days[2]]
    whole = desk.ask("POST", "/intakes/availableDays", {"from_location": {"city_code": 44}})[1]
    assert (len(whole["date"]), whole["all_days"]) == (31, True)
    assert desk.ask("POST", "/intakes/availableDays", {**ask, "date": "2026-03-01"})[1]["date"] == []
    for body, code in (
        ({}, "v2_field_is_empty"),
        ({"from_location": {"code": 1}}, "v2_sender_location_not_recognized"),
        ({**ask, "date": "x"}, "v2_invalid_format"),
    ):
        status, answer = desk.ask("POST", "/intakes/availableDays", body)
        assert (status, answer["errors"][0]["code"]) == (400, code)


def test_an_unknown_call_is_not_found(desk: Desk) -> None:
    for method in ("GET", "DELETE"):
        assert desk.ask(method, "/intakes/0000")[1]["errors"][0]["code"] == "v2_entity_not_found"
    assert desk.ask("GET", "/orders/0000/intakes")[1]["errors"][0]["code"] == "v2_entity_not_found"
    assert desk.ask("GET", "/intakes")[0] == 404


def test_a_courier_who_comes_for_goods_has_the_newer_word_when_the_tenant_says_so(
    new_desk: Callable[..., Desk],
) -> None:
    desk = new_desk(cdek={"courier_task_word": "DEMAND"})
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:9000/", "type": "COURIER_INFO"})
    order = desk.order()
    uuid = call(desk, of_order(order))
    desk.advance(21 * HOUR_MS)
    (told,) = [body for _, body in desk.sent]
    attributes = told["attributes"]
    assert (attributes["task_type"], attributes["intake_number"]) == ("DEMAND", shown(desk, uuid)["intake_number"])
    assert "cdek_number" not in attributes
    desk.scan(order, "TAKEN_BY_COURIER")
    desk.advance(0)
    assert desk.sent[-1][1]["attributes"]["task_type"] == "DELIVERY"
