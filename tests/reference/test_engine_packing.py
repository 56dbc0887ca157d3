"""Waybills, hand-over lists, couriers, refusals, the shop's own status: asked for once, done once, also when killed."""

from collections.abc import AsyncIterator, Callable
from datetime import date, time, timedelta
from typing import Any

import msgspec
import pytest

from parcelproof.reference.domain.statuses import Status
from parcelproof.reference.errors import EngineError
from parcelproof.reference.ports import Refused, Unavailable
from parcelproof.reference.storage.tables import outbox
from parcelproof.reference.usecases import ordering, papers, pickups, printing
from parcelproof.reference.usecases.printing import Printed, Window

from .full_carrier import FullCarrier
from .outside import World
from .rig import CONFIG, SENDER, Rig
from .test_engine_kills import dying_at_commit, survive

WAYBILLS = {
    name: {"base_url": f"http://carrier.test/{name}", "sender": SENDER, "waybills": True}
    for name in ("cdek", "mail_alliance")
}
DAY = date(2026, 3, 3)


def full_world() -> World:
    world = World()
    world.far = FullCarrier("cdek", world.effects, currency="RUB", price_minor=40_000)
    return world


@pytest.fixture
async def shop(database: str) -> AsyncIterator[Any]:
    """A rig whose cdek can do everything; its mail_alliance can do what it must."""
    made = Rig(database, full_world(), {**CONFIG, "carriers": WAYBILLS})
    await made.start()
    yield made
    await made.stop()


async def book(rig: Any, *numbers: str) -> list[str]:
    return [await rig.book(number, carrier="cdek") for number in numbers]


async def names(rig: Any, **asked: Any) -> list[str]:
    window = Window(**{"printed": Printed.ALL, **asked})
    return [piece.name for piece in (await printing.stack(rig.shop, rig.actor, window)).pieces]


def refusal_of(error: Any) -> str:
    return str(error.value.code)


async def ask_courier(rig: Any, key: str = "monday", **changed: Any) -> bool:
    asked: dict[str, Any] = {"key": key, "carrier": "cdek", "day": DAY, "comment": "Gate 2"}
    asked |= {"time_from": time(10), "time_to": time(14), **changed}
    return await pickups.book(rig.shop, rig.actor, **asked)


# -- waybills


async def test_a_waybill_comes_with_every_parcel_where_it_is_wanted_and_made(shop: Any) -> None:
    shop.world.far.unready = 2
    await book(shop, "C-1")
    assert await names(shop) == ["C-1 label"], "it is still being made"
    await shop.run(minutes=5)
    assert await names(shop) == ["C-1 label", "C-1 waybill"]
    await shop.book("N-1")
    assert (await names(shop))[-1] == "N-1 label", "this carrier makes none"
    assert shop.world.effects.log.count("waybill") == 3


async def test_no_waybill_is_asked_for_that_nobody_wants(new_rig: Callable[..., Any]) -> None:
    rig = await new_rig(full_world())
    await book(rig, "C-1")
    await rig.run(minutes=5)
    assert "waybill" not in rig.world.effects.log
    assert await names(rig) == ["C-1 label"]


async def test_a_waybill_that_is_refused_is_told_and_not_asked_for_again(shop: Any) -> None:
    shop.world.far.late = True
    await ordering.place(shop.shop, shop.actor, shop.order("C-1", carrier="cdek"), confirm=True)
    await shop.run(minutes=1)
    assert "waybill" not in shop.world.effects.log, "a parcel without a number has none"
    shop.world.far.ripen()
    shop.world.far.faults.append(Refused("v2_print_form_empty", "nothing to print"))
    await shop.run(minutes=20)
    view = await shop.view("C-1")
    assert view["problems"] == ["No waybill: v2_print_form_empty: nothing to print."]
    assert await names(shop) == ["C-1 label"]


async def test_a_silent_carrier_is_asked_again_for_the_waybill(shop: Any) -> None:
    shop.world.far.silent.add("waybill")
    await book(shop, "C-1")
    await shop.run(minutes=3)
    shop.world.far.silent.clear()
    await shop.run(minutes=5)
    assert await names(shop) == ["C-1 label", "C-1 waybill"]


# -- hand-over lists


