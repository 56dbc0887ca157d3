"""`parcelproof scenario` as a user types it: exit codes, reports, one sentence for wrong use."""

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from parcelproof.conformance.scenarios.results import Outcome, Run, ScenarioResult
from parcelproof.control_client import ControlClient
from parcelproof.scenario import read

EXAMPLES = Path(__file__).parents[2] / "examples" / "scenarios"
GOOD = EXAMPLES / "events-out-of-order.yaml"


def scenario(*arguments: object) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "parcelproof", "scenario", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120)


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    file = tmp_path / "failing.yaml"
    file.write_text(GOOD.read_text("utf-8").replace("p1: out_for_delivery", "p1: delivered", 1), "utf-8")
    return file


def test_check_reads_without_running(tmp_path: Path) -> None:
    assert scenario("check", EXAMPLES).returncode == 0
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("scenario: X\nstpes: []\n", "utf-8")
    told = scenario("check", wrong, GOOD)
    assert told.returncode == 1
    assert f"{wrong}:2: stpes: no such key; the nearest is 'steps'" in told.stdout
    assert told.stdout.endswith("1 of 2 files are scenarios\n")


def test_run_starts_its_own_simulator_and_writes_reports(failing: Path, tmp_path: Path) -> None:
    junit, html, data = (tmp_path / name for name in ("r.xml", "r.html", "r.json"))
    told = scenario("run", failing, GOOD, "--jobs", 2, "--junit", junit, "--html", html, "--json", data)
    assert told.returncode == 1, told.stderr
    assert 'expected  "delivered"' in told.stdout
    assert f"{failing}:14 step 3" in told.stdout
    assert "FAILED: 1 passed, 1 failed of 2 scenarios" in told.stdout
    assert [case.get("classname") for case in ElementTree.parse(junit).iter("testcase")] == ["failing", GOOD.stem]
    assert json.loads(data.read_bytes())["counts"]["failed"] == 1
    assert "expected &#34;delivered&#34;" in html.read_text("utf-8")


def test_replay_tells_every_step(simulator: str, failing: Path) -> None:
    good = scenario("replay", GOOD, "--simulator", simulator)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.count("\n  ") >= 5
    assert good.stdout.endswith("passed\n")
    bad = scenario("replay", failing, "--simulator", simulator)
    assert bad.returncode == 1
    assert 'DOES NOT HOLD  status of p1: expected "delivered", found "out_for_delivery"' in bad.stdout


def test_a_counterexample_without_a_connector_says_whom_it_met(simulator: str, tmp_path: Path) -> None:
    page = (EXAMPLES.parents[1] / "docs" / "scenarios.md").read_text("utf-8")
    (told,) = [block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "\nviolated:" in block]
    file = tmp_path / "counterexample.yaml"
    file.write_text(told, "utf-8")
    held = scenario("replay", file, "--simulator", simulator)
    assert held.returncode == 0 and "not found any more: TRK-005" in held.stdout
    assert held.stderr == "This was the reference engine; --connector or --command names another connector.\n"


def test_what_our_own_side_broke_is_never_mixed_with_a_failure() -> None:
    rows = [ScenarioResult(file=f"{outcome}.yaml", title="", outcome=outcome) for outcome in Outcome]
    assert Run(results=tuple(rows), duration_s=0.0).exit_code == 3
    without = [row for row in rows if row.outcome is not Outcome.UNKNOWN]
    assert Run(results=tuple(without), duration_s=0.0).exit_code == 1


def test_record_turns_a_tenant_into_a_file_that_replays(simulator: str, tmp_path: Path) -> None:
    import httpx

    with ControlClient(simulator) as control:
        control.create_tenant("recorded-shop", settings={"mix": {"stuck": 1}})
        httpx.get(f"{simulator}/mail-alliance/v1/time", headers={"X-Api-Key": "mak_test_recorded-shop"})
        out, journal = tmp_path / "out.yaml", tmp_path / "journal.ndjson"
        journal.write_bytes(control.journal_ndjson("recorded-shop"))
        assert scenario("record", simulator, "--tenant", "recorded-shop", "--out", out).returncode == 0
        printed = scenario("record", journal, "--title", "From a file").stdout
        control.delete_tenant("recorded-shop")
    assert read(out).recorded is not None
    assert "scenario: From a file" in printed
    replayed = scenario("replay", out, "--simulator", simulator)
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr


def test_the_schema_is_printed() -> None:
    assert json.loads(scenario("schema").stdout)["title"] == "parcelproof scenario"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "nowhere"], "there is no file or folder nowhere"),
        (["run", EXAMPLES, "--tag", "nosuch"], "there is no scenario with the tag nosuch"),
        (["run", EXAMPLES, "--jobs", "0"], "0 is not in the range"),
        (["run", GOOD, "--junit", "no/such/folder/r.xml"], "there is no folder no/such/folder"),
        (["run", GOOD, "--html", "x" * 300], "cannot be written: File name too long"),
        (["schema", "--out", "x" * 300], "cannot be written: File name too long"),
        (["check", "nowhere"], "there is no file or folder nowhere"),
        (["record", "http://127.0.0.1:9"], "give --tenant NAME"),
        (["record", "http://127.0.0.1:9", "--tenant", "x"], "No answer"),
        (["record", "nowhere.ndjson"], "nowhere.ndjson cannot be read"),
        (["record", GOOD], "line 1 is no exchange of a journal"),
        (["record", GOOD, "--out", "no/such/folder/r.yaml"], "there is no folder no/such/folder"),
        (["run", EXAMPLES / "engine-registry-re-issued.yaml", "--connector", "http://127.0.0.1:9"], "start it first"),
        (["record", GOOD, "--tenant", "x"], "--tenant goes with the URL of a simulator"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_sentence_and_exit_2(arguments: list[object], says: str) -> None:
    told = scenario(*arguments)
    assert told.returncode == 2, told.stdout
    assert says in told.stderr
    assert told.stderr.startswith("Error: ")
    assert told.stderr.count("\n") == 1
