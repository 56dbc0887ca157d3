"""The checks of numbers and customs over written histories: a good one passes, one with a single thing wrong fails."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from parcelproof.conformance.addresses import BERLIN
from parcelproof.conformance.checks import look
from parcelproof.conformance.driver.shapes import OrderView
from parcelproof.conformance.history import Exchange, History, Truth
from parcelproof.conformance.orders import order
from parcelproof.conformance.suites.numbers import goods
from parcelproof.conformance.wires import WIRES

T0 = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
S10 = "CC123456785RU"
POSTS = {"NUM-004", "DOC-004"}
ENTRY = {"amount": 2, "tnved-code": "090240", "country-code": 643, "value": 149_000, "weight": 800}


RUSSIAN: dict[str, Any] = {
    "order-num": "P-1", "index-to": 420111, "recipient-name": "Анна Смирнова",
    "given-name": "Анна", "surname": "Смирнова",
    "mass": 400, "dimension": {"length": 30, "width": 20, "height": 10}, "tel-address": 79161234567,
    "region-to": "Респ Татарстан", "place-to": "г Казань", "street-to": "ул Баумана", "house-to": "7",
}  # fmt: skip
SWISS: dict[str, Any] = {
    "zip": "8001", "name1": "Lea Müller", "city": "Zürich", "street": "Bahnhofstrasse", "houseNo": "12",
    "phone": "+41791234567",
}  # fmt: skip


def booked(carrier: str, body: Any) -> History:
    """Return the history of one order to the usual recipient, of which only the booking is of interest."""
    booking = replace(
        abroad().journal[0],
        carrier=carrier,
        operation=WIRES[carrier].booking,
        method="POST" if carrier == "swiss_post" else "PUT",
        request_body=msgspec.json.encode(body).decode(),
    )
    return replace(abroad(), journal=(booking,), placed=(order("P-1", carrier),))


@pytest.mark.parametrize(
    ("wrong", "verdict"),
    [
        ({}, "passed"),
        ({"given-name": "Смирнова", "surname": "Анна"}, "failed"),
        ({"given-name": None, "surname": None}, "passed"),
        ({"tel-address": None}, "failed"),
        ({"tel-address": "9161234567"}, "passed"),
        ({"tel-address": 79161234568}, "failed"),
        ({"region-to": "г Москва"}, "failed"),
        ({"region-to": "г Казань"}, "passed"),
        ({"place-to": "г Самара"}, "failed"),
    ],
)
def test_what_russian_post_is_told_of_the_recipient(wrong: dict[str, Any], verdict: str) -> None:
    assert look("LBL-006", booked("russian_post", [{**RUSSIAN, **wrong}])).verdict == verdict


@pytest.mark.parametrize(
    ("wrong", "verdict"),
    [
        ({}, "passed"),
        ({"name1": "Müller Lea"}, "failed"),
        ({"name1": "Müller", "firstName": "Lea"}, "passed"),
        ({"phone": ""}, "failed"),
        ({"phone": "", "mobile": "079 123 45 67"}, "passed"),
        ({"city": "Basel"}, "failed"),
    ],
)
def test_what_swiss_post_is_told_of_the_recipient(wrong: dict[str, Any], verdict: str) -> None:
    item = {"itemID": "P-1", "recipient": {**SWISS, **wrong}, "attributes": {"weight": 400}}
    assert look("LBL-006", booked("swiss_post", {"item": item})).verdict == verdict


def abroad(number: str = S10, *entries: Mapping[str, Any], currency: str = "RUB") -> History:
    """Return the history of one order to Berlin."""
    declared = {"currency": currency, "entries-type": "SALE_OF_GOODS", "customs-entries": list(entries or (ENTRY,))}
    body = msgspec.json.encode([{"order-num": "P-1", "customs-declaration": declared}]).decode()
    booking = Exchange(
        seq=1,
        at=T0,
        direction="in",
        carrier="russian_post",
        operation="create_orders",
        method="PUT",
        path="/pochta/1.0/user/backlog",
        request_body=body,
        status=200,
    )
    view = {
        "number": "P-1", "state": "booked", "carrier": "russian_post", "service": "s", "tracking_number": number,
        "tracking_numbers": [number], "status": "announced", "partial": False, "label": None, "quote": None,
        "booked": None, "history": [], "returns": [], "final_state": None, "problems": [], "acting_user": None,
    }  # fmt: skip
    return History(
        started_at=T0,
        ended_at=T0,
        journal=(booking,),
        truth=(Truth(id="a", carrier="russian_post", number=number, reference="P-1", status="announced"),),
        placed=(order("P-1", "russian_post", recipient=BERLIN, lines=[goods()]),),
        orders=(msgspec.convert(view, OrderView),),
    )


@pytest.mark.parametrize("number", sorted(POSTS))
def test_a_good_history_holds_them(number: str) -> None:
    assert look(number, abroad()).verdict == "passed"


@pytest.mark.parametrize(
    "number",
    ["CC123456784RU", "CC123456785DE", "CC123456785", "80092578900475"],
    ids=["check digit", "another country", "cut short", "that of home"],
)
def test_a_number_abroad_that_is_no_s10_fails(number: str) -> None:
    assert look("NUM-004", abroad(number)).verdict == "failed"


@pytest.mark.parametrize(
    "wrong",
    [{"amount": 1}, {"value": 1_490}, {"tnved-code": "090241"}, {"country-code": 276}, {"weight": 1_600}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_declaration_that_says_something_else_fails(wrong: dict[str, Any]) -> None:
    assert look("DOC-004", abroad(S10, {**ENTRY, **wrong})).verdict == "failed"


def test_a_line_left_out_or_told_twice_fails() -> None:
    twice = abroad(S10, ENTRY, ENTRY)
    assert look("DOC-004", twice).verdict == "failed"
    two_lines = order("P-1", "russian_post", recipient=BERLIN, lines=[goods(), goods("TASSE")])
    assert look("DOC-004", replace(abroad(), placed=(two_lines,))).verdict == "failed"


def test_another_currency_fails() -> None:
    assert look("DOC-004", abroad(S10, ENTRY, currency="EUR")).verdict == "failed"


def test_the_mass_of_one_piece_will_do() -> None:
    assert look("DOC-004", abroad(S10, {**ENTRY, "weight": 400})).verdict == "passed"
