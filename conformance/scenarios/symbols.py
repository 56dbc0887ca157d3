"""Symbolic names for what a journal shows: ids that one answer tells and a later request uses."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

ID = re.compile(
    r"(?:par|ret|evt|whe|msg|rate)_[0-9a-f]{16,40}|MAL[0-9]{12}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9])[0-9]{10,13}(?![0-9])"
)


class Symbols:
    """Names for ids, given in the order in which they were first told."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name(self, found: str, name: str) -> None:
        self._names.setdefault(found, name)

    def known(self, found: str) -> bool:
        return found in self._names

    def written(self, text: str) -> str:
        """Return a text with every known id replaced by its reference."""
        return ID.sub(lambda match: f"${{{self._names[match[0]]}}}" if match[0] in self._names else match[0], text)

    def written_in(self, value: Any) -> Any:
        """Return JSON data with every known id in its texts replaced."""
        if isinstance(value, str):
            return self.written(value)
        if isinstance(value, list):
            return [self.written_in(item) for item in value]
        if isinstance(value, dict):
            return {self.written(key): self.written_in(item) for key, item in value.items()}
        return value


def told(body: Any) -> Iterator[tuple[str, str]]:
    """Yield (JSON pointer, id) for every text in an answer that is an id."""
    try:
        document = msgspec.json.decode(body) if isinstance(body, str) else None
    except msgspec.DecodeError:
        return
    yield from _walk(document, "")


def used(texts: Iterable[str]) -> set[str]:
    """Return every id that stands in one of these texts."""
    return {match[0] for text in texts for match in ID.finditer(text)}


def _walk(node: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str) and ID.fullmatch(node):
        yield pointer, node
    elif isinstance(node, dict):
        for key, item in node.items():
            yield from _walk(item, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list):
        for place, item in enumerate(node):
            yield from _walk(item, f"{pointer}/{place}")
