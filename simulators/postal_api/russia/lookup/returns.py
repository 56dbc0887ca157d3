"""Returns: a label for goods that come back, for a direct item or without one.

Wire contract: `postal_api_russia` §2.14. A return is an item of its own with its own number: it is read, priced and
tracked as any, and lies in the folder "new" until it is handed in. Answers to what went well are the specification's;
only errors were ever recorded.
"""

from typing import Any

import msgspec

from ....core.parcel import Booked, Parcel
from ....core.world import World
from ....wire.call import Answer, Call
from .. import numbers
from ..answers import Operations, json
from ..names import OTPRAVKA
from ..offers.coverage import lacking
from ..otpravka.account import account_now
from ..otpravka.body import document, text, unreadable, whole
from ..otpravka.pricing import priced, rates_of
from ..otpravka.products import TYPES
from ..otpravka.registration import FIRST_ID, delete, forget_names, keep_names, numbered
from ..records import Order, by_barcode, keep, orders
from ..tariff.prices import HOME, NoTariff, Price
from .offices import place_of
from .switches import SWITCHES

MAIL_TYPE, ORDINARY, DECLARED = "EASY_RETURN", "ORDINARY", "WITH_DECLARED_VALUE"
UNDEFINED = "UNDEFINED"
DEFAULT_G = 1_000  # what a return without a direct item is taken to weigh (ours)
MOST = 1_000  # returns of one call
NEEDED = ("address-from", "mail-type", "recipient-name", "sender-name")
ADDRESS_NEEDED = ("address-type", "index", "place", "region")
ADDRESS = (
    "index", "region", "area", "place", "location", "street", "house", "letter", "slash", "corpus", "building", "hotel",
    "room", "office", "vladenie", "num-address-type",
)  # fmt: skip
TEXTS = {
    "DIRECT_SHIPMENT_NOT_FOUND": "Прямое отправление не найдено",
    "RETURN_SHIPMENT_NOT_FOUND": "Возвратное отправление не найдено",
    "FREE_ER_ADDRESS_NOT_ENABLED": "Свободный ввод адреса не доступен",
    "INVALID_MAIL_TYPE": "Недопустимый вид РПО",
    "INVALID_BARCODE": "Некорректный ШПИ",
    "ALREADY_EXISTS": "Возвратное отправление уже создано",
    "RETURN_NOT_ALLOWED": "Возврат недоступен",
    "INTERNAL_ERROR": "Внутренняя ошибка",
}

routes = Operations()


class Refusal(Exception):
    """A return is not made, and nothing changed."""

    def __init__(self, code: str, description: str = "") -> None:
        self.code = code
        self.description = description or TEXTS[code]
        super().__init__(code)

    def shape(self) -> dict[str, str]:
        return {"code": self.code, "description": self.description}


@routes.put("/1.0/returns")
def create_return(call: Call) -> Answer:
    """Make the return of a direct item: its addresses change places."""
    given = _object(document(call))
    try:
        made = of_direct(call.world, given)
    except Refusal as refusal:
        return json({"errors": [refusal.shape()]})
    return json({"return-barcode": made.barcode})


@routes.put("/1.0/returns/return-without-direct")
def create_separate_returns(call: Call) -> Answer:
    given = document(call)
    if not isinstance(given, list) or len(given) > MOST:
        raise unreadable(f"an array of at most {MOST} returns is expected")
    return json([_separate(call.world, item, position) for position, item in enumerate(given)])


@routes.delete("/1.0/returns/delete-separate-return")
def delete_separate_return(call: Call) -> Answer:
    order = _separate_return(call.world, call.query.get("barcode", "").strip())
    if order is None:
        return json(Refusal("RETURN_SHIPMENT_NOT_FOUND").shape())
    delete(call.world, order)
    return json({})


@routes.post("/1.0/returns")
def edit_return(call: Call) -> Answer:
    return _edited(call, call.query.get("barcode", "").strip())


