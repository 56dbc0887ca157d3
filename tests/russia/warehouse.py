"""A warehouse to test: goods in it, orders of it, and what happens to their parcels."""

from typing import Any

from parcelproof.simulators.core.parcel import Step
from parcelproof.simulators.postal_api.russia import lives

from .own_desk import DAY_MS, HOUR_MS, OwnDesk

CUP, LAMP = "CUP-1", "LAMP-2"
SIDES = {"length": 10, "width": 10, "height": 8}


def warehouse() -> OwnDesk:
    """Return a desk whose warehouse knows both articles and has none of either."""
    found = OwnDesk(token="warehouse")
    product(found, CUP, 400)
    product(found, LAMP, 1_500, {"length": 28, "width": 18, "height": 14})
    return found


def product(desk: OwnDesk, sku: str, mass_g: int, sides: dict[str, int] | None = None, status: int = 201) -> Any:
    body = {"name": sku.title(), "mass_g": mass_g, "sides_cm": sides or SIDES}
    return desk.own("PUT", f"/fulfilment/products/{sku}", body, status=status)


def lines(**quantities: int) -> list[dict[str, Any]]:
    names = {"cup": CUP, "lamp": LAMP}
    return [{"sku": names.get(name, name), "quantity": quantity} for name, quantity in quantities.items()]


def supply(desk: OwnDesk, **quantities: int) -> str:
    """Bring goods in and let them be counted."""
    made = desk.own("POST", "/fulfilment/supplies", {"number": "П-1", "lines": lines(**quantities)})
    desk.wait(6 * HOUR_MS)
    return str(made["id"])


def delivery(**changes: Any) -> dict[str, Any]:
    return {
        "recipient": {"name": "Иванова Анна", "phone": "+79001234567"},
        "address": {
            "index": "410012",
            "region": "обл Саратовская",
            "place": "г Саратов",
            "street": "ул Московская",
            "house": "1",
        },
        "comment": "[story: delivered]",
        **changes,
    }


def asked(number: str = "A-1", **quantities: int) -> dict[str, Any]:
    return {
        "number": number,
        "lines": lines(**(quantities or {"cup": 1})),
        "delivery": delivery(),
        "when_short": "refuse",
    }


def make(desk: OwnDesk, number: str = "A-1", story: str = "delivered", **quantities: int) -> str:
    body = {**asked(number, **quantities), "delivery": delivery(comment=f"[story: {story}]")}
    return str(desk.own("POST", "/fulfilment/orders", body, status=201)["id"])


def read(desk: OwnDesk, order_id: str) -> Any:
    return desk.read(f"/fulfilment/orders/{order_id}")


def stock(desk: OwnDesk, sku: str = CUP) -> tuple[int, int, int, int]:
    """Return on hand, reserved, available, quarantine."""
    found = desk.read(f"/fulfilment/stock/{sku}")
    return found["on_hand"], found["reserved"], found["available"], found["quarantine"]


def ship(desk: OwnDesk) -> None:
    """Wait until the day's shipping is over; a supply was counted at 18:00, so it is tomorrow's."""
    desk.wait(DAY_MS)


def until(desk: OwnDesk, order_id: str, state: str) -> None:
    for _ in range(24 * 80):
        if read(desk, order_id)["state"] == state:
            return
        desk.wait(HOUR_MS)
    raise AssertionError(f"never {state}: {read(desk, order_id)}")


def scanned(desk: OwnDesk, order_id: str, *codes: str) -> Any:
    """Have operations happen to an order's parcel in place of its journey."""
    parcel = desk.world.by_number("russian_post", read(desk, order_id)["tracking_number"])
    assert parcel is not None
    parcel = desk.world.travel(parcel, ())
    for code in codes:
        parcel = lives.scan(desk.world, parcel, Step(0, code))
    return parcel
