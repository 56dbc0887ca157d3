"""The judge holds the reference, and a faulty connector in its place fails by the right requirement.

A few cases of each area; `verify --reference` and `score` hold all of them.
"""

import sys
from pathlib import Path

import pytest

from parcelproof.conformance.case import Verdict
from parcelproof.conformance.processes import SIMULATOR, Process
from parcelproof.conformance.runner import LANE, Options, run
from parcelproof.conformance.score import score

CASES = (
    "LBL-001", "RTE-003", "TRK-005", "WHK-003", "SEC-001", "SEC-005", "RET-003", "NTF-005", "NTF-245", "SET-035",
    "SET-015", "IDM-001", "RES-002", "TRK-002/any_history_is_folded_right[mail_alliance]",
)  # fmt: skip


def engine(folder: Path, *, mutant: str = "", name: str = "engine") -> list[str]:
    module = ["parcelproof.testing.mutants", mutant] if mutant else ["parcelproof"]
    database = f"sqlite:///{folder / name}.db"
    return [sys.executable, "-m", *module, "engine", "serve", "--port", "0", "--driver", "--database", database]


def test_the_reference_conforms(tmp_path: Path) -> None:
    made = run(Options(reference=engine(tmp_path, name=LANE), cases=CASES, seed=20261122))
    wrong = [str(found) for row in made.results for found in row.findings]
    assert wrong == []
    assert {row.verdict for row in made.results} == {Verdict.PASSED}, [row.reason for row in made.results]
    assert made.exit_code == 0


@pytest.mark.parametrize("name", ["duplicate-mail", "unchecked-signature", "transfer-as-collected"])
def test_a_faulty_connector_is_failed_by_the_right_requirement(tmp_path: Path, name: str) -> None:
    (scored,) = score(lambda mutant: engine(tmp_path, mutant=mutant), only=[name])
    assert scored.caught, scored


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("arrival-order", {"TRK-002"}), ("event-counted-twice", {"TRK-003"}), ("no-polling", {"TRK-002", "TRK-004"})],
)
def test_the_state_machine_finds_a_short_story(tmp_path: Path, name: str, numbers: set[str]) -> None:
    """Random histories alone tell these bugs apart from the right engine, and the story is cut to what it needs."""
    command = engine(tmp_path, mutant=name)
    made = run(Options(reference=command, cases=["TRK-002/any_history_is_folded_right[mail_alliance]"]))
    (result,) = made.results
    assert result.verdict is Verdict.FAILED, result.reason
    assert {found.requirement for found in result.findings} <= numbers
    assert 1 <= len(result.example.splitlines()) <= 6, result.example


def test_the_same_seed_judges_the_same(tmp_path: Path) -> None:
    """Two runs of a property over a mutant find the same smallest example, whatever the machine does meanwhile."""
    found = []
    for place in range(2):
        command = engine(tmp_path, mutant="oldest-news", name=f"engine-{place}")
        with Process(SIMULATOR) as simulator:
            made = run(Options(reference=command, simulator=simulator.url, cases=["NTF-006/any_rhythm_of_novelties"]))
        found.append([(row.verdicts, row.example, row.examples) for row in made.results])
    assert found[0] == found[1]
    assert found[0][0][1]
