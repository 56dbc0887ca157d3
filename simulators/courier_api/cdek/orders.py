"""Orders over the wire: register, read, delete, refuse, send back; and what becomes of what was taken in.

Wire contract: `courier_api` §1.5.
"""

from ...core.errors import Rejected
from ...core.parcel import Step
from ...core.records import Due
from ...core.world import World
from ...wire.call import Answer, Call
from . import changes, geography, registration, returns, reverse, settings
from .body import Reader, document
from .deferred import asked, by_number, ended, one_at_a_time, taken_in
from .envelope import Error, Operations, Refused, enveloped, is_empty, wrong_value
from .judgement import live_scans
from .lives import scan
from .order_fields import read_order, settled
from .order_view import entity, related, request_rows
from .prices import serves
from .records import BY_SHOP_NUMBER, Order, changed, order_of, with_request
from .statuses import REFUSED
from .tariffs import TARIFFS
from .wire_values import new_uuid

CANNOT_DELETE = Error("error_validate_order_delete_status", "Удаление заказа в текущем статусе невозможно")
ENDED = Error("v2_entity_invalid", "Order is in a final status")

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
    return _shown(call.world, asked(call))


@routes.get("/v2/orders")
def find_order(call: Call) -> Answer:
    """Read an order by the carrier's number, or the newest one with the shop's."""
    world, query = call.world, call.query
    if number := query.get("cdek_number", "").strip():
        return _shown(world, by_number(world, number))
    if number := query.get("im_number", "").strip():
        found = world.store.get(BY_SHOP_NUMBER, number)
        if found is None:
            raise Refused(Error("v2_entity_not_found_im_number", f"Entity is not found by im_number {number[:80]}"))
        return _shown(world, order_of(world, found[-1]))
    raise Refused(is_empty("cdek_number"))


def _shown(world: World, order: Order) -> Answer:
    return enveloped(world, entity(world, order), request_rows(order), related(world, order))


# -- operations on an order: refused at once, or taken in and done a moment later


@routes.delete("/v2/orders/{uuid}")
def delete_order(call: Call) -> Answer:
    """Take a removal in: for an order that is registered, or about to be, and whose goods have not moved."""
    world, order = call.world, asked(call)
    one_at_a_time(order, "DELETE")
    if order.state not in ("ACCEPTED", "CREATED") or world.parcel(order.uuid).scans:
        raise Refused(CANNOT_DELETE)
    return taken_in(world, order, "DELETE", status=settings.choice(world, "order_delete_status"))


@routes.post("/v2/orders/{uuid}/refusal")
def refuse_order(call: Call) -> Answer:
    """Take a refusal in; the body, if any, says nothing."""
    world, order = call.world, asked(call)
    document(call, optional=True)
    one_at_a_time(order, "CREATE_REFUSAL")
    if order.state not in ("ACCEPTED", "CREATED") or ended(world, order):
        raise Refused(ENDED)
    return taken_in(world, order, "CREATE_REFUSAL")


@routes.post("/v2/orders/{uuid}/clientReturn")
def client_return(call: Call) -> Answer:
    """Take a client return in; the answer names the direct order."""
    world, order = call.world, asked(call)
    reader = Reader(document(call))
    tariff = reader.whole("tariff_code", required=True)
    if tariff is not None and tariff not in TARIFFS:
        reader.errors.append(wrong_value("tariff_code", tariff))
    reader.refuse_if_wrong()
    one_at_a_time(order, "CREATE_CLIENT_RETURN")
    if order.role or not any(done.code == "DELIVERED" for done in live_scans(world.parcel(order.uuid))):
        raise Refused(Error("v2_entity_invalid", "Client return needs a delivered order"))
    return taken_in(world, order, "CREATE_CLIENT_RETURN", note=str(tariff))


def act(world: World, due: Due) -> None:
    """Do what was taken in, or find that it can no longer be done."""
    uuid, _, request_uuid = due.key.partition("/")
    registration.judge(world, uuid)
    order = order_of(world, uuid)
    kind = next(request.kind for request in order.requests if request.uuid == request_uuid)
    errors = ACTS[kind](world, order, due.note)
    order = order_of(world, uuid)
    state = "INVALID" if errors else "SUCCESSFUL"
    changed(world, order, requests=with_request(order, request_uuid, state=state, errors=errors))


def _delete(world: World, order: Order, note: str) -> tuple[Error, ...]:
    if order.state != "CREATED":
        return (CANNOT_DELETE,)
    try:
        registration.remove(world, order)
    except Rejected:
        return (CANNOT_DELETE,)
    returns.call_off(world, order_of(world, order.uuid), reverse.KIND)
    return ()


def _refusal(world: World, order: Order, note: str) -> tuple[Error, ...]:
    if order.state != "CREATED" or ended(world, order):
        return (ENDED,)
    parcel = world.travel(world.parcel(order.uuid), ())
    scan(world, parcel, Step(0, "NOT_DELIVERED", reason=REFUSED))
    return ()


def _client_return(world: World, order: Order, note: str) -> tuple[Error, ...]:
    ends = (geography.cities().get(order.target), geography.cities().get(order.origin))
    if not ends[0] or not ends[1] or not serves(*TARIFFS[int(note)], ends[0], ends[1]):
        return (Error("error_validate_tariff_not_supported_for_this_drirection", f"Тариф {note} не поддерживается"),)
    if TARIFFS[int(note)][1].target != "door" and returns.end_of(world, order, int(note)) is None:
        text = f"Тариф {note} не поддерживается: в городе {ends[1].name} нет пункта, который примет заказ"
        return (Error("error_validate_tariff_not_supported_for_this_drirection", text),)
    made = returns.client_return(world, order, int(note))
    return () if made else (Error("v2_entity_invalid", "Nothing was handed over"),)


ACTS = {"UPDATE": changes.change, "DELETE": _delete, "CREATE_REFUSAL": _refusal, "CREATE_CLIENT_RETURN": _client_return}
