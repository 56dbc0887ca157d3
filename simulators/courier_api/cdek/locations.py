"""The geography over the wire: regions, cities, postal codes, coordinates, suggestions.

Wire contract: `courier_api` §1.11. Lists are bare arrays; a page past the end is empty. Offices: `delivery_points`. The
greatest size of a page and the filter `kladr_region_code`: the vendor's OpenAPI description (as stored in GitHub
wishboxcdek).
"""

from collections.abc import Callable
from typing import Any

from ...wire.call import Answer, Call
from . import delivery_points, geography, settings
from .body import query_list
from .envelope import Error, Operations, Refused, is_empty, json, wrong_value
from .geography import COUNTRIES, COUNTRIES_IN, City, cities, regions
from .queries import language, narrowed, page_of, whole

SUGGESTIONS = 10
SIZE_MOST = 10_000
KLADR_DIGITS = 13

routes = Operations()
routes.include(delivery_points.routes)


EXACT: dict[str, Callable[[City], object]] = {  # filter -> what must be the same
    "code": lambda city: city.code,
    "region_code": lambda city: city.region_code,
    "fias_guid": lambda city: city.fias_guid,
    "kladr_code": lambda city: city.kladr_code,
}


@routes.get("/v2/location/cities")
def list_cities(call: Call) -> Answer:
    lang = language(call)
    if (whole(call, "size") or 0) > SIZE_MOST:
        raise Refused(Error("v2_exceeded_size", f"The size parameter cannot exceed {SIZE_MOST}"))
    rows, _, _ = page_of(call, _wanted(call))
    return json([_city(city, lang) for city in rows])


def _wanted(call: Call) -> list[City]:
    """Return the cities that every filter lets through, in the order of the table."""
    query, countries = call.query, [code.upper() for code in query_list(call, "country_codes")]
    found = [city for city in cities().values() if not countries or city.country in countries]
    found = narrowed(call, found, EXACT)
    if limit := query.get("payment_limit", "").strip():
        found = [city for city in found if city.payment_limit == _amount(limit)]
    if name := query.get("city", "").strip():
        same = geography.all_named(name)
        found = [city for city in found if city in same]
    if kladr := query.get("kladr_region_code", "").strip():
        found = [city for city in found if _kladr(city.region_of.kladr) == _kladr(kladr)]
    if postal := query.get("postal_code", "").strip():
        by_post = geography.first_by_postal_code(postal, countries)
        found = [city for city in found if city is by_post]
    return found


def _kladr(code: str) -> str:
    """Return a region's classifier's code in full: its first two digits may stand for it."""
    return code.ljust(KLADR_DIGITS, "0")


def _amount(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Refused(wrong_value("payment_limit", text)) from None


def _city(city: City, lang: str) -> dict[str, Any]:
    row = {
        "code": city.code,
        "city_uuid": city.uuid,
        "city": city.name if lang == "rus" else city.name_eng,
        "fias_guid": city.fias_guid,
        "country_code": city.country,
        "country": COUNTRIES_IN.get(lang, COUNTRIES)[city.country],
        "region": city.region if lang == "rus" else city.region_of.name_eng,
        "region_code": city.region_code,
        "longitude": city.longitude,
        "latitude": city.latitude,
        "time_zone": city.time_zone,
        "payment_limit": float(city.payment_limit),
    }
    known = {"kladr_code": city.kladr_code, "sub_region": city.sub_region}
    return row | {key: value for key, value in known.items() if value}


@routes.get("/v2/location/regions")
def list_regions(call: Call) -> Answer:
    countries, lang = [code.upper() for code in query_list(call, "country_codes")], language(call)
    found = [region for region in regions().values() if not countries or region.country in countries]
    rows, _, _ = page_of(call, found)
    return json(
        [
            {
                "country_code": region.country,
                "country": COUNTRIES_IN.get(lang, COUNTRIES)[region.country],
                "region": region.name if lang == "rus" else region.name_eng,
                "region_code": region.code,
            }
            for region in rows
        ]
    )


@routes.get("/v2/location/suggest/cities")
def suggest_cities(call: Call) -> Answer:
    """Suggest cities whose name begins with the text, the largest first."""
    name = call.query.get("name", "").strip()
    if not name:
        raise Refused(is_empty("name"))
    country, begin = call.query.get("country_code", "").strip().upper(), geography.plain(name)
    found = [
        city
        for city in cities().values()
        if (not country or city.country == country)
        and any(geography.plain(spelled).startswith(begin) for spelled in (city.name, city.name_eng))
    ]
    found.sort(key=lambda city: city.thousands, reverse=True)
    return json([_suggested(city) for city in found[:SUGGESTIONS]])


def _suggested(city: City) -> dict[str, Any]:
    return {"city_uuid": city.uuid, "code": city.code, "full_name": _full_name(city), "country_code": city.country}


def _full_name(city: City) -> str:
    parts = (city.name, city.region, COUNTRIES[city.country])
    return ", ".join(dict.fromkeys(parts))


@routes.get("/v2/location/postalcodes")
def list_postal_codes(call: Call) -> Answer:
    """Give the postal codes of a city: one for each prefix it has here."""
    code = whole(call, "code") or whole(call, "city_code")
    if code is None:
        raise Refused(is_empty("code"))
    city = cities().get(code)
    if city is None:
        raise Refused(Error("v2_entity_not_found", f"Entity is not found by code {code}"))
    if settings.choice(call.world, "postalcodes_shape") == "list":
        return json([{"code": city.code, "postal_code": city.postal_codes}])
    return json({"code": city.code, "postal_codes": city.postal_codes})


@routes.get("/v2/location/coordinates")
def city_at(call: Call) -> Answer:
    """Give the city nearest to a point."""
    latitude, longitude = _degrees(call, "latitude", 90), _degrees(call, "longitude", 180)
    city = geography.nearest(latitude, longitude)
    row = {"code": city.code, "city_uuid": city.uuid, "city": city.name, "fias_guid": city.fias_guid}
    return json([row] if settings.choice(call.world, "coordinates_shape") == "list" else row)


def _degrees(call: Call, key: str, most: int) -> float:
    text = call.query.get(key, "").strip()
    if not text:
        raise Refused(is_empty(key))
    try:
        value = float(text)
    except ValueError:
        raise Refused(wrong_value(key, text)) from None
    if not -most <= value <= most:
        raise Refused(wrong_value(key, text))
    return value
