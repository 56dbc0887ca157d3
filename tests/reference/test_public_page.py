"""The public tracking page: shown to anybody, followed where it is offered, limited, in six languages, no script."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from parcelproof.reference.domain.statuses import Status
from parcelproof.reference.errors import EngineError
from parcelproof.reference.http.public import SAID
from parcelproof.reference.http.visitors import LOOKS
from parcelproof.reference.letters.languages import LANGUAGES, words
from parcelproof.reference.letters.states import WORDS
from parcelproof.reference.usecases import alerting, following, monitoring, public_page, tracking

from ..console.browser import DESK, PHONE, barriers, chromium, page_of, shot
from .test_desk_commands import desk
from .test_labels_window import Desk

__all__ = ["desk"]
SMTP = {"host": "mail.test", "port": 25, "sender": "alerts@shop.example", "username": "alerts", "password": "hush"}
EVA = "eva@example.org"


class Anybody:
    """A visitor who never signs in, with a browser that keeps nothing."""

    def __init__(self, desk: Desk, client: aiohttp.ClientSession) -> None:
        self.url = desk.site.engine.url
        self.client = client

    async def look(self, number: str, language: str = "en") -> tuple[int, str]:
        path = f"{self.url}/track?number={quote(number, safe='')}"
        async with self.client.get(path, headers={"Accept-Language": language}) as answer:
            return answer.status, await answer.text()

    async def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        async with self.client.request(method, self.url + path, data=form) as answer:
            return answer.status, await answer.text()

    async def follow(self, number: str, email: str = EVA) -> tuple[int, str]:
        return await self.ask("POST", "/track", {"number": number, "email": email})


@pytest.fixture
async def anybody(desk: Desk) -> AsyncIterator[Anybody]:
    async with aiohttp.ClientSession() as client:
        yield Anybody(desk, client)


async def shipped(desk: Desk, number: str = "P-1") -> str:
    await desk.book(number, carrier="mail_alliance")
    found = (await desk.site.call("GET", f"/api/v1/orders/{number}", token="boss"))[1]
    return str(found["tracking_number"])


async def with_mail(desk: Desk, **changed: Any) -> None:
    before = (await desk.site.call("GET", "/api/v1/settings", token="boss"))[1]
    status, found = await desk.site.call("PUT", "/api/v1/settings", {**before, "smtp": SMTP, **changed}, token="boss")
    assert status == 200, found


async def enter(desk: Desk, state: str, **words: str) -> None:
    said = {"reason": "", "observation": "", **words}
    await tracking.enter(desk.shop, desk.boss, "P-1", state=state, at=None, **said)


async def run_alerts(desk: Desk) -> list[str]:
    await alerting.run_by_hand(desk.shop, desk.boss)
    await desk.work()
    return [mail.text for mail in desk.world.mailer.mails]


async def test_ntf_033_anybody_sees_the_trace_and_of_each_state_what_it_may_show(desk: Desk, anybody: Anybody) -> None:
    number = await shipped(desk)
    await enter(desk, "in_transit", observation="<script>alert(1)</script>")
    await enter(desk, "delivery_failed", reason="nobody there", observation="dog")
    await enter(desk, "held", reason="unpaid bill")
    for state, wanted in (
        ("delivery_failed", {"visibility": "with_reason", "name": "Not at home & away"}),
        ("held", {"visibility": "hidden"}),
    ):
        await monitoring.set_state(desk.shop, desk.boss, state, wanted)
    status, text = await anybody.look(number)
    assert status == 200 and "Not at home &amp; away" in text and "nobody there" in text and "dog" not in text
    assert "&lt;script&gt;alert(1)" in text and "<script>" not in text
    assert text.index("Not at home") < text.index("On its way"), "newest first"
    for secret in ("Jörg", "Torstr", "P-1", "Held", "unpaid", "5.00"):
        assert secret not in text


async def test_ntf_242_a_wrong_number_and_an_impossible_one_are_answered_alike(desk: Desk, anybody: Anybody) -> None:
    await shipped(desk)
    answers = []
    for number in ("N00009MA", "x", "P-1", "'; DROP TABLE orders; --", "ü" * 90, "9" * 101):
        status, text = await anybody.look(number)
        answers.append((status, re.sub(r'value="[^"]*"', "", text)))
        status, text = await anybody.follow(number)
        answers.append((status, re.sub(r'value="[^"]*"', "", text)))
    assert {status for status, _ in answers} == {404}
    assert len({text for _, text in answers}) == 1


async def test_ntf_031_without_a_whole_mail_account_there_is_no_button_and_no_row(desk: Desk, anybody: Anybody) -> None:
    number = await shipped(desk)
    assert 'name="email"' not in (await anybody.look(number))[1]
    assert (await anybody.follow(number))[0] == 409
    await with_mail(desk)
    text = (await anybody.look(number))[1]
    assert text.index('class="timeline"' if "timeline" in text else "Nothing is known") < text.index('name="email"')
    await with_mail(desk, alert={"frequency_minutes": 0})
    assert (await anybody.follow(number))[0] == 409
    assert await following.listed(desk.shop, desk.boss) == []


async def test_ntf_243_an_address_is_asked_first_and_told_only_after_its_yes(desk: Desk, anybody: Anybody) -> None:
    number = await shipped(desk)
    await with_mail(desk)
    status, text = await anybody.follow(number)
    assert status == 202 and f"written to {EVA}" in text
    await desk.work()
    (mail,) = desk.world.mailer.mails
    assert mail.recipient == EVA and number in mail.text
    (link,) = set(re.findall(r"(/follow/[\w-]+)", mail.text))
    await enter(desk, "out_for_delivery")
    assert len(await run_alerts(desk)) == 1, "unconfirmed: no news"
    assert "Yes, mail me the news" in (await anybody.ask("GET", link))[1]
    assert len(await run_alerts(desk)) == 1, "a scanner that follows the link says no yes"
    assert (await anybody.ask("POST", link))[0] == 200
    mails = await run_alerts(desk)
    assert len(mails) == 2 and "Out for delivery" in mails[1]
    assert (await anybody.ask("POST", link))[0] == 200
    assert len(await run_alerts(desk)) == 2
    broken = link[:-1] + ("a" if link[-1] != "a" else "b")
    for method in ("POST",):
        assert (await anybody.ask(method, broken))[0] == 404


async def test_nobody_learns_whether_an_address_follows_and_it_is_one_row(desk: Desk, anybody: Anybody) -> None:
    number = await shipped(desk)
    await with_mail(desk, confirm_public=False)
    first = await anybody.follow(number)
    again = await anybody.follow(number, "eva@EXAMPLE.org")
    assert first[0] == again[0] == 202
    assert first[1] == again[1]
    assert len(await following.listed(desk.shop, desk.boss)) == 1


async def test_ntf_244_only_the_button_ends_the_mails(desk: Desk, anybody: Anybody) -> None:
    number = await shipped(desk)
    await with_mail(desk, confirm_public=False)
    await anybody.follow(number)
    await enter(desk, "out_for_delivery")
    (text,) = await run_alerts(desk)
    (link,) = set(re.findall(r"(/unsubscribe/[\w-]+)", text))
    assert "Stop the mails" in (await anybody.ask("GET", link))[1]
    assert [row["active"] for row in await following.listed(desk.shop, desk.boss)] == [True]
    assert (await anybody.ask("POST", link))[0] == 200
    assert [row["active"] for row in await following.listed(desk.shop, desk.boss)] == [False]
    assert (await anybody.ask("POST", "/unsubscribe/none"))[0] == 404


@pytest.mark.parametrize(
    "email", ["", "eva", "a@b", "a@b.org\r\nBcc: c@d.org", "a@b.org,c@d.org", "x" * 250 + "@b.org"]
)
async def test_what_is_no_address_is_told_and_kept_to_be_mended(desk: Desk, anybody: Anybody, email: str) -> None:
    number = await shipped(desk)
    await with_mail(desk)
    status, text = await anybody.follow(number, email)
    assert status == 422 and 'role="alert"' in text
    assert await following.listed(desk.shop, desk.boss) == []


@pytest.mark.parametrize("kind", ["address", "shipment", "network"])
async def test_ntf_242_requests_are_limited_by_address_shipment_and_network(rig: Any, kind: str) -> None:
    numbers = [await rig.book(f"P-{n}") for n in range(4)]
    taken = 0
    for n in range(20):
        email = EVA if kind == "address" else f"e{n}@example.org"
        number = numbers[0] if kind == "shipment" else numbers[n % 4]
        network = "198.51.100.7" if kind == "network" else f"198.51.100.{n}"
        try:
            await public_page.ask_to_follow(rig.shop, number, email=email, network=network)
        except EngineError as error:
            assert error.code == "TOO_OFTEN" and kind in error.sentence
        else:
            taken += 1
    assert taken == public_page.MOST[kind]
    rig.clock.move(rig.clock.now() + timedelta(hours=1, minutes=1))
    await public_page.ask_to_follow(rig.shop, numbers[0], email="late@example.org", network="198.51.100.99")


async def test_looks_of_one_network_are_limited_too(desk: Desk, anybody: Anybody) -> None:
    answers = [(await anybody.look(f"N{n}"))[0] for n in range(LOOKS + 2)]
    assert answers.count(429) in (1, 2) and answers[:LOOKS] == [404] * LOOKS


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("pt,fr;q=0.3,it;q=0.7", "it"),
        ("xx", "en"),
        ("", "en"),
        ("ru;q=nonsense", "ru"),
        ("de;q=0.1,en;q=0.1", "de"),
    ],
)
async def test_the_page_speaks_the_visitors_language(desk: Desk, anybody: Anybody, said: str, language: str) -> None:
    number = await shipped(desk)
    await enter(desk, "delivered")
    status, text = await anybody.look(number, said)
    assert status == 200 and f'<html lang="{language}">' in text
    assert words(language).gettext("Delivered") in text


def test_every_language_has_a_word_of_its_own_for_every_state_and_sentence() -> None:
    for text in (*SAID.values(), *(WORDS[status] for status in Status)):
        told = [words(language).gettext(text) for language in LANGUAGES if language != "en"]
        assert text not in told, text


@pytest.mark.ci
async def test_the_page_in_a_browser(desk: Desk, tmp_path: Path) -> None:
    number = await shipped(desk)
    await with_mail(desk)
    await enter(desk, "in_transit", reason="night train", observation="Arrives tomorrow")
    url = desk.site.engine.url
    async with chromium() as browser:
        for name, looks in (("desk", DESK), ("phone", PHONE)):
            async with page_of(browser, url, {**looks, "locale": "de-CH", "java_script_enabled": True}) as page:
                await page.goto(f"{url}/track")
                await page.get_by_label("Sendungsnummer").fill(number)
                await page.get_by_role("button", name="Anzeigen").click()
                await page.get_by_text("night train").wait_for()
                assert await barriers(page, []) == []
                wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                assert await page.evaluate(wide) == 0
                await shot(page, tmp_path, f"public-{name}")
                await page.get_by_label("Ihre E-Mail-Adresse").fill(f"{name}@example.org")
                await page.get_by_role("button", name="Dieser Sendung folgen").click()
                await page.get_by_role("status").wait_for()
                assert await barriers(page, []) == []
        async with page_of(browser, url, {**DESK, "java_script_enabled": False}) as page:
            await page.goto(f"{url}/track?number={number}")
            await page.get_by_label("Your e-mail").fill("plain@example.org")
            await page.get_by_role("button", name="Follow this shipment").click()
            await page.get_by_text("We have written to plain@example.org").wait_for()
    assert len(await following.listed(desk.shop, desk.boss)) == 3
