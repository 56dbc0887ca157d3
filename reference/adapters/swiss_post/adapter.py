"""Swiss Post as a carrier port: one label call a parcel, followed by polls.

Source: `postal_api_swiss`, `statuses` §2. The label call has no idempotency key: each parcel goes under an item number
of our own, and the refusal "not unique" of that number (E2016) reads as "already done" (§11). Where the evidence ends
the adapter says so: no prices, no cancelling, no webhooks and no payout reports are known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx

from ...domain.statuses import Status
from ...ports import (
    Address,
    Booked,
    Clock,
    Label,
    LabelFormat,
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
from ..exchange import Exchange, decode, segment
from . import bodies, reading, substitute
from .bodies import SERVICES
from .reading import NAME
from .session import Session
from .shapes import Detail, Events, Failing, Labelled, Scan, text

LABELS = "/barcode/v1/generateAddressLabel"
MAILPIECES = "/logistics/mailpiece/tracking/business/v1/mailpieces"
TAKEN = "E2016"  # item number not unique
PASSING = frozenset({"E9993", "E9994", "E9999"})  # a part of the carrier is down
STRANGE = timedelta(days=3)  # a parcel that moved earlier than this is not one whose booking is still being tried
FREE = Money(0, bodies.CURRENCY)


class SwissPostAdapter:
    """One client id of Swiss Post and one franking licence over one pooled client."""

    name = NAME

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        franking_license: str,
        sender: Address,
        *,
        timeout_s: float = 15.0,
        client: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._exchange = Exchange(base_url, timeout_s=timeout_s, client=client)
        self._now: Callable[[], datetime] = clock.now if clock else lambda: datetime.now(UTC)
        self._session = Session(self._exchange, client_id, client_secret, lambda: self._now().timestamp())
        self._license = franking_license
        self.sender = sender

    # -- offers and bookings

    async def quote(self, parcel: Parcel) -> Sequence[Quote]:
        """Return both services, without a price: the carrier has no call that tells one."""
        return [_offer(service) for service in bodies.services(parcel)]

    async def create(self, parcel: Parcel, quote: Quote, *, format: LabelFormat) -> Booked:
        """Make the parcel and its label, or find what an earlier try made under the same item number.

        Of the earlier try the label is lost, and is drawn here. A number that is another's goes on to the next one.
        """
        if quote.service not in SERVICES:
            raise Refused("service", f"{quote.service!r} is no service of {NAME}; known: {', '.join(SERVICES)}")
        if not bodies.takes(parcel):
            raise Refused("not_served", f"{NAME} takes no parcel like this: abroad, to a point, collecting, or heavy")
        if quote.service not in bodies.services(parcel):
            raise Refused("notices", f"{quote.service} does not carry every kind of notice that was chosen")
        license = bodies.checked_license(self._license)
        for number in bodies.item_numbers(parcel.key, license):
            body = bodies.request(parcel, quote.service, self.sender, license, number, format)
            made = decode(await self._session.post(LABELS, body), Labelled)
            if errors := made.told:
                _raise_unless_taken(errors)
                ident = bodies.ident_code(license, number)
                if await self._is_somebody_elses(ident):
                    continue
                return await self._found_again(ident, parcel, quote, format)
            return await self._made(made, parcel, quote, format)
        raise Refused("number_taken", f"{bodies.TRIES} item numbers for {parcel.key} are other parcels' at {NAME}")

    async def _made(self, made: Labelled, parcel: Parcel, quote: Quote, format: LabelFormat) -> Booked:
        code = text(made.item.identCode) if made.item else ""
        if made.item is None or not code:
            raise Unavailable("unreadable_answer", f"parcel {parcel.key} was sent and came back without an ident code")
        warned = reading.warnings(made.item.warnings or ())
        if label := await reading.label(made.item.label, format):
            return Booked(carrier_id=code, number=code, label=label, price=None, warnings=warned)
        return replace(await self._found_again(code, parcel, quote, format), warnings=warned)

    async def _found_again(self, code: str, parcel: Parcel, quote: Quote, format: LabelFormat) -> Booked:
        """Return a booking whose label did not come with it."""
        if not (code.isascii() and code.isdigit() and len(code) % 2 == 0):
            raise Refused("unknown_outcome", f"parcel {parcel.key} is booked as {code} and its label is lost")
        label = await substitute.drawn(code, SERVICES[quote.service], self.sender, parcel.recipient, format)
        return Booked(carrier_id=code, number=code, label=label, price=None)

    async def _is_somebody_elses(self, code: str) -> bool:
        """Tell whether a number is surely not our own try: that parcel has no label yet and cannot have moved long ago.

        One of ours meets another's about once in a hundred million, and this tells most of those apart.
        """
        try:
            story = reading.events(code, await self._scans(code))
        except Refused:
            return False  # nobody has seen it
        still = (Status.ANNOUNCED, Status.UNKNOWN)
        since = self._now() - STRANGE
        return any(event.status not in still and event.occurred_at < since for event in story)

    async def read(self, carrier_id: str) -> Booked:
        """Return the booking: number and label came with it, and there is no more to be told."""
        return Booked(carrier_id=carrier_id, number=carrier_id, label=None, price=None)

    async def label(self, carrier_id: str, format: LabelFormat) -> Label | None:
        raise Refused("no_such_call", f"{NAME} gives a label once, when parcel {carrier_id} is booked")

    async def cancel(self, carrier_id: str, key: str) -> None:
        raise Refused("no_such_call", f"{NAME} has no call to cancel parcel {carrier_id}; destroy its label")

    # -- tracking

    async def track(self, carrier_id: str, number: str) -> Tracking:
        """Return all scans; where they leave open who has the parcel, the carrier's summary decides."""
        code = number or carrier_id
        scans = await self._scans(code)
        uncertain = reading.is_uncertain(reading.events(code, scans))
        return _story(code, scans, await self._detail(code) if uncertain else Detail())

    async def track_told(self, carrier_id: str, number: str) -> Tracking:
        """Return all scans, and what the recipient changed: the carrier's summary tells it."""
        code = number or carrier_id
        return _story(code, await self._scans(code), await self._detail(code))

    async def _detail(self, code: str) -> Detail:
        return decode(await self._session.get(f"{MAILPIECES}/{segment(code)}/detail"), Detail)

    async def _scans(self, code: str) -> list[Scan]:
        reply = await self._session.get(f"{MAILPIECES}/{segment(code)}/events/")
        return decode(reply, Events).events or []

    # -- what Swiss Post does not have

    async def changes(self, cursor: str) -> tuple[Sequence[Notice], str]:
        raise Unsupported("changes", f"{NAME} has no feed of changes; read parcels one by one")

    async def create_return(self, carrier_id: str, *, key: str, reason: str, items: Mapping[str, int]) -> ReturnNotice:
        raise Unsupported(
            "create_return", f"{NAME} makes return labels of an address, which {carrier_id} does not tell"
        )

    async def subscribe(self, url: str, key: str) -> Mapping[str, str]:
        raise Unsupported("subscribe", f"{NAME} sends no webhooks; it is followed by polls")

    def verify(self, headers: Mapping[str, str], raw: bytes, keys: Mapping[str, str], now: datetime) -> Notice:
        raise Untrusted("no_webhooks", f"{NAME} sends no webhooks: whatever came is not from it")

    async def registries(self, day: date) -> Sequence[Registry]:
        raise Unsupported("registries", f"{NAME} has no payout reports to ask for")

    async def complete(self, registry: Registry) -> Registry:
        raise Unsupported("complete", f"{NAME} has no payout reports to ask for")

    async def close(self) -> None:
        await self._exchange.close()


def _story(code: str, scans: Sequence[Scan], detail: Detail) -> Tracking:
    return replace(reading.tracking(code, scans, detail.word), controls_used=reading.controls(detail))


def _offer(service: str) -> Quote:
    return Quote(
        id=f"{NAME}-{service}",
        carrier=NAME,
        service=service,
        net=FREE,
        surcharges=(),
        tax=FREE,
        total=FREE,
        days_min=1,
        days_max=2 if service == "ECO" else 1,
        priced=False,
    )


def _raise_unless_taken(errors: Sequence[Failing]) -> None:
    """Raise what the carrier says against a parcel, unless that is only that its number is there already.

    Raises:
        Unavailable: a part of the carrier is down.
        Refused: anything else.
    """
    others = [error for error in errors if text(error.code) != TAKEN]
    if not others:
        return
    code = text(others[0].code) or "unnamed_error"
    words = "; ".join(str(error) for error in others)[:1000]
    raise (Unavailable if code in PASSING else Refused)(code, words)
