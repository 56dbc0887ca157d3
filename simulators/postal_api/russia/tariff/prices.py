"""What post costs and how long it takes: the one price function of orders, `/1.0/tariff` and the calculators.

Wire contract: §5.5. This is not the post's tariff: belts of distance and the form of the price are public, calibrated
to one recorded answer (1000 g from Moscow to Magadan); everything else is ours, plausible in size and monotone in mass
and distance. All amounts are kopecks without VAT, and their VAT beside them.

    found = price(Asked(mail_type="POSTAL_PARCEL", mail_category="ORDINARY", mass_g=1000,
                        index_from="109012", index_to="685000", on=date(2026, 8, 1)))
    found.ground, found.total, found.days_min      # Amount(64590, 14210), Amount(64590, 14210), 43
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from math import prod
from typing import NamedTuple

from ....core.errors import SimulatorError
from ..lookup.offices import offices, place_of
from ..lookup.places import REMOTE, Place, distance_km
from . import rates
from .countries import KIND_OF, Country, countries
from .rates import KINDS, Kind

HOME = 643  # ISO 3166 numeric of Russia


class Amount(NamedTuple):
    """Kopecks without VAT, and the VAT on them."""

    rate_minor: int = 0
    vat_minor: int = 0

    @property
    def gross_minor(self) -> int:
        return self.rate_minor + self.vat_minor


class Trouble(IntEnum):
    """Why there is no price: the calculator's own codes (§5.3), by the meaning that its description gives them."""

    WRONG_VALUE = 1200
    MISSING_VALUE = 1201
    NOT_PROVIDED = 1202
    WRONG_DATE = 1203
    WRONG_OBJECT = 1205
    WRONG_ORIGIN = 1207
    WRONG_COUNTRY = 1210
    WRONG_DESTINATION = 1301
    NO_DECLARED_VALUE = 1332
    NO_CASH_ON_DELIVERY = 1333
    MISSING_COUNTRY = 1334
    COUNTRY_AT_HOME = 1340
    NO_NUMBER = 1366
    NO_DELIVERY = 1372
    TOO_SMALL = 1377
    TOO_LARGE = 1378
    NOT_TO_THAT_KIND = 2006


