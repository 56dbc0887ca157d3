"""Reading what the calculator is asked.

Wire contract: §5.1. Flags come with an empty value, as `json`, `json=1` or `json=json`; unknown parameters are ignored,
as a client's `county` shows. What is wrong is told in the calculator's own words and codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from ....core.errors import SimulatorError
from .objects import OUT, Sent, objects
from .prices import HOME, Trouble
from .services import PACKS, services

FORMATS = ("jsontext", "json", "htmlfull", "html", "text", "easy")
LARGEST = 10**12
LIGHTEST_G = 1
MOST_SERVICES = 50
NAMES = {
    "object": "Код объекта тарификации",
    "from": "Индекс места отправления",
    "to": "Индекс места назначения",
    "weight": "Вес отправления",
    "sumoc": "Сумма объявленной ценности",
    "sumnp": "Сумма наложенного платежа",
    "country": "Код страны назначения",
    "service": "Дополнительные услуги",
    "pack": "Упаковка",
    "size": "Размер отправления",
    "isavia": "Способ пересылки",
    "date": "Дата",
    "time": "Время",
    "id": "Идентификатор",
    "sum": "Сумма перевода",
    "count": "Количество",
}


class Wrong(SimulatorError):
    """Something that was asked is wrong. `trouble` is the calculator's code."""

    def __init__(self, trouble: Trouble, text: str) -> None:
        self.trouble = trouble
        self.text = text
        super().__init__(f"{trouble.value}: {text}")


