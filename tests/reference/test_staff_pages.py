"""The staff pages: signed in by a cookie, forms of their own only, addresses decided, figures drawn and told."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from parcelproof.reference.http.pages import charts

from ..console.browser import DESK, PHONE, barriers, chromium, page_of, shot
from .test_desk_commands import desk, listed, run
from .test_labels_window import Desk

__all__ = ["desk"]
DOUBTFUL = [
    {"number": "P-1", "street": "Torstr?"},
    {"number": "P-2", "city": "Nowhere"},
    {"number": "P/3 <b>", "street": "<script>alert(1)</script>?"},
]


class Visitor:
    """A browser without scripts: it keeps cookies and says where its forms stand."""

    def __init__(self, url: str, client: aiohttp.ClientSession) -> None:
        self.url = url
        self.client = client

    async def get(self, path: str) -> tuple[int, str]:
        async with self.client.get(self.url + path) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, form: dict[str, str], origin: str | None = None) -> tuple[int, str]:
        headers = {"Origin": self.url if origin is None else origin}
        async with self.client.post(self.url + path, data=form, headers=headers) as answer:
            return answer.status, await answer.text()

    async def sign_in(self, token: str = "boss") -> tuple[int, str]:
        return await self.post("/ui/sign-in", {"token": token})


@pytest.fixture
async def visitor(desk: Desk) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        yield Visitor(desk.site.engine.url, client)


async def fill(desk: Desk, folder: Path) -> None:
    file = folder / "orders.csv"
    russian = {"country": "RU", "postal_code": "443099", "carrier": "cdek"}
    file.write_bytes(listed({"number": "D-1"}, {"number": "R-1", **russian}, {"number": "R-2", **russian}, *DOUBTFUL))
    await run(desk, "import", str(file), "--confirm")
    await desk.work()


async def state(desk: Desk, number: str) -> str:
    _, found = await desk.site.call("GET", f"/api/v1/orders/{number}", token="boss")
    return str(found["state"])


async def test_nobody_sees_a_page_without_signing_in(desk: Desk, visitor: Visitor) -> None:
    for path in ("/ui", "/ui/addresses", "/ui/statistics"):
        status, text = await visitor.get(path)
        assert status == 200 and "<h1>Sign in</h1>" in text, path
    status, text = await visitor.sign_in("nobody")
    assert status == 401 and 'role="alert"' in text
    assert (await visitor.post("/ui/addresses/P-1", {"do": "as_read"}))[1].count("<h1>Sign in</h1>") == 1


async def test_the_cookie_is_for_these_pages_alone_and_gone_with_signing_out(desk: Desk, visitor: Visitor) -> None:
    async with visitor.client.post(
        f"{visitor.url}/ui/sign-in", data={"token": "boss"}, headers={"Origin": visitor.url}, allow_redirects=False
    ) as answer:
        (cookie,) = answer.headers.getall("Set-Cookie")
        assert answer.headers["Location"] == "/ui/orders"
    for flag in ("HttpOnly", "SameSite=Strict", "Path=/ui"):
        assert flag in cookie
    async with visitor.client.get(f"{visitor.url}/ui/statistics") as answer:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<h1>Statistics</h1>" in await answer.text()
    await visitor.post("/ui/sign-out", {})
    assert "<h1>Sign in</h1>" in (await visitor.get("/ui/statistics"))[1]


async def test_a_form_of_another_site_does_nothing(desk: Desk, visitor: Visitor, tmp_path: Path) -> None:
    await fill(desk, tmp_path)
    await visitor.sign_in()
    for origin in ("http://evil.example", "null", ""):
        status, text = await visitor.post("/ui/addresses/P-1", {"do": "as_read"}, origin)
        assert (status, json.loads(text)["code"]) == (403, "FOREIGN_FORM"), origin
    assert await state(desk, "P-1") == "confirmed" and "P-1" not in desk.world.near.shipped


async def test_held_addresses_are_shown_as_text_and_decided(desk: Desk, visitor: Visitor, tmp_path: Path) -> None:
    await fill(desk, tmp_path)
    await visitor.sign_in()
    status, text = await visitor.get("/ui/addresses")
    assert status == 200 and "Addresses that wait for you (3)" in text
    assert "The street is not known" in text and "10115, Berlin, Torstr? 12" in text
    assert "<script>" not in text and "&lt;script&gt;alert(1)" in text
    assert re.findall(r'action="(/ui/addresses/[^"]*)"', text)[2] == "/ui/addresses/P%2F3%20%3Cb%3E"
    assert text.count("Ship as read") == 2, "nothing was made out of the second"
    await visitor.post("/ui/addresses/P-1", {"do": "as_read"})
    assert (await visitor.post("/ui/addresses/P%2F3%20%3Cb%3E", {"do": "as_written"}))[0] == 200
    written = {"name": "Erika", "street": "Allee", "house_number": "2", "postal_code": "10115", "country": "DE"}
    status, text = await visitor.post("/ui/addresses/P-2", {"do": "correct", **written, "city": ""})
    assert (status, "address.city" in text, 'value="Allee"' in text) == (422, True, True), "what was typed is kept"
    status, text = await visitor.post("/ui/addresses/P-2", {"do": "correct", **written, "city": "Berlin"})
    await desk.work()
    assert status == 200 and "No address is held" in (await visitor.get("/ui/addresses"))[1]
    assert [await state(desk, number) for number in ("P-1", "P-2", "P%2F3%20%3Cb%3E")] == ["booked"] * 3
    to = desk.world.near.shipped["P-2"].recipient
    assert (to.name, to.street, to.email) == ("Erika", "Allee", "j@example.org")


@pytest.mark.parametrize("do", [pytest.param("", marks=pytest.mark.ci), "ship"])
async def test_a_decision_that_is_none_is_told_beside_the_address(
    desk: Desk, visitor: Visitor, tmp_path: Path, do: str
) -> None:
    await fill(desk, tmp_path)
    await visitor.sign_in()
    status, text = await visitor.post("/ui/addresses/P-2", {"do": do})
    assert status in (409, 422) and 'class="wrong" role="alert">P-2: ' in text


async def test_figures_are_drawn_and_told(desk: Desk, visitor: Visitor, tmp_path: Path) -> None:
    await fill(desk, tmp_path)
    await visitor.sign_in()
    status, text = await visitor.get("/ui/statistics?since=2020-01-01&until=2199-01-01")
    assert status == 200 and 'value="2020-01-01"' in text
    assert "Orders by region: DE 4, RU Samara 2." in text, "the drawing says the same to those who cannot see it"
    assert "Cost by region, RUB: RU Samara 800.00\u00a0RUB." in text
    assert text.count("<svg") == text.count('role="img"') == text.count("<desc") > 8
    assert "P-1" not in text and '<th scope="row">RU Samara</th><td class="n">2</td>' in text
    status, text = await visitor.get("/ui/statistics?since=yesterday")
    assert status == 422 and "allowed is a day of the years" in text


async def test_a_branch_sees_figures_and_no_addresses(desk: Desk, visitor: Visitor) -> None:
    body = {"name": "b", "role": "branch", "branch": "x"}
    token = (await desk.site.call("POST", "/api/v1/users", body, token="boss"))[1]["token"]
    assert (await visitor.sign_in(token))[0] == 200
    status, text = await visitor.get("/ui/addresses")
    assert status == 403 and "this needs one of: admin, staff" in text
    assert (await visitor.get("/ui/statistics"))[0] == 200


def test_bars_are_as_long_as_their_values_and_days_are_the_last() -> None:
    drawn = charts.chart("c", "C", [("a", 400, "400"), ("b", 100, "100"), ("c", 1, "1"), ("d", 0, "0")])
    assert [bar.width for bar in drawn.bars] == [charts.PLOT, round(charts.PLOT / 4), 2, 0]
    lines: list[dict[str, Any]] = [{"name": f"2026-01-{day:02}", "orders": day} for day in range(1, 31)]
    days = charts.counts("orders-day", "D", lines)
    assert (days.bars[-1].name, len(days.bars), days.left_out) == ("2026-01-30", charts.MOST_BARS, 18)
    assert charts.counts("orders-user", "D", lines).bars[0].name == "2026-01-01"
    assert (
        charts.chart("c", "C", []).bars == ()
        and charts.chart("c", "C", [("x" * 90, 1, "1")]).bars[0].full_name == "x" * 90
    )
    assert (
        charts.amount(123456789, "RUB") == "1\u2009234\u2009567.89\u00a0RUB" and charts.amount(5, "JPY") == "5\u00a0JPY"
    )


def test_long_names_of_bars_are_told_apart() -> None:
    kinds = ("WITH_DECLARED_VALUE", "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY")
    drawn = charts.chart("c", "C", [(f"russian_post: ONLINE_PARCEL/{kind}", 1, "1") for kind in kinds])
    assert [bar.name for bar in drawn.bars] == ["russian_p…ECLARED_VALUE", "russian_p…H_ON_DELIVERY"]


@pytest.mark.ci
async def test_people_use_the_pages_in_a_browser(desk: Desk, tmp_path: Path) -> None:
    await fill(desk, tmp_path)
    async with chromium() as browser, page_of(browser, desk.site.engine.url, DESK) as page:
        await page.goto(f"{desk.site.engine.url}/ui")
        assert await barriers(page, []) == []
        await page.keyboard.type("boss")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/ui/orders")
        await page.goto(f"{desk.site.engine.url}/ui/addresses")
        assert await barriers(page, []) == []
        await page.get_by_role("button", name="Ship as read").first.click()
        await page.get_by_text("(2)").wait_for()
        await page.goto(f"{desk.site.engine.url}/ui/statistics")
        assert await barriers(page, []) == []
        drawing = page.get_by_role("img", name="Orders by region")
        boxes = [await bar.bounding_box() for bar in await drawing.locator("rect:not(.track)").all()]
        widths = [box["width"] for box in boxes if box]
        assert widths[0] == pytest.approx(2 * widths[1], rel=0.02)
        await shot(page, tmp_path, "engine-statistics")
    async with chromium() as browser, page_of(browser, desk.site.engine.url, PHONE) as page:
        await page.goto(f"{desk.site.engine.url}/ui")
        await page.get_by_label("Token").fill("boss")
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url("**/ui/orders")
        for path in ("addresses", "statistics"):
            await page.goto(f"{desk.site.engine.url}/ui/{path}")
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert (wide, await barriers(page, [])) == (0, []), path
