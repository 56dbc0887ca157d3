"""Reports that come again: in another format, shuffled, out of order, with money that was booked before."""

from collections import Counter
from typing import Any

from ..bench import Bench
from ..case import case, expect, expect_that, holds
from ..driver.http import Refused
from ..reports import encoded, fee, report, report_line, worked_lines, worked_orders
from .reports import NEEDS, cod, feed, money, ship
from .tracking import say


@case("SET-015", "SET-016", "SET-018", needs=NEEDS)
def a_second_feeding_changes_nothing(bench: Bench) -> None:
    """The worked example is fed three times, the last time with its lines shuffled: nothing new."""
    normal = report("4711", worked_lines(ship(bench, *worked_orders())))
    feed(bench, normal)
    first = bench.documents()
    fed_again(bench, normal, "again.json", "SET-015")
    expect(bench.documents(), first, "documents", requirement="SET-015", after="the same report again")
    shuffled = {**normal, "lines": list(reversed(normal["lines"]))}
    results = fed_again(bench, shuffled, "shuffled.json", "SET-016")
    expect({result for result, _ in results.values()}, {"already"}, "lines", requirement="SET-016", after="shuffled")
    expect(bench.documents(), first, "documents", requirement="SET-016", after="the report with its lines shuffled")
    holds(bench.history(), "SET-015", "SET-018")


def fed_again(bench: Bench, normal: dict[str, Any], name: str, requirement: str) -> dict[int, tuple[str, str | None]]:
    """Feed a report that is known already; it must not be refused."""
    try:
        return feed(bench, normal, name)
    except Refused as refusal:
        expect(str(refusal), "taken", name, requirement=requirement, after="the same report before")
        raise


@case("SET-017", needs=NEEDS)
def the_same_number_with_other_content(bench: Bench) -> None:
    """A report of the same number with another amount or date, or with amounts that changed places, is a conflict."""
    tracking = ship(bench, cod("B1"), cod("B2"))

    def version(first: int, second: int) -> dict[str, Any]:
        rows = [(1, "B1", first), (2, "B2", second)]
        lines = [report_line(n, "delivered", tracking=tracking[number], collected=sum_) for n, number, sum_ in rows]
        return report("1", lines)

    feed(bench, version(110_000, 109_000))
    first = bench.documents()
    others = (
        (version(110_001, 109_000), "one kopeck more"),
        (version(109_000, 110_000), "sums exchanged"),
        ({**version(110_000, 109_000), "payment_date": "2026-03-03"}, "paid a day later"),
    )
    for other, after in others:
        try:
            bench.feed("other.json", encoded(other), other)
            code = "accepted"
        except Refused as refusal:
            code = refusal.code
        expect(code, "REPORT_CONFLICT", "the second version", requirement="SET-017", after=after)
        expect(bench.documents(), first, "documents", requirement="SET-017", after=after)


@case("SET-018", needs=("settlement",))
def identities_follow_from_the_report_alone(bench: Bench) -> None:
    """A report is fed, all is forgotten, and it is fed again three days later: the documents have the same syncIds."""
    fees = [report_line(n, "fee_only", fees=[fee("pickup", 1_000 * n)]) for n in (1, 2)]

    def identities() -> set[tuple[int, str, str]]:
        feed(bench, report("1", fees))
        return {(row.line, row.kind, row.sync_id) for row in bench.documents()}

    first = identities()
    wanted = {(1, "SP"), (2, "SP")}
    found = {(n, kind) for n, kind, sync_id in first if sync_id} & wanted
    expect(found, wanted, "documents of two fees with a syncId", requirement="SET-018", after="the report")
    expect(len({sync_id for _, _, sync_id in first}), len(first), "different syncIds", requirement="SET-018")
    bench.connector.reset(bench.settings)
    bench.advance(days=3)
    expect(identities(), first, "identities", requirement="SET-018", after="the same report, three days later")


@case("SET-024", "SET-088", needs=NEEDS)
def the_order_of_reports_does_not_matter(bench: Bench) -> None:
    """The return fee comes in a report before the one with the refusal: the end is that of their set."""
    tracking = ship(bench, cod("B1"), cod("B2"), cod("B3"))
    back: dict[str, Any] = {"tracking": tracking["B1"], "number": "B1"}
    leg = report_line(1, "return_leg", **back, fees=[fee("return", 5_000)])
    refused = report_line(1, "refused", **back, fees=[fee("delivery", 9_000)])
    feed(bench, report("2", [leg, money(tracking["B2"])]))
    expect(bench.order("B1").final_state, None, "B1", requirement="SET-024", after="the return leg alone")
    feed(bench, report("1", [refused, money(tracking["B3"])]))
    found = Counter((row.kind, row.sum_minor) for row in bench.documents("B1"))
    wanted = {("SP", 5_000): 1, ("PO", 5_000): 1, ("SP", 9_000): 1, ("PO", 9_000): 1, ("SR", 110_000): 1}
    expect(dict(found), wanted, "documents of B1", requirement="SET-024", after="report 2 before report 1")
    expect(bench.order("B1").final_state, "refused", "B1", requirement="SET-024")
    holds(bench.history(), "SET-088")


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


