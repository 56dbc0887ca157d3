"""IML as a carrier port: orders with bar codes, followed by readings of two axes.

Source: `courier_api` §3, §6 CF-33; `statuses` §3a IML. Where the evidence ends the adapter says so: no prices, no
cancelling, no returns, no webhooks and no payout reports are known of the JSON API.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime

import httpx
import msgspec

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
from ..exchange import Exchange, decode, parse
from . import bodies, reading
from .reading import NAME
from .session import Session
from .shapes import MOSCOW, Creation, Link, Made, Standing, moment, text

PDF = b"%PDF-"
FREE = Money(0, bodies.CURRENCY)
SERVICES = frozenset(
    {bodies.COURIER, bodies.PICKUP, *(f"{one}{bodies.CASH}" for one in (bodies.COURIER, bodies.PICKUP))}
)


class ImlAdapter:
    """One login of IML over one pooled client. `base_url` ends in `/json`, or in nothing at all: both are known."""

    name = NAME
    most_at_once = 50  # bar codes in one filter; the carrier's own limit is not known

    def __init__(
        self,
        base_url: str,
        login: str,
        password: str,
        sender: Address,
        *,
        timeout_s: float = 15.0,
        client: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._exchange = Exchange(base_url, timeout_s=timeout_s, client=client)
        self._session = Session(self._exchange, login, password)
        self._now: Callable[[], datetime] = clock.now if clock else lambda: datetime.now(UTC)
        self.sender = sender

    # -- offers and bookings

    async def quote(self, parcel: Parcel) -> Sequence[Quote]:
        """Return the service that fits, without a price: what the carrier's price call takes is not known."""
        if not bodies.takes(parcel):
            return ()
        service = bodies.job(parcel)
        return (
            Quote(
                id=service,
                carrier=NAME,
                service=service,
                net=FREE,
                surcharges=(),
                tax=FREE,
                total=FREE,
                days_min=0,
                days_max=0,
                priced=False,
            ),
        )

    async def create(self, parcel: Parcel, quote: Quote, *, format: LabelFormat) -> Booked:
        """Register the order, or find the one that an earlier try registered under the same number.

        Whether the carrier would refuse a number that it knows is not known, so it is looked up before anything is
        written. Labels are PDF whatever `format` says.
        """
        if quote.service not in SERVICES:
            raise Refused("service", f"{quote.service!r} is no service of {NAME}; known: {', '.join(sorted(SERVICES))}")
        form = bodies.order(parcel, quote.service, self.sender, self._now().astimezone(MOSCOW).date())
        if (known := await self._by_number(parcel.key)) is not None:
            return await self._booked(known)
        made = decode(await self._session.post("CreateOrder", form), Creation)
        if made.Order is None or not text(made.Order.BarCode):
            raise Unavailable("unreadable_answer", f"order {parcel.key} was sent and came back without a bar code")
        return reading.booked(text(made.Order.BarCode), made.Order)

    async def _by_number(self, key: str) -> Standing | None:
        """Return the order with this number of ours, the newest of several; None when there is none."""
        rows = [row for row in await self._standings([("CustomerOrder", key)]) if text(row.Number) in ("", key)]
        return rows[-1] if rows else None

    async def read(self, carrier_id: str) -> Booked:
        return await self._booked(await self._standing(carrier_id))

    async def _booked(self, row: Standing) -> Booked:
        """Return a booking that was made before, with its price where the carrier's list of orders has it."""
        barcode = text(row.BarCode)
        day = moment(row.DeliveryDate or "")
        return reading.booked(barcode, None if day is None else await self._listed(barcode, day))

    async def _listed(self, barcode: str, day: datetime) -> Made | None:
        on = day.astimezone(MOSCOW).strftime("%d.%m.%Y")
        try:
            reply = await self._session.post("GetOrders", [("DeliveryDateStart", on), ("DeliveryDateEnd", on)])
        except Refused:
            return None
        return next((order for order in decode(reply, list[Made]) if text(order.BarCode) == barcode), None)

    async def label(self, carrier_id: str, format: LabelFormat) -> Label | None:
        """Return the label, or None while there is none.

        It is read at our own base address: a link in the answer is never followed, since the password goes along.
        """
        reply = await self._session.get("PrintBar", {"Barcode": carrier_id})
        if reply.body.startswith(PDF):
            return Label(LabelFormat.PDF, reply.body)
        if not reply.body.strip() or not isinstance(parse(reply.body, Link), str):
            return None
        raise Unavailable("unreadable_answer", f"the label is no PDF: it starts {reply.body[:12]!r}")

    async def cancel(self, carrier_id: str, key: str) -> None:
        raise Refused("no_such_call", f"{NAME} has no known call to cancel order {carrier_id}; tell its people")

    # -- tracking

    async def track(self, carrier_id: str, number: str) -> Tracking:
        return reading.tracking(await self._standing(carrier_id or number))

    async def track_many(self, parcels: Sequence[tuple[str, str]]) -> Mapping[str, Tracking]:
        """Read many orders in one call; those that the carrier does not tell of are left out."""
        wanted = {carrier_id or number: carrier_id for carrier_id, number in parcels}
        rows = await self._rows([("BarCode", "|".join(wanted))]) if wanted else []
        told = {}
        for row in rows:
            try:
                standing = readable(row)
                if text(standing.BarCode) in wanted:
                    told[wanted[text(standing.BarCode)]] = reading.tracking(standing)
            except Unavailable:
                continue  # one order that cannot be read keeps nobody from reading the others
        return told

    async def _standing(self, barcode: str) -> Standing:
        rows = [row for row in await self._standings([("BarCode", barcode)]) if text(row.BarCode) == barcode]
        if not rows:
            raise Refused("not_found", f"{NAME} knows no order with bar code {barcode}")
        return rows[-1]

    async def _standings(self, form: list[tuple[str, str]]) -> list[Standing]:
        return [readable(row) for row in await self._rows(form)]

    async def _rows(self, form: list[tuple[str, str]]) -> list[msgspec.Raw]:
        return decode(await self._session.post("GetStatuses", form), list[msgspec.Raw])

    # -- what IML does not have

    async def changes(self, cursor: str) -> tuple[Sequence[Notice], str]:
        raise Unsupported("changes", f"{NAME} has no feed of changes; read orders by their bar codes")

    async def create_return(self, carrier_id: str, *, key: str, reason: str, items: Mapping[str, int]) -> ReturnNotice:
        raise Unsupported("create_return", f"{NAME} has no known call for returns on the buyer's wish")

    async def subscribe(self, url: str, key: str) -> Mapping[str, str]:
        raise Unsupported("subscribe", f"{NAME} sends no webhooks; it is followed by polls")

    def verify(self, headers: Mapping[str, str], raw: bytes, keys: Mapping[str, str], now: datetime) -> Notice:
        raise Untrusted("no_webhooks", f"{NAME} sends no webhooks: whatever came is not from it")

    async def registries(self, day: date) -> Sequence[Registry]:
        raise Unsupported("registries", f"{NAME} has no payout reports to ask for; it sends files")

    async def complete(self, registry: Registry) -> Registry:
        raise Unsupported("complete", f"{NAME} has no payout reports to ask for")

    async def close(self) -> None:
        await self._exchange.close()


def readable(row: msgspec.Raw) -> Standing:
    """Return one order's present state.

    Raises:
        Unavailable: it is of another shape.
    """
    found = parse(bytes(row), Standing)
    if isinstance(found, str):
        raise Unavailable("unreadable_answer", f"a status: {found}")
    return found[0]
