"""What Swiss Post's simulator warns of when it books is told on the order, once, also after a restart."""

from pathlib import Path
from typing import Any

import aiohttp

from parcelproof.reference.domain.orders import Order
from parcelproof.reference.ports import Address, Line, Money
from parcelproof.reference.usecases import companies, ordering
from parcelproof.simulators.server import Options
from parcelproof.simulators.server import running as simulating

from .test_russian_post_desk import Site, set_up, working
from .test_staff_pages import Visitor

LEA = Address(
    name="Lea Müller", street="Bahnhofstrasse", house_number="12", postal_code="8001", city="Zürich", country="CH",
    phone="+41791234567",
)  # fmt: skip
MUG = Line(sku="MUG", description="Mug", quantity=1, unit_price=Money(890, "CHF"), unit_mass_g=300)
SENDER = {"name": "Laden", "street": "Marktgasse", "house_number": "3", "postal_code": "4051", "city": "Basel"}


async def told(site: Site) -> tuple[dict[str, Any], str]:
    """Return the order as the API has it, and the page of it."""
    url, token = site.engine.url, {"Authorization": "Bearer boss"}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        async with client.get(f"{url}/api/v1/orders/P-1", headers=token) as answer:
            order = await answer.json()
        visitor = Visitor(url, client)
        await visitor.sign_in()
        return order, (await visitor.get("/ui/orders/P-1"))[1]


async def test_a_warning_is_told_on_the_order_once_and_kept_over_a_restart(tmp_path: Path) -> None:
    async with simulating(Options(port=0)) as started:
        site = await working(tmp_path)
        account = {
            "base_url": f"{started.url}/swiss-post",
            "client_id": "shop",
            "client_secret": "s3cret",
            "franking_license": "60013217",
            "sender": {**SENDER, "country": "CH"},
        }
        await set_up(site, swiss_post=account)
        boss = await companies.sign_in(site.engine.shop, "boss")
        order = Order(
            number="P-1", recipient=LEA, lines=(MUG,), cod=False, mass_g=300, sides_mm=(200, 100, 50),
            carrier="swiss_post",
        )  # fmt: skip
        await ordering.place(site.engine.shop, boss, order, confirm=True)
        await site.work()
        first, page = await told(site)
        assert (first["state"], first["problems"]) == ("booked", []), "it is no problem: the parcel goes"
        (warning,) = first["warnings"]
        assert warning.startswith("W2005: ") and page.count(warning) == 1 and "The carrier warns" in page
        await site.engine.stop()
        site = await working(tmp_path)
        await site.work()
        again, page = await told(site)
        assert again["warnings"] == [warning] and page.count(warning) == 1
        await site.engine.stop()
