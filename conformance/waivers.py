"""Waivers: failures that a team knows of and puts up with until a day. They are held all the same, and shown.

A file is TOML, one `[[waiver]]` for each: `case` or `requirement` (an id, or a pattern with `*`), `reason`, and
`expires`, the last day on which it waives. A waiver for what passes fails the run: it hides nothing and must go.
"""

import fnmatch
import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from .case import Verdict, all_cases
from .catalogue import load
from .run import CaseResult, Run, UsedWaiver, by_requirement

KEYS = ("case", "requirement", "reason", "expires")
MOST_BYTES = 1_000_000
_WRONG = (Verdict.FAILED, Verdict.WARNED)


class WaiverError(Exception):
    """A waiver file cannot be used. One sentence with the file, the line and what is allowed."""


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """One waiver. Exactly one of `case` and `requirement` is a pattern, the other is ""."""

    where: str
    reason: str
    expires: date
    case: str = ""
    requirement: str = ""

    @property
    def pattern(self) -> str:
        return self.case or self.requirement


# -- reading


def read(path: Path) -> tuple[Waiver, ...]:
    """Return the waivers of a file.

    Raises:
        WaiverError: it cannot be read, is no TOML, has a wrong key or value, or names nothing of the catalogue.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WaiverError(f"{path} cannot be read ({error.strerror})") from error
    if len(content) > MOST_BYTES:
        raise WaiverError(f"{path} is {len(content)} bytes long; a waiver file has at most {MOST_BYTES}")
    try:
        text = content.decode()
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WaiverError(f"{path} is not TOML: {error}") from error
    return _waivers(tables, text, path)


def _waivers(tables: dict[str, Any], text: str, path: Path) -> tuple[Waiver, ...]:
    for key in tables:
        if key != "waiver":
            raise WaiverError(f"{path}:{_line_of(key, text)}: the key {key!r} is not known; write [[waiver]]")
    entries = tables.get("waiver", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise WaiverError(
            f"{path}:{_line_of('waiver', text)}: a waiver is a table; write [[waiver]], with two brackets"
        )
    heads = [number for number, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*waiver\s*\]\]", line)]
    places = [f"{path}:{line}" for line in heads]
    if len(heads) != len(entries):  # written inline: no line is sure
        places = [f"{path}, waiver {number}" for number in range(1, len(entries) + 1)]
    return tuple(_waiver(entry, where) for entry, where in zip(entries, places, strict=True))


def _line_of(key: str, text: str) -> int:
    found = re.search(rf"^\s*[\[\"']*{re.escape(key)}", text, re.MULTILINE)
    return text[: found.end()].count("\n") + 1 if found else 1


def _waiver(entry: dict[str, Any], where: str) -> Waiver:
    for key in entry:
        if key not in KEYS:
            near = get_close_matches(key, KEYS, n=1, cutoff=0.0)[0]
            raise WaiverError(f"{where}: the key {key!r} is not known; the nearest is {near!r}")
    if ("case" in entry) == ("requirement" in entry):
        raise WaiverError(f"{where}: a waiver names either a case or a requirement; write one of the two")
    kind = "case" if "case" in entry else "requirement"
    made = Waiver(
        where=where,
        reason=_text(entry, "reason", where),
        expires=_day(entry, where),
        **{kind: _text(entry, kind, where)},
    )
    _names_something(made)
    return made


def _text(entry: dict[str, Any], key: str, where: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        found = "nothing" if key not in entry else repr(value)[:80]
        raise WaiverError(f"{where}: {key} is {found}; it must be a text that is not empty")
    return " ".join(value.split())


def _day(entry: dict[str, Any], where: str) -> date:
    value = entry.get("expires")
    if not isinstance(value, date) or isinstance(value, datetime):
        found = "nothing" if value is None else repr(value)[:80]
        raise WaiverError(f"{where}: expires is {found}; it must be a day without quotes, like 2027-03-31")
    return value


def _names_something(waiver: Waiver) -> None:
    if waiver.requirement:
        known = [number for number, row in load().items() if not row.retired]
        found = any(_fits([number], waiver.requirement) for number in known)
        what = "requirement"
    else:
        cases = [*all_cases()]
        found = any(_fits(_names(case.id), waiver.case) for case in cases)
        mine = [case.id for case in cases if waiver.case.partition("/")[0] in case.requirements]
        known = mine or [case.id for case in cases]
        what = "case"
    if not found:
        near = get_close_matches(waiver.pattern, known, n=1, cutoff=0.0)
        raise WaiverError(f"{waiver.where}: no {what} fits {waiver.pattern!r}; the nearest is {near[0]!r}")


def _names(case: str) -> tuple[str, ...]:
    """Return what a case may be called: its id with and without the carrier."""
    return case, case.partition("[")[0]


def _fits(names: Iterable[str], pattern: str) -> bool:
    literal = pattern.replace("[", "[[]")
    return any(fnmatch.fnmatchcase(name, literal) for name in names)


# -- using


def waive(run: Run, waivers: Sequence[Waiver], today: date) -> Run:
    """Return a run in which what failed and fits is marked as waived, with what became of each waiver.

    An expired waiver waives nothing. Only failures and warnings are waived, never what is unknown.
    """
    results = {row.id: row for row in run.results}
    used = []
    for waiver in waivers:
        one = _use(waiver, run, today)
        used.append(one)
        if one.state != "expired":
            _mark(waiver, results)
    marked = tuple(results.values())
    return msgspec.structs.replace(run, results=marked, requirements=by_requirement(marked), waivers=tuple(used))


def _use(waiver: Waiver, run: Run, today: date) -> UsedWaiver:
    units = [(name, verdict) for name, verdict in _units(waiver, run) if verdict is not Verdict.SKIPPED]
    passes = tuple(name for name, verdict in units if verdict is Verdict.PASSED)
    waives = tuple(name for name, verdict in units if verdict in _WRONG)
    made = UsedWaiver(
        where=waiver.where,
        pattern=waiver.pattern,
        reason=waiver.reason,
        expires=waiver.expires.isoformat(),
        state="not needed" if passes else "used" if waives else "not judged",
        waives=waives,
        passes=passes,
    )
    return msgspec.structs.replace(made, state="expired") if today > waiver.expires else made


def _units(waiver: Waiver, run: Run) -> list[tuple[str, Verdict]]:
    if waiver.requirement:
        return [(row.id, row.verdict) for row in run.requirements if _fits([row.id], waiver.requirement)]
    return [(row.id, row.verdict) for row in run.results if _fits(_names(row.id), waiver.case)]


def _mark(waiver: Waiver, results: dict[str, CaseResult]) -> None:
    for name, row in results.items():
        if waiver.case and not _fits(_names(name), waiver.case):
            continue
        wrong = [number for number, verdict in row.verdicts.items() if verdict in _WRONG]
        mine = [number for number in wrong if waiver.case or _fits([number], waiver.requirement)]
        results[name] = msgspec.structs.replace(row, waived={**dict.fromkeys(mine, waiver.reason), **row.waived})
