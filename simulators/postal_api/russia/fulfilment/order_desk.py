"""Orders to the warehouse over the wire: taken, followed, put right, called off, sent back by the buyer."""

import re
from typing import Any

from ....core.world import World
from ....wire.call import Answer, Call, json_answer
from ....wire.members import Choice, Shape, Text, Whole
from ..lookup.returns import Refusal
from ..offers import coverage
from ..own_rest.operations import ROOT, OwnRoutes, body_of, guessed
from ..own_rest.pages import choice_of, page
from ..own_rest.problems import Refused, invalid, invalid_members, unknown, wrong_state
from . import homecoming, packing, records, stock
from .boxes import Unpackable, packed
from .desk import LINES, PATH, known_lines, lines_shape, no_article_twice, times_shape
from .records import Lines, Order, Return

REFUSE, WAIT = "refuse", "wait"
RECIPIENT = Shape(
    {"name": Text(120), "phone": Text(16, pattern=re.compile(r"\+?[1-9]\d{9,14}", re.ASCII), hint="E.164")},
    required=("name", "phone"),
)
ADDRESS = Shape(
    {
        "index": Text(6, pattern=re.compile(r"\d{6}", re.ASCII), hint="six digits"),
        "region": Text(120),
        "place": Text(120),
        "street": Text(120),
        "house": Text(20),
        "room": Text(20),
    },
    required=("index", "region", "place"),
)
DELIVERY = Shape(
    {
        "mail_type": Text(40),
        "transport_type": Text(20),
        "recipient": RECIPIENT,
        "address": ADDRESS,
        "declared_value_minor": Whole(0, 10**9),
        "cash_on_delivery_minor": Whole(0, 10**9),
        "comment": Text(300),
    },
    required=("recipient", "address"),
)
ORDER = Shape(
    {"number": Text(60), "lines": LINES, "delivery": DELIVERY, "when_short": Choice((REFUSE, WAIT))},
    required=("number", "lines", "delivery"),
    rules=(no_article_twice,),
)
BACK = Shape({"lines": LINES, "reason": Text(200)}, required=("lines", "reason"), rules=(no_article_twice,))
NOTHING = Shape({})

routes = OwnRoutes()


@routes.post(PATH + "/orders")
def create_warehouse_order(call: Call) -> Answer:
    """Have goods packed and sent."""
    world = call.world
    coverage.require(world, coverage.FULFILMENT)
    asked = body_of(call, ORDER)
    lines = known_lines(world, asked["lines"])
    if before := world.store.get(records.NUMBERS, asked["number"]):
        raise Refused("taken", f"There is an order {asked['number']!r} already.", {"order": before})
    try:
        box, mass_g = packed(world, lines)
    except Unpackable as error:
        raise invalid("/lines", "conflict", str(error)) from None
    if asked.get("when_short", REFUSE) == REFUSE and (rows := stock.short(world, lines)):
        lacks = ", ".join(f"{row['wanted']} of {row['sku']} are wanted, {row['available']} available" for row in rows)
        raise Refused("insufficient-stock", f"{lacks}.", {"lines": rows})
    made = packing.take(world, asked["number"], lines, asked["delivery"], box, mass_g)
    headers = {"Location": f"{call.origin}{ROOT}{PATH}/orders/{made.id}"}
    return json_answer(order_shape(world, made), 201, headers)


@routes.get(PATH + "/orders")
def list_warehouse_orders(call: Call) -> Answer:
    """Orders, oldest first; `state`, `number` and `tracking_number` choose among them."""
    state = choice_of(call, "state", records.STATES)
    number, tracking = call.query.get("number"), call.query.get("tracking_number")

    def wanted(one: Order) -> bool:
        told = number in (None, one.number) and tracking in (None, one.tracking_number)
        return told and state in (None, one.state)

    return page(call, records.ORDERS, key_of=lambda one: one.id, wanted=wanted, shape=order_shape)


@routes.get(PATH + "/orders/{id}")
def read_warehouse_order(call: Call) -> Answer:
    """One order as it stands."""
    return json_answer(order_shape(call.world, _order(call)))