class NoTariff(SimulatorError):
    """There is no price for what was asked; nothing changed. The message is the post's own, in Russian."""

    def __init__(self, trouble: Trouble, text: str) -> None:
        self.trouble = trouble
        self.text = text
        super().__init__(f"{trouble.value}: {text}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be priced, in Otpravka's words (§2.17).

    `flags` are the names of an order's switches that are on, as `fragile`, `with-order-of-notice`, `inventory`; names
    that cost nothing are ignored. `country` other than 643 is abroad, and `index_to` then free. `on` decides the VAT.
    """

    mail_type: str
    mail_category: str
    mass_g: int
    index_from: str
    on: date
    index_to: str = ""
    country: int = HOME
    sides_cm: tuple[int, int, int] | None = None
    dimension_type: str = ""  # S, M, L, XL, OVERSIZED
    declared_minor: int = 0
    transport: str = ""  # SURFACE, AVIA, COMBINED, EXPRESS, STANDARD; "" is the type's own
    flags: frozenset[str] = frozenset()

    @property
    def to_point(self) -> bool:
        """Tell whether lockers and pickup points take it: they take combined categories and ECOM."""
        return self.mail_category.startswith("COMBINED") or self.mail_type.startswith("ECOM")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What it costs. `extras` are by the wire's base names: `fragile`, `notice`, `inventory`, `oversize` …"""

    ground: Amount
    avia: Amount
    insurance: Amount
    extras: Mapping[str, Amount]
    vat_percent: int
    weight_pay_g: int
    oversize: bool
    transport: str
    days_min: int
    days_max: int

    @property
    def mass(self) -> Amount:
        """Return what the weight costs, over land and by air."""
        return _sum(self.ground, self.avia)

    @property
    def total(self) -> Amount:
        return _sum(self.ground, self.avia, self.insurance, *self.extras.values())


def _sum(*amounts: Amount) -> Amount:
    return Amount(sum(found.rate_minor for found in amounts), sum(found.vat_minor for found in amounts))


def price(asked: Asked) -> Price:
    """Return what post costs and how long it takes.

    Raises:
        NoTariff: a value is wrong, the kind of post does not go there, or an index is unknown.
    """
    kind = _kind(asked)
    start = place_of(asked.index_from)
    if start is None:
        raise NoTariff(Trouble.WRONG_ORIGIN, f"Не найден индекс места отправления {asked.index_from[:20]!r}")
    country = None if asked.country == HOME else _country(asked)
    end = _destination(asked, kind) if country is None else start
    mass_g = paid_g(asked, kind)
    _refuse_mass(asked, kind, country)
    transport = asked.transport or kind.transport
    over_land = _mass_minor(kind, asked, mass_g, start, end, country)
    ground, by_air = _by_way(over_land, transport)
    vat = rates.vat_percent(asked.on)
    extras = {name: _with_vat(minor, vat) for name, minor in _extras(asked, over_land).items()}
    days = _days(kind, transport, start, end, country)
    return Price(
        ground=_with_vat(ground, vat),
        avia=_with_vat(by_air, vat),
        insurance=_with_vat(_insurance(asked), vat),
        extras=extras,
        vat_percent=vat,
        weight_pay_g=mass_g,
        oversize=oversize(asked),
        transport=transport,
        days_min=days,
        days_max=days + 2,
    )


def _insurance(asked: Asked) -> int:
    """Return what the declared value costs: only where the category has one."""
    if "DECLARED" not in asked.mail_category:
        return 0
    return -(-asked.declared_minor * rates.INSURANCE_PERCENT // 100)


def _with_vat(minor: int, percent: int) -> Amount:
    return Amount(minor, (minor * percent + 50) // 100)


def _kind(asked: Asked) -> Kind:
    kind = KINDS.get(asked.mail_type)
    if kind is None:
        raise NoTariff(Trouble.WRONG_VALUE, f"Неизвестный вид отправления {asked.mail_type[:40]!r}")
    if not (kind.home if asked.country == HOME else kind.abroad):
        where = "по России" if asked.country == HOME else "за границу"
        raise NoTariff(Trouble.NOT_PROVIDED, f"Вид отправления {asked.mail_type} не пересылается {where}")
    return kind


def _destination(asked: Asked, kind: Kind) -> Place:
    end = place_of(asked.index_to)
    if end is None:
        raise NoTariff(Trouble.WRONG_DESTINATION, f"Не найден индекс места назначения {asked.index_to[:20]!r}")
    office = offices().get(asked.index_to)
    if office and office.partner and not asked.to_point:
        what = "почтомат" if office.locker else "пункт выдачи заказов"
        raise NoTariff(
            Trouble.NOT_TO_THAT_KIND,
            f"Отправление {asked.mail_type} {asked.mail_category} нельзя доставить в {what} {asked.index_to}",
        )
    if kind.courier and end.thousands < rates.COURIER_THOUSANDS:
        raise NoTariff(
            Trouble.NO_DELIVERY, f"Доставка по маршруту {asked.index_from} - {asked.index_to} не выполняется"
        )
    return end


def _country(asked: Asked) -> Country:
    country = countries().get(asked.country)
    if country is None:
        raise NoTariff(Trouble.WRONG_COUNTRY, f"Неизвестный код страны {asked.country}")
    if KIND_OF[asked.mail_type] in country.blocked:
        raise NoTariff(Trouble.NO_DELIVERY, f"Отправления {asked.mail_type} в страну {country.name} не принимаются")
    if asked.declared_minor > country.value_most_minor:
        most = country.value_most_minor
        text = f"Сумма объявленной ценности {asked.declared_minor} больше предельной: {most}"
        raise NoTariff(Trouble.TOO_LARGE if most else Trouble.NO_DECLARED_VALUE, text)
    return country


def _refuse_mass(asked: Asked, kind: Kind, country: Country | None) -> None:
    """Refuse a real mass that is none or too great: the charged one may be greater."""
    most = kind.most_g if country is None else min(kind.most_g, country.most_g(KIND_OF[asked.mail_type]))
    if asked.mass_g <= 0:
        raise NoTariff(Trouble.TOO_SMALL, f"Вес отправления {asked.mass_g} должен быть больше нуля")
    if asked.mass_g > most:
        raise NoTariff(Trouble.TOO_LARGE, f"Вес отправления {asked.mass_g} г больше предельного: {most} г")


def paid_g(asked: Asked, kind: Kind) -> int:
    """Return the charged mass: the greater of the real and the volumetric one; flat prices know no volume."""
    if asked.sides_cm is None or not kind.percent:
        return asked.mass_g
    return max(asked.mass_g, -(-prod(asked.sides_cm) * 1_000 // rates.CUBIC_CM_PER_KG))


def oversize(asked: Asked) -> bool:
    """Tell whether a parcel is bulky by its sides or by its type of size."""
    sides = asked.sides_cm or (0, 0, 0)
    large = max(sides) > rates.OVERSIZE_SIDE_CM or sum(sides) > rates.OVERSIZE_SUM_CM
    return large or asked.dimension_type == "OVERSIZED"


def belt(start: Place, end: Place) -> int:
    """Return the belt of a distance: 0 near to 4 far."""
    return bisect_left(rates.BELT_KM, distance_km(start, end))


def _mass_minor(kind: Kind, asked: Asked, mass_g: int, start: Place, end: Place, country: Country | None) -> int:
    """Return what the weight costs over land, the courier to the door and what is heavy with it."""
    if not kind.percent:
        first, following = kind.flat
        minor = first + following * max(0, -(-mass_g // 100) - 1)
        minor += rates.DECLARED_MINOR if "DECLARED" in asked.mail_category else 0
        minor += rates.ORDERED_MINOR if asked.mail_category == "ORDERED" else 0
        return minor if country is None else minor * (1 + country.zone)
    table = rates.BELTS[belt(start, end)] if country is None else rates.ABROAD[country.zone]
    minor = (table[0] + table[1] * max(0, -(-mass_g // rates.STEP_G) - 1)) * kind.percent // 100
    if mass_g > rates.HEAVY_G:
        minor += minor * rates.HEAVY_PERCENT // 100
    to_door = not kind.courier and not {"courier", "delivery-to-door"}.isdisjoint(asked.flags)
    return minor + rates.DOOR_MINOR * to_door


def _by_way(minor: int, transport: str) -> tuple[int, int]:
    """Return what is paid over land and what by air."""
    if transport == "AVIA":
        return 0, minor * rates.AVIA_PERCENT // 100
    return minor, minor * rates.COMBINED_PERCENT // 100 if transport == "COMBINED" else 0


def _extras(asked: Asked, mass_minor: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for flag, (name, minor) in rates.ADD_ONS.items():
        if flag in asked.flags:
            found[name] = found.get(name, 0) + minor
    if "fragile" in asked.flags:
        found["fragile"] = mass_minor * rates.FRAGILE_PERCENT // 100
    if KINDS[asked.mail_type].percent and oversize(asked):
        found["oversize"] = mass_minor * rates.OVERSIZE_PERCENT // 100
    return found


def _days(kind: Kind, transport: str, start: Place, end: Place, country: Country | None) -> int:
    least, km_per_day = kind.days
    if country is not None:
        return least + (8, 14, 20, 26)[country.zone - 1] // (2 if transport in ("AVIA", "EXPRESS") else 1)
    slow = transport == "SURFACE" and km_per_day <= 350
    extra = rates.REMOTE_DAYS if slow else rates.REMOTE_DAYS_BY_AIR
    remote = end.region.code in REMOTE and end.region != start.region
    return least + distance_km(start, end) // km_per_day + extra * remote
