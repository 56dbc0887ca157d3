"""Registered parties, the screen at issuing, pick-up requests: for the staff API and for the driver; labels by link.

Source: `notifications` NTF-072 to 091. Whoever a call names does it, with that user's rights.
"""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from ..shop import Actor, Shop
from ..usecases import fetching, issuing, parties
from ..worker import Worker
from . import shapes
from .driver import MEDIA, number_of
from .problems import answer, parsed

NOT_KEPT = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


Who = Callable[[web.Request], Awaitable[Actor]]


class Parties:
    """Routes below `base`; `who` tells who calls."""

    def __init__(self, shop: Shop, worker: Worker, *, base: str, who: Who) -> None:
        self._shop = shop
        self._worker = worker
        self._base = base
        self._who = who

    def routes(self) -> list[web.RouteDef]:
        base = self._base
        return [
            web.get(f"{base}/customers", self.customers),
            web.get(f"{base}/customers/{{name}}", self.customer),
            web.put(f"{base}/customers/{{name}}", self.register),
            web.delete(f"{base}/customers/{{name}}", self.forget),
            web.put(f"{base}/contacts/{{id}}", self.tick),
            web.post(f"{base}/orders/{{number}}/follow-data", self.follow_data),
            web.get(f"{base}/pickup-requests", self.requests),
            web.post(f"{base}/pickup-requests", self.ask),
            web.post(f"{base}/pickup-requests/confirm", self.confirm),
            web.post(f"{base}/pickup-requests/{{id}}/approve", self.approve),
        ]

    async def customers(self, request: web.Request) -> web.Response:
        return answer({"customers": await parties.listed(self._shop, await self._who(request))})

    async def customer(self, request: web.Request) -> web.Response:
        return answer(await parties.one(self._shop, await self._who(request), request.match_info["name"]))

    async def register(self, request: web.Request) -> web.Response:
        actor = await self._who(request)
        body = await parsed(request, shapes.SetCustomer)
        found = [parties.Contact(**msgspec.structs.asdict(row)) for row in body.contacts]
        await parties.register(self._shop, actor, request.match_info["name"], found, email=body.email)
        return web.Response(status=204)

    async def forget(self, request: web.Request) -> web.Response:
        await parties.forget(self._shop, await self._who(request), request.match_info["name"])
        return web.Response(status=204)

    async def tick(self, request: web.Request) -> web.Response:
        actor = await self._who(request)
        body = await parsed(request, shapes.Tick)
        contact = request.match_info["id"]
        return answer(await parties.tick(self._shop, actor, contact, wanted=body.wants_information))

    async def follow_data(self, request: web.Request) -> web.Response:
        actor = await self._who(request)
        body = await parsed(request, shapes.FollowData)
        given = {"sender": body.sender, "recipient": body.recipient}
        people = {party: msgspec.structs.asdict(person) for party, person in given.items() if person is not None}
        await issuing.answer(self._shop, actor, number_of(request), people, skip=body.skip)
        return web.Response(status=204)

    async def requests(self, request: web.Request) -> web.Response:
        return answer({"requests": await fetching.listed(self._shop, await self._who(request))})

    async def ask(self, request: web.Request) -> web.Response:
        actor = await self._who(request)
        body = await parsed(request, shapes.AskPickup)
        found, fresh = await fetching.request(self._shop, actor, body.order, body.email)
        return answer(found, 201 if fresh else 200)

    async def approve(self, request: web.Request) -> web.Response:
        actor = await self._who(request)
        body = await parsed(request, shapes.Approve) if request.body_exists else shapes.Approve()
        found = await fetching.approve(self._shop, actor, request.match_info["id"], branch=body.branch)
        self._worker.wake()
        return answer(found)

    async def confirm(self, request: web.Request) -> web.Response:
        actor = await self._who(request)
        body = await parsed(request, shapes.ConfirmPickups)
        confirmed = await fetching.confirm(self._shop, actor, body.requests)
        self._worker.wake()
        return answer({"confirmed": confirmed})


class DriverParties(Parties):
    """The same for the driver contract, which answers an approval without a body."""

    def __init__(self, shop: Shop, worker: Worker, who: Callable[[web.Request], Actor]) -> None:
        async def asking(request: web.Request) -> Actor:
            return who(request)

        super().__init__(shop, worker, base="/parcelproof/v1", who=asking)

    async def approve(self, request: web.Request) -> web.Response:
        await super().approve(request)
        return web.Response(status=204)


class LabelLinks:
    """`/labels/{token}`: the label behind the link in a mail; nobody signs in, the address is the secret."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/labels/{token}", self.label)]

    async def label(self, request: web.Request) -> web.Response:
        number, label = await fetching.label_of(self._shop, request.match_info["token"])
        shown = "attachment" if request.query.get("download") else "inline"
        name = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in number)
        headers = {**NOT_KEPT, "Content-Disposition": f'{shown}; filename="{name}.{label.format.lower()}"'}
        return web.Response(body=label.content, content_type=MEDIA[label.format], headers=headers)
