"""Words in which a carrier's package says what stands on its wire: JSON Schema, short to write.

A shape is told by its members: `{"uuid": UUID, "cdek_number?": DIGITS}`; a question mark means that it may be missing.
"""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
NULL: Schema = {"type": "null"}
UUID: Schema = {"type": "string", "format": "uuid"}
DAY: Schema = {"type": "string", "format": "date"}
DIGITS: Schema = {"type": "string", "pattern": "^[0-9]+$"}


def text(least: int = 0, most: int | None = None, *, like: str = "") -> Schema:
    """Return a text of so many letters; `like` is a regular expression."""
    found: Schema = {"type": "string"}
    if least:
        found["minLength"] = least
    if most is not None:
        found["maxLength"] = most
    return {**found, "pattern": like} if like else found


def whole(least: int | None = 0, most: int | None = None) -> Schema:
    return _bounded("integer", least, most)


def number(least: float | None = 0, most: float | None = None) -> Schema:
    return _bounded("number", least, most)


def _bounded(kind: str, least: float | None, most: float | None) -> Schema:
    bounds = {"minimum": least, "maximum": most}
    return {"type": kind, **{key: bound for key, bound in bounds.items() if bound is not None}}


def one_of(*values: str | int | bool | None) -> Schema:
    return {"enum": list(values)}


def either(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def nullable(schema: Schema) -> Schema:
    return either(schema, NULL)


def rows(schema: Schema, least: int = 0, most: int | None = None) -> Schema:
    found: Schema = {"type": "array", "items": schema}
    if least:
        found["minItems"] = least
    return found if most is None else {**found, "maxItems": most}


def shape(name: str, members: Mapping[str, Schema], *, least: int = 0) -> Schema:
    """Return an answer's object: no member but these. A name makes it a component of the document."""
    found = {**_object(name, members), "additionalProperties": False}
    return {**found, "minProperties": least} if least else found


def asked(name: str, members: Mapping[str, Schema]) -> Schema:
    """Return a request's object: further members are passed over, as carriers do."""
    return _object(name, members)


def _object(name: str, members: Mapping[str, Schema]) -> Schema:
    found: Schema = {"title": name} if name else {}
    required = [key for key in members if not key.endswith("?")]
    found |= {"type": "object", "properties": {key.removesuffix("?"): schema for key, schema in members.items()}}
    return {**found, "required": required} if required else found
