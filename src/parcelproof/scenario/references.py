"""What a text of a scenario may stand for: `${p1.number}`, `${hook.url}`, `${date day 3}`, what a step kept."""

import re
from collections.abc import Callable, Iterator
from typing import Any

ATTRIBUTES = {
    "parcel": ("id", "number", "reference"),
    "receiver": ("url", "id"),
    "report": ("number",),
}
DATE = "date "
PLAIN = ("now", "tenant", "secret")
REFERENCE = re.compile(r"\$\{([^{}\n]{1,120})\}")
KEPT = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,2}")


def found_in(text: str) -> Iterator[str]:
    """Yield what stands between `${` and `}`."""
    for match in REFERENCE.finditer(text):
        yield match[1]


def filled(value: Any, lookup: Callable[[str], str]) -> Any:
    """Return a value with every reference in its texts, keys too, replaced by what `lookup` says."""
    if isinstance(value, str):
        return REFERENCE.sub(lambda match: lookup(match[1]), value) if "${" in value else value
    if isinstance(value, list):
        return [filled(item, lookup) for item in value]
    if isinstance(value, dict):
        return {filled(key, lookup): filled(item, lookup) for key, item in value.items()}
    return value
