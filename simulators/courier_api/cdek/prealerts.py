"""Prealerts: the list of what a shop will bring to an office on a day, closed when all has come or the day is over.

Wire contract: `courier_api` §1.9, §1.12 `PREALERT_CLOSED`, §2.4 "package in a prealert". When a list closes is ours.
That packages stand in closed lists only, and their states as codes: the vendor's OpenAPI description (as stored in
GitHub wishboxcdek).
"""

from datetime import date
from typing import Any

from msgspec.structs import replace

from ...core.parcel import Scan
from ...core.records import Due
from ...core.world import World
from ...wire.call import Answer, Call
from . import notices, offices, settings
from .body import Reader, document
from .envelope import Error, Operations, Refused, enveloped, not_found, request_row, wrong_value
from .judgement import live_scans
from .papers import PREALERT_OF, PREALERTS, Prealert
from .records import BY_SHOP_NUMBER, CLOSED, ORDERS, Order, Request, order_of
from .wire_values import day, day_start_ms, moment_plain, new_uuid, plus_days

DUTY = "cdek.prealert"
ORDERS_MOST = 1_000
FIRST_NUMBER = 700_000
ACCEPTED, AWAITED, REMOVED = "Принято", "Не принято", "Удалено"
CODES = {ACCEPTED: "ACCEPTED", AWAITED: "NOT_ACCEPTED", REMOVED: "DELETED"}
NO_SERVICE = Error("v2_entity_forbidden", "Prealert is not part of the contract")
NO_OFFICE = "shipment_location_is_not_recognized"

routes = Operations()


@routes.post("/v2/prealert")
def register_prealert(call: Call) -> Answer:
    world = call.world
    if settings.choice(world, "prealert_service") == "off":
        raise Refused(NO_SERVICE)
    reader = Reader(document(call))
    planned, point = reader.text("planned_date", required=True) or "", reader.text("shipment_point", required=True)
    rows = reader.children("orders", required=True, most=ORDERS_MOST)
    keys = ("order_uuid", "cdek_number", "im_number")
    named = [tuple((row.text(key) or "").strip() for key in keys) for row in rows]
    for row, names in zip(rows, named, strict=True):
        if not any(names):
            reader.errors.append(Error("v2_required_param_empty", f"[{row.path}] needs one of {', '.join(keys)}"))
    if planned and not _is_ahead(world, planned):
        reader.errors.append(wrong_value("planned_date", planned))
    reader.refuse_if_wrong()
    request = Request(new_uuid(world, "request"), "CREATE", world.now_ms, "ACCEPTED")
    orders = tuple((uuid.lower(), number, shop_number) for uuid, number, shop_number in named)
    made = Prealert(new_uuid(world, "prealert"), planned, point or "", orders, request)
    world.store.put(PREALERTS, made.uuid, made)
    world.later(DUTY, made.uuid, after_ms=settings.number(world, "accept_after_ms"), note="judge")
    return enveloped(world, {"uuid": made.uuid}, [_row(made)], status=202)


@routes.get("/v2/prealert/{uuid}")
def get_prealert(call: Call) -> Answer:
    found = call.world.store.get(PREALERTS, call.params["uuid"].lower())
    if found is None:
        raise not_found(call.world, call.params["uuid"])
    return enveloped(call.world, _entity(call.world, found), [_row(found)])


def on_due(world: World, due: Due) -> None:
    """Judge a new list, or close one whose day is over."""
    found = world.store.get(PREALERTS, due.key)
    if found is None or found.closed_ms:
        return
    if due.note == "judge":
        _judge(world, found)
    else:
        _close(world, found)


def after_scan(world: World, order: Order, done: Scan) -> None:
    """Close the list of an order when nothing is awaited any more."""
    found = world.store.get(PREALERTS, world.store.get(PREALERT_OF, order.uuid) or "")
    if (
        found is not None
        and not found.closed_ms
        and all(_state(world, found, uuid) != AWAITED for uuid in found.orders)
    ):
        _close(world, found)


def number_of(world: World, order: Order) -> str:
    """Return the number of the list that an order stands in, "" when in none."""
    found = world.store.get(PREALERTS, world.store.get(PREALERT_OF, order.uuid) or "")
    return found.number if found is not None else ""


def _is_ahead(world: World, planned: str) -> bool:
    """Tell whether a text begins with a date that is not over yet."""
    try:
        date.fromisoformat(planned[:10])
    except ValueError:
        return False
    return planned[:10] >= day(world.now_ms) and (len(planned) == 10 or planned[10] == "T")


