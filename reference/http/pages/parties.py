"""The pages of registered parties: looked for, and one with its contacts, who are ticked here (NTF-072).

A party stands in the query, not in the path: its name may be anything.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from ...errors import EngineError
from ...shop import Actor, Shop
from ...usecases import parties
from ...usecases.parties import Contact
from ...worker import Worker
from ..problems import STATUS
from .frame import for_signed, form_of, page, see_other

PARTIES = "/ui/parties"
MOST_SHOWN = 200
MOST_CONTACTS = 100  # as over the API
FREE_LINES = 2  # for further contacts, below those that are there
FIELDS = ("first_name", "last_name", "email")


class PartyPages:
    """For the office."""

    def __init__(self, shop: Shop, worker: Worker) -> None:
        self._shop = shop

    def routes(self) -> list[web.RouteDef]:
        pages = [
            (web.get, PARTIES, self.parties),
            (web.post, PARTIES, self.add),
            (web.get, f"{PARTIES}/one", self.party),
            (web.post, f"{PARTIES}/one", self.keep),
            (web.post, f"{PARTIES}/forget", self.forget),
            (web.post, f"{PARTIES}/tick", self.tick),
        ]
        return [method(path, for_signed(self._shop, handler)) for method, path, handler in pages]

    async def parties(self, request: web.Request, actor: Actor) -> web.Response:
        return await self._parties(actor, request.query.get("text", "").strip()[: parties.LONGEST_EMAIL])

    async def _parties(
        self,
        actor: Actor,
        text: str = "",
        *,
        wrong: str = "",
        typed: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> web.Response:
        found, count = await parties.search(self._shop, actor, text, most=MOST_SHOWN)
        new = {"name": "", "email": ""} | dict(typed or {})
        values = {"parties": found, "more": count - len(found), "asked": text, "new": new, "wrong": wrong}
        return page("parties.html", status=status, actor=actor, where=where, **values)

    async def add(self, request: web.Request, actor: Actor) -> web.Response:
        form = await form_of(request)
        new = {field: str(form.get(field, "")).strip() for field in ("name", "email")}
        try:
            await parties.register(self._shop, actor, new["name"], (), email=new["email"], seen=parties.NEW)
        except EngineError as error:
            return await self._parties(actor, wrong=error.sentence, typed=new, status=STATUS[error.kind])
        return see_other(where(new["name"]))

    async def party(self, request: web.Request, actor: Actor) -> web.Response:
        found = await parties.one(self._shop, actor, request.query.get("name", ""))
        return self._party(actor, found, seen=parties.version(found))

    def _party(
        self, actor: Actor, found: Mapping[str, Any], *, seen: str, wrong: str = "", status: int = 200
    ) -> web.Response:
        free = min(FREE_LINES, MOST_CONTACTS - len(found["contacts"]))
        lines = [*found["contacts"], *[{**dict.fromkeys(FIELDS, ""), "wants_information": False}] * free]
        shown = {"party": found, "lines": lines, "longest": parties.LONGEST_NAME, "seen": seen, "wrong": wrong}
        return page("party.html", status=status, actor=actor, **shown)

    async def keep(self, request: web.Request, actor: Actor) -> web.Response:
        form = await form_of(request)
        name, email, seen = (str(form.get(field, "")) for field in ("name", "email", "seen"))
        people = typed_contacts(form)
        try:
            await parties.register(self._shop, actor, name, people, email=email.strip(), seen=seen)
        except EngineError as error:
            told = {"name": name, "email": email, "contacts": people}
            return self._party(actor, told, seen=seen, wrong=error.sentence, status=STATUS[error.kind])
        return see_other(where(name))

    async def forget(self, request: web.Request, actor: Actor) -> web.Response:
        await parties.forget(self._shop, actor, str((await form_of(request)).get("name", "")))
        return see_other(PARTIES)

    async def tick(self, request: web.Request, actor: Actor) -> web.Response:
        form = await form_of(request)
        contact, email, text = (str(form.get(field, "")) for field in ("contact", "email", "text"))
        await parties.tick(self._shop, actor, contact, wanted=form.get("wanted") == "yes", email=email)
        return see_other(f"{PARTIES}?{urlencode({'text': text})}" if text else PARTIES)


def typed_contacts(form: Mapping[str, Any]) -> Sequence[Contact]:
    """Return the contacts of a form, line by line; a line whose fields are all empty is nobody."""
    found = []
    for line in range(MOST_CONTACTS):
        typed = {field: str(form.get(f"{field}_{line}", "")).strip() for field in FIELDS}
        if any(typed.values()):
            found.append(Contact(**typed, wants_information=form.get(f"wants_{line}") == "yes"))
    return found


def where(name: str) -> str:
    return f"{PARTIES}/one?{urlencode({'name': name})}"
