"""The way back, the test vectors of `statuses`, withdrawn events. Wire contract: `courier_api` §1.5.4, §2.1, §2.2."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.core.parcel import Collected, Scan
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.core.world import PARCELS
from parcelproof.simulators.courier_api.cdek import CARRIER

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

DAY_MS = 86_400_000


def related(desk: Desk, uuid: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.ask("GET", f"/orders/{uuid}")[1]["related_entities"]
    return found


def taken(desk: Desk, uuid: str) -> int:
    return sum(fact.amount_minor for fact in desk.parcel(uuid).facts if isinstance(fact, Collected))


def still_order(desk: Desk, **changes: Any) -> str:
    uuid = desk.order(**changes)
    desk.still(uuid)
    return uuid


def test_vector_1_courier_with_mixed_spellings(desk: Desk) -> None:
    uuid = still_order(desk)
    path = [
        ("CREATED", "", "announced"),
        ("RECEIVED_AT_SENDER_WAREHOUSE", "", "accepted"),
        ("SENT_TO_RECIPIENT_CITY", "", "in_transit"),
        ("ARRIVED_AT_RECIPIENT_CITY", "", "in_transit"),
        ("ACCEPTED_AT_DELIVERY_WAREHOUSE", "", "in_transit"),
        ("TAKEN_BY_COURIER", "", "out_for_delivery"),
        ("RETURNED_TO_DELIVERY_WAREHOUSE", "", "delivery_failed"),
        ("ISSUED_FOR_DELIVERY", "", "out_for_delivery"),
        ("DELIVERED", "20", "delivered"),
    ]
    for code, reason, status in path:
        desk.world.step(desk.world.now_ms + 1_000)
        assert desk.scan(uuid, code, reason).status == status, code


def test_vector_2_refusal_with_a_return_order(desk: Desk) -> None:
    direct = still_order(desk, tariff_code=138, to_location=None, delivery_point="NSK1")
    assert desk.scan(direct, "ACCEPTED_AT_PICK_UP_POINT").status is Status.READY_FOR_PICKUP
    assert desk.scan(direct, "NOT_DELIVERED", "11").status is Status.RETURNING
    (link,) = related(desk, direct)
    assert link.keys() == {"uuid", "type"}, "the link is there before the return order has a number"
    desk.advance(1_000)
    back = link["uuid"]
    desk.still(back)
    assert (desk.parcel(back).status, desk.parcel(direct).status) == (Status.ANNOUNCED, Status.RETURNING)
    for code in ("RECEIVED_AT_SHIPMENT_WAREHOUSE", "ACCEPTED_AT_PICK_UP_POINT"):
        assert desk.scan(back, code).status is Status.RETURNING
        assert desk.parcel(direct).status is Status.RETURNING
    assert desk.scan(back, "DELIVERED").status is Status.RETURNED
    assert desk.parcel(direct).status is Status.RETURNED
    assert [row["code"] for row in desk.shown(direct)["statuses"]] == [
        "NOT_DELIVERED",
        "ACCEPTED_AT_PICK_UP_POINT",
        "CREATED",
        "ACCEPTED",
    ]


def test_vector_2_with_a_client_return_the_direct_order_stays_delivered(desk: Desk) -> None:
    direct = still_order(desk)
    desk.scan(direct, "DELIVERED")
    status, body = desk.ask("POST", f"/orders/{direct}/clientReturn", {"tariff_code": 139})
    assert (status, body["entity"], body["requests"][0]["type"]) == (202, {"uuid": direct}, "CREATE_CLIENT_RETURN")
    desk.advance(2_000)
    (link,) = related(desk, direct)
    assert link["type"] == "client_return_order"
    back = link["uuid"]
    shown = desk.shown(back)
    assert (shown["is_client_return"], shown["is_return"], shown["number"]) == (True, False, back)
    assert related(desk, back)[0]["type"] == "client_direct_order"
    desk.still(back)
    for code, status_of_back in (("RECEIVED_AT_SHIPMENT_WAREHOUSE", "returning"), ("DELIVERED", "returned")):
        assert desk.scan(back, code).status == status_of_back
        assert desk.parcel(direct).status is Status.DELIVERED


def test_vector_3_locker_late_and_withdrawn(desk: Desk) -> None:
    uuid = still_order(desk, tariff_code=366, to_location=None, delivery_point="NSK2")
    desk.world.step(desk.world.now_ms + 10_000)
    assert desk.scan(uuid, "POSTOMAT_POSTED", late_ms=7_000).status is Status.READY_FOR_PICKUP
    assert desk.scan(uuid, "POSTOMAT_RECEIVED", late_ms=5_000).status is Status.DELIVERED
    assert desk.scan(uuid, "ACCEPTED_IN_RECIPIENT_CITY", late_ms=8_000).status is Status.DELIVERED
    again = desk.scan(uuid, "POSTOMAT_RECEIVED", late_ms=5_000)
    assert (again.status, again.scans) == (Status.DELIVERED, 3)
    assert taken(desk, uuid) == 434_900
    gone = next(fact for fact in again.facts if isinstance(fact, Scan) and fact.code == "POSTOMAT_RECEIVED")
    assert CARRIER.revoke(desk.world, again, gone.sequence).status is Status.READY_FOR_PICKUP
    assert taken(desk, uuid) == 0
    assert desk.scan(uuid, "POSTOMAT_SEIZED", late_ms=4_000).status is Status.HELD
    assert desk.scan(uuid, "NOT_DELIVERED", "23", late_ms=3_000).status is Status.RETURNING
    rows = {row["code"]: row for row in desk.shown(uuid)["statuses"]}
    assert rows["POSTOMAT_RECEIVED"]["deleted"] is True
    assert rows["POSTOMAT_POSTED"]["deleted"] is False


def test_a_refused_order_comes_back_by_its_own_journey_with_everything(desk: Desk) -> None:
    direct = desk.order()
    desk.live(direct, "refused")
    desk.advance(10 * DAY_MS)
    (link,) = related(desk, direct)
    assert (link["type"], link["cdek_number"]) == ("return_order", "1107000002")
    back = desk.shown(link["uuid"])
    assert (back["is_return"], back["sender"]["company"], back["tariff_code"]) == (True, "СДЭК", 141)
    assert back["statuses"][0]["code"] == "DELIVERED"
    assert back["statuses"][0]["city"] == "Москва"
    (item,) = back["packages"][0]["items"]
    assert (item["amount"], item["payment"], item["return_item_detail"]) == (
        2,
        {"value": 0},
        {"direct_order_number": "1107000001", "direct_order_uuid": direct, "direct_package_number": "1"},
    )
    assert (desk.parcel(link["uuid"]).status, desk.parcel(direct).status) == (Status.RETURNED, Status.RETURNED)
    assert related(desk, link["uuid"])[0] == {"uuid": direct, "type": "direct_order", "cdek_number": "1107000001"}
    assert desk.shown(direct)["packages"][0]["items"][0]["delivery_amount"] == 0
    assert taken(desk, direct) == 0
    assert desk.ask("GET", "/orders", im_number="P-001")[1]["entity"]["uuid"] == direct


def positions(desk: Desk) -> list[dict[str, Any]]:
    prices = ((1000, 2), (500, 1), (250, 3))
    items = [
        desk.item(ware_key=f"A{n}", payment={"value": price}, cost=price, amount=amount)
        for n, (price, amount) in enumerate(prices)
    ]
    return [desk.package(number="1", items=items[:2]), desk.package(number="2", items=items[2:])]


@pytest.mark.parametrize(
    ("reason", "delivered", "collected", "refused"),
    [
        ("20", [2, 1, 0], 285_000, {"A2": 3}),
        ("20:1,0,3", [1, 0, 3], 210_000, {"A0": 1, "A1": 1}),
        ("20:0,0,1", [0, 0, 1], 60_000, {"A0": 2, "A1": 1, "A2": 2}),
        ("20:9", [2, 1, 3], 360_000, {}),
    ],
)
def test_partial_delivery_collects_what_was_taken_and_returns_the_rest(
    desk: Desk, reason: str, delivered: list[int], collected: int, refused: dict[str, int]
) -> None:
    uuid = still_order(desk, packages=positions(desk))
    desk.scan(uuid, "TAKEN_BY_COURIER")
    desk.scan(uuid, "DELIVERED", reason)
    shown = desk.shown(uuid)
    assert shown["statuses"][0]["reason_code"] == "20"
    items = [item for package in shown["packages"] for item in package["items"]]
    assert [item["delivery_amount"] for item in items] == delivered
    assert taken(desk, uuid) == collected
    assert shown["delivery_detail"]["payment_sum"] == Decimal(collected) / 100
    desk.advance(1_000)
    backs = related(desk, uuid)
    assert len(backs) == bool(refused)
    for link in backs:
        packages = desk.shown(link["uuid"])["packages"]
        assert {item["ware_key"]: item["amount"] for package in packages for item in package["items"]} == refused


def test_the_charge_by_value_taken(desk: Desk) -> None:
    steps = [{"threshold": 3000, "sum": 100}, {"threshold": 1000, "sum": 300}]
    for reason, charge in (("20:0,0,1", 30_000), ("20:1,0,0", 30_000), ("20:1,1,0", 10_000), ("20:2,1,3", 35_000)):
        uuid = still_order(
            desk,
            number=None,
            packages=positions(desk),
            services=[{"code": "PART_DELIV"}],
            delivery_recipient_cost_adv=steps,
        )
        desk.scan(uuid, "DELIVERED", reason)
        pieces = [int(part) for part in reason[3:].split(",")]
        goods = sum(count * price for count, price in zip(pieces, (100_000, 50_000, 25_000), strict=True))
        assert taken(desk, uuid) == goods + charge, reason


def test_a_withdrawn_refusal_removes_the_return_order_unless_it_has_moved(desk: Desk) -> None:
    for moved in (False, True):
        uuid = still_order(desk, number=None)
        desk.scan(uuid, "TAKEN_BY_COURIER")
        parcel = desk.scan(uuid, "NOT_DELIVERED", "11")
        desk.advance(1_000)
        (link,) = related(desk, uuid)
        if moved:
            desk.scan(link["uuid"], "RECEIVED_AT_SHIPMENT_WAREHOUSE")
        CARRIER.revoke(desk.world, desk.parcel(uuid), parcel.scans)
        assert desk.parcel(uuid).status is Status.OUT_FOR_DELIVERY
        assert bool(related(desk, uuid)) is moved
        assert desk.parcel(link["uuid"]).cancelled is not moved


@pytest.mark.parametrize("reason", ["5", "9", "10", "26", "27"])
def test_what_is_lost_or_destroyed_does_not_come_back(desk: Desk, reason: str) -> None:
    uuid = still_order(desk)
    desk.scan(uuid, "TAKEN_BY_COURIER")
    assert desk.scan(uuid, "NOT_DELIVERED", reason).status is Status.LOST_OR_DAMAGED
    assert related(desk, uuid) == []
    desk.world.step(desk.world.now_ms + 1_000)
    assert desk.scan(uuid, "ACCEPTED_IN_RECIPIENT_CITY").status is Status.IN_TRANSIT, "found again, and on no leg"


def test_a_second_refusal_makes_no_second_return_order(desk: Desk) -> None:
    uuid = still_order(desk)
    desk.scan(uuid, "TAKEN_BY_COURIER")
    for reason in ("11", "23", "11"):
        desk.world.step(desk.world.now_ms + 1_000)
        desk.scan(uuid, "NOT_DELIVERED", reason)
    assert [link["type"] for link in related(desk, uuid)] == ["return_order"]
    assert desk.world.store.count(PARCELS) == 2


@pytest.mark.parametrize("body", [{}, {"tariff_code": None}, {"tariff_code": 99_999}, {"tariff_code": "x"}, []])
def test_a_client_return_needs_a_tariff(desk: Desk, body: Any) -> None:
    uuid = still_order(desk)
    desk.scan(uuid, "DELIVERED")
    before = desk.world.store.dump()
    assert desk.ask("POST", f"/orders/{uuid}/clientReturn", body)[0] == 400
    assert desk.world.store.dump() == before


def test_a_client_return_needs_a_delivered_order_and_a_tariff_that_runs_there(desk: Desk) -> None:
    uuid = still_order(desk)
    status, body = desk.ask("POST", f"/orders/{uuid}/clientReturn", {"tariff_code": 139})
    assert (status, body["errors"][0]["code"]) == (400, "v2_entity_invalid")
    desk.scan(uuid, "DELIVERED")
    assert desk.ask("POST", f"/orders/{uuid}/clientReturn", {"tariff_code": 8})[0] == 202
    desk.advance(1_000)
    request = desk.ask("GET", f"/orders/{uuid}")[1]["requests"][1]
    assert request["errors"][0]["code"] == "error_validate_tariff_not_supported_for_this_drirection"


LOCKED = {"tariff_code": 366, "to_location": None, "delivery_point": "NSK2"}
AT_OFFICE = {"tariff_code": 138, "to_location": None, "delivery_point": "NSK1"}
FROM_OFFICE = {"tariff_code": 137, "from_location": None, "shipment_point": "MSK1"}


def came_back(desk: Desk, uuid: str, tariff: int) -> dict[str, Any]:
    """Hand an order over and return the buyer's return order."""
    desk.still(uuid)
    desk.scan(uuid, "DELIVERED")
    assert desk.ask("POST", f"/orders/{uuid}/clientReturn", {"tariff_code": tariff})[0] == 202
    desk.advance(2_000)
    (link,) = related(desk, uuid)
    return desk.shown(link["uuid"])


