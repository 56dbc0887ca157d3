"""From a file to a `Scenario`: every value is checked against its type, and complaints name file, line and key."""

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from .annotations import MAPPINGS, is_shape, is_simple, item_of, members, metas, plain, words
from .nodes import MOST_BYTES, Mapping, Node, Problem, Scalar, ScenarioError, Sequence, compose, key_of
from .sense import problems_of
from .shapes import Scenario

T = TypeVar("T")
Path_ = tuple[str | int, ...]


def read(path: Path) -> Scenario:
    """Return the scenario of a file.

    Raises:
        ScenarioError: it is none; carries every problem found.
        OSError: it cannot be read.
    """
    return read_with_lines(path)[0]


def read_with_lines(path: Path) -> tuple[Scenario, dict[int, int]]:
    """Return the scenario of a file, and the line of each step, counted from 1."""
    with path.open("rb") as file:
        return _parsed(file.read(MOST_BYTES + 1), str(path))


def parse(content: bytes, file: str = "scenario.yaml") -> Scenario:
    """Return the scenario that these bytes are.

    Raises:
        ScenarioError: they are none.
    """
    return _parsed(content, file)[0]


def _parsed(content: bytes, file: str) -> tuple[Scenario, dict[int, int]]:
    root = compose(file, content)
    builder = _Builder(file)
    built = builder.build(root, Scenario, ())
    if builder.problems:
        raise ScenarioError(sorted(builder.problems, key=lambda problem: problem.line))
    try:
        made = msgspec.convert(built, Scenario)
    except msgspec.ValidationError as error:
        raise ScenarioError([Problem(file, root.line, "", str(error))]) from error
    wrong = [Problem(file, line_of(root, path), key_of(path), sentence) for path, sentence in problems_of(made)]
    if wrong:
        raise ScenarioError(sorted(wrong, key=lambda problem: problem.line))
    return made, {place + 1: line_of(root, ("steps", place)) for place in range(len(made.steps))}


def line_of(node: Node, path: Path_) -> int:
    """Return the line of what stands at a path, or of the nearest thing around it."""
    line = node.line
    for part in path:
        if isinstance(node, Mapping) and part in node.items:
            line, node = node.lines[str(part)], node.items[str(part)]
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            line = node.line
        else:
            break
    return line


