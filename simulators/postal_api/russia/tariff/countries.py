"""Countries as the calculator lists them, with what each takes in.

Wire contract: §5.5, the recorded entry of the dictionary. The table is made by `country_limits`.
"""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

SDR_MINOR = 12_551  # kopecks of one SDR: 400 SDR are 50 204 roubles in the recorded entry


class Country(NamedTuple):
    """`zone` is for prices, 1 near to 4 far; `blocked` are the kinds of the dictionary that do not go there."""

    number: int  # ISO 3166 numeric, and the extras of §2.18
    name: str
    zone: int
    parcel_g: int
    side_cm: int
    line_cm: int
    packet_g: int
    ems_g: int
    value_sdr: int  # the most that may be declared, 0 nothing
    takes_cod: bool
    blocked: frozenset[str]

    def most_g(self, kind: str) -> int:
        """Return the greatest mass by a kind of the dictionary."""
        return {"parcel": self.parcel_g, "packet": self.packet_g, "ems": self.ems_g}.get(kind, OTHERS_G[kind])

    @property
    def value_most_minor(self) -> int:
        return self.value_sdr * SDR_MINOR


OTHERS_G = {"mail": 2_000, "banderole": 5_000, "sack": 14_500, "secogram": 7_000, "parcel": 0, "packet": 0, "ems": 0}
KINDS = ("mail", "banderole", "parcel", "packet", "ems", "sack", "secogram")
KIND_OF = {  # Otpravka's word, or ours -> kind of the dictionary
    "LETTER": "mail",
    "POSTCARD": "mail",
    "BANDEROL": "banderole",
    "POSTAL_PARCEL": "parcel",
    "SMALL_PACKET": "packet",
    "EMS": "ems",
    "M_BAG": "sack",
    "SECOGRAM": "secogram",
}


@cache
def countries() -> dict[int, Country]:
    """Return every country by its number, Russia among them."""
    return {country.number: country for country in _rows()}


def _rows() -> Iterator[Country]:
    text = files(__package__).joinpath("countries.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        yield Country(
            number=int(row["id"]),
            name=row["name"],
            zone=int(row["zone"]),
            parcel_g=int(row["parcel_g"]),
            side_cm=int(row["side_cm"]),
            line_cm=int(row["line_cm"]),
            packet_g=int(row["packet_g"]),
            ems_g=int(row["ems_g"]),
            value_sdr=int(row["value_sdr"]),
            takes_cod=row["cod"] == "1",
            blocked=frozenset(row["blocked"].split(",")) - {""},
        )
