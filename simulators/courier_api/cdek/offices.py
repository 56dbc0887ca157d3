"""Offices and lockers: two in each city that has any, made from the table of cities.

Wire contract: `courier_api` §1.11, `/deliverypoints`. Codes look like published ones (`NSK1`); the offices are ours.
"""

from functools import cache
from typing import Any, NamedTuple

from .geography import COUNTRIES, City, cities, fixed_uuid

PHONE = "+78002501405"


class Office(NamedTuple):
    """`kind` is PVZ or POSTAMAT; masses in grams."""

    code: str
    city: City
    kind: str
    mass_max_g: int

    @property
    def allowed_cod(self) -> bool:
        return self.city.payment_limit != 0


@cache
def offices() -> dict[str, Office]:
    """Return every office by its code."""
    found = {}
    for city in cities().values():
        if city.office:
            for office in (
                Office(f"{city.office}1", city, "PVZ", 30_000),
                Office(f"{city.office}2", city, "POSTAMAT", 15_000),
            ):
                found[office.code] = office
    return found


def office(code: str) -> Office | None:
    return offices().get(code.strip().upper())


def office_shape(found: Office) -> dict[str, Any]:
    """Return an office as `/deliverypoints` gives it."""
    locker = found.kind == "POSTAMAT"
    hours = "00:00/23:59" if locker else "10:00/20:00"
    shape: dict[str, Any] = {
        "code": found.code,
        "name": f"{'Постамат' if locker else 'Пункт выдачи'} {found.code}",
        "uuid": fixed_uuid(f"office/{found.code}"),
        "work_time": "круглосуточно" if locker else "Пн-Вс 10:00-20:00",
        "phones": [{"number": PHONE}],
        "email": f"{found.code.lower()}@cdek.example",
        "type": found.kind,
        "owner_code": "cdek",
        "take_only": locker,
        "is_handout": True,
        "is_reception": not locker,
        "is_dressing_room": not locker,
        "is_ltl": False,
        "have_cashless": found.allowed_cod,
        "have_cash": found.allowed_cod and not locker,
        "have_fast_payment_system": found.allowed_cod,
        "allowed_cod": found.allowed_cod,
        "work_time_list": [{"day": day, "time": hours} for day in range(1, 8)],
        "work_time_exception_list": [],
        "weight_min": 0.0,
        "weight_max": found.mass_max_g / 1000,
        "location": office_location(found),
        "fulfillment": False,
    }
    if locker:
        shape["dimensions"] = [{"width": 40, "height": 40, "depth": 60}]
    return shape


def office_location(found: Office) -> dict[str, Any]:
    city = found.city
    street = "ул. Почтовая, 2" if found.kind == "POSTAMAT" else "ул. Центральная, 1"
    return {
        "country_code": city.country,
        "region_code": city.region_code,
        "region": city.region,
        "city_code": city.code,
        "city": city.name,
        "fias_guid": city.fias_guid,
        "postal_code": city.postal_code,
        "longitude": city.longitude,
        "latitude": city.latitude,
        "address": street,
        "address_full": f"{city.postal_code}, {COUNTRIES[city.country]}, {city.region}, {city.name}, {street}",
        "city_uuid": city.uuid,
    }
