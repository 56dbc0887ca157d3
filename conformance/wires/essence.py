"""What a booking says of a parcel, whatever wire it goes by: post code, name, mass, sides."""

from decimal import Decimal
from math import ceil
from typing import NamedTuple


class Essence(NamedTuple):
    """The parcel of a booking; sides in descending order, mass and sides in the units of the wire."""

    postal_code: str
    name: str
    mass: int
    sides: tuple[int, ...]


def essence(postal_code: object, name: object, mass: object, sides: object) -> Essence:
    listed = sides if isinstance(sides, list | tuple) else ()
    whole = sorted((_whole(side) for side in listed), reverse=True)
    return Essence(str(postal_code), str(name)[:50], _whole(mass), tuple(whole))


def _whole(value: object) -> int:
    """Return a size or a mass in whole units, rounded up: CDEK takes fractions where it writes whole numbers (§1.1)."""
    return ceil(value) if isinstance(value, int | float | Decimal) else -1
