"""The envelope of CDEK's answers, its error lists, and what answers where no handler does.

Wire contract: `courier_api` §1.3, §2.10.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import msgspec

from ...core.errors import Reason, Rejected, SimulatorError
from ...core.world import World
from ...wire.call import JSON, Answer, Call, Handler
from ...wire.carrier import Refusal
from ...wire.routes import Routes
from . import settings
from .wire_values import moment

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Error(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of `errors[]`. `additional_code` is a hex text meant for the carrier's support."""

    code: str
    message: str
    additional_code: str = ""


class Refused(SimulatorError):
    """A request is refused at once and nothing changed: a status and the errors for the body."""

    def __init__(self, *errors: Error, status: int = 400) -> None:
        self.errors = errors
        self.status = status
        super().__init__("; ".join(f"{error.code}: {error.message}" for error in errors))


def json(payload: object, status: int = 200) -> Answer:
    """Return a JSON answer with the bare content type; decimals become numbers."""
    return Answer(status, _encode(payload), {"Content-Type": JSON})


def request_row(
    request_uuid: str, kind: str, at_ms: int, state: str, errors: Iterable[Error] = (), warnings: Iterable[Error] = ()
) -> dict[str, Any]:
    """Return one entry of `requests[]`; `errors` and `warnings` are absent when there is nothing to report."""
    row: dict[str, Any] = {"request_uuid": request_uuid} if request_uuid else {}
    row |= {"type": kind, "date_time": moment(at_ms), "state": state}
    for key, listed in (("errors", list(errors)), ("warnings", list(warnings))):
        if listed:
            row[key] = listed
    return row


def enveloped(
    world: World,
    entity: dict[str, Any] | None,
    requests: list[dict[str, Any]],
    related: Iterable[dict[str, Any]] = (),
    status: int = 200,
) -> Answer:
    """Return the envelope; `entity` None leaves the key out."""
    if settings.choice(world, "no_errors_key") == "empty":
        requests = [{"errors": [], "warnings": [], **row} for row in requests]
    body: dict[str, Any] = {} if entity is None else {"entity": entity}
    return json({**body, "requests": requests, "related_entities": list(related)}, status)


def refused_at_once(call: Call, kind: str, refused: Refused) -> Answer:
    """Return the immediate refusal of a write in the envelope's shape: no entity, no request number."""
    row = request_row("", kind, call.world.now_ms, "INVALID", refused.errors)
    return json({"requests": [row], "related_entities": []}, refused.status)


def refused_plainly(refused: Refused) -> Answer:
    return json({"errors": list(refused.errors)}, refused.status)


class Operations(Routes):
    """Routes whose handlers may raise `Refused`; `refused_as` names the request type for the envelope's shape."""

    def on(self, method: str, template: str, **notes: Any) -> Callable[[Handler], Handler]:
        kind = notes.get("refused_as", "")
        register = super().on(method, template, **notes)

        def guard(handler: Handler) -> Handler:
            @wraps(handler)
            def answered(call: Call) -> Answer:
                try:
                    return handler(call)
                except Refused as refused:
                    return refused_at_once(call, kind, refused) if kind else refused_plainly(refused)

            return register(answered)

        return guard


# -- errors by name


def is_empty(path: str) -> Error:
    return Error("v2_field_is_empty", f"[{path}] is empty")


def wrong_type(path: str) -> Error:
    return Error("v2_invalid_value_type", f"Invalid value type in [{path}] parameter")


def wrong_value(path: str, value: object) -> Error:
    text = str(value)
    return Error(
        "v2_invalid_format", f"Invalid value [{text if len(text) <= 80 else text[:80] + '…'}] in [{path}] parameter"
    )


def calculator_error(world: World, code: str, message: str) -> Error:
    """Return an error of the calculator; the sources spell its codes in capitals or in small letters."""
    small = settings.choice(world, "calculator_error_case") == "lower"
    return Error(code.lower() if small else code, message)


def not_found(world: World, uuid: str) -> Refused:
    error = Error("v2_entity_not_found", f"Entity is not found by uuid {uuid[:80]}")
    return Refused(error, status=settings.choice(world, "not_found_status"))


# -- where no handler answers


def spring(call: Call, status: int, text: str) -> Answer:
    """Return an error page of the server in front; its clock is the tenant's, or absent before one is known."""
    body: dict[str, Any] = {"timestamp": moment(call.world.now_ms)} if call.admitted else {}
    return json({**body, "status": status, "error": text, "path": call.path}, status)


def refuse(call: Call, refusal: Refusal) -> Answer:
    """Return what the server says where no handler ran. A wrong method is an unknown route (inferred)."""
    match refusal:
        case Refusal.NO_ROUTE | Refusal.WRONG_METHOD:
            return spring(call, 404, "Not Found")
        case Refusal.TOO_LARGE:
            return spring(call, 413, "Payload Too Large")
        case Refusal.BROKEN:
            return json({"errors": [Error("v2_internal_error", "Internal error")]}, 500)
        case Refusal.UNAVAILABLE:
            return Answer(503, b"Service Unavailable", {"Content-Type": "text/plain; charset=utf-8"})


REASONS = {
    Reason.CANCELLED: Error("v2_entity_invalid", "Entity is invalid"),
    Reason.MOVED: Error("error_validate_order_delete_status", "Удаление заказа в текущем статусе невозможно"),
}


def translate(call: Call, rejected: Rejected) -> Answer:
    """Return the wire's words for a refusal of the world."""
    return refused_plainly(Refused(REASONS.get(rejected.reason, Error("v2_bad_request", str(rejected)))))
