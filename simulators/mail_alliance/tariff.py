"""The tariff: what a parcel costs, as whole cents, from nothing but the order and the tariff's version.

Every number here is our own; the contract (§4.5) gives only the surcharges' names and that equal input gives equal
prices until the version changes. The version is the month on the tenant's clock: carriers adjust fuel monthly.
"""

from bisect import bisect_left
from math import prod
from typing import NamedTuple

import msgspec

from .countries import OUTSIDE_TAX_UNION, ZONES, on_island, zone
from .orders import Package
from .times import HOUR_MS, day, read_day, rfc3339

VOLUME_DIVISOR = 5000  # cubic centimetres that count as one kilogram
BANDS_G = (1_000, 2_000, 5_000, 10_000, 20_000, 31_500)
BASE_MINOR: dict[str, tuple[tuple[int, ...], ...]] = {  # by zone, then by band
    "ma_letter_parcel": ((245, 295),),
    "ma_parcel": (
        (369, 419, 549, 829, 1349, 1949),
        (749, 849, 1049, 1449, 2149, 2949),
        (899, 999, 1249, 1749, 2549, 3449),
        (1149, 1299, 1599, 2149, 3149, 4249),
        (1449, 1649, 1999, 2699, 3849, 5149),
    ),
    "ma_parcel_tracked": (
        (429, 479, 609, 899, 1429, 2039),
        (829, 929, 1139, 1549, 2259, 3069),
        (989, 1089, 1349, 1859, 2669, 3579),
        (1249, 1399, 1709, 2269, 3279, 4389),
        (1559, 1759, 2119, 2829, 3989, 5299),
    ),
}
TRANSIT_DAYS: dict[str, tuple[tuple[int, int], ...]] = {  # by zone
    "ma_letter_parcel": ((2, 4),),
    "ma_parcel": ((1, 3), (2, 4), (3, 6), (4, 8), (4, 8)),
    "ma_parcel_tracked": ((1, 2), (2, 3), (2, 5), (3, 6), (3, 6)),
}
NAMES = {
    "ma_letter_parcel": "Letter parcel",
    "ma_parcel": "Parcel",
    "ma_parcel_tracked": "Parcel Tracked",
}
LETTER_PARCEL = Package(weight_g=2_000, length_mm=353, width_mm=300, height_mm=150)  # the largest
FUEL_PERMILLE = (62, 60, 65, 68, 71, 70, 66, 64, 67, 72, 75, 69)  # by month
OVERSIZE_FROM_MM, OVERSIZE_GIRTH_FROM_MM, OVERSIZE_MINOR = 1_000, 2_500, 890
ISLAND_MINOR, SATURDAY_MINOR = 1_050, 450
INSURANCE_PERMILLE, INSURANCE_LEAST_MINOR = 12, 150
TAX_PERMILLE = 190
CUT_OFF_MS = 16 * HOUR_MS  # of the shipping day
LABELS = {
    "fuel": "Fuel",
    "oversize": "Oversize",
    "island": "Island",
    "insurance": "Insurance",
    "saturday": "Collection on a Saturday",
}


class Consignment(NamedTuple):
    """What a price depends on. `ship_date` is as asked ("" = the day of the quote)."""

    service: str
    origin: tuple[str, str]  # country, postal code
    destination: tuple[str, str]
    package: Package
    insured_minor: int
    ship_date: str


class Price(msgspec.Struct, frozen=True, gc=False):
    """Cents. `total` is net, surcharges and tax."""

    net: int
    surcharges: tuple[tuple[str, int], ...]
    tax_permille: int
    tax: int
    total: int


def version(at_ms: int) -> str:
    """Return the tariff's version at a moment: its month."""
    return rfc3339(at_ms)[:7]


def excess(service: str, package: Package) -> tuple[str, int, int] | None:
    """Return (what, limit, actual) of the first limit of the service that the package exceeds, else None."""
    if service != "ma_letter_parcel" or _fits_a_letter(package):
        return None
    for name in ("weight_g", "length_mm", "width_mm", "height_mm"):
        limit, actual = getattr(LETTER_PARCEL, name), getattr(package, name)
        if actual > limit:
            return name, limit, actual
    return None


def offered(service: str, origin: str, destination: str) -> bool:
    """Tell whether the service runs between two countries: letter parcels inside Germany only."""
    return origin in ZONES and destination in ZONES and zone(origin, destination) < len(BASE_MINOR[service])


def price(what: Consignment, *, at_ms: int) -> Price:
    """Return what a consignment costs at a moment; it must be served and within the service's limits."""
    distance = zone(what.origin[0], what.destination[0])
    bands = BASE_MINOR[what.service][distance]
    net = bands[_band(what.package)]
    today = day(at_ms)
    shipped = read_day(what.ship_date) or today
    surcharges = [("fuel", _share(net, FUEL_PERMILLE[today.month - 1]))]
    if _oversize(what.package):
        surcharges.append(("oversize", OVERSIZE_MINOR))
    if on_island(*what.origin) or on_island(*what.destination):
        surcharges.append(("island", ISLAND_MINOR))
    if what.insured_minor:
        surcharges.append(("insurance", max(INSURANCE_LEAST_MINOR, _share(what.insured_minor, INSURANCE_PERMILLE))))
    if shipped.weekday() == 5:
        surcharges.append(("saturday", SATURDAY_MINOR))
    abroad = what.origin[0] in OUTSIDE_TAX_UNION or what.destination[0] in OUTSIDE_TAX_UNION
    tax_permille = 0 if abroad else TAX_PERMILLE
    before_tax = net + sum([amount for _, amount in surcharges])
    tax = _share(before_tax, tax_permille)
    return Price(net, tuple(surcharges), tax_permille, tax, before_tax + tax)


def billable_mass_g(package: Package) -> int:
    """Return the larger of the mass and the volumetric mass in whole grams, rounded up."""
    volume_mm3 = prod((package.length_mm, package.width_mm, package.height_mm))
    return max(package.weight_g, -(-volume_mm3 // VOLUME_DIVISOR))


def _band(package: Package) -> int:
    """A bulky parcel pays the dearest band at most: volume alone refuses nothing. What fits a letter pays by mass."""
    mass_g = package.weight_g if _fits_a_letter(package) else billable_mass_g(package)
    return min(bisect_left(BANDS_G, mass_g), len(BANDS_G) - 1)


def _fits_a_letter(package: Package) -> bool:
    most = LETTER_PARCEL
    return (
        package.weight_g <= most.weight_g
        and package.length_mm <= most.length_mm
        and package.width_mm <= most.width_mm
        and package.height_mm <= most.height_mm
    )


def _oversize(package: Package) -> bool:
    girth_mm = package.length_mm + 2 * package.width_mm + 2 * package.height_mm
    return package.length_mm > OVERSIZE_FROM_MM or girth_mm > OVERSIZE_GIRTH_FROM_MM


def _share(amount: int, permille: int) -> int:
    """Return so many thousandths of an amount, half a cent upwards."""
    return (amount * permille + 500) // 1000
