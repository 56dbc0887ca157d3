"""How deep data from outside is nested: what is deeper than we can write again is refused when it comes in."""

from collections.abc import Iterable
from typing import Any


def deeper_than(document: Any, levels: int) -> bool:
    """Tell whether plain data is nested deeper than so many levels, without recursion."""
    layer: list[Any] = [document]
    for _ in range(levels):
        layer = [inner for outer in layer for inner in _inside(outer)]
        if not layer:
            return False
    return any(isinstance(found, dict | list) for found in layer)


def _inside(found: Any) -> Iterable[Any]:
    if isinstance(found, dict):
        return found.values()
    return found if isinstance(found, list) else ()
