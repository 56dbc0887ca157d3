"""The geography over the wire: regions, cities, postal codes, coordinates, suggestions, offices.

Wire contract: `courier_api` §1.11. Lists are bare arrays; a page past the end is empty.
"""

from typing import Any

from ...wire.call import Answer, Call
from . import geography, settings
from .body import query_list, truthy
from .envelope import Error, Operations, Refused, is_empty, json, wrong_value
from .geography import COUNTRIES, City, cities
from .offices import Office, office_shape, offices

SIZE = 1_000
FLAGS = (
    "have_cashless",
    "have_cash",
    "allowed_cod",
    "is_dressing_room",
    "take_only",
    "is_handout",
    "is_reception",
    "is_ltl",
)

routes = Operations()


@routes.get("/v2/location/cities")
def list_cities(call: Call) -> Answer:
    return json([_city(call, city) for city in _page(call, [c for c in cities().values() if _wanted(call, c)])])


def _wanted(call: Call, city: City) -> bool:
    query, countries = call.query, [code.upper() for code in query_list(call, "country_codes")]
    if countries and city.country not in countries:
        return False
    for key, value in (("code", city.code), ("region_code", city.region_code), ("fias_guid", city.fias_guid)):
        if query.get(key) and query[key].strip().lower() != str(value):
            return False
    if query.get("city") and geography.named(query["city"]) is not city:
        return False
    limit = query.get("payment_limit")
    if limit and limit.strip() != str(city.payment_limit):
        return False
    if query.get("kladr_code"):
        return False
    postal = query.get("postal_code")
    return not postal or geography.by_postal_code(postal, city.country) is city


def _page(call: Call, rows: list[Any]) -> list[Any]:
    """Return the asked page; `page` counts from 0 and needs `size`."""
    size, page = _whole(call, "size"), _whole(call, "page")
    if page is not None and size is None:
        raise Refused(is_empty("size"))
    size, page = SIZE if size is None else size, page or 0
    return rows[page * size : (page + 1) * size]


def _whole(call: Call, key: str) -> int | None:
    text = call.query.get(key, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise Refused(wrong_value(key, text))
    return int(text)


def _city(call: Call, city: City) -> dict[str, Any]:
    english = call.query.get("lang", "rus").lower() == "eng"
    return {
        "code": city.code,
        "city_uuid": city.uuid,
        "city": city.name_eng if english else city.name,
        "fias_guid": city.fias_guid,
        "country_code": city.country,
        "country": COUNTRIES[city.country],
        "region": city.region,
        "region_code": city.region_code,
        "longitude": city.longitude,
        "latitude": city.latitude,
        "time_zone": city.time_zone,
        "payment_limit": float(city.payment_limit),
    }


@routes.get("/v2/location/regions")
def list_regions(call: Call) -> Answer:
    countries = [code.upper() for code in query_list(call, "country_codes")]
    rows = {
        city.region_code: {
            "country_code": city.country,
            "country": COUNTRIES[city.country],
            "region": city.region,
            "region_code": city.region_code,
        }
        for city in cities().values()
        if not countries or city.country in countries
    }
    return json(_page(call, list(rows.values())))


@routes.get("/v2/location/suggest/cities")
def suggest_cities(call: Call) -> Answer:
    """Suggest cities whose name begins with the text."""
    name = call.query.get("name", "").strip()
    if not name:
        raise Refused(is_empty("name"))
    country = call.query.get("country_code", "").upper()
    found = [
        {"city_uuid": city.uuid, "code": city.code, "full_name": _full_name(city), "country_code": city.country}
        for city in cities().values()
        if (not country or city.country == country)
        and any(spelled.casefold().startswith(name.casefold()) for spelled in (city.name, city.name_eng))
    ]
    return json(found[:10])


def _full_name(city: City) -> str:
    parts = (city.name, city.region, COUNTRIES[city.country])
    return ", ".join(dict.fromkeys(parts))


@routes.get("/v2/location/postalcodes")
def list_postal_codes(call: Call) -> Answer:
    """Give the postal codes of a city: one for each prefix it has here."""
    code = _whole(call, "code") or _whole(call, "city_code")
    if code is None:
        raise Refused(is_empty("code"))
    city = cities().get(code)
    if city is None:
        raise Refused(Error("v2_entity_not_found", f"Entity is not found by code {code}"))
    length = geography.POSTAL_LENGTH[city.country]
    codes = [first.ljust(length, "0") for first, _ in city.prefixes]
    if settings.choice(call.world, "postalcodes_shape") == "list":
        return json([{"code": city.code, "postal_code": codes}])
    return json({"code": city.code, "postal_codes": codes})


@routes.get("/v2/location/coordinates")
def city_at(call: Call) -> Answer:
    """Give the city nearest to a point."""
    latitude, longitude = _degrees(call, "latitude", 90), _degrees(call, "longitude", 180)
    here = next(iter(cities().values()))._replace(latitude=latitude, longitude=longitude)
    city = min(cities().values(), key=lambda found: (geography.distance_km(here, found), found.code))
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


@routes.get("/v2/deliverypoints")
def list_offices(call: Call) -> Answer:
    return json([office_shape(found) for found in _page(call, [row for row in offices().values() if _fits(call, row)])])


def _fits(call: Call, found: Office) -> bool:
    query, city = call.query, found.city
    kind = query.get("type", "ALL").upper()
    if kind not in ("ALL", found.kind):
        return False
    for key, value in (
        ("code", found.code),
        ("postal_code", city.postal_code),
        ("city_code", city.code),
        ("country_code", city.country),
        ("region_code", city.region_code),
        ("fias_guid", city.fias_guid),
    ):
        if query.get(key) and query[key].strip().lower() != str(value).lower():
            return False
    shape = office_shape(found)
    if any((wanted := truthy(query.get(key))) is not None and shape[key] != wanted for key in FLAGS):
        return False
    lightest, heaviest = _whole(call, "weight_min"), _whole(call, "weight_max")
    return (lightest or 0) * 1000 <= found.mass_max_g and (heaviest is None or heaviest * 1000 <= found.mass_max_g)
