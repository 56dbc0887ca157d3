"""What a tenant's world remembers about IML: frozen records and their kinds.

Money is whole kopecks, mass grams, sizes centimetres, moments virtual milliseconds, dates ISO text.
"""

from typing import Any

import msgspec

from ...core.records import Kind
from ...core.world import World

CARRIER = "iml"
GOODS, DELIVERY, PACKAGE, CONDITION, COMPLETENESS = 0, 3, 7, 10, 14  # `itemType`
IN_PARTS = "10000"  # the condition that says whether an order may be taken in parts


class Item(msgspec.Struct, frozen=True):
    """A line of `GoodItems`. `held_on` lines cannot be refused alone; `refused` says that this one was.

    `kind` is `itemType`; `echo` is what is only told back, under the wire's names.
    """

    number: str
    name: str
    kind: int
    amount_minor: int
    value_minor: int
    mass_g: int
    pieces: int = 1
    held_on: bool = False
    refused: bool = False
    echo: dict[str, Any] = {}

    @property
    def is_goods(self) -> bool:
        return self.kind == GOODS

    @property
    def allowed(self) -> bool:
        return str(self.echo.get("allowed", "")).lower() not in ("false", "0")


class Order(msgspec.Struct, frozen=True):
    """An order: what was asked, and what became of it. Its scans are the parcel's of the same id.

    `barcodes` has one number a place, the first is the order's. `cost_minor` is the price of the way there. `point` is
    a pickup point's ID, 0 for none. `post_number` is the postal service's number where it carries.
    """

    id: str
    number: str
    job: str
    barcodes: tuple[str, ...]
    mass_g: int
    amount_minor: int
    value_minor: int
    start: str  # region codes
    end: str
    made_ms: int
    delivery_date: str
    items: tuple[Item, ...] = ()
    point: int = 0
    address: str = ""
    contact: str = ""
    phone: str = ""
    cost_minor: int = 0
    moved_to: str = ""  # the date to which a failed delivery was put off
    post_number: str = ""
    removed: bool = False
    echo: dict[str, Any] = {}

    @property
    def barcode(self) -> str:
        return self.barcodes[0]

    @property
    def goods(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.is_goods)

    @property
    def refusable(self) -> tuple[int, ...]:
        """Return the lines of goods that may be refused alone, counted from 1; none where parts are not allowed."""
        forbidden = any(item.kind == CONDITION and item.number == IN_PARTS and not item.allowed for item in self.items)
        return () if forbidden else tuple(place for place, item in enumerate(self.goods, 1) if not item.held_on)

    @property
    def refused_minor(self) -> int:
        """Return what is not to be paid because its lines were refused."""
        return sum(item.amount_minor for item in self.items if item.refused)


ORDERS: Kind[Order] = Kind("iml.orders", Order)
BY_SHOP_NUMBER: Kind[tuple[str, ...]] = Kind("iml.shop_numbers", tuple[str, ...])  # number -> ids, oldest first
KINDS = (ORDERS, BY_SHOP_NUMBER)


def keep(world: World, order: Order) -> Order:
    world.store.put(ORDERS, order.id, order)
    return order


def changed(world: World, order: Order, **changes: Any) -> Order:
    """Put a changed copy of an order in its place."""
    return keep(world, msgspec.structs.replace(order, **changes))


def order_of(world: World, order_id: str) -> Order:
    """Return an order that must exist: one of a parcel, a duty or a report."""
    found = world.store.get(ORDERS, order_id)
    if found is None:
        raise LookupError(f"no order {order_id}")
    return found


def live_orders(world: World) -> list[Order]:
    """Return the orders that were not deleted, oldest first."""
    return [order for _, order in world.store.scan(ORDERS) if not order.removed]


def by_shop_number(world: World, number: str) -> list[Order]:
    """Return the orders with the shop's number that were not deleted, oldest first."""
    found = [order_of(world, order_id) for order_id in world.store.get(BY_SHOP_NUMBER, number) or ()]
    return [order for order in found if not order.removed]
