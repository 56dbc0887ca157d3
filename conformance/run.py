"""What a run of the judge found: results by case and by requirement, and the exit code that follows."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from .case import Verdict, combine
from .catalogue import Requirement, load
from .history import Finding

CONFORM, FAILED, WRONG_USE, INSTRUMENT, INTERRUPTED = 0, 1, 2, 3, 130
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
    cells: tuple[Cell, ...] = ()  # of a flow of the matrix
    channels: tuple[Channel, ...] = ()  # of a case that is about them
    waived: dict[str, str] = {}  # requirement -> why its failure is put up with for now

    @property
    def verdict(self) -> Verdict:
        return combine(self.verdicts.values())

    @property
    def breaks_the_run(self) -> bool:
        """Whether a requirement failed here that nobody waived."""
        return any(verdict is Verdict.FAILED and name not in self.waived for name, verdict in self.verdicts.items())


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
    waived: str = ""  # why its failure is put up with, when that holds for every case that failed it


class UsedWaiver(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one waiver of the file."""

    where: str  # file and line
    pattern: str
    reason: str
    expires: str  # the last day on which it waives, YYYY-MM-DD
    state: Literal["used", "not needed", "expired", "not judged"]
    waives: tuple[str, ...] = ()  # cases or requirements that failed and are waived
    passes: tuple[str, ...] = ()  # those that passed: the waiver is "not needed", which fails the run


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement that keeps a level from being reached."""

    requirement: str
    profile: str
    why: Literal["failed", "unknown", "skipped", "not judged", "not judged in full"]
    reason: str = ""
    waived: bool = False


class LevelResult(msgspec.Struct, frozen=True, kw_only=True):
    """One level: reached when nothing is missing. `missing` has what its own profiles and all lower levels lack."""

    name: str
    profiles: tuple[str, ...]
    reached: bool
    missing: tuple[Missing, ...] = ()
    without: tuple[str, ...] = ()  # profiles that have no case for the carriers served


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """Why a run ended before its end, and the exit code for that."""

    exit_code: int
    reason: str


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
    level: str = ""  # the level that was asked for
    levels: tuple[LevelResult, ...] = ()  # from the lowest to the highest
    waivers: tuple[UsedWaiver, ...] = ()
    unproved: tuple[str, ...] = ()  # MUSTs of the whole catalogue that no faulty connector proves
    stop: Stop | None = None
    began: str = ""  # when, in UTC and to the second, RFC 3339; "" where nobody said

    @property
    def exit_code(self) -> int:
        """Return what the run comes to. Where our own side broke nothing is said of the connector."""
        if self.stop is not None:
            return self.stop.exit_code
        verdicts = {verdict for row in self.results for verdict in row.verdicts.values()}
        if Verdict.UNKNOWN in verdicts or any(cell.verdict is Verdict.UNKNOWN for cell in self.matrix):
            return INSTRUMENT
        if self._failed():
            return FAILED
        return CONFORM if verdicts - {Verdict.SKIPPED} else WRONG_USE

    def _failed(self) -> bool:
        asked = [missing for row in self.levels if row.name == self.level for missing in row.missing]
        return (
            any(row.breaks_the_run for row in self.results)
            or any(row.state == "not needed" for row in self.waivers)
            or any(not missing.waived for missing in asked)
        )

    @property
    def reached(self) -> str:
        """Return the highest level that was reached, or ""."""
        return next((row.name for row in reversed(self.levels) if row.reached), "")

    def counts(self) -> dict[str, int]:
        """Return how many requirements came to each verdict."""
        tally = {verdict.value: 0 for verdict in Verdict}
        for row in self.requirements:
            tally[row.verdict.value] += 1
        return tally

    def failed(self) -> tuple[str, ...]:
        """Return the requirements that failed or were warned of, waived ones too."""
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
        waived=_waived(requirement.id, results) if verdict is not Verdict.UNKNOWN else "",
    )


def _waived(number: str, results: Sequence[CaseResult]) -> str:
    """Return why a requirement's failures are put up with; "" when it has none, or one that is not waived."""
    wrong = [row for row in results if row.verdicts[number] in (Verdict.FAILED, Verdict.WARNED)]
    if not wrong or any(number not in row.waived for row in wrong):
        return ""
    return "; ".join(dict.fromkeys(row.waived[number] for row in wrong))
