"""Cursor pages (§3.5): `data`, `next_cursor` and a Link; a cursor is a place in a list, its filters and its age."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from ..core.world import World
from ..wire.call import Answer, Call, json_answer
from .ids import CARRIER
from .problems import invalid
from .times import DAY_MS

MOST, DEFAULT = 200, 50
CURSOR_MS = DAY_MS


def limit_of(call: Call) -> int:
    """Return how many items are asked for: 1 to 200, 50 when nothing is said."""
    text = call.query.get("limit")
    if text is None:
        return DEFAULT
    if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 12:
        raise invalid("/limit", "type", f"{text[:40]!r} is no whole number")
    if int(text) < 1:
        raise invalid("/limit", "min", f"is {text}, must be at least 1")
    if int(text) > MOST:
        raise invalid("/limit", "max", f"is {text}, may be at most {MOST}")
    return int(text)


def choice_of(call: Call, name: str, allowed: Iterable[str]) -> str | None:
    """Return a query parameter that must be one of a few values, None when it is not there."""
    text = call.query.get(name)
    if text is not None and text not in (known := tuple(allowed)):
        raise invalid(f"/{name}", "enum", f"is {text[:40]!r}; allowed: {', '.join(known)}")
    return text


def page(
    call: Call,
    *,
    filters: Mapping[str, str | None],
    start: int,
    walk: Callable[[int], Iterable[tuple[int, Any]]],
    shape: Callable[[int, Any], Any],
) -> Answer:
    """Return one page of a list whose items have ordinals that never change.

    Args:
        start: the ordinal to begin at when there is no cursor.
        walk: yields (ordinal, item) from an ordinal on, in the list's order, already filtered.
        shape: makes the reply's shape of one item.
    """
    limit = limit_of(call)
    given = {name: value for name, value in filters.items() if value is not None}
    scope = f"{call.notes['livemode']}/{call.path}?{urlencode(sorted(given.items()))}"
    cursor = call.query.get("cursor")
    begin = start if cursor is None else _read(call.world, scope, cursor)
    data: list[Any] = []
    following = None
    for ordinal, item in walk(begin):
        if len(data) == limit:
            following = _write(call.world, scope, ordinal)
            break
        data.append(shape(ordinal, item))
    headers = {}
    if following is not None:
        again = urlencode({**given, "limit": limit, "cursor": following})
        headers["Link"] = f'<{call.origin}{quote(call.path)}?{again}>; rel="next"'
    return json_answer({"data": data, "next_cursor": following}, headers=headers)


def _write(world: World, scope: str, ordinal: int) -> str:
    text = f"{ordinal:x}.{world.now_ms:x}"
    return urlsafe_b64encode(f"{text}.{_mark(world, scope, text)}".encode()).decode().rstrip("=")


def _read(world: World, scope: str, cursor: str) -> int:
    try:
        text, _, mark = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode("ascii").rpartition(".")
    except (ValueError, UnicodeError):
        raise invalid("/cursor", "pattern", "is no cursor of this list") from None
    if mark != _mark(world, scope, text):
        raise invalid("/cursor", "pattern", "is no cursor of this list with these filters")
    ordinal, written_ms = (int(part, 16) for part in text.split("."))
    if world.now_ms - written_ms > CURSOR_MS:
        raise invalid("/cursor", "conflict", "is older than 24 hours; begin again")
    return ordinal


def _mark(world: World, scope: str, text: str) -> str:
    return world.token_hex(f"{CARRIER}.cursor", f"{scope}/{text}", 6)
