"""What a tenant's setting may be: declared by the carrier that reads it, enforced where settings are given."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """A value is allowed when it is one of the choices, or a number within bounds, or a text of a form."""

    choices: tuple[Any, ...] = ()
    whole: tuple[int, int] | None = None  # least, most
    percent: tuple[int, int] | None = None  # least, most; fractions too
    text: re.Pattern[str] | None = None
    says: str = ""  # of a text: its form in words

    def takes(self, found: Any) -> bool:
        if any(type(value) is type(found) and value == found for value in self.choices):
            return True
        if isinstance(found, str):
            return self.text is not None and self.text.fullmatch(found) is not None
        if self.whole is not None and type(found) is int:
            return self.whole[0] <= found <= self.whole[1]
        return self.percent is not None and type(found) in (int, float) and self.percent[0] <= found <= self.percent[1]

    @property
    def counts(self) -> bool:
        """Whether whole numbers belong here, so that 5.0 is 5."""
        return self.whole is not None or any(type(value) is int for value in self.choices)

    def words(self) -> str:
        found = [str(value).lower() if isinstance(value, bool) else str(value) for value in self.choices]
        if self.whole is not None:
            found.append(f"a whole number from {self.whole[0]} to {self.whole[1]}")
        if self.percent is not None:
            found.append(f"a number from {self.percent[0]} to {self.percent[1]}")
        if self.text is not None:
            found.append(self.says)
        return ", ".join(found)

    def schemas(self) -> list[dict[str, Any]]:
        """Return JSON schemas; a value fits one of them."""
        found: list[dict[str, Any]] = [{"enum": [*self.choices]}] if self.choices else []
        for kind, bounds in (("integer", self.whole), ("number", self.percent)):
            if bounds is not None:
                found.append({"type": kind, "minimum": bounds[0], "maximum": bounds[1]})
        if self.text is not None:
            found.append({"type": "string", "pattern": f"^(?:{self.text.pattern})$"})
        return found


def declared(choices: Mapping[str, tuple[Any, ...]], numbers: Mapping[str, tuple[int, int, int]]) -> dict[str, Allowed]:
    """Return what tables of switches allow; a number's table tells its default, least and most."""
    made = {name: Allowed(choices=values) for name, values in choices.items()}
    return made | {name: Allowed(whole=(least, most)) for name, (_, least, most) in numbers.items()}
