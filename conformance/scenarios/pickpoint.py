"""The shop's short forms at PickPoint. Wire contract: `courier_api` §4."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from ..wires.pickpoint import IKN
from .bodies import Whole, merged, minor
from .silent import Silent
from .wire import JSON, Names, Reply, StepError

CARRIER = "pickpoint"
PREFIX = "/pickpoint"
BASE = "/api"
PREPAID, ON_DELIVERY = 10001, 10003
COURIER, STANDARD = 101, 1


class PickPoint(Silent):
    """A client that opens a session by itself when it has none that lives, until the scenario logs in on its own."""

    carrier, words = CARRIER, "PickPoint"

    def __init__(self, url: str, client: str, secret: str, names: Names) -> None:
        super().__init__(url + PREFIX)
        self._login, self._names = {"Login": client, "Password": secret}, names
        self._session = ""
        self._ends: datetime | None = None  # of the session that was opened unasked; None: the scenario's own
        self._lockers: Sequence[Mapping[str, Any]] = ()

    # -- short forms

    def create(self, name: str, whole: Whole, *, again: bool, key: str) -> Reply:
        body = self._body_of(name, lambda: msgspec.json.encode({"Sendings": [self._sending(whole)]}), again=again)
        reply = self._post("CreateShipment", body)
        self.learn(name, reply)
        return reply

    def cancel(self, name: str) -> Reply:
        return self._ask("cancelInvoice", {"IKN": IKN, "InvoiceNumber": self._names.value(f"{name}.number")})

    def label(self, name: str, form: str) -> Reply:
        self._check_form(form)
        return self._pdf(name, self._ask("makelabel", {"Invoices": [self._names.value(f"{name}.number")]}))

    def track(self, name: str) -> Reply:
        return self._ask("tracksending", {"InvoiceNumber": self._names.value(f"{name}.number")})

    def rates(self, whole: Whole) -> Reply:
        sending = self._sending(whole)
        invoice = sending["Invoice"]
        place = invoice["Places"][0]
        asked = {
            "IKN": sending["IKN"],
            "FromCity": invoice["SenderCity"]["CityName"],
            "PTNumber": invoice["PostamatNumber"],
            "EncloseCount": 1,
            "Length": place["Height"],
            "Width": place["Width"],
            "Depth": place["Depth"],
            "Weight": place["Weight"],
        }
        return self._ask("calctariff", asked)

    def send_back(self, name: str, whole: Whole, reason: str, items: Mapping[str, int]) -> Reply:
        if items:
            self._lacks("no return of single goods", "leave `items` out")
        number = self._names.value(f"{name}.number")
        reply = self._ask("makereturn", {"InvoiceNumber": number, "ReturnReason": reason})
        found = reply.json()
        made = found[0] if isinstance(found, list) and found else {}
        if made.get("InvoiceNumber"):
            self._names.learn(f"{name}.return.number", str(made["InvoiceNumber"]))
        return reply

    def log_in(self) -> Reply:
        reply = self._open()
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
        if credential == "key":
            self._lacks("no keys", "`credential` is own, token (its session) or none")
        logs_in = path.partition("?")[0].lower().endswith("/login")
        if credential != "none" and method == "POST" and not logs_in:
            self._be_open()
            body, kind = _with_session(body, self._session), kind or ("" if body else JSON)
        reply = self._send(method, path, body, kind, query, headers)
        if logs_in:
            self._notice(reply)
            self._ends = None
        elif path.lower().endswith("/logout"):
            self._session = ""
        return reply

    def learn(self, name: str, reply: Reply) -> None:
        """Learn a sending's number from the answer that made it, the first of several; there is no other id."""
        found = reply.json()
        made = found.get("CreatedSendings") if isinstance(found, dict) else None
        if 200 <= reply.status < 300 and made:
            self._names.learn(f"{name}.number", str(made[0]["InvoiceNumber"]))

    # -- the wire

    def _ask(self, call: str, fields: Mapping[str, Any]) -> Reply:
        return self._post(call, msgspec.json.encode(fields))

    def _post(self, call: str, body: bytes) -> Reply:
        return self.request("POST", f"{BASE}/{call}", body=body, kind=JSON, query={}, headers={}, credential="own")

    def _be_open(self) -> None:
        if not self._session or (self._ends is not None and self._names.now >= self._ends):
            self._open()

    def _open(self) -> Reply:
        body = msgspec.json.encode(self._login)
        reply = self._send("POST", f"{BASE}/login", body, JSON, {}, {})
        self._notice(reply)
        return reply

    def _notice(self, reply: Reply) -> None:
        found = reply.json()
        if reply.status == 200 and isinstance(found, dict) and found.get("SessionId"):
            self._session = str(found["SessionId"])
            self._names.learn("session", self._session)
            self._ends = self._names.now + timedelta(seconds=int(found.get("ExpiresIn") or 0))

    def _sending(self, whole: Whole) -> dict[str, Any]:
        """Return a sending of one place, to the parcel's point or to a locker in its buyer's town.

        Raises:
            StepError: the carrier has none there.
        """
        parcel = whole.parcel
        worth_minor = sum(item.quantity * minor(item.price) for item in whole.items)
        collects = parcel.pay == "cod"
        invoice = {
            "SenderCode": whole.reference,
            "Description": ", ".join(item.name or item.sku for item in whole.items)[:200],
            "RecipientName": whole.recipient["name"],
            "PostamatNumber": parcel.point or self._locker_in(whole.recipient["city"]),
            "MobilePhone": whole.recipient.get("phone", ""),
            "Email": whole.recipient.get("email", ""),
            "PostageType": ON_DELIVERY if collects else PREPAID,
            "GettingType": COURIER,
            "PayType": 1,
            "Sum": worth_minor / 100 if collects else 0,
            "InsuareValue": worth_minor / 100,
            "DeliveryMode": int(parcel.service or STANDARD),
            "SenderCity": {"CityName": whole.sender["city"], "RegionName": ""},
            "Places": [_place(whole)],
        }
        return merged({"EDTN": whole.reference, "IKN": IKN, "Invoice": invoice}, parcel.with_)

    def _locker_in(self, town: str) -> str:
        if not self._lockers:
            found = self._line.send("GET", f"{BASE}/postamatlist").json()
            self._lockers = found if isinstance(found, list) else ()
        numbers = (str(row["Number"]) for row in self._lockers if row.get("CitiName") == town)
        if (number := next(numbers, None)) is None:
            raise StepError(f"PickPoint has no locker in {town}: give the parcel a `point`, or a buyer elsewhere")
        return number

    def _refusal(self, reply: Reply) -> str:
        if reply.status == 200 and reply.body.startswith(b"Error"):
            return reply.body.decode("utf-8", "replace")
        found = reply.json()
        if reply.status != 200 or not isinstance(found, dict | list):
            return ""
        rows = [found, *(found.get("RejectedSendings") or ())] if isinstance(found, dict) else found
        return "; ".join(words for row in rows if isinstance(row, dict) and (words := _words(row)))


