"""Single barcodes and replacement labels. Contract §1, §8."""

import json
from base64 import b64decode
from typing import Any

import pytest

from parcelproof.labelscan import scan_pdf, scan_png

from .conftest import Desk, merged, recorded

SINGLE, REPLACEMENT = "/barcode/v1/generateSingleBarcodes", "/barcode/v1/generateReplacementLabel"


def single(**changes: Any) -> dict[str, Any]:
    body = recorded(labelDefinition=None, item={"attributes": {"przl": ["RINL", "AR"], "weight": None}})
    body["barcodeDefinition"] = {"imageFileType": "PNG", "imageResolution": 300}
    return merged(body, changes)


def answered(desk: Desk, path: str, body: dict[str, Any]) -> Any:
    answer = desk.post(path, body)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def test_single_barcodes_are_the_number_and_each_additional_service(desk: Desk) -> None:
    body = answered(desk, SINGLE, single(sendingID="S"))
    assert body["barcodeDefinition"] == {"imageFileType": "png", "imageResolution": 300, "colorPrintRequired": False}
    assert body["sendingID"] == "S"
    item = body["item"]
    assert item["identCode"] == "986001321700000001"
    read = [found.text for code in item["barcodes"] for found in scan_png(b64decode(code))]
    assert read == ["986001321700000001", "AR"]
    assert desk.get(f"/parcelproof/v1/consignments/{item['identCode']}")["way"] == "REST single"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"item": {"attributes": {"przl": ["PRI"]}}}, ["E1012"]),
        ({"barcodeDefinition": {"imageFileType": "ZPL2"}}, ["E9991"]),
        ({"barcodeDefinition": {"imageFileType": "BMP"}}, ["E2012", "E9991"]),
        ({"item": {"recipient": {"name1": ""}}}, ["E2001"]),
        ({"frankingLicense": None}, ["E2009"]),
    ],
)
def test_single_barcodes_are_for_letters_in_placeable_formats(
    desk: Desk, changes: dict[str, Any], errors: list[str]
) -> None:
    item = answered(desk, SINGLE, single(**changes))["item"]
    assert [row["code"] for row in item["errors"]] == errors
    assert item["barcodes"] == [] and "identCode" not in item


def test_single_barcodes_need_their_definition(desk: Desk) -> None:
    answer = desk.post(SINGLE, single(barcodeDefinition=None))
    assert (answer.status, json.loads(answer.body)[0]["field"]) == (400, "barcodeDefinition")


CONSUMER = {
    "firstName": "Anna",
    "name1": "Muster",
    "street": "Seestrasse",
    "houseNo": "1",
    "zip": "8002",
    "city": "Zürich",
}
SHOP = {"name1": "Shop AG", "street": "Lagerweg 2", "zip": "3030", "city": "Bern"}
OUT, BACK = {"przl": ["PRI"]}, {"przl": ["GAS", "ECO"]}
LEGS: dict[str, dict[str, Any]] = {
    "sendReplacement": {"recipient": CONSUMER, "attributes": OUT},
    "returnToWarehouse": {"recipient": SHOP, "attributes": BACK},
    "sendRepaired": {"recipient": CONSUMER, "attributes": OUT},
    "returnReplacement": {"recipient": SHOP, "attributes": BACK},
}


def exchange(*legs: str, **changes: Any) -> dict[str, Any]:
    body = recorded(item=None, labelDefinition={"imageFileType": "PDF"})
    return merged({**body, **{name: LEGS[name] for name in legs}}, changes)


def test_a_replacement_has_a_label_for_each_leg(desk: Desk) -> None:
    note = {"language": "DE", "type": "EMAIL", "communication": {"email": "anna@example.ch"}}
    body = answered(desk, REPLACEMENT, exchange(*LEGS, notification=note))
    assert [*body] == [*LEGS]
    for name, leg in body.items():
        assert set(leg) == {"identcode", "imageFileType", "label"} and leg["imageFileType"] == "pdf"
        assert [found.text for found in scan_pdf(b64decode(leg["label"][0]))] == [leg["identcode"]]
        kept = desk.get(f"/parcelproof/v1/consignments/{leg['identcode']}")
        assert (kept["leg"], kept["isReturn"]) == (name, name.startswith("return"))
        assert len(kept["shipment"]["item"].get("notification", [])) == name.startswith("send")
        sender = kept["shipment"]["customer"]["name1"]
        assert sender == ("YourCompany" if name.startswith("send") else "Anna Muster")


def test_two_legs_are_enough_and_one_is_not(desk: Desk) -> None:
    assert [*answered(desk, REPLACEMENT, exchange("sendReplacement", "returnToWarehouse"))] == [*LEGS][:2]
    answer = desk.post(REPLACEMENT, exchange("sendReplacement"))
    assert (answer.status, json.loads(answer.body)[0]["field"]) == (400, "returnToWarehouse")


def test_one_leg_that_is_refused_refuses_all(desk: Desk) -> None:
    wrong = exchange("sendReplacement", "returnToWarehouse", returnToWarehouse={"recipient": {"zip": "80A1"}})
    body = answered(desk, REPLACEMENT, wrong)
    assert [row["code"] for row in body["returnToWarehouse"]["errors"]] == ["E2033"]
    assert body["sendReplacement"] == {"label": []}
    assert desk.get("/parcelproof/v1/consignments")["total"] == 0


def test_a_replacement_takes_all_its_numbers_or_none(desk: Desk) -> None:
    desk.settle(item_number_last=3)
    body = answered(desk, REPLACEMENT, exchange(*LEGS))
    assert {row["code"] for leg in body.values() for row in leg["errors"]} == {"E9997"}
    assert desk.made()["identCode"][-8:] == "00000001"
