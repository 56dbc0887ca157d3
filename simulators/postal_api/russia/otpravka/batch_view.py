"""A batch as Otpravka shows it.

Wire contract: `postal_api_russia` §2.4. VAT sums are the VAT, never the gross.
"""

from typing import Any

from ....core.world import World
from ..lookup.offices import offices
from ..records import CREATED, Batch, Order, Rate, orders_of
from ..tariff.objects import BY_WORD, CATEGORIES, CATEGORY_BY_WORD, MAIL_TYPES
from .batch_life import COMBINED
from .moments import moment
from .registration import of_group

SUMS = {  # the name in `shipment-X-rate-sum` -> the base name of the rate
    "avia": "avia",
    "completeness-checking": "completeness-checking",
    "contents-checking": "contents-checking",
    "functionality-checking": "functionality-checking",
    "ground": "ground",
    "insure": "insr",
    "inventory": "inventory",
    "mass": "mass",
    "notice": "notice",
    "partial-redemption": "partial-redemption",
    "pre-postal-preparation": "pre-postal-preparation",
    "sms-notice": "sms-notice-recipient",
    "unloading": "unloading",
    "with-fitting": "with-fitting",
}
NOTICES = {"with-order-of-notice": "ORDERED", "with-electronic-notice": "ELECTRONIC"}


def batch_shape(world: World, batch: Batch) -> dict[str, Any]:
    """Return a batch with the sums of its orders."""
    orders = orders_of(world, batch)
    return {**_itself(world, batch), **_of_orders(orders), **_sums(orders), **_listed(batch)}


def created_shape(world: World, batch: Batch) -> dict[str, Any]:
    """Return a batch as the answer to its making has it: with the price of preparation, without the address."""
    found = {**batch_shape(world, batch), "ppk-total-rate": 0, "ppk-total-rate-vat": 0}
    return {name: value for name, value in found.items() if name != "postoffice-address"}


def _itself(world: World, batch: Batch) -> dict[str, Any]:
    found = {
        "batch-name": batch.name,
        "batch-status": batch.status,
        "batch-status-date": moment(batch.status_ms),
        "can-be-unarchived": True,
        "delivery-notice-payment-method": "PAID_RECIPIENT",
        "electronic-f103": batch.f103_sent,
        "form-document-id": world.token_hex("russian_post.form", batch.name, 12),
        "has-timeslots": False,
        "international": batch.is_abroad,
        "is-hyper-local": False,
        "is-postoffice-ukd": False,
        "list-number-date": batch.sending_date,
        "mail-category": batch.mail_category,
        "mail-category-text": _category_text(batch.mail_category),
        "mail-rank": "WO_RANK",
        "mail-type": batch.mail_type,
        "mail-type-text": _type_text(batch.mail_type),
        "payment-method": batch.payment_method,
        "postoffice-code": batch.office,
        "postoffice-name": f"ОПС ЗТ {batch.office}",
        "postoffice-address": office_address(batch.office),
        "shipment-count": len(batch.orders),
        "transport-type": batch.transport_type,
        "ukd": False,
        "use-online-balance": batch.online_balance,
        "wo-mass": False,
    }
    if batch.group and any(order.batch == batch.name for order in of_group(world, batch.group)):
        found["group-name"] = batch.group
    return found


def _listed(batch: Batch) -> dict[str, Any]:
    """Return what is there from check-in on: the list's number, and what was taken in and handed over."""
    if not batch.is_checked_in:
        return {}
    found: dict[str, Any] = {"list-number": batch.list_number, "document-download-status": "F103"}
    return found if batch.status == CREATED else {**found, "accepted-count": len(batch.accepted)}


def office_address(index: str) -> str:
    """Return where an office is; an office that nobody knows has its post code for an address."""
    found = offices().get(index)
    return f"{index}" if found is None else f"{found.street}, д.{found.house}, {found.place.name}"


def _type_text(word: str) -> str:
    return "Комбинированно" if word == COMBINED else MAIL_TYPES[BY_WORD[word]][1]


def _category_text(word: str) -> str:
    return "Комбинированно" if word == COMBINED else CATEGORIES[CATEGORY_BY_WORD[word]][1].capitalize()


def _of_orders(orders: list[Order]) -> dict[str, Any]:
    notice = next((kind for flag, kind in NOTICES.items() if any(order.flag(flag) for order in orders)), "SIMPLE")
    courier = any("COURIER_DELIVERY" in order.postmarks for order in orders)
    return {
        "combined-batch-mail-types": sorted({order.mail_type for order in orders}),
        "courier-order-statuses": ["NOT_REQUIRED"],
        "delivery-to-door": courier,
        "postmarks": sorted({mark for order in orders for mark in order.postmarks}),
        "pre-postal-preparation": any(order.flag("pre-postal-preparation") for order in orders),
        "shipment-mass": sum(order.mass_g for order in orders),
        "shipment-volume": sum(_volume(order) for order in orders),
        "shipping-notice-type": notice,
    }


def _volume(order: Order) -> int:
    """Return the volume in cubic centimetres, nothing where a side is not known."""
    sides = order.fields.get("dimension") or {}
    length, width, height = (sides.get(name) or 0 for name in ("length", "width", "height"))
    return int(length * width * height)


def _sums(orders: list[Order]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, base in SUMS.items():
        rate = _sum(orders, base)
        found |= {f"shipment-{name}-rate-sum": rate.rate_minor, f"shipment-{name}-rate-vat-sum": rate.vat_minor}
    fragile = _sum(orders, "fragile")
    found |= {"delivery-to-door-rate-sum": 0, "delivery-to-door-rate-vat-sum": 0}
    return {**found, "fragile-rate": fragile.rate_minor, "fragile-rate-vat": fragile.vat_minor}


def _sum(orders: list[Order], base: str) -> Rate:
    rates = [order.rates.get(base, Rate()) for order in orders]
    return Rate(sum(one.rate_minor for one in rates), sum(one.vat_minor for one in rates))
