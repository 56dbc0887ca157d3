"""Reports that do not fit: refused whole, or one line put aside while the others are done."""

from typing import Any

from ..bench import Bench
from ..case import case, expect, expect_that, holds
from ..driver.http import Refused
from ..orders import line
from ..reports import encoded, fee, report, report_line
from .reports import NEEDS, cod, feed, ship


def refused_whole(bench: Bench, normal: dict[str, Any] | bytes, requirement: str, code: str) -> None:
    """Feed what must be refused whole; nothing may be written."""
    before = bench.documents()
    content = normal if isinstance(normal, bytes) else encoded(normal)
    try:
        bench.feed("report.json", content)
        found = "accepted"
    except Refused as refusal:
        found = f"{refusal.status} {refusal.code}"
    expect(found, f"422 {code}", "the report", requirement=requirement)
    expect(bench.documents(), before, "documents", requirement=requirement, after="the refused report")


OTHER_COLUMNS = """Registry number;4711
Payment date;2026-03-02
Payment order;00123

Spalte A;Spalte B;Spalte C;Spalte D;Spalte E;Spalte F
1000000001;A1;5499.00;350.00;164.97;4984.03
"""  # a registry as carriers send it, but for the names of its columns


@case("SET-003", needs=("settlement",))
def an_unknown_layout_is_refused_whole(bench: Bench) -> None:
    """A picture's first bytes, nothing, JSON and tables of other kinds, a registry with other columns: 422, why."""
    other = (b"milk;eggs\n2;12\n", b"\x89PNG\r\n\x1a\n\x00\x00", b"", b'{"hello": "world"}', b"[1, 2, 3]")
    for content in (*other, OTHER_COLUMNS.encode()):
        refused_whole(bench, content, "SET-003", "FORMAT_UNKNOWN")


@case("SET-010", needs=NEEDS)
def a_wrong_total_stops_everything(bench: Bench) -> None:
    """Each of the three totals is off by one kopeck, once: the whole report is refused before the first write."""
    tracking = ship(bench, cod("B1"))["B1"]
    good = report(
        "1", [report_line(1, "delivered", tracking=tracking, collected=110_000, fees=[fee("delivery", 9_000)])]
    )
    for name in ("collected", "fees", "payout"):
        wrong = {**good, "totals": {**good["totals"], name: good["totals"][name] + 1}}
        refused_whole(bench, wrong, "SET-010", "CONTROL_SUM")
    expect(bench.order("B1").final_state, None, "B1", requirement="SET-010")


@case("SET-011", "SET-088", needs=NEEDS)
def a_line_that_does_not_add_up_is_put_aside(bench: Bench) -> None:
    """One transfer and the total with it are off by one: that line is an exception, the other is settled."""
    tracking = ship(bench, cod("B1"), cod("B2"))
    lines = [
        report_line(1, "delivered", tracking=tracking["B1"], collected=110_000, transfer=110_001),
        report_line(2, "delivered", tracking=tracking["B2"], collected=110_000, fees=[fee("agent", 3_300)]),
    ]
    results = feed(bench, report("1", lines))
    expect(results[1], ("exception", "LINE_EQUATION"), "line 1", requirement="SET-011")
    expect(results[2][0], "settled", "line 2", requirement="SET-011")
    expect({row.line for row in bench.documents()}, {2}, "lines with documents", requirement="SET-011")
    holds(bench.history(), "SET-088")


@case("SET-026", "SET-035", "SET-087", "SET-088", needs=NEEDS)
def an_unknown_order_is_put_aside(bench: Bench) -> None:
    """The first and the last of three lines name orders that nobody placed: exceptions; the one between is settled."""
    ship(bench, cod("B1"))
    lines = [
        report_line(n, "delivered", number=number, collected=110_000) for n, number in enumerate(("X8", "B1", "X9"), 1)
    ]
    results = feed(bench, report("1", lines))
    expect(results[2][0], "settled", "line 2", requirement="SET-026", after="an unknown order")
    for n in (1, 3):
        expect(results[n], ("exception", "ORDER_UNKNOWN"), f"line {n}", requirement="SET-026")
    holds(bench.history(), "SET-035", "SET-087", "SET-088")


