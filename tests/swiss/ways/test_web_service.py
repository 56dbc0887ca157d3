"""The web service: its description, labels, reading calls, and what it refuses."""

import base64
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree
from zeep import Client
from zeep.exceptions import Fault
from zeep.transports import Transport

from parcelproof.labelscan import scan
from parcelproof.simulators.postal_api.swiss.ways import soap_reading

from .way_desk import (
    BODY,
    ORIGIN,
    SERVICE,
    SOAP,
    TEXTS,
    TYPES,
    Desk,
    body,
    codes,
    generate_label,
    items,
    notice,
    soap_item,
    soap_notice,
    text,
)


class _Wire(Transport):
    """zeep's wire, without sockets."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._desk = desk

    def load(self, url: str) -> bytes:
        assert url.startswith(ORIGIN)
        return self._desk.call("GET", url.removeprefix(ORIGIN), headers={"Authorization": ""}).body

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> Any:
        answer = self._desk.call("POST", address.removeprefix(ORIGIN), message, headers)
        return SimpleNamespace(status_code=answer.status, headers=answer.headers, content=answer.body, encoding="utf-8")


@pytest.fixture
def zeep(desk: Desk) -> Client:
    return Client(f"{ORIGIN}{SERVICE}?wsdl", transport=_Wire(desk))


def test_zeep_loads_the_description_at_the_callers_origin_and_makes_a_label(zeep: Client, desk: Desk) -> None:
    operations = zeep.service._binding._operations
    assert sorted(operations) == [
        "GenerateLabel",
        "ReadAdditionalServices",
        "ReadAllowedServicesByFrankingLicense",
        "ReadBasicServices",
        "ReadDeliveryInstructions",
        "ReadLabelLayouts",
        "ReadServiceGroups",
        "ValidateCombination",
    ]
    made = zeep.service.GenerateLabel(
        Language="de",
        Envelope={
            "LabelDefinition": {
                "LabelLayout": "A6",
                "PrintAddresses": "RecipientAndCustomer",
                "ImageFileType": "PDF",
                "ImageResolution": 300,
                "PrintPreview": False,
            },
            "FileInfos": {
                "FrankingLicense": "60013217",
                "PpFranking": False,
                "Customer": {"Name1": "Shop", "Street": "Weg 1", "ZIP": 4051, "City": "Basel"},
            },
            "Data": {
                "Provider": {
                    "Sending": {
                        "Item": [
                            {
                                "ItemID": "I-1",
                                "Recipient": {"Name1": "Lea", "Street": "Weg 2", "ZIP": "8001", "City": "Zürich"},
                                "Attributes": {"PRZL": ["PRI"]},
                                "Notification": [
                                    {
                                        "Type": "EMAIL",
                                        "Communication": {"Email": "lea@example.org"},
                                        "Service": 2,
                                        "Language": "fr",
                                    }
                                ],
                            }
                        ]
                    }
                }
            },
        },
    )
    (item,) = made.Data.Provider.Sending.Item
    assert (item.ItemID, item.IdentCode, item.Errors) == ("I-1", "996001321700000001", None)
    assert {found.text for found in scan(item.Label)} == {item.IdentCode}
    assert made.LabelDefinition.ColorPrintRequired is True
    (kept,) = desk.kept
    assert (kept.way, kept.shipment.item.notification[0].language) == ("SOAP", "FR")
    groups = zeep.service.ReadServiceGroups(Language="de")
    assert [group.ServiceGroupID for group in groups.ServiceGroup] == [1, 2, 3, 4, 5, 6]
    with pytest.raises(Fault, match="Language"):
        zeep.service.ReadServiceGroups(Language="xx")


def test_a_label_says_and_keeps_the_same_as_by_rest(desk: Desk) -> None:
    by_rest = desk.rest(body(notice(2, **TEXTS)))
    status, content = desk.soap(generate_label(soap_item(soap_notice(2, texts=TEXTS))))
    (item,) = items(content)
    assert status == 200
    assert (text(item, "ItemID"), text(item, "IdentCode")) == ("I-1", "996001321700000002")
    assert by_rest["item"]["identCode"] == "996001321700000001"
    rest, soap = desk.kept
    assert rest.shipment == soap.shipment and (rest.way, soap.way) == ("REST", "SOAP")
    label = base64.b64decode(text(item, "Label"))
    assert {found.text for found in scan(label)} == {"996001321700000002"}


def test_everything_that_an_item_can_have_is_read(desk: Desk) -> None:
    more = "<ItemNumber>77</ItemNumber>"
    item = (
        f"<Item><ItemID>I-9</ItemID>{more}<Recipient><PostIdent>P1</PostIdent><Title>Frau</Title>"
        "<PersonallyAddressed>false</PersonallyAddressed><Name1>Muster</Name1><FirstName>Ida</FirstName>"
        "<Name2>AG</Name2><AddressSuffix>Hof</AddressSuffix><Street>Weg</Street><HouseNo>1</HouseNo>"
        "<FloorNo>3</FloorNo><MailboxNo>12</MailboxNo><ZIP>3011</ZIP><City>Bern</City><Country>CH</Country>"
        "<Phone>031 123 45 67</Phone><Mobile>079 123 45 67</Mobile><EMail>i@example.org</EMail>"
        "<LabelAddress><LabelLine>Ida Muster</LabelLine><LabelLine>3011 Bern</LabelLine></LabelAddress></Recipient>"
        "<AdditionalINFOS><AdditionalData><Type>NN_BETRAG</Type><Value>12.50</Value></AdditionalData>"
        "<AdditionalData><Type>NN_X</Type><Value>1</Value></AdditionalData></AdditionalINFOS>"
        "<Attributes><PRZL>PRI</PRZL><PRZL>LQ</PRZL><FreeText>frei</FreeText><DeliveryDate>2026-03-09</DeliveryDate>"
        "<ParcelNo>1</ParcelNo><ParcelTotal>2</ParcelTotal><DeliveryPlace>Tor</DeliveryPlace><ProClima>true</ProClima>"
        "<ReturnInfo><ReturnNote>true</ReturnNote><InstructionForReturns>0</InstructionForReturns>"
        "<ReturnService>1</ReturnService><CustomerIDReturnAddress>12345678</CustomerIDReturnAddress></ReturnInfo>"
        "<Dimensions><Weight>950</Weight></Dimensions><UNNumbers><UNNumber>1950</UNNumber></UNNumbers></Attributes>"
        f"{soap_notice(1)}{soap_notice(2, texts=TEXTS)}</Item>"
    )
    root = soap_reading.checked(etree.fromstring(generate_label(item, language="it")))
    (flat,) = soap_reading.bodies(root)
    assert flat["language"] == "IT" and flat["sendingID"] == "S-1"
    assert flat["labelDefinition"] == {**BODY["labelDefinition"], "imageResolution": "300"}
    assert flat["customer"] == BODY["customer"] and flat["ppFranking"] is False
    assert flat["item"] == {
        "itemID": "I-9",
        "itemNumber": "77",
        "recipient": {
            "postIdent": "P1",
            "title": "Frau",
            "personallyAddressed": False,
            "name1": "Muster",
            "firstName": "Ida",
            "name2": "AG",
            "addressSuffix": "Hof",
            "street": "Weg",
            "houseNo": "1",
            "floorNo": "3",
            "mailboxNo": "12",
            "zip": "3011",
            "city": "Bern",
            "country": "CH",
            "phone": "031 123 45 67",
            "mobile": "079 123 45 67",
            "email": "i@example.org",
            "labelAddress": {"labelLine": ["Ida Muster", "3011 Bern"]},
        },
        "additionalData": [{"type": "NN_BETRAG", "value": "12.50"}, {"type": "NN_X", "value": "1"}],
        "attributes": {
            "przl": ["PRI", "LQ"],
            "freeText": "frei",
            "deliveryDate": "2026-03-09",
            "parcelNo": "1",
            "parcelTotal": "2",
            "deliveryPlace": "Tor",
            "proClima": True,
            "returnInfo": {
                "returnNote": True,
                "instructionForReturns": False,
                "returnService": "1",
                "customerIDReturnAddress": "12345678",
            },
            "weight": "950",
            "unnumbers": ["1950"],
        },
        "notification": [
            notice(1, service="1"),
            notice(2, service="2", **TEXTS),
        ],
    }


def test_an_item_that_is_refused_keeps_no_other_back(desk: Desk) -> None:
    rows = [soap_item(item_id="A"), soap_item(item_id="B", zip="80A1"), soap_item(item_id="C")]
    status, content = desk.soap(generate_label(*rows, language="de"))
    first, second, third = items(content)
    assert status == 200 and [text(row, "ItemID") for row in (first, second, third)] == ["A", "B", "C"]
    assert codes(second) and text(second, "IdentCode") == text(second, "Label") == ""
    assert [text(row, "IdentCode")[-2:] for row in (first, third)] == ["01", "02"]
    assert len(desk.kept) == 2


def test_a_licence_at_fault_is_told_at_the_item(desk: Desk) -> None:
    desk.account(franking_licenses="60013217")
    _, content = desk.soap(generate_label(soap_item(), license="35900034"))
    assert codes(items(content)[0]) == ["E2010"] and not desk.kept


def test_a_preview_uses_nothing_up(desk: Desk) -> None:
    definition = (
        "<LabelLayout>A6</LabelLayout><PrintAddresses>None</PrintAddresses>"
        "<ImageFileType>ZPL2</ImageFileType><ImageResolution>200</ImageResolution><PrintPreview>1</PrintPreview>"
    )
    _, content = desk.soap(generate_label(soap_item(), definition=definition))
    assert text(content, "Envelope", "LabelDefinition", "PrintAddresses") == "None"
    assert b"SPECIMEN" in base64.b64decode(text(items(content)[0], "Label")) and not desk.kept


def test_a_message_of_too_many_items_is_refused_whole(desk: Desk) -> None:
    _, content = desk.soap(generate_label(*(soap_item(item_id=f"I-{n}") for n in range(101))))
    assert codes(content) == ["E9996"] and not desk.kept


OPTIONS = "<DeliveryInstructions>10</DeliveryInstructions>"
PICTURE = "<DynPic><UrlPic>https://x/y.png</UrlPic><UrlLink>https://x</UrlLink></DynPic>"


@pytest.mark.parametrize(
    ("item", "word"),
    [
        (soap_item(soap_notice(more=OPTIONS)), "DeliveryInstructions"),
        (soap_item(soap_notice(more=PICTURE)), "DynPic"),
        (soap_item().replace("<ZIP>8001</ZIP>", ""), "ZIP"),
        (soap_item().replace("Bahnhofstrasse", "x" * 36), "maxLength"),
        (soap_item(soap_notice()).replace('Type="EMAIL"', 'Type="FAX"'), "FAX"),
        (soap_item(soap_notice()).replace("<Service>2</Service>", ""), "Notification"),
        ("", "Item"),
    ],
)
def test_what_does_not_fit_the_schema_is_a_fault_and_nothing_is_done(desk: Desk, item: str, word: str) -> None:
    status, content = desk.soap(generate_label(item))
    assert (status, etree.QName(content).localname) == (500, "Fault")
    assert content.findtext("faultcode") == "soapenv:Client" and word in content.findtext("faultstring")
    assert not desk.kept


LAUGHS = "<!DOCTYPE b [" + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(12)) + "]>"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"<a>",
        f"{LAUGHS}<s:Envelope xmlns:s='{SOAP}'><s:Body>&l11;</s:Body></s:Envelope>".encode(),
        f"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><s:Envelope xmlns:s='{SOAP}'/>".encode(),
        f"<s:Envelope xmlns:s='{SOAP}'><s:Body/></s:Envelope>".encode(),
        f"<s:Envelope xmlns:s='{SOAP}'><s:Body><x/></s:Body></s:Envelope>".encode(),
        f"<s:Envelope xmlns:s='{SOAP}'><s:Body><GenerateLabelResponse xmlns='{TYPES}'/></s:Body></s:Envelope>".encode(),
        b"<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body><x/></s:Body></s:Envelope>",
    ],
)
def test_what_is_no_message_is_a_fault(desk: Desk, raw: bytes) -> None:
    answer = desk.call("POST", SERVICE, raw, {"Content-Type": "text/xml"})
    assert answer.status == 500 and b"soapenv:Client" in answer.body and b"root:" not in answer.body


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!", "Bearer x", "Basic c2hvcDp3cm9uZw==", "Basic c2hvcA=="])
def test_whoever_is_not_known_is_challenged(desk: Desk, header: str) -> None:
    desk.soap(generate_label(soap_item()))
    answer = desk.call("POST", SERVICE, b"<x/>", {"Authorization": header})
    assert (answer.status, answer.headers["WWW-Authenticate"][:5]) == (401, "Basic")


def test_the_description_is_open_and_the_bare_address_is_none(desk: Desk) -> None:
    wsdl = desk.call("GET", f"{SERVICE}?WSDL", headers={"Authorization": ""})
    assert wsdl.status == 200 and f'location="{ORIGIN}{SERVICE}"'.encode() in wsdl.body
    assert b"{origin}" not in wsdl.body
    assert desk.call("GET", f"{SERVICE}?xsd=1").body.startswith(b"<?xml")
    assert desk.call("GET", SERVICE).status == 405


def test_each_message_has_a_type_of_its_own(desk: Desk) -> None:
    """Go's gowsdl names a message after its type: two that shared one were sent under one name."""
    schema = etree.fromstring(desk.call("GET", f"{SERVICE}?xsd=1").body)
    messages = schema.findall("{*}element")
    assert [message.get("name") for message in messages if message.find("{*}complexType") is None] == []
    assert len(messages) > 10


