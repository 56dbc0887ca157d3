"""Carrier webhooks: `/hooks/<carrier>/<token>`. Answered 2xx only after the news is written."""

from aiohttp import web

from ..ports import Untrusted
from ..shop import Shop
from ..usecases import companies, tracking
from ..worker import Worker
from .problems import problem, raw_body

LIMIT_BYTES = 256 * 1024  # carriers send below 20 kB
UNREADABLE = ("webhook_shape",)


class Hooks:
    """The endpoints that carriers call; nobody signs in, the address is the secret."""

    def __init__(self, shop: Shop, worker: Worker) -> None:
        self._shop = shop
        self._worker = worker

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/hooks/{carrier}/{token}", self.receive),
        ]

    async def receive(self, request: web.Request) -> web.Response:
        hook = await companies.hook_of(self._shop, request.match_info["carrier"], request.match_info["token"])
        if hook is None:
            return problem(404, "NOT_FOUND", "There is nothing at this address.")
        raw = await raw_body(request, LIMIT_BYTES)
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            await tracking.receive(self._shop, hook, headers, raw)
        except Untrusted as fault:
            status = 400 if fault.code in UNREADABLE else 401
            return problem(status, "UNTRUSTED", f"The webhook is not taken: {fault}.")
        self._worker.wake()
        return web.Response(status=204)
