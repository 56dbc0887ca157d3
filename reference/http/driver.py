"""The driver contract, `/parcelproof/v1`: how the judge steers this engine and looks at it. Only with `--driver`.

Contract: `conformance/driver/openapi.yaml`. The clock becomes manual with the first reset and survives a restart.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
from aiohttp import web

from .. import settings
from ..errors import conflict, invalid, unknown
from ..shop import Actor, Shop
from ..storage.session import Row
from ..usecases import (
    accounts,
    alerting,
    booking,
    companies,
    following,
    ordering,
    papers,
    quoting,
    reporting,
    tracking,
)
from ..usecases.importing import import_orders
from ..worker import Worker
from . import shapes, views
from .problems import BODY_LIMIT_BYTES, answer, parsed, raw_body

COMPANY = "judged"
USER = "driver"
STARTS = "starts"  # how often the engine was started on this database
PROFILES = [
    "rates",
    "labels",
    "tracking",
    "webhooks",
    "returns",
    "notifications",
    "settlement",
    "resilience",
    "idempotence",
    "security",
    "documents",
    "numbers",
]
CLAIMS = [
    "clock",
    "import",
    "restart",
    "states",
    "alert_monitor",
    "mail_account",
    "contacts",
    "public_page",
    "pickups",
    "roles",
    "companies",
    "carrier_notices",
]
LONGEST_RUN = timedelta(days=400)
MEDIA = {"PDF": "application/pdf", "ZPL": "application/zpl", "PNG": "image/png"}


class Driver:
    """One company under one user; a reset forgets everything, whoever it belonged to."""

    def __init__(self, shop: Shop, worker: Worker, *, version: str, mail_in: dict[str, Any] | None) -> None:
        self._shop = shop
        self._worker = worker
        self._version = version
        self._mail_in = mail_in
        self._actors: dict[tuple[str, str], Actor] = {}

    async def start(self) -> None:
        """Take up where a killed process stood: its company, and its clock."""
        now = await self._shop.store.recall("clock")
        if now is None:
            return
        self._shop.clock.set(datetime.fromisoformat(now))
        for company, user, token in await self._shop.store.recall("driver"):
            self._actors[company, user] = await companies.sign_in(self._shop, token)

    @property
    def actor(self) -> Actor:
        return self.named(COMPANY, USER)

    def who(self, request: web.Request) -> Actor:
        """Return who asks: the administrator that the reset set up, or whom the call's headers name."""
        return self.named(
            request.headers.get("Parcelproof-Company", COMPANY), request.headers.get("Parcelproof-As", USER)
        )

    def named(self, company: str, user: str) -> Actor:
        if not self._actors:
            raise conflict("NOT_RESET", "Nothing is set up yet: call POST /reset first.")
        found = self._actors.get((company, user))
        if found is None:
            raise unknown("UNKNOWN_USER", f"No user of {company[:80]} is called {user[:80]}.")
        return found

    def routes(self) -> list[web.RouteDef]:
        base = "/parcelproof/v1"
        order = f"{base}/orders/{{number}}"
        return [
            web.get(f"{base}/capabilities", self.capabilities),
            web.post(f"{base}/reset", self.reset),
            web.post(f"{base}/run", self.run),
            web.get(f"{base}/orders", self.orders),
            web.post(f"{base}/orders", self.place),
            web.post(f"{base}/orders/import", self.take_list),
            web.get(order, self.order),
            web.get(f"{order}/quotes", self.quotes),
            web.post(f"{order}/confirm", self.confirm),
            web.post(f"{order}/cancel", self.cancel),
            web.post(f"{order}/return", self.send_back),
            web.get(f"{order}/label", self.label),
            web.get(f"{order}/customs-form", self.customs_form),
            web.get(f"{base}/hand-overs", self.hand_overs),
            web.post(f"{base}/hand-overs", self.hand_over),
            web.get(f"{base}/hand-overs/{{id}}/paper", self.hand_over_paper),
            web.get(f"{base}/hand-overs/{{id}}/signed-list", self.signed_list),
            web.post(f"{order}/novelties", self.enter),
            web.post(f"{order}/subscriptions", self.subscribe),
            web.get(f"{base}/subscriptions", self.subscriptions),
            web.delete(f"{base}/subscriptions/{{id}}", self.unsubscribe),
            web.get(f"{base}/alerts", self.alerts),
            web.post(f"{base}/alerts/run", self.run_alerts),
            web.get(f"{base}/reports", self.reports),
            web.post(f"{base}/reports", self.feed),
            web.get(f"{base}/documents", self.documents),
            web.get(f"{base}/balances", self.balances),
            web.get(f"{base}/profit-and-loss", self.profit),
            web.get(f"{base}/stock", self.stock),
        ]

    async def capabilities(self, _request: web.Request) -> web.Response:
        claims = CLAIMS + (["mail_in"] if self._mail_in else [])
        return answer(
            {
                "protocol": "1",
                "name": "parcelproof reference engine",
                "version": self._version,
                "language": "Python",
                "profiles": PROFILES,
                "carriers": sorted(self._shop.outside.carriers),
                "claims": claims,
                "mail_in": self._mail_in,
            }
        )

    async def reset(self, request: web.Request) -> web.Response:
        body = await parsed(request, dict[str, Any])
        now = moment(body.get("now"))
        firms = {COMPANY: body} | {name: {**body, **own} for name, own in self._further(body).items()}
        known = self._shop.outside.carriers
        configs = {name: settings.read(unattended(own), known=known) for name, own in firms.items()}
        people = self._people(body)
        async with self._worker.pause():
            await self._shop.forget_ports()
            starts = await self._shop.store.recall(STARTS)
            await self._shop.store.forget_everything()
            await self._shop.store.remember(STARTS, starts)
            self._shop.clock.set(now)
            tokens = [token async for token in self._found(configs, people)]
            await self._shop.store.remember("driver", tokens)
            await self._shop.store.remember("clock", now.isoformat())
        return answer({})

    def _people(self, body: dict[str, Any]) -> list[shapes.NewUser]:
        try:
            return msgspec.convert(body.get("users", []), list[shapes.NewUser])
        except msgspec.ValidationError as error:
            raise invalid("INVALID_SETTINGS", f"users: {error}.") from error

    def _further(self, body: dict[str, Any]) -> dict[str, dict[str, Any]]:
        try:
            return msgspec.convert(body.get("companies", {}), dict[str, dict[str, Any]])
        except msgspec.ValidationError as error:
            raise invalid("INVALID_SETTINGS", f"companies: {error}.") from error

    async def _found(
        self, configs: dict[str, settings.Company], people: list[shapes.NewUser]
    ) -> AsyncIterator[tuple[str, str, str]]:
        """Found the companies with the same people in each; yield (company, user, token)."""
        self._actors = {}
        for name, config in configs.items():
            token = self._shop.outside.token()
            admin = self._actors[name, USER] = await companies.found(self._shop, name, config, admin=USER, token=token)
            yield name, USER, token
            for person in people:
                place = {"branch": person.branch, "customer": person.customer}
                token = await companies.hire(self._shop, admin, name=person.name, role=person.role, **place)
                self._actors[name, person.name] = await companies.sign_in(self._shop, token)
                yield name, person.name, token

    async def run(self, request: web.Request) -> web.Response:
        until = (await parsed(request, shapes.Run)).until
        _ = self.actor
        now = self._shop.clock.now()
        if until > now + LONGEST_RUN:
            raise invalid(
                "RUN_TOO_LONG", f"until: found {until.isoformat()}, allowed is at most {LONGEST_RUN.days} days."
            )
        if until < now:
            raise conflict("CLOCK_BACKWARDS", f"The clock stands at {now.isoformat()}; it cannot go back to {until}.")
        await self._worker.run_until(until)
        await self._shop.store.remember("clock", self._shop.clock.now().isoformat())
        return answer({"now": self._shop.clock.now()})

    # -- orders

    async def orders(self, request: web.Request) -> web.Response:
        return answer({"orders": await views.every(self._shop, self.who(request))})

    async def order(self, request: web.Request) -> web.Response:
        return answer(await views.one(self._shop, self.who(request), number_of(request)))

    async def place(self, request: web.Request) -> web.Response:
        body = await parsed(request, shapes.NewOrder)
        added = await ordering.place(self._shop, self.who(request), body.order, confirm=body.confirm)
        return answer({"number": body.number}, 201 if added else 200)

    async def take_list(self, request: web.Request) -> web.Response:
        raw = await raw_body(request, BODY_LIMIT_BYTES)
        return answer(await import_orders(self._shop, self.who(request), request.query.get("filename", ""), raw))

    async def quotes(self, request: web.Request) -> web.Response:
        found = await quoting.show_quotes(self._shop, self.who(request), number_of(request))
        return answer({"quotes": [shapes.quote(offer, chosen=chosen) for offer, chosen in found]})

    async def confirm(self, request: web.Request) -> web.Response:
        body = await parsed(request, shapes.Confirm) if request.body_exists else shapes.Confirm()
        await ordering.confirm(self._shop, self.who(request), number_of(request), body.quote)
        return answer({"number": number_of(request)})

    async def cancel(self, request: web.Request) -> web.Response:
        await ordering.cancel(self._shop, self.who(request), number_of(request))
        return answer({"number": number_of(request)})

    async def send_back(self, request: web.Request) -> web.Response:
        body = await parsed(request, shapes.SendBack)
        await ordering.send_back(
            self._shop, self.who(request), number_of(request), reason=body.reason, items=body.items
        )
        return answer({"number": number_of(request)}, 201)

    async def label(self, request: web.Request) -> web.Response:
        label = await booking.label_of(self._shop, self.who(request), number_of(request))
        return web.Response(body=label.content, content_type=MEDIA[label.format])

    # -- documents

    async def customs_form(self, request: web.Request) -> web.Response:
        found = await papers.customs_form(self._shop, self.who(request), number_of(request))
        return web.Response(body=found.content, content_type=MEDIA["PDF"])

    async def hand_over(self, request: web.Request) -> web.Response:
        body = await parsed(request, shapes.HandOver)
        made = await papers.hand_over(self._shop, self.who(request), body.carrier)
        return answer(next(row for row in await self._lists(request) if row["id"] == made["list"]), 201)

    async def hand_overs(self, request: web.Request) -> web.Response:
        return answer({"hand_overs": await self._lists(request)})

    async def _lists(self, request: web.Request) -> list[dict[str, Any]]:
        told = ("carrier", "state", "orders", "problem")
        found = await papers.lists(self._shop, self.who(request))
        return [
            {"id": row["list"], "number": row["number"] or None, **{name: row[name] for name in told}} for row in found
        ]

    async def hand_over_paper(self, request: web.Request) -> web.Response:
        found = await papers.list_of(self._shop, self.who(request), request.match_info["id"])
        return web.Response(body=found.content, content_type=MEDIA["PDF"])

    async def signed_list(self, request: web.Request) -> web.Response:
        found = await papers.signed_list_of(self._shop, self.who(request), request.match_info["id"])
        return web.Response(body=found.content, content_type=MEDIA["PDF"])

    # -- notifications

    async def enter(self, request: web.Request) -> web.Response:
        body = await parsed(request, shapes.Novelty)
        event_id = await tracking.enter(
            self._shop,
            self.who(request),
            number_of(request),
            state=body.state,
            reason=body.reason,
            observation=body.observation,
            at=body.at,
        )
        return answer({"event_id": event_id}, 201)

    async def subscribe(self, request: web.Request) -> web.Response:
        body = await parsed(request, shapes.Follow)
        found, fresh = await following.subscribe(
            self._shop,
            self.who(request),
            number_of(request),
            email=body.email,
            first_name=body.first_name,
            last_name=body.last_name,
            origin=body.origin,
        )
        return answer(found, 201 if fresh else 200)

    async def subscriptions(self, request: web.Request) -> web.Response:
        return answer({"subscriptions": await following.listed(self._shop, self.who(request))})

    async def unsubscribe(self, request: web.Request) -> web.Response:
        await following.unsubscribe(self._shop, self.who(request), request.match_info["id"])
        return web.Response(status=204)

    async def alerts(self, request: web.Request) -> web.Response:
        return answer({"alerts": await alerting.alerts(self._shop, self.who(request))})

    async def run_alerts(self, request: web.Request) -> web.Response:
        counts = await alerting.run_by_hand(self._shop, self.who(request))
        await self._worker.run_until(self._shop.clock.now())
        return answer(counts_of(await alerting.outcome(self._shop, self.who(request), counts)))

    # -- settlement

    async def reports(self, request: web.Request) -> web.Response:
        rows = await reporting.listed(self._shop, self.who(request))
        return answer({"reports": [report_row(row) for row in rows]})

    async def feed(self, request: web.Request) -> web.Response:
        raw = await raw_body(request, BODY_LIMIT_BYTES)
        fed = await reporting.feed_file(self._shop, self.who(request), request.query.get("filename", ""), raw)
        return answer(report_result(fed))

    async def documents(self, request: web.Request) -> web.Response:
        found = await accounts.document_list(self._shop, self.who(request), request.query.get("order"))
        return answer({"documents": found})

    async def balances(self, request: web.Request) -> web.Response:
        return answer(await accounts.books(self._shop, self.who(request)))

    async def profit(self, request: web.Request) -> web.Response:
        return answer({"rows": await accounts.profit(self._shop, self.who(request))})

    async def stock(self, request: web.Request) -> web.Response:
        return answer({"stock": await accounts.stock(self._shop, self.who(request))})


