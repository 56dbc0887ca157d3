"""When a courier comes: free time slots, and bookings of them.

Wire contract: `postal_api_russia` §2.15. Slots follow from the towns and the day alone; what is left of one is the
tenant's own count of bookings. Statuses of errors and answers to what went well are ours.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from ....core.records import Kind, Natural
from ....core.world import World
from ....wire.call import Answer, Call
from ....wire.moscow import day
from ..answers import Operations, Refused, json
from ..numbers import is_number
from ..otpravka.body import document
from .offices import place_of
from .places import Place, distance_km
from .switches import SWITCHES

WINDOWS = (("09:00", "12:00"), ("12:00", "15:00"), ("15:00", "18:00"), ("18:00", "21:00"))
DAYS = 5  # with slots, after those on the way
KM_PER_DAY = 700
MOST_DAYS_AHEAD = 60
COURIER_ONLINE, DELIVERY = "24", "delivery"
INVALID, INVALID_TEXT = "VALIDATION_ERROR", "Ошибка во входных данных"
EPOCH = date(2020, 1, 1).toordinal()
LONGEST = {"phone": 50, "contractNumber": 50, "address": 255, "contactName": 200}
NEEDED = (
    "uuid", "timeslotId", "phone", "postIndexFrom", "postIndexTo", "contractNumber", "plannedShippingDate", "address",
    "workTypeCode", "mailTypeCode", "mailCtgCode",
)  # fmt: skip
REBOOKED = ("uuidOrBarcode", "timeslotId", "contractNumber", "plannedShippingDate")


class Booking(msgspec.Struct, frozen=True):
    """A booked slot. `key` is the uuid of a preliminary booking, then the item's number."""

    key: str
    slot: Natural
    index_from: str
    index_to: str
    contract: str
    phone: str
    address: str
    contact: str = ""


class Slot(msgspec.Struct, frozen=True):
    id: int
    on: str
    begin: str
    end: str
    capacity: int

    def shape(self) -> dict[str, Any]:
        times = {"beginTime": self.begin, "endTime": self.end}
        return {"id": self.id, "date": self.on, **times, "capacity": self.capacity}


BOOKINGS: Kind[Booking] = Kind("russian_post.time_slots", Booking)  # uuid or number -> booking
TAKEN: Kind[Natural] = Kind("russian_post.time_slots_taken", int)  # slot id -> bookings
KINDS: tuple[Kind[Any], ...] = (BOOKINGS, TAKEN)

routes = Operations()


@routes.get("/external/v1/timeslots-by-postindex")
def list_time_slots(call: Call) -> Answer:
    """List free slots for an item that is not ordered yet, with a uuid to book one by."""
    query = {name: value.strip() for name, value in call.query.items()}
    wrong = [_lacks(name) for name in ("postIndexFrom", "postIndexTo", "plannedShippingDate") if not query.get(name)]
    if query.get("workTypeCode", DELIVERY) != DELIVERY:
        wrong.append(_wrong("workTypeCode", f"{query['workTypeCode'][:40]!r}: допустимо {DELIVERY}"))
    if query.get("mailTypeCode", COURIER_ONLINE) != COURIER_ONLINE:
        wrong.append(_wrong("mailTypeCode", f"{query['mailTypeCode'][:40]!r}: допустимо {COURIER_ONLINE}"))
    _refuse(wrong)
    free = slots(call.world, query["postIndexFrom"], query["postIndexTo"], query["plannedShippingDate"])
    return json({"uuid": _uuid(call.world), "timeslots": [slot.shape() for slot in free]})


@routes.get("/external/v1/timeslots-for-rebooking")
def list_time_slots_for_rebooking(call: Call) -> Answer:
    query = {name: value.strip() for name, value in call.query.items()}
    _refuse([_lacks(name) for name in ("uuidOrBarcode", "plannedShippingDate") if not query.get(name)])
    held = _held(call.world, query["uuidOrBarcode"])
    free = slots(call.world, held.index_from, held.index_to, query["plannedShippingDate"])
    return json({"timeslots": [slot.shape() for slot in free]})


@routes.post("/external/v1/booking-by-postindex")
def book_time_slot(call: Call) -> Answer:
    """Book a slot, or move a booking to another one where `uuidOrBarcode` names it."""
    given = _object(call)
    if "uuidOrBarcode" in given:
        return _rebook(call.world, given)
    _refuse(_judged(given, NEEDED))
    key = str(given["uuid"]).lower()
    if not _is_uuid(key):
        _refuse([_wrong("uuid", f"{key[:40]!r}: ожидается UUID")])
    if call.world.store.get(BOOKINGS, key):
        raise _error(409, "BOOKING_ALREADY_EXISTS", f"Бронирование {key} уже существует")
    start, end = str(given["postIndexFrom"]), str(given["postIndexTo"])
    slot = _chosen(call.world, given, start, end)
    contract, phone, address = (str(given[name]) for name in ("contractNumber", "phone", "address"))
    contact = str(given.get("contactName") or "")
    _put(call.world, Booking(key, slot, start, end, contract, phone, address, contact))
    return json({})


@routes.put("/external/v1/booking-by-postindex")
def name_booking(call: Call) -> Answer:
    """Put the item's number in the place of the uuid it was booked by."""
    given, uuid = _object(call), call.query.get("uuid", "").strip().lower()
    _refuse([*([] if uuid else [_lacks("uuid")]), *_judged(given, ("barcode", "contractNumber"))])
    barcode = str(given["barcode"])
    if not is_number(barcode):
        _refuse([_wrong("barcode", f"{barcode[:50]!r}: ожидается ШПИ")])
    held = _held(call.world, uuid)
    if call.world.store.get(BOOKINGS, barcode):
        raise _error(409, "BOOKING_ALREADY_EXISTS", f"Бронирование {barcode} уже существует")
    call.world.store.drop(BOOKINGS, held.key)
    call.world.store.put(BOOKINGS, barcode, msgspec.structs.replace(held, key=barcode))
    return json({})


