"""Orders over the wire: made, listed, and asked for their status.

Wire contract: `courier_api` §3.
"""

from collections.abc import Iterator

from ...core.world import World
from ...wire.call import Answer, Call
from ...wire.moscow import day
from . import registration
from .answers import Operations, json
from .body import Reader, document
from .fields import read_order
from .order_view import order_shape, pair_of, status_shape
from .records import CARRIER, Order, by_shop_number, live_orders, order_of

SEPARATOR = "|"

routes = Operations()


@routes.post("/json/CreateOrder")
def create_order(call: Call) -> Answer:
    """Make an order, at once and whole; what is wrong with it is told inside a 200."""
    order = registration.take_in(call.world, read_order(call.world, document(call)))
    return json({"Result": "OK", "Order": order_shape(call.world, order)})


@routes.post("/json/GetOrders")
def get_orders(call: Call) -> Answer:
    """List orders with their money, oldest first."""
    return json([order_shape(call.world, order) for order in _asked(call)])


@routes.post("/json/GetStatuses")
def get_statuses(call: Call) -> Answer:
    """List orders as both axes and each line stand, oldest first."""
    return json([status_shape(call.world, order) for order in _asked(call)])


def _asked(call: Call) -> list[Order]:
    reader = Reader(document(call))
    found = list(_matching(call.world, reader))
    reader.refuse_if_wrong()
    return found


def _matching(world: World, reader: Reader) -> Iterator[Order]:
    """Yield the orders that fit every filter given; dates are inclusive on both ends."""
    barcodes = {code.strip() for code in reader.text("BarCode", most=20_000).split(SEPARATOR) if code.strip()}
    number, job = reader.text("CustomerOrder"), reader.text("Job")
    start, end = reader.text("RegionFrom").upper(), reader.text("RegionTo").upper()
    axes = [reader.whole(name) if reader.has(name) else None for name in ("State", "OrderStatus")]
    delivery = reader.date("DeliveryDateStart"), reader.date("DeliveryDateEnd")
    creation = reader.date("CreationDateStart"), reader.date("CreationDateEnd")
    if reader.errors:
        return
    for order in _candidates(world, number, barcodes):
        if (job and order.job != job) or (start and order.start != start) or (end and order.end != end):
            continue
        if not (_within(order.delivery_date, *delivery) and _within(day(order.made_ms), *creation)):
            continue
        pair = pair_of(world.parcel(order.id))
        if all(wanted is None or wanted == found for wanted, found in zip(axes, pair, strict=True)):
            yield order


def _candidates(world: World, number: str, barcodes: set[str]) -> list[Order]:
    """Return the orders with this number and one of these barcodes, of any place; all where neither is asked for."""
    if not number and not barcodes:
        return live_orders(world)
    found = by_shop_number(world, number) if number else _of_barcodes(world, barcodes)
    return [order for order in found if not barcodes or barcodes & set(order.barcodes)]


def _of_barcodes(world: World, barcodes: set[str]) -> list[Order]:
    parcels = [parcel for code in barcodes if (parcel := world.by_number(CARRIER, code)) is not None]
    orders = {parcel.id: order_of(world, parcel.id) for parcel in parcels}
    return sorted(
        (order for order in orders.values() if not order.removed), key=lambda order: (order.made_ms, order.id)
    )


def _within(iso: str, first: str, last: str) -> bool:
    return (not first or iso >= first) and (not last or iso <= last)
