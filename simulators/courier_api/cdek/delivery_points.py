"""Offices and lockers over the wire.

Wire contract: `courier_api` §1.11, `/deliverypoints`. A bare array; headers that begin with X- tell of the page. No
source names a size of pages for who asks for none: everything comes then (inferred). Filters by size: the vendor's
OpenAPI description (as stored in GitHub wishboxcdek).
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from math import ceil

import msgspec

from ...wire.call import JSON, Answer, Call
from . import geography
from .body import truthy
from .closures import closed
from .envelope import Operations, Refused, wrong_value
from .offices import FLAGS, KINDS, Office, office_shape, offices
from .queries import language, narrowed, page_of
from .wire_values import day

ALL = "ALL"
GRAMS = 1000  # in a kilogram, in which masses are asked for
SIDES = ("length", "width", "height")
NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")

routes = Operations()


@routes.get("/v2/deliverypoints")
def list_offices(call: Call) -> Answer:
    found = _fitting(call)
    rows, page, size = page_of(call, found, len(found), page_alone=True)
    lang, year = language(call), int(day(call.world.now_ms)[:4])
    shapes = (_encoded(row.code, lang, year) for row in rows)
    answer = Answer(200, b"[" + b",".join(shapes) + b"]", {"Content-Type": JSON})
    answer.headers.update(_headers(len(found), page, size))
    return answer


def _headers(total: int, page: int, size: int) -> dict[str, str]:
    """Return what the page is of; `page` counts from 0."""
    pages = -(-total // size) if size else 0
    numbers = {"Current-Page": page, "Page-Size": size, "Total-Elements": total, "Total-Pages": pages}
    return {f"X-{name}": str(number) for name, number in numbers.items()}


@lru_cache(maxsize=10_000)
def _encoded(code: str, lang: str, year: int) -> bytes:
    """Return an office as JSON: the same for everybody, and thousands of them in one answer."""
    return msgspec.json.encode(office_shape(offices()[code], lang, year))


EXACT: dict[str, Callable[[Office], object]] = {  # filter -> what must be the same
    "code": lambda found: found.code,
    "city_code": lambda found: found.city.code,
    "country_code": lambda found: found.city.country,
    "region_code": lambda found: found.city.region_code,
    "fias_guid": lambda found: found.city.fias_guid,
}


def _fitting(call: Call) -> list[Office]:
    """Return the offices that every filter lets through; a filter that is no flag counts as not sent."""
    query, shut = call.query, closed(call.world)
    found = [row for row in offices().values() if row.code not in shut]
    kind = query.get("type", "").strip().upper() or ALL
    if kind not in (ALL, *KINDS.values()):
        raise Refused(wrong_value("type", kind))
    if kind != ALL:
        found = [row for row in found if row.kind == kind]
    found = narrowed(call, found, EXACT)
    if postal := query.get("postal_code", "").strip():
        country = query.get("country_code", "").strip().upper()
        city = geography.first_by_postal_code(postal, [country] if country else ())
        found = [row for row in found if row.city is city]
    for key in FLAGS:
        if (has := truthy(query.get(key))) is not None:
            found = [row for row in found if row.flags()[key] == has]
    lightest, heaviest = _mass_g(call, "weight_min"), _mass_g(call, "weight_max")
    sides = [side for key in SIDES if (side := _side_cm(call, key))]
    return [row for row in found if _carries(row, lightest, heaviest) and row.holds(sides)]


def _mass_g(call: Call, key: str) -> int | None:
    """Return a mass that was asked for in kilograms, whole or not: clients send floats for weights (§1.1)."""
    found = _number(call, key)
    return None if found is None else int(found * GRAMS)


def _side_cm(call: Call, key: str) -> int:
    return ceil(_number(call, key) or 0)


def _number(call: Call, key: str) -> Decimal | None:
    text = call.query.get(key, "").strip()
    if not text:
        return None
    if not NUMBER.fullmatch(text):
        raise Refused(wrong_value(key, text))
    return Decimal(text)


def _carries(found: Office, lightest_g: int | None, heaviest_g: int | None) -> bool:
    """`weight_max` asks for offices that take such a mass, `weight_min` leaves out what takes heavier ones only."""
    light = lightest_g is None or found.mass_min_g <= lightest_g
    return light and (heaviest_g is None or found.mass_max_g >= heaviest_g)
