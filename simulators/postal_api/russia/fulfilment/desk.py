"""The warehouse over the wire: articles, supplies, stock and its movements, decisions about quarantine."""

import re
from typing import Any

from ....core.world import World
from ....wire.call import Answer, Call, json_answer
from ....wire.members import Choice, Faults, Many, Shape, Text, Whole
from ..offers import coverage
from ..own_rest.ids import rfc3339
from ..own_rest.operations import ROOT, OwnRoutes, body_of, guessed
from ..own_rest.pages import choice_of, page
from ..own_rest.problems import Refused, invalid_members, unknown
from . import packing, records, stock
from .records import Lines, Movement, Product, Stock, Supply

PATH = "/fulfilment"
SKU = Text(40, pattern=re.compile(r"[A-Za-z0-9._-]+", re.ASCII), hint="letters A-Z, digits, . _ -")
PIECES = Whole(1, 9_999)
LINE = Shape({"sku": SKU, "quantity": PIECES}, required=("sku", "quantity"))
SIDES = Shape(
    {"length": Whole(1, 120), "width": Whole(1, 120), "height": Whole(1, 120)}, required=("length", "width", "height")
)
PRODUCT = Shape(
    {"name": Text(200), "mass_g": Whole(1, 31_500), "sides_cm": SIDES}, required=("name", "mass_g", "sides_cm")
)
RESTOCK, WRITE_OFF = "restock", "write_off"
DECISION = Shape(
    {"sku": SKU, "quantity": PIECES, "decision": Choice((RESTOCK, WRITE_OFF))},
    required=("sku", "quantity", "decision"),
)


def no_article_twice(found: dict[str, Any], at: str, faults: Faults) -> None:
    seen: set[str] = set()
    for place, line in enumerate(found["lines"]):
        if line["sku"] in seen:
            faults.add(f"{at}/lines/{place}/sku", "conflict", f"{line['sku']!r} stands in a line before")
        seen.add(line["sku"])


LINES = Many(LINE, 100, 1)
SUPPLY = Shape({"number": Text(60), "lines": LINES}, required=("number", "lines"), rules=(no_article_twice,))

routes = OwnRoutes()


@routes.put(PATH + "/products/{sku}")
def put_product(call: Call) -> Answer:
    """Register an article, or change one; what lies in the warehouse keeps its measures."""
    world = call.world
    coverage.require(world, coverage.FULFILMENT)
    asked = body_of(call, PRODUCT)
    faults = Faults()
    sku = SKU.check(call.params["sku"], "/sku", faults)
    if faults:
        raise invalid_members(faults)
    sides = asked["sides_cm"]
    made = Product(sku, asked["name"], asked["mass_g"], (sides["length"], sides["width"], sides["height"]))
    before = world.store.get(records.PRODUCTS, sku)
    changed = before is not None and (before.mass_g, before.sides_cm) != (made.mass_g, made.sides_cm)
    if changed and _in_use(world, sku):
        facts = {"state": "in_use", "allowed": ["unused"]}
        raise Refused("invalid-state", f"{sku} is in use, so it keeps its measures.", facts)
    world.store.put(records.PRODUCTS, sku, made)
    headers = {"Location": f"{call.origin}{ROOT}{PATH}/products/{sku}"}
    return json_answer(product_shape(world, made), 200 if before else 201, headers)


@routes.get(PATH + "/products")
def list_products(call: Call) -> Answer:
    """Articles, oldest first."""
    return page(call, records.PRODUCTS, key_of=lambda one: one.sku, wanted=lambda one: True, shape=product_shape)


@routes.get(PATH + "/products/{sku}")
def read_product(call: Call) -> Answer:
    """One article."""
    return json_answer(product_shape(call.world, _product(call)))


@routes.post(PATH + "/supplies")
def announce_supply(call: Call) -> Answer:
    """Announce goods to the warehouse."""
    world = call.world
    coverage.require(world, coverage.FULFILMENT)
    asked = body_of(call, SUPPLY)
    made = packing.announce(world, asked["number"], known_lines(world, asked["lines"]))
    headers = {"Location": f"{call.origin}{ROOT}{PATH}/supplies/{made.id}"}
    return json_answer(supply_shape(world, made), 201, headers)


@routes.get(PATH + "/supplies")
def list_supplies(call: Call) -> Answer:
    """Supplies, oldest first."""
    state = choice_of(call, "state", (records.ANNOUNCED, records.RECEIVED))

    def wanted(one: Supply) -> bool:
        return state in (None, one.state)

    return page(call, records.SUPPLIES, key_of=lambda one: one.id, wanted=wanted, shape=supply_shape)


