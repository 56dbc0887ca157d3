"""Hold one case: plain, as a Hypothesis property, or as a state machine; and turn what happens into verdicts."""

import traceback
from collections.abc import Callable
from typing import Any

import hypothesis
import msgspec
from hypothesis import HealthCheck, Phase, Verbosity
from hypothesis.stateful import run_state_machine_as_test

from .bench import Bench, NotBooked
from .case import Case, Skip, Verdict, Violation, finding
from .catalogue import load
from .checks import CHECKS, judge
from .checks.channels import channels_of
from .counterexamples.evidence import evidence_of
from .counterexamples.looks import asked_by
from .counterexamples.record import Record, watch
from .counterexamples.witness import Witness, witness
from .driver.http import ConnectorError, Silent
from .history import Finding
from .lab import Lab
from .processes import InstrumentError
from .run import CaseResult, Channel
from .scenarios.running import words_of
from .shrinking import Script, with_less

ABOUT_CHANNELS = "TRK-016"
SHRINK_TRIES = 40  # runs spent on making a failing example smaller; each is a world of its own
NO_KILL = "the judge did not start this connector, so it cannot kill it"
ALL = 10**9  # more examples than any property has


class Budget:
    """Bounds how many worlds are spent on shrinking, without making Hypothesis see a flaky test.

    After the budget only examples that failed before fail again; any other counts as good. Of generated examples no
    more than `most` are held, the others count as good too.
    """

    def __init__(self, tries: int, most: int) -> None:
        self.shrinks = tries > 0
        self.most = most
        self.left = tries
        self._failed: dict[str, tuple[Exception, Witness | None]] = {}
        self.held = 0
        self.smallest = ""
        self.witness: Witness | None = None  # of the smallest example
        self.channels: tuple[Channel, ...] = ()  # of the last example

    def spend(self, shown: str, body: Callable[[int], None]) -> None:
        if shown in self._failed:
            self.smallest = shown
            known, self.witness = self._failed[shown]
            raise known
        if self._failed:
            self.left -= 1
            if self.left < 0:
                return
        if self.held >= self.most:
            return
        self.held += 1
        self.witness = None
        try:
            body(self.held)
        except (Violation, NotBooked, ConnectorError) as error:
            self._failed[shown] = error, self.witness
            self.smallest = shown
            if isinstance(error, Silent):
                self.left = 0  # every further try would wait as long
            raise


def hypothesis_settings(count: int, *, shrink: bool = True, **more: Any) -> hypothesis.settings:
    """Return settings that depend on nothing but the seed: no database, no deadline, no machine speed."""
    return hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        phases=(Phase.explicit, Phase.generate, *((Phase.shrink,) if shrink else ())),
        suppress_health_check=list(HealthCheck),
        **more,
    )


def hold(
    lab: Lab, case: Case, *, seed: int, scale: float = 1.0, brief: bool = False, most_examples: int = ALL
) -> CaseResult:
    """Hold a case and return its verdicts; never raises for what the connector does.

    `brief`: a failure is enough; no smaller example is sought and no evidence gathered. Of a property's examples, drawn
    as ever, at most the first `most_examples` are held.
    """
    if case.matrix is not None:
        from .matrix.holding import hold_matrix

        return hold_matrix(lab, case, brief=brief, most=most_examples)
    budget = Budget(0 if brief else SHRINK_TRIES, most_examples)
    try:
        _run(lab, case, budget, seed, max(1, round(case.examples_count * scale)))
    except Skip as skip:
        return _result(case, budget, dict.fromkeys(case.requirements, Verdict.SKIPPED), reason=str(skip))
    except (Violation, NotBooked, ConnectorError) as error:
        findings = _findings(case, error)
        generated = case.examples is not None or case.machine is not None
        example = budget.smallest if generated else ""
        made = _result(case, budget, _verdicts(case, findings), findings=findings, example=example)
        if brief or budget.witness is None:
            return made
        return msgspec.structs.replace(made, evidence=evidence_of(lab, case, budget.witness, seed=seed))
    except InstrumentError:
        raise
    except Exception as error:  # our side: the case, the simulator, the judge. Never the connector's
        return _result(case, budget, dict.fromkeys(case.requirements, Verdict.UNKNOWN), reason=broken(error))
    return _result(case, budget, dict.fromkeys(case.requirements, Verdict.PASSED))


