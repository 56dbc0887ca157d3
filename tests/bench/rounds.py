"""Rates measured in turns, and their ratios."""

import statistics
import time
from collections.abc import Callable

Ways = dict[str, Callable[[], object]]


def calls_per_cpu_s(ways: Ways, *, rounds: int, slice_s: float) -> dict[str, list[float]]:
    """Return calls per second of this process's CPU, one rate a round for each way; the ways take turns."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()  # warm
    for _ in range(rounds):
        for name, way in ways.items():
            found[name].append(_rate(way, slice_s))
    return found


def _rate(way: Callable[[], object], slice_s: float) -> float:
    calls, started_s = 0, time.process_time()
    while (spent_s := time.process_time() - started_s) < slice_s:
        way()
        calls += 1
    return calls / spent_s


def median_ratio(ours: list[float], theirs: list[float]) -> float:
    """Return the median of the rounds' ratios: what drifts in a round drifts in both."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
