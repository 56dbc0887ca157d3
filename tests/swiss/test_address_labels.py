"""The label call: the answer's shape, the schema's faults, the gateway's refusals. Contract §2, §5, §11."""

import json
from typing import Any

import pytest

from .conftest import LABEL, Desk, bytes_of, recorded

MAIL = {"language": "EN", "communication": {"email": "a@b.ch"}}


def test_the_recorded_request_gets_the_recorded_answer(desk: Desk) -> None:
    answer = desk.post(LABEL, recorded(labelDefinition={"imageFileType": "PDF", "imageResolution": "600"}))
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert "no-store" in answer.headers["Cache-Control"]
    body = json.loads(answer.body)
    assert body["labelDefinition"] == {
        "labelLayout": "A6",
        "printAddresses": "RECIPIENT_AND_CUSTOMER",
        "imageFileType": "pdf",
        "imageResolution": 600,
        "printPreview": False,
        "colorPrintRequired": True,
    }
    assert set(body) == {"labelDefinition", "item"}
    assert set(body["item"]) == {"itemID", "identCode", "label"}
    assert body["item"]["itemID"] == "WHOUT00042+WHOUT00042"
    assert body["item"]["identCode"] == "996001321700000001"
    assert bytes_of(body["item"]).startswith(b"%PDF-")


def test_a_script_of_2025_gets_its_label(desk: Desk) -> None:
    """Saturday delivery on A5 as JPG, with a home office, a postIdent and a customer system of digits."""
    item = desk.made(
        language="DE",
        customerSystem="55",
        ppFranking=None,
        customer={"domicilePostOffice": "3011 Bern"},
        labelDefinition={"labelLayout": "A5", "imageFileType": "JPG", "imageResolution": 300, "printPreview": None},
        sendingID="777777",
        item={"recipient": {"postIdent": "3333"}, "attributes": {"przl": ["PRI", "SA"], "weight": 12345}},
    )
    assert bytes_of(item).startswith(b"\xff\xd8") and "warnings" not in item


def test_what_was_not_sent_does_not_come_back(desk: Desk) -> None:
    body = desk.ask(sendingID="S-1", item={"itemID": None}, labelDefinition={"printAddresses": None})
    assert body["sendingID"] == "S-1"
    assert "itemID" not in body["item"] and "printAddresses" not in body["labelDefinition"]


def test_file_type_and_resolution_may_be_left_out(desk: Desk) -> None:
    body = desk.ask(labelDefinition={"imageFileType": None, "imageResolution": None})
    assert (body["labelDefinition"]["imageFileType"], body["labelDefinition"]["imageResolution"]) == ("pdf", 300)


@pytest.mark.parametrize(("codes", "coloured"), [(["PRI"], True), (["SEM"], True), (["SKB"], True), (["ECO"], False)])
def test_colour_is_wanted_for_express_and_priority(desk: Desk, codes: list[str], coloured: bool) -> None:
    body = desk.ask(item={"attributes": {"przl": codes}})
    assert body["labelDefinition"]["colorPrintRequired"] is coloured


def test_a_business_error_is_inside_200_with_an_empty_list_of_labels(desk: Desk) -> None:
    body = desk.ask(item={"recipient": {"name1": ""}})
    assert body["item"]["label"] == []
    assert body["item"]["errors"] == [{"code": "E2001", "message": "The recipient's address is not valid."}]
    assert "identCode" not in body["item"]


