"""Answers of IML in the contract's shapes, for tests to bend. Source: `courier_api` §3."""

from datetime import datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl

import httpx

BASE = "http://iml.example/json"
BARCODE = "4606203090015"
OTHER = "4606203090022"


class Clock(Protocol):
    at: datetime

    def now(self) -> datetime: ...


def status(**changes: Any) -> dict[str, Any]:
    """Return one row of GetStatuses: an order just created; None takes a key away."""
    found = {
        "Number": "P-001",
        "BarCode": BARCODE,
        "State": 999,
        "StateDescription": "Создан",
        "OrderStatus": 0,
        "OrderStatusDescription": "Нет статуса",
        "StatusDate": "2026-03-02T12:00:00",
        "DeliveryDate": "2026-03-03T00:00:00",
        "ReturnPayment": 0,
        "ReturnStatus": None,
        "CashReceiptAmount": 0.0,
        "LocationCode": "",
        "TransferredToDate": None,
        "PostIdentifier": "",
        "PaymentType": "",
        "Details": [],
        **changes,
    }
    return {key: value for key, value in found.items() if value is not None}


def piece(sku: str, **changes: Any) -> dict[str, Any]:
    return {
        "productNo": sku,
        "isAllowed": True,
        "amount": 890.0,
        "cancel": False,
        "returnCode": 0,
        "quantity": 1,
        **changes,
    }


def created(**changes: Any) -> httpx.Response:
    order = {
        "CustomerOrder": "P-001",
        "BarCode": BARCODE,
        "State": 999,
        "OrderStatus": 0,
        "DeliveryAmount": 250.5,
        "Commission": 12.84,
        "FullDeliveryAmount": 263.34,
        **changes,
    }
    return httpx.Response(200, json={"Result": "OK", "Order": order})


def refusal(code: object = 17, message: str = "Неверный индекс") -> httpx.Response:
    return httpx.Response(200, json={"Result": "Error", "Errors": [{"Code": code, "Message": message}]})


def rows(*found: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json=list(found))


def form(request: httpx.Request) -> dict[str, str]:
    """Return the form of a request; a name that stands twice would be a defect."""
    pairs = parse_qsl(request.content.decode(), keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)
