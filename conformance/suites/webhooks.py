"""Webhooks, one duty at a time: subscribe, show the news at once, count it once, accept it every time."""

from ..bench import Bench
from ..case import case, expect, holds
from ..orders import order
from .tracking import say

BOTH = ("cdek", "mail_alliance")
NO_POLL = {"webhook": True, "poll": False}
HOOKS = ("webhooks",)


@case("WHK-001", "WHK-002", carriers=BOTH, needs=HOOKS, channels=NO_POLL)
def news_shows_without_a_poll(bench: Bench, carrier: str) -> None:
    """Polling is off; a scan is in the order as soon as its webhook came."""
    bench.book(order("W-1", carrier))
    say(bench, "W-1", carrier, "out_for_delivery")
    bench.flush()
    expect(bench.order("W-1").status, "out_for_delivery", "W-1", requirement="WHK-002", after="one webhook, no poll")
    holds(bench.history(), "WHK-001")


@case("WHK-003", "WHK-004", "TRK-003", carriers=BOTH, needs=HOOKS, channels=NO_POLL)
def a_webhook_five_times_is_one_event(bench: Bench, carrier: str) -> None:
    """Each webhook comes five times; each is answered 2xx and the history holds one event."""
    bench.control.switches(bench.tenant, carrier, duplicate=4)
    bench.book(order("W-1", carrier))
    say(bench, "W-1", carrier, "out_for_delivery")
    bench.advance(minutes=10)
    events = [event.code for event in bench.order("W-1").history if event.status == "out_for_delivery"]
    expect(len(events), 1, "events of W-1", requirement="WHK-003", after="the same webhook five times")
    holds(bench.history(), "WHK-004", "TRK-003")


@case("WHK-005", "TRK-003", carriers=BOTH, needs=HOOKS, channels=NO_POLL)
def webhooks_out_of_order(bench: Bench, carrier: str) -> None:
    """Three scans ten minutes apart, whose webhooks overtake one another; the end is as in order."""
    bench.book(order("W-1", carrier))
    bench.control.switches(bench.tenant, carrier, reorder=True, reorder_within_ms=5_400_000)
    for status in ("accepted", "in_transit", "out_for_delivery"):
        say(bench, "W-1", carrier, status)
        bench.advance(minutes=10)
    bench.advance(hours=2)
    view = bench.order("W-1")
    expect(view.status, "out_for_delivery", "W-1", requirement="WHK-005", after="webhooks in any order")
    kinds = {event.status for event in view.history} & {"accepted", "in_transit", "out_for_delivery"}
    expect(kinds, {"accepted", "in_transit", "out_for_delivery"}, "history of W-1", requirement="WHK-005")
    holds(bench.history(), "TRK-003")


@case("WHK-006", "TRK-004", carriers=BOTH, needs=HOOKS)
def a_lost_webhook_costs_one_period(bench: Bench, carrier: str) -> None:
    """The webhooks of two parcels are lost, half an hour after a poll; one period later both scans are known."""
    bench.book(order("W-1", carrier), order("W-2", carrier))
    bench.advance(minutes=90)
    bench.control.switches(bench.tenant, carrier, drop=True)
    for number in ("W-1", "W-2"):
        say(bench, number, carrier, "accepted")
    bench.advance(minutes=61)
    holds(bench.history(), "WHK-006", "TRK-004")


@case("WHK-006", "TRK-004", carriers=BOTH, needs=HOOKS)
def an_hour_without_webhooks(bench: Bench, carrier: str) -> None:
    """All webhooks of an hour are lost; one polling period later nothing is missing."""
    bench.book(order("W-1", carrier))
    bench.control.switches(bench.tenant, carrier, drop=True)
    for status in ("accepted", "in_transit", "out_for_delivery"):
        say(bench, "W-1", carrier, status)
        bench.advance(minutes=15)
    bench.advance(minutes=61)
    holds(bench.history(), "WHK-006", "TRK-004")
