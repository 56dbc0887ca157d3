"""Webhooks out: who is told what, and the bytes.

Wire contract: `courier_api` §1.12. No signature; one attempt; the receiver has 15 s; nothing is sent again, unless a
tenant wants the manners of the vendor's newest description.
"""

from typing import Any

import msgspec

from ...core.parcel import Scan
from ...core.records import Due
from ...core.world import Effect, Outcome, World
from ...wire import webhooks
from ...wire.call import JSON
from . import geography, settings
from .judgement import ends_of
from .records import SUBSCRIPTIONS, Agreement, Form, Order, order_of
from .statuses import Row
from .wire_values import moment_plain

CARRIER = "cdek"
DUTY = "cdek.webhook"
UNSUBSCRIBE = "cdek.unsubscribe"
TIMED_OUT, TRY = "timeout", " try "
ATTEMPTS_MOST, APART_MS, DAY_MS = 12, 75 * 60_000 // 11, 86_400_000
TYPES = (
    "ORDER_STATUS",
    "ORDER_MODIFIED",
    "PRINT_FORM",
    "RECEIPT",
    "DOWNLOAD_PHOTO",
    "PREALERT_CLOSED",
    "ACCOMPANYING_WAYBILL",
    "OFFICE_AVAILABILITY",
    "DELIV_PROBLEM",
    "DELIV_AGREEMENT",
    "COURIER_INFO",
)
DIRECT = {"return": "direct_order", "client_return": "client_direct_order", "reverse": "direct_order"}
PLACES = {"door": "DOOR", "office": "WAREHOUSE", "locker": "POSTAMAT"}
CARS = ("Lada Largus", "ГАЗель Next", "Ford Transit", "Renault Kangoo", "Citroen Berlingo")
COURIERS = ("Алексей", "Бахтияр", "Владимир", "Динара", "Игорь", "Мария", "Руслан", "Сергей")


def status_notice(world: World, order: Order, row: Row, scan: Scan | None = None, *, deleted: bool = False) -> None:
    """Tell subscribers of a status that has a webhook number: of ACCEPTED and INVALID nobody is told."""
    attributes = _status_attributes(world, order, row, scan) | ({"deleted": True} if deleted else {})
    _tell(world, "ORDER_STATUS", order.uuid, attributes, order.number, f"{order.cdek_number}/{row.code}")


def form_notice(world: World, form: Form, url: str) -> None:
    """Tell subscribers that a print form is ready."""
    kind = "WAYBILL" if form.kind == "orders" else "BARCODE"
    if settings.choice(world, "webhook_print_type") == "lower":
        kind = "receipt" if kind == "WAYBILL" else "barcode"
    _tell(world, "PRINT_FORM", form.uuid, {"type": kind, "url": url}, "", f"{form.uuid}/READY")


def modified_notice(world: World, order: Order, modification: str, kind: str, value: str) -> None:
    """Tell subscribers that the carrier's plan or bill of an order is another than before."""
    attributes = {"modification_type": modification, "new_value": {"type": kind, "value": value}}
    _tell_of(world, "ORDER_MODIFIED", order, attributes, modification)


def problem_notice(world: World, order: Order, code: str, at_ms: int) -> None:
    attributes = {"cdek_number": order.cdek_number, "number": order.number, "code": code}
    _tell_of(world, "DELIV_PROBLEM", order, {**attributes, "create_date": moment_plain(at_ms)}, code)


def agreement_notice(world: World, order: Order, agreement: Agreement, place: str) -> None:
    """Tell subscribers what was agreed about a delivery; `place` is where the order goes now: door, office, locker."""
    attributes = {
        "delivery_uuid": agreement.uuid,
        "date_time": moment_plain(world.now_ms),
        "cdek_number": order.cdek_number,
        "date": agreement.date,
        "time_from": agreement.time_from and f"{agreement.time_from}:00",
        "time_to": agreement.time_to and f"{agreement.time_to}:00",
        "comment": agreement.comment,
        "source": agreement.source,
        "type": PLACES[place],
        "delivery_point": agreement.delivery_point,
    }
    shown = {key: value for key, value in attributes.items() if value}
    _tell_of(world, "DELIV_AGREEMENT", order, shown, agreement.date)


def courier_notice(world: World, order: Order, task: str, intake_number: str = "") -> None:
    """Tell subscribers who comes: DELIVERY or INTAKE. The courier is drawn from the tenant's seed.

    The newest description calls an intake DEMAND and names it by its number; public clients know INTAKE only.
    """
    if not _listening(world, "COURIER_INFO"):
        return
    chance = world.dice("cdek.courier", f"{order.uuid}/{task}")
    letters = "".join(chance.choice("АВЕКМНОРСТУХ") for _ in range(3))
    courier = {
        "name": chance.choice(COURIERS),
        "car_model": chance.choice(CARS),
        "registration_mark": f"{letters[0]}{chance.randrange(1, 1000):03}{letters[1:]}77",
        "phone": f"7900{chance.randrange(10**7):07}",
    }
    attributes = {"task_type": task, "cdek_number": order.cdek_number, "courier": courier}
    if intake_number and settings.choice(world, "courier_task_word") == "DEMAND":
        attributes = {"task_type": "DEMAND", "intake_number": intake_number, "courier": courier}
    _tell_of(world, "COURIER_INFO", order, attributes, task)


