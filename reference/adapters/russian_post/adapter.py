"""Russian Post as a carrier port: orders over Otpravka, histories over both tracking services.

Source: `postal_api_russia` §1–§4; `statuses` §3a Russian Post. There are no webhooks and no feed: parcels are polled.
No call lists payouts, so that reports come as files. Forms are PDF.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import httpx

from ...ports import (
    Address,
    AddressReading,
    Booked,
    CarrierFault,
    Clock,
    Label,
    LabelFormat,
    Notice,
    Paper,
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
from ..exchange import Exchange, segment
from . import addresses, batches, bodies, reading
from .codes import ARRIVED
from .points import Points
from .reading import NAME, Scan
from .session import NOT_FOUND, Session, refuse_coded
from .shapes import MadeReturn, Order, Placed, Taken, Tariff, text
from .soap import Tracker
from .tickets import Tickets

MOSCOW = timezone(timedelta(hours=3))
ONE_BY_ONE = 20  # parcels of one poll that are read singly, and so at once; more go by ticket
LOOK_FOR_LEGS = timedelta(hours=24)  # each look costs calls of the day's limit
MOST_KEPT = 10_000
RUSSIA = "643"
EASY_RETURN = "EASY_RETURN"
TARIFF_SAYS_NO = frozenset({"CODE_1372", "UNDEFINED", "1001"})
QUOTA, UNAUTHORIZED = "quota_exceeded", "unauthorized"


class RussianPostAdapter:
    """One account. `base_url` is where `/1.0/…` is, `tracking_url` where `/rtm34` and `/fc` are."""

    name = NAME
    most_at_once = 500  # more breaks on the size of the answer

    def __init__(
        self,
        base_url: str,
        token: str,
        login: str,
        password: str,
        tracking_url: str,
        sender: Address,
        *,
        kinds: Sequence[str] = (),
        timeout_s: float = 15.0,
        client: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._exchange = Exchange(base_url, timeout_s=timeout_s, client=client)
        self._tracking = Exchange(tracking_url, timeout_s=timeout_s, client=client)
        self._now: Callable[[], datetime] = clock.now if clock else lambda: datetime.now(UTC)
        self._session = Session(self._exchange, token, login, password)
        self._points = Points(self._session, self._now)
        self._tracker = Tracker(self._tracking, login, password)
        self._tickets = Tickets(self._tracker, self._now)
        self._mail_types: dict[str, int | None] = {}  # by number, where a history does not tell
        self._legs: dict[str, tuple[datetime, str]] = {}  # the number of a buyer's return, by the parcel's
        self._kinds = frozenset(kinds)
        self.sender = sender

    # -- offers and bookings

    async def quote(self, parcel: Parcel) -> Sequence[Quote]:
        """Return an offer for each kind of mail that the company wants, the account may post and the carrier prices."""
        point = await self._points.posting(parcel.sender)
        posted_at, found = text(point.operator_postcode), []
        for mail_type, category in bodies.services(parcel, at_a_point=await self._is_locker(parcel)):
            if self._kinds and mail_type not in self._kinds:
                continue
            if point.available_mail_types is not None and mail_type not in point.available_mail_types:
                continue
            body = bodies.tariff(parcel, mail_type, category, posted_at)
            try:
                found.append(reading.quote(await self._price(body), mail_type, category))
            except Refused as refusal:
                if refusal.code not in TARIFF_SAYS_NO:
                    raise
        return found

    async def _price(self, body: Mapping[str, object]) -> Tariff:
        return await self._session.ask("POST", "/1.0/tariff", Tariff, body=body)

    async def _is_locker(self, parcel: Parcel) -> bool:
        return bool(parcel.point) and await self._points.is_locker(parcel.point)

    async def create(self, parcel: Parcel, quote: Quote, *, format: LabelFormat) -> Booked:
        """Order the parcel, or find the order that an earlier try made under the same number of ours."""
        mail_type, _, category = quote.service.partition("/")
        if not category:
            raise Refused("service", f"{quote.service!r} is no service of {NAME}; one is like ONLINE_PARCEL/ORDINARY")
        if (known := await self._by_number(parcel)) is not None:
            return reading.booked(known)
        parts = parcel.reading or await self._read_parts(parcel)
        point = await self._points.posting(parcel.sender)
        body = bodies.order(parcel, mail_type, category, text(point.operator_postcode), parts)
        made = await self._session.ask("PUT", "/2.0/user/backlog", Placed, body=[body])
        for row in made.rows:
            if text(row.order_num) in ("", parcel.key) and text(row.result_id):
                return Booked(carrier_id=text(row.result_id), number=row.barcode or None, label=None, price=None)
        errors = [error for item in made.errors or () for error in item.all]
        if errors:
            raise refuse_coded(errors)
        raise Unavailable("unreadable_answer", f"order {parcel.key} was sent and came back without an id")

    async def _by_number(self, parcel: Parcel) -> Order | None:
        """Return our order among the new ones or in a batch, None where there is none; a return has the same number."""
        rows = await self._search(parcel.key)
        mine = [row for row in rows if text(row.order_num) == parcel.key and text(row.id) and not _is_return(row)]
        return mine[-1] if mine else None

    async def _search(self, query: str) -> list[Order]:
        """Return the orders, new or in a batch, with this number of ours or of the carrier's; deleted ones left out."""
        rows = []
        for path in ("/1.0/backlog/search", "/1.0/shipment/search"):
            rows += await self._session.ask("GET", path, list[Order], params={"query": query})
        return [row for row in rows if not row.is_deleted]

    async def _read_parts(self, parcel: Parcel) -> Mapping[str, str]:
        """Return the address as the carrier reads it, where it is sure; else no more than the region it makes out."""
        (found,) = await addresses.read_all(self._session, [parcel.recipient])
        if found.sure:
            return found.parts
        return {"region": region} if (region := found.parts.get("region")) else {}

    async def read_addresses(self, wanted: Sequence[Address]) -> Sequence[AddressReading]:
        return await addresses.read_all(self._session, wanted)

    async def read(self, carrier_id: str) -> Booked:
        """Return the order as it stands, with its label where there is one; `label` tells why there is none."""
        order = await self._order(carrier_id)
        try:
            label = await self._label(carrier_id, order)
        except CarrierFault:
            label = None
        return reading.booked(order, label)

    async def _order(self, carrier_id: str) -> Order:
        """Return an order, from the folder of new ones or from its batch."""
        try:
            return await self._session.ask("GET", f"/1.0/backlog/{segment(carrier_id)}", Order)
        except Refused as refusal:
            if refusal.code != NOT_FOUND:
                raise
        return await self._session.ask("GET", f"/1.0/shipment/{segment(carrier_id)}", Order)

    async def label(self, carrier_id: str, format: LabelFormat) -> Label | None:
        return await self._label(carrier_id, await self._order(carrier_id))

    async def _label(self, carrier_id: str, order: Order) -> Label:
        """Return the address label (F7, or E-1), else all forms of the order, of which it is one.

        Raises:
            Refused: there is none, in the words of the form that fits best.
        """
        paths = [f"/1.0/forms/{segment(carrier_id)}/f7pdf", _whole(carrier_id, order)]
        refusals = []
        for path in paths:
            try:
                return _labelled(await self._session.paper(path, {"print-type": "THERMO"}))
            except Refused as refusal:
                refusals.append(refusal)
        raise refusals[0]

    async def customs_form(self, carrier_id: str) -> Paper | None:
        """Return the form among those printed for the order; it is one of them where the parcel leaves the country."""
        order = await self._order(carrier_id)
        if text(order.mail_direct) in ("", RUSSIA):
            return None
        return Paper(content=await self._session.paper(_whole(carrier_id, order), {"print-type": "PAPER"}))

    async def signed_list(self, carrier_ids: Sequence[str]) -> Paper | None:
        return await batches.signed_list(self._session, carrier_ids)

    async def cancel(self, carrier_id: str, key: str) -> None:
        """Delete an order, from the folder of new ones or from a batch that is open yet."""
        said = ""
        for path in ("/1.0/backlog", "/1.0/shipment"):
            found = await self._session.ask("DELETE", path, Taken, body=[batches.id_of(carrier_id)])
            if any(text(one) == carrier_id for one in found.result_ids or ()):
                return
            errors = [error for item in found.errors or () for error in item.all]
            said = errors[0].name if errors else "NOT_FOUND"
            if said != "NOT_FOUND":
                raise refuse_coded(errors)

    # -- tracking and returns

    async def track(self, carrier_id: str, number: str) -> Tracking:
        return await self._story(number, await self._tracker.history(number))

    async def track_many(self, parcels: Sequence[tuple[str, str]]) -> Mapping[str, Tracking]:
        """Read a few parcels singly, many by ticket: the single service answers at once and a hundred times a day.

        Raises:
            Unavailable: the tickets are not ready yet; it says when to look again.
        """
        ids = {number: carrier_id for carrier_id, number in parcels if number}
        told, spent = await self._read_singly(ids) if len(ids) <= ONE_BY_ONE else ({}, True)
        left = [number for number in ids if number not in told]
        if spent and left:
            try:
                found = await self._tickets.read(left)
            except Unavailable:
                if not told:
                    raise
                found = {}
            told |= {number: await self._story(number, scans) for number, scans in found.items() if number in ids}
        return {ids[number]: story for number, story in told.items()}

    async def _read_singly(self, numbers: Iterable[str]) -> tuple[dict[str, Tracking], bool]:
        """Return what the single service tells, and whether its quota is spent; a number it refuses is left out."""
        told: dict[str, Tracking] = {}
        for number in numbers:
            try:
                told[number] = await self.track("", number)
            except Refused as refusal:
                if refusal.code == UNAUTHORIZED:
                    raise
            except Unavailable as fault:
                if fault.code == QUOTA:
                    return told, True
                if not told:
                    raise
        return told, False

    async def _story(self, number: str, scans: Sequence[Scan]) -> Tracking:
        """Return a parcel's story, with that of its buyer's return once it was handed over."""
        known = await self._with_mail_type(number, scans)
        events = reading.events(number, known)
        if not any(event.to_addressee for event in events):
            return reading.story(number, known)
        leg = await self._leg(number)
        return reading.story(number, known, (leg, await self._tracker.history(leg)) if leg else None)

    async def _with_mail_type(self, number: str, scans: Sequence[Scan]) -> Sequence[Scan]:
        """Fill in the kind of mail from our order, where the history has the one line that depends on it without it."""
        blind = [scan for scan in scans if (scan.kind, scan.attribute) == ARRIVED and scan.mail_type is None]
        if not blind:
            return scans
        if number not in self._mail_types:
            order = await self._by_barcode(number)
            _make_room(self._mail_types)
            self._mail_types[number] = reading.mail_type_of(order) if order else None
        kind = self._mail_types[number]
        return [replace(scan, mail_type=kind) if scan in blind else scan for scan in scans]

    async def _by_barcode(self, number: str) -> Order | None:
        return next((row for row in await self._search(number) if row.barcode == number), None)

    async def _leg(self, number: str) -> str:
        """Return the number of the buyer's return of a parcel, "" for none; asked for now and then."""
        looked = self._legs.get(number)
        if looked is None or (not looked[1] and looked[0] + LOOK_FOR_LEGS < self._now()):
            order = await self._by_barcode(number)
            _make_room(self._legs)
            looked = self._legs[number] = (self._now(), await self._return_of(order) if order else "")
        return looked[1]

    async def _return_of(self, order: Order) -> str:
        """Return the number of an order's return, "" for none. Which of the two names the other is not documented."""
        if order.linked_barcode:
            return order.linked_barcode
        rows = await self._search(text(order.order_num)) if text(order.order_num) else []
        return next((row.barcode for row in rows if row.barcode and row.linked_barcode == order.barcode), "")

    async def create_return(self, carrier_id: str, *, key: str, reason: str, items: Mapping[str, int]) -> ReturnNotice:
        """Announce an easy return, or find the one announced before: there is one of a parcel, of all its goods."""
        order = await self._order(carrier_id)
        direct = order.barcode or ""
        number = await self._return_of(order)
        if not number:
            body = {"direct-barcode": direct, "mail-type": "UNDEFINED"}
            made = await self._session.ask("PUT", "/1.0/returns", MadeReturn, body=body)
            number = made.return_barcode or ""
            if not number and made.errors:
                raise refuse_coded(made.errors)
        if not number:
            raise Unavailable("return_pending", "the return has no number yet", retry_after_s=1.0)
        self._legs[direct] = (self._now(), number)
        return ReturnNotice(
            carrier=NAME, number=number, direct_number=direct, reason=reason, received_at=None, origin="buyer"
        )

    # -- handing over

    async def hand_over(self, carrier_ids: Sequence[str], key: str) -> Paper | None:
        return await batches.hand_over(self._session, carrier_ids, self._now().astimezone(MOSCOW).date())

    # -- what there is not

    async def changes(self, cursor: str) -> tuple[Sequence[Notice], str]:
        raise Unsupported("changes", f"{NAME} has no feed of changes; read parcels by their numbers")

    async def subscribe(self, url: str, key: str) -> Mapping[str, str]:
        raise Unsupported("subscribe", f"{NAME} sends no webhooks; it is followed by polls")

    def verify(self, headers: Mapping[str, str], raw: bytes, keys: Mapping[str, str], now: datetime) -> Notice:
        raise Untrusted("no_webhooks", f"{NAME} sends no webhooks: whatever came is not from it")

    async def registries(self, day: date) -> Sequence[Registry]:
        raise Unsupported("registries", f"{NAME} has no call that lists payouts; upload its report as a file")

    async def complete(self, registry: Registry) -> Registry:
        raise Unsupported("complete", f"{NAME} has no call that lists payouts")

    async def close(self) -> None:
        await self._exchange.close()
        await self._tracking.close()


def _whole(carrier_id: str, order: Order) -> str:
    """Return where all forms of an order are: those of a new one, or those of one in a batch."""
    folder = "" if text(order.batch_name) else "backlog/"
    return f"/1.0/forms/{folder}{segment(carrier_id)}/forms"


def _is_return(order: Order) -> bool:
    return bool(order.linked_barcode) and order.mail_type == EASY_RETURN


def _labelled(content: bytes) -> Label:
    return Label(LabelFormat.PDF if content.startswith(b"%PDF-") else LabelFormat.ZPL, content)


def _make_room(kept: dict[str, Any]) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()
