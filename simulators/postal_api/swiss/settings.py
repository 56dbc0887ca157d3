"""What a tenant can choose about Swiss Post: contradictions of the sources are switches with the contract's default.

A tenant's settings stand under the key "swiss_post" and go before the general ones of the same name. A value of the
wrong type counts as not set. The billing relation, the accepted terms and the franking licences are account data.
"""

import re
from typing import Any

from ...core.world import World
from ...wire.allowed import Allowed, declared
from ...wire.settings import chosen
from .names import CARRIER

CONTRADICTIONS: dict[str, tuple[Any, ...]] = {  # of the sources: name -> allowed values, the contract's default first
    "require_subscription_key": ("off", "on"),
    "license_errors": ("root", "item"),
    "vinolog_delivery_information": ("allowed", "refused"),
    "weight_zero": ("accepted", "refused"),
    "picture_and_link": ("both", "either"),
}
CHOICES: dict[str, tuple[Any, ...]] = {
    **CONTRADICTIONS,
    "strict_customer": ("on", "off"),
    "strict_customer_system": ("off", "on"),
    "billing_relation": ("yes", "no"),
    "terms_accepted": ("yes", "no"),
    "number_range": ("open", "exhausted"),
    "zpl_letters": ("cp437", "utf-8"),
}
NUMBERS: dict[str, tuple[int, int, int]] = {  # name -> (default, least, most)
    "token_lifetime_s": (60, 1, 86_400),
    "item_number_first": (1, 1, 99_999_999),
    "item_number_last": (99_999_999, 1, 99_999_999),
    "reuse_parcel_numbers_after_days": (30, 1, 3_650),
    "reuse_letter_numbers_after_days": (180, 1, 3_650),
}
LICENSES = Allowed(text=re.compile(r"([0-9]{4,8}( [0-9]{4,8})*)?"), says="franking licences with blanks between them")
PAIRS = Allowed(
    text=re.compile(r"((EPS|GIF|JPG|PNG|PDF|sPDF|ZPL2)-(200|300|600)( |$))*"),
    says="pairs such as JPG-600 with blanks between them",
)
NAME = Allowed(text=re.compile(r"[^\r\n]{0,50}"), says="a name of at most 50 characters")
TEXTS: dict[str, tuple[Allowed, str]] = {  # name -> (what is allowed, what the sheet says)
    "franking_licenses": (LICENSES, "any, or franking licences with blanks between them"),
    "return_licenses": (LICENSES, "any, or licences that serve returns (GAS) and nothing else"),
    "domicile_licenses": (LICENSES, "none, or licences that need domicilePostOffice"),
    "refused_pairs": (PAIRS, "none, or pairs of file type and resolution such as JPG-600, with blanks between them"),
    "notification_sender_name": (NAME, "name1 and name2 of the sender, or a name of at most 50 characters"),
}
ALLOWED: dict[str, Allowed] = {
    **declared(CHOICES, NUMBERS),
    **{name: allowed for name, (allowed, _) in TEXTS.items()},
}


def listed() -> dict[str, str]:
    """Return what every switch can be, as the carrier sheet prints it; the default stands first."""
    words = {name: ", ".join(map(str, allowed)) for name, allowed in CHOICES.items()}
    ranges = {name: f"{default}, {least} to {most}" for name, (default, least, most) in NUMBERS.items()}
    return words | ranges | {name: says for name, (_, says) in TEXTS.items()}


def choice(world: World, name: str) -> Any:
    """Return a switch's value: what the tenant set when that is allowed, else the default."""
    allowed = CHOICES[name]
    found = chosen(world, CARRIER, name)
    return next((value for value in allowed if type(value) is type(found) and value == found), allowed[0])


def apart(world: World) -> bool:
    """Tell whether a notification may have a picture without a link, and a link without a picture."""
    return bool(choice(world, "picture_and_link") == "either")


def number(world: World, name: str) -> int:
    """Return a whole number, the default when the tenant's is none or out of range."""
    default, least, most = NUMBERS[name]
    found = chosen(world, CARRIER, name)
    return found if type(found) is int and least <= found <= most else default


def text(world: World, name: str) -> str:
    """Return a text, empty when the tenant has none or one of the wrong form."""
    found = chosen(world, CARRIER, name)
    return found if isinstance(found, str) and TEXTS[name][0].takes(found) else ""
