"""CDEK's tariffs as offers.

Source: `courier_api` §1.10. Rows of the list with services: the vendor's OpenAPI description; their types: a public
shop's notes of what the vendor's hosts answered. Older samples have rows as the list without services.
"""

from decimal import Decimal

from msgspec.structs import replace

from ...ports import Money, Quote, Surcharge, Unavailable
from ..amounts import NotAnAmount, minor_of
from ..exchange import Reply, decode, parse
from . import bodies
from .reading import NAME
from .shapes import PricedTariff, PricedTariffs, Tariff, Tariffs

PRICED = "true"


def priced(reply: Reply) -> Tariffs:
    """Return the tariffs of the list with services; one that cannot have the services is left out."""
    if isinstance(parse(reply.body, PricedTariffs), str):
        return decode(reply, Tariffs)
    rows = decode(reply, PricedTariffs).tariff_codes or []
    return Tariffs([_priced(row) for row in rows if row.status == PRICED])


def _priced(row: PricedTariff) -> Tariff:
    found = parse(bytes(row.result), Tariff)
    if isinstance(found, str) or not str(row.tariff_code).isdecimal():
        raise Unavailable("unreadable_answer", f"tariff {row.tariff_code}: {found}")
    return replace(found[0], tariff_code=int(row.tariff_code))


def offer(tariff: Tariff, currency: str | None) -> Quote:
    """Return a tariff as an offer: services are surcharges; the sums have tax inside, so none stands apart."""
    paid_in = tariff.currency or currency or bodies.CURRENCY
    net = _money(tariff, tariff.delivery_sum, paid_in)
    surcharges = tuple(
        Surcharge(service.code, _money(tariff, service.total_sum, paid_in))
        for service in tariff.services or ()
        if service.total_sum
    )
    total = Money(net.minor + sum(surcharge.amount.minor for surcharge in surcharges), paid_in)
    if tariff.total_sum is not None and _money(tariff, tariff.total_sum, paid_in) != total:
        raise Unavailable("unreadable_answer", f"tariff {tariff.tariff_code} does not add up to {tariff.total_sum}")
    return Quote(
        id=f"{NAME}-{tariff.tariff_code}",
        carrier=NAME,
        service=str(tariff.tariff_code),
        net=net,
        surcharges=surcharges,
        tax=Money(0, paid_in),
        total=total,
        days_min=tariff.calendar_min if tariff.calendar_min is not None else tariff.period_min,
        days_max=tariff.calendar_max if tariff.calendar_max is not None else tariff.period_max,
    )


def _money(tariff: Tariff, value: Decimal, currency: str) -> Money:
    try:
        return Money(minor_of(value, currency), currency)
    except NotAnAmount as fault:
        raise Unavailable("unreadable_answer", f"tariff {tariff.tariff_code}: {fault}") from fault
