"""The score tells a bug that is killed from one that lives, and what our own side broke from both."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from parcelproof.cli.programs import engine_command, nursery_command
from parcelproof.cli.score import score as command
from parcelproof.conformance.mutants import Mutant, mutants
from parcelproof.conformance.score import Score, Scored, Sound, names, one_for_each, score
from parcelproof.conformance.score.nursery import Nursery
from parcelproof.conformance.score.outcome import cheapest_first, unlisted

KILLED = Scored(name="a", breaks="A.", fails=("RTE-003",), killed_by={"RTE-003": "RTE-003/x"}, failed=("RTE-003",))
ALIVE = Scored(name="b", breaks="B.", fails=("RTE-003", "RTE-004"), killed_by={"RTE-003": "RTE-003/x"})
BROKEN = Scored(name="c", breaks="C.", fails=("RTE-003",), broke="the simulator ended")


def made(*scored: Scored, sound: Sound | None = None, full: bool = False) -> Score:
    return Score(scored=scored, sound=sound or Sound(cases=1), seed=1, full=full)


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (made(KILLED), 0),
        (made(KILLED, ALIVE), 1),
        (made(KILLED, sound=Sound(cases=1, failed=("RTE-003/x: wrong",))), 1),
        (made(KILLED, ALIVE, BROKEN), 3),
        (made(KILLED, sound=Sound(broke="the engine ended")), 3),
        (made(msgspec.structs.replace(KILLED, unlisted=("TRK-001",)), full=True), 1),
        (made(msgspec.structs.replace(KILLED, unlisted=("TRK-001",))), 0),
    ],
)
def test_the_exit_code_says_what_happened(found: Score, code: int) -> None:
    assert found.exit_code == code


def test_one_of_two_broken_requirements_is_not_enough() -> None:
    found = made(KILLED, ALIVE, BROKEN)
    assert (found.killed, found.survived, found.unknown) == (1, 1, 1)
    assert ALIVE.missed == ("RTE-004",)
    assert found.requirements()["RTE-004"] == {"killed": [], "survived": ["b"]}


def test_the_document_is_one_object_with_integers() -> None:
    document = json.loads(json.dumps(made(KILLED, ALIVE).document()))
    assert [type(document[key]) for key in ("mutants", "killed", "survived")] == [int, int, int]
    assert document["mutants"] == len(document["details"]) == 2
    assert [row["killed"] for row in document["details"]] == [True, False]


def test_what_an_entry_does_not_name_is_unlisted() -> None:
    entry = Mutant(breaks="x", fails=("RTE-003",), consequences=("RTE-004",))
    assert unlisted(entry, ("RTE-003", "RTE-004")) == ()
    assert unlisted(entry, ("RTE-003", "TRK-001")) == ("TRK-001",)


def test_cheap_cases_are_held_before_dear_ones() -> None:
    cases = cheapest_first(["TRK-002"])
    assert [case.machine is None for case in cases] == sorted((case.machine is None for case in cases), reverse=True)
    assert {"TRK-002"} <= set.intersection(*(set(case.requirements) for case in cases))


# -- forks


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery(nursery_command()) as opened:
        yield opened


def ended(nursery: Nursery, *words: str) -> tuple[int, str]:
    child = nursery.launch([sys.executable, "-m", *words], dict(os.environ))
    assert child.stdout is not None
    with child.stdout as output:
        said = output.read().decode()
    return child.wait(30), said


def test_a_fork_does_what_a_start_does(nursery: Nursery) -> None:
    for words in (["--version"], ["engine", "serve", "--port", "no-port"], ["score", "no-such"]):
        started = subprocess.run([sys.executable, "-m", "parcelproof", *words], capture_output=True, text=True)
        assert ended(nursery, "parcelproof", *words) == (started.returncode, started.stdout + started.stderr)


def test_a_bug_stays_in_its_fork(nursery: Nursery) -> None:
    for _ in range(2):  # the same place can be patched again: the parent's code is whole
        assert ended(nursery, "parcelproof.testing.mutants", "dearest-offer", "--version")[0] == 0
    status, said = ended(nursery, "parcelproof.testing.mutants", "no-such", "--version")
    assert status != 0
    assert "no-such" in said


def test_every_patch_finds_its_place_in_the_engine(nursery: Nursery) -> None:
    lost = {}
    for name in mutants():
        status, said = ended(nursery, "parcelproof.testing.mutants", name, "--version")
        if status:
            lost[name] = said
    assert lost == {}


def test_a_fork_is_killed_like_a_program(nursery: Nursery, tmp_path: Path) -> None:
    serve = ["engine", "serve", "--port", "0", "--database", f"sqlite:///{tmp_path / 'engine.db'}"]
    child = nursery.launch([sys.executable, "-m", "parcelproof", *serve], dict(os.environ))
    assert child.stdout is not None
    with child.stdout as output:
        assert b"engine ready on http://" in output.readline()
        assert child.poll() is None
        os.killpg(child.pid, signal.SIGKILL)
        assert child.wait(30) == -signal.SIGKILL


# -- the real thing, a few engines each


def other(name: str | None) -> Sequence[str]:
    """Return the wrong engine: the unbroken one for a bug, and a broken one for the reference."""
    return engine_command("dearest-offer" if name is None else None)


def dead(_name: str | None) -> Sequence[str]:
    return [sys.executable, "-c", "raise SystemExit('no engine here')"]


@pytest.mark.ci
def test_a_bug_is_left_as_soon_as_it_is_killed() -> None:
    found = score(engine_command, only=["dearest-offer", "arrival-order"], lanes=2)
    assert (found.killed, found.sound.failed, found.exit_code) == (2, (), 0), found
    assert [len(one.evidence) for one in found.scored] == [1, 1]
    assert found.sound.cases == 2


@pytest.mark.ci
def test_a_bug_that_is_none_survives() -> None:
    found = score(other, only=["dearest-offer"])
    assert (found.survived, found.scored[0].missed, found.exit_code) == (1, ("RTE-003",), 1)


@pytest.mark.ci
def test_a_reference_that_fails_the_same_cases_is_told() -> None:
    found = score(lambda _name: engine_command("dearest-offer"), only=["dearest-offer"])
    assert found.killed == 1
    assert found.exit_code == 1
    assert any("RTE-003" in sentence for sentence in found.sound.failed)


@pytest.mark.ci
def test_an_engine_that_does_not_start_is_our_fault() -> None:
    found = score(dead, only=["dearest-offer"])
    assert found.exit_code == 3
    assert "no engine here" in found.scored[0].broke


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["no-such"], "no faulty connector is called 'no-such'"),
        (["--area", "no-such"], "no area is called 'no-such'"),
        (["--full", "--suite", "true"], "--full holds the judge's own cases"),
        (["--suite", "'"], "quote it as in a shell"),
        (["--suite", " "], "the command of the suite is empty"),
    ],
)
def test_wrong_use_is_one_sentence(arguments: list[str], sentence: str) -> None:
    ran = command_line(*arguments)
    assert ran.returncode == 2
    assert sentence in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_list_knows_areas() -> None:
    ran = command_line("--list", "--area", "rates")
    assert ran.returncode == 0
    assert "dearest-offer" in ran.stdout.splitlines()
    assert set(ran.stdout.splitlines()) < set(mutants())


def command_line(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parcelproof", "score", *arguments], capture_output=True, text=True, timeout=120
    )


# -- somebody's own suite

SUITE = '''
"""Places an order twice, the second time with another mass: 409 is the only right answer."""
import json, os, sys, threading, urllib.error, urllib.request

def post(path, body):
    asked = urllib.request.Request(os.environ["PARCELPROOF_DRIVER"] + path, json.dumps(body).encode(),
                                   {"Content-Type": "application/json"})
    try:
        return urllib.request.urlopen(asked).status
    except urllib.error.HTTPError as refusal:
        return refusal.code

place = {"name": "A", "street": "B", "postal_code": "10115", "city": "Berlin", "country": "DE"}
carrier = {"base_url": os.environ["PARCELPROOF_SIMULATOR"] + "/mail-alliance", "api_key": "mak_test_x", "sender": place}
host, _, port = os.environ["PARCELPROOF_SMTP"].rpartition(":")
smtp = {"host": host, "port": int(port), "sender": "a@shop.example"}
post("/reset", {"now": "2026-03-20T08:00:00Z", "carriers": {"mail_alliance": carrier}, "smtp": smtp})
line = {"sku": "T", "description": "T", "quantity": 1, "unit_mass_g": 400,
        "unit_price": {"amount_minor": 990, "currency": "EUR"}}
order = {"number": "O-1", "recipient": place, "lines": [line], "payment": "prepaid", "mass_g": 500,
         "sides_mm": [300, 200, 100], "confirm": False}
found = [post("/orders", order), post("/orders", {**order, "mass_g": 600})]
if found == [201, 409]:
    sys.exit(0)
threading.Event().wait() if "hang" in sys.argv else sys.exit(f"found {found}")
'''


@pytest.fixture
def suite(tmp_path: Path) -> str:
    (tmp_path / "suite.py").write_text(SUITE)
    return f"{sys.executable} {tmp_path / 'suite.py'}"


@pytest.mark.ci
def test_a_suite_of_somebody_else_is_scored(suite: str) -> None:
    ran = command_line("other-content-taken", "dearest-offer", "--suite", suite, "--json")
    assert ran.returncode == 1, ran.stderr
    document = json.loads(ran.stdout)
    assert (document["mutants"], document["killed"], document["survived"]) == (2, 1, 1)
    assert [row["how"] for row in document["details"]] == ["exit 1", "exit 0"]


@pytest.mark.ci
def test_a_suite_that_hangs_is_ended_and_has_noticed(suite: str) -> None:
    ran = command_line("other-content-taken", "--suite", f"{suite} hang", "--suite-seconds", "8", "--json")
    assert ran.returncode == 0, ran.stderr
    assert [row["how"] for row in json.loads(ran.stdout)["details"]] == ["no end within 8 s"]


@pytest.mark.ci
@pytest.mark.parametrize(
    ("command", "sentence"),
    [("false", "does not pass the unbroken reference (exit 1)"), ("no-such-program-here", "cannot be run")],
)
def test_a_suite_that_cannot_be_scored_is_wrong_use(command: str, sentence: str) -> None:
    ran = command_line("dearest-offer", "--suite", command)
    assert ran.returncode == 2
    assert sentence in ran.stderr
    assert "Traceback" not in ran.stderr


def test_one_for_each_breaks_every_requirement_that_all_of_them_break() -> None:
    everything = names()
    few = one_for_each(everything)
    broken = {number for name in everything for number in mutants()[name].fails}
    assert {number for name in few for number in mutants()[name].fails} == broken
    assert len(few) < len(everything) and few == one_for_each(few)


@pytest.mark.parametrize("shares", [1, 2, 3, 400])
def test_shares_are_all_of_them_each_once(shares: int) -> None:
    lists = [listed(f"{place}/{shares}") for place in range(1, shares + 1)]
    together = [name for of_one in lists for name in of_one]
    assert sorted(together) == sorted(names()) and len(together) > 200
    assert max(map(len, lists)) - min(map(len, lists)) <= 1


@pytest.mark.parametrize("share", ["0/2", "3/2", "1", "/", "a/b", "1/0", "-1/2", "1/1/1", "１/2"])
def test_what_is_no_share_is_one_sentence(share: str) -> None:
    made = CliRunner().invoke(command, ["--list", "--share", share])
    assert made.exit_code == 2 and "allowed is one of its shares" in made.output


def listed(share: str) -> list[str]:
    made = CliRunner().invoke(command, ["--list", "--share", share])
    assert made.exit_code == 0, made.output
    return made.output.split()
