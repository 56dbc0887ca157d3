"""The shop's short forms at IML. Wire contract: `courier_api` §3."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from .bodies import Whole, merged, minor
from .silent import Silent
from .wire import FORM, Names, Reply

CARRIER = "iml"
PREFIX = "/iml"
COURIER, PICKUP, CASH = "24", "С24", "КО"  # Cyrillic letters, as the carrier writes its services


class Iml(Silent):
    """A client that shows login and password with each call; a refusal comes inside an answer of 200."""

    carrier, words = CARRIER, "IML"
    credentials = ("own", "key", "none")

    def __init__(self, url: str, client: str, secret: str, names: Names) -> None:
        super().__init__(url + PREFIX)
        self._names = names
        self._shown = {"Authorization": f"Basic {b64encode(f'{client}:{secret}'.encode()).decode()}"}

    # -- short forms

    def create(self, name: str, whole: Whole, *, again: bool, key: str) -> Reply:
        body = self._body_of(name, lambda: written(order_fields(whole)), again=again)
        reply = self._ask("/json/CreateOrder", body)
        self.learn(name, reply)
        return reply

    def cancel(self, name: str) -> Reply:
        self._lacks("no JSON call that cancels", "its older protocol's DELETE is a `request` to /imlapi")

    def label(self, name: str, form: str) -> Reply:
        self._check_form(form)
        query = {"Barcode": self._names.value(f"{name}.number")}
        return self._pdf(name, self._send("GET", "/json/PrintBar", None, "", query, self._shown))

    def track(self, name: str) -> Reply:
        return self._ask("/json/GetStatuses", written({"BarCode": self._names.value(f"{name}.number")}))

    def rates(self, whole: Whole) -> Reply:
        return self._ask("/v5/GetPlantCostOrder", written(order_fields(whole)))

    def send_back(self, name: str, whole: Whole, reason: str, items: Mapping[str, int]) -> Reply:
        self._lacks("no call that announces a return", "what is refused comes back under the parcel's own number")

    def log_in(self) -> Reply:
        self._lacks("no tokens", "login and password go with every call")

    def learn(self, name: str, reply: Reply) -> None:
        """Learn an order's number, its bar code, from an answer about it; the carrier tells no other id."""
        found = reply.json()
        order = found.get("Order") if isinstance(found, dict) else None
        if 200 <= reply.status < 300 and isinstance(order, dict) and order.get("BarCode"):
            self._names.learn(f"{name}.number", str(order["BarCode"]))

    # -- the wire

    def _ask(self, path: str, body: bytes) -> Reply:
        return self._send("POST", path, body, FORM, {}, self._shown)

    def _refusal(self, reply: Reply) -> str:
        found = reply.json()
        if reply.status != 200 or not isinstance(found, dict) or found.get("Result") != "Error":
            return ""
        errors = found.get("Errors") or [{}]
        return "; ".join(f"{row.get('Code')}: {row.get('Message')}" for row in errors if isinstance(row, dict))


def order_fields(whole: Whole) -> dict[str, Any]:
    """Return the fields of `CreateOrder`: to the buyer's door, or to a point. Each line of goods is one piece."""
    parcel = whole.parcel
    collects = parcel.pay == "cod"
    worth_minor = sum(item.quantity * minor(item.price) for item in whole.items)
    fields: dict[str, Any] = {
        "Job": parcel.service or f"{PICKUP if parcel.point else COURIER}{CASH if collects else ''}",
        "CustomerOrder": whole.reference,
        "Volume": 1,
        "Weight": _kilograms(parcel.weight_g),
        "Contact": whole.recipient["name"],
        "Phone": whole.recipient.get("phone", ""),
        "Email": whole.recipient.get("email", ""),
        "IndexFrom": whole.sender["postal_code"],
        "IndexTo": whole.recipient["postal_code"],
        "Amount": _roubles(worth_minor if collects else 0),
        "ValuatedAmount": _roubles(worth_minor),
        "GoodItems": [_piece(item, collects) for item in whole.items for _ in range(item.quantity)],
    }
    fields |= {"DeliveryPoint": parcel.point} if parcel.point else {"Address": _address(whole.recipient)}
    return merged(fields, parcel.with_)


def _piece(item: Any, collects: bool) -> dict[str, Any]:
    return {
        "productNo": item.sku,
        "productName": item.name or item.sku,
        "weightLine": _kilograms(item.weight_g),
        "amountLine": _roubles(minor(item.price) if collects else 0),
        "statisticalValueLine": _roubles(minor(item.price)),
        "itemQuantity": 1,
    }


def _address(party: Mapping[str, str]) -> str:
    return ", ".join(party[part] for part in ("city", "street", "house_number") if part in party)


def _kilograms(mass_g: int) -> str:
    return f"{mass_g // 1000}.{mass_g % 1000:03}"


def _roubles(amount_minor: int) -> str:
    return f"{amount_minor // 100}.{amount_minor % 100:02}"


def written(fields: Mapping[str, Any]) -> bytes:
    """Return fields as a form; lists and objects in PHP's brackets, as the carrier's clients write them."""
    return urlencode([pair for name, value in fields.items() for pair in _pairs(name, value)]).encode()


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _pairs(f"{name}[{key}]", item)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from _pairs(f"{name}[{place}]", item)
    else:
        yield name, value if isinstance(value, str) else msgspec.json.encode(value).decode()
