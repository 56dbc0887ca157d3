"""The worked example of settlement: five lines, fourteen documents, every sum known to the kopeck."""

from collections import Counter
from typing import Any

from parcelproof.conformance.bench import Bench
from parcelproof.conformance.history import History
from parcelproof.conformance.lab import Lab
from parcelproof.conformance.orders import line, order
from parcelproof.conformance.reports import encoded, report, worked_lines, worked_orders

from .claims import Claims
from .screen import Screen
from .twins import PROFILES
from .wrong_reports import put_aside

PAYOUT_MINOR = 647_082
DOCUMENTS = Counter({
    ("PI", 549_900): 1, ("PI", 334_900): 1,
    ("SP", 55_621): 1, ("SP", 28_050): 1, ("SP", 71_547): 1, ("SP", 52_500): 1, ("SP", 30_000): 1,
    ("PO", 55_621): 1, ("PO", 28_050): 1, ("PO", 71_547): 1, ("PO", 52_500): 1, ("PO", 30_000): 1,
    ("SR", 189_900): 1, ("SR", 284_900): 1,
})  # fmt: skip
STATES = {"A1": "delivered", "A2": "delivered", "A3": "refused_partial", "A4": "refused"}
VAT_OF_SERVICES = {55_621: 9_270, 28_050: 4_675, 71_547: 11_925, 52_500: 8_750, 30_000: 5_000}
ONE_MORE = order("A5", "cdek", lines=[line("A5-S", 100_000, "RUB")], payment="cod", delivery_minor=10_000)


def play(lab: Lab, claims: Claims, screen: Screen) -> History:
    """Ship the orders of the example, feed its report as normal-form JSON, twice, and hold every figure."""
    bench = lab.bench("demo worked example", 0, {}, profiles=PROFILES)
    with screen.act("The worked example of settlement, to the kopeck", 3) as step:
        views = bench.book(*worked_orders(), ONE_MORE)
        tracking = {view.number: str(view.tracking_number) for view in views}
        step()
        normal = report("4711", worked_lines(tracking))
        bench.feed("example.json", encoded(normal), normal)
        hold(bench, claims, normal)
        first = bench.connector.documents()
        bench.feed("example-again.json", encoded(normal), normal)
        claims.equal("worked example: fed again, nothing changes", first, bench.connector.documents())
        step()
        put_aside(bench, claims, tracking)
        step()
        return bench.history()


def hold(bench: Bench, claims: Claims, normal: dict[str, Any]) -> None:
    """Hold the engine's documents, states and account against the figures of the example."""
    claims.equal("worked example: the report pays what the contract says", PAYOUT_MINOR, normal["totals"]["payout"])
    documents = bench.connector.documents()
    found = Counter((row.kind, row.sum_minor) for row in documents)
    claims.equal("worked example: fourteen documents with their sums", DOCUMENTS, found)
    vat = {row.sum_minor: row.vat_minor for row in documents if row.kind == "SP"}
    claims.equal("worked example: VAT of the services", VAT_OF_SERVICES, vat)
    states = {number: bench.order(number).final_state for number in STATES}
    claims.equal("worked example: the orders' states", STATES, states)
    account = {row.currency: row.movement_minor for row in bench.connector.balances().account}
    claims.equal("worked example: the account moves by the payout", {"RUB": PAYOUT_MINOR}, account)
