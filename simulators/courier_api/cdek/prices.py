"""What a parcel costs and how long it takes: zones by distance, mass by volume, modes, services.

No price list of the carrier is in our sources: everything here is ours, marked as guessed, plausible in size and
monotone in mass and distance. All amounts are kopecks with VAT inside. Codes of services: contract §2.8, and the
vendor's OpenAPI description (as stored in GitHub wishboxcdek), appendix 6.
"""

from bisect import bisect_left
from functools import lru_cache
from math import prod
from typing import NamedTuple

from .geography import NETWORK, UNION, City, cities, distance_km
from .records import Charge
from .tariffs import TARIFFS, Family, Mode

DIVISOR = 5000  # cubic centimetres that count as one kilogram
ZONE_KM = (60, 400, 900, 1_600, 2_600, 4_000, 6_000)  # the last zone is open
DOMESTIC = (  # per zone: the first half kilogram, each further one
    (17_500, 1_100),
    (21_000, 1_500),
    (25_500, 2_100),
    (31_000, 3_000),
    (38_000, 4_200),
    (47_000, 5_800),
    (58_000, 7_700),
    (72_000, 10_000),
)
ABROAD = (
    (165_000, 21_000),
    (180_000, 24_000),
    (198_000, 28_000),
    (220_000, 33_000),
    (246_000, 39_000),
    (278_000, 46_000),
    (318_000, 55_000),
    (368_000, 66_000),
)
BORDER_PERCENT = 140  # another country inside the union
DAYS = ((1, 1), (1, 2), (2, 3), (2, 4), (3, 5), (4, 7), (5, 9), (6, 11))
BORDER_DAYS = 2
END_MINOR = {"door": 11_000, "office": 0, "locker": 2_500}  # what each end of a mode adds

INSURANCE_BASIS_POINTS = 75  # of the declared value, 0.75 %
SERVICES = {  # a fixed price each; services that are named nowhere cost nothing
    "TAKE_SENDER": 18_000,
    "DELIV_RECEIVER": 18_000,
    "TRYING_ON": 5_000,
    "PART_DELIV": 9_000,
    "DANGER_CARGO": 35_000,
    "SMS": 1_000,
    "THERMAL_MODE": 30_000,
    "ADULT_GOODS": 0,
    "GET_UP_FLOOR_BY_HAND": 40_000,
    "GET_UP_FLOOR_BY_ELEVATOR": 20_000,
    "PHOTO_OF_DOCUMENTS": 6_000,
    "NOTIFY_ORDER_CREATED": 500,
    "NOTIFY_ORDER_DELIVERY": 500,
    "BAN_ATTACHMENT_INSPECTION": 0,
    "INSPECTION_CARGO": 0,
    "REVERSE": 0,
    "BUBBLE_WRAP": 4_000,
    "WASTE_PAPER": 3_000,
    "CARTON_FILLER": 3_000,
    "XL_BOX_INNER_CRATE": 6_000,
    "20_KG_BOX_INNER_CRATE": 6_000,
    "30_KG_BOX_INNER_CRATE": 7_000,
    "PACKAGE_1": 3_000,
    "COURIER_PACKAGE_A2": 7_000,
    "PACKAGE_A_2_LIGHT_EXPRESS": 4_000,
    "PACKAGE_A_3_LIGHT_EXPRESS": 3_500,
    "PACKAGE_A_4_LIGHT_EXPRESS": 3_000,
    "PACKAGE_A_5_LIGHT_EXPRESS": 2_500,
    "ENVELOPE_A4_CDEK_FREE": 0,
    "GREEN_ENVELOPE_CDEK": 3_000,
    "DESCENT_FROM_THE_FLOOR": 40_000,
    "LOADING_OPERATIONS_AT_THE_SENDER": 50_000,
    "LOAD_THE_OPERATION_AT_THE_RECIPIENT": 50_000,
    "COURIER_SERVICE": 60_000,
    "SMS_NOTIFICATIONS_FOR_THE_RECIPIENT": 500,
    "SMS_NOTIFICATIONS_FOR_EXPIRATION_DATE": 500,
    "EXP_REGIST": 100_000,
    "EXP_REGIST_WITH_DOC": 100_000,
    "EXP_REGIST_WITHOUT_DOC": 150_000,
    "INSURANCE": 0,
}
CLEARANCES = ("CUSTOMS", "CUSTOM_CLEARENCE")  # sic: the carrier spells customs services in two ways
BOX = "CARTON_BOX_"
BOXES = {  # what follows `BOX`: the price of one, by the kilograms it holds; other boxes cost `BOX_MINOR`
    "XS": 3_000,
    "500GR": 3_000,
    "1KG": 4_000,
    "S": 4_500,
    "2KG": 5_000,
    "3KG": 5_500,
    "5KG": 6_500,
    "M": 6_500,
    "10KG": 9_000,
    "L": 10_000,
    "15KG": 11_500,
    "XL": 13_000,
    "20KG": 14_000,
    "30KG": 18_000,
}
BOX_MINOR = 7_000
PACKINGS = ("BUBBLE_WRAP", "WASTE_PAPER", "CARTON_FILLER", "PACKAGE_1")
COUNTED = (*PACKINGS, *(code for code in SERVICES if code.endswith(("_INNER_CRATE", "_LIGHT_EXPRESS"))))  # as boxes are
PIECES_MOST = 999


