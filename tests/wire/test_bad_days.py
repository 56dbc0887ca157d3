"""Bad days as data, and the laws of beginning and ending them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.core.records import Header, MemoryStore
from parcelproof.simulators.core.world import KINDS, World
from parcelproof.simulators.courier_api.cdek import settings as cdek_settings
from parcelproof.simulators.registry import CARRIERS
from parcelproof.simulators.wire import bad_days, faults, webhooks
from parcelproof.simulators.wire.bad_days import DAY_MS, BadDay, BadDayError, Trouble
from parcelproof.simulators.wire.carrier import Carrier
from parcelproof.simulators.wire.fault_rules import fault_problem
from parcelproof.simulators.wire.faults import ANY, Fault, FaultKind
from parcelproof.simulators.wire.known_days import KNOWN
from parcelproof.simulators.wire.tenants import WIRE_KINDS
from parcelproof.simulators.wire.webhooks import Only, Switches

ALL = {carrier.name: carrier for carrier in CARRIERS}
OFFERED = [(carrier, name, day) for carrier in CARRIERS for name, day in bad_days.days_of(carrier).items()]
WANTED = {
    "black-friday-queue",
    "night-batch",
    "registry-reissued",
    "number-range-exhausted",
    "webhook-endpoint-down",
    "token-endpoint-down",
    "quota-exhausted",
}
CONTRACTS = (
    "courier_api §",
    "mail_alliance §",
    "mail_alliance Part",
    "settlement §",
    "postal_api_russia §",
    "postal_api_swiss §",
)


def fresh(now_ms: int = 1_000) -> World:
    return World(MemoryStore(Header(name="t", seed="s", now_ms=now_ms)), {**bad_days.DUTIES, **webhooks.DUTIES})


# -- the data


def test_the_bad_days_that_people_told_of_are_there() -> None:
    assert {row["name"] for row in bad_days.listed(ALL)} >= WANTED


@pytest.mark.parametrize(("carrier", "name", "day"), OFFERED, ids=[f"{row[0].name}-{row[1]}" for row in OFFERED])
def test_a_bad_day_is_sound(carrier: Carrier, name: str, day: BadDay) -> None:
    assert day.source.startswith(CONTRACTS)
    assert day.title and day.sentence.endswith(".")
    operations = {route.operation for route in carrier.routes} | {ANY}
    for fault in day.faults:
        assert fault_problem(fault) == ""
        assert fault.operation in operations and fault.carrier == ANY
        assert fault.most == 0, "a bad day lasts until it ends"
    switches = msgspec.convert({**msgspec.to_builtins(Switches()), **day.switches}, Switches)
    assert not webhooks.switches_problem(switches, carrier.name, signs=carrier.signs)
    assert day.faults or day.switches or day.settings or day.batch_hour is not None


def test_cdeks_settings_are_settings_of_cdeks() -> None:
    world = fresh()
    for name, day in bad_days.days_of(ALL["cdek"]).items():
        bad_days.begin(world, ALL, name, "cdek")
        for setting, value in day.settings.items():
            read = cdek_settings.choice if setting in cdek_settings.CHOICES else cdek_settings.number
            assert read(world, setting) == value, (name, setting)
        bad_days.end(world, name)


def test_a_row_tells_what_a_day_does_where() -> None:
    (row,) = [row for row in bad_days.listed(ALL) if row["name"] == "token-endpoint-down"]
    assert row["carriers"] == ["cdek", "mail_alliance", "swiss_post"]
    assert row["does"]["cdek"]["faults"] == [{"kind": "status", "operation": "token", "status": 503, "times": 0}]
    assert row["does"]["mail_alliance"]["source"].startswith("mail_alliance §3.1")
    assert "switches" not in row["does"]["cdek"]
    msgspec.json.encode(bad_days.listed(ALL))


# -- the laws


DAYS: Mapping[str, BadDay] = {
    "a": BadDay(title="A", sentence="A.", source="x", switches={"drop": True, "late_ms": 5}, settings={"x": 1, "y": 2}),
    "b": BadDay(title="B", sentence="B.", source="x", switches={"drop": 3}, settings={"y": 3}),
    "c": BadDay(title="C", sentence="C.", source="x", switches={"late_ms": 9, "only": None}, settings={"x": None}),
    "d": BadDay(
        title="D", sentence="D.", source="x", faults=(Fault(kind=FaultKind.RESET), Fault(kind=FaultKind.STALL))
    ),
    "e": BadDay(title="E", sentence="E.", source="x", switches={"drop": True}, lasts_ms=10),
}
names = st.sampled_from(sorted(DAYS))
scripts = st.lists(st.tuples(st.sampled_from(["begin", "end"]), names, st.integers(0, 3)), max_size=12)


def of_the_test(*carriers: str) -> dict[str, Carrier]:
    return {name: replace(ALL["cdek"], name=name, bad_days=DAYS) for name in carriers}


def set_up(world: World) -> World:
    """Give a tenant choices of its own, which no bad day may cost it."""
    world.store.header.settings = {"mix": {"lost": 1}, "parrot": {"x": 7, "z": 8}}
    webhooks.set_switches(world, "parrot", Switches(duplicate=2, drop=4, only=Only(("R-1",))))
    faults.add(world, Fault(kind=FaultKind.LATENCY, latency_ms=5))
    return world


def state(world: World) -> Any:
    kept = [msgspec.structs.replace(fault, id="") for fault in faults.listed(world)]
    return world.store.header.settings, [webhooks.switches(world, name) for name in ("parrot", "swan")], kept


def play(world: World, script: list[tuple[str, str, int]]) -> None:
    for act, name, wait_ms in script:
        try:
            if act == "begin":
                bad_days.begin(world, of_the_test("parrot"), name)
            else:
                bad_days.end(world, name)
        except BadDayError:
            pass
        world.step(world.now_ms + wait_ms)


@given(scripts)
def test_when_every_bad_day_has_ended_everything_is_as_before(script: list[tuple[str, str, int]]) -> None:
    world = set_up(fresh())
    before = state(world)
    play(world, script)
    for day in bad_days.begun(world):
        bad_days.end(world, day.name)
    assert state(world) == before
    assert world.store.agenda() == []


@given(scripts, names)
def test_a_bad_day_that_has_ended_leaves_no_trace_in_those_that_go_on(
    script: list[tuple[str, str, int]], name: str
) -> None:
    """What is on after any script is what would be on if only those days had begun, in that order."""
    world = set_up(fresh())
    play(world, script)
    alone = set_up(fresh(world.now_ms))
    for day in bad_days.begun(world):
        bad_days.begin(alone, of_the_test("parrot"), day.name)
    assert state(world) == state(alone)


def test_a_day_begins_where_it_can_and_is_not_on_yet() -> None:
    world, carriers = fresh(), of_the_test("parrot", "swan")
    assert [day.carrier for day in bad_days.begin(world, carriers, "d", "swan")] == ["swan"]
    assert [day.carrier for day in bad_days.begin(world, carriers, "d")] == ["parrot"]
    assert [(day.name, day.carrier) for day in bad_days.begun(world)] == [("d", "swan"), ("d", "parrot")]
    assert [(found.carrier, found.bad_day) for found in faults.listed(world)] == [("swan", "d")] * 2 + [
        ("parrot", "d")
    ] * 2
    assert [day.carrier for day in bad_days.end(world, "d", "parrot")] == ["parrot"]
    assert {found.carrier for found in faults.listed(world)} == {"swan"}


def test_what_cannot_begin_or_end_is_told_and_changes_nothing() -> None:
    world, carriers = fresh(), {**of_the_test("parrot"), "mail_alliance": ALL["mail_alliance"]}
    bad_days.begin(world, carriers, "d")
    before = state(world)
    cases: list[tuple[Any, Trouble, str]] = [
        (
            lambda: bad_days.begin(world, carriers, "z"),
            Trouble.UNKNOWN,
            "there is no bad day 'z'; bad days: a, answers",
        ),
        (
            lambda: bad_days.begin(world, carriers, "quota-exhausted", "parrot"),
            Trouble.NOT_THERE,
            "'parrot' has no bad day 'quota-exhausted'; carriers: mail_alliance",
        ),
        (lambda: bad_days.begin(world, carriers, "d"), Trouble.ON, "'d' is on at parrot already; end it first"),
        (lambda: bad_days.end(world, "a"), Trouble.NOT_ON, "the bad day 'a' is not on; on: d"),
        (lambda: bad_days.end(world, "d", "swan"), Trouble.NOT_ON, "the bad day 'd' is not on; on: d"),
    ]
    for act, trouble, said in cases:
        with pytest.raises(BadDayError, match=trouble) as caught:
            act()
        assert caught.value.trouble is trouble
        assert caught.value.detail.startswith(said)
    assert state(world) == before


def test_a_day_with_an_end_ends_by_itself_and_not_before() -> None:
    world = fresh()
    (day,) = bad_days.begin(world, of_the_test("parrot"), "webhook-endpoint-down")
    assert day.until_ms == world.now_ms + DAY_MS
    world.step(day.until_ms - 1)
    assert webhooks.switches(world, "parrot").down
    world.step(day.until_ms)
    assert not webhooks.switches(world, "parrot").down
    assert not bad_days.begun(world)


def test_a_day_begun_anew_is_not_ended_by_the_end_of_the_old_one() -> None:
    world = fresh()
    bad_days.begin(world, of_the_test("parrot"), "e")
    world.step(world.now_ms + 6)
    bad_days.end(world, "e")
    bad_days.begin(world, of_the_test("parrot"), "e")
    world.step(world.now_ms + 6)
    assert [day.name for day in bad_days.begun(world)] == ["e"]
    world.step(world.now_ms + 4)
    assert not bad_days.begun(world)


def test_a_snapshot_in_the_middle_of_a_bad_day_goes_on_with_it() -> None:
    world = set_up(fresh())
    before = state(world)
    bad_days.begin(world, of_the_test("parrot"), "c")
    bad_days.begin(world, of_the_test("parrot"), "e")
    copy = World(MemoryStore.load(world.store.dump(), [*KINDS, *WIRE_KINDS]), world.duties)
    assert state(copy) == state(world)
    copy.step(copy.now_ms + 10)
    bad_days.end(copy, "c")
    assert state(copy) == before


def test_a_carriers_own_day_goes_before_the_general_one_of_its_name() -> None:
    assert bad_days.days_of(ALL["cdek"])["black-friday-queue"] is not KNOWN["black-friday-queue"]
    assert bad_days.days_of(ALL["mail_alliance"])["black-friday-queue"] is KNOWN["black-friday-queue"]
