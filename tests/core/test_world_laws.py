"""Laws of time, chance and snapshots, over worlds of ringing bells. Ranges are small so that times collide."""

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.core.errors import Reason, Rejected
from parcelproof.simulators.core.parcel import Parcel, Scan, Step
from parcelproof.simulators.core.records import Due, Header, Kind, MemoryStore
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.core.world import KINDS, PARCELS, Duty, Effect, Outcome, World

RUNG: Kind[tuple[int, str]] = Kind("test.rung", tuple[int, str])

# (delay, rings again after, sends an effect)
plans = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4), st.booleans()), max_size=8)
waits = st.lists(st.integers(0, 6), min_size=1, max_size=8)


def ring(world: World, due: Due) -> Effect | None:
    world.store.put(RUNG, str(world.count("rung")), (world.now_ms, due.key))
    again, _, sends = due.note.partition("/")
    if int(again):
        world.later("bell.ring", due.key + "'", after_ms=int(again), note=f"0/{sends}")
    return Effect("bell.ring", due.key, world.now_ms, "", {}, b"", 0) if sends else None


def answered(world: World, effect: Effect, outcome: Outcome) -> None:
    world.store.put(RUNG, str(world.count("rung")), (world.now_ms, f"answered {effect.key}"))


DUTIES = {"bell.ring": Duty(ring, answered)}


def fresh(script: list[tuple[int, int, bool]], seed: str = "s") -> World:
    world = World(MemoryStore(Header(name="t", seed=seed, now_ms=0)), DUTIES)
    for number, (after_ms, again_ms, sends) in enumerate(script):
        world.later("bell.ring", f"bell {number}", after_ms=after_ms, note=f"{again_ms}/{'x' if sends else ''}")
    return world


def advance(world: World, by_ms: int, *, most: int | None = None) -> None:
    until_ms = world.now_ms + by_ms
    while True:
        effect = world.step(until_ms, most=most)
        if effect is not None:
            world.learn(effect, Outcome(200, {}, b""))
        elif not world.behind(until_ms):
            return


def log(world: World) -> list[tuple[int, str]]:
    return [row for _, row in world.store.scan(RUNG)]


@given(plans, waits)
def test_time_may_be_advanced_in_any_number_of_steps(script: list[tuple[int, int, bool]], steps: list[int]) -> None:
    many, once = fresh(script), fresh(script)
    for step in steps:
        advance(many, step)
    advance(once, sum(steps))
    assert log(many) == log(once)
    assert many.store.agenda() == once.store.agenda()
    assert many.now_ms == once.now_ms


@given(plans, st.integers(0, 20), st.integers(1, 3))
def test_time_may_be_advanced_a_few_dues_at_a_time(script: list[tuple[int, int, bool]], by_ms: int, most: int) -> None:
    slow, fast = fresh(script), fresh(script)
    advance(slow, by_ms, most=most)
    advance(fast, by_ms)
    assert log(slow) == log(fast)


@given(plans)
def test_the_log_is_in_time_order_and_whole(script: list[tuple[int, int, bool]]) -> None:
    world = fresh(script)
    advance(world, 30)
    times = [at_ms for at_ms, _ in log(world)]
    assert times == sorted(times)
    rings = sum(1 + (again_ms > 0) for _, again_ms, _ in script)
    assert sum(not key.startswith("answered") for _, key in log(world)) == rings
    assert world.next_due_ms() is None


@given(st.lists(st.integers(0, 3), min_size=2, max_size=10))
def test_ties_keep_the_order_of_planning(delays: list[int]) -> None:
    world = fresh([(after_ms, 0, False) for after_ms in delays])
    advance(world, 5)
    expected = sorted(range(len(delays)), key=lambda number: (delays[number], number))
    assert [key for _, key in log(world)] == [f"bell {number}" for number in expected]


@given(plans, st.integers(0, 9))
def test_an_effect_is_answered_at_the_moment_it_was_made_and_before_anything_else(
    script: list[tuple[int, int, bool]], by_ms: int
) -> None:
    world = fresh(script)
    advance(world, by_ms)
    rows = log(world)
    for row, after in pairwise(rows):
        if after[1].startswith("answered"):
            assert after == (row[0], f"answered {row[1]}")


@given(plans, st.integers(0, 9), st.integers(0, 12))
def test_a_restored_world_has_the_same_future(script: list[tuple[int, int, bool]], first: int, rest: int) -> None:
    world = fresh(script)
    advance(world, first)
    twin = World(MemoryStore.load(world.store.dump(), [*KINDS, RUNG]), DUTIES)
    for one in (world, twin):
        advance(one, rest)
    assert twin.store.dump() == world.store.dump()


