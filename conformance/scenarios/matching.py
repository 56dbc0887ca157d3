"""Whether a value is what a scenario wants, and how both are shown."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from fnmatch import translate
from typing import Any

import msgspec
from msgspec import UNSET

from parcelproof.scenario.words import Match

LONGEST = 300


class Missing:
    """What stands where nothing stands."""

    def __repr__(self) -> str:
        return "nothing"


MISSING = Missing()


def at(document: Any, pointer: str) -> Any:
    """Return what stands at a JSON pointer, `MISSING` when nothing does.

    `/-1` is a list's last item; `/*/status` is a list of what stands at `/status` of each item, where it does.
    """
    head, star, tail = pointer.partition("/*")
    if star and tail[:1] in ("", "/"):
        items = at(document, head)
        if not isinstance(items, list):
            return MISSING
        return [found for item in items if (found := at(item, tail)) is not MISSING]
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and name in document:
            document = document[name]
        elif isinstance(document, list) and re.fullmatch(r"-?\d{1,6}", name) and _there(document, int(name)):
            document = document[int(name)]
        else:
            return MISSING
    return document


def fits(found: Any, wanted: Any) -> bool:
    """Tell whether a value is what is wanted: equal, or as a `Match` says."""
    if not isinstance(wanted, Match):
        return found is not MISSING and equal(found, wanted)
    if wanted.absent:
        return found is MISSING
    if found is MISSING:
        return False
    return all(_checks(found, wanted))


def _checks(found: Any, wanted: Match) -> Iterator[bool]:
    if wanted.is_ is not UNSET:
        yield equal(found, wanted.is_)
    if wanted.not_ is not UNSET:
        yield not equal(found, wanted.not_)
    if wanted.one_of is not None:
        yield any(equal(found, one) for one in wanted.one_of)
    if wanted.like is not None:
        yield isinstance(found, str) and bool(_pattern(wanted.like).match(found))
    if wanted.contains is not UNSET:
        yield _contains(found, wanted.contains)
    if wanted.at_least is not None:
        yield _compared(found, wanted.at_least, 1)
    if wanted.at_most is not None:
        yield _compared(found, wanted.at_most, -1)
    if wanted.length is not None:
        yield isinstance(found, str | list | dict) and len(found) == wanted.length


def equal(found: Any, wanted: Any) -> bool:
    """Compare as JSON does: true is not 1, and 1 is 1.0."""
    if isinstance(found, bool) != isinstance(wanted, bool):
        return False
    if isinstance(found, list) and isinstance(wanted, list | tuple):
        return len(found) == len(wanted) and all(map(equal, found, wanted))
    if isinstance(found, dict) and isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(equal(found[key], wanted[key]) for key in found)
    return bool(found == wanted)


def shown(value: Any) -> str:
    """Return a value as people read it, cut where it grows long."""
    if isinstance(value, Match):
        parts = msgspec.to_builtins(value)
        text = " and ".join(f"{name.replace('_', ' ')} {_json(part)}" for name, part in parts.items())
    else:
        text = repr(value) if isinstance(value, Missing) else _json(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _there(items: list[Any], place: int) -> bool:
    return -len(items) <= place < len(items)


def _pattern(like: str) -> re.Pattern[str]:
    """Return a pattern in which `*` and `?` stand for anything; brackets are themselves."""
    return re.compile(translate(like.replace("[", "[[]")))


def _contains(found: Any, part: Any) -> bool:
    if isinstance(found, str):
        return isinstance(part, str) and part in found
    if isinstance(found, dict):
        return part in found
    return isinstance(found, list) and any(equal(item, part) for item in found)


def _compared(found: Any, bound: Any, sign: int) -> bool:
    try:
        return (_number(found) - _number(bound)) * sign >= 0
    except (InvalidOperation, TypeError, ValueError):
        return False


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(f"{value!r} is no number")
    made = Decimal(str(value))
    if not made.is_finite():
        raise ValueError(f"{value!r} is no number")
    return made
