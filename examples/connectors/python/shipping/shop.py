"""An HTTP API of our own, as a shop system has one: other names, other words, other errors. `shim.py` drives it."""

from typing import Any

from aiohttp import web

from .driver import Handler, check_reset, read_body, view
from .engine import Conflict, Engine, NoOffers
from .orders import Invalid, Order, check_order, moment

STAGES = {"draft": "new", "confirmed": "approved", "booked": "shipped", "cancelled": "void", "failed": "error"}
ORDER = {
    "ref": "number",
    "ship_to": "recipient",
    "items": "lines",
    "grams": "mass_g",
    "mm": "sides_mm",
    "postage": "delivery_charge",
    "courier": "carrier",
    "ok": "confirm",
}
ITEM = {
    "title": "description",
    "pieces": "quantity",
    "price": "unit_price",
    "grams": "unit_mass_g",
    "vat": "vat_rate",
}


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Invalid as error:
        status, message = 400, str(error)
    except Conflict as error:
        status, message = 409, str(error)
    except NoOffers as error:
        status, message = 503, str(error)
    except web.HTTPException as error:
        status, message = error.status, error.reason
    return web.json_response({"error": message}, status=status)


def build(engine: Engine) -> web.Application:
    async def test_mode(request: web.Request) -> web.Response:
        """Begin anew, on a clock that moves when it is told: without this a shop cannot be judged in virtual time."""
        engine.reset(check_reset(await read_body(request)))
        return web.json_response({"ok": True})

    async def clock(request: web.Request) -> web.Response:
        until = moment((await read_body(request)).get("time"), "time")
        async with engine.turn:
            return web.json_response({"time": (await engine.run(until)).isoformat()})

    async def add(request: web.Request) -> web.Response:
        wish = check_order(_wish(await read_body(request)), tuple(engine.carriers))
        return web.json_response({"ref": wish["number"]}, status=201 if engine.place(wish) else 200)

    async def every(request: web.Request) -> web.Response:
        return web.json_response({"orders": [_shown(engine, order) for order in engine.store.orders()]})

    async def one(request: web.Request) -> web.Response:
        return web.json_response(_shown(engine, _order(engine, request)))

    async def prices(request: web.Request) -> web.Response:
        async with engine.turn:
            offers, best = await engine.show_offers(_order(engine, request))
        return web.json_response({"prices": [_price(offer.view(chosen=offer is best)) for offer in offers]})

    async def approve(request: web.Request) -> web.Response:
        order = _order(engine, request)
        engine.confirm(order, (await read_body(request)).get("price"))
        return web.json_response({"ref": order.number})

    async def void(request: web.Request) -> web.Response:
        async with engine.turn:
            order = _order(engine, request)
            await engine.cancel(order)
        return web.json_response({"ref": order.number})

    async def sticker(request: web.Request) -> web.Response:
        content = engine.store.label(_order(engine, request).number)
        if content is None:
            raise web.HTTPNotFound(reason="There is no sticker yet")
        return web.Response(body=content)

    app = web.Application(middlewares=[errors])
    app.add_routes(
        [
            web.post("/test-mode", test_mode),
            web.post("/test-mode/clock", clock),
            web.post("/orders", add),
            web.get("/orders", every),
            web.get("/orders/{ref}", one),
            web.get("/orders/{ref}/prices", prices),
            web.post("/orders/{ref}/approve", approve),
            web.post("/orders/{ref}/void", void),
            web.get("/orders/{ref}/sticker", sticker),
        ]
    )
    return app


def _wish(body: dict[str, Any]) -> dict[str, Any]:
    """Return an order of the shop as the engine knows orders."""
    items = body.get("items")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Invalid("items must be a list of items")
    wish = {ORDER.get(name, name): value for name, value in body.items()}
    return {**wish, "lines": [{ITEM.get(name, name): value for name, value in item.items()} for item in items]}


def _price(offer: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": offer["id"],
        "courier": offer["carrier"],
        "product": offer["service"],
        "net": offer["net"],
        "extras": offer["surcharges"],
        "vat": offer["tax"],
        "sum": offer["total"],
        "days_min": offer["days_min"],
        "days_max": offer["days_max"],
        "best": offer["chosen"],
    }


def _shown(engine: Engine, order: Order) -> dict[str, Any]:
    return {
        "ref": order.number,
        "stage": STAGES[order.state],
        "courier": order.carrier,
        "product": order.quote["service"] if order.quote else None,
        "parcel": order.tracking_number,
        "parcels": [order.tracking_number] if order.tracking_number else [],
        "price": _price(order.quote) if order.quote else None,
        "paid": order.booked,
        "sticker": order.label,
        "messages": view(engine, order)["problems"],
    }


def _order(engine: Engine, request: web.Request) -> Order:
    found = engine.store.order(request.match_info["ref"])
    if found is None:
        raise web.HTTPNotFound(reason="There is no such order")
    return found
