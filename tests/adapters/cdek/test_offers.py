"""Offers: services, sums that add up, directions without a tariff."""

import json
from dataclasses import replace

import httpx
import pytest
import respx

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.ports import (
    LabelFormat,
    Parcel,
    Surcharge,
    Unavailable,
)

from .answers import NOT_FOUND, SERVICES, TARIFF, errors, result, roubles, shown


async def test_an_offer_has_the_services_the_order_will_have(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    others = [{**TARIFF, "tariff_code": 137, "delivery_mode": 3}, {**TARIFF, "tariff_code": 8}]
    rows = [{**TARIFF, "services": SERVICES, "total_sum": 565.53, "currency": "RUB"}, *others]
    route = wire.post("/calculator/tariffAndService").respond(json={"tariff_codes": rows})
    (quote,) = await adapter.quote(collect)
    assert (quote.service, quote.net, quote.total) == ("139", roubles(52000), roubles(56553))
    assert quote.surcharges == (Surcharge("INSURANCE", roubles(4553)),)
    assert (quote.days_min, quote.days_max) == (2, 5)
    sent = json.loads(route.calls[0].request.content)
    assert sent["services"] == [{"code": "INSURANCE", "parameter": "6070.00"}, {"code": "PART_DELIV"}]
    assert sent["packages"] == [{"weight": 1955, "length": 38, "width": 30, "height": 14}]


async def test_prices_stand_in_results_and_a_tariff_without_the_services_is_no_offer(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    good = result({**TARIFF, "services": SERVICES, "total_sum": 565.53, "currency": "RUB"})
    refused = {"errors": [{"code": "ve_additional_service_unavailable", "message": "told"}]}
    rows = [good, {"tariff_code": "231", "status": "false", "result": refused}, result({**TARIFF, "tariff_code": 136})]
    wire.post("/calculator/tariffAndService").respond(json={"tariff_codes": rows})
    (quote,) = await adapter.quote(collect)
    assert (quote.service, quote.total, quote.days_max) == ("139", roubles(56553), 5)


async def test_a_result_without_a_price_is_no_answer(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    rows = [{"tariff_code": "139", "status": "true", "result": {"total_sum": 5}}]
    wire.post("/calculator/tariffAndService").respond(json={"tariff_codes": rows})
    with pytest.raises(Unavailable, match="tariff 139"):
        await adapter.quote(collect)


async def test_the_bare_list_will_do_where_services_are_not_priced(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    spring = {"timestamp": "…", "status": 404, "error": "Not Found", "path": "/v2/calculator/tariffAndService"}
    wire.post("/calculator/tariffAndService").respond(404, json=spring)
    wire.post("/calculator/tarifflist").respond(json={"tariff_codes": [TARIFF]})
    (quote,) = await adapter.quote(collect)
    assert quote.total == roubles(52000)


async def test_an_empty_list_is_asked_for_once_more(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    answers = [httpx.Response(200, json={"tariff_codes": []}), httpx.Response(200, json={"tariff_codes": [TARIFF]})]
    wire.post("/calculator/tariffAndService").mock(side_effect=answers)
    assert len(await adapter.quote(collect)) == 1


@pytest.mark.parametrize("code", ["ERR_RESULT_SERVICE_EMPTY", "err_result_service_empty"])
async def test_no_tariff_for_the_direction_is_no_offer(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel, code: str
) -> None:
    wire.post("/calculator/tariffAndService").respond(400, json=errors(code))
    assert list(await adapter.quote(collect)) == []


async def test_sums_that_do_not_add_up_are_no_offer_to_book(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel
) -> None:
    row = {**TARIFF, "services": SERVICES, "total_sum": 565.54}
    wire.post("/calculator/tariffAndService").respond(json={"tariff_codes": [row]})
    with pytest.raises(Unavailable, match="does not add up"):
        await adapter.quote(collect)


OFFICE, LOCKER = {"code": "KZN7", "type": "PVZ"}, {"code": "KZN70", "type": "POSTAMAT"}
MODES = [{**TARIFF, "tariff_code": code, "delivery_mode": mode} for code, mode in ((139, 1), (138, 2), (366, 6))]


@pytest.mark.parametrize(
    ("point", "wanted", "services"), [(OFFICE, "138", ["INSURANCE", "PART_DELIV"]), (LOCKER, "366", ["INSURANCE"])],
    ids=["office", "locker"],
)  # fmt: skip
async def test_a_point_the_buyer_chose_has_tariffs_and_an_order_of_its_own(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel, point: dict[str, str],
    wanted: str, services: list[str],
) -> None:  # fmt: skip
    parcel = replace(collect, point=point["code"])
    wire.get("/deliverypoints", params={"code": point["code"]}).respond(json=[point])
    asked = wire.post("/calculator/tariffAndService").respond(json={"tariff_codes": MODES})
    (quote,) = await adapter.quote(parcel)
    assert quote.service == wanted
    assert [row["code"] for row in json.loads(asked.calls[0].request.content)["services"]] == services
    wire.get("/orders").mock(return_value=NOT_FOUND)
    made = wire.post("/orders").respond(202, json=shown({"uuid": "u-1"}, state="ACCEPTED"))
    await adapter.create(parcel, quote, format=LabelFormat.PDF)
    sent = json.loads(made.calls[0].request.content)
    assert (sent["delivery_point"], "to_location" in sent, sent["tariff_code"]) == (point["code"], False, int(wanted))
    assert [row["code"] for row in sent.get("services", [])] == services[1:]


@pytest.mark.parametrize("known", [[], [{"code": "KZN8", "type": "PVZ"}], [{"code": "KZN7", "type": "TENT"}]])
async def test_a_point_the_carrier_does_not_have_has_no_offer(
    adapter: CdekAdapter, wire: respx.MockRouter, tokens: respx.Route, collect: Parcel, known: list[dict[str, str]]
) -> None:
    wire.get("/deliverypoints").respond(json=known)
    asked = wire.post("/calculator/tariffAndService")
    assert list(await adapter.quote(replace(collect, point="KZN7"))) == []
    assert not asked.called
