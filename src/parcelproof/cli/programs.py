"""The commands by which other programs of this package are started, each as a process of its own."""

import sys
from pathlib import Path


def engine_command(mutant: str | None = None, *, folder: Path | None = None) -> list[str]:
    """Return the command of the reference engine with its driver, as the judge starts it.

    Its port and the folder of its database are places that the judge fills in; with `folder` the database stays there.
    With `mutant` one planted bug is applied to it first.
    """
    module = ["parcelproof"] if mutant is None else ["parcelproof.testing.mutants", mutant]
    database = f"sqlite:///{'{state}' if folder is None else folder.resolve()}/engine.db"
    return [
        sys.executable, "-m", *module,
        "engine", "serve", "--port", "{port}", "--driver", "--database", database,
    ]  # fmt: skip


def nursery_command() -> list[str]:
    """Return the command of a process from which engines are forked, which is quicker than starting each by itself."""
    return [sys.executable, "-m", "parcelproof.testing.nursery"]


def simulator_command(seed: str) -> list[str]:
    """Return the command of the simulator on a free port; tenants stand still until they are told to advance."""
    return [sys.executable, "-m", "parcelproof", "simulate", "--port", "0", "--virtual", "--seed", seed]