@routes.post("/1.0/returns/{barcode}", methods=("PUT",))
def edit_return_by_path(call: Call) -> Answer:
    return _edited(call, call.params["barcode"])


def _edited(call: Call, barcode: str) -> Answer:
    """Put other data in the place of a separate return's; its number stays."""
    order = _separate_return(call.world, barcode)
    given = _object(document(call))
    try:
        if order is None:
            raise Refusal("RETURN_SHIPMENT_NOT_FOUND")
        _refuse_unavailable(call.world)
        draft = _priced(call.world, msgspec.structs.replace(order, fields=_fields(call.world, given)))
    except Refusal as refusal:
        return json({"errors": [refusal.shape()]})
    forget_names(call.world, order)
    kept = keep(call.world, msgspec.structs.replace(draft, version=order.version + 1))
    keep_names(call.world, kept)
    return json({})


def of_direct(world: World, given: dict[str, Any]) -> Order:
    """Make the return of a direct item that `given` names as the wire does.

    Raises:
        Refusal.
    """
    _refuse_unavailable(world)
    barcode = text("direct-barcode", given.get("direct-barcode")) or ""
    mail_type = text("mail-type", given.get("mail-type")) or UNDEFINED
    if mail_type not in (*TYPES, UNDEFINED):
        raise Refusal("INVALID_MAIL_TYPE")
    direct = by_barcode(world, barcode)
    if direct is None or direct.return_of:
        raise Refusal("DIRECT_SHIPMENT_NOT_FOUND")
    if direct.is_abroad:
        raise Refusal("RETURN_NOT_ALLOWED")
    if any(order.return_of == barcode for order in orders(world)):
        raise Refusal("ALREADY_EXISTS")
    return _made(world, _back(world, direct), return_of=barcode)


def _back(world: World, direct: Order) -> dict[str, Any]:
    """Return the fields of the way back: to the account's own address, from where the item went."""
    account = account_now(world)
    sender = account.sender
    from_there = {name: direct.text(f"{name}-to") for name in ADDRESS if name != "index"}
    back = {f"{name}-to": found for name in ADDRESS if name != "index" and (found := sender.get(name))}
    fields: dict[str, Any] = {
        **back,
        "index-to": int(sender["index"]),
        "address-type-to": "DEFAULT",
        "address-from": {"index": direct.index_to, **{name: found for name, found in from_there.items() if found}},
        "recipient-name": account.org_name,
        "sender-name": direct.recipient,
        "order-num": direct.order_num,
        "mass": direct.mass_g,
    }
    if dimension := direct.fields.get("dimension"):
        fields["dimension"] = dimension
    return _completed(fields, direct.value_minor)


def _completed(fields: dict[str, Any], value_minor: int) -> dict[str, Any]:
    declared = {"insr-value": value_minor} if value_minor > 0 else {}
    category = DECLARED if declared else ORDINARY
    return {**fields, **declared, "mail-direct": HOME, "mail-type": MAIL_TYPE, "mail-category": category}


def _separate(world: World, item: Any, position: int) -> dict[str, Any]:
    try:
        _refuse_unavailable(world)
        if SWITCHES.choice(world, "free_return_address") == "off":
            raise Refusal("FREE_ER_ADDRESS_NOT_ENABLED")
        made = _made(world, _fields(world, _object(item)))
    except Refusal as refusal:
        return {"errors": [refusal.shape()], "position": position}
    return {"position": position, "return-barcode": made.barcode}


