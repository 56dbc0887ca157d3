"""YAML as a tree that remembers its lines: bounded in size, depth and number, and without anything but data."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

MOST_BYTES = 2_097_152
MOST_NODES = 100_000
MOST_DEPTH = 40
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INT = re.compile(r"-?(0|[1-9][0-9]{0,99})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,99})\.[0-9]{1,99}([eE][-+]?[0-9]{1,3})?")
_HALF = re.compile("[\ud800-\udfff]")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a scenario. `key` is where, as `steps[3].carrier.scan.code`."""

    file: str
    line: int
    key: str
    sentence: str

    def __str__(self) -> str:
        where = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}: {where}{self.sentence}"


class ScenarioError(Exception):
    """A file is no scenario. Carries every problem that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(slots=True)
class Scalar:
    """A scalar as it is written; `quoted` ones are always text."""

    line: int
    text: str
    quoted: bool

    def value(self) -> Any:
        """Return what plain writing means: null, true, false, a number; anything else is text, `off` and 007 too."""
        if self.quoted:
            return self.text
        if self.text in _WORDS:
            return _WORDS[self.text]
        if _INT.fullmatch(self.text):
            return int(self.text)
        return float(self.text) if _FLOAT.fullmatch(self.text) else self.text


@dataclass(slots=True)
class Sequence:
    line: int
    items: "list[Node]" = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    line: int
    items: "dict[str, Node]" = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)  # key -> line


Node = Scalar | Sequence | Mapping


def compose(file: str, content: bytes) -> Node:
    """Return the tree of one YAML document.

    Raises:
        ScenarioError: it is no YAML, too large, too deep, or has anchors, aliases, tags or a key twice.
    """
    if len(content) > MOST_BYTES:
        raise _refused(file, 1, "", f"the file is too large; at most {MOST_BYTES} bytes are read")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused(file, line, "", f"byte {error.start} is no UTF-8; save the file as UTF-8") from error
    composer = _Composer(file)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            composer.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(filter(None, (error.context, error.problem)))
        if mark and text.splitlines()[mark.line : mark.line + 1] and _indented_by_tab(text.splitlines()[mark.line]):
            what = "a tab stands here; indent with spaces"
        raise _refused(file, mark.line + 1 if mark else 1, "", f"this is no YAML: {what}") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: the parser written in Python meets a wrong escape
        raise _refused(file, 1, "", f"this is no YAML: {' '.join(str(error).split())}") from error
    if composer.root is None:
        raise _refused(file, 1, "", "the file is empty; a scenario begins with `scenario: Its title`")
    return composer.root


def _indented_by_tab(line: str) -> bool:
    return "\t" in line[: len(line) - len(line.lstrip())]


def _refused(file: str, line: int, key: str, sentence: str) -> ScenarioError:
    return ScenarioError([Problem(file, line, key, sentence)])


class _Composer:
    """Builds the tree from the parser's events, so that nothing is built beyond the bounds."""

    def __init__(self, file: str) -> None:
        self.root: Node | None = None
        self._file = file
        self._open: list[Sequence | Mapping] = []
        self._keys: list[str | None] = []  # beside `_open`: the key that waits for its value
        self._nodes = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise self._wrong(line, "anchors and aliases (& and *) are not allowed; write it out")
        if getattr(event, "tag", None) not in (None, "!"):
            raise self._wrong(line, f"tags are not allowed, found {event.tag!r}")
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise self._wrong(line, "there is a second document; one file holds one scenario")
        if isinstance(event, yaml.ScalarEvent):
            if not event.value.isascii() and _HALF.search(event.value):
                raise self._wrong(line, "half of a surrogate pair is no character")
            self._add(Scalar(line, event.value, bool(event.style)), line)
        elif isinstance(event, yaml.SequenceStartEvent):
            self._add(Sequence(line), line)
        elif isinstance(event, yaml.MappingStartEvent):
            self._add(Mapping(line), line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._open.pop()
            self._keys.pop()

    def _add(self, node: Node, line: int) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise self._wrong(line, f"the file has more than {MOST_NODES} values")
        if not self._open:
            self.root = node
        elif isinstance(self._open[-1], Sequence):
            self._open[-1].items.append(node)
        elif self._keys[-1] is None:
            self._begin(self._open[-1], node, line)
            return
        else:
            self._open[-1].items[self._keys[-1]] = node
            self._keys[-1] = None
        if not isinstance(node, Scalar):
            if len(self._open) >= MOST_DEPTH:
                raise self._wrong(line, f"nested more than {MOST_DEPTH} deep")
            self._open.append(node)
            self._keys.append(None)

    def _begin(self, mapping: Mapping, node: Node, line: int) -> None:
        if not isinstance(node, Scalar):
            raise self._wrong(line, "a key must be plain text")
        if node.text in mapping.lines:
            raise self._wrong(line, f"the key {node.text!r} stands twice, first in line {mapping.lines[node.text]}")
        self._keys[-1] = node.text
        mapping.lines[node.text] = line

    def _wrong(self, line: int, sentence: str) -> ScenarioError:
        return _refused(self._file, line, key_of(self._path()), sentence)

    def _path(self) -> Iterator[str | int]:
        for place, key in zip(self._open, self._keys, strict=True):
            if isinstance(place, Sequence):
                yield len(place.items)
            elif key is not None:
                yield key
            elif place.lines:
                yield next(reversed(place.lines))


def key_of(path: "Iterator[str | int] | tuple[str | int, ...]") -> str:
    """Return a path as people read it: `steps[3].carrier.scan`; steps and items count from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text
