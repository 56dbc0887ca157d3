"""An order: what a buyer wants sent, checked once when it is placed."""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from ..errors import EngineError, invalid
from ..ports import Address, Line, Money, Parcel
from .carrier_notices import NoticeChoice, refuse_wrong

COUNTRY = re.compile(r"[A-Z]{2}")
CURRENCY = re.compile(r"[A-Z]{3}")
HS_CODE = re.compile(r"[0-9]{6,10}")
LATER = frozenset({"point", "customer", "recipient_customer", "wants_information", "notices"})
FOR_CUSTOMS = frozenset({"hs_code", "origin_country", "customs_description"})
PHONE = re.compile(r"\+[1-9][0-9]{5,14}")
# One plain address: no blanks, quotes, commas or control characters, so that it can add neither header nor recipient.
EMAIL = re.compile(r"[^\s@,;:<>()\[\]\\\"\x00-\x1f\x7f]{1,64}@[^\s@,;:<>()\[\]\\\"\x00-\x1f\x7f]{1,190}")
LONGEST = {"name": 100, "company": 100, "street": 100, "house_number": 20, "postal_code": 20, "city": 100, "phone": 24}


class State(StrEnum):
    """Where an order stands with us; where its parcel stands with the carrier is its status."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One parcel's worth of goods for one buyer. Prices are gross; one currency throughout."""

    number: str
    recipient: Address
    lines: tuple[Line, ...]
    cod: bool
    mass_g: int
    sides_mm: tuple[int, int, int]
    delivery_charge: Money | None = None
    carrier: str | None = None  # this carrier and no other
    for_return: bool = False
    point: str = ""  # that carrier's office, shop or locker which the buyer chose
    customer: str = ""  # the party that sends it, registered or not; none: the company itself
    recipient_customer: str = ""  # the registered party it goes to
    wants_information: bool = False  # the tick of a recipient who is not registered
    notices: NoticeChoice | None = None  # what the carrier is to tell, in place of the account's choice

    @property
    def currency(self) -> str:
        return self.lines[0].unit_price.currency

    @property
    def charge_minor(self) -> int:
        return self.delivery_charge.minor if self.delivery_charge else 0

    @property
    def total_minor(self) -> int:
        return sum(line.quantity * line.unit_price.minor for line in self.lines) + self.charge_minor

    @property
    def digest(self) -> str:
        """A fingerprint of what is wanted; what came later and is not named is not in it, so old ones stay."""
        kept = _named(msgspec.to_builtins(self), LATER)
        kept["lines"] = [_named(line, FOR_CUSTOMS) for line in kept["lines"]]
        return sha256(msgspec.json.encode(kept)).hexdigest()

    @property
    def parties(self) -> str:
        """Return the names of who gets it and who sends it, a line each, folded: so people look for it."""
        named = (self.recipient.name, self.recipient.company, self.recipient_customer, self.customer)
        return "\n".join(dict.fromkeys(name.casefold() for name in named if name))

    def pieces(self) -> dict[str, int]:
        """Return what lies in the box, by article."""
        found: dict[str, int] = {}
        for line in self.lines:
            found[line.sku] = found.get(line.sku, 0) + line.quantity
        return found

    def parcel(self, key: str, sender: Address, notices: NoticeChoice | None = None) -> Parcel:
        """Return what a carrier is asked to take; `notices` is the account's choice, which the order's own replaces."""
        return Parcel(
            key=key,
            sender=sender,
            recipient=self.recipient,
            mass_g=self.mass_g,
            sides_mm=self.sides_mm,
            lines=self.lines,
            collect=Money(self.total_minor, self.currency) if self.cod else None,
            delivery_charge=self.delivery_charge,
            point=self.point,
            notices=self.notices or notices,
        )


def _named(content: dict[str, Any], later: frozenset[str]) -> dict[str, Any]:
    """Return a part of an order without the members that came later and say nothing."""
    return {name: value for name, value in content.items() if name not in later or value}


