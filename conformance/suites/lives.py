"""Whole lives: ten days of parcels of each kind, and the status at their end."""

from typing import Any

from ..bench import Bench
from ..case import OWN, case, expect, holds
from ..checks.tracking import true_status
from ..orders import line, order
from ..wires import WIRES

EACH: dict[str, Any] = {"carriers": ("cdek", "mail_alliance"), "accounts": OWN}
STORIES = ("delivered", "second-attempt", "refused", "returned", "lost", "pickup", "stuck")
TRACKING = ("TRK-001", "TRK-002", "TRK-003", "TRK-004", "TRK-008", "TRK-009", "TRK-012")


def send(bench: Bench, carrier: str, *stories: str, pieces: int = 1) -> dict[str, str]:
    """Book one order per story and give its parcel that life; return story -> order number."""
    rows = [line("TEE", 4900, WIRES[carrier].currency, quantity=pieces), line("TASSE", 9900, WIRES[carrier].currency)]
    numbers = {story: f"T-{place}" for place, story in enumerate(stories, start=1)}
    bench.book(*(order(number, carrier, lines=rows) for number in numbers.values()))
    for story, number in numbers.items():
        bench.control.journey(bench.tenant, bench.parcel(number).id, story=story)
    return numbers


@case(*TRACKING, **EACH, poll_minutes=1440)
def ten_days_of_lives(bench: Bench, carrier: str) -> None:
    """Seven lives from delivered to lost run for ten days; status and history equal the carrier's."""
    send(bench, carrier, *STORIES)
    bench.advance(days=10)
    holds(bench.history(), *TRACKING)


@case("WHK-005", "TRK-003", "WHK-004", **EACH, needs=("webhooks",), poll_minutes=2880)
def ten_days_of_disturbed_webhooks(bench: Bench, carrier: str) -> None:
    """Every webhook comes twice, out of order and late; each event still counts once."""
    bench.control.switches(
        bench.tenant, carrier, duplicate=1, reorder=True, reorder_within_ms=14_400_000, late_ms=600_000
    )
    send(bench, carrier, "second-attempt", "returned")
    bench.advance(days=9)
    history = bench.history()
    holds(history, "TRK-003", "WHK-004")
    said = {view.number: view.status for view in history.orders}
    true = {view.number: true_status(history, truth) for view, truth in history.booked()}
    expect(said, true, "statuses after disturbed webhooks", requirement="WHK-005")
