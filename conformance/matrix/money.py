"""The flow of a report: it is fed, the connector may ask the carrier how its orders ended, and writes documents."""

from collections import Counter
from typing import Any

from ..orders import line, order
from ..reports import encoded, fee, report, report_line
from .flow import Figures, Flow, flow
from .flows import settle_in
from .stage import Stage
from .steps import Kind

ORDERS = ("B-1", "B-2", "B-3")
DUE_MINOR = 110_000
FEE_MINOR = 9_000


def shipped(stage: Stage) -> None:
    """Three parcels with cash on delivery are handed over."""
    bench = stage.bench
    settle_in(stage)
    rows = {number: [line(f"{number}-S", 100_000, "RUB")] for number in ORDERS}
    bench.book(*(order(n, "cdek", lines=rows[n], payment="cod", delivery_minor=10_000) for n in ORDERS))
    for number in ORDERS:
        for code in ("TAKEN_BY_COURIER", "DELIVERED"):
            bench.scan(number, code)
    bench.advance(hours=2)


def open_report(stage: Stage) -> bytes:
    """Return a report that does not tell how its orders ended, as a carrier's registry does not."""
    numbers = {number: stage.bench.parcel(number).number for number in ORDERS}
    paid: dict[str, Any] = {"collected": DUE_MINOR, "fees": [fee("delivery", FEE_MINOR)]}
    lines = [
        {**report_line(n, "delivered", tracking=numbers[number], number=number, **paid), "outcome": None}
        for n, number in enumerate(ORDERS, start=1)
    ]
    return encoded(report("4711", lines))


def feed(stage: Stage) -> None:
    """Feed the report; once more when it got no answer."""
    content = open_report(stage)
    stage.call(lambda: stage.bench.connector.feed("report.json", content))


def feed_again(stage: Stage) -> None:
    """Feed it once more, whatever was answered; and let the connector settle what waits."""
    stage.advance(hours=1)
    stage.bench.connector.feed("report.json", open_report(stage))


def documents(stage: Stage) -> Figures:
    rows = Counter((row.order, row.kind, row.sum_minor) for row in stage.bench.documents())
    states = {number: stage.bench.order(number).final_state for number in ORDERS}
    return {
        "documents": sorted(f"{number} {kind} {sum_minor} ×{n}" for (number, kind, sum_minor), n in rows.items()),
        "money in": {number: n for (number, kind, _), n in rows.items() if kind == "PI"},
        "final states": states,
    }


flow(
    Flow(
        name="feed a report",
        lost="",
        killed="SET-019",
        prepare=shipped,
        act=feed,
        then=feed_again,
        measure=documents,
        wanted={"money in": dict.fromkeys(ORDERS, 1), "final states": dict.fromkeys(ORDERS, "delivered")},
        kinds=(Kind.READ,),
        call="feed",
        rest_hours=8,
    ),
    "cdek",
    needs=("labels", "settlement"),
)
