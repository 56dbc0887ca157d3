"""What is wrong with an order: all of it at once, in the order in which the service lists it.

Wire contract: `postal_api_russia` §2.19 and §2.18.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from ....core.world import World
from ..currencies import said_of_code
from ..lookup.offices import place_of
from ..records import COD, HOME, LETTERS, OBLIGATORY, Account, Order
from ..tariff.countries import countries
from ..tariff.rates import KINDS
from .account import ONLINE_METHODS, account_now, has_defaults
from .codes import Wrong, wrong
from .products import (
    FLAT,
    NEVER_ORDERED,
    TYPES,
    WITH_PHONE,
    Product,
    is_to_point,
    products,
    products_of,
)

ADDRESS_TYPES = ("DEFAULT", "PO_BOX", "DEMAND", "UNIT")
TRANSPORTS = ("SURFACE", "AVIA", "COMBINED", "EXPRESS", "STANDARD")
PAYMENT_METHODS = ("CASHLESS", "STAMP", "FRANKING", "TO_FRANKING", ONLINE_METHODS)
ENVELOPES = ("C4", "C5", "C6", "DL", "A6", "A7", "OX", "OA")
SIZES = ("S", "M", "L", "XL", "OVERSIZED")
LATIN = ("surname", "given-name", "middle-name", "recipient-name", "region-to", "place-to", "street-to", "house-to")
MOST_VALUE_MINOR = 50_000_000
_FOREIGN = re.compile(r"[^\x00-\u024f\u1e00-\u1eff\u2000-\u206f\u2116]")  # neither Latin nor punctuation
_PART = re.compile(r"[\w\s./\\-]{1,20}")
_NAME = re.compile(r"[^\d<>{}\[\]|\\^~]+")
Found = Iterator[Wrong]


class Case:
    """One order on trial: its fields and what they are judged by."""

    def __init__(self, world: World, order: Order, *, office_needed: bool) -> None:
        self.world = world
        self.order = order
        self.account: Account = account_now(world)
        self.office_needed = office_needed

    def has(self, name: str) -> bool:
        return self.order.fields.get(name) is not None

    def part(self, name: str, key: str) -> Any:
        found = self.order.fields.get(name)
        return found.get(key) if isinstance(found, dict) else None


def judged(world: World, order: Order, *, office_needed: bool) -> list[Wrong]:
    """Return everything that is wrong with an order; an empty list when it can be taken in.

    `office_needed`: whether the acceptance office has to be named, as version 2 and editing ask.
    """
    case = Case(world, order, office_needed=office_needed)
    return [found for judge in JUDGES for found in judge(case)]


def _kind(case: Case) -> Found:
    order = case.order
    if not order.mail_type:
        yield wrong("EMPTY_MAIL_TYPE")
    elif order.mail_type not in TYPES or order.mail_type in NEVER_ORDERED:
        yield wrong("ILLEGAL_MAIL_TYPE", order.mail_type)
    if not order.mail_category:
        yield wrong("EMPTY_MAIL_CATEGORY")
    elif not any(found.mail_category == order.mail_category for found in products()):
        yield wrong("ILLEGAL_MAIL_CATEGORY", order.mail_category)


def _product(case: Case) -> Found:
    order = case.order
    of_type = [found for found in products() if found.mail_type == order.mail_type and found.abroad == order.is_abroad]
    known = any(found.mail_category == order.mail_category for found in products())
    if order.mail_type in NEVER_ORDERED or (order.mail_type and order.mail_type not in TYPES) or not known:
        return
    product = Product(order.mail_type, order.mail_category, order.is_abroad)
    if order.mail_type and product not in of_type:
        text = f"Категория '{order.mail_category}' не поддерживается для данного вида отправления на данном направлении"
        yield Wrong("ILLEGAL_MAIL_CATEGORY", text, order.mail_category)
    elif of_type and product not in products_of(case.account):
        yield wrong("UNAVAILABLE_MAIL_TYPE", order.mail_type)
    if COD in order.mail_category and not case.account.espp_code:
        yield wrong("RESTRICTED_MAIL_CATEGORY")


def _covered(case: Case) -> Found:
    """Refuse what an agreement does not cover yet: flags and ways of carrying."""
    for name in case.account.refused:
        if case.order.flag(name) or case.order.text("transport-type") == name:
            yield Wrong("UNDEFINED", f"Услуга {name} не подключена: обратитесь к персональному менеджеру", name)


def _office(case: Case) -> Found:
    points, office = case.account.points, case.order.office
    if not points:
        yield wrong("NO_AVAILABLE_POSTOFFICES")
    elif not office:
        if case.office_needed:
            yield wrong("EMPTY_POSTOFFICE_CODE", " ".join(points))
    elif office not in points:
        yield wrong("ILLEGAL_POSTOFFICE_CODE", " ".join(points))


def _recipient(case: Case) -> Found:
    order = case.order
    if not order.recipient:
        yield wrong("ILLEGAL_RECIPIENT_NAME")
        return
    if order.is_abroad and any(_FOREIGN.search(order.text(name)) for name in LATIN):
        yield wrong("ILLEGAL_RECIPIENT_NAME_INTL")
    if any(not _NAME.fullmatch(order.text(name) or "-") for name in ("surname", "given-name", "middle-name")):
        yield wrong("ILLEGAL_INITIALS")


def _address(case: Case) -> Found:
    order, kind = case.order, case.order.text("address-type-to")
    to_point = is_to_point(order.mail_type, order.mail_category)
    if not kind:
        yield wrong("EMPTY_ADDRESS_TYPE_TO")
    elif kind not in ADDRESS_TYPES:
        yield wrong("ILLEGAL_ADDRESS_TYPE_TO", kind)
    if not order.is_abroad and not order.text("region-to") and not to_point:
        yield wrong("EMPTY_REGION_TO")
    if not order.text("place-to") and not to_point:
        yield wrong("EMPTY_PLACE_TO")
    if kind == "DEFAULT" and not to_point and not (order.text("street-to") or order.text("house-to")):
        yield wrong("EMPTY_STREET_TO")
    if kind in ("PO_BOX", "UNIT") and not order.text("num-address-type-to"):
        yield wrong("EMPTY_NUM_ADDRESS_TYPE")
    for name in ("letter", "slash", "corpus", "building", "room"):
        if (found := order.text(f"{name}-to")) and not _PART.fullmatch(found):
            yield wrong(f"ILLEGAL_ADDRESS_{name.upper()}", found)


def _direction(case: Case) -> Found:
    order = case.order
    if not case.has("mail-direct"):
        yield wrong("EMPTY_MAIL_DIRECT")
    elif order.mail_direct != HOME and order.mail_direct not in countries():
        yield wrong("ILLEGAL_MAIL_DIRECT", str(order.mail_direct))
    if order.is_abroad:
        return
    if is_to_point(order.mail_type, order.mail_category):
        if not case.part("ecom-data", "delivery-point-index"):
            yield wrong("EMPTY_DELIVERY_POINT_INDEX")
        return
    if case.part("ecom-data", "delivery-point-index"):
        text = f"{order.mail_type} {order.mail_category}: данное отправление нельзя доставить в почтомат или ПВЗ"
        yield wrong("TARIFF_ERROR", text)
    if not order.index_to:
        yield wrong("EMPTY_INDEX_TO")
    elif place_of(order.index_to) is None:
        yield wrong("ILLEGAL_INDEX_TO", order.index_to)


def _phone(case: Case) -> Found:
    if case.order.mail_type in WITH_PHONE and not case.order.is_abroad and not case.order.whole("tel-address"):
        yield wrong("EMPTY_TELADDRESS")


def _mass(case: Case) -> Found:
    kind, mass_g = KINDS.get(case.order.mail_type), case.order.mass_g
    if not mass_g:
        yield wrong("EMPTY_MASS")
    elif mass_g < 0:
        yield wrong("ILLEGAL_MASS", str(mass_g))
    elif kind is not None and mass_g > kind.most_g:
        yield wrong("ILLEGAL_MASS_EXCESS", str(mass_g), f"{kind.most_g / 1000:g}")


def _money(case: Case) -> Found:
    order, value, payment = case.order, case.order.whole("insr-value"), case.order.whole("payment")
    declared = "DECLARED_VALUE" in order.mail_category
    if declared and not value:
        yield wrong("EMPTY_INSR_VALUE")
    elif value < 0:
        yield wrong("ILLEGAL_INSR_VALUE", str(value))
    elif value > MOST_VALUE_MINOR:
        yield wrong("INSR_VALUE_EXCEEDS_MAX", str(value), MOST_VALUE_MINOR // 100)
    if OBLIGATORY in order.mail_category and order.whole("compulsory-payment") <= 0:
        yield wrong("EMPTY_PAYMENT")
    if COD not in order.mail_category:
        return
    if not payment:
        yield wrong("EMPTY_PAYMENT")
    elif payment < 0:
        yield wrong("ILLEGAL_PAYMENT", str(payment))
    elif value > 0 and payment > value:
        yield wrong("NOT_INSURED_PAYMENT")


def _words(case: Case) -> Found:
    """Judge what has a list of words to choose from."""
    order = case.order
    for name, allowed, code in (
        ("payment-method", PAYMENT_METHODS, "ILLEGAL_PAYMENT_METHOD"),
        ("notice-payment-method", PAYMENT_METHODS, "ILLEGAL_NOTICE_PAYMENT_METHOD"),
        ("transport-type", TRANSPORTS, "ILLEGAL_TRANSPORT_TYPE"),
        ("envelope-type", ENVELOPES if order.mail_type in FLAT else (), "ILLEGAL_ENVELOPE_TYPE"),
    ):
        if (found := order.text(name)) and found not in allowed:
            yield wrong(code, found)
    if order.is_abroad and not order.text("transport-type"):
        yield wrong("EMPTY_TRANSPORT_TYPE")
    if order.whole("sms-notice-recipient") not in (0, 1):
        yield wrong("ILLEGAL_SMS_NOTICE_RECIPIENT_VALUE", str(order.whole("sms-notice-recipient")))
    if order.flag("fragile") and order.mail_type in LETTERS:
        yield wrong("ILLEGAL_FRAGILE")


def _untold(case: Case) -> Found:
    """Judge what the account's settings stand in for, where they have nothing."""
    order = case.order
    if has_defaults(case.world):
        return
    if not order.text("mail-rank") and not order.flag("wo-mail-rank"):
        yield wrong("EMPTY_MAIL_RANK")
    if order.mail_type in LETTERS and not order.text("envelope-type"):
        yield wrong("EMPTY_ENVELOPE_TYPE")
    if not order.text("payment-method"):
        yield wrong("EMPTY_PAYMENT_METHOD")


