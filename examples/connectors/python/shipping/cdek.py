"""CDEK: a booking is accepted first and judged later, the label is printed on request, and there is no idempotency key.

So whoever does not know what became of a booking looks it up by the order's number before sending it again.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import aiohttp

from .calls import Answer, Refused, Unavailable, call
from .offers import Offer, converted, minor
from .orders import Order
from .statuses import cdek_status

NAME = "cdek"
CURRENCY = "RUB"
DOOR_TO_DOOR = ("139", "231", "293", "184", "480", "8")  # for goods, from our door to the buyer's
PRICED = "true"
PAUSES_S = (2, 5, 15, 60, 300)  # between looks at what CDEK is still working on
RENEW_EARLY = timedelta(seconds=60)
STILL_PROCESSED = "v2_similar_request_still_processed"  # no refusal: ask again


class Cdek:
    """`account` is this carrier's part of the settings."""

    if_unknown: ClassVar = {"book": "look_up"}  # step whose outcome nobody knows -> step that finds out
    after_booking = "print"

    def __init__(
        self, session: aiohttp.ClientSession, account: Mapping[str, Any], currencies: Mapping[str, Any]
    ) -> None:
        self._session = session
        self._root = str(account["base_url"]).rstrip("/")
        self._login = {name: str(account.get(name, "")) for name in ("client_id", "client_secret")}
        self._sender = account["sender"]
        self._currencies = currencies
        self.now = datetime.now(UTC)  # the connector's clock, which need not be the machine's: the engine sets it
        self._token, self._good_until = "", self.now

    async def offers(self, wish: Mapping[str, Any]) -> list[Offer]:
        """Raises: Unavailable. Refused: no tariff for such a parcel. NoRate."""
        declared = sum(self._roubles(line["unit_price"]) * line["quantity"] for line in wish["lines"])
        body = {
            "type": 1,
            "from_location": _place(self._sender),
            "to_location": _place(wish["recipient"]),
            "packages": [_box(wish)],
            "services": [{"code": "INSURANCE", "parameter": str(_amount(declared))}],
        }
        found = (await self._call("POST", "/calculator/tariffAndService", body=body)).document()
        try:
            rows = [row for row in found["tariff_codes"] if row["status"] == PRICED]
            return [_offer(row["tariff_code"], row["result"]) for row in rows if row["tariff_code"] in DOOR_TO_DOOR]
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise Unavailable("answered with offers that cannot be read") from error

    def prepare(self, order: Order, offer: Offer) -> dict[str, Any]:
        wish, sender = order.wish, self._sender
        cod = wish["payment"] == "cod"
        charge = wish["delivery_charge"] if cod else None
        body: dict[str, Any] = {
            "type": 1,
            "number": order.number,
            "tariff_code": int(offer.service),
            "sender": _person(sender),
            "recipient": _person(wish["recipient"]),
            "from_location": _place(sender),
            "to_location": _place(wish["recipient"]),
            "packages": [{"number": "1", **_box(wish), "items": [self._item(row, cod=cod) for row in wish["lines"]]}],
        }
        if charge:
            body["delivery_recipient_cost"] = {"value": _amount(self._roubles(charge))}
        if wish["recipient"]["country"] != sender["country"]:
            address = f"{sender['street']} {sender.get('house_number', '')}, {sender['city']}"
            body |= {"date_invoice": self.now.date().isoformat(), "shipper_name": sender["name"]}
            body |= {"shipper_address": address}
        return {"body": body}

    def _item(self, line: Mapping[str, Any], *, cod: bool) -> dict[str, Any]:
        price = _amount(self._roubles(line["unit_price"]))
        return {
            "name": line["description"],
            "ware_key": line["sku"],
            "payment": {"value": price if cod else 0},
            "cost": price,
            "weight": line["unit_mass_g"],
            "amount": line["quantity"],
        }

    def _roubles(self, price: Mapping[str, Any]) -> int:
        return converted(price["amount_minor"], price["currency"], CURRENCY, self._currencies)

    async def step(self, order: Order) -> int | None:
        """Do what is next for an order; return the seconds until the step after it, None when all is done.

        Raises:
            Unavailable: again later. Refused: never.
        """
        steps = {
            "book": self._book,
            "look_up": self._look_up,
            "wait": self._wait,
            "print": self._print,
            "fetch": self._fetch,
            "cancel": self._cancel,
            "cancelling": self._cancelling,
        }
        return await steps[order.step](order)

    async def _book(self, order: Order) -> int | None:
        try:
            answer = (await self._call("POST", "/orders", body=order.request["body"])).document()
        except Refused as refusal:
            order.fail(f"CDEK refused the order: {refusal}")
            return None
        order.remote_id = _uuid(answer)
        order.step = "wait"
        return _pause(order)

    async def _look_up(self, order: Order) -> int | None:
        """Find out what became of a booking whose answer never came."""
        try:
            answer = (await self._call("GET", f"/orders?im_number={order.number}")).document()
        except Refused as refusal:
            if "not_found" not in refusal.code:
                raise Unavailable(f"refused a look-up: {refusal}") from refusal
            order.step = "book"
            return 0
        order.remote_id = _uuid(answer)
        order.step = "wait"
        return 0

    async def _wait(self, order: Order) -> int | None:
        entity, requests = await self._read(order.remote_id)
        made = next((row for row in requests if row.get("type") == "CREATE"), {})
        if made.get("state") == "INVALID":
            sentences = "; ".join(str(row.get("message", "")) for row in made.get("errors", ()))
            order.fail(f"CDEK found the order invalid: {sentences}")
        elif entity.get("cdek_number"):
            order.tracking_number = str(entity["cdek_number"])
            order.booked = order.quote["total"] if order.quote else None
            order.state, order.step = "booked", "print"
            return 0
        else:
            return _pause(order)
        return None

    async def _print(self, order: Order) -> int | None:
        body = {"orders": [{"order_uuid": order.remote_id}], "format": "A6", "copy_count": 1}
        try:
            order.form_id = _uuid((await self._call("POST", "/print/barcodes", body=body)).document())
        except Refused as refusal:
            raise Unavailable(f"refused to print: {refusal}") from refusal
        order.step = "fetch"
        return _pause(order)

    async def _fetch(self, order: Order) -> int | None:
        """Fetch the label once it is printed; a form lives one hour, after that another is asked for."""
        try:
            form = (await self._call("GET", f"/print/barcodes/{order.form_id}")).document()
            state = form["entity"]["statuses"][-1]["code"]  # the newest stands last, unlike an order's
            if state == "READY":
                content = (await self._call("GET", f"/print/barcodes/{order.form_id}.pdf")).content
                if not (content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")):
                    raise Unavailable("answered with a label that is no whole PDF")
                order.new_label = ("PDF", content)
                order.step = ""
                return None
        except Refused:
            state = "REMOVED"
        except (KeyError, TypeError, IndexError) as error:
            raise Unavailable("answered with a print form that cannot be read") from error
        order.step = "fetch" if state in ("ACCEPTED", "PROCESSING") else "print"
        return _pause(order)

    async def cancel(self, order: Order) -> None:
        """Ask CDEK to delete an order; it says later whether it did.

        Raises:
            Unavailable. Refused: the carrier holds the goods.
        """
        try:
            (await self._call("DELETE", f"/orders/{order.remote_id}")).document()
            order.step = "cancelling"
        except Refused:
            if not await self._asked_before(order):
                raise

    async def _asked_before(self, order: Order) -> bool:
        """Tell whether an earlier try, whose answer was lost, is why CDEK refuses this one."""
        try:
            await self._cancelling(order)
        except Refused:
            return False
        return order.state == "cancelled"

    async def _cancel(self, order: Order) -> int | None:
        await self.cancel(order)
        return _pause(order) if order.step else None

    async def _cancelling(self, order: Order) -> int | None:
        entity, requests = await self._read(order.remote_id)
        asked = [row for row in requests if row.get("type") == "DELETE"]
        if "REMOVED" in [row.get("code") for row in entity.get("statuses", ())]:
            order.cancelled()
            return None
        if asked and asked[-1].get("state") == "INVALID":
            raise Refused(409, "delete", "; ".join(str(row.get("message", "")) for row in asked[-1].get("errors", ())))
        return _pause(order)

    async def news(self, order: Order) -> list[dict[str, Any]]:
        """Return all events of an order, and those of the order that brings it back."""
        answer = (await self._call("GET", f"/orders/{order.remote_id}")).document()
        events = _events(order.remote_id, answer, way_back=False)
        for row in answer.get("related_entities") or ():
            if row.get("type") == "return_order" and row.get("uuid"):
                order.return_id = str(row["uuid"])
        if order.return_id:
            back = (await self._call("GET", f"/orders/{order.return_id}")).document()
            events += [event for event in _events(order.return_id, back, way_back=True) if mirrored(event["status"])]
        return events

    async def subscribe(self, address: str, keep: Mapping[str, Any]) -> dict[str, Any]:
        """Subscribe once. CDEK signs nothing, so the address itself holds a secret."""
        url = f"{address}/hooks/cdek/{keep['secret']}"
        found = (await self._call("GET", "/webhooks")).document()
        if not any(row.get("url") == url for row in found if isinstance(row, dict)):
            (await self._call("POST", "/webhooks", body={"url": url, "type": "ORDER_STATUS"})).document()
        return dict(keep)

    async def _read(self, uuid: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        try:
            answer = (await self._call("GET", f"/orders/{uuid}")).document()
            return dict(answer["entity"]), list(answer["requests"])
        except (Refused, KeyError, TypeError) as error:
            raise Unavailable(f"the order cannot be read: {error}") from error

    async def _call(self, method: str, path: str, *, body: Any = None) -> Answer:
        """Call with a token; a token that is refused is renewed once."""
        for last in (False, True):
            headers = {"Authorization": f"Bearer {await self._get_token()}"}
            try:
                return await call(self._session, method, self._root + path, headers=headers, body=body)
            except Unavailable as trouble:
                if trouble.status != 401 or last:
                    raise
                self._token = ""
            except Refused as refusal:
                if refusal.code == STILL_PROCESSED:
                    raise Unavailable("still works on an earlier request") from refusal
                raise
        raise AssertionError("the second try returns or raises")

    async def _get_token(self) -> str:
        if not self._token or self.now >= self._good_until:
            form = {"grant_type": "client_credentials", **self._login}
            try:
                found = (
                    await call(self._session, "POST", f"{self._root}/oauth/token", headers={}, form=form)
                ).document()
                life = timedelta(seconds=int(found["expires_in"]))
                self._token = str(found["access_token"])
            except (Refused, KeyError, TypeError, ValueError) as error:
                raise Unavailable(f"gives no token: {error}") from error
            self._good_until = self.now + max(life - RENEW_EARLY, life / 2)
        return self._token


def read_event(uuid: str, row: Mapping[str, Any], at: object, reason: object, *, way_back: bool) -> dict[str, Any]:
    """Return one status as a poll or a webhook tells it. The same status of the same second is the same event."""
    occurred_at = datetime.fromisoformat(str(at)).isoformat()
    code, why = str(row["code"]), str(reason or "")
    return {
        "event_id": f"{uuid}/{code}/{occurred_at}",
        "status": cdek_status(code, why, way_back=way_back),
        "code": code,
        "text": str(row.get("name") or ""),
        "reason": why,
        "occurred_at": occurred_at,
        "withdrawn": bool(row.get("deleted")),
    }


def mirrored(status: str) -> bool:
    """Whether an event of the way back says something of the order itself."""
    return status in ("returned", "undeliverable", "lost_or_damaged")


def _events(uuid: str, answer: Any, *, way_back: bool) -> list[dict[str, Any]]:
    try:
        rows = answer["entity"]["statuses"]
        read = [read_event(uuid, row, row["date_time"], row.get("reason_code"), way_back=way_back) for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise Unavailable("answered with statuses that cannot be read") from error
    return [{**event, "sequence": len(read) - place} for place, event in enumerate(read)]  # the newest stands first


def _offer(tariff: str, row: Mapping[str, Any]) -> Offer:
    surcharges = [(str(made["code"]).lower(), minor(made["total_sum"])) for made in row.get("services", ())]
    return Offer(
        id=f"cdek-{tariff}",
        carrier=NAME,
        service=tariff,
        currency=str(row["currency"]),
        net_minor=minor(row["delivery_sum"]),
        surcharges=surcharges,
        tax_minor=0,  # CDEK's sums have VAT inside and do not say how much
        total_minor=minor(row["total_sum"]),
        days_min=int(row["period_min"]),
        days_max=int(row["period_max"]),
    )


def _uuid(answer: Any) -> str:
    try:
        return str(answer["entity"]["uuid"])
    except (KeyError, TypeError) as error:
        raise Unavailable("answered without a uuid") from error


def _pause(order: Order) -> int:
    order.looks += 1
    return PAUSES_S[min(order.looks, len(PAUSES_S)) - 1]


def _amount(amount_minor: int) -> float:
    """Return minor units as the JSON number that CDEK wants: exact to print, and never computed with."""
    return amount_minor / 100


def _place(address: Mapping[str, Any]) -> dict[str, str]:
    street = f"{address['street']} {address.get('house_number') or ''}".strip()
    return {
        "postal_code": address["postal_code"],
        "city": address["city"],
        "country_code": address["country"],
        "address": street,
    }


def _person(address: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: address[name] for name in ("name", "company", "email") if address.get(name)}
    return {**kept, "phones": [{"number": address["phone"]}] if address.get("phone") else []}


def _box(wish: Mapping[str, Any]) -> dict[str, int]:
    sides: Iterable[int] = sorted(wish["sides_mm"], reverse=True)
    length, width, height = (-(-side // 10) for side in sides)  # whole centimetres, rounded up
    return {"weight": wish["mass_g"], "length": length, "width": width, "height": height}
