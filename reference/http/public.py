"""The public tracking page, `/track`: anybody looks up a tracking number, and follows it where that is offered.

Source: `notifications` NTF-030 to 033, 044 to 048, 070, 242 to 244. Works without scripts; in the visitor's language.
"""

from collections import OrderedDict, deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import web
from babel.dates import format_datetime

from ..clock import SystemClock
from ..errors import EngineError, Kind
from ..letters import state_name
from ..letters.languages import ENGLISH, LANGUAGES, N_, nearest, words
from ..shop import Shop
from ..usecases import following, public_page
from ..usecases.public_page import Trace
from ..worker import Worker
from .pages.frame import page
from .problems import STATUS

PATH = "/track"
LOOKS, LOOKS_WITHIN = 60, timedelta(minutes=1)  # of one network
NETWORKS_MOST = 10_000
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


class Pace:
    """How often each network looked lately; the one that looked longest ago is forgotten first."""

    def __init__(self, clock: SystemClock) -> None:
        self._clock = clock
        self._looks: OrderedDict[str, deque[datetime]] = OrderedDict()

    def step(self, network: str) -> None:
        """Count a look.

        Raises:
            EngineError: there were too many.
        """
        now = self._clock.now()
        looks = self._looks.setdefault(network, deque(maxlen=LOOKS))
        self._looks.move_to_end(network)
        if len(self._looks) > NETWORKS_MOST:
            self._looks.popitem(last=False)
        if len(looks) == LOOKS and now - looks[0] < LOOKS_WITHIN:
            raise EngineError(Kind.THROTTLED, "TOO_OFTEN", f"Allowed are {LOOKS} looks in {LOOKS_WITHIN}.")
        looks.append(now)


class PublicPages:
    """For everybody: nobody signs in."""

    def __init__(self, shop: Shop, worker: Worker) -> None:
        self._shop = shop
        self._worker = worker
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
            self._pace.step(request.remote or "")
            trace = await public_page.look_up(self._shop, number)
        except EngineError as error:
            return track_page(language, number=number, wrong=said(error, language), status=STATUS[error.kind])
        return track_page(language, number=trace.number, trace=trace)

    async def follow(self, request: web.Request) -> web.Response:
        form, language = await request.post(), language_of(request)
        number, email = (str(form.get(name, "")).strip() for name in ("number", "email"))
        try:
            self._pace.step(request.remote or "")
            trace = await public_page.look_up(self._shop, number)
        except EngineError as error:
            return track_page(language, number=number, wrong=said(error, language), status=STATUS[error.kind])
        who = {"email": email, "network": request.remote or "", "language": language}
        try:
            await public_page.ask_to_follow(self._shop, trace.number, **who, company_id=trace.company_id)
        except EngineError as error:
            wrong = said(error, language)
            return track_page(
                language, number=trace.number, trace=trace, wrong=wrong, email=email, status=STATUS[error.kind]
            )
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
        _ = words(language_of(request)).gettext
        try:
            await public_page.confirm(self._shop, request.match_info["token"])
        except EngineError as error:
            return message(request, said(error, language_of(request)), status=STATUS[error.kind])
        self._worker.wake()
        return message(request, _("You follow this shipment for thirty days from your request."))

    async def ask_to_stop(self, request: web.Request) -> web.Response:
        """A link scanner may follow this; only the button's POST ends anything."""
        _ = words(language_of(request)).gettext
        return message(request, _("No more mails about this shipment"), button=_("Stop the mails"))

    async def unsubscribe(self, request: web.Request) -> web.Response:
        _ = words(language_of(request)).gettext
        try:
            await following.unsubscribe_by_link(self._shop, request.match_info["token"])
        except EngineError as error:
            return message(request, said(error, language_of(request)), status=STATUS[error.kind])
        return message(request, _("No more mails about this shipment will be sent."))


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
    wrong: str = "",
    done: str = "",
    email: str = "",
    status: int = 200,
) -> web.Response:
    lines = [] if trace is None else [_line(trace, place, language) for place in range(len(trace.events))]
    values: dict[str, Any] = {"language": language, "_": words(language).gettext, "trace": trace, "lines": lines}
    return page("public_track.html", status=status, number=number, wrong=wrong, done=done, email=email, **values)


def _line(trace: Trace, place: int, language: str) -> Mapping[str, str]:
    found = trace.events[place]
    moment = format_datetime(found.occurred_at, "medium", locale=language)
    name = state_name(found.state, trace.company.told_states, language)
    return {"name": name, "at": f"{moment} UTC", "reason": found.reason, "observation": found.observation}
