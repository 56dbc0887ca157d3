"""The way back: a separate order with its own number, linked from both sides.

Wire contract: `courier_api` §1.5.4; lines of registries, `courier_api` §1.13 (a return order's sender company is the
carrier).
"""

from typing import Any

from msgspec.structs import replace

from ...core.parcel import Booked, Parcel
from ...core.world import World
from .closures import nearest
from .filled_in import office_address
from .geography import cities
from .notices import CARRIER
from .offices import KIND_AT, Office, office
from .prices import serves
from .records import Item, Order, Package, Related, Request, changed, keep, order_of
from .registration import judge, next_number, remove, take_in
from .tariffs import TARIFFS
from .wire_values import new_uuid

COMPANY = "СДЭК"
TO_DOOR, TO_OFFICE = 141, 140
LINKS = {
    "return": ("return_order", "direct_order"),
    "client_return": ("client_return_order", "client_direct_order"),
    "reverse": ("reverse_order", "direct_order"),
}


def send_back(world: World, direct: Order, *, only_refused: bool) -> Order | None:
    """Make the return order of a refusal, once; None when there is one, or nothing to bring back."""
    if any(related.kind == "return_order" for related in direct.related):
        return None
    return _order_back(world, direct, "return", _tariff_back(direct), only_refused=only_refused)


def client_return(world: World, direct: Order, tariff: int) -> Order | None:
    """Make the order by which the buyer sends delivered goods back."""
    return _order_back(world, direct, "client_return", tariff, only_refused=False)


def reverse(world: World, direct: Order) -> Order | None:
    """Make the order by which the courier takes something back at hand-over: told as the goods that he brings."""
    return _order_back(world, direct, "reverse", _tariff_back(direct), only_refused=False)


def _order_back(world: World, direct: Order, role: str, tariff: int, *, only_refused: bool) -> Order | None:
    packages = tuple(
        package for found in direct.packages if (package := _package_back(world, direct, found, only_refused, role))
    )
    if not packages:
        return None
    uuid, (there, back) = new_uuid(world, "order"), LINKS[role]
    from_point, start = _start(direct, tariff)
    to_point, end = _end(world, direct, tariff)
    order = Order(
        uuid=uuid,
        number=uuid,
        kind=direct.kind,
        tariff=tariff,
        packages=packages,
        origin=direct.target,
        target=direct.origin,
        made_ms=world.now_ms,
        changed_ms=world.now_ms,
        wire_origin=direct.wire_origin,
        shipment_point=from_point,
        delivery_point=to_point,
        echo=_echo_back(direct) | start | end,
        requests=(Request(new_uuid(world, "request"), "CREATE", world.now_ms, "ACCEPTED"),),
        related=(Related(back, direct.uuid),),
        role=role,
    )
    changed(world, direct, related=(*direct.related, Related(there, uuid)))
    return take_in(world, order, return_of=direct.uuid)


def _tariff_back(direct: Order) -> int:
    """Return the return tariff that fits the shop's end, or the direct order's own where none runs."""
    start, end = cities().get(direct.target), cities().get(direct.origin)
    tariff = TO_OFFICE if direct.shipment_point else TO_DOOR
    return tariff if start and end and serves(*TARIFFS[tariff], start, end) else direct.tariff


def _echo_back(direct: Order) -> dict[str, Any]:
    recipient, sender = direct.echo.get("recipient", {}), direct.echo.get("sender", {"name": COMPANY})
    echo: dict[str, Any] = {
        "sender": {**recipient, "company": COMPANY},
        "recipient": sender,
        "has_reverse_order": False,
    }
    return echo


def _start(direct: Order, tariff: int) -> tuple[str, dict[str, Any]]:
    """Return where an order back starts, as point and as what is told: where the direct one ended.

    A tariff from a door fetches the goods at the address of the point.
    """
    own = office(direct.delivery_point) if direct.delivery_point else None
    if own is not None and TARIFFS[tariff][1].origin != "door":
        return own.code, {}
    return "", _told("from_location", own, direct.echo.get("to_location"))


