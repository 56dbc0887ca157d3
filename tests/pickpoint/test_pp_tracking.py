"""Tracking (`courier_api` §4, `statuses` §3a): states in time order, to the minute; what changed in a span of time."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.core.status import Status
from parcelproof.simulators.courier_api.pickpoint import CARRIER, settings
from parcelproof.simulators.courier_api.pickpoint.statuses import ROWS

from .conftest import DAY_MS, HOUR_MS, OFFICE, Desk, fresh_desk

MINUTE_MS = 60_000
CONTRACT = {  # statuses §3a "PickPoint": code -> canonical value, whether it opens the leg
    101: "announced", 102: "announced", 103: "announced", 104: "announced", 105: "accepted", 106: "in_transit",
    107: "in_transit", 108: "out_for_delivery", 109: "ready_for_pickup", 111: "delivered", 112: "returning",
    113: "returned", 114: "returning", 115: "returning", 116: "returning", 117: "in_transit", 123: "in_transit",
}  # fmt: skip


def test_states_mean_what_the_contract_says(desk: Desk) -> None:
    assert {row.code: str(row.status) for row in ROWS} == CONTRACT
    assert {row.code for row in ROWS if row.opens_return} == {115, 116}
    assert [row["State"] for row in desk.look("getstates")] == sorted(CONTRACT)
    assert desk.look("getstates")[2] == {"State": 103, "StateText": "Развоз до ПТ самостоятельно"}


def test_the_vector_of_the_contract_is_walked(desk: Desk) -> None:
    number = desk.still(desk.sending())
    walked = []
    for code in (105, 108, 109, 112, 109, 112, 115, 117, 113):
        desk.world.step(desk.world.now_ms + (MINUTE_MS if code != 113 else 0))
        walked.append(str(desk.scan(number, code).status))
    assert walked == [
        *("accepted", "out_for_delivery", "ready_for_pickup", "returning", "ready_for_pickup", "returning"),
        *("returning", "returning", "returned"),
    ]
    other = desk.still(desk.sending())
    assert [desk.scan(other, code).status for code in (111, 109)] == [Status.DELIVERED] * 2


def test_a_life_is_told_in_time_order_to_the_minute(desk: Desk) -> None:
    number = desk.sending(Description="[story: returned]")
    desk.advance(20 * DAY_MS)
    rows = desk.ask("tracksending", InvoiceNumber=number)
    assert [row["State"] for row in rows] == [101, 105, 106, 107, 108, 109, 112, 115, 116, 117, 113]
    assert rows[0] == {"State": 101, "ChangeDT": "02.03.26 12:00", "StateMessage": "Зарегистрирован"}
    assert all(re.fullmatch(r"\d\d\.\d\d\.\d\d \d\d:\d\d", row["ChangeDT"]) for row in rows)


@pytest.mark.parametrize("story", CARRIER.stories)
def test_every_story_is_walked_to_its_end(desk: Desk, story: str) -> None:
    number = desk.sending(PostamatNumber=OFFICE, Description=f"Посуда [story: {story}]")
    desk.advance(20 * DAY_MS)
    ends = {"refused": "returned", "returned": "returned", "stuck": "announced"}
    assert desk.parcel(number).status == ends.get(story, "delivered")
    assert len(CARRIER.told(story) if CARRIER.told else ()) == max(0, len(desk.states(number)) - 1)


def test_contradictions_are_switches(desk: Desk) -> None:
    number = desk.still(desk.sending())
    desk.scan(number, 105)
    desk.settings(pickpoint={"tracksending_shape": "current", "change_dt": "dd.mm.yyyy"})
    (row,) = desk.ask("tracksending", InvoiceNumber=number)
    assert (row["State"], row["ChangeDT"]) == (105, "02.03.2026 12:00")


def test_equal_change_times_keep_the_order(desk: Desk) -> None:
    desk.settings(pickpoint={"change_times": "hours"})
    number = desk.still(desk.sending())
    for code in (105, 106, 107):
        desk.world.step(desk.world.now_ms + MINUTE_MS)
        desk.scan(number, code)
    rows = desk.ask("getInvoicesChangeState", DateFrom="", DateTo="")
    assert [row["State"] for row in rows] == [101, 105, 106, 107]
    assert {row["ChangeDT"] for row in rows} == {"02.03.26 12:00"}


def test_what_changed_is_told_place_by_place(desk: Desk) -> None:
    number = desk.still(desk.sending(Places=[desk.place(), desk.place()], SenderCode="B-1"))
    desk.world.step(desk.world.now_ms + HOUR_MS // 2)
    desk.scan(number, 114, reason="Не подошло")
    rows = desk.ask("getinvoiceschangestate", DateFrom="02.03.26 12:10", DateTo="02.03.26 12:30", State=114)
    assert [row["BarCode"] for row in rows] == desk.info(number)["Barcodes"]
    assert {key: rows[0][key] for key in rows[0] if key != "BarCode"} == {
        "InvoiceNumber": number,
        "SenderInvoiceNumber": "B-1",
        "State": 114,
        "VisualStateCode": 114,
        "VisualState": "Отказ",
        "StateMessage": "Отказ",
        "Comment": "Не подошло",
        "ChangeDT": "02.03.26 12:30",
    }


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("02.03.26", "02.03.26", 1),  # a day without an hour is the whole day
        ("2.3.2026", "02.03.2026", 1),
        ("02.03.26 12:00", "02.03.26 12:00", 1),  # a minute is the whole minute
        ("02.03.26 12:01", "", 0),
        ("", "02.03.26 11:59", 0),
        ("2026-03-02T11:59:59", "2026-03-02T12:00:00+03:00", 1),
        ("03.03.26", None, 0),
    ],
)
def test_spans_are_read_as_clients_write_them(desk: Desk, first: str, last: str | None, found: int) -> None:
    desk.sending()
    assert len(desk.ask("getInvoicesChangeState", DateFrom=first, DateTo=last)) == found


@pytest.mark.parametrize("date", ["31.02.26", "yesterday", "2026", "02.03.26 25:00", "02/03/26"])
def test_a_date_that_names_none_is_an_error(desk: Desk, date: str) -> None:
    assert desk.ask("getInvoicesChangeState", DateFrom=date)["ErrorCode"] == 20


def test_several_are_tracked_in_one_answer(desk: Desk) -> None:
    numbers = [desk.sending(), desk.sending()]
    found = desk.ask("tracksendings", Invoices=numbers)["Invoices"]
    assert [row["InvoiceNumber"] for row in found] == numbers
    assert [row["States"] for row in found] == [desk.ask("tracksending", InvoiceNumber=number) for number in numbers]
    assert desk.ask("tracksendings", Invoices=[*numbers, "1"])["ErrorCode"] == 25


@given(st.lists(st.tuples(st.sampled_from(CARRIER.codes), st.integers(0, 5)), max_size=8), st.data())
def test_tracking_tells_the_scans_that_stand_in_the_order_of_their_time(
    scans: list[tuple[str, int]], data: st.DataObject
) -> None:
    desk = fresh_desk()
    number = desk.still(desk.sending())
    told: dict[int, tuple[int, int]] = {}
    for code, minutes in scans:
        desk.world.step(desk.world.now_ms + data.draw(st.integers(0, 3)) * MINUTE_MS)
        before = desk.parcel(number).scans
        parcel = desk.scan(number, int(code), late_ms=minutes * MINUTE_MS)
        if parcel.scans > before:
            told[parcel.scans] = (desk.world.now_ms - minutes * MINUTE_MS, int(code))
    withdrawn: bool = data.draw(st.booleans())
    if told and withdrawn:
        gone = data.draw(st.sampled_from(sorted(told)))
        CARRIER.revoke(desk.world, desk.parcel(number), gone)
        del told[gone]
    registered = desk.world.parcel(f"pickpoint-{number}").facts[0].at_ms
    wanted = sorted([(registered, 101), *told.values()], key=lambda row: row[0])
    assert desk.states(number) == [code for _, code in wanted]


def test_the_contract_and_the_sheet_name_the_same_operations() -> None:
    operations = {route.operation for route in CARRIER.routes}
    assert operations == set(CARRIER.sheet.fidelity)


def test_the_sheet_lists_every_switch_and_its_default_first(desk: Desk) -> None:
    listed = CARRIER.sheet.switches
    assert set(listed) == {*settings.ALLOWED}
    assert (listed["tracksending_shape"], listed["storage_days"]) == ("history, current", "3, 1 to 30")
    for name in settings.CHOICES:
        assert listed[name].startswith(str(settings.choice(desk.world, name)).lower())
    for name in settings.NUMBERS:
        assert listed[name].startswith(f"{settings.number(desk.world, name)}, ")


@pytest.mark.parametrize("value", [None, "history ", 1, True, ["current"], {"a": 1}])
def test_a_switch_that_is_set_to_nothing_allowed_keeps_its_default(desk: Desk, value: object) -> None:
    desk.settings(pickpoint={"tracksending_shape": value, "session_lifetime_s": value, "ikn": value})
    assert settings.choice(desk.world, "tracksending_shape") == "history"
    assert settings.number(desk.world, "session_lifetime_s") == (1 if value == 1 and value is not True else 3600)
    assert settings.contract_number(desk.world) == ("history " if value == "history " else "")
