"""The warehouse double: what lies in it adds up, and every change is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .own_desk import HOUR_MS, OwnDesk, proves
from .warehouse import CUP, LAMP, SIDES, asked, lines, make, product, read, scanned, ship, stock, supply, warehouse


@pytest.fixture
def desk() -> OwnDesk:
    return warehouse()


@proves("FUL-001")
def test_stock_rises_when_it_is_counted(desk: OwnDesk) -> None:
    made = desk.own("POST", "/fulfilment/supplies", {"number": "П-1", "lines": lines(cup=5, lamp=2)}, status=201)
    assert made["state"] == "announced"
    desk.wait(6 * HOUR_MS - 1)
    assert stock(desk) == (0, 0, 0, 0)
    desk.wait(1)
    assert stock(desk) == (5, 0, 5, 0) and stock(desk, LAMP) == (2, 0, 2, 0)
    desk.world.store.header.settings = {"russian_post": {"supply_count": "one-short"}}
    found = desk.read(f"/fulfilment/supplies/{supply(desk, cup=3, lamp=4)}")
    assert found["state"] == "received"
    assert [(row["counted"], row["missing"]) for row in found["lines"]] == [(3, 0), (3, 1)]
    assert stock(desk) == (8, 0, 8, 0) and stock(desk, LAMP) == (5, 0, 5, 0)


@proves("FUL-015")
def test_movements_tell_why_stock_changed(desk: OwnDesk) -> None:
    brought = supply(desk, cup=5)
    made = make(desk, cup=2)
    ship(desk)
    scanned(desk, made, "3/1", "2/2")
    desk.wait(3 * HOUR_MS)
    rows = desk.read(f"/fulfilment/movements?sku={CUP}")["data"]
    assert [(row["on_hand"], row["cause"], row["subject"]) for row in rows] == [
        (5, "supply", brought),
        (-2, "shipment", made),
        (2, "return", made),
    ]
    assert [type for type, _ in desk.events("stock.", CUP)] == ["stock.supply", "stock.shipment", "stock.return"]


@proves("FUL-003", "FUL-015")
@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["order", "wait", "back", "decide", "supply", "cancel", "lost"]),
            st.integers(1, 4),
        ),
        min_size=6,
        max_size=16,
    ),
    st.sampled_from(["sound", "damaged"]),
)
def test_stock_adds_up_whatever_happens(script: list[tuple[str, int]], goods: str) -> None:
    desk = OwnDesk(token="warehouse")
    product(desk, CUP, 400)
    desk.world.store.header.settings = {"russian_post": {"returned_goods": goods}}
    supply(desk, cup=7)
    made = [make(desk, "A", cup=2), make(desk, "B", cup=1)]
    desk.wait(9 * HOUR_MS)
    for step, (action, number) in enumerate(script):
        _act(desk, made, step, action, number)
        on_hand, reserved, available, quarantine = stock(desk)
        assert available == on_hand - reserved and min(on_hand, reserved, available, quarantine) >= 0
        rows = desk.read(f"/fulfilment/movements?sku={CUP}&limit=200")["data"]
        assert sum(row["on_hand"] for row in rows) == on_hand
        assert sum(row["quarantine"] for row in rows) == quarantine
        held = [read(desk, one) for one in made]
        holding = [one for one in held if one["state"] in ("reserved", "packing", "packed", "blocked")]
        assert sum(line["quantity"] for one in holding for line in one["lines"]) == reserved


def _act(desk: OwnDesk, made: list[str], step: int, action: str, number: int) -> None:
    shipped = [one for one in made if read(desk, one)["state"] == "shipped"]
    if action == "supply":
        supply(desk, cup=number)
    elif action == "order":
        body = {**asked(f"A-{step}", cup=number), "when_short": "wait"}
        made.append(desk.own("POST", "/fulfilment/orders", body)["id"])
    elif action == "wait":
        desk.wait(number * 9 * HOUR_MS)
    elif action == "cancel" and made:
        one = made[number % len(made)]
        if read(desk, one)["state"] in ("waiting", "reserved", "packing", "packed", "blocked"):
            desk.own("POST", f"/fulfilment/orders/{one}/cancellation", {})
    elif action in ("back", "lost") and shipped:
        scanned(desk, shipped[number % len(shipped)], *(("3/1", "2/2") if action == "back" else ("5/1",)))
    elif action == "decide" and (there := stock(desk)[3]):
        body = {"sku": CUP, "quantity": min(there, number), "decision": ["restock", "write_off"][number % 2]}
        desk.own("POST", "/fulfilment/quarantine-decisions", body)


@proves("FUL-020")
def test_articles_have_to_be_known_and_keep_their_measures(desk: OwnDesk) -> None:
    for path, body in (
        ("/fulfilment/orders", asked(cup=1, spoon=1)),
        ("/fulfilment/supplies", {"number": "П-2", "lines": lines(cup=1, spoon=1)}),
    ):
        assert desk.own("POST", path, body, status=422)["errors"][0]["pointer"] == "/lines/1/sku"
    twice = {"number": "П-3", "lines": lines(cup=1) + lines(cup=2)}
    assert desk.own("POST", "/fulfilment/supplies", twice, status=422)["errors"][0]["code"] == "conflict"
    assert desk.read("/fulfilment/supplies")["data"] == [] and desk.read("/fulfilment/orders")["data"] == []
    product(desk, CUP, 450, status=200)
    supply(desk, cup=1)
    product(desk, CUP, 500, status=409)
    assert desk.read(f"/fulfilment/products/{CUP}")["mass_g"] == 450
    same = {"name": "Кружка", "mass_g": 450, "sides_cm": SIDES}
    assert desk.own("PUT", f"/fulfilment/products/{CUP}", same)["name"] == "Кружка"
