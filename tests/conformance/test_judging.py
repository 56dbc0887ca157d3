"""Runs of the judge: what is lacking is not applicable, exit codes, verdicts of a case, reports."""

import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import strategies as st

from parcelproof.conformance import hold as holding
from parcelproof.conformance.bench import START, NotBooked
from parcelproof.conformance.case import Case, Skip, Verdict, Violation, combine, expect, expect_that, finding
from parcelproof.conformance.catalogue import CARRIERS, PROFILES
from parcelproof.conformance.counterexamples.record import Record
from parcelproof.conformance.counterexamples.witness import Witness
from parcelproof.conformance.driver.http import DriverFault
from parcelproof.conformance.driver.shapes import Capabilities
from parcelproof.conformance.history import Finding
from parcelproof.conformance.hold import hold
from parcelproof.conformance.processes import SIMULATOR, InstrumentError, Process
from parcelproof.conformance.run import CaseResult
from parcelproof.conformance.runner import Options, UsageError, lanes_for, not_applicable, run
from parcelproof.conformance.verdict import write_junit

from .conftest import NOTHING, SILENCE, json_answer

Tiny = Callable[..., AbstractContextManager[str]]


# -- verdicts


def test_failed_outweighs_unknown_outweighs_warned_outweighs_passed() -> None:
    order = [Verdict.FAILED, Verdict.UNKNOWN, Verdict.WARNED, Verdict.PASSED, Verdict.SKIPPED]
    for place, verdict in enumerate(order):
        assert combine(order[place:]) is verdict
    assert combine([]) is Verdict.SKIPPED


class Bench:
    """A bench that leads nowhere: cases under test here raise by themselves."""

    def history(self, *, read_labels: bool = False) -> Any:
        raise DriverFault("nothing to look at")

    def close(self) -> None: ...


class Lab:
    class Capabilities:
        profiles: tuple[str, ...] = ()

    capabilities = Capabilities()

    def bench(self, case: str, example: int, settings: object, *, profiles: object) -> Bench:
        return Bench()


def witnessed(
    _: object, record: Record, error: Exception, findings: Iterable[Finding], asked: frozenset[str]
) -> Witness:
    return Witness(error, tuple(findings), asked, record, START)


def held(body: Callable[..., None], *requirements: str, **more: Any) -> CaseResult:
    """Hold a case on a bench that leads nowhere. How a failure is watched and told is tested elsewhere."""
    case = Case(name="one", requirements=requirements or ("TRK-001",), run=body, story="One.", **more)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(holding, "watch", lambda bench, settings: Record(settings, START, "", ""))
        patch.setattr(holding, "witness", witnessed)
        patch.setattr(holding, "evidence_of", lambda *_, **__: None)
        return hold(Lab(), case, seed=1)  # type: ignore[arg-type]


class Killing:
    """A machine whose stories go wrong by a kill after a scan, and, for another reason, where nobody waits."""

    blamed = frozenset({"kill"})

    @staticmethod
    def replay(bench: Bench, script: list[tuple[str, tuple[int, ...]]]) -> None:
        names = {name for name, _ in script}
        if {"scan", "kill"} <= names or "wait" not in names:
            raise Violation([finding("TRK-001", "S-1", "one", "two")])


def test_a_shorter_story_is_about_what_is_blamed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "watch", lambda bench, settings: Record(settings, START, "", ""))
    monkeypatch.setattr(holding, "witness", witnessed)
    case = Case(name="one", requirements=("TRK-001",), run=lambda _: None, story="One.", machine=Killing)
    stories = holding._Stories(Lab(), case, holding.Budget(40, 40))  # type: ignore[arg-type]
    scan, kill, wait, more = ("scan", (1,)), ("kill", ()), ("wait", (5,)), ("disturb", (0,))
    stories.opened()
    assert stories.failed([scan, more, kill, wait], Violation([finding("TRK-001", "S-1", "one", "two")]))
    assert stories.fails([scan, kill, wait]) is not None
    assert stories.fails([scan, more, kill]) is None, "it fails without its kill too"
    assert stories.fails([scan, more, wait]) is None


def test_a_case_that_ends_has_passed() -> None:
    assert held(lambda bench: None).verdicts == {"TRK-001": Verdict.PASSED}


def test_a_broken_must_fails_and_what_was_not_reached_is_skipped() -> None:
    def body(bench: object) -> None:
        expect(1, 2, "a number", requirement="TRK-002")

    result = held(body, "TRK-001", "TRK-002")
    assert result.verdicts == {"TRK-001": Verdict.SKIPPED, "TRK-002": Verdict.FAILED}
    assert (result.findings[0].expected, result.findings[0].found) == ("2", "1")


