"""Every place of a JSON body where a value may stand, found in an OpenAPI document, and values nobody means well.

A body is made of the schema: the least that it takes, and one place in it with a hole.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

HOLE = "\0hole"
DEEP = 20_000
NUMBERS = {
    "ten to the fortieth": "1" + "0" * 40,
    "minus ten to the fortieth": "-1" + "0" * 40,
    "two to the sixty-third": str(2**63),
    "minus two to the sixty-third": str(-(2**63)),
    "the most of 64 bits": str(2**63 - 1),
    "the largest fraction": "1.7976931348623157e308",
    "past the largest fraction": "1e400",
    "no number": "NaN",
    "minus infinity": "-Infinity",
    "five thousand digits": "9" * 5_000,
}
TEXTS = {
    "half a letter": r'"\ud800"',
    "the other half": r'"a\udc00b"',
    "nothing": '""',
    "a null letter": r'"\u0000"',
    "a line's end": r'"a\r\nb"',
    "a megabyte": '"' + "x" * 1_000_000 + '"',
    "digits": '"' + "9" * 400 + '"',
}
SHAPES = {"deep lists": "[" * DEEP + "]" * DEEP, "deep objects": '{"a":' * 300 + "1" + "}" * 300, "null": "null"}
TRIED = {"number": NUMBERS, "text": TEXTS, "shape": SHAPES}
EVERYWHERE = {name: {**NUMBERS, **TEXTS, **SHAPES}[name] for name in ("ten to the fortieth", "half a letter", "null")}


@dataclass(frozen=True, slots=True)
class Place:
    """A body with a hole in it; `kind` tells what belongs there: number, text or shape."""

    body: Any
    kind: str

    def filled(self, raw: str) -> bytes:
        """Return the body as JSON text with what is written there, however odd, in the hole."""
        return json.dumps(self.body).replace(json.dumps(HOLE), raw).encode("utf-8")

    def written(self) -> Iterator[tuple[str, bytes]]:
        """Yield the bodies with odd values in the hole, each with the value's name."""
        for name, raw in {**EVERYWHERE, **TRIED[self.kind]}.items():
            yield name, self.filled(raw)

    @property
    def way(self) -> tuple[str, ...]:
        return tuple(_way(self.body))


def places(schema: Schema, document: Schema, seen: tuple[str, ...] = ()) -> Iterator[Place]:
    """Yield every place of a schema; a schema that holds itself is gone into once."""
    if "$ref" in schema and schema["$ref"] in seen:
        return
    seen = (*seen, schema["$ref"]) if "$ref" in schema else seen
    schema = _resolved(schema, document)
    several = [one for name in ("anyOf", "oneOf", "allOf") for one in schema.get(name, ()) if "required" not in one]
    for one in several:
        yield from places(one, document, seen)
    kinds = _kinds(schema)
    yield Place(HOLE, "number" if kinds & {"integer", "number"} else "text" if "string" in kinds else "shape")
    if "array" in kinds and "items" in schema:
        yield from (Place([inner.body], inner.kind) for inner in places(schema["items"], document, seen))
    if "object" in kinds:
        yield from _members(schema, document, seen)


def example_places(example: Any) -> Iterator[Place]:
    """Yield every place of a body that is given whole, the rest of it as it stands."""
    is_number = isinstance(example, int | float) and not isinstance(example, bool)
    yield Place(HOLE, "number" if is_number else "text" if isinstance(example, str) else "shape")
    if isinstance(example, list) and example:
        yield from (Place([inner.body, *example[1:]], inner.kind) for inner in example_places(example[0]))
    for name, value in example.items() if isinstance(example, dict) else ():
        yield from (Place({**example, name: inner.body}, inner.kind) for inner in example_places(value))


def _members(schema: Schema, document: Schema, seen: tuple[str, ...]) -> Iterator[Place]:
    around, named = least(schema, document), dict(schema.get("properties", {}))
    for pattern, inner in schema.get("patternProperties", {}).items():
        named[next(name for name in ("odd_ms", "odd") if re.search(pattern, name))] = inner
    if isinstance(schema.get("additionalProperties"), dict):
        named[_any_name(schema)] = schema["additionalProperties"]
    instead = {name for one in schema.get("oneOf", ()) for name in one.get("required", ())}
    for name, inner in named.items():
        beside = {key: value for key, value in around.items() if not {key, name} <= instead}
        for place in places(inner, document, seen):
            yield Place({**beside, name: place.body}, place.kind)


def _any_name(schema: Schema) -> str:
    """Return a name that members may have for which the schema has no name."""
    named = schema.get("propertyNames", {})
    found: str = named["enum"][0] if "enum" in named else "50"
    return found


def least(schema: Schema, document: Schema) -> Any:
    """Return the least that a schema takes; a text is "odd", or the first of those it may be."""
    schema = _resolved(schema, document)
    for name in ("const", "default"):
        if name in schema:
            return schema[name]
    if "enum" in schema:
        return schema["enum"][0]
    choices: Any = schema.get("oneOf") or schema.get("anyOf") or schema.get("allOf") or ()
    kinds = _kinds(schema)
    if "object" in kinds:
        required = [*schema.get("required", ()), *(name for one in choices[:1] for name in one.get("required", ()))]
        made = {name: least(schema["properties"][name], document) for name in required}
        if len(made) < schema.get("minProperties", 0):
            made[_any_name(schema)] = least(schema["additionalProperties"], document)
        return made
    if choices:
        return least(choices[0], document)
    if "array" in kinds:
        return [least(schema["items"], document)] * schema.get("minItems", 0)
    if kinds & {"integer", "number"}:
        return schema.get("minimum", schema.get("maximum", 1))  # an exclusive minimum stands beside a maximum
    if "boolean" in kinds:
        return True
    return "2026-03-02T10:00:00Z" if schema.get("format") == "date-time" else "odd"


def _resolved(schema: Schema, document: Schema) -> Schema:
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found | {name: value for name, value in schema.items() if name != "$ref"}
    return schema


def _kinds(schema: Schema) -> set[str]:
    found = schema.get("type", ())
    kinds = {found} if isinstance(found, str) else set(found)
    kinds |= {"integer" for value in schema.get("enum", ()) if type(value) is int}
    kinds |= {"string" for value in schema.get("enum", ()) if isinstance(value, str)}
    return kinds | ({"object"} if "properties" in schema else set())


def _way(found: Any) -> Iterator[str]:
    while found != HOLE:
        rows = enumerate(found) if isinstance(found, list) else found.items()
        name, found = next((name, inner) for name, inner in rows if json.dumps(HOLE) in json.dumps(inner))
        yield str(name)
