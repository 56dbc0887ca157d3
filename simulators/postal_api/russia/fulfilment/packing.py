"""An order in the warehouse, from its reservation until it is packed; and supplies, for which orders may wait."""

from typing import Any

import msgspec

from ....core.records import Due
from ....core.world import World
from ..own_rest.events import happened
from ..own_rest.ids import HOUR_MS, named, new_id
from . import records, shipping, stock
from .boxes import Box
from .records import Lines, Order, Supply, changed
from .settings import ONE_SHORT, SWITCHES

COUNT_MS, PICK_MS, PACK_MS = 6 * HOUR_MS, HOUR_MS, HOUR_MS
COUNT, PICK, PACK = named("fulfilment.count"), named("fulfilment.pick"), named("fulfilment.pack")


def announce(world: World, number: str, lines: Lines) -> Supply:
    """Expect a supply."""
    made = Supply(new_id(world, "sup"), number, records.ANNOUNCED, lines, {records.ANNOUNCED: world.now_ms})
    world.store.put(records.SUPPLIES, made.id, made)
    world.later(COUNT, made.id, after_ms=COUNT_MS)
    happened(world, "supply.announced", made.id, number=number)
    return made


def count(world: World, due: Due) -> None:
    """Duty: the warehouse counts a supply; what is there is in stock, and orders that waited get it."""
    supply = world.store.get(records.SUPPLIES, due.key)
    if supply is None:
        return
    counted = dict(supply.lines)
    if SWITCHES.choice(world, "supply_count") == ONE_SHORT:
        counted[list(counted)[-1]] -= 1
    times = {**supply.times, records.RECEIVED: world.now_ms}
    found = msgspec.structs.replace(supply, state=records.RECEIVED, counted=counted, times=times)
    world.store.put(records.SUPPLIES, found.id, found)
    happened(world, "supply.received", found.id, number=found.number)
    for sku, pieces in counted.items():
        if pieces:
            stock.move(world, sku, pieces, 0, "supply", found.id)
    serve_waiting(world)


def take(world: World, number: str, lines: Lines, delivery: dict[str, Any], box: Box, mass_g: int) -> Order:
    """Take an order that is reserved, or that waits when it cannot be."""
    state = records.RESERVED if stock.reserve(world, lines) else records.WAITING
    times = {state: world.now_ms}
    made = Order(new_id(world, "ful"), number, lines, delivery, state, times, mass_g, box.name)
    world.store.put(records.ORDERS, made.id, made)
    world.store.put(records.NUMBERS, number, made.id)
    happened(world, f"order.{state}", made.id, state=state, number=number, tracking_number=None)
    _pick_later(world, made)
    return made


def serve_waiting(world: World) -> None:
    """Reserve for those that wait, the oldest first; one that cannot be served holds nobody up."""
    for order in records.in_state(world, records.WAITING):
        if stock.reserve(world, order.lines):
            _pick_later(world, changed(world, order, state=records.RESERVED))


def _pick_later(world: World, order: Order) -> None:
    if order.state == records.RESERVED:
        world.later(PICK, order.id, after_ms=PICK_MS)


def pick(world: World, due: Due) -> None:
    """Duty: somebody fetches the goods."""
    order = records.order_of(world, due.key)
    if order.state == records.RESERVED:
        changed(world, order, state=records.PACKING)
        world.later(PACK, order.id, after_ms=PACK_MS)


def pack(world: World, due: Due) -> None:
    """Duty: the box is closed and waits for the day's shipping."""
    order = records.order_of(world, due.key)
    if order.state == records.PACKING:
        changed(world, order, state=records.PACKED)
        shipping.plan(world)


def cancel(world: World, order: Order) -> Order:
    """Call an order off: what was reserved is free, what was packed is put back."""
    if order.state in records.HOLDING:
        stock.release(world, order.lines)
    order = changed(world, order, state=records.CANCELLED)
    serve_waiting(world)
    return order


def redirect(world: World, order: Order, delivery: dict[str, Any]) -> Order:
    """Change where an order goes; one that the post refused leaves with the next shipping."""
    if order.state != records.BLOCKED:
        return changed(world, order, delivery=delivery)
    order = changed(world, order, delivery=delivery, refusals=(), state=records.PACKED)
    shipping.plan(world)
    return order
