"""Companies: two at once are two, or one and a refusal."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

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
