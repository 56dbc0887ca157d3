"""The public tracking page, `/track`: anybody looks up a tracking number, and follows it where that is offered.

Source: `notifications` NTF-030 to 033, 044 to 048, 070, 242 to 244. Works without scripts; in the visitor's language.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

from aiohttp import web
from babel.dates import format_datetime

from ..errors import EngineError, Kind
from ..letters import state_name
from ..letters.languages import ENGLISH, LANGUAGES, N_, nearest, words
from ..shop import Shop
from ..usecases import following, public_page
from ..usecases.public_page import Trace
from ..worker import Worker
from .pages.frame import page
from .problems import STATUS
from .visitors import Pace, TrustedProxies

PATH = "/track"
SAID = {  # what a visitor reads of a refusal, by its code or kind
    "UNKNOWN_NUMBER": N_("No shipment has this tracking number."),
    "UNKNOWN_SUBSCRIPTION": N_("This link is not valid any more."),
    "NOT_OFFERED": N_("Following this shipment is not offered."),
    Kind.THROTTLED: N_("This was asked too often; please try again later."),
    Kind.INVALID: N_("This is no e-mail address."),
}


def address_of(number: str) -> str:
    """Return where a number's trace is shown, below the engine's own address."""
    return f"{PATH}?number={quote(number, safe='')}"


class PublicPages:
    """For everybody: nobody signs in."""

    def __init__(self, shop: Shop, worker: Worker, proxies: TrustedProxies) -> None:
        self._shop = shop
        self._worker = worker
        self._proxies = proxies
        self._pace = Pace(shop.clock)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(PATH, self.track),
            web.post(PATH, self.follow),
            web.get("/follow/{token}", self.ask_whether),
            web.post("/follow/{token}", self.confirm),
            web.get("/unsubscribe/{token}", self.ask_to_stop),
            web.post("/unsubscribe/{token}", self.unsubscribe),
        ]

    async def track(self, request: web.Request) -> web.Response:
        number, language = request.query.get("number", "").strip(), language_of(request)
        if not number:
            return track_page(language)
        try:
            trace = await self._look_up(request, number)
        except EngineError as error:
            return track_page(language, number=number, refused=error)
        return track_page(language, number=trace.number, trace=trace)

    async def _look_up(self, request: web.Request, number: str) -> Trace:
        self._pace.step(self._proxies.network_of(request))
        return await public_page.look_up(self._shop, number)

    async def follow(self, request: web.Request) -> web.Response:
        form, language = await request.post(), language_of(request)
        number, email = (str(form.get(name, "")).strip() for name in ("number", "email"))
        try:
            trace = await self._look_up(request, number)
        except EngineError as error:
            return track_page(language, number=number, refused=error)
        who = {"email": email, "network": self._proxies.network_of(request), "language": language}
        try:
            await public_page.ask_to_follow(self._shop, trace.number, **who, company_id=trace.company_id)
        except EngineError as error:
            return track_page(language, number=trace.number, trace=trace, email=email, refused=error)
        self._worker.wake()
        _ = words(language).gettext
        asked = _("We have written to %(email)s: please use the link in that mail.") % {"email": email}
        done = asked if trace.company.confirm_public else _("You follow this shipment for thirty days from now.")
        return track_page(language, number=trace.number, trace=trace, done=done, status=202)

    async def ask_whether(self, request: web.Request) -> web.Response:
        """A link scanner may follow this; only the button's POST confirms anything."""
        _ = words(language_of(request)).gettext
        return message(request, _("Follow this shipment"), button=_("Yes, mail me the news"))

    async def confirm(self, request: web.Request) -> web.Response:
        done = await self._use(
            request, public_page.confirm, N_("You follow this shipment for thirty days from your request.")
        )
        self._worker.wake()
        return done

    async def ask_to_stop(self, request: web.Request) -> web.Response:
        """A link scanner may follow this; only the button's POST ends anything."""
        _ = words(language_of(request)).gettext
        return message(request, _("No more mails about this shipment"), button=_("Stop the mails"))

    async def unsubscribe(self, request: web.Request) -> web.Response:
        done = N_("No more mails about this shipment will be sent.")
        return await self._use(request, following.unsubscribe_by_link, done)

    async def _use(self, request: web.Request, act: Callable[[Shop, str], Awaitable[None]], done: str) -> web.Response:
        language = language_of(request)
        try:
            await act(self._shop, request.match_info["token"])
        except EngineError as error:
            return message(request, said(error, language), status=STATUS[error.kind])
        return message(request, words(language).gettext(done))


def language_of(request: web.Request) -> str:
    """Return the language of ours that the browser likes best, English without any."""
    liked: list[tuple[float, int, str]] = []
    for place, part in enumerate(request.headers.get("Accept-Language", "")[:500].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        if tag.replace("_", "-").partition("-")[0].lower() in LANGUAGES:
            liked.append((-_weight(weight), place, nearest(tag)))
    return min(liked)[2] if liked else ENGLISH


def _weight(text: str) -> float:
    whole, _, rest = text.strip().partition(".")
    fits = whole in ("0", "1") and (rest == "" or (rest.isascii() and rest.isdigit() and len(rest) < 4))
    return float(f"{whole}.{rest or 0}") if text and fits else 1.0


def said(error: EngineError, language: str) -> str:
    """Return a refusal in a visitor's words; what it says beyond that is for others."""
    return words(language).gettext(SAID.get(error.code) or SAID[error.kind])


def message(request: web.Request, sentence: str, *, button: str = "", status: int = 200) -> web.Response:
    language = language_of(request)
    values = {"language": language, "_": words(language).gettext, "sentence": sentence, "button": button}
    return page("public_message.html", status=status, **values)


def track_page(
    language: str,
    *,
    number: str = "",
    trace: Trace | None = None,
    refused: EngineError | None = None,
    done: str = "",
    email: str = "",
    status: int = 200,
) -> web.Response:
    lines = [] if trace is None else [_line(trace, place, language) for place in range(len(trace.events))]
    values: dict[str, Any] = {"language": language, "_": words(language).gettext, "trace": trace, "lines": lines}
    wrong, status = (said(refused, language), STATUS[refused.kind]) if refused else ("", status)
    return page("public_track.html", status=status, number=number, wrong=wrong, done=done, email=email, **values)


def _line(trace: Trace, place: int, language: str) -> Mapping[str, str]:
    found = trace.events[place]
    moment = format_datetime(found.occurred_at, "medium", locale=language)
    name = state_name(found.state, trace.company.told_states, language)
    return {"name": name, "at": f"{moment} UTC", "reason": found.reason, "observation": found.observation}
