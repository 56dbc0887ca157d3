"""Settings of a tenant, as carriers declare them: what none of them takes is refused, and nothing is stored."""

import json
from collections.abc import AsyncIterator, Iterator
from itertools import product
from typing import Any

import httpx
import jsonschema
import pytest

from parcelproof.simulators.control import openapi, service
from parcelproof.simulators.registry import CARRIERS
from parcelproof.simulators.server import Options, running
from parcelproof.simulators.wire import bad_days
from parcelproof.simulators.wire.allowed import Allowed
from parcelproof.simulators.wire.carrier import Carrier

T = "/_sim/v1/tenants/t"
KEPT = {"cdek": {"vat_rate": 10}, "note": "keep"}
BY_NAME = {carrier.name: carrier for carrier in CARRIERS}
DOCUMENT = json.loads(json.dumps(openapi.document(service.routes, BY_NAME, guarded=False)))
SCHEMA = DOCUMENT["components"]["schemas"]["SettingsBody"]["properties"]["settings"]
VALIDATOR = jsonschema.Draft202012Validator({**SCHEMA, "components": DOCUMENT["components"]})

WRONG: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"cdek": {"no_such_setting": 1}}, ("cdek", "no_such_setting", "vat_rate")),
    ({"cdek": {"no_such_setting": None}}, ("no_such_setting",)),
    ({"cdek": {"vat_rat": 10}}, ("vat_rat", "vat_rate")),
    ({"iml": {"token_lifetime_s": 60}}, ("iml", "token_lifetime_s", "item_quantity")),
    ({"mail_alliance": {"ikn": "1234567890"}}, ("mail_alliance", "ikn", "number_range")),
    ({"cdek": {"quota": "off"}}, ("cdek", "quota")),
    ({"cdek": {"some_days": 1}}, ("some_days",)),
    ({"cdek": {"registry_repeats_parcel": "bogus"}}, ("registry_repeats_parcel is 'bogus'", "false, true")),
    ({"cdek": {"registry_repeats_parcel": 1}}, ("registry_repeats_parcel is 1", "false, true")),
    ({"cdek": {"not_found_status": True}}, ("not_found_status is True", "400, 404")),
    ({"cdek": {"webhook_spelling": "city"}}, ("webhook_spelling is 'city'", "CITY, OFFICE")),
    ({"cdek": {"vat_rate": -5}}, ("vat_rate is -5", "0 to 99")),
    ({"pickpoint": {"vat_rate": 1000}}, ("vat_rate is 1000", "0 to 99")),
    ({"pickpoint": {"vat_rate": "20"}}, ("vat_rate is '20'", "0 to 99")),
    ({"pickpoint": {"ikn": 1234567890}}, ("ikn is 1234567890", "text")),
    ({"cdek": {"token_lifetime_s": -1}}, ("token_lifetime_s is -1", "1 to 86400")),
    ({"cdek": {"token_lifetime_s": 0.5}}, ("token_lifetime_s is 0.5", "1 to 86400")),
    ({"cdek": {"accept_after_ms": 10**9}}, ("accept_after_ms", "0 to 3600000")),
    ({"iml": {"payout_after_days": 366}}, ("payout_after_days is 366", "off", "0 to 365")),
    ({"iml": {"agent_percent": "51"}}, ("agent_percent is '51'", "0 to 50")),
    ({"iml": {"agent_percent": "a"}}, ("agent_percent is 'a'", "0 to 50")),
    ({"mail_alliance": {"number_range": 0}}, ("number_range is 0", "exhausted", "1 to 10000")),
    ({"mail_alliance": {"account_email": "nobody"}}, ("account_email is 'nobody'", "e-mail")),
    ({"mail_alliance": {"quota": "none"}}, ("quota is 'none'", "on, off, exhausted")),
    ({"mail_alliance": {"report_layouts": [{"title": "t"}]}}, ("mail_alliance", "report_layouts[0]", "columns")),
    ({"report_layouts": []}, ("report_layouts", "carrier's name")),
    ({"note": 2.0**63}, ("9.223372036854776e+18", "64 bits")),
    # for all carriers: refused when no carrier takes it
    ({"vat_rate": 1000}, ("vat_rate is 1000", "0 to 99")),
    ({"registry_repeats_parcel": "bogus"}, ("registry_repeats_parcel is 'bogus'", "false, true")),
    ({"number_range": 10_001}, ("number_range is 10001", "open", "exhausted", "1 to 10000")),
]
RIGHT: list[dict[str, Any]] = [
    {"number_range": 100},  # Mail Alliance's
    {"number_range": "open"},  # the couriers'
    {"vat_rate": 0, "token_lifetime_s": 86_400, "session_lifetime_s": 86_400, "no_carrier_knows": [1]},
    {"cdek": {"vat_rate": None, "payout_after_days": "off", "agent_percent": "2.5", "mix": {"delivered": 1}}},
    {"cdek": {"report_layouts": [], "agent_percent": 2.5, "registry_repeats_parcel": True}},
    {"pickpoint": {"ikn": "1234567890", "session_error": -2014}},
    {"iml": {"mix": None, "pickup_cost_minor": 10_000_000}},
    {"mail_alliance": {"quota": "exhausted", "account_email": "it+x@shop.example", "accept_after_ms": 0}},
    {"cdek": None},
]


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with running(Options(port=0)) as started, httpx.AsyncClient(base_url=started.url) as client:
        assert (await client.post("/_sim/v1/tenants", json={"name": "t", "settings": KEPT})).status_code == 201
        yield client


