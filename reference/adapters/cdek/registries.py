"""CDEK's payout registries in the normal form of a report.

Source: `settlement` §3, C-04…C-08; `courier_api` §1.13. The registry names neither how an order ended nor its shop
number; both come from reading the order. Money is decimal text on the wire and never a float here.
"""

from datetime import date
from typing import Any

from ...ports import Registry
from ..amounts import NotAnAmount, exponent, minor_of
from ..carrier_codes import NOT_DELIVERED_REASONS, PARTIAL_REASON
from ..report_lines import line_of
from .bodies import CURRENCY
from .reading import NAME, delivered_pieces, pieces, standing
from .shapes import DIRECT, Order, OrderAnswer, RegistryLine, RegistryShape, moment, text

OWN_COMPANY = frozenset({"cdek", "сдэк"})


def normal(found: RegistryShape, day: date | None = None) -> Registry:
    """Return a registry of the API as a normal form whose outcomes are still open (`"outcome": None`).

    `day` is the date it was asked for; it stands in where the carrier leaves the payment date out.

    Raises:
        NotAnAmount: its currency is none.
    """
    currency = found.currency or CURRENCY
    head: dict[str, Any] = {
        "carrier": NAME,
        "contract": "",
        "number": text(found.registry_number),
        "mode": "net",
        "currency": currency,
        "exponent": exponent(currency),
        "payment_date": (found.payment_date or (day.isoformat() if day else ""))[:10],
        "payment_order": text(found.payment_order_number),
    }
    lines = [line(place, row, currency) for place, row in enumerate(found.orders, 1)]
    return Registry(normal={**head, "totals": _totals(found, currency), "lines": lines})


def _totals(found: RegistryShape, currency: str) -> dict[str, int]:
    """Return the one total that the API states; a sum that can't be one makes the report unbalanced, not unread."""
    try:
        return {"payout": minor_of(found.sum, currency)}
    except NotAnAmount:
        return {}


def line(place: int, row: RegistryLine, currency: str) -> dict[str, Any]:
    """Return one line; an amount finer than the currency is a problem of this line and null there."""
    sums = {
        "collected": row.payment_sum,
        "transfer": row.transfer_sum,
        "delivery": row.total_sum_without_agent,
        "agent": row.agent_commission_sum,
    }
    return line_of(place, text(row.cdek_number), None, sums, currency)


def outcome(answer: OrderAnswer) -> dict[str, Any]:
    """Return what an order says of its registry line; empty while the carrier still calls it on its way."""
    order = answer.entity
    if order is None:
        return {}
    if order.is_return or order.is_client_return or order.is_reverse:
        direct = next(iter(answer.related(*DIRECT)), None)
        return {"outcome": "return_leg", "direct": text(direct.cdek_number) or None if direct else None}
    named = {"order": shop_number(order)}
    if _pickup(order):
        return {"outcome": "fee_only", "order": None}
    last = standing(order)
    if last is None:
        return named
    happened = moment(last.date_time)
    at = {"at": happened.isoformat() if happened else None}
    if last.code == "DELIVERED":
        return {**named, **at, **_handed_over(order, text(last.reason_code))}
    if last.code == "NOT_DELIVERED":
        word = NOT_DELIVERED_REASONS.get(text(last.reason_code))
        return {**named, **at, "outcome": "lost" if word == "lost_or_damaged" else "refused"}
    return named


def shop_number(order: Order) -> str | None:
    """Return the shop's own number; the carrier shows the uuid in its place when there is none."""
    number = text(order.number)
    return None if number in ("", order.uuid) else number


def _handed_over(order: Order, reason: str) -> dict[str, Any]:
    """Return delivered or partial: reason 20, or fewer pieces handed over than shipped."""
    shipped, delivered = pieces(order), delivered_pieces(order)
    if reason != PARTIAL_REASON and shipped == delivered:
        return {"outcome": "delivered"}
    items = [
        {"sku": sku, "delivered": delivered.get(sku, 0), "refused": count - delivered.get(sku, 0)}
        for sku, count in shipped.items()
    ]
    return {"outcome": "partial", "items": items}


def _pickup(order: Order) -> bool:
    """Whether the order is a pick-up call: the carrier itself is the recipient, and nothing is in the parcel."""
    names = {(name or "").strip().casefold() for name in (order.recipient.company, order.recipient.name)}
    return bool(names & OWN_COMPANY) and not pieces(order)
