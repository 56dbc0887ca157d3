"""What becomes of an agreement about a delivery: judged, kept, and the order's way bent to it.

Wire contract: `courier_api` §1.8, §2.4, §2.10; the states after ACCEPTED are the vendor's own description's.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from ...core.records import Due
from ...core.world import World
from . import journeys, notices, registration
from .deferred import ended
from .envelope import Error
from .geography import City
from .intervals import NOT_UNDER_WAY, goes_to, slot_key
from .judgement import origin_of, target_of
from .local_time import local, moment_ms
from .offices import office
from .prices import offer
from .records import AGREED, AGREEMENTS, AGREEMENTS_OF, Agreement, Order, Request, live_agreement, order_of
from .tariffs import TARIFFS
from .wire_values import day, new_uuid

DUTY = "cdek.agreement"
NAMES = {
    "ACCEPTED": "Принята",
    "PROCESSING": "Зарегистрирована",
    "INVALID": "Некорректна",
    "CANCEL": "Аннулирована",
}
DAYS_MOST = 14  # after the planned day
NOON = 12 * 60


def kept(world: World, order: Order, source: str, **asked: Any) -> Agreement:
    """Keep a new agreement that was not judged yet."""
    agreement = Agreement(
        uuid=new_uuid(world, "agreement"),
        order=order.uuid,
        source=source,
        statuses=(("ACCEPTED", world.now_ms),),
        requests=(Request(new_uuid(world, "request"), "CREATE", world.now_ms, "ACCEPTED"),),
        **asked,
    )
    world.store.put(AGREEMENTS, agreement.uuid, agreement)
    known = world.store.get(AGREEMENTS_OF, order.uuid) or ()
    world.store.put(AGREEMENTS_OF, order.uuid, (*known, agreement.uuid))
    return agreement


def on_due(world: World, due: Due) -> None:
    judge(world, due.key)


def judge(world: World, uuid: str) -> None:
    """Find an agreement invalid, or let it hold."""
    agreement = world.store.get(AGREEMENTS, uuid)
    if agreement is None or agreement.statuses[-1][0] != "ACCEPTED":
        return
    order = order_of(world, agreement.order)
    after = moved(order, agreement)
    errors = tuple(_errors(world, order, after, agreement))
    if errors:
        _put(world, agreement, "INVALID", "INVALID", errors)
        return
    let_go(world, order)
    _put(world, agreement, "PROCESSING", "SUCCESSFUL", ())
    _count(world, after, agreement, 1)
    after = registration.revise(world, order, after, planned=agreement.date)
    _bend(world, order, after, agreement)
    notices.agreement_notice(world, after, agreement, goes_to(after))


def _put(world: World, agreement: Agreement, code: str, state: str, errors: tuple[Error, ...]) -> None:
    requests = tuple(replace(request, state=state, errors=errors) for request in agreement.requests)
    statuses = (*agreement.statuses, (code, world.now_ms))
    world.store.put(AGREEMENTS, agreement.uuid, replace(agreement, statuses=statuses, requests=requests))


def _errors(world: World, order: Order, after: Order, agreement: Agreement) -> Iterator[Error]:
    if order.state != "CREATED" or ended(world, order):
        yield NOT_UNDER_WAY
        return
    city = target_of(order)
    today, wanted = local(city, world.now_ms).date, date.fromisoformat(agreement.date)
    if agreement.date < day(order.created_ms) or wanted < today:
        yield Error(
            "error_validate_dd_date_delivery_before_order_date",
            f"Дата доставки {agreement.date} не может быть раньше {max(day(order.created_ms), today.isoformat())}",
        )
    last = max(today, date.fromisoformat(order.planned_date or agreement.date)) + timedelta(DAYS_MOST)
    if wanted > last:
        yield Error("delivery_date_too_late", f"Дата доставки не может быть позже {last.isoformat()}")
    if _no_tariff(after, city, agreement):
        text = f"Тариф {order.tariff} не поддерживается по данному направлению"
        yield Error("error_validate_tariff_not_supported_for_this_drirection", text)


def _no_tariff(after: Order, city: City | None, agreement: Agreement) -> bool:
    """Tell whether the order's family of tariffs cannot end where the agreement wants it to."""
    if agreement.delivery_point:
        start = origin_of(after)
        return goes_to(after) != "office" or not start or not city or offer(after.tariff, start, city, []) is None
    return bool(agreement.to_location) and goes_to(after) != "door"


def moved(order: Order, agreement: Agreement) -> Order:
    """Return the order as it goes when the agreement holds: elsewhere, by the tariff of its family that ends there."""
    echo = {key: value for key, value in order.echo.items() if key != "to_location"}
    if agreement.delivery_point:
        found = office(agreement.delivery_point)
        code = found.code if found else agreement.delivery_point
        return replace(order, delivery_point=code, echo=echo, tariff=_tariff_to(order, "office"))
    if agreement.to_location:
        city = target_of(order)
        echo["to_location"] = agreement.to_location
        return replace(
            order, delivery_point="", echo=echo, target=city.code if city else 0, tariff=_tariff_to(order, "door")
        )
    return order


def _tariff_to(order: Order, target: str) -> int:
    """Return the tariff of the order's family from the same start to such an end; its own when there is none."""
    if order.tariff not in TARIFFS:
        return order.tariff
    family, mode = TARIFFS[order.tariff]
    wanted = (mode.origin, target)
    ends = {code: (TARIFFS[code][1].origin, TARIFFS[code][1].target) for code, _ in family.codes}
    return next((code for code, found in ends.items() if found == wanted), order.tariff)


def minutes(agreement: Agreement) -> tuple[int, int]:
    """Return the agreed hours as minutes of the day; noon when none were said."""
    times = [int(text[:2]) * 60 + int(text[3:5]) for text in (agreement.time_from, agreement.time_to) if text]
    return (times[0], times[1]) if len(times) == 2 else (NOON, NOON)


def _bend(world: World, before: Order, after: Order, agreement: Agreement) -> None:
    begin, end = minutes(agreement)
    at_ms = moment_ms(target_of(after), date.fromisoformat(agreement.date), (begin + end) // 2)
    parcel = world.parcel(after.uuid)
    if goes_to(after) != goes_to(before):
        parcel = journeys.reroute(world, parcel, goes_to(after))
    journeys.meet_at(world, parcel, at_ms)


def let_go(world: World, order: Order) -> None:
    """Let the agreement that held so far hold no more: a new one takes its place, or the order goes elsewhere."""
    held = live_agreement(world, order.uuid)
    if held is not None:
        _count(world, order, held, -1)
        statuses = (*held.statuses, ("CANCEL", world.now_ms))
        world.store.put(AGREEMENTS, held.uuid, replace(held, statuses=statuses))


def _count(world: World, order: Order, agreement: Agreement, more: int) -> None:
    if agreement.time_from and agreement.time_to:
        key = slot_key(target_of(order), agreement.date, *minutes(agreement))
        world.store.put(AGREED, key, max(0, (world.store.get(AGREED, key) or 0) + more))
