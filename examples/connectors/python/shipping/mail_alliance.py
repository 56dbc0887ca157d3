"""Mail Alliance: one call books and answers with number, price and label; its key makes repeats harmless."""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, ClassVar

import aiohttp

from .calls import Refused, Unavailable, call
from .offers import Offer, minor
from .orders import Order
from .statuses import MAIL_ALLIANCE

NAME = "mail_alliance"
ADDRESS = ("name", "company", "street", "house_number", "postal_code", "city", "country", "email", "phone")


class MailAlliance:
    """`account` is this carrier's part of the settings."""

    if_unknown: ClassVar[dict[str, str]] = {}  # step whose outcome nobody knows -> step that finds out: none is needed
    after_booking = ""

    def __init__(self, session: aiohttp.ClientSession, account: Mapping[str, Any], label_format: str) -> None:
        self._session = session
        self._root = str(account["base_url"]).rstrip("/")
        self._headers = {"X-Api-Key": str(account.get("api_key", ""))}
        self._sender = _address(account["sender"])
        self._label_format = label_format
        self.now = datetime.now(UTC)  # the connector's clock, which need not be the machine's: the engine sets it

    async def offers(self, wish: Mapping[str, Any]) -> list[Offer]:
        """Raises: Unavailable. Refused: the carrier cannot take such a parcel."""
        answer = (await self._call("POST", "/v1/rates", body=self._shipment(wish))).document()
        return [_offer(rate) for rate in _rows(answer, "rates")]

    def prepare(self, order: Order, offer: Offer) -> dict[str, Any]:
        """Return the booking: made once and kept, so that every try sends the same body under the same key."""
        wish = order.wish
        contents = [
            {
                "description": line["description"][:70],
                "quantity": line["quantity"],
                "unit_weight_g": line["unit_mass_g"],
                "sku": line["sku"][:40],
            }
            for line in wish["lines"]
        ]
        body = {
            **self._shipment(wish),
            "service": offer.service,
            "rate_id": offer.id,
            "contents": contents[:50],
            "references": {"order": order.number, "shipment": order.number},
            "label": {"format": self._label_format},
        }
        return {"key": _key("book", order.number, offer.id), "body": body}

    async def step(self, order: Order) -> int | None:
        """Do what is next for an order; return the seconds until the step after it, None when all is done.

        Raises:
            Unavailable: again later. Refused: never.
        """
        if order.step == "cancel":
            await self.cancel(order)
            return None
        headers = {"Idempotency-Key": order.request["key"]}
        try:
            answer = await self._call("POST", "/v1/parcels", headers, body=order.request["body"])
            self._take(order, answer.document())
        except Refused as refusal:
            return await self._refused(order, refusal)
        return None

    async def _refused(self, order: Order, refusal: Refused) -> int | None:
        pointers = [row.get("pointer") for row in (refusal.document or {}).get("errors", ())]
        if refusal.code == "idempotency-key-in-flight":
            raise Unavailable("the same booking is still under way") from refusal
        if pointers == ["/rate_id"]:  # the price was locked for thirty minutes; those are over
            order.step = "choose"
            return 0
        if refusal.code == "invalid-state":  # our reference is taken: an earlier try did book, and its key is forgotten
            await self._adopt(order)
            return None
        order.fail(f"Mail Alliance refused the parcel: {refusal}")
        return None

    async def _adopt(self, order: Order) -> None:
        found = _rows((await self._call("GET", f"/v1/parcels?reference={order.number}")).document(), "data")
        mine = [row for row in found if (row.get("references") or {}).get("shipment") == order.number]
        if not mine:
            raise Unavailable("the parcel is there but cannot be found yet")
        parcel = (await self._call("GET", f"/v1/parcels/{mine[0]['id']}")).document()
        headers = {"Accept": f"application/{self._label_format.lower()}"}
        content = (await self._call("GET", f"/v1/parcels/{mine[0]['id']}/label", headers)).content
        label = {**(parcel.get("label") or {}), "content_base64": base64.b64encode(content).decode()}
        self._take(order, {**parcel, "label": label})

    def _take(self, order: Order, parcel: Mapping[str, Any]) -> None:
        """Read the answer to a booking, whole or not at all.

        Raises:
            Unavailable: a part is missing, so that this is no answer.
        """
        try:
            total, label = parcel["price"]["total"], parcel["label"]
            content = base64.b64decode(label["content_base64"], validate=True)
            booked = {"amount_minor": minor(total["amount"]), "currency": total["currency"]}
            remote_id, number, form = str(parcel["id"]), str(parcel["tracking_number"]), str(label["format"])
        except (KeyError, TypeError, ValueError, ArithmeticError, binascii.Error) as error:
            raise Unavailable("answered a booking without number, price or label") from error
        order.remote_id, order.tracking_number, order.booked = remote_id, number, booked
        order.state, order.step = "booked", ""
        order.new_label = (form, content)

    async def cancel(self, order: Order) -> None:
        """Raises: Unavailable. Refused: the carrier holds the goods."""
        headers = {"Idempotency-Key": _key("cancel", order.number, order.remote_id)}
        (await self._call("POST", f"/v1/parcels/{order.remote_id}/cancel", headers, body={})).document()
        order.cancelled()

    async def news(self, order: Order) -> list[dict[str, Any]]:
        """Return all events of a parcel; those that were withdrawn say so."""
        tracking = (await self._call("GET", f"/v1/parcels/{order.remote_id}/tracking")).document()
        rows = _rows(tracking, "events")
        revoked = {row.get("revokes") for row in rows}
        return [{**read_event(row), "withdrawn": row["id"] in revoked} for row in rows if not row.get("revokes")]

    async def subscribe(self, address: str, keep: Mapping[str, Any]) -> dict[str, Any]:
        """Subscribe once; the key makes a repeat answer with the same endpoint and secret."""
        body = {"url": f"{address}/hooks/mail-alliance", "events": ["*"], "description": "sample connector"}
        headers = {"Idempotency-Key": _key("hook", address, self._headers["X-Api-Key"])}
        try:
            made = (await self._call("POST", "/v1/webhook-endpoints", headers, body=body)).document()
            return {"secret": str(made["secret"])}
        except (KeyError, TypeError) as error:
            raise Unavailable("answered a subscription without its secret") from error

    def _shipment(self, wish: Mapping[str, Any]) -> dict[str, Any]:
        length, width, height = sorted(wish["sides_mm"], reverse=True)
        package = {"weight_g": wish["mass_g"], "length_mm": length, "width_mm": width, "height_mm": height}
        return {"shipper": self._sender, "recipient": _address(wish["recipient"]), "package": package}

    async def _call(self, method: str, path: str, headers: Mapping[str, str] | None = None, *, body: Any = None) -> Any:
        return await call(
            self._session, method, self._root + path, headers={**self._headers, **(headers or {})}, body=body
        )


