"""Parcels (§4.1, §4.6): create, list, read, cancel."""

from collections.abc import Iterable
from typing import Any

import msgspec

from ..core.errors import Reason, Rejected
from ..core.parcel import Booked, Parcel
from ..core.records import Store
from ..core.world import PARCELS, World
from ..wire.call import Answer, Call, json_answer
from ..wire.routes import Routes
from . import homecoming, labels, money, scans, tariff
from .bodies import canonical_form, checked, optional_document, order_in, read_order
from .conditional import matched
from .idempotency import once
from .ids import CARRIER, environment, numbered
from .journeys import first_story
from .log import Event, append
from .number_range import require_numbers, tracking_number
from .orders import Order, References
from .pages import choice_of, page
from .problems import Refused, invalid
from .rates import check_ship_date, locked_price
from .returns import ENCLOSED_TEXT, printed_return, return_shape
from .shapes import NOTHING
from .shipments import RETURNS, SHIPMENTS, Printed, Shipment, ordered, own_shipment, refer, referred
from .statuses import WORDS, status_of
from .tariff import Price
from .times import read_moment, rfc3339

SLOW, SLOW_MS = "SLOW", 20_000  # contract Part 8: a recipient of this name takes 20 s, in test
PARCEL_COUNTER = f"{CARRIER}.parcels"
NO_REFERENCES = References()

routes = Routes()


@routes.post("/v1/parcels", scope="parcels:write", quota=("default", "labels"))
def create_parcel(call: Call) -> Answer:
    """Parcel, number and label at once, or nothing of them."""
    read = read_order(call)
    return once(call, read.canonical, lambda: _create(call, order_in(read)), again=_created)


@routes.get("/v1/parcels", scope="parcels:read", quota=("default",))
def list_parcels(call: Call) -> Answer:
    """The caller's parcels, newest first."""
    world, livemode = call.world, bool(call.notes["livemode"])
    wanted = {name: call.query.get(name) for name in ("reference", "tracking_number")}
    wanted["status"] = choice_of(call, "status", WORDS)
    after_ms, before_ms = _moment(call, "created_after"), _moment(call, "created_before")
    wanted |= {name: call.query.get(name) for name in ("created_after", "created_before")}

    def fits(parcel: Parcel, shipment: Shipment) -> bool:
        return (
            (wanted["tracking_number"] in (None, parcel.number))
            and (wanted["status"] in (None, status_of(parcel)))
            and (after_ms is None or shipment.created_ms > after_ms)
            and (before_ms is None or shipment.created_ms < before_ms)
        )

    def walk(begin: int) -> Iterable[tuple[int, tuple[Parcel, Shipment]]]:
        for parcel_id in _candidates(world, livemode, wanted["reference"], begin):
            parcel, shipment = world.store.get(PARCELS, parcel_id), world.store.get(SHIPMENTS, parcel_id)
            if parcel is not None and shipment is not None and fits(parcel, shipment):
                yield shipment.ordinal, (parcel, shipment)

    last = world.store.header.counters.get(f"{PARCEL_COUNTER}.{environment(livemode)}", 0)
    return page(call, filters=wanted, start=last, walk=walk, shape=lambda _, pair: parcel_shape(call, *pair))


@routes.get("/v1/parcels/{id}", scope="parcels:read", quota=("default",))
def read_parcel(call: Call) -> Answer:
    """One parcel with everything that was ordered."""
    parcel, shipment = own_shipment(call, call.params["id"])
    answer = json_answer(parcel_shape(call, parcel, shipment))
    etag = f'"{labels.digest_of(answer.body)[:32]}"'
    if matched(call, etag):
        return Answer(304, b"", {"ETag": etag})
    answer.headers["ETag"] = etag
    return answer


@routes.post("/v1/parcels/{id}/cancel", scope="parcels:write", quota=("default",))
def cancel_parcel(call: Call) -> Answer:
    """Call a parcel off; possible while it is announced, and as often as one likes."""
    body = optional_document(call)
    return once(call, canonical_form(body), lambda: _cancel(call, body))


def _cancel(call: Call, body: object) -> Answer:
    checked(NOTHING, body)
    parcel, shipment = own_shipment(call, call.params["id"])
    try:
        parcel = scans.cancel(call.world, parcel)
    except Rejected as rejected:
        if rejected.reason is not Reason.CANCELLED:
            facts = {"state": status_of(parcel), "allowed": ["announced"]}
            raise Refused("invalid-state", f"The parcel is {facts['state']} and cannot be cancelled.", facts) from None
    return json_answer(parcel_shape(call, parcel, shipment))


def _create(call: Call, order: Order) -> Answer:
    """Check everything that needs the world, then write everything."""
    world, livemode = call.world, bool(call.notes["livemode"])
    check_ship_date(world, order.ship_date)
    price = locked_price(world, order, livemode=livemode)
    _check_unique(world, livemode, order)
    require_numbers(world, 2 if order.label is not None and order.label.return_label else 1)
    parcel, shipment, label = _book(world, livemode, order, price)
    call.notes["subject"] = parcel.id
    answer = _reply(call, parcel, shipment, order, label, 201)
    if order.recipient.name == SLOW and not livemode:
        answer.delay_ms = SLOW_MS
    return answer


