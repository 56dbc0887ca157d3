"""Clients that have only a part of the API, or invented some of it: what is real works, what is invented is nowhere."""

import pytest

from .conftest import Play, Told

pytestmark = pytest.mark.sdk


@pytest.fixture(scope="module")
def aio(play: Play) -> Told:
    return play("python-aiocdek", "aiocdek_flow.py")


@pytest.fixture(scope="module")
def models(play: Play) -> Told:
    return play("python-promsoft-cdek-interface", "promsoft_cdek_interface_flow.py")


@pytest.fixture(scope="module")
def simple(play: Play) -> Told:
    return play("node-cdek-simple-api", "cdek_simple_api_flow.mjs")


def test_aiocdek_reads_geography_into_its_models(aio: Told) -> None:
    seen = aio["geography"]
    assert (seen["countries"], seen["cities"], seen["near"]) == (["BY", "KZ"], ["KZ"], [44])
    assert seen["points"] > 0


def test_aiocdek_calls_what_does_not_exist_and_misreads_what_does(aio: Told) -> None:
    seen = aio["not the real API"]
    assert (seen["put"], seen["print"], seen["intakes"]) == ("404", "404", "404")
    assert seen["subscribe"] == "cannot parse", "it wants url and type, and the carrier gives the uuid"
    assert (seen["tariff"], seen["tariffs"]) == ("cannot parse", "cannot parse"), "it wants names that are in no answer"
    assert "[recipient.phones[0]]" in seen["order"], "it sends bare texts for phones"
    assert "v2_order_not_found" in seen["unknown"]
    assert aio["webhooks"] == {"listed": ["ORDER_STATUS"], "gone": ["SUCCESSFUL"]}


def test_promsoft_models_go_out_with_null_for_nothing_and_read_the_order_back(models: Told) -> None:
    seen = models["order"]
    assert seen["sent"]["from_location"]["code"] == "44", "a number as text"
    assert seen["sent"]["seller"]["name"] is None
    assert seen["found"]["requests"][0]["state"] == "SUCCESSFUL"
    entity = seen["found"]["entity"]
    assert (entity["from_location"]["code"], entity["from_location"]["city"]) == (44, "Москва")
    assert "comment" not in entity, "what was null was not given"
    assert [one["type"] for one in seen["found"]["related_entities"]] == ["barcode"], "asked for in lower case"
    assert seen["back"]["packages"][0]["items"][0]["ware_key"] == "T"
    assert models["intake"]["found"]["entity"]["intake_number"].isdecimal()


def test_simple_api_reads_geography_page_by_page_and_prices(simple: Told) -> None:
    assert simple["token"] == {"refused": True, "status": 401}
    seen = simple["geography"]
    for kind in ("cities", "points"):
        assert seen[kind][0] == seen[kind][1] > 0
    assert seen["points"][0] > 1000, "more than one page"
    assert seen["kinds"] == ["PVZ true"]
    cheapest, dearest = simple["tariff"]["sums"]
    assert 0 < cheapest < dearest


def test_simple_api_makes_an_order_and_a_repeated_one_is_found_double(simple: Told) -> None:
    assert simple["create"]["same"] is True
    assert simple["retries"] == {"last": "INVALID"}, "two answers were lost after the effect"
    assert [entry["status"] for entry in simple.journal if entry["operation"] == "register_order"][1:] == [
        502,
        502,
        202,
    ]
    assert simple["documents"]["taken"] is True
    assert simple["webhooks"] == {"listed": [True], "left": 0}
    assert simple["delete"] == {"type": "DELETE", "status": "REMOVED"}


def test_simple_api_calls_four_addresses_that_are_nowhere(simple: Told) -> None:
    for name, seen in simple["nowhere"].items():
        assert (seen["name"], seen["answer"]["status"], seen["answer"]["error"]) == (
            "CdekApiError",
            404,
            "Not Found",
        ), name
    assert simple["errors"]["unknown"]["answer"]["errors"][0]["code"] == "v2_entity_not_found"


def test_nothing_they_sent_broke_the_simulator(aio: Told, models: Told, simple: Told) -> None:
    planned = [entry for entry in simple.journal if entry["fault"]]
    broken = [entry for told in (aio, models, simple) for entry in told.journal if entry["status"] >= 500]
    assert broken == planned
