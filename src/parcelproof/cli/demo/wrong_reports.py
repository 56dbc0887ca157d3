"""Reports that do not fit: refused whole, or a line put aside while the others are done."""

from collections.abc import Mapping
from typing import Any

from parcelproof.conformance.bench import Bench
from parcelproof.conformance.driver.http import Refused
from parcelproof.conformance.reports import encoded, fee, report, report_line

from .claims import Claims

THREE_SEVENS_VAT = 3  # 20 % inside 7 kopecks is 1, three times; computed on 21 it would be 4


def put_aside(bench: Bench, claims: Claims, tracking: Mapping[str, str]) -> None:
    """Feed what must be refused or put aside after the worked example is settled."""
    good = report("4712", [report_line(1, "fee_only", fees=[fee("storage", 7), fee("packing", 7), fee("other", 7)])])
    wrong = {**good, "totals": {**good["totals"], "payout": good["totals"]["payout"] + 1}}
    claims.equal("a report whose heading is off by a kopeck is refused whole", "CONTROL_SUM", fed(bench, wrong))
    claims.equal("set right, it is booked; its debt is carried forward", {1: "CARRIED_FORWARD"}, fed(bench, good))
    vat = [row.vat_minor for row in bench.connector.documents() if row.report == "4712" and row.kind == "SP"]
    claims.equal("VAT is rounded position by position", [THREE_SEVENS_VAT], vat)
    again = [
        report_line(1, "delivered", tracking=tracking["A1"], collected=549_900),
        report_line(2, "delivered", number="1", collected=100),
    ]
    claims.equal(
        "money that another report booked, and an order that is only part of a name, are put aside",
        {1: "ALREADY_COLLECTED", 2: "ORDER_UNKNOWN"},
        fed(bench, report("4713", again)),
    )
    twice = [report_line(n, "delivered", tracking=tracking["A5"], collected=110_000) for n in (1, 2)]
    claims.equal(
        "a parcel that stands twice in a report is put aside",
        {1: "LINE_DUPLICATE", 2: "LINE_DUPLICATE"},
        fed(bench, report("4714", twice)),
    )


def fed(bench: Bench, normal: Mapping[str, Any]) -> str | dict[int, str]:
    """Feed a report; return why it was refused whole, or line -> its exception's code or its result."""
    try:
        result = bench.feed(f"{normal['number']}.json", encoded(normal)).result
    except Refused as refusal:
        return refusal.code
    return {} if result is None else {row.n: row.code or row.result for row in result.lines}
