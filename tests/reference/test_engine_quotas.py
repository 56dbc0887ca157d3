"""Polls that may not ask as often as they would: by a quota of the company's, or by "too many" of the carrier's."""

from collections.abc import Callable
from typing import Any

import pytest

from parcelproof.reference.errors import EngineError
from parcelproof.reference.ports import Untrusted
from parcelproof.reference.settings import read
from parcelproof.reference.storage.tables import hooks, outbox
from parcelproof.reference.usecases import companies, tracking

from .full_carrier import CountingCarrier, CrowdCarrier, QuietCarrier
from .outside import World
from .rig import SENDER


def world_of(kind: type[Any]) -> World:
    world = World()
    world.far = kind("cdek", world.effects, currency="RUB", price_minor=40_000)
    return world


def account(**more: Any) -> dict[str, Any]:
    return {"cdek": {"base_url": "http://carrier.test/cdek", "sender": SENDER, **more}}


async def booked(rig: Any, count: int) -> list[str]:
    return [await rig.book(f"C-{place}", carrier="cdek") for place in range(count)]


async def test_a_quota_is_kept_and_every_parcel_has_its_turn(new_rig: Callable[..., Any]) -> None:
    rig = await new_rig(world_of(CountingCarrier), carriers=account(), poll_minutes=60)
    numbers = await booked(rig, 5)
    limited = read({**rig.config, "carriers": account(readings_per_hour=2)}, known=frozenset(rig.world.carriers))
    await companies.configure(rig.shop, rig.actor, limited)
    rig.world.far.read_numbers.clear()
    hours = []
    for _ in range(5):
        await rig.run(minutes=60)
        hours.append(list(rig.world.far.read_numbers))
        rig.world.far.read_numbers.clear()
    assert [len(hour) for hour in hours] == [2] * 5
    assert hours[0] + hours[1] + hours[2][:1] == numbers, "who was not read for longest is read first"
    assert {*hours[2], *hours[3], *hours[4]} == {*numbers}, "nobody waits longer than three hours"


async def test_a_reading_on_request_waits_for_the_next_hour_too(new_rig: Callable[..., Any]) -> None:
    config = {"carriers": account(readings_per_hour=2), "channels": {"poll": False}}
    rig = await new_rig(world_of(CountingCarrier), **config)
    numbers = await booked(rig, 3)  # every booking is followed by one reading
    assert rig.world.far.read_numbers == numbers[:2]
    await rig.run(minutes=58)
    assert rig.world.far.read_numbers == numbers[:2]
    await rig.run(minutes=2)
    assert rig.world.far.read_numbers == numbers


async def test_a_quota_survives_a_kill(new_rig: Callable[..., Any]) -> None:
    rig = await new_rig(world_of(CountingCarrier), carriers=account(readings_per_hour=2))
    await booked(rig, 2)
    await rig.restart()
    await booked_more(rig)
    assert len(rig.world.far.read_numbers) == 2


async def booked_more(rig: Any) -> None:
    await rig.book("C-9", carrier="cdek")
    await rig.run(minutes=30)


async def test_too_many_ends_the_poll_and_the_others_come_first_after_the_pause(new_rig: Callable[..., Any]) -> None:
    rig = await new_rig(world_of(CountingCarrier), carriers=account(), poll_minutes=60)
    numbers = await booked(rig, 5)
    far = rig.world.far
    far.read_numbers.clear()
    far.enough_after, before = 2, far.asked
    await rig.run(minutes=60)
    assert (far.read_numbers, far.asked - before) == (numbers[:2], 3), "after the first no nobody was asked for"
    far.enough_after = 100
    await rig.run(seconds=80)
    assert far.read_numbers == numbers[:2], "it asked for ninety seconds"
    await rig.run(seconds=20)
    assert far.read_numbers == numbers[:2] + numbers[2:] + numbers[:2]