def _size(case: Case) -> Found:
    order, sides = case.order, case.order.fields.get("dimension") or {}
    if sides and order.mail_type in LETTERS:
        yield wrong("DIMENSION_NOT_SUPPORTED")
    elif any(type(side) is int and not 0 <= side <= 1_000 for side in sides.values()):
        yield wrong("DIMENSION_NOT_SUPPORTED", " ".join(map(str, sides.values())))
    kind = order.text("dimension-type")
    if (kind and kind not in SIZES) or (not kind and not sides and is_to_point(order.mail_type, order.mail_category)):
        yield wrong("EMPTY_DIMENSION_TYPE", kind)


def _contents(case: Case) -> Found:
    order = case.order
    if case.has("goods") and not case.part("goods", "items"):
        yield wrong("EMPTY_GOODS_ITEMS_LIST")
    if order.flag("delivery-with-cod"):
        if not case.has("goods"):
            yield wrong("EMPTY_GOODS_ITEMS_LIST")
        if not case.has("fiscal-data"):
            yield wrong("EMPTY_FISCAL_DATA")
    needs_declaration = order.is_abroad and order.mail_type not in LETTERS
    if needs_declaration and not case.part("customs-declaration", "customs-entries"):
        yield wrong("EMPTY_CUSTOMS_ENTRIES")


def _currency(case: Case) -> Found:
    """Judge the currency of a declaration that tells one, or that has entries with a value."""
    code = case.part("customs-declaration", "currency") or ""
    declares = code or case.part("customs-declaration", "customs-entries")
    if case.order.is_abroad and declares and (text := said_of_code(code)):
        yield Wrong("UNDEFINED", text, code)


JUDGES: tuple[Callable[[Case], Found], ...] = (
    _kind,
    _product,
    _covered,
    _office,
    _recipient,
    _address,
    _direction,
    _phone,
    _mass,
    _money,
    _words,
    _untold,
    _size,
    _contents,
    _currency,
)
