"""Answers of Mail Alliance in its contract's shapes, for tests to bend."""

import base64
from datetime import UTC, datetime
from typing import Any

import httpx

BASE = "http://carrier.example/mail-alliance"
PDF = b"%PDF-1.7 label"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def euro(text: str) -> dict[str, str]:
    return {"amount": text, "currency": "EUR"}


RATE = {
    "id": "rate_1",
    "service": "ma_parcel_tracked",
    "net": euro("4.90"),
    "surcharges": [{"code": "fuel", "label": "Fuel", "amount": euro("0.25")}],
    "tax": {"rate": "19", "amount": euro("0.98")},
    "total": euro("6.13"),
    "currency": "EUR",
    "transit_days": {"min": 1, "max": 2},
    "expires_at": "2026-03-02T09:30:00Z",
    "guaranteed": False,
}
PARCEL = {
    "id": "par_1",
    "tracking_number": "MAL000000000017",
    "status": "announced",
    "price": {"net": euro("4.90"), "surcharges": [], "total": euro("6.13")},
    "label": {"format": "PDF", "content_base64": base64.b64encode(PDF).decode(), "sha256": "…"},
    "references": {"order": "P-100", "shipment": "P-100"},
    "livemode": False,
}


def problem(kind: str, status: int, headers: dict[str, str] | None = None, **facts: Any) -> httpx.Response:
    body = {"type": f"/problems/{kind}", "title": kind, "status": status, "detail": f"{kind} told", **facts}
    return httpx.Response(status, json=body, headers={"content-type": "application/problem+json", **(headers or {})})


def scan(number: int, status: str, at: str, **more: Any) -> dict[str, Any]:
    nothing = {"description": "", "location": None, "reason": None, "revokes": None}
    about = {"id": f"evt_{number}", "sequence": number, "status": status, "code": status}
    return {**nothing, **about, "occurred_at": at, "recorded_at": at, **more}
