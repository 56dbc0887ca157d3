"""PyPI `promsoft-cdek-interface`: models only. Orders go out as they serialise, with null for what was not given."""

import json
import urllib.request
from typing import Any

from promsoft_cdek_interface import BaseCdekInternetShopOrder, CdekContact, CdekIntakes, CdekLocation
from stage import ROOT, SECRET, TENANT, advance, tell, today


def call(method: str, path: str, body: str | None = None, token: str = "") -> Any:
    data = None if body is None else body.encode()
    sent = urllib.request.Request(f"{ROOT}/v2{path}", data, method=method)
    sent.add_header("Content-Type", "application/json")
    sent.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(sent) as answer:
        return json.loads(answer.read())


def main() -> None:
    grant = f"grant_type=client_credentials&client_id={TENANT}&client_secret={SECRET}"
    token = call("POST", f"/oauth/token?{grant}")["access_token"]
    sender = CdekContact(name="Иван", company="Чайная", phones=[{"number": "+79161112233"}])
    item = {"name": "Чайник", "ware_key": "T", "payment": {"value": 500}, "cost": 500, "weight": 700, "amount": 2}
    order = BaseCdekInternetShopOrder(
        number="PS-1",
        sender=sender,
        recipient=CdekContact(name="Анна", phones=[{"number": "+79213334455"}]),
        from_location=CdekLocation(code="44", address="Тверская ул., 1"),
        to_location=CdekLocation(code="137", address="Невский пр., 28"),
        packages=[{"number": "1", "weight": 1500, "items": [item]}],
        print="barcode",
    )
    uuid = call("POST", "/orders", order.json(), token)["entity"]["uuid"]
    advance(seconds=5)
    found = call("GET", f"/orders/{uuid}", None, token)
    entity = json.loads(json.dumps(found["entity"]))
    for place in ("from_location", "to_location"):
        del entity[place]["fias_guid"]  # the models want version 5 of a uuid, and cities have version 4
    back = BaseCdekInternetShopOrder.parse_obj(entity)
    tell("order", sent=json.loads(order.json()), found=found, back=json.loads(back.json()))
    intake = CdekIntakes(
        weight=1500,
        intake_date=today(),
        intake_time_from="10:00",
        intake_time_to="18:00",
        sender=sender,
        from_location=CdekLocation(code="44", address="Тверская ул., 1"),
    )
    made = call("POST", "/intakes", intake.json(), token)["entity"]["uuid"]
    advance(seconds=5)
    tell("intake", found=call("GET", f"/intakes/{made}", None, token))


if __name__ == "__main__":
    main()
