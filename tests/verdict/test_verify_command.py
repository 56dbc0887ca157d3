"""`parcelproof verify`: wrong options are told before anything starts; every report is written at the end."""

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import click
import jsonschema
import msgspec
import pytest
from click.testing import CliRunner, Result

from parcelproof.cli import root, verify
from parcelproof.conformance import runner
from parcelproof.conformance.case import all_cases
from parcelproof.conformance.catalogue import PROFILES
from parcelproof.conformance.levels import DEFAULT_PROFILES, LEVELS
from parcelproof.conformance.processes import InstrumentError
from parcelproof.conformance.run import Run, Stop
from parcelproof.conformance.runner import Options, UsageError
from parcelproof.conformance.verdict.document import schema

from .conftest import a_run, everything, failed, passed, skipped, unknown
from .test_waivers import TODAY, one

NOW = datetime.combine(TODAY, time(9, 30), UTC)
FILES = {
    "--junit": "verdict.xml", "--html": "verdict.html", "--json": "verdict.json", "--markdown": "verdict.md",
    "--sarif": "verdict.sarif", "--badge": "badge.svg",
}  # fmt: skip
ALL = [word for option, name in FILES.items() for word in (option, name)]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(verify, "now", lambda: NOW)
    yield tmp_path


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> "Callable[[Run | Exception], list[Options]]":
    """Let every run come to this end; returns the options with which the judge was called."""
    asked: list[Options] = []

    def give(end: Run | Exception) -> list[Options]:
        def run(options: Options, progress: object = None) -> Run:
            asked.append(options)
            if isinstance(end, Exception):
                raise end
            return end

        monkeypatch.setattr(runner, "run", run)
        return asked

    return give


Judge = Callable[[Run | Exception], list[Options]]


def told(*words: str) -> Result:
    return CliRunner().invoke(root, ["verify", *words])


def refused(asked: list[Options], *words: str) -> str:
    """Return the one sentence with which wrong use is refused before anything is judged."""
    found = told(*words)
    assert found.exit_code == 2, found.output
    assert asked == [] and found.stdout == ""
    return " ".join(found.stderr.split())


# -- options


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--reference", "--profile", "lables"], "no profile is called 'lables'; the nearest is 'labels'"),
        (["--reference", "--level", "sliver"], "no level is called 'sliver'; the nearest is 'silver'"),
        (["--reference", "--case", "TRK-0002"], "no case fits 'TRK-0002'; the nearest is 'TRK-002'"),
        (["--reference", "--profile", "rates", "--case", "TRK-002"], "'TRK-002' is in the profile tracking; name"),
        (["--reference", "--level", "gold", "--case", "TRK-002"], "--level and --case do not go together"),
        (["--connector", "http://127.0.0.1:9", "--jobs", "2"], "a --connector is one, so leave --jobs out"),
        (["--command", "'open"], "cannot be split into words: No closing quotation"),
        (["--command", " "], "the command is empty"),
        (["--connector", "localhost:8500"], "neither a URL"),
        (["--reference", "--simulator", "localhost:8400"], "is no URL; write it like http://127.0.0.1:8400"),
        (["--reference", "--jobs", "0"], "0 is not in the range"),
        (["--reference", "--timeout", "0"], "0.0 is not in the range"),
        ([], "by one of --connector, --command and --reference; nothing is named"),
        (["--reference", "--command", "x"], "--command and --reference are too many"),
        (["--reference", "--html", "none/verdict.html"], "there is no folder none for verdict.html; make it first"),
        (["--reference", "--json", "."], "--json . is a folder; name a file in it"),
        (["--reference", "--badge", "/proc/badge.svg"], "--badge /proc/badge.svg cannot be written ("),
        (["--reference", "--counterexamples", "taken"], "--counterexamples taken is a file; name a folder"),
        (["--reference", "--counterexamples", "/proc/broken"], "--counterexamples /proc/broken cannot be made ("),
        (["--reference", "--counterexamples", "/proc"], "--counterexamples /proc cannot be written into ("),
        (["--reference", "--html", "taken", "--json", "taken"], "--html and --json both name taken"),
        (["--reference", "--html", "new", "--json", "./new"], "--html and --json both name new"),
        (["--reference", "--waivers", "none.toml"], "none.toml cannot be read"),
        (["--reference", "--diff", "none.json"], "none.json cannot be read"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_before_anything_starts(judge: Judge, here: Path, words: list[str], says: str) -> None:
    (here / "taken").touch()
    assert says in refused(judge(a_run()), *words, "--junit", "looked_at.xml")
    assert [path.name for path in here.iterdir()] == ["taken"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not json", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[1]", "it names no format"),
        (b'{"exit_code": 0}', "it names no format"),
        (b'{"format": "parcelproof-verdict", "version": 99}', "it is 'parcelproof-verdict', version 99"),
        (b'{"format": "parcelproof-verdict", "version": 1}', "missing required field"),
        (b'{"format": "parcelproof-verdict", "version": 1, "seed": 1, "connector": {}, "requirements": [{"id": "X-1",'
         b' "verdict": "good"}]}', "Invalid enum value 'good'"),
        (b"[" * 100_000, "is not JSON"),
    ],
)  # fmt: skip
def test_an_older_report_of_another_kind_is_refused_before_anything_starts(
    judge: Judge, here: Path, content: bytes, says: str
) -> None:
    (here / "old.json").write_bytes(content)
    assert says in refused(judge(a_run()), "--reference", "--diff", "old.json")


