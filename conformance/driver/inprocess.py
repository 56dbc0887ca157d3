"""Import and make a connector that is a Python object in this process.

The object shares the judge's process: it can do nothing to a verdict by raising, hanging or printing, but one that ends
the process (`os._exit`, a crash in C) takes the judge along. A command is the way in for those.
"""

import importlib
import os
import sys
from collections.abc import Callable
from typing import Any

from .http import ConnectorError
from .objects import ObjectConnector, Wrong
from .patience import Patience
from .worker import Late, Raised, Worker

Factory = Callable[[], Any]


class CannotOpen(ConnectorError):
    """There is no object to judge: wrong use, not a verdict. One sentence."""


def open_object(wanted: str | Factory, *, patience: Patience | None = None) -> ObjectConnector:
    """Return the connector that a factory makes.

    Args:
        wanted: `package.module:factory`, importable from the working directory too; or the factory itself.
            A factory takes nothing and returns the object, or a coroutine that does.

    Raises:
        CannotOpen: it cannot be imported, is no factory, or makes nothing in time.
    """
    name = name_of(wanted)
    worker, waits = Worker(f"connector {name}"), patience or Patience()
    try:
        found = worker.call(lambda: _made(wanted), waits.answer_s)
        if found is None:
            raise Raised(Wrong("returned None, not a connector"))
    except Late as error:
        worker.close()
        raise CannotOpen(f"the connector {name} is not made within {waits.answer_s:g} s") from error
    except Raised as error:
        worker.close()
        raise CannotOpen(_why_not(name, error)) from error
    return ObjectConnector(name, found, worker, waits)


def _made(wanted: str | Factory) -> Any:
    factory = _imported(wanted) if isinstance(wanted, str) else wanted
    if not callable(factory):
        raise Wrong(f"is a {type(factory).__name__}, not a function or class that makes a connector")
    return factory()


def _imported(spec: str) -> Any:
    module_name, _, path = spec.partition(":")
    if not module_name or not path:
        raise Wrong("is not package.module:factory")
    here = os.getcwd()
    if here not in sys.path:
        sys.path.insert(0, here)  # and it stays there: the connector may import more later
    found: Any = importlib.import_module(module_name)
    for name in path.split("."):
        if not hasattr(found, name):
            raise Wrong(f"does not exist: {module_name} can be imported and has no {path}")
        found = getattr(found, name)
    return found


def _why_not(name: str, raised: Raised) -> str:
    error, module = raised.error, name.partition(":")[0]
    if isinstance(error, Wrong):
        return f"the connector {name} {error}"
    if isinstance(error, ModuleNotFoundError) and error.name and f"{module}.".startswith(f"{error.name}."):
        return f"the connector {name} cannot be imported: no module {error.name} is installed or in {os.getcwd()}"
    return f"the connector {name} cannot be made: it {raised}"


def name_of(wanted: str | Factory) -> str:
    """Return how a connector is called in messages: as it was named, or by the factory's own name."""
    if isinstance(wanted, str):
        return wanted
    name = getattr(wanted, "__qualname__", type(wanted).__qualname__)
    return f"{getattr(wanted, '__module__', type(wanted).__module__)}:{name}"