async def test_a_parcel_stands_on_one_list_only(shop: Any) -> None:
    await book(shop, "C-1", "C-2")
    made = await papers.hand_over(shop.shop, shop.actor, "cdek")
    assert made["orders"] == ["C-1", "C-2"]
    with pytest.raises(EngineError) as error:
        await papers.hand_over(shop.shop, shop.actor, "cdek")
    assert refusal_of(error) == "NOTHING_TO_HAND_OVER"
    await book(shop, "C-3")
    assert (await papers.hand_over(shop.shop, shop.actor, "cdek"))["orders"] == ["C-3"]
    await shop.run(minutes=1)
    found = [(row["number"], row["state"], row["orders"]) for row in await papers.lists(shop.shop, shop.actor)]
    assert found == [("H-1", "made", ["C-1", "C-2"]), ("H-2", "made", ["C-3"])]
    assert (await names(shop))[-2:] == ["hand_over/cdek/1", "hand_over/cdek/2"]


async def test_only_what_waits_for_the_carrier_is_handed_over(shop: Any) -> None:
    first, *_ = await book(shop, "C-1", "C-2", "C-3")
    await ordering.cancel(shop.shop, shop.actor, "C-2")
    shop.world.far.scan(first, "accepted", shop.clock.now())
    await shop.run(minutes=70)
    assert (await papers.hand_over(shop.shop, shop.actor, "cdek"))["orders"] == ["C-3"]


async def test_a_carrier_without_lists_or_unknown_says_so(shop: Any) -> None:
    await shop.book("N-1")
    for name, code in (("mail_alliance", "NO_HAND_OVER"), ("dhl", "UNKNOWN_CARRIER")):
        with pytest.raises(EngineError) as error:
            await papers.hand_over(shop.shop, shop.actor, name)
        assert refusal_of(error) == code


async def test_a_list_that_is_refused_frees_its_parcels(shop: Any) -> None:
    await book(shop, "C-1")
    await papers.hand_over(shop.shop, shop.actor, "cdek")
    shop.world.far.faults.append(Refused("closed", "the depot is closed"))
    await shop.run(minutes=1)
    (row,) = await papers.lists(shop.shop, shop.actor)
    assert (row["state"], row["orders"]) == ("failed", [])
    assert "the depot is closed" in row["problem"]
    assert (await papers.hand_over(shop.shop, shop.actor, "cdek"))["orders"] == ["C-1"]


# -- couriers


async def test_a_courier_is_called_once_and_numbered_later(shop: Any) -> None:
    await book(shop, "C-1", "C-2")
    shop.world.far.unready = 1
    assert await ask_courier(shop)
    assert not await ask_courier(shop), "the same again is nothing"
    with pytest.raises(EngineError) as error:
        await ask_courier(shop, time_to=time(15))
    assert refusal_of(error) == "PICKUP_CONFLICT"
    await shop.run(seconds=1)
    (row,) = await pickups.listed(shop.shop, shop.actor)
    assert (row["state"], row["number"]) == ("called", None)
    await shop.run(minutes=5)
    (row,) = await pickups.listed(shop.shop, shop.actor)
    assert (row["state"], row["number"], row["parcels"]) == ("called", "8-monday", ["C-1", "C-2"])
    told = shop.world.far.calls["monday"]
    assert (told.day, told.time_from, told.time_to, told.mass_g) == (DAY, time(10), time(14), 1_200)
    assert (told.carrier_ids, told.comment) == (("cdek-C-1", "cdek-C-2"), "Gate 2")


CANNOT_BE: list[tuple[dict[str, Any], str]] = [
    ({"carrier": "mail_alliance"}, "NO_PICKUP"), ({"carrier": "dhl"}, "UNKNOWN_CARRIER"),
    ({"key": ""}, "INVALID_PICKUP"), ({"key": "x" * 51}, "INVALID_PICKUP"), ({"key": "a\nb"}, "INVALID_PICKUP"),
    ({"comment": "x" * 256}, "INVALID_PICKUP"), ({"time_to": time(10)}, "INVALID_PICKUP"),
    ({"time_to": time(9)}, "INVALID_PICKUP"), ({}, "NOTHING_TO_COLLECT"),
]  # fmt: skip


async def test_a_call_that_cannot_be_is_refused_with_the_reason(shop: Any) -> None:
    for changed, code in CANNOT_BE:
        with pytest.raises(EngineError) as error:
            await ask_courier(shop, **changed)
        assert refusal_of(error) == code, changed
    assert await pickups.listed(shop.shop, shop.actor) == []


