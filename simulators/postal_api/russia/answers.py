"""How Otpravka answers, and what stands where no handler answers: its gateway's words.

Wire contract: `postal_api_russia` §1.3. Every shape is made here: E1 for what was not found, E2 for what the framework
refuses, E3 for what the gateway does; the shapes inside HTTP 200 (E4 and its kin) stand with the calls that give them.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec

from ...core.errors import Rejected, SimulatorError
from ...wire.call import Answer, Call, Handler
from ...wire.carrier import Refusal
from ...wire.moscow import local
from ...wire.problems import problem
from ...wire.routes import Route, Routes

JSON = "application/json;charset=UTF-8"
OUR_OWN = "/parcelproof/"  # paths of our own design, which answer in one shape of our own
NOT_FOUND_CODE, INTERNAL_CODE, EXTERNAL_CODE = "1001", "1002", "1024"
_encode = msgspec.json.Encoder(decimal_format="number").encode
_SLASHES = re.compile("/{2,}")


class Refused(SimulatorError):
    """A call is refused with a status and a body of the carrier's, and nothing changed."""

    def __init__(self, status: int, payload: Any) -> None:
        self.status = status
        self.payload = payload
        super().__init__(f"{status}: {payload}")

    def answer(self, call: Call) -> Answer:
        return json(self.payload, self.status)


class BadRequest(Refused):
    """E2: the framework could not make sense of a request."""

    def __init__(self, message: str, status: int = 400, exception: str = "") -> None:
        super().__init__(status, message)
        self.message = message
        self.exception = exception

    def answer(self, call: Call) -> Answer:
        return spring(call, self.status, self.message, self.exception)


def missing(instance: str, key: object) -> Refused:
    """Return E1: there is no such thing; `instance` is the carrier's own name of its kind."""
    desc = f"Instance {instance} not found for params: {key}"
    return Refused(404, {"code": NOT_FOUND_CODE, "desc": desc, "sub-code": "RESOURCE_NOT_FOUND"})


def internal(desc: str = "Internal error") -> Refused:
    """Return E1b, which the service gives for malformed arrays and for forms of an unknown batch."""
    return Refused(500, {"code": INTERNAL_CODE, "desc": desc, "sub-code": "INTERNAL_ERROR"})


def json(payload: object, status: int = 200) -> Answer:
    return Answer(status, _encode(payload), {"Content-Type": JSON})


def spring(call: Call, status: int, message: str, exception: str = "") -> Answer:
    """Return E2. The time is the tenant's; a stranger's is the beginning of time."""
    at = local(call.world.now_ms if call.admitted else 0).strftime("%Y-%m-%dT%H:%M:%S%z")
    words = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 413: "Payload Too Large"}
    body = {"timestamp": at, "status": status, "error": words.get(status, "Internal Server Error")}
    if exception:
        body["exception"] = exception
    return json({**body, "message": message, "path": call.path}, status)


def gateway(status: int, message: str) -> Answer:
    """Return E3: what the gateway says in front of the service."""
    return json({"status": "ERROR", "message": message}, status)


class Operations(Routes):
    """Routes whose handlers may raise `Refused`. Doubled slashes are one: a client really sends `//1.0/settings`.

    `aliases` are further templates of the same operation, `methods` further methods.
    """

    def on(self, method: str, template: str, **notes: Any) -> Callable[[Handler], Handler]:
        aliases: tuple[str, ...] = notes.pop("aliases", ())
        methods: tuple[str, ...] = notes.pop("methods", ())

        def guard(handler: Handler) -> Handler:
            @wraps(handler)
            def answered(call: Call) -> Answer:
                try:
                    return handler(call)
                except Refused as error:
                    return error.answer(call)

            name = getattr(handler, "__name__", template)
            for path in (template, *aliases):
                for one in (method, *methods):
                    self.add(Route(one, path, name, answered, notes))
            return answered

        return guard

    def find(self, path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        return super().find(_SLASHES.sub("/", path) if "//" in path else path)


def refuse(call: Call, refusal: Refusal) -> Answer:
    """Return what the gateway or the framework says where no handler ran."""
    if OUR_OWN in call.path:
        return _own(call, refusal)
    match refusal:
        case Refusal.NO_ROUTE | Refusal.WRONG_METHOD:
            return gateway(407, "Error namespace or mask or method not found")
        case Refusal.TOO_LARGE:
            return spring(call, 413, f"The body is longer than {call.notes['limit_bytes']} bytes")
        case Refusal.BROKEN:
            return spring(call, 500, "Internal Server Error")
        case Refusal.UNAVAILABLE:
            return gateway(503, "Service temporarily unavailable")


def _own(call: Call, refusal: Refusal) -> Answer:
    match refusal:
        case Refusal.NO_ROUTE:
            return problem(404, "Unknown path", f"Nothing answers at {call.path[:200]}.")
        case Refusal.WRONG_METHOD:
            allowed = call.notes["allowed"]
            return problem(405, "Wrong method", f"{call.method[:20]} is not answered here.", allowed=allowed)
        case Refusal.TOO_LARGE:
            limit_bytes = call.notes["limit_bytes"]
            return problem(413, "Body too large", f"At most {limit_bytes} bytes are allowed.", limit_bytes=limit_bytes)
        case Refusal.BROKEN:
            return problem(500, "The simulator broke", "See its log.")
        case Refusal.UNAVAILABLE:
            return problem(503, "Out of order", "Try again later.")


def translate(call: Call, rejected: Rejected) -> Answer:
    """Return the wire's words for a refusal of the world."""
    if OUR_OWN in call.path:
        return problem(409, "Refused", str(rejected), reason=str(rejected.reason))
    return spring(call, 400, str(rejected))
