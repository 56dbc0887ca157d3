"""What a tenant can choose about this carrier: each chapter declares its own switches, the default first.

A tenant's settings are free-form and set through the control API, which knows no carrier. Those of Otpravka stand under
the key "russian_post" (tracking's and the calculator's under theirs) and go before the general ones of the same name.
A value of the wrong type counts as not set.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...core.world import World
from ...wire.allowed import Allowed, declared
from ...wire.settings import chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """A chapter's switches. `contradictions` are those on which the sources contradict one another.

    `numbers` maps a name to (default, least, most); `also` are settings with a form of their own, with their words.
    """

    carrier: str = "russian_post"
    contradictions: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    numbers: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    also: Mapping[str, Allowed] = field(default_factory=dict)
    also_listed: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, tuple[Any, ...]]:
        return {**self.contradictions, **self.choices}

    def allowed(self) -> dict[str, Allowed]:
        """Return all that is read, as the control API enforces it."""
        return {**declared(self.words, self.numbers), **self.also}

    def listed(self) -> dict[str, str]:
        """Return what every switch can be, as the carrier sheet prints it; the default stands first."""
        words = {name: ", ".join(_word(value) for value in values) for name, values in self.words.items()}
        ranges = {name: f"{default}, {least} to {most}" for name, (default, least, most) in self.numbers.items()}
        return words | ranges | dict(self.also_listed)

    def choice(self, world: World, name: str) -> Any:
        """Return a switch's value: what the tenant set when that is allowed, else the default."""
        values = self.contradictions.get(name) or self.choices[name]
        found = chosen(world, self.carrier, name)
        return next((value for value in values if type(value) is type(found) and value == found), values[0])

    def number(self, world: World, name: str) -> int:
        """Return a whole number, the default when the tenant's is none or out of range."""
        default, least, most = self.numbers[name]
        found = chosen(world, self.carrier, name)
        return found if type(found) is int and least <= found <= most else default


def joined(*parts: Switches) -> Switches:
    """Return the switches of several modules of one chapter as one."""
    return Switches(
        carrier=parts[0].carrier,
        contradictions={name: values for part in parts for name, values in part.contradictions.items()},
        choices={name: values for part in parts for name, values in part.choices.items()},
        numbers={name: values for part in parts for name, values in part.numbers.items()},
        also={name: allowed for part in parts for name, allowed in part.also.items()},
        also_listed={name: words for part in parts for name, words in part.also_listed.items()},
    )


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
