"""The warehouse double: orders are reserved, packed and shipped through real Otpravka orders."""

from datetime import datetime

import pytest

from parcelproof.simulators.core.status import Status

from .own_desk import DAY_MS, HOUR_MS, OwnDesk, order, proves
from .warehouse import (
    CUP,
    LAMP,
    asked,
    delivery,
    make,
    product,
    read,
    scanned,
    ship,
    stock,
    supply,
    until,
    warehouse,
)

# The desk's clock starts at noon in Moscow: shipping is six hours away.
UNTIL_SHIPPING_MS = 6 * HOUR_MS


@pytest.fixture
def desk() -> OwnDesk:
    return warehouse()


@proves("FUL-002")
def test_an_order_is_reserved_whole_or_not_at_all(desk: OwnDesk) -> None:
    supply(desk, cup=5, lamp=1)
    refused = desk.own("POST", "/fulfilment/orders", asked(cup=3, lamp=2), status=409)
    assert refused["type"] == "/problems/insufficient-stock"
    assert refused["lines"] == [{"sku": LAMP, "wanted": 2, "available": 1}]
    assert stock(desk) == (5, 0, 5, 0) and stock(desk, LAMP) == (1, 0, 1, 0)
    assert desk.read("/fulfilment/orders")["data"] == []
    make(desk, cup=3, lamp=1)
    assert stock(desk) == (5, 3, 2, 0) and stock(desk, LAMP) == (1, 1, 0, 0)
    again = desk.own("POST", "/fulfilment/orders", asked("A-2", cup=3), status=409)
    assert again["lines"] == [{"sku": CUP, "wanted": 3, "available": 2}]


