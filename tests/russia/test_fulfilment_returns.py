"""The warehouse double: what comes back, and what the post loses."""

import pytest

from parcelproof.simulators.postal_api.russia import lives

from .own_desk import DAY_MS, HOUR_MS, OwnDesk, proves
from .warehouse import CUP, LAMP, asked, lines, make, read, scanned, ship, stock, supply, warehouse


@pytest.fixture
def desk() -> OwnDesk:
    return warehouse()


@proves("FUL-012")
def test_what_came_back_is_in_stock_again_once(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    made = make(desk, story="returned", cup=2)
    ship(desk)
    assert stock(desk) == (3, 0, 3, 0)
    scanned(desk, made, "3/1", "2/2")
    assert read(desk, made)["state"] == "returned" and stock(desk) == (3, 0, 3, 0)
    desk.wait(3 * HOUR_MS - 1)
    assert stock(desk) == (3, 0, 3, 0) and not read(desk, made)["restocked"]
    desk.wait(1)
    assert stock(desk) == (5, 0, 5, 0) and read(desk, made)["restocked"]
    scanned(desk, made, "2/2", "2/7")
    desk.wait(DAY_MS)
    assert stock(desk) == (5, 0, 5, 0)


@proves("FUL-012")
def test_what_the_post_takes_back_is_not_put_away(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    made = make(desk)
    ship(desk)
    parcel = scanned(desk, made, "1/2", "3/1", "2/2")
    lives.revoke(desk.world, parcel, parcel.scans)
    assert read(desk, made)["state"] == "returning"
    desk.wait(DAY_MS)
    assert stock(desk) == (4, 0, 4, 0)
    scanned(desk, made, "2/2")
    desk.wait(3 * HOUR_MS)
    assert stock(desk) == (5, 0, 5, 0)


@proves("FUL-013")
def test_damaged_goods_wait_for_a_decision(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    made = make(desk, cup=3)
    ship(desk)
    desk.world.store.header.settings = {"russian_post": {"returned_goods": "damaged"}}
    scanned(desk, made, "3/1", "2/2")
    desk.wait(3 * HOUR_MS)
    assert stock(desk) == (2, 0, 2, 3)
    desk.own("POST", "/fulfilment/orders", asked("A-2", cup=3), status=409)
    decide = "/fulfilment/quarantine-decisions"
    refused = desk.own("POST", decide, {"sku": CUP, "quantity": 4, "decision": "restock"}, status=409)
    assert refused["lines"] == [{"sku": CUP, "wanted": 4, "available": 3}]
    desk.own("POST", decide, {"sku": CUP, "quantity": 2, "decision": "restock"})
    assert stock(desk) == (4, 0, 4, 1)
    desk.own("POST", decide, {"sku": CUP, "quantity": 1, "decision": "write_off"})
    assert stock(desk) == (4, 0, 4, 0)


@proves("FUL-014")
def test_a_buyer_sends_lines_back(desk: OwnDesk) -> None:
    supply(desk, cup=5, lamp=2)
    made = make(desk, cup=3, lamp=1)
    path, back = f"/fulfilment/orders/{made}/returns", {"lines": lines(cup=2), "reason": "не подошло"}
    assert desk.own("POST", path, back, status=409)["state"] == "reserved"
    ship(desk)
    scanned(desk, made, "1/2", "2/1")
    for wrong in (lines(cup=4), lines(lamp=2), lines(nothing=1)):
        refused = desk.own("POST", path, {**back, "lines": wrong}, status=422)
        assert refused["errors"][0]["pointer"] == "/lines/0/quantity"
    found = desk.own("POST", path, back, status=201)
    parcel = desk.world.by_number("russian_post", found["return_number"])
    assert parcel is not None and len(found["return_number"]) == 14
    shown = desk.otpravka("GET", f"/1.0/backlog/search?query={found['return_number']}")
    assert [row["mail-type"] for row in shown] == ["EASY_RETURN"]
    assert desk.own("POST", path, back, status=409)["code"] == "ALREADY_EXISTS"
    assert stock(desk) == (2, 0, 2, 0)
    desk.wait(5 * DAY_MS)
    ended = desk.read(f"/fulfilment/returns/{found['id']}")
    assert list(ended["times"]) == ["on_its_way", "inspecting", "restocked"]
    assert stock(desk) == (4, 0, 4, 0) and stock(desk, LAMP) == (1, 0, 1, 0)
    assert read(desk, made)["state"] == "delivered"
    assert desk.read(f"/fulfilment/returns?order={made}")["data"] == [ended]


@proves("FUL-021")
def test_what_the_post_loses_does_not_come_back(desk: OwnDesk) -> None:
    supply(desk, cup=5)
    made = make(desk)
    ship(desk)
    scanned(desk, made, "1/2", "5/1")
    desk.wait(10 * DAY_MS)
    assert read(desk, made)["state"] == "lost" and stock(desk) == (4, 0, 4, 0)
