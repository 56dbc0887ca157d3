"""Lists in pages: oldest first, `limit` items after the one that `after` names, which is told back as `next`."""

from collections.abc import Callable
from typing import Any, TypeVar

from ....core.records import Kind
from ....core.world import World
from ....wire.call import Answer, Call, json_answer
from .problems import invalid

T = TypeVar("T")
MOST, DEFAULT = 200, 50


def limit_of(call: Call) -> int:
    """Return how many items are asked for: 1 to 200, 50 when nothing is said."""
    text = call.query.get("limit")
    if text is None:
        return DEFAULT
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST):
        raise invalid("/limit", "type", f"is {text[:40]!r}, must be a whole number from 1 to {MOST}")
    return int(text)


def choice_of(call: Call, name: str, allowed: tuple[str, ...]) -> str | None:
    """Return a query parameter that must be one of a few values, None when it is not there."""
    text = call.query.get(name)
    if text is not None and text not in allowed:
        raise invalid(f"/{name}", "enum", f"is {text[:40]!r}; allowed: {', '.join(allowed)}")
    return text


def page(
    call: Call,
    kind: Kind[T],
    *,
    key_of: Callable[[T], str],
    wanted: Callable[[T], bool],
    shape: Callable[[World, T], dict[str, Any]],
) -> Answer:
    """Answer with one page of a kind's records, in the order in which they were made; a page never skips one."""
    world, limit, after = call.world, limit_of(call), call.query.get("after")
    start = 0
    if after is not None:
        place = world.store.place(kind, after)
        if place is None:
            raise invalid("/after", "pattern", f"{after[:60]!r} is nothing of this list")
        start = place + 1
    found: list[T] = []
    for record in world.store.records(kind, start):
        if wanted(record):
            found.append(record)
            if len(found) > limit:
                break
    more, shown = len(found) > limit, found[:limit]
    return json_answer(
        {"data": [shape(world, record) for record in shown], "next": key_of(shown[-1]) if more else None}
    )
