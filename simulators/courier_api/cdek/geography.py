"""The places CDEK serves here: cities, how an address resolves to one, distances.

Wire contract: `courier_api` §1.11. Codes of five Russian cities and two regions are published; every other code, and
every uuid but one, is ours (codes from 900001, region codes from 901). Postal prefixes and coordinates are public
facts, rounded.
"""

import csv
from bisect import bisect_right
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple
from uuid import UUID

UNION = frozenset({"RU", "KZ", "BY", "AM", "KG"})  # domestic tariffs run inside it
COUNTRIES = {
    "RU": "Россия",
    "KZ": "Казахстан",
    "BY": "Беларусь",
    "AM": "Армения",
    "KG": "Киргизия",
    "DE": "Германия",
    "IT": "Италия",
    "ES": "Испания",
    "FR": "Франция",
}
MOSCOW_FIAS = "0c5b2444-70a0-4932-980c-b4dc0d3f02b5"
EARTH_KM = 6371.0


class City(NamedTuple):
    """`payment_limit` is whole roubles of cash on delivery: -1 no limit, 0 none taken. `office` "" has no offices."""

    code: int
    name: str
    name_eng: str
    country: str
    region: str
    region_code: int
    latitude: float
    longitude: float
    time_zone: str
    payment_limit: int
    prefixes: tuple[tuple[str, str], ...]
    office: str

    @property
    def uuid(self) -> str:
        return fixed_uuid(f"city/{self.code}")

    @property
    def fias_guid(self) -> str:
        return MOSCOW_FIAS if self.code == 44 else fixed_uuid(f"fias/{self.code}")

    @property
    def postal_code(self) -> str:
        """Return one postal code that resolves to this city."""
        length = POSTAL_LENGTH[self.country]
        return self.prefixes[0][0].ljust(length, "0")


POSTAL_LENGTH = {"RU": 6, "KZ": 6, "BY": 6, "AM": 4, "KG": 6, "DE": 5, "IT": 5, "ES": 5, "FR": 5}


def fixed_uuid(name: str) -> str:
    """Return a uuid that depends on nothing but `name`: the same in every tenant, as a carrier's dictionary is."""
    return str(UUID(bytes=blake2b(f"cdek/{name}".encode(), digest_size=16).digest(), version=4))


@cache
def cities() -> dict[int, City]:
    """Return every city by its code, in the order of the file."""
    text = files(__package__).joinpath("cities.csv").read_text(encoding="utf-8")
    rows = [_city(row) for row in csv.DictReader(text.splitlines(), delimiter=";")]
    return {city.code: city for city in rows}


def _city(row: dict[str, str]) -> City:
    prefixes = (part.partition("-") for part in row["postal_prefixes"].split(","))
    return City(
        int(row["code"]),
        row["name"],
        row["name_eng"],
        row["country_code"],
        row["region"],
        int(row["region_code"]),
        float(row["latitude"]),
        float(row["longitude"]),
        row["time_zone"],
        int(row["payment_limit"]),
        tuple((first, last or first) for first, _, last in prefixes),
        row["office"],
    )


@cache
def _by_name() -> dict[str, City]:
    found: dict[str, City] = {}
    for city in cities().values():
        for spelling in (city.name, city.name_eng):
            found.setdefault(_plain(spelling), city)
    return found


def _plain(name: str) -> str:
    plain = name.casefold().replace("ё", "е").strip()
    return plain.removeprefix("г.").removeprefix("город ").strip()


@cache
def _by_prefix(country: str) -> tuple[list[str], list[tuple[str, City]]]:
    rows = sorted(
        (first, last, city) for city in cities().values() if city.country == country for first, last in city.prefixes
    )
    return [first for first, _, _ in rows], [(last, city) for _, last, city in rows]


@cache
def _by_uuid() -> dict[str, City]:
    return {key: city for city in cities().values() for key in (city.uuid, city.fias_guid)}


def named(name: str, country: str = "") -> City | None:
    """Return the city of this name, in Russian or in its own language."""
    city = _by_name().get(_plain(name))
    return None if city is None or (country and city.country != country) else city


def by_postal_code(postal_code: str, country: str = "RU") -> City | None:
    """Return the city that a postal code's first digits stand for; None when the code cannot be of that country."""
    digits = postal_code.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) != POSTAL_LENGTH.get(country):
        return None
    firsts, rows = _by_prefix(country)
    place = bisect_right(firsts, digits) - 1
    if place < 0:
        return None
    last, city = rows[place]
    return city if digits[: len(last)] <= last else None


def resolve(location: Mapping[str, Any]) -> City | None:
    """Return the city a location of the wire means, or None when it is not recognised.

    The carrier's own code decides, then the two guids, then the city's name, then the postal code: so a village that
    nobody lists is still served from its district's city. (inferred: no source states the order.)
    """
    if (code := location.get("code")) is not None:
        return cities().get(code)
    for key in ("city_uuid", "fias_guid"):
        if key in location:
            return _by_uuid().get(str(location[key]).lower())
    country = str(location.get("country_code") or "RU").upper()
    city = named(str(location["city"]), country) if "city" in location else None
    if city is None and "postal_code" in location:
        city = by_postal_code(str(location["postal_code"]), country)
    return city


def distance_km(start: City, end: City) -> int:
    """Return the great-circle distance in whole kilometres."""
    lat1, lat2 = radians(start.latitude), radians(end.latitude)
    across = sin((lat2 - lat1) / 2) ** 2
    along = cos(lat1) * cos(lat2) * sin(radians(end.longitude - start.longitude) / 2) ** 2
    return round(2 * EARTH_KM * asin(sqrt(across + along)))
