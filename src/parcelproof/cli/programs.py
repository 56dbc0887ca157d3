"""The commands by which other programs of this package are started, each as a process of its own."""

import sys
from pathlib import Path


def engine_command(folder: Path, mutant: str | None = None, *, name: str = "engine") -> list[str]:
    """Return the command of the reference engine with its driver, on a free port and a fresh database in `folder`.

    With `mutant` one planted bug is applied to it first. `name` is the database's, without its suffix.
    """
    module = ["parcelproof"] if mutant is None else ["parcelproof.testing.mutants", mutant]
    database = f"sqlite:///{folder.resolve() / f'{name}.db'}"
    return [
        sys.executable, "-m", *module,
        "engine", "serve", "--port", "0", "--driver", "--database", database,
    ]  # fmt: skip


def simulator_command(seed: str) -> list[str]:
    """Return the command of the simulator on a free port; tenants stand still until they are told to advance."""
    return [sys.executable, "-m", "parcelproof", "simulate", "--port", "0", "--virtual", "--seed", seed]
