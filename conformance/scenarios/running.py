"""Running one scenario: step by step, each one looked at, until one cannot be done or an expectation fails."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec

from parcelproof.control_client import ControlClient, ControlError
from parcelproof.scenario import Scenario
from parcelproof.scenario.sense import act_of
from parcelproof.scenario.shapes import Finding, Step
from parcelproof.scenario.times import TimeError
from parcelproof.scenario.times import shown as moment_shown

from ..bench import NotBooked
from ..driver.http import ConnectorError, DriverFault, Refused
from ..lab import Lab
from .acting import act
from .expecting import check
from .naming import same
from .results import Failure, Outcome, ScenarioResult, StepResult
from .wire import StepError
from .world import World

NO_ANSWER = 0
SAID = 160


def needs_connector(scenario: Scenario) -> bool:
    """Tell whether a scenario speaks of a connector."""
    looks = ("orders", "documents")
    return scenario.connector is not None or any(
        step.connector is not None or (step.expect is not None and any(getattr(step.expect, name) for name in looks))
        for step in scenario.steps
    )


def tenant_of(scenario: Scenario, file: str) -> str:
    """Return the tenant's name: the scenario's own, or one that follows from its file's name, title and seed."""
    if scenario.tenant.name:
        return scenario.tenant.name
    slug = re.sub(r"[^a-z0-9]+", "-", scenario.scenario.lower()).strip("-")[:40].strip("-")
    content = f"{Path(file).name}/{scenario.scenario}/{scenario.seed}"
    return f"sc-{slug}-{blake2b(content.encode(), digest_size=4).hexdigest()}"


def run_scenario(
    scenario: Scenario,
    file: str,
    *,
    control: ControlClient,
    simulator_url: str,
    lab: Lab | None,
    lines: Mapping[int, int] | None = None,
    tenant: str = "",
) -> ScenarioResult:
    """Run a scenario in a tenant of its own; never raises for what is found.

    Raises:
        ControlError: nobody answers at the simulator.
    """
    began = time.monotonic()
    steps: list[StepResult] = []
    sha256 = ""
    try:
        with World(
            scenario,
            control=control,
            simulator_url=simulator_url,
            tenant=tenant or tenant_of(scenario, file),
            lab=lab,
        ) as world:
            for number, step in enumerate(scenario.steps, start=1):
                done = run_step(world, step, number, (lines or {}).get(number, 0))
                steps.append(done)
                if done.failures:
                    break
            sha256 = str(control.journal_hash(world.tenant)["sha256"])
        reason = ""
        outcome = Outcome.FAILED if steps[-1].failures else Outcome.PASSED
    except ControlError as error:
        if error.status == NO_ANSWER:
            raise
        outcome, reason = Outcome.FAILED, f"the simulator refused the setting up: {error.title}: {error.detail}"
    except ConnectorError as error:
        outcome, reason = Outcome.FAILED, f"the connector: {error}"
    return ScenarioResult(
        file=file,
        title=scenario.scenario,
        outcome=outcome,
        tags=scenario.tags,
        reason=reason,
        steps=tuple(steps),
        duration_s=round(time.monotonic() - began, 3),
        sha256=sha256,
        recorded_sha256=scenario.recorded.sha256 if scenario.recorded else "",
        again=tuple(_compared(scenario, [failure for step in steps for failure in step.failures])),
    )


def found_again(shown: Finding, failures: Sequence[Failure]) -> bool:
    """Tell whether a finding is among the failures: the same requirement, the same words."""
    return any(
        shown.requirement == failure.requirement
        and same(shown.expected, failure.expected)
        and same(shown.found, failure.found)
        for failure in failures
    )


def _compared(scenario: Scenario, failures: Sequence[Failure]) -> Iterator[str]:
    """Tell of each finding of a counterexample whether it was found again."""
    for row in () if scenario.violated is None else scenario.violated.findings:
        told = f"{row.requirement} {row.subject}: expected {row.expected}, found {row.found}"
        if found_again(row, failures):
            yield f"the same finding: {told}"
        else:
            yield f"{'another finding than' if failures else 'not found any more'}: {told}"


def run_step(world: World, step: Step, number: int, line: int) -> StepResult:
    """Do one step and look at what it expects. What it cannot do is a failure of the step."""
    said, checked = said_of(step), 0
    failures: tuple[Failure, ...] = ()
    world.reply = None
    try:
        world.before = len(world.receivers.received)
        world.move(step.when)
        done = act_of(step)
        for _ in range(step.repeat if done else 0):
            assert done is not None
            world.reply = act(world, *done)
        world.settle(step.settle)
        if step.expect is not None:
            checked, failures = check(world, step.expect)
    except (StepError, TimeError) as error:
        failures = (Failure(said, "that it can be done", str(error)),)
    except ControlError as error:
        if error.status == NO_ANSWER:
            raise
        failures = (Failure(said, "that the carrier can do it", f"{error.title}: {error.detail}"),)
    except (ConnectorError, NotBooked) as error:
        failures = tuple(Failure(*words_of(error), requirement=number) for number in _in_question(world.scenario))
    unasked = () if world.scenario.violated else _refused_unasked(step, world)
    return StepResult(
        number=number,
        line=line,
        at=moment_shown(world.now, world.zone),
        said=said,
        reply="" if world.reply is None else world.reply.shown(),
        note=step.note,
        checked=checked + (1 if unasked else 0),
        failures=(*unasked, *(_plain(world, failure) for failure in failures)),
    )


def _in_question(scenario: Scenario) -> tuple[str, ...]:
    """Return the requirements that a counterexample is about; none for any other scenario."""
    found = () if scenario.violated is None else scenario.violated.findings
    return tuple(dict.fromkeys(row.requirement for row in found)) or ("",)


def _plain(world: World, failure: Failure) -> Failure:
    """Return a failure of a requirement without what differs between two machines."""
    if not failure.requirement or world.scenario.violated is None:
        return failure
    names = world.names()
    what, expected, found = (names.plain(text) for text in (failure.what, failure.expected, failure.found))
    return Failure(what, expected, found, failure.requirement)


def words_of(error: Exception) -> tuple[str, str, str]:
    """Return what is told of a connector that did not come as far as it must: (subject, expected, found)."""
    wanted = "an answer in the driver contract's shape" if isinstance(error, DriverFault) else "the case can be held"
    kinds = ((NotBooked, "booking"), (DriverFault, "driver"), (Refused, "refusal"))
    what = next((word for kind, word in kinds if isinstance(error, kind)), "connector")
    return what, wanted, str(error)


def _refused_unasked(step: Step, world: World) -> tuple[Failure, ...]:
    """A short form that nobody expected anything of must at least be taken: 2xx. A raw request is free."""
    if world.reply is None or (step.expect is not None and step.expect.answer is not None):
        return ()
    if step.shop is not None and step.shop.request is not None:
        return ()
    if 200 <= world.reply.status < 300 and not world.reply.refused:
        return ()
    return (Failure("answer", "2xx, since the step says nothing else", world.reply.shown()),)


def said_of(step: Step) -> str:
    """Return what a step does, in one line."""
    done = act_of(step)
    if done is None:
        return "look"
    actor, name, what = done
    told = what if isinstance(what, str) else _short(msgspec.to_builtins(what))
    return f"{actor}: {name} {told}"[:SAID]


def _short(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_short(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return f"[{len(value)} rows]" if len(value) > 3 else "[" + ", ".join(map(_short, value)) + "]"
    return str(value)
