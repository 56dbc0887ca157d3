"""pytest's view of the judge: one item per requirement, below a collector called `parcelproof`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from parcelproof.conformance.case import Case, Verdict
from parcelproof.conformance.catalogue import load
from parcelproof.conformance.run import CaseResult, RequirementResult, Run, UsedWaiver, by_requirement
from parcelproof.conformance.verdict.finish import cleaned
from parcelproof.conformance.waivers import waive

from .asked import Asked
from .judging import Judging, Unjudged
from .telling import told_cases, told_idle

NAME = "parcelproof"
VERDICT = "parcelproof"  # the user property by which reports carry a verdict


class Requirements(pytest.Collector):
    """All requirements that the cases name."""

    judging: Judging
    wanted: Asked

    def collect(self) -> Iterator[pytest.Item]:
        cases: dict[str, list[Case]] = defaultdict(list)
        for case in self.wanted.cases:
            for number in case.requirements:
                cases[number].append(case)
        for number in sorted(cases):
            item: RequirementItem = RequirementItem.from_parent(self, name=number)
            item.prepare(self.judging, self.wanted, cases[number])
            yield item


class RequirementItem(pytest.Item):
    """One requirement. The cases are held in its setup, so that what breaks on our side is an error, not a failure."""

    def prepare(self, judging: Judging, wanted: Asked, cases: list[Case]) -> None:
        self._judging, self._wanted, self._cases = judging, wanted, cases
        self._row: RequirementResult | None = None
        self.add_marker(NAME)
        requirement = load()[self.name]
        self.user_properties += [("level", requirement.level.value), ("requirement", requirement.text)]

    def reportinfo(self) -> tuple[Any, int | None, str]:
        return self.path, None, self.name

    def setup(self) -> None:
        if self._judging.trouble:
            pytest.skip(f"not held: {self._judging.trouble}")
        try:
            results = self._judging.results(self._wanted.options, self._cases)
        except Unjudged as error:
            raise pytest.fail.Exception(str(error), pytrace=False) from None
        self._run = waive(self._run_of(results), self._wanted.waivers, datetime.now(UTC).date())
        self._row = next(row for row in self._run.requirements if row.id == self.name)
        self.user_properties.append((VERDICT, self._row.verdict.value))
        match self._row.verdict:
            case Verdict.SKIPPED:
                pytest.skip(self._row.reason or "not reached")
            case Verdict.UNKNOWN:
                pytest.fail(self._row.reason, pytrace=False)

    def runtest(self) -> None:
        assert self._row is not None
        told = told_cases(self._of(self._row.verdict))
        idle = [row for row in self._run.waivers if row.state == "not needed" and self._names_this(row)]
        if idle:
            pytest.fail("\n".join(map(told_idle, idle)), pytrace=False)
        if self._row.verdict is Verdict.FAILED and self._row.waived:
            pytest.xfail(self._row.waived)
        if self._row.verdict is Verdict.FAILED:
            pytest.fail(f"{self.name} {self._row.level}: {self._row.text}\n\n{told}", pytrace=False)
        if self._row.verdict is Verdict.WARNED:
            self.add_report_section("call", NAME, told)

    def _run_of(self, results: list[CaseResult]) -> Run:
        made = Run(
            connector={},
            target="",
            seed=self._wanted.options.seed,
            results=tuple(results),
            requirements=by_requirement(results),
            duration_s=0.0,
        )
        return cleaned(made)

    def _of(self, verdict: Verdict) -> Iterable[CaseResult]:
        return [row for row in self._run.results if row.verdicts[self.name] is verdict]

    def _names_this(self, waiver: UsedWaiver) -> bool:
        return bool({self.name, *(row.id for row in self._run.results)} & set(waiver.passes))


def collected(session: pytest.Session, judging: Judging, wanted: Asked) -> list[pytest.Item]:
    """Return the items for what was asked."""
    parent: Requirements = Requirements.from_parent(session, name=NAME, nodeid=NAME)
    parent.judging, parent.wanted = judging, wanted
    report = session.ihook.pytest_make_collect_report(collector=parent)
    session.ihook.pytest_collectreport(report=report)  # or pytest would not count them
    return [node for node in report.result if isinstance(node, pytest.Item)]


def summarize(reporter: pytest.TerminalReporter) -> None:
    """Print the requirements below MUST that were not kept: their tests pass, and they are told all the same."""
    warned = [
        report
        for report in reporter.stats.get("passed", [])
        if (VERDICT, Verdict.WARNED.value) in [tuple(pair) for pair in report.user_properties]
    ]
    if warned:
        reporter.section("parcelproof: not kept, and no MUST")
    for report in warned:
        reporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {dict(report.user_properties)['requirement']}")
        reporter.write_line("\n".join(text for name, text in report.sections if name.endswith(NAME)))
