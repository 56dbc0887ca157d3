"""What a fault may look like, one shape a kind, made of the fault itself and of the rules that refuse the rest.

These shapes are for the OpenAPI document: the server parses a `Fault` and asks `fault_rules`, whose sentences say more.
"""

from typing import Annotated, Any, Literal, Union

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..wire.fault_rules import FIELD_LIMIT, POINTS, SET_BY_SERVER, WAITS
from ..wire.faults import ANY, FaultKind, Status
from ..wire.latency import Latency
from ..wire.sending import NO_BODY

Often = Annotated[int, Meta(ge=1, le=10**9)]
Times = Annotated[int, Meta(ge=0, le=10**9)]
Chance = Annotated[float, Meta(ge=0, le=1)]
Scalar = str | int | float | bool | None


def _any_case(word: str) -> str:
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in word)


_OURS = "|".join(map(_any_case, SET_BY_SERVER))
HeaderName = Annotated[str, Meta(pattern=rf"^(?!({_OURS})$)[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
HeaderValue = Annotated[str, Meta(pattern=r"^[ -~]*$")]
FIELD = r"^(header:[A-Za-z0-9!#$%&'*+.^_`|~-]+|(?!header:)[\s\S]+)$"
FieldName = Annotated[str, Meta(pattern=FIELD, min_length=1, max_length=FIELD_LIMIT)]
WAIT = ("latency", "latency_ms")
CARRIERS = {"x-known": "carriers", "x-also": [ANY]}
OPERATIONS = {"x-known": "operations", "x-also": [ANY]}

_COMMON: dict[str, Any] = {
    "carrier": Annotated[str, Meta(extra_json_schema=CARRIERS)],
    "operation": Annotated[str, Meta(extra_json_schema=OPERATIONS)],
    "nth": Often | None,
    "times": Times | None,
    "probability": Chance | None,
    "where": dict[FieldName, Scalar],
}
_WAITING: dict[str, Any] = {"latency_ms": Annotated[int, Meta(ge=0, le=86_400_000)] | None, "latency": Latency | None}
_STATUS: dict[str, Any] = {
    "status": Status,
    "body": str | dict[str, Any] | list[Any] | None,
    "headers": dict[HeaderName, HeaderValue],
}


def _shape(kind: FaultKind) -> Any:
    fields = {**_COMMON, "point": Union[Literal[tuple(map(str, POINTS[kind]))], None]}  # noqa: UP007
    if kind in WAITS:
        fields |= _WAITING
    if kind is FaultKind.STATUS:
        fields |= _STATUS
    made: Any = msgspec.defstruct(
        f"{kind.value.capitalize()}Fault",
        [(name, found | UnsetType, UNSET) for name, found in fields.items()],
        tag_field="kind",
        tag=kind.value,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    made.__doc__ = f"A fault of kind {kind.value}."
    return made


SHAPES: dict[FaultKind, Any] = {kind: _shape(kind) for kind in FaultKind}
_EMPTY: list[Any] = [None, "", {}, []]
_BODILESS = {"status": {"enum": sorted(NO_BODY)}, "body": {"not": {"enum": [None, "", {}, []]}}}
_NULL: dict[str, Any] = {"type": "null"}
_GIVEN: dict[str, Any] = {"not": _NULL}


def _only(name: str) -> dict[str, Any]:
    return {"required": [name], "properties": {other: _GIVEN if other == name else _NULL for other in WAIT}}


RULES: dict[str, dict[str, Any]] = {  # what the members of a shape must be to one another
    "LatencyFault": {"oneOf": [_only(name) for name in WAIT]},
    "StallFault": {"not": {"required": [*WAIT], "properties": dict.fromkeys(WAIT, _GIVEN)}},
    "StatusFault": {"not": {"required": ["status", "body"], "properties": _BODILESS}},
}
FaultBody: Any = Union[tuple(SHAPES.values())]  # noqa: UP007
