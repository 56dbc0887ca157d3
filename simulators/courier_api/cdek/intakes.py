"""Courier's calls over the wire: asked for, read, changed, called off; the days on which a courier can come.

Wire contract: `courier_api` §1.6.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from ...core.world import World
from ...wire.call import Answer, Call
from . import filled_in, geography, settings
from .body import Reader, document
from .contacts import location
from .deferred import BUSY, OPEN, asked
from .envelope import Error, Operations, Refused, enveloped, json, not_found, request_row, wrong_value
from .geography import City
from .intake_fields import Wanted, address_of, read_intake
from .intake_life import (
    CANNOT_CHANGE,
    DAYS_AHEAD_MOST,
    DUTY,
    LATE,
    LOOKED_AT,
    NAMES,
    OVER,
    SAME_DAY_UNTIL,
    changed,
    city_of,
    day_key,
    final,
    is_late,
)
from .judgement import target_of
from .local_time import local
from .records import INTAKE_DAYS, INTAKES, INTAKES_OF, Intake, Request, order_of
from .wire_values import new_uuid

WISH = "PROCESSING_REQUIRED"
SAME_DOOR = Error("v2_intake_exists_by_date_address", "Intake exists by date and address")

routes = Operations()


@routes.post("/v2/intakes")
def call_courier(call: Call) -> Answer:
    """Take a call in; what is wrong with its day and hours shows later, on GET."""
    world = call.world
    wanted = read_intake(world, Reader(document(call)))
    key = day_key(wanted.date, wanted.city.code if wanted.city else 0, address_of(wanted.echo["from_location"]))
    if wanted.order is not None and any(found.state not in OVER for found in _of_order(world, wanted.order.uuid)):
        raise Refused(Error("v2_intake_exists_by_order", f"Intake exists by order {wanted.order.uuid}"))
    if world.store.get(INTAKE_DAYS, key) is not None:
        raise Refused(SAME_DOOR)
    intake = _kept(world, wanted)
    world.store.put(INTAKE_DAYS, key, intake.uuid)
    world.later(DUTY, intake.uuid, after_ms=settings.number(world, "accept_after_ms"), note="judge")
    return _accepted(world, intake, intake.requests[0])


def _kept(world: World, wanted: Wanted) -> Intake:
    order, (begin, end) = wanted.order, wanted.lunch
    warnings = (LATE,) if is_late(wanted.city, wanted.date, world.now_ms) else ()
    intake = Intake(
        uuid=new_uuid(world, "intake"),
        order=order.uuid if order is not None else "",
        date=wanted.date,
        from_minute=wanted.from_minute,
        to_minute=wanted.to_minute,
        city=wanted.city.code if wanted.city else 0,
        statuses=(("ACCEPTED", world.now_ms),),
        requests=(Request(new_uuid(world, "request"), "CREATE", world.now_ms, "ACCEPTED", warnings=warnings),),
        lunch=None if begin is None and end is None else (begin or 0, end or 0),
        package_id="" if order is not None else new_uuid(world, "package"),
        mass_g=wanted.mass_g,
        sides_cm=wanted.sides_cm,
        echo=wanted.echo,
    )
    world.store.put(INTAKES, intake.uuid, intake)
    if intake.order:
        known = world.store.get(INTAKES_OF, intake.order) or ()
        world.store.put(INTAKES_OF, intake.order, (*known, intake.uuid))
    return intake


@routes.get("/v2/intakes/{uuid}")
def get_intake(call: Call) -> Answer:
    intake = _asked(call.world, call.params["uuid"])
    return enveloped(call.world, _entity(call.world, intake), _request_rows(intake))


@routes.get("/v2/orders/{uuid}/intakes")
def list_intakes(call: Call) -> Answer:
    """List the calls for an order, oldest first, as a bare array."""
    return json([_entity(call.world, intake) for intake in _of_order(call.world, asked(call).uuid)])


@routes.delete("/v2/intakes/{uuid}")
def call_off_courier(call: Call) -> Answer:
    """Take in that a call is called off; it is gone a moment later."""
    intake = _asked(call.world, call.params["uuid"])
    _one_at_a_time(intake, "DELETE")
    if intake.state in OVER:
        raise Refused(final(intake))
    return _taken_in(call.world, intake, "DELETE", "remove", settings.choice(call.world, "intake_delete_status"))


@routes.patch("/v2/intakes")
def change_intake(call: Call) -> Answer:
    """Take the wish in that somebody looks at a call before the courier goes: it is the only one there is."""
    world, reader = call.world, Reader(document(call))
    uuid, child = reader.text("uuid", required=True), reader.child("status", required=True)
    code, more = ("", "") if child is None else (child.text("code", required=True), child.text("add_status", limit=40))
    if child is not None and code and code != WISH:
        reader.errors.append(wrong_value(child.at("code"), code))
    if child is not None and more and " " in more:
        reader.errors.append(wrong_value(child.at("add_status"), more))
    reader.refuse_if_wrong()
    intake = _asked(world, uuid or "")
    _one_at_a_time(intake, "UPDATE")
    if intake.state not in LOOKED_AT:
        raise Refused(CANNOT_CHANGE)
    return _taken_in(world, intake, "UPDATE", "wish", 200, f" {more}" if more else "")


def _one_at_a_time(intake: Intake, kind: str) -> None:
    if any(request.kind == kind and request.state in OPEN for request in intake.requests):
        raise Refused(BUSY)


def _taken_in(world: World, intake: Intake, kind: str, verb: str, status: int, more: str = "") -> Answer:
    state = "WAITING" if any(request.state in OPEN for request in intake.requests) else "ACCEPTED"
    request = Request(new_uuid(world, "request"), kind, world.now_ms, state)
    changed(world, intake, requests=(*intake.requests, request))
    after_ms = settings.number(world, "accept_after_ms")
    world.later(DUTY, intake.uuid, after_ms=after_ms, note=f"{verb} {request.uuid}{more}")
    return _accepted(world, intake, request, status)


def _accepted(world: World, intake: Intake, request: Request, status: int = 202) -> Answer:
    row = request_row(request.uuid, request.kind, request.at_ms, request.state, warnings=request.warnings)
    return enveloped(world, {"uuid": intake.uuid}, [row], status=status)


def _asked(world: World, uuid: str) -> Intake:
    found = world.store.get(INTAKES, uuid.strip().lower())
    if found is None:
        raise not_found(world, uuid)
    return found


def _of_order(world: World, uuid: str) -> list[Intake]:
    found = (world.store.get(INTAKES, known) for known in world.store.get(INTAKES_OF, uuid) or ())
    return [intake for intake in found if intake is not None]


# -- a call as GET shows it


def _entity(world: World, intake: Intake) -> dict[str, Any]:
    """Return a call in the wire's shape; statuses newest first."""
    found: dict[str, Any] = {"uuid": intake.uuid}
    if intake.number:
        found["intake_number"] = intake.number
    if intake.order:
        number = order_of(world, intake.order).cdek_number
        found |= {"order_uuid": intake.order, **({"cdek_number": number} if number else {})}
    found |= {
        "intake_date": intake.date,
        "intake_time_from": _time(intake.from_minute),
        "intake_time_to": _time(intake.to_minute),
    }
    if intake.lunch is not None:
        found |= {"lunch_time_from": _time(intake.lunch[0]), "lunch_time_to": _time(intake.lunch[1])}
    found |= {"weight": intake.mass_g, **_sides(intake.sides_cm), **intake.echo}
    if "from_location" in found:
        found["from_location"] = filled_in.place(found["from_location"], city_of(intake))
    found |= {
        "to_location": _to_location(world, intake),
        "packages": _packages(world, intake),
        "contragent_uuid": str(UUID(hex=world.token_hex("cdek.contragent", ""), version=4)),
        "statuses": [
            {"code": code, "name": NAMES[code], "date_time": settings.dated(world, at_ms)}
            for code, at_ms in reversed(intake.statuses)
        ],
    }
    if intake.add_status:
        found["statuses"][0]["add_status"] = intake.add_status
    return found


