"""The Mail Alliance adapter, and a wire whose answers a test writes."""

from collections.abc import AsyncIterator, Iterator

import pytest
import respx

from parcelproof.reference.adapters.mail_alliance import MailAllianceAdapter
from parcelproof.reference.ports import (
    Address,
    Money,
    Quote,
)

from .answers import BASE


@pytest.fixture
async def adapter(wuerzburg: Address) -> AsyncIterator[MailAllianceAdapter]:
    made = MailAllianceAdapter(BASE, "mak_test_shop", wuerzburg, timeout_s=1.0)
    yield made
    await made.close()


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    with respx.mock(base_url=BASE, assert_all_called=False) as router:
        yield router


@pytest.fixture
def quote() -> Quote:
    none = Money(0, "EUR")
    return Quote(id="rate_1", carrier="mail_alliance", service="ma_parcel_tracked", net=none, surcharges=(),
                 tax=none, total=none, days_min=1, days_max=2)  # fmt: skip
