"""The worked example of settlement: five lines, fourteen documents, every sum known to the kopeck."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from parcelproof.conformance.history import History
from parcelproof.conformance.lab import Bench, Lab
from parcelproof.conformance.orders import line, order

from .claims import Claims
from .screen import Screen
from .twins import PROFILES

DELIVERY_MINOR = 35_000
ORDERS = {  # order -> (prices of its pieces, whether the courier collects); A2 is paid for beforehand
    "A1": ([514_900], True),
    "A2": ([99_000], False),
    "A3": ([299_900, 189_900], True),
    "A4": ([249_900], True),
}
LINES = (  # (order, outcome, collected, fees, transfer), all in kopecks
    ("A1", "delivered", 549_900, {"delivery": 35_000, "agent": 16_497, "insurance": 4_124}, 494_279),
    ("A2", "delivered", 0, {"delivery": 28_050}, -28_050),
    ("A3", "partial", 334_900, {"delivery": 35_000, "partial": 9_000, "return": 17_500, "agent": 10_047}, 263_353),
    ("A4", "refused", 0, {"delivery": 35_000, "return": 17_500}, -52_500),
    (None, "fee_only", 0, {"pickup": 30_000}, -30_000),
)
TOTALS = {"collected": 884_800, "fees": 237_718, "payout": 647_082}
DOCUMENTS = Counter({
    ("PI", 549_900): 1, ("PI", 334_900): 1,
    ("SP", 55_621): 1, ("SP", 28_050): 1, ("SP", 71_547): 1, ("SP", 52_500): 1, ("SP", 30_000): 1,
    ("PO", 55_621): 1, ("PO", 28_050): 1, ("PO", 71_547): 1, ("PO", 52_500): 1, ("PO", 30_000): 1,
    ("SR", 189_900): 1, ("SR", 284_900): 1,
})  # fmt: skip
STATES = {"A1": "delivered", "A2": "delivered", "A3": "refused_partial", "A4": "refused"}
VAT_OF_SERVICES = {55_621: 9_270, 28_050: 4_675, 71_547: 11_925, 52_500: 8_750, 30_000: 5_000}


def play(lab: Lab, claims: Claims, screen: Screen) -> History:
    """Ship the four orders of the example, feed its report as normal-form JSON, twice, and hold every figure."""
    bench = lab.bench("demo worked example", 0, {}, profiles=PROFILES)
    with screen.act("The worked example of settlement, to the kopeck", 3) as step:
        bench.book(*(shipped(number) for number in ORDERS))
        step()
        report = normal_form({number: str(bench.order(number).tracking_number) for number in ORDERS})
        content = msgspec.json.encode(report)
        bench.feed("example.json", content, report)
        step()
        hold(bench, claims)
        first = bench.connector.documents()
        bench.feed("example-again.json", content, report)
        claims.equal("worked example: fed again, nothing changes", first, bench.connector.documents())
        step()
        return bench.history()


def shipped(number: str) -> dict[str, Any]:
    prices, collects = ORDERS[number]
    lines = [line(f"{number}-{place}", price, "RUB") for place, price in enumerate(prices, start=1)]
    payment, charge = ("cod", DELIVERY_MINOR) if collects else ("prepaid", None)
    return order(number, "cdek", lines=lines, payment=payment, delivery_minor=charge)


def normal_form(tracking: Mapping[str, str]) -> dict[str, Any]:
    """Return the report: VAT 20 % included in every fee, net, as the courier's contract IM-7 has it."""
    return {
        "carrier": "cdek", "contract": "IM-7", "number": "4711", "mode": "net", "currency": "RUB", "exponent": 2,
        "payment_date": "2026-03-02", "payment_order": "00123", "totals": TOTALS,
        "lines": [
            {
                "n": n, "outcome": outcome, "order": number, "tracking": tracking.get(number or ""),
                "collected": collected, "transfer": transfer,
                "fees": [
                    {"kind": kind, "amount": amount, "vat": {"rate": 20, "included": True}}
                    for kind, amount in fees.items()
                ],
                "items": items(number) if outcome == "partial" else [],
                "at": "2026-02-27T11:40:00+03:00",
            }
            for n, (number, outcome, collected, fees, transfer) in enumerate(LINES, start=1)
        ],
    }  # fmt: skip


def items(number: str | None) -> list[dict[str, Any]]:
    """Return the pieces of a partly refused order: the first was kept, the second refused."""
    return [
        {"sku": f"{number}-1", "delivered": 1, "refused": 0, "unit": None},
        {"sku": f"{number}-2", "delivered": 0, "refused": 1, "unit": None},
    ]


def hold(bench: Bench, claims: Claims) -> None:
    """Hold the engine's documents, states and account against the figures of the example."""
    documents = bench.connector.documents()
    claims.equal("worked example: fourteen documents with their sums", DOCUMENTS,
                 Counter((row.kind, row.sum_minor) for row in documents))  # fmt: skip
    vat = {row.sum_minor: row.vat_minor for row in documents if row.kind == "SP"}
    claims.equal("worked example: VAT of the services", VAT_OF_SERVICES, vat)
    states = {number: bench.order(number).final_state for number in ORDERS}
    claims.equal("worked example: the orders' states", STATES, states)
    account = {row.currency: row.movement_minor for row in bench.connector.balances().account}
    claims.equal("worked example: the account moves by the payout", {"RUB": TOTALS["payout"]}, account)
