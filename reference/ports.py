"""What the engine needs from the outside, whatever stands behind it. Plain data and protocols; no HTTP, SQL or SMTP.

Money is whole minor units with an ISO 4217 code, mass grams, size millimetres, time aware UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable


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
    return_number: str = ""
    is_return: bool = False  # `number` is a return leg; `direct_number` the parcel it belongs to
    direct_number: str = ""
    sequence: int = 0
    status_after: str = ""
    to_addressee: bool = False


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
    """One carrier account. An adapter is a package `adapters/<carrier>` with one class that has all of these methods.

    **Registering one** is one line in `engine.ADAPTERS`: the carrier's name and a function of (Account, Clock). Of the
    account it gets `base_url`, `client_id`, `client_secret` (IML: login and password of HTTP Basic; PickPoint: those of
    `login`, with `ikn` beside; Swiss Post: `franking_license` beside), `api_key` and `sender`. It talks over
    `adapters.exchange` (`Exchange`, `decode`, `segment`), reads money by `adapters.amounts`, statuses by
    `adapters.carrier_codes`, and never sleeps or reads the wall clock: what is not there yet is None or `Unavailable`,
    and the engine comes again.

    **Faults.** A method raises nothing but `CarrierFault`: `Refused` is a no for good (told to people, not repeated);
    `Unavailable` is no usable answer, the effect may have happened, and the same call with the same key comes again
    after a growing pause, at least `retry_after_s`; code `quota_exceeded` (429) also ends the poll at hand.

    **Writes are safe to repeat.** `create`, `cancel`, `create_return` and those of the protocols below are called again
    after a lost answer or a kill, with the same key, and must find what the first try did, by looking it up first
    where the carrier knows no idempotency key. Where a try cannot be found again, a lost answer is
    `Refused("unknown_outcome", …)`: people look, and nothing is done twice.

    **What may be absent.** A carrier without
    - prices returns offers with `priced=False`; one that does not serve a parcel (or the point it names) returns none;
    - a number or a label at once leaves them None: `read` and `label` are asked until both are there;
    - ZPL or PNG gives PDF whatever `format` says;
    - a feed raises `Unsupported` in `changes`: its open parcels are read one by one by `track` (or `ReadsMany`);
    - webhooks raises `Unsupported` in `subscribe` and `Untrusted` in `verify`: it is followed by polls alone;
    - returns on the buyer's wish raises `Unsupported` in `create_return`;
    - payout reports by API raises `Unsupported` in `registries` and `complete`.
    Refusals, pickups, waybills, customs forms, hand-over lists, reading many parcels at once and reading addresses are
    protocols of their own below (`Refuses`, `Collects`, `PrintsWaybills`, `PrintsCustomsForms`, `HandsOver`,
    `ReadsMany`, `ReadsAddresses`): an adapter simply has their methods or not.
    """

    name: str

    async def quote(self, parcel: Parcel) -> Sequence[Quote]: ...

    async def create(self, parcel: Parcel, quote: Quote, *, format: LabelFormat) -> Booked:
        """Book the parcel, or find the booking that an earlier try with `parcel.key` made.

        Where the carrier delivers to points only and the parcel names none, the adapter takes a fitting one near the
        recipient, the same at every try.
        """
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

    async def cancel(self, carrier_id: str, key: str) -> None:
        """Call the booking off; nothing to do where it is off already.

        Raises:
            Refused: the carrier holds the goods, or has no such call.
        """
        ...

    async def track(self, carrier_id: str, number: str) -> Tracking:
        """Return all that the carrier tells of a parcel now.

        A carrier that shows only the present state returns one event, whose id is made of the parcel, the codes and the
        time, so that it is the same at every read of that state: the engine keeps the earlier ones.
        """
        ...

    async def changes(self, cursor: str) -> tuple[Sequence[Notice], str]:
        """Return what happened since `cursor` (empty: from the start) and the next cursor, of at most 500 characters.

        What lies on the edge may be told twice: events with a known id change nothing.

        Raises:
            Unsupported: the carrier has no feed; track parcels one by one.
        """
        ...

    async def create_return(self, carrier_id: str, *, key: str, reason: str, items: Mapping[str, int]) -> ReturnNotice:
        """Announce that the buyer sends goods back.

        Raises:
            Unsupported: the carrier takes no such order.
        """
        ...

    async def subscribe(self, url: str, key: str) -> Mapping[str, str]:
        """Make the carrier send its webhooks to `url`; what `verify` needs later (secrets) comes back.

        Raises:
            Unsupported: the carrier sends none.
        """
        ...

    def verify(self, headers: Mapping[str, str], raw: bytes, keys: Mapping[str, str], now: datetime) -> Notice:
        """Check a webhook over its raw bytes and parse it.

        Raises:
            Untrusted: signature, time stamp or shape is wrong.
        """
        ...

    async def registries(self, day: date) -> Sequence[Registry]:
        """Return the payout reports the carrier dated this day, in normal form.

        Raises:
            Unsupported: it has none to ask for.
        """
        ...

    async def complete(self, registry: Registry) -> Registry:
        """Fill the outcome and items of lines that lack them, by reading the carrier's orders.

        Raises:
            Unsupported: this carrier makes no registries.
        """
        ...

    async def close(self) -> None: ...


@runtime_checkable
class ReadsMany(Protocol):
    """A carrier that tells of many parcels in one answer. Its polls use this in place of `track`."""

    most_at_once: int

    async def track_many(self, parcels: Sequence[tuple[str, str]]) -> Mapping[str, Tracking]:
        """Return (carrier id, number) pairs' stories by carrier id; one it does not know is left out."""
        ...


