"""Webhooks out: who is told what, and the bytes.

Wire contract: `courier_api` §1.12. No signature; one attempt; the receiver has 15 s; nothing is sent again.
"""

from typing import Any

import msgspec

from ...core.parcel import Scan
from ...core.records import Due
from ...core.world import Effect, Outcome, World
from ...wire import webhooks
from ...wire.call import JSON
from . import geography, settings
from .records import SUBSCRIPTIONS, Form, Order, order_of
from .statuses import Row
from .wire_values import moment_plain

CARRIER = "cdek"
DUTY = "cdek.webhook"
TIMEOUT_MS = 15_000
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
DIRECT = {"return": "direct_order", "client_return": "client_direct_order"}


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


def _status_attributes(world: World, order: Order, row: Row, scan: Scan | None) -> dict[str, Any]:
    spelling = row.office if settings.choice(world, "webhook_spelling") == "OFFICE" and row.office else row.code
    found: dict[str, Any] = {
        "is_return": order.role == "return",
        "is_reverse": False,
        "is_client_return": order.role == "client_return",
        "cdek_number": order.cdek_number,
        "number": order.number,
        "code": spelling,
        "status_code": row.number,
    }
    if scan is not None and scan.reason:
        found["status_reason_code"] = scan.reason
    found["status_date_time"] = moment_plain(world.now_ms if scan is None else scan.occurred_ms)
    city = geography.named(scan.place) if scan is not None else None
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
    listening = [key for key, found in world.store.scan(SUBSCRIPTIONS) if found.kind == kind]
    if not listening:
        return
    notice = {"type": kind, "date_time": moment_plain(world.now_ms), "uuid": uuid, "attributes": attributes}
    body = msgspec.json.encode(notice).decode()
    for key in listening:
        webhooks.plan(world, CARRIER, DUTY, f"{key}/{kind}/{event}", note=body, reference=reference)


def send(world: World, due: Due) -> Effect | None:
    """Send a notice to its subscription, unless that was deleted meanwhile."""
    found = world.store.get(SUBSCRIPTIONS, due.key.partition("/")[0])
    if found is None:
        return None
    return Effect(DUTY, due.key, world.now_ms, found.url, {"Content-Type": JSON}, due.note.encode(), TIMEOUT_MS)


def learn(world: World, effect: Effect, outcome: Outcome) -> None:
    """Record the attempt; a failed one is not repeated (`retryable: false`)."""
    webhooks.record(world, CARRIER, effect.key.partition("/")[2], effect, outcome)
