"""An order's own changes of state: registered, found invalid, removed. Scans of the goods are in `lives`.

Wire contract: `courier_api` §1.5.2, §1.5.4, §2.6.
"""

from msgspec.structs import replace

from ...core.parcel import Booked, Cancelled, Parcel, decide_cancel
from ...core.records import Due
from ...core.world import World
from . import closures, forms, journeys, notices, settings
from .geography import City
from .judgement import errors_of, loads_of, origin_of, target_of
from .notices import CARRIER
from .prices import Offer, insurance, offer, service
from .records import Charge, Order, Package, changed, index_number, keep, order_of, unindex_number, with_request
from .statuses import BY_CODE
from .tariffs import TARIFFS
from .wire_values import day, plus_days, roubles

JUDGE = "cdek.judge"
REVERSE = "cdek.reverse"
FIRST_NUMBER = 1_107_000_000
FIRST_BARCODE = 4_000_000


def take_in(world: World, order: Order, *, return_of: str = "") -> Order:
    """Keep a new order, with its parcel, and plan its judgement."""
    keep(world, order)
    if not order.is_back or not return_of:
        index_number(world, order.number, order.uuid)
    world.add(Parcel(order.uuid, CARRIER, "", order.number, (Booked(world.now_ms),), return_of=return_of))
    world.later(JUDGE, order.uuid, after_ms=settings.number(world, "accept_after_ms"))
    return order


def on_judge(world: World, due: Due) -> None:
    judge(world, due.key)


def judge(world: World, uuid: str) -> Order:
    """Register a pending order, or find it invalid; one that was judged already stays as it is."""
    order = order_of(world, uuid)
    if order.state != "ACCEPTED":
        return order
    errors = () if order.is_back and world.parcel(uuid).return_of else errors_of(world, order)
    made = order.requests[0].uuid
    if errors:
        world.happen(world.parcel(uuid), Cancelled(world.now_ms))
        requests = with_request(order, made, state="INVALID", errors=errors)
        return changed(world, order, state="INVALID", changed_ms=world.now_ms, requests=requests)
    return _register(world, order, made)


def _register(world: World, order: Order, made: str) -> Order:
    warnings = closures.moved_elsewhere(order, closures.rerouted(world, order))
    order = keep(world, _priced(world, order))
    order = changed(
        world,
        order,
        state="CREATED",
        changed_ms=world.now_ms,
        created_ms=world.now_ms,
        cdek_number=next_number(world),
        requests=with_request(order, made, state="SUCCESSFUL", warnings=warnings),
    )
    parcel = world.add(replace(world.parcel(order.uuid), number=order.cdek_number))
    notices.status_notice(world, order, BY_CODE["CREATED"])
    if order.print_form:
        copies, look = forms.DEFAULTS[order.print_form]
        forms.order_form(world, order.print_form, ((order.uuid, ""),), copies, look, "RUS", order.wire_origin)
    if order.echo.get("has_reverse_order"):
        world.later(REVERSE, order.uuid, after_ms=settings.number(world, "accept_after_ms"))
    if not parcel.journey and not parcel.paused and order.role != "reverse":
        name = "delivered" if parcel.return_of else journeys.chosen_story(world, order)
        world.travel(parcel, journeys.story(world, parcel, name))
    return order


def _told_apart(world: World, package: Package) -> Package:
    """Return a package whose equal articles have endings of seven characters from the second on."""
    seen: set[str] = set()
    items = []
    for place, item in enumerate(package.items):
        if item.ware_key in seen:
            ending = world.token_hex("cdek.article", f"{package.id}/{place}")[:7]
            item = replace(item, ware_key=f"{item.ware_key}_{ending}")
        seen.add(item.ware_key)
        items.append(item)
    return replace(package, items=tuple(items))


def _priced(world: World, order: Order) -> Order:
    """Return the order with what the carrier finds out about it: cities, barcodes, costs, the day it plans for."""
    order = closures.rerouted(world, order)
    order = replace(order, packages=tuple(_told_apart(world, package) for package in order.packages))
    start, end = origin_of(order), target_of(order)
    found = _offer(order, start, end)
    return replace(
        order,
        origin=start.code if start else 0,
        target=end.code if end else 0,
        packages=tuple(
            package
            if package.barcode
            else replace(package, barcode=f"{FIRST_BARCODE + world.count('cdek.barcode'):012}")
            for package in order.packages
        ),
        services=_charges(order),
        delivery_cost_minor=found.delivery_minor if found else 0,
        planned_date=plus_days(day(order.created_ms or world.now_ms), found.calendar_max if found else 0),
    )


def revise(world: World, before: Order, after: Order, *, planned: str = "") -> Order:
    """Keep a registered order as it was changed, priced anew, and tell what became different of it.

    Args:
        planned: the day on which it was agreed to be delivered; else the carrier plans it.
    """
    after = _priced(world, after)
    if planned:
        after = replace(after, planned_date=planned)
    if after.number != before.number:
        unindex_number(world, before.number, before.uuid)
        index_number(world, after.number, after.uuid)
        world.add(replace(world.parcel(after.uuid), reference=after.number))
    return told(world, before, keep(world, after))


def told(world: World, before: Order, after: Order) -> Order:
    """Tell subscribers what differs between an order as it was and as it is: day, sum, mode."""
    if after.planned_date != before.planned_date:
        notices.modified_notice(world, after, "PLANED_DELIVERY_DATE_CHANGED", "DATE", after.planned_date)
    if after.cost_minor != before.cost_minor:
        notices.modified_notice(world, after, "DELIVERY_SUM_CHANGED", "FLOAT", str(roubles(after.cost_minor)))
    modes = [TARIFFS[order.tariff][1].number for order in (before, after) if order.tariff in TARIFFS]
    if len(set(modes)) > 1:
        notices.modified_notice(world, after, "DELIVERY_MODE_CHANGED", "INTEGER", str(modes[-1]))
    return after


def next_number(world: World) -> str:
    """Return the next ten-digit number of the carrier."""
    return str(FIRST_NUMBER + world.count("cdek.number"))


def _charges(order: Order) -> tuple[Charge, ...]:
    """Return the services with their prices, behind the insurance, which the carrier adds itself."""
    declared_minor = 0 if order.is_back else sum(item.cost_minor * item.amount for item in order.items)
    own = (insurance(declared_minor),) if declared_minor else ()
    asked = [charge for charge in order.services if charge.code != "INSURANCE"]
    return (*own, *(service(charge.code, charge.parameter) for charge in asked))


def _offer(order: Order, start: City | None, end: City | None) -> Offer | None:
    return offer(order.tariff, start, end, loads_of(order)) if start and end else None


def remove(world: World, order: Order) -> Order:
    """Remove a registered order that has not moved.

    Raises:
        Rejected: MOVED or CANCELLED.
    """
    parcel = world.parcel(order.uuid)
    world.happen(parcel, decide_cancel(parcel, at_ms=world.now_ms))
    order = changed(world, order, state="REMOVED", changed_ms=world.now_ms)
    notices.status_notice(world, order, BY_CODE["REMOVED"])
    return order
