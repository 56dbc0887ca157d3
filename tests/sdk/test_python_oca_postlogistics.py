"""PyPI `odoo-addon-delivery-postlogistics`, the OCA client for Swiss Post: every label it can ask for, and errors.

It runs unmodified over a stub of Odoo (`python/odoo_stub.py`); only its two addresses are set. A picking with packages
makes one label call more than it has packages: the client's own habit.
"""

import json
from typing import Any

import pytest

from parcelproof import labelscan
from parcelproof.control_client import ControlClient

from .conftest import Play, Told

pytestmark = pytest.mark.sdk
LABEL = "generate_address_label"


@pytest.fixture(scope="module")
def told(play: Play) -> Told:
    return play("python-oca-postlogistics", "oca_postlogistics_flow.py", carrier="swiss_post")


def calls(told: Told, operation: str = LABEL) -> list[dict[str, Any]]:
    return [entry for entry in told.journal if entry["operation"] == operation]


def posted(entry: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(entry["request_body"])
    return found


def body(told: Told, item_id: str) -> dict[str, Any]:
    """Return what the client posted for an item."""
    return next(sent for sent in map(posted, calls(told)) if sent["item"]["itemID"] == item_id)


def test_a_label_scans_as_the_number_of_its_picking(told: Told) -> None:
    (label,) = told["label"]["labels"]
    number = told["label"]["number"]
    assert (label["name"], label["type"]) == (f"{number}.pdf", "pdf") and number.startswith("9960013217")
    assert {found.text for found in labelscan.scan(told.pdf(label["name"]))} == {number}
    assert told["again"]["kept"], "the token serves the second picking too"
    assert int(told["again"]["number"]) == int(number) + 1


def test_what_the_client_leaves_null_and_writes_as_text_is_taken(told: Told) -> None:
    sent = body(told, "WHOUT00042")
    assert sent["customerSystem"] is sent["sendingID"] is None
    assert sent["labelDefinition"]["imageResolution"] == "300"
    other = body(told, "WHOUT00043")["item"]["recipient"]
    assert (other["name1"], other["street"], other["addressSuffix"]) == ("Bern AG  Lager", "Hinterhof", "Weg 1")


def test_each_package_has_a_number_made_of_the_pickings(told: Told) -> None:
    seen = told["packages"]
    assert seen["packages"] == ["996001321701000044", "996001321702000044"]
    assert seen["number"] == "; ".join(seen["packages"])
    for label, number in zip(seen["labels"], seen["packages"], strict=True):
        assert {found.text for found in labelscan.scan(told.pdf(label["name"]))} == {number}


def test_zpl_is_given_a_font_of_the_printers_own_and_scans(told: Told) -> None:
    (label,) = told["zpl"]["labels"]
    fonts, _, rest = told.pdf(label["name"]).partition(b"^XZ^XA")
    assert (label["type"], fonts) == ("zpl2", b"^XA^CW0,E:TT0003M_.TTF")
    assert rest.startswith(b"^CI28^PW") and "^FDLea Müller^FS" in rest.decode(), "read as code page 437, sent as UTF-8"
    assert {found.text for found in labelscan.scan(b"^XA" + rest)} == {told["zpl"]["number"]}


def test_a_picture_with_a_logo(told: Told) -> None:
    (label,) = told["png"]["labels"]
    assert {found.text for found in labelscan.scan(told.pdf(label["name"]))} == {told["png"]["number"]}
    assert body(told, "WHOUT00046")["customer"]["logoFormat"] == "PNG"


def test_services_of_a_partner_and_of_a_package(told: Told) -> None:
    assert body(told, "WHOUT00047")["item"]["attributes"]["przl"] == ["PRI", "ZAW3213"]
    assert body(told, "WHOUT00048+PACK0003")["item"]["attributes"]["deliveryDate"] == "2026-12-24"
    assert len(told["services"]["phoned"]) == len(told["services"]["dated"]) == 1


def test_a_return_goes_the_other_way(told: Told, control: ControlClient) -> None:
    sent = body(told, "WHIN00049")
    assert (sent["customer"]["name1"], sent["item"]["recipient"]["name1"]) == ("Lea Müller", "Versandhaus Rhein")
    number = told["back"]["number"]
    assert [row["number"] for row in control.parcels(told.tenant) if row["number"] == number] == [number]


def test_a_specimen_uses_no_number_up(told: Told, control: ControlClient) -> None:
    number = told["specimen"]["number"]
    assert told["renewed"]["labels"][0]["name"] == f"{number}.pdf", "the next label has it"
    assert [row["reference"] for row in control.parcels(told.tenant) if row["number"] == number] == ["WHOUT00051"]


def test_business_errors_inside_200_reach_the_user_in_his_language(told: Told) -> None:
    seen = told["errors"]
    assert "UserError" in seen["zip"] and "E2033" in seen["zip"] and "Postleitzahl" in seen["zip"]
    assert "E1000" in seen["codes"] and "E2016" in seen["taken"]
    assert "item.recipient.mobile" in seen["schema"]


def test_a_licence_at_fault_leaves_the_item_out_unless_the_switch_says_otherwise(told: Told) -> None:
    assert told["errors"]["license"] == "KeyError: 'item'", "the client's own defect, seen in production"
    assert "E2027" in told["license"]["said"]


def test_a_token_that_ended_in_between_is_refused_and_a_new_one_works(told: Told) -> None:
    seen = told["stale"]
    assert seen["same"] and seen["said"].startswith("ParserError"), "the client cannot tell an empty answer"
    assert [row["status"] for row in calls(told)].count(401) == 1
    assert len(told["renewed"]["labels"]) == 1


def test_the_token_service_refuses_a_secret_and_goes_out(told: Told) -> None:
    assert "Error code: 401" in told["secret"]["said"] and "Error code: 503" in told["outage"]["said"]


def test_a_lost_answer_leaves_a_second_label_as_upstream(told: Told, control: ControlClient) -> None:
    assert told["lost"]["said"].startswith("ConnectionError") and len(told["lost"]["again"]) == 1
    made = [row["number"] for row in control.parcels(told.tenant) if row["reference"] == "WHOUT00052"]
    assert len(made) == 2 and told["lost"]["again"][0]["name"] == f"{max(made)}.pdf"


def test_without_a_billing_relation_nothing_is_made(told: Told) -> None:
    assert "E9998" in told["relation"]["said"]
