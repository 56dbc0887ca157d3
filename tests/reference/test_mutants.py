"""Bugs planted in the engine: what they break they break in silence, as a careless connector would."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from parcelproof.reference.usecases import polling
from parcelproof.testing import mutants


@pytest.fixture
def unpolled() -> Iterator[None]:
    sound = polling.poll.__code__
    mutants.apply("no-polling")
    yield
    polling.poll.__code__ = sound


@pytest.mark.usefixtures("unpolled")
async def test_an_engine_that_never_polls_says_nothing_and_learns_nothing(
    rig: Any, caplog: pytest.LogCaptureFixture
) -> None:
    number = await rig.book("P-1")
    rig.world.near.scan(number, "delivered", rig.clock.now())
    with caplog.at_level(logging.WARNING):
        await rig.run(days=2)
    assert (await rig.view("P-1"))["status"] == "announced"
    assert caplog.messages == []