@proves("FUL-004", "FUL-007")
def test_an_order_goes_through_its_states_and_leaves_at_six(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    desk.wait(15 * HOUR_MS)  # nine in the morning
    first = make(desk, "A-1")
    desk.wait(HOUR_MS)
    second = make(desk, "A-2")
    assert (read(desk, first)["state"], read(desk, second)["state"]) == ("packing", "reserved")
    desk.wait(HOUR_MS)
    assert (read(desk, first)["state"], read(desk, second)["state"]) == ("packed", "packing")
    desk.wait(5 * HOUR_MS)
    late = make(desk, "A-3")
    desk.wait(2 * HOUR_MS - 1)
    assert read(desk, second)["state"] == "packed"
    desk.wait(1)
    found, other = read(desk, first), read(desk, second)
    assert list(found["times"]) == ["reserved", "packing", "packed", "shipped"]
    assert found["times"]["shipped"] == "2026-03-03T15:00:00.000Z" == other["times"]["shipped"]
    assert found["batch"] == other["batch"] and found["tracking_number"] != other["tracking_number"]
    assert read(desk, late)["state"] == "packed"
    desk.wait(DAY_MS - 1)
    assert read(desk, late)["state"] == "packed"
    desk.wait(1)
    assert read(desk, late)["times"]["shipped"] == "2026-03-04T15:00:00.000Z"
    assert read(desk, late)["batch"] != found["batch"]


@proves("FUL-005")
@pytest.mark.parametrize(("wait_ms", "state"), [(0, "reserved"), (HOUR_MS, "packing"), (2 * HOUR_MS, "packed")])
def test_an_order_is_cancelled_until_it_is_shipped(desk: OwnDesk, wait_ms: int, state: str) -> None:
    supply(desk, cup=5)
    made = make(desk, cup=2)
    desk.wait(wait_ms)
    assert read(desk, made)["state"] == state and stock(desk) == (5, 2, 3, 0)
    assert desk.own("POST", f"/fulfilment/orders/{made}/cancellation", {})["state"] == "cancelled"
    assert stock(desk) == (5, 0, 5, 0)
    desk.wait(2 * DAY_MS)
    assert read(desk, made)["state"] == "cancelled" and stock(desk) == (5, 0, 5, 0)
    assert desk.otpravka("GET", "/1.0/shipment/search?query=A-1") == []
    assert desk.own("POST", f"/fulfilment/orders/{made}/cancellation", {}, status=409)["state"] == "cancelled"


@proves("FUL-005")
def test_a_shipped_order_is_not_cancelled(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    made = make(desk)
    ship(desk)
    refused = desk.own("POST", f"/fulfilment/orders/{made}/cancellation", {}, status=409)
    assert refused["state"] == "shipped" and "packed" in refused["allowed"] and "shipped" not in refused["allowed"]
    assert desk.own("PUT", f"/fulfilment/orders/{made}/delivery", delivery(), status=409)["state"] == "shipped"


@proves("FUL-006", "FUL-009")
def test_shipping_makes_real_otpravka_orders(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    made = make(desk, "A-77", cup=2)
    desk.wait(3 * HOUR_MS)
    assert stock(desk) == (5, 2, 3, 0) and desk.otpravka("GET", "/1.0/shipment/search?query=A-77") == []
    ship(desk)
    assert stock(desk) == (3, 0, 3, 0)
    found = read(desk, made)
    for query in ("A-77", found["tracking_number"]):
        shown = desk.otpravka("GET", f"/1.0/shipment/search?query={query}")
        assert [(row["id"], row["barcode"], row["order-num"]) for row in shown] == [
            (found["otpravka_id"], found["tracking_number"], "A-77")
        ]
    assert shown[0]["recipient-name"] == "Иванова Анна" and shown[0]["mail-type"] == "ONLINE_PARCEL"
    batch = desk.otpravka("GET", f"/1.0/batch/{found['batch']}")
    assert batch["batch-status"] != "CREATED" and batch["list-number"] >= 1 and batch["shipment-count"] == 1
    desk.wait(3 * DAY_MS)
    parcel = desk.world.by_number("russian_post", found["tracking_number"])
    assert parcel is not None and parcel.status not in (Status.ANNOUNCED, Status.CANCELLED)


@proves("FUL-008")
def test_what_otpravka_refuses_stays_until_it_is_put_right(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    body = asked("A-1", cup=2)
    body["delivery"] = delivery(mail_type="TELEPORT")
    made = desk.own("POST", "/fulfilment/orders", body)["id"]
    good = make(desk, "A-2")
    ship(desk)
    found = read(desk, made)
    told = desk.put_orders(order(**{"mail-type": "TELEPORT"}))["errors"][0]["error-codes"]
    assert (found["state"], found["refusals"]) == ("blocked", [row["code"] for row in told])
    assert "ILLEGAL_MAIL_TYPE" in found["refusals"]
    assert found["tracking_number"] is None and stock(desk) == (4, 2, 2, 0)
    assert read(desk, good)["state"] == "shipped"
    ship(desk)
    assert read(desk, made)["state"] == "blocked"
    put_right = desk.own("PUT", f"/fulfilment/orders/{made}/delivery", delivery())
    assert (put_right["state"], put_right["refusals"]) == ("packed", [])
    ship(desk)
    found = read(desk, made)
    assert found["state"] == "shipped" and stock(desk) == (2, 0, 2, 0)
    assert list(found["times"]) == ["reserved", "packing", "packed", "blocked", "shipped"]


@proves("FUL-008")
def test_a_batch_that_cannot_be_checked_in_is_not_shipped(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    made = make(desk)
    desk.world.store.header.settings = {"russian_post": {"balance": "online"}}
    ship(desk)
    assert (read(desk, made)["state"], read(desk, made)["refusals"]) == ("blocked", ["OFFLINE_BALANCE_FORBIDDEN"])
    assert desk.otpravka("GET", "/1.0/shipment/search?query=A-1") == [] and desk.otpravka("GET", "/1.0/batch") == []
    desk.world.store.header.settings = {"russian_post": {"number_range": "exhausted"}}
    desk.own("PUT", f"/fulfilment/orders/{made}/delivery", delivery())
    ship(desk)
    assert read(desk, made)["refusals"] == ["BARCODE_ERROR"] and stock(desk) == (5, 1, 4, 0)


@proves("FUL-010")
def test_the_post_is_told_what_the_parcel_really_is(desk: OwnDesk) -> None:
    supply(desk, cup=60, lamp=10)
    small, middle = make(desk, "A-1", cup=2), make(desk, "A-2", cup=3, lamp=1)
    assert (read(desk, small)["box"], read(desk, small)["mass_g"]) == ("S", 2 * 400 + 90)
    assert (read(desk, middle)["box"], read(desk, middle)["mass_g"]) == ("L", 3 * 400 + 1_500 + 280)
    for body, words in ((asked("A-3", cup=40), "fits no box"), (asked("A-4", huge=1), "fits no box")):
        product(desk, "huge", 10, {"length": 60, "width": 1, "height": 1}, status=200 if words == "" else 0)
        refused = desk.own("POST", "/fulfilment/orders", body, status=422)
        assert refused["errors"][0]["pointer"] == "/lines" and words in refused["detail"]
    product(desk, "lead", 9_900, {"length": 5, "width": 5, "height": 5})
    refused = desk.own("POST", "/fulfilment/orders", asked("A-5", lead=3), status=422)
    assert "29790 g" in refused["detail"] and "20000" in refused["detail"]
    ship(desk)
    shown = desk.otpravka("GET", "/1.0/shipment/search?query=A-2")[0]
    assert (shown["mass"], shown["dimension"]) == (2_980, {"length": 40, "width": 27, "height": 18})


@proves("FUL-011")
def test_an_order_goes_with_its_parcel(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    good, back = make(desk, "A-1"), make(desk, "A-2", "returned")
    ship(desk)
    for made, state, status in ((good, "delivered", Status.DELIVERED), (back, "returning", Status.RETURNING)):
        until(desk, made, state)
        parcel = desk.world.by_number("russian_post", read(desk, made)["tracking_number"])
        assert parcel is not None
        told = {fact.status: fact.at_ms for fact in parcel.facts if hasattr(fact, "status")}
        at = read(desk, made)["times"][state]
        assert desk.events(f"order.{state}", made) == [(f"order.{state}", at)]
        assert told[status] // 1000 == _seconds(at)


def _seconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())


@proves("FUL-016")
def test_an_order_number_is_taken_once(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    key = "order-0000000000000001"
    first = desk.own("POST", "/fulfilment/orders", asked(), key=key, status=201)
    assert desk.own("POST", "/fulfilment/orders", asked(), key=key, status=200) == first
    assert desk.own("POST", "/fulfilment/orders", asked(cup=2), key=key, status=422)["type"].endswith("key-reused")
    assert desk.own("POST", "/fulfilment/orders", asked(), status=409)["order"] == first["id"]
    assert stock(desk) == (5, 1, 4, 0) and len(desk.read("/fulfilment/orders")["data"]) == 1


@proves("FUL-002", "FUL-017")
def test_who_waits_is_served_first(desk: OwnDesk) -> None:
    large, small = (
        desk.own("POST", "/fulfilment/orders", {**asked(number, cup=count), "when_short": "wait"})["id"]
        for number, count in (("A-1", 4), ("A-2", 2))
    )
    assert {read(desk, one)["state"] for one in (large, small)} == {"waiting"}
    supply(desk, cup=3)
    assert (read(desk, large)["state"], read(desk, small)["state"]) == ("waiting", "reserved")
    third = desk.own("POST", "/fulfilment/orders", {**asked("A-3", cup=2), "when_short": "wait"})["id"]
    supply(desk, cup=4)
    assert (read(desk, large)["state"], read(desk, third)["state"]) == ("reserved", "waiting")
    desk.own("POST", f"/fulfilment/orders/{large}/cancellation", {})
    assert read(desk, third)["state"] == "reserved"
    waiting = desk.own("POST", "/fulfilment/orders", {**asked("A-4", cup=9), "when_short": "wait"})["id"]
    assert desk.own("POST", f"/fulfilment/orders/{waiting}/cancellation", {})["state"] == "cancelled"


def test_what_the_account_has_no_defaults_for_is_told_by_the_warehouse(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    desk.world.store.header.settings = {"russian_post": {"account_defaults": "absent"}}
    made = make(desk)
    ship(desk)
    assert (read(desk, made)["state"], read(desk, made)["refusals"]) == ("shipped", [])


@proves("FUL-018")
def test_cash_on_delivery_reaches_the_post(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    body = asked("A-1")
    body["delivery"] = delivery(cash_on_delivery_minor=150_000, declared_value_minor=120_000)
    made = desk.own("POST", "/fulfilment/orders", body)["id"]
    ship(desk)
    shown = desk.otpravka("GET", "/1.0/shipment/search?query=A-1")[0]
    assert shown["mail-category"] == "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY"
    assert (shown["payment"], shown["insr-value"]) == (150_000, 150_000)
    until(desk, made, "delivered")


@proves("FUL-019")
def test_every_change_of_state_is_an_event(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    made = make(desk, story="returned")
    ship(desk)
    scanned(desk, made, "1/2", "3/1", "2/2")
    states = ["reserved", "packing", "packed", "shipped", "returning", "returned"]
    found = read(desk, made)
    assert desk.events("order.", made) == [(f"order.{state}", found["times"][state]) for state in states]
    rows = desk.read(f"/events?subject={made}&type=order.")["data"]
    assert [row["data"]["state"] for row in rows] == states
    assert rows[3]["data"]["tracking_number"] == found["tracking_number"] and rows[2]["data"]["number"] == "A-1"


def test_an_order_of_the_warehouse_and_one_of_the_shop_live_in_one_world(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    made = make(desk)
    ship(desk)
    desk.put_orders(order(**{"order-num": "B-1"}))
    numbers = {
        row["barcode"]
        for path in ("/1.0/shipment/search?query=A-1", "/1.0/backlog/search?query=B-1")
        for row in desk.otpravka("GET", path)
    }
    assert len(numbers) == 2 and read(desk, made)["tracking_number"] in numbers
