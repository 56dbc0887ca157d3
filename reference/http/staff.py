"""The staff API, `/api/v1`: what a company's people may do, each by role, each in his own company.

Sign in with `Authorization: Bearer <token>`. An administrator gets users' tokens when he adds them, shown once.
"""

import hmac
from typing import Any

from aiohttp import web

from .. import settings
from ..errors import EngineError, Kind, invalid
from ..shop import Actor, Shop
from ..usecases import accounts, alerting, booking, companies, following, ordering, quoting, reporting, tracking
from ..worker import Worker
from . import shapes, views
from .driver import MEDIA, counts_of, number_of, report_result, report_row
from .problems import BODY_LIMIT_BYTES, answer, parsed, raw_body
from .signing import bearer


class Staff:
    """`operator_token` founds companies; without one nobody can."""

    def __init__(self, shop: Shop, worker: Worker, *, operator_token: str | None) -> None:
        self._shop = shop
        self._worker = worker
        self._operator_token = operator_token

    def routes(self) -> list[web.RouteDef]:
        order = "/api/v1/orders/{number}"
        return [
            web.post("/api/v1/companies", self.found),
            web.get("/api/v1/me", self.me),
            web.get("/api/v1/settings", self.settings),
            web.put("/api/v1/settings", self.configure),
            web.get("/api/v1/users", self.users),
            web.post("/api/v1/users", self.hire),
            web.get("/api/v1/orders", self.orders),
            web.post("/api/v1/orders", self.place),
            web.get(order, self.order),
            web.get(f"{order}/quotes", self.quotes),
            web.get(f"{order}/label", self.label),
            web.post(f"{order}/confirm", self.confirm),
            web.post(f"{order}/cancel", self.cancel),
            web.post(f"{order}/status", self.set_status),
            web.post(f"{order}/refuse", self.refuse),
            web.post(f"{order}/novelties", self.enter),
            web.post(f"{order}/subscriptions", self.follow),
            web.post(f"{order}/return", self.send_back),
            web.get("/api/v1/subscriptions", self.subscriptions),
            web.delete("/api/v1/subscriptions/{id}", self.unsubscribe),
            web.get("/api/v1/alerts", self.alerts),
            web.post("/api/v1/alerts/run", self.run_alerts),
            web.get("/api/v1/reports", self.reports),
            web.post("/api/v1/reports", self.feed),
            web.get("/api/v1/documents", self.documents),
            web.get("/api/v1/balances", self.balances),
        ]

    async def actor(self, request: web.Request) -> Actor:
        return await companies.sign_in(self._shop, bearer(request))

    async def found(self, request: web.Request) -> web.Response:
        """Found a company; its administrator's token is in the answer and nowhere else."""
        if not self._operator_token or not hmac.compare_digest(bearer(request), self._operator_token):
            raise EngineError(Kind.UNAUTHENTICATED, "UNAUTHENTICATED", "Founding a company needs the operator's token.")
        body = await parsed(request, shapes.NewCompany)
        token = self._shop.outside.token()
        config = settings.Company()
        await companies.found(self._shop, body.name, config, admin=body.admin, token=token)
        return answer({"company": body.name, "admin": body.admin, "token": token}, 201)

    async def me(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        return answer({"name": actor.name, "role": actor.role, "branch": actor.branch, "customer": actor.customer})

    async def settings(self, request: web.Request) -> web.Response:
        return answer(await companies.show(self._shop, await self.actor(request)))

    async def configure(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        body = await parsed(request, dict[str, Any])
        await companies.configure(self._shop, actor, settings.written(body, known=self._shop.outside.carriers))
        self._worker.wake()
        return answer(await companies.show(self._shop, actor))

    async def users(self, request: web.Request) -> web.Response:
        rows = await companies.staff(self._shop, await self.actor(request))
        return answer([{name: row[name] for name in ("name", "role", "branch", "customer")} for row in rows])

    async def hire(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        body = await parsed(request, shapes.NewUser)
        token = await companies.hire(
            self._shop, actor, name=body.name, role=body.role, branch=body.branch, customer=body.customer
        )
        return answer({"name": body.name, "token": token}, 201)

    # -- orders

    async def orders(self, request: web.Request) -> web.Response:
        """All orders, whole; asked for `page`, `text` or `status`, one page of them, each in a line."""
        actor = await self.actor(request)
        if {"page", "text", "status"} & request.query.keys():
            return answer(await views.search(self._shop, actor, request.query))
        return answer({"orders": await views.every(self._shop, actor)})

    async def order(self, request: web.Request) -> web.Response:
        return answer(await views.desk(self._shop, await self.actor(request), number_of(request)))

    async def place(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        body = await parsed(request, shapes.NewOrder)
        added = await ordering.place(self._shop, actor, body.order, confirm=body.confirm)
        self._worker.wake()
        return answer({"number": body.number}, 201 if added else 200)

    async def quotes(self, request: web.Request) -> web.Response:
        found = await quoting.show_quotes(self._shop, await self.actor(request), number_of(request))
        return answer({"quotes": [shapes.quote(offer, chosen=chosen) for offer, chosen in found]})

    async def label(self, request: web.Request) -> web.Response:
        label = await booking.label_of(self._shop, await self.actor(request), number_of(request))
        return web.Response(body=label.content, content_type=MEDIA[label.format])

    async def confirm(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        body = await parsed(request, shapes.Confirm) if request.body_exists else shapes.Confirm()
        await ordering.confirm(self._shop, actor, number_of(request), body.quote)
        self._worker.wake()
        return answer({"number": number_of(request)})

    async def cancel(self, request: web.Request) -> web.Response:
        await ordering.cancel(self._shop, await self.actor(request), number_of(request))
        self._worker.wake()
        return answer({"number": number_of(request)})

    async def set_status(self, request: web.Request) -> web.Response:
        """Say where the order stands with the shop; the configured status makes the delivery request."""
        actor = await self.actor(request)
        body = await parsed(request, shapes.SetStatus)
        requested = await ordering.set_status(self._shop, actor, number_of(request), body.status)
        self._worker.wake()
        return answer({"number": number_of(request), "status": body.status, "delivery_requested": requested})

    async def refuse(self, request: web.Request) -> web.Response:
        await ordering.refuse(self._shop, await self.actor(request), number_of(request))
        self._worker.wake()
        return answer({"number": number_of(request)})

    # -- notifications and money

    async def enter(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        body = await parsed(request, shapes.Novelty)
        said = {"state": body.state, "reason": body.reason, "observation": body.observation}
        event_id = await tracking.enter(self._shop, actor, number_of(request), **said, at=body.at)
        return answer({"event_id": event_id}, 201)

    async def follow(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        body = await parsed(request, shapes.Follow)
        if body.origin != "staff":  # whoever asks for himself does so on the public page, contacts are ticked
            raise invalid("INVALID_SUBSCRIPTION", f"origin: found {body.origin!r}, allowed here is staff.")
        person = {"email": body.email, "first_name": body.first_name, "last_name": body.last_name}
        found, fresh = await following.subscribe(self._shop, actor, number_of(request), **person, origin=body.origin)
        return answer(found, 201 if fresh else 200)

    async def send_back(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        body = await parsed(request, shapes.SendBack)
        await ordering.send_back(self._shop, actor, number_of(request), reason=body.reason, items=body.items)
        self._worker.wake()
        return answer({"number": number_of(request)}, 201)

    async def subscriptions(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        return answer({"subscriptions": await following.listed(self._shop, actor)})

    async def unsubscribe(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        await following.unsubscribe(self._shop, actor, request.match_info["id"])
        return web.Response(status=204)

    async def alerts(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        return answer({"alerts": await alerting.alerts(self._shop, actor)})

    async def run_alerts(self, request: web.Request) -> web.Response:
        counts = await alerting.run_by_hand(self._shop, await self.actor(request))
        self._worker.wake()
        return answer(counts_of(counts))

    async def reports(self, request: web.Request) -> web.Response:
        rows = await reporting.listed(self._shop, await self.actor(request))
        return answer({"reports": [report_row(row) for row in rows]})

    async def feed(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        raw = await raw_body(request, BODY_LIMIT_BYTES)
        fed = await reporting.feed_file(self._shop, actor, request.query.get("filename", ""), raw)
        return answer(report_result(fed))

    async def documents(self, request: web.Request) -> web.Response:
        actor = await self.actor(request)
        return answer({"documents": await accounts.document_list(self._shop, actor, request.query.get("order"))})

    async def balances(self, request: web.Request) -> web.Response:
        return answer(await accounts.books(self._shop, await self.actor(request)))
