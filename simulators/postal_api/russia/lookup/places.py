"""Where post goes inside Russia: regions, towns, the town of an index, distances.

Postal prefixes are public facts, rounded; coordinates, time zones and sizes of towns come from GeoNames (CC BY 4.0),
rounded too; codes of regions are those of the public classifier. The file lists what is large before what is small, so
the first town of a name is the one that is meant by the name alone. What the columns mean: `prefixes` are the first
digits of a town's indexes, the longest prefix decides; `thousands` are inhabitants.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple
from uuid import UUID

EARTH_KM = 6371.0
INDEX_DIGITS = 6
REMOTE = frozenset({"14", "41", "49", "65", "87", "89"})  # regions that surface post reaches late
CAPITALS = frozenset({"77", "78"})  # towns that are regions


class Region(NamedTuple):
    """`kind` is the type word, as `обл`; `name` stands without it, as `Саратовская`."""

    code: str
    kind: str
    name: str

    @property
    def line(self) -> str:
        """Return the region as offices spell it: `Саратовская обл`; a town of its own as `Москва г`."""
        return f"{self.name} {self.kind}"

    @property
    def guid(self) -> str:
        return fixed_uuid(f"region/{self.code}")


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A town. Each is one object, so that towns are compared by it."""

    number: int  # place in the file, from 1
    name: str
    region: Region
    latitude: float
    longitude: float
    time_zone: str
    prefixes: tuple[str, ...]
    thousands: int

    @property
    def guid(self) -> str:
        return fixed_uuid(f"place/{self.number}")

    @property
    def index(self) -> str:
        """Return the index of the town's main office."""
        return self.prefixes[0].ljust(INDEX_DIGITS, "0")

    @property
    def capital(self) -> bool:
        """Tell whether the town is a region of its own."""
        return self.region.code in CAPITALS and self.name == self.region.name


def fixed_uuid(name: str) -> str:
    """Return a uuid that depends on nothing but `name`: the same in every tenant, as a register of addresses is."""
    return str(UUID(bytes=blake2b(f"russian post/{name}".encode(), digest_size=16).digest(), version=4))


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """Give the rows of a table that ships with this package."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines(), delimiter=";")


def plain(name: str) -> str:
    """Return a name as names are compared: no case, no ё, dashes and blanks alike."""
    return " ".join(name.casefold().replace("ё", "е").replace("—", "-").replace("-", " ").split())


@cache
def regions() -> dict[str, Region]:
    """Return every region by its code."""
    return {row["code"]: Region(row["code"], row["kind"], row["name"]) for row in rows_of("regions.csv")}


@cache
def places() -> tuple[Place, ...]:
    """Return every town, large ones first."""
    return tuple(_place(number, row) for number, row in enumerate(rows_of("places.csv"), 1))


def _place(number: int, row: dict[str, str]) -> Place:
    prefixes = tuple(_spread(row["prefixes"]))
    point = float(row["latitude"]), float(row["longitude"])
    return Place(
        number, row["name"], regions()[row["region"]], *point, row["time_zone"], prefixes, int(row["thousands"])
    )


def _spread(prefixes: str) -> Iterator[str]:
    for part in prefixes.split(","):
        first, _, last = part.partition("-")
        yield from (str(number) for number in range(int(first), int(last or first) + 1))


@cache
def by_name() -> dict[str, tuple[Place, ...]]:
    """Return the towns of each name as names are compared, the largest first."""
    found: dict[str, tuple[Place, ...]] = {}
    for place in places():
        name = plain(place.name)
        found[name] = (*found.get(name, ()), place)
    return found


@cache
def _by_prefix() -> dict[str, Place]:
    found: dict[str, Place] = {}
    for place in places():
        for prefix in place.prefixes:
            found.setdefault(prefix, place)
    return found


def is_index(text: str) -> bool:
    return len(text) == INDEX_DIGITS and text.isascii() and text.isdigit()


def of_index(index: str) -> Place | None:
    """Return the town that serves an index, None when no index begins so."""
    if not is_index(index):
        return None
    found = _by_prefix()
    return next((found[index[:n]] for n in range(INDEX_DIGITS, 2, -1) if index[:n] in found), None)


def apart_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the great-circle distance of two points, each its latitude and longitude in degrees."""
    lat1, lat2 = radians(one[0]), radians(other[0])
    across = sin((lat2 - lat1) / 2) ** 2
    along = cos(lat1) * cos(lat2) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(across + along)))


def distance_km(start: Place, end: Place) -> int:
    return round(apart_km((start.latitude, start.longitude), (end.latitude, end.longitude)))
