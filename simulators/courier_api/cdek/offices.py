"""Offices and lockers, from the table that ships.

Wire contract: `courier_api` §1.11, `/deliverypoints`; `status`, partners and greatest sides: the vendor's OpenAPI
description (as stored in GitHub wishboxcdek). Codes look like published ones (`NSK1`); the offices are ours,
made by `make_offices` from a seed. A row: code (the city's letters and a number), kind (P office, A locker), street
(place in `STREETS`), house, how far north and east of the city's middle (ten-thousandths of a degree), least and
greatest mass in kilograms, hours (place in `HOURS`), and marks: i takes parcels in, d fitting room, c cash, t terminal
for cards, m delivers to marketplaces, f fulfilment zone, l cargo, h keeps the New Year's holidays; near: a station of
the underground where the city has one, else a hint (place in `METRO`, `HINTS`).
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from .geography import COUNTRIES, COUNTRIES_IN, City, cities, fixed_uuid, rows_of

COLUMNS = ("code", "kind", "street", "house", "north", "east", "mass_min_kg", "mass_max_kg", "hours", "marks", "near")
KINDS = {"P": "PVZ", "A": "POSTAMAT"}
KIND_AT = {"office": "PVZ", "locker": "POSTAMAT"}  # by the end of a mode of delivery
PHONE = "+78002501405"
STREETS = (
    "ул. Центральная", "ул. Почтовая", "ул. Ленина", "ул. Советская", "пр-кт Мира", "ул. Садовая", "ул. Молодёжная",
    "ул. Школьная", "ул. Лесная", "ул. Набережная", "ул. Заводская", "ул. Вокзальная", "ул. Кирова", "ул. Гагарина",
    "ул. Пушкина", "ул. Чехова", "ул. Победы", "ул. Строителей", "ул. Октябрьская", "ул. Комсомольская",
    "ул. Первомайская", "ул. Московская", "пр-кт Победы", "б-р Космонавтов", "ш. Северное", "ул. Полевая",
    "ул. Зелёная", "ул. Солнечная", "ул. Горького", "ул. Лермонтова", "ул. Некрасова", "пер. Речной",
    "ул. Железнодорожная", "ул. Новая", "ул. Парковая", "ул. Спортивная", "ул. Юбилейная", "ул. Энергетиков",
    "пл. Привокзальная", "ул. Маяковского",
)  # fmt: skip
HOURS: tuple[tuple[str, tuple[str, str, str]], ...] = (  # as text; on working days, Saturday, Sunday ("" closed)
    ("Пн-Вс 10:00-20:00", ("10:00/20:00", "10:00/20:00", "10:00/20:00")),
    ("Пн-Пт 09:00-18:00", ("09:00/18:00", "", "")),
    ("Пн-Пт 09:00-20:00, Сб-Вс 10:00-18:00", ("09:00/20:00", "10:00/18:00", "10:00/18:00")),
    ("Пн-Вс 08:00-22:00", ("08:00/22:00", "08:00/22:00", "08:00/22:00")),
    ("Пн-Пт 10:00-19:00, Сб 10:00-16:00", ("10:00/19:00", "10:00/16:00", "")),
)
FLAGS = (
    "take_only",
    "is_handout",
    "is_reception",
    "is_dressing_room",
    "is_marketplace",
    "is_ltl",
    "have_cashless",
    "have_cash",
    "have_fast_payment_system",
    "allowed_cod",
    "fulfillment",
    "ltl_acceptance_partners",
    "ltl_issuance_partners",
)
TOLD_WHERE_TRUE = ("is_marketplace", "ltl_acceptance_partners", "ltl_issuance_partners")  # recordings have none of them
ROUND_THE_CLOCK = ("круглосуточно", ("00:00/23:59", "00:00/23:59", "00:00/23:59"))
METRO = {  # by the code of the city
    44: ("Арбатская", "Бауманская", "Белорусская", "Войковская", "Динамо", "Киевская", "Курская", "Люблино", "Марьино",
         "Медведково", "Митино", "Новогиреево", "Сокол", "Тульская", "Университет", "Южная"),
    137: ("Автово", "Балтийская", "Василеостровская", "Девяткино", "Звёздная", "Купчино", "Московская",
          "Невский проспект", "Озерки", "Пионерская", "Приморская", "Сенная площадь"),
}  # fmt: skip
HINTS = (
    "Вход со двора", "Вход с торца здания", "Цокольный этаж", "Торговый центр, первый этаж", "Рядом с аптекой",
    "Остановка «Рынок»", "Напротив школы", "Второй подъезд", "Рядом с почтовым отделением", "Бизнес-центр, второй этаж",
)  # fmt: skip
CELLS_CM = ((11, 38, 60), (18, 38, 60), (40, 40, 60))  # height, width, depth of a locker's cells, small to large


class Office(NamedTuple):
    """`kind` is PVZ or POSTAMAT; masses in grams."""

    code: str
    city: City
    kind: str
    street: str
    house: int
    latitude: float
    longitude: float
    mass_min_g: int
    mass_max_g: int
    hours: int
    marks: str
    near: str

    @property
    def locker(self) -> bool:
        return self.kind == "POSTAMAT"

    @property
    def allowed_cod(self) -> bool:
        """Money is taken where the city allows it and there is a till or a terminal."""
        return self.city.payment_limit != 0 and bool({"c", "t"} & set(self.marks))

    def flags(self) -> dict[str, bool]:
        """Return what an office can do, by the names of the wire."""
        cod, takes_in = self.allowed_cod, "i" in self.marks
        card, cash = cod and "t" in self.marks, cod and "c" in self.marks
        cargo = "l" in self.marks
        rest = ("d" in self.marks, "m" in self.marks, cargo, card, cash, card, cod, "f" in self.marks)
        return dict(zip(FLAGS, (not takes_in, True, takes_in, *rest, cargo and takes_in, cargo), strict=True))

    @property
    def sides_most_cm(self) -> tuple[int, int, int] | None:
        """Return the sides of what a locker holds, the longest first; None where any size is taken."""
        height, width, depth = CELLS_CM[-1]
        return (depth, width, height) if self.locker else None

    def holds(self, sides_cm: Sequence[int]) -> bool:
        """Tell whether a package of these sides fits in; it may be turned, its longest side along the longest one."""
        sides, most = sorted(sides_cm, reverse=True), self.sides_most_cm
        return most is None or all(side <= limit for side, limit in zip(sides, most, strict=False))


@cache
def offices() -> dict[str, Office]:
    """Return every office by its code."""
    towns = {city.office: city for city in cities().values() if city.office}
    found = {}
    for row in rows_of("offices.csv"):
        city = towns[row["code"].rstrip("0123456789")]
        found[row["code"]] = Office(
            row["code"],
            city,
            KINDS[row["kind"]],
            STREETS[int(row["street"])],
            int(row["house"]),
            round(city.latitude + int(row["north"]) / 10_000, 4),
            round(city.longitude + int(row["east"]) / 10_000, 4),
            int(row["mass_min_kg"]) * 1000,
            int(row["mass_max_kg"]) * 1000,
            int(row["hours"]),
            row["marks"],
            METRO.get(city.code, HINTS)[int(row["near"])] if row["near"] else "",
        )
    return found


def office(code: str) -> Office | None:
    return offices().get(code.strip().upper())


def office_shape(found: Office, lang: str, year: int) -> dict[str, Any]:
    """Return an office as `/deliverypoints` gives it; `year` is the one whose end is ahead."""
    flags = found.flags()
    told = {key: True for key in TOLD_WHERE_TRUE if flags.pop(key)}
    text, _ = ROUND_THE_CLOCK if found.locker else HOURS[found.hours]
    location = office_location(found, lang)
    shape: dict[str, Any] = {
        "code": found.code,
        "name": _name(found.code, location),
        "uuid": fixed_uuid(f"office/{found.code}"),
        "work_time": text,
        "phones": [{"number": PHONE}],
        "email": f"{found.code.lower()}@cdek.example",
        "type": found.kind,
        "owner_code": "CDEK",
        **flags,
        "work_time_list": _days(found),
        "work_time_exception_list": _holidays(year) if "h" in found.marks else [],
        "weight_min": _kilograms(found.mass_min_g),
        "weight_max": _kilograms(found.mass_max_g),
        "status": "ACTIVE",
        "location": location,
        **told,
    }
    if "is_marketplace" in told:
        shape["note"] = "Доставка до маркетплейса"
    if found.near:
        shape["nearest_metro_station" if found.city.code in METRO else "address_comment"] = found.near
    if found.sides_most_cm:
        shape |= dict(zip(("length_max", "width_max", "height_max"), found.sides_most_cm, strict=True))
        shape["dimensions"] = [{"width": width, "height": height, "depth": depth} for height, width, depth in CELLS_CM]
    return shape


def _name(code: str, location: dict[str, Any]) -> str:
    """Return `NSK1, Новосибирск, ул. Восход`, as recorded: the code, the city, the street without a house."""
    return f"{code}, {location['city']}, {location['address'].partition(',')[0]}"


def _kilograms(mass_g: int) -> float:
    """Return a mass as recorded: whole kilograms without a decimal place."""
    return mass_g // 1000 if mass_g % 1000 == 0 else mass_g / 1000


def _days(found: Office) -> list[dict[str, Any]]:
    _, (working, saturday, sunday) = ROUND_THE_CLOCK if found.locker else HOURS[found.hours]
    times = [*[working] * 5, saturday, sunday]
    return [{"day": day, "time": time} for day, time in enumerate(times, 1) if time]


def _holidays(year: int) -> list[dict[str, Any]]:
    """Return what differs around New Year: a short last day, then two closed ones."""
    short = {"date_start": f"{year}-12-31", "date_end": f"{year}-12-31", "time_start": "10:00", "time_end": "15:00"}
    shut = {"date_start": f"{year + 1}-01-01", "date_end": f"{year + 1}-01-02"}
    return [{**short, "is_working": True}, {**shut, "is_working": False}]


def office_location(found: Office, lang: str = "rus") -> dict[str, Any]:
    city, street = found.city, f"{found.street}, {found.house}"
    name, region = (city.name, city.region) if lang == "rus" else (city.name_eng, city.region_of.name_eng)
    country = COUNTRIES_IN.get(lang, COUNTRIES)[city.country]
    parts = dict.fromkeys((city.postal_code, country, region, name, street))
    return {
        "country_code": city.country,
        "region_code": city.region_code,
        "region": region,
        "city_code": city.code,
        "city": name,
        "fias_guid": city.fias_guid,
        "postal_code": city.postal_code,
        "longitude": found.longitude,
        "latitude": found.latitude,
        "address": street,
        "address_full": ", ".join(parts),
        "city_uuid": city.uuid,
    }