def _book(world: World, livemode: bool, order: Order, price: Price) -> tuple[Parcel, Shipment, bytes]:
    ordinal = world.count(f"{PARCEL_COUNTER}.{environment(livemode)}")
    parcel_id = numbered(world, "par", livemode, ordinal)
    number = tracking_number(world)
    form = labels.printed_as(order.label)
    label = labels.drawn(labels.parcel_label(order, number, livemode=livemode), *form)
    printed = Printed(*form, labels.digest_of(label))
    shipment = Shipment(
        ordinal, livemode, world.now_ms, msgspec.json.encode(order), price, printed, tariff.version(world.now_ms)
    )
    world.store.put(SHIPMENTS, parcel_id, shipment)
    given = order.references or NO_REFERENCES
    named = given.order or given.shipment or ""
    parcel = world.add(Parcel(parcel_id, CARRIER, number, named, (Booked(world.now_ms),)))
    refer(world, livemode, {text for text in (given.order, given.shipment, given.customer) if text}, parcel_id)
    parcel = world.travel(parcel, first_story(world, parcel_id, shipment, order))
    append(world, livemode, Event("parcel.created", world.now_ms, parcel_id), reference=parcel.reference)
    if order.label is not None and order.label.return_label:
        shipment = _enclose(world, parcel, shipment, order)
    return parcel, shipment, label


def _enclose(world: World, parcel: Parcel, shipment: Shipment, order: Order) -> Shipment:
    found = homecoming.make(
        world,
        parcel,
        origin="shipper",
        reason="other",
        reason_text=ENCLOSED_TEXT,
        items=homecoming.all_items(world, parcel.id),
        status="label_created",
        own=True,
        enclosed=True,
    )
    printed_return(world, found, order, order.label)
    shipment = msgspec.structs.replace(shipment, returned=found.id)
    world.store.put(SHIPMENTS, parcel.id, shipment)
    return shipment


def _check_unique(world: World, livemode: bool, order: Order) -> None:
    """Refuse a `references.shipment` that another parcel of the environment already has (§4.1)."""
    given = None if order.references is None else order.references.shipment
    for parcel_id in () if given is None else referred(world, livemode, given):
        other = world.store.get(SHIPMENTS, parcel_id)
        references = None if other is None else ordered(other).references
        if references is not None and references.shipment == given:
            detail = f"references.shipment {given!r} is the one of parcel {parcel_id}."
            raise Refused("invalid-state", detail, {"state": status_of(world.parcel(parcel_id)), "allowed": []})


def _created(call: Call, parcel_id: str, status: int) -> Answer:
    """Make the reply to a create again; nothing in it has changed since."""
    parcel, shipment = own_shipment(call, parcel_id)
    order, printed = ordered(shipment), shipment.printed
    drawing = labels.parcel_label(order, parcel.number, livemode=shipment.livemode)
    label = labels.drawn(drawing, printed.format, printed.size, printed.dpi)
    return _reply(call, parcel, shipment, order, label, status)


def _reply(call: Call, parcel: Parcel, shipment: Shipment, order: Order, label: bytes, status: int) -> Answer:
    path = f"/v1/parcels/{parcel.id}"
    shown = labels.described(call, shipment.printed, shipment.created_ms, f"{path}/label", content_base64=label)
    reply = _outline(call, parcel, shipment, order, "announced", shown)
    if shipment.returned:
        found = call.world.store.get(RETURNS, shipment.returned)
        assert found is not None
        reply["return"] = return_shape(call, found, order, first=True)
    return json_answer(reply, status, {"Location": call.origin + path})


def parcel_shape(call: Call, parcel: Parcel, shipment: Shipment) -> dict[str, Any]:
    """Return a parcel as it is read and listed: the outline, and what was ordered."""
    order = ordered(shipment)
    path = f"/v1/parcels/{parcel.id}/label"
    label = labels.described(call, shipment.printed, shipment.created_ms, path)
    reply = _outline(call, parcel, shipment, order, status_of(parcel), label)
    kept = msgspec.to_builtins(order)
    for name in ("shipper", "recipient", "return_address", "package", "contents", "insurance", "notify", "ship_date"):
        if name in kept:
            reply[name] = kept[name]
    returns = [found.id for found in homecoming.returns_of(call.world, parcel.id)]
    return {**reply, "returns": returns}


def _outline(
    call: Call, parcel: Parcel, shipment: Shipment, order: Order, status: str, label: dict[str, Any]
) -> dict[str, Any]:
    reply: dict[str, Any] = {
        "id": parcel.id,
        "tracking_number": parcel.number,
        "tracking_url": f"{call.origin}/v1/tracking/{parcel.number}",
        "status": status,
        "service": order.service,
        "price": money.encoded(shipment.price),
        "tariff_version": shipment.tariff_version,
        "label": label,
        "references": {} if order.references is None else order.references,
        "created_at": rfc3339(shipment.created_ms),
        "livemode": shipment.livemode,
    }
    if order.metadata is not None:
        reply["metadata"] = order.metadata
    return reply


def _candidates(world: World, livemode: bool, reference: str | None, begin: int) -> Iterable[str]:
    """Yield ids of parcels, newest first, from an ordinal on: those with the reference, or all."""
    if reference is None:
        yield from (numbered(world, "par", livemode, ordinal) for ordinal in range(begin, 0, -1))
        return
    for parcel_id in referred(world, livemode, reference):
        if _ordinal(world.store, parcel_id) <= begin:
            yield parcel_id


def _ordinal(store: Store, parcel_id: str) -> int:
    shipment = store.get(SHIPMENTS, parcel_id)
    return 0 if shipment is None else shipment.ordinal


def _moment(call: Call, name: str) -> int | None:
    text = call.query.get(name)
    if text is None:
        return None
    found = read_moment(text)
    if found is None:
        raise invalid(f"/{name}", "pattern", f"{text[:40]!r} is no RFC 3339 date-time with offset")
    return found
