"""A level can be reached by a connector that has what the level asks for, and no more."""

import pytest

from parcelproof.cli.programs import engine_command
from parcelproof.conformance.case import Verdict, all_cases
from parcelproof.conformance.catalogue import load
from parcelproof.conformance.hold import hold
from parcelproof.conformance.lab import Lab
from parcelproof.conformance.levels import LEVELS, profiles_of
from parcelproof.conformance.processes import SIMULATOR


@pytest.mark.parametrize("level", LEVELS)
def test_no_must_of_a_level_needs_what_the_level_does_not_ask_for(level: str) -> None:
    claimed = set(profiles_of(level))
    held = {number for case in all_cases() if set(case.needs) <= claimed for number in case.requirements}
    asked = {
        number
        for number, row in load().items()
        if row.level.binding and not row.retired and not row.untestable and set(row.profiles) & set(LEVELS[level])
    }
    out_of_reach = sorted(asked - held)
    assert not out_of_reach, f"a {level} connector can never prove {out_of_reach}"


OF_WEBHOOKS = {"TRK-014", "TRK-015"}  # what they say begins with webhooks that are switched on


def test_what_tracking_asks_for_is_judged_without_webhooks_too() -> None:
    held = {number for case in all_cases() if "webhooks" not in case.needs for number in case.requirements}
    asked = {number for number, row in load().items() if "tracking" in row.profiles and not row.untestable}
    assert asked - held == OF_WEBHOOKS


@pytest.mark.ci
def test_a_connector_without_webhooks_that_never_polls_fails_by_that() -> None:
    (case,) = (case for case in all_cases() if case.id == "TRK-013/polls_alone[mail_alliance]")
    with Lab(command=engine_command("no-polling"), ours=True, simulator=SIMULATOR, seed=1) as lab:
        result = hold(lab, case, seed=1, brief=True)
    found = {row.requirement: row.found for row in result.findings}
    assert result.verdicts["TRK-017"] is Verdict.FAILED and found["TRK-017"].startswith("none in the 9 days"), found
