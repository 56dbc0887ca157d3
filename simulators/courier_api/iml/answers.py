"""How IML answers: JSON, a refusal inside HTTP 200, and what stands where no handler answers.

Wire contract: `courier_api` §3: a business refusal is 200 with `{"Result": "Error", "Errors": [{"Code", "Message"}]}`.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec

from ...core.errors import Rejected, SimulatorError
from ...wire.call import Answer, Call, Handler
from ...wire.carrier import Refusal
from ...wire.routes import Route, Routes

JSON = "application/json; charset=utf-8"
_encode = msgspec.json.Encoder(decimal_format="number").encode
_SLASHES = re.compile("/{2,}")
_BEFORE = ("", "/json", "/list")  # what clients leave out of the path


class Wrong(msgspec.Struct, frozen=True, rename="pascal"):
    """One entry of `Errors`: `code` is the name of the field."""

    code: str
    message: str


class Refused(SimulatorError):
    """A request is refused and nothing changed."""

    def __init__(self, *errors: Wrong) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{error.code}: {error.message}" for error in errors))


def json(payload: object, status: int = 200) -> Answer:
    return Answer(status, _encode(payload), {"Content-Type": JSON})


def refused(*errors: Wrong) -> Answer:
    return json({"Result": "Error", "Errors": list(errors)})


Shape = Callable[[tuple[Wrong, ...]], Answer]


class Operations(Routes):
    """Routes whose handlers may raise `Refused`; `refused_as` shapes it where it is not the usual one.

    Paths are matched without regard to case, to doubled slashes and to a missing `/json` or `/list`: clients write all
    of these. `aliases` are further templates of the same operation.
    """

    def on(self, method: str, template: str, **notes: Any) -> Callable[[Handler], Handler]:
        shape: Shape = notes.pop("refused_as", lambda errors: refused(*errors))
        aliases: tuple[str, ...] = notes.pop("aliases", ())

        def guard(handler: Handler) -> Handler:
            @wraps(handler)
            def answered(call: Call) -> Answer:
                try:
                    return handler(call)
                except Refused as error:
                    return shape(error.errors)

            name = getattr(handler, "__name__", template)
            for one in (template, *aliases):
                self.add(Route(method, one, name, answered, notes))
            return answered

        return guard

    def _methods_of(self, template: str) -> dict[str, Route]:
        return super()._methods_of(template.lower())

    def find(self, path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        plain = _SLASHES.sub("/", path.lower())
        return next((found for before in _BEFORE if (found := super(Operations, self).find(before + plain))), None)


def plain_message(status: int, message: str) -> Answer:
    """Return what the server in front says: JSON with `Message` (guessed)."""
    return json({"Message": message}, status)


def refuse(call: Call, refusal: Refusal) -> Answer:
    """Return what the server says where no handler ran."""
    match refusal:
        case Refusal.NO_ROUTE:
            return plain_message(404, f"No HTTP resource was found that matches the request URI '{call.path[:200]}'.")
        case Refusal.WRONG_METHOD:
            message = f"The requested resource does not support http method '{call.method[:20]}'."
            return plain_message(405, message)
        case Refusal.TOO_LARGE:
            return plain_message(413, "The request is too large.")
        case Refusal.BROKEN:
            return plain_message(500, "An error has occurred.")
        case Refusal.UNAVAILABLE:
            return Answer(503, b"Service Unavailable", {"Content-Type": "text/plain; charset=utf-8"})


def translate(call: Call, rejected: Rejected) -> Answer:
    """Return the wire's words for a refusal of the world."""
    return refused(Wrong(str(rejected.reason), str(rejected)))
