"""The page of pick-up requests, and the form that asks for followers when an order was issued."""

from typing import Any

from aiohttp import web

from ...errors import EngineError
from ...shop import Actor, Role, Shop
from ...usecases import fetching, issuing
from ...worker import Worker
from ..driver import number_of
from ..problems import STATUS
from .frame import for_signed, form_of, page, see_other
from .orders import quoted, shown, where

PICKUPS = "/ui/pickups"
PERSON = ("first_name", "last_name", "email")


class FetchPages:
    """Requests are made by everybody, of orders he sees; branches and the office approve and confirm them."""

    def __init__(self, shop: Shop, worker: Worker) -> None:
        self._shop = shop
        self._worker = worker

    def routes(self) -> list[web.RouteDef]:
        pages = [
            (web.get, PICKUPS, self.requests),
            (web.post, PICKUPS, self.ask),
            (web.post, f"{PICKUPS}/confirm", self.confirm),
            (web.post, f"{PICKUPS}/{{id}}/approve", self.approve),
            (web.post, "/ui/orders/{number}/follow-data", self.follow_data),
        ]
        return [method(path, for_signed(self._shop, handler)) for method, path, handler in pages]

    async def requests(self, _request: web.Request, actor: Actor) -> web.Response:
        return await self._requests(actor)

    async def _requests(self, actor: Actor, *, wrong: str = "", done: str = "", status: int = 200) -> web.Response:
        found = await fetching.listed(self._shop, actor)
        values: dict[str, Any] = {"requests": found[::-1], "wrong": wrong, "done": done}
        may = actor.role is not Role.CUSTOMER
        return page("pickups.html", status=status, actor=actor, may=may, quoted=quoted, shown=shown, **values)

    async def ask(self, request: web.Request, actor: Actor) -> web.Response:
        form = await form_of(request)
        number, email = (str(form.get(name, "")).strip() for name in ("order", "email"))
        try:
            await fetching.request(self._shop, actor, number, email)
        except EngineError as error:
            return await self._requests(actor, wrong=error.sentence, status=STATUS[error.kind])
        return see_other(PICKUPS)

    async def approve(self, request: web.Request, actor: Actor) -> web.Response:
        branch = str((await form_of(request)).get("branch", "")).strip()
        try:
            await fetching.approve(self._shop, actor, request.match_info["id"], branch=branch or None)
        except EngineError as error:
            return await self._requests(actor, wrong=error.sentence, status=STATUS[error.kind])
        self._worker.wake()
        return see_other(PICKUPS)

    async def confirm(self, request: web.Request, actor: Actor) -> web.Response:
        await form_of(request)
        chosen = [str(value) for name, value in (await request.post()).items() if name == "request"]
        try:
            count = await fetching.confirm(self._shop, actor, chosen)
        except EngineError as error:
            return await self._requests(actor, wrong=error.sentence, status=STATUS[error.kind])
        self._worker.wake()
        return await self._requests(actor, done=f"{count} confirmed.")

    async def follow_data(self, request: web.Request, actor: Actor) -> web.Response:
        """Answer or skip the screen; a party whose fields are all empty is nobody."""
        form, number = await form_of(request), number_of(request)
        people: dict[str, dict[str, str]] = {}
        for party in ("sender", "recipient"):
            typed = {field: str(form.get(f"{party}_{field}", "")).strip() for field in PERSON}
            if any(typed.values()):
                people[party] = typed
        skip = form.get("do") == "skip"
        await issuing.answer(self._shop, actor, number, {} if skip else people, skip=skip)
        self._worker.wake()
        return see_other(where(number))
