"""The adapter against the real simulator, over sockets: what one says the other understands."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

import pytest

from parcelproof.control_client import ControlClient
from parcelproof.labelscan import scan
from parcelproof.reference.adapters.pickpoint import PickPointAdapter
from parcelproof.reference.adapters.reports import read_report
from parcelproof.reference.domain.statuses import Status, picture
from parcelproof.reference.ports import (
    Address,
    Booked,
    CarrierEvent,
    LabelFormat,
    Notice,
    Parcel,
    Pickup,
    Refused,
    Tracking,
)
from parcelproof.simulators.server import Options, running

T = TypeVar("T")
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
TENANT = "lockers"
DAY_MS = 86_400_000


class TenantClock:
    """The tenant's own time, as the test moves it."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


@dataclass
class Lab:
    """A running simulator, a control client and the adapter of one tenant."""

    control: ControlClient
    adapter: PickPointAdapter
    clock: TenantClock

    async def ask(self, call: Callable[..., T], *given: Any, **named: Any) -> T:
        return await asyncio.to_thread(call, *given, **named)

    async def pass_ms(self, by_ms: int) -> None:
        await self.ask(self.control.advance, TENANT, by_ms=by_ms)
        found = (await self.ask(self.control.clock, TENANT))["now"]
        assert isinstance(found, datetime)
        self.clock.at = found

    async def live(self, number: str, story: str) -> None:
        (parcel,) = await self.ask(self.control.parcels, TENANT, carrier="pickpoint", number=number)
        await self.ask(self.control.journey, TENANT, parcel["id"], story=story)

    async def truth(self, number: str) -> str:
        (parcel,) = await self.ask(self.control.parcels, TENANT, carrier="pickpoint", number=number)
        found: str = parcel["status"]
        return found


@pytest.fixture
async def lab(moscow: Address) -> AsyncIterator[Lab]:
    async with running(Options(port=0, virtual=True, start=START)) as started:
        control = ControlClient(started.url)
        credentials: Any = [{"carrier": "pickpoint", "id": "shop", "secret": "s3cret"}]
        await asyncio.to_thread(control.create_tenant, TENANT, seed="7", now=START, credentials=credentials)
        clock = TenantClock()
        url = f"{started.url}/pickpoint/api"
        adapter = PickPointAdapter(url, "shop", "s3cret", "9990003041", moscow, timeout_s=5.0, clock=clock)
        yield Lab(control, adapter, clock)
        await adapter.close()
        await asyncio.to_thread(control.close)


async def booked(lab: Lab, parcel: Parcel) -> tuple[Booked, str]:
    quote = (await lab.adapter.quote(parcel))[0]
    found = await lab.adapter.create(parcel, quote, format=LabelFormat.PDF)
    assert found.number
    return found, found.number


async def test_a_parcel_is_offered_booked_once_and_labelled(lab: Lab, collect: Parcel) -> None:
    quotes = await lab.adapter.quote(collect)
    assert quotes
    assert all(quote.total.minor == quote.net.minor + quote.tax.minor for quote in quotes)
    made, number = await booked(lab, collect)
    assert (await booked(lab, collect))[0] == made
    assert made.price == quotes[0].total  # no answer to a booking tells one
    assert await lab.adapter.read(made.carrier_id) == replace(made, price=None)
    assert len(await lab.ask(lab.control.parcels, TENANT)) == 1
    for format in LabelFormat:
        label = await lab.adapter.label(made.carrier_id, format)
        assert label is not None
        (code,) = {found.text for found in scan(label.content) if found.format == "ITF"}
        assert len(code) == 12
    (parcel,) = await lab.ask(lab.control.parcels, TENANT, number=number)
    assert parcel["reference"] == "P-001"


async def test_a_locker_of_nobodys_is_refused_with_the_carriers_words(lab: Lab, collect: Parcel) -> None:
    quote = (await lab.adapter.quote(collect))[0]
    with pytest.raises(Refused) as refused:
        await lab.adapter.create(replace(collect, point="0000-000"), quote, format=LabelFormat.PDF)
    assert refused.value.code not in ("error", "rejected")
    assert refused.value.detail


async def test_a_registered_parcel_is_cancelled_twice_with_one_effect(lab: Lab, collect: Parcel) -> None:
    made, number = await booked(lab, collect)
    await lab.adapter.cancel(made.carrier_id, "k")
    assert await lab.truth(number) == "cancelled"
    await lab.adapter.cancel(made.carrier_id, "k")


