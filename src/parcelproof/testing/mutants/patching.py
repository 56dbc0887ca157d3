"""How a bug is planted: places in one function's source are replaced, or the mutant says that a place is gone."""

import inspect
import textwrap
from collections.abc import Callable
from types import FunctionType
from typing import Any

Plant = Callable[[], None]
PLANTS: dict[str, Plant] = {}


class PatchLost(LookupError):
    """The place where a bug belongs was not found exactly once: the engine changed, mend the mutant."""


def mutant(plant: Plant) -> Plant:
    """Register a function that plants one bug, under its own name with hyphens for underscores.

    Raises:
        ValueError: two mutants have this name.
    """
    name = plant.__name__.replace("_", "-")
    if name in PLANTS:
        raise ValueError(f"two mutants are called {name}")
    PLANTS[name] = plant
    return plant


def rewrite(function: Any, *changes: tuple[str, str]) -> None:
    """Replace each `(old, new)`: `old` must stand exactly once in the function's source; every importer sees it.

    `function` is a plain function or method without variables of an enclosing function and without decorators.
    """
    if not isinstance(function, FunctionType) or function.__closure__:
        raise PatchLost(f"{function!r} is not a plain function")
    source = textwrap.dedent(inspect.getsource(function))
    for old, new in changes:
        if source.count(old) != 1:
            raise PatchLost(f"{function.__module__}.{function.__qualname__} holds {source.count(old)} times: {old}")
        source = source.replace(old, new)
    made: dict[str, Any] = {}
    exec(compile(source, inspect.getfile(function), "exec"), function.__globals__, made)
    function.__code__ = made[function.__name__].__code__
