"""Orders of the folder "new": made, found, edited, deleted, taken back from a batch.

Wire contract: `postal_api_russia` §2.5.
"""

from collections.abc import Callable
from typing import Any

from ....core.world import World
from ....wire.call import Answer, Call
from ..answers import Operations, json, missing
from ..records import Order, by_barcode, find_order
from . import batch_life, body
from .account import SWITCHES
from .codes import listed, outcome, plain
from .fields import understood
from .order_view import in_new
from .registration import Unfit, change, delete, of_group, of_number, take_in

routes = Operations()


@routes.put("/1.0/user/backlog")
def create_orders(call: Call) -> Answer:
    """Make orders; those that are wrong are told by position, the others are made."""
    done, errors = created(call.world, body.orders(call))
    return json(outcome([order.id for order in done], errors))


@routes.put("/2.0/user/backlog")
def create_orders_v2(call: Call) -> Answer:
    """Make orders and tell their numbers."""
    done, errors = created(call.world, body.orders(call), office_needed=True)
    shown: Any = [_short(order) for order in done]
    if SWITCHES.choice(call.world, "v2_orders") == "object" and len(shown) == 1:
        shown = shown[0]
    found: dict[str, Any] = {"orders": shown} if done or not errors else {}
    return json({**found, **({"errors": errors} if errors else {})})


def created(
    world: World,
    given: list[dict[str, Any]],
    *,
    office_needed: bool = False,
    fits: Callable[[Order], str] | None = None,
) -> tuple[list[Order], list[dict[str, Any]]]:
    """Take orders in, each for itself; return those and what is wrong with the others.

    What cannot be read at all refuses the whole request, before any order is made.
    """
    fields = [understood(order) for order in given]
    done: list[Order] = []
    errors = []
    for place, found in enumerate(fields):
        try:
            done.append(take_in(world, found, office_needed=office_needed, fits=fits))
        except Unfit as error:
            errors.append((place, error.wrongs))
    return done, listed(errors)


def _short(order: Order) -> dict[str, Any]:
    found = {"barcode": order.barcode, "order-num": order.order_num, "result-id": order.id}
    return {**found, "group-name": order.group} if order.group else found


@routes.get("/1.0/backlog/search")
def search_orders(call: Call) -> Answer:
    """List the orders of the folder "new" with this number of the shop's, or this ШПИ."""
    return json([in_new(call.world, order) for order in found_by(call) if not order.batch])


def found_by(call: Call) -> list[Order]:
    """Return the orders that a query names by the shop's number or the post's."""
    query = call.query.get("query", "").strip()
    if not query:
        return []
    one = by_barcode(call.world, query)
    orders = of_number(call.world, query)
    return orders if one is None or one in orders else [*orders, one]


@routes.get("/1.0/backlog/by-group-name/{group}")
def orders_by_group(call: Call) -> Answer:
    """List the orders of a multi-piece shipment that lie in the folder "new"."""
    return json([in_new(call.world, order) for order in of_group(call.world, call.params["group"]) if not order.batch])


@routes.get("/1.0/backlog/{id}")
def read_order(call: Call) -> Answer:
    """Return one order; one that is in a batch is not found here."""
    return json(in_new(call.world, _of_new(call)))


@routes.put("/1.0/backlog/{id}", aliases=("/1.0/user/backlog/{id}",))
def edit_order(call: Call) -> Answer:
    """Change an order: what is sent stands in the place of everything."""
    given = body.one_order(call)
    order = _of_new(call)
    try:
        order = change(call.world, order, understood(given))
    except Unfit as error:
        return json(listed([(0, error.wrongs)])[0])
    empty = SWITCHES.choice(call.world, "edit_answer") == "empty-list"
    return json([] if empty else {"result-ids": [order.id]})


def _of_new(call: Call) -> Order:
    order = find_order(call.world, call.params["id"])
    if order is None or order.batch:
        raise missing("ComplexOrderV2", call.params["id"])
    return order


@routes.delete("/1.0/backlog", aliases=("/1.0/user/backlog",))
def delete_orders(call: Call) -> Answer:
    """Delete orders of the folder "new"."""
    done: list[int] = []
    errors: list[tuple[int, str]] = []
    for place, order_id in enumerate(body.ids(call)):
        order = find_order(call.world, order_id)
        if order is None or order.batch:
            errors.append((place, "NOT_FOUND"))
        else:
            delete(call.world, order)
            done.append(order_id)
    return json(outcome(done, plain(errors)))


@routes.post("/1.0/user/backlog")
def return_to_new(call: Call) -> Answer:
    """Take orders out of their batch, back to the folder "new"."""
    done, errors = batch_life.taken_out(call.world, body.ids(call))
    return json(outcome(done, plain(errors)))
