"""Answers of Swiss Post in the contract's shapes, for tests to bend. Source: `postal_api_swiss` §1, §5, §9."""

import json
from base64 import b64encode
from datetime import datetime
from typing import Any, Protocol

import httpx

from parcelproof.reference.adapters.swiss_post.bodies import ident_code, item_numbers

BASE = "http://post.example/swiss-post"
LICENSE = "60013217"
KEY = "S-100"
OWN, *FURTHER = (ident_code(LICENSE, number) for number in item_numbers(KEY, LICENSE))
PDF = b"%PDF-1.4\nlabel\n%%EOF\n"
ZPL = b"~DGR:IMG1.GRF,1,1,00\n^XA^FDx^FS^XZ\n"
PNG = b"\x89PNG\r\n\x1a\nlabelIEND\xaeB`\x82"
TOKEN = "/OAuth/token"
LABEL = "/barcode/v1/generateAddressLabel"
PIECES = "/logistics/mailpiece/tracking/business/v1/mailpieces"


class Clock(Protocol):
    at: datetime

    def now(self) -> datetime: ...


def token(n: int, **changes: Any) -> httpx.Response:
    body = {"access_token": f"t{n}", "token_type": "Bearer", "expires_in": 60, **changes}
    return httpx.Response(200, json={name: value for name, value in body.items() if value is not None})


def made(
    request: httpx.Request | None = None, *, label: bytes | list[str] | None = PDF, **changes: Any
) -> httpx.Response:
    """Return a label answer as recorded: the definition in small letters, the number the request asked for."""
    own = OWN
    if request is not None:
        body = json.loads(request.content)
        own = f"99{body['frankingLicense'].rjust(8, '0')}{int(body['item']['itemNumber']):08}"
    pages = [b64encode(label).decode()] if isinstance(label, bytes) else label or []
    item = {"itemID": KEY, "identCode": own, "label": pages, **changes}
    definition = {"labelLayout": "A6", "imageFileType": "pdf", "imageResolution": 300, "colorPrintRequired": False}
    return httpx.Response(200, json={"labelDefinition": definition, "item": item})


def failed(*codes: str, at_root: bool = False) -> httpx.Response:
    """Return a business error, which comes inside HTTP 200."""
    errors = [{"code": code, "message": f"{code} in words"} for code in codes]
    definition = {"labelLayout": "A6"}
    if at_root:
        return httpx.Response(200, json={"labelDefinition": definition, "errors": errors})
    return httpx.Response(200, json={"labelDefinition": definition, "item": {"label": [], "errors": errors}})


def scan(number: object, at: str = "2026-03-02T10:00:00+01:00", **changes: Any) -> dict[str, Any]:
    found = {
        "code": f"PARCEL.*.1.{number}",
        "title": f"title {number}",
        "subtitle": None,
        "timestamp": at,
        "location": "4051 Basel",
        **changes,
    }
    return {name: value for name, value in found.items() if value is not None}


def story(*scans: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"events": list(scans)})


def detail(status: str) -> httpx.Response:
    return httpx.Response(200, json={"status": {"status": status, "title": "", "subtitle": ""}})


def sent(request: httpx.Request) -> Any:
    return json.loads(request.content)
