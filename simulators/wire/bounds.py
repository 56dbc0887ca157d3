"""How far plain data from outside may go: what we could not write again is refused when it comes in."""

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


def beyond_64_bits(document: Any, *, fractions: bool = False) -> int | float | None:
    """Return a whole number of a document that no snapshot could hold, None where each has at most 64 bits.

    With `fractions`, numbers with a point are held to the same bounds.
    """
    kinds = int | float if fractions else int
    waiting = [document]
    while waiting:
        found = waiting.pop()
        if isinstance(found, kinds) and abs(found) >= 2**63:
            return found
        waiting += _inside(found)
    return None


def _inside(found: Any) -> Iterable[Any]:
    if isinstance(found, dict):
        return found.values()
    return found if isinstance(found, list) else ()
