"""The Swiss Post adapter, a wire whose answers a test writes, and a parcel within the country."""

from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest
import respx

from parcelproof.reference.adapters.swiss_post import SwissPostAdapter
from parcelproof.reference.ports import Address, Line, Money, Parcel

from .answers import BASE, KEY, LICENSE, TOKEN, Clock, token


@pytest.fixture
def basel() -> Address:
    return Address(
        name="Versand",
        company="Versandhaus Rhein",
        street="Marktgasse",
        house_number="3",
        postal_code="4051",
        city="Basel",
        country="CH",
        phone="+41612345678",
    )


@pytest.fixture
def parcel(basel: Address) -> Parcel:
    return Parcel(
        key=KEY,
        sender=basel,
        recipient=Address(
            name="Lea Müller",
            street="Bahnhofstrasse",
            house_number="12",
            postal_code="8001",
            city="Zürich",
            country="CH",
            email="lea@example.org",
            phone="+41791234567",
        ),
        mass_g=1200,
        sides_mm=(300, 200, 100),
        lines=(Line(sku="MUG-01", description="Becher", quantity=2, unit_price=Money(890, "CHF"), unit_mass_g=340),),
    )


@pytest.fixture
async def adapter(basel: Address, clock: Clock) -> AsyncIterator[SwissPostAdapter]:
    made = SwissPostAdapter(BASE, "shop", "s3cret", LICENSE, basel, timeout_s=1.0, clock=clock)
    yield made
    await made.close()


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=BASE, assert_all_called=False) as router:
        yield router


@pytest.fixture
def tokens(wire: respx.MockRouter) -> respx.Route:
    numbers = count(1)
    return wire.post(TOKEN).mock(side_effect=lambda _: token(next(numbers)))
