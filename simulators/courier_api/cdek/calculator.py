"""Prices over the wire: one tariff, every tariff, every tariff with services, the list of tariffs.

Wire contract: `courier_api` §1.10. Sums have VAT inside; the agent fee on money taken is no part of them. Rows of the
list with services: the vendor's OpenAPI description (as stored in GitHub wishboxcdek), and a public shop's notes of
what the vendor's hosts answered in August (the code as text, the status as the text `true`).
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from ...core.world import World
from ...wire.call import Answer, Call
from . import all_tariffs, customs, geography, restrictions, settings
from .body import Reader, document
from .contacts import location
from .currencies import CURRENCIES, currency_of
from .envelope import Error, Operations, Refused, calculator_error, is_empty, json, wrong_value
from .geography import City
from .order_view import priced
from .prices import Load, Offer, insurance, known_service, offer, service
from .queries import LANGUAGES
from .records import Charge
from .tariffs import TARIFFS, Family, tariff_name
from .wire_values import MOSCOW, day, half_up, roubles

PLACED = frozenset({"code", "postal_code", "city", "city_uuid", "fias_guid", "kladr_code"})  # any of them names a place

NOT_THEN = "ERR_INVALID_TARIFF_WITH_DATETIMEORDERSEND"
LOCKER_MOST_G = 50_000
PRICED = "true"  # the status of a row that has a result

routes = Operations()
for chapter in (all_tariffs, customs, restrictions):
    routes.include(chapter.routes)


class Sent(Struct, frozen=True):
    """When a parcel is handed over: a day of the carrier's zone, and the hour there when one was told."""

    on: str  # ISO date
    hour: int | None = None
    past: bool = False

    def suits(self, family: Family) -> bool:
        """Tell whether a family still starts then."""
        return not family.sent_until or not (self.past or (self.hour or 0) >= family.sent_until)


class Question(Struct, frozen=True):
    """What a calculator was asked."""

    start: City
    end: City
    loads: list[Load]
    kind: int
    extra_types: tuple[int, ...]
    currency: int
    services: tuple[Charge, ...]
    sent: Sent
    lang: str
    tariff: int = 0


@routes.post("/v2/calculator/tariff")
def price_tariff(call: Call) -> Answer:
    asked = _question(call, with_tariff=True)
    world, tariff = call.world, asked.tariff
    if tariff not in TARIFFS:
        raise Refused(calculator_error(world, "ERR_INVALID_TARIFFTYPECODE", f"Неверный код тарифа {tariff}"))
    if not asked.sent.suits(TARIFFS[tariff][0]):
        raise Refused(
            calculator_error(world, NOT_THEN, f"Тариф {tariff} недоступен для указанных даты и времени отправки")
        )
    found = _offer(asked, tariff)
    if found is None:
        raise _nothing(world)
    return json(_times(found, asked) | _sums(call.world, asked, found))


@routes.post("/v2/calculator/tarifflist")
def list_tariffs(call: Call) -> Answer:
    asked = _question(call)
    return json({"tariff_codes": [_row(found, asked) for found in _offers(call.world, asked)]})


@routes.post("/v2/calculator/tariffAndService")
def list_tariffs_with_services(call: Call) -> Answer:
    """Give the list with services priced: rows as in the list, or each with its price in `result`."""
    asked, world = _question(call), call.world
    offers = _offers(world, asked)
    if settings.choice(world, "tariff_and_service_rows") == "flat":
        return json({"tariff_codes": [_row(found, asked) | _sums(world, asked, found) for found in offers]})
    rows = [
        {
            "tariff_code": str(found.tariff),
            "status": PRICED,
            "result": _times(found, asked) | _sums(world, asked, found),
        }
        for found in offers
    ]
    return json({"tariff_codes": rows})


def _question(call: Call, *, with_tariff: bool = False) -> Question:
    reader = Reader(document(call))
    start, end = _end(reader, "from_location"), _end(reader, "to_location")
    loads = [_load(row) for row in reader.children("packages", required=True, most=255)]
    kind, currency = reader.whole("type"), currency_of(reader)
    tariff = reader.whole("tariff_code", required=with_tariff)
    if kind not in (None, 1, 2):
        reader.errors.append(wrong_value("type", kind))
    extra_types, services = reader.wholes("additional_order_types"), _services(reader)
    sent = _sent(reader, call.world)
    lang = (reader.text("lang") or "").strip().lower()
    reader.refuse_if_wrong()
    if start is None or end is None:
        raise _nothing(call.world)
    return Question(start, end, loads, kind or 1, extra_types, currency, services, sent, _known(lang), tariff or 0)


def _nothing(world: World) -> Refused:
    return Refused(calculator_error(world, "ERR_RESULT_SERVICE_EMPTY", "Нет тарифа для данного направления"))


