"""What comes off the wire of the control API, parsed once into types, with errors that say what was wrong."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from ..wire.bounds import beyond_64_bits, deeper_than
from ..wire.call import Call
from ..wire.transcript import EPOCH
from .desk import ControlError
from .whole import with_whole_numbers

T = TypeVar("T")

YEARS = r"^(19[7-9][0-9]|[2-8][0-9]{3})-"  # in the schema only: `millis` is what refuses the others
Moment = Annotated[datetime, Meta(tz=True, extra_json_schema={"pattern": YEARS})]
Millis = Annotated[int, Meta(ge=0, le=10**12)]
Text = Annotated[str, Meta(max_length=200)]
Count = Annotated[int, Meta(ge=0, le=10**18 - 1)]

LATEST = datetime(9000, 1, 1, tzinfo=UTC)
DEEPEST = 64  # levels of a JSON body


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A JSON request body; unknown members are refused."""


class Query(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The query fields of an operation; unknown and repeated ones are refused."""


def media_type(call: Call) -> str:
    return call.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def body_as(call: Call, shape: Any) -> Any:
    """Return the JSON body as `shape`, a type that msgspec knows.

    Raises:
        ControlError: 415 for another media type, 400 for what is no JSON, 422 for what does not fit.
    """
    kind = media_type(call)
    if kind != "application/json" and not kind.endswith("+json"):
        raise ControlError(415, "Unsupported media type", f"send application/json, not {kind or 'nothing'}")
    try:
        document = msgspec.json.decode(call.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ControlError(400, "Malformed JSON", str(error) or "nested too deeply") from error
    if deeper_than(document, DEEPEST):
        raise ControlError(422, "Invalid content", f"the body is nested deeper than {DEEPEST} levels")
    if (number := beyond_64_bits(document)) is not None:
        raise ControlError(422, "Invalid content", f"{str(number)[:40]} is a whole number of more than 64 bits")
    return converted(with_whole_numbers(document, shape), shape)


def converted(document: Any, shape: type[T]) -> T:
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as error:
        raise ControlError(422, "Invalid content", str(error)) from error


def query_as(call: Call, shape: type[Query] | None) -> Any:
    """Return the query as `shape`; without a shape no field is known."""
    known = {} if shape is None else fields_of(shape)
    found: dict[str, Any] = {}
    for name, text in call.query.items():
        if name not in known:
            allowed = ", ".join(known) or "none"
            raise ControlError(422, "Unknown query field", f"{name!r} is not known here; allowed: {allowed}")
        if name in found:
            raise ControlError(422, "Repeated query field", f"{name!r} is given more than once")
        found[name] = _field(name, text, known[name])
    return None if shape is None else converted(found, shape)


@cache
def fields_of(shape: type[Query]) -> dict[str, msgspec.inspect.Type]:
    """Return the names of a query's fields, and of each what it may be when it is given."""
    info = msgspec.inspect.type_info(shape)
    assert isinstance(info, msgspec.inspect.StructType)
    return {field.encode_name: _given(field.type) for field in info.fields}


def _given(found: msgspec.inspect.Type) -> msgspec.inspect.Type:
    while isinstance(found, msgspec.inspect.Metadata):
        found = found.type
    return _given(found.types[0]) if isinstance(found, msgspec.inspect.UnionType) else found


def _field(name: str, text: str, kind: msgspec.inspect.Type) -> str | int:
    """Return a query field's value, or refuse what is none in a sentence that says what is allowed."""
    if isinstance(kind, msgspec.inspect.IntType):
        number = whole_number(text, name)
        if not (kind.ge or 0) <= number <= (kind.le or number):
            raise ControlError(422, "Invalid query field", f"{name} is {number}; allowed: {kind.ge or 0} to {kind.le}")
        return number
    allowed: tuple[str, ...] = ()
    if isinstance(kind, msgspec.inspect.LiteralType):
        allowed = tuple(map(str, kind.values))
    elif isinstance(kind, msgspec.inspect.EnumType):
        allowed = tuple(str(member.value) for member in kind.cls)
    if allowed and text not in allowed:
        raise ControlError(422, "Invalid query field", f"{name} is {text!r}; allowed: {', '.join(allowed)}")
    return text


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
