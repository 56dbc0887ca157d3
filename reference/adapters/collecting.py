"""Cash on delivery as several carriers take it: the sum of the goods and of the delivery, in their own currency."""

from ..ports import Parcel, Refused


def check_collect(parcel: Parcel, currency: str) -> None:
    """Refuse money that a carrier would collect wrongly: in another currency, or not what the lines come to.

    Raises:
        Refused: nothing was sent.
    """
    if parcel.collect is None:
        return
    amounts = [line.unit_price for line in parcel.lines] + [parcel.collect]
    amounts += [parcel.delivery_charge] if parcel.delivery_charge else []
    foreign = sorted({amount.currency for amount in amounts} - {currency})
    if foreign:
        raise Refused("cod_currency", f"cash is collected in {currency} only, the order has {', '.join(foreign)}")
    total = sum(line.quantity * line.unit_price.minor for line in parcel.lines)
    total += parcel.delivery_charge.minor if parcel.delivery_charge else 0
    if total != parcel.collect.minor:
        raise Refused("cod_sum", f"goods and delivery are {total} kopecks, {parcel.collect.minor} are to be collected")
