"""How a bug is planted: one place in one function's source is replaced, or the mutant says that the place is gone."""

import inspect
import textwrap
from types import FunctionType
from typing import Any


class PatchLost(LookupError):
    """The place where a bug belongs was not found exactly once: the engine changed, mend the mutant."""


def rewrite(function: Any, old: str, new: str) -> None:
    """Replace `old`, which must stand exactly once in the function's source, by `new`; every importer sees it.

    `function` is a plain function or method without variables of an enclosing function.
    """
    if not isinstance(function, FunctionType) or function.__closure__:
        raise PatchLost(f"{function!r} is not a plain function")
    source = textwrap.dedent(inspect.getsource(function))
    if source.count(old) != 1:
        raise PatchLost(f"{function.__module__}.{function.__qualname__} holds {source.count(old)} times: {old}")
    made: dict[str, Any] = {}
    exec(compile(source.replace(old, new), inspect.getfile(function), "exec"), function.__globals__, made)
    function.__code__ = made[function.__name__].__code__
