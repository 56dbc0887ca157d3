"""What programs read: JSON by its schema, JUnit XML, SARIF by its schema, each whatever came of the run."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import msgspec
import pytest
from junitparser import JUnitXml
from lxml import etree

from parcelproof.conformance.case import finding
from parcelproof.conformance.run import Run, Stop, UsedWaiver
from parcelproof.conformance.verdict import write_json, write_junit
from parcelproof.conformance.verdict.document import schema, schema_text
from parcelproof.conformance.verdict.finish import finished, nothing
from parcelproof.conformance.verdict.sarif import fingerprint, sarif_of, write_sarif

from .conftest import a_run, everything, failed, passed, unknown
from .test_waivers import TODAY

SCHEMAS = Path(__file__).parent / "schemas"
SARIF = json.loads(gzip.decompress((SCHEMAS / "sarif-2.1.0-rtm.5.json.gz").read_bytes()))
STOP = Stop(exit_code=3, reason="the simulator ended: \x1b[31mno\x00")
USED = UsedWaiver(
    where="waivers.toml:1", pattern="TRK-001", reason="Known.", expires="2027-01-01", state="not needed",
    passes=("TRK-001",),
)  # fmt: skip


def runs() -> dict[str, Callable[[], Run]]:
    """Runs that end in every way."""
    return {
        "everything": lambda: finished(everything(), today=TODAY),
        "good": lambda: finished(a_run(passed("TRK-001/fold")), today=TODAY, level="bronze"),
        "waived": lambda: msgspec.structs.replace(a_run(failed(waived={"NTF-008": "Known."})), waivers=(USED,)),
        "broken": lambda: finished(a_run(passed("TRK-001/fold"), unknown(), stop=STOP), today=TODAY),
        "nothing": lambda: finished(nothing(STOP, target="--reference", seed=1, selection=""), today=TODAY),
        "no case": lambda: a_run(),
    }


@pytest.fixture(params=runs())
def made(request: pytest.FixtureRequest) -> Iterator[Run]:
    yield runs()[request.param]()


# -- JSON


def test_the_json_report_keeps_its_schema(made: Run, tmp_path: Path) -> None:
    write_json(made, tmp_path / "verdict.json")
    found = json.loads((tmp_path / "verdict.json").read_bytes())
    jsonschema.Draft202012Validator(schema()).validate(found)
    assert found["exit_code"] == made.exit_code
    assert found["counts"] == made.counts()
    assert len(found["results"]) == len(made.results)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda row: row.pop("levels"),
        lambda row: row.update(version=2),
        lambda row: row["results"][0].pop("evidence"),
        lambda row: row["results"][0].update(verdicts={"NTF-008": "good"}),
        lambda row: row["requirements"][0].update(verdict="good"),
        lambda row: row["matrix"][0].pop("reason"),
        lambda row: row.update(seed="one"),
    ],
)
def test_the_schema_refuses_what_is_no_report(tmp_path: Path, spoil: Callable[[dict[str, Any]], object]) -> None:
    write_json(finished(everything(), today=TODAY), tmp_path / "verdict.json")
    found = json.loads((tmp_path / "verdict.json").read_bytes())
    jsonschema.Draft202012Validator(schema()).validate(found)
    spoil(found)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(found)


def test_the_schema_is_one_and_its_published_copy_is_it() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    published = Path(__file__).parents[2] / "docs" / "reference" / "verdict.schema.json"
    assert published.read_text("utf-8") == schema_text()


def test_a_hostile_text_is_told_in_every_report_without_what_breaks_it(tmp_path: Path) -> None:
    write_json(finished(everything(), today=TODAY), tmp_path / "verdict.json")
    text = (tmp_path / "verdict.json").read_text("utf-8")
    assert "tick" in text
    assert not {"\\u0000", "\\u001b", "\\ud800"} & {text[at : at + 6] for at in range(len(text))}


# -- JUnit


def test_junit_is_what_jenkins_and_others_read(made: Run, tmp_path: Path) -> None:
    path = tmp_path / "verdict.xml"
    write_junit(made, path)
    etree.XMLSchema(etree.parse(SCHEMAS / "junit-10.xsd")).assertValid(etree.parse(path))
    root = ElementTree.parse(path).getroot()
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name, "")) == len(suite.findall(f"testcase/{tag}"))
    read = JUnitXml.fromfile(str(path))
    read_sums = (read.tests, read.failures, read.errors)
    assert read_sums == tuple(int(root.get(name, "")) for name in ("tests", "failures", "errors"))


def kinds(run: Run, folder: Path) -> dict[str, list[str]]:
    write_junit(run, folder / "verdict.xml")
    root = ElementTree.parse(folder / "verdict.xml").getroot()
    return {str(row.get("classname")): [child.tag for child in row] for row in root.iter("testcase")}


def test_junit_tells_failure_error_skip_and_warning_apart(tmp_path: Path) -> None:
    assert kinds(everything(), tmp_path) == {
        "NTF-008": ["failure"],
        "RES-001": ["error"],
        "NTF-013": ["system-out"],
        "TRK-001": [],
        "WHK-001": ["skipped"],
        "LBL-002": ["failure"],
    }
    root = ElementTree.parse(tmp_path / "verdict.xml").getroot()
    failure = next(row for row in root.iter("testcase") if row.get("classname") == "NTF-008")[0]
    for part in ("mail to <eva@example.org>", "Replay: parcelproof verify", "Example: [1, 2]", "Two mails came."):
        assert part in (failure.text or "")
    assert failure.get("message", "").startswith("NTF-008 mail to <eva@example.org>: expected one mail")


def test_junit_fails_for_a_waiver_that_is_not_needed_and_skips_what_is_waived(tmp_path: Path) -> None:
    assert kinds(runs()["waived"](), tmp_path) == {"NTF-008": ["skipped", "system-out"], "waiver": ["failure"]}


def test_junit_of_a_run_that_ended_early_has_an_error(tmp_path: Path) -> None:
    assert kinds(runs()["broken"](), tmp_path) == {"TRK-001": [], "RES-001": ["error"], "run": ["error"]}
    assert kinds(runs()["nothing"](), tmp_path) == {"run": ["error"]}


def test_junit_is_bounded(tmp_path: Path) -> None:
    many = failed(findings=tuple(finding("NTF-008", f"mail {n}", "x" * 1000, "y" * 1000) for n in range(1000)))
    write_junit(a_run(many), tmp_path / "verdict.xml")
    assert (tmp_path / "verdict.xml").stat().st_size < 100_000
    assert "Replay: parcelproof" in (tmp_path / "verdict.xml").read_text("utf-8")


# -- SARIF


def test_sarif_keeps_its_schema(made: Run, tmp_path: Path) -> None:
    write_sarif(made, tmp_path / "verdict.sarif")
    log = json.loads((tmp_path / "verdict.sarif").read_bytes())
    jsonschema.Draft4Validator(SARIF).validate(log)
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["invocations"][0]["exitCode"] == made.exit_code
    assert len(run["results"]) == sum(len(row.findings) for row in made.results)


def test_sarif_tells_rules_levels_waivers_and_what_is_unknown() -> None:
    waived = failed("NTF-005/newest", waived={"NTF-005": "Known."})
    (run,) = sarif_of(finished(a_run(*everything().results, waived), today=TODAY))["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules["NTF-013"]["defaultConfiguration"]["level"] == "warning"
    found = {row["ruleId"]: row for row in run["results"]}
    assert (found["NTF-008"]["level"], found["NTF-013"]["level"]) == ("error", "warning")
    assert found["NTF-005"]["suppressions"][0]["justification"] == "Known."
    assert "suppressions" not in found["NTF-008"]
    assert all(run["tool"]["driver"]["rules"][row["ruleIndex"]]["id"] == number for number, row in found.items())
    assert "RES-001" not in found
    assert "our side broke" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert run["invocations"][0]["executionSuccessful"] is False


def test_a_fingerprint_outlives_another_seed_and_tells_findings_apart() -> None:
    def mark(case: str = "c", number: str = "NTF-008", what: str = "mail 17 of order A-1", found: str = "2") -> str:
        return fingerprint(case, finding(number, what, "one mail by 10:00", found))

    assert mark() == mark(what="mail 4 of order A-2", found="3 mails")
    assert len({mark(), mark(case="d"), mark(number="NTF-005"), mark(what="parcel 17")}) == 4


def test_two_findings_alike_have_fingerprints_of_their_own() -> None:
    twice = failed(findings=tuple(finding("NTF-008", f"mail {n}", "one", "two") for n in range(3)))
    (run,) = sarif_of(a_run(twice))["runs"]
    marks = [row["partialFingerprints"]["primaryLocationLineHash"] for row in run["results"]]
    assert [mark.rpartition(":")[2] for mark in marks] == ["1", "2", "3"]
    assert len({mark.rpartition(":")[0] for mark in marks}) == 1
