"""The shop's short forms at Russian Post. Wire contract: `postal_api_russia` §1, §2 and §4."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

import msgspec

from .bodies import Whole, merged, minor
from .silent import Silent
from .wire import JSON, Line, Names, Reply, StepError

CARRIER = "russian_post"
PREFIX = "/pochta"
TRACKING = "/pochta-tracking"
SOAP = "application/soap+xml; charset=utf-8"
HISTORY = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" \
xmlns:o="http://russianpost.org/operationhistory" \
xmlns:d="http://russianpost.org/operationhistory/data"><s:Body><o:getOperationHistory><d:OperationHistoryRequest>\
<d:Barcode>{number}</d:Barcode><d:MessageType>0</d:MessageType><d:Language>RUS</d:Language></d:OperationHistoryRequest>\
<d:AuthorizationHeader><d:login>{login}</d:login><d:password>{password}</d:password></d:AuthorizationHeader>\
</o:getOperationHistory></s:Body></s:Envelope>"""


class RussianPost(Silent):
    """A client with an access token and the cabinet's login; its parcels' histories are asked at a service apart."""

    carrier, words = CARRIER, "Russian Post"

    def __init__(self, url: str, client: str, secret: str, names: Names) -> None:
        super().__init__(url + PREFIX)
        self._tracking = Line(url + TRACKING)
        self._names, self._login, self._password = names, client, secret
        pair = b64encode(f"{client}:{secret}".encode()).decode()
        self._shown = {"Authorization": f"AccessToken {client}", "X-User-Authorization": f"Basic {pair}"}
        self._orders: dict[str, str] = {}  # parcel's name -> id of its order, which is no number
        self._office = ""

    def close(self) -> None:
        super().close()
        self._tracking.close()

    # -- short forms

    def create(self, name: str, whole: Whole, *, again: bool, key: str) -> Reply:
        body = self._body_of(name, lambda: self._order(whole), again=again)
        reply = self._ask("PUT", "/2.0/user/backlog", body)
        self.learn(name, reply)
        return reply

    def cancel(self, name: str) -> Reply:
        return self._ask("DELETE", "/1.0/backlog", msgspec.json.encode([int(self._order_id(name))]))

    def label(self, name: str, form: str) -> Reply:
        self._check_form(form)
        return self._pdf(name, self._ask("GET", f"/1.0/forms/{self._order_id(name)}/f7pdf"))

    def track(self, name: str) -> Reply:
        """Ask the tracking service for the history of one number."""
        shown = (self._names.value(f"{name}.number"), self._login, self._password)
        number, login, password = (escape(text) for text in shown)
        body = HISTORY.format(number=number, login=login, password=password).encode()
        return self._tracking.send("POST", "/rtm34", body=body, headers={"Content-Type": SOAP})

    def rates(self, whole: Whole) -> Reply:
        order = order_fields(whole)
        asked = {
            "index-from": whole.sender["postal_code"],
            "index-to": whole.recipient["postal_code"],
            "declared-value": order["insr-value"],
            **{name: order[name] for name in ("mail-type", "mail-category", "mass", "dimension")},
        }
        return self._ask("POST", "/1.0/tariff", msgspec.json.encode(asked))

    def send_back(self, name: str, whole: Whole, reason: str, items: Mapping[str, int]) -> Reply:
        if items:
            self._lacks("no return of single goods", "leave `items` out")
        asked = {"direct-barcode": self._names.value(f"{name}.number"), "mail-type": "UNDEFINED"}
        reply = self._ask("PUT", "/1.0/returns", msgspec.json.encode(asked))
        found = reply.json()
        if isinstance(found, dict) and found.get("return-barcode"):
            self._names.learn(f"{name}.return.number", str(found["return-barcode"]))
        return reply

    def log_in(self) -> Reply:
        self._lacks("no tokens to ask for", "the access token goes with every call")

    def learn(self, name: str, reply: Reply) -> None:
        """Learn an order's number, and keep its id, from the answer that made it, in either version (§2.5)."""
        found = reply.json()
        if not 200 <= reply.status < 300 or not isinstance(found, dict):
            return
        for order in (found.get("orders") or ())[:1]:
            self._orders[name] = str(order["result-id"])
            self._names.learn(f"{name}.number", str(order["barcode"]))
        for order_id in (found.get("result-ids") or ())[:1]:
            self._orders[name] = str(order_id)

    # -- the wire

    def _order_id(self, name: str) -> str:
        if name not in self._orders:
            raise StepError(f"no answer told the id of {name}'s order: look its number up with a request and keep it")
        return self._orders[name]

    def _order(self, whole: Whole) -> bytes:
        """Return the body of an order; version 2 wants an office at which the account may post (§2.4)."""
        fields = order_fields(whole)
        if "postoffice-code" not in fields and not self._office:
            points = self._ask("GET", "/1.0/user-shipping-points").json()
            self._office = str(points[0]["operator-postcode"]) if isinstance(points, list) and points else ""
        return msgspec.json.encode([({"postoffice-code": self._office} if self._office else {}) | fields])

    def _ask(self, method: str, path: str, body: bytes | None = None) -> Reply:
        return self._send(method, path, body, JSON, {}, self._shown)

    def _refusal(self, reply: Reply) -> str:
        """§1.3 E4."""
        found = reply.json()
        errors = found.get("errors") if reply.status == 200 and isinstance(found, dict) else None
        rows = [row for row in errors or () if isinstance(row, dict)]
        codes = [code for row in rows for code in row.get("error-codes") or [row]]
        told = ((code.get("code") or code.get("error-code"), code.get("description") or "") for code in codes)
        return "; ".join(f"{code}: {words}".rstrip(": ") for code, words in told)


def order_fields(whole: Whole) -> dict[str, Any]:
    """Return the order: an online parcel to the buyer's post code, declared at what it is worth."""
    parcel, to = whole.parcel, whole.recipient
    collects = parcel.pay == "cod"
    worth_minor = sum(item.quantity * minor(item.price) for item in whole.items)
    length, width, height = (-(-side // 10) for side in parcel.size_mm)
    fields: dict[str, Any] = {
        "order-num": whole.reference,
        "mail-type": parcel.service or "ONLINE_PARCEL",
        "mail-category": "WITH_DECLARED_VALUE" + ("_AND_CASH_ON_DELIVERY" if collects else ""),
        "mail-direct": 643,
        "mass": parcel.weight_g,
        "dimension": {"length": length, "width": width, "height": height},
        "dimension-type": "M",
        "address-type-to": "DEFAULT",
        "index-to": to["postal_code"],
        "region-to": to["city"],
        "place-to": to["city"],
        "street-to": to["street"],
        "house-to": to.get("house_number", "1"),
        "recipient-name": to["name"],
        "surname": to["name"].partition(" ")[2] or to["name"],
        "given-name": to["name"].partition(" ")[0],
        "tel-address": to.get("phone", "").lstrip("+"),
        "fragile": False,
        "insr-value": worth_minor,
    }
    fields |= {"payment": worth_minor} if collects else {}
    return merged(fields, parcel.with_)
