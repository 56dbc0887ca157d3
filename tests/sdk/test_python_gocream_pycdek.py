"""PyPI `gocream-pycdek` in real time: decodes the token, pages until an empty page, prints a form with the order."""

import pytest

from parcelproof import labelscan

from .conftest import Play, Told

pytestmark = pytest.mark.sdk


@pytest.fixture(scope="module")
def told(play: Play) -> Told:
    return play("python-gocream-pycdek", "gocream_pycdek_flow.py", virtual=False)


def test_the_token_is_read_and_kept(told: Told) -> None:
    assert told["token"]["kept"] is True
    assert told["token"]["says"], "a refused login is the client's own exception, with the carrier's words"
    assert [entry["operation"] for entry in told.journal].count("token") == 1, "a wrong secret is not this tenant's"


def test_lists_as_repeated_keys_pages_to_the_empty_one_and_booleans_as_python_spells_them(told: Told) -> None:
    seen = told["geography"]
    assert seen["countries"] == ["BY", "KZ"]
    count, different, countries = seen["cities"]
    assert count == different > 5
    assert countries == ["KZ"]
    assert seen["points"] and all(point == [True, True] for point in seen["points"])
    assert True not in seen["others"]


def test_a_price(told: Told) -> None:
    assert told["tariff"]["price"]["delivery_sum"] > 0
    assert told["tariff"]["price"]["currency"] == "RUB"


def test_an_order_with_its_label_asked_for_at_once(told: Told) -> None:
    seen = told["create"]
    assert seen["order"]["delivery_mode"] == "1"
    assert seen["order"]["statuses"][0]["code"] == "CREATED"
    assert seen["same"] == [seen["order"]["uuid"]] * 2
    assert [(one["type"], one["url"].rpartition(".")[2]) for one in seen["related"]] == [("barcode", "pdf")]


def test_forms_are_downloaded_by_their_absolute_url(told: Told) -> None:
    seen = told["documents"]
    assert [form["statuses"][-1]["code"] for form in seen["forms"]] == ["READY", "READY"]
    assert (seen["forms"][0]["format"], seen["forms"][0]["lang"]) == ("A5", "ENG")
    assert seen["forms"][1]["type"] == "tpl_english"
    for name in ("label.pdf", "waybill.pdf"):
        assert seen["number"] in [found.text for found in labelscan.scan(told.pdf(name))], name


def test_subscriptions(told: Told) -> None:
    seen = told["webhooks"]
    uuid = seen["made"]["entity"]["uuid"]
    assert [(one["uuid"], one["retryable"]) for one in seen["listed"]] == [(uuid, False)]
    assert (seen["one"]["uuid"], seen["one"]["type"]) == (uuid, "ORDER_STATUS")
    assert [request["type"] for request in seen["gone"]] == ["DELETE"]
    assert seen["left"] == []


def test_delete(told: Told) -> None:
    assert told["delete"] == {"same": True, "statuses": ["REMOVED", "CREATED", "ACCEPTED"]}


def test_errors(told: Told) -> None:
    seen = told["errors"]
    assert [seen[name]["status"] for name in ("page", "number", "tariff")] == [400, 400, 400]
    assert seen["page"]["answer"]["errors"][0]["message"] == "[size] is empty"
    assert seen["number"]["answer"]["errors"][0]["code"] == "v2_order_not_found"
    assert seen["tariff"]["answer"]["errors"][0]["message"] == "[from_location.code] is empty"
    assert seen["quiet"] == 400
    assert [entry for entry in told.journal if entry["status"] >= 500] == []
