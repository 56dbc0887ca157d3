"""Parcels of a scenario in neutral words: addresses and contents, with what stands in where the file says nothing."""

from collections.abc import Mapping
from typing import Any

import msgspec

from parcelproof.scenario.shapes import Item, Parcel, Party, Scenario

from ..wires import WIRES

CONTENTS = (
    Item(sku="SHIRT", name="Shirt, blue", quantity=2, price="9.90", weight_g=250),
    Item(sku="MUG", name="Mug", quantity=1, price="5.00", weight_g=400),
)


class Whole(msgspec.Struct, frozen=True):
    """A parcel with everything filled in. Addresses have the members of a party; empty ones are left out."""

    name: str
    reference: str
    sender: dict[str, str]
    recipient: dict[str, str]
    items: tuple[Item, ...]
    parcel: Parcel


def whole(scenario: Scenario, name: str) -> Whole:
    """Return a parcel by its symbolic name, with defaults in place."""
    parcel = scenario.parcels[name]
    return Whole(
        name=name,
        reference=reference_of(scenario, name),
        sender=_address(scenario, parcel.from_, WIRES[parcel.carrier].sender),
        recipient=_address(scenario, parcel.to, WIRES[parcel.carrier].recipient),
        items=parcel.items or CONTENTS,
        parcel=parcel,
    )


def reference_of(scenario: Scenario, name: str) -> str:
    return scenario.parcels[name].reference or name


def minor(price: str) -> int:
    """Return a price as whole minor units: both currencies have a hundred."""
    units, _, cents = price.partition(".")
    return int(units) * 100 + int(cents or 0)


def order(found: Whole, *, confirm: bool) -> dict[str, Any]:
    """Return the order as the driver contract asks for it."""
    currency = WIRES[found.parcel.carrier].currency
    return {
        "number": found.reference,
        "recipient": found.recipient,
        "lines": [
            {
                "sku": item.sku,
                "description": item.name or item.sku,
                "quantity": item.quantity,
                "unit_price": {"amount_minor": minor(item.price), "currency": currency},
                "unit_mass_g": item.weight_g,
                "vat_rate": 20,
            }
            for item in found.items
        ],
        "payment": found.parcel.pay,
        "mass_g": found.parcel.weight_g,
        "sides_mm": list(found.parcel.size_mm),
        "delivery_charge": None,
        "carrier": found.parcel.carrier,
        "confirm": confirm,
        **found.parcel.order,
    }


def merged(body: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body with a scenario's own members over ours, objects member by member; null takes one away."""
    made = dict(body)
    for name, value in changes.items():
        old = made.get(name)
        if value is None:
            made.pop(name, None)
        elif isinstance(value, dict) and isinstance(old, dict):
            made[name] = merged(old, value)
        else:
            made[name] = value
    return made


def _address(scenario: Scenario, party: str | None, other: Mapping[str, str]) -> dict[str, str]:
    if party is None:
        return {name: value for name, value in other.items() if value}
    found: Party = scenario.parties[party]
    return {name: value for name, value in msgspec.structs.asdict(found).items() if value}