@case("SET-027", needs=NEEDS)
def numbers_are_compared_whole(bench: Bench) -> None:
    """Orders 100, 1001 and B1 exist; lines name 100, 10, А100 with a Cyrillic letter and b1: only 100 is touched."""
    ship(bench, cod("100"), cod("1001"), cod("B1"))
    lines = [
        report_line(1, "delivered", number="100", collected=110_000),
        report_line(2, "delivered", number="10", collected=110_000),
        report_line(3, "delivered", number="А100", collected=110_000),
        report_line(4, "delivered", number="b1", collected=110_000),
    ]
    results = feed(bench, report("1", lines))
    touched = {row.order for row in bench.documents()}
    expect(touched, {"100"}, "orders with documents", requirement="SET-027", after="100, 10, А100 and b1")
    found = {n: results[n][0] for n in (1, 2, 3)}
    expect(found, {1: "settled", 2: "exception", 3: "exception"}, "lines", requirement="SET-027")


@case("SET-031", needs=NEEDS)
def the_same_parcel_twice_is_put_aside(bench: Bench) -> None:
    """One parcel stands twice in a report with the same outcome: neither paid twice nor collapsed."""
    tracking = ship(bench, cod("B1"), cod("B2"))
    same: dict[str, Any] = {"tracking": tracking["B1"], "collected": 110_000}
    lines = [
        report_line(1, "delivered", **same),
        report_line(2, "delivered", **same),
        report_line(3, "delivered", tracking=tracking["B2"], collected=110_000),
    ]
    results = feed(bench, report("1", lines))
    found = {n: results[n] for n in (1, 2)}
    wanted = ("exception", "LINE_DUPLICATE")
    expect_that(
        wanted in found.values(), "lines 1 and 2", wanted=f"{wanted} among them", found=found, requirement="SET-031"
    )
    paid = [row.sum_minor for row in bench.documents("B1") if row.kind == "PI"]
    expect(paid, [], "money in for B1", requirement="SET-031")
    expect(results[3][0], "settled", "line 3", requirement="SET-031")


@case("SET-042", needs=NEEDS)
def too_much_is_reported(bench: Bench) -> None:
    """More was collected than owed: linked up to what is owed, the rest is OVERPAID."""
    tracking = ship(bench, cod("B1"))["B1"]
    results = feed(bench, report("1", [report_line(1, "delivered", tracking=tracking, collected=110_050)]))
    expect(results[1][1], "OVERPAID", "line 1", requirement="SET-042")
    linked = [row.linked.sum_minor for row in bench.documents("B1") if row.kind == "PI" and row.linked]
    expect(linked, [110_000], "linked to the shipment", requirement="SET-042")


@case("SET-044", needs=NEEDS)
def too_little_is_reported(bench: Bench) -> None:
    """One kopeck less than owed: the money is booked, UNDERPAID is said, no final state."""
    tracking = ship(bench, cod("B1"))["B1"]
    results = feed(bench, report("1", [report_line(1, "delivered", tracking=tracking, collected=109_999)]))
    expect(results[1], ("exception", "UNDERPAID"), "line 1", requirement="SET-044")
    paid = [row.sum_minor for row in bench.documents("B1") if row.kind == "PI"]
    expect(paid, [109_999], "money in for B1", requirement="SET-044")
    expect(bench.order("B1").final_state, None, "B1", requirement="SET-044")


