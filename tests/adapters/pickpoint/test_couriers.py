"""Couriers and hand-over lists. Source: `courier_api` §4."""

from datetime import date, time
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.pickpoint import PickPointAdapter
from parcelproof.reference.ports import Address, Collects, HandsOver, Intake, Pickup, ReadsMany, Refused, Unavailable

from .answers import NUMBER, PDF
from .conftest import Says, Sequenced, sent


@pytest.fixture
def pickup(moscow: Address) -> Pickup:
    return Pickup(
        key="PU-1",
        carrier_ids=(NUMBER, "2"),
        sender=moscow,
        day=date(2026, 3, 4),
        time_from=time(12, 0),
        time_to=time(17, 30),
        mass_g=2100,
        comment="звонить",
    )


def test_it_has_what_the_engine_asks_for(adapter: PickPointAdapter) -> None:
    assert isinstance(adapter, ReadsMany)
    assert isinstance(adapter, Collects)
    assert isinstance(adapter, HandsOver)


async def test_a_courier_is_called_with_minutes_of_the_day(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, pickup: Pickup
) -> None:
    route = says("courier", {"CourierRequestRegistred": True, "OrderNumber": "К-17", "ErrorMessage": None})
    assert await adapter.collect(pickup, None) == Intake(carrier_id="К-17", number="К-17")
    asked = sent(route)
    assert (asked["Date"], asked["TimeStart"], asked["TimeEnd"]) == ("2026.03.04", 720, 1050)
    assert (asked["City"], asked["Address"], asked["FIO"]) == ("Москва", "ул. Тверская 1", "Склад")
    assert (asked["Number"], asked["Weight"], asked["Comment"]) == (2, 3, "звонить PU-1")


async def test_a_known_call_is_not_made_again(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, pickup: Pickup
) -> None:
    route = says("courier", {"CourierRequestRegistred": True, "OrderNumber": "1"})
    known = Intake(carrier_id="К-17", number="К-17")
    assert await adapter.collect(pickup, known) == known
    assert not route.called


@pytest.mark.parametrize(
    ("said", "status", "kind", "code"),
    [
        (httpx.ReadTimeout, 200, Refused, "unknown_outcome"),
        (b"", 502, Refused, "unknown_outcome"),
        (b'{"CourierRequ', 200, Refused, "unknown_outcome"),
        (b"", 429, Unavailable, "quota_exceeded"),
        ({"CourierRequestRegistred": False, "ErrorMessage": "поздно"}, 200, Refused, "error"),
        ({"CourierRequestRegistred": False}, 200, Refused, "no_courier"),
        ({"CourierRequestRegistred": True}, 200, Refused, "no_courier"),
    ],
)
async def test_a_call_whose_fate_nobody_knows_is_for_people(
    adapter: PickPointAdapter,
    says: Says,
    sessions: respx.Route,
    pickup: Pickup,
    said: Any,
    status: int,
    kind: Any,
    code: str,
) -> None:
    says("courier", said, status)
    with pytest.raises(kind) as raised:
        await adapter.collect(pickup, None)
    assert raised.value.code == code


async def test_a_login_that_fails_is_not_such_a_call(adapter: PickPointAdapter, says: Says, pickup: Pickup) -> None:
    says("login", httpx.ReadTimeout)
    with pytest.raises(Unavailable):
        await adapter.collect(pickup, None)


async def test_a_courier_is_called_off(adapter: PickPointAdapter, says: Says, sessions: respx.Route) -> None:
    route = says("couriercancel", Sequenced({"Canceled": True}, {"Canceled": False}))
    await adapter.cancel_collect(Intake(carrier_id="К-17", number="К-17"), "PU-1")
    assert sent(route)["OrderNumber"] == "К-17"
    with pytest.raises(Refused):
        await adapter.cancel_collect(Intake(carrier_id="К-17", number="К-17"), "PU-1")


async def test_a_hand_over_list_is_made_and_printed(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route
) -> None:
    printed = says("getreestr", Sequenced(b"Error: no list", PDF))
    made = says("makereestrnumber", {"Numbers": ["Р-5"], "ErrorMessage": None})
    paper = await adapter.hand_over([NUMBER, "2"], "HL-1")
    assert paper is not None
    assert (paper.content, paper.number) == (PDF, "Р-5")
    assert (sent(made)["Invoices"], sent(made)["CityName"]) == ([NUMBER, "2"], "Москва")
    assert (sent(printed, 0)["InvoiceNumber"], sent(printed, 1)["ReestrNumber"]) == (NUMBER, "Р-5")


async def test_a_list_that_an_earlier_try_made_is_found(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route
) -> None:
    says("getreestr", PDF)
    made = says("makereestrnumber", {"Numbers": ["Р-5"]})
    paper = await adapter.hand_over([NUMBER], "HL-1")
    assert paper is not None
    assert paper.content == PDF
    assert not made.called


@pytest.mark.parametrize(
    ("said", "kind"), [({"Numbers": [], "ErrorMessage": "статус"}, Refused), ({"Numbers": [None]}, Unavailable)]
)
async def test_a_list_that_is_not_made_is_none(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, said: Any, kind: Any
) -> None:
    says("getreestr", b"Error: no list")
    says("makereestrnumber", said)
    with pytest.raises(kind):
        await adapter.hand_over([NUMBER], "HL-1")
