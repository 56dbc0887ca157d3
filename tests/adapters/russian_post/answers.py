"""Answers of Russian Post in the contract's shapes, for tests to bend. Source: `postal_api_russia` §1.3, §2, §4."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol
from xml.sax.saxutils import quoteattr

import httpx

BASE = "http://pochta.example/pochta"
TRACKING = "http://track.example/pochta-tracking"
ID, OTHER_ID = "1456789012", "1456789013"
NUMBER, OTHER = "80092578900475", "80092578900482"
LEG = "80092578900499"
PDF = b"%PDF-1.7 label\n%%EOF\n"


class Clock(Protocol):
    at: datetime

    def now(self) -> datetime: ...


def ok(body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


def order(**changes: Any) -> dict[str, Any]:
    """Return an order as it is read back; None takes a key away."""
    found = {
        "id": int(ID),
        "version": 1,
        "order-num": "P-001",
        "barcode": NUMBER,
        "mail-type": "ONLINE_PARCEL",
        "mail-category": "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY",
        "mail-direct": 643,
        "mass": 1955,
        "index-to": 443099,
        "str-index-to": "443099",
        "postmarks": [],
        "is-deleted": False,
        "total-rate-wo-vat": 64590,
        "total-vat": 14210,
        **changes,
    }
    return {name: value for name, value in found.items() if value is not None}


def tariff(**changes: Any) -> httpx.Response:
    return ok(
        {
            "delivery-time": {"max-days": 7, "min-days": 5},
            "ground-rate": {"rate": 60000, "vat": 13200},
            "insurance-rate": {"rate": 4590, "vat": 1010},
            "tariff-count": 1,
            "total-rate": 64590,
            "total-vat": 14210,
            "with-discount": False,
            **changes,
        }
    )


def points(*indexes: str, types: list[str] | None = None) -> httpx.Response:
    kinds = types or ["POSTAL_PARCEL", "ONLINE_PARCEL", "EMS", "SMALL_PACKET"]
    return ok([{"operator-postcode": index, "enabled": True, "available-mail-types": kinds} for index in indexes])


def made(number: str = NUMBER, key: str = "P-001", id: str = ID) -> httpx.Response:
    return ok({"orders": [{"barcode": number, "order-num": key, "result-id": int(id)}]})


def clean(**changes: Any) -> dict[str, Any]:
    found = {
        "id": "0",
        "original-address": "443099, Самара, пер. Привокзальный, 68",
        "address-type": "DEFAULT",
        "index": "443099",
        "region": "обл. Самарская",
        "place": "г. Самара",
        "street": "пер. Привокзальный",
        "house": "68",
        "quality-code": "GOOD",
        "validation-code": "VALIDATED",
        **changes,
    }
    return {name: value for name, value in found.items() if value is not None}


def missing(desc: str = "Instance ComplexOrderV2 not found for params: 1") -> httpx.Response:
    return httpx.Response(404, json={"code": "1001", "desc": desc, "sub-code": "RESOURCE_NOT_FOUND"})


def refused(code: str, **more: Any) -> httpx.Response:
    """Return what is wrong with the first order of a request, inside HTTP 200."""
    told = {"code": code, "description": "Неверно", "details": "", "position": 0, **more}
    return ok({"errors": [{"error-codes": [told], "position": 0}]})


def body_of(request: httpx.Request) -> Any:
    return json.loads(request.content)


# -- tracking

ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="http://www.w3.org/2003/05/soap-envelope"><S:Body>'
    '<ns7:getOperationHistoryResponse xmlns:ns3="http://russianpost.org/operationhistory/data"'
    ' xmlns:ns7="http://russianpost.org/operationhistory">{}</ns7:getOperationHistoryResponse></S:Body></S:Envelope>'
)


def record(code: str, at: str, *, mail_type: int | None = 23, marks: int = 0, index: str = "443099") -> str:
    kind, _, attribute = code.partition("/")
    name = "" if attribute == "0" else f"<ns3:Name>Признак {attribute}</ns3:Name>"
    item = "" if mail_type is None else f"<ns3:MailType><ns3:Id>{mail_type}</ns3:Id></ns3:MailType>"
    mark = f"<ns3:PostMark><ns3:Id>{marks}</ns3:Id></ns3:PostMark>" if marks else ""
    return (
        "<ns3:historyRecord><ns3:AddressParameters><ns3:OperationAddress>"
        f"<ns3:Index>{index}</ns3:Index><ns3:Description>Самара</ns3:Description></ns3:OperationAddress>"
        f"</ns3:AddressParameters><ns3:ItemParameters>{mark}{item}</ns3:ItemParameters><ns3:OperationParameters>"
        f"<ns3:OperType><ns3:Id>{kind}</ns3:Id><ns3:Name>Операция {kind}</ns3:Name></ns3:OperType>"
        f"<ns3:OperAttr><ns3:Id>{attribute}</ns3:Id>{name}</ns3:OperAttr><ns3:OperDate>{at}</ns3:OperDate>"
        "</ns3:OperationParameters></ns3:historyRecord>"
    )


def history(*records: str) -> httpx.Response:
    inner = f"<ns3:OperationHistoryData>{''.join(records)}</ns3:OperationHistoryData>"
    return httpx.Response(200, content=ENVELOPE.format(inner).encode())


def fault(reason: str, words: str) -> httpx.Response:
    content = (
        '<S:Envelope xmlns:S="http://www.w3.org/2003/05/soap-envelope"><S:Body><S:Fault><S:Code>'
        "<S:Value>S:Receiver</S:Value></S:Code><S:Reason><S:Text>Error</S:Text></S:Reason><S:Detail>"
        f'<ns3:{reason} xmlns:ns3="http://russianpost.org/operationhistory/data">{words}</ns3:{reason}>'
        "</S:Detail></S:Fault></S:Body></S:Envelope>"
    )
    return httpx.Response(500, content=content.encode())


def _soap_11(body: str) -> httpx.Response:
    content = (
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        f'<ns2:response xmlns:ns2="http://fclient.russianpost.org/postserver"'
        f' xmlns:ns3="http://fclient.russianpost.org">{body}</ns2:response></S:Body></S:Envelope>'
    )
    return httpx.Response(200, content=content.encode())


def ticket(name: str = "20260302120000000SHOP") -> httpx.Response:
    return _soap_11(f"<value>{name}</value>" if name else "")


def batch_error(code: int, words: str) -> httpx.Response:
    return _soap_11(f'<error ErrorTypeID="{code}" ErrorName={quoteattr(words)}/>')


def batch_answer(items: dict[str, Iterable[tuple[str, str, str]]]) -> httpx.Response:
    """Return an answer by ticket: for each number its operations as (code, time on the office's clock, office)."""
    told = ""
    for number, operations in items.items():
        rows = "".join(
            f'<ns3:Operation OperTypeID="{code.partition("/")[0]}" OperCtgID="{code.partition("/")[2]}"'
            f' OperName="Операция" DateOper="{at}" IndexOper="{index}"/>'
            for code, at, index in operations
        )
        told += f'<ns3:Item Barcode="{number}">{rows}</ns3:Item>'
    return _soap_11(
        f'<value FileName="x" FileTypeID="2" FileNumber="1" RecipientID="1"'
        f' DatePreparation="02.03.2026 12:20:00">{told}</value>'
    )
