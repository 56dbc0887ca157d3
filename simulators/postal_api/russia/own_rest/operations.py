"""Routes of our own design: their admission, their errors, and writes that are done once."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec

from ....wire.call import Answer, Call, Handler
from ....wire.carrier import Fidelity
from ....wire.members import Faults, Field
from ....wire.routes import Route, Routes
from . import admission
from .idempotency import once
from .problems import Refused, invalid_members

ROOT = "/parcelproof/v1"
JSON = "application/json"
_decode = msgspec.json.Decoder().decode


class OwnRoutes(Routes):
    """Routes below ROOT whose handlers may raise `Refused`. A POST is done once for its Idempotency-Key."""

    def on(self, method: str, template: str, **notes: Any) -> Callable[[Handler], Handler]:
        admits = notes.pop("admits", admission.by_token)

        def guard(handler: Handler) -> Handler:
            @wraps(handler)
            def answered(call: Call) -> Answer:
                try:
                    return once(call, lambda: handler(call)) if method == "POST" else handler(call)
                except Refused as refused:
                    return refused.answer()

            self.add(Route(method, ROOT + template, handler.__name__, answered, {**notes, "admits": admits}))
            return answered

        return guard


def guessed(routes: Routes) -> dict[str, Fidelity]:
    """Return the fidelity of every operation of ours: none of them is the carrier's."""
    return {route.operation: Fidelity.GUESSED for route in routes}


def body_of(call: Call, shape: Field) -> dict[str, Any]:
    """Return the clean members of a JSON body.

    Raises:
        Refused: unsupported-media-type, malformed, or validation with every fault that it has.
    """
    kind = call.headers.get("Content-Type", "")
    if kind.split(";")[0].strip().lower() != JSON:
        detail = f"The body's media type is {kind[:60] or 'not given'}; allowed: {JSON}."
        raise Refused("unsupported-media-type", detail, {"allowed": [JSON]})
    try:
        document = _decode(call.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused("malformed", f"The body is no JSON in UTF-8: {str(error)[:200]}.") from error
    return checked(document, shape)


def checked(document: object, shape: Field) -> dict[str, Any]:
    """Return the clean members of what was read.

    Raises:
        Refused: validation, with every fault.
    """
    faults = Faults()
    found = shape.check(document, "", faults)
    if faults:
        raise invalid_members(faults)
    assert isinstance(found, dict)
    return found
