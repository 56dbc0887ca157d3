"""Operations on an order that are taken in now and done a moment later; what refuses them at once.

Wire contract: `courier_api` §1.3 "Envelope", §1.5.4, §2.9.
"""

from typing import Any

from ...core.world import World
from ...wire.call import Answer, Call
from . import settings
from .body import Reader
from .envelope import Error, Refused, enveloped, not_found, request_row
from .judgement import live_scans
from .notices import CARRIER
from .records import ORDERS, Order, Request, changed, order_of
from .statuses import ENDS
from .wire_values import new_uuid

ACT = "cdek.act"
BUSY = Error("v2_similar_request_still_processed", "Similar request is still being processed")
NO_NUMBER = Error("v2_order_number_empty", "Order number and order uuid are empty")
FOREIGN = "1999999999"  # another merchant's: it can stand in a registry, and no order of ours ever has it
OPEN = ("ACCEPTED", "WAITING")


def asked(call: Call) -> Order:
    """Return the order that the path names.

    Raises:
        Refused: nobody knows it.
    """
    return by_uuid(call.world, call.params["uuid"])


def named(world: World, reader: Reader, key: str = "order_uuid") -> Order:
    """Return the order that a body names by its uuid under `key`, or by the carrier's number.

    Raises:
        Refused: neither is given, or nobody knows it, or one of them is no text.
    """
    uuid, number = reader.text(key) or "", reader.text("cdek_number") or ""
    reader.refuse_if_wrong()
    if uuid:
        return by_uuid(world, uuid)
    if not number:
        raise Refused(NO_NUMBER)
    return by_number(world, number)


def by_uuid(world: World, uuid: str) -> Order:
    """Return the order with a uuid.

    Raises:
        Refused: nobody knows it.
    """
    found = world.store.get(ORDERS, uuid.strip().lower())
    if found is None:
        raise not_found(world, uuid)
    return found


def by_number(world: World, number: str) -> Order:
    """Return the order with the carrier's number.

    Raises:
        Refused: nobody knows it.
    """
    parcel = world.by_number(CARRIER, number.strip())
    if parcel is None and number.strip() == FOREIGN and settings.choice(world, "foreign_order") == "forbidden":
        raise Refused(Error("v2_order_forbidden", f"Order {FOREIGN} belongs to another contract"))
    if parcel is None:
        raise Refused(Error("v2_order_not_found", f"Order not found by cdek_number {number[:80]}"))
    return order_of(world, parcel.id)


def one_at_a_time(order: Order, kind: str) -> None:
    """Refuse an operation while another of its kind runs on the same order."""
    if any(request.kind == kind and request.state in OPEN for request in order.requests):
        raise Refused(BUSY)


def ended(world: World, order: Order) -> bool:
    return any(done.code in ENDS for done in live_scans(world.parcel(order.uuid)))


def taken_in(
    world: World, order: Order, kind: str, *, status: int = 202, note: str = "", warnings: tuple[Error, ...] = ()
) -> Answer:
    """Note the operation and plan it; it waits while another one on the same order runs."""
    state = "WAITING" if any(request.state in OPEN for request in order.requests) else "ACCEPTED"
    request = Request(new_uuid(world, "request"), kind, world.now_ms, state, warnings=warnings)
    changed(world, order, requests=(*order.requests, request))
    world.later(ACT, f"{order.uuid}/{request.uuid}", after_ms=settings.number(world, "accept_after_ms"), note=note)
    row: dict[str, Any] = request_row(request.uuid, kind, request.at_ms, state, warnings=warnings)
    return enveloped(world, {"uuid": order.uuid}, [row], status=status)
