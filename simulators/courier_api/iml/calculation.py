"""Prices: the short question and the one with a whole order.

Wire contract: `courier_api` §3 names the two calls; their shapes are those that shop modules read: `Price` with the
day, and `PriceTypes` with the sum's parts. The one call refuses by `Code` and `Mess` inside a 200, the other by HTTP
400 with `ErrorMessage`.
"""

from typing import Any

from ...core.world import World
from ...wire.call import Answer, Call
from ...wire.moscow import day, plus_days
from ...wire.paydesk import switches
from . import prices
from .answers import Operations, Wrong, json
from .body import Reader, document
from .fields import Wish, read_way
from .records import CARRIER
from .wire_values import roubles

NAMES = {  # what the short question calls the fields of an order
    "weigth": "Weight",
    "receiptamount": "Amount",
    "declaredvalue": "ValuatedAmount",
    "regionfrom": "RegionCodeFrom",
    "regionto": "RegionCodeTo",
    "specialcode": "DeliveryPoint",
    "deliveryaddress": "Address",
}
COMMISSION, INSURANCE, WAY = "Комиссия с Суммы Прихода", "Комиссия с Оценочной Стоимости", "Доставка"
ACCOUNTS = {WAY: ":7001", COMMISSION: ":7002", INSURANCE: ":7003"}


def short_refusal(errors: tuple[Wrong, ...]) -> Answer:
    return json({"Code": errors[0].code, "Mess": "; ".join(error.message for error in errors)})


def long_refusal(errors: tuple[Wrong, ...]) -> Answer:
    return json({"Errors": [{"Code": error.code, "ErrorMessage": error.message} for error in errors]}, 400)


routes = Operations()


@routes.post("/v5/GetPrice", aliases=("/json/GetPrice", "/v5one/GetPrice"), refused_as=short_refusal)
def get_price(call: Call) -> Answer:
    """Price a parcel of a mass between two regions; to the door too where no address is known yet."""
    fields = {NAMES.get(key.lower(), key): value for key, value in document(call).items()}
    if not str(fields.get("Address") or "").strip():
        fields["Address"] = "-"
    wish, found = _priced(call.world, fields)
    total = roubles(found.total_minor)
    start = Reader(fields).date("ReceiveDate") or day(call.world.now_ms)
    date = f"{plus_days(start, found.days)}T00:00:00"
    return json({"Price": total, "PriceMin": total, "PriceMax": total, "DeliveryDate": date, "Job": wish.job.code})


@routes.post("/v5/GetPlantCostOrder", aliases=("/v5one/GetPlantCostOrder",), refused_as=long_refusal)
def get_plant_cost_order(call: Call) -> Answer:
    """Price an order as it would be made, with the parts of the sum."""
    fields = document(call)
    _, found = _priced(call.world, {"Address": "-", **fields})
    start = Reader(fields).date("DeliveryDate") or plus_days(day(call.world.now_ms), found.days)
    parts = ((WAY, found.delivery_minor), (COMMISSION, found.commission_minor), (INSURANCE, found.insurance_minor))
    items = [
        {"AccountNo": ACCOUNTS[name], "Description": name, "Cost": roubles(minor)} for name, minor in parts if minor
    ]
    price_types = [{"DeliveryCost": roubles(found.total_minor), "AccountNoItems": items}]
    return json({"PriceTypes": price_types, "DeliveryDate": f"{start}T00:00:00+03:00"})


def _priced(world: World, fields: dict[str, Any]) -> tuple[Wish, prices.Offer]:
    reader = Reader(fields)
    wish = read_way(world, reader, limits=False)
    reader.refuse_if_wrong()
    assert wish is not None  # whatever leaves it out is an error
    percent = switches.agent_percent(world, CARRIER)
    amounts = wish.amount_minor if wish.job.cash else 0, wish.value_minor
    return wish, prices.offer(wish.job, wish.start, wish.end, wish.billed_g, *amounts, percent)
