"""Companies: two at once are two, or one and a refusal."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import msgspec
import pytest

from parcelproof.reference.errors import EngineError
from parcelproof.reference.settings import Company
from parcelproof.reference.shop import Actor
from parcelproof.reference.usecases import companies


async def test_of_companies_founded_at_once_with_one_name_one_is_there(rig: Any) -> None:
    async with AsyncExitStack() as opened:  # connections for all are open, so that none is late
        for _ in range(4):
            await opened.enter_async_context(rig.store.read(rig.actor.company_id))
    tries = [companies.found(rig.shop, "Twin", Company(), admin="boss", token=f"t-{n}") for n in range(4)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(one) for one in found].count(Actor) == 1
    assert {one.code for one in found if isinstance(one, EngineError)} == {"COMPANY_EXISTS"}
    assert [type(one) for one in found].count(EngineError) == 3


async def test_settings_that_change_often_put_no_reading_of_carriers_off(
    new_rig: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NTF-220: what a lost push said is found at most one period later, whatever is set meanwhile."""
    rig = await new_rig(poll_minutes=60)
    polls: list[Any] = []

    async def changes(cursor: str) -> Any:
        polls.append(rig.clock.now())
        return (), cursor

    monkeypatch.setattr(rig.world.near, "changes", changes)
    for minutes in range(20):
        async with rig.store.read(rig.actor.company_id) as session:
            config = (await rig.shop.ports(session)).config
        named = msgspec.structs.replace(config, retention_days=40 + minutes)
        await companies.configure(rig.shop, rig.actor, named)
        await rig.run(minutes=50)
    assert len(polls) == 16  # a thousand minutes
    assert len(set(rig.world.near.asked_days)) >= 1
    quick = msgspec.structs.replace(config, poll_minutes=5)
    await companies.configure(rig.shop, rig.actor, quick)
    await rig.run(minutes=10)
    assert len(polls) == 18
