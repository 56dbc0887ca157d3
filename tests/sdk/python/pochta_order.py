"""An order at Otpravka by plain HTTP, for clients that only track."""

import json
import urllib.request
from base64 import b64encode

from stage import ROOT, SECRET, TENANT

ORDER = {
    "address-type-to": "DEFAULT",
    "mail-type": "ONLINE_PARCEL",
    "mail-category": "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY",
    "mail-direct": 643,
    "mass": 1200,
    "payment": 150_000,
    "insr-value": 160_000,
    "index-to": 630_099,
    "region-to": "Новосибирская обл",
    "place-to": "г Новосибирск",
    "street-to": "ул Ленина",
    "house-to": "1",
    "surname": "Петров",
    "given-name": "Николай",
    "recipient-name": "Петров Николай",
    "tel-address": 79_161_234_567,
    "order-num": "O-1",
    "postoffice-code": "109012",
}


def ordered() -> str:
    key = b64encode(f"{TENANT}:{SECRET}".encode()).decode()
    call = urllib.request.Request(f"{ROOT}/pochta/2.0/user/backlog", json.dumps([ORDER]).encode(), method="PUT")
    call.add_header("Authorization", f"AccessToken {TENANT}")
    call.add_header("X-User-Authorization", f"Basic {key}")
    with urllib.request.urlopen(call) as answer:
        number: str = json.load(answer)["orders"][0]["barcode"]
    return number
