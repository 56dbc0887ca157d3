"""Offers of carriers in whole minor units, and the choice among them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

COLLECTS_MONEY = ("cdek",)  # cash on delivery is theirs alone


class NoRate(Exception):
    """An amount is in a currency for which there is no rate."""


def minor(value: object) -> int:
    """Return an amount in whole minor units. `value`: decimal text, or the Decimal of a JSON number."""
    amount = Decimal(str(value)).scaleb(2)
    if amount != amount.to_integral_value():
        raise ValueError(f"{value} has more than two decimals")
    return int(amount)


def money(amount_minor: int, currency: str) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": currency}


@dataclass(frozen=True, kw_only=True)
class Offer:
    id: str
    carrier: str
    service: str
    currency: str
    net_minor: int
    tax_minor: int
    total_minor: int
    days_min: int
    days_max: int
    surcharges: list[tuple[str, int]] = field(default_factory=list)

    def view(self, *, chosen: bool) -> dict[str, Any]:
        return {
            "id": self.id,
            "carrier": self.carrier,
            "service": self.service,
            "net": money(self.net_minor, self.currency),
            "surcharges": [{"code": c, "amount": money(a, self.currency)} for c, a in self.surcharges],
            "tax": money(self.tax_minor, self.currency),
            "total": money(self.total_minor, self.currency),
            "days_min": self.days_min,
            "days_max": self.days_max,
            "chosen": chosen,
        }

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def to_base(amount_minor: int, currency: str, currencies: Mapping[str, Any]) -> Decimal:
    """Return an amount in minor units of the base currency.

    Raises:
        NoRate: the currency is neither the base nor in the table.
    """
    if currency == currencies["base"]:
        return Decimal(amount_minor)
    if currency not in currencies["rates"]:
        raise NoRate(f"there is no rate for {currency}")
    return amount_minor * Decimal(currencies["rates"][currency])


def converted(amount_minor: int, currency: str, wanted: str, currencies: Mapping[str, Any]) -> int:
    """Return an amount in another currency, rounded to its minor unit."""
    if currency == wanted:
        return amount_minor
    return round(to_base(amount_minor, currency, currencies) / to_base(1, wanted, currencies))


def pick(
    offers: Iterable[Offer], order: Mapping[str, Any], choice: Mapping[str, Any], currencies: Mapping[str, Any]
) -> Offer | None:
    """Return the offer that the rule takes; None when none may be taken, or a person has to pick."""
    named = order["carrier"] or (choice.get("carrier") if choice["rule"] == "fixed" else None)
    fit = [
        offer
        for offer in offers
        if named in (None, offer.carrier) and (order["payment"] != "cod" or offer.carrier in COLLECTS_MONEY)
    ]
    if choice["rule"] == "by_hand" or not fit:
        return None
    if choice["rule"] == "fastest":
        return min(fit, key=lambda o: (o.days_max, o.days_min, to_base(o.total_minor, o.currency, currencies)))
    return min(fit, key=lambda o: (to_base(o.total_minor, o.currency, currencies), o.days_max))
