"""The IML adapter against the running simulator, which it was written without: booked, labelled, followed, paid."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from parcelproof.control_client import ControlClient
from parcelproof.labelscan import scan
from parcelproof.reference.adapters.iml import ImlAdapter
from parcelproof.reference.adapters.reports import read_report
from parcelproof.reference.domain.statuses import picture
from parcelproof.reference.ports import (
    Address,
    Booked,
    CarrierEvent,
    CarrierFault,
    LabelFormat,
    Parcel,
    Refused,
    Unavailable,
)
from parcelproof.simulators.server import Options, running

from ..conftest import NOW
from .answers import Clock

TENANT = "adapters"
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass
class Lab:
    control: ControlClient
    iml: ImlAdapter
    url: str

    async def ask(self, name: str, *given: Any, **named: Any) -> Any:
        return await asyncio.to_thread(getattr(self.control, name), TENANT, *given, **named)

    async def book(self, parcel: Parcel) -> Booked:
        (quote,) = await self.iml.quote(parcel)
        return await self.iml.create(parcel, quote, format=LabelFormat.PDF)

    async def parcels(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.ask("parcels", carrier="iml")
        return found


@pytest.fixture
async def lab(moscow: Address, clock: Clock) -> AsyncIterator[Lab]:
    async with running(Options(port=0, virtual=True, start=NOW)) as started:
        control = ControlClient(started.url)
        await asyncio.to_thread(control.create_tenant, TENANT, seed="7", now=NOW)
        iml = ImlAdapter(f"{started.url}/iml/json", TENANT, "s3cret", moscow, timeout_s=5.0, clock=clock)
        yield Lab(control, iml, started.url)
        await iml.close()
        await asyncio.to_thread(control.close)


async def test_a_parcel_is_booked_once_and_its_label_reads_as_its_number(lab: Lab, collect: Parcel) -> None:
    booked = await lab.book(collect)
    assert booked.number is not None and len(booked.number) == 13
    assert (await lab.book(collect)).number == booked.number
    assert (await lab.iml.read(booked.carrier_id)).number == booked.number
    label = await lab.iml.label(booked.carrier_id, LabelFormat.ZPL)
    assert label is not None and {code.text for code in scan(label.content)} == {booked.number}
    (row,) = await lab.parcels()
    assert (row["number"], row["reference"]) == (booked.number, collect.key)
    assert (await lab.ask("hand_over", row["id"], label.content))["outcome"] == "accepted"


@pytest.mark.parametrize(
    ("story", "end", "outcome"),
    [
        ("delivered", "delivered", "delivered"),
        pytest.param("second-attempt", "delivered", "delivered", marks=pytest.mark.ci),
        ("partly-refused", "delivered", "partial"),
        ("refused", "returned", "refused"),
        pytest.param("returned", "returned", "refused", marks=pytest.mark.ci),
        pytest.param("pickup", "delivered", "delivered", marks=pytest.mark.ci),
    ],
)
async def test_polls_see_a_life_to_its_end_and_its_report_is_read(
    lab: Lab, collect: Parcel, story: str, end: str, outcome: str
) -> None:
    booked = await lab.book(collect)
    (row,) = await lab.parcels()
    await lab.ask("journey", row["id"], story=story)
    kept: dict[str, CarrierEvent] = {}
    taken: dict[str, int] = {}
    for _ in range(60):
        found = (await lab.iml.track_many([(booked.carrier_id, booked.number or "")]))[booked.carrier_id]
        kept |= {event.id: event for event in found.events}
        taken = dict(found.delivered_by_sku) or taken
        if (await lab.ask("parcel", row["id"]))["status"] == end:
            break
        await lab.ask("advance", by_ms=4 * HOUR_MS)
    seen = picture(booked.number or "", kept.values())
    assert (str(seen.status), seen.partial) == (end, story == "partly-refused")
    assert len(kept) >= 3 and all(event.status != "unknown" for event in kept.values())
    if story == "delivered":
        assert taken == {"MUG-01": 2, "LMP-07": 1}
    assert await lab.ask("make_payout", "iml")
    (report,) = await lab.ask("payouts", "iml")
    for form in ("csv-cp1251", "xlsx", "xml"):
        raw = await lab.ask("payout_file", "iml", report["number"], form)
        normal = read_report("any name at all.bin", raw).normal
        line = next(line for line in normal["lines"] if line["tracking"] == booked.number)
        assert (normal["carrier"], line["order"], line["outcome"]) == ("iml", collect.key, outcome)
        (truth,) = [one for one in await lab.ask("ledger") if one["number"] == booked.number]
        assert line["collected"] == truth["collected_minor"]


async def test_many_orders_are_told_of_in_one_answer(lab: Lab, collect: Parcel) -> None:
    booked = [await lab.book(replace(collect, key=f"P-{n}")) for n in range(3)]
    found = await lab.iml.track_many([(one.carrier_id, one.number or "") for one in booked] + [("4606203090015", "")])
    assert {own: told.number for own, told in found.items()} == {one.carrier_id: one.number for one in booked}


LOSSES = [
    ("reset", "after"),
    ("truncate", "during"),
    *(
        pytest.param(*loss, marks=pytest.mark.ci)
        for loss in (("reset", "before"), ("reset", "during"), ("status", "after"))
    ),
]


@pytest.mark.parametrize(("kind", "point"), LOSSES)
async def test_a_lost_answer_makes_no_second_order(lab: Lab, collect: Parcel, kind: str, point: str) -> None:
    status = {"status": 503} if kind == "status" else {}
    await lab.book(replace(collect, key="P-000"))
    await lab.ask("add_fault", carrier="iml", operation="create_order", kind=kind, point=point, **status)
    with pytest.raises(Unavailable):
        await lab.book(collect)
    booked = await lab.book(collect)
    assert [row["reference"] for row in await lab.parcels()] == ["P-000", "P-001"]
    assert (await lab.parcels())[1]["number"] == booked.number


async def test_a_wrong_password_is_refused(lab: Lab, collect: Parcel, moscow: Address) -> None:
    await lab.book(collect)
    other = ImlAdapter(f"{lab.url}/iml", TENANT, "wrong", moscow)
    with pytest.raises(Refused) as refused:
        await other.track("1", "1")
    assert refused.value.code == "unauthorized"
    await other.close()


async def test_the_other_address_that_a_client_calls_works_too(lab: Lab, collect: Parcel, moscow: Address) -> None:
    booked = await lab.book(collect)
    bare = ImlAdapter(f"{lab.url}/iml", TENANT, "s3cret", moscow)
    assert (await bare.read(booked.carrier_id)).number == booked.number
    await bare.close()


async def test_refusals_on_a_bad_day_are_faults_and_the_axes_settle(lab: Lab, collect: Parcel) -> None:
    await lab.ask("begin_bad_day", "axes-disagree", carrier="iml")
    booked = await lab.book(collect)
    (row,) = await lab.parcels()
    seen: set[str] = set()
    kept: dict[str, CarrierEvent] = {}
    for _ in range(400):
        try:
            found = await lab.iml.track(booked.carrier_id, "")
        except CarrierFault as fault:
            raise AssertionError(f"a reading failed: {fault}") from fault
        kept |= {event.id: event for event in found.events}
        seen.add(str(found.events[0].status))
        if (await lab.ask("parcel", row["id"]))["status"] in ("delivered", "returned") and "held" in seen:
            break
        await lab.ask("advance", by_ms=HOUR_MS // 2)
    await lab.ask("advance", by_ms=DAY_MS)
    found = await lab.iml.track(booked.carrier_id, "")
    kept |= {event.id: event for event in found.events}
    assert "held" in seen
    assert str(picture(booked.number or "", kept.values()).status) == (await lab.ask("parcel", row["id"]))["status"]
    await lab.ask("begin_bad_day", "error-inside-200", carrier="iml")
    codes = []
    for _ in range(40):
        try:
            await lab.iml.track(booked.carrier_id, "")
        except Refused as fault:
            codes.append(fault.code)
    assert codes and "" not in codes
