"""The adapter for Russian Post, and wires whose answers a test writes."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import respx

from parcelproof.reference.adapters.russian_post import RussianPostAdapter
from parcelproof.reference.ports import Address, Line, Money, Parcel

from .answers import BASE, TRACKING, Clock, points


@pytest.fixture
async def adapter(moscow: Address, clock: Clock) -> AsyncIterator[RussianPostAdapter]:
    made = RussianPostAdapter(BASE, "t0ken", "shop", "s3cret", TRACKING, moscow, timeout_s=1.0, clock=clock)
    yield made
    await made.close()


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=BASE, assert_all_called=False) as router:
        router.get("/1.0/user-shipping-points").mock(return_value=points("190000", "101000"))
        yield router


@pytest.fixture
def tracks(wire: respx.MockRouter) -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=TRACKING, assert_all_called=False) as router:
        yield router


@pytest.fixture
def abroad(moscow: Address, prepaid: Parcel) -> Parcel:
    """A cup and two books to Berlin, from Moscow."""
    book = Line(
        sku="BK-2",
        description="Книга о чае",
        quantity=2,
        unit_price=Money(45000, "RUB"),
        unit_mass_g=300,
        hs_code="490199",
        origin_country="RU",
    )
    cup = replace(book, sku="CUP", quantity=1, hs_code="691200", origin_country="CN", customs_description="Ceramic cup")
    return replace(prepaid, sender=moscow, mass_g=1100, lines=(cup, book))
