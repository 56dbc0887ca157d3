"""Control options and mails in a real Chromium, by keyboard, on a phone; nothing that keeps people out."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from ...console.browser import PHONE, barriers, chromium, page_of
from .shop import LEA, OPTIONS, Shop, link_in, note, text_of

pytestmark = pytest.mark.ci


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as found:
        yield found


async def test_a_recipient_chooses_a_neighbour_by_keyboard_on_a_phone(shop: Shop, browser: Browser) -> None:
    parcel = await shop.label(note(1, language="IT", deliveryInstructions=OPTIONS, freeText1="A presto"))
    (mail,) = await shop.mails(LEA)
    async with page_of(browser, shop.url, PHONE) as page:
        await page.set_content(text_of(mail, "html"))
        assert await barriers(page, []) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.goto(link_in(mail))
        assert await barriers(page, []) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_label("Nome del vicino").press_sequentially("Signora Bianchi")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("Signora Bianchi")
        assert await barriers(page, []) == []
    assert (await shop.detail(parcel))["deliveryInstruction"]["details"] == {"neighbour": "Signora Bianchi"}
