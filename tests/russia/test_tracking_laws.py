"""Laws of tracking: no body breaks it, both services tell the same, whoever asks changes nothing that is told."""

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from parcelproof.simulators.postal_api.russia.operations import by_code

from .tracking_desk import SOAP_11, SOAP_12, SPACES, TrackingDesk, code_of, envelope, text

lives = st.lists(st.tuples(st.sampled_from(sorted(by_code())), st.integers(0, 5)), max_size=8)
places = st.sampled_from(
    ["", "630099", "109012 Москва", "276", "DE Berlin", "нигде", "999999", "80", "1234567", "ZZ x"]
)
OPERATIONS = [
    "h:getOperationHistory",
    "h:getLanguages",
    "h:getSmsHistory",
    "h:getCustomDutyEventsForMail",
    "h:PostalOrderEventsForMail",
    "pos:ticketRequest",
    "pos:answerByTicketRequest",
]
NAMES = [
    *OPERATIONS,
    "d:OperationHistoryRequest",
    "d:Barcode",
    "d:MessageType",
    "d:Language",
    "espp:PostalOrderEventsForMailInput",
    "duty:CustomDutyEventsForMailInput",
    "sms:SmsHistoryRequest",
    "sms:Barcode",
    "request",
    "fcl:Item",
    "Item",
    "language",
    "ticket",
    "x",
]
WORDS = ["shop", "secret", "0", "1", "RUS", "ENG", "", "80092578900475", "RA644000001RU", "&amp;", "я" * 300]
leaves = st.tuples(st.sampled_from(NAMES), st.sampled_from(WORDS))


def spelled(tree: object) -> str:
    name, inside = tree if isinstance(tree, tuple) else ("x", "")
    inner = inside if isinstance(inside, str) else "".join(map(spelled, inside))
    marks = ' Barcode="80092578900475" Language="ENG"' if name.endswith(("Input", "Item")) else ""
    return f"<{name}{marks}>{inner}</{name}>"


def below(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.tuples(st.sampled_from(NAMES), st.lists(inner, max_size=4))


trees = st.recursive(leaves, below, max_leaves=12)
strangers = st.builds(lambda space, tree: envelope(space, spelled(tree)), st.sampled_from([SOAP_11, SOAP_12]), trees)


def signed(operation: str, inside: list[object]) -> bytes:
    """Return a message whose sender is known, whatever else stands in it."""
    single = operation.startswith("h:")
    who = TrackingDesk().header() if single else TrackingDesk().secrets()
    inner = f"<{operation}>{who}{''.join(map(spelled, inside))}</{operation}>"
    return envelope(SOAP_12 if single else SOAP_11, inner)


bodies = strangers | st.builds(signed, st.sampled_from(OPERATIONS), st.lists(trees, max_size=4))
broken = st.builds(
    lambda body, at, junk: body[:at] + junk + body[at:], bodies, st.integers(0, 900), st.binary(max_size=6)
)


@settings(max_examples=100)
@given(bodies | broken | st.binary(max_size=80), st.sampled_from(["/rtm34", "/fc"]))
def test_no_body_breaks_it(body: bytes, path: str) -> None:
    desk = TrackingDesk()
    desk.live(desk.item(), "1/1", "14/6", "2/1")
    answer = desk.call("POST", path, body)
    assert answer.status in (200, 500)
    [told] = etree.fromstring(answer.body)[-1]
    assert answer.status == 200 or etree.QName(told).localname == "Fault"


@given(lives, places)
def test_both_services_tell_the_same_in_the_order_of_happening(life: list[tuple[str, int]], place: str) -> None:
    desk = TrackingDesk()
    barcode = desk.item()
    for code, late_h in life:
        desk.wait(1)
        desk.happen(barcode, code, place, late_ms=late_h * 3_600_000)
    records = desk.records(barcode)
    ticket = desk.ticket(barcode).findtext("value")
    again = [etree.tostring(record) for record in desk.records(barcode)]
    assert again == [etree.tostring(record) for record in records], "nothing moved because it was looked at"
    desk.wait(0.25)
    [item] = desk.answer(ticket)[0]
    operations = item.findall("fcl:Operation", SPACES)
    assert [f"{one.get('OperTypeID')}/{one.get('OperCtgID')}" for one in operations] == [code_of(r) for r in records]
    assert sorted(code_of(record) for record in records) == sorted(code for code, _ in life)
    dates = [datetime.fromisoformat(text(record, "OperationParameters/OperDate") or "") for record in records]
    assert dates == sorted(dates)
    assert len(item.findall("fcl:Error", SPACES)) == (0 if life else 1)
