"""What the judge knows of a carrier's wire: one value a carrier, apart from the engine's own knowledge."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from ..history import Exchange
from .essence import Essence

Answer = Mapping[str, Any]  # of a fault: status, headers, body
Booking = tuple[str, Mapping[str, Any]]  # order number, and the body that would make its parcel


Misread = tuple[str, str, str]  # what of a recipient, as the order has it, as the booking says it


class Code(NamedTuple):
    """One scan: the carrier's code and reason, the canonical status, and whether it turns the parcel back."""

    code: str
    status: str
    reason: str = ""
    turns_back: bool = False


class Said(NamedTuple):
    """One event as a carrier told it. `names` are the numbers and references under which it spoke of the parcel."""

    names: frozenset[str]
    code: str
    occurred_at: datetime
    words: str  # "" where the carrier told the code alone, as CDEK's webhooks do


class Wire(ABC):
    """A carrier as cases and checks meet it. `name` and `mount` are the simulator's."""

    name: ClassVar[str]
    mount: ClassVar[str]
    currency: ClassVar[str]
    zone: ClassVar[ZoneInfo]
    sender: ClassVar[Mapping[str, str]]
    recipient: ClassVar[Mapping[str, str]]
    codes: ClassVar[tuple[Code, ...]]
    booking: ClassVar[str]  # an operation, as the simulator names it
    also_books: ClassVar[tuple[str, ...]] = ()  # others that may book in its place
    books: ClassVar[tuple[str, ...]]  # those that a booking with its label needs
    reads: ClassVar[tuple[str, ...]]  # those that ask how parcels fare
    subscribes: ClassVar[str]  # end of the path that takes subscriptions; "" without webhooks
    number: ClassVar[re.Pattern[str]]
    number_in_words: ClassVar[str]
    formats: ClassVar[frozenset[str]]  # of labels that the carrier itself makes
    collects_money: ClassVar[bool]
    refusal: ClassVar[Answer]  # of a booking, for good
    nowhere: ClassVar[Mapping[str, str]]  # a recipient that the carrier refuses for good
    countries: ClassVar[frozenset[str]]  # of the recipients here to which it carries
    lives: ClassVar[tuple[str, ...]]  # journeys of the simulator that end, for good or bad
    firm: ClassVar[frozenset[str]] = frozenset()  # codes that name the addressee: «delivered» on the way back too
    life_days: ClassVar[int] = 12  # after which each of these lives has ended
    prices: ClassVar[bool] = True  # whether the wire tells what a parcel would cost
    services: ClassVar[tuple[str, ...]] = ()  # further names under which the simulator serves parts of it
    reads_at: ClassVar[str] = ""  # the one of them that is asked how parcels fare
    precision: ClassVar[timedelta] = timedelta(seconds=1)  # to which the wire dates its events
    snapshots: ClassVar[bool] = False  # reads tell how a parcel stands, and what was between two of them is never told

    @property
    def bookings_at(self) -> tuple[str, ...]:
        """Return the operations that book."""
        return (self.booking, *self.also_books)

    @abstractmethod
    def account(self, root: str, tenant: str) -> dict[str, Any]:
        """Return the account that a reset gives, at a simulator's root URL."""

    @abstractmethod
    def bookings(self, entry: Exchange) -> Iterator[Booking]:
        """Yield what a request of the connector would book."""

    @abstractmethod
    def essence(self, body: Mapping[str, Any]) -> Essence:
        """Return what a booking says of the parcel."""

    @abstractmethod
    def wanted(self, essence: Essence) -> Essence:
        """Return what a booking can say of a parcel that is like this: in the units of the wire, UNSAID left out."""

    @abstractmethod
    def street(self, body: Mapping[str, Any]) -> str | None:
        """Return the recipient's street in a booking, with all that it has beside it; None where it goes to a point."""

    def says_street(self, street: str, part: str) -> bool:
        """Whether a part of the recipient's address, his street or his house, stands in what a booking says."""
        return part in street

    def misdirects(self, body: Mapping[str, Any], to: Mapping[str, Any]) -> Iterator[Misread]:
        """Yield what a booking says of the recipient otherwise than the order, beside essence and street."""
        yield from ()

    def to_collect(self, body: Mapping[str, Any]) -> Decimal | None:
        """Return what a booking asks the carrier to collect, in its currency; None where it collects nothing."""
        return None

    @abstractmethod
    def is_read(self, entry: Exchange) -> bool:
        """Whether a request of the connector asks how parcels fare: by list, by number or by id."""

    def pushed(self, body: Mapping[str, Any]) -> Iterator[Said]:
        """Yield the events of a webhook."""
        yield from ()

    @abstractmethod
    def read(self, entry: Exchange) -> Iterator[Said]:
        """Yield the events in the answer to a read."""

    @abstractmethod
    def size_asked(self, entry: Exchange, body: Mapping[str, Any]) -> str:
        """Return the size in which a request asks for a label, or ""."""

    def printed(self, entry: Exchange) -> Iterator[tuple[str, str]]:
        """Yield (tracking number, what stands on the label) of an answer, where these are two numbers."""
        yield from ()

    def ways_back(self, entry: Exchange) -> Iterator[tuple[str, str]]:
        """Yield (tracking number, its way back's own number) of an answer, where a parcel comes back under another."""
        yield from ()

    def dated(self, moment: datetime) -> datetime:
        """Return a moment as the wire dates it."""
        return moment - (moment - datetime.min.replace(tzinfo=moment.tzinfo)) % self.precision

    def is_number(self, text: str) -> bool:
        """Whether a text is a tracking number as the carrier's contract writes it, its check digit included."""
        return self.number.fullmatch(text) is not None


def decimal(value: object) -> Decimal:
    """Return a number of a JSON body or of a form; 0 for what is none."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)


def names(*found: object) -> frozenset[str]:
    return frozenset(str(name) for name in found if name)


def said(known: frozenset[str], code: object, occurred_at: datetime | None, words: object = None) -> Iterator[Said]:
    """Yield one event, unless a carrier's answer lacks what makes it one."""
    if isinstance(code, str) and occurred_at is not None and known:
        yield Said(known, code, occurred_at, words.strip() if isinstance(words, str) else "")


def iso(text: object, zone: ZoneInfo | None = None) -> datetime | None:
    """Return an ISO 8601 moment, in this zone where it names none; None for anything else."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if moment is not None and moment.tzinfo is None:
        return None if zone is None else moment.replace(tzinfo=zone)
    return moment


def misread(what: str, wanted: str, found: object, *, same: bool) -> Iterator[Misread]:
    """Yield what is not the same."""
    if not same:
        yield what, wanted, "nothing" if found in (None, "") else str(found)


def ends_alike(phone: str, told: object) -> bool:
    """Whether two telephone numbers are one, whatever stands before the subscriber's nine digits."""
    ours, theirs = ("".join(sign for sign in str(text) if sign.isdigit())[-9:] for text in (phone, told))
    return ours == theirs
