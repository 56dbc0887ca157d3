"""What an order costs: the post's one price function, asked in the order's words."""

from datetime import date

from ....core.world import World
from ....wire.moscow import day
from ..records import Order, Rate
from ..tariff.prices import Amount, Asked, Price, price
from .account import account_now

SERVICES = {  # of `ecom-data` -> the flag that means the same
    "CONTENTS_CHECKING": "contents-checking",
    "WITH_FITTING": "with-fitting",
    "FUNCTIONALITY_CHECKING": "functionality-checking",
    "PARTIAL_REDEMPTION": "partial-redemption",
    "COURIER_DELIVERY": "courier",
}


def priced(world: World, order: Order) -> Price:
    """Return what an order costs today.

    Raises:
        NoTariff.
    """
    points = account_now(world).points
    return price(
        Asked(
            mail_type=order.mail_type,
            mail_category=order.mail_category,
            mass_g=order.mass_g,
            index_from=order.office or points[0],
            on=date.fromisoformat(day(world.now_ms)),
            index_to=order.destination,
            country=order.mail_direct,
            sides_cm=sides_cm(order),
            dimension_type=order.text("dimension-type"),
            declared_minor=order.value_minor if "DECLARED" in order.mail_category else 0,
            transport=order.text("transport-type"),
            flags=flags(order),
        )
    )


def sides_cm(order: Order) -> tuple[int, int, int] | None:
    found = order.fields.get("dimension") or {}
    sides = tuple(found.get(name) or 0 for name in ("length", "width", "height"))
    return (sides[0], sides[1], sides[2]) if all(sides) else None


def flags(order: Order) -> frozenset[str]:
    """Return the names of the switches that are on, those of a delivery point's services among them."""
    on = {name for name, value in order.fields.items() if value is True}
    if order.whole("sms-notice-recipient"):
        on.add("sms-notice-recipient")
    asked = (order.fields.get("ecom-data") or {}).get("services") or []
    return frozenset(on | {SERVICES[name] for name in asked if name in SERVICES})


def rates_of(found: Price) -> dict[str, Rate]:
    """Return a price by the wire's base names, without what is nothing; `mass` is ground and avia together."""
    parts = {"ground": found.ground, "avia": found.avia, "mass": found.mass, "insr": found.insurance, **found.extras}
    return {name: _rate(amount) for name, amount in parts.items() if amount.rate_minor}


def _rate(amount: Amount) -> Rate:
    return Rate(amount.rate_minor, amount.vat_minor)
