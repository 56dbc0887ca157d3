"""Sendings: made once, rejected, cancelled; offers and lockers. Source: `courier_api` §4."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.pickpoint import PickPointAdapter
from parcelproof.reference.ports import LabelFormat, Money, Parcel, Refused, Unavailable

from .answers import LOCKERS, NOT_FOUND, NUMBER, QUOTE, created, locker, rejected
from .conftest import Says, Sequenced, sent


async def booked(adapter: PickPointAdapter, parcel: Parcel) -> str | None:
    return (await adapter.create(parcel, QUOTE, format=LabelFormat.PDF)).number


async def test_a_sending_says_what_the_contract_asks_for(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel
) -> None:
    route = says("CreateShipment", {"CreatedSendings": [created()], "RejectedSendings": []})
    found = await adapter.create(collect, QUOTE, format=LabelFormat.PDF)
    assert (found.carrier_id, found.number, found.label) == (NUMBER, NUMBER, None)
    (sending,) = sent(route)["Sendings"]
    assert (sending["EDTN"], sending["IKN"]) == ("P-001", "9990003041")
    invoice = sending["Invoice"]
    (place,) = invoice.pop("Places")
    assert invoice == {
        "SenderCode": "P-001",
        "Description": "Кружка, Лампа",
        "RecipientName": "Полина Веселова",
        "PostamatNumber": "6301-002",
        "MobilePhone": "+79120236225",
        "Email": "",
        "PostageType": 10003,
        "GettingType": 101,
        "PayType": 1,
        "Sum": 6420.0,
        "PrepaymentSum": 0.0,
        "InsuareValue": 6070.0,
        "DeliveryFee": 350.0,
        "DeliveryMode": 1,
        "SenderCity": {"CityName": "Москва", "RegionName": "Москва обл."},
    }
    assert (place["Width"], place["Height"], place["Depth"], place["Weight"]) == (37.1, 30.0, 13.5, 1.96)
    assert [(row["ProductCode"], row["Price"]) for row in place["SubEncloses"]] == [
        ("MUG-01", 890.0),
        ("MUG-01", 890.0),
        ("LMP-07", 4290.0),
    ]


async def test_a_prepaid_sending_collects_nothing(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel
) -> None:
    route = says("CreateShipment", {"CreatedSendings": [created()], "RejectedSendings": None})
    await booked(adapter, replace(collect, collect=None))
    invoice = sent(route)["Sendings"][0]["Invoice"]
    assert (invoice["PostageType"], invoice["Sum"], invoice["DeliveryFee"]) == (10001, 0, 0)
    assert invoice["PostamatNumber"] == "6301-003"  # nearer, and takes no money


async def test_an_earlier_try_is_found_by_our_number(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel
) -> None:
    info = {"InvoiceNumber": NUMBER, "SenderInvoiceNumber": "P-001", "FIO": "Полина Веселова", "Sum": 6420.0}
    looked = says("sendinginfo", [info])
    route = says("CreateShipment", {"CreatedSendings": [created()]})
    assert await booked(adapter, collect) == NUMBER
    assert sent(looked)["SenderInvoiceNumber"] == "P-001"
    assert not route.called


async def test_a_lost_answer_is_looked_up_by_the_next_try(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel
) -> None:
    route = says("CreateShipment", httpx.ReadTimeout)
    with pytest.raises(Unavailable):
        await booked(adapter, collect)
    says("sendinginfo", {"InvoiceNumber": NUMBER, "SenderInvoiceNumber": "P-001"})
    assert await booked(adapter, collect) == NUMBER
    assert route.call_count == 1


async def test_a_number_of_ours_that_is_somebody_elses_is_not_taken_for_ours(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel
) -> None:
    says("sendinginfo", {"InvoiceNumber": NUMBER, "SenderInvoiceNumber": "P-001", "FIO": "Иван Другой"})
    with pytest.raises(Refused) as refused:
        await booked(adapter, collect)
    assert refused.value.code == "number_taken"


async def test_a_silent_look_up_makes_nothing(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel
) -> None:
    says("sendinginfo", b"", 503)
    route = says("CreateShipment", {"CreatedSendings": [created()]})
    with pytest.raises(Unavailable):
        await booked(adapter, collect)
    assert not route.called


async def test_one_answer_that_creates_and_rejects_is_read_for_ours(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel
) -> None:
    others = {"CreatedSendings": [created("P-002", "1")], "RejectedSendings": [rejected("P-003")]}
    says("CreateShipment", {**others, "CreatedSendings": [*others["CreatedSendings"], created()]})
    assert await booked(adapter, collect) == NUMBER
    says("CreateShipment", {**others, "RejectedSendings": [*others["RejectedSendings"], rejected()]})
    with pytest.raises(Refused) as refused:
        await booked(adapter, collect)
    assert (refused.value.code, refused.value.detail) == ("15", "Постамат не найден")
    says("CreateShipment", others)
    with pytest.raises(Unavailable):
        await booked(adapter, collect)


@pytest.mark.parametrize("said", [{}, {"CreatedSendings": None}, {"CreatedSendings": [{"EDTN": "P-001"}]}])
async def test_an_answer_that_says_nothing_of_ours_is_no_booking(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel, said: Any
) -> None:
    says("CreateShipment", said)
    with pytest.raises(Unavailable) as raised:
        await booked(adapter, collect)
    assert raised.value.code == "unreadable_answer"


# -- lockers and offers


async def test_the_buyers_locker_is_taken_as_it_is(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel
) -> None:
    route = says("CreateShipment", {"CreatedSendings": [created()]})
    await booked(adapter, replace(collect, point="7799-123"))
    assert sent(route)["Sendings"][0]["Invoice"]["PostamatNumber"] == "7799-123"


async def test_where_there_is_no_locker_there_is_no_offer(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel
) -> None:
    nowhere = replace(collect, recipient=replace(collect.recipient, city="Урюпинск"))
    assert await adapter.quote(nowhere) == ()
    with pytest.raises(Refused) as refused:
        await booked(adapter, nowhere)
    assert refused.value.code == "no_locker"
    abroad = replace(collect, recipient=replace(collect.recipient, country="DE"))
    assert await adapter.quote(abroad) == ()
    assert await adapter.quote(replace(collect, collect=Money(100, "EUR"))) == ()


async def test_lockers_are_read_once_and_again_the_next_day(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel, clock: Any
) -> None:
    says("calctariff", {"ErrorCode": -1, "ErrorMessage": "только на боевом"})
    route = says("postamatlist", LOCKERS)
    await adapter.quote(collect)
    await adapter.quote(collect)
    assert route.call_count == 1
    clock.at = clock.at.replace(day=clock.at.day + 1)
    await adapter.quote(collect)
    assert route.call_count == 2


@pytest.mark.parametrize("city", ["г. Самара", "САМАРА", " самара "])
async def test_a_town_is_known_by_its_name(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel, city: str
) -> None:
    says("calctariff", {"ErrorCode": -1})
    assert await adapter.quote(replace(collect, recipient=replace(collect.recipient, city=city)))


async def test_odd_lockers_are_passed_over(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel
) -> None:
    odd = [locker("", "Самара", "443099"), {"Id": 5}, locker("6301-100", "Самара", "many"), LOCKERS[1]]
    says("postamatlist", odd)
    route = says("CreateShipment", {"CreatedSendings": [created()]})
    await booked(adapter, collect)
    assert sent(route)["Sendings"][0]["Invoice"]["PostamatNumber"] == "6301-009"


async def test_prices_of_a_mode_add_up_and_vat_stands_beside(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel
) -> None:
    services = [
        {"Name": "Доставка", "Tariff": 150.5, "NDS": 30.1, "DeliveryMode": "Standard"},
        {"Name": "Наложенный платёж", "Tariff": 64.2, "NDS": 12.84, "DeliveryMode": "Standard"},
        {"Name": "Доставка", "Tariff": 300, "NDS": 60, "DeliveryMode": "Priority"},
    ]
    days = {"DPMin": 2, "DPMax": 4, "DPMinPriority": 1, "DPMaxPriority": 2, "Zone": 3}
    route = says("calctariff", {"Services": services, **days, "ErrorCode": 0, "ErrorMessage": None})
    standard, priority = await adapter.quote(collect)
    assert (standard.service, standard.net.minor, standard.tax.minor, standard.total.minor) == ("1", 21470, 4294, 25764)
    assert (standard.days_min, standard.days_max, standard.priced) == (2, 4, True)
    assert (priority.service, priority.total.minor, priority.days_max) == ("2", 36000, 2)
    asked = sent(route)
    assert (asked["FromCity"], asked["FromRegion"], asked["PTNumber"]) == ("Москва", "Москва обл.", "6301-002")
    assert (asked["Width"], asked["Length"], asked["Depth"], asked["Weight"]) == (37.1, 30.0, 13.5, 1.96)


@pytest.mark.parametrize("said", [{"ErrorCode": -1, "ErrorMessage": "x"}, {"Services": [], "ErrorCode": 0}, {}])
async def test_without_a_price_there_is_an_offer_without_one(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel, said: Any
) -> None:
    says("calctariff", said)
    (found,) = await adapter.quote(collect)
    assert (found.priced, found.total.minor, found.service) == (False, 0, "1")


@pytest.mark.parametrize("tariff", [1.005, -5, 1e30])
async def test_a_price_that_is_none_is_not_guessed(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route, collect: Parcel, tariff: float
) -> None:
    says("calctariff", {"Services": [{"Tariff": tariff, "DeliveryMode": 1}]})
    with pytest.raises(Unavailable):
        await adapter.quote(collect)


async def test_another_carriers_service_is_refused(
    adapter: PickPointAdapter, sessions: respx.Route, collect: Parcel
) -> None:
    with pytest.raises(Refused):
        await adapter.create(collect, replace(QUOTE, service="139"), format=LabelFormat.PDF)


# -- calling off


async def test_a_registered_sending_is_cancelled(adapter: PickPointAdapter, says: Says, sessions: respx.Route) -> None:
    route = says("cancelInvoice", {"Result": True, "Error": None, "ErrorCode": 0})
    await adapter.cancel(NUMBER, "k")
    assert {key: sent(route)[key] for key in ("IKN", "InvoiceNumber")} == {"IKN": "9990003041", "InvoiceNumber": NUMBER}


@pytest.mark.parametrize("said", [{"Result": False, "Error": "статус 105", "ErrorCode": -1}, {"Result": False}])
async def test_one_that_went_on_is_not(adapter: PickPointAdapter, says: Says, sessions: respx.Route, said: Any) -> None:
    says("cancelInvoice", said)
    says("sendinginfo", {"InvoiceNumber": NUMBER})
    with pytest.raises(Refused):
        await adapter.cancel(NUMBER, "k")


async def test_one_that_an_earlier_try_cancelled_is_off_already(
    adapter: PickPointAdapter, says: Says, sessions: respx.Route
) -> None:
    says("cancelInvoice", Sequenced(httpx.ReadTimeout, NOT_FOUND))
    with pytest.raises(Unavailable):
        await adapter.cancel(NUMBER, "k")
    await adapter.cancel(NUMBER, "k")
