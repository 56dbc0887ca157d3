"""Answers of Swiss Post that no tenant's state changes: its sheet lists them, and lists nothing else.

Two worlds of one clock and of other state are asked the same; what answers alike in both hangs on no state. What
answers alike whatever is asked, too, is always the same.
"""

import json
import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from parcelproof.simulators.core.parcel import Step
from parcelproof.simulators.postal_api.swiss import CARRIER
from parcelproof.simulators.postal_api.swiss.described_requests import BARCODES_EXAMPLE, REPLACEMENT_EXAMPLE
from parcelproof.simulators.wire.call import Answer
from parcelproof.simulators.wire.carrier import Static
from parcelproof.simulators.wire.mail_text import text_of
from parcelproof.simulators.wire.mailbox import mails

from ..swiss.conftest import FORM, LABEL, SCOPES, TRACKING, Desk, new_tenants, recorded
from ..swiss.ways.way_desk import FOLDER, ONLINE, SERVICE, SOAP, generate_label, soap_item

OURS, MINE = "/parcelproof/v1/consignments", "/parcelproof/v1/my-consignments"
LEA = "lea@example.ch"
LATE = {"communication": {"email": LEA}, "service": 2, "language": "DE"}
BASIC = {"Authorization": "Basic " + b64encode(b"shop:s").decode()}
ENVELOPE = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{{}}</s:Body></s:Envelope>'
Answers = dict[str, list[Answer]]


@dataclass(frozen=True)
class Question:
    method: str
    path: str
    body: bytes = b""
    query: str = ""
    basic: bool = False


def post(path: str, body: Any) -> Question:
    return Question("POST", path, json.dumps(body).encode())


def line(name: str) -> bytes:
    return json.dumps(recorded(item={"recipient": {"name1": name}})).encode() + b"\n"


def lived(other: bool) -> Desk:
    """Return a desk after a life; both make the first consignment under one number."""
    desk = Desk(new_tenants())
    notes = [{"communication": {"email": LEA}, "service": 1, "language": "DE", "deliveryInstructions": ["10"]}]
    desk.made(item={"recipient": {"name1": "Lea Meier" if other else "Lea Müller"}, "notification": notes})
    first = desk.world.parcel("sp-1")
    desk.advance(20 * 60_000)
    for number in (1002, 1003) if other else (200,):
        first = CARRIER.scan(desk.world, first, Step(0, code=f"PARCEL.*.1.{number}"))
    desk.call("PUT", f"{FOLDER}/a.ndjson", line("B" if other else "A"), BASIC)
    if other:
        desk.made(item={"recipient": {"email": LEA}})
        desk.call("PUT", f"{FOLDER}/b.ndjson", line("C"), BASIC)
        desk.sign_in()
        desk.post("/barcode/v1/generateSingleBarcodes", BARCODES_EXAMPLE)
        desk.call("POST", "/online", urlencode({**ONLINE, "name": "X"}).encode(), FORM)
        desk.call("POST", "/online/shop", urlencode({**ONLINE, "name": "X"}).encode(), FORM)
    desk.advance(60_000)
    return desk


def control_path(desk: Desk) -> str:
    """Return the path of the control options that the first mail links to; the same in both worlds."""
    found = re.search(r"(/my-consignments/\S+)", text_of(mails(desk.world)[0].raw).text)
    assert found is not None
    return found[1]


def questions(number: str, control: str) -> dict[str, list[Question]]:
    """Return questions of every operation; writes come last, each makes what has another number in each world."""
    fields = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s"}
    combinations = [recorded(item={"attributes": {"przl": codes}}) for codes in (["PRI"], ["PRI", "ECO"])]
    form = urlencode(ONLINE).encode()
    return {
        "read_detail": [Question("GET", f"{TRACKING}/mailpieces/{number}/detail")],
        "read_events": [Question("GET", f"{TRACKING}/mailpieces/{number}/events")],
        "read_many": [post(f"{TRACKING}/mailpieces", {"ids": [number]})],
        "read_consignment": [Question("GET", f"{OURS}/{number}")],
        "list_consignments": [Question("GET", OURS)],
        "validate_combination": [post("/barcode/v1/validateCombination", body) for body in combinations],
        "describe_web_service": [Question("GET", SERVICE, query=query) for query in ("wsdl", "xsd=1")],
        "list_folder": [Question("GET", FOLDER, basic=True)],
        "read_file": [Question("GET", f"{FOLDER}/a.ndjson", basic=True)],
        "online_form": [Question("GET", "/online")],
        "own_online_form": [Question("GET", f"/online/{name}") for name in ("shop", "other")],
        "delete_file": [Question("DELETE", f"{FOLDER}/b.ndjson", basic=True)],
        "drop_file": [Question("PUT", f"{FOLDER}/b.ndjson", line("D"), basic=True), Question(
            "PUT", f"{FOLDER}/a.ndjson", line("A"), basic=True)],
        "token": [Question("POST", "/OAuth/token", urlencode({**fields, "scope": SCOPES}).encode())],
        "old_token": [Question("POST", "/WEDECOAuth/token", urlencode({**fields, "scope": SCOPES}).encode())],
        "generate_address_label": [post(LABEL, recorded())],
        "generate_single_barcodes": [post("/barcode/v1/generateSingleBarcodes", BARCODES_EXAMPLE)],
        "generate_replacement_label": [post("/barcode/v1/generateReplacementLabel", REPLACEMENT_EXAMPLE)],
        "web_service": [Question("POST", SERVICE, ENVELOPE.format(generate_label(soap_item())).encode(), basic=True)],
        "online_label": [Question("POST", "/online", form)],
        "own_online_label": [Question("POST", "/online/shop", form)],
        "add_notifications": [post(f"{OURS}/{number}/notifications", {"notification": [LATE]})],
        "set_my_consignments": [Question("PUT", MINE, json.dumps({"email": LEA, "kinds": [2]}).encode())],
        "list_my_consignments": [Question("GET", MINE)],
        "control_options": [Question("GET", control)],
        "use_control_option": [Question("POST", control, b"option=10&place=Garage")],
    }  # fmt: skip


def asked(desk: Desk, question: Question) -> Answer:
    headers = BASIC if question.basic else {} if "oken" in question.path else desk.bearer()
    return desk.call(question.method, question.path, question.body, headers, question.query)


@pytest.fixture(scope="module")
def answers() -> tuple[Answers, Answers]:
    """Return what two worlds answer to one world's questions."""
    desk, other = lived(False), lived(True)
    number, control = desk.world.parcel("sp-1").number, control_path(desk)
    assert control == control_path(other)
    assert (number, desk.world.now_ms) == (other.world.parcel("sp-1").number, other.world.now_ms)
    here, there = (
        {
            operation: [asked(one, question) for question in rows]
            for operation, rows in questions(number, control).items()
        }
        for one in (desk, other)
    )
    return here, there


def test_every_operation_is_asked_and_answers_no_refusal(answers: tuple[Answers, Answers]) -> None:
    here, there = answers
    assert set(here) == {route.operation for route in CARRIER.routes}
    for operation in here:
        found = [*here[operation], *there[operation]]
        assert any(one.status < 300 and b'"errors"' not in one.body for one in found), (operation, found[0])


def test_static_answers_are_those_that_the_sheet_lists(answers: tuple[Answers, Answers]) -> None:
    here, there = answers
    found = {}
    for operation, rows in here.items():
        if [(row.status, row.body) for row in rows] == [(row.status, row.body) for row in there[operation]]:
            found[operation] = Static.ALWAYS if len({row.body for row in rows}) == 1 else Static.ASKED
    assert found == dict(CARRIER.sheet.static)
