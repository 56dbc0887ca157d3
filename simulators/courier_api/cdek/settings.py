"""What a tenant can choose about CDEK: every contradiction of the sources is a switch with the contract's default.

A tenant's settings are free-form and set through the control API, which knows no carrier. CDEK's own stand under the
key "cdek" and go before the general ones of the same name. A value of the wrong type counts as not set.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from ...core.world import World
from ...wire.settings import chosen

CHOICES: dict[str, tuple[Any, ...]] = {  # name -> allowed values, the default first
    "not_found_status": (400, 404),
    "order_delete_status": (202, 200),
    "webhook_spelling": ("CITY", "OFFICE"),
    "webhook_city_key": ("city_name", "city"),
    "webhook_print_type": ("UPPER", "lower"),
    "status_city_key": ("city_uuid", "city_code"),
    "empty_registries": ("list", "missing"),
    "payment_route": ("present", "missing"),
    "payment_order_number": ("present", "missing"),
    "postalcodes_shape": ("object", "list"),
    "coordinates_shape": ("object", "list"),
    "no_errors_key": ("absent", "empty"),
    "transfer_equation": ("net", "gross"),
    "registry_below_zero": ("held", "made"),
    "registry_repeats_parcel": (False, True),
    "registry_foreign_parcel": (False, True),
    "delivery_amount": ("shown", "hidden"),
    "check_fiscal_sign": ("number", "text"),
    "delivery_problem_shape": ("object", "list"),
    "intake_delete_status": (200, 202),
    "foreign_order": ("not_found", "forbidden"),
    "number_range": ("open", "exhausted"),
}
NUMBERS: dict[str, tuple[int, int, int]] = {  # name -> (default, least, most)
    "accept_after_ms": (1_000, 0, 3_600_000),
    "print_after_ms": (1_000, 0, 3_600_000),
    "token_lifetime_s": (3_600, 1, 86_400),
    "vat_rate": (20, 0, 99),
    "registry_late_days": (0, 0, 60),
    "registry_reissue_days": (0, 0, 60),
    "registry_correction_minor": (0, 0, 10_000_000),
    "intake_cost_minor": (18_000, 0, 10_000_000),
    "pickup_cost_minor": (0, 0, 10_000_000),
}


def choice(world: World, name: str) -> Any:
    """Return a switch's value: what the tenant set when that is allowed, else the contract's default."""
    allowed = CHOICES[name]
    found = _found(world, name)
    return next((value for value in allowed if type(value) is type(found) and value == found), allowed[0])


def number(world: World, name: str) -> int:
    """Return a whole number, the default when the tenant's is none or out of range."""
    default, least, most = NUMBERS[name]
    found = _found(world, name)
    return found if type(found) is int and least <= found <= most else default


def payout_after_days(world: World) -> int | None:
    """Return how many days after its end a parcel is paid out by itself; None when the tenant switched that off."""
    found = _found(world, "payout_after_days")
    if found == "off":
        return None
    return found if type(found) is int and 0 <= found <= 365 else 2


def agent_percent(world: World) -> Decimal:
    """Return the agent fee on money taken from recipients, in percent: 0 to 50, 3 unless set."""
    found = _found(world, "agent_percent")
    try:
        percent = Decimal(str(found)) if type(found) in (int, float, str) else Decimal(3)
    except InvalidOperation:
        return Decimal(3)
    return percent if percent.is_finite() and 0 <= percent <= 50 else Decimal(3)


def _found(world: World, name: str) -> Any:
    return chosen(world, "cdek", name)
