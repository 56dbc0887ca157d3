"""PATCH of an order: what was asked laid over the order as it stands, read and judged like a new one.

Wire contract: `courier_api` §1.5.4. What is not named stays; a list that is named takes the place of the old one, but
a known package keeps what its entry does not name (inferred).
"""

from typing import Any

import msgspec
from msgspec.structs import replace

from ...core.world import World
from ...wire.call import Answer, Call
from . import agreement_life, journeys, registration, reverse
from .body import Reader, decoded, document
from .deferred import named, one_at_a_time, taken_in
from .envelope import Error, Operations, Refused, wrong_value
from .judgement import errors_of
from .order_fields import read_order
from .order_view import entity
from .records import Order, Package, live_agreement
from .tariffs import TARIFFS
from .wire_values import new_uuid

CANNOT_CHANGE = Error(
    "v2_update_forbidden",
    'Operation is forbidden. Orders can only be updated in "CREATED" or "ACCEPTED" statuses',
)
NOTHING = Error("v2_parameters_empty", "All parameters are empty")
COST_CHANGES = (  # what may cost more or less, the warning's code, its text
    (("tariff_code",), "tariff", "New tariff code"),
    (("services",), "services", "New services"),
    (("from_location", "to_location", "shipment_point", "delivery_point"), "location", "New location"),
    (("packages",), "parameters", "New parameters (weight, dimensions, items cost)"),
)
NAMES = ("uuid", "cdek_number")
FIXED = ("is_client_return", "print", "developer_key", "widget_token")  # said at creation only
FILLED_IN = frozenset(
    {"sender", "recipient", "seller", "from_location", "to_location"}
)  # shown with more than was sent
ENDS = (("from_location", "shipment_point"), ("to_location", "delivery_point"))

routes = Operations()
_encode = msgspec.json.Encoder(decimal_format="number").encode


@routes.patch("/v2/orders")
def change_order(call: Call) -> Answer:
    """Take a change in: for an order that is registered, or about to be, and whose goods have not moved."""
    world, wanted = call.world, document(call)
    reader = Reader(wanted)
    order = named(world, reader, "uuid")
    one_at_a_time(order, "UPDATE")
    if order.state not in ("ACCEPTED", "CREATED") or world.parcel(order.uuid).scans:
        raise Refused(CANNOT_CHANGE)
    asked = {key: value for key, value in reader.found.items() if key not in NAMES and value is not None}
    if not asked:
        raise Refused(NOTHING)
    merged(world, order, asked)
    return taken_in(world, order, "UPDATE", note=_encode(asked).decode(), warnings=_warnings(asked))


def _warnings(asked: dict[str, Any]) -> tuple[Error, ...]:
    return tuple(
        Error(f"v2_cost_change_by_{of}", f"{what} can trigger change order cost")
        for keys, of, what in COST_CHANGES
        if any(key in asked for key in keys)
    )


def change(world: World, order: Order, note: str) -> tuple[Error, ...]:
    """Do a change that was taken in, or find what is wrong with it."""
    if order.state != "CREATED" or world.parcel(order.uuid).scans:
        return (CANNOT_CHANGE,)
    try:
        after = merged(world, order, decoded(note))
    except Refused as refused:
        return refused.errors
    errors = errors_of(world, after)
    if errors:
        return errors
    ids = [package.id or new_uuid(world, "package") for package in after.packages]
    packages = tuple(replace(package, id=found) for package, found in zip(after.packages, ids, strict=True))
    if _goes_elsewhere(order, after):
        agreement_life.let_go(world, order)
    held = live_agreement(world, order.uuid)
    planned = held.date if held is not None else ""
    after = registration.revise(world, order, replace(after, packages=packages), planned=planned)
    reverse.settle(world, after)
    if after.echo.get("comment") != order.echo.get("comment"):
        journeys.follow_comment(world, after)
    return ()


def _goes_elsewhere(before: Order, after: Order) -> bool:
    ends = [(order.delivery_point, order.target, order.echo.get("to_location")) for order in (before, after)]
    return ends[0] != ends[1]


def merged(world: World, order: Order, asked: dict[str, Any]) -> Order:
    """Return the order as it would be; new packages have no id yet.

    Raises:
        Refused: what results is no good order by itself, or a known package goes without its id.
    """
    _keep_its_mode(order, asked)
    now = {key: value for key, value in entity(world, order).items() if key not in FILLED_IN} | order.echo
    rows, ids = _packages(world, order, now["packages"], asked)
    for pair in ENDS:
        if any(key in asked for key in pair):
            now = {key: value for key, value in now.items() if key not in pair}
    wanted = {key: value for key, value in asked.items() if key not in FIXED}
    draft = read_order(world, {**now, **wanted, "packages": rows}, order.wire_origin)
    known = {package.id: package for package in order.packages}
    return replace(
        order,
        number=draft.number or order.uuid,
        kind=draft.kind,
        tariff=draft.tariff,
        packages=tuple(_known(package, known.get(found)) for package, found in zip(draft.packages, ids, strict=True)),
        origin=draft.origin,
        target=draft.target,
        shipment_point=draft.shipment_point,
        delivery_point=draft.delivery_point,
        services=draft.services,
        to_collect_minor=draft.to_collect_minor,
        to_collect_vat=draft.to_collect_vat,
        thresholds=draft.thresholds,
        extra_types=draft.extra_types,
        echo=draft.echo,
    )


def _keep_its_mode(order: Order, asked: dict[str, Any]) -> None:
    tariff = Reader(asked).whole("tariff_code")
    modes = [TARIFFS[code][1].number for code in (order.tariff, tariff) if code in TARIFFS]
    if len(set(modes)) > 1:
        raise Refused(wrong_value("tariff_code", f"{tariff}: delivery mode {modes[1]} instead of {modes[0]}"))


def _known(package: Package, before: Package | None) -> Package:
    return package if before is None else replace(package, id=before.id, barcode=before.barcode)


def _packages(world: World, order: Order, now: list[dict[str, Any]], asked: dict[str, Any]) -> tuple[Any, list[str]]:
    """Return the packages as the change would have them, and the id of each; "" for a new one."""
    ids = [package.id for package in order.packages]
    if "packages" not in asked:
        return now, ids
    known = dict(zip(ids, now, strict=True))
    reader = Reader(asked)
    rows, found = [], []
    for row in reader.children("packages", required=True, most=255):
        package_id = (row.text("package_id") or "").lower()
        if package_id and package_id not in known:
            reader.errors.append(Error("v2_entity_not_found", f"Entity is not found by uuid {package_id[:80]}"))
        elif package_id in found and package_id:
            reader.errors.append(wrong_value(row.at("package_id"), f"{package_id}: given twice"))
        elif not package_id and (number := row.text("number")) in [package.number for package in order.packages]:
            reader.errors.append(Error("v2_package_id_is_empty", f"Package_id for {number} package is empty"))
        rows.append(
            {**known.get(package_id, {}), **{key: value for key, value in row.found.items() if value is not None}}
        )
        found.append(package_id)
    reader.refuse_if_wrong()
    return rows, found