def ids(options: Options) -> set[str]:
    return {profile for case in runner.check(options) for profile in case.profiles}


def test_what_is_judged_by_default_by_level_and_by_profile(judge: Judge) -> None:
    asked = judge(a_run(passed("TRK-001/fold")))
    for words in ([], ["--profile", "all"], ["--level", "bronze"], ["--level", "gold"], ["--case", "NTF-008"]):
        told("--reference", *words)
    default, every, bronze, gold, one_case = asked
    chosen = [case.id for case in all_cases() if set(case.profiles) & set(DEFAULT_PROFILES)]
    assert [case.id for case in runner.check(default)] == chosen
    assert [case.id for case in runner.check(every)] == [case.id for case in all_cases()]
    assert tuple(bronze.profiles) == LEVELS["bronze"]
    assert set(gold.profiles) == set(PROFILES)
    assert {number for case in runner.check(one_case) for number in case.requirements} >= {"NTF-008"}


def test_options_reach_the_judge(judge: Judge) -> None:
    asked = judge(a_run(passed("TRK-001/fold")))
    told("--command", "./my connector '--port {port}'", "--seed", "7", "--thorough", "--jobs", "3")
    told("--connector", "http://127.0.0.1:1/parcelproof/v1", "--simulator", "http://127.0.0.1:2/")
    told("--reference", "--timeout", "3600")
    command, url, reference = asked
    assert (command.answer_timeout_s, reference.answer_timeout_s) == (30.0, 3600.0)
    assert runner.patience_of(reference).example_s == 3600.0  # a debugger may stop in any answer
    assert command.command == ["./my", "connector", "--port {port}"]
    assert command.target == """--command './my connector '"'"'--port {port}'"'"''"""
    assert (command.seed, command.examples, command.jobs, command.ours) == (7, 8.0, 3, False)
    assert (url.connector, url.simulator) == ("http://127.0.0.1:1/parcelproof/v1", "http://127.0.0.1:2")
    assert reference.ours and reference.command is not None and reference.examples == 1.0


def test_the_schema_is_printed() -> None:
    found = told("--json-schema")
    assert (found.exit_code, json.loads(found.stdout)) == (0, schema())


# -- ends


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (a_run(passed("TRK-001/fold")), 0),
        (a_run(failed()), 1),
        (everything(), 3),
        (a_run(failed(), unknown()), 3),
        (a_run(passed("TRK-001/fold"), stop=Stop(exit_code=3, reason="the simulator ended")), 3),
        (a_run(passed("TRK-001/fold"), stop=Stop(exit_code=130, reason="interrupted")), 130),
        (UsageError("nobody answers at http://127.0.0.1:1"), 2),
        (InstrumentError("the simulator ended: no"), 3),
    ],
)
def test_every_report_is_written_whatever_came_of_the_run(judge: Judge, here: Path, end: Any, code: int) -> None:
    judge(end)
    found = told("--reference", *ALL, "--counterexamples", "broken")
    assert found.exit_code == code, found.output
    report = json.loads((here / "verdict.json").read_bytes())
    jsonschema.Draft202012Validator(schema()).validate(report)
    assert (report["exit_code"], report["began"]) == (code, "2026-11-22T09:30:00+00:00")
    assert {path.name for path in here.iterdir()} == {*FILES.values(), "broken"}
    assert all((here / name).stat().st_size for name in FILES.values())
    ElementTree.parse(here / "verdict.xml")
    ElementTree.parse(here / "badge.svg")
    if isinstance(end, Exception):
        assert found.stdout == ""
        assert " ".join(found.stderr.split()) == f"Error: {end}."
        assert str(end) in (here / "verdict.html").read_text("utf-8")
        assert report["stop"] == {"exit_code": code, "reason": str(end)}


