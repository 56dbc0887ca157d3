"""cancelInvoice, updateInvoice, rejectInvoice; couriers; prices; client returns (`courier_api` §4)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.courier_api.pickpoint.postamats import postamats
from parcelproof.simulators.courier_api.pickpoint.prices import offer
from parcelproof.simulators.courier_api.pickpoint.records import sending_of

from .conftest import DAY_MS, HOUR_MS, IKN, LOCKER, OFFICE, Desk

ABROAD = next(point.number for point in postamats().values() if point.city.name == "Иркутск")


def test_only_a_registered_sending_is_deleted_and_then_it_is_gone(desk: Desk) -> None:
    number = desk.still(desk.sending())
    assert desk.ask("cancelInvoice", IKN=IKN, InvoiceNumber=number) == {"Result": True, "Error": None, "ErrorCode": 0}
    for method in ("tracksending", "sendinginfo", "updateInvoice"):
        assert desk.ask(method, InvoiceNumber=number)["ErrorCode"] == 25
    assert desk.ask("sendinginfo", SenderInvoiceNumber="A-1")["ErrorCode"] == 25
    assert desk.parcel(number).status == "cancelled"
    second = desk.still(desk.sending(SenderCode="A-2"))
    desk.scan(second, 105)
    late = desk.ask("cancelInvoice", GCInvoiceNumber="A-2")
    assert (late["Result"], late["ErrorCode"]) == (False, -1) and "105" in late["Error"]


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        (101, {"PostamatNumber", "Phone", "RecipientName", "Email", "Sum"}),
        (104, {"PostamatNumber", "Phone", "RecipientName", "Email", "Sum"}),
        (105, {"Phone", "RecipientName", "Email", "Sum"}),
        (106, {"PostamatNumber", "Phone", "RecipientName", "Email", "Sum"}),  # in the region
        (109, {"Phone", "RecipientName", "Email", "Sum"}),
        (111, {"RecipientName", "Email"}),
        (112, set()),
        (117, set()),
    ],
)
def test_what_may_be_changed_depends_on_the_state(desk: Desk, code: int, allowed: set[str]) -> None:
    number = desk.still(desk.sending())
    if code != 101:
        desk.scan(number, code)
    wanted = {"PostamatNumber": OFFICE, "Phone": "89130000002", "RecipientName": "Пётр", "Email": "p@x.org", "Sum": 10}
    found = desk.ask("updateInvoice", InvoiceNumber=number, **wanted)
    assert {row["FieldName"] for row in found["Results"] if row["Updated"]} == allowed
    assert all(row["Updated"] is not bool(row["Comment"]) for row in found["Results"])
    info = desk.info(number)
    assert (info["FIO"] == "Пётр", info["Sum"] == 10, info["PostamatNumber"] == OFFICE) == tuple(
        key in allowed for key in ("RecipientName", "Sum", "PostamatNumber")
    )


def test_a_locker_elsewhere_changes_the_price_and_only_before_it_is_on_its_way(desk: Desk) -> None:
    number = desk.still(desk.sending())
    (before,) = desk.ask("getdeliverycost", Sendings=[{"InvoiceNumber": number}])
    assert desk.ask("updateInvoice", InvoiceNumber=number, PostamatNumber=ABROAD)["Results"][0]["Updated"]
    (after,) = desk.ask("getdeliverycost", Sendings=[{"SenderInvoiceNumber": "A-1"}])
    assert after["Tariff"] > before["Tariff"] and after["NDS"] * 5 == after["Tariff"]
    desk.scan(number, 106)
    assert not desk.ask("updateInvoice", InvoiceNumber=number, PostamatNumber=LOCKER)["Results"][0]["Updated"]


@pytest.mark.parametrize("fields", [{"Phone": "1"}, {"Sum": 0}, {"Sum": "x"}, {"PostamatNumber": "0"}, {"Email": [1]}])
def test_a_wrong_value_is_told_beside_its_field(desk: Desk, fields: dict[str, Any]) -> None:
    number = desk.sending()
    before = desk.info(number)
    (row,) = desk.ask("updateInvoice", InvoiceNumber=number, **fields)["Results"]
    assert row["Updated"] is False and row["Comment"]
    assert desk.info(number) == before


def test_a_sending_on_its_way_can_be_called_back(desk: Desk) -> None:
    number = desk.sending()
    assert desk.ask("rejectInvoice", InvoiceNumber=number)["Result"] is False
    desk.advance(12 * HOUR_MS)
    assert desk.ask("rejectInvoice", InvoiceNumber=number)["Result"] is True
    desk.advance(5 * DAY_MS)
    assert desk.states(number)[-5:] == [114, 115, 116, 117, 113]


# -- couriers


def call(desk: Desk, **changes: Any) -> Any:
    wanted = {"City": "Москва", "Address": "Складская, 1", "FIO": "Склад", "Phone": "84950000000", "Number": 2}
    hours = {"Date": "2026.03.02", "TimeStart": 780, "TimeEnd": 1080, "Weight": 3}
    return desk.ask("courier", IKN=IKN, **{**wanted, **hours, **changes})


def test_a_courier_takes_what_is_ready_for_him(desk: Desk) -> None:
    mine, other = desk.sending(), desk.sending(GettingType=102)
    assert call(desk, City="Тула")["CourierRequestRegistred"] is True
    desk.advance(HOUR_MS - 1)
    assert desk.states(mine) == [101]
    desk.advance(1)
    assert (desk.states(mine), desk.states(other)) == ([101, 105], [101])
    desk.advance(10 * DAY_MS)
    assert desk.states(mine).count(105) == 1 and desk.parcel(mine).status == "delivered"


def test_a_cancelled_courier_takes_nothing(desk: Desk) -> None:
    number, order = desk.sending(), call(desk, City="Тула")["OrderNumber"]
    assert desk.ask("couriercancel", OrderNumber=order) == {"OrderNumber": order, "Canceled": True}
    assert desk.ask("couriercancel", OrderNumber=order)["Canceled"] is False
    desk.advance(HOUR_MS)
    assert desk.states(number) == [101]


@pytest.mark.parametrize(
    "changes",
    [
        {"City": "Нигде"},
        {"City": None, "City_id": 1},
        {"Date": "02.03.2026"},
        {"Date": "2026.02.30"},
        {"Date": "2026.03.01"},  # yesterday
        {},  # today, but the Moscow region calls before half past ten
        {"City": "Тула", "TimeStart": 539},
        {"City": "Тула", "TimeStart": 900, "TimeEnd": 1080},  # less than four hours
        {"City": "Тула", "TimeEnd": 1081},
        {"City": "Тула", "FIO": ""},
        {"City": "Тула", "Weight": -1},
        {"City": "Тула", "IKN": "1"},
    ],
)
def test_a_call_that_cannot_be_kept_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    before = desk.world.store.dump()
    found = desk.ask(
        "courier", **{"IKN": IKN, "FIO": "С", "Phone": "1", "City": "Москва", "Date": "2026.03.02", **changes}
    )
    assert found["CourierRequestRegistred"] is False and found["ErrorMessage"] and found["OrderNumber"] is None
    assert desk.world.store.dump() == before


# -- prices


def priced(desk: Desk, **changes: Any) -> Any:
    wanted = {"FromCity": "Москва", "FromRegion": "Московская обл.", "PTNumber": OFFICE, "Weight": 2}
    return desk.ask("calctariff", IKN=IKN, **{**wanted, "Length": 10, "Width": 10, "Depth": 10, **changes})


def test_a_price_is_what_the_sending_then_costs(desk: Desk) -> None:
    found = priced(desk, Weight=1.5, Length=20, Width=30)
    by_mode = {row["DeliveryMode"]: row for row in found["Services"]}
    assert found["ErrorCode"] == 0 and found["DPMin"] <= found["DPMax"] and by_mode["Priority"]["Tariff"] > 0
    for mode, name in ((1, "Standard"), (2, "Priority")):
        number = desk.sending(DeliveryMode=mode, PostamatNumber=OFFICE)
        (cost,) = desk.ask("getdeliverycost", Sendings=[{"InvoiceNumber": number}])
        assert (cost["Tariff"], cost["NDS"]) == (by_mode[name]["Tariff"], by_mode[name]["NDS"])


def test_the_test_base_has_no_prices(desk: Desk) -> None:
    body = f'{{"SessionId": "{desk.session}", "IKN": "{IKN}"}}'.encode()
    assert b'"ErrorCode":-1' in desk.call("POST", "/apitest/calctariff", body).body


@pytest.mark.parametrize(
    "changes", [{"FromCity": "Нигде"}, {"PTNumber": "0000-000"}, {"Weight": -1}, {"Weight": 31}, {"EncloseCount": 9}]
)
def test_what_cannot_be_priced_is_an_error(desk: Desk, changes: dict[str, Any]) -> None:
    assert priced(desk, **changes)["ErrorCode"] == 20


@given(
    st.integers(0, 5),
    st.integers(0, 1),
    st.integers(1, 30_000),
    st.integers(0, 10_000),
    st.integers(0, 600),
    st.integers(0, 99),
)
def test_prices_grow_with_mass_size_and_distance(
    zone: int, mode: int, mass_g: int, more_g: int, side_mm: int, rate: int
) -> None:
    here = offer(zone, mode + 1, mass_g, (side_mm, side_mm, side_mm), rate)
    assert here.net_minor <= offer(zone, mode + 1, mass_g + more_g, (side_mm, side_mm, side_mm), rate).net_minor
    assert here.net_minor <= offer(zone, mode + 1, mass_g, (side_mm, side_mm, side_mm + 100), rate).net_minor
    assert here.net_minor < offer(zone + 1, mode + 1, mass_g, (side_mm, side_mm, side_mm), rate).net_minor
    assert here.days[0] <= here.days[1] and here.vat_minor * 100 == here.net_minor * rate


def test_zones_are_told_to_one_locker_or_to_all(desk: Desk) -> None:
    one = desk.ask("getzone", FromCity="Москва", ToPT=ABROAD, IKN=IKN)["Zones"]
    assert [(row["ToCity"], row["DeliveryMode"]) for row in one] == [("Иркутск", "Standard"), ("Иркутск", "Priority")]
    assert len(desk.ask("getzone", FromCity="Москва")["Zones"]) == 2 * len(postamats())
    assert desk.ask("getzone", FromCity="Нигде")["ErrorCode"] == 20


# -- client returns


def test_a_received_sending_can_be_brought_back_once(desk: Desk) -> None:
    number = desk.sending()
    assert desk.ask("makereturn", InvoiceNumber=number)["ErrorCode"] == -1
    desk.advance(6 * DAY_MS)
    (made,) = desk.ask("makereturn", GCInvoiceNumber="A-1", ReturnReason="Не подошло")
    assert made["ReturnCode"].isdigit() and desk.ask("makereturn", InvoiceNumber=number) == [made]
    (row,) = desk.ask("getreturninvoiceslist", DateFrom="08.03.26", DateTo="08.03.26")["SendingsInfo"]
    assert (row["InvoiceNumber"], row["SenderInvoiceNumber"], row["ReturnReason"]) == (
        made["InvoiceNumber"],
        "A-1",
        "Не подошло",
    )
    assert desk.ask("getreturninvoiceslist", DateFrom="01.03.26", DateTo="07.03.26")["SendingsInfo"] == []
    desk.advance(6 * DAY_MS)
    back = desk.parcel(made["InvoiceNumber"])
    assert (back.status, back.return_of) == ("returned", f"pickpoint-{number}")
    assert desk.states(number)[-1] == 111 and desk.parcel(number).status == "delivered"
    (told,) = desk.ask("getreturn", Invoices=[made["InvoiceNumber"], number])["ReturnInvoices"]
    assert told["ReturnDocumentNumber"] and len(told["ReturnBarcodes"]) == 1
    assert Decimal(told["ReturnDocumentNumber"]) > 0


def test_the_newer_form_announces_several_returns_and_says_which_are_none(desk: Desk) -> None:
    delivered, early = desk.still(desk.sending()), desk.still(desk.sending())
    desk.scan(delivered, 111)

    def row(number: str, **changes: Any) -> dict[str, Any]:
        invoice = {"InvoiceNumber": number, "Description": "Не подошло", "MobilePhone": "89130000009", **changes}
        return {"EDTN": number or "none", "IKN": IKN, "Invoice": invoice}

    rows = [row(delivered, MobilePhone="1"), row(delivered), row(early), row(""), row(delivered), row("159")]
    found = desk.ask("createreturn", Sendings=rows)
    (made,) = found["CreatedSendings"]
    assert (made["EDTN"], len(made["ReturnCode"]), len(made["Places"])) == (delivered, 6, 1)
    assert [(bad["EDTN"], bad["ErrorCode"]) for bad in found["RejectedSendings"]] == [
        *((delivered, 20), (early, -1), ("none", 20), (delivered, -1), ("159", 25))
    ]
    (listed,) = desk.ask("getreturninvoiceslist", DateFrom="", DateTo="")["SendingsInfo"]
    assert (listed["InvoiceNumber"], listed["PhoneNumber"]) == (made["InvoiceNumber"], "89130000009")
    assert desk.ask("makereturn", InvoiceNumber=delivered)[0]["ReturnCode"] == made["ReturnCode"]
    assert desk.info(delivered)["PhoneNumber"] != "89130000009"


def test_what_was_never_taken_cannot_be_brought_back(desk: Desk) -> None:
    number = desk.still(desk.sending(PostamatNumber=OFFICE))
    desk.scan(number, 111, "partial:0,0")
    assert desk.ask("makereturn", InvoiceNumber=number)["ErrorCode"] == -1
    part = desk.still(desk.sending(PostamatNumber=OFFICE))
    desk.scan(part, 111, "partial:1,0")
    (made,) = desk.ask("makereturn", InvoiceNumber=part)
    (goods,) = sending_of(desk.world, f"pickpoint-{made['InvoiceNumber']}").goods
    assert goods.product_code == "TEA-1"
