"""Reports: the documents that each line makes, to the kopeck."""

from collections import Counter, defaultdict
from typing import Any

from ..bench import Bench
from ..case import case, expect, holds
from ..checks.reports import worth_of
from ..checks.settlement import vat_inside
from ..orders import line, order
from ..reports import RATE, encoded, fee, report, report_line, worked_lines, worked_orders
from ..strategies.fees import fee_lists
from .tracking import say

NEEDS = ("settlement", "labels")
ON_EVERY_REPORT = ("SET-035", "SET-036", "SET-037", "SET-038", "SET-041", "SET-045", "SET-047", "SET-048")
TABLE = (*ON_EVERY_REPORT, "SET-067", "SET-087", "SET-088")
WORKED = ("SET-013", "SET-018", "SET-053", "SET-058", "SET-061", "SET-067", "SET-074", "SET-087", "SET-088")


def ship(bench: Bench, *orders: dict[str, Any]) -> dict[str, str]:
    """Book orders and return order number -> tracking number."""
    views = bench.book(*orders)
    return {view.number: view.tracking_number or "" for view in views}


def feed(bench: Bench, normal: dict[str, Any], name: str = "report.json") -> dict[int, tuple[str, str | None]]:
    """Feed a report and return line number -> (result, code); a line of which nothing was said has no result."""
    fed = bench.feed(name, encoded(normal), normal)
    assert fed.result is not None
    found = {row.n: (row.result, row.code) for row in fed.result.lines}
    return defaultdict(lambda: ("no result", None), found)


def cod(number: str, unit_minor: int = 100_000, delivery_minor: int = 10_000, **changed: Any) -> dict[str, Any]:
    rows = changed.pop("lines", [line(f"{number}-S", unit_minor, "RUB")])
    return order(number, "cdek", lines=rows, payment="cod", delivery_minor=delivery_minor, **changed)


def money(tracking: str) -> dict[str, Any]:
    """Return a second line whose money covers the fees of the first: a payout below zero is another matter."""
    return report_line(2, "delivered", tracking=tracking, collected=110_000)


@case(*ON_EVERY_REPORT, *WORKED, "SET-052", needs=NEEDS)
def the_worked_example_to_the_kopeck(bench: Bench) -> None:
    """Five lines of a net registry: fourteen documents, their sums, links, VAT and states."""
    normal = report("4711", worked_lines(ship(bench, *worked_orders())))
    results = feed(bench, normal)
    after = "the worked example"
    expect({row for row, _ in results.values()}, {"settled"}, "lines", requirement="SET-087", after=after)
    found = Counter((row.kind, row.sum_minor) for row in bench.documents())
    sums = {1: 55_621, 2: 28_050, 3: 71_547, 4: 52_500, 5: 30_000}
    wanted = Counter({("PI", 549_900): 1, ("PI", 334_900): 1, ("SR", 189_900): 1, ("SR", 284_900): 1})
    wanted.update({(kind, total): 1 for kind in ("SP", "PO") for total in sums.values()})
    expect(dict(found), dict(wanted), "documents", requirement="SET-035", after=after)
    vats = {row.line: row.vat_minor for row in bench.documents() if row.kind == "SP"}
    expect(vats, {1: 9_270, 2: 4_675, 3: 11_925, 4: 8_750, 5: 5_000}, "VAT of the SPs", requirement="SET-074")
    rows = [row for row in bench.connector.balances().carriers if row.carrier == "cdek"]
    found_minor = [(row.collected_minor, row.fees_minor, row.paid_out_minor, row.owed_minor) for row in rows]
    what = "CDEK's balances (collected, fees, paid out, owed)"
    expect(found_minor, [(884_800, 237_718, 647_082, 0)], what, requirement="SET-052", after=after)
    moved = {row.currency: row.movement_minor for row in bench.connector.balances().account if row.movement_minor}
    expect(moved, {"RUB": 647_082}, "movement of the account", requirement="SET-047", after=after)
    states = {number: bench.order(number).final_state for number in ("A1", "A2", "A3", "A4")}
    final = {"A1": "delivered", "A2": "delivered", "A3": "refused_partial", "A4": "refused"}
    expect(states, final, "final states", requirement="SET-067", after=after)
    holds(bench.history(), *ON_EVERY_REPORT, *WORKED)


