"""Countries as tracking names them: number, letters and English name; ISO 3166 and extras."""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class CountryCode(NamedTuple):
    """A letter code is empty where a country has none."""

    number: int
    alpha2: str
    alpha3: str
    name: str


@cache
def country_codes() -> dict[int, CountryCode]:
    """Return the codes of every country by its number."""
    table = files(__package__).joinpath("country_codes.csv").read_text("utf-8")
    rows = csv.DictReader(table.splitlines(), delimiter=";")
    return {int(row["id"]): CountryCode(int(row["id"]), row["alpha2"], row["alpha3"], row["name"]) for row in rows}


@cache
def by_alpha2() -> dict[str, CountryCode]:
    return {found.alpha2: found for found in country_codes().values() if found.alpha2}
