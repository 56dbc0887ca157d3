"""Messages drawn from the served descriptions: every answer is one that they foresee, and never a defect of ours.

Words are drawn that lead somewhere now and then: the login, numbers of items, languages, a ticket that is ready.
"""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from zeep import Client, Settings
from zeep.transports import Transport
from zeep.xsd import AnyType, ComplexType

from .test_tracking import schema_of
from .tracking_desk import ORIGIN, SOAP_11, SOAP_12, TrackingDesk

WSDL, SOAP12 = "{http://schemas.xmlsoap.org/wsdl/}", "{http://schemas.xmlsoap.org/wsdl/soap12/}"
SCHEMAS = {"rtm34": 6, "fc": 2}
ENVELOPES = {"rtm34": SOAP_12, "fc": SOAP_11}
NUMBER, ABROAD = "80092578900475", "RA644000001RU"
DATA = "{http://russianpost.org/operationhistory/data}"
BESIDES = {"getOperationHistory": {f"{DATA}LanguageFaultReason"}}  # documented, yet not declared there
TICKET = "20260302120000123SHOP"
WORDS = ["shop", "secret", "wrong", NUMBER, ABROAD, "80092578900499", "RUS", "ENG", "FRA", "", TICKET, "0", "1"]
texts = st.sampled_from(WORDS) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
)
OPERATIONS = [
    ("rtm34", "getOperationHistory"),
    ("rtm34", "getLanguages"),
    ("rtm34", "getCustomDutyEventsForMail"),
    ("rtm34", "getSmsHistory"),
    ("rtm34", "PostalOrderEventsForMail"),
    ("fc", "getTicket"),
    ("fc", "getResponseByTicket"),
]


class Offline(Transport):
    """Fetches descriptions from a desk."""

    def load(self, url: str) -> bytes:
        path, _, query = url.removeprefix(ORIGIN).partition("?")
        answer = TrackingDesk().get(path, query)
        assert answer.status == 200, url
        return answer.body


@cache
def client(service: str) -> Client:
    desk: Any = Offline
    return Client(f"{ORIGIN}/{service}?wsdl", transport=desk(), settings=Settings(strict=True))


@cache
def schema(service: str) -> etree.XMLSchema:
    return schema_of(TrackingDesk(), service, SCHEMAS[service])


@cache
def foreseen(service: str, operation: str) -> frozenset[str]:
    """Return the elements that a fault of an operation may carry, by the description."""
    root = etree.fromstring(TrackingDesk().get(f"/{service}", "wsdl").body)
    messages = {message.get("name"): message[0].get("element") for message in root.iter(f"{WSDL}message")}
    [found] = [one for one in root.find(f"{WSDL}portType") if one.get("name") == operation]
    elements = (messages[fault.get("message").partition(":")[2]] for fault in found.findall(f"{WSDL}fault"))
    tags = {f"{{{root.nsmap[prefix]}}}{name}" for prefix, _, name in (element.partition(":") for element in elements)}
    return frozenset(tags | BESIDES.get(operation, set()))


def drawn(kind: Any) -> st.SearchStrategy[Any]:
    """Return what draws a value of a type of the schemas."""
    if isinstance(kind, ComplexType):
        required: dict[str, st.SearchStrategy[Any]] = {}
        optional: dict[str, st.SearchStrategy[Any]] = {}
        for name, part in (*kind.elements, *kind.attributes):
            several = getattr(part, "max_occurs", 1) != 1
            values = st.lists(drawn(part.type), min_size=1, max_size=4) if several else drawn(part.type)
            needed = getattr(part, "min_occurs", 0) or getattr(part, "required", False)
            (required if needed else optional)[name] = values
        return st.fixed_dictionaries(required, optional=optional)
    assert isinstance(kind, AnyType)
    if "nteger" in type(kind).__name__ or type(kind).__name__ == "Int":
        return st.sampled_from([0, 1]) | st.integers(0, 9)
    return texts


def asked(service: str, operation: str, given: dict[str, Any]) -> bytes:
    made = client(service).create_message(client(service).service, operation, **given)
    return bytes(etree.tostring(made))


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
@settings(max_examples=25)
@given(data=st.data())
def test_every_answer_is_foreseen(service: str, operation: str, data: st.DataObject) -> None:
    kind = client(service).service._binding._operations[operation].input.body.type
    given = data.draw(drawn(kind))
    if data.draw(st.sampled_from([True, True, False])):  # mostly somebody who is known
        who = {"login": "shop", "password": "secret"}
        given.update(who if service == "fc" else {"AuthorizationHeader": who})
    desk = TrackingDesk()
    desk.live(desk.item(NUMBER), "28/0", "1/1", "14/6", "2/1")
    desk.live(desk.item(ABROAD, **{"mail-direct": 276}), "10/0")
    desk.ticket(NUMBER, ABROAD)
    desk.wait(1)
    message = etree.fromstring(asked(service, operation, given))
    inside = list(message.find(f"{{{ENVELOPES[service]}}}Body")[0].iterdescendants())
    for place in data.draw(st.sets(st.integers(0, 6), max_size=1)):  # what the schema does not allow to be left out
        for lost in inside[place : place + 1]:
            lost.getparent().remove(lost)
    answer = desk.call("POST", f"/{service}", etree.tostring(message))
    [told] = etree.fromstring(answer.body).find(f"{{{ENVELOPES[service]}}}Body")
    if answer.status == 200:
        schema(service).assertValid(etree.fromstring(etree.tostring(told)))
        return
    assert (service, answer.status, told.tag) == ("rtm34", 500, f"{{{SOAP_12}}}Fault"), answer.body.decode()
    [detail] = told.find(f"{{{SOAP_12}}}Detail")
    assert detail.tag in foreseen(service, operation)
    schema(service).assertValid(etree.fromstring(etree.tostring(detail)))
