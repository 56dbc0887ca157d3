"""Delivery agreements and the hours to choose from. Wire contract: `courier_api` §1.8, §1.12 `DELIV_AGREEMENT`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.core.parcel import Scan

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
DAY = "2026-03-16"  # a fortnight after the desk's Monday: some days after the planned one
OFFICE = {"tariff_code": 138, "to_location": None, "delivery_point": "NSK1"}
LOCKER = {"tariff_code": 366, "to_location": None, "delivery_point": "NSK2"}


def agree(desk: Desk, order: str, **changes: Any) -> str:
    body = {"order_uuid": order, "date": DAY, "time_from": "14:00", "time_to": "18:00", **changes}
    status, answer = desk.ask("POST", "/delivery", {key: value for key, value in body.items() if value is not None})
    assert status == 202, answer
    assert answer["entity"].keys() == {"uuid"}
    assert (answer["requests"][0]["type"], answer["requests"][0]["state"]) == ("CREATE", "ACCEPTED")
    uuid: str = answer["entity"]["uuid"]
    return uuid


def refused(desk: Desk, order: str, **changes: Any) -> str:
    body = {"order_uuid": order, "date": DAY, "time_from": "14:00", "time_to": "18:00", **changes}
    before = desk.world.store.dump()
    status, answer = desk.ask("POST", "/delivery", {key: value for key, value in body.items() if value is not None})
    assert (status, desk.world.store.dump() == before) == (400, True), answer
    (error,) = answer["errors"]
    code: str = error["code"]
    return code


def shown(desk: Desk, uuid: str) -> dict[str, Any]:
    status, body = desk.ask("GET", f"/delivery/{uuid}")
    assert status == 200, body
    entity: dict[str, Any] = body["entity"]
    return entity


def codes(desk: Desk, uuid: str) -> list[str]:
    return [row["code"] for row in shown(desk, uuid)["statuses"]]


def errors(desk: Desk, uuid: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = desk.ask("GET", f"/delivery/{uuid}")[1]["requests"][0].get("errors", [])
    return rows


def delivery_of(desk: Desk, order: str) -> dict[str, Any] | None:
    related = desk.ask("GET", f"/orders/{order}")[1]["related_entities"]
    return next((row for row in related if row["type"] == "delivery"), None)


def handed_over_at(desk: Desk, order: str) -> tuple[str, int]:
    parcel = desk.parcel(order)
    last = [fact for fact in parcel.facts if isinstance(fact, Scan)][-1]
    return last.code, last.occurred_ms


def test_an_agreement_is_read_back_planned_and_kept(desk: Desk) -> None:
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:9000/", "type": "DELIV_AGREEMENT"})
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:9000/", "type": "ORDER_MODIFIED"})
    order = desk.order(comment="[story: delivered]")
    uuid = agree(desk, order, comment="call first")
    assert codes(desk, uuid) == ["ACCEPTED"]
    assert delivery_of(desk, order) is None
    desk.advance(1_000)
    entity = shown(desk, uuid)
    assert entity.pop("statuses")[0]["name"] == "Зарегистрирована"
    assert entity == {
        "uuid": uuid,
        "order_uuid": order,
        "cdek_number": desk.shown(order)["cdek_number"],
        "date": DAY,
        "time_from": "14:00",
        "time_to": "18:00",
        "comment": "call first",
        "source": "EK5_INTEGRATION",
    }
    assert delivery_of(desk, order) == {
        "uuid": uuid,
        "type": "delivery",
        "date": DAY,
        "time_from": "14:00",
        "time_to": "18:00",
    }
    assert desk.shown(order)["planned_delivery_date"] == DAY
    told = {body["type"]: body for _, body in desk.sent}
    assert told["ORDER_MODIFIED"]["attributes"]["new_value"] == {"type": "DATE", "value": DAY}
    attributes = told["DELIV_AGREEMENT"]["attributes"]
    assert told["DELIV_AGREEMENT"]["uuid"] == order
    assert attributes.pop("date_time") == "2026-03-02T09:00:02+0000"
    assert attributes == {
        "delivery_uuid": uuid,
        "cdek_number": entity["cdek_number"],
        "date": DAY,
        "time_from": "14:00:00",
        "time_to": "18:00:00",
        "comment": "call first",
        "source": "EK5_INTEGRATION",
        "type": "DOOR",
    }
    desk.advance(20 * DAY_MS)
    code, at_ms = handed_over_at(desk, order)
    # four in the afternoon in Novosibirsk
    assert (code, at_ms) == ("DELIVERED", desk.world.now_ms - 20 * DAY_MS - 2_000 + 14 * DAY_MS)


def test_an_earlier_day_makes_haste_and_the_second_agreement_holds(desk: Desk) -> None:
    order = desk.order(comment="[story: refused]")
    first = agree(desk, order)
    desk.advance(1_000)
    second = agree(desk, order, date="2026-03-04", time_from="09:00", time_to="14:00")
    desk.advance(1_000)
    assert codes(desk, first) == ["CANCEL", "PROCESSING", "ACCEPTED"]
    row = delivery_of(desk, order)
    assert row is not None
    assert row["uuid"] == second
    desk.advance(3 * DAY_MS)
    code, at_ms = handed_over_at(desk, order)
    assert code == "NOT_DELIVERED"
    assert at_ms == desk.world.now_ms - 3 * DAY_MS - 3_000 + DAY_MS + int(19.5 * HOUR_MS)


def test_a_day_too_far_is_found_later_and_the_text_names_the_last(desk: Desk) -> None:
    order = desk.order()
    planned = desk.shown(order)["planned_delivery_date"]
    uuid = agree(desk, order, date="2026-12-31")
    desk.advance(1_000)
    assert codes(desk, uuid) == ["INVALID", "ACCEPTED"]
    (error,) = errors(desk, uuid)
    assert error["code"] == "delivery_date_too_late"
    assert error["message"][-10:] == (date.fromisoformat(planned) + timedelta(14)).isoformat()
    assert shown(desk, uuid)["statuses"][0]["name"] == "Некорректна"
    assert (delivery_of(desk, order), desk.shown(order)["planned_delivery_date"]) == (None, planned)
    last = agree(desk, order, date=error["message"][-10:])
    desk.advance(1_000)
    assert codes(desk, last)[0] == "PROCESSING"


def test_a_day_before_the_order_is_found_later(desk: Desk) -> None:
    uuid = agree(desk, desk.order(), date="2026-03-01")
    desk.advance(1_000)
    assert [error["code"] for error in errors(desk, uuid)] == ["error_validate_dd_date_delivery_before_order_date"]


def test_an_order_that_ends_meanwhile_has_no_delivery(desk: Desk) -> None:
    order = desk.order()
    uuid = agree(desk, order)
    desk.scan(order, "DELIVERED")
    desk.advance(1_000)
    assert [error["code"] for error in errors(desk, uuid)] == ["v2_entity_invalid"]
    assert refused(desk, order) == "v2_entity_invalid"


def test_to_an_office_instead_of_the_door(desk: Desk) -> None:
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:9000/", "type": "ORDER_MODIFIED"})
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:9000/", "type": "DELIV_AGREEMENT"})
    order = desk.order(comment="[story: delivered]")
    before = desk.shown(order)
    uuid = agree(desk, order, delivery_point="nsk1", time_from=None, time_to=None)
    desk.advance(1_000)
    assert shown(desk, uuid)["delivery_point"] == "nsk1"
    after = desk.shown(order)
    assert (after["delivery_point"], after["tariff_code"], after["delivery_mode"]) == ("NSK1", 138, "2")
    (office,) = desk.ask("GET", "/deliverypoints", code="NSK1")[1]
    assert after["to_location"]["address"] == office["location"]["address"]
    assert after["delivery_detail"]["total_sum"] < before["delivery_detail"]["total_sum"]
    told = {
        body["attributes"]["modification_type"]: body["attributes"]["new_value"]["value"]
        for _, body in desk.sent
        if body["type"] == "ORDER_MODIFIED"
    }
    assert told["DELIVERY_MODE_CHANGED"] == "2"
    assert told["DELIVERY_SUM_CHANGED"] == str(after["delivery_detail"]["total_sum"])
    agreed = next(body["attributes"] for _, body in desk.sent if body["type"] == "DELIV_AGREEMENT")
    assert (agreed["type"], agreed["delivery_point"]) == ("WAREHOUSE", "nsk1")
    assert not {"time_from", "time_to"} & agreed.keys()
    desk.advance(20 * DAY_MS)
    statuses = [row["code"] for row in desk.shown(order)["statuses"]]
    assert statuses[:3] == ["DELIVERED", "ACCEPTED_AT_PICK_UP_POINT", "ACCEPTED_IN_RECIPIENT_CITY"]
    assert "TAKEN_BY_COURIER" not in statuses


def test_to_another_door_of_the_city(desk: Desk) -> None:
    order = desk.order(**OFFICE)
    agree(desk, order, to_location={"code": 270, "address": "ул. Гоголя, 3"})
    desk.advance(1_000)
    after = desk.shown(order)
    assert (after["to_location"]["address"], after["delivery_mode"]) == ("ул. Гоголя, 3", "1")
    assert "delivery_point" not in after


def test_what_is_refused_at_once(desk: Desk) -> None:
    door, locker = desk.order(), desk.order(number="P-2", **LOCKER)
    assert refused(desk, locker) == "v2_impossible_register_date"
    assert refused(desk, door, delivery_point="NSK2") == "v2_impossible_register_date"
    assert refused(desk, door, delivery_point="MSK1") == "v2_city_can_not_be_changed"
    assert refused(desk, door, to_location={"code": 44, "address": "x"}) == "v2_city_can_not_be_changed"
    assert refused(desk, door, delivery_point="NSK999") == "delivery_location_is_not_recognized"
    assert refused(desk, door, to_location={"code": 1, "address": "x"}) == "v2_recipient_location_not_recognized"
    both = {"to_location": {"code": 270, "address": "x"}, "delivery_point": "NSK1"}
    assert refused(desk, door, **both) == "v2_delivery_address_multivalued"
    for hours in (("18:00", "14:00"), ("08:59", "12:00"), ("14:00", "22:01"), ("14:00", "14:00")):
        assert refused(desk, door, time_from=hours[0], time_to=hours[1]) == "v2_wrong_interval"
    assert refused(desk, door, date="2026-03-02", time_from="09:00", time_to="16:00") == "v2_wrong_interval"
    assert refused(desk, door, date=None) == "v2_field_is_empty"
    assert refused(desk, door, time_to=None) == "v2_field_is_empty"
    assert refused(desk, door, time_to="later") == "v2_invalid_format"
    assert refused(desk, door, order_uuid=None) == "v2_order_number_empty"
    assert refused(desk, "0000") == "v2_entity_not_found"
    assert refused(desk, door, order_uuid=None, cdek_number=1) == "v2_order_not_found"


def test_an_unknown_agreement_is_not_found(desk: Desk) -> None:
    assert desk.ask("GET", "/delivery/0000")[1]["errors"][0]["code"] == "v2_entity_not_found"
    assert desk.ask("POST", "/delivery/intervals", {})[0] in (404, 405)


def test_hours_of_an_order_are_the_whole_day_and_three_parts_from_the_planned_day_on(desk: Desk) -> None:
    order = desk.order()
    entity = desk.shown(order)
    for query in ({"order_uuid": order}, {"cdek_number": entity["cdek_number"]}):
        status, body = desk.ask("GET", "/delivery/intervals", **query)
        assert (status, body.keys()) == (200, {"date_intervals"})
        days = body["date_intervals"]
        assert [len(days), days[0]["date"]] == [7, entity["planned_delivery_date"]]
        assert days[0]["time_intervals"] == [
            {"start_time": "09:00:00", "end_time": "18:00:00"},
            {"start_time": "09:00:00", "end_time": "14:00:00"},
            {"start_time": "14:00:00", "end_time": "18:00:00"},
            {"start_time": "18:00:00", "end_time": "22:00:00"},
        ]
    for query, code in (
        ({}, "v2_required_param_empty"),
        ({"order_uuid": "0000"}, "v2_entity_not_found"),
        ({"cdek_number": "1"}, "v2_order_not_found"),
        ({"order_uuid": desk.order(number="P-2", **LOCKER)}, "v2_impossible_register_date"),
    ):
        status, body = desk.ask("GET", "/delivery/intervals", **query)
        assert (status, body["errors"][0]["code"]) == (400, code)


def estimate(desk: Desk, **changes: Any) -> tuple[int, Any]:
    body = {
        "date_time": "2026-03-13T10:00:00+0300",
        "tariff_code": 139,
        "from_location": {"code": 44, "address": "x"},
        "to_location": {"code": 270, "address": "y"},
        **changes,
    }
    return desk.ask("POST", "/delivery/estimatedIntervals", {key: v for key, v in body.items() if v is not None})


def test_hours_fill_up(desk: Desk) -> None:
    orders = [desk.order(number=f"N-{n}") for n in range(21)]
    late = orders.pop()
    day = desk.ask("GET", "/delivery/intervals", order_uuid=late)[1]["date_intervals"][1]["date"]

    def counted() -> list[tuple[int, int]]:
        rows = estimate(desk, date_time=f"{desk.shown(late)['planned_delivery_date']}T00:00:00-0400")[1][
            "date_intervals"
        ]
        before = estimate(desk, date_time="2026-03-02T10:00:00")[1]["date_intervals"]
        row = next(row for row in before + rows if row["date"] == day)
        return [(slot["total_count"], slot["agreed_count"]) for slot in row["time_intervals"]]

    assert counted() == [(20, 0)] * 4
    for order in orders:
        agree(desk, order, date=day)
    desk.advance(1_000)
    assert counted() == [(20, 0), (20, 0), (20, 20), (20, 0)]
    assert refused(desk, late, date=day) == "v2_wrong_interval"
    weeks = desk.ask("GET", "/delivery/intervals", order_uuid=late)[1]["date_intervals"]
    assert [len(row["time_intervals"]) for row in weeks[:3]] == [4, 3, 4]
    agree(desk, orders[0])
    desk.advance(1_000)
    assert counted()[2] == (20, 19)
    agree(desk, late, date=day)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"date_time": None}, "v2_field_is_empty"),
        ({"date_time": "soon"}, "v2_invalid_format"),
        ({"date_time": "9999-12-31T23:59:59-1200"}, "v2_invalid_format"),
        ({"tariff_code": None}, "v2_field_is_empty"),
        ({"tariff_code": 1}, "v2_invalid_format"),
        ({"tariff_code": 8}, "error_validate_tariff_not_supported_for_this_drirection"),
        ({"tariff_code": 366}, "v2_impossible_register_date"),
        ({"from_location": None}, "v2_order_location_from_and_shipment_point_empty"),
        ({"shipment_point": "MSK1"}, "v2_shipment_address_multivalued"),
        ({"from_location": None, "shipment_point": "XX1"}, "v2_sender_location_not_recognized"),
        ({"to_location": None}, "v2_field_is_empty"),
        ({"to_location": {"code": 270}}, "v2_field_is_empty"),
        ({"to_location": {"code": 1, "address": "y"}}, "v2_recipient_location_not_recognized"),
    ],
)
def test_a_bad_estimate_is_refused(desk: Desk, changes: dict[str, Any], code: str) -> None:
    status, body = estimate(desk, **changes)
    assert (status, [error["code"] for error in body["errors"]]) == (400, [code])


@pytest.mark.parametrize(
    "spelled", ["2026-03-13", "2026-03-13T10:00:00", "2026-03-13T10:00:00+03:00", "2026-03-13T10:00:00Z"]
)
def test_moments_are_read_in_every_spelling(desk: Desk, spelled: str) -> None:
    assert estimate(desk, date_time=spelled) == estimate(desk)


def test_a_change_of_the_order_keeps_the_agreed_day(desk: Desk) -> None:
    order = desk.order()
    agree(desk, order)
    desk.advance(1_000)
    desk.ask("PATCH", "/orders", {"uuid": order, "comment": "x"})
    desk.advance(1_000)
    assert desk.shown(order)["planned_delivery_date"] == DAY


def test_an_order_that_goes_elsewhere_cancels_its_agreement(desk: Desk) -> None:
    order = desk.order()
    planned = desk.shown(order)["planned_delivery_date"]
    uuid = agree(desk, order)
    desk.advance(1_000)
    desk.ask("PATCH", "/orders", {"uuid": order, "to_location": {"code": 270, "address": "ул. Гоголя, 3"}})
    desk.advance(1_000)
    assert codes(desk, uuid) == ["CANCEL", "PROCESSING", "ACCEPTED"]
    assert (delivery_of(desk, order), desk.shown(order)["planned_delivery_date"]) == (None, planned)


def test_a_paused_journey_stays_paused(desk: Desk) -> None:
    order = desk.order()
    desk.world.pause(desk.parcel(order))
    agree(desk, order)
    desk.advance(20 * DAY_MS)
    assert desk.parcel(order).scans == 0
    desk.world.resume(desk.parcel(order))
    desk.advance(20 * DAY_MS)
    assert desk.shown(order)["statuses"][0]["code"] == "DELIVERED"
