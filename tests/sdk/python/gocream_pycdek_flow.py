"""PyPI `gocream-pycdek`: in real time; it reads the token, sends lists as repeated keys and booleans as True."""

import time
from itertools import islice
from pathlib import Path
from typing import Any

from gocream_pycdek.client import CdekClient, ContractType
from gocream_pycdek.exceptions import CdekApiAccessException, CdekRequestException
from stage import ROOT, SECRET, TENANT, tell

MOSCOW, PETERSBURG = 44, 137
PACKAGE = {"number": "1", "weight": 1500, "length": 30, "width": 20, "height": 10}
ITEM = {"name": "Чайник", "ware_key": "T", "payment": {"value": 0}, "cost": 100, "weight": 700, "amount": 1}


def until(seen: Any, wanted: Any, longest_s: float = 20) -> Any:
    """Poll as an integrator does until an answer shows what is wanted."""
    deadline = time.monotonic() + longest_s
    while time.monotonic() < deadline:
        found = seen()
        if wanted(found):
            return found
        time.sleep(0.1)
    raise TimeoutError(f"not within {longest_s} s: {found}")


def refused(call: Any, *words: Any, **more: Any) -> dict[str, Any]:
    try:
        made = call(*words, **more)
    except CdekRequestException as error:
        return {"status": error.response.status_code, "answer": error.response.json()}
    raise AssertionError(f"no exception: {made!r}")


def main(client: CdekClient) -> None:
    first = client.token
    try:
        CdekClient(TENANT, "wrong", base_url=ROOT).authorization()
    except CdekApiAccessException as error:
        tell("token", kept=client.token == first, says=error.message)

    regions = list(islice(client.get_all_regions(country_codes=["KZ", "BY"], size=7), 1000))
    cities = list(islice(client.get_all_cities(country_codes=["KZ"], size=5), 1000))
    points = client.get_deliverypoints(city_code=MOSCOW, is_handout=True, have_cashless=True, type="PVZ")
    others = client.get_deliverypoints(city_code=MOSCOW, is_handout=False, type="PVZ")
    tell(
        "geography",
        countries=sorted({region["country_code"] for region in regions}),
        cities=[len(cities), len({city["code"] for city in cities}), sorted({city["country_code"] for city in cities})],
        points=[[point["is_handout"], point["have_cashless"]] for point in points],
        others=[point["is_handout"] for point in others],
    )

    way = {"from_location": {"code": MOSCOW, "address": "а"}, "to_location": {"code": PETERSBURG, "address": "б"}}
    price = client.calculator_tariff(
        139, packages=[PACKAGE], contract_type=ContractType.DELIVERY, currency=1, date="2026-03-24T14:15:22+0700", **way
    )
    tell("tariff", price=price)

    sender = {"name": "Иван", "phones": [{"number": "+79161112233"}]}
    recipient = {"name": "Анна", "phones": [{"number": "+79213334455"}]}
    packages = [{**PACKAGE, "items": [ITEM]}]
    made = client.registrate_order(
        139,
        recipient,
        packages,
        contract_type=ContractType.ONLINE_STORE,
        number="G-1",
        sender=sender,
        request_print="BARCODE",
        **way,
    )
    order = until(lambda: client.get_order(made["uuid"]), lambda found: "cdek_number" in found)
    again = client.get_order(cdek_number=order["cdek_number"])
    whole = until(
        lambda: client.get_order(im_number="G-1", origin_response=True).json(),
        lambda found: any("url" in one for one in found["related_entities"]),
    )
    tell("create", order=order, same=[again["uuid"], whole["entity"]["uuid"]], related=whole["related_entities"])

    label = client.request_barcode([{"order_uuid": made["uuid"]}], copy_count=1, format_type="A5", lang="ENG")
    waybill = client.request_receipt([{"cdek_number": order["cdek_number"]}], form_type="tpl_english")
    forms = [
        until(lambda: client.get_barcode(label["uuid"]), lambda found: "url" in found),
        until(lambda: client.get_receipt(waybill["uuid"]), lambda found: "url" in found),
    ]
    for name, form in zip(("label.pdf", "waybill.pdf"), forms, strict=True):
        Path(name).write_bytes(client.download(form["url"]).read())
    tell("documents", number=order["cdek_number"], forms=forms)

    hook = client.subscribe("http://127.0.0.1:9/hook", "ORDER_STATUS")
    listed, one = client.subscribe_info(), client.subscribe_info_by_uuid(hook["entity"]["uuid"])
    gone = client.subscribe_delete(hook["entity"]["uuid"])
    tell("webhooks", made=hook, listed=listed, one=one["entity"], gone=gone["requests"], left=client.subscribe_info())

    removed = client.remove_order(made["uuid"])
    last = until(lambda: client.get_order(made["uuid"]), lambda found: found["statuses"][0]["code"] == "REMOVED")
    tell("delete", same=removed["uuid"] == made["uuid"], statuses=[status["code"] for status in last["statuses"]])

    tell(
        "errors",
        page=refused(client.get_regions, page=1, size=None),
        number=refused(client.get_order, cdek_number="1"),
        tariff=refused(client.calculator_tariff, 139, {}, {}, [PACKAGE], contract_type=1),
        quiet=client.get_order(cdek_number="1", raise_errors=False, origin_response=True).status_code,
    )


if __name__ == "__main__":
    with CdekClient(TENANT, SECRET, base_url=ROOT) as client:
        main(client)
