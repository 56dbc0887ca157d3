"""Pages as answers: templates filled in, the headers that keep a browser to them, and who is looking.

A person signs in with the token of the API. It stands in a cookie that no script reads and no other site's
form carries.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ...errors import EngineError, Kind
from ...shop import Actor, Role, Shop
from ...usecases import companies
from ..problems import STATUS

Handler = Callable[[web.Request, Actor], Awaitable[web.Response]]
HERE = Path(__file__).parent
COOKIE = "parcelproof_staff"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HOME = "/ui/orders"
OFFICE, EVERYBODY = frozenset({Role.ADMIN, Role.STAFF}), frozenset(Role)
NAVIGATION = (  # (path below /ui, what it is called, who has it)
    ("orders", "Orders", EVERYBODY),
    ("addresses", "Addresses", OFFICE),
    ("pickups", "Pick-ups", EVERYBODY),
    ("import", "Import", OFFICE),
    ("parties", "Parties", OFFICE),
    ("followers", "Followers", OFFICE),
    ("alerts", "Alerts", OFFICE),
    ("states", "States", OFFICE),
    ("settlement", "Settlement", OFFICE),
    ("statistics", "Statistics", OFFICE | {Role.BRANCH}),
)
KINDS = {"style.css": "text/css", "icon.svg": "image/svg+xml"}


@cache
def templates() -> Environment:
    """Return the templates; what a value holds is text, never markup."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, *, status: int = 200, **values: object) -> web.Response:
    actor = values.get("actor")
    rights = actor.role if isinstance(actor, Actor) else None
    pages = [(path, name) for path, name, roles in NAVIGATION if rights in roles]
    text = templates().get_template(template).render(pages=pages, **values)
    return web.Response(status=status, text=text, content_type="text/html", charset="utf-8", headers=HEADERS)


async def form_of(request: web.Request) -> Mapping[str, Any]:
    """Return a form of one of these pages.

    Raises:
        EngineError: it came from another site.
    """
    if not own_form(request):
        raise EngineError(Kind.FORBIDDEN, "FOREIGN_FORM", "The form was not sent from a page of this engine.")
    return await request.post()


def for_signed(shop: Shop, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Let only signed-in people in; what is refused them is a page with the sentence."""

    async def handled(request: web.Request) -> web.Response:
        actor = await visitor(shop, request)
        if actor is None:
            return see_other("/ui/sign-in")
        try:
            return await handler(request, actor)
        except EngineError as error:
            if error.code == "FOREIGN_FORM":
                raise
            return page("trouble.html", status=STATUS[error.kind], actor=actor, sentence=error.sentence)

    return handled


def file(name: str) -> web.Response:
    return web.Response(body=(HERE / name).read_bytes(), content_type=KINDS[name], headers=HEADERS)


def see_other(where: str) -> web.Response:
    return web.Response(status=303, headers={**HEADERS, "Location": where})


async def visitor(shop: Shop, request: web.Request) -> Actor | None:
    """Return who is looking, None for somebody who is not signed in."""
    token = request.cookies.get(COOKIE, "")
    if not token:
        return None
    try:
        return await companies.sign_in(shop, token)
    except EngineError as error:
        if error.kind is not Kind.UNAUTHENTICATED:
            raise
        return None


def signed(token: str, request: web.Request) -> web.Response:
    """Send a person on with the cookie set; a session cookie, gone when the browser is closed."""
    response = see_other(HOME)
    secure = request.scheme == "https"
    response.set_cookie(COOKIE, token, path="/ui", httponly=True, samesite="Strict", secure=secure)
    return response


def own_form(request: web.Request) -> bool:
    """Tell whether a form was sent from one of these pages: browsers say so, and what does not say is refused."""
    said = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if said is not None:
        return said == "same-origin"
    return origin is not None and origin == f"{request.scheme}://{request.host}"