def ask(desk: Desk, name: str, inside: str) -> Any:
    status, content = desk.soap(f'<{name} xmlns="{TYPES}">{inside}</{name}>')
    assert status == 200 and etree.QName(content).localname == f"{name}Response"
    return soap_reading.checked(content)


def prints(content: Any, name: str) -> list[tuple[str, ...]]:
    return [tuple(one.text for one in row.iterfind(f"{{{TYPES}}}PRZL")) for row in content.iter(f"{{{TYPES}}}{name}")]


def test_services_are_told_as_they_are_judged(desk: Desk) -> None:
    parcels = ask(desk, "ReadBasicServices", "<Language>de</Language><ServiceGroupID>1</ServiceGroupID>")
    found = prints(parcels, "BasicService")
    assert ("ECO",) in found and ("SP", "PRI") in found and ("SEM",) not in found
    unknown = ask(desk, "ReadBasicServices", "<Language>fr</Language><ServiceGroupID>9</ServiceGroupID>")
    assert codes(unknown) == ["E1008"]
    additional = ask(desk, "ReadAdditionalServices", "<Language>de</Language><PRZL>ECO</PRZL>")
    assert ("SI",) in prints(additional, "AdditionalService") and ("SA",) not in prints(additional, "AdditionalService")
    instructions = ask(desk, "ReadDeliveryInstructions", "<Language>it</Language><PRZL>PRI</PRZL>")
    assert ("ZAW3232",) in prints(instructions, "DeliveryInstructions")
    assert "Avvisare per telefono: …" in [text(row, "Description") for row in instructions]
    assert ("ZAW3222",) not in prints(instructions, "DeliveryInstructions")
    layouts = ask(desk, "ReadLabelLayouts", "<Language>de</Language><PRZL>SEM</PRZL>")
    assert [text(row, "LabelLayout") for row in layouts] == ["A6", "A5"]
    assert [text(row, "MaxServices") for row in layouts] == ["3", "5"]
    for name in ("ReadAdditionalServices", "ReadDeliveryInstructions", "ReadLabelLayouts"):
        assert codes(ask(desk, name, "<Language>en</Language><PRZL>SI</PRZL>")) == ["E1015"]
        assert codes(ask(desk, name, "<Language>en</Language><PRZL>ECO</PRZL><PRZL>PRI</PRZL>")) == ["E1000"]


