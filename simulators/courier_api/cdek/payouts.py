"""Paying out: what an order puts into a registry.

Wire contract: `courier_api` §1.13; `settlement` C-04 … C-08, §3, §9. Direct orders, refused orders and return orders
have a line each. When, how often and how it goes wrong is the same for all couriers: see `wire/paydesk`.
"""

from ...core.parcel import Collected, Parcel
from ...core.status import Status
from ...core.world import World
from ...wire.paydesk import Line, Outcome, PayDesk, Pieces
from . import returns
from .deferred import FOREIGN
from .records import Item, Order, order_of
from .registry_shape import registry_shape

FIRST_REGISTRY = 700_101
FIRST_PAYMENT_ORDER = 12_301


def lines_of(world: World, parcel: Parcel) -> tuple[Line, ...]:
    """Return an order's line: what was taken, what it cost, the agent fee, the rest.

    A lost order costs nothing: nobody pays for a service that was not rendered (inferred).
    """
    order = order_of(world, parcel.id)
    taken_minor = sum(fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected))
    cost_minor = 0 if parcel.status is Status.LOST_OR_DAMAGED else order.cost_minor
    return (_line(world, order, outcome_of(order, parcel), taken_minor, cost_minor),)


def ahead(world: World, parcel: Parcel) -> tuple[Line, ...]:
    """Return the line of an order that is still on its way, as if it had been handed over in full."""
    from .lives import due_minor  # lives tells this module when an order has ended

    order = order_of(world, parcel.id)
    if order.role or order.state != "CREATED":
        return ()
    return (_line(world, order, Outcome.DELIVERED, due_minor(order), order.cost_minor),)


def outcome_of(order: Order, parcel: Parcel) -> Outcome:
    if order.role == "pickup":
        return Outcome.FEE_ONLY
    if order.is_back:
        return Outcome.RETURN_LEG
    if parcel.status is Status.LOST_OR_DAMAGED:
        return Outcome.LOST
    if parcel.status is not Status.DELIVERED:
        return Outcome.REFUSED
    return Outcome.PARTIAL if any(_refused(item) for item in order.items) else Outcome.DELIVERED


def _line(world: World, order: Order, outcome: Outcome, taken_minor: int, cost_minor: int) -> Line:
    partial = outcome is Outcome.PARTIAL
    return DESK.line(
        world,
        order.cdek_number,
        outcome,
        collected_minor=taken_minor,
        services_minor=cost_minor,
        order="" if order.number == order.uuid else order.number,
        parcel=order.uuid,
        items=tuple(Pieces(item.ware_key, item.amount - _refused(item), _refused(item)) for item in order.items)
        if partial
        else (),
    )


def _refused(item: Item) -> int:
    return 0 if item.delivered is None else item.amount - item.delivered


DESK = PayDesk(
    carrier="cdek",
    lines=lines_of,
    ahead=ahead,
    foreign=FOREIGN,
    first_number=FIRST_REGISTRY,
    first_payment_order=FIRST_PAYMENT_ORDER,
    pickup=returns.pickup_call,
    json=lambda found: {"registries": [registry_shape(found)]},
)
ended, reopened = DESK.ended, DESK.reopened
