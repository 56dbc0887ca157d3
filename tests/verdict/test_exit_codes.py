"""What a run comes to: 0, 1, 2, 3, and never 1 where our own side broke."""

import msgspec
import pytest

from parcelproof.conformance.case import Verdict
from parcelproof.conformance.levels import level_results
from parcelproof.conformance.run import CaseResult, Cell, Missing, Run, Stop, UsedWaiver
from parcelproof.conformance.verdict.words import WORDS, word_of

from .conftest import a_run, failed, passed, skipped, unknown, warned

GOOD, BAD, NOT_HELD, OURS = passed("TRK-001/fold"), failed(), skipped("WHK-001/none"), unknown()


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([GOOD], 0),
        ([GOOD, NOT_HELD], 0),
        ([GOOD, warned()], 0),
        ([GOOD, BAD], 1),
        ([BAD, NOT_HELD], 1),
        ([], 2),
        ([NOT_HELD], 2),
        ([OURS], 3),
        ([GOOD, OURS], 3),
        ([BAD, OURS], 3),
    ],
)
def test_the_exit_code_never_mixes_the_connectors_faults_with_ours(results: list[CaseResult], code: int) -> None:
    made = a_run(*results)
    assert made.exit_code == code
    assert word_of(made) == WORDS[code]


def test_an_unknown_beside_a_failure_in_one_case_is_still_ours() -> None:
    both = failed(verdicts={"NTF-008": Verdict.FAILED, "NTF-005": Verdict.UNKNOWN})
    assert a_run(both).exit_code == 3


def test_an_unknown_cell_of_the_matrix_is_ours() -> None:
    cell = Cell(flow="book", write="POST /orders", point="killed before", verdict=Verdict.UNKNOWN)
    assert a_run(GOOD, BAD, matrix=(cell,)).exit_code == 3


@pytest.mark.parametrize("code", [2, 3, 130])
def test_a_run_that_ended_early_has_the_code_of_its_end(code: int) -> None:
    assert a_run(GOOD, BAD, stop=Stop(exit_code=code, reason="the simulator is gone")).exit_code == code


def test_a_waived_failure_does_not_fail_the_run() -> None:
    assert a_run(failed(waived={"NTF-008": "known"})).exit_code == 0
    two = failed("NTF-008/none_twice", "NTF-008", "NTF-005", waived={"NTF-008": "known"})
    assert a_run(two).exit_code == 1


@pytest.mark.parametrize(("state", "code"), [("used", 0), ("expired", 0), ("not judged", 0), ("not needed", 1)])
def test_a_waiver_that_is_not_needed_fails_the_run(state: str, code: int) -> None:
    waiver = msgspec.convert(
        {"where": "w.toml:1", "pattern": "TRK-001", "reason": "r", "expires": "2027-01-01", "state": state}, UsedWaiver
    )
    assert a_run(GOOD, waivers=(waiver,)).exit_code == code


def test_a_level_that_was_asked_for_must_be_reached() -> None:
    made = a_run(GOOD)
    judged = msgspec.structs.replace(made, levels=level_results(made))
    assert judged.exit_code == 0
    assert msgspec.structs.replace(judged, level="bronze").exit_code == 1


def test_what_a_level_lacks_may_be_waived() -> None:
    made = a_run(GOOD)
    (bronze, *_) = level_results(made)

    def lacking(waived: bool) -> Run:
        lack = Missing(requirement="LBL-001", profile="labels", why="failed", waived=waived)
        return msgspec.structs.replace(made, level="bronze", levels=(msgspec.structs.replace(bronze, missing=(lack,)),))

    assert (lacking(True).exit_code, lacking(False).exit_code) == (0, 1)
