"""Messages drawn from the web service's served description: every answer fits its schema or is a fault, and what is
refused leaves nothing behind.

For each element words are drawn that lead somewhere, and now and then any others; sometimes an element is lost.
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from zeep import Client, Settings
from zeep.transports import Transport
from zeep.xsd import AnyType, ComplexType

from ..swiss.ways.way_desk import ORIGIN, SERVICE, SOAP, TYPES, Desk, desk, generate_label, items, soap_item, text

OPERATIONS = (
    *("GenerateLabel", "ValidateCombination", "ReadServiceGroups", "ReadBasicServices"),
    *("ReadAllowedServicesByFrankingLicense", "ReadAdditionalServices", "ReadDeliveryInstructions"),
    "ReadLabelLayouts",
)
WORDS: dict[str, list[str]] = {
    "Language": ["de", "fr", "it", "en"],
    "LabelLayout": ["A5", "A6", "A7", "FE", "B1"],
    "PrintAddresses": ["None", "OnlyRecipient", "OnlyCustomer", "RecipientAndCustomer"],
    "ImageFileType": ["PDF", "ZPL2", "GIF", "xyz"],
    "ImageResolution": ["200", "300", "72"],
    "FrankingLicense": ["60013217", "1234", "999999"],
    "PRZL": ["PRI", "ECO", "GAS", "SI", "ZAW3217", "BLN", "RINL", "x"],
    "ZIP": ["8001", "4051", "0"],
    "Country": ["CH", "DE", "li"],
    "Service": ["1", "2", "64", "3"],
    "EMail": ["lea@example.org", "no"],
    "Email": ["lea@example.org", "no"],
    "Type": ["EMAIL", "SMS"],
    "Mobile": ["0791234567", "abcdefghij"],
    "Phone": ["0311234567"],
    "Logo": ["R0lGODlhAQABAAAAACw="],
    "LogoRotation": ["0", "90"],
    "LogoAspectRatio": ["EXPAND", "KEEP"],
    "LogoHorizontalAlign": ["WITH_CONTENT", "LEFT"],
    "LogoVerticalAlign": ["TOP", "MIDDLE"],
    "DeliveryDate": ["2026-03-09", "2026-01-01"],
    "ReturnService": ["1"],
    "CustomerIDReturnAddress": ["12345678"],
    "UNNumber": ["1234"],
    "FloorNo": ["2"],
    "Weight": ["1200", "0", "99999"],
    "ItemNumber": ["7", "12345678"],
    "IdentCode": ["996001321700000001"],
    "ParcelNo": ["1", "2"],
    "ParcelTotal": ["2", "9"],
}
for flag in ("PpFranking", "PrintPreview", "PersonallyAddressed", "ProClima", "ReturnNote", "InstructionForReturns"):
    WORDS[flag] = ["true", "false", "0"]
for number in ("MailboxNo", "Hauskey", "ServiceGroupID"):
    WORDS[number] = ["1", "5", "77"]
TEXTS = ["Lea Müller", "Bahnhofstrasse 12", "", "x" * 40, "1", "ü|<", "NN_BETRAG", "12.50"]
RARELY = st.integers(0, 39)


class Wire(Transport):
    """zeep's wire, without sockets; it only fetches descriptions."""

    def load(self, url: str) -> bytes:
        answer = desk().call("GET", url.removeprefix(ORIGIN), headers={"Authorization": ""})
        assert answer.status == 200, url
        return answer.body


@cache
def client() -> Client:
    return Client(f"{ORIGIN}{SERVICE}?wsdl", transport=Wire(), settings=Settings(strict=True))  # type: ignore[no-untyped-call]


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(desk().call("GET", f"{SERVICE}?xsd=1").body))


def test_every_operation_of_the_description_is_drawn() -> None:
    assert set(client().service._binding._operations) == set(OPERATIONS)


def words(name: str) -> st.SearchStrategy[str]:
    odd = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=20)
    usual = st.sampled_from(WORDS.get(name, TEXTS[:2]))
    return RARELY.flatmap(lambda mark: odd | st.sampled_from(TEXTS) if mark == 39 else usual)


