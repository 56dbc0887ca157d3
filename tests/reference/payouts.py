"""Orders that were shipped with cash on delivery, and reports whose lines and totals add up."""

from typing import Any

import msgspec

from parcelproof.reference.ports import Line, Money
from parcelproof.reference.usecases import reporting

VAT = {"rate": 20, "included": True}


def rub(sku: str, minor: int, quantity: int = 1) -> Line:
    return Line(
        sku=sku, description=sku, quantity=quantity, unit_price=Money(minor, "RUB"), unit_mass_g=100, vat_rate=20
    )


async def ship(rig: Any, number: str, *lines: Line, cod: bool = True, charge: int = 0) -> str:
    found: str = await rig.book(
        number, carrier="cdek", lines=lines, cod=cod, delivery_charge=Money(charge, "RUB") if charge else None
    )
    return found


def row(
    n: int, outcome: str | None, tracking: str | None, collected: int, fees: dict[str, int], **more: Any
) -> dict[str, Any]:
    """Return a line that adds up."""
    return {
        "n": n, "outcome": outcome, "tracking": tracking, "collected": collected,
        "transfer": collected - sum(fees.values()),
        "fees": [{"kind": kind, "amount": amount, "vat": VAT} for kind, amount in fees.items()],
        "items": [], **more,
    }  # fmt: skip


def report(*rows: dict[str, Any], number: str | None = "4711", **more: Any) -> dict[str, Any]:
    """Return a report whose totals add up."""
    fees = sum(fee["amount"] for line in rows for fee in line["fees"])
    totals = {
        "collected": sum(line["collected"] for line in rows),
        "fees": fees,
        "payout": sum(line["transfer"] for line in rows),
    }
    return {
        "carrier": "cdek", "contract": "IM-7", "number": number, "mode": "net", "currency": "RUB", "exponent": 2,
        "payment_date": "2026-03-02", "payment_order": "00123", "totals": totals, "lines": list(rows), **more,
    }  # fmt: skip


async def feed(rig: Any, normal: dict[str, Any]) -> reporting.Fed:
    return await reporting.feed_file(rig.shop, rig.actor, "report.json", msgspec.json.encode(normal))


def results(fed: reporting.Fed) -> list[tuple[str, str | None]]:
    return [(line["result"], line["code"]) for line in fed.lines]
