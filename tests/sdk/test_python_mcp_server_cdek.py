"""The client part of PyPI `mcp-server-cdek` in real time: it polls by itself, and breaks over an empty `errors`."""

import pytest

from parcelproof import labelscan

from .conftest import Play, Told

pytestmark = pytest.mark.sdk


@pytest.fixture(scope="module")
def told(play: Play) -> Told:
    return play("python-mcp-server-cdek", "mcp_server_cdek_flow.py", virtual=False)


def test_token_and_geography(told: Told) -> None:
    assert told["token"]["wrong"] == "CDEK auth error 401"
    seen = told["geography"]
    assert (seen["city"], seen["at"], seen["suggested"]) == (44, [137], [137])
    assert seen["regions"] == [3, 3]
    assert seen["points"] > 0
    assert "101000" in seen["codes"][0]["postal_code"]


def test_prices_with_services_in_the_list(told: Told) -> None:
    seen = told["tariff"]
    assert seen["one"] > 0
    assert seen["list"] >= 30
    assert seen["all"] >= 10
    assert {service["code"] for found in seen["both"]["tariff_codes"] for service in found["result"]["services"]} == {
        "SMS"
    }


def test_an_order_is_there_when_the_client_looks_the_second_time(told: Told) -> None:
    seen = told["create"]
    assert len(seen["number"]) == 10
    assert seen["same"] == [seen["uuid"]] * 2


def test_the_label_is_ready_before_the_client_gives_up(told: Told) -> None:
    seen = told["documents"]
    assert seen["number"] in [found.text for found in labelscan.scan(told.pdf("label.pdf"))]
    assert seen["waybill"] == ["ACCEPTED"], "a form asked for a moment ago is not ready; its newest status stands last"


def test_webhooks_money_and_ways_back(told: Told) -> None:
    assert told["webhooks"]["one"]["type"] == "PRINT_FORM"
    assert told["webhooks"]["left"] == []
    assert told["money"]["checks"] == [{"check_info": []}] * 2
    assert told["ways back"] == {"refused": "CREATE_REFUSAL", "deleted": "DELETE"}


def test_couriers_photos_and_restrictions(told: Told) -> None:
    seen = told["pickups"]
    assert seen["days"] > 5
    assert (seen["of_order"], seen["found"], seen["gone"]) == ([True], True, "DELETE")
    assert seen["unknown_wish"] == "PATCH /intakes -> 400"
    assert told["archive"] == {"zip": "PK", "restrictions": 1}


def test_errors_are_raised(told: Told) -> None:
    assert all(says.endswith("-> 400") for says in told["errors"].values()), told["errors"]
    assert [entry for entry in told.journal if entry["status"] >= 500] == []
