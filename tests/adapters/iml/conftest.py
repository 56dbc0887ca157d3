"""The IML adapter, and a wire whose answers a test writes."""

from collections.abc import AsyncIterator, Iterator

import pytest
import respx

from parcelproof.reference.adapters.iml import ImlAdapter
from parcelproof.reference.ports import Address

from .answers import BASE, Clock


@pytest.fixture
async def adapter(moscow: Address, clock: Clock) -> AsyncIterator[ImlAdapter]:
    made = ImlAdapter(BASE, "shop", "s3cret", moscow, timeout_s=1.0, clock=clock)
    yield made
    await made.close()


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=BASE, assert_all_called=False) as router:
        yield router