def _result(
    case: Case,
    budget: Budget,
    verdicts: dict[str, Verdict],
    *,
    reason: str = "",
    findings: tuple[Finding, ...] = (),
    example: str = "",
) -> CaseResult:
    return CaseResult(
        id=case.id,
        story=case.story,
        carrier=case.carrier or "",
        verdicts=verdicts,
        reason=reason,
        findings=findings,
        example=example,
        examples=budget.held,
        channels=budget.channels,
    )


def broken(error: Exception) -> str:
    """Return what of ours broke, and where, in one sentence."""
    places = traceback.extract_tb(error.__traceback__)
    last = places[-1] if places else None
    where = f" at {last.filename.rpartition('/')[2]}:{last.lineno}" if last else ""
    return f"our side broke: {type(error).__name__}: {error}{where}"


def _run(lab: Lab, case: Case, budget: Budget, seed: int, count: int) -> None:
    if case.machine is not None:
        _run_machine(lab, case, budget, seed, count)
    elif case.examples is None:
        budget.spend("", lambda number: _with_bench(lab, case, budget, number, None))
    else:
        _run_property(lab, case, budget, seed, count)


def _with_bench(lab: Lab, case: Case, budget: Budget, number: int, example: Any) -> None:
    bench = lab.bench(case.id, number, case.settings, profiles=lab.capabilities.profiles)
    record = watch(bench, case.settings)
    try:
        arguments = [bench] if case.carrier is None else [bench, case.carrier]
        case.run(*arguments, *([] if case.examples is None else [example]))
    except (Violation, NotBooked, ConnectorError) as error:
        budget.witness = _witnessed(case, bench, record, error)
        raise budget.witness.error from error
    finally:
        budget.channels = _channels(case, bench)
        bench.close()


def _channels(case: Case, bench: Bench) -> tuple[Channel, ...]:
    """Return which channel taught which news, where a case is about that."""
    if ABOUT_CHANNELS not in case.requirements or bench.looked_at is None:
        return ()
    return channels_of(bench.looked_at)


def _witnessed(case: Case, bench: Bench, record: Record, error: Exception) -> Witness:
    asked = asked_by(error)
    if isinstance(error, Violation):
        error = _with_more(error, case, bench, record)
    return witness(bench, record, error, _findings(case, error), asked)


def _with_more(violation: Violation, case: Case, bench: Bench, record: Record) -> Violation:
    """Add what the case's own checks find in the history so far: the first thing wrong is seldom the whole story."""
    mine = [number for number in case.requirements if number in CHECKS]
    record.depth += 1  # the judge looks here, not the case
    try:
        judgements = judge(bench.history(read_labels=False), mine)
    except ConnectorError:
        return violation  # the connector cannot even be looked at any more
    finally:
        record.depth -= 1
    found = [row for judgement in judgements for row in judgement.findings]
    said = {_said(row) for row in violation.findings}
    return Violation([*violation.findings, *(row for row in found if _said(row) not in said)])


def _said(row: Finding) -> tuple[str, ...]:
    return row.requirement, row.subject, row.expected, row.found


def _run_property(lab: Lab, case: Case, budget: Budget, seed: int, count: int) -> None:
    assert case.examples is not None

    @hypothesis.seed(seed)
    @hypothesis_settings(count, shrink=budget.shrinks)
    @hypothesis.given(case.examples)
    def law(example: Any) -> None:
        budget.spend(repr(example), lambda number: _with_bench(lab, case, budget, number, example))

    law()


