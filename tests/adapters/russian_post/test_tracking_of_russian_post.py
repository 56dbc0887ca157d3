"""Histories of Russian Post: by the single service and by ticket, the same events whichever told them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import respx

from parcelproof.reference.adapters.russian_post import RussianPostAdapter
from parcelproof.reference.adapters.russian_post.zones import zone_of
from parcelproof.reference.ports import CarrierEvent, Refused, Unavailable

from .answers import (
    ENVELOPE,
    ID,
    LEG,
    NUMBER,
    OTHER,
    OTHER_ID,
    Clock,
    batch_answer,
    batch_error,
    fault,
    history,
    ok,
    order,
    record,
    ticket,
)

ANNOUNCED = record("28/0", "2026-03-02T10:00:00.000+03:00", index="802145")
ACCEPTED = record("1/2", "2026-03-02T18:00:00.000+03:00", index="101000")
ARRIVED = record("8/2", "2026-03-04T09:30:00.000+04:00")
DELIVERED = record("2/1", "2026-03-04T18:30:00.000+04:00")
MANY = [(str(10_000 + n), f"8009257890{n:04}") for n in range(21)]


def codes(events: Sequence[CarrierEvent]) -> list[tuple[str, str]]:
    return [(event.code, event.status) for event in events]


async def test_a_history_is_asked_for_in_soap_and_read_as_events(
    adapter: RussianPostAdapter, tracks: respx.MockRouter, wire: respx.MockRouter
) -> None:
    wire.get("/1.0/backlog/search").mock(return_value=ok([]))
    wire.get("/1.0/shipment/search").mock(return_value=ok([order()]))
    asked = tracks.post("/rtm34").mock(return_value=history(ANNOUNCED, ACCEPTED, ARRIVED, DELIVERED))
    told = await adapter.track(ID, NUMBER)
    assert codes(told.events) == [
        ("28/0", "announced"), ("1/2", "accepted"), ("8/2", "ready_for_pickup"), ("2/1", "delivered"),
    ]  # fmt: skip
    last = told.events[-1]
    assert last.occurred_at == datetime(2026, 3, 4, 14, 30, tzinfo=UTC) and last.to_addressee
    assert (last.text, last.place) == ("Операция 2. Признак 1", "443099 Самара")
    request = asked.calls[0].request
    assert request.headers["Content-Type"].startswith("application/soap+xml")
    sent = request.content.decode()
    for part in (f"<data:Barcode>{NUMBER}</data:Barcode>", "<data:MessageType>0<", "<data:login>shop<", ">s3cret<"):
        assert part in sent


async def test_what_the_mail_is_decides_whether_it_waits_at_the_counter(
    adapter: RussianPostAdapter, tracks: respx.MockRouter
) -> None:
    cases = ((23, 0, "ready_for_pickup"), (23, 64, "in_transit"), (24, 0, "in_transit"), (4, 2048, "ready_for_pickup"))
    for mail_type, marks, status in cases:
        told = record("8/2", "2026-03-04T09:30:00.000+04:00", mail_type=mail_type, marks=marks)
        tracks.post("/rtm34").mock(return_value=history(told))
        assert (await adapter.track(ID, NUMBER)).events[0].status == status, mail_type


async def test_where_the_history_does_not_say_our_order_does(
    adapter: RussianPostAdapter, tracks: respx.MockRouter, wire: respx.MockRouter
) -> None:
    tracks.post("/rtm34").mock(return_value=history(record("8/2", "2026-03-04T09:30:00.000+04:00", mail_type=None)))
    wire.get("/1.0/backlog/search").mock(return_value=ok([]))
    search = wire.get("/1.0/shipment/search").mock(return_value=ok([order()]))
    for _ in range(2):
        assert (await adapter.track(ID, NUMBER)).events[0].status == "ready_for_pickup"
    assert search.call_count == 1, "the kind of mail never changes"
    assert dict(search.calls[0].request.url.params) == {"query": NUMBER}


@pytest.mark.parametrize(
    "answer", [history(), httpx.Response(200, content=ENVELOPE.format("").encode())], ids=["empty", "missing"]
)
async def test_a_number_without_a_history_has_no_events(
    adapter: RussianPostAdapter, tracks: respx.MockRouter, answer: httpx.Response
) -> None:
    tracks.post("/rtm34").mock(return_value=answer)
    assert (await adapter.track(ID, NUMBER)).events == ()


async def test_an_operation_whose_attribute_has_no_name_and_a_place_without_an_index_are_read(
    adapter: RussianPostAdapter, tracks: respx.MockRouter
) -> None:
    bare = record("10/0", "2026-03-05T10:00:00.000+01:00", mail_type=None).replace("<ns3:Index>443099</ns3:Index>", "")
    tracks.post("/rtm34").mock(return_value=history(bare))
    (event,) = (await adapter.track(ID, NUMBER)).events
    assert (event.code, event.status, event.text, event.place) == ("10/0", "in_transit", "Операция 10", "Самара")


async def test_the_way_back_keeps_the_number_and_tells_why(
    adapter: RussianPostAdapter, tracks: respx.MockRouter
) -> None:
    back = record("3/1", "2026-03-20T09:00:00.000+04:00")
    tracks.post("/rtm34").mock(return_value=history(ACCEPTED, ARRIVED, back))
    (note,) = (await adapter.track(ID, NUMBER)).returns
    assert (note.number, note.direct_number, note.received_at) == (NUMBER, NUMBER, None)
    assert note.reason == "Операция 3. Признак 1"
    home = record("2/2", "2026-03-25T09:00:00.000+03:00")
    tracks.post("/rtm34").mock(return_value=history(ACCEPTED, ARRIVED, back, home))
    (note,) = (await adapter.track(ID, NUMBER)).returns
    assert note.received_at == datetime(2026, 3, 25, 6, 0, tzinfo=UTC)


async def test_the_buyers_return_is_followed_under_its_own_number(
    adapter: RussianPostAdapter, tracks: respx.MockRouter, wire: respx.MockRouter
) -> None:
    wire.get("/1.0/backlog/search").mock(return_value=ok([]))
    wire.get("/1.0/shipment/search").mock(return_value=ok([order(**{"linked-barcode": LEG})]))
    leg = history(record("1/1", "2026-03-10T10:00:00.000+04:00"), record("2/1", "2026-03-14T10:00:00.000+03:00"))
    tracks.post("/rtm34", content__contains=LEG).mock(return_value=leg)
    tracks.post("/rtm34").mock(return_value=history(ACCEPTED, DELIVERED))
    told = await adapter.track(ID, NUMBER)
    (note,) = told.returns
    assert (note.number, note.direct_number) == (LEG, NUMBER)
    assert note.received_at == datetime(2026, 3, 14, 7, 0, tzinfo=UTC)
    of_leg = [event for event in told.events if event.number == LEG]
    assert [(event.code, event.is_return, event.direct_number) for event in of_leg] == [
        ("1/1", True, NUMBER), ("2/1", True, NUMBER),
    ]  # fmt: skip
    assert not of_leg[1].to_addressee, "the addressee of a return is the shop"


async def test_an_operators_mistake_takes_the_line_before_it_back(
    adapter: RussianPostAdapter, tracks: respx.MockRouter, wire: respx.MockRouter
) -> None:
    wire.get("/1.0/backlog/search").mock(return_value=ok([]))
    wire.get("/1.0/shipment/search").mock(return_value=ok([order()]))
    mistake = record("26/2", "2026-03-04T19:00:00.000+04:00")
    tracks.post("/rtm34").mock(return_value=history(ACCEPTED, DELIVERED, mistake))
    *_, wrong, taken_back = (await adapter.track(ID, NUMBER)).events
    assert (wrong.code, taken_back.code, taken_back.revoked, taken_back.revokes) == ("2/1", "26/2", True, wrong.id)


async def test_faults_are_refusals_but_for_a_spent_quota(adapter: RussianPostAdapter, tracks: respx.MockRouter) -> None:
    for reason, words, kind, code in (
        ("AuthorizationFaultReason", "Неверный логин или пароль", Refused, "unauthorized"),
        ("AuthorizationFaultReason", "Превышен лимит количества запросов", Unavailable, "quota_exceeded"),
        ("OperationHistoryFaultReason", "The format of the request data is invalid", Refused, "operation_history"),
        ("SomethingElse", "oops", Unavailable, "carrier_down"),
    ):
        tracks.post("/rtm34").mock(return_value=fault(reason, words))
        with pytest.raises((Refused, Unavailable)) as caught:
            await adapter.track(ID, NUMBER)
        assert (type(caught.value), caught.value.code) == (kind, code)
        assert words in caught.value.detail


BOMB = b'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><S:Envelope xmlns:S="s"><S:Body>&b;</S:Body></S:Envelope>'
BROKEN: list[httpx.Response | Exception] = [
    httpx.ReadTimeout("slow"), httpx.ConnectError("gone"), httpx.Response(200, content=b""),
    httpx.Response(200, content=b"<S:Env"), httpx.Response(504, content=b"<html><p>"), httpx.Response(500, content=b""),
    httpx.Response(200, content=BOMB), httpx.Response(200, content=b"\xff\xfe{}"),
    history(record("x/0", "2026-03-04T09:30:00.000+04:00")), history(record("1/1", "yesterday")),
]  # fmt: skip


async def test_what_breaks_on_the_way_is_worth_another_try(
    adapter: RussianPostAdapter, tracks: respx.MockRouter
) -> None:
    for broken in BROKEN:
        tracks.post("/rtm34").mock(side_effect=[broken])
        with pytest.raises(Unavailable):
            await adapter.track(ID, NUMBER)
    for broken in BROKEN[:-2]:
        tracks.post("/rtm34").mock(return_value=fault("AuthorizationFaultReason", "лимит"))
        tracks.post("/fc").mock(side_effect=[broken])
        with pytest.raises(Unavailable):
            await adapter.track_many([(ID, NUMBER)])


# -- many at once


async def test_a_few_are_read_singly_and_one_bad_number_keeps_nobody_else(
    adapter: RussianPostAdapter, tracks: respx.MockRouter
) -> None:
    tracks.post("/rtm34", content__contains=OTHER).mock(return_value=fault("OperationHistoryFaultReason", "bad"))
    tracks.post("/rtm34").mock(return_value=history(ACCEPTED))
    told = await adapter.track_many([(ID, NUMBER), (OTHER_ID, OTHER)])
    assert list(told) == [ID] and codes(told[ID].events) == [("1/2", "accepted")]


async def test_many_are_asked_for_by_ticket_and_fetched_a_quarter_of_an_hour_later(
    adapter: RussianPostAdapter, tracks: respx.MockRouter, clock: Clock
) -> None:
    # the two requests of the service differ by what they ask for
    asked = tracks.post("/fc", content__contains="ticketRequest").mock(return_value=ticket("T1"))
    fetched = tracks.post("/fc", content__contains="answerByTicketRequest").mock(
        return_value=batch_answer({number: [("1/2", "02.03.2026 18:00:00", "101000")] for _, number in MANY})
    )
    with pytest.raises(Unavailable) as caught:
        await adapter.track_many(MANY)
    assert (caught.value.code, caught.value.retry_after_s) == ("tickets_pending", 900.0)
    clock.at += timedelta(minutes=14)
    with pytest.raises(Unavailable) as caught:
        await adapter.track_many(MANY)
    assert caught.value.retry_after_s == 60.0 and fetched.call_count == 0
    clock.at += timedelta(minutes=1)
    told = await adapter.track_many(MANY)
    assert len(told) == len(MANY) and (asked.call_count, fetched.call_count) == (1, 1)
    assert told[MANY[0][0]].events[0].occurred_at == datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    assert asked.calls[0].request.content.decode().count("<fcl:Item Barcode=") == len(MANY)
    assert "T1" in fetched.calls[0].request.content.decode()


async def test_both_services_tell_the_same_event(
    adapter: RussianPostAdapter, tracks: respx.MockRouter, wire: respx.MockRouter, clock: Clock
) -> None:
    wire.get("/1.0/backlog/search").mock(return_value=ok([]))
    wire.get("/1.0/shipment/search").mock(return_value=ok([order(barcode=MANY[0][1])]))
    tracks.post("/fc", content__contains="ticketRequest").mock(return_value=ticket())
    rows = [("28/0", "02.03.2026 10:00:00", "802145"), ("8/2", "04.03.2026 09:30:00", "443099")]
    tracks.post("/fc", content__contains="answerByTicketRequest").mock(return_value=batch_answer({MANY[0][1]: rows}))
    with pytest.raises(Unavailable):
        await adapter.track_many(MANY)
    clock.at += timedelta(minutes=15)
    by_ticket = (await adapter.track_many(MANY))[MANY[0][0]].events
    tracks.post("/rtm34").mock(return_value=history(ANNOUNCED, ARRIVED))
    singly = (await adapter.track(*MANY[0])).events
    kept = [(event.id, event.code, event.status, event.occurred_at) for event in singly]
    assert [(event.id, event.code, event.status, event.occurred_at) for event in by_ticket] == kept


async def test_a_spent_quota_of_the_single_service_turns_to_tickets(
    adapter: RussianPostAdapter, tracks: respx.MockRouter, clock: Clock
) -> None:
    spent = fault("AuthorizationFaultReason", "Превышен лимит количества запросов")
    tracks.post("/rtm34").mock(side_effect=[history(ACCEPTED), spent, spent, spent])
    tracks.post("/fc", content__contains="ticketRequest").mock(return_value=ticket())
    tracks.post("/fc", content__contains="answerByTicketRequest").mock(
        return_value=batch_answer({OTHER: [("1/2", "02.03.2026 18:00:00", "101000")]})
    )
    parcels = [(ID, NUMBER), (OTHER_ID, OTHER)]
    assert list(await adapter.track_many(parcels)) == [ID], "what was read before the quota was spent is told"
    clock.at += timedelta(minutes=15)
    assert list(await adapter.track_many(parcels)) == [OTHER_ID]


async def test_tickets_that_are_late_lost_or_not_issued_are_asked_for_again(
    adapter: RussianPostAdapter, tracks: respx.MockRouter, clock: Clock
) -> None:
    asked = tracks.post("/fc", content__contains="ticketRequest").mock(
        side_effect=[ticket(""), ticket("T1"), ticket("T2"), ticket("T3")]
    )
    tracks.post("/fc", content__contains="answerByTicketRequest").mock(
        side_effect=[batch_error(6, "Ответ не готов"), batch_error(17, "Билет не найден")]
    )
    for minutes, tickets in ((0, 1), (0, 2), (15, 2), (15, 3), (32 * 60, 4)):
        clock.at += timedelta(minutes=minutes)
        with pytest.raises(Unavailable):
            await adapter.track_many(MANY)
        assert asked.call_count == tickets


async def test_the_batch_service_says_no_in_its_own_numbers(
    adapter: RussianPostAdapter, tracks: respx.MockRouter
) -> None:
    for number, words, kind, code in (
        (3, "Ошибка авторизации", Refused, "unauthorized"),
        (3, "Ошибка авторизации: Превышен лимит количества запросов", Unavailable, "quota_exceeded"),
        (16, "Внутренняя ошибка", Unavailable, "carrier_down"),
        (18, "Слишком много", Refused, "batch_18"),
    ):
        tracks.post("/fc").mock(return_value=batch_error(number, words))
        with pytest.raises((Refused, Unavailable)) as caught:
            await adapter.track_many(MANY)
        assert (type(caught.value), caught.value.code) == (kind, code)


@pytest.mark.parametrize(
    ("index", "hours"),
    [("101000", 3), ("236000", 2), ("443099", 4), ("620000", 5), ("644000", 6), ("630000", 7), ("664000", 8),
     ("677000", 9), ("690000", 10), ("685000", 11), ("683000", 12), ("802145", 3), ("", 3), ("D-10115", 3)],
)  # fmt: skip
def test_offices_go_by_the_clock_of_their_region(index: str, hours: int) -> None:
    assert zone_of(index).utcoffset(None) == timedelta(hours=hours)


async def test_a_return_is_looked_for_once_a_day(
    adapter: RussianPostAdapter, tracks: respx.MockRouter, wire: respx.MockRouter, clock: Clock
) -> None:
    tracks.post("/rtm34").mock(return_value=history(ACCEPTED, DELIVERED))
    searches = wire.get(url__regex=r".*/search").mock(return_value=ok([order()]))
    for hours, calls in ((0, 4), (23, 4), (2, 8)):
        clock.at += timedelta(hours=hours)
        assert (await adapter.track(ID, NUMBER)).returns == ()
        assert searches.call_count == calls