class _Builder:
    """Builds plain values as their types ask for them: `97070` is text where text is wanted."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self._file = file

    def build(self, node: Node, wanted: Any, path: Path_) -> Any:
        options = list(members(wanted))
        match node:
            case Mapping():
                return self._mapping(node, options, path)
            case Sequence():
                return self._sequence(node, options, path)
            case Scalar():
                return self._scalar(node, wanted, options, path)

    def _mapping(self, node: Mapping, options: list[Any], path: Path_) -> Any:
        for option in options:
            bare = plain(option)
            if is_shape(bare):
                return self._struct(node, bare, path)
            if get_origin(bare) in MAPPINGS:
                return self._dict(node, option, path)
            if bare is Any:
                return {key: self.build(found, Any, (*path, key)) for key, found in node.items.items()}
        return self._refuse(node.line, path, f"a mapping stands here; allowed: {_shown(options)}")

    def _struct(self, node: Mapping, shape: type[msgspec.Struct], path: Path_) -> dict[str, Any]:
        fields = {field.encode_name: field for field in msgspec.structs.fields(shape)}
        made = {}
        for key, found in node.items.items():
            if key not in fields:
                near = get_close_matches(key, fields, n=1, cutoff=0.0)
                self._refuse(node.lines[key], (*path, key), f"no such key; the nearest is {near[0]!r}")
            else:
                made[key] = self.build(found, fields[key].type, (*path, key))
        for name, field in fields.items():
            if field.required and name not in node.items:
                self._refuse(node.line, path, f"the key {name!r} is missing")
        return made

    def _dict(self, node: Mapping, wanted: Any, path: Path_) -> dict[str, Any]:
        keys, values = get_args(plain(wanted))
        made = {}
        for key, found in node.items.items():
            self._check(key, keys, node.lines[key], (*path, key))
            made[key] = self.build(found, values, (*path, key))
        return self._bounded(made, wanted, node, path)

    def _sequence(self, node: Sequence, options: list[Any], path: Path_) -> Any:
        for option in options:
            bare = plain(option)
            if bare is Any:
                return [self.build(found, Any, (*path, place)) for place, found in enumerate(node.items)]
            if get_origin(bare) in (list, tuple):
                made = [
                    self.build(found, item_of(option, place), (*path, place)) for place, found in enumerate(node.items)
                ]
                return self._bounded(made, option, node, path)
        return self._refuse(node.line, path, f"a list stands here; allowed: {_shown(options)}")

    def _bounded(self, made: T, wanted: Any, node: Node, path: Path_) -> T:
        """Check what the type says of a list's or mapping's own size, not of what is in it."""
        arguments = get_args(plain(wanted))
        fixed = isinstance(made, list) and len(arguments) > 1 and arguments[1] is not Ellipsis
        bare: Any = dict[str, Any] if isinstance(made, dict) else list[Any]
        if fixed:
            bare = Annotated[bare, msgspec.Meta(min_length=len(arguments), max_length=len(arguments))]
        for meta in metas(wanted):
            if meta.max_length is not None or meta.min_length is not None:
                bare = Annotated[bare, meta]
        self._check(made, bare, node.line, path)
        return made

    def _scalar(self, node: Scalar, wanted: Any, options: list[Any], path: Path_) -> Any:
        if any(plain(option) is Any for option in options):
            return node.value()
        simple = [option for option in options if is_simple(option)]
        if not simple or (node.value() is not None and all(plain(option) is type(None) for option in simple)):
            what = repr(node.text) if node.value() is not None else "nothing"
            return self._refuse(node.line, path, f"{what} stands here; allowed: {_shown(options)}")
        meant: Any = Union[tuple(simple)]  # noqa: UP007  (the members are known only now)
        value = node.value()
        for found in (value, node.text) if value is not None and not node.quoted else (value,):
            try:
                msgspec.convert(found, meant)
            except msgspec.ValidationError:
                continue
            return found
        self._check(node.text if value is not None else value, meant, node.line, path, options)
        return None

    def _check(self, value: Any, wanted: Any, line: int, path: Path_, options: list[Any] | None = None) -> None:
        try:
            msgspec.convert(value, wanted)
        except msgspec.ValidationError as error:
            said = str(error)
            known = words(wanted)
            if "Invalid enum value" in said and known:
                said = f"this is not allowed here; allowed: {', '.join(known)}"
            elif options and (", got `" in said or (isinstance(value, str) and "Expected `int`" in said)):
                said = f"this is not allowed here; allowed: {_shown(options)}"
            found = "nothing" if value is None else repr(value) if isinstance(value, str) else ""
            self._refuse(line, path, f"{found}: {said}{_nearest(value, wanted)}".removeprefix(": ")[:600])

    def _refuse(self, line: int, path: Path_, sentence: str) -> None:
        self.problems.append(Problem(self._file, line, key_of(path), sentence))


def _nearest(value: Any, wanted: Any) -> str:
    known = words(wanted)
    if not known or not isinstance(value, str):
        return ""
    near = get_close_matches(value, known, n=1, cutoff=0.0)
    return f"; the nearest is {near[0]!r}" if near else ""


def _bounds(option: Any) -> str:
    """Return the least and the most that a number may be, in words."""
    least = next((meta.ge for meta in metas(option) if meta.ge is not None), None)
    most = next((meta.le for meta in metas(option) if meta.le is not None), None)
    if least is None:
        return "" if most is None else f" up to {most}"
    return f" from {least}" + (" on" if most is None else f" to {most}")


NAMES = {str: "text", int: "a whole number", float: "a number", bool: "true or false", type(None): ""}


def _shown(options: list[Any]) -> str:
    """Return what is allowed, in words."""
    said = []
    for option in options:
        bare = plain(option)
        if is_shape(bare):
            said.append(f"a mapping of {', '.join(bare.__struct_encode_fields__)}")
        elif get_origin(bare) is Literal:
            said.append(", ".join(map(str, get_args(bare))))
        elif get_origin(bare) in (list, tuple):
            said.append("a list")
        elif get_origin(bare) in MAPPINGS:
            said.append("a mapping")
        else:
            said.append(NAMES.get(bare, "") + _bounds(option))
    return " or ".join(dict.fromkeys(filter(None, said)))
