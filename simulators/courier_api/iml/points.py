"""Pickup points and warehouses: two are those of recorded answers, the others are made from the regions.

Wire contract: `courier_api` §3 (dictionaries `sd`, `Location`). An order names a point by `DeliveryPoint`, which is its
`RequestCode` and unique within a region only, or by `DeliveryPointID`.
"""

from functools import cache
from typing import Any, NamedTuple

from .regions import Region, regions

FIRST_ID = 1_002_001
SHOP, LOCKER = 1, 12  # `Type`
STREETS = ("ул. Ленина", "ул. Мира", "пр-т Победы", "ул. Советская", "ул. Садовая")
PHONE, EMAIL = "8-495-988-49-05", "call@iml.ru"


class Point(NamedTuple):
    """`request_code` is unique within the region, `id` everywhere; a locker takes no money."""

    id: int
    code: str
    name: str
    request_code: str
    region: str
    post_index: str
    address: str
    kind: int
    pays: bool
    latitude: float
    longitude: float
    work_mode: str = "Пн-Вс 10:00-20:00 (без п-ва)"
    kladr: str = ""

    def shape(self) -> dict[str, Any]:
        """Return the row of the dictionary `sd`."""
        found = regions()[self.region]
        street, _, house = self.address.partition(", д. ")
        return {
            "ID": self.id,
            "CalendarWorkCode": f"{self.id % 1_000_000:06}",
            "Code": self.code,
            "Name": self.name,
            "RequestCode": self.request_code,
            "RegionCode": self.region,
            "Index": self.post_index,
            "Address": self.address,
            "Phone": PHONE,
            "EMail": EMAIL,
            "WorkMode": self.work_mode,
            "FittingRoom": 0,
            "PaymentCard": int(self.pays and self.kind == SHOP),
            "PaymentPossible": int(self.pays),
            "ReceiptOrder": 0,
            "Latitude": self.latitude,
            "Longitude": self.longitude,
            "HomePage": f"https://iml.ru/p/{self.id}",
            "ClosingDate": None,
            "OpeningDate": "2016-11-30T21:00:00",
            "CouponReceipt": 0,
            "DaysFreeStorage": 7,
            "SubAgent": 0,
            "DeliveryTimeFrom": "10:00:00",
            "DeliveryTimeTo": "19:00:00",
            "Carrier": "",
            "ReplicationPath": "",
            "Submission": "МОСКВА",
            "Special_Code": self.request_code,
            "HowToGet": "",
            "FormPostCode": "",
            "FormRegion": found.area,
            "FormCity": found.description,
            "FormStreet": street,
            "FormHouse": house,
            "FormBuilding": "",
            "FormOffice": "",
            "FormKLADRCode": self.kladr or found.kladr,
            "FormFIASCode": "",
            "FormalizedArea": "",
            "FormalizedLocality": "",
            "Scale": 0,
            "TimeZone": found.time_zone,
            "Type": self.kind,
            "ReplacementLocation": "",
        }


RECORDED = (
    Point(
        1_000_002,
        "АБАКАН_ПС3",
        "Абакан ПВЗ 3",
        "3",
        "АБАКАН",
        "655016",
        "ул. Кати Перекрещенко, д. 10",
        SHOP,
        True,
        53.740823,
        91.434581,
        "Пн-Пт 10:00-19:00 (без п-ва), Сб-Вс 10:00-18:00 (без п-ва)",
        "19000001000007200",
    ),
    Point(
        1_001_639,
        "МСК_ПС292",
        "Пушкинская ПС1",
        "1",
        "МОСКВА",
        "125009",
        "ул. Тверская, д. 12",
        SHOP,
        True,
        55.763711,
        37.607511,
        "Пн-Вс 11:00-21:00 (без п-ва)",
        "77000000000287700",
    ),
)


@cache
def points() -> dict[int, Point]:
    """Return every point by its ID: the recorded ones, then four a region."""
    found = {point.id: point for point in RECORDED}
    for place, region in enumerate(regions().values()):
        for number in range(4):
            point = _point(region, FIRST_ID + 4 * place + number, number)
            found[point.id] = point
    return found


def _point(region: Region, point_id: int, number: int) -> Point:
    """Return a point of our own; every fourth is a locker. Request codes begin behind the recorded ones."""
    locker = number == 3
    return Point(
        point_id,
        f"{region.code}_{'ПМ' if locker else 'ПС'}{number + 11}",
        f"{region.description} {'постамат' if locker else 'ПВЗ'} {number + 11}",
        str(number + 11),
        region.code,
        region.post_index,
        f"{STREETS[point_id % len(STREETS)]}, д. {1 + point_id % 90}",
        LOCKER if locker else SHOP,
        not locker,
        round(region.latitude + 0.011 * (number + 1), 6),
        round(region.longitude - 0.013 * (number + 1), 6),
    )


@cache
def _by_request_code() -> dict[tuple[str, str], Point]:
    return {(point.region, point.request_code): point for point in points().values()}


@cache
def _by_code() -> dict[str, Point]:
    return {point.code: point for point in points().values()}


def by_request_code(region: str, request_code: str) -> Point | None:
    return _by_request_code().get((region, request_code.strip()))


def by_code(code: str) -> Point | None:
    return _by_code().get(code.strip().upper())


def warehouse_code(region: Region) -> str:
    """Return the code of a region's warehouse, as `Location` lists it."""
    return f"{region.code}_СКЛАД"


def warehouse_shape(region: Region) -> dict[str, Any]:
    """Return the row of the dictionary `Location`."""
    return {
        "Code": warehouse_code(region),
        "Name": f"{region.description} склад",
        "RequestCode": "",
        "RegionCode": region.code,
        "Index": region.post_index,
        "Address": f"{region.description}, ул. Складская, д. 1",
        "Phone": PHONE,
        "EMail": EMAIL,
        "WorkMode": "Пн-Пт 9:00-18:00",
        "Latitude": region.latitude,
        "Longitude": region.longitude,
        "HomePage": "",
        "ClosingDate": None,
        "OpeningDate": "2014-12-31T21:00:00",
        "DaysFreeStorage": 7,
        "SubAgent": 0,
        "DeliveryTimeFrom": "00:00:00",
        "DeliveryTimeTo": "00:00:00",
        "Submission": "МОСКВА",
        "ReceiptOrder": 0,
        "TimeZone": region.time_zone,
    }