def test_counterexamples_are_files_named_for_their_cases(judge: Judge, here: Path) -> None:
    judge(a_run(failed(), failed("TRK-002/any[cdek]", "TRK-002"), passed("TRK-001/fold")))
    told("--reference", "--counterexamples", "deep/broken")
    names = sorted(path.name for path in (here / "deep" / "broken").iterdir())
    assert names == [
        "NTF-008-none_twice.svg", "NTF-008-none_twice.yaml", "TRK-002-any-cdek.svg", "TRK-002-any-cdek.yaml",
    ]  # fmt: skip


@pytest.mark.parametrize(("end", "code"), [(a_run(passed("TRK-001/fold")), 2), (a_run(unknown()), 3)])
def test_a_report_that_cannot_be_written_is_one_sentence_and_the_others_are_written(
    judge: Judge, here: Path, end: Run, code: int
) -> None:
    judge(end)
    found = told("--reference", "--json", "/dev/full", "--junit", "verdict.xml")
    assert found.exit_code == code
    assert found.stderr == "Error: --json /dev/full could not be written: No space left on device.\n"
    assert (here / "verdict.xml").stat().st_size


# -- waivers, levels, changes


def test_a_team_adopts_the_judge_with_known_failures(judge: Judge, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red, then green with a waiver, then red again: by a new failure, by a mended one, by the day."""
    words = ["--reference", "--waivers", "waivers.toml", "--json", "verdict.json"]
    (here / "waivers.toml").write_text(one('requirement = "NTF-008"'), encoding="utf-8")
    judge(a_run(failed(), passed("TRK-001/fold")))
    assert told("--reference", "--json", "before.json").exit_code == 1
    green = told(*words, "--diff", "before.json")
    assert green.exit_code == 0, green.output
    assert "WAIVED NTF-008/none_twice" in green.stdout and "waived until 2027-03-31" in green.stdout
    assert "my connector 1.2, seed 1: 2 the same" in green.stdout
    judge(a_run(failed(), failed("TRK-001/fold")))
    broken = told(*words, "--diff", "before.json")
    assert broken.exit_code == 1 and "newly failing: TRK-001" in broken.stdout
    judge(a_run(passed("NTF-008/none_twice"), passed("TRK-001/fold")))
    mended = told(*words, "--diff", "before.json")
    assert mended.exit_code == 1 and "not needed, which fails the run" in mended.stdout
    assert "mended: NTF-008" in mended.stdout
    judge(a_run(failed(), passed("TRK-001/fold")))
    monkeypatch.setattr(verify, "now", lambda: datetime(2027, 4, 1, tzinfo=UTC))
    late = told(*words)
    assert late.exit_code == 1 and "expired on 2027-03-31, so it waives nothing" in late.stdout


def test_a_level_that_is_not_reached_fails_the_run_that_asked_for_it(judge: Judge) -> None:
    judge(a_run(passed("TRK-001/fold")))
    assert told("--reference").exit_code == 0
    asked = told("--reference", "--level", "bronze")
    assert asked.exit_code == 1
    assert "for bronze:" in asked.stdout and "rates: not judged: RTE-001" in asked.stdout


def test_what_changed_is_told_and_the_exit_code_stays_the_runs_own(judge: Judge, here: Path) -> None:
    judge(a_run(passed("NTF-008/none_twice"), failed("TRK-001/fold"), passed("LBL-001/x"), passed("RTE-001/x")))
    told("--reference", "--json", "old.json")
    old = json.loads((here / "old.json").read_bytes())
    old["requirements"].append({**old["requirements"][0], "id": "OLD-001"})
    (here / "old.json").write_text(json.dumps(old), encoding="utf-8")
    gone = msgspec.structs.replace(passed("RTE-001/x"), verdicts={"RTE-001": "skipped"}, reason="no")
    gone = msgspec.convert(msgspec.to_builtins(gone), type(gone))
    judge(a_run(failed(), passed("TRK-001/fold"), passed("WHK-001/x"), failed("SEC-001/x"), gone))
    found = told("--reference", "--diff", "old.json", "--html", "verdict.html", "--markdown", "verdict.md")
    assert found.exit_code == 1
    for line in (
        "newly failing: NTF-008",
        "mended: TRK-001",
        "newly skipped: RTE-001",
        "failing, not judged before: SEC-001",
        "not judged before: WHK-001",
        "not judged this time: LBL-001",
        "removed requirements: OLD-001",
        "0 the same",
    ):
        assert line in found.stdout, line
    assert "newly failing" in (here / "verdict.html").read_text("utf-8")
    assert "| newly failing | NTF-008 |" in (here / "verdict.md").read_text("utf-8")


def test_an_older_report_may_be_the_file_that_is_written(judge: Judge, here: Path) -> None:
    judge(a_run(passed("NTF-008/none_twice")))
    told("--reference", "--json", "verdict.json")
    judge(a_run(failed()))
    assert "newly failing: NTF-008" in told("--reference", "--json", "verdict.json", "--diff", "verdict.json").stdout
    assert json.loads((here / "verdict.json").read_bytes())["exit_code"] == 1


def test_the_command_in_a_report_makes_the_run_again(judge: Judge, here: Path) -> None:
    asked = judge(a_run(passed("TRK-001/fold")))
    words = [
        "--reference",
        "--level",
        "silver",
        "--profile",
        "security",
        "--thorough",
        "--seed",
        "1",
    ]
    some = ["--reference", "--profile", "tracking", "--case", "TRK-*", "--case", "AUT-*"]
    for typed in (words, some):
        told(*typed, "--json", "verdict.json")
        said = json.loads((here / "verdict.json").read_bytes())["selection"]
        told("--reference", *shlex.split(said))
        assert asked[-2] == asked[-1]


def test_a_replay_holds_as_many_examples() -> None:
    """Fewer may not meet the example that fails."""
    case = next(iter(all_cases()))
    for words, more in (([], ""), (["--thorough"], " --thorough")):
        options = verify.options_of(click.Context(verify.verify), given(*words))
        assert (
            runner.replay_of(case, options)
            == f"parcelproof verify --reference --case {shlex.quote(case.id)} --seed 1{more}"
        )


def given(*words: str) -> dict[str, Any]:
    return verify.verify.make_context("verify", ["--reference", *words]).params


def test_a_run_that_fails_without_a_failure_says_why(judge: Judge, here: Path) -> None:
    judge(a_run(passed("TRK-001/fold")))
    (here / "waivers.toml").write_text(one('requirement = "TRK-001"'), encoding="utf-8")
    words = ["--level", "bronze", "--waivers", "waivers.toml", "--html", "verdict.html", "--markdown", "verdict.md"]
    found = told("--reference", *words)
    says = "Level bronze is not reached; 1 waiver not needed any more."
    assert found.stdout.splitlines()[-3] == says
    assert says in (here / "verdict.md").read_text("utf-8") and says in (here / "verdict.html").read_text("utf-8")
    judge(a_run(skipped("TRK-001/fold")))
    assert "Nothing that was asked applies to this connector" in told("--reference").stdout


def test_the_token_of_a_simulator_reaches_the_judge(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = judge(a_run(passed("TRK-001/fold")))
    told("--reference", "--simulator", "http://127.0.0.1:2", "--admin-token", "typed")
    monkeypatch.setenv("PARCELPROOF_ADMIN_TOKEN", "kept")
    told("--reference", "--simulator", "http://127.0.0.1:2", "--json", "verdict.json")
    assert [options.admin_token for options in asked] == ["typed", "kept"]
    assert "kept" not in Path("verdict.json").read_text("utf-8")


# -- where it is printed

ELSEWHERE = """
from pathlib import Path
import msgspec
from parcelproof.cli import main
from parcelproof.conformance import runner
from parcelproof.conformance.run import Run
runner.run = lambda options, progress=None: msgspec.json.decode(Path("run.json").read_bytes(), type=Run)
main(["verify", "--reference", "--junit", "verdict.xml"])
"""


def printed_elsewhere(folder: Path, **more: Any) -> subprocess.CompletedProcess[bytes]:
    """Let a program of its own come to a run with foreign letters, and print it."""
    made = a_run(failed(story="«Посылка» ✓ is mailed twice."))
    (folder / "run.json").write_bytes(msgspec.json.encode(made))
    return subprocess.run([sys.executable, "-c", ELSEWHERE], cwd=folder, stderr=subprocess.PIPE, timeout=60, **more)


def test_a_terminal_that_lacks_letters_shows_question_marks(here: Path) -> None:
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    found = printed_elsewhere(here, stdout=subprocess.PIPE, env=ascii_only)
    assert (found.returncode, found.stderr) == (1, b"")
    assert b"???????" in found.stdout and b"NOT CONFORM" in found.stdout


def test_a_reader_that_went_away_keeps_no_report_from_being_written(here: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        found = printed_elsewhere(here, stdout=writing)
    finally:
        os.close(writing)
    assert (found.returncode, found.stderr) == (1, b"")
    ElementTree.parse(here / "verdict.xml")


def test_a_polite_end_is_an_interruption() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), verify.ended_in_order():
        os.kill(os.getpid(), signal.SIGTERM)
        signal.sigtimedwait([signal.SIGUSR1], 5)  # until it is here
    assert signal.getsignal(signal.SIGTERM) is before
