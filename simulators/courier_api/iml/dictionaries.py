"""Dictionaries: what never depends on a tenant, read with or without credentials.

Wire contract: `courier_api` §3. Rows have the keys of recorded answers. Those of which no row is known for this place
are derived from our regions and services.
"""

from collections.abc import Callable
from typing import Any

from ...wire.call import Answer, Call, Handler
from . import points, prices, statuses
from .answers import Operations, json
from .jobs import JOBS
from .regions import Region, region_of_index, regions

OPEN, END = "1753-01-01T00:00:00", "9999-12-31T23:59:59.9999999"
UNITS = ((2, "Палета", "Paleta"), (6, "Метр", "Meter"), (166, "Килограмм", "Kilogram"), (796, "Штука", "Piece"))
CURRENCIES = ((156, "Китайский юань", "Yuan Renminbi", "CNY"), (643, "Российский рубль", "Russian Rouble", "RUB"))

routes = Operations()


def _list(name: str, *aliases: str) -> Callable[[Handler], Handler]:
    return routes.get(f"/list/{name}", open=True, aliases=tuple(f"/list/{alias}" for alias in aliases))


@_list("sd")
def list_points(call: Call) -> Answer:
    """Pickup points: all, or those of a region, of a KLADR code or of a type."""
    query = {key.lower(): value.strip() for key, value in call.query.items()}
    code, kladr, kind = query.get("regioncode", ""), query.get("kladr", ""), query.get("sdtype", "")
    rows = [
        point.shape()
        for point in points.points().values()
        if (not code or point.region == code.upper()) and (not kind or str(point.kind) == kind)
    ]
    return json([row for row in rows if not kladr or row["FormKLADRCode"] == kladr])


@_list("region")
def list_regions(call: Call) -> Answer:
    return json(region_rows())


def region_rows() -> list[dict[str, str]]:
    return [{"Code": found.code, "Description": found.description} for found in regions().values()]


@_list("SelfDeliveryRegions")
def list_point_regions(call: Call) -> Answer:
    """Regions that have a pickup point: here all of them have."""
    with_points = {point.region for point in points.points().values()}
    return json([row for row in region_rows() if row["Code"] in with_points])


@_list("service")
def list_services(call: Call) -> Answer:
    return json([job.shape() for job in JOBS.values()])


@_list("status")
def list_statuses(call: Call) -> Answer:
    """Both axes, kinds of lines, conditions of handing over, rates of VAT."""
    return json(statuses.rows())


@_list("deliverystatus")
def list_states(call: Call) -> Answer:
    """The axis of places alone, as an older module reads it."""
    return json([row for row in statuses.rows() if row["StatusType"] == 1])


@_list("orderstatus")
def list_outcomes(call: Call) -> Answer:
    """The axis of outcomes alone, as an older module reads it."""
    return json([row for row in statuses.rows() if row["StatusType"] == 2])


@_list("Location", "LocationExt")
def list_warehouses(call: Call) -> Answer:
    return json([points.warehouse_shape(found) for found in regions().values()])


@_list("zone")
def list_zones(call: Call) -> Answer:
    """How many days the way takes between any two regions."""
    return json([_zone(start, end) for start in regions().values() for end in regions().values()])


def _zone(start: Region, end: Region) -> dict[str, Any]:
    zone = prices.band(start, end)
    return {
        "FromRegion": start.code,
        "ToRegion": end.code,
        "ZoneCode": str(zone),
        "DayLimit": prices.DAYS[zone],
        "NeedVolumetric": 2,
    }


@_list("PostCode")
def list_postal_codes(call: Call) -> Answer:
    """One index a region, or the region of an index."""
    index = next((value.strip() for key, value in call.query.items() if key.lower() == "index"), "")
    if not index:
        return json([_postal_row(found, found.post_index) for found in regions().values()])
    found = region_of_index(index)
    return json([_postal_row(found, index)] if found else [])


def _postal_row(found: Region, index: str) -> dict[str, Any]:
    return {
        "INDEX": int(index),
        "CITY": found.code,
        "REGION": found.area,
        "AUTONOM": "",
        "AREA": "",
        "RATEZONE": 0,
        "RegionIML": found.code,
        "AddZone": "",
        "KLADR": found.kladr,
        "Name": found.code,
        "Type": "О",
        "Submission": "",
        "PrevIndex": "",
        "ActDate": "2011-01-21T00:00:00",
        "LocationCode": "",
    }


