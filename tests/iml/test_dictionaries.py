"""Dictionaries: keys of recorded rows, filters, and what they promise held by orders. Contract: `courier_api` §3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from parcelproof.simulators.courier_api.iml.points import points
from parcelproof.simulators.courier_api.iml.regions import region_of_index, regions
from parcelproof.simulators.courier_api.iml.statuses import OUTCOMES, STATES

if TYPE_CHECKING:
    from tests.iml.conftest import Desk

ROWS: dict[str, str] = {  # name -> keys of a row as recorded answers have them
    "sd": "ID CalendarWorkCode Code Name RequestCode RegionCode Index Address Phone EMail WorkMode FittingRoom "
    "PaymentCard PaymentPossible ReceiptOrder Latitude Longitude HomePage ClosingDate OpeningDate CouponReceipt "
    "DaysFreeStorage SubAgent DeliveryTimeFrom DeliveryTimeTo Carrier ReplicationPath Submission Special_Code HowToGet "
    "FormPostCode FormRegion FormCity FormStreet FormHouse FormBuilding FormOffice FormKLADRCode FormFIASCode "
    "FormalizedArea FormalizedLocality Scale TimeZone Type ReplacementLocation",
    "region": "Code Description",
    "SelfDeliveryRegions": "Code Description",
    "service": "Code Description Type CommissionType ReceiptFromCustomer AmountMAX AmountMIN ValuatedAmountMIN "
    "ValuatedAmountMAX WeightMIN WeightMAX VolumeMIN VolumeMAX Scope",
    "status": "Code Name StatusType StatusTypeDescription Description",
    "deliverystatus": "Code Name StatusType StatusTypeDescription Description",
    "orderstatus": "Code Name StatusType StatusTypeDescription Description",
    "Location": "Code Name RequestCode RegionCode Index Address Phone EMail WorkMode Latitude Longitude HomePage "
    "ClosingDate OpeningDate DaysFreeStorage SubAgent DeliveryTimeFrom DeliveryTimeTo Submission ReceiptOrder TimeZone",
    "zone": "FromRegion ToRegion ZoneCode DayLimit NeedVolumetric",
    "PostCode": "INDEX CITY REGION AUTONOM AREA RATEZONE RegionIML AddZone KLADR Name Type Submission PrevIndex "
    "ActDate LocationCode",
    "PostRateZone": "INDEX RATEZONE",
    "PostDeliveryLimit": "INDEX PRBEGDATE PRENDDATE DELIVTYPE DELIVINDEX BASECOEFF TRANSFCNT",
    "calendar": "Code RecurringSystem Date DayOfWeek Description Nonworking TimeFrom TimeTo RecurringSystemDescription",
    "RegionCity": "City Region Area RegionIML RateZoneMoscow RateZoneSpb",
    "ExceptionServiceRegion": "RegionCode JobNo Open End",
    "ResourceLimit": "JobNo RegionCode LocationCode BeginLimit EndLimit CalendarCodeLocation CalendarCodeOffice "
    "InquiryLimitTime InquiryLimitShiftDay DeliveryTimeMIN DeliveryTimeMAX DeliveryPeriod AmountMIN AmountMAX "
    "ValuatedAmountMIN ValuatedAmountMAX WeightMIN WeightMAX PackagesMin PackagesMAX SidesAmountMIN SidesAmountMAX "
    "Blocked Side1Min Side1Max Side2Min Side2Max Side3Min Side3Max",
    "UnitOfMeasure": "Type Option PublicNameUnified NameUnified",
    "ValuationCurrency": "Type Option PublicNameUnified NameUnified CurrencyCode",
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_have_the_recorded_keys(desk: Desk, name: str) -> None:
    rows = desk.dictionary(name, "type=json")
    assert rows  # an empty answer is an error for a client
    assert all(set(row) == set(ROWS[name].split()) for row in rows)


def test_the_recorded_rows_stand_in_them(desk: Desk) -> None:
    points_by_id = {row["ID"]: row for row in desk.dictionary("sd")}
    assert (points_by_id[1000002]["Code"], points_by_id[1000002]["RequestCode"]) == ("АБАКАН_ПС3", "3")
    services = {row["Code"]: row for row in desk.dictionary("service")}
    assert [services[code]["WeightMAX"] for code in ("24", "24КО")] == [25, 27]
    assert [services[code]["AmountMAX"] for code in ("24", "24КО")] == [0, 300000]
    statuses: list[dict[str, Any]] = desk.dictionary("status")
    first = {"Code": 0, "Name": "Не принят", "StatusType": 1, "StatusTypeDescription": "Доставка"}
    assert {**first, "Description": "Заказ ожидается на складе консолидации"} in statuses
    assert {
        "Code": next(row["Option"] for row in desk.dictionary("ValuationCurrency") if row["CurrencyCode"] == "RUB"),
        "Name": "RUB",
    } == {"Code": 643, "Name": "RUB"}


def test_every_code_that_an_order_can_get_stands_in_the_table(desk: Desk) -> None:
    by_axis = {axis: {row["Code"] for row in desk.dictionary("status") if row["StatusType"] == axis} for axis in (1, 2)}
    assert set(STATES) <= by_axis[1]
    assert set(OUTCOMES) <= by_axis[2]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("RegionCode=АБАКАН", 5),
        ("regioncode=абакан&sdType=12", 1),
        ("kladr=77000000000287700", 1),
        ("RegionCode=NOWHERE", 0),
    ],
)
def test_points_are_chosen_by_region_kind_and_kladr(desk: Desk, query: str, expected: int) -> None:
    assert len(desk.dictionary("sd", query)) == expected


def test_points_are_known_by_one_code_each() -> None:
    found = list(points().values())
    assert len({point.code for point in found}) == len(found)
    assert len({(point.region, point.request_code) for point in found}) == len(found)
    assert {point.region for point in found} == set(regions())


@pytest.mark.parametrize(
    ("index", "code"), [("115551", "МОСКВА"), ("630099", "НОВОСИБИРСК"), ("000001", None), ("1155", None)]
)
def test_an_index_tells_its_region(desk: Desk, index: str, code: str | None) -> None:
    rows = desk.dictionary("PostCode", f"index={index}")
    assert [row["RegionIML"] for row in rows] == ([code] if code else [])


def test_every_region_is_found_by_its_own_index() -> None:
    assert all(region_of_index(found.post_index) == found for found in regions().values())


def test_an_order_arrives_no_sooner_than_the_zones_say(desk: Desk) -> None:
    days = {(row["FromRegion"], row["ToRegion"]): row["DayLimit"] for row in desk.dictionary("zone")}
    assert days["МОСКВА", "ТВЕРЬ"] < days["МОСКВА", "НОВОСИБИРСК"] < days["МОСКВА", "ВЛАДИВОСТОК"]
    assert len(days) == len(regions()) ** 2
