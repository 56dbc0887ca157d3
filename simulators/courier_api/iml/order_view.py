"""How an order is told: the request back with what the carrier added, and its state with each line's outcome.

Wire contract: `courier_api` §3; keys, their order and empty values follow recorded answers. What is empty there is null
here, since the recording does not tell null from an empty text (guessed).
"""

from decimal import Decimal
from typing import Any

from ...core.parcel import Collected, PaidOut, Parcel
from ...core.world import World
from . import points
from .money import collected_minor, commission_minor, full_cost_minor
from .records import CONDITION, PACKAGE, Item, Order
from .regions import regions
from .scans import last, live_scans
from .statuses import NEW_STATE, OUTCOMES, STATES, pair
from .wire_values import kilograms, moment, order_date, roubles

NO_CHANGE = "0001-01-01T00:00:00"
BY_CARD = "CARD"
REFUSED_CODE = 1  # `returnCode` of a refused line; no table of them is known


def pair_of(parcel: Parcel) -> tuple[int, int]:
    """Return (`State`, `OrderStatus`) as they stand: those of the event that occurred last."""
    scans = live_scans(parcel)
    return pair(last(scans).code) if scans else (NEW_STATE, 0)


def order_shape(world: World, order: Order) -> dict[str, Any]:
    """Return an element of `GetOrders`, which is also `Order` of the answer to `CreateOrder`."""
    parcel, echo = world.parcel(order.id), order.echo
    state, outcome = pair_of(parcel)
    moved = bool(live_scans(parcel))
    ended = outcome != 0
    return {
        "Job": order.job,
        "CustomerOrder": order.number,
        "DeliveryDate": order_date(order.delivery_date),
        "Volume": len(order.barcodes),
        "Weight": kilograms(order.mass_g),
        "BarCode": order.barcode,
        "DeliveryPoint": points.points()[order.point].request_code if order.point else None,
        "Phone": order.phone,
        "Email": echo.get("Email") or None,
        "Contact": order.contact,
        "IndexTo": echo.get("IndexTo") or None,
        "IndexFrom": echo.get("IndexFrom") or None,
        "RegionCodeTo": order.end,
        "RegionCodeFrom": order.start,
        "Address": order.address or None,
        "TimeTo": echo.get("TimeTo") or None,
        "TimeFrom": echo.get("TimeFrom") or None,
        "ValuatedAmount": roubles(order.value_minor),
        "Amount": roubles(order.amount_minor),
        "State": state,
        "OrderStatus": outcome,
        "Comment": echo.get("Comment") or None,
        "GoodItems": [item_shape(item) for item in order.items],
        "ForLocation": order.end,
        "Draft": echo.get("Draft") or None,
        "DeliveryAmount": roubles(order.cost_minor) if moved else None,
        "Commission": roubles(commission_minor(world, collected_minor(parcel))) if ended else None,
        "PostIdentifier": order.post_number or None,
        "PaymentType": _payment_type(parcel) if ended else None,
        "FullDeliveryAmount": roubles(full_cost_minor(order, parcel)) if moved else None,
    }


def item_shape(item: Item) -> dict[str, Any]:
    echo = item.echo
    sides = echo.get("sides_cm", [0, 0, 0])
    named = {name: echo.get(name) or None for name in ("GoodsClass", "PaymentItemUnit", "VendorName", "VendorINN")}
    return {
        "productNo": item.number or None,
        "productName": item.name or None,
        "productVariant": echo.get("productVariant") or None,
        "productNote": echo.get("productVariant") or None,
        "productBarCode": echo.get("productBarCode") or None,
        "couponCode": echo.get("couponCode") or None,
        "discount": roubles(echo.get("discount", 0)),
        "weightLine": kilograms(item.mass_g) if item.mass_g else None,
        "amountLine": roubles(item.amount_minor),
        "statisticalValueLine": roubles(item.value_minor),
        "deliveryService": int(item.held_on),
        "itemQuantity": item.pieces,
        "itemType": item.kind,
        "itemNote": echo.get("itemNote") or None,
        "allowed": echo.get("allowed") or ("True" if item.kind != CONDITION else None),
        "VATRate": roubles(echo["VATRate"]) if "VATRate" in echo else None,
        "VATAmount": roubles(echo["VATAmount"]) if "VATAmount" in echo else None,
        "Length": sides[0],
        "Height": sides[2],
        "Width": sides[1],
        **named,
        "VendorPhone": echo.get("VendorPhone") or None,
        "PaymentItemSign": echo.get("PaymentItemSign") or "1",
        "ExciseAmount": roubles(echo["ExciseAmount"]) if "ExciseAmount" in echo else None,
        "ItemCountryOrigin": echo.get("ItemCountryOrigin") or None,
        "CustomsDeclaration": echo.get("CustomsDeclaration") or None,
    }


