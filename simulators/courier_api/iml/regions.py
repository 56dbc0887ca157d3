"""The regions the carrier serves here: its codes, how an index resolves to one, distances between them.

Wire contract: `courier_api` §3 (dictionaries `region`, `RegionCity`, `PostCode`). A region's code is its chief town in
capitals, as recorded answers show it; which are listed is ours. Coordinates and index prefixes are public facts.
"""

import csv
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH_KM = 6371.0


class Region(NamedTuple):
    """`area` is the federal subject, `zone_*` the postal tariff zones, `post_index` one that resolves."""

    code: str
    description: str
    area: str
    kladr: str
    zone_moscow: str
    zone_spb: str
    latitude: float
    longitude: float
    time_zone: int
    post_index: str
    first_prefix: str
    last_prefix: str


@cache
def regions() -> dict[str, Region]:
    """Return every region by its code, in the order of the file."""
    text = files(__package__).joinpath("regions.csv").read_text(encoding="utf-8")
    rows = [_region(row) for row in csv.DictReader(text.splitlines(), delimiter=";")]
    return {region.code: region for region in rows}


def _region(row: dict[str, str]) -> Region:
    first, _, last = row["prefixes"].partition("-")
    return Region(
        row["code"],
        row["description"],
        row["area"],
        row["kladr"],
        row["zone_moscow"],
        row["zone_spb"],
        float(row["latitude"]),
        float(row["longitude"]),
        int(row["time_zone"]),
        row["index"],
        first,
        last or first,
    )


def region(code: str) -> Region | None:
    """Return a region by its code; letters of either case count."""
    return regions().get(code.strip().upper())


def region_of_index(index: str) -> Region | None:
    """Return the region that a six-digit postal index lies in."""
    plain = index.strip()
    if len(plain) != 6 or not plain.isascii() or not plain.isdigit():
        return None
    return next((found for found in regions().values() if found.first_prefix <= plain[:3] <= found.last_prefix), None)


def distance_km(start: Region, end: Region) -> float:
    """Return the great-circle distance."""
    up, down = radians(start.latitude), radians(end.latitude)
    across = radians(end.longitude - start.longitude)
    half = sin((down - up) / 2) ** 2 + cos(up) * cos(down) * sin(across / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