def _end(reader: Reader, key: str) -> City | None:
    told = len(reader.errors)
    child = reader.child(key, required=True)
    if child is None:
        return None
    place = location(child, address=False)
    city = geography.resolve(place)
    if city is None and len(reader.errors) == told and not PLACED & place.keys():
        reader.errors.append(is_empty(f"{key}.code"))
    return city


def _load(reader: Reader) -> Load:
    mass_g = reader.whole("weight", required=True, least=1, most=10**9, round_up=True) or 0
    sides = [reader.whole(key, most=1_500, round_up=True) or 0 for key in ("length", "width", "height")]
    return Load(mass_g, (sides[0], sides[1], sides[2]) if all(sides) else None)


def _services(reader: Reader) -> tuple[Charge, ...]:
    found = []
    for row in reader.children("services", most=100):
        code = row.text("code", required=True)
        if code is None:
            continue
        if not known_service(code):
            reader.errors.append(Error("v2_unable_add_service", f"Unable to add service {code[:80]}"))
        elif code == "INSURANCE":
            found.append(insurance(row.minor("parameter", most=10**12) or 0))
        else:
            found.append(service(code, row.text("parameter") or ""))
    return tuple(found)


def _known(lang: str) -> str:
    return lang if lang in LANGUAGES else LANGUAGES[0]


def _sent(reader: Reader, world: World) -> Sent:
    """Return when the parcel is handed over; `2026-03-24T14:15:22+0700`, today when absent."""
    today, text = day(world.now_ms), reader.text("date")
    if text is None:
        return Sent(today)
    try:
        asked = datetime.fromisoformat(text.strip())
        local = asked if asked.tzinfo is None else asked.astimezone(MOSCOW)
        on = local.date().isoformat()
    except (ValueError, OverflowError):
        reader.errors.append(wrong_value("date", text))
        return Sent(today)
    return Sent(on, local.hour if len(text.strip()) > len("2026-03-24") else None, past=on < today)


def _offers(world: World, asked: Question) -> list[Offer]:
    """Return every tariff that fits, in the order of their codes' families; none now and then, as at the test host."""
    percent = settings.number(world, "empty_tariff_lists_percent")
    if percent and world.roll("cdek.tariffs", str(world.count("cdek.tariffs")), 100) < percent:
        return []
    listed = (code for code, (family, _) in TARIFFS.items() if family.listed)
    return [found for code in listed if (found := _offer(asked, code)) is not None]


def _offer(asked: Question, tariff: int) -> Offer | None:
    family, mode = TARIFFS[tariff]
    if "locker" in (mode.origin, mode.target) and (len(asked.loads) > 1 or asked.loads[0].mass_g > LOCKER_MOST_G):
        return None  # a locker takes one package, whatever its family carries
    if not asked.sent.suits(family):
        return None
    total_g = sum(load.mass_g for load in asked.loads)
    if family.order_type not in (0, asked.kind) or (family.extra and family.extra not in asked.extra_types):
        return None
    if total_g < family.mass_min_g or any(load.mass_g > family.mass_max_g for load in asked.loads):
        return None
    return offer(tariff, asked.start, asked.end, asked.loads)


def _row(found: Offer, asked: Question) -> dict[str, Any]:
    _, mode = TARIFFS[found.tariff]
    return {
        "tariff_code": found.tariff,
        "tariff_name": tariff_name(found.tariff, asked.lang),
        "tariff_description": tariff_name(found.tariff, asked.lang),
        "delivery_mode": mode.number,
        **_times(found, asked),
    }


def _times(found: Offer, asked: Question) -> dict[str, Any]:
    start = date.fromisoformat(asked.sent.on)
    try:
        least, most = (start + timedelta(days=days) for days in (found.calendar_min, found.calendar_max))
    except OverflowError:
        least = most = start
    return {
        "delivery_sum": _converted(found.delivery_minor, asked),
        "period_min": found.days_min,
        "period_max": found.days_max,
        "calendar_min": found.calendar_min,
        "calendar_max": found.calendar_max,
        "delivery_date_range": {"min": least.isoformat(), "max": most.isoformat()},
    }


def _sums(world: World, asked: Question, found: Offer) -> dict[str, Any]:
    extra_minor = sum(charge.sum_minor for charge in asked.services)
    rows = [{"code": charge.code, **priced(world, _minor(charge.sum_minor, asked))} for charge in asked.services]
    return {
        "weight_calc": found.mass_calc_g,
        "services": rows,
        "total_sum": _converted(found.delivery_minor + extra_minor, asked),
        "currency": CURRENCIES[asked.currency][0],
    }


def _minor(minor: int, asked: Question) -> int:
    return half_up(Decimal(minor) / CURRENCIES[asked.currency][1])


def _converted(minor: int, asked: Question) -> Decimal:
    return roubles(_minor(minor, asked))
