"""Mail Alliance's answers as types. Unknown members are passed over; what may be missing has a default.

Source: `mail_alliance` §3 conventions, §4.1-§4.5, §6 (our own wire contract).
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from ...domain.statuses import Status
from ...ports import CarrierEvent, Money, Unavailable
from .. import carrier_codes
from ..amounts import NotAnAmount, minor_of
from ..exchange import Name

NAME = "mail_alliance"
PARTLY_REFUSED = "partly_refused"  # reason of a delivery that left a part behind; the contract is silent, so guessed


class Amount(msgspec.Struct, frozen=True):
    amount: Decimal
    currency: str

    @property
    def money(self) -> Money:
        """Return whole minor units; raises Unavailable when the amount is none of its currency."""
        try:
            return Money(minor_of(self.amount, self.currency), self.currency)
        except NotAnAmount as fault:
            raise Unavailable("unreadable_answer", f"an amount: {fault}") from fault


class SurchargeShape(msgspec.Struct, frozen=True):
    code: str
    amount: Amount


class Tax(msgspec.Struct, frozen=True):
    amount: Amount


class TransitDays(msgspec.Struct, frozen=True):
    min: int
    max: int


class Rate(msgspec.Struct, frozen=True):
    id: str
    service: str
    net: Amount
    total: Amount
    transit_days: TransitDays
    surcharges: list[SurchargeShape] = []
    tax: Tax | None = None
    expires_at: datetime | None = None


class Rates(msgspec.Struct, frozen=True):
    rates: list[Rate]
    messages: list[Any] = []


class Price(msgspec.Struct, frozen=True):
    total: Amount


class LabelShape(msgspec.Struct, frozen=True):
    format: str
    content_base64: str | None = None


class References(msgspec.Struct, frozen=True):
    order: str | None = None
    shipment: str | None = None


class ParcelShape(msgspec.Struct, frozen=True):
    id: Name
    tracking_number: Name
    status: str
    price: Price | None = None
    label: LabelShape | None = None
    references: References | None = None


class ParcelPage(msgspec.Struct, frozen=True):
    data: list[ParcelShape]
    next_cursor: str | None = None


class Location(msgspec.Struct, frozen=True):
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None


class Scan(msgspec.Struct, frozen=True):
    id: str
    status: str
    occurred_at: datetime
    sequence: int = 0
    code: str | None = None
    description: str | None = None
    location: Location | None = None
    reason: str | None = None
    revokes: str | None = None

    def event(self, number: str) -> CarrierEvent:
        """Return the scan as the engine's event of this tracking number."""
        status = carrier_codes.MAIL_ALLIANCE.get(self.status, Status.UNKNOWN)
        return CarrierEvent(
            id=self.id,
            carrier=NAME,
            number=number,
            code=self.code or self.status,
            text=self.description or "",
            status=status,
            occurred_at=aware(self.occurred_at),
            place=(self.location.city or "") if self.location else "",
            reason=self.reason or "",
            opens_return=status is Status.RETURNING and not self.revokes,
            partial=status is Status.DELIVERED and self.reason == PARTLY_REFUSED and not self.revokes,
            revoked=bool(self.revokes),
            revokes=self.revokes or "",
            sequence=self.sequence,
        )


class TrackingShape(msgspec.Struct, frozen=True):
    tracking_number: str
    events: list[Scan]


class ReturnItem(msgspec.Struct, frozen=True):
    sku: str
    quantity: int


class Told(msgspec.Struct, frozen=True):
    """The `data` of a webhook. `event` is the parcel's scan, or the return's when that has a number of its own."""

    tracking_number: str = ""
    parcel_id: str | None = None
    event: Scan | None = None
    revoked_event_id: str | None = None
    return_tracking_number: str | None = None
    reason: str | None = None
    returned_at: datetime | None = None
    origin: str | None = None
    items: list[ReturnItem] = []


class FeedEntry(msgspec.Struct, frozen=True):
    """One entry of the reconciliation feed: a scan's members with the parcel's number, or a webhook's `data`."""

    id: str
    tracking_number: str | None = None
    type: str | None = None
    data: Told | None = None
    status: str | None = None
    occurred_at: datetime | None = None
    sequence: int = 0
    code: str | None = None
    description: str | None = None
    location: Location | None = None
    reason: str | None = None
    revokes: str | None = None

    @property
    def scan(self) -> Scan | None:
        if self.status is None or self.occurred_at is None:
            return None
        return Scan(
            self.id,
            self.status,
            self.occurred_at,
            self.sequence,
            self.code,
            self.description,
            self.location,
            self.reason,
            self.revokes,
        )


class FeedPage(msgspec.Struct, frozen=True):
    data: list[FeedEntry]
    next_cursor: str | None = None


class ReturnShape(msgspec.Struct, frozen=True):
    id: str
    return_tracking_number: str
    original_tracking_number: str
    status: str
    reason: str
    requested_at: datetime
    returned_at: datetime | None = None
    reason_text: str | None = None
    origin: str | None = None
    items: list[ReturnItem] = []
    label: LabelShape | None = None


class ReturnPage(msgspec.Struct, frozen=True):
    data: list[ReturnShape]
    next_cursor: str | None = None


class EndpointShape(msgspec.Struct, frozen=True):
    id: str
    url: str
    secret: str | None = None


class EndpointPage(msgspec.Struct, frozen=True):
    data: list[EndpointShape]
    next_cursor: str | None = None


class FieldError(msgspec.Struct, frozen=True):
    pointer: str = ""
    code: str = ""
    detail: str = ""


class Problem(msgspec.Struct, frozen=True):
    type: str
    title: str = ""
    detail: str = ""
    errors: list[FieldError] = []

    @property
    def slug(self) -> str:
        """Return the last part of the problem type: `validation`, `idempotency-key-reused` …"""
        return self.type.rstrip("/").rsplit("/", 1)[-1]

    @property
    def sentence(self) -> str:
        fields = "; ".join(f"{error.pointer}: {error.code} {error.detail}".strip() for error in self.errors)
        return " ".join(part for part in (self.detail or self.title, fields) if part)


class Hook(msgspec.Struct, frozen=True):
    """A webhook's body: `data` is read again by the type that `type` names."""

    type: str
    timestamp: datetime
    data: msgspec.Raw


def aware(moment: datetime) -> datetime:
    """Return a moment in UTC; one without an offset is taken as UTC, which is what the contract stores.

    Raises:
        Unavailable: a year no parcel travels in, at which arithmetic with offsets would overflow.
    """
    if not 1970 <= moment.year <= 9000:
        raise Unavailable("unreadable_answer", f"a moment in the year {moment.year}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