@given(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5))
def test_chance_depends_on_seed_purpose_and_key_alone(seed: str, purpose: str, key: str) -> None:
    quiet, busy = fresh([], seed), fresh([], seed)
    busy.dice("another decision", key).random()
    busy.roll("another decision", key, 6)
    assert quiet.dice(purpose, key).random() == busy.dice(purpose, key).random()
    assert quiet.roll(purpose, key, 1000) == busy.roll(purpose, key, 1000)
    assert quiet.token_hex(purpose, key) == busy.token_hex(purpose, key)


def test_the_clock_never_goes_back() -> None:
    world = fresh([])
    advance(world, 10)
    with pytest.raises(Rejected) as refused:
        world.step(9)
    assert refused.value.reason is Reason.CLOCK_BACKWARDS


def test_nothing_is_planned_into_the_past() -> None:
    world = fresh([])
    advance(world, 10)
    world.later("bell.ring", "late", after_ms=-5, note="0/")
    assert world.next_due_ms() == 10


# -- journeys


def walk(world: World, due: Due) -> None:
    taken = world.take_step(due)
    if taken is not None:
        parcel, step = taken
        world.happen(parcel, Scan(world.now_ms, parcel.scans + 1, world.now_ms, Status.IN_TRANSIT, step.code))


def traveller(*after_ms: int) -> tuple[World, Parcel]:
    world = World(MemoryStore(Header(name="t", seed="s", now_ms=0)), {"x.step": Duty(walk)})
    parcel = world.add(Parcel("p", "x", "N", "R"))
    return world, world.travel(parcel, tuple(Step(delay, f"leg {n}") for n, delay in enumerate(after_ms)))


def codes(world: World) -> list[tuple[int, str]]:
    return [(fact.at_ms, fact.code) for fact in world.parcel("p").facts if isinstance(fact, Scan)]


@given(st.lists(st.integers(0, 5), max_size=5), st.lists(st.integers(0, 5), max_size=5), st.integers(0, 8))
def test_a_new_journey_takes_the_place_of_the_old_one(old: list[int], new: list[int], at_ms: int) -> None:
    world, _ = traveller(*old)
    advance(world, at_ms)
    before = codes(world)
    world.travel(world.parcel("p"), tuple(Step(delay, f"new {n}") for n, delay in enumerate(new)))
    advance(world, 100)
    expected = [(at_ms + sum(new[: n + 1]), f"new {n}") for n in range(len(new))]
    assert codes(world) == before + expected


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.integers(0, 8), st.integers(0, 8))
def test_a_pause_shifts_the_rest_of_a_journey_by_its_length(legs: list[int], at_ms: int, pause_ms: int) -> None:
    world, _ = traveller(*legs)
    advance(world, at_ms)
    done = len(codes(world))
    world.pause(world.parcel("p"))
    advance(world, pause_ms)
    assert len(codes(world)) == done
    world.resume(world.parcel("p"))
    advance(world, 100)
    planned = [sum(legs[: n + 1]) for n in range(len(legs))]
    assert [at for at, _ in codes(world)] == planned[:done] + [at + pause_ms for at in planned[done:]]


def test_a_due_of_another_journey_takes_no_step() -> None:
    world, parcel = traveller(5, 5)
    assert world.take_step(Due(5, parcel.due + 1, "x.step", "p")) is None
    assert world.take_step(Due(5, parcel.due, "x.step", "nobody")) is None
    assert world.parcel("p").step == 0
    assert world.take_step(Due(5, parcel.due, "x.step", "p")) is not None


def test_looking_at_a_parcel_moves_nothing() -> None:
    world, _ = traveller(5, 5)
    before = world.store.dump()
    for _ in range(3):
        world.parcel("p"), world.by_number("x", "N"), world.next_due_ms(), world.store.agenda()
    assert world.store.dump() == before
    assert world.store.get(PARCELS, "p") == world.parcel("p")


def test_facts_of_a_parcel_survive_a_snapshot() -> None:
    world, _ = traveller(1, 2)
    advance(world, 10)
    twin = MemoryStore.load(world.store.dump(), KINDS)
    assert msgspec.to_builtins(twin.get(PARCELS, "p")) == msgspec.to_builtins(world.parcel("p"))
