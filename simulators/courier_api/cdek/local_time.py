"""Local time at a city: couriers are awaited by the sender's clock and deliver by the recipient's.

Offsets are a table, so that no machine's own list of zones decides. Summer time, which only cities outside the
customs union have, is left out (ours).
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from .geography import City
from .wire_values import MOSCOW

HOURS = {
    "Europe/Kaliningrad": 2,
    "Europe/Moscow": 3,
    "Europe/Kirov": 3,
    "Europe/Volgograd": 3,
    "Europe/Simferopol": 3,
    "Europe/Astrakhan": 4,
    "Europe/Samara": 4,
    "Europe/Saratov": 4,
    "Europe/Ulyanovsk": 4,
    "Asia/Yekaterinburg": 5,
    "Asia/Omsk": 6,
    "Asia/Barnaul": 7,
    "Asia/Krasnoyarsk": 7,
    "Asia/Novokuznetsk": 7,
    "Asia/Novosibirsk": 7,
    "Asia/Tomsk": 7,
    "Asia/Irkutsk": 8,
    "Asia/Chita": 9,
    "Asia/Khandyga": 9,
    "Asia/Yakutsk": 9,
    "Asia/Ust-Nera": 10,
    "Asia/Vladivostok": 10,
    "Asia/Magadan": 11,
    "Asia/Sakhalin": 11,
    "Asia/Srednekolymsk": 11,
    "Asia/Anadyr": 12,
    "Asia/Kamchatka": 12,
    "Europe/Minsk": 3,
    "Asia/Yerevan": 4,
    "Asia/Bishkek": 6,
    "Asia/Almaty": 5,
    "Asia/Aqtau": 5,
    "Asia/Aqtobe": 5,
    "Asia/Atyrau": 5,
    "Asia/Oral": 5,
    "Asia/Qostanay": 5,
    "Asia/Qyzylorda": 5,
    "Asia/Tashkent": 5,
    "Asia/Baku": 4,
    "Asia/Tbilisi": 4,
    "Europe/Istanbul": 3,
    "Europe/Berlin": 1,
    "Europe/Rome": 1,
    "Europe/Madrid": 1,
    "Europe/Paris": 1,
    "Europe/Warsaw": 1,
    "Asia/Shanghai": 8,
}
MINUTE_MS = 60_000


class Clock(NamedTuple):
    """A moment by a city's clock: its date, and the minute of its day."""

    date: date
    minute: int


def local(city: City | None, at_ms: int) -> Clock:
    """Return what a city's clock shows at a moment; nowhere it is the carrier's own zone, Moscow."""
    shown = datetime.fromtimestamp(at_ms // 1000, UTC) + _offset(city)
    return Clock(shown.date(), shown.hour * 60 + shown.minute)


def moment_ms(city: City | None, day: date, minute: int) -> int:
    """Return the moment at which a city's clock shows a minute of a day."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - _offset(city)
    return int(start.timestamp()) * 1000 + minute * MINUTE_MS


def _offset(city: City | None) -> timedelta:
    if city is None:
        return MOSCOW.utcoffset(None)
    return timedelta(hours=HOURS.get(city.time_zone, round(city.longitude / 15)))
