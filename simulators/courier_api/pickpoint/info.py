"""What the carrier knows of a sending: money, storage, refund, return; of a place; and what its delivery costs.

Wire contract: `courier_api` §4 "Settlement" (`sendinginfo`).
"""

from decimal import Decimal
from typing import Any

from ...core.parcel import Collected, PaidOut, Parcel
from ...core.world import NUMBERS, World
from ...wire.call import Answer, Call
from ...wire.moscow import day_start_ms
from . import settings
from .body import document
from .errors import PARAMETERS, Operations, Refused, json
from .lookup import named, not_found, state
from .payouts import refund_of
from .postamats import postamats
from .records import SENDINGS, Address, Sending
from .wire_values import day_text, moment, roubles, vat_inside

SENDINGS_MOST = 1_000

routes = Operations()


@routes.post("/sendinginfo")
def sendinginfo(call: Call) -> Answer:
    """Tell all about a sending, or about all with one number of the shop's."""
    world = call.world
    return json([_info(world, sending) for sending in named(world, document(call))])


def _info(world: World, sending: Sending) -> dict[str, Any]:
    parcel = world.parcel(sending.id)
    taken = [fact for fact in parcel.facts if isinstance(fact, Collected) and fact.amount_minor > 0]
    paid = bool(taken) and sum(fact.amount_minor for fact in parcel.facts if isinstance(fact, Collected)) > 0
    return {
        "InvoiceNumber": sending.number,
        "SenderInvoiceNumber": sending.sender_code,
        "Sum": roubles(sending.sum_minor),
        "CreateDate": moment(world, sending.made_ms),
        "FIO": sending.recipient,
        "PhoneNumber": sending.phone,
        "Email": sending.email,
        "PostamatNumber": sending.postamat,
        "StorageDate": day_text(world, sending.storage_until_ms),
        "Prolonged": sending.prolonged,
        "Barcodes": [place.barcode for place in sending.places],
        "RefundInfo": _refund(world, sending, parcel),
        "ReturnInfo": _return(world, sending),
        "ClientReturnAddress": _address(sending.client_return),
        "UnclaimedReturnAddress": _address(sending.unclaimed_return),
        "ChequeNumber": _cheque(world, sending) if paid else "",
        "PayType": taken[-1].method.lower() if paid else "",
    }


def _cheque(world: World, sending: Sending) -> str:
    return str(1_000_000 + world.roll("pickpoint.cheque", sending.id, 9_000_000))


def _refund(world: World, sending: Sending, parcel: Parcel) -> dict[str, Any] | None:
    """Return the refund of the money collected, None before it was paid out."""
    report = next((fact.report for fact in reversed(parcel.facts) if isinstance(fact, PaidOut)), "")
    found = refund_of(world, report, sending) if report else None
    if found is None:
        return None
    return {
        "RefundDate": day_text(world, day_start_ms(found.date)),
        "RefundNumber": found.number,
        "PaymentNumber": found.payment_order,
        "Sum": roubles(found.sum_minor),
        "AgencyFee": roubles(found.agent_minor),
    }


def _return(world: World, sending: Sending) -> dict[str, Any] | None:
    """Return what is known of the way back, None while there is none."""
    if not sending.return_number:
        return None
    home = sending.unclaimed_return or sending.client_return
    left = [goods for goods in sending.goods if goods.refused] or list(sending.goods)
    return {
        "ReturnDocumentDate": day_text(world, sending.return_document_ms),
        "ReturnDocumentNumber": sending.return_document,
        "ReturnInvoiceNumber": sending.return_number,
        "ReturnDeliveryDate": day_text(world, sending.return_delivered_ms),
        "ReturnFromCity": postamats()[sending.postamat].city.name,
        "ReturnAddress": home.address if home else sending.sender_city[0],
        "SubEncloses": [
            {
                "Line": goods.line,
                "ProductCode": goods.product_code,
                "GoodsCode": goods.goods_code,
                "Name": goods.name,
                "Price": roubles(goods.price_minor),
                "Reason": state(world, sending).text if not goods.refused else "Отказ от товара",
            }
            for goods in left
        ],
    }


def _address(found: Address | None) -> dict[str, str] | None:
    if found is None:
        return None
    return {
        "CityName": found.city,
        "RegionName": found.region,
        "Address": found.address,
        "FIO": found.person,
        "PostCode": found.postal_code,
        "Organisation": found.organisation,
        "PhoneNumber": found.phone,
        "Comment": found.comment,
    }


@routes.post("/encloseinfo")
def encloseinfo(call: Call) -> Answer:
    """Tell about one place by its barcode."""
    world, barcode = call.world, document(call).text("BarCode", most=50, required=True)
    own_id = world.store.get(NUMBERS, f"{settings.NAME}/{barcode}")
    sending = world.store.get(SENDINGS, own_id) if own_id else None
    place = next((place for place in sending.places if place.barcode == barcode), None) if sending else None
    if sending is None or place is None or world.parcel(sending.id).cancelled:
        raise not_found(barcode)
    width, height, depth = (Decimal(side) / 10 for side in place.sides_mm)
    row = state(world, sending)
    enclose = {
        "InvoiceNumber": sending.number,
        "Barcode": place.barcode,
        "GCBarCode": place.gc_barcode,
        "Width": width,
        "Height": height,
        "Depth": depth,
        "Weight": Decimal(place.mass_g) / 1000,
        "State": row.code,
        "StateMessage": row.text,
    }
    return json({"Enclose": enclose, "Error": ""})


@routes.post("/getdeliverycost")
def getdeliverycost(call: Call) -> Answer:
    """Tell what the delivery of registered sendings costs."""
    world, rate = call.world, settings.number(call.world, "vat_rate")
    rows = document(call).children("Sendings", most=SENDINGS_MOST)
    if not rows:
        raise Refused(PARAMETERS, "Не заполнено обязательное поле Sendings")
    found = [sending for row in rows for sending in named(world, row)]
    return json([_cost(sending, rate) for sending in found])


def _cost(sending: Sending, rate: int) -> dict[str, Any]:
    vat_minor = vat_inside(sending.cost_minor, rate)
    return {
        "InvoiceNumber": sending.number,
        "SenderInvoiceNumber": sending.sender_code,
        "Tariff": roubles(sending.cost_minor - vat_minor),
        "NDS": roubles(vat_minor),
    }
