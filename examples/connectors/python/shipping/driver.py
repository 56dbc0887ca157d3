"""The driver contract: how the judge sets this connector up, moves its clock and looks at it."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from .engine import CARRIERS, Conflict, Engine, NoOffers
from .orders import CURRENCY, Invalid, Order, check_address, check_order, moment, shown
from .statuses import PARTIAL, Event, fold

PATH = "/parcelproof/v1"
CAPABILITIES = {
    "protocol": "1",
    "name": "sample connector in Python",
    "version": "1.0.0",
    "language": "Python",
    "profiles": ["rates", "labels", "tracking", "webhooks", "resilience", "idempotence"],
    "carriers": list(CARRIERS),
    "claims": ["clock", "restart"],
    "mail_in": None,
}
MOST_POLL_MINUTES = 60 * 24 * 30
RATE = re.compile(r"\d{1,6}(\.\d{1,8})?")
RULES = ("cheapest", "fastest", "fixed", "by_hand")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def problem(status: int, code: str, detail: str) -> web.Response:
    body = {"type": f"/problems/{code.lower().replace('_', '-')}", "title": code.replace("_", " ").capitalize()}
    text = json.dumps({**body, "status": status, "detail": detail, "code": code})
    return web.Response(status=status, text=text, content_type="application/problem+json")


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what went wrong into problem details."""
    try:
        return await handler(request)
    except Invalid as error:
        return problem(422, "INVALID", str(error))
    except Conflict as error:
        return problem(409, "CONFLICT", str(error))
    except NoOffers as error:
        return problem(503, "CARRIERS_UNAVAILABLE", str(error))
    except web.HTTPException as error:
        return problem(error.status, error.reason.upper().replace(" ", "_"), f"{request.method} {request.path}")


def routes(engine: Engine) -> list[web.RouteDef]:
    async def capabilities(request: web.Request) -> web.Response:
        return web.json_response(CAPABILITIES)

    async def reset(request: web.Request) -> web.Response:
        engine.reset(check_reset(await read_body(request)))
        return web.json_response({})

    async def run(request: web.Request) -> web.Response:
        until = moment((await read_body(request)).get("until"), "until")
        async with engine.turn:
            now = await engine.run(until)
        return web.json_response({"now": now.isoformat()})

    async def place(request: web.Request) -> web.Response:
        wish = check_order(await read_body(request), tuple(engine.carriers))
        return web.json_response({"number": wish["number"]}, status=201 if engine.place(wish) else 200)

    async def orders(request: web.Request) -> web.Response:
        return web.json_response({"orders": [view(engine, order) for order in engine.store.orders()]})

    async def order(request: web.Request) -> web.Response:
        return web.json_response(view(engine, _order(engine, request)))

    async def quotes(request: web.Request) -> web.Response:
        async with engine.turn:
            offers, chosen = await engine.show_offers(_order(engine, request))
        return web.json_response({"quotes": [offer.view(chosen=offer is chosen) for offer in offers]})

    async def confirm(request: web.Request) -> web.Response:
        found, quote = _order(engine, request), (await read_body(request)).get("quote")
        if quote is not None and not isinstance(quote, str):
            raise Invalid(f"quote is {shown(quote)}; the id of an offer, or null, is wanted")
        engine.confirm(found, quote)
        return web.json_response({"number": found.number})

    async def cancel(request: web.Request) -> web.Response:
        async with engine.turn:
            found = _order(engine, request)
            await engine.cancel(found)
        return web.json_response({"number": found.number})

    async def label(request: web.Request) -> web.Response:
        found = _order(engine, request)
        content = engine.store.label(found.number)
        if content is None or found.label is None:
            return problem(404, "NO_LABEL", f"{found.number} has no label yet.")
        return web.Response(body=content, content_type=f"application/{found.label['format'].lower()}")

    one = f"{PATH}/orders/{{number}}"
    return [
        web.get(f"{PATH}/capabilities", capabilities),
        web.post(f"{PATH}/reset", reset),
        web.post(f"{PATH}/run", run),
        web.get(f"{PATH}/orders", orders),
        web.post(f"{PATH}/orders", place),
        web.get(one, order),
        web.get(f"{one}/quotes", quotes),
        web.post(f"{one}/confirm", confirm),
        web.post(f"{one}/cancel", cancel),
        web.get(f"{one}/label", label),
    ]


