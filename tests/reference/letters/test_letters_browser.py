"""Each mail in a real Chromium, on a desk and on a phone, in the light and in the dark: read whole, no barriers."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, Page

from ...console.browser import DESK, PHONE, barriers, chromium, page_of, shot
from .samples import EACH, MAILS, Words

pytestmark = pytest.mark.ci

NOWHERE = "http://mail.invalid"  # a mail that asks for anything from anywhere is complained of
LOOKS: dict[str, dict[str, Any]] = {"desk": DESK, "phone": PHONE, "phone-dark": {**PHONE, "color_scheme": "dark"}}
BAD = "<b>x</b> " + "W" * 400 + " שלום עالم 👩‍👩‍👧 " + "слово " * 60
HARD = Words(person="Erika <b>M</b>", reason="שלום (98)", remark=BAD, tracking="9" * 100, branch="Ж" * 100)

MEASURE = """() => {
  const shown = [...document.querySelectorAll('p, dt, dd, li, a')];
  const colour = element => getComputedStyle(element).color;
  return {
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    small: Math.min(...shown.map(element => parseFloat(getComputedStyle(element).fontSize))),
    colours: [...new Set(shown.map(colour))],
    flat: shown.filter(element => element.getBoundingClientRect().height < 10).length,
  }
}"""


def luminance(colour: Any) -> float:
    """Return how bright a colour is, as WCAG 2.2 reckons."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as found:
        yield found


async def laid_out(page: Page, html: str) -> list[str]:
    """Show a mail, nothing of it too wide, too small or hidden, and return the colours of its letters."""
    await page.set_content(html)
    found: dict[str, Any] = await page.evaluate(MEASURE)
    assert (found["wide"], found["flat"]) == (0, 0)
    assert found["small"] >= 14
    return list(found["colours"])


async def legible(page: Page, colours: list[str], *, dark: bool) -> None:
    corner = await page.screenshot(clip={"x": 0, "y": 0, "width": 4, "height": 4})
    with Image.open(BytesIO(corner)) as picture:
        ground = luminance(picture.convert("RGB").getpixel((2, 2)))
    for colour in colours:
        inked = luminance([int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(",")])
        dim, bright = sorted((ground, inked))
        assert (bright + 0.05) / (dim + 0.05) >= 4.5, (colour, ground)
    assert (ground < 0.1) is dark


@pytest.mark.parametrize("look", LOOKS)
async def test_each_mail_is_read_whole(browser: Browser, tmp_path: Path, look: str) -> None:
    async with page_of(browser, NOWHERE, LOOKS[look]) as page:
        for kind, language in EACH:
            colours = await laid_out(page, MAILS[kind](language, Words()).html)
            if language == "ru":
                await legible(page, colours, dark="dark" in look)
                await shot(page, tmp_path, f"mail-{kind}-{language}-{look}")
            if language == "en" and "dark" not in look:  # axe takes the ground for white, whatever it is
                assert await barriers(page, []) == []


@pytest.mark.parametrize("look", ["desk", "phone-dark"])
async def test_words_of_others_do_not_burst_a_mail(browser: Browser, tmp_path: Path, look: str) -> None:
    async with page_of(browser, NOWHERE, LOOKS[look]) as page:
        for kind in MAILS:
            await laid_out(page, MAILS[kind]("fr", HARD).html)
            assert await page.locator("b, script").count() == 0
            await shot(page, tmp_path, f"mail-{kind}-hostile-{look}")
