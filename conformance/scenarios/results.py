"""What a run of scenarios found: step by step, file by file, and the exit code that follows."""

from enum import StrEnum

import msgspec

PASSED, FAILED, WRONG_USE, INSTRUMENT = 0, 1, 2, 3
WORDS = {PASSED: "GOOD", FAILED: "FAILED", WRONG_USE: "WRONG FILE", INSTRUMENT: "INSTRUMENT FAULT"}


class Outcome(StrEnum):
    """What became of a scenario. `unknown`: our own side broke; `invalid`: the file is no scenario."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"
    INVALID = "invalid"


class Failure(msgspec.Struct, frozen=True):
    """One expectation that does not hold. Holds nothing that differs between two machines, such as a port."""

    what: str
    expected: str
    found: str
    requirement: str = ""

    def __str__(self) -> str:
        head = f"{self.requirement} " if self.requirement else ""
        return f"{head}{self.what}: expected {self.expected}, found {self.found}"


class StepResult(msgspec.Struct, frozen=True, kw_only=True):
    """One step that was done: when, what, what came of it, and what does not hold afterwards."""

    number: int
    line: int
    at: str
    said: str
    reply: str = ""
    note: str = ""
    checked: int = 0
    failures: tuple[Failure, ...] = ()


class ScenarioResult(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario. `sha256` is the hash of its canonical journal."""

    file: str
    title: str
    outcome: Outcome
    tags: tuple[str, ...] = ()
    reason: str = ""
    steps: tuple[StepResult, ...] = ()
    duration_s: float = 0.0
    sha256: str = ""
    recorded_sha256: str = ""
    again: tuple[str, ...] = ()  # of a counterexample: whether each of its findings was found again

    @property
    def failures(self) -> tuple[tuple[StepResult, Failure], ...]:
        return tuple((step, failure) for step in self.steps for failure in step.failures)

    @property
    def checked(self) -> int:
        return sum(step.checked for step in self.steps)


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run."""

    results: tuple[ScenarioResult, ...]
    duration_s: float

    @property
    def exit_code(self) -> int:
        """Return 0 only where something held: a run in which every scenario was skipped has shown nothing."""
        found = {row.outcome for row in self.results}
        if Outcome.UNKNOWN in found:
            return INSTRUMENT
        if Outcome.FAILED in found:
            return FAILED
        return WRONG_USE if Outcome.INVALID in found or Outcome.PASSED not in found else PASSED

    @property
    def word(self) -> str:
        """Return what came of it in a word or two."""
        if self.exit_code == WRONG_USE and all(row.outcome is Outcome.SKIPPED for row in self.results):
            return "NOTHING WAS RUN"
        return WORDS[self.exit_code]

    def counts(self) -> dict[str, int]:
        tally = {outcome.value: 0 for outcome in Outcome}
        for row in self.results:
            tally[row.outcome.value] += 1
        return tally
