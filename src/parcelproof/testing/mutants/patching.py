"""How a bug is planted: places in a function's source or a table are replaced; a mutant whose place is gone says so."""

import inspect
import textwrap
from collections.abc import Callable, MutableMapping
from types import CodeType, FunctionType
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


def rewrite(function: Any, *changes: tuple[str, str], **names: Any) -> None:
    """Replace each `(old, new)`: `old` must stand exactly once in the function's source; every importer sees it.

    `function` is a function or method without variables of an enclosing function (of a property, its `fget`); its
    decorators stay as they are. `names` are what the new text needs beyond what the function's module has.

    Raises:
        PatchLost: the function is of another kind, or a place is not there exactly once.
    """
    if not isinstance(function, FunctionType) or function.__closure__:
        raise PatchLost(f"{function!r} is not a plain function")
    source = textwrap.dedent(inspect.getsource(function))
    for old, new in changes:
        if source.count(old) != 1:
            raise PatchLost(f"{function.__module__}.{function.__qualname__} holds {source.count(old)} times: {old}")
        source = source.replace(old, new)
    module = compile(source, inspect.getfile(function), "exec")
    (code,) = [part for part in module.co_consts if isinstance(part, CodeType) and part.co_name == function.__name__]
    function.__globals__.update(names)
    function.__code__ = code


def put(table: MutableMapping[Any, Any], key: Any, value: Any) -> None:
    """Replace one entry of a table of the engine.

    Raises:
        PatchLost: the table does not have this key, or has this value already.
    """
    if key not in table or table[key] == value:
        raise PatchLost(f"a table holds {table.get(key)!r} under {key!r}; {value!r} was to replace another value")
    table[key] = value
