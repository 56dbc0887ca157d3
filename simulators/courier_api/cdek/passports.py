"""Whether the parties of an order gave the identity papers that customs ask for.

Wire contract: `courier_api` §1.9 (`/passport`). Which data customs ask for, and that only orders across a border need
them, is ours.
"""

from typing import Any

from ...wire.call import Answer, Call
from . import geography
from .body import query_list
from .deferred import by_number
from .envelope import Error, Operations, Refused, json, not_found, wrong_value
from .judgement import origin_of, target_of
from .records import ORDERS, Order

CLIENTS = ("SENDER", "RECEIVER", "ALL")
PARTIES = {"SENDER": "sender", "RECEIVER": "recipient"}
NEEDED = (
    "passport_series",
    "passport_number",
    "passport_date_of_issue",
    "passport_organization",
    "passport_date_of_birth",
    "tin",
)
NOBODY = Error("v2_parameters_empty", "Parameters are empty: neither order_uuid nor cdek_number is given")

routes = Operations()


@routes.get("/v2/passport")
def get_passports(call: Call) -> Answer:
    client = call.query.get("client", "").strip().upper() or "ALL"
    if client not in CLIENTS:
        raise Refused(wrong_value("client", client))
    uuids, numbers = query_list(call, "order_uuid"), query_list(call, "cdek_number")
    if not uuids and not numbers:
        raise Refused(NOBODY)
    found: list[Order] = []
    missing: list[Refused] = []
    for names, look_up in ((uuids, _by_uuid), (numbers, _by_number)):
        for name in names:
            try:
                found.append(look_up(call, name))
            except Refused as refused:
                missing.append(refused)
    if not found:
        raise missing[0]
    warnings = [error for refused in missing for error in refused.errors]
    shown = [_shape(order, client) for order in {order.uuid: order for order in found}.values()]
    return json({"orders": shown, **({"warnings": warnings} if warnings else {})})


def _by_uuid(call: Call, uuid: str) -> Order:
    found = call.world.store.get(ORDERS, uuid.lower())
    if found is None:
        raise not_found(call.world, uuid)
    return found


def _by_number(call: Call, number: str) -> Order:
    return by_number(call.world, number)


def _shape(order: Order, client: str) -> dict[str, Any]:
    asked = [client] if client != "ALL" else list(PARTIES)
    rows = [{"client": one, "passport_requirements_satisfied": satisfied(order, PARTIES[one])} for one in asked]
    named = {"order_uuid": order.uuid} | ({"cdek_number": int(order.cdek_number)} if order.cdek_number else {})
    return {**named, "passport": rows}


def satisfied(order: Order, party: str) -> bool:
    """Tell whether a party's papers suffice: all of them across a border, none within a country."""
    contact = order.echo.get(party, {})
    return not crosses_border(order) or all(str(contact.get(key) or "").strip() for key in NEEDED)


def crosses_border(order: Order) -> bool:
    cities = geography.cities()
    start, end = cities.get(order.origin) or origin_of(order), cities.get(order.target) or target_of(order)
    declared = any(order.echo.get(key) for key in ("date_invoice", "shipper_name", "shipper_address"))
    return declared or (start is not None and end is not None and start.country != end.country)