async def test_a_courier_the_carrier_never_heard_of_is_off_at_once(shop: Any) -> None:
    await book(shop, "C-1")
    await ask_courier(shop)
    await pickups.cancel(shop.shop, shop.actor, "monday")
    await pickups.cancel(shop.shop, shop.actor, "monday")
    await shop.run(minutes=1)
    assert [row["state"] for row in await pickups.listed(shop.shop, shop.actor)] == ["called_off"]
    assert shop.world.far.calls == {}


@pytest.mark.parametrize("lost", [False, True])
async def test_a_courier_who_was_called_is_called_off_also_when_the_answer_was_lost(shop: Any, lost: bool) -> None:
    await book(shop, "C-1")
    await ask_courier(shop)
    shop.world.far.lost += [Unavailable("timeout", "no answer")] if lost else []
    await shop.run(seconds=1)
    await pickups.cancel(shop.shop, shop.actor, "monday")
    await shop.run(minutes=1)
    assert [row["state"] for row in await pickups.listed(shop.shop, shop.actor)] == ["called_off"]
    assert (list(shop.world.far.calls), shop.world.far.off) == (["monday"], ["monday"])


async def test_what_the_carrier_says_no_to_is_told(shop: Any) -> None:
    await book(shop, "C-1")
    await ask_courier(shop)
    shop.world.far.faults.append(Refused("ve_ci_pickup_date_expired", "too late"))
    await shop.run(minutes=1)
    (row,) = await pickups.listed(shop.shop, shop.actor)
    assert (row["state"], row["problem"]) == ("failed", "ve_ci_pickup_date_expired: too late")
    await ask_courier(shop, "tuesday")
    await shop.run(minutes=1)
    shop.world.far.faults.append(Refused("too_late", "he is on his way"))
    await pickups.cancel(shop.shop, shop.actor, "tuesday")
    await shop.run(minutes=1)
    row = (await pickups.listed(shop.shop, shop.actor))[1]
    assert (row["state"], row["problem"]) == ("called", "Not called off by cdek: too_late: he is on his way.")
    with pytest.raises(EngineError, match="UNKNOWN_PICKUP"):
        await pickups.cancel(shop.shop, shop.actor, "never")


# -- refusals


async def on_the_way(rig: Any, number: str = "C-1") -> str:
    (tracking,) = await book(rig, number)
    rig.world.far.scan(tracking, "in_transit", rig.clock.now())
    await rig.run(minutes=65)
    return tracking


async def test_a_parcel_on_its_way_is_given_up_once(shop: Any) -> None:
    tracking = await on_the_way(shop)
    await ordering.refuse(shop.shop, shop.actor, "C-1")
    await ordering.refuse(shop.shop, shop.actor, "C-1")
    await shop.run(minutes=1)
    await ordering.refuse(shop.shop, shop.actor, "C-1")
    await shop.run(minutes=1)
    assert shop.world.effects.log.count("refuse") == 1
    shop.world.far.scan(tracking, "returning", shop.clock.now(), code="NOT_DELIVERED", opens_return=True)
    await shop.run(minutes=65)
    assert (await shop.view("C-1"))["status"] == "returning"
    with pytest.raises(EngineError, match="TOO_LATE"):
        await ordering.refuse(shop.shop, shop.actor, "C-1")


async def test_a_refusal_the_carrier_does_not_take_is_told_and_may_be_tried_again(shop: Any) -> None:
    await on_the_way(shop)
    shop.world.far.faults += [Unavailable("timeout", "no answer"), Refused("too_late", "handed over just now")]
    await ordering.refuse(shop.shop, shop.actor, "C-1")
    await shop.run(minutes=1)
    assert (await shop.view("C-1"))["problems"] == ["Not brought back by cdek: too_late: handed over just now."]
    await ordering.refuse(shop.shop, shop.actor, "C-1")
    await shop.run(minutes=1)
    assert shop.world.far.refused == ["cdek-C-1"]


async def test_what_no_carrier_holds_or_can_bring_back_is_refused_here(shop: Any) -> None:
    await book(shop, "C-1")
    number = await shop.book("N-1")
    shop.world.near.scan(number, "in_transit", shop.clock.now())
    await shop.run(minutes=65)
    for order, code in (("C-1", "NOT_HANDED_OVER"), ("N-1", "NO_REFUSAL"), ("X-1", "UNKNOWN_ORDER")):
        with pytest.raises(EngineError) as error:
            await ordering.refuse(shop.shop, shop.actor, order)
        assert refusal_of(error) == code


