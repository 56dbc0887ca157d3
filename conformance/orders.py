"""Orders that cases place: plain ones by carrier, and those of the worked settlement example."""

from collections.abc import Mapping, Sequence
from typing import Any

from .wires import WIRES


def line(sku: str, unit_minor: int, currency: str, *, quantity: int = 1, unit_mass_g: int = 400) -> dict[str, Any]:
    return {
        "sku": sku,
        "description": f"Goods {sku}",
        "quantity": quantity,
        "unit_price": {"amount_minor": unit_minor, "currency": currency},
        "unit_mass_g": unit_mass_g,
        "vat_rate": 20,
    }


def order(
    number: str,
    carrier: str,
    /,
    *,
    lines: Sequence[Mapping[str, Any]] | None = None,
    payment: str = "prepaid",
    delivery_minor: int | None = None,
    confirm: bool = True,
    **changed: Any,
) -> dict[str, Any]:
    """Return an order that only this carrier may take. `changed` replaces members of the body."""
    currency = WIRES[carrier].currency
    rows = list(lines) if lines is not None else [line("TEE", 99000 if currency == "RUB" else 990, currency)]
    charge = None if delivery_minor is None else {"amount_minor": delivery_minor, "currency": currency}
    return {
        "number": number,
        "recipient": dict(WIRES[carrier].recipient),
        "lines": rows,
        "payment": payment,
        "mass_g": max(200, sum(row["quantity"] * row["unit_mass_g"] for row in rows)),
        "sides_mm": [300, 200, 100],
        "delivery_charge": charge,
        "carrier": carrier,
        "confirm": confirm,
        **changed,
    }
