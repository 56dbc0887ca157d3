"""What a tenant can choose about CDEK: every contradiction of the sources is a switch with the contract's default.

A tenant's settings are free-form and set through the control API, which knows no carrier. CDEK's own stand under the
key "cdek" and go before the general ones of the same name. A value of the wrong type counts as not set.
"""

from typing import Any

from ...core.world import World
from ...wire.allowed import Allowed, declared
from ...wire.paydesk import switches as paydesk
from ...wire.settings import chosen
from .wire_values import moment, moment_plain

CONTRADICTIONS: dict[str, tuple[Any, ...]] = {  # of the sources: name -> allowed values, the contract's default first
    "not_found_status": (400, 404),
    "order_delete_status": (202, 200),
    "webhook_manners": ("once", "retries"),
    "second_subscription": ("added", "replaces"),
    "webhook_spelling": ("CITY", "OFFICE"),
    "webhook_city_key": ("city_name", "city"),
    "webhook_print_type": ("UPPER", "lower"),
    "courier_task_word": ("INTAKE", "DEMAND"),
    "print_error_family": ("print_form", "entity"),
    "status_city_key": ("city_uuid", "city_code"),
    "answer_offset": ("colon", "plain"),
    "empty_registries": ("list", "missing"),
    "payment_route": ("present", "missing"),
    "postalcodes_shape": ("object", "list"),
    "coordinates_shape": ("object", "list"),
    "calculator_error_case": ("UPPER", "lower"),
    "tariff_and_service_rows": ("nested", "flat"),
    "no_errors_key": ("absent", "empty"),
    "delivery_amount": ("shown", "hidden", "from_registration"),
    "check_fiscal_sign": ("number", "text"),
    "check_number": ("text", "number"),
    "prealert_package_words": ("russian", "codes"),
    "delivery_problem_shape": ("object", "list"),
    "intake_delete_status": (200, 202),
    "equal_articles": ("refused", "renamed"),
}
CHOICES: dict[str, tuple[Any, ...]] = {
    **CONTRADICTIONS,
    "prealert_service": ("on", "off"),
    "photo_service": ("on", "off"),
    "foreign_order": ("not_found", "forbidden"),
    "number_range": ("open", "exhausted"),
    **paydesk.CHOICES,
}
NUMBERS: dict[str, tuple[int, int, int]] = {  # name -> (default, least, most)
    "accept_after_ms": (1_000, 0, 3_600_000),
    "print_after_ms": (1_000, 0, 3_600_000),
    "status_lag_ms": (0, 0, 86_400_000),
    "webhook_timeout_s": (15, 1, 60),  # 3 in the older text, 15 in the newer
    "token_lifetime_s": (3_600, 1, 86_400),
    "vat_rate": (20, 0, 99),
    "empty_tariff_lists_percent": (0, 0, 100),
    "intake_cost_minor": (18_000, 0, 10_000_000),
    **paydesk.NUMBERS,
}
ALLOWED: dict[str, Allowed] = {**declared(CHOICES, NUMBERS), **paydesk.ALLOWED}  # all that is read


def listed() -> dict[str, str]:
    """Return what every switch can be, as the carrier sheet prints it; the default stands first."""
    words = {name: ", ".join(_word(value) for value in allowed) for name, allowed in CHOICES.items()}
    ranges = {name: f"{default}, {least} to {most}" for name, (default, least, most) in NUMBERS.items()}
    return words | ranges | dict(paydesk.LISTED)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def choice(world: World, name: str) -> Any:
    """Return a switch's value: what the tenant set when that is allowed, else the contract's default."""
    allowed = CHOICES[name]
    found = _found(world, name)
    return next((value for value in allowed if type(value) is type(found) and value == found), allowed[0])


def dated(world: World, at_ms: int) -> str:
    """Return a moment as answers date statuses: `+00:00` in recordings, `+0000` in older clients and samples."""
    return moment(at_ms) if choice(world, "answer_offset") == "colon" else moment_plain(at_ms)


def number(world: World, name: str) -> int:
    """Return a whole number, the default when the tenant's is none or out of range."""
    default, least, most = NUMBERS[name]
    found = _found(world, name)
    return found if type(found) is int and least <= found <= most else default


def _found(world: World, name: str) -> Any:
    return chosen(world, "cdek", name)
