"""The outside world in memory: carriers and a mail server that outlive a killed engine.

Every write they take is an effect that a test can break before or after it happens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import msgspec

from parcelproof.reference.ports import (
    Booked,
    CarrierEvent,
    Label,
    LabelFormat,
    Mail,
    Money,
    Notice,
    Parcel,
    Quote,
    Refused,
    Registry,
    ReturnNotice,
    Tracking,
    Unavailable,
    Unsupported,
    Untrusted,
)


class Killed(BaseException):
    """The process is gone: nothing after this line ran."""


@dataclass
class Effects:
    """Counts effects on the outside world and breaks the one a test names."""

    count: int = 0
    kill_at: int = 0
    after: bool = False
    log: list[str] = field(default_factory=list)

    def before(self, name: str) -> None:
        self.count += 1
        if self.count == self.kill_at and not self.after:
            raise Killed(name)

    def done(self, name: str) -> None:
        self.log.append(name)
        if self.count == self.kill_at and self.after:
            raise Killed(name)


class FakeCarrier:
    """A carrier in memory. `late` bookings get number and label when `ripen` is called.

    `label_apart`: the label is never in a booking's answer, only behind `label`, which gives what `no_label` says.
    """

    def __init__(self, name: str, effects: Effects, *, currency: str = "EUR", price_minor: int = 500) -> None:
        self.name = name
        self.effects = effects
        self.currency = currency
        self.price_minor = price_minor
        self.days_max = 3
        self.late = False
        self.label_apart = False
        self.no_label: Exception | str = ""  # raised when the label is asked for; a text: it is still being made
        self.feed = False
        self.faults: list[Exception] = []  # raised before the next writes, first first
        self.lost: list[Exception] = []  # raised after the effect of the next writes
        self.silent: set[str] = set()  # operations that answer nothing
        self.parcels: dict[str, Parcel] = {}
        self.numbers: dict[str, str] = {}
        self.invalid: set[str] = set()
        self.cancelled: list[str] = []
        self.events: dict[str, list[CarrierEvent]] = {}
        self.notices: list[Notice] = []
        self.returned: dict[str, ReturnNotice] = {}
        self.handed: dict[str, dict[str, int]] = {}
        self.payouts: dict[date, list[Registry]] = {}
        self.asked_days: list[date] = []
        self.hooks: list[str] = []
        self.closed = False

    def _answer(self, operation: str) -> None:
        if operation in self.silent:
            raise Unavailable("silent", f"{operation} gave no answer")

    def _write(self, name: str) -> None:
        self._answer(name)
        if self.faults:
            raise self.faults.pop(0)
        self.effects.before(name)

    def _written(self, name: str) -> None:
        self.effects.done(name)
        if self.lost:
            raise self.lost.pop(0)

    async def quote(self, parcel: Parcel) -> Sequence[Quote]:
        self._answer("quote")
        if parcel.collect is not None and self.currency != "RUB":
            return ()
        money = Money(self.price_minor, self.currency)
        offer = Quote(
            id=f"q-{self.name}",
            carrier=self.name,
            service="standard",
            net=money,
            surcharges=(),
            tax=Money(0, self.currency),
            total=money,
            days_min=1,
            days_max=self.days_max,
        )
        return (offer,)

    def id_of(self, key: str) -> str:
        return f"{self.name}-{key}"

    async def create(self, parcel: Parcel, quote: Quote, *, format: LabelFormat) -> Booked:
        self._write("create")
        carrier_id = self.id_of(parcel.key)
        if carrier_id not in self.parcels:
            self.parcels[carrier_id] = parcel
            if not self.late:
                self.numbers[carrier_id] = f"N{len(self.parcels):05}{self.name[:2].upper()}"
        self._written("create")
        return await self.read(carrier_id)

    def ripen(self) -> None:
        for carrier_id in self.parcels:
            self.numbers.setdefault(carrier_id, f"N{len(self.numbers) + 1:05}{self.name[:2].upper()}")

    async def read(self, carrier_id: str) -> Booked:
        self._answer("read")
        if carrier_id in self.invalid:
            raise Refused("invalid", "the address cannot be served")
        number = self.numbers.get(carrier_id)
        label = self._label(carrier_id) if number and not self.label_apart else None
        price = Money(self.price_minor, self.currency) if number else None
        return Booked(carrier_id=carrier_id, number=number, label=label, price=price)

    async def label(self, carrier_id: str, format: LabelFormat) -> Label | None:
        if isinstance(self.no_label, Exception):
            raise self.no_label
        return None if self.no_label else self._label(carrier_id)

    def _label(self, carrier_id: str) -> Label:
        return Label(LabelFormat.PDF, f"%PDF-{self.numbers[carrier_id]}".encode())

    async def cancel(self, carrier_id: str, key: str) -> None:
        self._write("cancel")
        if carrier_id not in self.cancelled:
            self.cancelled.append(carrier_id)
        self._written("cancel")

    async def track(self, carrier_id: str, number: str) -> Tracking:
        self._answer("track")
        back = tuple(notice for notice in self.returned.values() if notice.direct_number == number)
        legs = [event for notice in back for event in self.events.get(notice.number, ())]
        told = (*self.events.get(number, ()), *legs)
        return Tracking(number=number, events=told, returns=back, delivered_by_sku=self.handed.get(number, {}))

    async def changes(self, cursor: str) -> tuple[Sequence[Notice], str]:
        self._answer("changes")
        if not self.feed:
            raise Unsupported("changes", "no feed")
        return tuple(self.notices[int(cursor or 0) :]), str(len(self.notices))

    async def create_return(self, carrier_id: str, *, key: str, reason: str, items: Mapping[str, int]) -> ReturnNotice:
        self._write("return")
        number = f"R-{key}"
        direct = self.numbers[carrier_id]
        notice = ReturnNotice(
            carrier=self.name,
            number=number,
            direct_number=direct,
            reason=reason,
            received_at=None,
            items=items,
            origin="shipper",
        )
        self.returned.setdefault(number, notice)
        self._written("return")
        return self.returned[number]

    async def subscribe(self, url: str, key: str) -> Mapping[str, str]:
        self._answer("subscribe")
        if url not in self.hooks:
            self.hooks.append(url)
        return {"secret": "sound"}

    def verify(self, headers: Mapping[str, str], raw: bytes, keys: Mapping[str, str], now: datetime) -> Notice:
        if headers.get("x-signature") != keys.get("secret", "-"):
            raise Untrusted("webhook_signature", "the signature does not fit")
        try:
            return msgspec.json.decode(raw, type=Notice)
        except msgspec.DecodeError as error:
            raise Untrusted("webhook_shape", str(error)) from error

    async def registries(self, day: date) -> Sequence[Registry]:
        self._answer("registries")
        self.asked_days.append(day)
        return self.payouts.get(day, [])

    async def complete(self, registry: Registry) -> Registry:
        self._answer("complete")
        return registry

    async def close(self) -> None:
        self.closed = True

    def scan(self, number: str, status: str, at: datetime, **more: Any) -> CarrierEvent:
        """Record one event and return it."""
        code = more.pop("code", status.upper())
        own = f"{self.name}/{number}/{code}/{at.timestamp():.0f}"
        event = CarrierEvent(
            id=more.pop("id", own),
            carrier=self.name,
            number=number,
            code=code,
            text=code.title(),
            status=status,
            occurred_at=at,
            **more,
        )
        self.events.setdefault(number, []).append(event)
        self.notices.append(Notice(event_id=event.id, events=(event,)))
        return event


class FakeMailer:
    """A mail server in memory. `refuses` maps an address to what it raises, once for each entry."""

    def __init__(self, effects: Effects) -> None:
        self.effects = effects
        self.mails: list[Mail] = []
        self.refuses: dict[str, list[Exception]] = {}

    async def send(self, mail: Mail) -> None:
        waiting = self.refuses.get(mail.recipient, [])
        if waiting:
            raise waiting.pop(0)
        self.effects.before("mail")
        self.mails.append(mail)
        self.effects.done("mail")


@dataclass
class World:
    """The outside world: it outlives every engine."""

    effects: Effects = field(default_factory=Effects)

    def __post_init__(self) -> None:
        self.near = FakeCarrier("mail_alliance", self.effects)
        self.far = FakeCarrier("cdek", self.effects, currency="RUB", price_minor=40_000)
        self.mailer = FakeMailer(self.effects)

    @property
    def carriers(self) -> dict[str, FakeCarrier]:
        return {"mail_alliance": self.near, "cdek": self.far}
