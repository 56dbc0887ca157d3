"""What the engine needs from the outside, whatever stands behind it. Plain data and protocols; no HTTP, SQL or SMTP.

Money is whole minor units with an ISO 4217 code, mass grams, size millimetres, time aware UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units of a currency."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    name: str
    street: str
    postal_code: str
    city: str
    country: str  # ISO 3166-1 alpha-2
    house_number: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""  # E.164


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One position of an order; `unit_price` is gross, per piece."""

    sku: str
    description: str
    quantity: int
    unit_price: Money
    unit_mass_g: int
    vat_rate: int | None = None  # whole percent; None is "without VAT", 0 is a zero rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What is handed to a carrier: one box of one order."""

    key: str  # our own order number: the stable key towards the carrier
    sender: Address
    recipient: Address
    mass_g: int
    sides_mm: tuple[int, int, int]
    lines: tuple[Line, ...]
    collect: Money | None = None  # cash on delivery over all lines and the delivery charge
    delivery_charge: Money | None = None  # what the buyer pays for delivery; part of `collect` when collected


@dataclass(frozen=True, slots=True)
class Surcharge:
    code: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """An offer. `total` = net + surcharges + tax, in the carrier's currency."""

    id: str
    carrier: str
    service: str  # the carrier's own service or tariff code
    net: Money
    surcharges: tuple[Surcharge, ...]
    tax: Money
    total: Money
    days_min: int
    days_max: int
    expires_at: datetime | None = None


class LabelFormat(StrEnum):
    PDF = "PDF"
    ZPL = "ZPL"


@dataclass(frozen=True, slots=True)
class Label:
    format: LabelFormat
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What the carrier made of a parcel. Number, label and price may follow later (an asynchronous carrier)."""

    carrier_id: str
    number: str | None
    label: Label | None
    price: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierEvent:
    """One event as the carrier told it. `id` is the carrier's own when it has one, else a fingerprint.

    `status` is canonical (see `domain.statuses`); `code` and `text` are the carrier's. `revoked` withdraws the event
    with the same code and time (or the id in `revokes`).
    """

    id: str
    carrier: str
    number: str
    code: str
    text: str
    status: str
    occurred_at: datetime
    place: str = ""
    reason: str = ""
    opens_return: bool = False
    partial: bool = False
    revoked: bool = False
    revokes: str = ""
    return_number: str = ""
    is_return: bool = False  # `number` is a return leg; `direct_number` the parcel it belongs to
    direct_number: str = ""
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """All that the carrier knows of one parcel, read in one go."""

    number: str
    events: tuple[CarrierEvent, ...]
    returns: tuple["ReturnNotice", ...] = ()
    delivered_by_sku: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnNotice:
    """Goods on their way back or back: number, reason and date stand together."""

    carrier: str
    number: str
    direct_number: str
    reason: str
    received_at: datetime | None
    items: Mapping[str, int] = field(default_factory=dict)  # sku -> pieces; empty means all still out
    origin: str = "carrier"
    label: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A payout report in the normal form of `settlement` §3, as JSON-shaped data with integers only."""

    normal: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a verified webhook said: events, return notices, or only that an order should be read again."""

    event_id: str
    events: tuple[CarrierEvent, ...] = ()
    returns: tuple[ReturnNotice, ...] = ()
    read_again: tuple[str, ...] = ()  # carrier ids whose tracking should be read now


class CarrierFault(Exception):
    """Base of what a carrier call can raise. `code` is ours, `detail` the carrier's words."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code}: {detail}")


class Refused(CarrierFault):
    """The carrier said no for good: trying again changes nothing."""


class Unavailable(CarrierFault):
    """No usable answer (time-out, 5xx, 429, truncated body): the effect may or may not have happened."""

    def __init__(self, code: str, detail: str, *, retry_after_s: float | None = None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(code, detail)


class Unsupported(CarrierFault):
    """This carrier has no such operation."""


class Untrusted(CarrierFault):
    """A webhook that is not what it claims to be: bad signature, stale, unreadable."""


class CarrierPort(Protocol):
    """One carrier account. Every write is safe to repeat with the same key (`mail_alliance` Part 7)."""

    name: str

    async def quote(self, parcel: Parcel) -> Sequence[Quote]: ...

    async def create(self, parcel: Parcel, quote: Quote, *, format: LabelFormat) -> Booked:
        """Book the parcel, or find the booking that an earlier try with `parcel.key` made."""
        ...

    async def read(self, carrier_id: str) -> Booked:
        """Read a booking again: its number, label and price may be there now.

        Raises:
            Refused: the carrier judged the booking invalid after accepting it.
        """
        ...

    async def label(self, carrier_id: str, format: LabelFormat) -> Label | None:
        """Return the label, or None while the carrier is still making it."""
        ...

    async def cancel(self, carrier_id: str, key: str) -> None: ...

    async def track(self, carrier_id: str, number: str) -> Tracking: ...

    async def changes(self, cursor: str) -> tuple[Sequence[Notice], str]:
        """Return what happened since `cursor` (empty: from the start) and the next cursor.

        Raises:
            Unsupported: the carrier has no feed; track parcels one by one.
        """
        ...

    async def create_return(
        self, carrier_id: str, *, key: str, reason: str, items: Mapping[str, int]
    ) -> ReturnNotice: ...

    async def subscribe(self, url: str, key: str) -> Mapping[str, str]:
        """Make the carrier send its webhooks to `url`; what `verify` needs later (secrets) comes back."""
        ...

    def verify(self, headers: Mapping[str, str], raw: bytes, keys: Mapping[str, str], now: datetime) -> Notice:
        """Check a webhook over its raw bytes and parse it.

        Raises:
            Untrusted: signature, time stamp or shape is wrong.
        """
        ...

    async def registries(self, day: date) -> Sequence[Registry]:
        """Return the payout reports the carrier dated this day, in normal form."""
        ...

    async def complete(self, registry: Registry) -> Registry:
        """Fill the outcome and items of lines that lack them, by reading the carrier's orders.

        Raises:
            Unsupported: this carrier makes no registries.
        """
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one person, complete: the same bytes whenever it is sent again."""

    message_id: str
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    date: datetime
    headers: Mapping[str, str] = field(default_factory=dict)


class MailRefused(Exception):
    """SMTP said 5xx: this address will not take it, ever. `reason` is the server's line."""


class MailDeferred(Exception):
    """SMTP said 4xx or could not be reached: try again later."""


class Mailer(Protocol):
    async def send(self, mail: Mail) -> None: ...


class Clock(Protocol):
    def now(self) -> datetime: ...
