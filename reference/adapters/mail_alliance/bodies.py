"""What is sent to Mail Alliance: parcels, quotes and addresses in its words and limits.

Source: `mail_alliance` §3 lengths, §4.1, §4.4.
"""

import unicodedata
from hashlib import sha256
from typing import Any

from ...ports import Address, LabelFormat, Line, Parcel, Quote
from ..amounts import decimal_text

NAME_CHARS = 50
DESCRIPTION_CHARS = 70
SKU_CHARS = 40
ORDER_CHARS = 35
SHIPMENT_CHARS = 50
MOST_CONTENTS = 50
RETURN_REASONS = frozenset(
    {
        "refused",
        "not_collected",
        "address_unknown",
        "damaged",
        "wrong_item",
        "not_as_described",
        "changed_mind",
        "exchange",
    }
)


def idempotency_key(*parts: str) -> str:
    """Return a key the carrier allows (16-64 characters of `[A-Za-z0-9_-]`), fixed by the parts alone."""
    return "pp-" + sha256("\x1f".join(parts).encode()).hexdigest()[:48]


def shipment_reference(key: str) -> str:
    """Return our stable key as `references.shipment`: the carrier keeps it unique after the idempotency key is gone."""
    return key if len(key) <= SHIPMENT_CHARS else idempotency_key(key)


def rate_request(parcel: Parcel, sender: Address) -> dict[str, Any]:
    return {
        "shipper": address(sender),
        "recipient": address(parcel.recipient),
        "package": package(parcel),
    }


def parcel_request(parcel: Parcel, quote: Quote, sender: Address, format: LabelFormat) -> dict[str, Any]:
    return {
        "service": quote.service,
        "rate_id": quote.id,
        "shipper": address(sender),
        "recipient": address(parcel.recipient),
        "package": package(parcel),
        "contents": contents(parcel.lines),
        "references": {"order": clipped(parcel.key, ORDER_CHARS), "shipment": shipment_reference(parcel.key)},
        "label": {"format": format.value},
    }


def package(parcel: Parcel) -> dict[str, int]:
    length, width, height = sorted(parcel.sides_mm, reverse=True)
    return {"weight_g": parcel.mass_g, "length_mm": length, "width_mm": width, "height_mm": height}


def contents(lines: tuple[Line, ...]) -> list[dict[str, Any]]:
    """Return up to 50 positions; the rest of a longer order is left off, since contents only inform the carrier."""
    return [
        {
            "description": clipped(line.description or line.sku, DESCRIPTION_CHARS),
            "quantity": line.quantity,
            "unit_weight_g": line.unit_mass_g,
            "value": {
                "amount": decimal_text(line.unit_price.minor, line.unit_price.currency),
                "currency": line.unit_price.currency,
            },
            "sku": clipped(line.sku, SKU_CHARS),
        }
        for line in lines[:MOST_CONTENTS]
    ]


def address(party: Address) -> dict[str, Any]:
    """Return an address; empty optional members are left off. Over-long names are the carrier's to refuse."""
    optional = {
        "company": party.company,
        "house_number": party.house_number,
        "email": party.email,
        "phone": party.phone,
    }
    return {
        "name": plain(party.name),
        "street": plain(party.street),
        "postal_code": plain(party.postal_code),
        "city": plain(party.city),
        "country": party.country,
        **{name: plain(value) for name, value in optional.items() if value},
    }


def return_request(carrier_id: str, reason: str, items: dict[str, int]) -> dict[str, Any]:
    """Return a return order; a reason outside the carrier's list is told as `other` with its words."""
    body: dict[str, Any] = {"parcel_id": carrier_id, "reason": reason}
    if reason not in RETURN_REASONS:
        body |= {"reason": "other", "reason_text": clipped(reason or "not stated", 200)}
    if items:
        body["items"] = [{"sku": clipped(sku, SKU_CHARS), "quantity": pieces} for sku, pieces in items.items()]
    return body


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def clipped(text: str, most_chars: int) -> str:
    return plain(text)[:most_chars].strip()
