"""Reverse orders: what the courier takes back when he hands the direct order over.

Wire contract: `courier_api` §1.5.1 `has_reverse_order`, §1.5.4 `/reverse/availability`. The carrier makes the order
itself, a moment after the direct one's registration; it starts with the hand-over and goes when there is none (ours).
That the question needs neither names nor a street: the vendor's OpenAPI description (as stored in GitHub wishboxcdek).
"""

from ...core.records import Due
from ...core.world import World
from ...wire.call import Answer, Call
from . import journeys, returns
from .body import Reader, document
from .contacts import contact
from .envelope import Error, Operations, Refused, wrong_value
from .judgement import city_of, no_way_back
from .order_fields import route
from .records import Order, order_of
from .tariffs import TARIFFS

KIND = "reverse_order"

routes = Operations()


@routes.post("/v2/reverse/availability")
def check_reverse(call: Call) -> Answer:
    """Tell by an empty body that a reverse order can be attached; by errors that none can."""
    reader = Reader(document(call))
    tariff = reader.whole("tariff_code", required=True)
    origin, target, _ = route(reader, address=False)
    for key in ("sender", "recipient"):
        if (child := reader.child(key)) is not None:
            contact(child, name=False)
    if tariff is not None and tariff not in TARIFFS:
        reader.errors.append(wrong_value("tariff_code", tariff))
    reader.refuse_if_wrong()
    ends = (
        (city_of(origin, reader.text("shipment_point") or ""), "shipment"),
        (city_of(target, reader.text("delivery_point") or ""), "delivery"),
    )
    errors = [
        Error(f"{side}_location_is_not_recognized", "Не удалось определить место")
        for city, side in ends
        if city is None
    ]
    (start, _), (end, _) = ends
    if start and end and tariff is not None:
        errors.extend(no_way_back(tariff, start, end))
    if errors:
        raise Refused(*errors)
    return Answer(200)


def on_due(world: World, due: Due) -> None:
    settle(world, order_of(world, due.key))


def settle(world: World, direct: Order) -> None:
    """Make the reverse order that a direct one asks for, or call off the one that it asks for no more."""
    wanted = bool(direct.echo.get("has_reverse_order")) and not direct.role and direct.state == "CREATED"
    linked = any(related.kind == KIND for related in direct.related)
    if wanted and not linked:
        returns.reverse(world, direct)
    elif linked and not wanted:
        returns.call_off(world, direct, KIND)


def begin(world: World, direct: Order) -> None:
    """Let the reverse order travel: the direct one was handed over."""
    for related in direct.related:
        parcel = world.parcel(related.uuid)
        if related.kind == KIND and not parcel.journey and not parcel.cancelled:
            returns.starts_at(world, direct, related.uuid)
            world.travel(parcel, journeys.story(world, parcel, "delivered"))


def hold(world: World, direct: Order) -> None:
    """Undo what an end of the direct order did that was withdrawn: the reverse order waits again."""
    for related in direct.related:
        parcel = world.parcel(related.uuid)
        if related.kind == KIND and not parcel.scans:
            world.travel(parcel, ())
    settle(world, direct)
