"""The shop's short forms at Mail Alliance. Wire contract: `mail_alliance` parts 3, 4 and 6."""

from collections.abc import Mapping
from typing import Any

import msgspec

from parcelproof.scenario.shapes import Parcel

from .bodies import Whole, merged
from .wire import FORM, JSON, Line, Names, Reply

CARRIER = "mail_alliance"
SERVICE = "ma_parcel"
MEDIA = {"PDF": "application/pdf", "ZPL": "application/zpl"}
PREFIX = "/mail-alliance"


class MailAlliance:
    """A test client that shows its API key until it logs in; every write carries an idempotency key of its own."""

    carrier = CARRIER

    def __init__(self, url: str, client: str, secret: str, names: Names) -> None:
        self._line = Line(url + PREFIX)
        self._client, self._secret, self._names = client, secret, names
        self._token = ""
        self._keys = 0
        self._tried: dict[str, tuple[str, bytes]] = {}  # parcel -> key and body of the last try
        self._secrets: dict[str, list[str]] = {}  # receiver -> its secrets, oldest first
        self.labels: dict[str, bytes] = {}

    def close(self) -> None:
        self._line.close()

    # -- short forms

    def create(self, name: str, whole: Whole, *, again: bool, key: str) -> Reply:
        if again and name in self._tried:
            key, body = self._tried[name]
        else:
            key, body = key or self._fresh_key(), msgspec.json.encode(parcel_body(whole))
            self._tried[name] = (key, body)
        reply = self._ask("POST", "/v1/parcels", body, key=key)
        self.learn(name, reply)
        return reply

    def cancel(self, name: str) -> Reply:
        return self._ask("POST", f"/v1/parcels/{self._names.value(f'{name}.id')}/cancel", b"{}", key=self._fresh_key())

    def label(self, name: str, form: str) -> Reply:
        returned = name.endswith(".return")
        path = f"/v1/returns/{self._return_id(name)}" if returned else f"/v1/parcels/{self._names.value(f'{name}.id')}"
        reply = self._ask("GET", f"{path}/label", headers={"Accept": MEDIA[form or "PDF"]})
        if reply.status == 200:
            self.labels[name] = reply.body
        return reply

    def track(self, name: str) -> Reply:
        return self._ask("GET", f"/v1/tracking/{self._names.value(f'{name}.number')}")

    def rates(self, whole: Whole) -> Reply:
        body = parcel_body(whole)
        asked = {key: body[key] for key in ("shipper", "recipient", "package", "ship_date", "insurance") if key in body}
        return self._ask("POST", "/v1/rates", msgspec.json.encode(asked))

    def send_back(self, name: str, whole: Whole, reason: str, items: Mapping[str, int]) -> Reply:
        body: dict[str, Any] = {"parcel_id": self._names.value(f"{name}.id"), "reason": reason}
        if items:
            body["items"] = [{"sku": sku, "quantity": quantity} for sku, quantity in items.items()]
        reply = self._ask("POST", "/v1/returns", msgspec.json.encode(body), key=self._fresh_key())
        found = reply.json()
        if reply.status in (200, 201) and isinstance(found, dict):
            self._names.learn(f"{name}.return.wire", str(found["id"]))
            self._names.learn(f"{name}.return.number", str(found["return_tracking_number"]))
        return reply

    def log_in(self) -> Reply:
        form = f"grant_type=client_credentials&client_id={self._client}&client_secret={self._secret}"
        reply = self._line.send("POST", "/oauth/token", body=form.encode(), headers={"Content-Type": FORM})
        self._notice(reply)
        return reply

    def subscribe(self, receiver: str, url: str, events: tuple[str, ...]) -> Reply:
        body: dict[str, Any] = {"url": url} | ({"events": list(events)} if events else {})
        reply = self._ask("POST", "/v1/webhook-endpoints", msgspec.json.encode(body), key=self._fresh_key())
        found = reply.json()
        if reply.status == 201 and isinstance(found, dict):
            self._names.learn(f"{receiver}.id", str(found["id"]))
            self._secrets[receiver] = [str(found["secret"])]
        return reply

    def rotate_secret(self, receiver: str) -> Reply:
        path = f"/v1/webhook-endpoints/{self._names.value(f'{receiver}.id')}/rotate-secret"
        reply = self._ask("POST", path, b"{}", key=self._fresh_key())
        found = reply.json()
        if reply.status == 200 and isinstance(found, dict):
            self._secrets.setdefault(receiver, []).append(str(found["secret"]))
        return reply

    def secrets(self, receiver: str) -> list[str]:
        return self._secrets.get(receiver, [])

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
        sent = self._credential(credential) | ({"Content-Type": kind} if kind else {}) | dict(headers)
        reply = self._line.send(method, path, body=body, query=query, headers=sent)
        if path.partition("?")[0].endswith("/oauth/token"):
            self._notice(reply)
        self._notice_endpoint(reply)
        return reply

    def learn(self, name: str, reply: Reply) -> None:
        """Learn a parcel's id and number from an answer about it."""
        found = reply.json()
        if 200 <= reply.status < 300 and isinstance(found, dict) and "tracking_number" in found and "id" in found:
            self._names.learn(f"{name}.id", str(found["id"]))
            self._names.learn(f"{name}.number", str(found["tracking_number"]))

    # -- the wire

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        key: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        sent = self._credential("own") | ({"Content-Type": JSON} if body is not None else {})
        sent |= ({"Idempotency-Key": key} if key else {}) | dict(headers or {})
        return self._line.send(method, path, body=body, headers=sent)

    def _credential(self, which: str) -> dict[str, str]:
        if which == "token" or (which == "own" and self._token):
            return {"Authorization": f"Bearer {self._token}"}
        return {} if which == "none" else {"X-Api-Key": f"mak_test_{self._client}"}

    def _notice(self, reply: Reply) -> None:
        found = reply.json()
        if reply.status == 200 and isinstance(found, dict) and "access_token" in found:
            self._token = str(found["access_token"])

    def _notice_endpoint(self, reply: Reply) -> None:
        """Learn the secret of an endpoint that a raw request made, by the receiver whose address it has."""
        found = reply.json()
        if not (isinstance(found, dict) and "secret" in found and "url" in found):
            return
        url = str(found["url"])
        self._secrets.setdefault(url, []).append(str(found["secret"]))

    def _return_id(self, name: str) -> str:
        return self._names.value(f"{name}.wire")

    def _fresh_key(self) -> str:
        self._keys += 1
        return f"scenario-key-{self._keys:06}"


def parcel_body(whole: Whole) -> dict[str, Any]:
    """Return the body of `POST /v1/parcels`."""
    parcel: Parcel = whole.parcel
    length, width, height = parcel.size_mm
    body: dict[str, Any] = {
        "service": parcel.service or SERVICE,
        "shipper": whole.sender,
        "recipient": whole.recipient,
        "package": {"weight_g": parcel.weight_g, "length_mm": length, "width_mm": width, "height_mm": height},
        "contents": [
            {
                "sku": item.sku,
                "description": item.name or item.sku,
                "quantity": item.quantity,
                "unit_weight_g": item.weight_g,
                "value": {"amount": item.price if "." in item.price else f"{item.price}.00", "currency": "EUR"},
            }
            for item in whole.items
        ],
        "references": {"order": whole.reference},
        "label": {"format": parcel.label},
    }
    return merged(body, parcel.with_)
