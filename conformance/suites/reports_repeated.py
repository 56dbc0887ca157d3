"""Reports that come again: in another format, shuffled, out of order, with money that was booked before."""

from collections import Counter
from typing import Any

from ..case import case, expect, expect_that, holds
from ..driver.http import Refused
from ..lab import Bench
from ..reports import encoded, fee, report, report_line, worked_lines, worked_orders
from .reports import NEEDS, cod, feed, money, ship
from .tracking import say


@case("SET-015", "SET-016", "SET-018", needs=NEEDS)
def a_second_feeding_changes_nothing(bench: Bench) -> None:
    """The worked example is fed three times, the last time with its lines shuffled: nothing new."""
    normal = report("4711", worked_lines(ship(bench, *worked_orders())))
    feed(bench, normal)
    first = bench.documents()
    feed(bench, normal, "again.json")
    expect(bench.documents(), first, "documents", requirement="SET-015", after="the same report again")
    shuffled = {**normal, "lines": list(reversed(normal["lines"]))}
    results = feed(bench, shuffled, "shuffled.json")
    expect({result for result, _ in results.values()}, {"already"}, "lines", requirement="SET-016", after="shuffled")
    expect(bench.documents(), first, "documents", requirement="SET-016", after="the report with its lines shuffled")
    holds(bench.history(), "SET-015", "SET-018")


@case("SET-017", needs=NEEDS)
def the_same_number_with_other_content(bench: Bench) -> None:
    """A report of the same number with another amount is a conflict; nothing is written."""
    tracking = ship(bench, cod("B1"))
    feed(bench, report("1", [report_line(1, "delivered", tracking=tracking["B1"], collected=110_000)]))
    first = bench.documents()
    other = report("1", [report_line(1, "delivered", tracking=tracking["B1"], collected=110_001)])
    try:
        bench.feed("other.json", encoded(other), other)
        code = "accepted"
    except Refused as refusal:
        code = refusal.code
    expect(code, "REPORT_CONFLICT", "the second version", requirement="SET-017")
    expect(bench.documents(), first, "documents", requirement="SET-017", after="the second version")


@case("SET-024", needs=NEEDS)
def the_order_of_reports_does_not_matter(bench: Bench) -> None:
    """The return fee comes in a report before the one with the refusal: the end is that of their set."""
    tracking = ship(bench, cod("B1"), cod("B2"), cod("B3"))
    back: dict[str, Any] = {"tracking": tracking["B1"], "number": "B1"}
    leg = report_line(1, "return_leg", **back, fees=[fee("return", 5_000)])
    refused = report_line(1, "refused", **back, fees=[fee("delivery", 9_000)])
    feed(bench, report("2", [leg, money(tracking["B2"])]))
    feed(bench, report("1", [refused, money(tracking["B3"])]))
    found = Counter((row.kind, row.sum_minor) for row in bench.documents("B1"))
    wanted = {("SP", 5_000): 1, ("PO", 5_000): 1, ("SP", 9_000): 1, ("PO", 9_000): 1, ("SR", 110_000): 1}
    expect(dict(found), wanted, "documents of B1", requirement="SET-024", after="report 2 before report 1")
    expect(bench.order("B1").final_state, "refused", "B1", requirement="SET-024")


@case("SET-032", needs=NEEDS)
def money_is_booked_once_over_all_reports(bench: Bench) -> None:
    """A second report brings the same parcel's money again: an exception. A later fee alone is fine."""
    numbers = ship(bench, cod("B1"), cod("B2"))
    paid: dict[str, Any] = {"tracking": numbers["B1"], "number": "B1"}
    feed(bench, report("1", [report_line(1, "delivered", **paid, collected=110_000, fees=[fee("delivery", 9_000)])]))
    results = feed(bench, report("2", [report_line(1, "delivered", **paid, collected=110_000)]))
    expect(results[1], ("exception", "ALREADY_COLLECTED"), "line of report 2", requirement="SET-032")
    storage = report_line(1, "fee_only", **paid, fees=[fee("storage", 700)])
    results = feed(bench, report("3", [storage, money(numbers["B2"])]))
    expect(results[1][0], "settled", "line of report 3", requirement="SET-032", after="a fee alone")
    kinds = Counter(row.kind for row in bench.documents("B1"))
    expect((kinds["PI"], kinds["SP"]), (1, 2), "documents (PI, SP)", requirement="SET-032", after="three reports")


@case("SET-001", "SET-002", "SET-016", needs=NEEDS, poll_minutes=360, tenant={"cdek": {"payout_after_days": "off"}})
def one_registry_in_four_formats(bench: Bench) -> None:
    """The carrier's own registry as CSV, CSV in CP1251, XLSX and JSON, under misleading names: one report."""
    ship(bench, cod("000123"), cod("B2", unit_minor=115_035, delivery_minor=0))
    for number in ("000123", "B2"):
        say(bench, number, "cdek", "out_for_delivery")
    bench.advance(hours=1)
    say(bench, "000123", "cdek", "delivered")
    bench.scan("B2", "NOT_DELIVERED", reason="11")
    bench.advance(hours=7)
    payout = bench.control.make_payout(bench.tenant, "cdek")
    assert payout is not None, "two parcels have ended, so there is something to pay"
    names = {"csv": "a.xlsx", "csv-cp1251": "b.json", "xlsx": "c.csv", "json": "d.bin"}
    first = None
    for form, name in names.items():
        content = bench.control.payout_file(bench.tenant, "cdek", payout, form)
        try:
            bench.feed(name, content)
        except Refused as refusal:
            requirement = "SET-001" if refusal.code == "FORMAT_UNKNOWN" else "SET-002"
            expect(str(refusal), "taken", f"registry as {form}, named {name}", requirement=requirement)
        documents = bench.documents()
        if first is None:
            first = documents
            continue
        expect(documents, first, "documents", requirement="SET-016", after=f"the registry again as {form}")
    collected = sorted(row.sum_minor for row in bench.documents("000123") if row.kind == "PI")
    expect(collected, [110_000], "money in for 000123", requirement="SET-002")
    kinds = {row.kind for row in bench.documents("B2")}
    expect_that("SR" in kinds and "PI" not in kinds, "B2", wanted="SR and no PI", found=kinds, requirement="SET-002")


@case("SET-007", needs=NEEDS)
def leading_zeros_are_part_of_a_number(bench: Bench) -> None:
    """Orders 000123 and 123 exist; a line that names 000123 alone closes that one."""
    ship(bench, cod("000123"), cod("123"))
    feed(bench, report("1", [report_line(1, "delivered", number="000123", collected=110_000)]))
    touched = {row.order for row in bench.documents()}
    expect(touched, {"000123"}, "orders with documents", requirement="SET-007")
