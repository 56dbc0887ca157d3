"""Hours in which a courier delivers: of an order, or before there is one.

Wire contract: `courier_api` §1.8. The whole day and three parts of it are recorded; how many deliveries fit into one
part of a day in a city is ours.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ...core.world import World
from ...wire.call import Answer, Call
from . import geography
from .body import Reader, document
from .contacts import location
from .deferred import by_number, by_uuid, ended
from .envelope import Error, Operations, Refused, is_empty, json, wrong_value
from .geography import City
from .judgement import city_of, target_of
from .local_time import local
from .prices import offer
from .records import AGREED, Order
from .tariffs import TARIFFS

SLOTS = ((9 * 60, 18 * 60), (9 * 60, 14 * 60), (14 * 60, 18 * 60), (18 * 60, 22 * 60))  # minutes of the day
EARLIEST, LATEST = 9 * 60, 22 * 60
FITS = 20  # deliveries in one part of a day
DAYS = 7
NO_DATE = Error("v2_impossible_register_date", "It is impossible to register date for parcel terminal")
NOT_UNDER_WAY = Error("v2_entity_invalid", "Order is not registered, or is in a final status")
SPELLED = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")

routes = Operations()


def slot_key(city: City | None, day: str, begin: int, end: int) -> str:
    return f"{city.code if city else 0}/{day}/{begin}-{end}"


def agreed(world: World, city: City | None, day: str, slot: tuple[int, int]) -> int:
    """Return how many deliveries are agreed for a part of a day in a city."""
    return world.store.get(AGREED, slot_key(city, day, *slot)) or 0


def under_way(world: World, order: Order) -> None:
    """Refuse what needs an order that is registered and not at its end."""
    if order.state != "CREATED" or ended(world, order):
        raise Refused(NOT_UNDER_WAY)


def goes_to(order: Order) -> str:
    """Return where an order ends: door, office or locker."""
    return TARIFFS[order.tariff][1].target if order.tariff in TARIFFS else "door"


@routes.get("/v2/delivery/intervals")
def list_intervals(call: Call) -> Answer:
    """List the hours in which an order can be delivered: a week from the planned day on, without what is full."""
    world, query = call.world, call.query
    uuid, number = query.get("order_uuid", "").strip(), query.get("cdek_number", "").strip()
    if not uuid and not number:
        raise Refused(Error("v2_required_param_empty", "[order_uuid] or [cdek_number] is required"))
    order = by_uuid(world, uuid) if uuid else by_number(world, number)
    under_way(world, order)
    if goes_to(order) == "locker":
        raise Refused(NO_DATE)
    city = target_of(order)
    tomorrow = local(city, world.now_ms).date + timedelta(1)
    first = max(tomorrow, date.fromisoformat(order.planned_date)) if order.planned_date else tomorrow
    return json({"date_intervals": [_open(world, city, day) for day in _week(first)]})


def _week(first: date) -> Iterator[str]:
    return ((first + timedelta(n)).isoformat() for n in range(DAYS))


def _open(world: World, city: City | None, day: str) -> dict[str, Any]:
    return {"date": day, "time_intervals": [_times(slot) for slot in SLOTS if agreed(world, city, day, slot) < FITS]}


def _times(slot: tuple[int, int]) -> dict[str, Any]:
    begin, end = slot
    return {"start_time": f"{begin // 60:02}:{begin % 60:02}:00", "end_time": f"{end // 60:02}:{end % 60:02}:00"}


@routes.post("/v2/delivery/estimatedIntervals")
def estimate_intervals(call: Call) -> Answer:
    """List the hours in which something that is not ordered yet could be delivered, and how full they are."""
    world, reader = call.world, Reader(document(call))
    tariff = reader.whole("tariff_code", required=True)
    if tariff is not None and tariff not in TARIFFS:
        reader.errors.append(wrong_value("tariff_code", tariff))
    sent_at = _moment(reader)
    start, end = _start(reader), _end(reader)
    reader.wholes("additional_order_types")
    reader.refuse_if_wrong()
    found = offer(tariff or 0, start, end, []) if start and end else None
    if found is None:
        text = f"Тариф {tariff} не поддерживается по данному направлению"
        raise Refused(Error("error_validate_tariff_not_supported_for_this_drirection", text))
    if TARIFFS[tariff or 0][1].target == "locker":
        raise Refused(NO_DATE)
    first = local(start, sent_at or world.now_ms).date + timedelta(found.calendar_min)
    return json({"date_intervals": [_counted(world, end, day) for day in _week(first)]})


def _start(reader: Reader) -> City | None:
    child, point = reader.child("from_location"), reader.text("shipment_point")
    if child is not None and point:
        reader.errors.append(Error("v2_shipment_address_multivalued", "[from_location] and [shipment_point]"))
    elif child is None and not point:
        text = "[from_location] and [shipment_point] are empty"
        reader.errors.append(Error("v2_order_location_from_and_shipment_point_empty", text))
    city = geography.resolve(location(child, address=False)) if child is not None else city_of(0, point or "")
    if city is None and (child is not None or point):
        reader.errors.append(Error("v2_sender_location_not_recognized", "Sender location is not recognized"))
    return city


def _end(reader: Reader) -> City | None:
    child = reader.child("to_location", required=True)
    city = geography.resolve(location(child)) if child is not None else None
    if child is not None and city is None:
        reader.errors.append(Error("v2_recipient_location_not_recognized", "Recipient location is not recognized"))
    return city


def _moment(reader: Reader) -> int | None:
    """Return `date_time` in milliseconds; without an offset it is UTC."""
    text = reader.text("date_time")
    if text is None:
        reader.errors.append(is_empty("date_time"))
        return None
    for spelled in SPELLED:
        try:
            found = datetime.strptime(text.strip(), spelled)  # noqa: DTZ007 - the zone is put in below
        except ValueError:
            continue
        moment = found if found.tzinfo else found.replace(tzinfo=UTC)
        if 2000 <= moment.year <= 2200:
            return int(moment.timestamp()) * 1000
    reader.errors.append(wrong_value("date_time", text))
    return None


def _counted(world: World, city: City | None, day: str) -> dict[str, Any]:
    rows = [{**_times(slot), "total_count": FITS, "agreed_count": agreed(world, city, day, slot)} for slot in SLOTS]
    return {"date": day, "time_intervals": rows}
