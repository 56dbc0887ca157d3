"""Planning webhooks under a tenant's switches."""

from parcelproof.simulators.core.records import Due, Header, MemoryStore
from parcelproof.simulators.core.world import Duty, Effect, Outcome, World
from parcelproof.simulators.wire import webhooks
from parcelproof.simulators.wire.webhooks import Only, Switches, plan, set_switches, switches_for


def fresh(**sw: object) -> World:
    world = World(MemoryStore(Header(name="t", seed="s", now_ms=1_000)), {"x.hook": Duty(lambda world, due: None)})
    if sw:
        set_switches(world, "x", Switches(**sw))  # type: ignore[arg-type]
    return world


def planned(world: World) -> list[Due]:
    return world.store.agenda()


def test_undisturbed_webhooks_keep_their_time_and_order() -> None:
    world = fresh()
    for key in "abc":
        plan(world, "x", "x.hook", key, after_ms=5)
    assert [(due.key, due.at_ms) for due in planned(world)] == [("a", 1_005), ("b", 1_005), ("c", 1_005)]


def test_duplicate_plans_each_one_that_many_times_more() -> None:
    world = fresh(duplicate=2)
    plan(world, "x", "x.hook", "a", note="n")
    assert [(due.key, due.note) for due in planned(world)] == [("a", "n")] * 3


def test_late_adds_virtual_time() -> None:
    world = fresh(late_ms=700)
    plan(world, "x", "x.hook", "a", after_ms=5)
    assert [due.at_ms for due in planned(world)] == [1_705]


def test_drop_all_sends_nothing_and_shows_what_was_dropped() -> None:
    world = fresh(drop=True)
    for key in "ab":
        plan(world, "x", "x.hook", key)
    assert not planned(world)
    assert [(found.event, found.error, found.status) for found in webhooks.attempts(world)] == [
        ("a", "dropped", 0),
        ("b", "dropped", 0),
    ]


def test_drop_n_drops_the_next_n_only() -> None:
    world = fresh(drop=2)
    for key in "abcd":
        plan(world, "x", "x.hook", key)
    assert [due.key for due in planned(world)] == ["c", "d"]


def test_reorder_swaps_neighbours_and_loses_none() -> None:
    world = fresh(reorder=True, reorder_within_ms=50)
    keys = [str(number) for number in range(20)]
    for key in keys:
        plan(world, "x", "x.hook", key)
    found = [due.key for due in planned(world)]
    assert found != keys
    assert sorted(found) == sorted(keys)


def test_reorder_is_the_same_for_the_same_seed() -> None:
    first, second = fresh(reorder=True), fresh(reorder=True)
    for world in (first, second):
        for key in "abcdef":
            plan(world, "x", "x.hook", key)
    assert planned(first) == planned(second)


def test_switches_for_some_references_leave_the_others_alone() -> None:
    world = fresh(drop=True, corrupt_signature=True, only=Only(reference=("P-1",)))
    plan(world, "x", "x.hook", "a", reference="P-1")
    plan(world, "x", "x.hook", "b", reference="P-2")
    assert [due.key for due in planned(world)] == ["b"]
    assert switches_for(world, "x", "P-1").corrupt_signature
    assert not switches_for(world, "x", "P-2").corrupt_signature


def test_attempts_are_kept_with_bytes_and_outcome_and_old_ones_are_forgotten() -> None:
    world = fresh()
    effect = Effect("x.hook", "k", 1_000, "http://127.0.0.1:1/", {"A": "b"}, b"{}", 15_000)
    for _ in range(webhooks.KEPT_ATTEMPTS + 2):
        webhooks.record(world, "x", "evt", effect, Outcome(500, {}, b""))
    kept = webhooks.attempts(world)
    assert len(kept) == webhooks.KEPT_ATTEMPTS
    assert (kept[0].sequence, kept[-1].sequence) == (3, webhooks.KEPT_ATTEMPTS + 2)
    assert (kept[0].body, kept[0].status, kept[0].url) == (b"{}", 500, "http://127.0.0.1:1/")
