"""The console as a service on the shared port: who is let in, which page, and a page for whatever goes wrong."""

from collections.abc import Iterable
from typing import cast

from ...core.errors import Reason, Rejected
from ...wire.call import Answer, Call
from ...wire.carrier import Carrier
from ...wire.feed import SAFE, Feed
from ...wire.pace import Pace
from ...wire.request_line import with_slashes
from ...wire.routes import Route, Routes
from ...wire.tenants import TenantError, Tenants
from . import assets, clock, faults, journal, label, live, mails, moves, parcel, parcels, payouts, tenants, webhooks
from .access import Access
from .asking import Ask, Control
from .forms import FormError, form_of
from .pages import page
from .table import Page, on
from .visit import Missing, Room, Visit, address

BODY_LIMIT_BYTES = 262_144
OPEN = frozenset({"asset", "sign_in", "sign_in_form"})  # what is shown to people who have not signed in
SESSIONS = frozenset({"sign_in", "sign_out"})  # changes no tenant
EXPIRED = "This page is older than the server or was not made by it; nothing was done. Open it again and repeat."

routes = Routes()


class Console:
    """Answers at `/` and below `/_console`. With an admin token people sign in with it."""

    def __init__(
        self,
        carriers: Iterable[Carrier],
        tenants_: Tenants,
        pace: Pace,
        control: Control,
        feed: Feed,
        *,
        admin_token: str | None = None,
        secure: bool = False,
    ) -> None:
        access = Access(admin_token, secure=secure)
        named = {carrier.name: carrier for carrier in carriers}
        self._room = Room(named, tenants_, pace, Ask(control), feed, access)

    def limit_bytes(self, path: str) -> int:
        return BODY_LIMIT_BYTES

    def refuses(self, call: Call) -> Answer | None:
        """Return the refusal of a call from elsewhere, before its body is read."""
        trouble = self._room.access.trouble(call)
        if not trouble:
            return None
        return _trouble(Visit(call, self._room, None), 403, "Not from here", trouble)

    async def __call__(self, call: Call) -> Answer:
        visit = Visit(call, self._room, self._room.access.session(call))
        found = routes.find(call.path)
        if found is None:
            return _trouble(visit, 404, "No such page", f"There is nothing at {with_slashes(call.path)}.")
        methods, params = found
        call.params = {name: with_slashes(value) for name, value in params.items()}
        route = methods.get("GET" if call.method == "HEAD" else call.method)
        if route is None:
            answer = _trouble(visit, 405, "Not this way", f"This page does not take {call.method}.")
            answer.headers["Allow"] = ", ".join(sorted(methods))
            return answer
        return await self._visited(visit, route)

    async def _visited(self, visit: Visit, route: Route) -> Answer:
        call = visit.call
        if visit.session is None and route.operation not in OPEN:
            if "part" in call.query:  # a script asks: it is sent on, and puts no sign-in form into its page
                return Answer(401, b"", {"HX-Redirect": address("sign-in")})
            back = visit.here if call.method in SAFE else ""
            return Answer(303, b"", {"Location": address("sign-in", back=back), "Cache-Control": "no-store"})
        try:
            if call.method not in SAFE:
                visit.form = form_of(call)
                if not self._room.access.is_form_token(visit.session or "", visit.form.get("token", "")):
                    return _trouble(visit, 403, "Not from this page", EXPIRED)
            return await cast(Page, route.handler)(visit)
        except FormError as error:
            return _trouble(visit, error.status, "That did not work", error.sentence)
        except Missing as error:
            return _trouble(visit, 404, "Not here", str(error))
        except TenantError as error:
            detail = error.detail[:1].upper() + error.detail[1:] + "."
            return _trouble(visit, 404, "Not here", detail)
        except Rejected as error:
            missing = error.reason in (Reason.UNKNOWN_PARCEL, Reason.UNKNOWN_SCAN)
            return _trouble(visit, 404 if missing else 409, "Not here" if missing else "Refused", f"{error}.")
        finally:
            if call.method not in SAFE and route.operation not in SESSIONS:
                self._room.feed.touch(visit.tenant)


def _trouble(visit: Visit, status: int, title: str, sentence: str) -> Answer:
    """Return a page that says what went wrong and leads on; a live part of a page stays as it is."""
    if "part" in visit.call.query:
        return Answer(status, b"", {"HX-Reswap": "none"})
    return page(visit, "trouble.html", status=status, title=title, sentence=sentence)


@on(routes, "GET", "/assets/{version}/{name}")
async def asset(visit: Visit) -> Answer:
    found = assets.serve(visit.call)
    if found is None:
        raise Missing("There is no such file, or it has changed: load the page again.")
    return found


@on(routes, "GET", "/live")
async def changes(visit: Visit) -> Answer:
    """Tell a page whenever its tenant changes; without a tenant, whenever any does."""
    return live.stream(visit.room.feed, visit.call.query.get("tenant", ""))


@on(routes, "GET", "/sign-in")
async def sign_in_form(visit: Visit) -> Answer:
    if visit.session is not None:
        return Answer(303, b"", {"Location": address()})
    return page(visit, "sign_in.html", back=visit.call.query.get("back", ""))


@on(routes, "POST", "/sign-in")
async def sign_in(visit: Visit) -> Answer:
    cookie = visit.room.access.sign_in(visit.call, visit.form.get("admin_token", ""))
    if cookie is None:
        wrong = "This is not the token that the simulator was started with (--admin-token)."
        return page(visit, "sign_in.html", status=403, back=visit.form.get("back", ""), wrong=wrong)
    answer = visit.done("You are signed in.")
    answer.headers["Set-Cookie"] = cookie
    return answer


@on(routes, "POST", "/sign-out")
async def sign_out(visit: Visit) -> Answer:
    return Answer(303, b"", {"Location": address("sign-in"), "Set-Cookie": visit.room.access.sign_out(visit.call)})


for part in (tenants, parcels, parcel, moves, label, faults, clock, webhooks, journal, payouts, mails):
    routes.include(part.routes)
