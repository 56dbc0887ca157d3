"""What is sent to IML: an order as a form, in its words and units.

Source: `courier_api` §3 `CreateOrder`, `GoodItems[]`. Weights are kilograms; every line of goods is one piece.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from ...ports import Address, Line, Parcel
from ..amounts import decimal_text
from ..collecting import check_collect

CURRENCY = "RUB"
COUNTRY = "RU"
DELIVERY = "3"  # `itemType` of the delivery charge
COURIER, PICKUP, CASH = "24", "С24", "КО"  # Cyrillic letters, as the carrier writes its services


def job(parcel: Parcel) -> str:
    """Return the service: courier, or pickup where the parcel names a point; with cash where some is due."""
    return f"{PICKUP if parcel.point else COURIER}{CASH if cash_minor(parcel) else ''}"


def cash_minor(parcel: Parcel) -> int:
    return parcel.collect.minor if parcel.collect else 0


def takes(parcel: Parcel) -> bool:
    """Tell whether the carrier goes there and collects this money."""
    return parcel.recipient.country == COUNTRY and (parcel.collect is None or parcel.collect.currency == CURRENCY)


def order(parcel: Parcel, service: str, sender: Address, today: date) -> list[tuple[str, str]]:
    """Return the form of an order, to be delivered from tomorrow on.

    Raises:
        Refused: cash is wanted in another currency, or not the sum of what it is for.
    """
    check_collect(parcel, CURRENCY)
    to = parcel.recipient
    declared = sum(line.quantity * _declared_minor(line) for line in parcel.lines)
    form = [
        ("Job", service),
        ("CustomerOrder", parcel.key),
        ("DeliveryDate", (today + timedelta(days=1)).strftime("%d.%m.%Y")),
        ("Volume", "1"),
        ("Weight", kilograms(parcel.mass_g)),
        ("Contact", _named(to)),
        ("Phone", to.phone),
        ("Email", to.email),
        ("IndexFrom", sender.postal_code),
        ("IndexTo", to.postal_code),
        ("Address", address(to)),
        ("DeliveryPoint", parcel.point),
        ("Amount", roubles(cash_minor(parcel))),
        ("ValuatedAmount", roubles(declared)),
    ]
    return [*((name, value) for name, value in form if value), *goods(parcel)]


def goods(parcel: Parcel) -> Iterator[tuple[str, str]]:
    """Yield the lines of goods, a line for every piece, and one for the charge that is collected for delivery."""
    pieces = [line for line in parcel.lines for _ in range(line.quantity)]
    for place, line in enumerate(pieces):
        row = f"GoodItems[{place}]"
        yield f"{row}[productNo]", line.sku
        yield f"{row}[productName]", line.description or line.sku
        yield f"{row}[weightLine]", kilograms(line.unit_mass_g)
        yield f"{row}[amountLine]", roubles(line.unit_price.minor if parcel.collect else 0)
        yield f"{row}[statisticalValueLine]", roubles(_declared_minor(line))
        yield f"{row}[itemQuantity]", "1"
        if line.vat_rate is not None:
            yield f"{row}[VATRate]", str(line.vat_rate)
    if parcel.collect and parcel.delivery_charge and parcel.delivery_charge.minor:
        row = f"GoodItems[{len(pieces)}]"
        yield f"{row}[productName]", "Доставка"
        yield f"{row}[itemType]", DELIVERY
        yield f"{row}[amountLine]", roubles(parcel.delivery_charge.minor)
        yield f"{row}[itemQuantity]", "1"


def _declared_minor(line: Line) -> int:
    return line.unit_price.minor if line.unit_price.currency == CURRENCY else 0


def _named(party: Address) -> str:
    return ", ".join(part for part in (party.name, party.company) if part)


def address(party: Address) -> str:
    street = ", ".join(part for part in (party.street, party.house_number) if part)
    return ", ".join(part for part in (party.city, street) if part)


def kilograms(mass_g: int) -> str:
    return f"{mass_g // 1000}.{mass_g % 1000:03}"


def roubles(minor: int) -> str:
    return decimal_text(minor, CURRENCY)