@routes.put(PATH + "/orders/{id}/delivery")
def change_delivery(call: Call) -> Answer:
    """Change where an order goes, as long as it is here; a blocked one is tried again with the next shipping."""
    order = _order(call)
    coverage.require(call.world, coverage.FULFILMENT)
    delivery = body_of(call, DELIVERY)
    if order.state not in records.UNSHIPPED:
        raise wrong_state("The order", order.state, records.UNSHIPPED)
    return json_answer(order_shape(call.world, packing.redirect(call.world, order, delivery)))


@routes.post(PATH + "/orders/{id}/cancellation")
def cancel_warehouse_order(call: Call) -> Answer:
    """Call an order off that is still here."""
    order = _order(call)
    body_of(call, NOTHING)
    if order.state not in records.UNSHIPPED:
        raise wrong_state("The order", order.state, records.UNSHIPPED)
    return json_answer(order_shape(call.world, packing.cancel(call.world, order)))


@routes.post(PATH + "/orders/{id}/returns")
def create_warehouse_return(call: Call) -> Answer:
    """Let the buyer of a delivered order send lines back under an easy-return number."""
    order, world = _order(call), call.world
    coverage.require(world, coverage.FULFILMENT)
    asked = body_of(call, BACK)
    if order.state != records.DELIVERED:
        raise wrong_state("The order", order.state, [records.DELIVERED])
    lines = _delivered_lines(order, asked["lines"])
    try:
        made = homecoming.send_back(world, order, lines, asked["reason"])
    except Refusal as refusal:
        raise Refused("taken", f"The post makes no return: {refusal.description}.", {"code": refusal.code}) from None
    headers = {"Location": f"{call.origin}{ROOT}{PATH}/returns/{made.id}"}
    return json_answer(return_shape(world, made), 201, headers)


@routes.get(PATH + "/returns")
def list_warehouse_returns(call: Call) -> Answer:
    """What buyers send back, oldest first."""
    state = choice_of(call, "state", (records.ON_ITS_WAY, records.INSPECTING, records.RESTOCKED))
    order = call.query.get("order")

    def wanted(one: Return) -> bool:
        return state in (None, one.state) and order in (None, one.order)

    return page(call, records.RETURNS, key_of=lambda one: one.id, wanted=wanted, shape=return_shape)


@routes.get(PATH + "/returns/{id}")
def read_warehouse_return(call: Call) -> Answer:
    """One return."""
    found = call.world.store.get(records.RETURNS, call.params["id"])
    if found is None:
        raise unknown("return", call.params["id"])
    return json_answer(return_shape(call.world, found))


def order_shape(world: World, order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "number": order.number,
        "state": order.state,
        "lines": lines_shape(order.lines),
        "delivery": order.delivery,
        "box": order.box,
        "mass_g": order.mass_g,
        "refusals": list(order.refusals),
        "otpravka_id": order.post or None,
        "tracking_number": order.tracking_number or None,
        "batch": order.batch or None,
        "restocked": order.inspected,
        "times": times_shape(order.times),
    }


def return_shape(world: World, back: Return) -> dict[str, Any]:
    return {
        "id": back.id,
        "order": back.order,
        "state": back.state,
        "lines": lines_shape(back.lines),
        "reason": back.reason,
        "return_number": back.return_number,
        "times": times_shape(back.times),
    }


def _delivered_lines(order: Order, lines: list[dict[str, Any]]) -> Lines:
    """Return what comes back; more than was delivered is refused."""
    faults = []
    for place, line in enumerate(lines):
        delivered = order.lines.get(line["sku"], 0)
        if line["quantity"] > delivered:
            detail = f"is {line['quantity']}, {delivered} of {line['sku']} were delivered"
            faults.append({"pointer": f"/lines/{place}/quantity", "code": "max", "detail": detail})
    if faults:
        raise invalid_members(faults)
    return {line["sku"]: line["quantity"] for line in lines}


def _order(call: Call) -> Order:
    found = call.world.store.get(records.ORDERS, call.params["id"])
    if found is None:
        raise unknown("order", call.params["id"])
    return found


FIDELITY = guessed(routes)
