"""What the engine needs from the outside, whatever stands behind it. Protocols; no HTTP, SQL or SMTP.

The plain data they speak of is in `shipping`, and may be imported from here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from .shipping import (
    Address,
    AddressReading,
    Booked,
    CarrierEvent,
    Intake,
    Label,
    LabelFormat,
    Line,
    Money,
    Notice,
    Paper,
    Parcel,
    Pickup,
    Quote,
    Registry,
    ReturnNotice,
    Surcharge,
    Tracking,
)

__all__ = [
    "Address",
    "AddressReading",
    "Booked",
    "CarrierEvent",
    "CarrierFault",
    "CarrierPort",
    "Clock",
    "Collects",
    "HandsOver",
    "Intake",
    "Label",
    "LabelFormat",
    "Line",
    "Mail",
    "MailDeferred",
    "MailRefused",
    "Mailer",
    "Money",
    "Notice",
    "Paper",
    "Parcel",
    "Pickup",
    "PrintsCustomsForms",
    "PrintsWaybills",
    "Quote",
    "ReadsAddresses",
    "ReadsMany",
    "Refused",
    "Refuses",
    "Registry",
    "ReturnNotice",
    "SignsLists",
    "Surcharge",
    "TellsRecipients",
    "Tracking",
    "Unavailable",
    "Unsupported",
    "Untrusted",
]


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
    Refusals, pickups, waybills, customs forms, hand-over lists, reading many parcels at once, reading addresses
    and notices of the carrier's own are protocols below (`Refuses`, `Collects`, `PrintsWaybills`, `PrintsCustomsForms`,
    `HandsOver`, `ReadsMany`, `ReadsAddresses`, `TellsRecipients`): an adapter simply has their members or not.
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
class TellsRecipients(Protocol):
    """A carrier with a notification service of its own, which tells what `Parcel.notices` chooses."""

    async def track_told(self, carrier_id: str, number: str) -> Tracking:
        """Return what `track` does and `controls_used`: asked of parcels whose order chose what is told."""
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


class MailBusy(MailDeferred):
    """As many mails as one server is given at once are under way; this one was not tried."""


class Mailer(Protocol):
    async def send(self, mail: Mail) -> None: ...


class Clock(Protocol):
    def now(self) -> datetime: ...
