"""What follows the shipping: the order goes with its parcel, and what comes back is inspected and put away."""

from typing import Any

import msgspec

from ....core.parcel import Parcel, Step
from ....core.records import Due
from ....core.status import Status
from ....core.world import World
from ..lookup.returns import of_direct
from ..own_rest.events import happened
from ..own_rest.ids import HOUR_MS, named, new_id
from ..watching import watch
from . import packing, records, stock
from .records import Lines, Order, Return, changed
from .settings import DAMAGED, SWITCHES
from .shipping import FOLLOW

INSPECT_MS = 3 * HOUR_MS
INSPECT, INSPECT_RETURN = named("fulfilment.inspect"), named("fulfilment.inspect_return")
STATE_OF = {
    Status.DELIVERED: records.DELIVERED,
    Status.RETURNING: records.RETURNING,
    Status.RETURNED: records.RETURNED,
    Status.LOST_OR_DAMAGED: records.LOST,
}
WAY_BACK = (  # of a parcel that a buyer hands in
    Step(4 * HOUR_MS, "1/1"),
    Step(8 * HOUR_MS, "8/1"),
    Step(30 * HOUR_MS, "8/4"),
    Step(30 * HOUR_MS, "8/2"),
    Step(12 * HOUR_MS, "2/1"),
)


def follow(world: World, due: Due) -> None:
    """Duty, done at once after every operation of a parcel: its order or return is where the parcel is."""
    found, parcel = world.store.get(records.BY_PARCEL, due.key), world.parcel(due.key)
    order = None if found is None else world.store.get(records.ORDERS, found)
    if order is not None:
        _follow_order(world, order, parcel)
        return
    back = None if found is None else world.store.get(records.RETURNS, found)
    if back is not None and back.state == records.ON_ITS_WAY and parcel.status is Status.RETURNED:
        _moved(world, back, records.INSPECTING)
        world.later(INSPECT_RETURN, back.id, after_ms=INSPECT_MS)


def _follow_order(world: World, order: Order, parcel: Parcel) -> None:
    state = STATE_OF.get(parcel.status, records.SHIPPED)
    if state == order.state or order.inspected:
        return
    changed(world, order, state=state)
    if state == records.RETURNED:
        world.later(INSPECT, order.id, after_ms=INSPECT_MS)


def inspect(world: World, due: Due) -> None:
    """Duty: what came back is put away, unless the post has withdrawn meanwhile that it came."""
    order = records.order_of(world, due.key)
    if order.state == records.RETURNED and not order.inspected:
        changed(world, order, inspected=True)
        put_away(world, order.lines, order.id)


def inspect_return(world: World, due: Due) -> None:
    """Duty: what a buyer sent back is put away."""
    back = world.store.get(records.RETURNS, due.key)
    if back is not None and back.state == records.INSPECTING:
        _moved(world, back, records.RESTOCKED)
        put_away(world, back.lines, back.id)


def put_away(world: World, lines: Lines, subject: str) -> None:
    """Put goods back into stock, or into quarantine where they are damaged."""
    damaged = SWITCHES.choice(world, "returned_goods") == DAMAGED
    for sku, pieces in lines.items():
        on_hand, quarantine = (0, pieces) if damaged else (pieces, 0)
        stock.move(world, sku, on_hand, quarantine, "return", subject)
    packing.serve_waiting(world)


def send_back(world: World, order: Order, lines: Lines, reason: str) -> Return:
    """Ask the post for an easy return of a delivered order, and let the buyer hand it in.

    Raises:
        Refusal: the post makes none; nothing changed.
    """
    post = of_direct(world, {"direct-barcode": order.tracking_number, "mail-type": "UNDEFINED"})
    times = {records.ON_ITS_WAY: world.now_ms}
    made = Return(new_id(world, "rtn"), order.id, lines, reason, records.ON_ITS_WAY, times, post.barcode)
    world.store.put(records.RETURNS, made.id, made)
    world.store.put(records.BY_PARCEL, post.parcel_id, made.id)
    happened(world, "return.on_its_way", made.id, **_told(made))
    watch(world, post.parcel_id, FOLLOW)
    world.travel(world.parcel(post.parcel_id), WAY_BACK)
    return made


def _moved(world: World, back: Return, state: str) -> Return:
    times = {**back.times, state: world.now_ms}
    found = msgspec.structs.replace(back, state=state, times=times)
    world.store.put(records.RETURNS, found.id, found)
    happened(world, f"return.{state}", found.id, **_told(found))
    return found


def _told(back: Return) -> dict[str, Any]:
    return {"state": back.state, "order": back.order, "return_number": back.return_number}
