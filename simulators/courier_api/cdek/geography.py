"""The places CDEK serves here: cities, how an address resolves to one, distances.

Wire contract: `courier_api` §1.11. Codes of five Russian cities and two regions are published; every other code, and
every uuid but one, is ours (codes from 900001, region codes from 901). Postal prefixes are public facts, rounded;
coordinates, time zones and sizes of towns come from GeoNames (CC BY 4.0), rounded too. The files list what is large
before what is small, so the first city of a name is the one that is meant by the name alone.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple
from uuid import UUID

UNION = frozenset({"RU", "KZ", "BY", "AM", "KG"})  # domestic tariffs run inside it
NETWORK = UNION | {"UZ"}  # countries with offices: inside each of them domestic tariffs run too
COUNTRIES = {
    "RU": "Россия",
    "KZ": "Казахстан",
    "BY": "Беларусь",
    "AM": "Армения",
    "KG": "Киргизия",
    "UZ": "Узбекистан",
    "DE": "Германия",
    "IT": "Италия",
    "ES": "Испания",
    "FR": "Франция",
}
COUNTRIES_IN = {  # other languages of the wire, by their names there
    "eng": dict(
        zip(
            COUNTRIES,
            (
                "Russia",
                "Kazakhstan",
                "Belarus",
                "Armenia",
                "Kyrgyzstan",
                "Uzbekistan",
                "Germany",
                "Italy",
                "Spain",
                "France",
            ),
            strict=True,
        )
    ),
    "zho": dict(
        zip(
            COUNTRIES,
            (
                "俄罗斯",
                "哈萨克斯坦",
                "白俄罗斯",
                "亚美尼亚",
                "吉尔吉斯斯坦",
                "乌兹别克斯坦",
                "德国",
                "意大利",
                "西班牙",
                "法国",
            ),
            strict=True,
        )
    ),
}
MOSCOW_FIAS = "0c5b2444-70a0-4932-980c-b4dc0d3f02b5"
EARTH_KM = 6371.0
BARE = frozenset({"city", "postal_code"})  # an address without either is told by its point or its line alone


class Region(NamedTuple):
    """`kladr` is the two digits of a Russian region in the public classifier, "" elsewhere."""

    code: int
    country: str
    name: str
    name_eng: str
    kladr: str


class City(NamedTuple):
    """`payment_limit` is whole roubles of cash on delivery: -1 no limit, 0 none taken. `office` "" has no offices.

    `place` counts the cities of its region from 1; `thousands` are inhabitants.
    """

    code: int
    name: str
    name_eng: str
    country: str
    region_of: Region
    place: int
    latitude: float
    longitude: float
    time_zone: str
    payment_limit: int
    prefixes: tuple[tuple[str, str], ...]
    office: str
    thousands: int

    @property
    def region(self) -> str:
        return self.region_of.name

    @property
    def region_code(self) -> int:
        return self.region_of.code

    @property
    def sub_region(self) -> str:
        """Return the district: towns that are not the first of a Russian region are one of their own (inferred)."""
        return f"городской округ {self.name}" if self.country == "RU" and self.place > 1 else ""

    @property
    def kladr_code(self) -> str:
        """Return thirteen digits whose first two are the region's; "" outside Russia."""
        if not self.region_of.kladr:
            return ""
        number = 0 if self.name == self.region else self.place
        return f"{self.region_of.kladr}000{number:03}00000"

    @property
    def uuid(self) -> str:
        return fixed_uuid(f"city/{self.code}")

    @property
    def fias_guid(self) -> str:
        return MOSCOW_FIAS if self.code == 44 else fixed_uuid(f"fias/{self.code}")

    @property
    def postal_code(self) -> str:
        """Return one postal code that resolves to this city."""
        return next(self._postal_codes())

    @property
    def postal_codes(self) -> list[str]:
        """Return the first postal code of each prefix that resolves to this city."""
        return list(self._postal_codes())

    def _postal_codes(self) -> "Iterator[str]":
        codes = (prefix.ljust(POSTAL_LENGTH[self.country], "0") for prefix in _spread(self.prefixes))
        return (code for code in codes if by_postal_code(code, self.country) is self)


POSTAL_LENGTH = {"RU": 6, "KZ": 6, "BY": 6, "AM": 4, "KG": 6, "UZ": 6, "DE": 5, "IT": 5, "ES": 5, "FR": 5}


def fixed_uuid(name: str) -> str:
    """Return a uuid that depends on nothing but `name`: the same in every tenant, as a carrier's dictionary is."""
    return str(UUID(bytes=blake2b(f"cdek/{name}".encode(), digest_size=16).digest(), version=4))


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """Give the rows of a table that ships with this carrier."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines(), delimiter=";")


@cache
def regions() -> dict[int, Region]:
    """Return every region by its code, in the order of the file."""
    found = (
        Region(int(row["code"]), row["country_code"], row["name"], row["name_eng"], row["kladr"])
        for row in rows_of("regions.csv")
    )
    return {region.code: region for region in found}


@cache
def cities() -> dict[int, City]:
    """Return every city by its code, in the order of the file."""
    places: Counter[str] = Counter()
    found = {}
    for row in rows_of("cities.csv"):
        places[row["region_code"]] += 1
        city = _city(row, places[row["region_code"]])
        found[city.code] = city
    return found


def _city(row: dict[str, str], place: int) -> City:
    prefixes = (part.partition("-") for part in row["postal_prefixes"].split(","))
    return City(
        int(row["code"]),
        row["name"],
        row["name_eng"],
        row["country_code"],
        regions()[int(row["region_code"])],
        place,
        float(row["latitude"]),
        float(row["longitude"]),
        row["time_zone"],
        int(row["payment_limit"]),
        tuple((first, last or first) for first, _, last in prefixes),
        row["office"],
        int(row["thousands"]),
    )


def _spread(prefixes: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for first, last in prefixes:
        for number in range(int(first), int(last) + 1):
            yield str(number).zfill(len(first))


@cache
def _by_name() -> dict[str, list[City]]:
    found: dict[str, list[City]] = {}
    for city in cities().values():
        for spelling in {plain(city.name), plain(city.name_eng)}:
            found.setdefault(spelling, []).append(city)
    return found


def plain(name: str) -> str:
    """Return a city's name as names are compared."""
    short = name.casefold().replace("ё", "е").strip()
    return short.removeprefix("г.").removeprefix("город ").strip()