class Load(NamedTuple):
    """A package for pricing; `sides_cm` None when no size was given."""

    mass_g: int
    sides_cm: tuple[int, int, int] | None = None


class Offer(NamedTuple):
    """What a tariff costs between two cities. `days_*` are working days, `calendar_*` calendar days."""

    tariff: int
    delivery_minor: int
    mass_calc_g: int
    days_min: int
    days_max: int
    calendar_min: int
    calendar_max: int


def volume_g(sides_cm: tuple[int, int, int] | None) -> int:
    """Return the volumetric mass in grams, rounded up; 0 without sizes."""
    return 0 if sides_cm is None else -(-prod(sides_cm) * 1000 // DIVISOR)


def billed_g(load: Load) -> int:
    return max(load.mass_g, volume_g(load.sides_cm))


def zone(start: City, end: City) -> int:
    """Return the zone of a distance: 0 within a city, and higher the farther."""
    return _zone(start.code, end.code)


@lru_cache(maxsize=4096)
def _zone(start: int, end: int) -> int:
    found = cities()
    return 0 if start == end else bisect_left(ZONE_KM, distance_km(found[start], found[end]))


def serves(family: Family, mode: Mode, start: City, end: City) -> bool:
    """Tell whether a tariff runs between two cities at all."""
    if zone(start, end) > family.zone_most or (family.one_country and start.country != end.country):
        return False
    if family.abroad:
        return start.country != end.country and (start.country in UNION or end.country in UNION)
    if not ({start.country, end.country} <= UNION or (start.country == end.country and start.country in NETWORK)):
        return False
    ends_open = (mode.origin == "door" or start.office) and (mode.target == "door" or end.office)
    return bool(ends_open)


def offer(tariff: int, start: City, end: City, loads: list[Load]) -> Offer | None:
    """Return what a tariff costs, or None when it does not run there. Mass limits are the caller's business."""
    family, mode = TARIFFS[tariff]
    if not serves(family, mode, start, end):
        return None
    place = zone(start, end)
    mass_g = sum(billed_g(load) for load in loads)
    first_minor, next_minor = (ABROAD if family.abroad else DOMESTIC)[place]
    steps = max(0, -(-mass_g // 500) - 1)
    minor = (first_minor + steps * next_minor) * family.price_percent // 100
    minor += END_MINOR[mode.origin] + END_MINOR[mode.target]
    crosses = start.country != end.country
    if crosses and not family.abroad:
        minor = minor * BORDER_PERCENT // 100
    days_min, days_max = working_days(family, place, crosses=crosses)
    return Offer(
        tariff, whole_roubles(minor), mass_g, days_min, days_max, calendar_days(days_min), calendar_days(days_max)
    )


def working_days(family: Family, place: int, *, crosses: bool) -> tuple[int, int]:
    """Return the least and the most working days a family takes to a zone."""
    extra = BORDER_DAYS if crosses else 0
    if family.days:
        return family.days[0] + extra, family.days[1] + extra
    least, most = DAYS[place]
    days_min = max(1, least * family.days_percent // 100) + extra
    return days_min, max(days_min, most * family.days_percent // 100 + extra)


def whole_roubles(minor: int) -> int:
    """Return the amount rounded up to whole roubles: the price list has no kopecks."""
    return -(-minor // 100) * 100


def calendar_days(working: int) -> int:
    """Return calendar days for working days: two days of rest in each full five."""
    return working + working // 5 * 2


def insurance(declared_minor: int) -> Charge:
    """Return the insurance that the carrier adds; its parameter is the declared value."""
    return Charge(
        "INSURANCE",
        f"{declared_minor // 100}.{declared_minor % 100:02}",
        -(-declared_minor * INSURANCE_BASIS_POINTS // 10_000),
    )


def known_service(code: str) -> bool:
    return code in SERVICES or code.startswith(BOX) or any(word in code for word in CLEARANCES)


def service(code: str, parameter: str) -> Charge:
    """Return a service with its price; of what is sold by the piece, the parameter is the number."""
    price_minor = SERVICES.get(code, 0)
    if code.startswith(BOX):
        size = code.removeprefix(BOX)
        price_minor = BOXES.get(size, BOXES.get(size.partition("_")[0], BOX_MINOR))
    pieces = _pieces(parameter) if code in COUNTED or code.startswith(BOX) else 1
    return Charge(code, parameter, price_minor * pieces)


def _pieces(parameter: str) -> int:
    """Return the number of pieces: one where the parameter is no number of them (inferred)."""
    text = parameter.strip()
    return min(int(text), PIECES_MOST) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) else 1