def test_a_broken_should_only_warns() -> None:
    def body(bench: object) -> None:
        expect_that(False, "a mail", wanted="the number in it", found="none", requirement="NTF-013")

    assert held(body, "NTF-013").verdict is Verdict.WARNED


@pytest.mark.parametrize("error", [NotBooked("not booked"), DriverFault("wrong shape")])
def test_a_connector_that_cannot_be_driven_fails(error: Exception) -> None:
    def body(bench: object) -> None:
        raise error

    result = held(body, "TRK-001", "TRK-002")
    assert set(result.verdicts.values()) == {Verdict.FAILED}
    assert str(error) in result.findings[0].found


def test_our_own_break_is_unknown_and_says_where() -> None:
    def body(bench: object) -> None:
        raise KeyError("ours")

    result = held(body)
    assert result.verdict is Verdict.UNKNOWN
    assert "our side broke: KeyError" in result.reason and "test_judging.py" in result.reason


def test_a_skipped_case_says_why() -> None:
    def body(bench: object) -> None:
        raise Skip("no reason to")

    assert (held(body).verdict, held(body).reason) == (Verdict.SKIPPED, "no reason to")


def test_an_instrument_fault_ends_the_run() -> None:
    def body(bench: object) -> None:
        raise InstrumentError("gone")

    with pytest.raises(InstrumentError):
        held(body)


def test_a_property_is_shrunk_within_its_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "SHRINK_TRIES", 15)

    def body(bench: object, number: int) -> None:
        expect_that(number < 1000, "a number", wanted="below 1000", found=number, requirement="TRK-001")

    result = held(body, examples=st.integers(0, 1_000_000), examples_count=50)
    again = held(body, examples=st.integers(0, 1_000_000), examples_count=50)
    assert result.verdict is Verdict.FAILED
    assert int(result.example) >= 1000
    assert (result.example, result.examples) == (again.example, again.examples)  # the seed decides, nothing else
    assert result.examples <= 50 + 15


def test_a_violation_tells_all_that_it_found() -> None:
    violation = Violation([finding("TRK-001", "P-1", "delivered", "held", "a scan")])
    assert str(violation) == "TRK-001 P-1: expected delivered, found held (after a scan)"


# -- runs


@pytest.fixture(scope="module")
def simulator() -> Any:
    with Process(SIMULATOR) as process:
        yield process.url


def test_a_connector_that_lacks_everything_passes_nothing(tiny: Tiny, simulator: str, tmp_path: Path) -> None:
    with tiny() as url:
        made = run(Options(connector=url, simulator=simulator))
    assert {row.verdict for row in made.requirements} == {Verdict.SKIPPED}
    assert all(row.reason.startswith("not applicable") for row in made.results)
    assert made.exit_code == 2
    write_junit(made, tmp_path / "verdict.xml")
    suites = ElementTree.parse(tmp_path / "verdict.xml").getroot()
    assert all(suite.get("tests") == suite.get("skipped") for suite in suites)


def test_a_connector_that_claims_and_cannot_fails(tiny: Tiny, simulator: str) -> None:
    claims = {
        "protocol": "1", "name": "boaster", "version": "0", "language": "Python", "profiles": ["labels"],
        "carriers": ["mail_alliance"], "claims": ["clock"], "mail_in": None,
    }  # fmt: skip
    answers = {"GET /capabilities": (200, "application/json", msgspec.json.encode(claims))}
    with tiny(answers) as url:
        made = run(Options(connector=url, simulator=simulator, cases=["LBL-001"]))
    verdicts = {row.carrier: row.verdict for row in made.results}
    assert verdicts == {**dict.fromkeys(CARRIERS, Verdict.SKIPPED), "mail_alliance": Verdict.FAILED}
    assert made.exit_code == 1
    assert "--connector" in made.results[0].replay and "--seed 1" in made.results[0].replay


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (Options(), "either a connector"),
        (Options(connector="http://127.0.0.1:9", command=["x"]), "either a connector"),
        (Options(connector="localhost:8500"), "neither a URL"),
        (Options(command=[]), "the command is empty"),
        (Options(connector="http://127.0.0.1:9", profiles=["telepathy"]), "no profile is called .telepathy."),
        (Options(connector="http://127.0.0.1:9", cases=["NO-SUCH"]), "no case fits"),
    ],
)
def test_wrong_use_is_said_before_anything_starts(options: Options, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        run(options)


def test_nobody_at_the_address_is_wrong_use(simulator: str) -> None:
    with pytest.raises(UsageError, match="start it first"):
        run(Options(connector="http://127.0.0.1:9/parcelproof/v1", simulator=simulator, cases=["LBL-001"]))


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (500, b"boom", "answered 500"),
        (404, b"<html>", "without a problem"),
        (302, b"", "answered 302"),
        (200, b"<html>hello</html>", "not in the contract's shape"),
        (200, b"[1, 2]", "not in the contract's shape"),
        (200, msgspec.json.encode({"protocol": "9"}), "not in the contract's shape"),
        (422, msgspec.json.encode({"title": "No", "status": 422, "detail": "Not today."}), "Not today"),
    ],
)
def test_an_address_without_a_driver_is_wrong_use(
    tiny: Tiny, simulator: str, status: int, body: bytes, says: str
) -> None:
    answers = {"GET /capabilities": (status, "application/json", body)}
    with tiny(answers) as url, pytest.raises(UsageError, match=says):
        run(Options(connector=url, simulator=simulator, cases=["LBL-001"]))