def _judge(world: World, found: Prealert) -> None:
    """Give the list its number, or find it invalid when its office or all of its orders are unknown."""
    orders = {names: _order(world, *names) for names in found.named}
    wrong = tuple(_missing(world, names, order) for names, order in orders.items() if not _free(world, order))
    good = tuple(dict.fromkeys(order.uuid for order in orders.values() if order is not None and _free(world, order)))
    office = offices.office(found.shipment_point)
    if office is None or not good:
        errors = wrong if office else (Error(NO_OFFICE, f"Office {found.shipment_point[:80]} is not known"),)
        request = replace(found.request, state="INVALID", errors=errors)
        world.store.put(PREALERTS, found.uuid, replace(found, request=request))
        return
    request = replace(found.request, state="SUCCESSFUL", warnings=wrong)
    number = str(FIRST_NUMBER + world.count("cdek.prealert_number"))
    world.store.put(PREALERTS, found.uuid, replace(found, request=request, number=number, orders=good))
    for uuid in good:
        world.store.put(PREALERT_OF, uuid, found.uuid)
    end_ms = day_start_ms(plus_days(found.planned_date[:10], 1))
    world.later(DUTY, found.uuid, after_ms=end_ms - world.now_ms, note="close")


def _order(world: World, uuid: str, number: str, shop_number: str) -> Order | None:
    found = world.store.get(ORDERS, uuid) if uuid else None
    if found is None and number:
        parcel = world.by_number(notices.CARRIER, number)
        found = order_of(world, parcel.id) if parcel else None
    if found is None and shop_number:
        known = world.store.get(BY_SHOP_NUMBER, shop_number)
        found = order_of(world, known[-1]) if known else None
    return found


def _free(world: World, order: Order | None) -> bool:
    """Tell whether an order can be put on a list: registered, not handed over yet, on no other open list."""
    if order is None or order.state != "CREATED" or live_scans(world.parcel(order.uuid)):
        return False
    other = world.store.get(PREALERTS, world.store.get(PREALERT_OF, order.uuid) or "")
    return other is None or bool(other.closed_ms)


def _missing(world: World, names: tuple[str, str, str], order: Order | None) -> Error:
    shown = next(name for name in (names[1], names[0], names[2]) if name)[:80]
    if order is None:
        return Error("v2_order_not_found", f"Order not found by cdek_number {shown}")
    return Error("v2_entity_invalid", f"Order {shown} is not registered, was handed over or stands in another prealert")


def _close(world: World, found: Prealert) -> None:
    """Close a list: it says where the goods were taken in, and subscribers are told."""
    closed = replace(found, closed_ms=world.now_ms, fact_point=_fact_point(world, found))
    world.store.put(PREALERTS, found.uuid, closed)
    notices.prealert_notice(world, closed.uuid, closed.number, moment_plain(closed.closed_ms), closed.fact_point)


def _fact_point(world: World, found: Prealert) -> str:
    """Return the office itself, or one of its town that takes parcels in when it is out of service."""
    planned = offices.office(found.shipment_point)
    if planned is None or world.store.get(CLOSED, planned.code) is None:
        return planned.code if planned else found.shipment_point
    others = (
        office.code
        for office in offices.offices().values()
        if office.city.code == planned.city.code and not office.locker and world.store.get(CLOSED, office.code) is None
    )
    return next(others, planned.code)


def _entity(world: World, found: Prealert) -> dict[str, Any]:
    """Return the list; one that is not judged yet has neither uuid nor number."""
    shown: dict[str, Any] = {"uuid": found.uuid, "prealert_number": found.number} if found.number else {}
    shown |= {"planned_date": found.planned_date, "shipment_point": found.shipment_point}
    if found.closed_ms:
        shown |= {"closed_date": moment_plain(found.closed_ms), "fact_shipment_point": found.fact_point}
    if not found.number:
        keys = ("order_uuid", "cdek_number", "im_number")
        asked = [dict(zip(keys, names, strict=True)) for names in found.named]
        return {**shown, "orders": [_as_asked(row) for row in asked]}
    return {**shown, "orders": [_listed(world, found, uuid) for uuid in found.orders]}


def _as_asked(names: dict[str, str]) -> dict[str, str | int]:
    """Return what an order was named by; the carrier's number is a number."""
    row: dict[str, str | int] = {key: name for key, name in names.items() if name}
    number = names["cdek_number"]
    return {**row, "cdek_number": int(number)} if number.isascii() and number.isdecimal() else row


def _listed(world: World, found: Prealert, uuid: str) -> dict[str, Any]:
    order = order_of(world, uuid)
    number = int(order.cdek_number)  # a number here, as its only typed client has it
    shown: dict[str, Any] = {"order_uuid": uuid, "cdek_number": number, "im_number": order.number}
    if found.closed_ms:
        state = _state(world, found, uuid)
        word = CODES[state] if settings.choice(world, "prealert_package_words") == "codes" else state
        shown["packages"] = [{"package_id": row.id, "number": row.number, "status": word} for row in order.packages]
    return shown


def _state(world: World, found: Prealert, uuid: str) -> str:
    """Return what became of an order's packages, by the list's end at the latest."""
    if order_of(world, uuid).state == "REMOVED":
        return REMOVED
    until_ms = found.closed_ms or world.now_ms
    return ACCEPTED if any(done.at_ms <= until_ms for done in live_scans(world.parcel(uuid))) else AWAITED


def _row(found: Prealert) -> dict[str, Any]:
    row = found.request
    return request_row(row.uuid, row.kind, row.at_ms, row.state, row.errors, row.warnings)
