"""A courier's call from its taking in to the goods in the van, on the sender's clock.

Wire contract: `courier_api` §1.6, §2.4, §2.10 (the family `ve_ci_pickup_…`). Evidence ends at READY_FOR_APPOINTMENT;
the later states are the vendor's own description's. The courier is named an hour before his time and comes
in the middle of it (ours).
"""

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec.structs import replace

from ...core.parcel import Booked, Parcel
from ...core.records import Due
from ...core.world import World
from . import journeys, notices, payouts, settings
from .envelope import Error
from .geography import City, cities
from .intake_fields import address_of
from .local_time import local, moment_ms
from .records import INTAKE_DAYS, INTAKES, Intake, Order, Request, index_number, keep, order_of
from .registration import judge, next_number
from .returns import COMPANY, TO_OFFICE
from .tariffs import TARIFFS
from .wire_values import new_uuid

DUTY = "cdek.intake"
NAMES = {
    "ACCEPTED": "Принят",  # this word and the next as recorded: of an order, not of a call
    "CREATED": "Создан",
    "REMOVED": "Отменена",
    "READY_FOR_APPOINTMENT": "Готова к назначению",
    "APPOINTED_COURIER": "Назначен курьер",
    "DONE": "Выполнена",
    "PROBLEM_DETECTED": "Выявлена проблема",
    "PROCESSING_REQUIRED": "Требует обработки",
    "INVALID": "Некорректная заявка",
}
OVER = frozenset({"REMOVED", "INVALID", "DONE"})
WAITS = frozenset({"CREATED", "READY_FOR_APPOINTMENT"})  # the courier will come
LOOKED_AT = frozenset(
    {"PROCESSING_REQUIRED", "READY_FOR_APPOINTMENT", "APPOINTED_COURIER"}
)  # states it may be put off in
PROCESSING_MS = 2 * 3_600_000
FIRST_NUMBER = 40_000_000
EARLIEST, LATEST, SAME_DAY_UNTIL = 9 * 60, 22 * 60, 15 * 60  # minutes of the sender's day
DAYS_AHEAD_MOST = 31
NAMED_BEFORE_MINUTES = 60
LATE = Error("v2_late_intake", "Intake may be completed tomorrow")
CANNOT_CHANGE = Error("ve_ci_status_for_change_date_incorrect", "Статус заявки не позволяет её изменить")


def day_key(day: str, city: int, address: str) -> str:
    return f"{day}/{city}/{address}"


def changed(world: World, intake: Intake, state: str = "", **changes: object) -> Intake:
    """Put a changed copy of a call in its place, in another state when one is given."""
    if state:
        changes["statuses"] = (*intake.statuses, (state, world.now_ms))
    intake = replace(intake, **changes)
    world.store.put(INTAKES, intake.uuid, intake)
    return intake


def with_request(intake: Intake, uuid: str, state: str, *errors: Error) -> tuple[Request, ...]:
    return tuple(
        replace(request, state=state, errors=errors) if request.uuid == uuid else request for request in intake.requests
    )


def on_due(world: World, due: Due) -> None:
    """Bring a call to its next state; `note` is the verb, and what a request of the shop says beside it."""
    intake = world.store.get(INTAKES, due.key)
    verb, _, rest = due.note.partition(" ")
    if intake is None:
        return
    match verb:
        case "judge":
            _judge(world, intake)
        case "ready" if intake.state == "CREATED" or (intake.state == "PROCESSING_REQUIRED" and rest):
            _ready(world, intake)
        case "courier" if intake.state in WAITS:
            _courier(world, intake)
        case "come" if intake.state == "APPOINTED_COURIER":
            _come(world, intake)
        case "remove":
            _removed(world, intake, rest)
        case "wish":
            _wished(world, intake, *rest.split(" "))