@pytest.mark.parametrize(("token", "says"), [(None, "wants --admin-token"), ("old", "wants another --admin-token")])
def test_a_simulator_that_wants_a_token_says_so(tiny: Tiny, token: str | None, says: str) -> None:
    problem = {"title": "Admin token needed", "status": 401, "detail": "Send it."}
    with tiny({"GET /_sim/v1/tenants": json_answer(problem, 401)}) as url, pytest.raises(UsageError, match=says):
        run(Options(connector="http://127.0.0.1:9", simulator=url, admin_token=token))


def test_a_connector_that_falls_silent_is_not_waited_for_in_every_case(tiny: Tiny, simulator: str) -> None:
    claims = {**msgspec.json.decode(json_answer(NOTHING)[2]), "profiles": list(PROFILES), "claims": ["clock"]}
    answers = {"GET /capabilities": json_answer({**claims, "carriers": [*CARRIERS]})}
    with tiny({**answers, "POST /reset": SILENCE}) as url:
        made = run(Options(connector=url, simulator=simulator, cases=["RES-*", "TRK-*"], answer_timeout_s=0.2))
    failed = [row for row in made.results if row.verdict is Verdict.FAILED]
    assert (len(failed), {row.examples for row in failed}) == (3, {1})
    assert all(row.reason.startswith("not held: the connector gave no answer") for row in made.results[3:])
    assert made.exit_code == 1


def test_a_simulator_that_does_not_start_is_an_instrument_fault(tiny: Tiny) -> None:
    with tiny() as url, pytest.raises(InstrumentError, match="ended"):
        run(Options(connector=url, simulator=["python", "-c", "raise SystemExit('no')"], cases=["LBL-001"]))


def test_only_a_command_of_ours_has_two_lanes_unless_told() -> None:
    assert lanes_for(Options(connector="http://x", jobs=2)) == 1
    assert lanes_for(Options(command=["engine"])) == 1
    assert lanes_for(Options(command=["engine"], jobs=3)) == 3
    assert lanes_for(Options(command=["engine"], ours=True, jobs=1)) == 1
    assert lanes_for(Options(command=["engine"], ours=True)) == min(2, len(os.sched_getaffinity(0)))


def test_a_case_of_two_carriers_does_not_concern_a_connector_of_one() -> None:
    both = Case(name="one", requirements=("RES-006",), run=lambda bench: None, story="One.", wires=("cdek", "other"))
    document = {**NOTHING, "profiles": [*PROFILES], "claims": ["clock"], "carriers": ["cdek"]}
    said = msgspec.convert(document, Capabilities)
    assert not_applicable(both, said) == "not applicable: the connector does not serve other"
    assert not_applicable(both, msgspec.structs.replace(said, carriers=("cdek", "other"))) == ""
    anywhere = msgspec.structs.replace(said, carriers=("other",))
    any_will_do = Case(name="one", requirements=("RTE-002",), run=lambda bench: None, story="One.")
    assert "serves none of cdek, iml, mail_alliance, pickpoint" in not_applicable(any_will_do, anywhere)
    assert not_applicable(any_will_do, said) == ""
    small = msgspec.structs.replace(said, carriers=("iml",))
    assert "tried at cdek or mail_alliance" in not_applicable(any_will_do, small)
