"""npm `cdek` goes the whole way, its webhook handler taking the news."""

import re

import pytest

from parcelproof import labelscan

from .conftest import Play, Told

pytestmark = pytest.mark.sdk

WAY = [
    "ACCEPTED", "CREATED", "RECEIVED_AT_SHIPMENT_WAREHOUSE", "READY_FOR_SHIPMENT_IN_SENDER_CITY",
    "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY", "SENT_TO_RECIPIENT_CITY", "ACCEPTED_IN_RECIPIENT_CITY",
    "ACCEPTED_AT_PICK_UP_POINT",
]  # fmt: skip
ENDS = {  # story -> the last status, pieces taken, what is related
    "delivered": ("DELIVERED", 2, []),
    "partly-refused": ("DELIVERED", 1, ["return_order"]),
    "refused": ("NOT_DELIVERED", 0, ["return_order"]),
}
DISAGREEMENTS = {  # method or event -> the compiler's words; why the carrier is right: `courier_api`
    "getPickupPoints": "nearest_station, note",  # §1.11: optional
    "getCityByCoordinates": "country_code, country, region, payment_limit",  # §1.11: four fields
    "availableTariffs": "tariff_code, tariff_description, delivery_mode, delivery_sum",  # it is no priced list
    "getOrderByUUID": "planned_delivery_date|ReturnItemDetails",  # not before registration; `{}` as recorded
    "getOrderByCdekNumber": "ReturnItemDetails",
    "getOrderByImNumber": "ReturnItemDetails",
    "getBarcodeCP": '"A7"',  # §1.7: A7 exists
    "getCashboxCheck": "'string' is not assignable to type 'number'",  # §1.13: the sources disagree over cdek_number
    "getCourierDetails": "'string' is not assignable to type 'number'",  # recorded: text
    "getIntakes": "'GetCourierDetails'",  # §1.5.4: a bare array of calls
    "addRefusal": "CREATE_REFUSAL",  # recorded
    "ORDER_STATUS": "'OrderStatus'",  # its list of codes lacks some and misspells others
}


@pytest.fixture(scope="module")
def told(play: Play) -> Told:
    return play("node-cdek", "cdek_flow.mjs")


def test_a_token_by_form_behind_a_bare_question_mark(told: Told) -> None:
    assert told["token"] == {"kept": True, "wrong": "invalid_client"}


def test_geography_with_lists_joined_by_commas(told: Told) -> None:
    seen = told["geography"]
    assert seen["countries"] == ["BY", "KZ"]
    assert seen["both"] == ["KZ", "RU"]
    assert seen["at"] == 44
    assert set(seen["points"]) == {"PVZ"}


def test_tariffs(told: Told) -> None:
    seen = told["tariff"]
    assert seen["one"]["total_sum"] == seen["one"]["delivery_sum"] > 0
    assert 136 in seen["list"]
    assert seen["all"] >= 10


def test_webhooks_are_subscribed_read_and_deleted(told: Told) -> None:
    seen = told["webhooks"]
    assert (seen["one"]["type"], seen["one"]["url"]) == ("ORDER_STATUS", seen["url"])
    assert len(seen["left"]) == len(set(seen["left"])) == 8


def test_an_order_with_numbers_for_strings_and_floats_for_integers(told: Told) -> None:
    seen = told["create"]
    assert seen["had"] is False, "the number comes later"
    assert seen["statuses"] == [["ACCEPTED"], ["CREATED", "ACCEPTED"]]
    assert seen["uuids"] == [seen["uuid"]] * 2
    assert seen["ware_key"] == "4711"


def test_label_by_url_and_waybill_by_uuid(told: Told) -> None:
    seen = told["documents"]
    assert seen["early"] is False
    assert [status["code"] for status in seen["receipt"]["statuses"]] == ["ACCEPTED", "PROCESSING", "READY"]
    assert seen["receipt"]["copy_count"] == 2
    for name in ("label.pdf", "waybill.pdf"):
        assert seen["number"] in [found.text for found in labelscan.scan(told.pdf(name))], name
    width, height = labelscan.sizes_mm(told.pdf("label.pdf"))[0]
    assert sorted((round(width), round(height))) == [74, 105], "A7"


@pytest.mark.parametrize("story", list(ENDS))
def test_each_life_is_told_by_poll_and_by_webhook(told: Told, story: str) -> None:
    seen, (end, taken, related) = told["lives"]["found"][story], ENDS[story]
    assert seen["statuses"] == [*WAY, end][::-1]
    assert seen["told"] == [*WAY[1:], end]
    assert (seen["taken"] or 0, seen["related"]) == (taken, related)


