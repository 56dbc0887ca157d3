"""PyPI `aiocdek`: what of it is the real API. Its token address is a constant, so a host is exchanged below it.

It is written for Python 3.13; where that is older, `typing.AsyncGenerator` with one parameter is borrowed before.
"""

import asyncio
import collections.abc
import typing
from typing import Any

typing.AsyncGenerator = collections.abc.AsyncGenerator  # type: ignore[misc]

import aiocdek.client.cdek as module  # noqa: E402
from aiocdek.models import (  # noqa: E402
    CitySearchParams,
    DeliveryPointFilter,
    OrderRequest,
    RegionSearchParams,
    TariffListRequest,
    TariffRequest,
)
from aiohttp import ClientSession  # noqa: E402
from loguru import logger  # noqa: E402
from pydantic import ValidationError  # noqa: E402
from stage import ROOT, SECRET, TENANT, tell  # noqa: E402

HOST = "https://api.cdek.ru"
MOSCOW, PETERSBURG = 44, 137


class Elsewhere:
    """The session of aiohttp, at another host."""

    def __init__(self, **words: Any) -> None:
        self.session = ClientSession(**words)

    async def __aenter__(self) -> "Elsewhere":
        await self.session.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self.session.__aexit__(*error)

    async def post(self, url: str, **words: Any) -> Any:
        return await self.session.post(url.replace(HOST, ROOT), **words)


module.ClientSession = Elsewhere


async def refused(call: Any) -> str:
    """Return how a call ends that cannot end well: "404", "400", "cannot parse" …"""
    try:
        made = await call
    except ValidationError:
        return "cannot parse"
    except Exception as error:  # it raises nothing more precise
        text = str(error)
        return "404" if '"status":404' in text else text.partition("; ")[2] or text
    raise AssertionError(f"no exception: {made!r}")


def order() -> OrderRequest:
    party = {"name": "Анна", "phones": ["+79213334455"]}
    item = {"name": "Чайник", "ware_key": "T", "payment": {"value": 0}, "cost": 100, "weight": 700, "amount": 1}
    made: OrderRequest = OrderRequest.model_validate(
        {
            "type": 1,
            "number": "AIO-1",
            "tariff_code": 137,
            "from_location": {"code": MOSCOW, "address": "а"},
            "to_location": {"code": PETERSBURG, "address": "б"},
            "packages": [{"number": "1", "weight": 1500, "items": [item]}],
            "sender": party,
            "recipient": party,
        }
    )
    return made


async def main() -> None:
    api = module.CDEKAPIClient(TENANT, SECRET)
    api._base_url = f"{ROOT}/"
    regions = await api.get_regions(RegionSearchParams(country_codes=["KZ", "BY"]))
    cities = await api.get_cities(CitySearchParams(country_codes=["KZ"], size=1000))
    near = await api.get_approximate_city("Москва")
    points = await api.get_delivery_points(DeliveryPointFilter(city_code=MOSCOW, type="PVZ"))
    tell(
        "geography",
        countries=sorted({region.country_code.value for region in regions}),
        cities=sorted({city.country_code.value for city in cities}),
        near=[city.code for city in near],
        points=len(points),
    )
    way = {"from_location": {"code": MOSCOW}, "to_location": {"code": PETERSBURG}, "packages": [{"weight": 1500}]}
    tell(
        "not the real API",
        tariff=await refused(api.calculate_tariff(TariffRequest.model_validate({**way, "tariff_code": 137}))),
        tariffs=await refused(api.calculate_tariff_list(TariffListRequest.model_validate(way))),
        subscribe=await refused(api.subscribe_webhook("http://127.0.0.1:9/hook")),
        put=await refused(api.update_order("00000000-0000-4000-8000-000000000000", order())),
        print=await refused(api.get_order_print_form(["00000000-0000-4000-8000-000000000000"])),
        intakes=await refused(api.get_courier_requests()),
        order=await refused(api.create_order(order())),
        unknown=await refused(api.get_order_by_cdek_number("1")),
    )
    listed = await api.get_webhooks()
    gone = [await api.delete_webhook(hook.uuid) for hook in listed]
    tell(
        "webhooks",
        listed=[hook.type.value for hook in listed],
        gone=[answer["requests"][0]["state"] for answer in gone],
    )


if __name__ == "__main__":
    logger.disable("aiocdek")
    asyncio.run(main())
