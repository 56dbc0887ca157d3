"""CDEK as a carrier port: every call of the engine, safe to repeat with the same key.

Source: `courier_api` §1 and §2, gotchas of §6; `statuses` §3a CDEK; `settlement` §3.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from ...ports import (
    Address,
    Booked,
    CarrierEvent,
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
from ..amounts import NotAnAmount
from ..exchange import Exchange, decode, segment
from . import bodies, couriers, hooks, reading, registries
from .labels import LABELS, WAYBILLS, Forms
from .offers import offer, priced
from .reading import NAME
from .session import NOT_FOUND, Session, raise_for
from .shapes import (
    RETURNS,
    OrderAnswer,
    Point,
    Registries,
    Request,
    Subscription,
    Tariffs,
    Written,
    text,
)

EMPTY_DIRECTION = frozenset({"err_result_service_empty"})
UNKNOWN_PLACE = frozenset({"v2_recipient_location_not_recognized", "delivery_location_is_not_recognized"})
LATELY = timedelta(hours=1)  # so long a removal that was refused is answered for; later the carrier is asked anew
TRIES_FOR_TARIFFS = 2  # the list is now and then empty for a good direction (CF-31)


class CdekAdapter:
    """One CDEK contract over one pooled client. `base_url` ends in `/v2`."""

    name = NAME

    def __init__(
        self,
        base_url: str,
        client_id: str,
        client_secret: str,
        sender: Address,
        *,
        timeout_s: float = 15.0,
        client: httpx.AsyncClient | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._exchange = Exchange(base_url, timeout_s=timeout_s, client=client)
        self._now: Callable[[], datetime] = clock.now if clock else lambda: datetime.now(UTC)
        steady: Callable[[], float] = (lambda: clock.now().timestamp()) if clock else time.monotonic
        self._session = Session(self._exchange, client_id, client_secret, steady)
        self._labels = Forms(self._session, self._now, LABELS)
        self._waybills = Forms(self._session, self._now, WAYBILLS)
        self.sender = sender

    # -- offers and bookings

    async def quote(self, parcel: Parcel) -> Sequence[Quote]:
        """Return the tariffs from our door to the buyer's or to his point; none where the carrier does not go."""
        if parcel.collect is not None and parcel.collect.currency != bodies.CURRENCY:
            return ()
        point = await self._kind_of(parcel.point) if parcel.point else ""
        if point is None:
            return ()
        body = bodies.calculation(parcel, self.sender, point)
        for _ in range(TRIES_FOR_TARIFFS):
            try:
                found = await self._tariffs(body)
            except Refused as fault:
                if fault.code.lower() in EMPTY_DIRECTION | UNKNOWN_PLACE:
                    return ()
                raise
            if found.tariff_codes:
                break
        return tuple(
            offer(tariff, found.currency)
            for tariff in found.tariff_codes or ()
            if bodies.fits(tariff.tariff_code, tariff.delivery_mode, parcel, self.sender, point)
        )

    async def _kind_of(self, code: str) -> str | None:
        """Return whether a point is an office or a locker; None when the carrier has no such point."""
        found = decode(await self._session.get("/deliverypoints", {"code": code}), list[Point])
        kinds = [point.type for point in found if point.code == code and point.type in bodies.TO_POINT]
        return kinds[0] if kinds else None

    async def _tariffs(self, body: Mapping[str, Any]) -> Tariffs:
        """Ask for all tariffs with the services the order will have; where that isn't offered, for the bare list."""
        try:
            return priced(await self._session.post("/calculator/tariffAndService", body))
        except Refused as fault:
            if fault.code != "http_404":
                raise
        return decode(await self._session.post("/calculator/tarifflist", body), Tariffs)

    async def create(self, parcel: Parcel, quote: Quote, *, format: LabelFormat) -> Booked:
        """Register the order, or find the one that an earlier try registered under the same number.

        A duplicate number is refused only later and by then hides the first order in look-ups (CF-03), so the number is
        looked up before anything is written. Labels are PDF whatever `format` says: the carrier has no other.
        """
        body = bodies.order(parcel, _tariff(quote), self.sender, self._now().date())
        if (found := await self._by_number(body["number"])) is not None:
            _same_order(found, parcel)
            return reading.booked(found)
        made = decode(await self._session.post("/orders", body), Written)
        for request in made.requests or ():
            if request.state == "INVALID":
                raise_for(request.errors or [])
        if made.entity is None:
            raise Unavailable("unreadable_answer", f"order {body['number']} was sent and no entity came back")
        return Booked(carrier_id=made.entity.uuid, number=None, label=None, price=None)

    async def _by_number(self, number: str) -> OrderAnswer | None:
        """Return the living order of ours with this shop number, None when there is none."""
        try:
            found = decode(await self._session.get("/orders", {"im_number": number}), OrderAnswer)
        except Refused as fault:
            if fault.code in NOT_FOUND:
                return None
            raise
        gone = reading.invalid(found) is not None or _ended_as(found, "REMOVED")
        return None if gone else found

    async def read(self, carrier_id: str) -> Booked:
        """Return a booking as it stands; one refused as a duplicate of our own earlier try is that earlier one.

        Raises:
            Refused: the carrier judged the order invalid; its own code and words.
        """
        answer = await self._order(carrier_id)
        refusal = reading.invalid(answer)
        if refusal is None:
            return reading.booked(answer)
        number = text(reading.order_of(answer).number)
        if refusal.code == reading.DUPLICATE and number and (first := await self._by_number(number)) is not None:
            return reading.booked(first)
        raise refusal

    async def label(self, carrier_id: str, format: LabelFormat) -> Label | None:
        content = await self._labels.pdf(carrier_id)
        return Label(LabelFormat.PDF, content) if content is not None else None

    async def waybill(self, carrier_id: str) -> Paper | None:
        content = await self._waybills.pdf(carrier_id)
        return Paper(content=content) if content is not None else None

    async def cancel(self, carrier_id: str, key: str) -> None:
        """Delete an order that has not moved; a removal is taken in first and may be refused later.

        Raises:
            Refused: the carrier holds the goods, or says no for another reason.
            Unavailable: the removal is taken in and not judged yet; ask again with the same key.
        """
        answer = await self._order(carrier_id)
        if not _ended_as(answer, "REMOVED") and reading.removal(answer, since=self._now() - LATELY) is None:
            await self._remove(carrier_id)
            answer = await self._order(carrier_id)
        if _ended_as(answer, "REMOVED"):
            return
        if (asked := reading.removal(answer)) is not None and asked.state == "INVALID":
            raise_for(asked.errors or [])
        raise Unavailable("removal_pending", f"order {carrier_id} is to be removed and is not yet", retry_after_s=1.0)

    async def _remove(self, carrier_id: str) -> None:
        try:
            made = decode(await self._session.send("DELETE", f"/orders/{segment(carrier_id)}"), Written)
            for request in made.requests or ():
                if request.state == "INVALID":
                    raise_for(request.errors or [])
        except Refused:
            if not _ended_as(await self._order(carrier_id), "REMOVED"):
                raise

    # -- tracking and returns

    async def track(self, carrier_id: str, number: str) -> Tracking:
        """Return the order's events and those of its return orders, which have numbers of their own."""
        answer = await self._order(carrier_id) if carrier_id else await self._order_by("cdek_number", number)
        order = reading.order_of(answer)
        own = text(order.cdek_number) or number
        events: list[CarrierEvent] = list(reading.events(order, own))
        returns: list[ReturnNotice] = []
        for back in await self._returns(answer):
            notice = reading.return_notice(back, order, own)
            if notice is not None:
                returns.append(notice)
                leg = reading.events(back, notice.number, is_return=back.is_return, direct_number=own)
                events += leg
        last = reading.standing(order)
        handed = reading.delivered_pieces(order) if last and last.code == "DELIVERED" else {}
        return Tracking(number=own, events=tuple(events), returns=tuple(returns), delivered_by_sku=handed)

    async def _returns(self, answer: OrderAnswer) -> list[Any]:
        """Read the return orders an order is linked to; one that cannot be found yet is left for the next time."""
        found = []
        for related in answer.related(*RETURNS):
            if not related.uuid:
                continue
            try:
                found.append(reading.order_of(await self._order(related.uuid)))
            except Refused as fault:
                if fault.code not in NOT_FOUND:
                    raise
        return found

    async def refuse(self, carrier_id: str, key: str) -> None:
        """Give up handing an order over; it comes back by an order of its own.

        Raises:
            Refused: it has come to its end, or the carrier says no, at once or later.
            Unavailable: the wish is taken in and not judged yet; ask again with the same key.
        """
        answer = await self._order(carrier_id)
        if not _ended_as(answer, "NOT_DELIVERED") and _refusal(answer, since=self._now() - LATELY) is None:
            made = decode(await self._session.post(f"/orders/{segment(carrier_id)}/refusal", {}), Written)
            for request in made.requests or ():
                if request.state == "INVALID":
                    raise_for(request.errors or [])
            answer = await self._order(carrier_id)
        asked = _refusal(answer)
        if _ended_as(answer, "NOT_DELIVERED") or (asked is not None and asked.state == "SUCCESSFUL"):
            return
        if asked is not None and asked.state == "INVALID":
            raise_for(asked.errors or [])
        raise Unavailable("refusal_pending", f"order {carrier_id} is to come back, not yet judged", retry_after_s=1.0)

    async def collect(self, pickup: Pickup, known: Intake | None) -> Intake:
        return await couriers.collect(self._session, pickup, known)

    async def cancel_collect(self, intake: Intake, key: str) -> None:
        await couriers.call_off(self._session, intake, since=self._now() - LATELY)

    async def changes(self, cursor: str) -> tuple[Sequence[Notice], str]:
        raise Unsupported("changes", f"{NAME} has no feed of changes; track orders one by one")

    async def create_return(self, carrier_id: str, *, key: str, reason: str, items: Mapping[str, int]) -> ReturnNotice:
        """Order a client return, once per order, with the direct order's tariff.

        Raises:
            Unavailable: it is ordered and has no number yet; ask again with the same key.
        """
        answer = await self._order(carrier_id)
        asked = any(
            request.type == "CREATE_CLIENT_RETURN" and request.state != "INVALID" for request in answer.requests or ()
        )
        if not asked and not answer.related("client_return_order"):
            body = {"tariff_code": reading.order_of(answer).tariff_code}
            path = f"/orders/{segment(carrier_id)}/clientReturn"
            made = decode(await self._session.post(path, body), Written)
            for request in made.requests or ():
                if request.state == "INVALID":
                    raise_for(request.errors or [])
            answer = await self._order(carrier_id)
        order = reading.order_of(answer)
        for back in await self._returns(answer):
            notice = reading.return_notice(back, order, text(order.cdek_number))
            if back.is_client_return and notice is not None:
                return notice
        raise Unavailable("return_pending", "the client return has no number yet", retry_after_s=1.0)

    # -- webhooks and money

    async def subscribe(self, url: str, key: str) -> Mapping[str, str]:
        """Subscribe to ORDER_STATUS once: a second subscription would send every event twice (CF-09)."""
        for known in decode(await self._session.get("/webhooks"), list[Subscription]):
            if known.url == url and known.type == "ORDER_STATUS":
                return {"subscription": known.uuid}
        made = decode(await self._session.post("/webhooks", {"url": url, "type": "ORDER_STATUS"}), Written)
        if made.entity is None:
            raise Unavailable("unreadable_answer", "the subscription came without an entity")
        return {"subscription": made.entity.uuid}

    def verify(self, headers: Mapping[str, str], raw: bytes, keys: Mapping[str, str], now: datetime) -> Notice:
        try:
            return hooks.read(raw)
        except Unavailable as fault:  # a moment no parcel has
            raise Untrusted("webhook_shape", fault.detail) from fault

    async def registries(self, day: date) -> Sequence[Registry]:
        """Return the registries paid on a day, every line with its outcome as far as the orders tell it."""
        params = {"date": day.isoformat()}
        found = decode(await self._session.get("/registries", params), Registries)
        try:
            plain = [registries.normal(one, day) for one in found.registries or ()]
        except NotAnAmount as fault:
            raise Unavailable("unreadable_answer", f"a registry: {fault}") from fault
        return [await self.complete(one) for one in plain]

    async def complete(self, registry: Registry) -> Registry:
        """Fill the open outcomes of a registry by reading its orders.

        A line whose order cannot be found keeps `"outcome": None`; one whose order cannot be read just now does too and
        says so under `"pending"`.
        """
        lines = [await self._completed(line) for line in registry.normal["lines"]]
        return Registry(normal={**registry.normal, "lines": lines})

    async def _completed(self, line: Mapping[str, Any]) -> Mapping[str, Any]:
        if line.get("outcome") is not None or not line.get("tracking"):
            return line
        try:
            answer = await self._order_by("cdek_number", line["tracking"])
            found = registries.outcome(answer)
            if found.get("outcome") == "return_leg":
                found |= {"order": await self._shop_number(found.get("direct"))}
        except Refused:
            return line
        except Unavailable as fault:
            return {**line, "pending": str(fault)}
        return {**line, **{name: value for name, value in found.items() if value is not None or name == "outcome"}}

    async def _shop_number(self, number: str | None) -> str | None:
        """Return the shop's number of the direct order a return leg belongs to."""
        if not number:
            return None
        answer = await self._order_by("cdek_number", number)
        return registries.shop_number(reading.order_of(answer))

    async def close(self) -> None:
        await self._exchange.close()

    async def _order(self, uuid: str) -> OrderAnswer:
        return decode(await self._session.get(f"/orders/{segment(uuid)}"), OrderAnswer)

    async def _order_by(self, key: str, value: str) -> OrderAnswer:
        return decode(await self._session.get("/orders", {key: value}), OrderAnswer)


def _tariff(quote: Quote) -> int:
    if not (quote.service.isascii() and quote.service.isdigit()):
        raise Refused("tariff", f"{quote.service!r} is no tariff code of {NAME}")
    return int(quote.service)


def _ended_as(answer: OrderAnswer, code: str) -> bool:
    last = reading.standing(reading.order_of(answer))
    return last is not None and last.code == code


def _refusal(answer: OrderAnswer, since: datetime | None = None) -> Request | None:
    return reading.asked_for(answer.requests, "CREATE_REFUSAL", since=since)


def _same_order(found: OrderAnswer, parcel: Parcel) -> None:
    """Raise Refused when the order under our number is plainly somebody else's."""
    name = reading.order_of(found).recipient.name
    if name is not None and name != parcel.recipient.name[: bodies.TEXT_CHARS]:
        raise Refused("number_taken", f"number {parcel.key} is an order for another recipient at {NAME}")
