"""What a tenant can choose about look-ups, and what it can tell them about its own data."""

import re
from typing import Any

from ....core.world import World
from ....wire.allowed import Allowed
from ....wire.settings import chosen
from ..names import OTPRAVKA
from ..settings import Switches

SWITCHES = Switches(
    contradictions={
        "address_type_words": ("dotted", "bare"),  # `обл. Саратовская` in 2026, `обл Саратовская` before
        "clean_answer_order": ("long-lists-shuffled", "shuffled", "as-asked"),
        "unloading_passport_address": ("both", "otpravka", "postoffice"),
    },
    choices={
        "delivery_points": ("on", "gone"),
        "free_return_address": ("off", "on"),
        "easy_return": ("on", "off"),
    },
    numbers={"time_slot_capacity": (5, 0, 1_000), "unclaimed_parcels_of_a_fraud": (3, 1, 1_000)},
    also={
        "confirmed_manually": Allowed(
            text=re.compile(r"[^\x00]{0,4000}"), says="texts as they are asked, each in a line of its own"
        ),
        "unreliable_phones": Allowed(text=re.compile(r"[0-9 +,()-]{0,4000}"), says="phone numbers divided by commas"),
    },
    also_listed={
        "confirmed_manually": "texts as they are asked, each in a line of its own; none",
        "unreliable_phones": "phone numbers divided by commas; none",
    },
)


def confirmed(world: World) -> frozenset[str]:
    """Return the addresses, names and phones that a person has confirmed."""
    return frozenset(line.strip() for line in _text(world, "confirmed_manually").split("\n") if line.strip())


def unreliable_phones(world: World) -> frozenset[str]:
    return frozenset(filter(None, map(phone_key, _text(world, "unreliable_phones").split(","))))


def phone_key(text: str) -> str:
    """Return the last ten digits, by which numbers are compared; "" for fewer."""
    digits = "".join(char for char in text if char.isascii() and char.isdigit())
    return digits[-10:] if len(digits) >= 10 else ""


def _text(world: World, name: str) -> str:
    found: Any = chosen(world, OTPRAVKA, name)
    return found if isinstance(found, str) else ""
