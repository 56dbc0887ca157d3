"""A run as one HTML file that needs nothing else, and is read without its script, too; of bounded size.

Diagrams stand in it as pictures, so that nothing in them is run, and no two of them share an id.
"""

import base64
from collections import Counter, defaultdict
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from ..case import Verdict
from ..catalogue import PROFILES, Level, load
from ..counterexamples import file_name
from ..history import Finding
from ..levels import LEVELS
from ..run import CaseResult, Cell, Evidence, RequirementResult, Run
from .comparison import Comparison
from .words import (
    ORDER,
    TROUBLE,
    began_of,
    channels_of,
    command_of,
    lacks_of,
    name_of,
    next_level,
    plural,
    proved_of,
    told_of,
    why_of,
    without_of,
    word_of,
)

MOST_CHARS = 2_000  # of one value
MOST_FINDINGS = 20  # of one case
MOST_EVIDENCE_CHARS = 600_000  # of one case; beyond, it is left out
MOST_ALL_CHARS = 3_000_000  # of all evidence and findings; beyond, evidence is left out and findings are few and short
SHORT_CHARS = 160
FEW_FINDINGS = 2


class Room:
    """How much of a run's texts the page still takes."""

    def __init__(self, chars: int = MOST_ALL_CHARS) -> None:
        self._left = chars

    def cut(self, text: str, most: int = MOST_CHARS) -> str:
        most = most if self._left > 0 else SHORT_CHARS
        self._left -= min(len(text), most)
        return text if len(text) <= most else f"{text[:most]} … ({len(text) - most} characters more)"

    def some(self, count: int) -> int:
        """Return how many of so many findings are shown."""
        return min(count, MOST_FINDINGS if self._left > 0 else FEW_FINDINGS)

    def takes(self, chars: int) -> bool:
        """Whether so much more has room; then it is taken."""
        fits = chars <= min(self._left, MOST_EVIDENCE_CHARS)
        self._left -= chars if fits else 0
        return fits


