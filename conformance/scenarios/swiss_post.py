"""The shop's short forms at Swiss Post. Wire contract: `postal_api_swiss` §1, §2, §5 and §9."""

from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from ..wires.swiss_post import LICENSE
from .bodies import Whole, merged
from .silent import Silent
from .wire import FORM, JSON, Names, Reply

CARRIER = "swiss_post"
PREFIX = "/swiss-post"
SCOPES = "DCAPI_BARCODE_READ MYSB_MAILPIECE_TRACKING_B2B_READ"
TRACKING = "/logistics/mailpiece/tracking/business/v1/mailpieces"
FILES = {"": "PDF", "PDF": "PDF", "ZPL": "ZPL2", "PNG": "PNG"}


class SwissPost(Silent):
    """A client that asks for a token when it has none that lives, until the scenario logs in on its own.

    The label comes in the answer that makes the parcel; there is no other call for it.
    """

    carrier, words = CARRIER, "Swiss Post"
    credentials = ("own", "token", "none")

    def __init__(self, url: str, client: str, secret: str, names: Names) -> None:
        super().__init__(url + PREFIX)
        self._credentials = {"client_id": client, "client_secret": secret}
        self._names = names
        self._token = ""
        self._ends: datetime | None = None  # of the token that was fetched unasked; None: the scenario's own

    # -- short forms

    def create(self, name: str, whole: Whole, *, again: bool, key: str) -> Reply:
        body = self._body_of(name, lambda: msgspec.json.encode(label_request(whole)), again=again)
        reply = self._ask("POST", "/barcode/v1/generateAddressLabel", body)
        self.learn(name, reply)
        return reply

    def cancel(self, name: str) -> Reply:
        self._lacks("no call that cancels", "a label that is not used costs nothing")

    def label(self, name: str, form: str) -> Reply:
        self._lacks("no call for a label", "it comes in the answer to `create`")

    def track(self, name: str) -> Reply:
        return self._ask("GET", f"{TRACKING}/{self._names.value(f'{name}.number')}/events/")

    def rates(self, whole: Whole) -> Reply:
        self._lacks("no call for prices", "they stand in the contract")

    def send_back(self, name: str, whole: Whole, reason: str, items: Mapping[str, int]) -> Reply:
        self._lacks("no call that announces a return", "make a label with the services GAS and ECO")

    def log_in(self) -> Reply:
        reply = self._fetch()
        self._ends = None
        return reply

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
        self._check_credential(credential)
        shown = {}
        if credential != "none":
            self._have_token()
            shown = {"Authorization": f"Bearer {self._token}"}
        return self._send(method, path, body, kind, query, {**shown, **headers})

    def learn(self, name: str, reply: Reply) -> None:
        """Learn a parcel's number, and keep its label, from the answer that made it."""
        found = reply.json()
        item = found.get("item") if isinstance(found, dict) else None
        if 200 <= reply.status < 300 and isinstance(item, dict) and item.get("identCode"):
            self._names.learn(f"{name}.number", str(item["identCode"]))
            if pages := item.get("label"):
                self.labels[name] = b64decode(pages[0])

    # -- the wire

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Reply:
        return self.request(method, path, body=body, kind=JSON, query={}, headers={}, credential="own")

    def _have_token(self) -> None:
        if not self._token or (self._ends is not None and self._names.now >= self._ends):
            self._fetch()

    def _fetch(self) -> Reply:
        form = {"grant_type": "client_credentials", "scope": SCOPES, **self._credentials}
        sent = {"Content-Type": FORM}
        reply = self._line.send("POST", "/OAuth/token", body=urlencode(form).encode(), headers=sent)
        found = reply.json()
        if reply.status == 200 and isinstance(found, dict) and found.get("access_token"):
            self._token = str(found["access_token"])
            self._names.learn("token", self._token)
            self._ends = self._names.now + timedelta(seconds=int(found.get("expires_in") or 0))
        return reply

    def _refusal(self, reply: Reply) -> str:
        """§5."""
        found = reply.json()
        if reply.status != 200 or not isinstance(found, dict):
            return ""
        item = found.get("item")
        rows = [*(found.get("errors") or ()), *((item.get("errors") or ()) if isinstance(item, dict) else ())]
        return "; ".join(f"{row.get('code')}: {row.get('message')}" for row in rows if isinstance(row, dict))


def label_request(whole: Whole) -> dict[str, Any]:
    """Return the request: priority unless the parcel names its services, an A6 label as PDF."""
    parcel, to, sender = whole.parcel, whole.recipient, whole.sender
    body: dict[str, Any] = {
        "language": "EN",
        "frankingLicense": LICENSE,
        "customer": {
            "name1": sender["name"][:25],
            "street": f"{sender['street']} {sender.get('house_number', '')}".strip()[:25],
            "zip": sender["postal_code"],
            "city": sender["city"],
            "country": sender["country"],
            "domicilePostOffice": f"{sender['postal_code']} {sender['city']}",
        },
        "labelDefinition": {
            "labelLayout": "A6",
            "printAddresses": "RECIPIENT_AND_CUSTOMER",
            "imageFileType": "PDF",
            "imageResolution": 300,
            "printPreview": False,
        },
        "item": {
            "itemID": whole.reference,
            "recipient": {
                "name1": to["name"],
                "street": to["street"],
                "houseNo": to.get("house_number", ""),
                "zip": to["postal_code"],
                "city": to["city"],
                "country": to["country"],
                **({"email": to["email"]} if to.get("email") else {}),
            },
            "attributes": {"przl": (parcel.service or "PRI").split("+"), "weight": parcel.weight_g},
        },
    }
    return merged(body, parcel.with_)
