"""The pages: sign in, addresses that wait for a person, figures."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from aiohttp import web

from ...errors import EngineError
from ...ports import Address
from ...shop import Actor, Shop
from ...usecases import addressing, companies, statistics
from ...worker import Worker
from ..desk import day_of
from ..problems import STATUS
from . import charts
from .frame import COOKIE, HOME, file, form_of, page, see_other, signed, visitor

FIELDS = ("name", "company", "street", "house_number", "postal_code", "city", "country", "phone")
MOST_SHOWN = 100
ADDRESSES = "/ui/addresses"
AXES = (("type", "type of mail"), ("region", "region"), ("user", "user"), ("state", "state"), ("day", "day"))


class Pages:
    """Pages for signed-in staff; whoever is not is asked to sign in."""

    def __init__(self, shop: Shop, worker: Worker) -> None:
        self._shop = shop
        self._worker = worker

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/ui", self.home),
            web.get("/ui/style.css", self.style),
            web.get("/ui/icon.svg", self.icon),
            web.get("/ui/sign-in", self.door),
            web.post("/ui/sign-in", self.sign_in),
            web.post("/ui/sign-out", self.sign_out),
            web.get(ADDRESSES, self.addresses),
            web.post(f"{ADDRESSES}/{{number}}", self.decide),
            web.get("/ui/statistics", self.statistics),
        ]

    async def home(self, _request: web.Request) -> web.Response:
        return see_other(HOME)

    async def style(self, _request: web.Request) -> web.Response:
        return file("style.css")

    async def icon(self, _request: web.Request) -> web.Response:
        return file("icon.svg")

    async def door(self, _request: web.Request) -> web.Response:
        return page("sign_in.html", wrong="")

    async def sign_in(self, request: web.Request) -> web.Response:
        token = str((await form_of(request)).get("token", "")).strip()
        try:
            await companies.sign_in(self._shop, token)
        except EngineError as error:
            return page("sign_in.html", status=STATUS[error.kind], wrong=error.sentence)
        return signed(token, request)

    async def sign_out(self, request: web.Request) -> web.Response:
        await form_of(request)
        response = see_other("/ui/sign-in")
        response.del_cookie(COOKIE, path="/ui")
        return response

    async def addresses(self, request: web.Request) -> web.Response:
        actor = await visitor(self._shop, request)
        return see_other("/ui/sign-in") if actor is None else await self._addresses(actor)

    async def _addresses(
        self,
        actor: Actor,
        *,
        wrong: str = "",
        about: str = "",
        typed: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> web.Response:
        try:
            held = await addressing.listed(self._shop, actor)
        except EngineError as error:
            return page("trouble.html", status=STATUS[error.kind], actor=actor, sentence=error.sentence)
        values = {row["order"]: row["written"] for row in held} | ({about: typed} if typed else {})
        shown = {"actor": actor, "held": held[:MOST_SHOWN], "more": max(len(held) - MOST_SHOWN, 0), "fields": FIELDS}
        return page("addresses.html", status=status, wrong=wrong, about=about, values=values, quoted=quoted, **shown)

    async def decide(self, request: web.Request) -> web.Response:
        actor = await visitor(self._shop, request)
        if actor is None:
            return see_other("/ui/sign-in")
        form, number = await form_of(request), request.match_info["number"]
        typed = {field: str(form.get(field, "")).strip() for field in FIELDS}
        try:
            how = await self._wanted(actor, number, str(form.get("do", "")), typed)
            await addressing.decide(self._shop, actor, number, **how)
        except EngineError as error:
            return await self._addresses(
                actor, wrong=error.sentence, about=number, typed=typed, status=STATUS[error.kind]
            )
        self._worker.wake()
        return see_other(ADDRESSES)

    async def _wanted(self, actor: Actor, number: str, do: str, typed: Mapping[str, str]) -> dict[str, Any]:
        if do != "correct":
            return {"decision": do}
        held = await addressing.listed(self._shop, actor)
        written: Mapping[str, str] = next((row["written"] for row in held if row["order"] == number), {})
        return {"address": msgspec.convert({**written, **typed}, Address)}

    async def statistics(self, request: web.Request) -> web.Response:
        actor = await visitor(self._shop, request)
        if actor is None:
            return see_other("/ui/sign-in")
        asked = {field: request.query.get(field, "")[:40] for field in ("since", "until")}
        try:
            days = [day_of(request, field) for field in asked]
            found = await statistics.figures(self._shop, actor, *days)
        except EngineError as error:
            return page("trouble.html", status=STATUS[error.kind], actor=actor, sentence=error.sentence)
        drawn = [charts.counts(f"orders-{axis}", f"Orders by {name}", found[f"by_{axis}"]) for axis, name in AXES]
        spent = [
            charts.costs(f"cost-{axis}-{currency}", f"Cost by {name}, {currency}", found[f"by_{axis}"], currency)
            for currency in [one["currency"] for one in found["total"]["cost"]]
            for axis, name in AXES[:3]
        ]
        tables = [(f"By {name}", found[f"by_{axis}"]) for axis, name in AXES]
        shown = {"total": found["total"], "charts": drawn, "costs": spent, "tables": tables, "asked": asked}
        return page("statistics.html", actor=actor, amount=charts.amount, **shown)


def quoted(number: str) -> str:
    return quote(number, safe="")
