"""The driver contract's notifications: states, the alert monitor, the mail account, the public page.

Contract: `conformance/driver/openapi.yaml` 1.2. Whoever a call names does it, with that user's rights.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from aiohttp import web

from ..shop import Actor, Shop
from ..usecases import monitoring, public_page
from ..usecases.public_page import Trace
from . import shapes
from .driver import number_of
from .problems import answer, parsed
from .public import address_of

BASE = "/parcelproof/v1"


class NoticeDriver:
    """Routes beside those of `Driver`, which knows who asks."""

    def __init__(self, shop: Shop, who: Callable[[web.Request], Actor]) -> None:
        self._shop = shop
        self._who = who

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{BASE}/states", self.states),
            web.put(f"{BASE}/states/{{state}}", self.set_state),
            web.get(f"{BASE}/alert-monitor", self.alerts),
            web.put(f"{BASE}/alert-monitor/{{alert}}", self.set_alert),
            web.get(f"{BASE}/mail-account", self.mail_account),
            web.put(f"{BASE}/mail-account", self.set_mail_account),
            web.get(f"{BASE}/public/tracking/{{number}}", self.trace),
            web.post(f"{BASE}/public/tracking/{{number}}/subscriptions", self.follow),
        ]

    async def states(self, request: web.Request) -> web.Response:
        return answer({"states": await monitoring.states(self._shop, self._who(request))})

    async def set_state(self, request: web.Request) -> web.Response:
        wanted = await parsed(request, dict[str, Any])
        await monitoring.set_state(self._shop, self._who(request), request.match_info["state"], wanted)
        return web.Response(status=204)

    async def alerts(self, request: web.Request) -> web.Response:
        return answer({"alerts": await monitoring.alerts(self._shop, self._who(request))})

    async def set_alert(self, request: web.Request) -> web.Response:
        wanted = await parsed(request, dict[str, Any])
        await monitoring.set_alert(self._shop, self._who(request), request.match_info["alert"], wanted)
        return web.Response(status=204)

    async def mail_account(self, request: web.Request) -> web.Response:
        return answer(await monitoring.mail_account(self._shop, self._who(request)))

    async def set_mail_account(self, request: web.Request) -> web.Response:
        wanted = await parsed(request, dict[str, Any])
        await monitoring.set_mail_account(self._shop, self._who(request), wanted)
        return web.Response(status=204)

    async def trace(self, request: web.Request) -> web.Response:
        company = self._who(request).company_id
        found = await public_page.look_up(self._shop, number_of(request), company_id=company)
        return answer(shown(found, page=f"{self._shop.own_url}{address_of(found.number)}"))

    async def follow(self, request: web.Request) -> web.Response:
        body = await parsed(request, shapes.PublicFollow)
        asked = {"email": body.email, "network": body.network}
        company = self._who(request).company_id
        await public_page.ask_to_follow(self._shop, number_of(request), **asked, company_id=company)
        return web.Response(status=202)


def shown(trace: Trace, *, page: str) -> dict[str, Any]:
    events = [msgspec.to_builtins(line) for line in trace.events]
    return {"number": trace.number, "follow": trace.follow, "page": page, "events": events}
