"""The shop's short forms at CDEK. Wire contract: `courier_api` §1.1 to §1.12."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from .bodies import Whole, merged
from .wire import FORM, JSON, Line, Names, Reply

CARRIER = "cdek"
PREFIX = "/cdek"
DOOR, OFFICE, LOCKER = 139, 138, 366  # "Посылка" from the shop's door to a door, an office, a locker
BACK = 139
PRINT_MS = 2_000  # as long as a print form takes, and a little more
LOCKER_ENDING = "2"  # codes of the simulator's lockers, `NSK2`, and of no office of it


class Cdek:
    """A client that logs in by itself whenever it has no token that lives, until the scenario logs in on its own."""

    carrier = CARRIER

    def __init__(self, url: str, client: str, secret: str, names: Names) -> None:
        self._line = Line(url + PREFIX)
        self._client, self._secret, self._names = client, secret, names
        self._token = ""
        self._ends: datetime | None = None  # when the token that was fetched unasked does; None: the scenario's own
        self._tried: dict[str, bytes] = {}
        self.labels: dict[str, bytes] = {}

    def close(self) -> None:
        self._line.close()

    # -- short forms

    def create(self, name: str, whole: Whole, *, again: bool, key: str) -> Reply:
        body = self._tried[name] if again and name in self._tried else msgspec.json.encode(order_body(whole))
        self._tried[name] = body
        reply = self._ask("POST", "/v2/orders", body)
        self.learn(name, reply)
        return reply

    def cancel(self, name: str) -> Reply:
        return self._ask("DELETE", f"/v2/orders/{self._names.value(f'{name}.id')}")

    def label(self, name: str, form: str) -> Reply:
        order = {"orders": [{"order_uuid": self._names.value(f"{name}.id")}], "format": "A6"}
        made = self._ask("POST", "/v2/print/barcodes", msgspec.json.encode(order))
        found = made.json()
        if made.status >= 300 or not isinstance(found, dict):
            return made
        self._names.pass_time(PRINT_MS)
        reply = self._ask("GET", f"/v2/print/barcodes/{found['entity']['uuid']}.pdf")
        if reply.status == 200:
            self.labels[name] = reply.body
        return reply

    def track(self, name: str) -> Reply:
        return self._ask("GET", f"/v2/orders/{self._names.value(f'{name}.id')}")

    def rates(self, whole: Whole) -> Reply:
        body = order_body(whole)
        ends = {key: body[key] for key in ("from_location", "to_location") if key in body}
        packages = [{key: row[key] for key in ("weight", "length", "width", "height")} for row in body["packages"]]
        return self._ask("POST", "/v2/calculator/tarifflist", msgspec.json.encode({**ends, "packages": packages}))

    def send_back(self, name: str, whole: Whole, reason: str, items: Mapping[str, int]) -> Reply:
        path = f"/v2/orders/{self._names.value(f'{name}.id')}/clientReturn"
        return self._ask("POST", path, msgspec.json.encode({"tariff_code": BACK}))

    def log_in(self) -> Reply:
        reply = self._new_token()
        self._ends = None
        return reply

    def _new_token(self) -> Reply:
        form = f"grant_type=client_credentials&client_id={self._client}&client_secret={self._secret}"
        reply = self._line.send("POST", "/v2/oauth/token", body=form.encode(), headers={"Content-Type": FORM})
        self._notice(reply)
        return reply

    def subscribe(self, receiver: str, url: str, events: tuple[str, ...]) -> Reply:
        """Subscribe to each type; the last answer counts."""
        for kind in events or ("ORDER_STATUS",):
            reply = self._ask("POST", "/v2/webhooks", msgspec.json.encode({"url": url, "type": kind}))
            found = reply.json()
            if reply.status == 200 and isinstance(found, dict):
                self._names.learn(f"{receiver}.id", str(found["entity"]["uuid"]))
        return reply

    def rotate_secret(self, receiver: str) -> Reply:
        return Reply("POST", "/v2/webhooks", 0, lost="CDEK signs no webhooks: there is no secret to rotate")

    def secrets(self, receiver: str) -> list[str]:
        return []

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None,
        kind: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        credential: str,
    ) -> Reply:
        if credential in ("own", "token") and self._needs_token():
            self._new_token()
        shown = {} if credential in ("none", "key") else {"Authorization": f"Bearer {self._token}"}
        sent = shown | ({"Content-Type": kind} if kind else {}) | dict(headers)
        reply = self._line.send(method, path, body=body, query=query, headers=sent)
        if path.partition("?")[0].endswith("/oauth/token"):
            self._notice(reply)
            self._ends = None
        return reply

    def learn(self, name: str, reply: Reply) -> None:
        """Learn an order's uuid from an answer about it; its number comes later."""
        found = reply.json()
        entity = found.get("entity") if isinstance(found, dict) else None
        if 200 <= reply.status < 300 and isinstance(entity, dict) and entity.get("uuid"):
            self._names.learn(f"{name}.id", str(entity["uuid"]))

    # -- the wire

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Reply:
        kind = JSON if body is not None else ""
        return self.request(method, path, body=body, kind=kind, query={}, headers={}, credential="own")

    def _notice(self, reply: Reply) -> None:
        found = reply.json()
        if reply.status == 200 and isinstance(found, dict) and "access_token" in found:
            self._token = str(found["access_token"])
            self._ends = self._names.now + timedelta(seconds=int(found.get("expires_in", 0)))

    def _needs_token(self) -> bool:
        return not self._token or (self._ends is not None and self._names.now >= self._ends)


def order_body(whole: Whole) -> dict[str, Any]:
    """Return the body of `POST /v2/orders`: from the shop's door to a door, an office or a locker."""
    parcel = whole.parcel
    length, width, height = (-(-side // 10) for side in parcel.size_mm)
    to_point = LOCKER if parcel.point.endswith(LOCKER_ENDING) else OFFICE
    body: dict[str, Any] = {
        "type": 1,
        "number": whole.reference,
        "tariff_code": int(parcel.service or (to_point if parcel.point else DOOR)),
        "sender": _contact(whole.sender),
        "recipient": _contact(whole.recipient),
        "from_location": _location(whole.sender),
        "packages": [
            {
                "number": "1",
                "weight": parcel.weight_g,
                "length": length,
                "width": width,
                "height": height,
                "items": [_item(item, collect=parcel.pay == "cod") for item in whole.items],
            }
        ],
    }
    end = {"delivery_point": parcel.point} if parcel.point else {"to_location": _location(whole.recipient)}
    return merged(body | end, parcel.with_)


def _item(item: Any, *, collect: bool) -> dict[str, Any]:
    return {
        "name": item.name or item.sku,
        "ware_key": item.sku,
        "payment": {"value": float(item.price) if collect else 0},
        "cost": float(item.price),
        "weight": item.weight_g,
        "amount": item.quantity,
    }


def _contact(party: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": party["name"]}
    if "phone" in party:
        found["phones"] = [{"number": party["phone"]}]
    return found | ({"email": party["email"]} if "email" in party else {})


def _location(party: Mapping[str, str]) -> dict[str, str]:
    street = ", ".join(party[part] for part in ("street", "house_number") if part in party)
    return {
        "country_code": party["country"],
        "postal_code": party["postal_code"],
        "city": party["city"],
        "address": street,
    }