@case(*TABLE, needs=NEEDS)
def every_row_of_the_table(bench: Bench) -> None:
    """One line of each outcome, fees of a return alone among them: its documents, payers and states, none beyond."""
    tracking = ship(bench, cod("B1"), order("B2", "cdek"), cod("B3"), cod("B4"), cod("B5"), cod("B6"))
    charged = [fee("delivery", 9_000), fee("insurance", 0)]
    kept = [{"sku": "B5-S", "delivered": 0, "refused": 1, "unit": None}]
    rows = [
        report_line(1, "delivered", tracking=tracking["B1"], collected=110_000, fees=charged),
        report_line(2, "delivered", tracking=tracking["B2"], fees=[fee("delivery", 8_000)]),
        report_line(3, "refused", tracking=tracking["B3"], fees=[fee("delivery", 7_000), fee("return", 5_000)]),
        report_line(4, "return_leg", tracking=tracking["B3"], fees=[fee("return", 4_000)]),
        report_line(5, "lost", tracking=tracking["B4"], collected=90_000),
        report_line(6, "fee_only", tracking=tracking["B1"], fees=[fee("return", 3_000)]),
        report_line(7, "fee_only", fees=[fee("pickup", 2_000)]),
        report_line(8, "partial", tracking=tracking["B5"], collected=10_000, fees=[fee("partial", 1_000)], items=kept),
        report_line(9, "fee_only", tracking=tracking["B6"], fees=[fee("storage", 500)]),
    ]
    results = feed(bench, report("1", rows))
    expect({row for row, _ in results.values()}, {"settled"}, "lines", requirement="SET-087", after="every outcome")
    expect(bench.order("B6").final_state, None, "B6", requirement="SET-067", after="a fee alone")
    holds(bench.history(), *TABLE)


@case("SET-042", "SET-043", "SET-066", needs=NEEDS)
def what_is_paid_is_what_was_owed(bench: Bench) -> None:
    """After the report each shipment less its returns equals what was paid for it."""
    orders = worked_orders()
    normal = report("4711", worked_lines(ship(bench, *orders)))
    feed(bench, normal)
    for number, requirement in (("A1", "SET-043"), ("A3", "SET-066"), ("A4", "SET-066")):
        rows = bench.documents(number)
        paid = sum(row.linked.sum_minor for row in rows if row.kind == "PI" and row.linked is not None)
        back = sum(row.sum_minor for row in rows if row.kind == "SR")
        placed = next(row for row in orders if row["number"] == number)
        expect(paid, worth_of(placed) - back, f"paid for {number}", requirement=requirement, after=f"returns of {back}")
    holds(bench.history(), "SET-042")


@case("SET-059", needs=NEEDS)
def a_return_has_the_shipments_prices(bench: Bench) -> None:
    """Two articles of unlike price are refused in part; the return is worth the shipment's price of what came back."""
    rows = [line("DEAR", 300_000, "RUB", quantity=2), line("CHEAP", 7_700, "RUB", quantity=3)]
    tracking = ship(bench, cod("B1", lines=rows, delivery_minor=0))
    items = [
        {"sku": "DEAR", "delivered": 1, "refused": 1, "unit": None},
        {"sku": "CHEAP", "delivered": 2, "refused": 1, "unit": None},
    ]
    normal = report(
        "1",
        [
            report_line(
                1, "partial", tracking=tracking["B1"], collected=315_400, fees=[fee("delivery", 9_900)], items=items
            )
        ],
    )
    feed(bench, normal)
    prices = {
        row.item: row.price_minor
        for document in bench.documents("B1")
        if document.kind == "SR"
        for row in document.positions
    }
    expect(prices, {"DEAR": 300_000, "CHEAP": 7_700}, "prices of the return of B1", requirement="SET-059")


@case("SET-075", needs=NEEDS)
def vat_is_rounded_per_position(bench: Bench) -> None:
    """Three fees of seven kopecks at 20 %: three kopecks of VAT, not four."""
    tracking = ship(bench, order("B1", "cdek"))
    fees = [fee(kind, 7) for kind in ("delivery", "insurance", "storage")]
    feed(bench, report("1", [report_line(1, "delivered", tracking=tracking["B1"], fees=fees)]))
    vats = [row.vat_minor for row in bench.documents("B1") if row.kind == "SP"]
    expect(vats, [3], "VAT of the services", requirement="SET-075", after="three positions of 7 at 20 %")


