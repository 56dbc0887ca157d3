"""Checking a JSON body of a wire of our own design: every fault with its JSON pointer and code, and the clean value.

Texts are normalised to NFC and trimmed before their code points are counted; control characters are refused.
A member that is null counts as absent. A check adds faults and returns None, or returns the clean value.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

FAULTS_SHOWN = 100  # a body full of unknown members would else make an answer larger than itself


class Faults(list[dict[str, str]]):
    """The faults of one body, in the order of the contract's fields."""

    def add(self, pointer: str, code: str, detail: str) -> None:
        if len(self) < FAULTS_SHOWN:
            self.append({"pointer": pointer, "code": code, "detail": detail})


class Field(Protocol):
    """What a member may hold."""

    def check(self, value: Any, at: str, faults: Faults) -> Any: ...


@dataclass(frozen=True, slots=True)
class Text:
    """A text of `least` to `most` code points; `pattern` must match all of it, else the fault has `code`."""

    most: int
    least: int = 1
    pattern: re.Pattern[str] | None = None
    code: str = "pattern"
    hint: str = ""

    def check(self, value: Any, at: str, faults: Faults) -> Any:
        if not isinstance(value, str):
            return wrong_type(value, "a string", at, faults)
        if any(unicodedata.category(letter) == "Cc" for letter in value):
            return faults.add(at, "pattern", "control characters are not allowed")
        text = clean(value)
        if len(text) < self.least:
            return faults.add(at, "too_short", f"has {len(text)} characters, needs at least {self.least}")
        if len(text) > self.most:
            return faults.add(at, "too_long", f"has {len(text)} characters, may have {self.most}")
        if self.pattern is not None and self.pattern.fullmatch(text) is None:
            return faults.add(at, self.code, f"{shorten(text)} is not {self.hint}")
        return text


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number; JSON true is none, and 1.0 is none either."""

    least: int
    most: int

    def check(self, value: Any, at: str, faults: Faults) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            return wrong_type(value, "a whole number", at, faults)
        if value < self.least:
            return faults.add(at, "min", f"is {shorten(value)}, must be at least {self.least}")
        if value > self.most:
            return faults.add(at, "max", f"is {shorten(value)}, may be at most {self.most}")
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values, texts or whole numbers."""

    values: tuple[str, ...] | tuple[int, ...]

    def check(self, value: Any, at: str, faults: Faults) -> Any:
        wanted = type(self.values[0])
        if not isinstance(value, wanted) or isinstance(value, bool):
            return wrong_type(value, "a string" if wanted is str else "a whole number", at, faults)
        if value not in self.values:
            allowed = ", ".join(str(allowed) for allowed in self.values)
            return faults.add(at, "enum", f"is {shorten(value)}; allowed: {allowed}")
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""

    def check(self, value: Any, at: str, faults: Faults) -> Any:
        return value if isinstance(value, bool) else wrong_type(value, "true or false", at, faults)


@dataclass(frozen=True, slots=True)
class Many:
    """A list of `least` to `most` items."""

    item: Field
    most: int
    least: int = 0

    def check(self, value: Any, at: str, faults: Faults) -> Any:
        if not isinstance(value, list):
            return wrong_type(value, "an array", at, faults)
        if len(value) < self.least:
            return faults.add(at, "too_short", f"has {len(value)} items, needs at least {self.least}")
        if len(value) > self.most:
            return faults.add(at, "too_long", f"has {len(value)} items, may have {self.most}")
        return [self.item.check(item, f"{at}/{index}", faults) for index, item in enumerate(value)]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Free names with texts: at most `most` of them, names of 1 to `name` and texts of up to `text` code points."""

    most: int
    name: int
    text: int

    def check(self, value: Any, at: str, faults: Faults) -> Any:
        if not isinstance(value, dict):
            return wrong_type(value, "an object", at, faults)
        if len(value) > self.most:
            return faults.add(at, "too_long", f"has {len(value)} members, may have {self.most}")
        found = {}
        for name, text in value.items():
            place = f"{at}/{escape(name)}"
            key = Text(self.name).check(name, place, faults)
            found[key] = Text(self.text, least=0).check(text, place, faults)
        if len(found) < len(value) and None not in found:
            return faults.add(at, "conflict", "has two names that are equal once they are trimmed")
        return found


Rule = Callable[[dict[str, Any], str, Faults], None]


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with known members only. `rules` look at several members at once, once each of them is clean."""

    members: Mapping[str, Field]
    required: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()

    def check(self, value: Any, at: str, faults: Faults) -> Any:
        if not isinstance(value, dict):
            return wrong_type(value, "an object", at, faults)
        before = len(faults)
        found: dict[str, Any] = {}
        for name, member in self.members.items():
            given = value.get(name)
            if given is not None:
                found[name] = member.check(given, f"{at}/{name}", faults)
            elif name in self.required:
                faults.add(f"{at}/{name}", "required", "is missing")
        for name in value:
            if name not in self.members:
                allowed = ", ".join(self.members) or "none"
                faults.add(f"{at}/{escape(name)}", "unknown_member", f"is not known here; members: {allowed}")
        if len(faults) == before:
            for rule in self.rules:
                rule(found, at, faults)
        return found


def clean(text: str) -> str:
    """Return a text as the contract measures it: NFC, without blanks at its ends."""
    return unicodedata.normalize("NFC", text).strip()


def escape(name: str) -> str:
    """Return a member's name as a reference token of a JSON pointer (RFC 6901), cut where it would be endless."""
    return name[:100].replace("~", "~0").replace("/", "~1")


def shorten(value: object) -> str:
    text = repr(value) if isinstance(value, (str, int)) and not _huge(value) else "a huge number"
    return text if len(text) <= 60 else text[:57] + "…'"


def _huge(value: object) -> bool:
    return isinstance(value, int) and abs(value) > 10**40


def wrong_type(value: object, wanted: str, at: str, faults: Faults) -> None:
    words = {bool: "true or false", int: "a number", float: "a number with a fraction", str: "a string"}
    words |= {list: "an array", dict: "an object", type(None): "null"}
    faults.add(at, "type", f"is {words.get(type(value), 'something else')}, must be {wanted}")
