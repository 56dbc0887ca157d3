"""A real Chromium: found, started, and looked over the shoulder of."""

import gzip
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

from ..needed import missing

AXE = gzip.decompress((Path(__file__).parent / "axe-core" / "axe.min.js.gz").read_bytes()).decode()
NAMES = ("chromium", "chromium-browser", "google-chrome")
DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DARK = {**DESK, "color_scheme": "dark"}


def chromium_path() -> str:
    """Return where Chromium is; without one the test is skipped with the reason, or fails where it must run."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing("chromium", f"there is no Chromium on the path ({', '.join(NAMES)})")
    return found


@dataclass
class Watched:
    """What a browser said and asked for meanwhile, beyond the server of the test."""

    server: str
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def see(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.server:
            self.complaints.append(f"asked for {request.url}")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def page_of(browser: Browser, server: str, looks: dict[str, Any], *, expected: str = "\0") -> AsyncIterator[Page]:
    """Open a page; in the end nothing but the `expected` must have been complained of or fetched from elsewhere."""
    watched = Watched(server)
    context = await browser.new_context(base_url=server, **looks)
    page = await context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", watched.hear)
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.on("request", watched.see)
    yield page
    await context.close()
    assert [complaint for complaint in watched.complaints if expected not in complaint] == []


async def barriers(page: Page, rules: list[str]) -> list[str]:
    """Return what keeps people out of a page, by some or all rules of axe-core: what it calls serious or critical."""
    await page.evaluate(AXE)
    chosen = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    found = await page.evaluate("chosen => axe.run(document, chosen)", chosen)
    return [
        f"{row['id']}: {row['nodes'][0]['html']} {row['nodes'][0]['failureSummary']}"
        for row in found["violations"]
        if row["impact"] in ("serious", "critical")
    ]


async def shot(page: Page, folder: Path, name: str) -> None:
    """Keep a picture of a whole page, where PARCELPROOF_SHOTS says or among the test's own files."""
    kept = Path(os.environ.get("PARCELPROOF_SHOTS") or folder)
    await page.screenshot(path=kept / f"{name}.png", full_page=True)  # makes the folder
