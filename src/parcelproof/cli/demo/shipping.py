"""Orders in, offers shown, parcels booked, labels in hand."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal

from parcelproof.conformance.bench import AHEAD, Bench
from parcelproof.conformance.driver.shapes import Import, OrderView

from . import orders_file
from .claims import Claims
from .screen import Step

BOOKED_WITHIN = timedelta(hours=2)
LOST_ANSWERS = {  # carrier -> the operation that books: its effect stands, its answer is lost
    "mail_alliance": "create_parcel",
    "cdek": "register_order",
}
ASKED_TO_WAIT = timedelta(minutes=10)
BUSY = {  # the carrier has no time for one booking
    "carrier": "mail_alliance",
    "operation": "create_parcel",
    "nth": 9,
    "times": 1,
    "kind": "status",
    "point": "before",
    "status": 429,
    "headers": {"Retry-After": str(int(ASKED_TO_WAIT.total_seconds())), "Content-Type": "application/problem+json"},
    "body": '{"type": "/problems/quota-exceeded", "title": "Quota exceeded", "status": 429}',
}


def read_in(bench: Bench, claims: Claims, file: str, text_file: str) -> list[str]:
    """Feed an order file and hold what the engine read against our own reading of its text twin; return the drafts."""
    answer = bench.connector.import_orders(file, orders_file.content(file))
    wanted = orders_file.orders(text_file)
    claims.equal(f"{file}: all {len(wanted)} good orders are taken", list(wanted), list(answer.accepted))
    told = {(problem.row, problem.column) for problem in answer.problems}
    claims.equal(f"{file}: each broken row is told by row and column", orders_file.problems(text_file), told)
    claims.none(f"{file}: each in one sentence", unclear(answer), looked_at=len(answer.problems))
    rates = {code: Decimal(rate) for code, rate in answer.currencies.items()}
    claims.equal(f"{file}: the currency table is read", orders_file.currencies(text_file), rates)
    return list(answer.accepted)


def unclear(answer: Import) -> list[str]:
    """Return the sentences that do not name their row and column, or are more than one sentence."""
    return [
        problem.sentence
        for problem in answer.problems
        if str(problem.row) not in problem.sentence
        or problem.column not in problem.sentence
        or problem.sentence.count(". ") > 0
        or not problem.sentence.endswith(".")
    ]


def ask_for_offers(bench: Bench, claims: Claims, numbers: Iterable[str], step: Step) -> None:
    """Ask for every order's offers while all are drafts, and see that asking booked nothing."""
    for number in numbers:
        bench.shown[number] = bench.connector.quotes(number)
        step()
    shown = bench.shown.values()
    claims.none(
        "every order is offered something before it is validated",
        [number for number, offers in bench.shown.items() if not offers],
        looked_at=len(bench.shown),
    )
    several = [offers for offers in shown if len({offer.carrier for offer in offers}) > 1]
    claims.none("both carriers compete for orders in Europe", [] if several else ["none"], looked_at=len(bench.shown))
    claims.equal("asking for offers books nothing", 0, len(bench.truth()))


def lose_answers(bench: Bench) -> None:
    """Let two bookings at each carrier take effect and lose their answers, and refuse one for ten minutes."""
    for carrier, operation in LOST_ANSWERS.items():
        for nth, kind in ((2, "reset"), (5, "truncate")):
            bench.control.add_fault(
                bench.tenant, carrier=carrier, operation=operation, nth=nth, times=1, kind=kind, point="after"
            )
    bench.control.add_fault(bench.tenant, **BUSY)


def impatient(bench: Bench) -> list[str]:
    """Return the bookings that did not wait as long as the carrier asked; the connector may lead by four minutes."""
    tries = [row for row in bench.journal() if row.operation == BUSY["operation"] and row.direction == "in"]
    early = []
    for refused in (row for row in tries if row.status == BUSY["status"]):
        order = (refused.asked() or {}).get("references")
        again = [row for row in tries if row.seq > refused.seq and (row.asked() or {}).get("references") == order]
        if not again or again[0].at - refused.at < ASKED_TO_WAIT - AHEAD:
            early.append(f"{order}: {again[0].at - refused.at if again else 'never tried again'}")
    return early if any(row.status == BUSY["status"] for row in tries) else ["no booking was refused for a while"]


def book(bench: Bench, numbers: Sequence[str], step: Step) -> list[OrderView]:
    """Confirm drafts and let time pass until each has its number and label, or two hours are over."""
    for number in numbers:
        bench.connector.confirm(number)
        step()
    deadline, pause = bench.now + BOOKED_WITHIN, timedelta(minutes=2)
    views: list[OrderView] = []
    while bench.now < deadline:
        bench.advance(to=min(deadline, bench.now + pause))
        views = [view for view in bench.connector.orders() if view.number in numbers]
        if all(view.state == "booked" and view.label is not None for view in views):
            break
        pause *= 2
    return views


def not_booked(views: Iterable[OrderView]) -> list[str]:
    return [
        f"{view.number} is {view.state} ({', '.join(view.problems)})"
        for view in views
        if view.state != "booked" or view.label is None
    ]
