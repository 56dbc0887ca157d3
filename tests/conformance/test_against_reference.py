"""The judge holds the reference, and a faulty connector in its place fails by the right requirement.

A few cases of each area; `verify --reference` and `score` hold all of them.
"""

import msgspec
import pytest

from parcelproof.cli.programs import engine_command
from parcelproof.conformance.case import Verdict
from parcelproof.conformance.processes import SIMULATOR, Process
from parcelproof.conformance.runner import Options, run
from parcelproof.conformance.score import score

CASES = (
    "LBL-001", "RTE-003", "TRK-005", "WHK-003", "SEC-001", "SEC-005", "RET-003", "NTF-005", "NTF-245", "SET-035",
    "SET-015", "IDM-001", "RES-002", "TRK-002/any_history_is_folded_right[mail_alliance]",
)  # fmt: skip
FEW = 0.1  # of the examples of a property; `verify --reference` holds all of them


def test_the_reference_conforms() -> None:
    made = run(Options(command=engine_command(), ours=True, cases=CASES, examples=FEW, seed=20261122))
    wrong = [str(found) for row in made.results for found in row.findings]
    assert wrong == []
    assert {row.verdict for row in made.results} == {Verdict.PASSED}, [row.reason for row in made.results]
    assert made.exit_code == 0


@pytest.mark.parametrize("name", ["duplicate-mail", "unchecked-signature", "transfer-as-collected"])
def test_a_faulty_connector_is_failed_by_the_right_requirement(name: str) -> None:
    found = score(engine_command, only=[name])
    assert (found.killed, found.sound.failed, found.exit_code) == (1, (), 0), found


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("arrival-order", {"TRK-002"}), ("event-counted-twice", {"TRK-003"}), ("no-polling", {"TRK-002", "TRK-004"})],
)
def test_the_state_machine_finds_a_short_story(name: str, numbers: set[str]) -> None:
    """Random histories alone tell these bugs apart from the right engine, and the story is cut to what it needs."""
    case = "TRK-002/any_history_is_folded_right[mail_alliance]"
    made = run(Options(command=engine_command(name), ours=True, cases=[case]))
    (result,) = made.results
    assert result.verdict is Verdict.FAILED, result.reason
    assert {found.requirement for found in result.findings} <= numbers
    assert 1 <= len(result.example.splitlines()) <= 6, result.example


def test_the_same_seed_judges_the_same() -> None:
    """Two runs of a property over a mutant find the same smallest example, whatever the machine does meanwhile."""
    found = []
    command = engine_command("oldest-news")
    for _ in range(2):
        with Process(SIMULATOR) as simulator:
            options = Options(
                command=command, ours=True, simulator=simulator.url, cases=["NTF-006/any_rhythm_of_novelties"]
            )
            made = run(options)
        found.append([(row.verdicts, row.example, row.examples) for row in made.results])
    assert found[0] == found[1]
    assert found[0][0][1]


SHORT = {"cases": ("LBL-001", "LBL-006", "WHK-001", "WHK-003", "WHK-005/webhooks_out_of_order*")}
WHOLE = {"profiles": ("labels", "webhooks")}


@pytest.mark.parametrize(
    "chosen",
    [pytest.param(SHORT, marks=pytest.mark.ci, id="cases"), pytest.param(WHOLE, marks=pytest.mark.long, id="profiles")],
)
def test_a_run_tells_the_same_again(chosen: dict[str, tuple[str, ...]]) -> None:
    """Over a faulty connector, one lane and two: verdicts, findings and evidence are equal."""
    told = []
    for jobs in (1, 2):
        options = Options(command=engine_command("arrival-order"), ours=True, jobs=jobs, examples=0.06, seed=20261122)
        made = run(msgspec.structs.replace(options, **chosen))
        told.append([msgspec.structs.replace(row, duration_s=0.0) for row in made.results])
    assert told[0] == told[1]
    assert sum(row.evidence is not None for row in told[0]) > 1
