"""Money on the wire: a decimal text with two digits and a currency (Part 3)."""

from functools import lru_cache

import msgspec

from .tariff import LABELS, Price

CURRENCY = "EUR"


def decimal(minor: int) -> str:
    """Return whole cents (never negative here) as a text with exactly two digits."""
    return f"{minor // 100}.{minor % 100:02d}"


def money(minor: int) -> dict[str, str]:
    return {"amount": decimal(minor), "currency": CURRENCY}


@lru_cache(maxsize=8192)
def encoded(price: Price) -> msgspec.Raw:
    """Return a price as finished JSON: there are few different ones."""
    return msgspec.Raw(msgspec.json.encode(shown(price)))


def shown(price: Price) -> dict[str, object]:
    """Return net, surcharges, tax and total as replies show them."""
    return {
        "net": money(price.net),
        "surcharges": [
            {"code": code, "label": LABELS[code], "amount": money(amount)} for code, amount in price.surcharges
        ],
        "tax": {"rate": f"0.{price.tax_permille:03d}"[:4], "amount": money(price.tax)},
        "total": money(price.total),
        "currency": CURRENCY,
    }
