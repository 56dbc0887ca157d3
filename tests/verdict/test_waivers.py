"""Waivers: what is known and put up with until a day; what passes needs none; a file that says nothing is refused."""

from datetime import date
from pathlib import Path

import pytest

from parcelproof.conformance.case import Verdict
from parcelproof.conformance.run import CaseResult, Run
from parcelproof.conformance.waivers import MOST_BYTES, WaiverError, read, waive

from .conftest import a_run, failed, passed, skipped, unknown, warned

TODAY = date(2026, 11, 22)
CASE = "TRK-002/any_history_is_folded_right[cdek]"


def written(folder: Path, text: str) -> Path:
    path = folder / "waivers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def one(what: str, expires: str = "2027-03-31") -> str:
    return f'[[waiver]]\n{what}\nreason = "The spring release mends it."\nexpires = {expires}\n'


def used(folder: Path, text: str, *results: CaseResult, today: date = TODAY) -> Run:
    return waive(a_run(*results), read(written(folder, text)), today)


def test_a_waived_requirement_does_not_fail_the_run_and_is_shown(tmp_path: Path) -> None:
    made = used(tmp_path, one('requirement = "NTF-008"'), failed(), passed("TRK-001/fold"))
    assert made.exit_code == 0
    assert made.results[0].verdict is Verdict.FAILED  # what was found stays what it is
    assert made.results[0].waived == {"NTF-008": "The spring release mends it."}
    assert made.requirements[0].waived == "The spring release mends it."
    assert (made.waivers[0].state, made.waivers[0].waives) == ("used", ("NTF-008",))


def test_a_waived_case_waives_all_that_failed_in_it(tmp_path: Path) -> None:
    two = failed(CASE, "TRK-002", "TRK-003")
    assert used(tmp_path, one(f'case = "{CASE}"'), two).exit_code == 0
    assert used(tmp_path, one('requirement = "TRK-002"'), two).exit_code == 1


@pytest.mark.parametrize("pattern", ["TRK-002/any_history_is_folded_right", "TRK-002/any_*", CASE, "TRK-*"])
def test_a_case_is_named_by_id_without_carrier_or_pattern(tmp_path: Path, pattern: str) -> None:
    assert used(tmp_path, one(f'case = "{pattern}"'), failed(CASE, "TRK-002")).exit_code == 0


def test_another_failure_still_fails_the_run(tmp_path: Path) -> None:
    made = used(tmp_path, one('requirement = "NTF-008"'), failed(), failed(CASE, "TRK-002"))
    assert made.exit_code == 1
    assert [row.id for row in made.results if row.breaks_the_run] == [CASE]


@pytest.mark.parametrize("what", ['requirement = "TRK-001"', 'case = "TRK-001/*"', 'requirement = "TRK-00*"'])
def test_a_waiver_for_what_passes_fails_the_run(tmp_path: Path, what: str) -> None:
    name = "TRK-001/the_status_is_folded"
    made = used(tmp_path, one(what), passed(name, "TRK-001"), failed("TRK-002/x", "TRK-002"), failed())
    assert made.waivers[0].state == "not needed"
    assert made.waivers[0].passes in (("TRK-001",), (name,))
    only = used(tmp_path, one(what), passed(name, "TRK-001"))
    assert only.exit_code == 1


def test_a_requirement_that_passes_in_one_case_and_fails_in_another_has_failed(tmp_path: Path) -> None:
    made = used(
        tmp_path, one('requirement = "TRK-002"'), passed("TRK-002/a", "TRK-002"), failed("TRK-002/b", "TRK-002")
    )
    assert (made.exit_code, made.waivers[0].state) == (0, "used")


@pytest.mark.parametrize(
    ("today", "state", "code"),
    [
        (date(2027, 3, 30), "used", 0),
        (date(2027, 3, 31), "used", 0),
        (date(2027, 4, 1), "expired", 1),
    ],
)
def test_a_waiver_waives_until_its_last_day(tmp_path: Path, today: date, state: str, code: int) -> None:
    made = used(tmp_path, one('requirement = "NTF-008"'), failed(), today=today)
    assert (made.waivers[0].state, made.exit_code) == (state, code)


def test_an_expired_waiver_for_what_passes_fails_nothing(tmp_path: Path) -> None:
    made = used(tmp_path, one('requirement = "TRK-001"', "2020-01-01"), passed("TRK-001/fold"))
    assert (made.waivers[0].state, made.exit_code) == ("expired", 0)


