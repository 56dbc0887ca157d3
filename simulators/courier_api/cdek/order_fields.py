"""The body of POST /orders: every field with its limit, read leniently, refused with the path of each error.

Wire contract: `courier_api` §1.1 (input shapes), §1.5.1. What needs the world (numbers in use, offices, limits of
cities) is judged later, in `judgement`.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from ...core.world import World
from . import geography
from .body import Reader
from .contacts import contact, location, put, seller
from .envelope import Error, is_empty, wrong_value
from .prices import known_service
from .records import Charge, Item, Order, Package, Request, Threshold
from .tariffs import TARIFFS
from .wire_values import new_uuid

ITEMS_MOST = 126
PACKAGES_MOST = 255
DELIVERY_CHARGE_MOST_MINOR = 50_000_000 * 100
VAT_RATES = (0, 5, 7, 10, 12, 16, 20, 22)
EXTRA_TYPES = (2, 4, 6, 7, 9, 10, 11, 14, 15)
PRINTS = {"WAYBILL": "orders", "BARCODE": "barcodes"}
ECHOED = ("comment", "developer_key", "shipper_name", "shipper_address", "accompanying_number")
INTERNATIONAL = ("date_invoice", "shipper_name", "shipper_address")


def read_order(world: World, document: Any, wire_origin: str) -> Order:
    """Return the order a body asks for.

    Raises:
        Refused: with every error of the body.
    """
    reader = Reader(document)
    kind, tariff = _kind(reader), reader.whole("tariff_code", required=True) or 0
    origin, target, echo = route(reader)
    echo |= _parties(reader, kind)
    order = Order(
        uuid="",
        number=_number(reader) if kind == 1 else "",
        kind=kind,
        tariff=tariff,
        packages=_packages(reader, kind),
        origin=origin,
        target=target,
        made_ms=world.now_ms,
        wire_origin=wire_origin,
        shipment_point=reader.text("shipment_point") or "",
        delivery_point=reader.text("delivery_point") or "",
        services=_services(reader),
        thresholds=_thresholds(reader),
        extra_types=_extra_types(reader),
        print_form=_print(reader),
        echo=echo | _echo(reader, needs_invoice=kind == 1 and tariff in TARIFFS and TARIFFS[tariff][0].abroad),
        role="client_return" if reader.flag("is_client_return") else "",
        **_to_collect(reader),
    )
    _check_ends(reader, order)
    reader.refuse_if_wrong()
    return order


def _kind(reader: Reader) -> int:
    kind = reader.whole("type")
    if kind not in (None, 1, 2):
        reader.errors.append(wrong_value("type", kind))
    return kind or 1


def _number(reader: Reader) -> str:
    number = reader.text("number", limit=40) or ""
    if not number.isascii() or not number.isprintable():
        reader.errors.append(wrong_value("number", number))
    return number


def route(reader: Reader, *, address: bool = True) -> tuple[int, int, dict[str, Any]]:
    """Return the codes of both cities and the locations as told back; 0 where an office stands instead.

    Args:
        address: it is required.
    """
    codes, echo = [], {}
    for key, point, code, end in (
        ("from_location", "shipment_point", "v2_shipment_address_multivalued", "sender"),
        ("to_location", "delivery_point", "v2_delivery_address_multivalued", "recipient"),
    ):
        child, city = reader.child(key), None
        if child is not None:
            echo[key] = location(child, address=address and not (key == "from_location" and _from_office(reader)))
            city = geography.resolve(echo[key])
            if city is None:
                reader.errors.append(
                    Error(f"v2_{end}_location_not_recognized", f"{end.title()} location is not recognized")
                )
            if reader.has(point):
                reader.errors.append(Error(code, f"[{key}] and [{point}] exclude each other"))
        elif not reader.has(point):
            side = "from" if key == "from_location" else "to"
            reader.errors.append(
                Error(f"v2_order_location_{side}_and_{point}_empty", f"[{key}] and [{point}] are empty")
            )
        codes.append(city.code if city else 0)
    return codes[0], codes[1], echo


def _from_office(reader: Reader) -> bool:
    """Tell whether the parcel is brought to an office: a city will do then, in place of the office."""
    tariff = Reader(reader.found).whole("tariff_code")
    return tariff in TARIFFS and TARIFFS[tariff][1].origin == "office"


def _check_ends(reader: Reader, order: Order) -> None:
    """A tariff to an office or from a locker needs its code, one from or to a door the address.

    One from an office takes a city alone, as a public client's tests at the vendor's test host show.
    """
    if order.tariff not in TARIFFS:
        return  # judged later, with the direction
    _, mode = TARIFFS[order.tariff]
    ends = ((mode.origin, "from_location", "shipment_point"), (mode.target, "to_location", "delivery_point"))
    for place, address, point in ends:
        wanted, given = (address, point) if place == "door" else (point, address)
        if place == "office" and point == "shipment_point":
            continue
        if reader.has(given) and not reader.has(wanted):
            reader.errors.append(is_empty(wanted))


def _parties(reader: Reader, kind: int) -> dict[str, Any]:
    echo = {}
    for key, required in (("sender", kind == 2), ("recipient", True)):
        child = reader.child(key, required=required)
        if child is not None:
            echo[key] = contact(child, phones=key == "recipient")
    if (child := reader.child("seller")) is not None:
        echo["seller"] = seller(child)
    return echo


def _echo(reader: Reader, *, needs_invoice: bool) -> dict[str, Any]:
    """Return what is told back as it came; an invoice belongs to goods that cross a border, and is whole or absent."""
    echo: dict[str, Any] = {}
    for key in ECHOED:
        put(echo, key, reader.text(key))
    put(echo, "date_invoice", reader.day("date_invoice"))
    given = [key for key in INTERNATIONAL if key in echo]
    reader.errors.extend(is_empty(key) for key in INTERNATIONAL if (given or needs_invoice) and key not in echo)
    echo["has_reverse_order"] = reader.flag("has_reverse_order")
    reader.text("widget_token")
    return echo


def _extra_types(reader: Reader) -> tuple[int, ...]:
    found = reader.wholes("additional_order_types")
    reader.errors.extend(wrong_value("additional_order_types", value) for value in found if value not in EXTRA_TYPES)
    return found


def _print(reader: Reader) -> str:
    wanted = (reader.text("print") or "").upper()
    if wanted and wanted not in PRINTS:
        reader.errors.append(wrong_value("print", wanted))
    return PRINTS.get(wanted, "")


# -- money


def _vat(reader: Reader) -> tuple[int | None, int | None]:
    """Return (rate in percent, sum in kopecks), None for what is not said; a rate needs a sum."""
    rate, vat_minor = reader.whole("vat_rate"), reader.minor("vat_sum")
    if rate is not None and rate not in VAT_RATES:
        reader.errors.append(wrong_value(reader.at("vat_rate"), rate))
    return rate, vat_minor


def _to_collect(reader: Reader) -> dict[str, Any]:
    child = reader.child("delivery_recipient_cost")
    if child is None:
        return {}
    minor = child.minor("value", required=True, most=DELIVERY_CHARGE_MOST_MINOR) or 0
    rate, vat_minor = _vat(child)
    if rate is not None and vat_minor is None:
        reader.errors.append(is_empty(child.at("vat_sum")))
    return {"to_collect_minor": minor, "to_collect_vat": (rate, vat_minor)}


def _thresholds(reader: Reader) -> tuple[Threshold, ...]:
    found = []
    for row in reader.children("delivery_recipient_cost_adv", most=100):
        upto, minor = row.whole("threshold", required=True), row.minor("sum", required=True)
        rate, vat_minor = _vat(row)
        if rate is not None and vat_minor is None:
            reader.errors.append(is_empty(row.at("vat_sum")))
        found.append(Threshold((upto or 0) * 100, minor or 0, (rate, vat_minor)))
    services = {row.text("code") for row in Reader(reader.found).children("services") if row.found}
    if found and "PART_DELIV" not in services:
        reader.errors.append(
            Error("v2_unable_add_service", "[delivery_recipient_cost_adv] needs the service PART_DELIV")
        )
    return tuple(sorted(found, key=lambda threshold: threshold.upto_minor))


def _services(reader: Reader) -> tuple[Charge, ...]:
    found = []
    for row in reader.children("services", most=100):
        code, parameter = row.text("code", required=True), row.text("parameter") or ""
        if code is not None and not known_service(code):
            reader.errors.append(Error("v2_unable_add_service", f"Unable to add service {code[:80]}"))
        elif code is not None and code != "INSURANCE":  # the carrier adds insurance itself
            found.append(Charge(code, parameter))
    return tuple(found)


# -- goods


def _packages(reader: Reader, kind: int) -> tuple[Package, ...]:
    rows = reader.children("packages", required=True, most=PACKAGES_MOST)
    found = tuple(_package(row, kind) for row in rows)
    if sum(len(package.items) for package in found) > ITEMS_MOST:
        reader.errors.append(Error("v2_number_items_is_more_126", "The number of items is more than 126"))
    return found


def _package(reader: Reader, kind: int) -> Package:
    sides = [reader.whole(key, least=0, most=1_500, round_up=True) for key in ("length", "width", "height")]
    rows = reader.children("items", required=kind == 1, most=10_000)
    return Package(
        id="",
        number=reader.text("number", required=True) or "",
        mass_g=_mass(reader, "weight", required=True) or 0,
        sides_cm=_sides(sides),
        items=tuple(_item(row) for row in rows) if len(rows) <= ITEMS_MOST else _too_many(reader),
        comment=reader.text("comment") or "",
    )


def _too_many(reader: Reader) -> tuple[Item, ...]:
    reader.errors.append(Error("v2_number_items_is_more_126", "The number of items is more than 126"))
    return ()


def _sides(sides: Sequence[int | None]) -> tuple[int, int, int] | None:
    length, width, height = sides
    return (length, width, height) if length and width and height else None


def _mass(reader: Reader, key: str, *, required: bool = False) -> int | None:
    return reader.whole(key, required=required, least=1, most=10**9, round_up=True)


def _item(reader: Reader) -> Item:
    payment = reader.child("payment", required=True)
    rate = vat_minor = minor = None
    if payment is not None:
        minor = payment.minor("value", required=True)
        rate, vat_minor = _vat(payment)
    return Item(
        name=reader.text("name", required=True) or "",
        ware_key=reader.text("ware_key", required=True) or "",
        payment_minor=minor or 0,
        cost_minor=reader.minor("cost", required=True) or 0,
        mass_g=reader.whole("weight", required=True, most=10**9, round_up=True) or 0,
        amount=reader.whole("amount", required=True, least=1, most=999_999) or 0,
        payment_vat_rate=rate,
        payment_vat_minor=vat_minor,
        gross_g=_mass(reader, "weight_gross"),
        echo=_item_echo(reader),
    )


def _item_echo(reader: Reader) -> dict[str, Any]:
    echo: dict[str, Any] = {}
    for key in ("marking", "name_i18n", "brand", "country_code", "url", "jewel_uin", "feacn_code"):
        put(echo, key, reader.text(key))
    put(echo, "material", reader.whole("material"))
    for key in ("wifi_gsm", "used_goods", "used"):
        if reader.has(key):
            echo[key] = reader.flag(key)
    if (child := reader.child("seller")) is not None:
        echo["seller"] = seller(child)
    echo["excise"] = reader.flag("excise")
    detail = reader.child("return_item_detail")
    echo["return_item_detail"] = {} if detail is None else _return_detail(detail)
    return echo


def _return_detail(reader: Reader) -> dict[str, Any]:
    echo: dict[str, Any] = {}
    for key in ("direct_order_number", "direct_order_uuid", "direct_package_number"):
        put(echo, key, reader.text(key))
    return echo


def settled(world: World, order: Order, request_uuid: str) -> Order:
    """Return the order with its own uuids, ready to be kept. Counters move here, so only when nothing is wrong."""
    uuid = new_uuid(world, "order")
    packages = tuple(replace(package, id=new_uuid(world, "package")) for package in order.packages)
    request = Request(request_uuid, "CREATE", world.now_ms, "ACCEPTED")
    return replace(
        order, uuid=uuid, number=order.number or uuid, packages=packages, changed_ms=world.now_ms, requests=(request,)
    )