@pytest.mark.parametrize("where", [LOCKED, AT_OFFICE])
def test_what_waited_at_a_point_goes_back_from_there(desk: Desk, where: dict[str, Any]) -> None:
    uuid = still_order(desk, **where)
    desk.scan(uuid, "ACCEPTED_AT_PICK_UP_POINT")
    desk.scan(uuid, "NOT_DELIVERED", "11")
    desk.advance(1_000)
    (link,) = related(desk, uuid)
    shown, direct = desk.shown(link["uuid"]), desk.shown(uuid)
    assert (shown["tariff_code"], shown["shipment_point"]) == (141, where["delivery_point"])
    assert shown["from_location"] == direct["to_location"]
    assert shown["to_location"] == direct["from_location"]
    assert "delivery_point" not in shown


@pytest.mark.parametrize("where", [LOCKED, AT_OFFICE, {}])
def test_a_client_return_to_an_office_ends_in_one_of_the_shops_city(desk: Desk, where: dict[str, Any]) -> None:
    shown = came_back(desk, desk.order(**where), 136)
    assert shown.get("shipment_point") == where.get("delivery_point")
    assert shown["from_location"]["city"] == "Новосибирск"
    (point,) = desk.ask("GET", "/deliverypoints", code=shown["delivery_point"])[1]
    assert (point["type"], point["location"]["city_code"]) == ("PVZ", 44)
    assert shown["to_location"]["address"] == point["location"]["address"]


