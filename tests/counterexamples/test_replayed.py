"""Each generated case: a faulty connector's counterexample is written, and fails the same way in another process."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess
from typing import NamedTuple

import msgspec
import pytest

from parcelproof.cli.programs import engine_command
from parcelproof.conformance.case import all_cases
from parcelproof.conformance.counterexamples import UNTOLD, file_name, write
from parcelproof.conformance.run import MOST_EXCHANGES, MOST_SHOWN_CHARS, CaseResult, Run
from parcelproof.conformance.targets import CommandTarget
from parcelproof.scenario import parse
from parcelproof.scenario.sense import act_of

Judge = Callable[..., Run]
FirstFailure = Callable[..., CaseResult]
Replay = Callable[..., "CompletedProcess[str]"]

# The name of each generated case -> a mutant that it fails.
MUTANTS = {
    "any_day_is_told_exactly_once": "duplicate-mail",
    "any_fees_add_up": "agent-fee-left-out",
    "any_history_is_folded_right": "stopped-for-good",
    "any_history_is_told_as_it_must": "duplicate-mail",
    "any_history_survives_kills": "waiting-mails-in-memory",
    "any_outage_leaves_one_parcel": "cut-connection-is-final",
    "any_story_outlives_kills": "place-in-feed-kept-in-memory",
    "any_offer_adds_up": "float-money",
    "any_parcel_is_sent_as_it_stands": "family-name-left-out",
    "any_pieces_come_back": "stock-restored-twice",
    "any_rhythm_of_novelties": "duplicate-mail",
    "a_garbled_answer_is_none": "garbled-is-refusal",
    "cut_connections_leave_one_parcel": "cut-connection-is-final",
    "the_cheapest_under_any_rate_of_exchange": "dearest-offer",
}
WHERE = {"any_story_outlives_kills": ("mail_alliance",)}  # only this carrier has what the mutant gets wrong


def test_every_generated_case_is_replayed_here() -> None:
    """A new property or state machine names a mutant above that it fails."""
    generated = {case.name for case in all_cases() if case.examples is not None or case.machine is not None}
    assert generated == set(MUTANTS)


def test_no_generated_case_is_excused() -> None:
    known = {case.name: case for case in all_cases()}
    assert set(UNTOLD) <= set(known)
    assert [name for name in UNTOLD if known[name].examples is not None or known[name].machine is not None] == []


class Told(NamedTuple):
    """One counterexample: the result, its file, and what a replay against the faulty connector came to."""

    result: CaseResult
    file: Path
    wrong: "CompletedProcess[str]"


@pytest.fixture(scope="session")
def told(first_failure: FirstFailure, replay: Replay, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Told]:
    """Judge each mutant, write its counterexample, and replay it against the mutant; two at a time."""
    folder = tmp_path_factory.mktemp("counterexamples")

    def done(name: str) -> Told:
        # A case held with both carriers is one property: what fails first is replayed.
        result = first_failure(MUTANTS[name], name, *WHERE.get(name, ()))
        write([result], folder)
        file = folder / f"{file_name(result.id)}.yaml"
        return Told(result, file, replay(file, mutant=MUTANTS[name]))

    with ThreadPoolExecutor(max_workers=2) as pool:
        return dict(zip(MUTANTS, pool.map(done, MUTANTS), strict=True))


@pytest.mark.ci
@pytest.mark.parametrize("name", MUTANTS)
def test_the_file_fails_the_same_way_elsewhere(told: dict[str, Told], name: str) -> None:
    result, file, wrong = told[name]
    found = parse(file.read_bytes()).violated
    assert found is not None
    assert {row.requirement for row in found.findings} <= {row.requirement for row in result.findings}
    assert wrong.returncode == 1, wrong.stdout + wrong.stderr
    for row in found.findings:
        same = f"the same finding: {row.requirement} {row.subject}: expected {row.expected}, found {row.found}"
        assert same in wrong.stdout


@pytest.mark.ci
def test_all_files_hold_once_the_connector_is_mended(told: dict[str, Told], tmp_path: Path) -> None:
    """They stay as regression tests of a suite."""
    folder = next(iter(told.values())).file.parent
    command = [sys.executable, "-m", "parcelproof", "scenario", "run", str(folder), "--reference", "--jobs", "2"]
    made = subprocess.run(
        [*command, "--json", str(tmp_path / "run.json")], capture_output=True, text=True, timeout=120, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    results = msgspec.json.decode((tmp_path / "run.json").read_bytes())["results"]
    assert len(results) == len(MUTANTS)
    for row in results:
        assert row["outcome"] == "passed"
        assert all(sentence.startswith("not found any more: ") for sentence in row["again"])


@pytest.mark.ci
@pytest.mark.parametrize("name", MUTANTS)
def test_its_evidence_is_whole(told: dict[str, Told], name: str) -> None:
    result, file, _ = told[name]
    evidence = result.evidence
    assert evidence is not None
    assert evidence.story[-1].startswith("That breaks")
    assert 0 < len(evidence.exchanges) <= MOST_EXCHANGES
    assert all(max(len(row.request), len(row.answer)) <= MOST_SHOWN_CHARS for row in evidence.exchanges)
    assert evidence.diagram.startswith("<svg ")
    assert file.with_suffix(".svg").read_text("utf-8") == evidence.diagram
    for word in ("127.0.0.1", "secret-", "mak_test_", "/tmp"):
        assert word not in evidence.scenario + evidence.diagram + "".join(evidence.story)
        assert word not in "".join(row.request + row.answer for row in evidence.exchanges)


@pytest.mark.ci
def test_another_expectation_is_another_finding(told: dict[str, Told], replay: Replay, tmp_path: Path) -> None:
    file = told["any_history_is_folded_right"].file
    text = file.read_text("utf-8")
    expected = parse(text.encode()).violated.findings[0].expected  # type: ignore[union-attr]
    assert text.count(f"/status: {expected}") == 1
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace(f"/status: {expected}", "/status: lost_or_damaged"), "utf-8")
    made = replay(changed, mutant="stopped-for-good")
    assert made.returncode == 1
    assert "another finding than: TRK-00" in made.stdout


@pytest.mark.ci
def test_a_bug_that_needs_three_events_is_told_with_three(told: dict[str, Told]) -> None:
    """The mutant goes wrong only after: out for delivery, then stopped, then on its way, in this order."""
    steps = parse(told["any_history_is_folded_right"].file.read_bytes()).steps
    done = [act[:2] for act in map(act_of, steps) if act is not None]
    assert done == [("connector", "book"), *[("carrier", "scan")] * 3]


@pytest.mark.ci
@pytest.mark.parametrize(
    ("mutant", "wanted"),
    [
        # news of two orders, of which only one reading tells
        (
            "batch-on-one-parcel",
            ["connector book", "connector book", "carrier webhooks", "carrier scan", "carrier scan"],
        ),
        # news of which no webhook tells, and a carrier that fails before it is read
        ("feed-moves-on-unread", ["connector book", "carrier webhooks", "carrier scan", "carrier fault"]),
    ],
)
def test_a_bug_that_needs_more_is_told_with_just_that(
    first_failure: FirstFailure, replay: Replay, tmp_path: Path, mutant: str, wanted: list[str]
) -> None:
    result = first_failure(mutant, "any_history_is_folded_right", "mail_alliance")
    [file] = [made for made in write([result], tmp_path) if made.suffix == ".yaml"]
    done = [" ".join(act[:2]) for act in map(act_of, parse(file.read_bytes()).steps) if act is not None]
    assert sorted(step for step in done if step != "carrier clear_faults") == sorted(wanted)
    made = replay(file, mutant=mutant)
    assert made.returncode == 1 and "the same finding: TRK-00" in made.stdout, made.stdout


@pytest.mark.ci
def test_a_story_with_a_kill_is_skipped_where_nothing_can_be_killed(told: dict[str, Told], simulator: str) -> None:
    """And the reason says what to give."""
    file = told["any_story_outlives_kills"].file
    assert ("connector", "kill") in [act[:2] for act in map(act_of, parse(file.read_bytes()).steps) if act is not None]
    target = CommandTarget(engine_command(), simulator=simulator, smtp="127.0.0.1:9", ours=True)
    try:
        command = [sys.executable, "-m", "parcelproof", "scenario", "replay", str(file)]
        made = subprocess.run(
            [*command, "--connector", target.connector.base_url],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        target.close()
    assert made.returncode == 2 and "only a command can be killed; give --command" in " ".join(made.stdout.split())


@pytest.mark.long
def test_two_runs_with_one_seed_tell_the_same(judge: Judge) -> None:
    """On other ports, with one connector and with two side by side."""
    one, two = (judge("cut-connection-is-final", "RES-004", "RES-001", jobs=jobs) for jobs in (1, 2))
    told = [{row.id: row.evidence for row in made.results if row.evidence is not None} for made in (one, two)]
    assert len(told[0]) > 1
    for name, evidence in told[0].items():
        other = told[1][name]
        assert (evidence.scenario, evidence.diagram, evidence.story) == (other.scenario, other.diagram, other.story)
