"""Tenants: born from a credential, made on purpose, saved and restored."""

import pytest

from parcelproof.simulators.core.errors import Reason, Rejected
from parcelproof.simulators.core.records import Kind
from parcelproof.simulators.core.world import Duty, World
from parcelproof.simulators.wire.tenants import Credential, Grant, TenantError, Tenants, Trouble

NOTES: Kind[str] = Kind("test.notes", str)


def fresh(**options: object) -> Tenants:
    given: dict[str, object] = {"virtual": True, "now_ms": 1_000, "seed": "s", **options}
    return Tenants(duties={"x.step": Duty(lambda world, due: None)}, kinds=[NOTES], **given)  # type: ignore[arg-type]


def test_the_first_secret_is_kept_and_any_other_refused() -> None:
    tenants = fresh()
    world = tenants.open("a", "shop", "first")
    assert tenants.open("a", "shop", "first") is world
    with pytest.raises(Rejected) as refused:
        tenants.open("a", "shop", "second")
    assert refused.value.reason is Reason.WRONG_SECRET


def test_one_name_at_several_carriers_is_one_world_with_a_secret_each() -> None:
    tenants = fresh()
    assert tenants.open("a", "shop", "one") is tenants.open("b", "shop", "two")
    assert tenants.open("a", "other", "one") is not tenants.open("a", "shop", "one")


def test_several_credentials_can_lead_to_one_tenant() -> None:
    tenants = fresh()
    world = tenants.create("t", credentials=[Credential("a", "id-1", "s1"), Credential("b", "id-2", "s2")])
    assert tenants.open("a", "id-1", "s1") is tenants.open("b", "id-2", "s2") is world
    with pytest.raises(Rejected):
        tenants.open("a", "id-1", "s2")
    assert {found.name for found in tenants} == {"t"}


def test_a_taken_name_or_credential_is_refused_and_nothing_is_made() -> None:
    tenants = fresh()
    tenants.open("a", "shop", "s")
    for name, trouble in (("shop", Trouble.EXISTS), ("t", Trouble.CREDENTIAL_TAKEN)):
        with pytest.raises(TenantError) as refused:
            tenants.create(name, credentials=[Credential("a", "new", "s"), Credential("a", "shop", "s")])
        assert refused.value.trouble is trouble
    assert {found.name for found in tenants} == {"shop"}
    assert tenants.open("a", "new", "any").name == "new"


def test_a_seed_depends_on_server_seed_and_name_alone() -> None:
    one, two = fresh(), fresh()
    one.world("someone else")
    one.create("third")
    assert one.world("t").store.header.seed == two.world("t").store.header.seed
    assert one.world("t").token_hex("p", "k") == fresh().create("t").token_hex("p", "k")
    assert fresh(seed="other").world("t").token_hex("p", "k") != two.world("t").token_hex("p", "k")
    here, there = fresh().create("t", seed="mine"), fresh(seed="other").create("t", seed="mine")
    assert here.token_hex("p", "k") == there.token_hex("p", "k")


def test_real_tenants_are_born_at_the_wall_clock_and_virtual_ones_at_the_start() -> None:
    tenants = fresh(virtual=False, wall_ms=lambda: 777)
    assert tenants.world("real").now_ms == 777
    assert tenants.create("virtual", virtual=True).now_ms == 1_000
    assert tenants.create("told", now_ms=5).now_ms == 5


def test_a_deleted_tenant_leaves_neither_token_nor_secret() -> None:
    tenants = fresh()
    world = tenants.open("a", "shop", "s")
    tenants.grant(world, "tok", Grant("a", "shop", 9_999))
    tenants.delete("shop")
    assert tenants.holder("tok") is None
    assert tenants.open("a", "shop", "another secret") is not world
    with pytest.raises(TenantError):
        tenants.delete("nobody")
    tenants.create("t", credentials=[Credential("a", "id", "s")])
    assert tenants.open("a", "id", "s").name == "t"
    tenants.delete("t")
    assert tenants.open("a", "id", "s").name == "id"


def test_a_restored_tenant_knows_its_tokens_and_secrets() -> None:
    tenants = fresh()
    world = tenants.open("a", "shop", "s")
    tenants.grant(world, "tok", Grant("a", "shop", 9_999, ("read",)))
    world.store.put(NOTES, "k", "v")
    dump = tenants.snapshot(world)
    world.store.put(NOTES, "k", "later")
    tenants.grant(world, "younger", Grant("a", "shop", 9_999))
    restored = tenants.restore("shop", dump)
    holder = tenants.holder("tok")
    assert holder is not None
    assert (holder.world, holder.grant.scopes) == (restored, ("read",))
    assert tenants.holder("younger") is None
    assert tenants.open("a", "shop", "s") is restored
    assert restored.store.get(NOTES, "k") == "v"
    assert tenants.snapshot(restored) == dump


def test_a_snapshot_can_move_to_another_server_and_name() -> None:
    one, two = fresh(), fresh()
    world = one.create("t", credentials=[Credential("a", "id", "s")])
    one.grant(world, "tok", Grant("a", "id", 9_999))
    moved = two.restore("copy", one.snapshot(world))
    assert moved.name == "copy"
    holder = two.holder("tok")
    assert holder is not None
    assert two.open("a", "id", "s") is moved is holder.world
    assert moved.token_hex("p", "k") == world.token_hex("p", "k")


def test_a_copy_beside_the_living_tenant_does_not_take_its_clients_away() -> None:
    tenants = fresh()
    world = tenants.open("a", "shop", "s")
    tenants.grant(world, "tok", Grant("a", "shop", 9_999))
    tenants.restore("copy", tenants.snapshot(world))
    holder = tenants.holder("tok")
    assert holder is not None
    assert holder.world is tenants.open("a", "shop", "s") is world


def test_a_refused_snapshot_leaves_the_tenant_as_it_was() -> None:
    tenants = fresh()
    world = tenants.open("a", "shop", "s")
    for dump in (b"no snapshot", _with_unknown_duty(world)):
        with pytest.raises(Rejected) as refused:
            tenants.restore("shop", dump)
        assert refused.value.reason is Reason.WRONG_SNAPSHOT
    assert tenants.find("shop") is world


def _with_unknown_duty(world: World) -> bytes:
    order = world.later("nobody.knows", "k", after_ms=1)
    dump = world.store.dump()
    world.store.cut([order])
    return dump
