"""Settlement over the wire: registries by date, transferred orders, fiscal receipts.

Wire contract: `courier_api` §1.13. That a receipt's date has a time: the vendor's OpenAPI description (as stored in
GitHub wishboxcdek).
"""

from datetime import date
from typing import Any

from ...core.parcel import Collected
from ...core.world import World
from ...wire.call import Answer, Call
from . import payouts, settings
from .envelope import Error, Operations, Refused, is_empty, json, spring, wrong_value
from .records import ORDERS, Order, order_of
from .registry_shape import registry_shape
from .wire_values import day, roubles

routes = Operations()


@routes.get("/v2/registries")
def list_registries(call: Call) -> Answer:
    """Give the registries paid on a date."""
    world, on = call.world, _date(call)
    rows = [registry_shape(found) for found in payouts.DESK.reports_of(world, on)]
    if not rows and settings.choice(world, "empty_registries") == "missing":
        return json({})
    return json({"registries": rows})


@routes.get("/v2/payment")
def list_payments(call: Call) -> Answer:
    """Give the orders whose money was transferred on a date; the test host has no such route."""
    world = call.world
    if settings.choice(world, "payment_route") == "missing":
        return spring(call, 404, "Not Found")
    on = _date(call)
    rows = [
        {"order_uuid": line.parcel, "cdek_number": int(line.tracking), "number": line.order}
        for found in payouts.DESK.reports_of(world, on)
        for line in found.lines
        if line.parcel and line.collected_minor
    ]
    return json({"orders": rows})


@routes.get("/v2/check")
def list_receipts(call: Call) -> Answer:
    """Give the fiscal receipts of an order, or of a date."""
    world, query = call.world, call.query
    if uuid := query.get("order_uuid", "").strip():
        found = world.store.get(ORDERS, uuid.lower())
        if found is None:
            raise Refused(Error("v2_entity_not_found", f"Entity is not found by uuid {uuid[:80]}"))
        return _receipts(world, [found])
    if number := query.get("cdek_number", "").strip():
        parcel = world.by_number("cdek", number)
        if parcel is None:
            raise Refused(Error("v2_order_not_found", f"Order not found by cdek_number {number[:80]}"))
        return _receipts(world, [order_of(world, parcel.id)])
    on = _date(call)
    return _receipts(world, [order for _, order in world.store.scan(ORDERS)], on)


def _receipts(world: World, orders: list[Order], on: str = "") -> Answer:
    return json({"check_info": [row for order in orders for row in _receipts_of(world, order, on)]})


def _receipts_of(world: World, order: Order, on: str) -> list[dict[str, Any]]:
    """Return a receipt for each sum taken, and a refund where it was withdrawn. Fiscal numbers are ours.

    Args:
        on: a date in the carrier's zone, "" for all.
    """
    rows = []
    number_is_text = settings.choice(world, "check_number") == "text"
    for place, fact in enumerate(world.parcel(order.uuid).facts):
        if not isinstance(fact, Collected) or (on and day(fact.at_ms) != on):
            continue
        sign = 1_000_000_000 + world.roll("cdek.fiscal", f"{order.uuid}/{place}", 3_000_000_000)
        rows.append(
            {
                "order_uuid": order.uuid,
                "cdek_number": order.cdek_number if number_is_text else int(order.cdek_number),
                "date": settings.dated(world, fact.at_ms),
                "fiscal_storage_number": f"92824400{sign % 100_000_000:08}",
                "document_number": str(1 + sign % 100_000),
                "fiscal_sign": str(sign) if settings.choice(world, "check_fiscal_sign") == "text" else sign,
                "type": "CASH_RECEIPT_IN" if fact.amount_minor > 0 else "CASH_RECEIPT_REFUND",
                "shift_no": 1 + sign % 300,
                "payment_info": [{"sum": roubles(abs(fact.amount_minor)), "type": fact.method}],
            }
        )
    return rows


def _date(call: Call) -> str:
    text = call.query.get("date", "").strip()
    if not text:
        raise Refused(is_empty("date"))
    try:
        plain = date.fromisoformat(text).isoformat()
    except ValueError:
        plain = ""
    if plain != text:
        raise Refused(wrong_value("date", text))
    return text
