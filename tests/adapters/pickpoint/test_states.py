"""States: read one by one, in one go and as a feed; what comes back. Source: `courier_api` §4, `statuses` §3a."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.reference.adapters.pickpoint import PickPointAdapter, reading
from parcelproof.reference.domain.statuses import Status, picture
from parcelproof.reference.ports import Refused, ReturnNotice, Unavailable, Unsupported, Untrusted

from .answers import NUMBER, change, state
from .conftest import Says, sent

VECTOR = (101, 105, 108, 109, 112, 109, 112, 115, 117, 113)


@pytest.mark.parametrize("at", ["16.01.14 00:28", "16.01.2014 00:28", " 16.01.14 00:28:00"])
def test_a_time_is_moscows(at: str) -> None:
    assert reading.moment(at) == datetime(2014, 1, 15, 21, 28, tzinfo=UTC)


@pytest.mark.parametrize("at", ["", "2014-01-16 00:28", "16.13.14 00:28", "yesterday", "٣1.01.14 00:00x"])
def test_what_is_no_time_is_not_guessed(at: str) -> None:
    with pytest.raises(Unavailable):
        reading.moment(at)


async def test_the_tables_vector_is_told_state_by_state(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route
) -> None:
    """`statuses` §3a, test vector 5: the last two have the same minute."""
    expected = "announced accepted out_for_delivery ready_for_pickup returning ready_for_pickup returning returning "
    statuses = [Status(word) for word in (expected + "returning returned").split()]
    rows = [state(code, f"02.03.26 12:{min(place, 8):02}") for place, code in enumerate(VECTOR)]
    says("sendinginfo", {"InvoiceNumber": NUMBER})
    for upto in range(1, len(rows) + 1):
        says("tracksending", rows[:upto])
        found = await adapter.track(NUMBER, NUMBER)
        assert picture(NUMBER, found.events).status is statuses[upto - 1]


@pytest.mark.parametrize("order", [(109, 111), (111, 109)])
async def test_states_of_one_minute_end_at_the_last_one(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, order: tuple[int, int]
) -> None:
    says("tracksending", [state(code, "02.03.26 12:00") for code in order])
    found = await adapter.track(NUMBER, NUMBER)
    assert picture(NUMBER, found.events).status is Status.DELIVERED


async def test_an_unknown_state_is_an_unknown_event(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route
) -> None:
    says("tracksending", [state(105, "02.03.26 12:00"), state(119, "02.03.26 13:00", "новое")])
    story = (await adapter.track(NUMBER, NUMBER)).events
    assert [(event.code, event.status, event.text) for event in story][1] == ("119", "unknown", "новое")
    assert picture(NUMBER, story).status is Status.ACCEPTED


@given(st.lists(st.tuples(st.sampled_from([101, 105, 109, 111, 112, 115]), st.integers(0, 3)), max_size=8))
def test_a_story_told_twice_is_the_same_story(rows: list[tuple[int, int]]) -> None:
    told = [(str(code), f"02.03.26 12:0{minute}", "") for code, minute in rows]
    once = reading.events(NUMBER, told)
    assert reading.events(NUMBER, [*told, *told]) == once
    assert len({event.id for event in once}) == len(once) == len(set(told))


async def test_many_are_read_in_one_answer_and_strangers_left_out(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route
) -> None:
    rows = {"Invoices": [{"InvoiceNumber": name, "States": [state(105, "02.03.26 12:00")]} for name in ("1", "2", "9")]}
    route = says("tracksendings", rows)
    found = await adapter.track_many([("1", "1"), ("2", "2"), ("3", "3")])
    assert set(found) == {"1", "2"}
    assert sent(route)["Invoices"] == ["1", "2", "3"]
    assert found["2"].events[0].number == "2"


# -- the feed


async def test_the_feed_asks_from_three_hours_before_the_cursor(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, clock: Any
) -> None:
    route = says("getInvoicesChangeState", [])
    notices, cursor = await adapter.changes("")
    assert (notices, sent(route)["DateFrom"], sent(route)["DateTo"]) == ([], "31.01.26 09:00", "02.03.26 12:01")
    clock.at += timedelta(hours=5)
    await adapter.changes(cursor)
    assert (sent(route)["DateFrom"], sent(route)["DateTo"]) == ("02.03.26 09:00", "02.03.26 17:01")


@pytest.mark.parametrize("cursor", ["nonsense", "2026-03-02T09:00:00", "2199-01-01T00:00:00+00:00"])
async def test_a_cursor_of_nobodys_leads_nowhere_odd(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, cursor: str
) -> None:
    route = says("getInvoicesChangeState", [])
    await adapter.changes(cursor)
    assert sent(route)["DateTo"] == "02.03.26 12:01"
    assert sent(route)["DateFrom"] in ("31.01.26 09:00", "02.03.26 09:00")


async def test_changes_of_the_same_minute_keep_their_order(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route
) -> None:
    at = "02.03.2026 12:00"
    rows = [
        change("1", 105, at),
        change("2", 109, at),
        change("1", 106, at),
        change("1", 107, at),
        change("2", 111, at),
    ]
    says("getInvoicesChangeState", rows)
    notices, _ = await adapter.changes("")
    by_number = {notice.events[0].number: notice.events for notice in notices}
    assert [(event.code, event.sequence) for event in by_number["1"]] == [("105", 0), ("106", 1), ("107", 2)]
    assert picture("1", by_number["1"]).status is Status.IN_TRANSIT
    assert picture("2", by_number["2"]).status is Status.DELIVERED


async def test_what_the_feed_and_a_reading_tell_has_the_same_id(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route
) -> None:
    says("getInvoicesChangeState", [change(NUMBER, 109, "02.03.2026 12:00")])
    says("tracksending", [state(109, "02.03.26 12:00")])
    notices, _ = await adapter.changes("")
    assert [event.id for event in notices[0].events] == [
        event.id for event in (await adapter.track(NUMBER, NUMBER)).events
    ]


async def test_a_parcel_that_comes_back_is_read_again(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route
) -> None:
    says("getInvoicesChangeState", [change("1", 115, "02.03.26 12:00"), change("2", 112, "02.03.26 12:00")])
    notices, _ = await adapter.changes("")
    assert [notice.read_again for notice in notices] == [("1",), ()]


# -- ways back


async def test_a_return_has_number_reason_and_day(adapter: PickPointAdapter, says: Says, sessions: respx.Route) -> None:
    rows = [state(114, "02.03.26 12:00"), state(115, "02.03.26 13:00")]
    sheet = {"ReturnInvoiceNumber": 77, "SubEncloses": [{"Line": 1, "Reason": "брак"}, {"Line": 2, "Reason": "брак"}]}
    says("tracksending", rows)
    says("sendinginfo", [{"InvoiceNumber": NUMBER, "ReturnInfo": sheet}])
    (notice,) = (await adapter.track(NUMBER, NUMBER)).returns
    assert (notice.number, notice.direct_number, notice.reason) == ("77", NUMBER, "брак")
    assert notice.received_at is None
    says("tracksending", [*rows, state(113, "04.03.26 10:00")])
    (home,) = (await adapter.track(NUMBER, NUMBER)).returns
    assert (home.number, home.received_at) == ("77", datetime(2026, 3, 4, 7, 0, tzinfo=UTC))


@pytest.mark.parametrize("info", [{"InvoiceNumber": NUMBER}, {"ErrorCode": -1}])
async def test_without_a_sheet_the_states_tell(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, info: Any
) -> None:
    rows = [state(112, "02.03.26 12:00"), state(115, "02.03.26 13:00")]
    says("sendinginfo", info)
    says("tracksending", rows)
    assert (await adapter.track(NUMBER, NUMBER)).returns == ()
    says("tracksending", [*rows, state(113, "04.03.26 10:00")])
    (notice,) = (await adapter.track(NUMBER, NUMBER)).returns
    assert (notice.number, notice.reason) == (NUMBER, "not collected in time")


async def returned(adapter: PickPointAdapter) -> ReturnNotice:
    return await adapter.create_return(NUMBER, key="k", reason="не подошло", items={})


@pytest.fixture
def listed(says: Says) -> respx.Route:
    says("sendinginfo", {"InvoiceNumber": NUMBER, "SenderInvoiceNumber": "P-001"})
    rows = [{"InvoiceNumber": "70", "SenderInvoiceNumber": "P-002"}]
    return says("getreturninvoiceslist", {"SendingsInfo": rows, "Error": ""})


@pytest.mark.parametrize("said", [[{"ReturnCode": "1", "InvoiceNumber": "77", "Error": ""}], {"InvoiceNumber": 77}])
async def test_a_buyers_return_is_announced(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, listed: respx.Route, said: Any
) -> None:
    route = says("makereturn", said)
    notice = await returned(adapter)
    assert (notice.number, notice.direct_number, notice.reason, notice.origin) == ("77", NUMBER, "не подошло", "buyer")
    assert (sent(route)["InvoiceNumber"], sent(listed)["DateFrom"], sent(listed)["DateTo"]) == (
        NUMBER,
        "31.01.26",
        "03.03.26",
    )


async def test_what_an_earlier_try_announced_is_found(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, listed: respx.Route
) -> None:
    route = says("makereturn", httpx.ReadTimeout)
    with pytest.raises(Unavailable):
        await returned(adapter)
    rows = [
        {"InvoiceNumber": "70", "SenderInvoiceNumber": "P-002"},
        {"InvoiceNumber": "77", "SenderInvoiceNumber": "P-001"},
    ]
    says("getreturninvoiceslist", {"SendingsInfo": rows})
    assert ((await returned(adapter)).number, route.call_count) == ("77", 1)
    says("sendinginfo", {"InvoiceNumber": NUMBER, "ReturnInfo": {"ReturnInvoiceNumber": "78"}})
    assert ((await returned(adapter)).number, route.call_count) == ("78", 1)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ([{"InvoiceNumber": None, "Error": "не получено"}], Refused),
        ({"ErrorCode": -1, "ErrorMessage": "нет"}, Refused),
        ([], Unavailable),
        ({"ErrorCode": 0}, Unavailable),
        ([{"InvoiceNumber": NUMBER}], Unavailable),
    ],
)
async def test_a_return_without_a_number_is_none(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, listed: respx.Route, said: Any, kind: Any
) -> None:
    says("makereturn", said)
    with pytest.raises(kind):
        await returned(adapter)


async def test_what_the_carrier_has_not_is_said_so(adapter: PickPointAdapter, clock: Any) -> None:
    with pytest.raises(Unsupported):
        await adapter.subscribe("http://shop.example/hook", "k")
    with pytest.raises(Unsupported):
        await adapter.registries(clock.at.date())
    with pytest.raises(Untrusted):
        adapter.verify({}, b"{}", {}, clock.at)
