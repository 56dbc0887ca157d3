"""Whole days of news, told by disturbed webhooks, to followers who join in between: each news once to each."""

from datetime import timedelta
from typing import Any

from parcelproof.control_client import ControlError

from ..bench import Bench
from ..case import case, holds
from ..strategies.novelties import days
from .mail_timing import ADAM, EVA, follow
from .tracking import say

EXACTLY_ONCE = ("NTF-003", "NTF-008", "NTF-010", "NTF-211")
MA = "mail_alliance"


# fewer than usual: each is a whole day at a carrier with hundreds of calls
@case(*EXACTLY_ONCE, examples=days, examples_count=25, needs=("notifications", "webhooks"), accounts=(MA,))
def any_day_is_told_exactly_once(bench: Bench, day: tuple[list[tuple[str, int, int]], int, int, int]) -> None:
    """Scans that tie, overtake and repeat one another: each follower hears of each once, in order and in time."""
    news, copies, late_minutes, joins_after = day
    follow(bench, EVA)
    bench.control.switches(bench.tenant, MA, duplicate=copies, late_ms=late_minutes * 60_000)
    for place, (status, minutes_ago, wait_minutes) in enumerate(news):
        if place == joins_after:
            bench.connector.subscribe("N-1", ADAM, "staff", first_name="Adam", last_name="A")
        _say(bench, status, minutes_ago)
        bench.advance(minutes=wait_minutes)
    bench.advance(minutes=130)
    holds(bench.history(), *EXACTLY_ONCE)


def _say(bench: Bench, status: str, minutes_ago: int) -> None:
    details: dict[str, Any] = {"ago": timedelta(minutes=minutes_ago)} if minutes_ago else {}
    try:
        say(bench, "N-1", MA, status, **details)
    except ControlError as refusal:
        if refusal.status != 409:  # this carrier records nothing more once a parcel has ended
            raise
