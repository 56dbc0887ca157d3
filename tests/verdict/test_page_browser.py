"""The HTML report in a real Chromium, from disk: filters, keys, copies, a phone, the dark, without its script."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from parcelproof.conformance.case import all_cases, finding
from parcelproof.conformance.levels import DEFAULT_PROFILES, LEVELS
from parcelproof.conformance.run import Run
from parcelproof.conformance.verdict import write_html
from parcelproof.conformance.verdict.badge import svg_of
from parcelproof.conformance.verdict.finish import finished
from parcelproof.conformance.verdict.words import WORDS

from ..console.browser import DARK, DESK, PHONE, barriers, chromium, shot
from .conftest import SCENARIO, a_run, everything, evidence, exchange, failed, passed
from .test_machine_reports import runs
from .test_reading_reports import COMPARISON
from .test_waivers import TODAY

pytestmark = pytest.mark.ci


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as found:
        yield found


def whole() -> Run:
    """A run over the default profiles in which a few things went wrong."""
    made = everything()
    wrong = {number for row in made.results for number in row.verdicts}
    good = [
        passed(case.id, *numbers, examples=50, duration_s=0.4)
        for case in all_cases()
        if set(case.profiles) & set(DEFAULT_PROFILES)
        and (numbers := [number for number in case.requirements if number not in wrong])
    ]
    return finished(
        a_run(*made.results, *good, matrix=made.matrix, channels=made.channels), today=TODAY, level="silver"
    )


@asynccontextmanager
async def opened(browser: Browser, run: Run, folder: Path, looks: dict[str, Any]) -> AsyncIterator[Page]:
    """Open a report by its path; nothing may be complained of, and nothing else may be asked for."""
    path = folder / "verdict.html"
    write_html(run, path, comparison=COMPARISON)
    complaints: list[str] = []
    context = await browser.new_context(**looks)
    page = await context.new_page()
    page.set_default_timeout(15_000)
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith("data:") else None)
    await page.goto(path.as_uri())
    yield page
    await context.close()
    assert [row for row in complaints if row.partition("#")[0] != path.as_uri()] == []


def chosen(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=name)


async def ids(page: Page, kind: str = "row") -> list[str]:
    found: list[str] = await page.locator(f".{kind}.entry:visible").evaluate_all("rows => rows.map((row) => row.id)")
    return found


async def test_it_is_filtered_by_verdict_level_profile_and_text(browser: Browser, tmp_path: Path) -> None:
    run = whole()
    rows = {row.id: row for row in run.requirements}
    async with opened(browser, run, tmp_path, DESK) as page:
        said = page.get_by_role("search").locator("output")
        await expect(said).to_have_text(f"{len(rows)} of {len(rows)} requirements shown")
        await chosen(page, "Verdict").select_option("failed")
        assert set(await ids(page)) == {"NTF-008", "LBL-002"}
        assert set(await ids(page, "case")) == {"case-NTF-008-none_twice", "case-LBL-002-hostile"}
        await expect(said).to_have_text(f"2 of {len(rows)} requirements shown")
        await chosen(page, "Profile").select_option("labels")
        assert await ids(page) == ["LBL-002"]
        await page.get_by_role("button", name="Show all").click()
        await expect(said).to_have_text(f"{len(rows)} of {len(rows)} requirements shown")
        for level in ("MUST", "MUST NOT", "SHOULD"):
            await chosen(page, "Level").select_option(level)
            assert sorted(await ids(page)) == sorted(number for number, row in rows.items() if row.level == level)
        await chosen(page, "Level").select_option("bronze")
        bronze = [n for n, row in rows.items() if set(row.profiles) & set(LEVELS["bronze"]) and "MUST" in row.level]
        assert sorted(await ids(page)) == sorted(bronze)
        await page.get_by_role("button", name="Show all").click()
        await page.get_by_label("Text").fill("NOVELTY mailed")
        assert await ids(page) == ["NTF-008"]
        await expect(page.get_by_role("heading", name="Rates")).to_be_hidden()
        await page.get_by_label("Text").fill("no such word anywhere")
        await expect(said).to_have_text(f"0 of {len(rows)} requirements shown")


async def test_a_failure_shows_its_story_diagram_exchanges_and_what_to_copy(browser: Browser, tmp_path: Path) -> None:
    looks = {**DESK, "permissions": ["clipboard-read", "clipboard-write"]}
    async with opened(browser, whole(), tmp_path, looks) as page:
        case = page.locator("#case-NTF-008-none_twice")
        await expect(case.get_by_text("Two mails came.")).to_be_visible()
        drawn = await case.locator("img").evaluate("image => [image.naturalWidth, image.naturalHeight]")
        assert drawn == [640, 220]
        await case.get_by_text("2 exchanges, request and answer side by side").click()
        request, answer = (
            case.locator(".exchange").first.locator(".sides > div").nth(0),
            case.locator(".sides > div").nth(1),
        )
        left, right = await request.bounding_box(), await answer.bounding_box()
        assert left is not None and right is not None
        assert (left["y"], left["x"] + left["width"] <= right["x"]) == (right["y"], True)
        await case.get_by_text("Scenario file,").click()
        await case.get_by_role("button", name="Copy the scenario file").click()
        await expect(case.get_by_role("button", name="Copied").first).to_be_visible()
        assert await page.evaluate("navigator.clipboard.readText()") == SCENARIO
        await case.get_by_role("button", name="Copy Replay").click()
        assert (await page.evaluate("navigator.clipboard.readText()")).startswith("parcelproof verify --reference")


async def test_a_requirement_leads_to_the_case_that_failed_it(browser: Browser, tmp_path: Path) -> None:
    results = [failed(f"NTF-008/case_{n}") for n in range(8)]
    async with opened(browser, finished(a_run(*results), today=TODAY), tmp_path, DESK) as page:
        last = page.locator("#case-NTF-008-case_7")
        assert await last.get_attribute("open") is None
        await page.locator("#NTF-008 > summary").click()
        await page.locator("#NTF-008").get_by_role("link", name="NTF-008/case_7").click()
        await expect(last.get_by_text("Two mails came.")).to_be_visible()


async def test_it_is_used_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, whole(), tmp_path, DESK) as page:
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="To the failures")).to_be_focused()
        await page.keyboard.press("Enter")
        assert page.url.endswith("#failures")
        await page.keyboard.press("/")
        await expect(page.get_by_label("Text")).to_be_focused()
        await page.keyboard.type("LBL-002/")
        assert await ids(page, "case") == ["case-LBL-002-hostile"]
        await page.locator("#case-LBL-002-hostile > summary").focus()
        await page.keyboard.press("Enter")
        assert await page.locator("#case-LBL-002-hostile").get_attribute("open") is None


@pytest.mark.parametrize(("name", "looks"), [("desktop", DESK), ("phone", PHONE), ("dark", DARK)])
async def test_nobody_is_kept_out(browser: Browser, tmp_path: Path, name: str, looks: dict[str, Any]) -> None:
    async with opened(browser, whole(), tmp_path, {**looks, "bypass_csp": True}) as page:
        await shot(page, tmp_path, f"verdict-{name}")
        await page.locator("details").evaluate_all("rows => rows.forEach((row) => { row.open = true; })")
        assert await barriers(page, []) == []
        wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0


BROKEN_WORDS = """() => [...document.querySelectorAll("table:not(.wrong) :is(th, td)")].flatMap((cell) => {
  const found = [], walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) for (const word of walker.currentNode.data.matchAll(/[a-z]+/gi)) {
    const range = document.createRange();
    range.setStart(walker.currentNode, word.index);
    range.setEnd(walker.currentNode, word.index + word[0].length);
    if (range.getClientRects().length > 1) found.push(word[0]);
  }
  return found;
})"""


async def test_no_word_of_a_table_is_broken_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, runs()["waived"](), tmp_path, PHONE) as page:
        assert await page.evaluate(BROKEN_WORDS) == []
    async with opened(browser, whole(), tmp_path, PHONE) as page:
        assert await page.evaluate(BROKEN_WORDS) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_it_is_read_without_its_script(browser: Browser, tmp_path: Path) -> None:
    async with opened(browser, whole(), tmp_path, {**DESK, "java_script_enabled": False}) as page:
        await expect(page.get_by_text("Two mails came.")).to_be_visible()
        await expect(page.locator("#filters")).to_be_hidden()
        assert await page.get_by_role("button", name=re.compile("Copy")).count() == 0


async def test_a_thousand_failures_are_still_a_page(browser: Browser, tmp_path: Path) -> None:
    full = evidence(exchanges=(exchange(1, request="q" * 2000, answer="a" * 2000),) * 60)
    wrong = tuple(finding("NTF-008", f"mail {n}", "x" * 3000, "y" * 3000) for n in range(20))
    many = [failed(f"NTF-008/case_{n}", evidence=full, findings=wrong) for n in range(1000)]
    async with opened(browser, a_run(*many, passed("TRK-001/fold")), tmp_path, DESK) as page:
        assert await page.locator(".case.entry").count() == 1000
        await page.get_by_label("Text").fill("case_777")
        assert await ids(page, "case") == ["case-NTF-008-case_777"]


async def test_a_badges_words_have_the_room_that_they_need(browser: Browser) -> None:
    """As wide as the letters are where nothing stretches them: the table of widths is right."""
    page = await browser.new_page()
    for message in (*LEVELS, *WORDS.values()):
        await page.set_content(svg_of(message))
        widths = await page.locator("text").evaluate_all(
            """texts => texts.map((text) => {
                const told = Number(text.getAttribute("textLength"));
                text.removeAttribute("textLength");
                return [told, text.getComputedTextLength()];
            })"""
        )
        assert all(abs(told - real) <= 0.02 * real for told, real in widths), (message, widths)
    await page.close()
