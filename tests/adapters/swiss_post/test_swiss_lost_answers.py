"""Bookings of Swiss Post whose answer was lost: found again, and no second parcel."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from parcelproof.labelscan import scan as decoded
from parcelproof.labelscan import sizes_mm
from parcelproof.reference.adapters.swiss_post import SwissPostAdapter
from parcelproof.reference.ports import LabelFormat, Parcel, Refused, Unavailable

from .answers import (
    FURTHER,
    LABEL,
    OWN,
    PDF,
    PIECES,
    ZPL,
    Clock,
    failed,
    made,
    scan,
    sent,
    story,
)
from .booking import book


@pytest.mark.parametrize("format", list(LabelFormat))
async def test_a_parcel_whose_answer_was_lost_is_not_made_again_and_has_a_label_that_scans(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, format: LabelFormat
) -> None:
    numbers: list[str] = []

    def take(request: httpx.Request) -> httpx.Response:
        number = sent(request)["item"]["itemNumber"]
        if number in numbers:
            return failed("E2016")
        numbers.append(number)
        raise httpx.ReadTimeout("no answer")

    wire.post(LABEL).mock(side_effect=take)
    wire.get(f"{PIECES}/{OWN}/events/").mock(return_value=story(scan(600)))
    with pytest.raises(Unavailable) as lost:
        await book(adapter, parcel, format)
    assert lost.value.code == "timeout"
    again = [await book(adapter, parcel, format) for _ in range(2)]
    assert {(one.number, one.carrier_id) for one in again} == {(OWN, OWN)} and len(numbers) == 1
    label = again[0].label
    assert label is not None and label == again[1].label and label.format == format
    assert {code.text for code in decoded(label.content)} == {OWN}
    if format is not LabelFormat.ZPL:
        assert [tuple(round(side) for side in size) for size in sizes_mm(label.content)] == [(105, 148)]


@pytest.mark.parametrize("known", [httpx.Response(404), story(), story(scan(1003, "2026-02-28T10:00:00+01:00"))])
async def test_a_number_that_may_be_ours_is_taken_as_done(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, known: httpx.Response
) -> None:
    route = wire.post(LABEL).mock(return_value=failed("E2016"))
    wire.get(f"{PIECES}/{OWN}/events/").mock(return_value=known)
    assert (await book(adapter, parcel)).number == OWN
    assert route.call_count == 1


async def test_a_number_that_moved_long_ago_is_another_parcels_and_the_next_is_taken(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, clock: Clock
) -> None:
    wire.post(LABEL).mock(
        side_effect=lambda asked: failed("E2016") if OWN.endswith(sent(asked)["item"]["itemNumber"]) else made(asked)
    )
    moved = clock.at - timedelta(days=3, seconds=1)
    wire.get(f"{PIECES}/{OWN}/events/").mock(return_value=story(scan(100, moved.isoformat())))
    assert (await book(adapter, parcel)).number == FURTHER[0]


async def test_when_all_numbers_are_another_parcels_people_are_asked(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    route = wire.post(LABEL).mock(return_value=failed("E2016"))
    wire.get(path__regex=r".*/events/").mock(return_value=story(scan(4000, "2026-01-02T10:00:00Z")))
    with pytest.raises(Refused, match="number_taken"):
        await book(adapter, parcel)
    assert route.call_count == 4


async def test_while_it_cannot_be_told_whose_a_number_is_nothing_more_is_booked(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    route = wire.post(LABEL).mock(return_value=failed("E2016"))
    wire.get(f"{PIECES}/{OWN}/events/").respond(503)
    with pytest.raises(Unavailable):
        await book(adapter, parcel)
    assert route.call_count == 1


@pytest.mark.parametrize(
    "label",
    [None, PDF[:-6], b"<html>", ZPL, ["%%%"], ["VEVTVA=="], [b64encode(PDF).decode(), "AA=="], b"\x89PNG\r\n\x1a\n"],
)
async def test_a_parcel_whose_label_cannot_be_used_is_booked_all_the_same(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, label: Any
) -> None:
    wire.post(LABEL).mock(return_value=made(label=label))
    booked = await book(adapter, parcel)
    assert booked.number == OWN and booked.label is not None
    assert {code.text for code in decoded(booked.label.content)} == {OWN}


async def test_a_label_lost_of_a_number_that_cannot_be_drawn_is_for_people(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    wire.post(LABEL).mock(return_value=made(label=None, identCode="RM999605013CH"))
    with pytest.raises(Refused, match="unknown_outcome"):
        await book(adapter, parcel)