@case("SET-038", "SET-035", "SET-088", needs=NEEDS)
def what_takes_money_back_makes_no_negative_document(bench: Bench) -> None:
    """A fee and a collection of parcels that no report mentions are given back: no document of a negative sum."""
    tracking = ship(bench, cod("B1"), cod("B2"), cod("B3"))
    lines = [
        report_line(1, "adjustment", tracking=tracking["B1"], fees=[fee("delivery", -5_000)]),
        report_line(2, "adjustment", tracking=tracking["B2"], collected=-20_000),
        report_line(3, "fee_only", fees=[fee("pickup", -700)]),
        report_line(4, "delivered", tracking=tracking["B3"], collected=110_000),
    ]
    results = feed(bench, report("1", lines))
    expect(results[4][0], "settled", "line 4", requirement="SET-035", after="lines that take money back")
    holds(bench.history(), "SET-038", "SET-035", "SET-088")


@case("SET-088", "SET-035", "SET-044", needs=NEEDS)
def a_payout_below_zero_is_explained(bench: Bench) -> None:
    """More fees than money, an unknown parcel's among them: each kopeck of the negative payout is explained."""
    tracking = ship(bench, cod("B1"), cod("B2"), cod("B3"))
    lines = [
        report_line(1, "delivered", tracking=tracking["B1"], collected=110_000, fees=[fee("delivery", 9_000)]),
        report_line(2, "delivered", tracking="9999999999", collected=30_000, fees=[fee("delivery", 7_000)]),
        report_line(3, "refused", tracking=tracking["B2"], fees=[fee("storage", 150_000)]),
        report_line(4, "delivered", tracking=tracking["B3"], collected=109_999, fees=[fee("delivery", 90_000)]),
        report_line(5, "fee_only", fees=[fee("pickup", 60_000)]),
    ]
    results = feed(bench, report("1", lines))
    expect(results[2], ("exception", "ORDER_UNKNOWN"), "line 2", requirement="SET-088", after="a negative payout")
    expect(results[4], ("exception", "UNDERPAID"), "line 4", requirement="SET-044", after="a negative payout")
    paid = sum(row.sum_minor for row in bench.documents() if row.kind == "PO")
    taken = sum(row.sum_minor for row in bench.documents() if row.kind == "PI")
    expect_that(
        paid <= taken, "money out", wanted=f"at most the {taken} that came in", found=paid, requirement="SET-088"
    )
    holds(bench.history(), "SET-088", "SET-035")


def partly(tracking: str, collected: int, items: list[dict[str, Any]]) -> dict[str, Any]:
    return report_line(1, "partial", tracking=tracking, collected=collected, fees=[fee("partial", 900)], items=items)


@case("SET-062", needs=NEEDS)
def a_partial_line_must_fit_its_pieces(bench: Bench) -> None:
    """The money is one kopeck off what was handed over: AMOUNT_MISMATCH, money booked, no final state."""
    rows = [line("KEPT", 100_000, "RUB"), line("BACK", 50_000, "RUB")]
    tracking = ship(bench, cod("B1", lines=rows))["B1"]
    items = [
        {"sku": "KEPT", "delivered": 1, "refused": 0, "unit": None},
        {"sku": "BACK", "delivered": 0, "refused": 1, "unit": None},
    ]
    results = feed(bench, report("1", [partly(tracking, 110_001, items)]))
    expect(results[1], ("exception", "AMOUNT_MISMATCH"), "line 1", requirement="SET-062")
    paid = [row.sum_minor for row in bench.documents("B1") if row.kind == "PI"]
    expect(paid, [110_001], "money in for B1", requirement="SET-062")
    expect(bench.order("B1").final_state, None, "B1", requirement="SET-062")


@case("SET-063", needs=NEEDS)
def no_guess_from_the_sum(bench: Bench) -> None:
    """Two articles of one price, one of them paid, no items in the line: ITEMS_MISSING."""
    rows = [line("ONE", 100_000, "RUB"), line("OTHER", 100_000, "RUB")]
    tracking = ship(bench, cod("B1", lines=rows))["B1"]
    results = feed(bench, report("1", [partly(tracking, 110_000, [])]))
    expect(results[1], ("exception", "ITEMS_MISSING"), "line 1", requirement="SET-063")
    expect([row for row in bench.documents("B1") if row.kind == "SR"], [], "returns of B1", requirement="SET-063")
