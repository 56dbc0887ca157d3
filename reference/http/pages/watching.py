"""The pages of mails: who follows what, how the alert fares, the mail account, what states are called and show."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aiohttp import web

from ...domain.visibility import Visibility
from ...errors import EngineError
from ...shop import Actor, Role, Shop
from ...usecases import alerting, following, monitoring
from ...worker import Worker
from ..problems import STATUS
from .frame import OFFICE, for_signed, form_of, page, see_other
from .orders import quoted, shown

MOST_SHOWN = 200
LEVELS = (
    (Visibility.HIDDEN, "nothing"),
    (Visibility.VISIBLE, "its name"),
    (Visibility.WITH_REASON, "name and reason"),
    (Visibility.WITH_OBSERVATIONS, "name, reason and observations"),
)
NO_ACCOUNT: dict[str, Any] = {
    "host": "",
    "port": None,
    "sender": "",
    "username": "",
    "tls": "none",
    "complete": True,
    "warnings": [],
}


class WatchPages:
    """For the office; what is set here is set by administrators only."""

    def __init__(self, shop: Shop, worker: Worker) -> None:
        self._shop = shop
        self._worker = worker

    def routes(self) -> list[web.RouteDef]:
        pages = [
            (web.get, "/ui/followers", self.followers),
            (web.post, "/ui/followers/{id}/end", self.end),
            (web.get, "/ui/alerts", self.alerts),
            (web.post, "/ui/alerts/run", self.run),
            (web.post, "/ui/alerts/{alert}", self.set_alert),
            (web.post, "/ui/mail-account", self.set_account),
            (web.get, "/ui/states", self.states),
            (web.post, "/ui/states/{state}", self.set_state),
        ]
        return [method(path, for_signed(self._shop, handler)) for method, path, handler in pages]

    async def followers(self, request: web.Request, actor: Actor) -> web.Response:
        actor.need(*sorted(OFFICE))
        email = request.query.get("email", "").strip()[:254]
        of: dict[str, Any] = {"email": email or None, "newest": MOST_SHOWN}
        people = (await following.listed(self._shop, actor, **of))[::-1]
        sent = (await alerting.alerts(self._shop, actor, **of))[::-1]
        values: dict[str, Any] = {"people": people, "more": len(people) == MOST_SHOWN, "sent": sent}
        return page("followers.html", actor=actor, asked=email, quoted=quoted, shown=shown, **values)

    async def end(self, request: web.Request, actor: Actor) -> web.Response:
        await form_of(request)
        actor.need(*sorted(OFFICE))
        await following.unsubscribe(self._shop, actor, request.match_info["id"])
        return see_other("/ui/followers")

    async def alerts(self, _request: web.Request, actor: Actor) -> web.Response:
        return await self._alerts(actor)

    async def _alerts(
        self,
        actor: Actor,
        *,
        wrong: str = "",
        status: int = 200,
        typed: Mapping[str, str] | None = None,
        counts: Mapping[str, Any] | None = None,
    ) -> web.Response:
        found = await monitoring.alerts(self._shop, actor)
        may = actor.role is Role.ADMIN
        account = await monitoring.mail_account(self._shop, actor) if may else NO_ACCOUNT
        values = {"alerts": found, "account": account, "may": may, "typed": typed, "counts": counts, "wrong": wrong}
        return page("alerts.html", status=status, actor=actor, shown=shown, **values)

    async def run(self, request: web.Request, actor: Actor) -> web.Response:
        await form_of(request)
        counts = await alerting.run_by_hand(self._shop, actor)
        self._worker.wake()
        return await self._alerts(actor, counts=asdict(counts))

    async def set_alert(self, request: web.Request, actor: Actor) -> web.Response:
        form = await form_of(request)
        minutes = str(form.get("frequency_minutes", "")).strip()
        wanted = {"enabled": form.get("enabled") == "yes", "frequency_minutes": number(minutes)}
        try:
            await monitoring.set_alert(self._shop, actor, request.match_info["alert"], wanted)
        except EngineError as error:
            typed = {"frequency_minutes": minutes}
            return await self._alerts(actor, wrong=error.sentence, typed=typed, status=STATUS[error.kind])
        self._worker.wake()
        return see_other("/ui/alerts")

    async def set_account(self, request: web.Request, actor: Actor) -> web.Response:
        form = await form_of(request)
        names = ("host", "sender", "username", "password", "tls")
        given: dict[str, Any] = {name: str(form.get(name, "")).strip() for name in names}
        if not given["password"]:
            del given["password"]
        try:
            account = {**given, "port": number(str(form.get("port", "")).strip())}
            await monitoring.set_mail_account(self._shop, actor, account)
        except EngineError as error:
            return await self._alerts(actor, wrong=error.sentence, status=STATUS[error.kind])
        return see_other("/ui/alerts")

    async def states(self, _request: web.Request, actor: Actor) -> web.Response:
        return await self._states(actor)

    async def _states(self, actor: Actor, *, wrong: str = "", status: int = 200) -> web.Response:
        found = await monitoring.states(self._shop, actor)
        may = actor.role is Role.ADMIN
        return page("states.html", status=status, actor=actor, states=found, levels=LEVELS, may=may, wrong=wrong)

    async def set_state(self, request: web.Request, actor: Actor) -> web.Response:
        form = await form_of(request)
        wanted = {name: str(form.get(name, "")).strip() for name in ("name", "visibility")}
        try:
            mailed = {"mailed": form.get("mailed") == "yes"}
            await monitoring.set_state(self._shop, actor, request.match_info["state"], {**wanted, **mailed})
        except EngineError as error:
            return await self._states(actor, wrong=error.sentence, status=STATUS[error.kind])
        return see_other("/ui/states")


def number(text: str) -> int | str:
    """Return a whole number that somebody typed; what is none stays, for the sentence that refuses it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
