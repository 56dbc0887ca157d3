"""A shop before each test."""

from collections.abc import AsyncIterator

import pytest

from .shop import Shop, shop_open


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    async with shop_open() as found:
        yield found
