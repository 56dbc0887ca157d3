"""What a tenant can choose about IML: contradictions of the sources are switches with the contract's default.

IML's own settings stand under the key "iml" and go before the general ones of the same name. A value of the wrong type
counts as not set.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from ...core.world import World
from ...wire.settings import chosen
from .records import CARRIER

CHOICES: dict[str, tuple[Any, ...]] = {  # name -> allowed values, the default first
    "item_quantity": ("one", "many"),
    "axes": ("in-turn", "disagree"),
    "number_range": ("open", "exhausted"),
    "transfer_equation": ("net", "gross"),
    "payment_order_number": ("present", "missing"),
    "registry_below_zero": ("held", "made"),
    "registry_repeats_parcel": (False, True),
    "registry_foreign_parcel": (False, True),
}
NUMBERS: dict[str, tuple[int, int, int]] = {  # name -> (default, least, most)
    "registry_late_days": (0, 0, 60),
    "registry_reissue_days": (0, 0, 60),
    "registry_correction_minor": (0, 0, 10_000_000),
    "pickup_cost_minor": (0, 0, 10_000_000),
}


def choice(world: World, name: str) -> Any:
    """Return a switch's value: what the tenant set when that is allowed, else the default."""
    allowed = CHOICES[name]
    found = chosen(world, CARRIER, name)
    return next((value for value in allowed if type(value) is type(found) and value == found), allowed[0])


def number(world: World, name: str) -> int:
    """Return a whole number, the default when the tenant's is none or out of range."""
    default, least, most = NUMBERS[name]
    found = chosen(world, CARRIER, name)
    return found if type(found) is int and least <= found <= most else default


def payout_after_days(world: World) -> int | None:
    """Return how many days after its end an order is paid out by itself; None when the tenant switched that off."""
    found = chosen(world, CARRIER, "payout_after_days")
    if found == "off":
        return None
    return found if type(found) is int and 0 <= found <= 365 else 3


def agent_percent(world: World) -> Decimal:
    """Return the commission on money taken from recipients, in percent: 0 to 50, 3 unless set."""
    found = chosen(world, CARRIER, "agent_percent")
    try:
        percent = Decimal(str(found)) if type(found) in (int, float, str) else Decimal(3)
    except InvalidOperation:
        return Decimal(3)
    return percent if percent.is_finite() and 0 <= percent <= 50 else Decimal(3)