@pytest.mark.parametrize(("switch", "at_root"), [("root", True), ("item", False)])
def test_a_wrong_licence_is_told_at_the_root_or_in_the_item(desk: Desk, switch: str, at_root: bool) -> None:
    desk.settle(license_errors=switch, franking_licenses="35900034")
    body = desk.ask()
    assert ("item" not in body) is at_root
    rows = body["errors"] if at_root else body["item"]["errors"]
    assert [row["code"] for row in rows] == ["E2010"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"language": None}, "language"),
        ({"language": "ES"}, "language"),
        ({"customer": None}, "customer"),
        ({"customer": {"name1": "x" * 26}}, "customer.name1"),
        ({"customer": {"domicilePostOffice": True}}, "customer.domicilePostOffice"),
        ({"customer": {"logoRotation": 45}}, "customer.logoRotation"),
        ({"labelDefinition": "A6"}, "labelDefinition"),
        ({"labelDefinition": {"printAddresses": "ALL"}}, "labelDefinition.printAddresses"),
        ({"labelDefinition": {"printPreview": "yes"}}, "labelDefinition.printPreview"),
        ({"sendingID": "x" * 51}, "sendingID"),
        ({"customerSystem": "x" * 256}, "customerSystem"),
        ({"item": None}, "item"),
        ({"item": {"itemID": "x" * 201}}, "item.itemID"),
        ({"item": {"itemNumber": "123456789"}}, "item.itemNumber"),
        ({"item": {"itemNumber": "12a"}}, "item.itemNumber"),
        ({"item": {"recipient": None}}, "item.recipient"),
        ({"item": {"recipient": {"name1": "x" * 36}}}, "item.recipient.name1"),
        ({"item": {"recipient": {"houseNo": "x" * 11}}}, "item.recipient.houseNo"),
        ({"item": {"recipient": {"floorNo": "x" * 6}}}, "item.recipient.floorNo"),
        ({"item": {"recipient": {"mailboxNo": "12345678901"}}}, "item.recipient.mailboxNo"),
        ({"item": {"recipient": {"phone": "0" * 21}}}, "item.recipient.phone"),
        ({"item": {"recipient": {"email": "x" * 161}}}, "item.recipient.email"),
        ({"item": {"recipient": {"zip": "1" * 11}}}, "item.recipient.zip"),
        ({"item": {"attributes": {"freeText": "x" * 35}}}, "item.attributes.freeText"),
        ({"item": {"attributes": {"parcelNo": 100}}}, "item.attributes.parcelNo"),
        ({"item": {"attributes": {"przl": {"a": 1}}}}, "item.attributes.przl"),
        ({"item": {"attributes": {"returnInfo": {"returnService": "12"}}}}, "item.attributes.returnInfo.returnService"),
        ({"item": {"additionalData": [{"type": "x" * 36, "value": "1"}]}}, "item.additionalData[0].type"),
        ({"item": {"additionalData": [{"type": "A", "value": "1"}] * 21}}, "item.additionalData"),
        ({"item": {"notification": [MAIL] * 16}}, "item.notification"),
        ({"item": {"notification": [{"communication": {"email": "a@b.ch"}}]}}, "item.notification[0].language"),
        ({"item": {"notification": [{"language": "EN"}]}}, "item.notification[0].communication"),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_schema_is_400_with_its_field(desk: Desk, changes: dict[str, Any], field: str) -> None:
    answer = desk.post(LABEL, recorded(**changes))
    assert answer.status == 400, answer.body
    rows = json.loads(answer.body)
    assert [row["field"] for row in rows] == [field]
    assert set(rows[0]) == {"field", "error", "rejectedValue"}
    assert not desk.world.store.header.counters.get("swiss_post.consignments")


def test_one_answer_tells_every_fault_of_the_schema(desk: Desk) -> None:
    answer = desk.post(LABEL, recorded(language="ES", customer={"city": "x" * 26}))
    assert [row["field"] for row in json.loads(answer.body)] == ["language", "customer.city"]


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b'"a"', b"\xff", b'{"language":"\\ud800"}', b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_400(desk: Desk, body: bytes) -> None:
    answer = desk.call("POST", LABEL, body, desk.bearer())
    assert answer.status == 400
    assert {row["field"] for row in json.loads(answer.body)} <= {"", "language", "customer", "labelDefinition", "item"}


