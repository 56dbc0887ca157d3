"""The day's shipping: packed orders become Otpravka orders in one batch that is checked in, as a shop would do it.

It asks Otpravka through what answers its wire, so the same refusals, numbers, prices, lists and journeys come of it.
"""

from typing import Any

from ....core.records import Due
from ....core.world import World
from ....wire.moscow import day, day_start_ms
from ..answers import Refused
from ..otpravka import batch_life, registration
from ..otpravka.fields import understood
from ..own_rest.ids import DAY_MS, HOUR_MS, named
from ..records import HOME, find_order
from ..watching import watch
from . import records, stock
from .boxes import BOXES
from .records import Order, changed

SHIP, FOLLOW = named("fulfilment.ship"), named("fulfilment.follow")
CLOSES_MS = 18 * HOUR_MS  # Moscow time


def plan(world: World) -> None:
    """See to it that there is a shipping: today at 18:00 Moscow time, or tomorrow when that is past."""
    at_ms = day_start_ms(day(world.now_ms)) + CLOSES_MS
    if at_ms <= world.now_ms:
        at_ms += DAY_MS
    if world.store.get(records.SHIPPINGS, "next") != at_ms:
        world.store.put(records.SHIPPINGS, "next", at_ms)
        world.later(SHIP, "", after_ms=at_ms - world.now_ms)


def ship(world: World, due: Due) -> None:
    """Duty: everything that is packed leaves in one batch; what Otpravka refuses stays."""
    made: dict[int, Order] = {}
    for order in records.in_state(world, records.PACKED):
        try:
            post = registration.take_in(world, understood(wire_fields(order)))
        except registration.Unfit as unfit:
            _block(world, order, [wrong.code for wrong in unfit.wrongs])
        else:
            made[post.id] = order
    batches, _, _ = batch_life.created(world, list(made), None, batch_life.MOSCOW_S, online=False)
    for batch in batches:
        refusal = _checked_in(world, batch.name)
        for post_id in batch.orders:
            if refusal:
                _block(world, made[post_id], [refusal])
            else:
                _shipped(world, made[post_id], post_id)
        if refusal:
            batch_life.deleted(world, list(batch.orders))


def _checked_in(world: World, name: str) -> str:
    """Check a batch in; return Otpravka's code when it refuses."""
    try:
        answer = batch_life.checked_in(world, batch_life.batch_named(world, name), online=False, mail=True)
    except Refused as refused:
        return str(refused.payload.get("code", "UNDEFINED"))
    return str(answer.get("error-code", ""))


def _block(world: World, order: Order, codes: list[str]) -> None:
    changed(world, order, state=records.BLOCKED, refusals=tuple(codes))


def _shipped(world: World, order: Order, post_id: int) -> None:
    post = find_order(world, post_id)
    assert post is not None
    world.store.put(records.BY_PARCEL, post.parcel_id, order.id)
    watch(world, post.parcel_id, FOLLOW)
    stock.ship(world, order.lines, order.id)
    changed(world, order, state=records.SHIPPED, post=post.id, tracking_number=post.barcode, batch=post.batch)


def wire_fields(order: Order) -> dict[str, Any]:
    """Return the Otpravka order, as a shop would write it."""
    delivery, box = order.delivery, next(box for box in BOXES if box.name == order.box)
    who, where = delivery["recipient"], delivery["address"]
    surname, _, given = who["name"].partition(" ")
    cash, value = delivery.get("cash_on_delivery_minor", 0), delivery.get("declared_value_minor", 0)
    category = "WITH_DECLARED_VALUE" if value or cash else "ORDINARY"
    length, width, height = box.sides_cm
    fields = {
        "order-num": order.number,
        "mail-type": delivery.get("mail_type", "ONLINE_PARCEL"),
        "mail-category": f"{category}_AND_CASH_ON_DELIVERY" if cash else category,
        "mail-direct": HOME,
        "mail-rank": "WO_RANK",
        "payment-method": "CASHLESS",
        "mass": order.mass_g,
        "address-type-to": "DEFAULT",
        "index-to": where["index"],
        "region-to": where["region"],
        "place-to": where["place"],
        "street-to": where.get("street"),
        "house-to": where.get("house"),
        "room-to": where.get("room"),
        "surname": surname,
        "given-name": given,
        "recipient-name": who["name"],
        "tel-address": who["phone"].lstrip("+"),
        "dimension": {"length": length, "width": width, "height": height},
        "dimension-type": box.name,
        "transport-type": delivery.get("transport_type"),
        "comment": delivery.get("comment"),
        "insr-value": max(value, cash) or None,
        "payment": cash or None,
    }
    return {name: value for name, value in fields.items() if value is not None}
