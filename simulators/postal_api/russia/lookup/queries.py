"""Reading queries of look-ups as clients really write them.

Wire contract: `postal_api_russia` §1.6, §2.11. One client joins parameters by a second question mark, so that the value
of the first swallows the others (`filter=ALL?latitude=…`); another calls coordinates `lat` and `lng`; flags are
`true`, `True`, `1` or empty.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from ....wire.call import Call
from ....wire.moscow import local
from ..answers import BadRequest

MOST_OFFICES = 200
SHORT = {"lat": "latitude", "lng": "longitude", "lon": "longitude"}
DEGREES = {"latitude": 90.0, "longitude": 180.0}
MOST_KM = 40_000


def repaired(call: Call) -> dict[str, str]:
    """Return the query with a second question mark read as an ampersand, and short names written out."""
    found: dict[str, str] = {}
    for name, value in call.query.items():
        first, mark, rest = value.partition("?")
        pairs = [(name, first)]
        pairs += parse_qsl(rest, keep_blank_values=True) if mark and "=" in rest else []
        if mark and len(pairs) == 1:
            pairs = [(name, value)]
        for key, text in pairs:
            found.setdefault(SHORT.get(key, key), text.strip())
    return found


def degrees(query: Mapping[str, str], name: str) -> float | None:
    """Return a coordinate, None where it is missing.

    Raises:
        BadRequest: it is no number, or outside the globe.
    """
    return _number(query, name, lambda found: abs(found) <= DEGREES[name], f"up to {DEGREES[name]}")


def point(query: Mapping[str, str]) -> tuple[float, float]:
    """Return latitude and longitude; both are needed."""
    found = {name: degrees(query, name) for name in DEGREES}
    for name, value in found.items():
        if value is None:
            raise BadRequest(f"Required parameter '{name}' is not present")
    return found["latitude"] or 0.0, found["longitude"] or 0.0


def kilometres(query: Mapping[str, str], name: str) -> float | None:
    return _number(query, name, lambda found: 0 <= found <= MOST_KM, f"from 0 to {MOST_KM}")


def _number(query: Mapping[str, str], name: str, fits: Callable[[float], bool], allowed: str) -> float | None:
    text = query.get(name, "").replace(",", ".")
    if not text:
        return None
    try:
        found = float(text)
    except ValueError as error:
        raise BadRequest(f"Failed to convert value of parameter '{name}': {text[:40]!r} is no number") from error
    if not fits(found):
        raise BadRequest(f"Parameter '{name}' is {text[:40]}, allowed is {allowed}")
    return found


def top(query: Mapping[str, str]) -> int:
    text = query.get("top", "")
    if text and not (text.isascii() and text.isdigit()):
        raise BadRequest(f"Failed to convert value of parameter 'top': {text[:40]!r} is no whole number")
    return min(int(text[:9]), MOST_OFFICES) if text else 3


def flag(query: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Return a flag; an empty one is false, as PHP writes it."""
    if name not in query:
        return default
    return query[name].lower() in ("true", "1")


def moment(call: Call, query: Mapping[str, str]) -> datetime:
    """Return the client's own time, the tenant's in Moscow where none is told."""
    text = query.get("current-date-time", "")
    if not text:
        return local(call.world.now_ms).replace(tzinfo=None)
    try:
        return datetime.fromisoformat(text[:19])
    except ValueError as error:
        raise BadRequest(
            f"Failed to convert value of parameter 'current-date-time': {text[:40]!r} is no yyyy-MM-dd'T'HH:mm:ss"
        ) from error