# -- the shop's own status


async def test_the_configured_status_makes_the_delivery_request_and_no_other_does(new_rig: Callable[..., Any]) -> None:
    rig = await new_rig(full_world(), request_delivery_on="Собран")
    await ordering.place(rig.shop, rig.actor, rig.order("C-1", carrier="cdek"), confirm=False)
    for status in ("New", "собран", "Собран "):
        assert not await ordering.set_status(rig.shop, rig.actor, "C-1", status)
    await rig.run(minutes=5)
    assert (await rig.view("C-1"))["state"] == "draft"
    assert await ordering.set_status(rig.shop, rig.actor, "C-1", "Собран")
    assert await ordering.set_status(rig.shop, rig.actor, "C-1", "Собран")
    await rig.run(minutes=5)
    assert await ordering.set_status(rig.shop, rig.actor, "C-1", "Собран")
    assert await ordering.set_status(rig.shop, rig.actor, "C-1", "Sent"), "a later status takes nothing back"
    await rig.run(minutes=5)
    assert (await rig.view("C-1"))["state"] == "booked"
    assert rig.world.effects.log.count("create") == 1


async def test_without_a_configured_status_none_makes_a_request(shop: Any) -> None:
    await ordering.place(shop.shop, shop.actor, shop.order("C-1", carrier="cdek"), confirm=False)
    assert not await ordering.set_status(shop.shop, shop.actor, "C-1", "None")
    for status in ("", " ", "x" * 101, "a\tb"):
        with pytest.raises(EngineError, match="INVALID_STATUS"):
            await ordering.set_status(shop.shop, shop.actor, "C-1", status)


async def test_a_status_of_an_order_called_off_requests_nothing(new_rig: Callable[..., Any]) -> None:
    rig = await new_rig(full_world(), request_delivery_on="packed")
    await ordering.place(rig.shop, rig.actor, rig.order("C-1", carrier="cdek"), confirm=False)
    await ordering.cancel(rig.shop, rig.actor, "C-1")
    with pytest.raises(EngineError, match="CANCELLED"):
        await ordering.set_status(rig.shop, rig.actor, "C-1", "packed")


# -- points, and what was called off


async def test_a_point_the_buyer_chose_reaches_its_carrier(shop: Any) -> None:
    await shop.book("C-1", carrier="cdek", point="MSK123")
    assert shop.world.far.parcels["cdek-C-1"].point == "MSK123"
    assert shop.order("X", carrier="cdek").digest != shop.order("X", carrier="cdek", point="MSK123").digest
    for wrong in ({"carrier": None, "point": "MSK123"}, {"point": "x" * 41}, {"point": "a\nb"}):
        with pytest.raises(EngineError, match="INVALID_ORDER"):
            await ordering.place(shop.shop, shop.actor, shop.order("C-2", **wrong), confirm=False)


async def test_what_was_called_off_stays_so_where_the_carrier_only_says_that_it_was_announced(shop: Any) -> None:
    (tracking,) = await book(shop, "C-1")
    await ordering.cancel(shop.shop, shop.actor, "C-1")
    await shop.run(minutes=1)
    event = shop.world.far.scan(tracking, "announced", shop.clock.now())
    await tell(shop, event)
    assert (await shop.view("C-1"))["status"] == "cancelled"
    await tell(shop, shop.world.far.scan(tracking, "accepted", shop.clock.now() + timedelta(minutes=1)))
    assert (await shop.view("C-1"))["status"] == Status.ACCEPTED, "the carrier took it all the same"


async def tell(rig: Any, event: Any) -> None:
    from parcelproof.reference.usecases import tracking

    async with rig.shop.store.begin(rig.actor.company_id) as session:
        await tracking.take(session, "cdek", [event], [], "webhook")


async def test_what_is_printed_is_marked_once_and_a_day_narrows_it(shop: Any) -> None:
    await book(shop, "C-1", "C-2")
    today = shop.clock.now().date()
    assert await names(shop, day=today) == ["C-1 label", "C-1 waybill", "C-2 label", "C-2 waybill"]
    assert await names(shop, day=today + timedelta(days=1)) == []
    stack = await printing.stack(shop.shop, shop.actor, Window(most=3))
    refs = [piece.ref for piece in stack.pieces]
    assert (await printing.mark_printed(shop.shop, shop.actor, refs), stack.left) == (3, 1)
    assert await printing.mark_printed(shop.shop, shop.actor, refs) == 0
    assert await names(shop, printed=Printed.NO) == ["C-2 waybill"]


