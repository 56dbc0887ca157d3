"""Streets: those that every town has, common ones first, and those of one town alone.

The table is ours; names are common ones. A town has so many of the common streets as its size lets it have; the longer
a town's list, the longer each of its streets. Houses run from 1, without gaps.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from math import isqrt

from .places import Place, fixed_uuid, rows_of

VILLAGE_STREETS = 14
HOUSES_LEAST, HOUSES_SPREAD = 120, 130


@dataclass(frozen=True, slots=True, eq=False)
class Street:
    """`index` and `guid` are told where they are public facts, else empty."""

    kind: str
    name: str
    only: str
    index: str
    guid: str

    def house_most(self, key: str) -> int:
        """Return the last house number of this street in a settlement."""
        return HOUSES_LEAST + blake2b(f"houses/{key}/{self.kind} {self.name}".encode()).digest()[0] % HOUSES_SPREAD

    def guid_in(self, key: str) -> str:
        return self.guid or fixed_uuid(f"street/{key}/{self.kind} {self.name}")


@cache
def all_streets() -> tuple[Street, ...]:
    return tuple(Street(**row) for row in rows_of("streets.csv"))


@cache
def common() -> tuple[Street, ...]:
    return tuple(street for street in all_streets() if not street.only)


def streets_of(place: Place) -> tuple[Street, ...]:
    """Return a town's streets: its own, then the common ones."""
    wanted = 100 + 8 * isqrt(place.thousands)
    return (*(street for street in all_streets() if street.only == place.name), *common()[:wanted])


def village_streets() -> tuple[Street, ...]:
    return common()[:VILLAGE_STREETS]
