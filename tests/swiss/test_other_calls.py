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
    (item,) = body["item"]
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
    (item,) = answered(desk, SINGLE, single(**changes))["item"]
    assert [row["code"] for row in item["errors"]] == errors
    assert item["barcodes"] == [] and "identCode" not in item


def test_single_barcodes_need_their_definition(desk: Desk) -> None:
    answer = desk.post(SINGLE, single(barcodeDefinition=None))
    assert (answer.status, json.loads(answer.body)[0]["field"]) == (400, "barcodeDefinition")


def test_single_barcodes_come_for_a_list_of_items_each_on_its_own(desk: Desk) -> None:
    body = single()
    wrong = merged(body["item"], {"itemID": "B", "recipient": {"zip": "80A1"}})
    items = answered(desk, SINGLE, {**body, "item": [body["item"], wrong, body["item"]]})["item"]
    assert [item.get("identCode", "")[-1:] for item in items] == ["1", "", "2"]
    assert [row["code"] for row in items[1]["errors"]] == ["E2033"] and items[1]["itemID"] == "B"
    for wrong_list in (None, 3, [], [3]):
        answer = desk.post(SINGLE, {**body, "item": wrong_list})
        assert (answer.status, json.loads(answer.body)[0]["field"]) == (400, "item")
    assert desk.post(SINGLE, {**body, "item": [body["item"], {}]}).status == 400
    assert desk.get("/parcelproof/v1/consignments")["total"] == 2


CONSUMER = {
    "firstName": "Anna",
    "name1": "Muster",
    "street": "Seestrasse",
    "houseNo": "1",
    "zip": "8002",
    "city": "Zürich",
    "email": "anna@example.ch",
    "mobile": "079 123 45 67",
}
SHOP = {"name1": "Shop AG", "street": "Lagerweg 2", "zip": "3030", "city": "Bern"}
OUT, BACK = {"przl": ["PRI"]}, {"przl": ["GAS", "ECO"]}
NOTE = {"language": "DE", "type": "EMAIL"}
LEGS: dict[str, dict[str, Any]] = {
    "sendReplacement": {"labelId": "A-1", "recipient": CONSUMER, "attributes": OUT, "notification": NOTE},
    "returnToWarehouse": {"recipient": SHOP, "attributes": BACK},
    "sendRepaired": {"recipient": CONSUMER, "attributes": OUT, "notification": {**NOTE, "type": "SMS"}},
    "returnReplacement": {"recipient": SHOP, "attributes": BACK},
}


def exchange(*legs: str, **changes: Any) -> dict[str, Any]:
    """Return a request as a client generated from the Swagger file writes it."""
    details = {
        "licenseNo": "60013217",
        "labelLayout": "A6",
        "imageFileType": "PDF",
        "imageResolution": 300,
        "printPreview": False,
        "address": {"name1": "YourCompany", "street": "Rue de Lausanne 1", "zip": "1030", "city": "Bussigny"},
    }
    body = {"language": "DE", "customerDetails": details, **{name: LEGS[name] for name in legs}}
    return merged(body, changes)


def test_a_replacement_has_a_label_for_each_leg(desk: Desk) -> None:
    body = answered(desk, REPLACEMENT, exchange(*LEGS))
    assert [*body] == [*LEGS]
    reached = {"sendReplacement": {"email": "anna@example.ch"}, "sendRepaired": {"mobile": "079 123 45 67"}}
    for name, leg in body.items():
        assert set(leg) == {"identcode", "imageFileType", "label"} and leg["imageFileType"] == "pdf"
        assert [found.text for found in scan_pdf(b64decode(leg["label"][0]))] == [leg["identcode"]]
        kept = desk.get(f"/parcelproof/v1/consignments/{leg['identcode']}")
        assert (kept["leg"], kept["isReturn"]) == (name, name.startswith("return"))
        notes = kept["shipment"]["item"].get("notification", [])
        assert [note["communication"] for note in notes] == ([reached[name]] if name in reached else [])
        sender = kept["shipment"]["customer"]["name1"]
        assert sender == ("YourCompany" if name.startswith("send") else "Anna Muster")


def test_two_legs_are_enough_and_one_is_not(desk: Desk) -> None:
    assert [*answered(desk, REPLACEMENT, exchange("sendReplacement", "returnToWarehouse"))] == [*LEGS][:2]
    for missing, named in (("sendReplacement", "returnToWarehouse"), ("returnToWarehouse", "sendReplacement")):
        answer = desk.post(REPLACEMENT, exchange(missing))
        assert (answer.status, json.loads(answer.body)[0]["field"]) == (400, named)


def test_without_an_address_the_warehouse_sends_and_a_logo_is_looked_at(desk: Desk) -> None:
    body = answered(desk, REPLACEMENT, exchange(*LEGS, customerDetails={"address": None}))
    kept = desk.get(f"/parcelproof/v1/consignments/{body['sendReplacement']['identcode']}")
    assert kept["shipment"]["customer"]["name1"] == "Shop AG"
    wrong = exchange(*LEGS, customerDetails={"logo": {"image": "AAAA", "format": "PNG", "rotation": 90}})
    assert [row["code"] for row in answered(desk, REPLACEMENT, wrong)["sendReplacement"]["errors"]] == ["E2024"]


def test_faults_of_the_schema_have_the_names_of_this_call(desk: Desk) -> None:
    wrong = exchange(
        *LEGS,
        customerDetails={"address": {"name1": "x" * 26}, "imageResolution": "x"},
        sendReplacement={"labelId": "x" * 201, "recipient": {"name1": "x" * 36}},
    )
    answer = desk.post(REPLACEMENT, wrong)
    assert {row["field"] for row in json.loads(answer.body)} == {
        "customerDetails.address.name1",
        "customerDetails.imageResolution",
        "sendReplacement.labelId",
        "sendReplacement.recipient.name1",
    }


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
