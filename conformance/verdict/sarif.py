"""A run as SARIF 2.1.0: a rule for each requirement, a result for each finding, for the places that show such logs."""

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from ..case import Verdict
from ..history import Finding
from ..run import INSTRUMENT, WRONG_USE, CaseResult, RequirementResult, Run
from .finish import clean_text
from .words import command_of, word_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVEL = {"MUST": "error", "MUST NOT": "error", "SHOULD": "warning", "MAY": "note"}
MOST_CHARS = 4_000  # of one message
FOLDER = "parcelproof"  # where a result is said to be: a connector has no file and no line


def write_sarif(run: Run, path: Path) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(sarif_of(run)), indent=1) + b"\n")


def sarif_of(run: Run) -> dict[str, Any]:
    """Return the log. What is unknown is a notification of the tool, never a result."""
    places = {row.id: place for place, row in enumerate(run.requirements)}
    seen: Counter[str] = Counter()
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "parcelproof",
                        "version": version("parcelproof"),
                        "rules": [_rule(row) for row in run.requirements],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "properties": {"unproved": [*run.unproved]},
                "invocations": [_invocation(run)],
                "results": [
                    _result(result, found, places, seen) for result in run.results for found in result.findings
                ],
            }
        ],
    }


def _rule(row: RequirementResult) -> dict[str, Any]:
    return {
        "id": row.id,
        "shortDescription": {"text": _cut(row.text)},
        "fullDescription": {"text": _cut(f"{row.text} Source: {row.source}.")},
        "defaultConfiguration": {"level": LEVEL[row.level]},
        "properties": {"tags": [*row.profiles], "level": row.level},
    }


def _invocation(run: Run) -> dict[str, Any]:
    return {
        "commandLine": command_of(run),
        "executionSuccessful": run.stop is None and run.exit_code not in (WRONG_USE, INSTRUMENT),
        "exitCode": run.exit_code,
        "exitCodeDescription": word_of(run),
        "toolExecutionNotifications": [*_notifications(run)],
    }


def _notifications(run: Run) -> Iterator[dict[str, Any]]:
    if run.stop is not None:
        yield {"level": "error", "message": {"text": _cut(run.stop.reason) or "ended early"}}
    for row in run.results:
        if row.verdict is Verdict.UNKNOWN:
            yield {"level": "error", "message": {"text": _cut(f"{row.id}: {row.reason}")}}


def _result(result: CaseResult, found: Finding, places: dict[str, int], seen: Counter[str]) -> dict[str, Any]:
    mark = fingerprint(result.id, found)
    seen[mark] += 1
    failed = result.verdicts.get(found.requirement) is Verdict.FAILED
    made: dict[str, Any] = {
        "ruleId": found.requirement,
        "level": "error" if failed else "warning",
        "message": {"text": _cut(_message(result, found))},
        "locations": [_location(result)],
        "partialFingerprints": {"primaryLocationLineHash": f"{mark}:{seen[mark]}"},
        "properties": {"case": result.id, "replay": result.replay},
    }
    if found.requirement in places:
        made["ruleIndex"] = places[found.requirement]
    if found.requirement in result.waived:
        made["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": result.waived[found.requirement]}
        ]
    return made


def _message(result: CaseResult, found: Finding) -> str:
    after = f" After: {found.after}." if found.after else ""
    return f"{found.subject}: expected {found.expected}, found {found.found}.{after} Replay: {result.replay}"


def _location(result: CaseResult) -> dict[str, Any]:
    uri = quote(f"{FOLDER}/{result.id}.yaml", safe="/")
    return {
        "physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": 1}},
        "logicalLocations": [{"fullyQualifiedName": result.id, "kind": "function"}],
    }


def fingerprint(case: str, found: Finding) -> str:
    """Return what stays the same about a finding from run to run: no number or time of it, nor what was found."""
    still = re.sub(r"\d+", "0", f"{found.subject}\n{found.expected}")
    return sha256(f"{found.requirement}\n{case}\n{still}".encode()).hexdigest()[:32]


def _cut(text: str) -> str:
    return clean_text(text)[:MOST_CHARS]
