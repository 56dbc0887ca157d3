"""PyPI `cdek` goes the whole way: its typed models parse every answer, its webhook parser every event."""

import re

import pytest

from parcelproof import labelscan
from parcelproof.control_client import ControlClient

from .conftest import Play, Told

pytestmark = pytest.mark.sdk

COLLECTED = [
    "ACCEPTED", "CREATED", "RECEIVED_AT_SHIPMENT_WAREHOUSE", "READY_FOR_SHIPMENT_IN_SENDER_CITY",
    "TAKEN_BY_TRANSPORTER_FROM_SENDER_CITY", "SENT_TO_RECIPIENT_CITY", "ACCEPTED_IN_RECIPIENT_CITY",
    "ACCEPTED_AT_RECIPIENT_CITY_WAREHOUSE", "TAKEN_BY_COURIER",
]  # fmt: skip
ENDS = {"delivered": "DELIVERED", "partly-refused": "DELIVERED", "refused": "NOT_DELIVERED"}
EVENTS = [  # all but RECEIPT, whose schema nobody published
    "ACCOMPANYING_WAYBILL", "COURIER_INFO", "DELIV_AGREEMENT", "DELIV_PROBLEM", "DOWNLOAD_PHOTO", "OFFICE_AVAILABILITY",
    "ORDER_MODIFIED", "ORDER_STATUS", "PREALERT_CLOSED", "PRINT_FORM",
]  # fmt: skip


@pytest.fixture(scope="module")
def told(play: Play) -> Told:
    return play("python-cdek", "cdek_flow.py")


def test_a_token_for_own_credentials_and_for_the_public_test_account(told: Told) -> None:
    assert told["token"]["test_account"] > 50


def test_geography_by_name_page_place_and_office(told: Told) -> None:
    seen = told["geography"]
    assert seen["regions"] > 50
    assert seen["moscow"] == [44]
    assert seen["at"] == [137]
    assert seen["pages"] == [50, 50, 0]
    assert seen["twice"] == 100, "a city stands on two pages"
    assert any(name.startswith("Новосибирск") for name in seen["suggested"])
    assert seen["offices"]
    assert seen["lockers"] >= 1
    assert all(code.isdecimal() and len(code) == 6 for code in seen["postal_codes"])


def test_tariffs_listed_and_priced_with_a_service(told: Told) -> None:
    seen = told["tariff"]
    assert {136, 137, 138, 139} <= set(seen["listed"])
    assert seen["available"] >= 10
    price = seen["price"]
    assert price["weight_calc"] == 1500
    assert [service["code"] for service in price["services"]] == ["SMS"]
    assert price["total_sum"] == pytest.approx(price["delivery_sum"] + price["services"][0]["total_sum"])


def test_an_order_gets_its_number_later(told: Told) -> None:
    seen = told["create"]
    assert seen["states"] == ["ACCEPTED", "SUCCESSFUL"]
    assert seen["statuses"] == [["ACCEPTED"], ["CREATED", "ACCEPTED"]]
    assert seen["numbers"][0] is None
    assert seen["numbers"][1] == seen["numbers"][2]
    assert set(seen["uuids"]) == {seen["uuid"]}


def test_label_and_waybill_scan_as_the_order(told: Told) -> None:
    seen = told["documents"]
    assert seen["early"] == [None, None]
    assert list(seen["related"].values()) == seen["urls"]
    assert [statuses[-1] for statuses in seen["statuses"]] == ["ACCEPTED", "ACCEPTED", "READY", "READY"]
    for name in ("label.pdf", "waybill.pdf"):
        assert str(seen["number"]) in [found.text for found in labelscan.scan(told.pdf(name))], name


def test_webhooks_are_subscribed_read_listed_and_taken_away(told: Told) -> None:
    seen = told["webhooks"]
    assert len(seen["listed"]) == 11
    assert seen["one"] == [True, "ORDER_STATUS", True]
    assert (seen["gone"], seen["left"]) == (["SUCCESSFUL"], 11)


@pytest.mark.parametrize("story", list(ENDS))
def test_each_life_is_told_by_poll_and_by_webhook(told: Told, story: str) -> None:
    seen = told["lives"]
    wanted = [*COLLECTED, ENDS[story]]
    assert seen["statuses"][story] == wanted[::-1], "an order's statuses stand newest first"
    assert seen["told"][story] == wanted[1:], "of ACCEPTED nobody is told"