@runtime_checkable
class Refuses(Protocol):
    """A carrier that can be told to give up handing a parcel over and to bring it back."""

    async def refuse(self, carrier_id: str, key: str) -> None:
        """Ask for it; what follows comes by tracking.

        Raises:
            Refused: too late, or not for this parcel.
        """
        ...


@runtime_checkable
class Collects(Protocol):
    """A carrier whose courier can be called to the sender's door."""

    async def collect(self, pickup: Pickup, known: Intake | None) -> Intake:
        """Call the courier, or find the call that an earlier try with `pickup.key` made.

        While the answer has no number this is called again, with that answer as `known`: to be read, not made anew.

        Raises:
            Refused: the carrier does not come then or there, said at once or later.
        """
        ...

    async def cancel_collect(self, intake: Intake, key: str) -> None:
        """Call the courier off; nothing to do where he is off already."""
        ...


@runtime_checkable
class PrintsWaybills(Protocol):
    """A carrier whose parcels go with a waybill beside the label."""

    async def waybill(self, carrier_id: str) -> Paper | None:
        """Return the waybill as PDF, or None while the carrier is still making it."""
        ...


@runtime_checkable
class PrintsCustomsForms(Protocol):
    """A carrier that makes the customs form of a parcel which leaves the country."""

    async def customs_form(self, carrier_id: str) -> Paper | None:
        """Return the form (CN22 or CN23) as PDF, or None for a parcel that needs none."""
        ...


@runtime_checkable
class HandsOver(Protocol):
    """A carrier that takes parcels over by a list that it makes."""

    async def hand_over(self, carrier_ids: Sequence[str], key: str) -> Paper | None:
        """Make the list of these parcels, or find the one an earlier try made; None while the carrier is making it.

        The parcels are always the same for one key.
        """
        ...


@runtime_checkable
class SignsLists(Protocol):
    """A carrier that has its hand-over lists signed electronically, by the sender and by itself."""

    async def signed_list(self, carrier_ids: Sequence[str]) -> Paper | None:
        """Return the list of these parcels with the signatures that it has by now, None where there is none.

        Raises:
            Refused: what came is not signed, or a signature does not hold: it is void.
        """
        ...


@runtime_checkable
class ReadsAddresses(Protocol):
    """A carrier that takes addresses apart and tells which it is sure of: its parcels are booked after that."""

    async def read_addresses(self, wanted: Sequence[Address]) -> Sequence[AddressReading]:
        """Return its reading of each address, in the order asked; an address it is not asked to judge is sure."""
        ...


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
