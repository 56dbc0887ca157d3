"""The older XML protocol on `/imlapi`: orders made, asked for and deleted, several in one message.

Wire contract: `courier_api` §3. Shop modules show the request whole and read the answer's `Order` with `number`,
`status` (`OK`, `Error`, `Warning`), `notPassed`, `description`, `comment`, `BarcodeList`, `orderStatus` and
`deliveryStatus`; the answer's root and its `Message` are ours.
"""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from lxml import etree

from ...core.errors import Rejected
from ...core.world import World
from ...wire.call import Answer, Call
from . import registration
from .answers import Operations, Refused, Wrong
from .fields import read_order
from .order_view import pair_of
from .pictures import barcode_png
from .records import Order, by_shop_number
from .wire_values import moment

XML = "text/xml; charset=utf-8"
REQUEST, ANSWER = "DeliveryRequest", "DeliveryResponse"
SPACE = "http://www.imlogistic.ru/schema/request/v1"
MOST = 500
FIELDS = {  # an order's element -> the field of `CreateOrder`
    "number": "CustomerOrder",
    "barCode": "BarCode",
    "Condition/service": "Job",
    "Condition/Delivery/issue": "DeliveryDate",
    "Condition/Delivery/timeFrom": "TimeFrom",
    "Condition/Delivery/timeTo": "TimeTo",
    "Condition/comment": "Comment",
    "Region/departure": "RegionCodeFrom",
    "Region/destination": "RegionCodeTo",
    "Consignee/Address/line": "Address",
    "Consignee/Address/city": "City",
    "Consignee/Address/postCode": "PostCode",
    "Consignee/Address/contentType": "PostContentType",
    "Consignee/RepresentativePerson/name": "Contact",
    "Consignee/RepresentativePerson/Communication/telephone1": "Phone",
    "Consignee/RepresentativePerson/Communication/email": "Email",
    "SelfDelivery/deliveryPoint": "DeliveryPoint",
    "GoodsMeasure/weight": "Weight",
    "GoodsMeasure/volume": "Volume",
    "GoodsMeasure/amount": "Amount",
    "GoodsMeasure/statisticalValue": "ValuatedAmount",
}
NAMES = {field: element.rpartition("/")[2] for element, field in FIELDS.items()}  # as `notPassed` tells them

Told = dict[str, Any]
routes = Operations()


@routes.post("/imlapi")
def exchange(call: Call) -> Answer:
    """Do what each `Order` of a message asks, one after the other; one that fails does not keep the next from it."""
    try:
        root = _root(call.body)
    except Refused as refused:
        return _answer(call.world, "", [_failed("", refused.errors[0])])
    reference = _text(root, "Message/reference")
    return _answer(call.world, reference, [_done(call.world, order) for order in _orders(root)])


def _root(body: bytes) -> Any:
    """Return the message without its namespace.

    Raises:
        Refused: it is no such message, or longer than it may be.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(Wrong("Message", f"Сообщение не читается как XML: {str(error)[:120]}")) from None
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    if root.tag != REQUEST:
        raise Refused(Wrong("Message", f"Корень сообщения {str(root.tag)[:60]}, нужен {REQUEST}"))
    if not 0 < len(_orders(root)) <= MOST:
        raise Refused(Wrong("Message", f"Заказов в сообщении {len(_orders(root))}, допустимо от 1 до {MOST}"))
    return root


def _orders(root: Any) -> list[Any]:
    return list(root.findall("Order"))


def _text(element: Any, path: str) -> str:
    found = element.find(path)
    return "" if found is None else "".join(found.itertext()).strip()


def _done(world: World, element: Any) -> Told:
    """Do what one order asks and tell what came of it."""
    number, action = _text(element, "number"), _text(element, "action").upper()
    act = ACTIONS.get(action)
    if act is None:
        return _failed(number, Wrong("action", f"action: найдено «{action[:40]}», допустимо {', '.join(ACTIONS)}"))
    try:
        return act(world, element, number)
    except Refused as refused:
        return _failed(number, refused.errors[0])


def _failed(number: str, wrong: Wrong) -> Told:
    """Return a refusal: the element that did not pass, or a comment where no one element is to blame."""
    told = {"number": number, "status": "Error"}
    if wrong.code in NAMES and wrong.code != "CustomerOrder":
        return {**told, "notPassed": NAMES[wrong.code], "description": wrong.message}
    return {**told, "description": wrong.message, "comment": wrong.message}


def _create(world: World, element: Any, number: str) -> Told:
    fields: dict[str, Any] = {field: _text(element, path) for path, field in FIELDS.items()}
    items = element.find("GoodsItems")
    rows = [] if items is None else items.findall("Item")
    fields["GoodItems"] = [{part.tag: _text(part, ".") for part in row} for row in rows]
    order = registration.take_in(world, read_order(world, fields))
    volumes = [{"barcode": code, "encodedBarcode": b64encode(barcode_png(code)).decode()} for code in order.barcodes]
    return {"number": number, "status": "OK", "BarcodeList": {"Volume": volumes}}


def _status(world: World, element: Any, number: str) -> Told:
    order = _known(world, number)
    state, outcome = pair_of(world.parcel(order.id))
    told = {"number": number, "status": "OK", "orderStatus": str(outcome), "deliveryStatus": str(state)}
    return {**told, "BarcodeList": {"Volume": [{"barcode": code} for code in order.barcodes]}}


def _delete(world: World, element: Any, number: str) -> Told:
    order = _known(world, number)
    try:
        registration.remove(world, order)
    except Rejected:
        raise Refused(Wrong("number", f"number: заказ {number} уже на складе, удалить его нельзя")) from None
    return {"number": number, "status": "OK", "comment": "Заказ удалён"}


def _known(world: World, number: str) -> Order:
    found = by_shop_number(world, number)
    if not found:
        raise Refused(Wrong("number", f"number: заказ {number[:50]} не найден"))
    return found[-1]


ACTIONS: dict[str, Callable[[World, Any, str], Told]] = {"CREATE": _create, "STATUS": _status, "DELETE": _delete}


def _answer(world: World, reference: str, orders: list[Told]) -> Answer:
    root = etree.Element(ANSWER, nsmap={None: SPACE})
    message = {"sender": "0001", "issue": moment(world.now_ms), "reference": reference, "version": "3.0"}
    _put(root, {"Message": message, "Order": orders})
    return Answer(200, etree.tostring(root, xml_declaration=True, encoding="utf-8"), {"Content-Type": XML})


def _put(parent: Any, told: Told) -> None:
    for name, value in told.items():
        for one in value if isinstance(value, list) else [value]:
            element = etree.SubElement(parent, name)
            if isinstance(one, dict):
                _put(element, one)
            else:
                element.text = _printable(one)


def _printable(text: str) -> str:
    """Return text without what XML cannot hold."""
    return "".join(letter if letter >= " " and letter not in "\ufffe\uffff" else " " for letter in text)