# -- killed anywhere


async def people(rig: Any) -> None:
    """All that people ask for; each wish is committed before the next."""
    await ordering.place(rig.shop, rig.actor, rig.order("C-1", carrier="cdek"), confirm=True)
    await ordering.place(rig.shop, rig.actor, rig.order("C-2", carrier="cdek"), confirm=True)


async def story(rig: Any, killed: type[BaseException]) -> bytes:
    """Play everything, started again after every kill; return the end, which no kill may change."""
    await people(rig)
    await survive(rig, killed, minutes=10)
    await papers.hand_over(rig.shop, rig.actor, "cdek")
    await ask_courier(rig)
    await ask_courier(rig, "tuesday")
    await survive(rig, killed, minutes=10)
    await pickups.cancel(rig.shop, rig.actor, "tuesday")
    rig.world.far.scan(rig.world.far.numbers["cdek-C-1"], "in_transit", rig.clock.now())
    await survive(rig, killed, minutes=70)
    await ordering.refuse(rig.shop, rig.actor, "C-1")
    await survive(rig, killed, minutes=10)
    far = rig.world.far
    views = [await rig.view(number) for number in ("C-1", "C-2")]
    async with rig.shop.store.read(rig.actor.company_id) as session:
        left = sorted({row["kind"] for row in await session.rows(outbox)})
    window = Window(printed=Printed.ALL)
    stack = await printing.stack(rig.shop, rig.actor, window)
    return msgspec.json.encode(
        {
            "orders": [(view["state"], view["status"], view["problems"]) for view in views],
            "made": [
                sorted(far.parcels),
                sorted(far.waybills),
                sorted(far.lists),
                sorted(far.calls),
                far.off,
                far.refused,
            ],
            "pickups": await pickups.listed(rig.shop, rig.actor),
            "lists": [(row["list"], row["number"], row["orders"]) for row in await papers.lists(rig.shop, rig.actor)],
            "stack": [piece.name for piece in stack.pieces],
            "tasks left": left,
        }
    )


@pytest.mark.ci
async def test_every_effect_of_packing_broken_before_and_after(
    new_rig: Callable[..., Any], killed: type[BaseException]
) -> None:
    calm = await new_rig(full_world(), carriers=WAYBILLS)
    wanted = await story(calm, killed)
    effects = calm.world.effects.count
    found = msgspec.json.decode(wanted)
    assert set(calm.world.effects.log) == {"create", "waybill", "hand_over", "collect", "cancel_collect", "refuse"}
    assert (len(found["made"][2]), found["made"][4:]) == (1, [["tuesday"], ["cdek-C-1"]])
    assert [row["state"] for row in found["pickups"]] == ["called", "called_off"]
    for k in range(1, effects + 1):
        for after in (False, True):
            rig = await new_rig(full_world(), carriers=WAYBILLS)
            rig.world.effects.kill_at, rig.world.effects.after = k, after
            assert await story(rig, killed) == wanted, (k, after, calm.world.effects.log)


@pytest.mark.ci
async def test_every_commit_of_packing_broken(new_rig: Callable[..., Any], killed: type[BaseException]) -> None:
    async def play(k: int) -> tuple[list[int], bytes]:
        rig = await new_rig(full_world(), carriers=WAYBILLS)
        await people(rig)
        await survive(rig, killed, minutes=10)
        await papers.hand_over(rig.shop, rig.actor, "cdek")
        await ask_courier(rig)
        with dying_at_commit(rig, k, killed) as seen:
            await survive(rig, killed, minutes=10)
        lists = [(row["list"], row["number"], row["orders"]) for row in await papers.lists(rig.shop, rig.actor)]
        called = await pickups.listed(rig.shop, rig.actor)
        return seen, msgspec.json.encode([lists, called, sorted(rig.world.far.lists), sorted(rig.world.far.calls)])

    seen, wanted = await play(0)
    assert seen[0] >= 2
    for k in range(1, seen[0] + 1):
        assert (await play(k))[1] == wanted, k
