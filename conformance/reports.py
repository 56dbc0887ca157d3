"""Payout reports in normal form that cases feed, and the worked example of the settlement contract."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from .orders import line, order

CONTRACT = "IM-7"
RATE = 20  # the VAT rate of the worked example


def fee(kind: str, amount_minor: int, rate: int | None = RATE) -> dict[str, Any]:
    return {"kind": kind, "amount": amount_minor, "vat": None if rate is None else {"rate": rate, "included": True}}


def report_line(
    n: int,
    outcome: str,
    *,
    tracking: str = "",
    number: str = "",
    collected: int = 0,
    fees: Sequence[Mapping[str, Any]] = (),
    items: Sequence[Mapping[str, Any]] = (),
    transfer: int | None = None,
) -> dict[str, Any]:
    """Return one line; `transfer` follows from the others unless a case wants it wrong."""
    right = collected - sum(row["amount"] for row in fees)
    return {
        "n": n,
        "outcome": outcome,
        "tracking": tracking,
        "order": number,
        "collected": collected,
        "transfer": right if transfer is None else transfer,
        "fees": list(fees),
        "items": list(items),
        "at": "2026-03-01T11:40:00+03:00",
    }


def report(number: str, lines: Sequence[Mapping[str, Any]], **changed: Any) -> dict[str, Any]:
    """Return a report over these lines with right totals. `changed` replaces members, `totals` among them."""
    fees = sum(row["amount"] for entry in lines for row in entry["fees"])
    return {
        "carrier": "cdek",
        "contract": CONTRACT,
        "number": number,
        "mode": "net",
        "currency": "RUB",
        "exponent": 2,
        "payment_date": "2026-03-02",
        "payment_order": "00123",
        "totals": {
            "collected": sum(entry["collected"] for entry in lines),
            "fees": fees,
            "payout": sum(entry["transfer"] for entry in lines),
        },
        "lines": list(lines),
        **changed,
    }


def encoded(normal: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(normal)


def worked_orders() -> list[dict[str, Any]]:
    """Return A1 to A4 of settlement §7: delivered, prepaid, partly refused, refused."""
    return [
        order("A1", "cdek", lines=[line("A1-S", 514_900, "RUB")], payment="cod", delivery_minor=35_000),
        order("A2", "cdek", lines=[line("A2-S", 199_900, "RUB")]),
        order(
            "A3",
            "cdek",
            lines=[line("A3-KEPT", 299_900, "RUB"), line("A3-BACK", 189_900, "RUB")],
            payment="cod",
            delivery_minor=35_000,
        ),
        order("A4", "cdek", lines=[line("A4-S", 249_900, "RUB")], payment="cod", delivery_minor=35_000),
    ]


def worked_lines(tracking: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the five lines of settlement §7. `tracking` is order number -> the carrier's number."""

    def of(name: str) -> dict[str, Any]:
        return {"tracking": tracking[name], "number": name}

    kept = [
        {"sku": "A3-KEPT", "delivered": 1, "refused": 0, "unit": None},
        {"sku": "A3-BACK", "delivered": 0, "refused": 1, "unit": None},
    ]
    delivery = fee("delivery", 35_000)
    return [
        report_line(
            1,
            "delivered",
            **of("A1"),
            collected=549_900,
            fees=[delivery, fee("agent", 16_497), fee("insurance", 4_124)],
        ),
        report_line(2, "delivered", **of("A2"), fees=[fee("delivery", 28_050)]),
        report_line(
            3,
            "partial",
            **of("A3"),
            collected=334_900,
            fees=[delivery, fee("partial", 9_000), fee("return", 17_500), fee("agent", 10_047)],
            items=kept,
        ),
        report_line(4, "refused", **of("A4"), fees=[delivery, fee("return", 17_500)]),
        report_line(5, "fee_only", fees=[fee("pickup", 30_000)]),
    ]
