"""The catalogue: complete, proved by cases, and refused when it breaks its own rules."""

import pytest

from parcelproof.conformance.case import Case, all_cases, case
from parcelproof.conformance.catalogue import PREFIXES, USUAL, CatalogueError, Level, load, load_text, merge
from parcelproof.conformance.checks import CHECKS
from parcelproof.conformance.runner import select

GOOD = """
[TRK-900]
level = "MUST"
text = "A connector MUST do this."
source = "a document, read 2026-11-22"
profiles = ["tracking"]
since = "0.1"
"""


def test_every_requirement_has_a_case_or_says_why_not() -> None:
    proved = {number for row in all_cases() for number in row.requirements}
    for number, row in load().items():
        assert (number in proved) != bool(row.untestable), number


def test_every_carrier_that_a_requirement_names_is_tried_by_some_case() -> None:
    cases = list(all_cases())
    for number, row in load().items():
        mine = [entry for entry in cases if number in entry.requirements]
        tried = {entry.carrier for entry in mine}
        if mine and None not in tried:
            assert set(row.carriers) <= tried, f"{number} names {row.carriers}, tried on {tried}"


def test_thirty_requirements_at_least_and_the_areas_of_the_issue() -> None:
    testable = [row for row in load().values() if not row.untestable]
    assert len(testable) >= 30
    assert {"labels", "tracking", "webhooks", "notifications", "settlement"} <= {row.area for row in testable}


def test_areas_follow_from_the_prefix() -> None:
    assert {number for number, row in load().items() if row.area != PREFIXES[number[:3]]} == set()


def test_every_check_proves_a_known_requirement() -> None:
    assert set(CHECKS) <= set(load())


def test_case_ids_are_their_own_and_begin_with_a_requirement() -> None:
    ids = [row.id for row in all_cases()]
    assert len(ids) == len(set(ids))
    assert all(row.id.partition("/")[0] in row.requirements for row in all_cases())


def test_a_good_text_loads() -> None:
    row = load_text(GOOD, area="tracking")["TRK-900"]
    assert (row.level, row.carriers, row.area) == (Level.MUST, USUAL, "tracking")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("TRK-900", "TRK-9", "three digits"),
        ("TRK-900", "XYZ-900", "unknown prefix"),
        ('"MUST"', '"OUGHT"', "level"),
        ("MUST do", "should do", "level word"),
        ("MUST do", "MUST NOT do", "MUST NOT but the level is MUST"),
        ("2026-11-22", "lately", "no date"),
        ('["tracking"]', '["telepathy"]', "telepathy"),
        ('["tracking"]', "[]", "empty"),
        ("since", "sinse", "sinse"),
        ("[TRK-900]", "[TRK-900", "not TOML"),
    ],
)
def test_a_bad_text_is_refused_with_its_fault(old: str, new: str, says: str) -> None:
    with pytest.raises(CatalogueError, match=says):
        load_text(GOOD.replace(old, new), area="tracking")


def test_an_id_stands_in_one_file_only() -> None:
    part = load_text(GOOD, area="tracking")
    with pytest.raises(CatalogueError, match="TRK-900 stands in"):
        merge([part, load_text(GOOD, area="labels")])


def test_a_case_refuses_an_id_that_the_catalogue_does_not_have() -> None:
    with pytest.raises(CatalogueError, match="XXX-001"):
        case("XXX-001")
    with pytest.raises(ValueError, match="at least one"):
        case()


def test_a_case_needs_a_sentence_for_the_report() -> None:
    def mute(bench: object) -> None: ...

    with pytest.raises(ValueError, match="no docstring"):
        case("TRK-001")(mute)


def test_profiles_and_patterns_choose_cases() -> None:
    assert all("labels" in row.profiles for row in select(["labels"], []))
    assert {row.requirements[0][:3] for row in select([], ["RTE-*"])} == {"RTE"}
    one: list[Case] = select([], ["LBL-001/a_booked_order_has_its_label[cdek]"])
    assert [row.carrier for row in one] == ["cdek"]
    assert len(select([], ["LBL-001/a_booked_order_has_its_label"])) == 6
    assert select([], ["SET-010"])[0].name == "a_wrong_total_stops_everything"
