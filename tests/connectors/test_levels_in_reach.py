"""A level can be reached by a connector that has what the level asks for, and no more."""

import pytest

from parcelproof.conformance.case import all_cases
from parcelproof.conformance.catalogue import load
from parcelproof.conformance.levels import LEVELS, profiles_of


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
