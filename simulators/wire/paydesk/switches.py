"""What a tenant can choose about the payouts of any courier. All stand under the carrier's own key, or for all.

Source: `settlement` §9 and the contradictions of `courier_api` §1.13 and §5. A value of the wrong type counts as not
set. Carriers list these beside their own.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ...core.world import World
from ..allowed import Allowed, declared
from ..settings import chosen

CHOICES: Mapping[str, tuple[Any, ...]] = {  # name -> allowed values, the default first
    "payment_order_number": ("present", "missing"),
    "transfer_equation": ("net", "gross"),
    "registry_below_zero": ("held", "made"),
    "registry_repeats_parcel": (False, True),
    "registry_foreign_parcel": (False, True),
    "registry_ahead_of_tracking": (False, True),
    "registry_items": ("shown", "hidden"),
}
NUMBERS: Mapping[str, tuple[int, int, int]] = {  # name -> (default, least, most)
    "registry_late_days": (0, 0, 60),
    "registry_reissue_days": (0, 0, 60),
    "registry_correction_minor": (0, 0, 10_000_000),
    "registry_split_days": (0, 0, 60),
    "pickup_cost_minor": (0, 0, 10_000_000),
}
ALLOWED: Mapping[str, Allowed] = {
    **declared(CHOICES, NUMBERS),
    "payout_after_days": Allowed(choices=("off",), whole=(0, 365)),
    "agent_percent": Allowed(
        percent=(0, 50), text=re.compile(r"[0-4]?[0-9](\.[0-9]+)?|50(\.0+)?"), says="the same as text like 2.5"
    ),
}
LISTED: Mapping[str, str] = {  # as sheets print them, beside the choices and numbers
    "payout_after_days": "2, 0 to 365, off",
    "agent_percent": "3, 0 to 50, also a fraction",
}


def choice(world: World, carrier: str, name: str) -> Any:
    """Return a switch's value: what the tenant set when that is allowed, else the default."""
    allowed = CHOICES[name]
    found = chosen(world, carrier, name)
    return next((value for value in allowed if type(value) is type(found) and value == found), allowed[0])


def number(world: World, carrier: str, name: str) -> int:
    """Return a whole number, the default when the tenant's is none or out of range."""
    default, least, most = NUMBERS[name]
    found = chosen(world, carrier, name)
    return found if type(found) is int and least <= found <= most else default


def payout_after_days(world: World, carrier: str) -> int | None:
    """Return how many days after its end a parcel is paid out by itself; None when the tenant switched that off."""
    found = chosen(world, carrier, "payout_after_days")
    if found == "off":
        return None
    return found if type(found) is int and 0 <= found <= 365 else 2


def agent_percent(world: World, carrier: str) -> Decimal:
    """Return the agent fee on money taken from recipients, in percent: 0 to 50, 3 unless set."""
    found = chosen(world, carrier, "agent_percent")
    try:
        percent = Decimal(str(found)) if type(found) in (int, float, str) else Decimal(3)
    except InvalidOperation:
        return Decimal(3)
    return percent if percent.is_finite() and 0 <= percent <= 50 else Decimal(3)
