"""Offices out of service: what goes there goes to the nearest one of its kind in the city.

Wire contract: `courier_api` §1.5.1 `delivery_point`, §1.12 `OFFICE_AVAILABILITY`, §6 CF-26.
"""

from msgspec.structs import replace

from ...core.world import World
from . import notices
from .envelope import Error
from .geography import City, fixed_uuid
from .judgement import live_scans, takes
from .offices import Office, office, offices
from .records import CLOSED, ORDERS, Order, keep
from .statuses import ENDS


def closed(world: World) -> frozenset[str]:
    """Return the codes of the offices that are out of service."""
    return frozenset(code for code, _ in world.store.scan(CLOSED))


def close(world: World, found: Office) -> None:
    """Take an office out of service, and send elsewhere what is on its way there."""
    if world.store.get(CLOSED, found.code) is not None:
        return
    world.store.put(CLOSED, found.code, world.now_ms)
    notices.office_notice(world, _uuid(found), found.code, available=False)
    for _, order in list(world.store.scan(ORDERS)):
        if order.delivery_point.upper() == found.code and _on_its_way(world, order):
            keep(world, rerouted(world, order))


def reopen(world: World, found: Office) -> None:
    """Put an office in service again; what was sent elsewhere stays there."""
    if world.store.get(CLOSED, found.code) is not None:
        world.store.drop(CLOSED, found.code)
        notices.office_notice(world, _uuid(found), found.code, available=True)


def rerouted(world: World, order: Order) -> Order:
    """Return the order with an office that works: its own, or the nearest of the kind in the city that takes it."""
    found = office(order.delivery_point) if order.delivery_point else None
    if found is None or world.store.get(CLOSED, found.code) is None:
        return order
    other = nearest(world, order, found.kind, found.city, found)
    return order if other is None else replace(order, delivery_point=other.code)


def nearest(world: World, order: Order, kind: str, city: City, spot: City | Office) -> Office | None:
    """Return the point of a kind in a city, nearest to a spot, that works and takes the order; None where none does."""
    shut = closed(world)
    near = [row for row in offices().values() if row.city == city and row.kind == kind]
    open_ones = [row for row in near if row.code not in shut and takes(row, order)]
    return min(open_ones, key=lambda row: (_far(spot, row), row.code), default=None)


def moved_elsewhere(before: Order, after: Order) -> tuple[Error, ...]:
    """Return the warning that an order goes to another office than was asked for."""
    if before.delivery_point == after.delivery_point:
        return ()
    text = (
        f"Order cannot be processed by delivery point {before.delivery_point}. "
        f"Shipment point has been changed to {after.delivery_point}"
    )
    return (Error("v2_delivery_point_changed", text),)


def _far(one: City | Office, other: Office) -> float:
    return (one.latitude - other.latitude) ** 2 + (one.longitude - other.longitude) ** 2


def _on_its_way(world: World, order: Order) -> bool:
    ended = any(scan.code in ENDS for scan in live_scans(world.parcel(order.uuid)))
    return order.state == "CREATED" and not ended


def _uuid(found: Office) -> str:
    return fixed_uuid(f"office/{found.code}")
