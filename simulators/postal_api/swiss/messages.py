"""Sentences of errors and warnings in the request's language.

Wire contract: `postal_api_swiss` §5 and §7: a code of E or W and four digits, a message of at most 500 characters.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from .case import Finding

LONGEST = 500


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Return {code: {language: sentence}}; a code with a dash is the code with a reason of its own."""
    return tomllib.loads((files(__package__) / "messages.toml").read_text(encoding="utf-8"))


def told(findings: Iterable[Finding], language: str) -> list[dict[str, str]]:
    """Return findings as the wire has them; `language` is DE, FR, IT or EN."""
    return [{"code": finding.code, "message": message(finding, language)} for finding in findings]


def message(finding: Finding, language: str) -> str:
    words = sentences()[f"{finding.code}-{finding.why}" if finding.why else finding.code]
    return words[language.lower()].format(*finding.values)[:LONGEST]