@case("SET-058", needs=NEEDS)
def goods_come_back_once_over_all_reports(bench: Bench) -> None:
    """A second report names the refused parcel again: over both no more goes back than was sent."""
    tracking = ship(bench, cod("B1"), cod("B2"), cod("B3"))
    for number, other in (("1", "B2"), ("2", "B3")):
        refused = report_line(1, "refused", tracking=tracking["B1"], fees=[fee("return", 5_000)])
        feed(bench, report(number, [refused, money(tracking[other])]))
    rows = [row for document in bench.documents("B1") if document.kind == "SR" for row in document.positions]
    back = sum(row.quantity for row in rows if row.item == "B1-S")
    expect(back, 1, "pieces of B1 that went back", requirement="SET-058", after="two reports of its refusal")


OWN = {"csv": "a.csv", "csv-cp1251": "b.csv", "xlsx": "c.xlsx", "json": "d.json"}
MISLEADING = {"csv": "a.xlsx", "xlsx": "b.csv", "json": "c.bin", "csv-cp1251": "d.json"}
UNPAID: dict[str, Any] = {"poll_minutes": 360, "tenant": {"cdek": {"payout_after_days": "off"}}}


def paid_out(bench: Bench) -> str:
    """Let two orders be delivered and one refused, and the carrier pay; return its report's number."""
    ship(bench, cod("000123"), cod("B2"), cod("B3", unit_minor=115_035, delivery_minor=0))
    for number in ("000123", "B2", "B3"):
        say(bench, number, "cdek", "out_for_delivery")
    bench.advance(hours=1)
    for number in ("000123", "B3"):
        say(bench, number, "cdek", "delivered")
    bench.scan("B2", "NOT_DELIVERED", reason="11")
    bench.advance(hours=7)
    payout = bench.control.make_payout(bench.tenant, "cdek")
    assert payout is not None, "three parcels have ended, so there is something to pay"
    return payout


def take(bench: Bench, payout: str, form: str, name: str, requirement: str) -> None:
    """Feed the carrier's own registry in one of its formats, which must be read."""
    try:
        bench.feed(name, bench.control.payout_file(bench.tenant, "cdek", payout, form))
    except Refused as refusal:
        expect(str(refusal), "taken", f"registry as {form}, named {name}", requirement=requirement)


@case("SET-002", "SET-016", "SET-041", needs=NEEDS, **UNPAID)
def one_registry_in_four_formats(bench: Bench) -> None:
    """The carrier's own registry as CSV, CSV in CP1251, XLSX and JSON: one report, the same documents."""
    payout = paid_out(bench)
    first = None
    for form, name in OWN.items():
        take(bench, payout, form, name, "SET-002")
        documents = bench.documents()
        first = first or documents
        expect(documents, first, "documents", requirement="SET-016", after=f"the registry again as {form}")
    for number, sum_minor in (("000123", 110_000), ("B3", 115_035)):  # 1150.35 is less in binary
        taken = [row.sum_minor for row in bench.documents(number) if row.kind == "PI"]
        expect(taken, [sum_minor], f"money in for {number}", requirement="SET-041", after="four formats")
    kinds = {row.kind for row in bench.documents("B2")}
    expect_that("SR" in kinds and "PI" not in kinds, "B2", wanted="SR and no PI", found=kinds, requirement="SET-002")


@case("SET-001", needs=NEEDS, **UNPAID)
def a_files_name_says_nothing(bench: Bench) -> None:
    """The registry in four formats under the names of others: each is recognised by what it holds."""
    payout = paid_out(bench)
    for form, name in MISLEADING.items():
        take(bench, payout, form, name, "SET-001")
        read = bench.fed[-1].result
        after = f"the registry as {form}, named {name}"
        lines = 0 if read is None else len(read.lines)
        expect_that(lines > 0, "lines that were read", wanted="some", found=lines, requirement="SET-001", after=after)
        money_in = [row.sum_minor for row in bench.documents("000123") if row.kind == "PI"]
        expect(money_in, [110_000], "money in for 000123", requirement="SET-001", after=after)


@case("SET-007", needs=NEEDS)
def leading_zeros_are_part_of_a_number(bench: Bench) -> None:
    """Orders 123, 000123 and 0123 exist; a line that names 000123 alone closes that one."""
    ship(bench, cod("123"), cod("000123"), cod("0123"))
    feed(bench, report("1", [report_line(1, "delivered", number="000123", collected=110_000)]))
    touched = {row.order for row in bench.documents()}
    expect(touched, {"000123"}, "orders with documents", requirement="SET-007")
