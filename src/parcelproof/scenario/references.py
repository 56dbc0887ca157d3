"""What a text of a scenario may stand for: `${p1.number}`, `${hook.url}`, `${date day 3}`, what a step kept."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

ATTRIBUTES = {
    "parcel": ("id", "number", "reference"),
    "receiver": ("url", "id"),
    "report": ("number",),
}
DATE = "date "
PLAIN = ("now", "tenant", "secret", "session")  # the last session at PickPoint
REFERENCE = re.compile(r"\$\{([^{}\n]{1,120})\}")
KEPT = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,2}")


def found_in(text: str) -> Iterator[str]:
    """Yield what stands between `${` and `}`."""
    for match in REFERENCE.finditer(text):
        yield match[1]


def filled(value: Any, lookup: Callable[[str], Any]) -> Any:
    """Return a value with every reference in its texts, keys too, replaced by what `lookup` says.

    A text that is one reference and nothing else becomes what it stands for, a number for example.
    """
    if isinstance(value, str):
        if "${" not in value:
            return value
        whole = REFERENCE.fullmatch(value)
        return lookup(whole[1]) if whole else REFERENCE.sub(lambda match: str(lookup(match[1])), value)
    if isinstance(value, list | tuple):
        return [filled(item, lookup) for item in value]
    if isinstance(value, dict):
        return {str(filled(key, lookup)): filled(item, lookup) for key, item in value.items()}
    return value


def filled_texts(texts: Mapping[str, str], lookup: Callable[[str], Any]) -> dict[str, str]:
    """Return texts by name, filled, as text."""
    return {name: str(filled(text, lookup)) for name, text in texts.items()}