async def test_a_carrier_that_is_down_is_not_asked_for_every_parcel_and_the_others_come_first(
    new_rig: Callable[..., Any],
) -> None:
    rig = await new_rig(world_of(CountingCarrier), carriers=account(), poll_minutes=60)
    numbers = await booked(rig, 8)
    far = rig.world.far
    far.read_numbers.clear()
    far.mute, before = set(numbers), far.asked
    await rig.run(minutes=59, seconds=52)  # the first poll, and no more
    assert far.asked - before == 5, "five times no answer is an answer"
    far.mute = set(numbers[:5])
    await rig.run(seconds=2)
    assert far.read_numbers == numbers[5:], "silent parcels hold up no other"


async def test_what_was_read_before_it_was_too_many_is_kept(new_rig: Callable[..., Any]) -> None:
    rig = await new_rig(world_of(CountingCarrier), carriers=account(), poll_minutes=60)
    numbers = await booked(rig, 2)
    rig.world.far.scan(numbers[0], "in_transit", rig.clock.now())
    rig.world.far.enough_after = len(rig.world.far.read_numbers) + 1
    await rig.run(minutes=60)
    assert (await rig.view("C-0"))["status"] == "in_transit"


async def test_a_carrier_that_tells_of_many_is_asked_for_many(new_rig: Callable[..., Any]) -> None:
    rig = await new_rig(world_of(CrowdCarrier), carriers=account(readings_per_hour=50), poll_minutes=60)
    numbers = await booked(rig, 7)
    for number in numbers:
        rig.world.far.scan(number, "in_transit", rig.clock.now())
    await rig.run(minutes=60)
    assert rig.world.far.batches == [numbers[:3], numbers[3:6], numbers[6:]]
    assert {(await rig.view(f"C-{place}"))["status"] for place in range(7)} == {"in_transit"}


async def test_batches_count_once_against_a_quota(new_rig: Callable[..., Any]) -> None:
    rig = await new_rig(world_of(CrowdCarrier), carriers=account(), poll_minutes=60)
    numbers = await booked(rig, 7)
    limited = read({**rig.config, "carriers": account(readings_per_hour=2)}, known=frozenset(rig.world.carriers))
    await companies.configure(rig.shop, rig.actor, limited)
    await rig.run(minutes=60)
    assert rig.world.far.batches == [numbers[:3], numbers[3:6]]
    await rig.run(minutes=60)
    assert rig.world.far.batches[2:] == [[numbers[6], *numbers[:2]], numbers[2:5]]


@pytest.mark.parametrize("quota", [0, -1, 1.5, "60", True, 10**9])
def test_a_quota_that_is_none_is_refused(quota: Any) -> None:
    with pytest.raises(EngineError, match="INVALID_SETTINGS"):
        read({"carriers": account(readings_per_hour=quota)}, known=frozenset({"cdek"}))


async def test_a_carrier_without_webhooks_or_history_is_followed_by_polls(new_rig: Callable[..., Any]) -> None:
    rig = await new_rig(world_of(QuietCarrier), carriers=account(), poll_minutes=60)
    (number,) = await booked(rig, 1)
    told = []
    for status in ("accepted", "in_transit", "ready_for_pickup", "delivered"):
        rig.world.far.scan(number, status, rig.clock.now())
        await rig.run(minutes=60)
        told.append((await rig.view("C-0"))["status"])
    assert told == ["accepted", "in_transit", "ready_for_pickup", "delivered"]
    history = (await rig.view("C-0"))["history"]
    assert [row["status"] for row in history] == told, "the engine keeps what the carrier forgets"
    assert {row["source"] for row in history} == {"poll"}
    async with rig.shop.store.read(rig.actor.company_id) as session:
        assert not await session.rows(outbox, outbox.c.kind == "subscribe"), "it is not asked for webhooks for ever"


async def test_what_is_no_webhook_of_a_carrier_without_any_is_not_trusted(new_rig: Callable[..., Any]) -> None:
    rig = await new_rig(world_of(QuietCarrier), carriers=account())
    await rig.run(minutes=1)
    async with rig.shop.store.read(rig.actor.company_id) as session:
        (hook,) = await session.rows(hooks)
    with pytest.raises(Untrusted):
        await tracking.receive(rig.shop, hook, {}, b"{}")