def test_the_handler_is_told_of_both_print_forms(told: Told) -> None:
    assert sorted(form["type"] for form in told["lives"]["forms"]) == ["BARCODE", "WAYBILL"]


def test_money(told: Told) -> None:
    seen, number = told["money"], told["documents"]["number"]
    lines = {line["cdek_number"]: line for registry in seen["registries"] for line in registry["orders"]}
    assert lines[number]["payment_sum"] == 3999
    for registry in seen["registries"]:
        assert isinstance(registry["registry_number"], int)
        assert registry["sum"] == pytest.approx(sum(line["transfer_sum"] for line in registry["orders"]))
    assert {"A-1", "partly-refused"} <= {payment["number"] for payment in seen["paid"]}
    assert [receipt["payment_info"][0]["sum"] for receipt in seen["receipts"]] == [3999]


def test_refusal_delete_and_a_client_return_at_an_address_that_is_nowhere(told: Told) -> None:
    seen = told["ways back"]
    assert seen["requests"] == ["CREATE_REFUSAL", "CREATE_CLIENT_RETURN", "DELETE"]
    assert seen["nowhere"]["answer"]["status"] == 404
    assert seen["nowhere"]["answer"]["path"].startswith("/v2orders/")
    assert seen["late"]["answer"]["errors"][0]["code"] == "error_validate_order_delete_status"
    assert (seen["refused"], seen["removed"]) == ("NOT_DELIVERED", "REMOVED")
    assert "client_return_order" in seen["related"]


def test_a_change_and_an_answer_that_has_no_body(told: Told) -> None:
    seen = told["changes"]
    assert (seen["type"], seen["comment"], seen["amount"]) == ("UPDATE", "осторожно", 3)
    assert seen["reverse"]["name"] == "SyntaxError", "possible: 200 with nothing in it, which this client cannot read"
    asked = [entry for entry in told.journal if entry["path"].endswith("/reverse/availability")]
    assert [entry["status"] for entry in asked] == [200]


def test_courier_and_agreement(told: Told) -> None:
    seen = told["calls"]
    assert seen["details"]["statuses"][0]["code"] == "READY_FOR_APPOINTMENT"
    assert seen["ofOrder"] == [True]
    assert (seen["agreed"]["time_from"], seen["agreed"]["time_to"]) == ("14:00", "18:00")
    assert seen["agreed"]["statuses"][-1]["code"] == "ACCEPTED"
    assert seen["deleted"] == "DELETE"


def test_prealert_passports_photos_and_customs(told: Told) -> None:
    seen = told["papers"]
    assert seen["listed"]["orders"][0]["im_number"] == "D-3"
    assert seen["closed"] is True
    assert seen["passports"] == seen["both"], "two uuids joined by a comma"
    assert seen["photos"][0]["order_uuid"] == seen["both"][0]
    assert {"cost", "weight", "customs_duty", "customs_tariff", "commission", "total_amount"} == set(seen["customs"])
    assert {"ACCOMPANYING_WAYBILL", "DELIV_AGREEMENT", "ORDER_MODIFIED", "PREALERT_CLOSED"} <= set(seen["kinds"])


def test_errors_come_as_bare_json(told: Told) -> None:
    seen = told["errors"]
    for name in ("uuid", "form"):
        assert seen[name]["name"] == "ApiError", "its Content-Type is application/json and nothing more"
        assert seen[name]["answer"]["errors"][0]["code"] == "v2_entity_not_found"
    empty = seen["empty"]["answer"]
    assert "entity" not in empty
    assert empty["related_entities"] == []
    assert {"[recipient] is empty", "[packages] is empty"} <= {
        error["message"] for error in empty["requests"][0]["errors"]
    }
    assert seen["swallowed"] == [None, True]
    assert [request["state"] for request in seen["later"]] == ["INVALID"]


def test_answers_and_events_are_what_the_client_declares(told: Told, play: Play) -> None:
    assert told["errors"], "the script came to its end"
    compared = play("node-cdek", "cdek_types.mjs", after=told)
    assert compared["compared"]["count"] > 50
    found = [(line["chapter"], " ".join(line["says"])) for line in compared.lines if line["chapter"] != "compared"]
    unknown = [row for row in found if not re.search(DISAGREEMENTS.get(row[0], "(?!)"), row[1])]
    assert unknown == []
    assert {name for name, _ in found} == set(DISAGREEMENTS), "one of them is gone: take it off the list"


def test_nothing_it_sent_broke_the_simulator(told: Told) -> None:
    assert told["errors"], "the script came to its end"
    assert [entry for entry in told.journal if entry["status"] >= 500] == []
