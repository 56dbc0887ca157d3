"""As much of Odoo as the add-on for Swiss Post asks for: records with attributes, decorators, translation. No database.

The add-on's own code runs unmodified over it; what its records hold is what a script puts into them.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any


class UserError(Exception):
    """What Odoo shows to its user."""


class Nothing:
    """An empty recordset: false, without members, and so are its fields."""

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())


class Records(list[Any]):
    """A recordset of several."""

    def filtered(self, keep: Callable[[Any], bool]) -> "Records":
        return Records(one for one in self if keep(one))

    def sorted(self, key: Callable[[Any], Any]) -> "Records":
        return Records(sorted(self, key=key))

    def mapped(self, path: str) -> "Records":
        found: Iterable[Any] = self
        for name in path.split("."):
            found = [getattr(one, name) for one in found]
        return Records(found)


class Model:
    """A record of one: its fields are whatever it was made with, others are empty."""

    def __init__(self, **values: Any) -> None:
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()

    def __iter__(self) -> Iterator[Any]:
        return iter((self,))

    def __len__(self) -> int:
        return 1

    def ensure_one(self) -> None:
        """It is one."""


class Env(dict[str, Any]):
    """Models by name, and who is at work."""

    def __init__(self, company: Any, **models: Any) -> None:
        super().__init__(models)
        self.user = SimpleNamespace(company_id=company)
        self.context: dict[str, Any] = {}

    def _(self, text: str, *values: Any) -> str:
        return text % values if values else text


def _as_it_is(*given: Any, **named: Any) -> Any:
    return given[0] if len(given) == 1 and callable(given[0]) and not named else lambda method: method


def install() -> None:
    """Make `import odoo` find the stub, and below `odoo.addons` what is installed."""
    odoo = ModuleType("odoo")
    odoo.__path__ = [str(Path(folder, "odoo")) for folder in sys.path if Path(folder, "odoo").is_dir()]
    api, fields, models, exceptions = (ModuleType(f"odoo.{name}") for name in ("api", "fields", "models", "exceptions"))
    vars(api).update(
        model=_as_it_is, returns=lambda *_: lambda method: method, depends=lambda *_: lambda method: method
    )
    vars(fields)["__getattr__"] = lambda name: lambda *given, **named: None
    vars(models)["Model"] = vars(models)["TransientModel"] = Model
    vars(exceptions)["UserError"] = UserError
    sys.modules["odoo"] = odoo
    for module in (api, fields, models, exceptions):
        sys.modules[module.__name__] = module
        setattr(odoo, module.__name__.partition(".")[2], module)
