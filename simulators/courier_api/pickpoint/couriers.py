"""A courier called to the client: he comes at the hour that was agreed and takes what is ready.

Wire contract: `courier_api` §4 `courier`, `couriercancel`; the rules about days and hours are the vendor's own text as
a public wrapper restates it.
"""

from datetime import date

from msgspec.structs import replace

from ...core.parcel import Step
from ...core.records import Due
from ...core.world import World
from ...wire.call import Answer, Call
from ...wire.moscow import day, day_start_ms, local
from .body import Fields, document
from .errors import PARAMETERS, UNEXPECTED, Operations, Refused, json
from .lives import scan
from .lookup import every, state
from .payouts import call_number
from .postamats import City, cities, city_named
from .records import COURIERS, CourierCall
from .sending_fields import ikn_of
from .statuses import ACCEPTED, BEFORE_ACCEPTANCE

DUTY = "pickpoint.courier"
MINUTE_MS = 60_000
OPENS, CLOSES, SHORTEST = 9 * 60, 18 * 60, 4 * 60
LATEST_TODAY = {"Московская обл.": 10 * 60 + 30}
LATEST_TODAY_ELSEWHERE = 14 * 60
BY_COURIER = 101  # GettingType
MASS_MOST_KG = 10_000

routes = Operations()


@routes.post("/courier")
def courier(call: Call) -> Answer:
    """Call a courier."""
    try:
        made = _ordered(call.world, document(call))
    except Refused as refused:
        return json({"CourierRequestRegistred": False, "OrderNumber": None, "ErrorMessage": refused.message})
    return json({"CourierRequestRegistred": True, "OrderNumber": made.number, "ErrorMessage": None})


@routes.post("/couriercancel")
def couriercancel(call: Call) -> Answer:
    """Cancel a call that is still to come."""
    world, number = call.world, document(call).text("OrderNumber", most=50, required=True)
    found = world.store.get(COURIERS, number)
    cancelled = found is not None and found.state == "open"
    if found is not None and cancelled:
        world.store.put(COURIERS, number, replace(found, state="cancelled"))
    return json({"OrderNumber": number, "Canceled": cancelled})


def _ordered(world: World, fields: Fields) -> CourierCall:
    ikn = ikn_of(world, fields)
    city = _city(fields)
    iso = _date(fields)
    start, end = _hours(fields)
    _check_not_late(world, city, iso, end)
    mass = fields.number("Weight") or 0
    if not 0 <= mass <= MASS_MOST_KG:
        raise fields.wrong("Weight", mass, f"нужно от 0 до {MASS_MOST_KG} кг")
    at_ms = max(world.now_ms, day_start_ms(iso) + start * MINUTE_MS)
    asked = CourierCall(
        "",
        ikn,
        city.name,
        fields.text("Address", most=255),
        fields.text("FIO", most=150, required=True),
        fields.text("Phone", most=100, required=True),
        iso,
        start,
        end,
        fields.whole("Number") or 0,
        int(mass * 1000),
        fields.text("Comment", most=255),
        at_ms,
    )
    number = call_number(world)
    made = replace(asked, number=number)
    world.store.put(COURIERS, number, made)
    world.later(DUTY, number, after_ms=at_ms - world.now_ms)
    return made


def _city(fields: Fields) -> City:
    """Return the city by its id, which goes before its name."""
    wanted = fields.whole("City_id")
    found = next((city for city in cities() if city.id == wanted), None) if wanted else None
    found = found or city_named(fields.text("City", most=50))
    if found is None:
        raise Refused(PARAMETERS, "Город вызова курьера не найден в citylist")
    return found


def _date(fields: Fields) -> str:
    text = fields.text("Date", most=20, required=True)
    try:
        found = date.fromisoformat(text.replace(".", "-")).isoformat()
    except ValueError:
        raise fields.wrong("Date", text, "нужна дата вида 2014.01.16") from None
    if found != text.replace(".", "-"):
        raise fields.wrong("Date", text, "нужна дата вида 2014.01.16")
    return found


def _hours(fields: Fields) -> tuple[int, int]:
    start, end = fields.whole("TimeStart"), fields.whole("TimeEnd")
    start, end = OPENS if start is None else start, CLOSES if end is None else end
    if not OPENS <= start < end <= CLOSES or end - start < SHORTEST:
        raise Refused(PARAMETERS, "Вызов курьера: с 9 до 18 (минуты 540-1080), интервал не менее 4 часов")
    return start, end


def _check_not_late(world: World, city: City, iso: str, end: int) -> None:
    today = day(world.now_ms)
    now = local(world.now_ms)
    latest = LATEST_TODAY.get(city.region, LATEST_TODAY_ELSEWHERE)
    if iso < today or (iso == today and now.hour * 60 + now.minute > min(latest, end)):
        raise Refused(UNEXPECTED, f"Вызов на {iso} опоздал: на текущий день до {latest // 60}:{latest % 60:02}")


def on_courier(world: World, due: Due) -> None:
    """Take what the client has ready for the courier: it is accepted now, and its journey goes on from there."""
    found = world.store.get(COURIERS, due.key)
    if found is None or found.state != "open":
        return
    taken = 0
    for sending in every(world):
        ready = sending.ikn == found.ikn and sending.getting_type == BY_COURIER and not sending.return_of
        parcel = world.parcel(sending.id)
        if not ready or parcel.paused or state(world, sending).code not in BEFORE_ACCEPTANCE:
            continue
        parcel = scan(world, parcel, Step(0, str(ACCEPTED)))
        if parcel.step < len(parcel.journey) and parcel.journey[parcel.step].code == str(ACCEPTED):
            if parcel.due:
                world.store.cut([parcel.due])
            world.skip_step(parcel)
        taken += 1
    world.store.put(COURIERS, found.number, replace(found, state="done", taken=taken))
