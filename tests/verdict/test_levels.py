"""Levels: every MUST of the profiles, in all its cases, and nothing else, decides."""

from collections.abc import Iterable
from io import StringIO

import msgspec
import pytest
from rich.console import Console

from parcelproof.conformance.case import CASES, Verdict, all_cases, wires_of
from parcelproof.conformance.catalogue import CARRIERS, PROFILES, USUAL, load
from parcelproof.conformance.levels import DEFAULT_PROFILES, LEVELS, chosen_profiles, level_results, profiles_of
from parcelproof.conformance.run import CaseResult, LevelResult, Run
from parcelproof.conformance.verdict import print_run
from parcelproof.conformance.verdict.document import document_of
from parcelproof.conformance.verdict.html import html_of
from parcelproof.conformance.verdict.markdown import markdown_of
from parcelproof.conformance.verdict.words import lacks_of, next_level
from parcelproof.conformance.wires import POLLED, WIRES

from .conftest import a_run

OF_SOME_CARRIERS = ("settlement", "documents", "numbers")  # others make no reports, lists or numbers of their own


def judged(profiles: Iterable[str], verdict: Verdict = Verdict.PASSED) -> list[CaseResult]:
    """Every case of these profiles, with one verdict for all its requirements."""
    return [
        CaseResult(
            id=case.id, story=case.story, verdicts=dict.fromkeys(case.requirements, verdict), carrier=case.carrier or ""
        )
        for case in all_cases()
        if set(profiles) & set(case.profiles)
    ]  # fmt: skip


def levels(results: Iterable[CaseResult], **connector: object) -> dict[str, LevelResult]:
    made: Run = a_run(*results)
    made = msgspec.structs.replace(made, connector={**made.connector, "carriers": [*CARRIERS], **connector})
    return {row.name: row for row in level_results(made)}


def reached(results: Iterable[CaseResult], **connector: object) -> list[str]:
    return [name for name, row in levels(results, **connector).items() if row.reached]


def test_every_profile_belongs_to_one_level_and_the_default_ones_exist() -> None:
    assert sorted(name for names in LEVELS.values() for name in names) == sorted(PROFILES)
    assert set(DEFAULT_PROFILES) <= set(PROFILES)


@pytest.mark.parametrize(
    ("profiles", "found"),
    [
        (["rates"], []),
        (["rates", "labels"], ["bronze"]),
        (DEFAULT_PROFILES, ["bronze"]),
        (profiles_of("silver"), ["bronze", "silver"]),
        (PROFILES, ["bronze", "silver", "gold"]),
        (LEVELS["gold"], []),
    ],
)
def test_a_level_needs_its_profiles_and_those_below(profiles: Iterable[str], found: list[str]) -> None:
    assert reached(judged(profiles)) == found


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.UNKNOWN, Verdict.SKIPPED])
def test_one_must_that_did_not_pass_keeps_the_level_away(verdict: Verdict) -> None:
    results = judged(["rates", "labels"])
    number = next(row.id for row in load().values() if row.level.binding and "labels" in row.profiles)
    spoilt = [
        msgspec.structs.replace(row, verdicts={**row.verdicts, number: verdict}) if number in row.verdicts else row
        for row in results
    ]
    row = levels(spoilt)["bronze"]
    assert (row.reached, [lack.requirement for lack in row.missing]) == (False, [number])
    assert row.missing[0].why == verdict.value


@pytest.mark.parametrize("verdict", [Verdict.WARNED, Verdict.SKIPPED])
def test_a_should_keeps_no_level_away(verdict: Verdict) -> None:
    number = next(row.id for row in load().values() if not row.level.binding)
    results = [
        msgspec.structs.replace(row, verdicts={**row.verdicts, number: verdict}) if number in row.verdicts else row
        for row in judged(PROFILES)
    ]
    assert verdict in {found for row in results for found in row.verdicts.values()}
    assert reached(results) == [*LEVELS]


def test_a_carrier_that_the_connector_does_not_serve_may_be_skipped() -> None:
    def without(carrier: str) -> list[CaseResult]:
        return [
            msgspec.structs.replace(row, verdicts=dict.fromkeys(row.verdicts, Verdict.SKIPPED))
            if row.carrier == carrier
            else row
            for row in judged(["rates", "labels"])
        ]

    assert reached(without("cdek"), carriers=["mail_alliance"]) == ["bronze"]
    alone = {number for row in without("cdek") for number in row.verdicts} - {
        number for row in without("cdek") for number, verdict in row.verdicts.items() if verdict is Verdict.PASSED
    }
    binding = [number for number in alone if load()[number].level.binding]
    lacking = [lack.requirement for lack in levels(without("cdek"), carriers=[*CARRIERS])["bronze"].missing]
    assert sorted(lacking) == sorted(binding)


def test_a_connector_that_serves_nobody_reaches_nothing() -> None:
    results = judged(PROFILES, Verdict.SKIPPED)
    assert reached(results, carriers=[]) == []
    all_of_carriers = [msgspec.structs.replace(row, carrier="cdek") for row in results]
    found = levels(all_of_carriers, carriers=[])["bronze"]
    assert {lack.reason for lack in found.missing} == {"nothing of rates was held", "nothing of labels was held"}


def test_a_requirement_that_was_not_judged_in_all_its_cases_is_missing() -> None:
    results = judged(["rates", "labels"])
    number, ids = next(
        (number, ids)
        for number in load()
        if "labels" in load()[number].profiles
        and load()[number].level.binding
        and len(ids := [row.id for row in results if number in row.verdicts]) > 1
    )
    row = levels(row for row in results if row.id != ids[0])["bronze"]
    assert number in [lack.requirement for lack in row.missing]
    assert {lack.why for lack in row.missing} <= {"not judged", "not judged in full"}