class _Stories:
    """The runs of one state machine, each in a world of its own, and the first that failed."""

    def __init__(self, lab: Lab, case: Case, budget: Budget) -> None:
        self._lab = lab
        self._case = case
        self._budget = budget
        self._bench: Bench | None = None  # of the latest run, with its record
        self._record: Record | None = None
        self.first: tuple[Script, Witness] | None = None

    def opened(self) -> Bench:
        self._budget.held += 1
        profiles = self._lab.capabilities.profiles
        self._bench = self._lab.bench(self._case.id, self._budget.held, self._case.settings, profiles=profiles)
        self._record = watch(self._bench, self._case.settings)
        return self._bench

    def failed(self, script: Script, error: Exception) -> bool:
        """Keep the first story that failed, whatever Hypothesis makes of it; False when it fails for another reason."""
        if isinstance(error, Violation | NotBooked | ConnectorError) and self.first is None and self._bench is not None:
            found = self._seen(error)
            if not self._is_blamed(script):
                return False
            self.first = list(script), found
        return True

    def again(self, script: Script) -> Witness | None:
        """Tell a story; return the witness when it fails."""
        bench = self.opened()
        try:
            self._case.machine.replay(bench, script)
        except (Violation, NotBooked, ConnectorError) as error:
            return self._seen(error)
        finally:
            bench.close()
        return None

    def fails(self, script: Script) -> Witness | None:
        """Tell a story; return the witness when it fails as the first did: by its requirements, for what is blamed."""
        blamed = self._case.machine.blamed
        if blamed and not any(name in blamed for name, _ in script):
            return None
        found = self.again(script)
        assert self.first is not None
        wanted = {row.requirement for row in self.first[1].findings}
        if found is None or found.findings[0].requirement not in wanted:
            return None
        return found if self._is_blamed(script) else None

    def _seen(self, error: Exception) -> Witness:
        assert self._bench is not None and self._record is not None, "a run was opened"
        return _witnessed(self._case, self._bench, self._record, error)

    def _is_blamed(self, script: Script) -> bool:
        """Whether a story that failed is about what is blamed: without that it must hold, else something else is wrong.

        Without anything blamed every story counts.
        """
        blamed = self._case.machine.blamed
        if not blamed:
            return True
        without = [action for action in script if action[0] not in blamed]
        return len(without) < len(script) and self.again(without) is None


def _run_machine(lab: Lab, case: Case, budget: Budget, seed: int, count: int) -> None:
    """Run a state machine; each run of it is one example, in a world of its own.

    A failing story is told again with ever less in it, by our own hand: Hypothesis would spend hundreds of worlds.
    """
    if "restart" in case.claims and not lab.target.can_kill:
        raise Skip(NO_KILL)
    stories = _Stories(lab, case, budget)
    members = {"open_bench": staticmethod(stories.opened), "failed": staticmethod(stories.failed)}
    made = type(case.machine.__name__, (case.machine,), members)
    count = min(count, budget.most)  # a machine that held fewer by itself would seem flaky to Hypothesis
    settings = hypothesis_settings(count, shrink=False, stateful_step_count=case.machine.steps_count)
    try:
        run_state_machine_as_test(hypothesis.seed(seed)(made), settings=settings)
    except Exception as raised:
        if stories.first is None:
            raise
        script, first = stories.first
        tries = budget.left if budget.shrinks and not isinstance(first.error, Silent) else 0
        script, smaller = with_less(script, stories.fails, tries=tries)
        budget.witness = smaller or first
        budget.smallest = "\n".join(f"{name} {arguments}" for name, arguments in script)
        raise budget.witness.error from raised


def _findings(case: Case, error: Exception) -> tuple[Finding, ...]:
    if isinstance(error, Violation):
        return error.findings
    return tuple(finding(number, *words_of(error)) for number in case.requirements)


def _verdicts(case: Case, findings: tuple[Finding, ...]) -> dict[str, Verdict]:
    """Return failed for what was found (warned below MUST); the case's other requirements were not reached."""
    catalogue = load()
    verdicts = dict.fromkeys(case.requirements, Verdict.SKIPPED)
    for row in findings:
        binding = catalogue[row.requirement].level.binding
        verdicts[row.requirement] = Verdict.FAILED if binding else Verdict.WARNED
    return verdicts
