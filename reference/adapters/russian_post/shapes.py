"""Otpravka's answers as types: kebab-case names, codes as numbers or text, unknown members passed over.

Source: `postal_api_russia` §1.3, §2.3–§2.14.
"""

from typing import Annotated, Any

import msgspec

from ..exchange import Name

Text = str | int
Kopecks = Annotated[int, msgspec.Meta(ge=0, le=10**14)]


def text(value: Any) -> str:
    """Return a code as text, "" for none."""
    return "" if value is None or isinstance(value, bool) else str(value).strip()


class Kebab(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """A shape whose names are written with hyphens on the wire."""


class Failure(Kebab, frozen=True):
    """Any of the shapes in which a whole call is refused."""

    code: Text | None = None
    desc: str | None = None
    message: str | None = None
    description: str | None = None
    status: Text | None = None
    error: str | None = None
    timestamp: Text | None = None


class CodedError(Kebab, frozen=True):
    """One thing that is wrong with one item: `code` and `description`, or the hyphenated names of other calls."""

    code: Text | None = None
    description: str | None = None
    details: str | None = None
    error_code: Text | None = None
    error_description: str | None = None
    error_details: str | None = None

    @property
    def name(self) -> str:
        return text(self.code) or text(self.error_code)

    @property
    def words(self) -> str:
        said = self.description or self.error_description or self.error_details or ""
        return f"{self.name}: {' '.join(filter(None, [said, self.details]))}".rstrip(": ") or "an unnamed error"


class ItemErrors(CodedError, frozen=True):
    """What is wrong with the item at `position` of the request."""

    error_codes: list[CodedError] | None = None
    position: int | None = None

    @property
    def all(self) -> list[CodedError]:
        return self.error_codes or ([self] if self.name else [])


class Ordered(Kebab, frozen=True):
    """An order as `PUT /2.0/user/backlog` took it."""

    barcode: Name | None = None
    order_num: Text | None = None
    result_id: Text | None = None


class Taken(Kebab, frozen=True):
    """Which items of a request were taken, and what is wrong with the others."""

    result_ids: list[Text] | None = None
    errors: list[ItemErrors] | None = None


class Placed(Taken, frozen=True):
    orders: list[Ordered] | Ordered | None = None

    @property
    def rows(self) -> list[Ordered]:
        return [self.orders] if isinstance(self.orders, Ordered) else self.orders or []


class Batch(Kebab, frozen=True):
    batch_name: Name | int | None = None
    batch_status: str | None = None
    list_number: Text | None = None


class Batched(Taken, frozen=True):
    batches: list[Batch] | None = None


class CheckedIn(Kebab, frozen=True):
    f103_sent: bool | None = msgspec.field(default=None, name="f103-sent")
    error_code: str | None = None


class Order(Kebab, frozen=True):
    """An order as it is read back, in the folder of new ones or in a batch."""

    id: Text | None = None
    order_num: Text | None = None
    barcode: Name | None = None
    batch_name: Name | int | None = None
    recipient_name: str | None = None
    mail_type: str | None = None
    mail_category: str | None = None
    mail_direct: Text | None = None
    is_deleted: bool | None = None
    linked_barcode: Name | None = None
    total_rate_wo_vat: Kopecks | None = None
    total_vat: Kopecks | None = None


class Days(Kebab, frozen=True):
    min_days: int | None = None
    max_days: int | None = None


class Rate(Kebab, frozen=True):
    rate: Kopecks = 0
    vat: Kopecks = 0


class Tariff(Kebab, frozen=True):
    """A price; `total_rate` is without VAT."""

    total_rate: Kopecks
    total_vat: Kopecks = 0
    delivery_time: Days | None = None
    insurance_rate: Rate | None = None
    fragile_rate: Rate | None = None
    oversize_rate: Rate | None = None
    notice_rate: Rate | None = None
    sms_notice_recipient_rate: Rate | None = None


class Point(Kebab, frozen=True):
    """An office at which the account may post."""

    operator_postcode: Text | None = None
    enabled: bool | None = None
    available_mail_types: list[str] | None = None


class Office(Kebab, frozen=True):
    postal_code: Text | None = None
    type_code: str | None = None
    region: str | None = None
    is_closed: bool | None = None


class CleanAddress(Kebab, frozen=True):
    """An address as the carrier reads it."""

    id: Text | None = None
    quality_code: str | None = None
    validation_code: str | None = None
    address_type: str | None = None
    index: Text | None = None
    region: str | None = None
    area: str | None = None
    place: str | None = None
    location: str | None = None
    street: str | None = None
    house: str | None = None
    slash: str | None = None
    letter: str | None = None
    corpus: str | None = None
    building: str | None = None
    room: str | None = None
    hotel: str | None = None
    num_address_type: str | None = None


class MadeReturn(Kebab, frozen=True):
    return_barcode: Name | None = None
    errors: list[CodedError] | None = None
