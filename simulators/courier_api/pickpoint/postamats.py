"""Cities and lockers: a shipped list of cities, and lockers that follow from it by chance of one fixed seed.

Wire contract: `courier_api` §4: `citylist`, `postamatlist`, number `NNNN-NNN`. City names, regions and the shape of
numbers are the carrier's; all lockers, their addresses and all ids but two are ours.
"""

import csv
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from ...core.world import rolled
from ...wire.call import Answer, Call
from .body import document
from .errors import Operations, Refused, json
from .session import OPEN_TO_ALL

SEED = "pickpoint"
KNOWN_IDS = {  # from a client's recorded answer; Moscow's from another client's page, its owner's is ours
    "Борзые": (3926841, 923),
    "Северный": (3940057, 5),
    "Москва": (992, 100),
}
KNOWN_NUMBERS = {"5602-009": "Оренбург"}  # from a client's page; 6101-004 and 7801-035, from another's, are there too
FIRST_ID, FIRST_POSTAMAT_ID = 3_900_000, 1_000
STREETS = ("ул. Ленина", "пр-т Мира", "ул. Советская", "ул. Гагарина", "ул. Садовая", "ул. Кирова", "ул. Победы")
HOSTS = ("ТЦ «Радуга»", "супермаркет «Перекрёсток»", "гипермаркет «Лента»", "магазин «Пятёрочка»", "ТЦ «Меридиан»")
METRO = {"Москва": ("Таганская", "Курская", "Сокол", "Люблино"), "Санкт-Петербург": ("Невский проспект", "Купчино")}
LOCKER, OFFICE = "АПТ", "ПВЗ"
LOCKER_G, OFFICE_G = 15_000, 30_000
LOCKER_SIDES_CM = (36, 36, 60)
LARGEST_SIDE_CM = 60
OFFICE_SIDES_SUM_CM = 180

routes = Operations()


class City(NamedTuple):
    id: int
    owner_id: int
    name: str
    region: str
    region_code: str
    latitude: Decimal
    longitude: Decimal
    postal_code: str
    zone: int  # how far it is from Moscow, 0 to 6; ours
    postamats: int


class Postamat(NamedTuple):
    id: int
    number: str
    city: City
    title: str  # LOCKER or OFFICE
    address: str
    house: str
    host: str
    latitude: Decimal
    longitude: Decimal
    around_the_clock: bool
    metro: str

    @property
    def mass_most_g(self) -> int:
        return LOCKER_G if self.title == LOCKER else OFFICE_G

    @property
    def opens(self) -> bool:
        """Tell whether the buyer may open, try on and refuse a part."""
        return self.title == OFFICE


@cache
def cities() -> tuple[City, ...]:
    """Return the cities, in the order of the shipped list."""
    text = files(__package__).joinpath("cities.csv").read_text(encoding="utf-8")
    regions: dict[str, int] = {}
    found = []
    for place, row in enumerate(csv.DictReader(text.splitlines())):
        owner = 100 + regions.setdefault(row["region"], len(regions))
        ids = KNOWN_IDS.get(row["name"], (FIRST_ID + place, owner))
        found.append(
            City(
                *ids,
                row["name"],
                row["region"],
                row["region_code"],
                Decimal(row["latitude"]),
                Decimal(row["longitude"]),
                row["postal_code"],
                int(row["zone"]),
                int(row["postamats"]),
            )
        )
    return tuple(found)


@cache
def postamats() -> dict[str, Postamat]:
    """Return every locker and office by number; numbers run on within a region's code."""
    used: dict[str, int] = {}
    found: dict[str, Postamat] = {}
    for city in cities():
        for _ in range(city.postamats):
            used[city.region_code] = used.get(city.region_code, 0) + 1
            number = f"{city.region_code}01-{used[city.region_code]:03}"
            found[number] = _postamat(FIRST_POSTAMAT_ID + len(found), number, city)
    for number, name in KNOWN_NUMBERS.items():
        city = next(city for city in cities() if city.name == name)
        found[number] = _postamat(FIRST_POSTAMAT_ID + len(found), number, city)
    return found