def view(engine: Engine, order: Order) -> dict[str, Any]:
    rows = engine.store.events(order.number)
    members = ("event_id", "status", "code", "text", "reason", "occurred_at", "received_at", "source")
    history = [{**{name: row[name] for name in members}, "withdrawn": bool(row["withdrawn"])} for row in rows]
    live = [row for row in rows if not row["withdrawn"]]
    events = [
        Event(row["status"], row["code"], moment(row["occurred_at"], "occurred_at"), row["sequence"]) for row in live
    ]
    partial = any(row["code"] == "DELIVERED" and row["reason"] == PARTIAL for row in live)
    status = fold(events) if order.tracking_number else None
    return order.view("cancelled" if status and order.state == "cancelled" else status, partial, history)


def check_reset(body: dict[str, Any]) -> dict[str, Any]:
    """Return the settings, with every default filled in.

    Raises:
        Invalid: a member is wrong; the message names it.
    """
    accounts, choice = _member(body, "carriers", None), _member(body, "choice", {"rule": "cheapest"})
    for name, account in accounts.items():
        if not isinstance(account, dict) or not str(account.get("base_url", "")).startswith(("http://", "https://")):
            raise Invalid(f"carriers.{name} is {shown(account)}; an account with an http(s) base_url is wanted")
        check_address(account.get("sender"), f"carriers.{name}.sender")
    if choice.get("rule") not in RULES or (choice["rule"] == "fixed" and choice.get("carrier") not in [*accounts]):
        raise Invalid(f"choice is {shown(choice)}; its rule is one of {', '.join(RULES)}, and fixed names a carrier")
    channels, poll_minutes = _member(body, "channels", {}), body.get("poll_minutes", 60)
    if type(poll_minutes) is not int or not 1 <= poll_minutes <= MOST_POLL_MINUTES:
        raise Invalid(f"poll_minutes is {shown(poll_minutes)}; 1 to {MOST_POLL_MINUTES} is wanted")
    if body.get("label_format", "PDF") not in ("PDF", "ZPL"):
        raise Invalid(f"label_format is {shown(body['label_format'])}; PDF or ZPL is wanted")
    callback_url = body.get("callback_url")
    if callback_url is not None and not str(callback_url).startswith(("http://", "https://")):
        raise Invalid(f"callback_url is {shown(callback_url)}; an http(s) address or null is wanted")
    return {
        "now": moment(body.get("now"), "now").isoformat(),
        "carriers": {name: accounts[name] for name in CARRIERS if name in accounts},
        "callback_url": callback_url,
        "channels": {name: channels.get(name, True) is True for name in ("webhook", "poll")},
        "poll_minutes": poll_minutes,
        "choice": choice,
        "label_format": body.get("label_format", "PDF"),
        "currencies": _currencies(_member(body, "currencies", {"base": "EUR", "rates": {}})),
    }


def _member(body: dict[str, Any], name: str, default: dict[str, Any] | None) -> dict[str, Any]:
    found = body.get(name, default)
    if not isinstance(found, dict):
        raise Invalid(f"{name} is {shown(found)}; an object is wanted")
    return found


def _currencies(body: dict[str, Any]) -> dict[str, Any]:
    rates = _member(body, "rates", None)
    for name, rate in [(body.get("base"), "1"), *rates.items()]:
        if not isinstance(name, str) or not CURRENCY.fullmatch(name):
            raise Invalid(f"currencies names {shown(name)}; three capital letters are wanted")
        if not isinstance(rate, str) or not RATE.fullmatch(rate):
            raise Invalid(f"currencies.rates.{name} is {shown(rate)}; decimal text such as 0.0102 is wanted")
    return {"base": body["base"], "rates": rates}


async def read_body(request: web.Request) -> dict[str, Any]:
    try:
        found = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError) as error:
        raise Invalid(f"the body is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise Invalid(f"the body is {type(found).__name__}; an object is wanted")
    return found


def _order(engine: Engine, request: web.Request) -> Order:
    number = request.match_info["number"]
    found = engine.store.order(number)
    if found is None:
        raise web.HTTPNotFound(reason="Unknown order")
    return found