def _with_session(body: bytes | None, session: str) -> bytes:
    """Return a JSON object with the session before its members; a body that is none, or has one, stays as it is."""
    content = (body or b"{}").strip()
    try:
        found = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = None
    if not isinstance(found, dict) or "sessionid" in {str(key).lower() for key in found}:
        return body or b""
    head = b'{"SessionId":' + msgspec.json.encode(session)
    return head + (b"," if found else b"") + content[1:].lstrip()


def _words(row: Mapping[str, Any]) -> str:
    code, words = row.get("ErrorCode"), row.get("ErrorMessage") or row.get("Error") or ""
    return f"{code or ''} {words}".strip() if code or words else ""


def _place(whole: Whole) -> dict[str, Any]:
    """Return the one place: centimetres, kilograms, and a line for each piece."""
    width, height, depth = (side / 10 for side in whole.parcel.size_mm)
    pieces = [item for item in whole.items for _ in range(item.quantity)]
    goods = [
        {
            "Line": str(line),
            "ProductCode": item.sku,
            "GoodsCode": item.sku,
            "Name": item.name or item.sku,
            "Price": minor(item.price) / 100,
        }
        for line, item in enumerate(pieces, 1)
    ]
    mass = whole.parcel.weight_g / 1000
    return {"BarCode": "", "Width": width, "Height": height, "Depth": depth, "Weight": mass, "SubEncloses": goods}
