"""Checks: pure functions from a history to what is wrong with it, each naming the requirements it proves."""

from . import bookings, channels, exactly, labels, leaks, mails, reports, returns, settlement, tracking, webhooks
from .registry import CHECKS, judge, look

__all__ = [
    "CHECKS",
    "bookings",
    "channels",
    "exactly",
    "judge",
    "labels",
    "leaks",
    "look",
    "mails",
    "reports",
    "returns",
    "settlement",
    "tracking",
    "webhooks",
]
