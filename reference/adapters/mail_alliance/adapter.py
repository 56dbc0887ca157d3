"""Mail Alliance as a carrier port: every call of the engine, safe to repeat.

Source: `mail_alliance` Parts 3-7 (our own wire contract).
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NoReturn

import httpx
import msgspec

from ...ports import (
    Address,
    Booked,
    Label,
    LabelFormat,
    Money,
    Notice,
    Parcel,
    Quote,
    Refused,
    Registry,
    ReturnNotice,
    Surcharge,
    Tracking,
    Unavailable,
    Unsupported,
    Untrusted,
)
from .. import exchange
from ..exchange import Exchange, Reply, decode, segment
from . import bodies, feed, hooks
from .shapes import (
    NAME,
    EndpointPage,
    EndpointShape,
    LabelShape,
    ParcelPage,
    ParcelShape,
    Problem,
    Rate,
    Rates,
    ReturnShape,
    TrackingShape,
)

MEDIA = {LabelFormat.PDF: "application/pdf", LabelFormat.ZPL: "application/zpl"}
MAGIC = {LabelFormat.PDF: b"%PDF-", LabelFormat.ZPL: b"^XA"}
NO_WORDS = "the carrier gave no reason"
KEY_REUSED = "idempotency-key-reused"
PASSING_CONFLICTS = frozenset({"idempotency-key-in-flight"})


class MailAllianceAdapter:
    """One Mail Alliance account over one pooled client."""

    name = NAME

    def __init__(
        self,
        base_url: str,
        api_key: str,
        sender: Address,
        *,
        timeout_s: float = 15.0,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._exchange = Exchange(base_url, timeout_s=timeout_s, client=client)
        self._key = api_key
        self.sender = sender

    async def quote(self, parcel: Parcel) -> Sequence[Quote]:
        """Return the offers, cheapest first; none where it does not serve, cash is to be collected, or to a point."""
        if parcel.collect is not None or parcel.point:
            return ()
        found = decode(await self._post("/v1/rates", bodies.rate_request(parcel, self.sender)), Rates)
        return tuple(offer(rate) for rate in found.rates)

    async def create(self, parcel: Parcel, quote: Quote, *, format: LabelFormat) -> Booked:
        """Book the parcel once: the idempotency key guards a day, `references.shipment` guards it for good.

        Raises:
            Refused: the carrier says no, or the key was used for another parcel.
            Unavailable: no usable answer, or an earlier try is still running.
        """
        if parcel.collect is not None:
            raise Refused("cod_not_offered", f"{NAME} collects no cash; order {parcel.key} wants it")
        body = bodies.parcel_request(parcel, quote, self.sender, _made(format))
        try:
            reply = await self._post("/v1/parcels", body, key=bodies.idempotency_key("parcel", parcel.key, quote.id))
        except Refused as fault:
            if fault.code != "invalid-state":
                raise
            return await self._booked_before(parcel, fault)
        return booking(decode(reply, ParcelShape))

    async def _booked_before(self, parcel: Parcel, fault: Refused) -> Booked:
        """Find the booking that holds our shipment reference; without one the refusal stands."""
        reference = bodies.shipment_reference(parcel.key)
        page = decode(await self._get("/v1/parcels", {"reference": reference}), ParcelPage)
        for found in page.data:
            ours = found.references is not None and found.references.shipment == reference
            if ours and found.status != "cancelled":
                return booking(found)
        raise fault

    async def read(self, carrier_id: str) -> Booked:
        return booking(decode(await self._get(f"/v1/parcels/{segment(carrier_id)}"), ParcelShape))

    async def label(self, carrier_id: str, format: LabelFormat) -> Label | None:
        path, format = f"/v1/parcels/{segment(carrier_id)}/label", _made(format)
        reply = await self._send("GET", path, headers={"Accept": MEDIA[format]})
        if not reply.body.startswith(MAGIC[format]):
            raise Unavailable("unreadable_answer", f"the label is no {format}: it starts {reply.body[:12]!r}")
        return Label(format, reply.body)

    async def cancel(self, carrier_id: str, key: str) -> None:
        path = f"/v1/parcels/{segment(carrier_id)}/cancel"
        await self._post(path, {}, key=bodies.idempotency_key("cancel", carrier_id, key))

    async def track(self, carrier_id: str, number: str) -> Tracking:
        """Return all events of a parcel and, once a part of it turned back, its returns."""
        path = f"/v1/parcels/{segment(carrier_id)}/tracking" if carrier_id else f"/v1/tracking/{segment(number)}"
        found = decode(await self._get(path), TrackingShape)
        events = tuple(scan.event(found.tracking_number) for scan in found.events)
        returns: tuple[ReturnNotice, ...] = ()
        if any(event.opens_return or event.partial for event in events):
            walked = await feed.returns_since(self._get, "")
            returns = tuple(notice for notice in walked.notices if notice.direct_number == found.tracking_number)
        return Tracking(number=found.tracking_number, events=events, returns=returns)

    async def changes(self, cursor: str) -> tuple[Sequence[Notice], str]:
        """Return scans in the order the carrier recorded them, and every return that isn't finished for us yet."""
        return await feed.changes(self._get, cursor)

    async def create_return(self, carrier_id: str, *, key: str, reason: str, items: Mapping[str, int]) -> ReturnNotice:
        body = bodies.return_request(carrier_id, reason, dict(items))
        reply = await self._post("/v1/returns", body, key=bodies.idempotency_key("return", carrier_id, key))
        made = decode(reply, ReturnShape)
        return feed.return_notice(made, label_of(made.label))

    async def subscribe(self, url: str, key: str) -> Mapping[str, str]:
        """Make or find the endpoint for `url`; a found one gets a new secret, since the old one is shown only once."""
        body = {"url": url, "events": ["*"], "description": "reference engine"}
        for endpoint in decode(await self._get("/v1/webhook-endpoints"), EndpointPage).data:
            if endpoint.url == url:
                path = f"/v1/webhook-endpoints/{segment(endpoint.id)}/rotate-secret"
                return secrets_of(decode(await self._post(path, {}), Rotated), endpoint.id)
        try:
            reply = await self._post("/v1/webhook-endpoints", body, key=bodies.idempotency_key("endpoint", key))
        except Refused as refusal:
            if refusal.code != KEY_REUSED:
                raise
            # Our own address changed since the key was first used: that is another endpoint.
            reply = await self._post("/v1/webhook-endpoints", body, key=bodies.idempotency_key("endpoint", url, key))
        made = decode(reply, EndpointShape)
        return secrets_of(Rotated(made.secret or ""), made.id)

    def verify(self, headers: Mapping[str, str], raw: bytes, keys: Mapping[str, str], now: datetime) -> Notice:
        try:
            return hooks.verify(headers, raw, keys, now)
        except Unavailable as fault:  # a moment or amount no parcel has
            raise Untrusted("webhook_shape", fault.detail) from fault

    async def registries(self, day: date) -> Sequence[Registry]:
        """Raise Unsupported: this carrier collects no cash and so pays nothing out."""
        raise Unsupported("registries", f"{NAME} makes no payout registries")

    async def complete(self, registry: Registry) -> Registry:
        """Raise Unsupported: this carrier makes no registries whose lines could be completed."""
        raise Unsupported("registries", f"{NAME} makes no payout registries")

    async def close(self) -> None:
        await self._exchange.close()

    # -- the wire

    async def _get(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        return await self._send("GET", path, params=params)

    async def _post(self, path: str, body: dict[str, Any], *, key: str = "") -> Reply:
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = f'"{key}"'
        return await self._send("POST", path, headers=headers, content=exchange.encode(body))

    async def _send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> Reply:
        sent = {"X-Api-Key": self._key, "Accept": "application/json", **(headers or {})}
        reply = await self._exchange.send(method, path, headers=sent, params=params, content=content)
        if reply.status >= 400:
            refuse(reply)
        return reply


class Rotated(msgspec.Struct, frozen=True):
    secret: str


def refuse(reply: Reply) -> NoReturn:
    """Raise what a problem document means: Refused, or Unavailable where another try may do.

    An error body that isn't the carrier's came from something on the way, so it decides nothing.
    """
    found = exchange.parse(reply.body, Problem)
    if isinstance(found, str):
        raise Unavailable("unreadable_answer", f"{reply.status} without a problem document: {reply.excerpt!r}")
    problem = found[0]
    if problem.slug in PASSING_CONFLICTS:
        raise Unavailable(
            "in_flight", problem.sentence or NO_WORDS, retry_after_s=exchange.retry_after_s(reply.headers) or 1.0
        )
    raise Refused(problem.slug or f"http_{reply.status}", problem.sentence or NO_WORDS)


def offer(rate: Rate) -> Quote:
    total = rate.total.money
    return Quote(
        id=rate.id,
        carrier=NAME,
        service=rate.service,
        net=rate.net.money,
        surcharges=tuple(Surcharge(found.code, found.amount.money) for found in rate.surcharges),
        tax=rate.tax.amount.money if rate.tax else Money(0, total.currency),
        total=total,
        days_min=rate.transit_days.min,
        days_max=rate.transit_days.max,
        expires_at=rate.expires_at,
    )


def booking(parcel: ParcelShape) -> Booked:
    return Booked(
        carrier_id=parcel.id,
        number=parcel.tracking_number,
        label=label_of(parcel.label),
        price=parcel.price.total.money if parcel.price else None,
    )


def label_of(shape: LabelShape | None) -> Label | None:
    """Return a label from its base64 form, None when the answer carries only a link to it.

    Raises:
        Unavailable: the bytes aren't base64 or not of the format the answer names.
    """
    if shape is None or shape.content_base64 is None:
        return None
    try:
        format = LabelFormat(shape.format)
        content = base64.b64decode(shape.content_base64, validate=True)
    except (ValueError, binascii.Error) as fault:
        raise Unavailable("unreadable_answer", f"the label: {fault}") from fault
    if not content.startswith(MAGIC[format]):
        raise Unavailable("unreadable_answer", f"the label is no {format}: it starts {content[:12]!r}")
    return Label(format, content)


def _made(format: LabelFormat) -> LabelFormat:
    """Return the format in which the carrier makes a label that is wanted in this one."""
    return format if format in MEDIA else LabelFormat.PDF


def secrets_of(made: Rotated, endpoint_id: str) -> Mapping[str, str]:
    if not made.secret:
        raise Unavailable("unreadable_answer", "the endpoint came without a secret")
    return {"secret": made.secret, "endpoint_id": endpoint_id}
