"""PickPoint as a carrier port: every call of the engine, safe to repeat with the same key.

Source: `courier_api` §4, gotchas of §6; `statuses` §3a PickPoint. There are no webhooks: states are polled. The answers
of the acts of money and goods are known to nobody, so that its reports come as files.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import httpx

from ...ports import (
    Address,
    Booked,
    Clock,
    Intake,
    Label,
    LabelFormat,
    Notice,
    Paper,
    Parcel,
    Pickup,
    Quote,
    Refused,
    Registry,
    ReturnNotice,
    Tracking,
    Unavailable,
    Unsupported,
    Untrusted,
)
from ..exchange import Exchange
from . import bodies, reading
from .lockers import Lockers
from .reading import MOSCOW, NAME
from .session import Session
from .shapes import (
    Called,
    CalledOff,
    Cancelled,
    Change,
    Info,
    Lists,
    MadeReturn,
    Prices,
    ReturnsListed,
    Shipment,
    State,
    Tracks,
    text,
)

REGISTERED = "101"
OVERLAP = timedelta(hours=3)  # as a shop engine asks: what was late is told again
FIRST_LOOK = timedelta(days=30)
RETURNS_LOOK = timedelta(days=30)


class PickPointAdapter:
    """One PickPoint client over one pooled HTTP client. `base_url` ends in `/api` or `/apitest`."""

    name = NAME
    most_at_once = 100

    def __init__(
        self,
        base_url: str,
        login: str,
        password: str,
        ikn: str,
        sender: Address,
        *,
        timeout_s: float = 15.0,
        client: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._exchange = Exchange(base_url, timeout_s=timeout_s, client=client)
        self._now: Callable[[], datetime] = clock.now if clock else lambda: datetime.now(UTC)
        self._session = Session(self._exchange, login, password, self._now)
        self._lockers = Lockers(self._session, self._now)
        self._ikn = ikn
        self.sender = sender

    # -- offers and bookings

    async def quote(self, parcel: Parcel) -> Sequence[Quote]:
        """Return an offer for each delivery mode; one without a price where the carrier tells none."""
        if parcel.collect is not None and parcel.collect.currency != bodies.CURRENCY:
            return ()
        if parcel.recipient.country != "RU" or not (locker := await self._lockers.for_parcel(parcel)):
            return ()
        region = await self._lockers.region_of(self.sender)
        body = bodies.calculation(parcel, self.sender, locker, self._ikn, region)
        try:
            found = reading.offers(await self._session.ask("calctariff", body, Prices))
        except Refused:  # it works in production only
            return (reading.unpriced(),)
        return found or (reading.unpriced(),)

    async def create(self, parcel: Parcel, quote: Quote, *, format: LabelFormat) -> Booked:
        """Make the sending, or find the one that an earlier try made under the same number of ours."""
        if quote.service not in bodies.MODES:
            raise Refused("service", f"{quote.service!r} is no delivery mode of {NAME}")
        if found := await self._by_key(parcel):
            return _booked(found, quote)
        locker = await self._lockers.for_parcel(parcel)
        if not locker:
            raise Refused("no_locker", f"{NAME} has no locker in {parcel.recipient.city} that takes this parcel")
        region = await self._lockers.region_of(parcel.sender)
        sending = bodies.sending(parcel, locker, quote.service, self._ikn, region)
        answer = await self._session.ask("CreateShipment", {"Sendings": [sending]}, Shipment)
        return _booked(_made(answer, sending["EDTN"]), quote)

    async def _by_key(self, parcel: Parcel) -> str:
        """Return the number of the sending with our key, "" when there is none.

        Raises:
            Refused: it is plainly another recipient's.
        """
        key = parcel.key[: bodies.KEY_CHARS]
        found = await self._info(SenderInvoiceNumber=key)
        if found is None or not text(found.InvoiceNumber):
            return ""
        if text(found.SenderInvoiceNumber) not in ("", key):
            return ""
        if found.FIO and found.FIO.strip() != parcel.recipient.name[: bodies.NAME_CHARS].strip():
            raise Refused("number_taken", f"number {key} is a sending to somebody else at {NAME}")
        return text(found.InvoiceNumber)

    async def _info(self, **named: str) -> Info | None:
        """Return what the carrier tells of one sending, None when it knows none."""
        try:
            return next(iter(await self._session.rows("sendinginfo", named, Info)), None)
        except Refused:
            return None

    async def read(self, carrier_id: str) -> Booked:
        return _booked(carrier_id)

    async def label(self, carrier_id: str, format: LabelFormat) -> Label | None:
        """Return the label: PDF, for a label printer where ZPL is wanted."""
        method = "makezlabel" if format is LabelFormat.ZPL else "makelabel"
        return Label(LabelFormat.PDF, await self._session.paper(method, {"Invoices": [carrier_id]}))

    async def cancel(self, carrier_id: str, key: str) -> None:
        """Delete a sending that is only registered.

        Raises:
            Refused: it has gone on, or the carrier says no for another reason.
        """
        try:
            fields = {"IKN": self._ikn, "InvoiceNumber": carrier_id}
            found = await self._session.ask("cancelInvoice", fields, Cancelled)
        except Refused:
            if await self._is_gone(carrier_id):
                return
            raise
        if found.Result is False and not await self._is_gone(carrier_id):
            raise Refused("not_cancelled", f"{NAME} did not cancel {carrier_id}")

    async def _is_gone(self, carrier_id: str) -> bool:
        """Tell whether the carrier knows a sending no more, as after a removal whose answer was lost."""
        return await self._info(InvoiceNumber=carrier_id) is None

    # -- tracking and returns

    async def track(self, carrier_id: str, number: str) -> Tracking:
        """Return the states of one sending, and its way back."""
        states = await self._session.rows("tracksending", {"InvoiceNumber": number or carrier_id}, State)
        return await self._story(number or carrier_id, states)

    async def track_many(self, parcels: Sequence[tuple[str, str]]) -> Mapping[str, Tracking]:
        numbers = {number or carrier_id: carrier_id for carrier_id, number in parcels}
        found = await self._session.ask("tracksendings", {"Invoices": list(numbers)}, Tracks)
        known = [track for track in found.Invoices or () if track.InvoiceNumber in numbers]
        return {
            numbers[track.InvoiceNumber]: await self._story(track.InvoiceNumber, track.States or []) for track in known
        }

    async def _story(self, number: str, states: Sequence[State]) -> Tracking:
        told = [(text(state.State), state.ChangeDT, state.StateMessage or "") for state in states]
        story = reading.events(number, told)
        returns: tuple[ReturnNotice, ...] = ()
        if reading.comes_back(story):
            notice = reading.return_notice(number, story, await self._info(InvoiceNumber=number))
            returns = (notice,) if notice else ()
        return Tracking(number=number, events=story, returns=returns)

    async def changes(self, cursor: str) -> tuple[Sequence[Notice], str]:
        """Return the states that changed since `cursor`, those of three hours before it once more."""
        now = self._now()
        since = _since(cursor, now) - OVERLAP
        fields = bodies.window(since.astimezone(MOSCOW), (now + timedelta(minutes=1)).astimezone(MOSCOW))
        rows = await self._session.rows("getInvoicesChangeState", fields, Change)
        by_number: dict[str, list[reading.Told]] = {}
        for row in rows:
            words = row.StateMessage or row.Comment or ""
            by_number.setdefault(row.InvoiceNumber, []).append((text(row.State), row.ChangeDT, words))
        notices = [_notice(number, told) for number, told in by_number.items()]
        return notices, now.astimezone(UTC).isoformat()

    async def create_return(self, carrier_id: str, *, key: str, reason: str, items: Mapping[str, int]) -> ReturnNotice:
        """Announce that the buyer sends everything back, or find what an earlier try announced.

        Raises:
            Unavailable: it is announced and has no number yet; ask again with the same key.
        """
        number = await self._announced(carrier_id)
        if not number:
            made = await self._session.rows("makereturn", {"InvoiceNumber": carrier_id}, MadeReturn)
            for row in made:
                if row.Error:
                    raise Refused("no_return", row.Error)
            number = next((text(row.InvoiceNumber) for row in made if text(row.InvoiceNumber) != carrier_id), "")
        if not number:
            raise Unavailable("return_pending", "the return has no number yet", retry_after_s=1.0)
        return ReturnNotice(
            carrier=NAME, number=number, direct_number=carrier_id, reason=reason, received_at=None, origin="buyer"
        )

    async def _announced(self, carrier_id: str) -> str:
        """Return the number of the buyer's return that the carrier lists under the shop's number, "" for none."""
        info = await self._info(InvoiceNumber=carrier_id)
        if info is not None and info.ReturnInfo and (own := text(info.ReturnInfo.ReturnInvoiceNumber)):
            return own
        shops = text(info.SenderInvoiceNumber) if info else ""
        now = self._now().astimezone(MOSCOW)
        days = bodies.days(now - RETURNS_LOOK, now + timedelta(days=1))
        found = await self._session.ask("getreturninvoiceslist", days, ReturnsListed)
        rows = [row for row in found.SendingsInfo or () if shops and text(row.SenderInvoiceNumber) == shops]
        return next((text(row.InvoiceNumber) for row in rows if text(row.InvoiceNumber) != carrier_id), "")

    # -- couriers and hand-over lists

    async def collect(self, pickup: Pickup, known: Intake | None) -> Intake:
        """Call the courier. Nothing lists the calls made, so that a lost answer is for people to look into."""
        if known is not None:
            return known
        await self._session.open()
        try:
            made = await self._session.ask("courier", bodies.call(pickup, self._ikn), Called)
        except Unavailable as fault:
            if fault.code == "quota_exceeded":
                raise
            detail = f"a courier was called and no answer came ({fault.detail}); ask {NAME} before calling again"
            raise Refused("unknown_outcome", detail) from fault
        own = text(made.OrderNumber)
        if made.CourierRequestRegistred is False or not own:
            raise Refused("no_courier", made.ErrorMessage or f"{NAME} registered no courier")
        return Intake(carrier_id=own, number=own)

    async def cancel_collect(self, intake: Intake, key: str) -> None:
        found = await self._session.ask("couriercancel", {"OrderNumber": intake.carrier_id}, CalledOff)
        if found.Canceled is False:
            raise Refused("not_cancelled", f"{NAME} did not call courier {intake.carrier_id} off")

    async def hand_over(self, carrier_ids: Sequence[str], key: str) -> Paper | None:
        """Make the list of these sendings, or find the one that the first of them stands on."""
        try:
            return Paper(content=await self._session.paper("getreestr", {"InvoiceNumber": carrier_ids[0]}))
        except Refused:
            pass  # it stands on none
        fields = {
            "CityName": self.sender.city,
            "RegionName": await self._lockers.region_of(self.sender),
            "Invoices": list(carrier_ids),
        }
        made = await self._session.ask("makereestrnumber", fields, Lists)
        number = next((text(one) for one in made.Numbers or () if text(one)), "")
        if not number:
            raise Unavailable("unreadable_answer", "a hand-over list was made and has no number")
        return Paper(content=await self._session.paper("getreestr", {"ReestrNumber": number}), number=number)

    # -- what there is not

    async def subscribe(self, url: str, key: str) -> Mapping[str, str]:
        raise Unsupported("subscribe", f"{NAME} sends no webhooks; it is polled")

    def verify(self, headers: Mapping[str, str], raw: bytes, keys: Mapping[str, str], now: datetime) -> Notice:
        raise Untrusted("webhook", f"{NAME} sends no webhooks, so that this is none of its")

    async def registries(self, day: date) -> Sequence[Registry]:
        raise Unsupported("registries", f"{NAME}'s acts have no known form; upload its report as a file")

    async def complete(self, registry: Registry) -> Registry:
        raise Unsupported("complete", f"{NAME} gives no registries")

    async def close(self) -> None:
        await self._exchange.close()


def _booked(number: str, quote: Quote | None = None) -> Booked:
    """Return a booking. No answer to one tells its price, so it is that of the offer."""
    price = quote.total if quote is not None and quote.priced else None
    return Booked(carrier_id=number, number=number, label=None, price=price)


def _made(answer: Shipment, key: str) -> str:
    """Return the number of our sending; one answer may tell of others too.

    Raises:
        Refused: it was rejected, with the carrier's code and words.
        Unavailable: the answer does not speak of it.
    """
    for created in answer.CreatedSendings or ():
        if text(created.EDTN) == key:
            return created.InvoiceNumber
    for rejected in answer.RejectedSendings or ():
        if text(rejected.EDTN) == key:
            words = rejected.ErrorMessage or rejected.Error or "rejected without a word"
            raise Refused(text(rejected.ErrorCode) or "rejected", words)
    raise Unavailable("unreadable_answer", f"sending {key} stands in neither list of the answer")


def _notice(number: str, told: Sequence[reading.Told]) -> Notice:
    """Return a parcel's changes; one that comes back is read again, since its sheet tells more."""
    story = reading.events(number, told)
    return Notice(
        event_id=f"{number}/{story[-1].id}",
        events=story,
        read_again=(number,) if reading.comes_back(story) else (),
    )


def _since(cursor: str, now: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(cursor)
    except ValueError:
        return now - FIRST_LOOK
    return found if found.tzinfo and found <= now else now
