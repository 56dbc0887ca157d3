"""Offers: services, sums that add up, directions without a tariff."""

import json

import httpx
import pytest
import respx

from parcelproof.reference.adapters.cdek import CdekAdapter
from parcelproof.reference.ports import (
    Parcel,
    Surcharge,
    Unavailable,
)

from .answers import SERVICES, TARIFF, errors, roubles


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
