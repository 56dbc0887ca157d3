"""The Swiss Post adapter against the running simulator, which it was written without: booked, labelled, followed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from parcelproof.control_client import ControlClient
from parcelproof.labelscan import scan as decoded
from parcelproof.labelscan import sizes_mm
from parcelproof.reference.adapters import carrier_codes
from parcelproof.reference.adapters.carrier_codes import swiss_post_meaning
from parcelproof.reference.adapters.swiss_post import SwissPostAdapter
from parcelproof.reference.domain.carrier_notices import Control, Kind, NoticeChoice
from parcelproof.reference.domain.statuses import picture
from parcelproof.reference.ports import (
    Address,
    Booked,
    CarrierEvent,
    LabelFormat,
    Parcel,
    Refused,
    ReturnNotice,
    Unavailable,
)
from parcelproof.simulators.postal_api.swiss import statuses
from parcelproof.simulators.server import Options, running

from ..conftest import NOW
from .answers import LICENSE, OWN, Clock

TENANT = "adapters"
HOUR_MS = 3_600_000


@dataclass
class Lab:
    control: ControlClient
    post: SwissPostAdapter
    url: str
    clock: Clock

    async def ask(self, name: str, *given: Any, **named: Any) -> Any:
        return await asyncio.to_thread(getattr(self.control, name), TENANT, *given, **named)

    async def book(self, parcel: Parcel, format: LabelFormat = LabelFormat.PDF) -> Booked:
        quote = next(quote for quote in await self.post.quote(parcel) if quote.service == "PRI")
        return await self.post.create(parcel, quote, format=format)

    async def parcels(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.ask("parcels", carrier="swiss_post")
        return found

    async def advance(self, by_ms: int) -> None:
        await self.ask("advance", by_ms=by_ms)
        self.clock.at += timedelta(milliseconds=by_ms)


@pytest.fixture
async def lab(basel: Address, clock: Clock) -> AsyncIterator[Lab]:
    async with running(Options(port=0, virtual=True, start=NOW)) as started:
        control = ControlClient(started.url)
        await asyncio.to_thread(control.create_tenant, TENANT, seed="7", now=NOW)
        base = f"{started.url}/swiss-post"
        post = SwissPostAdapter(base, TENANT, "s3cret", LICENSE, basel, timeout_s=5.0, clock=clock)
        yield Lab(control, post, started.url, clock)
        await post.close()
        await asyncio.to_thread(control.close)


@pytest.mark.parametrize("format", list(LabelFormat))
async def test_a_parcel_is_booked_once_and_its_label_reads_as_its_number(
    lab: Lab, parcel: Parcel, format: LabelFormat
) -> None:
    booked = await lab.book(parcel, format)
    assert (booked.number, booked.carrier_id) == (OWN, OWN)
    assert booked.label is not None and booked.label.format == format
    assert OWN in {code.text for code in decoded(booked.label.content)}
    if format is LabelFormat.ZPL:
        assert "^FDLea Müller^FS" in booked.label.content.decode()
    (row,) = await lab.parcels()
    assert (row["number"], row["reference"]) == (OWN, parcel.key)
    assert (await lab.ask("hand_over", row["id"], booked.label.content))["outcome"] == "accepted"


async def test_booked_again_it_is_the_same_parcel_with_a_label_that_the_depot_takes(lab: Lab, parcel: Parcel) -> None:
    await lab.book(parcel)
    again = await lab.book(parcel)
    (row,) = await lab.parcels()
    assert again.number == row["number"] == OWN and again.label is not None
    assert [sorted(round(side) for side in size) for size in sizes_mm(again.label.content)] == [[105, 148]]
    assert (await lab.ask("hand_over", row["id"], again.label.content))["outcome"] == "accepted"


async def test_ntf_101_and_144_the_senders_choice_is_told_and_what_the_recipient_changed_is_read(
    lab: Lab, parcel: Parcel
) -> None:
    choice = NoticeChoice(
        kinds=(Kind.ORDER_CONFIRMATION, Kind.DELIVERY_INFORMATION, Kind.SATURDAY_DELIVERY, Kind.EXCHANGE_RETURN),
        controls=(Control.DEPOSIT, Control.NEIGHBOUR),
        sender_name="Versandhaus Rhein und Aare",
        text_1="Grüezi",
        link="https://shop.example/",
        language="fr",
    )
    booked = await lab.book(replace(parcel, notices=choice))
    sent = [await lab.ask("mail", row["id"]) for row in await lab.ask("mails", to=parcel.recipient.email)]
    assert len(sent) == 3, "all but delivery information, which waits for a scan"
    assert all("Versandhaus Rhein und Aare" in mail["text"] for mail in sent)
    (text,) = [mail["text"] for mail in sent if "Grüezi" in mail["text"]]
    assert "https://shop.example/" in text
    link = next(word for word in text.split() if "/my-consignments/" in word)
    async with httpx.AsyncClient() as visitor:
        assert (await visitor.post(link, data={"option": "14", "neighbour": "Familie Weiss"})).status_code == 200
    assert (await lab.post.track_told(booked.carrier_id, OWN)).controls_used == (14,)


@pytest.mark.parametrize(
    ("story", "end"),
    [
        ("delivered", "delivered"),
        ("refused", "returned"),
        *(
            pytest.param(*row, marks=pytest.mark.ci)
            for row in (
                ("letterbox", "delivered"),
                ("second-attempt", "delivered"),
                ("pickup", "delivered"),
                ("locker", "delivered"),
                ("returned", "returned"),
            )
        ),
    ],
)
async def test_polls_see_a_life_to_its_end(lab: Lab, parcel: Parcel, story: str, end: str) -> None:
    booked = await lab.book(parcel)
    (row,) = await lab.parcels()
    await lab.ask("journey", row["id"], story=story)
    kept: dict[tuple[str, bool], CarrierEvent] = {}
    notices: tuple[ReturnNotice, ...] = ()
    for _ in range(90):
        found = await lab.post.track(booked.carrier_id, OWN)
        kept |= {(event.id, event.revoked): event for event in found.events}
        notices = found.returns
        truth = (await lab.ask("parcel", row["id"]))["status"]
        assert str(picture(OWN, kept.values()).status) == truth
        if truth == end:
            break
        await lab.advance(4 * HOUR_MS)
    assert truth == end and len(kept) >= 5
    assert all(event.status != "unknown" and event.text and event.place for event in kept.values())
    assert [notice.received_at is not None for notice in notices] == ([True] if end == "returned" else [])


@pytest.mark.parametrize(
    ("kind", "point"),
    [
        ("reset", "after"),
        ("truncate", "during"),
        *(
            pytest.param(*loss, marks=pytest.mark.ci)
            for loss in (("reset", "before"), ("reset", "during"), ("status", "after"))
        ),
    ],
)
async def test_a_lost_answer_makes_no_second_parcel(lab: Lab, parcel: Parcel, kind: str, point: str) -> None:
    status = {"status": 503} if kind == "status" else {}
    await lab.book(replace(parcel, key="S-099"))
    named = {"carrier": "swiss_post", "operation": "generate_address_label"}
    await lab.ask("add_fault", **named, kind=kind, point=point, **status)
    with pytest.raises(Unavailable):
        await lab.book(parcel)
    await lab.advance(20 * HOUR_MS)  # it lives on meanwhile, as no parcel without a label would
    booked = await lab.book(parcel)
    assert [row["reference"] for row in await lab.parcels()] == ["S-099", parcel.key]
    assert (await lab.parcels())[1]["number"] == booked.number == OWN
    assert booked.label is not None and OWN in {code.text for code in decoded(booked.label.content)}


async def test_a_token_that_ended_in_between_is_renewed(lab: Lab, parcel: Parcel) -> None:
    await lab.book(replace(parcel, key="S-099"))
    await lab.ask("advance", by_ms=61_000)  # the clock here stands still
    assert (await lab.book(parcel)).number == OWN
    assert len(await lab.parcels()) == 2


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "postal code": ({"postal_code": "80A1"}, "E2033"),
    "no such place": ({"city": ""}, "E2001"),
}


@pytest.mark.parametrize("wrong", REFUSALS)
async def test_a_refusal_has_the_carriers_code_and_leaves_nothing(lab: Lab, parcel: Parcel, wrong: str) -> None:
    changes, code = REFUSALS[wrong]
    with pytest.raises(Refused) as refused:
        await lab.book(replace(parcel, recipient=replace(parcel.recipient, **changes)))
    assert refused.value.code == code and await lab.parcels() == []


async def test_the_account_can_be_at_fault(lab: Lab, parcel: Parcel, basel: Address) -> None:
    await lab.ask("change_settings", {"swiss_post": {"franking_licenses": "35900034"}})
    with pytest.raises(Refused) as refused:
        await lab.book(parcel)
    assert refused.value.code == "E2010"
    await lab.ask("change_settings", {"swiss_post": {"franking_licenses": "", "billing_relation": "no"}})
    with pytest.raises(Refused) as refused:
        await lab.book(parcel)
    assert refused.value.code == "E9998"
    other = SwissPostAdapter(f"{lab.url}/swiss-post", TENANT, "wrong", LICENSE, basel)
    with pytest.raises(Refused, match="invalid_client"):
        await other.track(OWN, OWN)
    await other.close()
    with pytest.raises(Refused, match="not_found"):
        await lab.post.track(OWN, OWN)


async def test_the_gateway_and_the_range_have_their_bad_days(lab: Lab, parcel: Parcel) -> None:
    await lab.ask("begin_bad_day", "number-range-exhausted", carrier="swiss_post")
    with pytest.raises(Refused) as refused:
        await lab.book(parcel)
    assert refused.value.code == "E2011"
    await lab.ask("begin_bad_day", "gateway-refuses", carrier="swiss_post")
    codes = set()
    for n in range(20):
        with pytest.raises(Refused) as refused:
            await lab.book(replace(parcel, key=f"S-{n}"))
        codes.add(refused.value.code)
    assert codes == {"http_400", "E2011"}


async def test_a_withdrawn_scan_is_withdrawn(lab: Lab, parcel: Parcel) -> None:
    booked = await lab.book(parcel)
    (row,) = await lab.parcels()
    await lab.ask("scan", row["id"], "PARCEL.*.1.1003")
    await lab.ask("scan", row["id"], "PARCEL.*.1.4000")
    before = await lab.post.track(booked.carrier_id, OWN)
    assert str(picture(OWN, before.events).status) == "delivered"
    await lab.ask("revoke", row["id"], 2)
    after = await lab.post.track(booked.carrier_id, OWN)
    kept = {(event.id, event.revoked): event for event in (*before.events, *after.events)}
    assert str(picture(OWN, kept.values()).status) == "out_for_delivery"


def test_every_number_means_the_same_on_both_sides() -> None:
    assert carrier_codes.SWISS_POST.keys() == {str(number) for number in statuses.STATUS_OF}
    for code in statuses.CODES:
        assert str(swiss_post_meaning(code).status) == statuses.STATUS_OF[statuses.number_of(code)].value
