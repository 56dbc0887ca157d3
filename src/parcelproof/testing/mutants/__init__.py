"""Faulty connectors: the reference engine with one bug planted. `conformance/mutants` says what each breaks.

`python -m parcelproof.testing.mutants NAME engine serve …` starts one in the engine's place. A mutant is a module here,
named like its entry with underscores for hyphens, whose `apply` plants the bug.
"""

from importlib import import_module
from importlib.util import find_spec


class UnknownMutant(LookupError):
    """There is no mutant of this name."""


def apply(name: str) -> None:
    """Plant the bug of this name in the reference engine of this process.

    Raises:
        UnknownMutant: no module has this name.
        PatchLost: the engine changed, and the place where the bug belongs is not there any more.
    """
    module = f"{__name__}.{name.replace('-', '_')}"
    if not name.replace("-", "").isalnum() or find_spec(module) is None:
        raise UnknownMutant(name)
    import_module(module).apply()