def _payment_type(parcel: Parcel) -> int:
    """Return how the recipient paid: 0 for cash or nothing, 1 for card (guessed: recordings have 0 and 1)."""
    methods = [fact.method for fact in parcel.facts if isinstance(fact, Collected)]
    return int(methods[-1:] == [BY_CARD])


def status_shape(world: World, order: Order) -> dict[str, Any]:
    """Return an element of `GetStatuses`."""
    parcel = world.parcel(order.id)
    state, outcome = pair_of(parcel)
    scans = live_scans(parcel)
    taken_minor = collected_minor(parcel)
    return {
        "Number": order.number,
        "State": state,
        "OrderStatus": outcome,
        "StateDescription": STATES[state],
        "OrderStatusDescription": OUTCOMES[outcome],
        "StatusDate": moment(last(scans).occurred_ms if scans else order.made_ms),
        "ReturnPayment": _return_payment(parcel),
        "BarCode": order.barcode,
        "ReturnStatus": _return_status(order, state, outcome),
        "CashReceiptAmount": roubles(taken_minor),
        "LocationCode": location_code(order, state),
        "TransferredToDate": f"{order.moved_to}T00:00:00" if order.moved_to else None,
        "Details": [
            _detail(item, outcome, paid=taken_minor > 0)
            for item in order.items
            if item.kind not in (CONDITION, PACKAGE)
        ],
        "DeliveryDate": f"{order.moved_to or order.delivery_date}T00:00:00",
        "PostIdentifier": order.post_number or None,
        "PaymentType": _payment_type(parcel),
    }


def _return_payment(parcel: Parcel) -> Decimal | None:
    """Return the money taken that was passed on to the shop; null before a payout has it (guessed)."""
    paid = any(isinstance(fact, PaidOut) for fact in parcel.facts)
    return roubles(collected_minor(parcel)) if paid and collected_minor(parcel) else None


def _return_status(order: Order, state: int, outcome: int) -> int:
    """Return 0 where nothing goes back, 1 on the way, 2 back at the shop (guessed: only 0 was recorded)."""
    going = outcome in (2, 3) or (state == 6 and outcome == 0) or any(item.refused for item in order.items)
    return (2 if state == 13 else 1) if going else 0


def location_code(order: Order, state: int) -> str | None:
    """Return the warehouse or point at which the parcel lies, null while it lies nowhere."""
    if state == 10 and order.point:
        return points.points()[order.point].code
    if state == 1:
        return points.warehouse_code(regions()[order.end])
    return None


def _detail(item: Item, outcome: int, *, paid: bool) -> dict[str, Any]:
    """Return a line's outcome: what it was to bring, what it brought, whether it was refused."""
    taken = outcome == 1 and paid and not item.refused
    whole = outcome in (2, 3)
    sides = item.echo.get("sides_cm", [None, None, None])
    return {
        "change": NO_CHANGE,
        "productNo": item.number or None,
        "productName": item.name or None,
        "service": not item.is_goods,
        "isAllowed": item.echo.get("allowed") or None,
        "amount": roubles(item.amount_minor),
        "cashRecieptAmount": roubles(item.amount_minor if taken else 0),
        "cancel": item.refused or whole,
        "returnCode": REFUSED_CODE if item.refused or whole else None,
        "productVariant": item.echo.get("productVariant") or None,
        "statisticalValueLine": roubles(item.value_minor),
        "externalBarcode": item.echo.get("productBarCode") or None,
        "couponCode": item.echo.get("couponCode") or None,
        "productType": item.kind,
        "productTypeId": None,
        "status": None,
        "side1": sides[0],
        "side2": sides[1],
        "side3": sides[2],
        "weight": kilograms(item.mass_g) if item.mass_g else None,
        "vatRate": roubles(item.echo["VATRate"]) if "VATRate" in item.echo else None,
        "vatAmount": roubles(item.echo["VATAmount"]) if "VATAmount" in item.echo else None,
        "discount": roubles(item.echo.get("discount", 0)),
        "consignorPhone": item.echo.get("VendorPhone") or None,
        "note": item.echo.get("itemNote") or None,
        "quantity": item.pieces,
    }
