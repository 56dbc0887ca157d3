"""Distributions of latency: drawn from the seed, bounded, shaped as they say."""

from statistics import mean, median, quantiles
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from parcelproof.simulators.core.records import Header, MemoryStore
from parcelproof.simulators.core.world import World
from parcelproof.simulators.wire import faults
from parcelproof.simulators.wire.call import Call
from parcelproof.simulators.wire.fault_rules import fault_problem
from parcelproof.simulators.wire.faults import Fault, FaultKind
from parcelproof.simulators.wire.latency import LONGEST_MS, Latency

millis = st.integers(0, 50)
bounds = {"least_ms": millis, "most_ms": millis}
shapes = st.one_of(
    st.fixed_dictionaries({"shape": st.just("fixed"), "ms": millis}, optional=bounds),
    st.fixed_dictionaries({"shape": st.just("uniform"), "most_ms": millis}, optional={"least_ms": millis}),
    st.fixed_dictionaries({"shape": st.just("normal"), "mean_ms": millis, "deviation_ms": millis}, optional=bounds),
    st.fixed_dictionaries(
        {"shape": st.just("lognormal"), "median_ms": st.integers(1, 50), "p95_ms": st.integers(1, 50)}, optional=bounds
    ),
    st.fixed_dictionaries({"shape": st.just("exponential"), "mean_ms": st.integers(1, 50)}, optional=bounds),
    st.fixed_dictionaries(
        {
            "shape": st.just("percentiles"),
            "points": st.dictionaries(st.integers(0, 100).map(str), millis, min_size=1, max_size=4),
        },
        optional=bounds,
    ),
)


def call() -> Call:
    return Call("POST", "/", {}, CIMultiDictProxy(CIMultiDict()), b"", "http://x")


def latency(shape: dict[str, Any]) -> Fault:
    return Fault(kind=FaultKind.LATENCY, latency=msgspec.convert(shape, Latency), times=0)


def drawn(shape: dict[str, Any], count: int, seed: str = "s") -> list[int]:
    """Return what a fault with this distribution makes of so many calls."""
    world = World(MemoryStore(Header(name="t", seed=seed, now_ms=0)), {})
    fault = latency(shape)
    assert not fault_problem(fault)
    faults.add(world, fault)
    found = [faults.hits(world, "parrot", "book", call())[0].latency_ms for _ in range(count)]
    return [ms for ms in found if ms is not None]


@given(shapes, st.text(max_size=3))
def test_every_latency_is_whole_bounded_and_the_seeds(shape: dict[str, Any], seed: str) -> None:
    if fault_problem(latency(shape)):
        return
    found = drawn(shape, 20, seed)
    assert found == drawn(shape, 20, seed)
    least, most = shape.get("least_ms", 0), shape.get("most_ms", LONGEST_MS)
    assert len(found) == 20
    assert all(type(ms) is int and least <= ms <= most for ms in found)


def test_adding_a_fault_elsewhere_changes_no_latency() -> None:
    shape = {"shape": "uniform", "most_ms": 10**6}
    alone = drawn(shape, 10)
    world = World(MemoryStore(Header(name="t", seed="s", now_ms=0)), {})
    faults.add(world, latency(shape))
    faults.add(world, Fault(kind=FaultKind.RESET, probability=0.5))
    found = [faults.hits(world, "parrot", "book", call())[0].latency_ms for _ in range(10)]
    assert found == alone
    assert len(set(alone)) > 5


def near(found: float, wanted: float, share: float = 0.1) -> bool:
    return abs(found - wanted) <= share * wanted


def test_the_shapes_are_what_they_say() -> None:
    assert set(drawn({"shape": "fixed", "ms": 70}, 50)) == {70}
    flat = drawn({"shape": "uniform", "least_ms": 100, "most_ms": 300}, 2000)
    assert near(mean(flat), 200) and min(flat) < 105 and max(flat) > 295
    bell = drawn({"shape": "normal", "mean_ms": 1000, "deviation_ms": 100}, 2000)
    assert near(mean(bell), 1000, 0.02) and 0.63 < sum(900 <= ms <= 1100 for ms in bell) / 2000 < 0.73
    tail = drawn({"shape": "lognormal", "median_ms": 4_000, "p95_ms": 16_000}, 2000)
    assert near(median(tail), 4_000) and near(quantiles(tail, n=20)[-1], 16_000, 0.15) and mean(tail) > 5_000
    waits = drawn({"shape": "exponential", "mean_ms": 500}, 2000)
    assert near(mean(waits), 500) and near(median(waits), 347)
    points = {"0": 10, "50": 200, "90": 1_000, "99.9": 9_000}
    measured = drawn({"shape": "percentiles", "points": points}, 4000)
    assert near(median(measured), 200) and near(quantiles(measured, n=10)[-1], 1_000, 0.15)
    assert min(measured) >= 10 and 5_000 < max(measured) <= 9_000


def test_outside_its_points_a_measured_latency_is_that_of_the_nearest() -> None:
    assert set(drawn({"shape": "percentiles", "points": {"50": 200}}, 50)) == {200}


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ({"shape": "uniform", "least_ms": 9, "most_ms": 8}, "least_ms is 9, above most_ms 8"),
        ({"shape": "fixed", "ms": 5, "least_ms": 9, "most_ms": 8}, "least_ms is 9, above most_ms 8"),
        ({"shape": "lognormal", "median_ms": 9, "p95_ms": 8}, "p95_ms is 8, below median_ms 9"),
        ({"shape": "percentiles", "points": {"50": 9, "90": 8}}, "percentile 90 is 8 ms, below percentile 50 with 9"),
        ({"shape": "percentiles", "points": {"50": 9, "50.0": 9}}, "a percentile is given twice"),
        ({"shape": "percentiles", "points": {"101": 9}}, "'101' is no percentile"),
        ({"shape": "percentiles", "points": {"-1": 9}}, "'-1' is no percentile"),
        ({"shape": "percentiles", "points": {"1e1": 9}}, "'1e1' is no percentile"),
        ({"shape": "percentiles", "points": {"nan": 9}}, "'nan' is no percentile"),
        ({"shape": "percentiles", "points": {"٥": 9}}, "'٥' is no percentile"),
        ({"shape": "percentiles", "points": {"5.": 9}}, "'5.' is no percentile"),
        ({"shape": "percentiles", "points": {"": 9}}, "'' is no percentile"),
    ],
)
def test_a_distribution_that_makes_no_sense_is_refused(shape: dict[str, Any], said: str) -> None:
    assert fault_problem(latency(shape)).startswith(f"latency: {said}")


@pytest.mark.parametrize(
    "shape",
    [
        {"shape": "pareto", "ms": 1},
        {"shape": "fixed"},
        {"shape": "fixed", "ms": -1},
        {"shape": "fixed", "ms": LONGEST_MS + 1},
        {"shape": "fixed", "ms": 1, "mean_ms": 2},
        {"shape": "uniform"},
        {"shape": "lognormal", "median_ms": 0, "p95_ms": 1},
        {"shape": "exponential", "mean_ms": 0},
        {"shape": "percentiles", "points": {}},
        {"ms": 1},
    ],
)
def test_a_distribution_of_another_shape_is_refused(shape: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(shape, Latency)
