"""Post offices over the wire: by index, by address, nearby, in a settlement, and what they do.

Wire contract: `postal_api_russia` §2.11. Answers hang on the table alone, and on the time where one is asked.
"""

from datetime import datetime

from ....wire.call import Answer, Call
from ..answers import BadRequest, Operations, Refused, json
from . import queries
from .addresses import normalised
from .office_view import GROUPS, full, services, short, works, works_at
from .offices import FILTERED, Office, in_settlement, nearest, offices, place_of
from .places import plain

NOT_FOUND = "1004"
HOUSE_PARTS = frozenset({"street", "house", "letter", "slash", "corpus", "building"})
NEARBY_MOST_KM = 100.0  # where no radius is asked (ours)
FILTERS = ("ALL", "ROUND_THE_CLOCK", "CURRENTLY_WORKING", "WORK_ON_WEEKENDS")
REGION_KINDS = frozenset({"область", "обл", "край", "республика", "респ", "ао", "аобл", "г", "город"})

routes = Operations()


@routes.get("/postoffice/1.0/{index}")
def read_office(call: Call) -> Answer:
    office, query = _office(call), queries.repaired(call)
    latitude, longitude = (queries.degrees(query, name) for name in queries.DEGREES)
    away_m = None if latitude is None or longitude is None else office.away_m(latitude, longitude)
    ufps = queries.flag(query, "ufps-postal-code", default=False)
    return json(full(office, queries.moment(call, query), away_m, ufps=ufps))


@routes.get("/postoffice/1.0/{index}/services")
def list_office_services(call: Call) -> Answer:
    return json([service.shape() for service in services(_office(call))])


@routes.get("/postoffice/1.0/{index}/services/{group}")
def list_office_services_of_group(call: Call) -> Answer:
    office, group = _office(call), call.params["group"]
    if not (group.isascii() and group.isdigit() and len(group) <= 9):
        raise BadRequest(
            f"Failed to convert value of parameter 'group': {group[:40]!r} is none of {', '.join(map(str, GROUPS))}"
        )
    return json([service.shape() for service in services(office) if service.group == int(group)])


@routes.get("/postoffice/1.0/by-address")
def find_by_address(call: Call) -> Answer:
    """Find the office that serves an address, then those nearest to it; `is-matched` when it is an office's own."""
    query = queries.repaired(call)
    address = query.get("address", "")
    if not address:
        raise BadRequest("Required parameter 'address' is not present")
    found = normalised(address)
    place = place_of(found.index) if found.index else None
    start = offices().get(found.index) or (offices().get(place.index) if place else None)
    if start is None:
        return json({"is-matched": False, "postoffices": []})
    near = [office for _, office in nearest(start.latitude, start.longitude) if office.kind in "GS" and office.open]
    listed = [start.index, *(office.index for office in near if office is not start)]
    own = {"street": start.street, "house": start.house}
    matched = own == {name: part for name, part in found.parts.items() if name in HOUSE_PARTS}
    return json({"is-matched": matched, "postoffices": listed[: queries.top(query)]})


@routes.get("/postoffice/1.0/nearby", aliases=("/postoffice/1.0/nearby.details",))
def list_nearby(call: Call) -> Answer:
    query = queries.repaired(call)
    latitude, longitude = queries.point(query)
    radius_km = queries.kilometres(query, "search-radius")
    most_m = 1_000 * (NEARBY_MOST_KM if radius_km is None else radius_km)
    kinds = FILTERED if queries.flag(query, "filter-by-office-type", default=True) else frozenset("GSUAP")
    hide_private = queries.flag(query, "hide-private", default=False)
    wanted = query.get("filter", "").upper() or FILTERS[0]
    if wanted not in FILTERS:
        raise BadRequest(f"Parameter 'filter' is {wanted[:40]!r}, allowed are {', '.join(FILTERS)}")
    at = queries.moment(call, query)
    rows = [
        short(office, away_m)
        for away_m, office in nearest(latitude, longitude)
        if away_m <= most_m
        and office.kind in kinds
        and not (hide_private and "p" in office.marks)
        and _fits(office, wanted, at)
    ]
    return json(rows[: queries.top(query)])


def _fits(office: Office, wanted: str, at: datetime) -> bool:
    match wanted:
        case "ROUND_THE_CLOCK":
            return office.hours == "24"
        case "CURRENTLY_WORKING":
            return works_at(office, at)
        case "WORK_ON_WEEKENDS":
            return works(office, 6) or works(office, 7)
    return True


@routes.get("/postoffice/1.0/settlement.offices.codes")
def list_codes(call: Call) -> Answer:
    """List the ordinary offices of a settlement; region and district narrow it where they are known (inferred)."""
    query = queries.repaired(call)
    settlement = query.get("settlement", "")
    if not settlement:
        raise BadRequest("Required parameter 'settlement' is not present")
    found = [office for office in in_settlement(_bare(settlement)) if office.kind in "GS" and "x" not in office.marks]
    region = _bare(query.get("region", ""))
    same = [office for office in found if _bare(office.place.region.name) == region]
    return json(sorted(office.index for office in (same if region else found)))


def _bare(name: str) -> str:
    """Return a region's or settlement's name without its type word."""
    return " ".join(word for word in plain(name.replace(".", " ")).split() if word not in REGION_KINDS)


def _office(call: Call) -> Office:
    index = call.params["index"]
    found = offices().get(index)
    if found is None:
        raise Refused(404, {"code": NOT_FOUND, "desc": f"Post office not found for '{index[:40]}'"})
    return found