def test_a_licence_tells_what_it_may_be_used_for(desk: Desk) -> None:
    asked = "<FrankingLicense>60013217</FrankingLicense><Language>de</Language>"
    both = prints(ask(desk, "ReadAllowedServicesByFrankingLicense", asked), "BasicService")
    assert ("GAS", "ECO") in both and ("ECO",) in both
    desk.account(franking_licenses="60013217", return_licenses="35900034")
    out = prints(ask(desk, "ReadAllowedServicesByFrankingLicense", asked), "BasicService")
    assert ("ECO",) in out and ("GAS", "ECO") not in out
    back = ask(desk, "ReadAllowedServicesByFrankingLicense", asked.replace("60013217", "35900034"))
    assert all("GAS" in row for row in prints(back, "BasicService"))
    assert codes(ask(desk, "ReadAllowedServicesByFrankingLicense", asked.replace("60013217", "1234"))) == ["E2010"]


@pytest.mark.parametrize(
    ("przl", "layout", "found"),
    [("PRI", "A6", []), ("ECO</PRZL><PRZL>PRI", "A6", ["E1000"]), ("SEM", "A7", ["E1013"]), ("PRI", "A9", ["E1011"])],
)
def test_a_combination_is_judged_and_nothing_is_made(desk: Desk, przl: str, layout: str, found: list[str]) -> None:
    item = f"<Item><ItemID>I-1</ItemID><Attributes><PRZL>{przl}</PRZL></Attributes></Item>"
    inside = (
        f"<Language>de</Language><Envelope><LabelDefinition><LabelLayout>{layout}</LabelLayout></LabelDefinition>"
        f"<Data><Provider><Sending>{item}</Sending></Provider></Data></Envelope>"
    )
    content = ask(desk, "ValidateCombination", inside)
    assert codes(content) == found and text(items(content)[0], "ItemID") == "I-1"
    assert not desk.kept
