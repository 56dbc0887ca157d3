"""Refusals: HTTP 200 with an error code, and `Error: …` as text where a PDF was asked for.

Wire contract: `courier_api` §4 "Errors". The codes are those of the vendor's own list as public wrappers restate it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import msgspec

from ...core.errors import Reason, Rejected, SimulatorError
from ...wire.call import JSON, Answer, Call, Handler
from ...wire.carrier import Refusal
from .paths import AnyCase

OK, UNEXPECTED, SESSION, LOGIN, PARAMETERS, NO_DATA, NOT_FOUND, CONTRACT, TEMPORARY = 0, -1, 1, 10, 20, 21, 25, 30, 100
NO_SESSION: Final = "Неверная сессия или сессия истекла"
WRONG_LOGIN: Final = "Неверный логин или пароль"
PDF, TEXT = "application/pdf", "text/plain; charset=utf-8"
LONGEST_MESSAGE = 200

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Refused(SimulatorError):
    """A request, or one sending of it, is refused and nothing changed: a code and a sentence."""

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        self.message = message[:LONGEST_MESSAGE]
        super().__init__(f"{code}: {message}")


def json(payload: object, status: int = 200) -> Answer:
    """Return a JSON answer; decimals become numbers."""
    return Answer(status, _encode(payload), {"Content-Type": JSON})


def error_row(refused: Refused) -> dict[str, Any]:
    """Return the keys that tell of an error: clients read either of the two texts."""
    return {"ErrorCode": refused.code, "ErrorMessage": refused.message, "Error": refused.message}


def refused_json(refused: Refused) -> Answer:
    return json(error_row(refused))


def refused_text(refused: Refused) -> Answer:
    """Return what stands where a PDF was asked for."""
    return Answer(200, f"Error: {refused.message}".encode(), {"Content-Type": TEXT})


def refusal_of(call: Call, refused: Refused) -> Answer:
    """Return a refusal in the shape of the operation that was called."""
    gives_pdf = call.route is not None and call.route.notes.get("gives") == "pdf"
    return refused_text(refused) if gives_pdf else refused_json(refused)


class Operations(AnyCase):
    """Routes whose handlers may raise `Refused`; `gives="pdf"` has errors told as text."""

    def on(self, method: str, template: str, **notes: Any) -> Callable[[Handler], Handler]:
        register = super().on(method, template, **notes)

        def guard(handler: Handler) -> Handler:
            @wraps(handler)
            def answered(call: Call) -> Answer:
                try:
                    return handler(call)
                except Refused as refused:
                    return refusal_of(call, refused)

            return register(answered)

        return guard


def refuse(call: Call, refusal: Refusal) -> Answer:
    """Return what the server says where no handler ran (all of it inferred)."""
    match refusal:
        case Refusal.NO_ROUTE:
            return _page(404, "Endpoint not found.")
        case Refusal.WRONG_METHOD:
            return _page(405, "Method not allowed.")
        case Refusal.TOO_LARGE:
            return _page(413, "The request is too long.")
        case Refusal.BROKEN:
            return json(error_row(Refused(UNEXPECTED, "Непредвиденная ошибка")), 500)
        case Refusal.UNAVAILABLE:
            return _page(503, "Service Unavailable")


def _page(status: int, sentence: str) -> Answer:
    return Answer(status, sentence.encode(), {"Content-Type": TEXT})


REASONS = {
    Reason.CANCELLED: Refused(PARAMETERS, "Отправление удалено"),
    Reason.MOVED: Refused(UNEXPECTED, "Отправление уже не в статусе 101"),
    Reason.UNKNOWN_PARCEL: Refused(NOT_FOUND, "Отправление не найдено"),
}


def translate(call: Call, rejected: Rejected) -> Answer:
    """Return the wire's words for a refusal of the world."""
    return refusal_of(call, REASONS.get(rejected.reason, Refused(PARAMETERS, str(rejected))))