@cache
def _by_prefix(country: str) -> dict[str, City]:
    return {prefix: city for city in cities().values() if city.country == country for prefix in _spread(city.prefixes)}


@cache
def _by_key() -> dict[str, City]:
    """Cities by what names exactly one of them: both guids and the classifier's code."""
    found = {key: city for city in cities().values() for key in (city.uuid, city.fias_guid, city.kladr_code)}
    found.pop("", None)
    return found


def all_named(name: str, country: str = "") -> list[City]:
    """Return the cities of this name, in Russian or in its own language, the largest first."""
    return [city for city in _by_name().get(plain(name), ()) if not country or city.country == country]


def named(name: str, country: str = "", among: Iterable[City | None] = ()) -> City | None:
    """Return the city of this name: one of `among` where it is one of them, else the largest."""
    found = all_named(name, country)
    return next((city for city in found if city in among), found[0] if found else None)


def by_postal_code(postal_code: str, country: str = "RU") -> City | None:
    """Return the city that a postal code's first digits stand for; None when the code cannot be of that country.

    The longest prefix decides: a town has a part of the digits of its region's centre.
    """
    digits = postal_code.strip()
    length = POSTAL_LENGTH.get(country)
    if not (digits.isascii() and digits.isdigit()) or len(digits) != length:
        return None
    found = _by_prefix(country)
    return next((found[digits[:n]] for n in range(length, 0, -1) if digits[:n] in found), None)


def first_by_postal_code(postal_code: str, countries: Iterable[str] = ()) -> City | None:
    """Return the city of a postal code in the first country that has it: of those that are named, else of all."""
    found = (by_postal_code(postal_code, country) for country in countries or COUNTRIES)
    return next((city for city in found if city), None)


def resolve(location: Mapping[str, Any]) -> City | None:
    """Return the city a location of the wire means, or None when it is not recognised.

    The carrier's own code decides, then a guid or classifier's code that is known here, then the city's name within the
    region that is told, then the postal code: so a village that nobody lists is still served from its district's
    city. Of several cities of one name the one that the postal code stands for is meant, else the largest. A place that
    is told by its point alone is the city nearest to it, and one told by its line of address the city named there.
    (inferred: no source states the order.)
    """
    if (code := location.get("code")) is not None:
        return cities().get(code)
    for key in ("city_uuid", "fias_guid", "kladr_code"):
        if (known := _by_key().get(str(location.get(key, "")).lower())) is not None:
            return known
    country = str(location.get("country_code") or "RU").upper()
    same = [city for city in all_named(str(location.get("city", "")), country) if _in_region(city, location)]
    if len(same) == 1:
        return same[0]
    by_post = by_postal_code(str(location["postal_code"]), country) if "postal_code" in location else None
    found = by_post if by_post in same or not same else same[0]
    return found if found or not BARE.isdisjoint(location) else _of_bare(location, country)


def _of_bare(location: Mapping[str, Any], country: str) -> City | None:
    """Return the city of a place that is told by its point or its line of address alone."""
    if {"latitude", "longitude"} <= location.keys():
        return nearest(float(location["latitude"]), float(location["longitude"]))
    for part in str(location.get("address", "")).split(","):
        word = part.strip()
        if by_post := by_postal_code(word, country):
            return by_post
        if same := all_named(word.removeprefix("г "), country):
            return same[0]
    return None


def nearest(latitude: float, longitude: float) -> City:
    here = next(iter(cities().values()))._replace(latitude=latitude, longitude=longitude)
    return min(cities().values(), key=lambda found: (distance_km(here, found), found.code))


def _in_region(city: City, location: Mapping[str, Any]) -> bool:
    code, name = location.get("region_code"), location.get("region")
    if code is not None and code in regions():
        return bool(code == city.region_code)
    return name is None or plain(str(name)) not in _region_names() or plain(str(name)) == plain(city.region)


@cache
def _region_names() -> frozenset[str]:
    return frozenset(plain(region.name) for region in regions().values())


def distance_km(start: City, end: City) -> int:
    """Return the great-circle distance in whole kilometres."""
    lat1, lat2 = radians(start.latitude), radians(end.latitude)
    across = sin((lat2 - lat1) / 2) ** 2
    along = cos(lat1) * cos(lat2) * sin(radians(end.longitude - start.longitude) / 2) ** 2
    return round(2 * EARTH_KM * asin(sqrt(across + along)))
