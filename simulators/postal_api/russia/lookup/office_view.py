"""An office as the look-ups show it.

Wire contract: `postal_api_russia` §2.11, recorded objects: a closed day has its number alone, `lunches` is left out
where there are none; a list of offices has neither phones nor groups of services.
"""

from datetime import datetime
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple

from .offices import Day, Office, region_line
from .places import rows_of

GROUPS = {2101: "Почтовые услуги", 2259: "Финансовые услуги", 2315: "Коммерческие услуги"}


class Service(NamedTuple):
    code: str
    group: int
    name: str

    def shape(self) -> dict[str, Any]:
        return {"code": self.code, "group-id": self.group, "name": self.name}


@cache
def _services() -> tuple[Service, ...]:
    return tuple(Service(row["code"], int(row["group"]), row["name"]) for row in rows_of("office_services.csv"))


def services(office: Office) -> list[Service]:
    """Return what an office does: lockers and pickup points nothing, villages no wholesale."""
    if office.partner:
        return []
    return [found for found in _services() if office.kind != "S" or found.group != 2315 or found.code < "306"]


def full(office: Office, at: datetime, away_m: float | None = None, *, ufps: bool = False) -> dict[str, Any]:
    """Return one office with all there is to tell; `at` is the client's time."""
    groups = [{"group-id": number, "group-name": name} for number, name in GROUPS.items()]
    found = short(office, away_m) | {
        "phones": [_phone(office)],
        "service-groups": groups,
        "holidays": [],
        "current-day-working-hours": _day(at.isoweekday(), office.day(at.isoweekday())),
        "next-day-working-hours": _day(at.isoweekday() % 7 + 1, office.day(at.isoweekday() % 7 + 1)),
    }
    return found | ({"ufps-code": office.place.index} if ufps else {})


def short(office: Office, away_m: float | None = None) -> dict[str, Any]:
    """Return an office as lists show it."""
    found: dict[str, Any] = {"address-source": office.source}
    if away_m is not None:
        found["distance"] = away_m
    found |= {
        "is-closed": "x" in office.marks,
        "is-private-category": "p" in office.marks,
        "is-temporary-closed": "z" in office.marks,
        "latitude": office.latitude,
        "longitude": office.longitude,
        "postal-code": office.index,
        "region": region_line(office),
        "settlement": office.town,
        "type-code": office.type_code,
        "type-id": office.type_id,
        "working-hours": [_day(number, office.day(number)) for number in range(1, 8)],
        "works-on-saturdays": works(office, 6),
        "works-on-sundays": works(office, 7),
    }
    if office.settlement:
        found["district"] = f"городской округ {office.place.name}"
    if "z" in office.marks:
        found["temporary-closed-reason"] = "Технические причины"
    return found


def works(office: Office, weekday: int) -> bool:
    return bool(office.day(weekday)[0])


def works_at(office: Office, at: datetime) -> bool:
    """Tell whether an office is open at a time of its own clock."""
    begin, end, lunch, over = office.day(at.isoweekday())
    clock = at.strftime("%H:%M")
    return office.open and bool(begin) and begin <= clock < end and not (lunch and lunch <= clock < over)


def _day(number: int, day: Day) -> dict[str, Any]:
    begin, end, lunch, over = day
    if not begin:
        return {"weekday-id": number}
    found: dict[str, Any] = {"begin-worktime": _time(begin), "end-worktime": _time(end)}
    if lunch:
        found["lunches"] = [{"begin-lunchtime": _time(lunch), "end-lunchtime": _time(over)}]
    return found | {"weekday-id": number}


def _time(clock: str) -> str:
    return f"{clock}:00.000"


def _phone(office: Office) -> dict[str, Any]:
    """Return a phone number; the first three digits are the hot line's."""
    digits = int.from_bytes(blake2b(f"phone/{office.index}".encode(), digest_size=4).digest()) % 10**7
    return {"is-fax": False, "phone-number": f"{digits:07}", "phone-town-code": "800", "phone-type-name": "Справочная"}