def environment() -> Environment:
    return Environment(
        loader=PackageLoader("parcelproof.conformance.verdict", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def script() -> str:
    return (files(__package__) / "templates" / "filter.js").read_text(encoding="utf-8")


def write_html(run: Run, path: Path, *, comparison: Comparison | None = None) -> None:
    path.write_text(html_of(run, comparison), encoding="utf-8")


def html_of(run: Run, comparison: Comparison | None = None) -> str:
    """Return the page."""
    room = Room()
    failures = [_failure(row, room) for row in _by_weight(run) if row.verdict in TROUBLE]
    anchors = {case["result"].id: case["anchor"] for case in failures}
    seen = script()
    return (
        environment()
        .get_template("verdict.html")
        .render(
            title=name_of(run),
            word=word_of(run),
            good=run.exit_code == 0,
            medal=run.reached,
            stop=run.stop.reason if run.stop else "",
            why=why_of(run),
            target=run.target,
            counts=[(verdict.value, run.counts()[verdict.value]) for verdict in ORDER],
            facts=_facts(run),
            words=[level.value for level in Level],
            award_names=[*LEVELS],
            profiles=PROFILES,
            failures=failures,
            levels=_levels(run),
            comparison=comparison,
            waivers=run.waivers,
            matrix=_matrix(run, room),
            channels=[{"channel": row, "told": told_of(row)} for row in channels_of(run)],
            areas=_areas(run, anchors, room),
            proved=proved_of(run),
            version=version("parcelproof"),
            script=seen,
            script_hash="sha256-" + base64.b64encode(sha256(seen.encode()).digest()).decode(),
        )
    )


def _by_weight(run: Run) -> list[CaseResult]:
    """Return the cases, those that fail the run first."""
    return sorted(run.results, key=lambda row: (bool(row.waived), ORDER.index(row.verdict), row.id))


def _facts(run: Run) -> dict[str, str]:
    return {
        "Command": command_of(run),
        "Began": began_of(run),
        "Language": str(run.connector.get("language", "")),
        "Profiles": ", ".join(run.connector.get("profiles", ())),
        "Carriers": ", ".join(run.connector.get("carriers", ())),
        "Cases": str(len(run.results)),
        "Took": f"{run.duration_s:.1f} s",
    }


def _failure(result: CaseResult, room: Room) -> dict[str, Any]:
    catalogue = load()
    rows = [catalogue[number] for number in result.verdicts if result.verdicts[number] in TROUBLE]
    waived = bool(result.waived) and not result.breaks_the_run
    count = room.some(len(result.findings))
    return {
        "result": msgspec.structs.replace(
            result, reason=room.cut(result.reason), replay=room.cut(result.replay, 2 * MOST_CHARS)
        ),
        "anchor": f"case-{file_name(result.id)}",
        "file": f"{file_name(result.id)}.yaml",
        "waived": waived,
        "verdicts": f"{result.verdict.value} waived" if waived else result.verdict.value,
        "levels": "|".join(dict.fromkeys(name for row in rows for name in _levels_of(row.level, row.profiles))),
        "profiles": " ".join(dict.fromkeys(name for row in rows for name in row.profiles)),
        "findings": [_short(found, room) for found in result.findings[:count]],
        "more": len(result.findings) - count,
        "example": room.cut(result.example, 2 * MOST_CHARS),
        **_evidence(result.evidence, room),
    }


def _short(found: Finding, room: Room) -> Finding:
    names = ("subject", "expected", "found", "after")
    return msgspec.structs.replace(found, **{name: room.cut(getattr(found, name)) for name in names})


def _evidence(evidence: Evidence | None, room: Room) -> dict[str, Any]:
    empty = {"story": (), "diagram": "", "diagram_is_themed": False, "exchanges": (), "scenario": "", "left_out": False}
    if evidence is None:
        return empty
    if not room.takes(_length(evidence)):
        return {**empty, "left_out": True}
    return {
        "story": evidence.story,
        "diagram": "data:image/svg+xml," + quote(evidence.diagram) if evidence.diagram else "",
        "diagram_is_themed": "prefers-color-scheme" in evidence.diagram,
        "exchanges": evidence.exchanges,
        "scenario": evidence.scenario,
        "left_out": False,
    }


def _length(evidence: Evidence) -> int:
    told = sum(map(len, evidence.story)) + len(evidence.scenario) + 2 * len(evidence.diagram)
    return told + sum(len(row.line) + len(row.request) + len(row.answer) for row in evidence.exchanges)


def _levels_of(level: str, profiles: tuple[str, ...]) -> list[str]:
    """Return what the filter by level finds a requirement by: its word, and each level that asks for it."""
    awards = [name for name, asked in LEVELS.items() if set(asked) & set(profiles)]
    return [str(level), *(awards if str(level).startswith("MUST") else [])]


def _areas(run: Run, anchors: dict[str, str], room: Room) -> dict[str, list[dict[str, Any]]]:
    catalogue, results, unproved = load(), {row.id: row for row in run.results}, set(run.unproved)
    areas: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in run.requirements:
        areas[catalogue[row.id].area].append(
            {
                "row": msgspec.structs.replace(row, reason=room.cut(row.reason)),
                "verdicts": f"{row.verdict.value} waived" if row.waived else row.verdict.value,
                "levels": "|".join(_levels_of(row.level, row.profiles)),
                "unproved": row.id in unproved,
                "cases": [_case(results[name], row, anchors) for name in row.cases],
            }
        )
    return dict(sorted(areas.items()))


def _case(result: CaseResult, row: RequirementResult, anchors: dict[str, str]) -> dict[str, Any]:
    held = f"{plural(result.examples, 'world')} in {result.duration_s:.2f} s" if result.examples else ""
    return {
        "id": result.id,
        "verdict": result.verdicts[row.id].value,
        "waived": row.id in result.waived,
        "anchor": anchors.get(result.id, ""),
        "said": held,
    }


def _levels(run: Run) -> list[dict[str, Any]]:
    coming = next_level(run)
    return [
        {
            "name": row.name,
            "reached": row.reached,
            "asks": ", ".join(row.profiles),
            "lacks": lacks_of(row),
            "without": without_of(run, row),
            "is_next": row is coming,
        }
        for row in run.levels
    ]


def _matrix(run: Run, room: Room) -> dict[str, Any] | None:
    if not run.matrix:
        return None
    points = list(dict.fromkeys(cell.point for cell in run.matrix))
    cells: dict[tuple[str, str], dict[str, Cell]] = defaultdict(dict)
    for cell in run.matrix:
        short = msgspec.structs.replace(cell, reason=room.cut(cell.reason, 300))
        cells[cell.flow, cell.write][cell.point] = short
    counts = Counter(cell.verdict for cell in run.matrix)
    held = len(run.matrix) - counts[Verdict.SKIPPED]
    return {
        "tally": f"{held} of {plural(len(run.matrix), 'cell')} run: "
        + ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in ORDER if counts[verdict]),
        "points": points,
        "rows": [
            {"flow": flow, "write": write, "cells": [row.get(point) for point in points]}
            for (flow, write), row in cells.items()
        ],
    }