def test_what_is_missing_for_the_next_level_is_told_by_profile() -> None:
    made = a_run(*judged(["rates", "labels"]))
    made = msgspec.structs.replace(made, levels=level_results(made))
    coming = next_level(made)
    assert coming is not None and coming.name == "silver"
    assert {line.split(":")[0] for line in lacks_of(coming)} == set(LEVELS["silver"])
    assert all(": not judged" in line for line in lacks_of(coming))


@pytest.mark.parametrize(
    ("profiles", "level", "cases", "found"),
    [
        ([], "", False, DEFAULT_PROFILES),
        ([], "", True, ()),
        (["labels"], "", True, ("labels",)),
        (["all"], "", False, PROFILES),
        (["labels", "all"], "", True, PROFILES),
        ([], "bronze", False, ("rates", "labels")),
        (["security", "labels"], "bronze", False, ("rates", "labels", "security")),
    ],
)
def test_the_profiles_that_are_judged(profiles: list[str], level: str, cases: bool, found: tuple[str, ...]) -> None:
    assert chosen_profiles(profiles, level, cases=cases) == found


def test_a_requirement_that_lacks_a_case_for_want_of_a_connector_keeps_the_level_from_being_reached() -> None:
    results = judged(PROFILES)
    assert reached(results) == [*LEVELS]
    several = next(row for row in results if row.id.startswith("LBL-003/"))  # LBL-003 has other cases, which passed
    lost = msgspec.structs.replace(
        several, verdicts=dict.fromkeys(several.verdicts, Verdict.SKIPPED), reason="not held: the connector ended"
    )
    found = levels([lost if row is several else row for row in results])["bronze"]
    assert [(row.requirement, row.why) for row in found.missing] == [("LBL-003", "skipped")]


def _for(carrier: str) -> list[CaseResult]:
    """What a connector of one carrier gets: cases of the other one are left out, all else passes."""
    return [
        msgspec.structs.replace(row, verdicts=dict.fromkeys(row.verdicts, Verdict.SKIPPED))
        if {*wires_of(CASES[row.id])} - {carrier}
        else row
        for row in judged(PROFILES)
    ]


def test_a_connector_of_one_carrier_reaches_levels_without_the_other() -> None:
    assert reached(_for("mail_alliance"), carriers=["mail_alliance"]) == ["bronze", "silver", "gold"]
    assert reached(_for("cdek"), carriers=["cdek"]) == ["bronze", "silver", "gold"]
    assert reached(_for("cdek")) == []  # it serves both and was judged on one


def test_a_profile_without_a_case_for_the_carriers_is_named_in_every_report() -> None:
    made = a_run(*_for("mail_alliance"))
    made = msgspec.structs.replace(made, connector={**made.connector, "carriers": ["mail_alliance"]})
    made = msgspec.structs.replace(made, levels=level_results(made))
    assert [row.without for row in made.levels] == [(), (), OF_SOME_CARRIERS]
    said = "without settlement, documents, numbers, which have no case for mail_alliance"
    told = StringIO()
    print_run(made, Console(width=200, file=told, highlight=False))
    assert f"Level: gold ({said})" in told.getvalue()
    assert f"Level: **gold** ({said.replace('_', chr(92) + '_')})" in markdown_of(made)
    assert f"Judged {said}." in html_of(made)
    assert {row["name"]: row["without"] for row in document_of(made)["levels"]}["gold"] == OF_SOME_CARRIERS


def test_a_profile_with_a_case_for_the_carriers_is_asked_for() -> None:
    """A connector of Mail Alliance alone of which nothing that gold adds was held is silver."""
    results = [
        msgspec.structs.replace(row, verdicts=dict.fromkeys(row.verdicts, Verdict.SKIPPED))
        if {*CASES[row.id].profiles} <= {*LEVELS["gold"]}
        else row
        for row in _for("mail_alliance")
    ]
    assert reached(results, carriers=["mail_alliance"])[-1:] == ["silver"]
    assert levels(_for("cdek"), carriers=["cdek"])["gold"].without == ("documents", "numbers")


@pytest.mark.parametrize("profile", [name for name in PROFILES if name not in OF_SOME_CARRIERS])
@pytest.mark.parametrize("carrier", USUAL)
def test_each_carrier_alone_is_judged_in_every_profile(profile: str, carrier: str) -> None:
    mine = [case for case in all_cases() if profile in case.profiles and not {*wires_of(case)} - {carrier}]
    assert len(mine) > 2


@pytest.mark.parametrize("profile", ["rates", "labels", "tracking", "returns", "resilience"])
@pytest.mark.parametrize("carrier", POLLED)
def test_a_carrier_without_webhooks_alone_is_judged_where_it_can_be(profile: str, carrier: str) -> None:
    if profile == "rates" and not WIRES[carrier].prices:
        return
    assert [case for case in all_cases() if profile in case.profiles and wires_of(case) == (carrier,)]


def test_a_part_that_is_not_claimed_is_no_obstacle() -> None:
    """A connector without states and public page is silver; one that claims states and was not held in them is not."""
    parts = {"states", "alert_monitor", "public_page"}
    results = [
        msgspec.structs.replace(row, verdicts=dict.fromkeys(row.verdicts, Verdict.SKIPPED))
        if parts & {*CASES[row.id].claims}
        else row
        for row in judged(profiles_of("silver"))
    ]
    assert reached(results, claims=["clock", "restart"])[-1:] == ["silver"]
    assert reached(results, claims=["clock", "states"])[-1:] == ["bronze"]


def test_needs_name_profiles_and_claims() -> None:
    made = CASES["NTF-040/every_state_is_listed"]
    assert (made.needs, made.claims) == (("notifications",), ("clock", "states"))