def moment(value: Any) -> datetime:
    """Return a reset's time, which everything else is counted from."""
    try:
        found: datetime = msgspec.convert(value, shapes.Moment)
    except msgspec.ValidationError as error:
        raise invalid("INVALID_SETTINGS", f"now: {error}; allowed is RFC 3339 with an offset.") from error
    if not 2000 <= found.year < 2100:
        raise invalid("INVALID_SETTINGS", f"now: found {found.isoformat()}, allowed are the years 2000 to 2099.")
    return found


def number_of(request: web.Request) -> str:
    return request.match_info["number"]


def counts_of(counts: alerting.Counts) -> dict[str, int]:
    names = ("considered", "sent", "superseded", "suppressed", "failed")
    return {name: getattr(counts, name) for name in names}


def report_row(row: Row) -> dict[str, Any]:
    return {
        "report": row["number"],
        "carrier": row["carrier"],
        "state": row["state"],
        "payout_minor": row["payout_minor"],
        "currency": row["currency"],
    }


def report_result(fed: reporting.Fed) -> dict[str, Any]:
    return {
        "report": fed.number,
        "state": fed.state,
        "lines": fed.lines,
        "reconciliation": {
            "payout_minor": fed.payout_minor,
            "documents_minor": fed.documents_minor,
            "unsettled_minor": fed.unsettled_minor,
        },
    }


def unattended(body: dict[str, Any]) -> dict[str, Any]:
    """Return settings under which no address waits for a person, unless they say so: nobody sits at the driver.

    Nor does anybody read mails to use the links in them.
    """
    body = {"confirm_public": False, **body}
    carriers = body.get("carriers")
    if not isinstance(carriers, dict):
        return body
    filled = {
        name: {"addresses": "as_written", **account} if isinstance(account, dict) else account
        for name, account in carriers.items()
    }
    return {**body, "carriers": filled}
