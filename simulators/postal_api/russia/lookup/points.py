"""Lockers and pickup points over the wire, and the dump of all offices.

Wire contract: `postal_api_russia` §2.12. Both hang on the table of offices alone; the dump is dated by the tenant's
clock. Sources put the dump under two addresses.
"""

import io
import zipfile
from datetime import date
from typing import Any

import msgspec

from ....wire.call import Answer, Call
from ....wire.moscow import local
from ..answers import BadRequest, Operations, json
from .offices import Day, Office, offices
from .places import fixed_uuid
from .switches import SWITCHES

BRANDS = {"A": (1, "Почта России"), "P": (2, "Партнёрский пункт")}
DUMPS = {"ALL": "GSUAP", "OPS": "GSU", "PVZ": "P", "APS": "A"}
WEEK = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
OCTETS, ZIP = "application/octet-stream", "application/zip"
LOCKER_CM, LOCKER_G, POINT_G = (36, 36, 60), 15_000, 25_000
UNDER_OTPRAVKA = "/1.0/unloading-passport/zip"

routes = Operations()


@routes.get("/1.0/delivery-point/findAll", token_only=True)
def list_points(call: Call) -> Answer:
    if SWITCHES.choice(call.world, "delivery_points") == "gone":
        raise BadRequest("Not Found", status=404)
    return json([_point(office) for office in offices().values() if office.partner])


@routes.get(UNDER_OTPRAVKA, aliases=("/postoffice/1.0/unloading-passport/zip",))
def dump_offices(call: Call) -> Answer:
    """Give a zip with one file; what type it says it is follows the caller's Accept."""
    where = SWITCHES.choice(call.world, "unloading_passport_address")
    here = "postoffice" if call.path.lstrip("/").startswith("postoffice") else "otpravka"
    if where not in ("both", here):
        raise BadRequest("Not Found", status=404)
    wanted = call.query.get("type", "ALL").strip().upper() or "ALL"
    if wanted not in DUMPS:
        raise BadRequest(f"Parameter 'type' is {wanted[:40]!r}, allowed are {', '.join(DUMPS)}")
    at = local(call.world.now_ms)
    rows = [_element(office, at.year) for office in offices().values() if office.kind in DUMPS[wanted]]
    taken = {"unloadingDate": f"{at:%Y-%m-%dT%H:%M:%S}", "vsnapshot": f"{at:%Y%m%d}"}
    body = msgspec.json.encode({"passportElements": rows, **taken})
    accept = call.headers.get("Accept", "")
    kind = OCTETS if OCTETS in accept and ZIP not in accept else ZIP
    name = f"{wanted}{at.strftime('%d_%B_%Y')}"
    headers = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}.zip"'}
    return Answer(200, _zipped(f"{name}.txt", body), headers)


def _zipped(name: str, body: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _address(office: Office) -> dict[str, Any]:
    return {
        "addressType": "DEFAULT",
        "index": office.index,
        "region": f"{office.place.region.kind} {office.place.region.name}",
        "place": office.settlement or f"г {office.place.name}",
        "street": office.street,
        "house": office.house,
        "manualInput": False,
    }


def checks(office: Office) -> dict[str, bool]:
    """Return what a recipient may do there before the parcel is paid."""
    marks = {"contents": "o", "fitting": "f", "partial": "r", "works": "o"}
    return {name: mark in office.marks for name, mark in marks.items()}


def _point(office: Office) -> dict[str, Any]:
    brand, name = BRANDS[office.kind]
    allowed = checks(office)
    return {
        "id": int(office.index),
        "address": _address(office),
        "brand-id": brand,
        "brand-name": name,
        "closed": "x" in office.marks,
        "temporary-closed": "z" in office.marks,
        "delivery-point-index": office.index,
        "delivery-point-type": "PICKUP_POINT" if office.locker else "DELIVERY_POINT",
        "latitude": office.latitude,
        "longitude": office.longitude,
        "legal-name": f"{name} {office.town}",
        "legal-short-name": name,
        "work-time": _week(office),
        "card-payment": "t" in office.marks,
        "cash-payment": "m" in office.marks,
        "contents-checking": allowed["contents"],
        "functionality-checking": allowed["works"],
        "with-fitting": allowed["fitting"],
        "partial-redemption": allowed["partial"],
        "dimension-limit": "x".join(map(str, LOCKER_CM)) if office.locker else "60x60x120",
        "weight-limit": (LOCKER_G if office.locker else POINT_G) / 1000,
        "getto": _way(office),
    }


def _way(office: Office) -> str:
    return f"{office.town}, {office.source}"


def _week(office: Office) -> list[str]:
    return [_hours(name, office.day(number)) for number, name in enumerate(WEEK, 1)]


def _hours(name: str, day: Day) -> str:
    begin, end, lunch, over = day
    if not begin:
        return f"{name}, выходной"
    return f"{name}, открыто: {begin} - {end}" + (f", перерыв: {lunch} - {over}" if lunch else "")


def _element(office: Office, year: int) -> dict[str, Any]:
    """Return an element of the dump: numbers and flags are text there, but for the options."""
    allowed, partner, first = checks(office), office.partner, f"{year}-01-01"
    brand = {"brandName": BRANDS[office.kind][1], "getto": _way(office)} if partner else {}
    return {
        "address": _address(office),
        "addressFias": _fias(office),
        **{name: value for name, value in brand.items() if name == "brandName"},
        "ecom": "1",
        "ecomOptions": brand
        | {
            "cardPayment": partner and "t" in office.marks,
            "cashPayment": partner and "m" in office.marks,
            "contentsChecking": partner and allowed["contents"],
            "functionalityChecking": partner and allowed["works"],
            "partialRedemption": partner and allowed["partial"],
            "returnAvailable": partner and "r" in office.marks,
            "weightLimit": (LOCKER_G if office.locker else POINT_G if partner else 0) / 1000,
            "withFitting": partner and allowed["fitting"],
        },
        "holidays": [{"ds": first, "df": first, "work": [{"dt": first, "nm": date(year, 1, 1).isoweekday()}]}],
        "latitude": str(office.latitude),
        "longitude": str(office.longitude),
        "onlineParcel": str(int(office.kind != "U")),
        "type": "Почтомат" if office.locker else office.type_code,
        "workTime": _week(office),
    }


def _fias(office: Office) -> dict[str, str]:
    region = office.place.region
    kind, _, street = office.street.partition(" ")
    place = f"{office.town} {office.settlement.partition(' ')[0] or 'г'}"
    return {
        "ads": f"{office.index} {region.kind} {region.name} {place} {street} {kind}, д. {office.house}",
        "addGarCode": fixed_uuid(f"office/{office.index}"),
        "locationGarCode": office.place.guid,
        "regGarId": region.guid,
    }