def _fields(world: World, given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a return without a direct item; the way goes to the account's address where none is told."""
    if lacks := [name for name in NEEDED if not given.get(name)]:
        raise Refusal(UNDEFINED, f"Не указано значение: {', '.join(lacks)}")
    if text("mail-type", given["mail-type"]) not in (MAIL_TYPE, UNDEFINED):
        raise Refusal("INVALID_MAIL_TYPE")
    start = _address("address-from", given["address-from"])
    account = account_now(world)
    end = _address("address-to", given["address-to"]) if given.get("address-to") else dict(account.sender)
    office = text("postoffice-code", given.get("postoffice-code"))
    if office and office not in account.points:
        raise Refusal(UNDEFINED, f"Индекс ОПС {office} не является точкой сдачи: {' '.join(account.points)}")
    fields = {
        **{f"{name}-to": end[name] for name in ADDRESS if name != "index" and end.get(name)},
        "index-to": int(end["index"]),
        "address-type-to": end.get("address-type", "DEFAULT"),
        "address-from": start,
        "recipient-name": text("recipient-name", given["recipient-name"]),
        "sender-name": text("sender-name", given["sender-name"]),
        "mass": DEFAULT_G,
    }
    if number := text("order-num", given.get("order-num")):
        fields["order-num"] = number
    if office:
        fields["postoffice-code"] = office
    return _completed(fields, whole("insr-value", given.get("insr-value")) or 0)


def _address(name: str, found: Any) -> dict[str, str]:
    if not isinstance(found, dict):
        raise Refusal(UNDEFINED, f"{name}: ожидается адрес")
    read = {key: text(f"{name}.{key}", found.get(key)) for key in (*ADDRESS, "address-type")}
    if lacks := [key for key in ADDRESS_NEEDED if not read[key]]:
        raise Refusal(UNDEFINED, f"{name}: не указано значение: {', '.join(lacks)}")
    if place_of(read["index"] or "") is None:
        raise Refusal(UNDEFINED, f"{name}: почтовый индекс {(read['index'] or '')[:20]} не найден")
    return {key: value for key, value in read.items() if value}


def _refuse_unavailable(world: World) -> None:
    off = SWITCHES.choice(world, "easy_return") == "off"
    if off or lacking(world, MAIL_TYPE, ORDINARY, abroad=False):
        raise Refusal("RETURN_NOT_ALLOWED")


def _made(world: World, fields: dict[str, Any], *, return_of: str = "") -> Order:
    """Keep a return as an order with a number.

    Raises:
        Refusal: it has no price, or no number is left.
    """
    draft = _priced(world, Order(0, "", fields, world.now_ms, return_of=return_of))
    if not numbers.left(world, numbers.DOMESTIC):
        raise Refusal("INTERNAL_ERROR", "Исчерпан диапазон ШПИ")
    order = keep(world, msgspec.structs.replace(draft, id=FIRST_ID + world.count("russian_post.order")))
    parcel = world.add(Parcel(order.parcel_id, OTPRAVKA, "", order.order_num, return_of=_parcel_id(world, return_of)))
    world.happen(parcel, Booked(world.now_ms))
    keep_names(world, order)
    return numbered(world, order)


def _parcel_id(world: World, barcode: str) -> str:
    direct = by_barcode(world, barcode) if barcode else None
    return direct.parcel_id if direct else ""


def _priced(world: World, order: Order) -> Order:
    start = order.fields["address-from"]["index"]
    way = {**order.fields, "postoffice-code": start}  # priced from where the recipient hands it in
    try:
        found: Price = priced(world, msgspec.structs.replace(order, fields=way))
    except NoTariff as error:
        raise Refusal("RETURN_NOT_ALLOWED", error.text) from error
    return msgspec.structs.replace(
        order,
        fields={**order.fields, "transport-type": found.transport},
        rates=rates_of(found),
        days=(found.days_min, found.days_max),
        weight_pay_g=found.weight_pay_g,
        postmarks=("EASY_RETURN",),
    )


def _separate_return(world: World, barcode: str) -> Order | None:
    """Return the return that has a number, where it was made without a direct item and not handed in yet."""
    order = by_barcode(world, barcode) if barcode else None
    if order is None or order.mail_type != MAIL_TYPE or order.return_of or order.batch:
        return None
    return order


def _object(found: Any) -> dict[str, Any]:
    if isinstance(found, list) and not found:
        return {}  # PHP writes an empty object as an empty array
    if not isinstance(found, dict):
        raise unreadable("an object is expected")
    return found
