"""The customs declaration of a parcel to another country, made of the order's lines.

Source: `postal_api_russia` §2.2, §2.18: HS code, origin as a number, description in Latin letters of 60 characters.
"""

from collections.abc import Sequence
from typing import Any

from ...ports import Line, Refused
from .countries import NUMBERS
from .letters import is_latin, latin

DESCRIPTION_CHARS = 60
GOODS = "SALE_OF_GOODS"


def declaration(lines: Sequence[Line]) -> dict[str, Any]:
    """Return what the customs are told.

    Raises:
        Refused: a line lacks its HS code or its origin, or has no description in Latin letters.
    """
    entries = [_entry(line) for line in lines]
    return {"currency": lines[0].unit_price.currency, "entries-type": GOODS, "customs-entries": entries}


def _entry(line: Line) -> dict[str, Any]:
    if not line.hs_code:
        raise Refused("customs_hs_code", f"line {line.sku} has no HS code; parcels to other countries need one a line")
    if line.origin_country not in NUMBERS:
        raise Refused(
            "customs_origin", f"line {line.sku}: its country of origin is {line.origin_country!r}, which is no code"
        )
    words = (line.customs_description or latin(line.description)).strip()
    if not words:
        raise Refused("customs_description", f"line {line.sku} has no description, which the customs ask for")
    if not is_latin(words):
        raise Refused("customs_description", f"line {line.sku}: {words[:40]!r} has letters that are not Latin")
    return {
        "amount": line.quantity,
        "description": words[:DESCRIPTION_CHARS],
        "tnved-code": line.hs_code,
        "country-code": NUMBERS[line.origin_country],
        "value": line.unit_price.minor,
        "weight": line.quantity * line.unit_mass_g,
    }
