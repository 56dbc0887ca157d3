"""Delivery agreements over the wire: asked for and read.

Wire contract: `courier_api` §1.8.
"""

from typing import Any

from ...core.world import World
from ...wire.call import Answer, Call
from . import geography, settings
from .agreement_life import DUTY, NAMES, kept
from .body import Reader, document
from .contacts import location
from .deferred import named
from .envelope import Error, Operations, Refused, enveloped, is_empty, not_found, request_row
from .intervals import EARLIEST, FITS, LATEST, NO_DATE, SLOTS, agreed, goes_to, under_way
from .judgement import target_of
from .local_time import local
from .offices import office
from .records import AGREEMENTS, Agreement, Order, order_of

SOURCE = "EK5_INTEGRATION"
OTHER_CITY = Error("v2_city_can_not_be_changed", "City can not be changed")
TWO_PLACES = Error("v2_delivery_address_multivalued", "[to_location] and [delivery_point] exclude each other")

routes = Operations()


@routes.post("/v2/delivery")
def agree(call: Call) -> Answer:
    """Take an agreement in; whether the day holds shows later, on GET."""
    world, reader = call.world, Reader(document(call))
    order = named(world, reader)
    asked = _asked_for(world, reader, order)
    under_way(world, order)
    agreement = kept(world, order, SOURCE, **asked)
    world.later(DUTY, agreement.uuid, after_ms=settings.number(world, "accept_after_ms"))
    made = agreement.requests[0]
    row = request_row(made.uuid, made.kind, made.at_ms, made.state)
    return enveloped(world, {"uuid": agreement.uuid}, [row], status=202)


def _asked_for(world: World, reader: Reader, order: Order) -> dict[str, Any]:
    """Return what a body asks for; raises Refused with all that is wrong with it."""
    day = reader.day("date", required=True) or ""
    times = (reader.minute("time_from"), reader.minute("time_to"))
    point, place = reader.text("delivery_point") or "", _place(reader)
    comment = reader.text("comment") or ""
    if point and place:
        reader.errors.append(TWO_PLACES)
    end = "office" if point else "door" if place else goes_to(order)
    for key, minute in zip(("time_from", "time_to"), times, strict=True):
        if minute is None and end == "door" and not reader.has(key):
            reader.errors.append(is_empty(key))
    reader.refuse_if_wrong()
    _refuse_the_place(order, point, place, end)
    if times != (None, None):
        _refuse_the_hours(world, order, day, times)
    return {
        "date": day,
        "time_from": _time(times[0]),
        "time_to": _time(times[1]),
        "comment": comment,
        "delivery_point": point,
        "to_location": place,
    }


def _place(reader: Reader) -> dict[str, Any]:
    child = reader.child("to_location")
    return {} if child is None else location(child)


def _refuse_the_place(order: Order, point: str, place: dict[str, Any], end: str) -> None:
    found = office(point) if point else None
    if end == "locker" or (found is not None and found.kind == "POSTAMAT"):
        raise Refused(NO_DATE)
    if point and found is None:
        raise Refused(Error("delivery_location_is_not_recognized", f"Офис {point[:80]} не найден"))
    city, home = (found.city if found else geography.resolve(place) if place else None), target_of(order)
    if place and city is None:
        raise Refused(Error("v2_recipient_location_not_recognized", "Recipient location is not recognized"))
    if city is not None and city != home:
        raise Refused(OTHER_CITY)


def _refuse_the_hours(world: World, order: Order, day: str, times: tuple[int | None, int | None]) -> None:
    begin, end = times
    if begin is None or end is None or not EARLIEST <= begin < end <= LATEST:
        raise Refused(_wrong("must lie between 09:00 and 22:00, begin before end"))
    city = target_of(order)
    clock = local(city, world.now_ms)
    if day == clock.date.isoformat() and end <= clock.minute:
        raise Refused(_wrong("is over"))
    if (begin, end) in SLOTS and agreed(world, city, day, (begin, end)) >= FITS:
        raise Refused(_wrong("is full"))


def _wrong(why: str) -> Error:
    return Error("v2_wrong_interval", f"Wrong interval: [time_from] to [time_to] {why}")


def _time(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02}:{minute % 60:02}"


@routes.get("/v2/delivery/{uuid}")
def get_agreement(call: Call) -> Answer:
    world = call.world
    found = world.store.get(AGREEMENTS, call.params["uuid"].strip().lower())
    if found is None:
        raise not_found(world, call.params["uuid"])
    rows = [
        request_row(request.uuid, request.kind, request.at_ms, request.state, request.errors)
        for request in found.requests
    ]
    return enveloped(world, _entity(world, found), rows)


def _entity(world: World, agreement: Agreement) -> dict[str, Any]:
    """Return an agreement in the wire's shape; statuses newest first."""
    found: dict[str, Any] = {
        "uuid": agreement.uuid,
        "cdek_number": order_of(world, agreement.order).cdek_number,
        "order_uuid": agreement.order,
        "date": agreement.date,
        "time_from": agreement.time_from,
        "time_to": agreement.time_to,
        "comment": agreement.comment,
        "delivery_point": agreement.delivery_point,
        "to_location": agreement.to_location,
        "source": agreement.source,
    }
    found = {key: value for key, value in found.items() if value}
    found["statuses"] = [
        {"code": code, "name": NAMES[code], "date_time": settings.dated(world, at_ms)}
        for code, at_ms in reversed(agreement.statuses)
    ]
    return found
