"""What a tenant can choose about IML: contradictions of the sources are switches with the contract's default.

IML's own settings stand under the key "iml" and go before the general ones of the same name. A value of the wrong type
counts as not set.
"""

from typing import Any

from ...core.world import World
from ...wire.paydesk import switches
from ...wire.settings import chosen
from .records import CARRIER

CHOICES: dict[str, tuple[Any, ...]] = {  # name -> allowed values, the default first
    "item_quantity": ("one", "many"),
    "axes": ("in-turn", "disagree"),
    "number_range": ("open", "exhausted"),
    **switches.CHOICES,
}
NUMBERS: dict[str, tuple[int, int, int]] = {**switches.NUMBERS}  # name -> (default, least, most)


def choice(world: World, name: str) -> Any:
    """Return a switch's value: what the tenant set when that is allowed, else the default."""
    allowed = CHOICES[name]
    found = chosen(world, CARRIER, name)
    return next((value for value in allowed if type(value) is type(found) and value == found), allowed[0])