def test_reason_money_and_return_of_each_life(told: Told) -> None:
    seen = told["lives"]
    assert seen["reasons"] == {"delivered": None, "partly-refused": "20", "refused": "11"}
    assert seen["paid"] == {"delivered": 3999.0, "partly-refused": 1999.5, "refused": None}
    assert seen["related"] == {"delivered": [], "partly-refused": ["RETURN_ORDER"], "refused": ["RETURN_ORDER"]}
    assert seen["forms"] == told["documents"]["urls"]


def test_the_money_comes_by_registry_payment_and_receipt(told: Told, control: ControlClient) -> None:
    seen, number = told["money"], str(told["documents"]["number"])
    lines = {line["cdek_number"]: line for line in seen["lines"]}
    assert lines[number]["payment_sum"] == 3999.0
    assert sum(line["transfer_sum"] for line in seen["lines"]) == pytest.approx(sum(seen["sums"]))
    truth = {entry["number"]: entry for entry in control.ledger(told.tenant)}
    assert truth[number]["collected_minor"] == 399900
    assert {"A-1", "partly-refused"} <= set(seen["paid"])
    assert [receipt["type"] for receipt in seen["receipts"]] == ["CASH_RECEIPT_IN"]
    assert sum(part["sum"] for part in seen["receipts"][0]["payment_info"]) == 3999.0
    assert seen["transacted"] is True
    assert seen["empty"] == [[], []]


def test_refusal_client_return_and_delete(told: Told) -> None:
    seen = told["ways back"]
    assert seen["requests"] == ["CREATE_REFUSAL", "CREATE_CLIENT_RETURN", "DELETE"]
    assert (seen["refused"], seen["removed"]) == ("NOT_DELIVERED", "REMOVED")
    assert seen["too_late"]["status"] == 400
    assert seen["coming"] == [True, ["CLIENT_DIRECT_ORDER"]]


def test_a_change_is_made_later_and_a_known_package_needs_its_id(told: Told) -> None:
    seen = told["changes"]
    assert re.search(r"Package_id for .+ package is empty", seen["without"]["says"])
    assert seen["requests"] == [["UPDATE", "ACCEPTED"], ["CREATE", "SUCCESSFUL"], ["UPDATE", "SUCCESSFUL"]]
    assert (seen["name"], seen["address"]) == ("Анна Облонская", "Литейный пр., 5")
    assert seen["package"] == [True, 4000]


def test_a_courier_is_called_read_and_called_off(told: Told) -> None:
    seen = told["pickups"]
    assert seen["early"] == [None, ["ACCEPTED"]]
    assert seen["requests"][:2] == ["ACCEPTED", "SUCCESSFUL"]
    assert len(seen["number"]) == 8
    assert seen["statuses"] == ["READY_FOR_APPOINTMENT", "CREATED", "ACCEPTED"], "newest first"
    assert "уже привязана заявка" in seen["second"]["says"]
    assert seen["by_get"]["status"] == 404, "the client asks by GET for what is a POST"


def test_a_delivery_is_agreed_upon(told: Told) -> None:
    seen = told["agreements"]
    assert seen["same"] is True
    assert ["09:00:00", "18:00:00"] in seen["slots"]
    assert seen["agreed"][:3] == [True, "14:00", "18:00"]
    assert seen["statuses"][-1] == "ACCEPTED"
    assert seen["late"] == ["INVALID", "ACCEPTED"]
    assert "DELIVERY" in seen["related"]
    assert seen["estimate"] >= 1


def test_an_order_with_all_that_can_go_wrong_parses(told: Told) -> None:
    seen = told["mishaps"]
    assert (seen["problem"], seen["failed"], seen["rescheduled"]) == ("13", [2], 1)
    assert seen["planned"] > "2026-03-17"


def test_every_event_is_one_of_the_clients_types(told: Told) -> None:
    assert list(told["news"]["counts"]) == EVENTS


def test_errors_reach_the_caller_as_the_clients_own_exceptions(told: Told) -> None:
    seen = told["errors"]
    for name in ("uuid", "number", "shop_number", "form", "webhook"):
        assert seen[f"unknown_{name}"]["status"] == 400, name
    assert seen["no_pdf"]["status"] == 400
    assert "Не удалось определить город получателя" in seen["at_once"]["says"]
    assert "[from_location] is empty" in seen["no_tariff"]["says"]
    assert seen["later"] == [["INVALID", ["error_validate_im_dep_number_has_already_had_integration"]]]
    assert seen["later_statuses"] == ["INVALID", "ACCEPTED"]


def test_nothing_it_sent_broke_the_simulator(told: Told) -> None:
    assert told["errors"], "the script came to its end"
    assert [entry for entry in told.journal if entry["status"] >= 500] == []