def _judge(world: World, intake: Intake) -> None:
    if intake.state != "ACCEPTED":
        return
    made = intake.requests[0].uuid
    errors = tuple(errors_of(world, intake))
    if errors:
        forget_day(world, intake)
        changed(world, intake, "INVALID", requests=with_request(intake, made, "INVALID", *errors))
        return
    intake = changed(
        world,
        intake,
        "CREATED",
        number=str(FIRST_NUMBER + world.count("cdek.intake")),
        requests=with_request(intake, made, "SUCCESSFUL"),
    )
    world.later(DUTY, intake.uuid, after_ms=settings.number(world, "accept_after_ms"), note="ready")


def errors_of(world: World, intake: Intake) -> Iterator[Error]:
    """Yield what is wrong with a call, found a moment after it was taken in."""
    clock = local(city_of(intake), intake.statuses[0][1])
    day, today = date.fromisoformat(intake.date), clock.date
    if day < today or (day == today and intake.to_minute <= clock.minute):
        yield Error("ve_ci_pickup_date_expired", f"Дата {intake.date} уже прошла")
    if (day - today).days > DAYS_AHEAD_MOST:
        yield Error("ve_ci_pickup_date_too_large", f"Дата вызова не позднее {today + timedelta(DAYS_AHEAD_MOST)}")
    if intake.from_minute < EARLIEST:
        yield Error("ve_ci_pickup_time_too_small", "Время ожидания курьера не раньше 09:00")
    if intake.to_minute > LATEST:
        yield Error("ve_ci_pickup_time_too_large", "Время ожидания курьера не позже 22:00")
    if intake.to_minute <= intake.from_minute:
        yield Error("ve_ci_pickup_time_to_before_from", "Окончание ожидания должно быть позже начала")
    yield from _lunch_errors(intake)
    if intake.order:
        yield from _order_errors(world, intake)


def _lunch_errors(intake: Intake) -> Iterator[Error]:
    if intake.lunch is None:
        return
    begin, end = intake.lunch
    if begin < intake.from_minute:
        yield Error("ve_ci_pickup_lunch_too_small", "Обед начинается раньше ожидания курьера")
    if end > intake.to_minute:
        yield Error("ve_ci_pickup_lunch_too_large", "Обед заканчивается позже ожидания курьера")
    if begin == end:
        yield Error("ve_ci_pickup_lunch_interval_zero", "Обед длится ноль минут")
    if begin > end:
        yield Error("ve_ci_pickup_lunch_interval_incorrect", "Обед заканчивается раньше, чем начинается")


def _order_errors(world: World, intake: Intake) -> Iterator[Error]:
    order = judge(world, intake.order)
    if order.state != "CREATED" or world.parcel(order.uuid).scans:
        yield Error("error_validate_build_ci_from_order", "По заказу нельзя вызвать курьера")
    elif order.tariff in TARIFFS and TARIFFS[order.tariff][1].origin != "door":
        yield Error("ve_tariff_mode_not_from_door", "Режим тарифа не от двери")


def city_of(intake: Intake) -> City | None:
    return cities().get(intake.city)


def forget_day(world: World, intake: Intake) -> None:
    """Let the sender's door be called at that day by another."""
    for key in [key for key, uuid in world.store.scan(INTAKE_DAYS) if uuid == intake.uuid]:
        world.store.drop(INTAKE_DAYS, key)


# -- the day itself


def _ready(world: World, intake: Intake) -> None:
    """Make the call ready: for tomorrow when it came after 15:00 for today, or when its hours began while it waited."""
    if intake.state == "CREATED" and is_late(city_of(intake), intake.date, intake.statuses[0][1]):
        intake = _postponed(world, intake)
    while intake.state == "PROCESSING_REQUIRED" and _at_ms(intake, intake.from_minute) < world.now_ms:
        intake = _postponed(world, intake)
    plan(world, intake)


def is_late(city: City | None, day: str, at_ms: int) -> bool:
    """Tell whether a call made at a moment is for that very day, and too late for it."""
    clock = local(city, at_ms)
    return day == clock.date.isoformat() and clock.minute >= SAME_DAY_UNTIL


