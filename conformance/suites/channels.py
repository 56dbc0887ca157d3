"""Tracking with each channel switched off in turn, and with each dead although it is switched on."""

from datetime import timedelta
from typing import Any

from ..bench import Bench
from ..case import OWN, case, expect_that, holds
from ..orders import order
from ..wires import POLLED, WIRES, code_for
from .lives import send
from .tracking import say

BOTH = ("cdek", "mail_alliance")
BY_POLL = ("TRK-013", "TRK-003", "TRK-004", "TRK-009", "TRK-016", "TRK-017")
POLL_ONLY = {"webhook": False, "poll": True}
HOOK_ONLY = {"webhook": True, "poll": False}
TRACKING: dict[str, Any] = {"carriers": BOTH, "needs": ("tracking",), "poll_minutes": 720, "accounts": OWN}
HOOKS: dict[str, Any] = {"carriers": BOTH, "needs": ("tracking", "webhooks"), "poll_minutes": 720, "accounts": OWN}
# CDEK tells of a way back only by number: what it brings is read. With reads that fail such lives cannot be followed.
LIVES_WITHOUT_READS = {"cdek": ("second-attempt", "lost"), "mail_alliance": ("second-attempt", "returned")}


@case(*BY_POLL, channels=POLL_ONLY, **{**TRACKING, "carriers": POLLED})
def polls_are_all_there_is(bench: Bench, carrier: str) -> None:
    """A carrier without webhooks: polls bring whole lives, each event once."""
    send(bench, carrier, "second-attempt", "refused", "returned")
    bench.advance(days=WIRES[carrier].life_days)
    holds(bench.history(), *BY_POLL)


@case("TRK-013", "TRK-016", "TRK-017", "TRK-018", "WHK-007", channels=POLL_ONLY, **TRACKING)
def polls_alone(bench: Bench, carrier: str) -> None:
    """Webhooks are switched off: polls bring whole lives, each event once, and nothing is subscribed to."""
    send(bench, carrier, "second-attempt", "returned", "lost")
    bench.advance(days=9)
    holds(bench.history(), "TRK-013", "TRK-016", "TRK-017", "TRK-018", "WHK-007")


LONGEST_PAGE = 200  # Mail Alliance §3.5
FEED: dict[str, Any] = {"carriers": ("mail_alliance",), "needs": ("tracking",), "accounts": OWN, "channels": POLL_ONLY}


@case("TRK-004", "TRK-013", **FEED)
def news_on_many_pages(bench: Bench, carrier: str) -> None:
    """Between two polls come more scans than a page of Mail Alliance's feed can hold: one poll reads them all."""
    bench.book(order("T-1", carrier))
    bench.advance(hours=4)
    parcel, code = bench.parcel("T-1").id, code_for(carrier, "in_transit").code
    for number in range(LONGEST_PAGE + 5, 0, -1):
        bench.control.scan(bench.tenant, parcel, code, occurred_at=bench.now - timedelta(seconds=30 * number))
    bench.advance(minutes=70)
    holds(bench.history(), "TRK-004", "TRK-013")


@case("TRK-014", "TRK-015", "TRK-016", channels=HOOK_ONLY, **HOOKS)
def webhooks_alone(bench: Bench, carrier: str) -> None:
    """Polling is switched off: webhooks bring whole lives, each event once, and no read is without an occasion."""
    send(bench, carrier, "second-attempt", "returned", "lost")
    bench.advance(days=12)
    holds(bench.history(), "TRK-014", "TRK-015", "TRK-016")


@case("TRK-016", "TRK-017", "WHK-008", "TRK-003", "TRK-004", **HOOKS)
def both_channels(bench: Bench, carrier: str) -> None:
    """Both channels are on: webhooks bring the news first, polls go on, and each event counts once."""
    send(bench, carrier, "second-attempt", "returned")
    bench.advance(days=9)
    holds(bench.history(), "TRK-016", "TRK-017", "WHK-008", "TRK-003", "TRK-004")


@case("TRK-013", "TRK-016", "WHK-006", **HOOKS)
def dead_webhooks(bench: Bench, carrier: str) -> None:
    """Webhooks are switched on, but from the booking on none arrives: polls bring whole lives, each event once."""
    bench.control.switches(bench.tenant, carrier, drop=True)
    send(bench, carrier, "second-attempt", "returned")
    bench.advance(days=9)
    holds(bench.history(), "TRK-013", "TRK-016", "WHK-006")


@case("TRK-014", "TRK-016", **HOOKS)
def dead_polls(bench: Bench, carrier: str) -> None:
    """Polling is switched on, but from the booking on every read is answered 503: webhooks bring whole lives."""
    send(bench, carrier, *LIVES_WITHOUT_READS[carrier])
    for operation in WIRES[carrier].reads:
        bench.control.add_fault(
            bench.tenant, carrier=carrier, operation=operation, kind="status", status=503, times=0, point="before"
        )
    bench.advance(days=6)
    refused = [entry for entry in bench.journal() if entry.operation in WIRES[carrier].reads and entry.status == 503]
    expect_that(bool(refused), f"polls at {carrier}", wanted="some, answered 503", found="none", requirement="TRK-017")
    holds(bench.history(), "TRK-014", "TRK-016")


@case("TRK-015", channels=HOOK_ONLY, **{**HOOKS, "poll_minutes": 60})
def no_polls_of_a_parcel_at_rest(bench: Bench, carrier: str) -> None:
    """Polling is switched off and a parcel lies still for three days: nobody reads its tracking."""
    bench.book(order("T-1", carrier))
    say(bench, "T-1", carrier, "in_transit")
    bench.advance(days=3)
    holds(bench.history(), "TRK-015")
