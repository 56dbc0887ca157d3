"""Whole numbers as JSON has them: 5.0 is the integer 5, as JSON Schema counts, wherever an integer is asked for.

Everything else stays as it was written: what a fault is to answer keeps its 136.0.
"""

from functools import cache
from typing import Any

from msgspec import inspect

LARGEST = 2**53


def with_whole_numbers(document: Any, shape: Any) -> Any:
    """Return decoded JSON with floats that are whole as integers where `shape` has an integer and no float."""
    return _fitted(document, _info(shape))


@cache
def _info(shape: Any) -> inspect.Type:
    return inspect.type_info(shape)


def _fitted(value: Any, kind: inspect.Type) -> Any:
    if isinstance(kind, inspect.Metadata):
        return _fitted(value, kind.type)
    if isinstance(kind, inspect.UnionType):
        return _one_of(value, kind.types)
    if isinstance(value, float):
        return int(value) if isinstance(kind, inspect.IntType) and _is_whole(value) else value
    if isinstance(value, list) and isinstance(kind, inspect.ListType | inspect.VarTupleType):
        return [_fitted(item, kind.item_type) for item in value]
    if isinstance(value, dict) and isinstance(kind, inspect.DictType):
        return {name: _fitted(item, kind.value_type) for name, item in value.items()}
    if isinstance(value, dict) and isinstance(kind, inspect.StructType):
        known = {field.encode_name: field.type for field in kind.fields}
        return {name: _fitted(item, known[name]) if name in known else item for name, item in value.items()}
    return value


def _one_of(value: Any, kinds: tuple[inspect.Type, ...]) -> Any:
    bare = [kind.type if isinstance(kind, inspect.Metadata) else kind for kind in kinds]
    if isinstance(value, float) and any(isinstance(kind, inspect.FloatType) for kind in bare):
        return value
    for kind in bare:
        if isinstance(kind, inspect.StructType) and isinstance(value, dict):
            if kind.tag_field is not None and value.get(kind.tag_field) != kind.tag:
                continue
            return _fitted(value, kind)
        if (fitted := _fitted(value, kind)) is not value:
            return fitted
    return value


def _is_whole(value: float) -> bool:
    return abs(value) <= LARGEST and value.is_integer()