def _end(world: World, direct: Order, tariff: int) -> tuple[str, dict[str, Any]]:
    """Return where an order back ends, as point and as what is told: at the shop, or at a point of its city."""
    found = end_of(world, direct, tariff)
    if found is not None:
        return found.code, {}
    own = office(direct.shipment_point) if direct.shipment_point else None
    return "", _told("to_location", own, direct.echo.get("from_location"))


def _told(key: str, own: Office | None, place: dict[str, Any] | None) -> dict[str, Any]:
    told = office_address(own) if own is not None else place
    return {} if told is None else {key: told}


def end_of(world: World, direct: Order, tariff: int) -> Office | None:
    """Return the point at which an order back by this tariff ends; None at a door, and where none takes it.

    It is the shop's own where that is of the tariff's kind, else the nearest to the middle of the shop's city.
    """
    kind = KIND_AT.get(TARIFFS[tariff][1].target)
    own = office(direct.shipment_point) if direct.shipment_point else None
    if kind is None or (own is not None and own.kind == kind):
        return own if kind else None
    city = cities().get(direct.origin)
    return None if city is None else nearest(world, direct, kind, city, city)


def starts_at(world: World, direct: Order, uuid: str) -> Order:
    """Let an order back that waited for the direct one's end start where that ended: it may have gone elsewhere."""
    order = order_of(world, uuid)
    point, told = _start(direct, order.tariff)
    kept = {key: value for key, value in order.echo.items() if key != "from_location"}
    return changed(world, order, origin=direct.target, shipment_point=point, echo=kept | told)


def _package_back(world: World, direct: Order, package: Package, only_refused: bool, role: str) -> Package | None:
    items = tuple(item for found in package.items if (item := _item_back(direct, package, found, only_refused, role)))
    if package.items and not items:
        return None
    mass_g = sum(item.mass_g * item.amount for item in items) if only_refused else package.mass_g
    return replace(package, id=new_uuid(world, "package"), items=items, mass_g=max(1, mass_g), barcode="")


def _item_back(direct: Order, package: Package, item: Item, only_refused: bool, role: str) -> Item | None:
    taken = item.amount if item.delivered is None else item.delivered
    count = taken if role == "client_return" else item.amount - taken if only_refused else item.amount
    if not count:
        return None
    detail = {
        "direct_order_number": direct.cdek_number,
        "direct_order_uuid": direct.uuid,
        "direct_package_number": package.number,
    }
    return replace(
        item,
        amount=count,
        delivered=None,
        payment_minor=0,
        payment_vat_rate=None,
        payment_vat_minor=None,
        echo={**item.echo, "return_item_detail": detail},
    )


def call_off(world: World, direct: Order, kind: str = "return_order") -> None:
    """Remove the order back of this kind (a withdrawn refusal's, a reverse order), unless its goods have moved."""
    for related in direct.related:
        if related.kind != kind:
            continue
        parcel = world.parcel(related.uuid)
        if not parcel.scans and not parcel.cancelled:
            remove(world, judge(world, related.uuid))
            kept = tuple(other for other in order_of(world, direct.uuid).related if other.uuid != related.uuid)
            changed(world, order_of(world, direct.uuid), related=kept)


def pickup_call(world: World) -> str:
    """Keep a courier's call at the shop as an order of its own, so that its registry line can be read; its number."""
    uuid, number = new_uuid(world, "order"), next_number(world)
    echo = {"recipient": {"name": COMPANY, "company": COMPANY}, "has_reverse_order": False}
    order = Order(uuid, uuid, 2, TO_OFFICE, (), 0, 0, world.now_ms, "", "CREATED", world.now_ms, world.now_ms, number)
    keep(world, replace(order, echo=echo, role="pickup"))
    world.add(Parcel(uuid, CARRIER, number, uuid, (Booked(world.now_ms),)))
    return number