def checked(order: Order) -> Order:
    """Return the order if it can be shipped at all.

    Raises:
        EngineError: INVALID_ORDER with the field, what was found and what is allowed.
    """
    _text("number", order.number, 35)
    check_address("recipient", order.recipient)
    if not 1 <= len(order.lines) <= 126:
        raise _wrong("lines", len(order.lines), "1 to 126 positions")
    for place, line in enumerate(order.lines):
        _check_line(f"lines[{place}]", line, order.currency)
    _range("mass_g", order.mass_g, 1, 1_000_000)
    for side in order.sides_mm:
        _range("sides_mm", side, 1, 10_000)
    if order.delivery_charge is not None:
        _price("delivery_charge", order.delivery_charge, order.currency)
    _text("point", order.point, 40, least=0)
    if order.point and order.carrier is None:
        raise _wrong("carrier", None, "the carrier whose point this is, when a point is given")
    for field in ("customer", "recipient_customer"):
        _text(field, getattr(order, field), 100, least=0)
    if order.notices is not None:
        refuse_wrong("notices", order.notices)
    if order.cod and order.total_minor == 0:
        raise _wrong("payment", "cod over 0", "cash on delivery needs something to collect")
    return order


def _check_line(where: str, line: Line, currency: str) -> None:
    _text(f"{where}.sku", line.sku, 40)
    _text(f"{where}.description", line.description, 255, least=0)
    _range(f"{where}.quantity", line.quantity, 1, 9_999)
    _range(f"{where}.unit_mass_g", line.unit_mass_g, 1, 1_000_000)
    _price(f"{where}.unit_price", line.unit_price, currency)
    if line.vat_rate is not None:
        _range(f"{where}.vat_rate", line.vat_rate, 0, 100)
    if line.hs_code and not HS_CODE.fullmatch(line.hs_code):
        raise _wrong(f"{where}.hs_code", line.hs_code[:40], "6 to 10 digits of the Harmonised System")
    if line.origin_country and not COUNTRY.fullmatch(line.origin_country):
        raise _wrong(
            f"{where}.origin_country", line.origin_country[:40], "two capital letters of ISO 3166-1, for example DE"
        )
    _text(f"{where}.customs_description", line.customs_description, 60, least=0)


def _price(where: str, money: Money, currency: str) -> None:
    if not CURRENCY.fullmatch(money.currency) or money.currency != currency:
        raise _wrong(f"{where}.currency", money.currency, f"three capital letters, one currency an order ({currency})")
    _range(f"{where}.amount_minor", money.minor, 0, 10**12)


def check_address(where: str, address: Address) -> None:
    """Raise EngineError when a field of an address is missing, too long or not of its form."""
    for field, longest in LONGEST.items():
        required = field in ("name", "street", "postal_code", "city")
        _text(f"{where}.{field}", getattr(address, field), longest, least=int(required))
    if not COUNTRY.fullmatch(address.country):
        raise _wrong(f"{where}.country", address.country, "two capital letters of ISO 3166-1, for example DE")
    if address.email:
        check_email(f"{where}.email", address.email)
    if address.phone and not PHONE.fullmatch(address.phone):
        raise _wrong(f"{where}.phone", address.phone, "E.164, for example +4993112345")


def check_email(where: str, email: str) -> str:
    """Return an address that names exactly one mailbox and can do nothing else, or refuse it."""
    if len(email) > 254 or not EMAIL.fullmatch(email) or ".." in email or "." not in email.partition("@")[2].strip("."):
        raise _wrong(where, email[:80], "one mail address of at most 254 characters, for example anna@example.org")
    return email


def _text(where: str, value: str, longest: int, *, least: int = 1) -> None:
    if not least <= len(value.strip()) <= longest or len(value) > longest:
        raise _wrong(where, f"{len(value)} characters", f"{least} to {longest} characters")
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in value):
        raise _wrong(where, "a control character", "printable characters")


def _range(where: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise _wrong(where, value, f"{least} to {most}")


def _wrong(where: str, found: object, allowed: str) -> EngineError:
    return invalid(
        "INVALID_ORDER", f"{where}: found {found!r}, allowed is {allowed}.", field=where, found=found, allowed=allowed
    )