def _postamat(own_id: int, number: str, city: City) -> Postamat:
    def chance(purpose: str, sides: int) -> int:
        return rolled(SEED, purpose, number, sides)

    metro = METRO.get(city.name, ())
    return Postamat(
        id=own_id,
        number=number,
        city=city,
        title=OFFICE if chance("title", 4) == 0 else LOCKER,
        address=STREETS[chance("street", len(STREETS))],
        house=str(1 + chance("house", 120)),
        host=HOSTS[chance("host", len(HOSTS))],
        latitude=city.latitude + Decimal(chance("latitude", 800) - 400).scaleb(-4),
        longitude=city.longitude + Decimal(chance("longitude", 800) - 400).scaleb(-4),
        around_the_clock=chance("clock", 3) == 0,
        metro=metro[chance("metro", len(metro))] if metro else "",
    )


@cache
def city_named(name: str, region: str = "") -> City | None:
    """Return a city by name, and region where one is given; letter case and `ё` do not matter."""
    wanted, where = _plain(name), _plain(region)
    return next((c for c in cities() if _plain(c.name) == wanted and where in ("", _plain(c.region))), None)


def _plain(text: str) -> str:
    return text.strip().lower().replace("ё", "е")


@routes.get("/citylist", static=True, **{OPEN_TO_ALL: True})
def citylist(call: Call) -> Answer:
    """List the cities for a courier's call."""
    return json([{"Id": c.id, "Name": c.name, "Owner_Id": c.owner_id, "RegionName": c.region} for c in cities()])


@routes.get("/postamatlist", static=True, **{OPEN_TO_ALL: True})
def postamatlist(call: Call) -> Answer:
    """List lockers and offices that work."""
    return json([shape(found) for found in postamats().values()])


@routes.post("/clientpostamatlist", static=True)
def clientpostamatlist(call: Call) -> Answer:
    """List what a client's contract allows: everything here."""
    document(call).text("IKN", most=10, required=True)
    return json([shape(found) for found in postamats().values()])


def shape(found: Postamat) -> dict[str, Any]:
    city, locker = found.city, found.title == LOCKER
    hours = "00:00-23:59" if found.around_the_clock else "10:00-21:00"
    side = "x".join(map(str, LOCKER_SIDES_CM))
    return {
        "Id": found.id,
        "OwnerId": 1,
        "CitiId": city.id,
        "CitiOwnerId": city.owner_id,
        "CitiName": city.name,
        "Region": city.region,
        "CountryName": "Россия",
        "Number": found.number,
        "Metro": found.metro,
        "MetroArray": [found.metro] if found.metro else [],
        "IndoorPlace": f"{found.host}, у входа",
        "Address": f"{found.address}, д. {found.house}",
        "House": found.house,
        "PostCode": city.postal_code,
        "Name": f"{found.title}: {city.name}, {found.host}",
        "WorkTime": ",".join([hours] * 7),
        "Latitude": found.latitude,
        "Longitude": found.longitude,
        "Status": 2,
        "TypeTitle": found.title,
        "Cash": 1,
        "Card": 1,
        "AmountTo": "100000",
        "InDescription": f"Терминал стоит в здании «{found.host}» у главного входа.",
        "OutDescription": f"{city.name}, {found.address}, д. {found.house}.",
        "MaxSize": side if locker else f"max сумма 3х измерений - {OFFICE_SIDES_SUM_CM} см",
        "MaxWeight": f"{found.mass_most_g // 1000} кг",
        "WorkHourly": found.around_the_clock,
        "Opening": found.opens,
        "Returning": True,
        "Fitting": found.opens,
        "LocationType": 1,
        "OwnerName": "PickPoint",
    }


def postamat_of(number: str, refused: Refused) -> Postamat:
    """Return a locker by number.

    Raises:
        Refused: the one given, when there is none.
    """
    found = postamats().get(number)
    if found is None:
        raise refused
    return found
