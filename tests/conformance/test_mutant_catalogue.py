"""The catalogue of faulty connectors and their patches belong together, and a patch that lost its place says so."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from parcelproof.conformance import score
from parcelproof.conformance.catalogue import load
from parcelproof.conformance.mutants import mutants
from parcelproof.testing.mutants import planted
from parcelproof.testing.mutants.patching import PatchLost, rewrite


def test_every_mutant_has_a_patch_and_every_patch_an_entry() -> None:
    assert set(mutants()) == set(planted())


def test_every_mutant_fails_requirements_that_exist() -> None:
    assert all(set(mutant.fails) <= set(load()) for mutant in mutants().values())


@pytest.mark.parametrize("name", score.names())
def test_a_patch_finds_its_place_in_the_engine(name: str) -> None:
    # A process of its own: the bug must not stay in this one.
    made = subprocess.run(
        [sys.executable, "-c", f"from parcelproof.testing.mutants import apply; apply({name!r})"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 0, made.stderr


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


def test_an_unknown_mutant_is_wrong_use() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "parcelproof.testing.mutants", "no-such", "engine", "serve"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (made.returncode, made.stderr.count("\n")) == (2, 1)