@pytest.mark.parametrize("name", ["houseNo", "email", "phone"])
def test_the_gateway_refuses_members_of_customer_that_it_does_not_know(desk: Desk, name: str) -> None:
    answer = desk.post(LABEL, recorded(customer={name: "1"}))
    assert (answer.status, answer.body) == (400, b"")
    desk.settle(strict_customer="off")
    assert desk.post(LABEL, recorded(customer={name: "1"})).status == 200


def test_numbers_as_text_and_members_that_are_null_are_accepted(desk: Desk) -> None:
    item = desk.made(
        labelDefinition={"imageResolution": 200},
        customer={"zip": 1030},
        item={"recipient": {"zip": 1015, "country": None}, "attributes": {"weight": "1500"}},
    )
    assert item["identCode"] == "996001321700000001"


def test_the_same_request_again_makes_another_label(desk: Desk) -> None:
    assert [desk.made()["identCode"][-8:] for _ in range(3)] == ["00000001", "00000002", "00000003"]


def test_a_preview_uses_up_no_number_and_leaves_nothing_behind(desk: Desk) -> None:
    preview = desk.made(labelDefinition={"printPreview": True})
    assert b"SPECIMEN" in bytes_of(preview)
    real = desk.made()
    assert b"SPECIMEN" not in bytes_of(real)
    assert preview["identCode"] == real["identCode"]
    assert desk.get("/parcelproof/v1/consignments")["total"] == 1


def test_messages_are_in_the_language_of_the_request(desk: Desk) -> None:
    texts = {
        language: desk.ask(language=language, item={"recipient": {"zip": ""}})["item"]["errors"][0]["message"]
        for language in ("DE", "FR", "IT", "EN")
    }
    assert "Postleitzahl" in texts["DE"] and "code postal" in texts["FR"]
    assert "codice postale" in texts["IT"] and "post code" in texts["EN"]


def test_what_was_accepted_is_read_back_whole(desk: Desk) -> None:
    note = {
        "communication": {"email": "anna@example.ch"},
        "type": "EMAIL",
        "service": "2",
        "language": "IT",
        "freeText1": "Ciao «Anna», 20 % in più",
        "freeText2": "seconda riga",
        "deliveryInstructions": ["10", "14", "18", "20"],
        "dynPic": {"urlPic": "https://shop.example/a.png", "urlLink": "https://shop.example/"},
    }
    attributes = {"dispatchInfo": {"dispatchDate": "2026-03-03", "dispatchTime": "18:00"}, "przl": ["PRISI"]}
    item = desk.made(item={"notification": [note], "attributes": attributes})
    kept = desk.get(f"/parcelproof/v1/consignments/{item['identCode']}")
    assert kept["shipment"]["item"]["notification"] == [{**note, "service": 2}]
    assert kept["shipment"]["item"]["attributes"]["dispatchInfo"] == attributes["dispatchInfo"]
    assert kept["shipment"]["item"]["attributes"]["przl"] == ["PRISI"]
    assert kept["notificationSenderName"] == "YourCompany"
    desk.settle(notification_sender_name="Il Negozio di Lugano")
    kept = desk.get(f"/parcelproof/v1/consignments/{desk.made()['identCode']}")
    assert kept["notificationSenderName"] == "Il Negozio di Lugano"


def test_the_account_needs_a_billing_relation_and_accepted_terms(desk: Desk) -> None:
    note = {"item": {"notification": [{"communication": {"email": "a@b.ch"}, "service": 1, "language": "DE"}]}}
    desk.settle(billing_relation="no")
    assert desk.refused() == ["E9998"]
    desk.settle(terms_accepted="no")
    assert desk.refused() == []
    body = desk.ask(**note)
    assert [row["code"] for row in body["item"]["errors"]] == ["E9998"]
    assert "general terms" in body["item"]["errors"][0]["message"]
    desk.settle()
    assert desk.refused(**note) == []
