"""Post offices, lockers and pickup points, from the table that ships.

Wire contract: §2.11, §2.12. The table is made by `make_offices`. A row: index; kind (G town office ГОПС, S village
office СОПС, U courier depot УКД, A locker ПОЧТОМАТ, P pickup point ПВЗ); the town's number; settlement where it is not
the town itself, with its type word; latitude and longitude; street and house; hours (see `HOURS`); marks: t card
terminal, m takes money, o contents may be looked at, f tried on, r some of it taken, p not public, x closed, z closed
for a time.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

from .places import CAPITALS, Place, apart_km, of_index, places, plain, rows_of

COLUMNS = ("index", "kind", "town", "settlement", "latitude", "longitude", "street", "house", "hours", "marks")
TYPES = {"G": ("ГОПС", 8), "S": ("СОПС", 9), "U": ("УКД", 27), "A": ("ПОЧТОМАТ", 33), "P": ("ПВЗ", 37)}
FILTERED = frozenset("GSA")  # what `filter-by-office-type` lets through
Day = tuple[str, str, str, str]  # begin, end, and of lunch; "" where there is none
CLOSED: Day = ("", "", "", "")


def _day(begin: str, end: str, lunch: str = "", over: str = "") -> Day:
    return begin, end, lunch, over


HOURS: dict[str, tuple[Day, Day, Day]] = {  # on working days, Saturday, Sunday
    "24": (_day("00:00", "23:59"),) * 3,
    "21": (_day("09:00", "21:00"),) * 3,
    "20": (_day("08:00", "20:00"),) * 3,
    "19": (_day("10:00", "19:00", "14:00", "15:00"), _day("10:00", "17:00", "14:00", "15:00"), CLOSED),
    "18": (_day("08:00", "20:00"), _day("09:00", "18:00"), CLOSED),
    "5d": (_day("10:00", "19:00", "14:00", "15:00"), CLOSED, CLOSED),
    "lu": (_day("09:00", "18:00", "13:00", "14:00"), _day("10:00", "15:00"), CLOSED),
}


@dataclass(frozen=True, slots=True, eq=False)
class Office:
    index: str
    kind: str
    place: Place
    settlement: str  # "" is the town itself; else with its type word
    latitude: float
    longitude: float
    street: str
    house: str
    hours: str
    marks: str

    @property
    def type_code(self) -> str:
        return TYPES[self.kind][0]

    @property
    def type_id(self) -> int:
        return TYPES[self.kind][1]

    @property
    def locker(self) -> bool:
        return self.kind == "A"

    @property
    def partner(self) -> bool:
        """Tell whether parcels are handed out there that no ordinary office takes: a locker or a pickup point."""
        return self.kind in "AP"

    @property
    def town(self) -> str:
        """Return the settlement's name without its type word."""
        return self.settlement.partition(" ")[2] or self.place.name

    @property
    def source(self) -> str:
        """Return the address as offices spell it: `Волоколамское ш, 92`."""
        kind, _, name = self.street.partition(" ")
        return f"{name} {kind}, {self.house}"

    def day(self, weekday: int) -> Day:
        """Return the hours of a day, Monday 1 to Sunday 7."""
        return HOURS[self.hours][max(0, weekday - 5)]

    @property
    def open(self) -> bool:
        return not {"x", "z"} & set(self.marks)

    def away_m(self, latitude: float, longitude: float) -> float:
        return 1_000 * apart_km((self.latitude, self.longitude), (latitude, longitude))


@cache
def offices() -> dict[str, Office]:
    """Return every office by its index."""
    return {row["index"]: _office(row) for row in rows_of("offices.csv")}


def _office(row: dict[str, str]) -> Office:
    place = places()[int(row["town"]) - 1]
    point = float(row["latitude"]), float(row["longitude"])
    rest = row["street"], row["house"], row["hours"], row["marks"]
    return Office(row["index"], row["kind"], place, row["settlement"], *point, *rest)


def place_of(index: str) -> Place | None:
    """Return the town of an index: an office's own, else the one that its first digits stand for."""
    office = offices().get(index)
    return office.place if office else of_index(index)


@cache
def _by_town() -> dict[str, tuple[Office, ...]]:
    found: dict[str, tuple[Office, ...]] = {}
    for office in offices().values():
        name = plain(office.town)
        found[name] = (*found.get(name, ()), office)
    return found


def in_settlement(name: str) -> tuple[Office, ...]:
    """Return the offices of all settlements of a name, as the table lists them."""
    return _by_town().get(plain(name), ())


@cache
def town_offices(place: Place) -> tuple[Office, ...]:
    """Return the ordinary offices of a town itself, without villages, lockers and pickup points."""
    found = (office for office in in_settlement(place.name) if office.place is place and not office.settlement)
    return tuple(office for office in found if office.kind == "G" and office.open)


def serving(place: Place, street: str, house: int) -> Office | None:
    """Return the office that serves a house of a town: the same one for twenty houses in a row."""
    found = town_offices(place)
    if not found:
        return None
    key = f"serves/{place.number}/{street}/{house // 20}"
    return found[int.from_bytes(blake2b(key.encode(), digest_size=4).digest()) % len(found)]


def nearest(latitude: float, longitude: float) -> list[tuple[float, Office]]:
    """Return every office with its distance in metres, the nearest first; equals by their index."""
    found = ((office.away_m(latitude, longitude), office) for office in offices().values())
    return sorted(found, key=lambda pair: (pair[0], pair[1].index))


def region_line(office: Office) -> str:
    return office.place.region.name if office.place.region.code in CAPITALS else office.place.region.line