def read_event(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one event as a poll or a webhook tells it."""
    return {
        "event_id": str(row["id"]),
        "status": MAIL_ALLIANCE.get(str(row["status"]), "unknown"),
        "code": str(row["code"]),
        "text": str(row.get("description") or ""),
        "reason": str(row.get("reason") or ""),
        "occurred_at": str(row["occurred_at"]),
        "sequence": int(row.get("sequence") or 0),
    }


def _offer(rate: Mapping[str, Any]) -> Offer:
    try:
        return Offer(
            id=str(rate["id"]),
            carrier=NAME,
            service=str(rate["service"]),
            currency=str(rate["total"]["currency"]),
            net_minor=minor(rate["net"]["amount"]),
            surcharges=[(str(row["code"]), minor(row["amount"]["amount"])) for row in rate["surcharges"]],
            tax_minor=minor(rate["tax"]["amount"]["amount"]),
            total_minor=minor(rate["total"]["amount"]),
            days_min=int(rate["transit_days"]["min"]),
            days_max=int(rate["transit_days"]["max"]),
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise Unavailable("answered with an offer that cannot be read") from error


def _rows(document: Any, name: str) -> list[dict[str, Any]]:
    rows = document.get(name) if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unavailable(f"answered without a list of {name}")
    return rows


def _address(address: Mapping[str, Any]) -> dict[str, str]:
    return {name: address[name] for name in ADDRESS if address.get(name)}


def _key(*parts: str) -> str:
    """Return an idempotency key that follows from what is done: a connector that crashed would send the same."""
    return f"{parts[0]}-{sha256('/'.join(parts).encode()).hexdigest()[:40]}"
