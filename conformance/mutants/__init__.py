"""The catalogue of faulty connectors against which the judge's strength is measured."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from ..catalogue import load


class MutantError(Exception):
    """The catalogue of mutants does not hold together. The message names the entry."""


class Mutant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One faulty connector: what is broken, and the requirements that must fail for it."""

    breaks: str
    fails: tuple[str, ...]


@cache
def mutants() -> dict[str, Mutant]:
    """Return the faulty connectors by name.

    Raises:
        MutantError: an entry has the wrong shape, names no requirement, or one that the catalogue does not have.
    """
    table = tomllib.loads((files(__package__) / "mutants.toml").read_text(encoding="utf-8"))
    try:
        found = msgspec.convert(table, dict[str, Mutant])
    except msgspec.ValidationError as error:
        raise MutantError(f"mutants.toml: {error}") from error
    for name, mutant in found.items():
        unknown = sorted(set(mutant.fails) - set(load()))
        if unknown or not mutant.fails:
            raise MutantError(
                f"mutants.toml: [{name}] fails = {list(mutant.fails)}; unknown: {unknown or 'none named'}"
            )
    return found