async def test_a_parcel_on_its_way_is_not_cancelled(lab: Lab, collect: Parcel) -> None:
    made, number = await booked(lab, collect)
    await lab.live(number, "delivered")
    await lab.pass_ms(3 * DAY_MS)
    with pytest.raises(Refused):
        await lab.adapter.cancel(made.carrier_id, "k")
    assert await lab.truth(number) != "cancelled"


ENDS = {"delivered": Status.DELIVERED, "refused": Status.RETURNED, "returned": Status.RETURNED}


@pytest.mark.parametrize("story", ENDS)
async def test_a_life_is_told_to_its_end_by_feed_and_by_reading(lab: Lab, collect: Parcel, story: str) -> None:
    made, number = await booked(lab, collect)
    await lab.live(number, story)
    heard: dict[str, CarrierEvent] = {}
    cursor = ""
    for _ in range(40):
        await lab.pass_ms(DAY_MS)
        notices: list[Notice] = []
        found, cursor = await lab.adapter.changes(cursor)
        notices += found
        heard |= {event.id: event for notice in notices for event in notice.events}
    assert await lab.truth(number) == ENDS[story]
    read = await lab.adapter.track(made.carrier_id, number)
    assert picture(number, read.events).status is ENDS[story]
    assert picture(number, heard.values()).status is ENDS[story]
    assert {event.id for event in read.events} == set(heard)
    many = await lab.adapter.track_many([(made.carrier_id, number)])
    assert many == {made.carrier_id: read}
    _check_returns(read, story)


def _check_returns(read: Tracking, story: str) -> None:
    assert len(read.returns) == (story != "delivered")
    for notice in read.returns:
        assert notice.direct_number == read.number
        assert notice.reason
        assert notice.received_at is not None


async def test_a_buyer_sends_back_what_was_received(lab: Lab, collect: Parcel) -> None:
    made, number = await booked(lab, collect)
    await lab.live(number, "delivered")
    await lab.pass_ms(20 * DAY_MS)
    notice = await lab.adapter.create_return(made.carrier_id, key="R-1", reason="не подошло", items={})
    assert (notice.direct_number, notice.reason) == (number, "не подошло")
    assert notice.number not in ("", number)
    assert await lab.adapter.create_return(made.carrier_id, key="R-1", reason="не подошло", items={}) == notice


async def test_a_session_that_ended_in_the_middle_is_renewed(lab: Lab, collect: Parcel) -> None:
    made, number = await booked(lab, collect)
    await lab.pass_ms(30 * DAY_MS)
    assert (await lab.adapter.track(made.carrier_id, number)).number == number


async def test_what_is_handed_over_is_on_one_list_and_a_courier_fetches_it(lab: Lab, collect: Parcel) -> None:
    numbers = [(await booked(lab, replace(collect, key=key)))[1] for key in ("P-1", "P-2")]
    paper = await lab.adapter.hand_over(numbers, "HL-1")
    assert paper is not None
    assert paper.content.startswith(b"%PDF")
    again = await lab.adapter.hand_over(numbers, "HL-1")
    assert again is not None
    assert again.content == paper.content
    pickup = Pickup(
        key="PU-1",
        carrier_ids=tuple(numbers),
        sender=lab.adapter.sender,
        day=date(2026, 3, 4),
        time_from=time(12),
        time_to=time(18),
        mass_g=4000,
    )
    called = await lab.adapter.collect(pickup, None)
    assert called.number
    await lab.adapter.cancel_collect(called, "PU-1")


async def test_money_taken_comes_in_a_report_that_reads(lab: Lab, collect: Parcel) -> None:
    _, number = await booked(lab, collect)
    await lab.live(number, "delivered")
    await lab.pass_ms(20 * DAY_MS)
    (report,) = await lab.ask(lab.control.payouts, TENANT, "pickpoint")
    raw = await lab.ask(lab.control.payout_file, TENANT, "pickpoint", report["number"], "xlsx")
    found = read_report("report.xlsx", raw).normal
    (line,) = found["lines"]
    assert (line["collected"], line["order"]) == (642000, "P-001")
    assert found["totals"]["payout"] == report["sum_minor"]