@pytest.mark.parametrize("result", [skipped("NTF-008/none_twice"), unknown("NTF-008/none_twice")])
def test_what_was_not_judged_neither_needs_a_waiver_nor_fails_by_it(tmp_path: Path, result: CaseResult) -> None:
    made = used(tmp_path, one('requirement = "NTF-008"'), result, passed("TRK-001/fold"))
    assert made.waivers[0].state == "not judged"
    assert made.exit_code == (3 if result.verdict is Verdict.UNKNOWN else 0)


def test_what_is_unknown_is_never_waived(tmp_path: Path) -> None:
    both = failed(CASE, "TRK-002", verdicts={"TRK-002": Verdict.FAILED, "TRK-003": Verdict.UNKNOWN})
    made = used(tmp_path, one('case = "TRK-002/*"'), both)
    assert made.exit_code == 3
    assert set(made.results[0].waived) == {"TRK-002"}


def test_a_warning_can_be_waived_too(tmp_path: Path) -> None:
    made = used(tmp_path, one('requirement = "NTF-013"'), warned())
    assert (made.exit_code, made.requirements[0].waived != "") == (0, True)


def test_an_empty_file_waives_nothing(tmp_path: Path) -> None:
    assert used(tmp_path, "# nothing is known to be wrong\n", failed()).exit_code == 1


def test_waivers_written_inline_are_waivers(tmp_path: Path) -> None:
    text = 'waiver = [{requirement = "NTF-008", reason = "Known.", expires = 2027-03-31}]\n'
    made = used(tmp_path, text, failed())
    assert made.exit_code == 0
    assert made.waivers[0].where.endswith("waivers.toml, waiver 1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[waiver]\n", "is not TOML"),
        ("\n[[waivers]]\n", ":2: the key 'waivers' is not known; write [[waiver]]"),
        ("[waiver]\nreason = 'x'\n", ":1: a waiver is a table; write [[waiver]], with two brackets"),
        ("waiver = [1]\n", ":1: a waiver is a table; write [[waiver]], with two brackets"),
        (one('requirment = "NTF-008"'), ":1: the key 'requirment' is not known; the nearest is 'requirement'"),
        (one(""), "names either a case or a requirement"),
        (one('case = "NTF-008/*"\nrequirement = "NTF-008"'), "names either a case or a requirement"),
        (one('requirement = ""'), "requirement is ''; it must be a text that is not empty"),
        (one("requirement = 8"), "requirement is 8; it must be a text"),
        (one('requirement = "NTF-998"'), "no requirement fits 'NTF-998'; the nearest is 'NTF-"),
        (one('requirement = "*-9999"'), "no requirement fits"),
        (one('case = "TRK-002/no_such_case"'), "no case fits 'TRK-002/no_such_case'; the nearest is 'TRK-"),
        ('[[waiver]]\nrequirement = "NTF-008"\nexpires = 2027-01-01\n', "reason is nothing; it must be a text"),
        ('[[waiver]]\nrequirement = "NTF-008"\nreason = "x"\n', "expires is nothing; it must be a day without quotes"),
        (one('requirement = "NTF-008"', '"2027-03-31"'), "expires is '2027-03-31'; it must be a day without quotes"),
        (one('requirement = "NTF-008"', "2027-03-31T10:00:00Z"), "it must be a day without quotes, like 2027-03-31"),
        (one('requirement = "NTF-008"', "2027-02-30"), "is not TOML"),
        (
            "# good\n" + one('requirement = "NTF-008"') + "\n" + one('requirement = "XXX-001"'),
            ":7: no requirement fits",
        ),
        ("#" * (MOST_BYTES + 1), "a waiver file has at most"),
        ("a = " + "[" * 5000, "is not TOML"),
    ],
)
def test_a_file_that_is_wrong_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(WaiverError) as refused:
        read(path)
    assert says in str(refused.value)
    assert str(refused.value).startswith(str(path))
    assert "\n" not in str(refused.value)


def test_bytes_that_are_no_text_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "waivers.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(WaiverError, match="is not TOML"):
        read(path)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WaiverError, match="cannot be read"):
        read(tmp_path / "none.toml")
    with pytest.raises(WaiverError, match="cannot be read"):
        read(tmp_path)
