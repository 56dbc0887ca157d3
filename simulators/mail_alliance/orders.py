"""The typed order of a parcel (§4.1): what the fast way in decodes to, and what is kept of a parcel.

Its limits stand here a second time, beside `shapes`, since msgspec checks them while it decodes; a property test
holds the two equal.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .limits import AMOUNT, CURRENCY, EMAIL, LONGEST_SIDE_MM, PHONE, POSTAL_CODE, RATE_ID, WEIGHT_G

Text50 = Annotated[str, Meta(min_length=1, max_length=50)]
Email = Annotated[str, Meta(max_length=254, pattern=f"^{EMAIL.pattern}$")]
Phone = Annotated[str, Meta(pattern=f"^{PHONE.pattern}$")]
Side = Annotated[int, Meta(ge=1, le=LONGEST_SIDE_MM)]


class Address(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """A clean address; a text that is not there is None."""

    name: Text50
    street: Text50
    postal_code: Annotated[str, Meta(pattern=f"^{POSTAL_CODE.pattern}$")]
    city: Text50
    country: Annotated[str, Meta(min_length=2, max_length=2)]
    company: Text50 | None = None
    house_number: Annotated[str, Meta(min_length=1, max_length=10)] | None = None
    address_line2: Text50 | None = None
    email: Email | None = None
    phone: Phone | None = None
    type: Literal["private", "business"] | None = None


class Package(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Grams and millimetres; in a clean order length >= width >= height."""

    weight_g: Annotated[int, Meta(ge=1, le=WEIGHT_G)]
    length_mm: Side
    width_mm: Side
    height_mm: Side


class Money(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A decimal text with two digits, and its currency."""

    amount: Annotated[str, Meta(pattern=f"^{AMOUNT.pattern}$")]
    currency: Annotated[str, Meta(pattern=f"^{CURRENCY.pattern}$")]


class Content(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """One line of what is in the parcel."""

    description: Annotated[str, Meta(min_length=1, max_length=70)]
    quantity: Annotated[int, Meta(ge=1, le=9999)]
    unit_weight_g: Annotated[int, Meta(ge=0, le=WEIGHT_G)] | None = None
    value: Money | None = None
    sku: Annotated[str, Meta(min_length=1, max_length=40)] | None = None


class References(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """The shop's own numbers; `shipment` is unique per environment."""

    order: Annotated[str, Meta(min_length=1, max_length=35)] | None = None
    customer: Annotated[str, Meta(min_length=1, max_length=35)] | None = None
    shipment: Text50 | None = None


class LabelWish(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """What label is wanted; None stands for the contract's default."""

    format: Literal["PDF", "ZPL"] | None = None
    size: Literal["100x150", "A6", "A4"] | None = None
    dpi: Literal[203, 300] | None = None
    return_label: bool | None = None


class Notify(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """Where the consumer is told."""

    email: Email | None = None
    sms: Phone | None = None


class Order(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """A clean order of a parcel."""

    service: Literal["ma_letter_parcel", "ma_parcel", "ma_parcel_tracked"]
    shipper: Address
    recipient: Address
    package: Package
    rate_id: Annotated[str, Meta(pattern=f"^{RATE_ID.pattern}$")] | None = None
    return_address: Address | None = None
    contents: Annotated[tuple[Content, ...], Meta(max_length=50)] | None = None
    references: References | None = None
    label: LabelWish | None = None
    insurance: Money | None = None
    notify: Notify | None = None
    ship_date: Annotated[str, Meta(min_length=10, max_length=10)] | None = None
    metadata: dict[str, str] | None = None
