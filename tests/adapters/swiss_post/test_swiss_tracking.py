"""Following parcels at Swiss Post: scans as events, cancelled ones, the way back, what is absent."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters import carrier_codes
from parcelproof.reference.adapters.carrier_codes import swiss_post_meaning
from parcelproof.reference.adapters.swiss_post import SwissPostAdapter
from parcelproof.reference.domain.statuses import picture
from parcelproof.reference.ports import (
    CarrierEvent,
    CarrierFault,
    ReadsMany,
    Refused,
    Registry,
    Tracking,
    Unavailable,
    Unsupported,
    Untrusted,
)

from .answers import OWN, PIECES, detail, scan, story

EVENTS, DETAIL = f"{PIECES}/{OWN}/events/", f"{PIECES}/{OWN}/detail"
pytestmark = pytest.mark.usefixtures("tokens")


async def read(
    adapter: SwissPostAdapter, wire: respx.MockRouter, *scans: dict[str, Any], summary: str = "DELIVERED"
) -> Tracking:
    wire.get(EVENTS).mock(return_value=story(*scans))
    wire.get(DETAIL).mock(return_value=detail(summary))
    return await adapter.track(OWN, OWN)


def status_of(*readings: Tracking) -> str:
    """Return how a parcel stands after polls, of which each keeps what the earlier ones told."""
    kept: dict[tuple[str, bool], CarrierEvent] = {}
    for reading in readings:
        for event in reading.events:
            kept.setdefault((event.id, event.revoked), event)
    return str(picture(OWN, kept.values()).status)


async def test_scans_are_events_oldest_first(adapter: SwissPostAdapter, wire: respx.MockRouter) -> None:
    found = await read(
        adapter,
        wire,
        scan(1003, "2026-03-03T08:00:00+01:00", subtitle="by van"),
        scan(100, "2026-03-02T18:00:00"),  # Zurich's time
    )
    first, second = found.events
    assert (found.number, first.number, first.carrier) == (OWN, OWN, "swiss_post")
    assert (first.code, first.status, first.occurred_at) == (
        "PARCEL.*.1.100",
        "accepted",
        datetime(2026, 3, 2, 17, 0, tzinfo=UTC),
    )
    assert (second.status, second.text, second.place) == ("out_for_delivery", "title 1003; by van", "4051 Basel")
    assert (status_of(found), found.returns) == ("out_for_delivery", ())
    assert not any(str(call.request.url).endswith("/detail") for call in wire.calls)


async def test_the_same_scan_has_the_same_id_and_another_one_another(
    adapter: SwissPostAdapter, wire: respx.MockRouter
) -> None:
    rows = [scan(100), scan(100, title="x"), scan(200), scan(100, "2026-03-02T10:00:01+01:00")]
    ids = [(await read(adapter, wire, row)).events[0].id for row in rows]
    assert ids[0] == ids[1] and len(set(ids)) == 3
    twice = await read(adapter, wire, scan(100), scan(100), scan(1001))
    assert [event.sequence for event in twice.events] == [0, 1]


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ("8010 Zürich-Mülligen", "8010 Zürich-Mülligen"),
        ({"zip": "8001", "city": "Zürich"}, "8001 Zürich"),
        ({"city": "Zürich", "country": "CH"}, "Zürich"),
        (None, ""),
        ([1], ""),
        (True, ""),
        ({}, ""),
    ],
)
async def test_a_place_is_told_as_it_comes(
    adapter: SwissPostAdapter, wire: respx.MockRouter, location: object, place: str
) -> None:
    row = {**scan(100), "location": location}
    assert (await read(adapter, wire, row)).events[0].place == place


@pytest.mark.parametrize(
    ("numbers", "status"),
    [
        ("600 620 854 859", "announced"),
        ("100 200 500 501 502 912", "accepted"),
        ("803 819 842 902 919", "customs"),
        ("804 805 813 815 818 820 847 904 905 906 907 908 909 913 915 918 920 921 4020", "in_transit"),
        ("1001 1002 1100 1201 1202 1204 1213 1218", "in_transit"),
        ("1003", "out_for_delivery"),
        ("910 926 2102", "ready_for_pickup"),
        ("923 924 934", "delivery_failed"),
        ("3600", "returned"),
        ("938 3800 4000 4001 4600", "delivered"),
        ("1 1000 4002 99999", "unknown"),
    ],
)
def test_every_number_has_the_value_of_the_table(numbers: str, status: str) -> None:
    for number in numbers.split():
        for code in (f"PARCEL.*.1.{number}", f"LETTER.*.88.{number}"):
            assert (swiss_post_meaning(code).code, swiss_post_meaning(code).status) == (code, status)


def test_the_table_has_no_other_numbers() -> None:
    assert len(carrier_codes.SWISS_POST) == 55


@pytest.mark.parametrize(
    "code", ["", "4000", "PARCEL.*.1", "PARCEL.*.1.4000.1", "PARCEL.*.1.DELIVERED", "BOX.*.1.4000"]
)
def test_a_code_of_another_grammar_is_unknown(code: str) -> None:
    assert swiss_post_meaning(code).status == "unknown"


async def test_an_unknown_code_leaves_the_status_alone(adapter: SwissPostAdapter, wire: respx.MockRouter) -> None:
    found = await read(adapter, wire, scan(100), scan(777, "2026-03-02T12:00:00+01:00"))
    assert (found.events[1].status, status_of(found)) == ("unknown", "accepted")


async def test_a_cancelled_scan_withdraws_itself_whenever_it_was_told(
    adapter: SwissPostAdapter, wire: respx.MockRouter
) -> None:
    before = await read(adapter, wire, scan(1003), scan(4000, "2026-03-02T11:00:00+01:00"))
    assert status_of(before) == "delivered"
    gone = scan(4000, "2026-03-02T11:00:00+01:00", subEventId="CAN01")
    assert status_of(await read(adapter, wire, scan(1003), gone)) == "out_for_delivery"
    assert status_of(before, await read(adapter, wire, scan(1003), gone)) == "out_for_delivery"
    later = scan(4000, "2026-03-02T11:30:00+01:00", subEventId="CAN")
    both = await read(adapter, wire, scan(1003), scan(4000, "2026-03-02T11:00:00+01:00"), later)
    assert status_of(before, both) == "out_for_delivery"
    again = scan(4000, "2026-03-02T15:00:00+01:00", subEventId="CONFIRMED")
    assert status_of(before, await read(adapter, wire, scan(1003), gone, again)) == "delivered"


async def test_a_parcel_back_at_its_sender_is_returned(adapter: SwissPostAdapter, wire: respx.MockRouter) -> None:
    found = await read(
        adapter,
        wire,
        scan(934, "2026-03-03T08:00:00+01:00", title="Annahme verweigert"),
        scan(3600, "2026-03-05T08:00:00+01:00"),
        summary="RETURNED",
    )
    (notice,) = found.returns
    assert (status_of(found), notice.number, notice.direct_number) == ("returned", OWN, OWN)
    assert (notice.reason, notice.received_at) == ("Annahme verweigert", datetime(2026, 3, 5, 7, tzinfo=UTC))


async def test_the_way_back_is_seen_by_the_summary(adapter: SwissPostAdapter, wire: respx.MockRouter) -> None:
    """A parcel that came back ends with a "delivered" scan, and the summary lags behind the scans."""
    failed = scan(934, "2026-03-03T08:00:00+01:00")
    sorted_ = scan(1001, "2026-03-04T08:00:00+01:00")
    handed = scan(4000, "2026-03-05T08:00:00+01:00")
    polls = [await read(adapter, wire, failed, summary="NOT_DELIVERED")]
    assert status_of(*polls) == "delivery_failed" and polls[0].returns == ()
    polls.append(await read(adapter, wire, failed, sorted_, summary="RETURNED"))
    assert status_of(*polls) == "returning" and polls[1].returns[0].received_at is None
    polls.append(await read(adapter, wire, failed, sorted_, handed, summary="RETURNED"))
    assert status_of(*polls) == status_of(polls[-1]) == "returned"
    lagging = [await read(adapter, wire, failed, sorted_, handed, summary="DELIVERED"), polls[-1]]
    assert status_of(*lagging) == "returned"


async def test_goods_received_back_have_a_date(adapter: SwissPostAdapter, wire: respx.MockRouter) -> None:
    found = await read(adapter, wire, scan(934), scan(4000, "2026-03-05T08:00:00+01:00"), summary="RETURNED")
    assert found.returns[0].received_at == datetime(2026, 3, 5, 7, tzinfo=UTC)


async def test_a_delivery_without_a_failure_before_it_can_be_one_to_the_sender(
    adapter: SwissPostAdapter, wire: respx.MockRouter
) -> None:
    lagging = await read(adapter, wire, scan(1003), scan(4000, "2026-03-05T08:00:00+01:00"))
    assert (status_of(lagging), lagging.returns) == ("delivered", ())
    found = await read(adapter, wire, scan(1003), scan(4000, "2026-03-05T08:00:00+01:00"), summary="RETURNED")
    assert status_of(found) == status_of(lagging, found) == "returned"
    assert found.returns[0].received_at == datetime(2026, 3, 5, 7, tzinfo=UTC)


async def test_a_parcel_in_a_locker_waits_to_be_collected(adapter: SwissPostAdapter, wire: respx.MockRouter) -> None:
    """The summary calls it delivered."""
    found = await read(adapter, wire, scan(2102))
    assert status_of(found) == "ready_for_pickup"


@pytest.mark.parametrize("body", [{"status": "RETURNED"}, {"status": {"status": "returned"}}])
async def test_the_summary_is_read_in_each_shape(
    adapter: SwissPostAdapter, wire: respx.MockRouter, body: dict[str, Any]
) -> None:
    wire.get(EVENTS).mock(return_value=story(scan(4000)))
    wire.get(DETAIL).respond(json=body)
    assert status_of(await adapter.track(OWN, OWN)) == "returned"


@pytest.mark.parametrize("path", [EVENTS, DETAIL])
@pytest.mark.parametrize(
    ("answer", "fault", "code"),
    [
        (httpx.Response(404), Refused, "not_found"),
        (httpx.Response(400), Refused, "http_400"),
        (httpx.Response(403), Refused, "forbidden"),
        (httpx.Response(429, headers={"Retry-After": "7"}), Unavailable, "quota_exceeded"),
        (httpx.Response(500), Unavailable, "carrier_down"),
        (httpx.Response(200), Unavailable, "empty_answer"),
        (httpx.Response(200, text='{"events": [{"code"'), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json=[1]), Unavailable, "unreadable_answer"),
        (httpx.ReadTimeout("slow"), Unavailable, "timeout"),
        (httpx.ReadError("cut"), Unavailable, "connection"),
    ],
)
async def test_a_reading_that_fails_is_a_fault_with_a_name(
    adapter: SwissPostAdapter, wire: respx.MockRouter, path: str, answer: Any, fault: type[CarrierFault], code: str
) -> None:
    wire.get(EVENTS).mock(return_value=story(scan(4000)))
    route = wire.get(path)
    route.mock(return_value=answer) if isinstance(answer, httpx.Response) else route.mock(side_effect=answer)
    with pytest.raises(fault) as raised:
        await adapter.track(OWN, OWN)
    assert raised.value.code == code


@pytest.mark.parametrize("at", ["", "soon", "31.02.2026 10:00", "0001-01-01T00:00:00+23:59"])
async def test_a_scan_without_a_moment_is_no_answer(adapter: SwissPostAdapter, wire: respx.MockRouter, at: str) -> None:
    with pytest.raises(Unavailable, match="has the time"):
        await read(adapter, wire, scan(100, at))


async def test_a_number_cannot_reach_another_address(adapter: SwissPostAdapter, wire: respx.MockRouter) -> None:
    route = wire.get(url__regex=r".*").mock(return_value=story())
    await adapter.track("../x?y#z", "")
    assert route.calls[-1].request.url.raw_path.endswith(b"/mailpieces/..%2Fx%3Fy%23z/events/")


async def test_what_there_is_not_is_said(adapter: SwissPostAdapter) -> None:
    assert not isinstance(adapter, ReadsMany)
    with pytest.raises(Unsupported):
        await adapter.changes("")
    with pytest.raises(Unsupported):
        await adapter.create_return(OWN, key="R-1", reason="", items={})
    with pytest.raises(Unsupported):
        await adapter.subscribe("http://x", "k")
    with pytest.raises(Untrusted):
        adapter.verify({}, b"{}", {}, datetime(2026, 3, 2, tzinfo=UTC))
    with pytest.raises(Unsupported):
        await adapter.registries(date(2026, 3, 2))
    with pytest.raises(Unsupported):
        await adapter.complete(Registry(normal={}))
