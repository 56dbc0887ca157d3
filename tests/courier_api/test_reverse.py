"""Reverse orders and whether one can be had. Wire contract: `courier_api` §1.5.1, §1.5.3, §1.5.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.core.status import Status
from parcelproof.simulators.courier_api.cdek import CARRIER

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

DAY_MS = 86_400_000
LOCKER = {"tariff_code": 366, "to_location": None, "delivery_point": "NSK2"}


def related(desk: Desk, uuid: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = desk.ask("GET", f"/orders/{uuid}")[1]["related_entities"]
    return rows


def with_reverse(desk: Desk) -> tuple[str, str]:
    """Return the uuids of a direct order and of the reverse order that it asked for."""
    uuid = desk.order(has_reverse_order=True)
    desk.still(uuid)
    assert related(desk, uuid) == []
    desk.advance(2_000)
    (row,) = related(desk, uuid)
    assert row["type"] == "reverse_order"
    return uuid, row["uuid"]


def test_the_reverse_order_stands_beside_the_direct_one_with_a_number_of_its_own(desk: Desk) -> None:
    uuid, other = with_reverse(desk)
    (row,) = related(desk, uuid)
    shown = desk.shown(other)
    assert row["cdek_number"] == shown["cdek_number"] != desk.shown(uuid)["cdek_number"]
    assert (shown["is_reverse"], shown["is_return"], shown["is_client_return"]) == (True, False, False)
    assert desk.shown(uuid)["has_reverse_order"] is True
    assert shown["from_location"]["city"] == "Новосибирск"
    assert related(desk, other) == [
        {"uuid": uuid, "type": "direct_order", "cdek_number": desk.shown(uuid)["cdek_number"]}
    ]
    desk.advance(9 * DAY_MS)
    assert desk.shown(other)["statuses"][0]["code"] == "CREATED"


def test_it_starts_with_the_hand_over_and_the_webhook_names_the_direct_order(desk: Desk) -> None:
    uuid, other = with_reverse(desk)
    desk.ask("POST", "/webhooks", {"url": "http://127.0.0.1:9000/", "type": "ORDER_STATUS"})
    desk.scan(uuid, "DELIVERED")
    desk.advance(9 * DAY_MS)
    assert desk.parcel(other).status is Status.RETURNED
    assert desk.parcel(uuid).status is Status.DELIVERED
    told = next(body for _, body in desk.sent if body["uuid"] == other)["attributes"]
    assert (told["is_reverse"], told["related_entities"][0]["uuid"]) == (True, uuid)


@pytest.mark.parametrize("end", ["refused", "removed", "unwanted"])
def test_without_a_hand_over_it_goes(desk: Desk, end: str) -> None:
    uuid, other = with_reverse(desk)
    if end == "refused":
        desk.scan(uuid, "NOT_DELIVERED", "11")
    elif end == "removed":
        desk.ask("DELETE", f"/orders/{uuid}")
    else:
        desk.ask("PATCH", "/orders", {"uuid": uuid, "has_reverse_order": False})
    desk.advance(1_000)
    assert desk.shown(other)["statuses"][0]["code"] == "REMOVED"
    assert [row for row in related(desk, uuid) if row["type"] == "reverse_order"] == []


def test_a_withdrawn_hand_over_lets_it_wait_again(desk: Desk) -> None:
    uuid, other = with_reverse(desk)
    parcel = desk.scan(uuid, "DELIVERED")
    CARRIER.revoke(desk.world, parcel, parcel.scans)
    desk.advance(9 * DAY_MS)
    assert desk.parcel(other).scans == 0


def test_it_can_be_asked_for_later(desk: Desk) -> None:
    uuid = desk.order()
    desk.ask("PATCH", "/orders", {"uuid": uuid, "has_reverse_order": "true"})
    desk.advance(2_000)
    assert [row["type"] for row in related(desk, uuid)] == ["reverse_order"]


def test_its_costs_stand_in_a_registry(desk: Desk) -> None:
    uuid, other = with_reverse(desk)
    desk.scan(uuid, "DELIVERED")
    desk.scan(other, "DELIVERED")
    assert CARRIER.payouts is not None
    CARRIER.payouts.make(desk.world)
    (registry,) = desk.ask("GET", "/registries", date="2026-03-02")[1]["registries"]
    line = next(row for row in registry["orders"] if row["cdek_number"] == desk.shown(other)["cdek_number"])
    assert line["payment_sum"] == 0
    assert line["total_sum_without_agent"] == desk.shown(other)["delivery_detail"]["total_sum"] > 0


@pytest.mark.parametrize("key", ["to_location", "delivery_point"])
def test_availability_is_an_empty_answer(desk: Desk, key: str) -> None:
    ends: dict[str, Any] = {"to_location": {"code": 270, "address": "x"}, "delivery_point": "NSK1"}
    body = {"tariff_code": 139, "from_location": {"code": 44, "address": "x"}, key: ends[key]}
    if key == "delivery_point":
        body["tariff_code"] = 138
    assert desk.ask("POST", "/reverse/availability", body) == (200, b"")


def test_availability_needs_neither_names_nor_streets(desk: Desk) -> None:
    phones = {"phones": [{"number": "+79130000001"}], "contragent_type": "INDIVIDUAL"}
    body = {"from_location": {"code": 44}, "to_location": {"code": 270}, "sender": phones, "recipient": phones}
    assert desk.ask("POST", "/reverse/availability", {"tariff_code": 139, **body}) == (200, b"")


def test_what_is_not_available_is_no_order_either(desk: Desk) -> None:
    berlin = {"country_code": "DE", "postal_code": "10115", "city": "Berlin", "address": "x"}
    free = {
        "packages": [desk.package(items=[desk.item(payment={"value": 0})])],
        "delivery_recipient_cost": None,
        "date_invoice": "2026-03-01",
        "shipper_name": "Shop",
        "shipper_address": "x",
    }
    cases: list[tuple[dict[str, Any], str]] = [
        (LOCKER, "ie_reverse_mode_not_supported"),
        ({"tariff_code": 8, "to_location": berlin, **free}, "ve_reverse_tariff_not_available"),
    ]
    for number, (changes, code) in enumerate(cases):
        asked = {**changes, "number": f"R-{number}", "has_reverse_order": True}
        status, body = desk.ask("POST", "/reverse/availability", desk.body(**asked))
        assert (status, [error["code"] for error in body["errors"]]) == (400, [code])
        assert desk.errors(desk.order(**asked)) == [code]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tariff_code": None}, "v2_field_is_empty"),
        ({"tariff_code": 1}, "v2_invalid_format"),
        ({"from_location": None}, "v2_order_location_from_and_shipment_point_empty"),
        ({"delivery_point": "NSK1"}, "v2_delivery_address_multivalued"),
        ({"from_location": None, "shipment_point": "XXX9"}, "shipment_location_is_not_recognized"),
        ({"recipient": []}, "v2_invalid_value_type"),
    ],
)
def test_a_bad_question_is_refused(desk: Desk, changes: dict[str, Any], code: str) -> None:
    status, body = desk.ask("POST", "/reverse/availability", desk.body(**changes))
    assert (status, [error["code"] for error in body["errors"]]) == (400, [code])


def test_it_starts_at_the_office_to_which_the_direct_one_was_sent_instead(desk: Desk) -> None:
    uuid = desk.order(tariff_code=138, to_location=None, delivery_point="NSK1", has_reverse_order=True)
    desk.still(uuid)
    desk.advance(2_000)
    (row,) = related(desk, uuid)
    assert desk.shown(row["uuid"])["shipment_point"] == "NSK1"
    desk.scan(uuid, "OFFICE_CLOSED")
    desk.scan(uuid, "DELIVERED")
    point = desk.shown(uuid)["delivery_point"]
    shown = desk.shown(row["uuid"])
    assert point != "NSK1"
    assert (shown["shipment_point"], shown["from_location"]) == (point, desk.shown(uuid)["to_location"])