def _sides(sides_cm: tuple[int, int, int]) -> dict[str, int]:
    return dict(zip(("length", "width", "height"), sides_cm, strict=True))


def _to_location(world: World, intake: Intake) -> dict[str, Any]:
    """Return where the goods go: the order's address, or the carrier's own warehouse in the sender's city."""
    order = order_of(world, intake.order) if intake.order else None
    city = city_of(intake) if order is None else target_of(order)
    point = order.delivery_point if order is not None else ""
    found: dict[str, Any] = {"address": f"Пункт выдачи {point}" if point else "Склад СДЭК"}
    return filled_in.place(found | (order.echo.get("to_location", {}) if order is not None else {}), city)


def _packages(world: World, intake: Intake) -> list[dict[str, Any]]:
    if not intake.order:
        return [{"package_id": intake.package_id, "weight": intake.mass_g, **_sides(intake.sides_cm)}]
    return [
        {"package_id": package.id, "weight": package.mass_g, **_sides(package.sides_cm or (1, 1, 1))}
        for package in order_of(world, intake.order).packages
    ]


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _request_rows(intake: Intake) -> list[dict[str, Any]]:
    return [
        request_row(request.uuid, request.kind, request.at_ms, request.state, request.errors, request.warnings)
        for request in intake.requests
    ]


# -- the days on which a courier can come


@routes.post("/v2/intakes/availableDays")
def list_intake_days(call: Call) -> Answer:
    """List the days up to a date on which a courier can come to an address: none on which one is called already."""
    world, reader = call.world, Reader(document(call))
    child = reader.child("from_location", required=True)
    place = {} if child is None else _place(child)
    until = reader.day("date")
    city = geography.resolve(place) if child is not None else None
    if child is not None and city is None:
        reader.errors.append(Error("v2_sender_location_not_recognized", "Sender location is not recognized"))
    reader.refuse_if_wrong()
    days = _days(world, city, until)
    free = [day for day in days if not _called(world, day, city.code if city else 0, address_of(place))]
    return json({"date": free, "all_days": len(free) == len(days)})


def _place(child: Reader) -> dict[str, Any]:
    place = location(child, address=False)
    if "code" not in place and (code := child.whole("city_code", least=1)) is not None:
        place["code"] = code  # a public client's spelling
    return place


def _days(world: World, city: City | None, until: str | None) -> list[str]:
    clock = local(city, world.now_ms)
    first = clock.date + timedelta(1) if clock.minute >= SAME_DAY_UNTIL else clock.date
    last = clock.date + timedelta(DAYS_AHEAD_MOST)
    last = min(last, date.fromisoformat(until)) if until else last
    return [(first + timedelta(n)).isoformat() for n in range((last - first).days + 1)]


def _called(world: World, day: str, city: int, address: str) -> bool:
    return bool(address) and world.store.get(INTAKE_DAYS, day_key(day, city, address)) is not None
