"""Returns (§4.4): asked for by the shop, listed, read. Their life is in `homecoming`, their labels in `labels`."""

from collections.abc import Iterable
from typing import Any

from ..core.parcel import Parcel
from ..core.world import World
from ..wire.call import Answer, Call, json_answer
from ..wire.routes import Routes
from . import homecoming, labels
from .bodies import canonical_form, checked, document
from .conditional import matched
from .idempotency import once
from .ids import CARRIER, environment, numbered
from .number_range import require_numbers
from .orders import LabelWish, Order
from .pages import page
from .problems import Refused, invalid, invalid_fields
from .shapes import RETURN_REQUEST
from .shipments import RETURNS, SHIPMENTS, Printed, Return, ordered, own_return, own_shipment
from .statuses import status_of
from .times import rfc3339

ENCLOSED_TEXT = "Return label enclosed with the parcel"
RETURN_COUNTER = f"{CARRIER}.returns"
RETURNABLE = ("announced", "shipped", "in_transit", "held", "out_for_delivery", "delivery_failed", "ready_for_pickup",
              "delivered")  # fmt: skip

routes = Routes()


@routes.post("/v1/returns", scope="returns:write", quota=("default",))
def create_return(call: Call) -> Answer:
    """Ask for a return: a number and a label for the consumer."""
    body = document(call)
    return once(call, canonical_form(body), lambda: _create(call, body), again=_created)


@routes.get("/v1/returns", scope="returns:read", quota=("default",))
def list_returns(call: Call) -> Answer:
    """The caller's returns, the carrier's own among them, newest first."""
    world, livemode = call.world, bool(call.notes["livemode"])

    def walk(begin: int) -> Iterable[tuple[int, Return]]:
        for ordinal in range(begin, 0, -1):
            found = world.store.get(RETURNS, numbered(world, "ret", livemode, ordinal))
            if found is not None:
                yield ordinal, found

    last = world.store.header.counters.get(f"{RETURN_COUNTER}.{environment(livemode)}", 0)
    return page(call, filters={}, start=last, walk=walk, shape=lambda _, found: return_shape(call, found))


@routes.get("/v1/returns/{id}", scope="returns:read", quota=("default",))
def read_return(call: Call) -> Answer:
    """One return."""
    answer = json_answer(return_shape(call, own_return(call, call.params["id"])))
    etag = f'"{labels.digest_of(answer.body)[:32]}"'
    if matched(call, etag):
        return Answer(304, b"", {"ETag": etag})
    answer.headers["ETag"] = etag
    return answer


def printed_return(world: World, found: Return, order: Order, wish: LabelWish | None) -> Return:
    """Make a return's label and note which it is."""
    form = labels.printed_as(wish)
    body = labels.drawn(labels.return_label(order, found), *form)
    return homecoming.print_label(world, found, Printed(*form, labels.digest_of(body)))


def return_shape(call: Call, found: Return, order: Order | None = None, *, first: bool = False) -> dict[str, Any]:
    """Return a return as replies show it; `first` as it was right after it was asked for, label bytes included."""
    original = call.world.parcel(found.parcel)
    return {
        "id": found.id,
        "parcel_id": found.parcel,
        "return_tracking_number": found.number,
        "original_tracking_number": original.number,
        "status": "label_created" if first else found.status,
        "reason": found.reason,
        "reason_text": found.reason_text or None,
        "origin": found.origin,
        "items": [{"sku": sku, "quantity": quantity} for sku, quantity in found.items],
        "requested_at": rfc3339(found.requested_ms),
        "returned_at": None if first or found.returned_ms is None else rfc3339(found.returned_ms),
        "label": _label(call, found, order if first else None),
        "livemode": found.livemode,
    }


def _label(call: Call, found: Return, order: Order | None) -> dict[str, Any] | None:
    printed, path = found.printed, f"/v1/returns/{found.id}/label"
    if printed is None:
        return None
    if order is None:
        return labels.described(call, printed, found.requested_ms, path)
    form = (printed.format, printed.size, printed.dpi)
    body = labels.drawn(labels.return_label(order, found), *form)
    return labels.shown(call, form, body, printed.sha256, found.requested_ms, path)


def _create(call: Call, body: object) -> Answer:
    asked = checked(RETURN_REQUEST, body)
    _check(asked)
    parcel = _original(call, asked)
    if status_of(parcel) not in RETURNABLE:
        facts = {"state": status_of(parcel), "allowed": list(RETURNABLE)}
        raise Refused("invalid-state", f"The parcel is {facts['state']}; nothing of it can be sent back.", facts)
    shipment = call.world.store.get(SHIPMENTS, parcel.id)
    assert shipment is not None
    items = _items(call.world, parcel, asked)
    require_numbers(call.world)
    found = homecoming.make(
        call.world,
        parcel,
        origin="shipper",
        reason=asked["reason"],
        reason_text=asked.get("reason_text", ""),
        items=items,
        status="label_created",
        own=True,
    )
    order = ordered(shipment)
    found = printed_return(call.world, found, order, LabelWish(**asked.get("label", {})))
    if status_of(parcel) == "delivered":
        homecoming.start(call.world, found)
    call.notes["subject"] = found.id
    return _created(call, found.id, 201)


def _created(call: Call, return_id: str, status: int) -> Answer:
    found = own_return(call, return_id)
    _, shipment = own_shipment(call, found.parcel)
    reply = return_shape(call, found, ordered(shipment), first=True)
    return json_answer(reply, status, {"Location": f"{call.origin}/v1/returns/{found.id}"})


def _check(asked: dict[str, Any]) -> None:
    """Refuse what fields by themselves do not show: which parcel, and words for `other`."""
    faults = []
    if "parcel_id" not in asked and "tracking_number" not in asked:
        faults.append({"pointer": "/parcel_id", "code": "required", "detail": "or tracking_number is needed"})
    if asked["reason"] == "other" and "reason_text" not in asked:
        faults.append({"pointer": "/reason_text", "code": "required", "detail": "is needed with the reason other"})
    if faults:
        raise invalid_fields(faults)


def _original(call: Call, asked: dict[str, Any]) -> Parcel:
    """Return the parcel that is meant; id and number, when both are given, must be the same one's."""
    number = asked.get("tracking_number")
    named = None if number is None else call.world.by_number(CARRIER, number)
    parcel_id = asked.get("parcel_id")
    if parcel_id is None:
        if named is None:
            raise Refused("not-found", f"There is no parcel with the number {number!r}.")
        parcel_id = named.id
    parcel, _ = own_shipment(call, parcel_id)
    if number is not None and parcel.number != number:
        raise invalid("/tracking_number", "conflict", f"is not the number of parcel {parcel.id}")
    return parcel


def _items(world: World, parcel: Parcel, asked: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    """Return what comes back: what was asked, if the parcel held it, or everything."""
    held: dict[str, int] = {}
    for sku, quantity in homecoming.all_items(world, parcel.id):
        held[sku] = held.get(sku, 0) + quantity
    wanted = asked.get("items")
    if wanted is None:
        return tuple(held.items())
    faults = []
    for index, item in enumerate(wanted):
        sku, quantity = item["sku"], item["quantity"]
        if held and sku not in held:
            faults.append({"pointer": f"/items/{index}/sku", "code": "conflict", "detail": "is not in the parcel"})
        elif held and quantity > held[sku]:
            detail = f"is {quantity}, the parcel held {held[sku]}"
            faults.append({"pointer": f"/items/{index}/quantity", "code": "max", "detail": detail})
    if faults:
        raise invalid_fields(faults)
    return tuple((item["sku"], item["quantity"]) for item in wanted)