@cache
def drawn(kind: Any) -> st.SearchStrategy[list[tuple[str, Any]]]:
    """Return what draws the children and attributes of a type, in their order; one of a choice."""
    rows = []
    for name, part in (*kind.elements, *kind.attributes):
        inner = drawn(part.type) if isinstance(part.type, ComplexType) else words(name)
        assert isinstance(part.type, AnyType)
        several = getattr(part, "max_occurs", 1) != 1
        least = 1 if getattr(part, "min_occurs", 1) or getattr(part, "required", False) else 0
        found = st.lists(inner, min_size=least, max_size=3 if several else 1)
        rows.append(st.tuples(st.just(name), found))
    return st.tuples(*rows).map(list)


def built(parent: Any, rows: list[tuple[str, Any]]) -> None:
    for name, found in rows:
        for value in found:
            if name == "Type" and etree.QName(parent).localname == "Notification":
                parent.set(name, value)
            elif isinstance(value, list):
                built(etree.SubElement(parent, f"{{{TYPES}}}{name}"), value)
            else:
                etree.SubElement(parent, f"{{{TYPES}}}{name}").text = value
    if etree.QName(parent).localname == "Communication":  # a choice
        for more in parent[1:]:
            parent.remove(more)


def enclosed(content: Any) -> bytes:
    envelope = etree.Element(f"{{{SOAP}}}Envelope")
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(content)
    found: bytes = etree.tostring(envelope)
    return found


def judged(shop: Desk, message: bytes) -> tuple[int, Any]:
    """Return status and content of an answer that is one of the two which the service has."""
    answer = shop.call("POST", SERVICE, message, {"Content-Type": "text/xml"})
    [content] = etree.fromstring(answer.body).find(f"{{{SOAP}}}Body")
    if answer.status == 200:
        schema().assertValid(etree.fromstring(etree.tostring(content)))
    else:
        assert (answer.status, content.tag) == (500, f"{{{SOAP}}}Fault"), answer.body
        assert content.findtext("faultcode").endswith(":Client"), answer.body
    return answer.status, content


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=20)
@given(data=st.data())
def test_every_answer_is_foreseen(operation: str, data: st.DataObject) -> None:
    kind = client().service._binding._operations[operation].input.body.type
    content = etree.Element(f"{{{TYPES}}}{operation}")
    built(content, data.draw(drawn(kind)))
    inside = list(content.iterdescendants())
    for place in data.draw(st.sets(st.integers(0, 60), max_size=1)):
        for lost in inside[place : place + 1]:
            lost.getparent().remove(lost)
    shop = desk()
    _, told = judged(shop, enclosed(content))
    made = [text(item, "IdentCode") for item in items(told)]
    assert len(shop.kept) <= sum(map(bool, made))  # a preview has a number and leaves nothing behind


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_is_drawn_leads_to_an_answer(operation: str) -> None:
    """Were every message a fault, the test above would see nothing."""
    kind, found = client().service._binding._operations[operation].input.body.type, []

    @settings(max_examples=30, derandomize=True, database=None)
    @given(drawn(kind))
    def ask(rows: list[tuple[str, Any]]) -> None:
        content = etree.Element(f"{{{TYPES}}}{operation}")
        built(content, rows)
        found.append(judged(desk(), enclosed(content))[0])

    ask()
    assert 200 in found


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
GOOD = enclosed(etree.fromstring(generate_label(soap_item()))).decode()


@pytest.mark.parametrize(
    "declared",
    [
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>',
        '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file://{file}">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "file://{file}"> %p;]>',
        '<!DOCTYPE x SYSTEM "file://{file}">',
        '<!DOCTYPE x PUBLIC "-//x" "http://127.0.0.1:9/x.dtd">',
    ],
    ids=["billion-laughs", "file", "parameter", "outside-type", "network"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_and_document_types_are_refused_and_tell_nothing(declared: str, encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("hush", "ascii")
    shop = desk()
    assert judged(shop, GOOD.encode())[0] == 200
    message = declared.replace("{file}", str(file)) + GOOD.replace("Lea Müller", "&l9;", 1)
    status, fault = judged(shop, message.encode(encoding))
    said = etree.tostring(fault).decode()
    assert (status, len(shop.kept)) == (500, 1)
    assert "not allowed" in said
    assert len(said) < 2_000
    assert "hush" not in said
    assert str(file) not in said