def _postponed(world: World, intake: Intake) -> Intake:
    """Return the call a day later; that day is taken at this door from now on."""
    forget_day(world, intake)
    day = (date.fromisoformat(intake.date) + timedelta(1)).isoformat()
    world.store.put(INTAKE_DAYS, day_key(day, intake.city, address_of(intake.echo["from_location"])), intake.uuid)
    return replace(intake, date=day)


def plan(world: World, intake: Intake) -> None:
    """Let the courier come in the hours of the day, and the order's goods move when he has them."""
    intake = changed(world, intake, "READY_FOR_APPOINTMENT")
    come_ms = _at_ms(intake, (intake.from_minute + intake.to_minute) // 2)
    for verb, at_ms in (("courier", _at_ms(intake, intake.from_minute - NAMED_BEFORE_MINUTES)), ("come", come_ms)):
        world.later(DUTY, intake.uuid, after_ms=at_ms - world.now_ms, note=verb)
    if intake.order:
        journeys.start_at(world, world.parcel(intake.order), come_ms)


def _at_ms(intake: Intake, minute: int) -> int:
    return moment_ms(city_of(intake), date.fromisoformat(intake.date), minute)


def _courier(world: World, intake: Intake) -> None:
    intake = changed(world, intake, "APPOINTED_COURIER")
    if intake.order:
        notices.courier_notice(world, order_of(world, intake.order), "INTAKE", intake.number)


def _come(world: World, intake: Intake) -> None:
    """Take the goods; of an order that is gone, or moved without the courier, there is nothing to take."""
    if not intake.order:
        changed(world, intake, "DONE", charge=_charged(world))
        return
    parcel = world.parcel(intake.order)
    changed(world, intake, "PROBLEM_DETECTED" if parcel.cancelled or parcel.scans else "DONE")


def _charged(world: World) -> str:
    """Keep an order that stands for a call without one, so that the next registry bills it; its uuid, "" if free."""
    cost_minor = settings.number(world, "intake_cost_minor")
    if not cost_minor:
        return ""
    uuid, number = new_uuid(world, "order"), next_number(world)
    order = Order(uuid, uuid, 2, TO_OFFICE, (), 0, 0, world.now_ms, "", "CREATED", world.now_ms, world.now_ms, number)
    echo = {"recipient": {"name": COMPANY, "company": COMPANY}, "has_reverse_order": False}
    keep(world, replace(order, echo=echo, role="pickup", delivery_cost_minor=cost_minor))
    index_number(world, uuid, uuid)
    parcel = world.add(Parcel(uuid, notices.CARRIER, number, uuid, (Booked(world.now_ms),)))
    payouts.ended(world, parcel)
    return uuid


# -- what the shop wants of it later


def final(intake: Intake) -> Error:
    """Return why a call that is over cannot be called off."""
    return Error("v2_entity_has_final_status", f"Operation is forbidden. Entity has final status {intake.state}")


def _removed(world: World, intake: Intake, request_uuid: str) -> None:
    if intake.state in OVER:
        changed(world, intake, requests=with_request(intake, request_uuid, "INVALID", final(intake)))
        return
    forget_day(world, intake)
    changed(world, intake, "REMOVED", requests=with_request(intake, request_uuid, "SUCCESSFUL"))


def _wished(world: World, intake: Intake, request_uuid: str, add_status: str = "") -> None:
    """Let nobody come until the carrier has looked at the call; two hours later it is ready again (ours)."""
    if intake.state not in LOOKED_AT:
        changed(world, intake, requests=with_request(intake, request_uuid, "INVALID", CANNOT_CHANGE))
        return
    requests = with_request(intake, request_uuid, "SUCCESSFUL")
    changed(world, intake, "PROCESSING_REQUIRED", requests=requests, add_status=add_status)
    world.later(DUTY, intake.uuid, after_ms=PROCESSING_MS, note=f"ready {request_uuid}")
