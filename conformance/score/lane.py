"""One lane of a score: a process that judges one connector after another, one JSON line in, one out.

A process of its own, so that two lanes use two cores; it has one simulator for all its connectors.
"""

import time
from collections.abc import Sequence

import msgspec

from ..case import Case, Verdict, all_cases
from ..hold import ALL, hold
from ..lab import Lab
from ..processes import InstrumentError
from ..program import Launch, launch
from ..runner import not_applicable
from .outcome import cheapest_first, failed_by

OTHER_EXAMPLES = 5  # a full run holds of cases that ought to pass; all of them would take days


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A connector to judge.

    `fails`: the cases of these requirements are held, until each of them has failed. Without, all cases of `evidence`
    are held, each for so many examples. `full`: all cases there are; those that are about nothing in `fails` and not in
    `evidence` for few examples.
    """

    name: str
    command: tuple[str, ...]
    fails: tuple[str, ...] = ()
    evidence: dict[str, int] = {}
    full: bool = False
    seed: int = 1


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it."""

    name: str
    killed_by: dict[str, str] = {}
    failed: tuple[str, ...] = ()
    evidence: dict[str, int] = {}
    findings: tuple[str, ...] = ()  # the first of each case that failed
    held: int = 0
    broke: str = ""
    seconds: float = 0.0


def judge(job: Job, simulator: str, launch: Launch = launch) -> Judged:
    """Judge one connector; never raises for what it does."""
    began = time.monotonic()
    try:
        with Lab(command=job.command, ours=True, simulator=simulator, seed=job.seed, launch=launch) as lab:
            found = _Found(job)
            found.hold_all(lab)
    except InstrumentError as error:
        return Judged(name=job.name, broke=str(error), seconds=time.monotonic() - began)
    return msgspec.structs.replace(found.judged(), seconds=time.monotonic() - began)


class _Found:
    """What the cases of one job have found so far."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._missing = set(job.fails)
        self._failed: set[str] = set()
        self._killed_by: dict[str, str] = {}
        self._evidence: dict[str, int] = {}
        self._findings: list[str] = []
        self._held = 0
        self._broke = ""

    def hold_all(self, lab: Lab) -> None:
        for case in self._cases():
            if self._job.fails and not self._job.full and not self._missing & set(case.requirements):
                continue
            if not not_applicable(case, lab.capabilities):
                self._hold(lab, case)
            if self._broke:
                return

    def _cases(self) -> Sequence[Case]:
        if self._job.full:
            return list(all_cases())
        if self._job.fails:
            return cheapest_first(self._job.fails)
        return [case for case in all_cases() if case.id in self._job.evidence]

    def _hold(self, lab: Lab, case: Case) -> None:
        made = hold(lab, case, seed=self._job.seed, brief=True, most_examples=self._most_examples(case))
        self._held += 1
        if not lab.target.alive:
            self._broke = f"the faulty connector ended by itself during {case.id}: {lab.target.epitaph()}"
            return
        if made.verdict is Verdict.UNKNOWN:
            self._broke = f"{case.id}: {made.reason}"
            return
        if failed := failed_by(made.verdicts):
            self._evidence[case.id] = made.examples
            self._findings += [f"{case.id}: {finding}" for finding in made.findings[:1]]
        for number in sorted(failed & self._missing):
            self._killed_by[number] = case.id
        self._failed |= failed
        self._missing -= failed

    def _most_examples(self, case: Case) -> int:
        mine = set(self._job.fails) & set(case.requirements)
        return self._job.evidence.get(case.id, OTHER_EXAMPLES if self._job.full and not mine else ALL)

    def judged(self) -> Judged:
        return Judged(
            name=self._job.name,
            killed_by=self._killed_by,
            failed=tuple(sorted(self._failed)),
            evidence=self._evidence,
            findings=tuple(self._findings),
            held=self._held,
            broke=self._broke,
        )
