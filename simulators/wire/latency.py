"""How long a slowness lasts: distributions, drawn from a stream of chance and bounded.

Drawn values are whole milliseconds between `least_ms` and `most_ms`; what falls outside is set to the bound.
"""

import re
from collections.abc import Mapping
from itertools import pairwise
from math import exp, log
from random import Random
from typing import Annotated, assert_never

import msgspec
from msgspec import Meta

LONGEST_MS = 86_400_000
PERCENTILE = r"100(\.0{1,6})?|[0-9]{1,2}(\.[0-9]{1,6})?"
Z95 = 1.6448536269514722  # the 95th percentile of the standard normal distribution

Millis = Annotated[int, Meta(ge=0, le=LONGEST_MS)]
Positive = Annotated[int, Meta(ge=1, le=LONGEST_MS)]


class Spread(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="shape"):
    """A distribution of latencies; each has its bounds."""

    least_ms: Millis = 0
    most_ms: Millis = LONGEST_MS


class Fixed(Spread, frozen=True, tag="fixed"):
    """Always `ms`."""

    ms: Millis


class Uniform(Spread, frozen=True, tag="uniform"):
    """Anything from `least_ms` to `most_ms`, both included."""

    most_ms: Millis


class Normal(Spread, frozen=True, tag="normal"):
    """Around `mean_ms`; two thirds of all within one `deviation_ms`."""

    mean_ms: Millis
    deviation_ms: Millis


class Lognormal(Spread, frozen=True, tag="lognormal"):
    """Half below `median_ms`, one in twenty above `p95_ms`: the long tail that servers in trouble show."""

    median_ms: Positive
    p95_ms: Positive


class Exponential(Spread, frozen=True, tag="exponential"):
    """Mostly short, `mean_ms` on average."""

    mean_ms: Positive


class Percentiles(Spread, frozen=True, tag="percentiles"):
    """As measured: percentile (0 to 100, as text) to milliseconds, straight lines between."""

    points: Annotated[
        dict[str, Millis],
        Meta(min_length=1, max_length=100, extra_json_schema={"propertyNames": {"pattern": f"^({PERCENTILE})$"}}),
    ]


Latency = Fixed | Uniform | Normal | Lognormal | Exponential | Percentiles


def drawn_ms(spread: Latency, dice: Random) -> int:
    """Return one latency in whole milliseconds, within the spread's bounds."""
    return min(max(round(_drawn(spread, dice)), spread.least_ms), spread.most_ms)


def problem_of(spread: Latency) -> str:
    """Return what is wrong with a distribution, in one sentence, or ""."""
    if spread.least_ms > spread.most_ms:
        return f"least_ms is {spread.least_ms}, above most_ms {spread.most_ms}"
    if isinstance(spread, Lognormal) and spread.p95_ms < spread.median_ms:
        return f"p95_ms is {spread.p95_ms}, below median_ms {spread.median_ms}"
    return _points_problem(spread.points) if isinstance(spread, Percentiles) else ""


def _drawn(spread: Latency, dice: Random) -> float:
    match spread:
        case Fixed():
            return spread.ms
        case Uniform():
            return dice.randint(spread.least_ms, spread.most_ms)
        case Normal():
            return dice.gauss(spread.mean_ms, spread.deviation_ms)
        case Lognormal():
            sigma = log(spread.p95_ms / spread.median_ms) / Z95
            return spread.median_ms * exp(dice.gauss(0, sigma))
        case Exponential():
            return dice.expovariate(1 / spread.mean_ms)
        case Percentiles():
            return _between(_sorted(spread.points), dice.random() * 100)
        case _:
            assert_never(spread)


def _points_problem(points: Mapping[str, int]) -> str:
    for name in points:
        if not _is_percentile(name):
            return f'{name!r} is no percentile: give numbers from 0 to 100 as text, as in {{"50": 200, "99": 5000}}'
    if len({float(name) for name in points}) < len(points):
        return "a percentile is given twice"
    for (lower, lower_ms), (upper, upper_ms) in pairwise(_sorted(points)):
        if lower_ms > upper_ms:
            return f"percentile {upper:g} is {upper_ms} ms, below percentile {lower:g} with {lower_ms} ms"
    return ""


def _is_percentile(name: str) -> bool:
    return re.fullmatch(PERCENTILE, name) is not None


def _sorted(points: Mapping[str, int]) -> list[tuple[float, int]]:
    return sorted((float(name), ms) for name, ms in points.items())


def _between(points: list[tuple[float, int]], at: float) -> float:
    """Return the latency at a percentile; outside the first and the last point it is theirs."""
    for (lower, lower_ms), (upper, upper_ms) in pairwise(points):
        if lower <= at <= upper:
            return lower_ms + (upper_ms - lower_ms) * (at - lower) / (upper - lower)
    return points[0][1] if at < points[0][0] else points[-1][1]
