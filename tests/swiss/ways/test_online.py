"""The page for everybody: a label without an account, and nothing that needs one."""

import base64
import re
from html import unescape
from urllib.parse import urlencode

import pytest

from parcelproof.labelscan import scan, sizes_mm
from parcelproof.simulators.postal_api.swiss.ways.online import FIELDS

from .way_desk import ONLINE, Desk


def test_the_form_has_every_field_and_no_other(desk: Desk) -> None:
    for path in ("/online", "/online/shop"):
        page = desk.call("GET", path, headers={"Authorization": ""})
        assert page.status == 200 and page.headers["Content-Type"].startswith("text/html")
        assert sorted(re.findall(r'name="(\w+)"', page.body.decode())) == sorted(FIELDS)


def test_a_label_is_made_with_the_messages_that_are_fixed(desk: Desk) -> None:
    status, page = desk.online(email="lea@example.org")
    code = re.search(r'id="ident-code">(\d{18})<', page)
    label = re.search(r'base64,([^"]+)"', page)
    assert status == 200 and code and label
    raw = base64.b64decode(unescape(label[1]))
    assert {found.text for found in scan(raw)} == {code[1]}
    assert [sorted(round(side) for side in size) for size in sizes_mm(raw)] == [[105, 148]]
    (kept,) = desk.kept
    assert (kept.ident_code, kept.way, kept.shipment.customer.name1) == (code[1], "online", "Ugo Bianchi")
    told = kept.shipment.item.notification
    assert [(one.kind, one.communication.email, one.free_text1) for one in told] == [
        (1, "lea@example.org", ""),
        (2, "lea@example.org", ""),
    ]


def test_without_an_address_nobody_is_told(desk: Desk) -> None:
    assert desk.online()[0] == 200
    assert desk.kept[0].shipment.item.notification == ()


@pytest.mark.parametrize(
    "more",
    ["notification", "kinds", "freeText1", "deliveryInstructions", "urlPic", "frankingLicense", "itemNumber", "mobile"],
)
def test_what_needs_an_account_is_refused(desk: Desk, more: str) -> None:
    status, page = desk.online(**{more: "10"})
    assert status == 422 and more in page and "business account" in page and not desk.kept


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("terms", "", "general terms"),
        ("terms", "yes", "general terms"),
        ("service", "SEM", "allowed are ECO, PRI"),
        ("service", "", "allowed are ECO, PRI"),
        ("language", "RM", "allowed are DE"),
        ("weight", "2 kg", "whole grams"),
        ("email", "nobody", "E2041"),
        ("zip", "80A1", "E203"),
        ("name", "", "E2001"),
        ("senderName", "", "E2017"),
        ("name", "x" * 36, "size must be"),
    ],
)
def test_what_is_wrong_is_said_beside_the_form_as_it_was_filled_in(
    desk: Desk, field: str, value: str, said: str
) -> None:
    status, page = desk.online(**{field: value})
    assert status == 422 and said in unescape(page) and not desk.kept
    assert 'value="Ugo Bianchi"' in page or field == "senderName"


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"a=1&" * 60, urlencode({**ONLINE, "x": 1}).encode() + b"&name=y"])
def test_what_is_no_form_is_refused(desk: Desk, raw: bytes) -> None:
    answer = desk.call("POST", "/online", raw, {"Authorization": ""})
    assert answer.status == 422 and not desk.kept


def test_a_field_that_stands_twice_is_refused(desk: Desk) -> None:
    raw = urlencode([*ONLINE.items(), ("name", "Other")]).encode()
    answer = desk.call("POST", "/online/shop", raw, {"Authorization": ""})
    assert answer.status == 422 and b"twice" in answer.body and not desk.kept


def test_what_is_filled_in_is_never_part_of_the_page(desk: Desk) -> None:
    evil = '"><script>alert(1)</script>'
    for fields in ({"name": evil, "terms": ""}, {"service": evil}, {evil: "1"}, {"email": evil}):
        status, page = desk.online(**fields)
        assert status == 422 and "<script>" not in page


def test_everybody_shares_one_world_unless_a_path_names_one(desk: Desk) -> None:
    assert desk.call("POST", "/online", urlencode(ONLINE).encode(), {"Authorization": ""}).status == 200
    assert not desk.kept
    desk.name = "public"
    assert len(desk.kept) == 1
