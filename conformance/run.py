"""What a run of the judge found: results by case and by requirement, and the exit code that follows."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec

from .case import Verdict, combine
from .catalogue import Requirement, load
from .history import Finding

CONFORM, FAILED, WRONG_USE, INSTRUMENT = 0, 1, 2, 3
MOST_EXCHANGES = 60
MOST_SHOWN_CHARS = 2_000  # of a body


class ShownExchange(msgspec.Struct, frozen=True, kw_only=True):
    """One exchange around a failure as people read it: secrets masked, bodies of at most `MOST_SHOWN_CHARS`."""

    at: str  # relative, as "+2 h 05 min"
    who: str
    to: str
    line: str  # method and path, or what kind of message it was
    status: str
    request: str = ""
    answer: str = ""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What shows a failure to people, and lets it happen again. At most `MOST_EXCHANGES` exchanges."""

    story: tuple[str, ...]  # plain sentences with relative times
    exchanges: tuple[ShownExchange, ...] = ()
    diagram: str = ""  # an SVG document
    scenario: str = ""  # the text of a scenario file


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the answer-loss and kill matrix: one write of one flow, disturbed at one point."""

    flow: str  # for example "book an order"
    write: str  # for example "cdek: POST /orders"
    point: str  # for example "answer lost", "killed before"
    verdict: Verdict
    reason: str = ""  # why it was not run, or what was found


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One way by which a connector can learn news of one carrier, and what it learned by it first."""

    carrier: str
    name: str  # webhook or poll
    news: int = 0  # how many pieces it brought first
    taught: tuple[str, ...] = ()  # and their kinds, for example "delivered"
    dead: bool = False  # it was open, there was news, and nothing came by it
    note: str = ""  # what shows that it is dead, or why nothing can be said


class CaseResult(msgspec.Struct, frozen=True, kw_only=True):
    """One case: its verdict per requirement it names, what was found wrong, and the command that replays it."""

    id: str
    story: str
    verdicts: dict[str, Verdict]  # requirement -> verdict
    reason: str = ""  # why it was skipped, or what of ours broke
    findings: tuple[Finding, ...] = ()
    example: str = ""  # the smallest example that fails, for a property
    examples: int = 1  # how many were held
    duration_s: float = 0.0
    replay: str = ""
    carrier: str = ""
    evidence: Evidence | None = None  # of a case that failed

    @property
    def verdict(self) -> Verdict:
        return combine(self.verdicts.values())


class RequirementResult(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement over all its cases."""

    id: str
    level: str
    text: str
    source: str
    profiles: tuple[str, ...]
    verdict: Verdict
    reason: str = ""
    cases: tuple[str, ...] = ()


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run. `exit_code`: 0 conform, 1 failed, 2 nothing could be judged, 3 our own instrument broke."""

    connector: dict[str, Any]
    target: str
    seed: int
    results: tuple[CaseResult, ...]
    requirements: tuple[RequirementResult, ...]
    duration_s: float
    selection: str = ""
    matrix: tuple[Cell, ...] = ()
    channels: tuple[Channel, ...] = ()

    @property
    def exit_code(self) -> int:
        verdicts = [row.verdict for row in self.results]
        if Verdict.FAILED in verdicts:
            return FAILED
        if Verdict.UNKNOWN in verdicts:
            return INSTRUMENT
        return CONFORM if set(verdicts) - {Verdict.SKIPPED} else WRONG_USE

    def counts(self) -> dict[str, int]:
        """Return how many requirements came to each verdict."""
        tally = {verdict.value: 0 for verdict in Verdict}
        for row in self.requirements:
            tally[row.verdict.value] += 1
        return tally

    def failed(self) -> tuple[str, ...]:
        """Return the requirements that failed or were warned of."""
        return tuple(row.id for row in self.requirements if row.verdict in (Verdict.FAILED, Verdict.WARNED))


def by_requirement(results: Sequence[CaseResult]) -> tuple[RequirementResult, ...]:
    """Return every requirement that a case names, with the worst of its cases' verdicts."""
    rows: dict[str, list[CaseResult]] = defaultdict(list)
    for result in results:
        for number in result.verdicts:
            rows[number].append(result)
    catalogue = load()
    return tuple(_row(catalogue[number], rows[number]) for number in sorted(rows))


def _row(requirement: Requirement, results: Sequence[CaseResult]) -> RequirementResult:
    verdict = combine(result.verdicts[requirement.id] for result in results)
    reasons = dict.fromkeys(result.reason for result in results if result.verdicts[requirement.id] is verdict)
    return RequirementResult(
        id=requirement.id,
        level=requirement.level.value,
        text=requirement.text,
        source=requirement.source,
        profiles=requirement.profiles,
        verdict=verdict,
        reason="; ".join(filter(None, reasons)) if verdict in (Verdict.SKIPPED, Verdict.UNKNOWN) else "",
        cases=tuple(result.id for result in results),
    )