@routes.delete("/external/v1/booking-by-postindex/{key}")
def cancel_booking(call: Call) -> Answer:
    _free(call.world, _held(call.world, call.params["key"]))
    return json({})


def slots(world: World, index_from: str, index_to: str, planned: str) -> list[Slot]:
    """Return the free slots of a way: from when an item handed in on the planned day can be there.

    Raises:
        Refused: an index is unknown, or the day is no date, past, or too far ahead.
    """
    start, end = place_of(index_from), place_of(index_to)
    today, asked = date.fromisoformat(day(world.now_ms)), _date(planned)
    if start and end and asked and today <= asked <= today + timedelta(days=MOST_DAYS_AHEAD):
        return [slot for slot in _all(world, start, end, asked) if slot.capacity > 0]
    places = {"postIndexFrom": start, "postIndexTo": end}
    wrong = [_wrong(name, "почтовый индекс не найден") for name, place in places.items() if place is None]
    if not wrong:
        since = f"ожидается дата yyyy-MM-dd с {today}, не позже чем через {MOST_DAYS_AHEAD} дней"
        wrong.append(_wrong("plannedShippingDate", f"{planned[:20]!r}: {since}"))
    raise _error(400, INVALID, INVALID_TEXT, wrong)


def _all(world: World, start: Place, end: Place, planned: date) -> Iterator[Slot]:
    most = SWITCHES.number(world, "time_slot_capacity")
    first = planned + timedelta(days=1 + distance_km(start, end) // KM_PER_DAY)
    for on in (first + timedelta(days=later) for later in range(DAYS)):
        for number, (begin, over) in enumerate(WINDOWS):
            slot = ((on.toordinal() - EPOCH) * 1_000 + end.number) * len(WINDOWS) + number
            yield Slot(slot, on.isoformat(), begin, over, most - (world.store.get(TAKEN, str(slot)) or 0))


def _rebook(world: World, given: dict[str, Any]) -> Answer:
    _refuse(_judged(given, REBOOKED))
    held = _held(world, str(given["uuidOrBarcode"]))
    slot = _chosen(world, given, held.index_from, held.index_to)
    _free(world, held)
    _put(world, msgspec.structs.replace(held, slot=slot))
    return json({})


def _chosen(world: World, given: dict[str, Any], index_from: str, index_to: str) -> int:
    wanted = given["timeslotId"]
    free = slots(world, index_from, index_to, str(given["plannedShippingDate"]))
    if str(wanted) not in {str(slot.id) for slot in free}:
        raise _error(404, "TIMESLOT_NOT_FOUND", f"Таймслот {str(wanted)[:20]} не найден")
    return int(wanted)


def _put(world: World, booking: Booking) -> None:
    world.store.put(BOOKINGS, booking.key, booking)
    world.store.put(TAKEN, str(booking.slot), (world.store.get(TAKEN, str(booking.slot)) or 0) + 1)


def _free(world: World, booking: Booking) -> None:
    """Take a booking back: there is room for one more in its slot."""
    world.store.drop(BOOKINGS, booking.key)
    world.store.put(TAKEN, str(booking.slot), (world.store.get(TAKEN, str(booking.slot)) or 1) - 1)


def _held(world: World, key: str) -> Booking:
    found = world.store.get(BOOKINGS, key) or world.store.get(BOOKINGS, key.lower())
    if found is None:
        raise _error(404, "BOOKING_NOT_FOUND", f"Бронирование {key[:50]} не найдено")
    return found


def _uuid(world: World) -> str:
    number = world.count("russian_post.time_slot_uuid")
    return str(UUID(hex=world.token_hex("russian_post.time_slot", str(number)), version=4))


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _object(call: Call) -> dict[str, Any]:
    found = document(call)
    if not isinstance(found, dict):
        raise _error(400, INVALID, "Ожидается JSON-объект")
    return found


def _judged(given: dict[str, Any], needed: tuple[str, ...]) -> list[dict[str, str]]:
    wrong = [_lacks(name) for name in needed if given.get(name) in (None, "")]
    for name, found in given.items():
        if name in (*NEEDED, *REBOOKED, "barcode", "contactName") and not isinstance(found, str | int | None):
            wrong.append(_wrong(name, "ожидается текст или число"))
        elif isinstance(found, str) and len(found) > LONGEST.get(name, 100):
            wrong.append(_wrong(name, f"{len(found)} символов, допустимо {LONGEST.get(name, 100)}"))
    if given.get("workTypeCode", DELIVERY) != DELIVERY:
        wrong.append(_wrong("workTypeCode", f"допустимо {DELIVERY}"))
    if str(given.get("mailTypeCode", COURIER_ONLINE)) != COURIER_ONLINE:
        wrong.append(_wrong("mailTypeCode", f"допустимо {COURIER_ONLINE}"))
    return wrong


def _lacks(name: str) -> dict[str, str]:
    return _wrong(name, "не указано значение")


def _wrong(name: str, message: str) -> dict[str, str]:
    return {"field": name, "message": message}


def _refuse(wrong: list[dict[str, str]]) -> None:
    if wrong:
        raise _error(400, INVALID, INVALID_TEXT, wrong)


def _error(status: int, code: str, message: str, errors: list[dict[str, str]] | None = None) -> Refused:
    """Return E5."""
    return Refused(status, {"code": code, "message": message, **({"errors": errors} if errors else {})})