@case("SET-076", needs=NEEDS)
def vat_on_top_is_part_of_the_sum(bench: Bench) -> None:
    """A fee of 100.00 to which 20 % come and one of 120.00 that holds them: services and money out of one sum."""
    tracking = ship(bench, cod("B1"), cod("B2"))
    on_top = {"kind": "delivery", "amount": 10_000, "vat": {"rate": RATE, "included": False}}
    rows = [
        report_line(1, "delivered", tracking=tracking["B1"], collected=110_000, fees=[on_top], transfer=98_000),
        report_line(2, "delivered", tracking=tracking["B2"], collected=110_000, fees=[fee("delivery", 12_000)]),
    ]
    totals = {"collected": 220_000, "fees": 24_000, "payout": 196_000}
    results = feed(bench, report("1", rows, totals=totals))
    expect({row for row, _ in results.values()}, {"settled"}, "lines", requirement="SET-076", after="two equal fees")
    for n in (1, 2):
        made = {row.kind: (row.sum_minor, row.vat_minor) for row in bench.documents() if row.line == n}
        expect(made.get("SP"), (12_000, 2_000), f"services of line {n}, VAT", requirement="SET-076")
        expect(made.get("PO", (0, 0))[0], 12_000, f"money out of line {n}", requirement="SET-076")


@case("SET-074", "SET-048", "SET-047", "SET-088", examples=fee_lists, needs=("settlement",))
def any_fees_add_up(bench: Bench, lines: list[list[tuple[str, int, int | None]]]) -> None:
    """Lines without orders and with any fees and rates: services, money out and VAT follow, half up."""
    rows = [
        report_line(n, "fee_only", fees=[fee(kind, amount, rate) for kind, amount, rate in fees])
        for n, fees in enumerate(lines, start=1)
    ]
    normal = report("1", rows)
    if normal["totals"]["payout"] < 0:  # a payout below zero is another rule; here the money covers the fees
        rows.append(report_line(len(rows) + 1, "fee_only", fees=[fee("other", 1)]))
    enough = order("B1", "cdek", lines=[line("S", 120_000_000, "RUB")], payment="cod", delivery_minor=0)
    tracking = ship(bench, enough)
    rows.append(report_line(len(rows) + 1, "delivered", tracking=tracking["B1"], collected=120_000_000))
    feed(bench, report("1", rows))
    documents = {row.line: row for row in bench.documents() if row.kind == "SP"}
    for n, fees in enumerate(lines, start=1):
        wanted = sum(vat_inside(amount, rate) for _, amount, rate in fees if rate is not None)
        found = documents[n].vat_minor if n in documents else None
        expect(found, wanted, f"VAT of line {n}", requirement="SET-074", after=f"{fees}")
    holds(bench.history(), "SET-048", "SET-047", "SET-088")


@case("SET-071", needs=NEEDS)
def later_news_does_not_undo_a_state(bench: Bench) -> None:
    """The report says refused; a tracking event that arrives later leaves that state."""
    tracking = ship(bench, cod("B1"), cod("B2"))
    refused = report_line(1, "refused", tracking=tracking["B1"], fees=[fee("return", 5_000)])
    feed(bench, report("1", [refused, money(tracking["B2"])]))
    expect(bench.order("B1").final_state, "refused", "B1", requirement="SET-071", after="the report")
    say(bench, "B1", "cdek", "out_for_delivery")
    bench.advance(hours=3)
    expect(bench.order("B1").final_state, "refused", "B1", requirement="SET-071", after="a scan after the report")


@case("SET-090", needs=NEEDS, poll_minutes=1440, tenant={"cdek": {"payout_after_days": "off"}})
def what_no_report_mentions_is_outstanding(bench: Bench) -> None:
    """Of five parcels one is delivered and reported, one only delivered, one lost, two on their way."""
    tracking = ship(bench, *(cod(f"B{n}") for n in range(1, 6)))
    for number in ("B1", "B2", "B3", "B4"):
        say(bench, number, "cdek", "out_for_delivery")
    bench.advance(hours=1)
    for number in ("B1", "B2"):
        say(bench, number, "cdek", "delivered")
    say(bench, "B3", "cdek", "lost_or_damaged")
    bench.advance(hours=7)
    feed(bench, report("1", [report_line(1, "delivered", tracking=tracking["B1"], collected=110_000)]))
    bench.advance(days=21)
    found = sorted({row.order for row in bench.connector.balances().outstanding})
    after = "B2 delivered, B3 lost, neither reported; B4 and B5 on their way"
    expect(found, ["B2", "B3"], "orders outstanding", requirement="SET-090", after=after)
