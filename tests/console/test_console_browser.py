"""The console in a real Chromium: what people see, with a mouse, by keyboard, on a phone, in the dark."""

import io
from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Page, expect

from parcelproof.simulators.server import Options, running

from .browser import DARK, DESK, PHONE, barriers, chromium, page_of, shot
from .conftest import DAY_MS, HOUR_MS, Shop

pytestmark = pytest.mark.ci


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as found:
        yield found


async def lively(shop: Shop, receiver: str) -> str:
    """A tenant with something on every page; returns the id of a parcel that is on its way."""
    await shop.listen(receiver)
    made = [await shop.book(f"ORDER-{number:03}") for number in range(1, 9)]
    for row, story in zip(made, ("refused", "returned", "lost", "pickup", "second-attempt"), strict=False):
        await shop.control("PUT", f"/tenants/shop/parcels/{row['id']}/journey", {"story": story})
    await shop.advance(DAY_MS + 12 * HOUR_MS)
    await shop.control(
        "POST", "/tenants/shop/faults", {"kind": "status", "status": 503, "carrier": "mail_alliance", "times": 2}
    )
    await shop.control("POST", "/tenants/shop/faults", {"kind": "latency", "latency_ms": 2500, "probability": 0.25})
    await shop.control("POST", "/tenants/shop/bad-days", {"name": "answers-lost"})
    await shop.mail("Your parcel is on its way", "It is on its way.\n", "<h1>On its way</h1><p>Dear <b>Erika</b></p>")
    return str(made[4]["id"])


def pages_of(parcel: str) -> dict[str, str]:
    paths = {name: name for name in ("parcels", "faults", "clock", "webhooks", "journal", "payouts", "mails")}
    paths |= {
        "parcel": f"parcels/{parcel}",
        "attempt": "webhooks/attempts/3",
        "exchange": "journal/3",
        "mail": "mails/1",
    }
    below = {name: f"/_console/t/shop/{path}" for name, path in paths.items()}
    return {"tenants": "/", **below}


async def texts(page: Page, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in await page.locator(selector).all_inner_texts()]


async def scanned(page: Page, image: str) -> list[str]:
    """Return the barcodes of a picture on a page, as it is, not as it is scaled."""
    drawn = await page.locator(image).evaluate(
        """async (image) => {
            await image.decode();
            const canvas = Object.assign(document.createElement("canvas"), {
                width: image.naturalWidth, height: image.naturalHeight,
            });
            canvas.getContext("2d").drawImage(image, 0, 0);
            return canvas.toDataURL("image/png").split(",")[1];
        }"""
    )
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(b64decode(drawn))).convert("L"))]


async def test_a_parcel_from_order_to_return(shop: Shop, receiver: str, browser: Browser, tmp_path: Path) -> None:
    await shop.listen(receiver)
    async with page_of(browser, shop.url, DESK) as page:
        await page.goto("/")
        await page.get_by_role("link", name="shop", exact=True).click()
        await expect(page.get_by_text("There is no parcel yet")).to_be_visible()
        await shop.advance(HOUR_MS)
        await expect(page.locator(".bar time")).to_have_text("Mon 2 Mar 2026, 10:00:00")
        number = (await shop.book("ORDER-7"))["tracking_number"]  # the page hears of it and shows it
        await page.get_by_role("link", name=number).click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("announced")
        for code, status in (("shipped", "accepted"), ("in transit", "in transit")):
            await page.get_by_role("button", name=f"Next step: {code}").click()
            await expect(page.locator(".note")).to_contain_text(f"next step was taken: the parcel is {status}")
        await page.get_by_role("button", name="returned", exact=True).click()
        await expect(page.locator(".timeline .coming").last).to_contain_text("returned")
        coming = await texts(page, ".timeline .coming .what")
        assert coming[-3:] == ["ready for pickup", "returning", "returned"]
        for day in range(3, 10):
            await page.get_by_role("button", name="+1 day").click()
            await expect(page.locator(".bar time")).to_contain_text(f" {day} Mar 2026, 10:00:00")
        await expect(page.locator("h1 .chip")).to_have_text("returned")
        await expect(page.locator(".timeline .coming")).to_have_count(0)
        assert (await texts(page, ".timeline .scan .what"))[-1] == "The parcel is back at the sender."
        told = await texts(page, "#live-told td:nth-child(3)")
        assert told[0] == "return.received" and told[-1] == "parcel.created" and len(told) == len(shop.hooks) - 1
        await page.locator("#live-told a").first.click()
        await expect(page.get_by_role("heading", level=1)).to_contain_text("200")
        before = list(shop.hooks)
        await page.get_by_role("button", name="Send the same bytes again").click()
        await expect(page.get_by_role("status")).to_contain_text("was sent once more, byte for byte")
        assert shop.hooks == [*before, before[-1]]
        await page.get_by_role("link", name="Journal").click()
        await page.get_by_label("Text in address or body").fill("ORDER-7")
        await expect(page.locator("#live-journal .pager")).to_contain_text("exchanges")
        await page.get_by_label("Operation").select_option("create_parcel")
        await expect(page.locator("#live-journal tbody tr")).to_have_count(1)
        await page.locator("#live-journal a").first.click()
        await expect(page.get_by_role("region", name="Body of the request")).to_contain_text('"order": "ORDER-7"')
        await expect(page.get_by_role("region", name="Body of the answer")).to_contain_text(number)
        assert "mak_test_shop" not in await page.content()


