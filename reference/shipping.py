"""What goes over the engine's ports: parcels, offers, bookings, events, papers. Plain data, whatever stands behind it.

Money is whole minor units with an ISO 4217 code, mass grams, size millimetres, time aware UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from .domain.carrier_notices import NoticeChoice


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
    hs_code: str = ""  # these three are for the customs; a parcel that stays in its country needs none
    origin_country: str = ""  # where the goods were made, ISO 3166-1 alpha-2
    customs_description: str = ""  # in Latin letters; empty: made of the description


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
    point: str = ""  # the carrier's own code of an office, shop or locker the buyer chose; empty: none was chosen
    reading: Mapping[str, str] = field(default_factory=dict)  # the carrier's parts of the address (`ReadsAddresses`)
    notices: NoticeChoice | None = None  # what the carrier's own service is to tell; one that has none passes it over


@dataclass(frozen=True, slots=True)
class Surcharge:
    code: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """An offer. `total` = net + surcharges + tax, in the carrier's currency.

    `priced` is False where the carrier would take the parcel and tells no price: all sums are then 0, and the offer is
    taken only when the carrier is given (by the order or by the rule "fixed"), never because it is the cheapest.
    """

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
    priced: bool = True


class LabelFormat(StrEnum):
    PDF = "PDF"
    ZPL = "ZPL"
    PNG = "PNG"


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
    warnings: tuple[str, ...] = ()  # the carrier's sentences about what it did otherwise than it was told


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierEvent:
    """One event as the carrier told it. `id` is the carrier's own when it has one, else a fingerprint.

    `status` is canonical (see `domain.statuses`); `code` and `text` are the carrier's. `revoked` withdraws the event
    with the same code and time (or the id in `revokes`). `status_after` is what the event says once another scan came
    before it (IML's "in warehouse": accepted at first, in transit later); empty: the same. `to_addressee`: the code
    names the buyer as the one who got it, so that it reads "delivered" even on the way back. `sequence` is the place
    among equal times, counted from the oldest.
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
    is_return: bool = False  # `number` is a return leg; `direct_number` the parcel it belongs to
    direct_number: str = ""
    sequence: int = 0
    status_after: str = ""
    to_addressee: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking:
    """All that the carrier knows of one parcel, read in one go.

    `controls_used`: what the recipient changed through the carrier's own service, by the codes of `Control`.
    """

    number: str
    events: tuple[CarrierEvent, ...]
    returns: tuple["ReturnNotice", ...] = ()
    delivered_by_sku: Mapping[str, int] = field(default_factory=dict)
    controls_used: tuple[int, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """A courier who is to collect parcels at the sender's door. `day` and times are the sender's local ones."""

    key: str  # our own, the same at every try
    carrier_ids: tuple[str, ...]  # the parcels that are ready, the first one first; at least one
    sender: Address
    day: date
    time_from: time
    time_to: time
    mass_g: int  # of all parcels together
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """A pickup as the carrier took it. `number` is what its people know it by; None while it has none."""

    carrier_id: str
    number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A PDF that goes with parcels: a waybill, or a hand-over list under its `number` where it has one.

    `left_out` is of a list: parcels that the carrier did not take onto it, and why, by carrier id.
    """

    content: bytes
    number: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressReading:
    """An address as a carrier makes it out. `sure`: it would deliver there as it is; else `sentence` says why not.

    `parts` are the carrier's own and go back to it in `Parcel.reading`; `line` shows them to people; `quality` is its
    code.
    """

    sure: bool
    quality: str
    sentence: str
    line: str
    parts: Mapping[str, str]
