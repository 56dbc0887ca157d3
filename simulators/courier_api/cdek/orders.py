"""Orders over the wire: register, read, delete, refuse, send back.

Wire contract: `courier_api` §1.5.
"""

from typing import Any

from ...core.errors import Rejected
from ...core.parcel import Step
from ...core.records import Due
from ...core.world import World
from ...wire.call import Answer, Call
from . import geography, notices, registration, returns, settings
from .body import Reader, document
from .envelope import Error, Operations, Refused, enveloped, is_empty, not_found, request_row, wrong_value
from .judgement import live_scans
from .lives import scan
from .order_fields import read_order, settled
from .order_view import entity, related, request_rows
from .prices import serves
from .records import BY_SHOP_NUMBER, ORDERS, Order, Request, changed, order_of, with_request
from .statuses import ENDS, REFUSED
from .tariffs import TARIFFS
from .wire_values import new_uuid

ACT = "cdek.act"
CANNOT_DELETE = Error("error_validate_order_delete_status", "Удаление заказа в текущем статусе невозможно")
BUSY = Error("v2_similar_request_still_processed", "Similar request is still processed")
OPEN = ("ACCEPTED", "WAITING")

routes = Operations()


@routes.post("/v2/orders", refused_as="CREATE")
def register_order(call: Call) -> Answer:
    """Take an order in; what is wrong with it shows later, on GET."""
    world = call.world
    draft = read_order(world, document(call), call.origin)
    order = registration.take_in(world, settled(world, draft, new_uuid(world, "request")))
    return enveloped(world, {"uuid": order.uuid}, request_rows(order), status=202)


@routes.get("/v2/orders/{uuid}")
def get_order(call: Call) -> Answer:
    return _shown(call.world, _asked(call))


@routes.get("/v2/orders")
def find_order(call: Call) -> Answer:
    """Read an order by the carrier's number, or the newest one with the shop's."""
    world, query = call.world, call.query
    if number := query.get("cdek_number", "").strip():
        parcel = world.by_number(notices.CARRIER, number)
        if parcel is None:
            raise Refused(Error("v2_order_not_found", f"Order not found by cdek_number {number[:80]}"))
        return _shown(world, order_of(world, parcel.id))
    if number := query.get("im_number", "").strip():
        found = world.store.get(BY_SHOP_NUMBER, number)
        if found is None:
            raise Refused(Error("v2_entity_not_found_im_number", f"Entity is not found by im_number {number[:80]}"))
        return _shown(world, order_of(world, found[-1]))
    raise Refused(is_empty("cdek_number"))


def _shown(world: World, order: Order) -> Answer:
    return enveloped(world, entity(world, order), request_rows(order), related(world, order))


def _asked(call: Call) -> Order:
    uuid = call.params["uuid"]
    found = call.world.store.get(ORDERS, uuid.lower())
    if found is None:
        raise not_found(call.world, uuid)
    return found


# -- operations on an order: refused at once, or taken in and done a moment later


@routes.delete("/v2/orders/{uuid}")
def delete_order(call: Call) -> Answer:
    """Take a removal in: for an order that is registered, or about to be, and whose goods have not moved."""
    world, order = call.world, _asked(call)
    _one_at_a_time(order, "DELETE")
    if order.state not in ("ACCEPTED", "CREATED") or world.parcel(order.uuid).scans:
        raise Refused(CANNOT_DELETE)
    return _taken_in(world, order, "DELETE", status=settings.choice(world, "order_delete_status"))


@routes.post("/v2/orders/{uuid}/refusal")
def refuse_order(call: Call) -> Answer:
    """Take a refusal in; the body, if any, says nothing."""
    world, order = call.world, _asked(call)
    document(call, optional=True)
    _one_at_a_time(order, "CREATE_REFUSAL")
    if order.state not in ("ACCEPTED", "CREATED") or _ended(world, order):
        raise Refused(Error("v2_entity_invalid", "Order is in a final status"))
    return _taken_in(world, order, "CREATE_REFUSAL")


@routes.post("/v2/orders/{uuid}/clientReturn")
def client_return(call: Call) -> Answer:
    """Take a client return in; the answer names the direct order."""
    world, order = call.world, _asked(call)
    reader = Reader(document(call))
    tariff = reader.whole("tariff_code", required=True)
    if tariff is not None and tariff not in TARIFFS:
        reader.errors.append(wrong_value("tariff_code", tariff))
    reader.refuse_if_wrong()
    _one_at_a_time(order, "CREATE_CLIENT_RETURN")
    if order.role or not any(done.code == "DELIVERED" for done in live_scans(world.parcel(order.uuid))):
        raise Refused(Error("v2_entity_invalid", "Client return needs a delivered order"))
    return _taken_in(world, order, "CREATE_CLIENT_RETURN", note=str(tariff))


def _one_at_a_time(order: Order, kind: str) -> None:
    if any(request.kind == kind and request.state in OPEN for request in order.requests):
        raise Refused(BUSY)


def _ended(world: World, order: Order) -> bool:
    return any(done.code in ENDS for done in live_scans(world.parcel(order.uuid)))


def _taken_in(world: World, order: Order, kind: str, *, status: int = 202, note: str = "") -> Answer:
    """Note the operation and plan it; it waits while another one on the same order runs."""
    state = "WAITING" if any(request.state in OPEN for request in order.requests) else "ACCEPTED"
    request = Request(new_uuid(world, "request"), kind, world.now_ms, state)
    changed(world, order, requests=(*order.requests, request))
    world.later(ACT, f"{order.uuid}/{request.uuid}", after_ms=settings.number(world, "accept_after_ms"), note=note)
    row = request_row(request.uuid, kind, request.at_ms, state)
    return enveloped(world, {"uuid": order.uuid}, [row], status=status)


def act(world: World, due: Due) -> None:
    """Do what was taken in, or find that it can no longer be done."""
    uuid, _, request_uuid = due.key.partition("/")
    registration.judge(world, uuid)
    order = order_of(world, uuid)
    kind = next(request.kind for request in order.requests if request.uuid == request_uuid)
    error = ACTS[kind](world, order, due.note)
    order = order_of(world, uuid)
    outcome: dict[str, Any] = {"state": "INVALID", "errors": (error,)} if error else {"state": "SUCCESSFUL"}
    changed(world, order, requests=with_request(order, request_uuid, **outcome))


def _delete(world: World, order: Order, note: str) -> Error | None:
    if order.state != "CREATED":
        return CANNOT_DELETE
    try:
        registration.remove(world, order)
    except Rejected:
        return CANNOT_DELETE
    return None


def _refusal(world: World, order: Order, note: str) -> Error | None:
    if order.state != "CREATED" or _ended(world, order):
        return Error("v2_entity_invalid", "Order is in a final status")
    parcel = world.travel(world.parcel(order.uuid), ())
    scan(world, parcel, Step(0, "NOT_DELIVERED", reason=REFUSED))
    return None


def _client_return(world: World, order: Order, note: str) -> Error | None:
    ends = (geography.cities().get(order.target), geography.cities().get(order.origin))
    if not ends[0] or not ends[1] or not serves(*TARIFFS[int(note)], ends[0], ends[1]):
        return Error("error_validate_tariff_not_supported_for_this_drirection", f"Тариф {note} не поддерживается")
    made = returns.client_return(world, order, int(note))
    return None if made else Error("v2_entity_invalid", "Nothing was handed over")


ACTS = {"DELETE": _delete, "CREATE_REFUSAL": _refusal, "CREATE_CLIENT_RETURN": _client_return}
