"""The catalogue of faulty connectors against which the judge's strength is measured: one TOML file for each area."""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import msgspec

from ..catalogue import load


class MutantError(Exception):
    """The catalogue of mutants does not hold together. The message names the entry."""


class Mutant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One faulty connector: what is broken, and which requirements fail for it.

    `fails` are the requirements that it breaks: the judge must find each of them broken. `consequences` also fail, but
    only because of that; nothing else may fail.
    """

    breaks: str
    fails: tuple[str, ...]
    consequences: tuple[str, ...] = ()


@cache
def mutants() -> dict[str, Mutant]:
    """Return the faulty connectors by name, area by area.

    Raises:
        MutantError: an entry has the wrong shape, names no requirement, or one that the catalogue does not have.
    """
    return {name: mutant for area in areas().values() for name, mutant in area.items()}


@cache
def areas() -> dict[str, dict[str, Mutant]]:
    """Return the faulty connectors of each area; an area is a file of this folder.

    Raises:
        MutantError: see `mutants`.
    """
    found: dict[str, dict[str, Mutant]] = {}
    named: dict[str, str] = {}
    for file in sorted(files(__package__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            area = found[file.name.removesuffix(".toml")] = read(file.name, file.read_text(encoding="utf-8"))
            for name in area:
                if name in named:
                    raise MutantError(f"{file.name}: [{name}] stands in {named[name]} already; give it another name")
                named[name] = file.name
    return found


def read(file: str, text: str) -> dict[str, Mutant]:
    """Return the entries of one file.

    Raises:
        MutantError: see `mutants`.
    """
    try:
        found = msgspec.convert(tomllib.loads(text), dict[str, Mutant])
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise MutantError(f"{file}: {error}") from error
    for name, mutant in found.items():
        unknown = sorted({*mutant.fails, *mutant.consequences} - set(load()))
        if unknown or not mutant.fails:
            raise MutantError(f"{file}: [{name}] fails = {list(mutant.fails)}; unknown: {unknown or 'none named'}")
        if twice := sorted(set(mutant.fails) & set(mutant.consequences)):
            raise MutantError(f"{file}: [{name}] names {', '.join(twice)} in fails and in consequences; one is enough")
    return found


def proofs() -> dict[str, tuple[str, ...]]:
    """Return the mutants that prove each requirement that binds: those that break it. Without one it is unproved."""
    binding = [row.id for row in load().values() if row.level.binding and not row.retired]
    return {number: tuple(name for name, row in mutants().items() if number in row.fails) for number in binding}


def unproved(numbers: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return the requirements that bind and that no mutant proves; of `numbers`, or of the whole catalogue."""
    chosen = None if numbers is None else set(numbers)
    return tuple(number for number, names in proofs().items() if not names and (chosen is None or number in chosen))