@pytest.mark.parametrize(("settings", "says"), WRONG, ids=[str(row[0]) for row in WRONG])
async def test_what_no_carrier_takes_is_refused(
    http: httpx.AsyncClient, settings: dict[str, Any], says: tuple[str, ...]
) -> None:
    changed = await http.patch(T, json={"settings": settings})
    made = await http.post("/_sim/v1/tenants", json={"name": "another", "settings": settings})
    assert (changed.status_code, made.status_code) == (422, 422)
    assert changed.json()["detail"] == made.json()["detail"]
    for words in says:
        assert words in changed.json()["detail"]
    assert (await http.get(T)).json()["settings"] == KEPT
    assert (await http.get("/_sim/v1/tenants/another")).status_code == 404
    assert not VALIDATOR.is_valid(settings)


@pytest.mark.parametrize("settings", RIGHT, ids=str)
async def test_what_a_carrier_takes_is_kept(http: httpx.AsyncClient, settings: dict[str, Any]) -> None:
    VALIDATOR.validate(settings)
    made = await http.post("/_sim/v1/tenants", json={"name": "kept", "settings": settings})
    assert made.status_code == 201, made.text
    assert (await http.delete("/_sim/v1/tenants/kept")).status_code == 204


@pytest.mark.parametrize(("number", "taken"), [(2**63 - 1, True), (2**63, False), (-(2**63), False), (10**40, False)])
async def test_a_whole_number_that_no_snapshot_holds_is_refused(
    http: httpx.AsyncClient, number: int, taken: bool
) -> None:
    answer = await http.patch(T, json={"settings": {"note": [{"deep": [number]}]}})
    assert answer.status_code == (200 if taken else 422), answer.text
    assert VALIDATOR.is_valid({"note": [{"deep": [number]}]}) == taken
    if not taken:
        assert "more than 64 bits" in answer.json()["detail"]
    assert (await http.get(f"{T}/snapshot")).status_code == 200


async def test_a_whole_number_may_be_written_with_a_point(http: httpx.AsyncClient) -> None:
    made = await http.post(
        "/_sim/v1/tenants",
        json={"name": "p", "settings": {"storage_days": 4.0, "cdek": {"vat_rate": 20.0, "not_found_status": 404.0}}},
    )
    assert made.json()["settings"] == {"storage_days": 4, "cdek": {"vat_rate": 20, "not_found_status": 404}}
    assert all(type(found) is int for found in made.json()["settings"]["cdek"].values())


async def test_two_report_forms_of_one_name_fit_the_document_and_not_one_another(http: httpx.AsyncClient) -> None:
    form = {"name": "a", "kind": "csv"}
    described = {"title": "t", "columns": [{"kind": "tracking"}], "forms": [form, form]}
    settings = {"cdek": {"report_layouts": [described]}}
    VALIDATOR.validate(settings)
    changed = await http.patch(T, json={"settings": settings})
    assert (changed.status_code, changed.json()["title"]) == (409, "Two of one name")
    assert "two forms are called 'a'" in changed.json()["detail"]
    worse = {"cdek": {"report_layouts": [described, {}]}}
    assert (await http.patch(T, json={"settings": worse})).status_code == 422
    assert (await http.get(T)).json()["settings"] == KEPT


async def test_a_long_value_is_not_told_back_whole(http: httpx.AsyncClient) -> None:
    changed = await http.patch(T, json={"settings": {"cdek": {"x" * 5000: 1}}})
    assert changed.status_code == 422 and len(changed.json()["detail"]) < 2500
    changed = await http.patch(T, json={"settings": {"cdek": {"vat_rate": "x" * 5000}}})
    assert changed.status_code == 422 and len(changed.json()["detail"]) < 300


def _values(allowed: Allowed) -> Iterator[Any]:
    yield from allowed.choices
    yield from allowed.whole or ()
    yield from allowed.percent or ()


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.name)
def test_everything_declared_fits_the_document_and_the_sheet_lists_it_all(carrier: Carrier) -> None:
    assert carrier.settings is not None
    assert set(carrier.sheet.switches) == set(carrier.settings)
    for name, allowed in carrier.settings.items():
        for value, own in product(_values(allowed), (True, False)):
            assert allowed.takes(value)
            VALIDATOR.validate({carrier.name: {name: value}} if own else {name: value})


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.name)
def test_what_bad_days_set_is_allowed(carrier: Carrier) -> None:
    assert carrier.settings is not None
    for day in bad_days.days_of(carrier).values():
        for name, value in day.settings.items():
            assert carrier.settings[name].takes(value), (name, value)