def test_a_client_return_to_a_locker_ends_in_one_that_holds_it(desk: Desk) -> None:
    shown = came_back(desk, desk.order(), 366)
    (point,) = desk.ask("GET", "/deliverypoints", code=shown["delivery_point"])[1]
    assert (point["type"], point["location"]["city_code"]) == ("POSTAMAT", 44)


def test_a_client_return_is_refused_where_no_point_takes_it(desk: Desk) -> None:
    uuid = still_order(desk, packages=[desk.package(length=61, width=41, height=41)])
    desk.scan(uuid, "DELIVERED")
    assert desk.ask("POST", f"/orders/{uuid}/clientReturn", {"tariff_code": 366})[0] == 202
    desk.advance(1_000)
    request = desk.ask("GET", f"/orders/{uuid}")[1]["requests"][1]
    assert request["errors"][0]["code"] == "error_validate_tariff_not_supported_for_this_drirection"
    assert related(desk, uuid) == []


def test_a_client_return_from_door_to_door_has_both_addresses_though_points_were_used(desk: Desk) -> None:
    shown = came_back(desk, desk.order(**{**FROM_OFFICE, **AT_OFFICE, "tariff_code": 136}), 139)
    assert not {"shipment_point", "delivery_point"} & shown.keys()
    addresses = [
        desk.ask("GET", "/deliverypoints", code=code)[1][0]["location"]["address"] for code in ("NSK1", "MSK1")
    ]
    assert [shown[key]["address"] for key in ("from_location", "to_location")] == addresses


def test_a_return_to_the_shops_own_office_ends_there(desk: Desk) -> None:
    shown = came_back(desk, desk.order(**FROM_OFFICE), 138)
    assert shown["delivery_point"] == "MSK1"
    assert "shipment_point" not in shown
