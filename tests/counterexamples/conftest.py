"""Faulty connectors judged, and their counterexamples replayed by a program of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parcelproof.cli.programs import engine_command, nursery_command
from parcelproof.conformance.case import Case, Verdict, all_cases
from parcelproof.conformance.hold import hold
from parcelproof.conformance.lab import Lab
from parcelproof.conformance.processes import SIMULATOR, Process
from parcelproof.conformance.run import CaseResult, Run
from parcelproof.conformance.runner import DEFAULT_SEED, Options, run
from parcelproof.conformance.score.nursery import Nursery

Judge = Callable[..., Run]
FirstFailure = Callable[..., CaseResult]
Replay = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def simulator() -> Iterator[str]:
    with Process(SIMULATOR) as started:
        yield started.url


@pytest.fixture(scope="session")
def judge(simulator: str) -> Judge:
    """Judge a mutant by cases, at one simulator for all."""

    def judged(mutant: str, *cases: str, **more: object) -> Run:
        options = {"simulator": simulator, "jobs": 1, "cases": cases, **more}
        return run(Options(command=engine_command(mutant), ours=True, **options))  # type: ignore[arg-type]

    return judged


def _is_meant(case: Case, name: str, carriers: tuple[str, ...]) -> bool:
    return case.name == name and (not carriers or case.carrier in carriers)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with Nursery(nursery_command()) as opened:
        yield opened


@pytest.fixture(scope="session")
def first_failure(simulator: str, nursery: Nursery) -> FirstFailure:
    """Hold the cases of one name on a mutant until one fails; its engines are forked, since some are killed often."""

    def failed(mutant: str, name: str, *carriers: str) -> CaseResult:
        command = engine_command(mutant)
        with Lab(command=command, ours=True, simulator=simulator, seed=DEFAULT_SEED, launch=nursery.launch) as lab:
            held = (hold(lab, case, seed=DEFAULT_SEED) for case in all_cases() if _is_meant(case, name, carriers))
            return next(result for result in held if result.verdict is Verdict.FAILED)

    return failed


@pytest.fixture(scope="session")
def replay() -> Replay:
    """Replay a file in a fresh process, with a simulator and an engine of its own on other ports."""

    def replayed(file: Path, *, mutant: str = "") -> "subprocess.CompletedProcess[str]":
        whom = ["--command", " ".join(engine_command(mutant))] if mutant else ["--reference"]
        return subprocess.run(
            [sys.executable, "-m", "parcelproof", "scenario", "replay", str(file), *whom],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return replayed
