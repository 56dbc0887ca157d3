"""What the people at the shipping desk need: long lists of orders, addresses that wait for them, lists, figures."""

from datetime import date

import msgspec
from aiohttp import web

from ..errors import EngineError, invalid
from ..shop import Actor, Shop
from ..usecases import addressing, companies, papers, statistics
from ..usecases.importing import import_orders, opened, report_rows
from ..worker import Worker
from . import shapes
from .driver import number_of
from .packing import Answer, word_of
from .problems import BODY_LIMIT_BYTES, answer, parsed, raw_body
from .signing import bearer

NDJSON = "application/x-ndjson"
NO_STORE = {"Cache-Control": "no-store"}


class Desk:
    """Everything here is for signed-in people of one company."""

    def __init__(self, shop: Shop, worker: Worker) -> None:
        self._shop = shop
        self._worker = worker

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/v1/orders/import", self.take_list),
            web.get("/api/v1/addresses", self.addresses),
            web.post("/api/v1/orders/{number}/address", self.decide),
            web.get("/api/v1/hand-overs/{carrier}/{count}/paper", self.paper),
            web.get("/api/v1/statistics", self.statistics),
        ]

    async def _actor(self, request: web.Request) -> Actor:
        return await companies.sign_in(self._shop, bearer(request))

    async def take_list(self, request: web.Request) -> web.StreamResponse:
        """Take a list of orders; with `rows=yes` the answer is a line for each row, written as it goes."""
        actor = await self._actor(request)
        raw = await raw_body(request, BODY_LIMIT_BYTES)
        confirm = yes(request, "confirm")
        name = request.query.get("filename", "")
        if not yes(request, "rows"):
            found = await import_orders(self._shop, actor, name, raw, confirm=confirm)
            self._worker.wake()
            return answer(found)
        sheet = await opened(self._shop, actor, name, raw)
        response = web.StreamResponse(headers=NO_STORE)
        response.content_type = NDJSON
        await response.prepare(request)
        notes = [sentence for row, _, sentence in sheet.problems if row == 1]
        await response.write(line({"rows": len(sheet.listed), "orders": len(sheet.orders), "notes": notes}))
        counts: dict[str, int] = {}
        try:
            async for batch in report_rows(self._shop, actor, sheet, confirm=confirm):
                await response.write(b"".join(map(line, batch)))
                for row in batch:
                    counts[row.result] = counts.get(row.result, 0) + 1
                self._worker.wake()
        except EngineError as error:
            await response.write(line({"stopped": error.sentence}))
        else:
            await response.write(line({"done": counts}))
        await response.write_eof()
        return response

    async def addresses(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)
        state = request.query.get("state", addressing.Reading.HELD)
        return answer({"addresses": await addressing.listed(self._shop, actor, state)})

    async def decide(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)
        body = await parsed(request, shapes.DecideAddress)
        number = number_of(request)
        state = await addressing.decide(self._shop, actor, number, decision=body.decision, address=body.address)
        self._worker.wake()
        return answer({"number": number, "address": state})

    async def paper(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)
        key = f"{papers.Kind.HAND_OVER}/{request.match_info['carrier']}/{request.match_info['count']}"
        found = await papers.list_of(self._shop, actor, key)
        return web.Response(body=found.content, content_type="application/pdf", headers=NO_STORE)

    async def statistics(self, request: web.Request) -> web.Response:
        actor = await self._actor(request)
        return answer(await statistics.figures(self._shop, actor, day_of(request, "since"), day_of(request, "until")))


def line(found: object) -> bytes:
    return msgspec.json.encode(found) + b"\n"


def yes(request: web.Request, field: str) -> bool:
    return word_of(request.query.get(field, "no").lower(), field, Answer) is Answer.YES


def day_of(request: web.Request, field: str) -> date | None:
    """Return a day of a query, None where it names none.

    Raises:
        EngineError: it is no day.
    """
    text = request.query.get(field, "")
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if len(text) != 10 or not 2000 <= found.year < 2200:
        allowed = "a day of the years 2000 to 2199, like 2026-11-22"
        raise invalid("INVALID_PERIOD", f"{field}: found {text[:40]!r}, allowed is {allowed}.", field=field)
    return found
