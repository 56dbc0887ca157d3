"""Faulty connectors: the reference engine with one bug planted. `conformance/mutants` says what each breaks.

`python -m parcelproof.testing.mutants NAME engine serve …` starts one in the engine's place. A module here holds the
mutants of one area: functions marked `@mutant`, each named like its entry with underscores for hyphens.
"""

from importlib import import_module
from pkgutil import iter_modules

from .patching import PLANTS

NO_AREAS = ("__main__", "patching")


class UnknownMutant(LookupError):
    """There is no mutant of this name."""


def planted() -> tuple[str, ...]:
    """Return the names of all mutants that have a patch."""
    for module in iter_modules(__path__):
        if module.name not in NO_AREAS:
            import_module(f"{__name__}.{module.name}")
    return tuple(PLANTS)


def apply(name: str) -> None:
    """Plant the bug of this name in the reference engine of this process.

    Raises:
        UnknownMutant: no module has this name.
        PatchLost: the engine changed, and the place where the bug belongs is not there any more.
    """
    if name not in planted():
        raise UnknownMutant(name)
    PLANTS[name]()
