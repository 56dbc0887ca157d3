"""A scenario for a failed case, and the proof that it fails the same way: it is replayed before it is handed out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from parcelproof.control_client import ControlError
from parcelproof.scenario import Scenario, ScenarioError, parse
from parcelproof.scenario.expectations import Expect
from parcelproof.scenario.shapes import Finding as Shown
from parcelproof.scenario.shapes import Step, Violated
from parcelproof.scenario.writing import text_of

from ..case import Case, Violation
from ..checks import CHECKS
from ..driver.http import Silent
from ..history import Finding
from ..lab import Lab
from ..scenarios.results import Failure, Outcome
from ..scenarios.running import found_again, run_scenario
from .acts import Untold
from .looks import LISTS, expectations
from .record import Done
from .telling import Teller
from .witness import Witness

MOST_REPLAYS = 10
MOST_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class Told:
    """A failed case as the text of a scenario file, or why it cannot be told as one."""

    text: str = ""
    reason: str = ""


def tell(lab: Lab, case: Case, seen: Witness, seed: int) -> Told:
    """Return the scenario of a failed case. What is returned has failed once more, by the same finding."""
    if isinstance(seen.error, Silent):
        return Told(reason="the connector gave no answer in time, and waiting for it once more proves nothing new")
    try:
        return _first_that_fails(lab, case, seen, seed)
    except Untold as reason:
        return Told(reason=str(reason))


def _first_that_fails(lab: Lab, case: Case, seen: Witness, seed: int) -> Told:
    tried, findings = 0, seen.findings
    for exactly in (False, True):
        teller = Teller(seen.record, exactly=exactly)
        plain = teller.scenario(f"{case.id}: {findings[0].requirement} is broken"[:200], case.story)
        for expect in _possible(teller, seen):
            tried += 1
            if tried > MOST_REPLAYS:
                break
            told = _tried(lab, case, teller, plain, expect, findings, seed)
            if told is not None:
                return told
    raise Untold("no expectation of the format tells what was found wrong" if tried else "nothing tells what was wrong")


def _possible(teller: Teller, seen: Witness) -> Iterator[Expect | None]:
    """Yield what the last step could expect: nothing where the step itself fails, a value in its place, or a law."""
    findings = seen.findings
    if not isinstance(seen.error, Violation):
        last = _broken_look(teller)
        yield from (None,) if last is None else _of_look(teller, last, findings)
        return
    laws = tuple(dict.fromkeys(row.requirement for row in findings if row.requirement in CHECKS))
    if teller.record.looks and teller.record.looks[-1].name == "history" and laws:
        yield Expect(holds=laws)  # the last thing the case did was to hold them
    yield from expectations(teller, findings[0], seen.asked)
    if laws:
        yield Expect(holds=laws)


def _broken_look(teller: Teller) -> Done | None:
    """Return the look that broke; None where the last act did."""
    looks = teller.record.looks
    return looks[-1] if looks and looks[-1].error is not None else None


def _of_look(teller: Teller, look: Done, findings: Sequence[Finding]) -> Iterator[Expect]:
    """Yield what makes a scenario look at the same thing again."""
    if look.name == "order" and look.args[0] in teller.numbers:
        name = teller.numbers[look.args[0]]
        yield Expect(orders={name: {"/number": look.args[0]}})
    elif look.name in LISTS:
        yield msgspec.convert({"driver": {look.name: {"": {"not": None}}}}, Expect)
    elif look.name == "history":
        yield Expect(holds=tuple(dict.fromkeys(row.requirement for row in findings if row.requirement in CHECKS)))


def _tried(
    lab: Lab,
    case: Case,
    teller: Teller,
    plain: Scenario,
    expect: Expect | None,
    findings: Sequence[Finding],
    seed: int,
) -> Told | None:
    """Return the scenario with this expectation when it fails by one of the findings and is well formed."""
    steps = plain.steps if expect is None else _expecting(plain.steps, expect)
    names = teller.names
    shown = [
        Shown(
            requirement=row.requirement,
            subject=names.plain(row.subject),
            expected=names.plain(row.expected),
            found=names.plain(row.found),
        )
        for row in findings
    ]
    trial = msgspec.structs.replace(
        plain, steps=steps, violated=Violated(case=case.id, seed=seed, findings=tuple(shown))
    )
    failures = failures_of(lab, trial, f"{teller.record.tenant}-again")
    wanted = [row for row in shown if found_again(row, failures)]
    if not wanted:
        return None
    made = msgspec.structs.replace(
        trial,
        tags=("counterexample", *dict.fromkeys(row.requirement for row in wanted)),
        violated=Violated(case=case.id, seed=seed, findings=tuple(wanted[:MOST_FINDINGS])),
    )
    text = text_of(made)
    try:
        parse(text.encode())
    except ScenarioError as problem:
        raise Untold(f"the file would be no scenario: {problem.problems[0].sentence}") from problem
    return Told(text=text)


def _expecting(steps: tuple[Step, ...], expect: Expect) -> tuple[Step, ...]:
    """Return the steps with the expectation at their end; an answer stands where the connector was asked last."""
    place = len(steps) - 1
    if expect.answer is not None:
        place = max((at for at, step in enumerate(steps) if step.connector is not None), default=place)
    return (*steps[:place], msgspec.structs.replace(steps[place], expect=expect), *steps[place + 1 :])


def failures_of(lab: Lab, scenario: Scenario, tenant: str) -> list[Failure]:
    """Return what does not hold when a scenario is run in this laboratory, in a tenant of its own."""
    try:
        made = run_scenario(
            scenario, "trial.yaml", control=lab.control, simulator_url=lab.simulator_url, lab=lab, tenant=tenant
        )
    except ControlError as error:
        raise Untold(f"the simulator refused the replay: {error.title}: {error.detail}") from error
    if made.outcome is not Outcome.FAILED:
        return []
    return [failure for _, failure in made.failures]


TRIAL = "counterexample-trial"
