"""The catalogue of faulty connectors and their patches belong together, and a patch that lost its place says so."""

import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from parcelproof.conformance.catalogue import load
from parcelproof.conformance.mutants import MutantError, mutants, proofs, read, unproved
from parcelproof.testing.mutants import planted
from parcelproof.testing.mutants.patching import PatchLost, put, rewrite


def test_every_mutant_has_a_patch_and_every_patch_an_entry() -> None:
    assert set(mutants()) == set(planted())


def test_every_mutant_fails_requirements_that_exist() -> None:
    assert all(set(mutant.fails) <= set(load()) for mutant in mutants().values())


def test_a_patch_that_lost_its_place_fails_loudly() -> None:
    def double(number: int) -> int:
        return number * 2

    with pytest.raises(PatchLost, match="0 times"):
        rewrite(double, ("number * 3", "number"))


def test_a_patch_reaches_everyone_who_imported_the_function() -> None:
    seen: list[Callable[[int], int]] = [plain]
    rewrite(plain, ("number + 1", "number + 2"))
    assert seen[0](1) == 3


def plain(number: int) -> int:
    return number + 1


def test_a_decorated_function_is_patched_below_its_decorators() -> None:
    rewrite(vars(Box)["volume"].fget, ("self.side**3", "self.side**2 + more"), more=1)
    assert Box(3).volume == 10


class Box:
    def __init__(self, side: int) -> None:
        self.side = side

    @property
    def volume(self) -> int:
        return self.side**3


def test_a_table_is_patched_where_it_holds_another_value_only() -> None:
    table = {"a": 1}
    put(table, "a", 2)
    assert table == {"a": 2}
    for key, value in (("b", 1), ("a", 2)):
        with pytest.raises(PatchLost, match="a table holds"):
            put(table, key, value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[a]\nbreaks = "A."\nfails = []', "unknown: none named"),
        ('[a]\nbreaks = "A."\nfails = ["XXX-001"]', "XXX-001"),
        ('[a]\nbreaks = "A."\nfails = ["RTE-003"]\nconsequences = ["XXX-001"]', "XXX-001"),
        ('[a]\nbreaks = "A."\nfails = ["RTE-003"]\nconsequences = ["RTE-003"]', "one is enough"),
        ('[a]\nbreaks = "A."\nfail = ["RTE-003"]', "rates.toml"),
        ("[a", "rates.toml"),
    ],
)
def test_an_entry_that_does_not_hold_together_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(MutantError, match=re.escape(sentence)):
        read("rates.toml", text)


def test_the_breakage_of_a_requirement_is_proved_or_counted() -> None:
    binding = {number for number, row in load().items() if row.level.binding and not row.retired}
    assert set(proofs()) == binding
    assert set(unproved()) == {number for number in binding if not any(number in m.fails for m in mutants().values())}
    assert unproved(["RTE-003"]) == ()


def test_every_requirement_that_binds_and_has_a_case_is_broken_by_a_mutant() -> None:
    """So a case that no connector could fail is seen: it proves nothing."""
    assert [number for number in unproved() if not load()[number].untestable] == []


def test_an_unknown_mutant_is_wrong_use() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "parcelproof.testing.mutants", "no-such", "engine", "serve"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (made.returncode, made.stderr.count("\n")) == (2, 1)
