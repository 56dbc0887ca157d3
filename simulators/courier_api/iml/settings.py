"""What a tenant can choose about IML: contradictions of the sources are switches with the contract's default.

IML's own settings stand under the key "iml" and go before the general ones of the same name. A value of the wrong type
counts as not set.
"""

from typing import Any

from ...core.world import World
from ...wire.allowed import Allowed, declared
from ...wire.paydesk import switches
from ...wire.settings import chosen
from .records import CARRIER

CONTRADICTIONS: dict[str, tuple[Any, ...]] = {"item_quantity": ("one", "many")}  # of the sources
CHOICES: dict[str, tuple[Any, ...]] = {  # name -> allowed values, the default first
    **CONTRADICTIONS,
    "axes": ("in-turn", "disagree"),
    "number_range": ("open", "exhausted"),
    **switches.CHOICES,
}
NUMBERS: dict[str, tuple[int, int, int]] = {**switches.NUMBERS}  # name -> (default, least, most)
ALLOWED: dict[str, Allowed] = {**declared(CHOICES, NUMBERS), **switches.ALLOWED}  # all that is read


def listed() -> dict[str, str]:
    """Return what every switch can be, as the carrier sheet prints it; the default stands first."""
    words = {name: ", ".join(str(value).lower() for value in allowed) for name, allowed in CHOICES.items()}
    ranges = {name: f"{default}, {least} to {most}" for name, (default, least, most) in NUMBERS.items()}
    return words | ranges | dict(switches.LISTED)


def choice(world: World, name: str) -> Any:
    """Return a switch's value: what the tenant set when that is allowed, else the default."""
    allowed = CHOICES[name]
    found = chosen(world, CARRIER, name)
    return next((value for value in allowed if type(value) is type(found) and value == found), allowed[0])
