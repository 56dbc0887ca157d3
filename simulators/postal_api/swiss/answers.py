"""How Swiss Post answers: JSON that nobody may keep, schema faults in 400, and what stands where no handler answers.

Wire contract: `postal_api_swiss` §1 and §5. A business error is HTTP 200 with `{code, message}` in `item.errors`; a
body that does not fit the schema is 400 with a list of `{field, error, rejectedValue}`; the gateway's own refusals are
400 and 401 without a body.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from ...core.errors import Rejected
from ...wire.call import Answer, Call, Handler
from ...wire.carrier import Refusal
from ...wire.routes import Route, Routes

JSON = "application/json;charset=UTF-8"
HTML = "text/html; charset=UTF-8"
UNKEPT = {"Cache-Control": "no-cache, no-store, max-age=0, must-revalidate", "Pragma": "no-cache", "Expires": "0"}
_encode = msgspec.json.Encoder().encode
_SLASHES = re.compile("/{2,}")


class Operations(Routes):
    """Routes that are found whatever the number of slashes between segments: one client doubles them.

    `aliases` are further templates of the same operation.
    """

    def on(self, method: str, template: str, **notes: Any) -> Callable[[Handler], Handler]:
        aliases: tuple[str, ...] = notes.pop("aliases", ())

        def register(handler: Handler) -> Handler:
            name = getattr(handler, "__name__", template)
            for one in (template, *aliases):
                self.add(Route(method, one, name, handler, notes))
            return handler

        return register

    def find(self, path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        return super().find(_SLASHES.sub("/", path))


def json(payload: object, status: int = 200) -> Answer:
    return Answer(status, _encode(payload), {"Content-Type": JSON, **UNKEPT})


def empty(status: int) -> Answer:
    """Return what the gateway says: a status and nothing else."""
    return Answer(status, b"", dict(UNKEPT))


def schema_faults(faults: list[dict[str, Any]]) -> Answer:
    return json(faults, 400)


def refuse(call: Call, refusal: Refusal) -> Answer:
    """Return what the gateway says where no handler ran."""
    match refusal:
        case Refusal.NO_ROUTE:
            return empty(404)
        case Refusal.WRONG_METHOD:
            allowed = call.notes.get("allowed")
            answer = empty(405)
            if isinstance(allowed, list):
                answer.headers["Allow"] = ", ".join(allowed)
            return answer
        case Refusal.TOO_LARGE:
            return empty(413)
        case Refusal.BROKEN:
            return json({"errors": [{"code": "E9999", "message": "The service is not available."}]}, 500)
        case Refusal.UNAVAILABLE:
            return Answer(503, b"", {"Content-Type": HTML, "Cache-Control": "no-cache; private"})


def translate(call: Call, rejected: Rejected) -> Answer:
    """Return the wire's words for a refusal of the world."""
    return json({"errors": [{"code": "E9992", "message": str(rejected)[:500]}]})
