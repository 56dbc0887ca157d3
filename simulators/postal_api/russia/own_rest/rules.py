"""The numbered rules of the wires of our own design: data beside each of them, read here."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

CHAPTERS = {"letters": "LTR", "offers": "OFR", "fulfilment": "FUL"}  # folder -> prefix of its rules
_ID = re.compile(r"[A-Z]{3}-\d{3}")
_FOLDER = Path(__file__).parent.parent


class About(StrEnum):
    STATE = "state"
    REFUSAL = "refusal"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: `level` is MUST, MUST NOT or SHOULD and stands in the text's sense, `source` says on what it rests."""

    id: str
    level: str
    about: About
    text: str
    source: str


def load(chapter: str) -> tuple[Rule, ...]:
    """Return the rules of a chapter in the order of the file.

    Raises:
        ValueError: a rule has another chapter's prefix, another level or lacks a member.
    """
    found = tomllib.loads((_FOLDER / chapter / "rules.toml").read_text("utf-8"))
    return tuple(_rule(chapter, name, row) for name, row in found.items())


def every() -> dict[str, Rule]:
    return {rule.id: rule for chapter in CHAPTERS for rule in load(chapter)}


def _rule(chapter: str, name: str, row: dict[str, str]) -> Rule:
    if not _ID.fullmatch(name) or not name.startswith(CHAPTERS[chapter]):
        raise ValueError(f"{chapter}: {name!r} is no id here; ids are {CHAPTERS[chapter]}-001 and so on")
    if set(row) != {"level", "about", "text", "source"}:
        raise ValueError(f"{name} has {sorted(row)}, needs level, about, text, source")
    if row["level"] not in ("MUST", "MUST NOT", "SHOULD"):
        raise ValueError(f"{name}: level {row['level']!r}; allowed: MUST, MUST NOT, SHOULD")
    return Rule(name, row["level"], About(row["about"]), row["text"], row["source"])
