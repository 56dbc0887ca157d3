"""The CDEK adapter, and a wire whose answers a test writes."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import respx

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.ports import (
    Address,
)

from .answers import BASE, Clock


@pytest.fixture
async def adapter(moscow: Address, clock: Clock) -> AsyncIterator[CdekAdapter]:
    made = CdekAdapter(BASE, "shop", "s3cret", moscow, timeout_s=1.0, clock=clock)
    yield made
    await made.close()


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=BASE, assert_all_called=False) as router:
        yield router


@pytest.fixture
def tokens(wire: respx.MockRouter) -> respx.Route:
    """Every token differs from the last: t1, t2 …"""
    given = iter(range(1, 1000))

    def grant(request: httpx.Request) -> httpx.Response:
        body = {"access_token": f"t{next(given)}", "token_type": "bearer", "expires_in": 3600, "scope": "order:all"}
        return httpx.Response(200, json=body)

    return wire.post("/oauth/token").mock(side_effect=grant)
