"""Finding a field of a call by name, wherever the carrier's wire carries it."""

from typing import Any
from urllib.parse import parse_qsl

import msgspec

from .call import Call

HEADER = "header:"

_decode = msgspec.json.Decoder().decode


def values_at(call: Call, name: str) -> list[Any]:
    """Return every value that the call has under this name.

    Looks into path parameters, query, form body and JSON body; in JSON the name is a dotted path, and a list on the
    way stands for any of its items. `header:Name` is a header.
    """
    header = name.removeprefix(HEADER)
    if header != name:
        return list(call.headers.getall(header, ()))
    found: list[Any] = [call.params[name]] if name in call.params else []
    found += _all(call.query, name)
    kind = call.headers.get("Content-Type", "").lower()
    if kind.startswith("application/x-www-form-urlencoded"):
        pairs = parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True)
        return found + [value for key, value in pairs if key == name]
    if not call.body:
        return found
    try:
        document = _decode(call.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return found
    return found + _walk([document], name.split("."))


def _all(query: Any, name: str) -> list[Any]:
    if hasattr(query, "getall"):
        return list(query.getall(name, ()))
    return [query[name]] if name in query else []


def _walk(nodes: list[Any], path: list[str]) -> list[Any]:
    for part in path:
        nodes = [node[part] for node in _items(nodes) if isinstance(node, dict) and part in node]
    return _items(nodes)


def _items(nodes: list[Any]) -> list[Any]:
    """Return the nodes with lists replaced by what is in them."""
    flat: list[Any] = []
    for node in nodes:
        flat.extend(node) if isinstance(node, list) else flat.append(node)
    return flat
