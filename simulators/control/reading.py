"""What comes off the wire of the control API, parsed once into types, with errors that say what was wrong."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from ..wire.call import Call
from ..wire.transcript import EPOCH
from .desk import ControlError

T = TypeVar("T")

Moment = Annotated[datetime, Meta(tz=True)]
Millis = Annotated[int, Meta(ge=0, le=10**12)]
Text = Annotated[str, Meta(max_length=200)]

LATEST = datetime(9000, 1, 1, tzinfo=UTC)


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A JSON request body; unknown members are refused."""


def body_as(call: Call, shape: type[T]) -> T:
    """Return the JSON body as `shape`.

    Raises:
        ControlError: 415 for another media type, 400 for what is no JSON, 422 for what does not fit.
    """
    kind = call.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise ControlError(415, "Unsupported media type", f"send application/json, not {kind or 'nothing'}")
    try:
        document = msgspec.json.decode(call.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ControlError(400, "Malformed JSON", str(error) or "nested too deeply") from error
    return converted(document, shape)


def converted(document: Any, shape: type[T]) -> T:
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as error:
        raise ControlError(422, "Invalid content", str(error)) from error


def millis(moment: datetime) -> int:
    """Return an aware datetime as whole milliseconds since the Unix epoch; before it or after 9000 is refused."""
    if not EPOCH <= moment <= LATEST:
        raise ControlError(422, "Invalid content", f"{moment.isoformat()} is not between 1970 and 9000")
    return (moment - EPOCH) // timedelta(milliseconds=1)


def whole_number(text: str, name: str) -> int:
    """Return a decimal text as a number of at most 18 digits, 0 or more."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ControlError(422, "Invalid content", f"{name} must be a whole number, 0 or more, not {text!r}")
    return int(text)


def only_known(call: Call, *names: str) -> None:
    """Refuse query fields that this operation does not know."""
    for name in call.query:
        if name not in names:
            allowed = ", ".join(names) or "none"
            raise ControlError(422, "Unknown query field", f"{name!r} is not known here; allowed: {allowed}")