@routes.get(PATH + "/supplies/{id}")
def read_supply(call: Call) -> Answer:
    """One supply: what was announced, what was counted, what is missing."""
    found = call.world.store.get(records.SUPPLIES, call.params["id"])
    if found is None:
        raise unknown("supply", call.params["id"])
    return json_answer(supply_shape(call.world, found))


@routes.get(PATH + "/stock")
def list_stock(call: Call) -> Answer:
    """What lies in the warehouse of every article."""

    def shape(world: World, product: Product) -> dict[str, Any]:
        return stock_shape(stock.of(world, product.sku))

    return page(call, records.PRODUCTS, key_of=lambda one: one.sku, wanted=lambda one: True, shape=shape)


@routes.get(PATH + "/stock/{sku}")
def read_stock(call: Call) -> Answer:
    """What lies in the warehouse of one article."""
    return json_answer(stock_shape(stock.of(call.world, _product(call).sku)))


@routes.get(PATH + "/movements")
def list_stock_movements(call: Call) -> Answer:
    """Every change of stock, oldest first; `sku` and `subject` choose among them."""
    sku, subject = call.query.get("sku"), call.query.get("subject")

    def wanted(one: Movement) -> bool:
        return sku in (None, one.sku) and subject in (None, one.subject)

    return page(call, records.MOVEMENTS, key_of=lambda one: one.id, wanted=wanted, shape=_movement_shape)


@routes.post(PATH + "/quarantine-decisions")
def decide_quarantine(call: Call) -> Answer:
    """Put goods out of quarantine back into stock, or write them off."""
    world = call.world
    coverage.require(world, coverage.FULFILMENT)
    asked = body_of(call, DECISION)
    sku, pieces, decision = asked["sku"], asked["quantity"], asked["decision"]
    there = stock.of(world, sku).quarantine
    if pieces > there:
        rows = [{"sku": sku, "wanted": pieces, "available": there}]
        raise Refused("insufficient-stock", f"{there} of {sku} are in quarantine, not {pieces}.", {"lines": rows})
    stock.move(world, sku, pieces if decision == RESTOCK else 0, -pieces, decision, "decision")
    packing.serve_waiting(world)
    return json_answer(stock_shape(stock.of(world, sku)))


def known_lines(world: World, lines: list[dict[str, Any]]) -> Lines:
    """Return lines by article.

    Raises:
        Refused: an article that nobody registered.
    """
    faults = [
        {"pointer": f"/lines/{place}/sku", "code": "enum", "detail": f"{line['sku']!r} is no registered article"}
        for place, line in enumerate(lines)
        if world.store.get(records.PRODUCTS, line["sku"]) is None
    ]
    if faults:
        raise invalid_members(faults)
    return {line["sku"]: line["quantity"] for line in lines}


def lines_shape(lines: Lines) -> list[dict[str, Any]]:
    return [{"sku": sku, "quantity": pieces} for sku, pieces in lines.items()]


def times_shape(times: dict[str, int]) -> dict[str, str]:
    return {state: rfc3339(at_ms) for state, at_ms in times.items()}


def product_shape(world: World, found: Product) -> dict[str, Any]:
    length, width, height = found.sides_cm
    sides = {"length": length, "width": width, "height": height}
    return {"sku": found.sku, "name": found.name, "mass_g": found.mass_g, "sides_cm": sides}


def stock_shape(found: Stock) -> dict[str, Any]:
    counts = {"on_hand": found.on_hand, "reserved": found.reserved, "available": found.available}
    return {"sku": found.sku, **counts, "quarantine": found.quarantine}


def supply_shape(world: World, found: Supply) -> dict[str, Any]:
    rows = [
        {
            "sku": sku,
            "announced": pieces,
            "counted": found.counted.get(sku),
            "missing": pieces - found.counted[sku] if found.counted else None,
        }
        for sku, pieces in found.lines.items()
    ]
    times = times_shape(found.times)
    return {"id": found.id, "number": found.number, "state": found.state, "lines": rows, "times": times}


def _movement_shape(world: World, one: Movement) -> dict[str, Any]:
    changes = {"on_hand": one.on_hand, "quarantine": one.quarantine, "cause": one.cause, "subject": one.subject}
    return {"id": one.id, "sku": one.sku, "at": rfc3339(one.at_ms), **changes}


def _product(call: Call) -> Product:
    found = call.world.store.get(records.PRODUCTS, call.params["sku"])
    if found is None:
        raise unknown("article", call.params["sku"])
    return found


def _in_use(world: World, sku: str) -> bool:
    there = stock.of(world, sku)
    return bool(there.on_hand or there.quarantine) or any(
        sku in order.lines for order in records.in_state(world, *records.UNSHIPPED)
    )


FIDELITY = guessed(routes)
