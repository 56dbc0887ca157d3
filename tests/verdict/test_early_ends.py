"""A run that ends early keeps what it found: the simulator dies, our own code breaks, somebody presses Ctrl-C."""

from collections.abc import Callable
from contextlib import nullcontext

import msgspec
import pytest

from parcelproof.conformance import runner
from parcelproof.conformance.case import Case, Verdict
from parcelproof.conformance.driver.shapes import Capabilities
from parcelproof.conformance.processes import InstrumentError
from parcelproof.conformance.run import CaseResult, Run
from parcelproof.conformance.runner import Options, UsageError

from .conftest import failed

NAMES = ("RTE-001", "RTE-002", "RTE-003")
CAPABILITIES = {
    "protocol": "1", "name": "c", "version": "0", "language": "Go", "profiles": ["rates"], "carriers": ["cdek"],
    "claims": ["clock"], "mail_in": None,
}  # fmt: skip


class Lab:
    capabilities = msgspec.convert(CAPABILITIES, Capabilities)


Ends = Callable[[BaseException], Run]


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Ends:
    """A run of three cases whose second one ends like this."""

    def run(end: BaseException) -> Run:
        held: list[str] = []

        def judge(lab: object, case: Case, options: Options) -> CaseResult:
            held.append(case.id)
            if len(held) == 2:
                raise end
            return failed(case.id, *case.requirements)

        monkeypatch.setattr(runner, "judge", judge)
        monkeypatch.setattr(runner, "open_lab", lambda options, url: nullcontext(Lab()))
        return runner.run(Options(connector="http://127.0.0.1:9", simulator="http://127.0.0.1:9", cases=NAMES))

    return run


def test_a_simulator_that_is_not_there_is_wrong_use_at_once() -> None:
    with pytest.raises(UsageError, match=r"no simulator answers at http://127.0.0.1:9 .*start one by"):
        runner.run(Options(connector="http://127.0.0.1:9", simulator="http://127.0.0.1:9", cases=NAMES))


@pytest.mark.parametrize(
    ("end", "code", "says"),
    [
        (InstrumentError("the simulator ended: no memory"), 3, "the simulator ended: no memory"),
        (TypeError("ours"), 3, "our side broke: TypeError: ours at test_early_ends.py:"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_what_was_found_before_is_kept_and_nothing_is_held_after(
    ends: Ends, end: BaseException, code: int, says: str
) -> None:
    made = ends(end)
    assert made.stop is not None and says in made.stop.reason
    assert made.exit_code == code
    assert [row.verdict for row in made.results] == [Verdict.FAILED]
    assert [row.id for row in made.requirements] == [*made.results[0].verdicts]
