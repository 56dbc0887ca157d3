"""What a tenant can choose about PickPoint: every contradiction of the sources is a switch, the contract's default
first. A tenant's settings stand under the key "pickpoint"; a value of the wrong type counts as not set.
"""

import re
from typing import Any

from ...core.world import World
from ...wire.allowed import Allowed, declared
from ...wire.paydesk import switches
from ...wire.settings import chosen

NAME = "pickpoint"
CONTRADICTIONS: dict[str, tuple[Any, ...]] = {  # of the sources: name -> allowed values, the default first
    "tracksending_shape": ("history", "current"),
    "change_dt": ("dd.mm.yy", "dd.mm.yyyy"),
    "session_error": (1, -2014),
    "act_shape": ("list", "object"),
}
CHOICES: dict[str, tuple[Any, ...]] = {
    **CONTRADICTIONS,
    "change_times": ("minutes", "hours"),
    "number_range": ("open", "exhausted"),
    **switches.CHOICES,
}
NUMBERS: dict[str, tuple[int, int, int]] = {  # name -> (default, least, most)
    "session_lifetime_s": (3_600, 1, 86_400),
    "vat_rate": (20, 0, 99),
    "storage_days": (3, 1, 30),
    **switches.NUMBERS,
}
ALLOWED: dict[str, Allowed] = {
    **declared(CHOICES, NUMBERS),
    **switches.ALLOWED,
    "ikn": Allowed(text=re.compile(r".*"), says="a client number as text"),
}  # all that is read, as the control API enforces it


def choice(world: World, name: str) -> Any:
    """Return a switch's value: what the tenant set when that is allowed, else the default."""
    allowed = CHOICES[name]
    found = chosen(world, NAME, name)
    return next((value for value in allowed if type(value) is type(found) and value == found), allowed[0])


def number(world: World, name: str) -> int:
    """Return a whole number, the default when the tenant's is none or out of range."""
    default, least, most = NUMBERS[name]
    found = chosen(world, NAME, name)
    return found if type(found) is int and least <= found <= most else default


def contract_number(world: World) -> str:
    """Return the only client number (IKN) that the tenant's orders may have, "" when any will do."""
    found = chosen(world, NAME, "ikn")
    return found if isinstance(found, str) else ""


def listed() -> dict[str, str]:
    """Return what every switch can be, as the carrier sheet prints it; the default stands first."""
    words = {name: ", ".join(_word(value) for value in allowed) for name, allowed in CHOICES.items()}
    ranges = {name: f"{default}, {least} to {most}" for name, (default, least, most) in NUMBERS.items()}
    return words | ranges | dict(switches.LISTED) | {"ikn": "any ten digits, or the only client number that is taken"}


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