def prealert_notice(world: World, uuid: str, number: str, closed_date: str, fact_point: str) -> None:
    """Tell subscribers that a hand-over list is closed."""
    attributes = {"prealert_number": number, "closed_date": closed_date, "fact_shipment_point": fact_point}
    _tell(world, "PREALERT_CLOSED", uuid, attributes, "", f"{number}/CLOSED")


def photo_notice(world: World, order: Order, uuid: str, link: str, create_date: str) -> None:
    """Tell subscribers where the photos of an order's papers are; `uuid` is theirs."""
    attributes = {"cdek_number": order.cdek_number, "link": link, "create_date": create_date}
    _tell(world, "DOWNLOAD_PHOTO", uuid, attributes, order.number, f"{order.cdek_number}/PHOTO")


def haul_notice(world: World, order: Order, papers: dict[str, Any]) -> None:
    """Tell subscribers on which flight or lorry an order travels."""
    attributes = {"cdek_number": order.cdek_number, **papers}
    _tell_of(world, "ACCOMPANYING_WAYBILL", order, attributes, "LINE_HAUL")


def office_notice(world: World, uuid: str, code: str, *, available: bool) -> None:
    """Tell subscribers that an office takes parcels again, or no more; `uuid` is the office's (inferred)."""
    kind = "AVAILABLE_OFFICE" if available else "UNAVAILABLE_OFFICE"
    _tell(world, "OFFICE_AVAILABILITY", uuid, {"type": kind, "code": code}, "", f"{code}/{kind}")


def _tell_of(world: World, kind: str, order: Order, attributes: dict[str, Any], event: str) -> None:
    _tell(world, kind, order.uuid, attributes, order.number, f"{order.cdek_number}/{event}")


def _status_attributes(world: World, order: Order, row: Row, scan: Scan | None) -> dict[str, Any]:
    spelling = row.office if settings.choice(world, "webhook_spelling") == "OFFICE" and row.office else row.code
    found: dict[str, Any] = {
        "is_return": order.role == "return",
        "is_reverse": order.role == "reverse",
        "is_client_return": order.role == "client_return",
        "cdek_number": order.cdek_number,
        "number": order.number,
        "code": spelling,
        "status_code": row.number,
    }
    if scan is not None and scan.reason:
        found["status_reason_code"] = scan.reason
    found["status_date_time"] = moment_plain(world.now_ms if scan is None else scan.occurred_ms)
    city = geography.named(scan.place, among=ends_of(order)) if scan is not None else None
    if scan is not None and scan.place:
        found[settings.choice(world, "webhook_city_key")] = scan.place
    if city is not None:
        found |= {"city_code": str(city.code), "city_uuid": city.uuid}
    direct = [_direct(world, order.role, related.uuid) for related in order.related if "direct" in related.kind]
    return found | ({"related_entities": direct} if direct else {})


def _direct(world: World, role: str, uuid: str) -> dict[str, str]:
    return {"type": DIRECT[role], "cdek_number": order_of(world, uuid).cdek_number, "uuid": uuid}


def _tell(world: World, kind: str, uuid: str, attributes: dict[str, Any], reference: str, event: str) -> None:
    """Plan one notice for each subscription of a type; its bytes are made here, once."""
    listening = _listening(world, kind)
    if not listening:
        return
    notice = {"type": kind, "date_time": moment_plain(world.now_ms), "uuid": uuid, "attributes": attributes}
    body = msgspec.json.encode(notice).decode()
    for key in listening:
        webhooks.plan(world, CARRIER, DUTY, f"{key}/{kind}/{event}", note=body, reference=reference)


def _listening(world: World, kind: str) -> list[str]:
    return [key for key, found in world.store.scan(SUBSCRIPTIONS) if found.kind == kind]


def send(world: World, due: Due) -> Effect | None:
    """Send a notice to its subscription, unless that was deleted meanwhile."""
    found = world.store.get(SUBSCRIPTIONS, due.key.partition("/")[0])
    if found is None:
        return None
    timeout_ms = settings.number(world, "webhook_timeout_s") * 1000
    return Effect(DUTY, due.key, world.now_ms, found.url, {"Content-Type": JSON}, due.note.encode(), timeout_ms)


def learn(world: World, effect: Effect, outcome: Outcome) -> None:
    """Record the attempt. A failed one is not repeated (`retryable: false`), unless the tenant wants the newer manners.

    By those a time-out is tried again, twelve times in 75 minutes, before every subscription of that address goes; any
    other answer than 200 costs the subscription a day later.
    """
    key, _, tried = effect.key.partition(TRY)
    subscription, _, event = key.partition("/")
    webhooks.record(world, CARRIER, event, effect, outcome)
    if outcome.status == 200 or settings.choice(world, "webhook_manners") == "once":
        return
    if outcome.error != TIMED_OUT:
        world.later(UNSUBSCRIBE, subscription, after_ms=DAY_MS)
    elif int(tried or 1) < ATTEMPTS_MOST:
        again = f"{key}{TRY}{int(tried or 1) + 1}"
        world.later(DUTY, again, after_ms=APART_MS, note=effect.body.decode())
    else:
        for found in [row for _, row in world.store.scan(SUBSCRIPTIONS) if row.url == effect.url]:
            world.store.drop(SUBSCRIPTIONS, found.uuid)


def unsubscribe(world: World, due: Due) -> None:
    """Forget a subscription whose receiver did not answer 200 a day ago."""
    if world.store.get(SUBSCRIPTIONS, due.key) is not None:
        world.store.drop(SUBSCRIPTIONS, due.key)
