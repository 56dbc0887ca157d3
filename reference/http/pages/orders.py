"""The pages of orders: looked for, and one with everything that is known of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from ...domain.statuses import Status
from ...errors import EngineError
from ...shop import Actor, Role, Shop
from ...usecases import booking, following, querying, tracking
from ...worker import Worker
from .. import views
from ..driver import MEDIA, number_of
from ..problems import STATUS
from . import charts
from .frame import HEADERS, HOME, OFFICE, for_signed, form_of, page, see_other

ENTERED = tuple(status for status in Status if status not in (Status.UNKNOWN, Status.EXPIRED))


class OrderPages:
    """For everybody who is signed in; each sees his own orders only."""

    def __init__(self, shop: Shop, worker: Worker) -> None:
        self._shop = shop
        self._worker = worker

    def routes(self) -> list[web.RouteDef]:
        one = f"{HOME}/{{number}}"
        pages = [(web.get, HOME, self.orders), (web.get, one, self.order), (web.get, f"{one}/label", self.label)]
        pages += [(web.post, f"{one}/novelty", self.enter), (web.post, f"{one}/follow", self.follow)]
        return [method(path, for_signed(self._shop, handler)) for method, path, handler in pages]

    async def orders(self, request: web.Request, actor: Actor) -> web.Response:
        asked = {field: request.query.get(field, "") for field in ("text", "status")}
        found = await views.search(self._shop, actor, request.query)
        return page("orders.html", actor=actor, found=found, asked=asked, statuses=ENTERED, **WRITTEN)

    async def order(self, request: web.Request, actor: Actor) -> web.Response:
        return await self._order(actor, number_of(request))

    async def _order(
        self, actor: Actor, number: str, *, wrong: str = "", typed: Mapping[str, str] | None = None, status: int = 200
    ) -> web.Response:
        order = await views.desk(self._shop, actor, number)
        more = await querying.dossier(self._shop, actor, number)
        may = {"office": actor.role in OFFICE, "enter": actor.role is not Role.CUSTOMER}
        values = {"state": "", "reason": "", "observation": ""} | dict(typed or {})
        shown = {"order": order, "more": more, "may": may, "typed": values, "open": typed is not None, "wrong": wrong}
        return page(
            "order.html", status=status, actor=actor, statuses=ENTERED, amount=charts.amount, **shown, **WRITTEN
        )

    async def label(self, request: web.Request, actor: Actor) -> web.Response:
        found = await booking.label_of(self._shop, actor, number_of(request))
        return web.Response(body=found.content, content_type=MEDIA[found.format], headers=HEADERS)

    async def enter(self, request: web.Request, actor: Actor) -> web.Response:
        form, number = await form_of(request), number_of(request)
        said = {field: str(form.get(field, "")) for field in ("state", "reason", "observation")}
        try:
            await tracking.enter(self._shop, actor, number, **said, at=None)
        except EngineError as error:
            if error.code == "UNKNOWN_ORDER":
                raise
            return await self._order(actor, number, wrong=error.sentence, typed=said, status=STATUS[error.kind])
        return see_other(where(number))

    async def follow(self, request: web.Request, actor: Actor) -> web.Response:
        form, number = await form_of(request), number_of(request)
        person = {field: str(form.get(field, "")).strip() for field in ("email", "first_name", "last_name")}
        if actor.role not in OFFICE:
            actor.need(*sorted(OFFICE))
        try:
            await following.subscribe(self._shop, actor, number, **person, origin="staff")
        except EngineError as error:
            if error.code == "UNKNOWN_ORDER":
                raise
            return await self._order(actor, number, wrong=error.sentence, status=STATUS[error.kind])
        self._worker.wake()
        return see_other(where(number))


def where(number: str) -> str:
    return f"{HOME}/{quote(number, safe='')}"


def quoted(number: str) -> str:
    return quote(number, safe="")


def shown(moment: datetime | None) -> str:
    """Return a time as the pages write it, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def query(asked: Mapping[str, str], number: int) -> str:
    return urlencode({**asked, "page": number})


WRITTEN: dict[str, Any] = {"quoted": quoted, "shown": shown, "query": query}
