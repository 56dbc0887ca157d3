"""Checks: pure functions from a history to what is wrong with it, each naming the requirements it proves."""

from . import (
    bookings,
    channels,
    documents,
    exactly,
    labels,
    leaks,
    mails,
    numbers,
    reports,
    returns,
    settlement,
    tracking,
    webhooks,
)
from .registry import CHECKS, judge, look

__all__ = [
    "CHECKS",
    "bookings",
    "channels",
    "documents",
    "exactly",
    "judge",
    "labels",
    "leaks",
    "look",
    "mails",
    "numbers",
    "reports",
    "returns",
    "settlement",
    "tracking",
    "webhooks",
]