def wrong(name: str, what: str, trouble: Trouble = Trouble.WRONG_VALUE) -> Wrong:
    return Wrong(trouble, f'Неверное значение параметра "{NAMES.get(name, name)}" ({name}). {what}.')


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be calculated. `at` is a time of the day; `pack` 0 is none."""

    sent: Sent
    weight_g: int
    index_from: str
    index_to: str
    country: int
    declared_minor: int
    taken_minor: int
    services: tuple[int, ...]
    pack: int
    sides_cm: tuple[int, int, int] | None
    by_air: int
    on: date
    at: time


def format_of(query: Mapping[str, str]) -> str:
    """Return how the answer is to look: the first format that is named, JSON where none is."""
    told = query.get("format", "")
    return next((name for name in FORMATS if name in query or told == name), "json")


def with_codes(query: Mapping[str, str]) -> bool:
    return query.get("errorcode", "").strip() == "1"


def amount_of(query: Mapping[str, str], name: str) -> int:
    return _whole(query, name) or 0


def question(query: Mapping[str, str], now: datetime, *, weighed: bool = True) -> Question:
    """Return what a query asks; `now` stands for a date or a time that is not told.

    Terms are asked without a weight, as a client does: `weighed` tells whether one is needed.

    Raises:
        Wrong: with the first thing that is wrong.
    """
    on, at = day_of(query, now.date()), _time(query, now.time())
    sent = sent_of(query)
    country = _country(query, sent)
    weight_g = _whole(query, "weight")
    if weight_g is None and not weighed:
        weight_g = LIGHTEST_G
    if weight_g is None:
        raise wrong("weight", "Не указано значение", Trouble.MISSING_VALUE)
    declared = _whole(query, "sumoc") or 0
    if sent.declared and declared <= 0 and weighed:
        raise wrong("sumoc", "Не указано значение", Trouble.MISSING_VALUE)
    taken = _whole(query, "sumnp") or 0
    if taken > declared and sent.cash_on_delivery:
        raise wrong("sumnp", f"Значение {taken} больше суммы объявленной ценности {declared}", Trouble.TOO_LARGE)
    return Question(
        sent=sent,
        weight_g=weight_g,
        index_from=_index(query, "from", needed=True),
        index_to=_index(query, "to", needed=sent.direction != OUT),
        country=country,
        declared_minor=declared,
        taken_minor=taken,
        services=_services(query),
        pack=_pack(query),
        sides_cm=_sides(query),
        by_air=_choice(query, "isavia", (0, 1, 2)),
        on=on,
        at=at,
    )


def sent_of(query: Mapping[str, str]) -> Sent:
    """Return the object that is asked for, by its number or by the three it is made of."""
    if query.get("object", "").strip():
        number = _whole(query, "object")
    elif query.get("typ", "").strip():
        typ, cat, direction = (_whole(query, name) or 0 for name in ("typ", "cat", "dir"))
        number = typ * 1000 + cat * 10 + direction
    else:
        raise wrong("object", "Не указано значение", Trouble.MISSING_VALUE)
    found = objects().get(number or 0)
    if found is None:
        raise wrong("object", f"Объект тарификации {number} не существует", Trouble.WRONG_OBJECT)
    return found


def _country(query: Mapping[str, str], sent: Sent) -> int:
    told = next((name for name in ("country", "country-to") if query.get(name, "").strip()), "")
    country = _whole(query, told) if told else None
    if sent.direction == OUT and country is None:
        text = "Не указана страна назначения для международной доставки"
        raise wrong("country", text, Trouble.MISSING_COUNTRY)
    if sent.direction == OUT and country == HOME:
        raise wrong("country", "Для международной доставки нужна другая страна", Trouble.WRONG_COUNTRY)
    if sent.direction != OUT and country not in (None, 0, HOME):
        text = "Использование страны допустимо только при международной доставке"
        raise wrong("country", text, Trouble.COUNTRY_AT_HOME)
    return country or HOME if sent.direction == OUT else HOME


def _index(query: Mapping[str, str], name: str, *, needed: bool) -> str:
    found = query.get(name, "").strip()
    if not found and needed:
        raise wrong(name, "Не указано значение", Trouble.WRONG_DESTINATION)
    return found


def _services(query: Mapping[str, str]) -> tuple[int, ...]:
    """Return the services of a comma list, each once."""
    told = [part.strip() for part in query.get("service", "").split(",") if part.strip()]
    if len(told) > MOST_SERVICES:
        raise wrong("service", f"Указано услуг: {len(told)}, допустимо {MOST_SERVICES}")
    for part in told:
        if not (part.isascii() and part.isdigit() and len(part) <= 6) or int(part) not in services():
            raise Wrong(Trouble.NOT_PROVIDED, f"Услуга {part[:20]} не осуществляется.")
    return tuple(dict.fromkeys(int(part) for part in told))


def _pack(query: Mapping[str, str]) -> int:
    found = _whole(query, "pack") or 0
    if found and found not in PACKS:
        raise wrong("pack", f"Код упаковки {found} не существует")
    return found


def _sides(query: Mapping[str, str]) -> tuple[int, int, int] | None:
    """Return three sides in centimetres of `100x50x25`; a star or a Russian letter may stand for the cross."""
    told = query.get("size", "").strip().lower()
    if not told:
        return None
    parts = told.replace("*", "x").replace("х", "x").split("x")
    if len(parts) != 3 or not all(part.strip().isascii() and part.strip().isdigit() for part in parts):
        raise wrong("size", f"Указано {told[:30]!r}, нужно три размера в сантиметрах, как 30x20x15")
    sides = [int(part.strip()[:6]) for part in parts]
    if not all(0 < side <= 1_000 for side in sides):
        raise wrong("size", f"Указано {told[:30]!r}, каждый размер от 1 до 1000 см")
    return sides[0], sides[1], sides[2]


def _choice(query: Mapping[str, str], name: str, allowed: tuple[int, ...]) -> int:
    found = _whole(query, name) or 0
    if found not in allowed:
        raise wrong(name, f"Указано {found}, допустимо {', '.join(map(str, allowed))}")
    return found


def _whole(query: Mapping[str, str], name: str) -> int | None:
    found = query.get(name, "").strip()
    if not found:
        return None
    if not (found.isascii() and found.isdigit() and len(found) <= 15) or int(found) > LARGEST:
        raise wrong(name, f"Указано {found[:20]!r}, нужно целое число от 0 до {LARGEST}", Trouble.NO_NUMBER)
    return int(found)


def day_of(query: Mapping[str, str], today: date) -> date:
    found = query.get("date", "").strip()
    if not found:
        return today
    try:
        return date.fromisoformat(f"{found[:4]}-{found[4:6]}-{found[6:]}")
    except ValueError as error:
        raise wrong("date", f"Указано {found[:20]!r}, нужно ггггммдд", Trouble.WRONG_DATE) from error


def _time(query: Mapping[str, str], now: time) -> time:
    found = query.get("time", "").strip()
    if not found:
        return now.replace(microsecond=0)
    try:
        return time.fromisoformat(":".join((found[:2], found[2:4], found[4:] or "00")))
    except ValueError as error:
        raise wrong("time", f"Указано {found[:20]!r}, нужно ччмм", Trouble.WRONG_DATE) from error
