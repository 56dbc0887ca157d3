"""Prices over the wire: one tariff, every tariff, every tariff with services, the list of tariffs.

Wire contract: `courier_api` §1.10. Sums have VAT inside; the agent fee on money taken is no part of them.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from ...core.world import World
from ...wire.call import Answer, Call
from . import geography
from .body import Reader, document
from .contacts import location
from .envelope import Error, Operations, Refused, is_empty, json, wrong_value
from .geography import City
from .order_view import priced
from .prices import Load, Offer, insurance, known_service, offer, service
from .records import Charge
from .tariffs import TARIFFS, tariff_name
from .wire_values import MOSCOW, day, half_up, roubles

# What one unit of a currency costs in roubles: plausible round figures, ours. Codes are the carrier's (§2.12).
CURRENCIES: dict[int, tuple[str, Decimal]] = {
    1: ("RUB", Decimal(1)),
    2: ("KZT", Decimal("0.16")),
    3: ("USD", Decimal(80)),
    4: ("EUR", Decimal(92)),
    5: ("GBP", Decimal(106)),
    6: ("CNY", Decimal(11)),
    7: ("BYN", Decimal(27)),
    8: ("UAH", Decimal("1.9")),
    9: ("KGS", Decimal("0.92")),
    10: ("AMD", Decimal("0.21")),
    11: ("TRY", Decimal(2)),
    12: ("THB", Decimal("2.4")),
    13: ("KRW", Decimal("0.056")),
    14: ("AED", Decimal(22)),
    15: ("UZS", Decimal("0.0066")),
    16: ("MNT", Decimal("0.022")),
    17: ("PLN", Decimal(22)),
    18: ("AZN", Decimal(47)),
    19: ("GEL", Decimal(29)),
    55: ("JPY", Decimal("0.53")),
    704: ("VND", Decimal("0.0031")),
}
PLACED = frozenset({"code", "postal_code", "city", "city_uuid", "fias_guid"})  # any of them names a place
NOTHING = Error("ERR_RESULT_SERVICE_EMPTY", "Нет тарифа для данного направления")

routes = Operations()


class Question(Struct, frozen=True):
    """What a calculator was asked."""

    start: City
    end: City
    loads: list[Load]
    kind: int
    extra_types: tuple[int, ...]
    currency: int
    services: tuple[Charge, ...]
    on: str  # ISO date of hand-over
    tariff: int = 0


@routes.post("/v2/calculator/tariff")
def price_tariff(call: Call) -> Answer:
    asked = _question(call, with_tariff=True)
    if asked.tariff not in TARIFFS:
        raise Refused(Error("ERR_INVALID_TARIFFTYPECODE", f"Неверный код тарифа {asked.tariff}"))
    found = _offer(asked, asked.tariff)
    if found is None:
        raise Refused(NOTHING)
    return json(_times(found, asked) | _sums(call.world, asked, found))


@routes.post("/v2/calculator/tarifflist")
def list_tariffs(call: Call) -> Answer:
    asked = _question(call)
    return json({"tariff_codes": [_row(found, asked) for found in _offers(asked)]})


@routes.post("/v2/calculator/tariffAndService")
def list_tariffs_with_services(call: Call) -> Answer:
    asked = _question(call)
    return json({"tariff_codes": [_row(found, asked) | _sums(call.world, asked, found) for found in _offers(asked)]})


def _question(call: Call, *, with_tariff: bool = False) -> Question:
    reader = Reader(document(call))
    start, end = _end(reader, "from_location"), _end(reader, "to_location")
    loads = [_load(row) for row in reader.children("packages", required=True, most=255)]
    kind, currency = reader.whole("type"), reader.whole("currency")
    tariff = reader.whole("tariff_code", required=with_tariff)
    for key, value, allowed in (("type", kind, (None, 1, 2)), ("currency", currency, (None, *CURRENCIES))):
        if value not in allowed:
            reader.errors.append(wrong_value(key, value))
    extra_types, services = reader.wholes("additional_order_types"), _services(reader)
    on = _date(reader, call.world)
    reader.text("lang")
    reader.refuse_if_wrong()
    if start is None or end is None:
        raise Refused(NOTHING)
    return Question(start, end, loads, kind or 1, extra_types, currency or 1, services, on, tariff or 0)


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


def _date(reader: Reader, world: World) -> str:
    """Return the day of hand-over in the carrier's zone; `2026-03-24T14:15:22+0700`, today when absent."""
    text = reader.text("date")
    if text is None:
        return day(world.now_ms)
    try:
        asked = datetime.fromisoformat(text.strip())
        return (asked if asked.tzinfo is None else asked.astimezone(MOSCOW)).date().isoformat()
    except (ValueError, OverflowError):
        reader.errors.append(wrong_value("date", text))
        return day(world.now_ms)


def _offers(asked: Question) -> list[Offer]:
    """Return every tariff that fits, in the order of their codes' families."""
    listed = (code for code, (family, _) in TARIFFS.items() if family.listed)
    return [found for code in listed if (found := _offer(asked, code)) is not None]


def _offer(asked: Question, tariff: int) -> Offer | None:
    family, _ = TARIFFS[tariff]
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
        "tariff_name": tariff_name(found.tariff),
        "tariff_description": tariff_name(found.tariff),
        "delivery_mode": mode.number,
        **_times(found, asked),
    }


def _times(found: Offer, asked: Question) -> dict[str, Any]:
    start = date.fromisoformat(asked.on)
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


@routes.get("/v2/calculator/alltariffs")
def list_all_tariffs(call: Call) -> Answer:
    """Give the tariffs of the contract: every one that this simulator prices."""
    rows: dict[str, dict[str, Any]] = {}
    for code, (family, mode) in TARIFFS.items():
        row = rows.setdefault(
            family.name,
            {
                "tariff_name": family.name,
                "weight_min": family.mass_min_g / 1000,
                "weight_max": family.mass_max_g / 1000,
                "weight_calc_max": family.mass_max_g / 1000,
                "length_min": 0,
                "length_max": 1500,
                "width_min": 0,
                "width_max": 1500,
                "height_min": 0,
                "height_max": 1500,
                "order_types": ["1", "2"] if not family.order_type else [str(family.order_type)],
                "payer_contragent_type": ["LEGAL_ENTITY", "INDIVIDUAL"],
                "sender_contragent_type": ["LEGAL_ENTITY", "INDIVIDUAL"],
                "recipient_contragent_type": ["LEGAL_ENTITY", "INDIVIDUAL"],
                "delivery_modes": [],
                "additional_order_types_param": {"additional_order_types": [str(family.extra)] if family.extra else []},
            },
        )
        row["delivery_modes"].append(
            {"delivery_mode": str(mode.number), "delivery_mode_name": mode.name, "tariff_code": code}
        )
    return json({"tariff_codes": list(rows.values())})