async def test_both_pictures_of_a_label_scan(shop: Shop, browser: Browser) -> None:
    made = await shop.book()
    async with page_of(browser, shop.url, DESK) as page:
        await page.goto(f"/_console/t/shop/parcels/{made['id']}")
        await expect(page.locator("[data-drawn=yes] img")).to_be_visible(timeout=20_000)
        await expect(page.get_by_text("Cyrillic, for one) show as boxes")).to_be_visible()
        assert await scanned(page, "figure:not([data-zpl]) img") == [made["tracking_number"]]
        assert await scanned(page, "[data-zpl] img") == [made["tracking_number"]]


async def test_with_the_keyboard_only(shop: Shop, browser: Browser) -> None:
    await shop.book("ORDER-8")
    async with page_of(browser, shop.url, DESK) as page:

        async def tab_to(name: str, most: int = 60) -> None:
            """Press Tab until what has the focus is called so; it must be seen to have it."""
            for _ in range(most):
                await page.keyboard.press("Tab")
                focus = page.locator(":focus")
                if (await focus.count()) and (await _name(focus)) == name:
                    outline = await focus.evaluate("found => getComputedStyle(found).outlineStyle")
                    assert outline == "solid", f"{name} has the focus and does not show it"
                    return
            raise AssertionError(f"the keyboard does not reach {name}")

        await page.goto("/")
        await page.keyboard.press("Tab")
        assert await _name(page.locator(":focus")) == "To the content"
        await page.keyboard.press("Enter")
        await tab_to("shop")
        await page.keyboard.press("Enter")
        await tab_to("Reference")
        await page.keyboard.type("order-8")
        await expect(page.locator("#live-parcels tbody tr")).to_have_count(1)
        await tab_to((await page.locator("#live-parcels a").first.inner_text()).strip())
        await page.keyboard.press("Enter")
        await tab_to("Next step: shipped")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1 .chip")).to_have_text("accepted")
        assert await page.evaluate("document.activeElement.id") == "step"  # and can be pressed again
        await page.keyboard.press("Enter")
        await expect(page.locator("h1 .chip")).to_have_text("in transit")
        await tab_to("Scan any event")
        await page.keyboard.press("Enter")
        await tab_to("Event")
        await page.keyboard.type("held")
        await tab_to("Place")
        await page.keyboard.type("Customs Leipzig")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1 .chip")).to_have_text("held")
        await expect(page.locator(".timeline")).to_contain_text("Customs Leipzig")
        assert "note=" not in page.url


async def test_what_is_wrong_with_a_form_is_told_beside_it(shop: Shop, browser: Browser) -> None:
    made = await shop.book()
    async with page_of(browser, shop.url, DESK, expected="422") as page:
        await page.goto(f"/_console/t/shop/parcels/{made['id']}")
        await page.get_by_text("Scan any event").click()
        await page.get_by_label("Place", exact=True).fill("Leipzig")
        await page.get_by_label("Happened at").fill("soon")
        await page.get_by_role("button", name="Scan", exact=True).click()
        await expect(page.get_by_role("alert")).to_have_text("'soon' is no moment; write it as 2026-03-02 09:00 (UTC).")
        await expect(page.get_by_role("alert")).to_be_in_viewport()
        await expect(page.get_by_label("Place", exact=True)).to_have_value("Leipzig")
        await shop.control("POST", f"/tenants/shop/parcels/{made['id']}/step")  # the page goes on listening
        await expect(page.locator("h1 .chip")).to_have_text("accepted")
        await page.get_by_label("Happened at").fill("")
        await page.get_by_role("button", name="Scan", exact=True).click()
        await expect(page.locator(".timeline")).to_contain_text("Leipzig")
        await expect(page.get_by_role("alert")).to_have_count(0)


async def _name(focus: Any) -> str:
    found = await focus.evaluate("it => it.ariaLabel || it.labels?.[0]?.textContent || it.textContent")
    return " ".join(found.split())


@pytest.mark.parametrize("looks", [DESK, DARK, PHONE], ids=["light", "dark", "phone"])
async def test_every_page_is_open_to_everybody(
    shop: Shop, receiver: str, browser: Browser, tmp_path: Path, looks: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    parcel = await lively(shop, receiver)
    how = request.node.callspec.id
    async with page_of(browser, shop.url, looks) as page:
        for name, path in pages_of(parcel).items():
            await page.goto(path)
            if name == "parcel" and how != "phone":
                await page.locator("[data-zpl]").scroll_into_view_if_needed()
                await expect(page.locator("[data-drawn=yes] img")).to_be_visible(timeout=20_000)
            if name == "mail":
                await expect(page.frame_locator("iframe").get_by_role("heading", name="On its way")).to_be_visible()
            await shot(page, tmp_path, f"{name}-{how}")
            assert await barriers(page, ["color-contrast"] if how == "dark" else []) == [], name
            wide = await page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
            assert wide[0] <= wide[1], f"{name} is wider than the screen"
        dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (max(int(part) for part in dark[4:-1].split(",")) < 60) == (how == "dark")


async def test_signing_in(browser: Browser) -> None:
    async with (
        running(Options(port=0, admin_token="open-sesame")) as started,
        page_of(browser, started.url, DESK) as page,
    ):
        await page.goto("/_console/?name=x")
        await page.get_by_label("Admin token").fill("open-sesame")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Tenants")
        assert page.url.partition("&")[0].endswith("?name=x")
        (cookie,) = await page.context.cookies()
        assert cookie["httpOnly"] and cookie["sameSite"] == "Strict"
        assert "open-sesame" not in cookie["value"] and "open-sesame" not in await page.content()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        assert await page.context.cookies() == []