@_list("PostRateZone")
def list_postal_zones(call: Call) -> Answer:
    return json([{"INDEX": int(found.post_index), "RATEZONE": found.zone_moscow} for found in regions().values()])


@_list("PostDeliveryLimit")
def list_postal_limits(call: Call) -> Answer:
    """Nothing keeps the postal service here from a region: a row each, without an end."""
    return json(
        [
            {
                "INDEX": found.post_index,
                "PRBEGDATE": OPEN,
                "PRENDDATE": END,
                "DELIVTYPE": 1,
                "DELIVINDEX": found.post_index,
                "BASECOEFF": 1.0,
                "TRANSFCNT": 0.0,
            }
            for found in regions().values()
        ]
    )


@_list("calendar")
def list_calendar(call: Call) -> Answer:
    """One calendar: Monday to Saturday; Sunday is free."""
    return json([_calendar_day(number) for number in range(1, 8)])


def _calendar_day(number: int) -> dict[str, Any]:
    return {
        "Code": "000001",
        "RecurringSystem": 2,
        "Date": None,
        "DayOfWeek": number,
        "Description": "",
        "Nonworking": int(number == 7),
        "TimeFrom": "9:00 AM",
        "TimeTo": "6:00 PM",
        "RecurringSystemDescription": "",
    }


@_list("RegionCity")
def list_cities(call: Call) -> Answer:
    """Towns to which couriers go: here the chief town of each region."""
    return json(
        [
            {
                "City": found.code,
                "Region": found.area,
                "Area": "",
                "RegionIML": found.code,
                "RateZoneMoscow": found.zone_moscow,
                "RateZoneSpb": found.zone_spb,
            }
            for found in regions().values()
        ]
    )


@_list("ExceptionServiceRegion")
def list_blocked(call: Call) -> Answer:
    """Services that a region does not have: none; the recorded first row, which names nothing, stands alone."""
    return json([{"RegionCode": "", "JobNo": "", "Open": OPEN, "End": END}])


@_list("ResourceLimit")
def list_limits(call: Call) -> Answer:
    """Limits of each service, in the keys of the recorded row."""
    return json([_limit(code) for code in JOBS])


def _limit(code: str) -> dict[str, Any]:
    job = JOBS[code]
    zero = dict.fromkeys(("PackagesMin", "SidesAmountMIN", "Side1Min", "Side1Max", "Side2Min", "Side2Max"), 0)
    return {
        "JobNo": code,
        "RegionCode": "",
        "LocationCode": "",
        "BeginLimit": None,
        "EndLimit": None,
        "CalendarCodeLocation": "",
        "CalendarCodeOffice": "",
        "InquiryLimitTime": "00:00:00",
        "InquiryLimitShiftDay": 0,
        "DeliveryTimeMIN": "00:00:00",
        "DeliveryTimeMAX": "00:00:00",
        "DeliveryPeriod": 0,
        "AmountMIN": 0,
        "AmountMAX": job.amount_most_minor // 100,
        "ValuatedAmountMIN": 0,
        "ValuatedAmountMAX": 300_000,
        "WeightMIN": 0,
        "WeightMAX": job.most_g // 1000,
        **zero,
        "PackagesMAX": 9,
        "SidesAmountMAX": 0,
        "Blocked": None,
        "Side3Min": 0,
        "Side3Max": 0,
    }


@_list("UnitOfMeasure")
def list_units(call: Call) -> Answer:
    return json(
        [
            {"Type": "Единица Измерения", "Option": option, "PublicNameUnified": name, "NameUnified": latin}
            for option, name, latin in UNITS
        ]
    )


@_list("ValuationCurrency")
def list_currencies(call: Call) -> Answer:
    return json(
        [
            {
                "Type": "Код валюты",
                "Option": option,
                "PublicNameUnified": name,
                "NameUnified": latin,
                "CurrencyCode": code,
            }
            for option, name, latin, code in CURRENCIES
        ]
    )


@_list("All")
def list_all(call: Call) -> Answer:
    """Dictionaries in one list, statuses first and regions second, as one recorded answer begins."""
    rest = ([job.shape() for job in JOBS.values()], [point.shape() for point in points.points().values()])
    return json([statuses.rows(), region_rows(), *rest])
