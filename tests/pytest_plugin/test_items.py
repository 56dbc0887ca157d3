"""What becomes of one requirement in pytest, by its verdict and its waivers."""

from datetime import date
from typing import Any

import pytest

from parcelproof.conformance.case import Case, Verdict, finding
from parcelproof.conformance.run import CaseResult
from parcelproof.conformance.runner import Options
from parcelproof.conformance.waivers import Waiver
from parcelproof.testing.asked import Asked
from parcelproof.testing.items import RequirementItem, Requirements
from parcelproof.testing.judging import Judging, Unjudged

FAR, PAST = date(9999, 12, 31), date(2020, 1, 1)
CASE = Case(name="one", requirements=("TRK-001", "TRK-002"), run=lambda bench: None, story="One.")


class Held(Judging):
    """A judge that has held the case already."""

    def __init__(self, *results: CaseResult, broken: str = "") -> None:
        super().__init__()
        self._found = list(results)
        self._broken = broken

    def results(self, options: Options, cases: Any) -> list[CaseResult]:
        if self._broken:
            self.trouble = self._broken
            raise Unjudged(self._broken)
        return self._found


def result(verdict: Verdict, name: str = "one", reason: str = "") -> CaseResult:
    wrong = (finding("TRK-001", "P-1", "delivered", "held"),) if verdict in (Verdict.FAILED, Verdict.WARNED) else ()
    return CaseResult(
        id=f"TRK-001/{name}", story="One.", verdicts={"TRK-001": verdict, "TRK-002": Verdict.PASSED}, reason=reason,
        findings=wrong, replay="parcelproof verify --again",
    )  # fmt: skip


def waiver(pattern: str, expires: date = FAR) -> Waiver:
    kind = "case" if "/" in pattern else "requirement"
    return Waiver(where="waivers.toml:1", reason="known since May", expires=expires, **{kind: pattern})


class Items:
    """Makes the items of a run."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session

    def made(self, judging: Judging, *waivers: Waiver) -> list[RequirementItem]:
        parent: Requirements = Requirements.from_parent(self._session, name="parcelproof", nodeid="parcelproof")
        parent.judging, parent.wanted = judging, Asked(Options(), (CASE,), waivers)
        return [item for item in parent.collect() if isinstance(item, RequirementItem)]


@pytest.fixture
def items(request: pytest.FixtureRequest) -> Items:
    return Items(request.session)


def outcome(item: RequirementItem) -> tuple[str, str]:
    """Run an item as pytest does; return where it ended and what it said."""
    step = "setup"
    try:
        item.setup()
        step = "call"
        item.runtest()
    except pytest.skip.Exception as skipped:
        return f"{step} skipped", str(skipped)
    except pytest.xfail.Exception as known:
        return f"{step} xfailed", str(known)
    except pytest.fail.Exception as failed:
        assert not failed.pytrace
        return f"{step} failed", str(failed)
    return "passed", "\n".join(text for _, _, text in item._report_sections)


@pytest.mark.parametrize(
    ("held", "waivers", "ends", "says"),
    [
        ([result(Verdict.PASSED)], [], "passed", ""),
        ([result(Verdict.WARNED)], [], "passed", "expected  delivered"),
        ([result(Verdict.FAILED)], [], "call failed", "replay: parcelproof verify --again"),
        ([result(Verdict.FAILED), result(Verdict.UNKNOWN, "two", "ours")], [], "call failed", "found     held"),
        ([result(Verdict.PASSED), result(Verdict.UNKNOWN, "two", "our side broke")], [], "setup failed", "our side"),
        ([result(Verdict.SKIPPED, reason="not applicable: x")], [], "setup skipped", "not applicable: x"),
        ([result(Verdict.SKIPPED)], [], "setup skipped", "not reached"),
        ([result(Verdict.FAILED)], [waiver("TRK-001")], "call xfailed", "known since May"),
        ([result(Verdict.FAILED)], [waiver("TRK-001/one")], "call xfailed", "known since May"),
        ([result(Verdict.FAILED)], [waiver("TRK-001", PAST)], "call failed", "found     held"),
        ([result(Verdict.FAILED)], [waiver("TRK-009")], "call failed", "found     held"),
        ([result(Verdict.PASSED)], [waiver("TRK-001")], "call failed", "TRK-001 (waivers.toml:1) is not needed"),
        ([result(Verdict.PASSED)], [waiver("TRK-001/one")], "call failed", "is not needed any more: take it out"),
        ([result(Verdict.FAILED), result(Verdict.PASSED, "two")], [waiver("TRK-001/two")], "call failed", "not needed"),
    ],
)  # fmt: skip
def test_a_verdict_becomes_an_outcome(
    items: Items, held: list[CaseResult], waivers: list[Waiver], ends: str, says: str
) -> None:
    found, text = outcome(items.made(Held(*held), *waivers)[0])
    assert (found, says in text) == (ends, True), (found, text)


def test_a_requirement_is_its_own_test(items: Items) -> None:
    made = items.made(Held(result(Verdict.FAILED)))
    assert [item.nodeid for item in made] == ["parcelproof::TRK-001", "parcelproof::TRK-002"]
    assert [outcome(item)[0] for item in made] == ["call failed", "passed"]
    assert dict(made[0].user_properties)["level"] == "MUST" and made[0].get_closest_marker("parcelproof")


def test_a_break_of_ours_is_told_once_and_the_rest_is_not_held(items: Items) -> None:
    made = items.made(Held(broken="the simulator is gone"))
    assert [outcome(item) for item in made] == [
        ("setup failed", "the simulator is gone"),
        ("setup skipped", "not held: the simulator is gone"),
    ]
