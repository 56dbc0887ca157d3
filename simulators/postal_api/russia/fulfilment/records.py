"""What a tenant's world remembers about the warehouse: articles, stock and its movements, supplies, orders, returns.

Mass is grams, sides are centimetres, money is kopecks, moments are virtual milliseconds.
"""

from typing import Any

import msgspec

from ....core.records import Kind
from ....core.world import World
from ..own_rest.events import happened
from ..own_rest.ids import named

WAITING, RESERVED, PACKING, PACKED, BLOCKED = "waiting", "reserved", "packing", "packed", "blocked"
SHIPPED, DELIVERED, RETURNING, RETURNED = "shipped", "delivered", "returning", "returned"
LOST, CANCELLED = "lost", "cancelled"
STATES = (
    WAITING,
    RESERVED,
    PACKING,
    PACKED,
    BLOCKED,
    SHIPPED,
    DELIVERED,
    RETURNING,
    RETURNED,
    LOST,
    CANCELLED,
)
HOLDING = (RESERVED, PACKING, PACKED, BLOCKED)  # goods are reserved
UNSHIPPED = (WAITING, *HOLDING)
ANNOUNCED, RECEIVED = "announced", "received"
ON_ITS_WAY, INSPECTING, RESTOCKED = "on_its_way", "inspecting", "restocked"

Lines = dict[str, int]  # article -> pieces


class Product(msgspec.Struct, frozen=True):
    """An article."""

    sku: str
    name: str
    mass_g: int
    sides_cm: tuple[int, int, int]


class Stock(msgspec.Struct, frozen=True):
    """What lies in the warehouse of one article; `reserved` is part of `on_hand`, `quarantine` is beside it."""

    sku: str
    on_hand: int = 0
    reserved: int = 0
    quarantine: int = 0

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


class Movement(msgspec.Struct, frozen=True):
    """One change of stock: pieces more or less on hand and in quarantine, and why."""

    id: str
    sku: str
    at_ms: int
    on_hand: int
    quarantine: int
    cause: str
    subject: str


class Supply(msgspec.Struct, frozen=True):
    """Goods on their way into the warehouse; `counted` is empty until it has counted them."""

    id: str
    number: str
    state: str
    lines: Lines
    times: dict[str, int]
    counted: Lines = {}


class Order(msgspec.Struct, frozen=True):
    """An order to the warehouse. `delivery` is as it was asked; `post` is Otpravka's id of its order, 0 before.

    `inspected` says that what came back was put where it belongs.
    """

    id: str
    number: str
    lines: Lines
    delivery: dict[str, Any]
    state: str
    times: dict[str, int]
    mass_g: int
    box: str
    refusals: tuple[str, ...] = ()
    post: int = 0
    tracking_number: str = ""
    batch: str = ""
    inspected: bool = False


class Return(msgspec.Struct, frozen=True):
    """Goods that a buyer sends back under a number of their own."""

    id: str
    order: str
    lines: Lines
    reason: str
    state: str
    times: dict[str, int]
    return_number: str


PRODUCTS: Kind[Product] = Kind(named("products"), Product)
STOCK: Kind[Stock] = Kind(named("stock"), Stock)
MOVEMENTS: Kind[Movement] = Kind(named("stock_movements"), Movement)
SUPPLIES: Kind[Supply] = Kind(named("supplies"), Supply)
ORDERS: Kind[Order] = Kind(named("warehouse_orders"), Order)
RETURNS: Kind[Return] = Kind(named("warehouse_returns"), Return)
NUMBERS: Kind[str] = Kind(named("warehouse_numbers"), str)  # the shop's number -> order id
BY_PARCEL: Kind[str] = Kind(named("warehouse_parcels"), str)  # parcel id -> id of an order or a return
SHIPPINGS: Kind[int] = Kind(named("warehouse_shippings"), int)  # "next" -> when the last one that was planned is
KINDS: tuple[Kind[Any], ...] = (
    PRODUCTS,
    STOCK,
    MOVEMENTS,
    SUPPLIES,
    ORDERS,
    RETURNS,
    NUMBERS,
    BY_PARCEL,
    SHIPPINGS,
)


def order_of(world: World, order_id: str) -> Order:
    """Return an order that must exist: one of a duty or a parcel."""
    found = world.store.get(ORDERS, order_id)
    if found is None:
        raise LookupError(f"no warehouse order {order_id}")
    return found


def changed(world: World, order: Order, **changes: Any) -> Order:
    """Put a changed copy of an order in its place; a new state is dated and told."""
    state = changes.get("state", order.state)
    moved = state != order.state
    if moved:
        changes["times"] = {**order.times, state: world.now_ms}
    found = msgspec.structs.replace(order, **changes)
    world.store.put(ORDERS, found.id, found)
    if moved:
        told = {"state": state, "number": found.number, "tracking_number": found.tracking_number or None}
        happened(world, f"order.{state}", found.id, **told)
    return found


def in_state(world: World, *states: str) -> list[Order]:
    """Return the orders in one of these states, oldest first."""
    return [order for _, order in world.store.scan(ORDERS) if order.state in states]
