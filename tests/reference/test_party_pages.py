"""The staff pages of registered parties: looked for, new, changed, ticked, taken off; nothing is overwritten unseen."""

import re
from pathlib import Path
from typing import Any

import pytest

from parcelproof.reference.http.pages import parties as pages
from parcelproof.reference.usecases import parties

from ..console.browser import DESK, PHONE, barriers, chromium, page_of, shot
from .test_desk_commands import desk
from .test_labels_window import Desk
from .test_staff_pages import Visitor, visitor

__all__ = ["desk", "visitor"]
MUELLER = "Müller & <b>Söhne</b> / ..?"
EVA = {"first_name_0": "Eva", "last_name_0": "E", "email_0": "eva@example.org", "wants_0": "yes"}
ERIK = {"first_name_1": "<i>Erik", "last_name_1": "K", "email_1": "nobody's"}


async def seen(visitor: Visitor, name: str) -> str:
    """Return what the form of a party says that it was filled in from."""
    _, text = await visitor.get(pages.where(name))
    (found,) = re.findall(r'name="seen" value="([^"]*)"', text)
    return str(found)


async def keep(visitor: Visitor, name: str, **form: str) -> tuple[int, str]:
    return await visitor.post("/ui/parties/one", {"name": name, "seen": await seen(visitor, name), **form})


async def known(desk: Desk) -> dict[str, list[tuple[str, bool]]]:
    found = (await desk.site.call("GET", "/api/v1/customers", token="boss"))[1]["customers"]
    return {row["name"]: [(one["email"], one["wants_information"]) for one in row["contacts"]] for row in found}


async def test_a_party_is_registered_given_contacts_ticked_and_taken_off(desk: Desk, visitor: Visitor) -> None:
    await visitor.sign_in()
    status, text = await visitor.post("/ui/parties", {"name": f" {MUELLER} ", "email": "m@example.org"})
    assert status == 200 and "<h1>Müller &amp; &lt;b&gt;Söhne&lt;/b&gt; / ..?</h1>" in text
    status, text = await keep(visitor, MUELLER, **EVA, **ERIK)
    assert status == 200 and text.count('value="eva@example.org"') == 1 and "&lt;i&gt;Erik" in text
    assert await known(desk) == {MUELLER: [("eva@example.org", True), ("nobody's", False)]}
    _, text = await visitor.get("/ui/parties")
    assert text.count("✓") == 1 and "&lt;i&gt;Erik K" in text and "<i>" not in text
    first, second = re.findall(r'name="contact" value="(\d+)"', text)
    await visitor.post("/ui/parties/tick", {"contact": first, "email": "eva@example.org", "wanted": "no"})
    status, text = await visitor.post(
        "/ui/parties/tick", {"contact": second, "email": "nobody's", "wanted": "yes", "text": "söhne"}
    )
    assert status == 200 and 'value="söhne"' in text and text.count("✓") == 1
    assert await known(desk) == {MUELLER: [("eva@example.org", False), ("nobody's", True)]}
    assert (await keep(visitor, MUELLER, **ERIK, last_name_0=" "))[0] == 200
    assert await known(desk) == {MUELLER: [("nobody's", False)]}, "an emptied line is taken off"
    status, text = await visitor.post("/ui/parties/forget", {"name": MUELLER})
    assert status == 200 and "None is registered." in text and await known(desk) == {}
    assert (await visitor.get(pages.where(MUELLER)))[0] == 404
    assert (await visitor.post("/ui/parties/forget", {"name": MUELLER}))[0] == 404


async def test_what_somebody_else_did_meanwhile_is_not_overwritten(desk: Desk, visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.post("/ui/parties", {"name": "A"})
    stale = {"name": "A", "seen": await seen(visitor, "A")}
    assert (await keep(visitor, "A", **EVA))[0] == 200
    status, text = await visitor.post("/ui/parties/one", {**stale, **ERIK})
    assert status == 409 and "Somebody changed" in text and "&lt;i&gt;Erik" in text, "what was typed is kept"
    status, text = await visitor.post("/ui/parties/one", {**stale, **ERIK})
    assert status == 409, "and sent again it is as stale as before"
    status, text = await visitor.post("/ui/parties", {"name": "A", "email": "a@example.org"})
    assert status == 409 and "registered already" in text and 'value="a@example.org"' in text
    assert await known(desk) == {"A": [("eva@example.org", True)]}
    before = {"name": "A", "seen": await seen(visitor, "A")}
    _, text = await visitor.get("/ui/parties")
    (old,) = re.findall(r'name="contact" value="(\d+)"', text)
    assert (await keep(visitor, "A", **{**EVA, "email_0": "erika@example.org"}))[0] == 200
    assert (await visitor.post("/ui/parties/one", before))[0] == 409, "as many contacts, and not the same"
    status, _ = await visitor.post("/ui/parties/tick", {"contact": old, "email": "eva@example.org", "wanted": "no"})
    assert status == 404 and await known(desk) == {"A": [("erika@example.org", True)]}, "nobody else loses his tick"
    before["seen"] = await seen(visitor, "A")
    await visitor.post("/ui/parties/forget", {"name": "A"})
    assert (await visitor.post("/ui/parties/one", before))[0] == 409 and await known(desk) == {}


@pytest.mark.parametrize(
    ("form", "found"),
    [
        ({"email": "nobody"}, "one mail address"),
        ({"first_name_0": "x" * 101}, "contacts[0].first_name: found 101 characters"),
        ({"email_1": "x" * 255}, "contacts[0].email: found 255 characters"),
        ({"last_name_0": "a\x01b"}, "printable ones"),
    ],
)
async def test_what_cannot_be_kept_is_told_and_kept_to_be_mended(
    desk: Desk, visitor: Visitor, form: dict[str, str], found: str
) -> None:
    await visitor.sign_in()
    await visitor.post("/ui/parties", {"name": "A"})
    status, text = await keep(visitor, "A", **form)
    assert status == 422 and found in text and 'role="alert"' in text and next(iter(form.values()))[:50] in text
    assert await known(desk) == {"A": []}
    for name in ("", "x" * 101, "two\nlines"):
        status, text = await visitor.post("/ui/parties", {"name": name})
        assert status == 422 and 'role="alert"' in text, name


async def test_parties_are_found_by_a_part_of_the_name_or_address_in_every_script(
    desk: Desk, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.sign_in()
    for name, email in (("Ёлка", ""), ("ÄRZTE", "post@aerzte.example"), ("Zett", ""), ("alpha", "")):
        assert (await visitor.post("/ui/parties", {"name": name, "email": email}))[0] == 200
    for text, names in (("ёлк", ["Ёлка"]), ("ärz", ["ÄRZTE"]), ("AERZTE.", ["ÄRZTE"]), ("%", [])):
        _, found = await visitor.get(f"/ui/parties?text={text.replace('%', '%25')}")
        assert re.findall(r'<th scope="row"><a [^>]*>([^<]+)<', found) == names, text
    monkeypatch.setattr(pages, "MOST_SHOWN", 2)
    _, found = await visitor.get("/ui/parties")
    assert re.findall(r'<th scope="row"><a [^>]*>([^<]+)<', found) == ["alpha", "Zett"] and "2 more;" in found


async def test_a_hundred_contacts_are_kept_and_there_is_no_line_for_more(desk: Desk, visitor: Visitor) -> None:
    await visitor.sign_in()
    people = [parties.Contact(first_name=str(n), last_name="", email="") for n in range(100)]
    await parties.register(desk.shop, desk.boss, "A", people)
    lines: dict[str, Any] = {f"first_name_{n}": f"<{n}>" for n in range(101)}
    status, text = await keep(visitor, "A", **lines)
    assert status == 200 and "&lt;99&gt;" in text and "first_name_100" not in text and "&lt;100&gt;" not in text


@pytest.mark.ci
async def test_the_pages_in_a_browser(desk: Desk, tmp_path: Path) -> None:
    url = desk.site.engine.url
    widths: tuple[tuple[str, dict[str, Any]], ...] = (("desk", DESK), ("phone", PHONE))
    async with chromium() as browser:
        for number, (name, looks) in enumerate(widths):
            async with page_of(browser, url, looks) as page:
                await page.goto(f"{url}/ui")
                await page.get_by_label("Token").fill("boss")
                await page.get_by_role("button", name="Sign in").click()
                await page.wait_for_url("**/ui/orders")
                await page.get_by_role("link", name="Parties").click()
                await page.get_by_label("New party").fill(f"Müller {number}")
                await page.get_by_role("button", name="Register").click()
                await page.get_by_label("First name, line 1").fill("Eva")
                await page.get_by_label("Last name, line 1").fill("E")
                await page.get_by_label("E-mail, line 1").fill("eva@example.org")
                await page.get_by_label("Wants shipment information, line 1").check()
                await page.get_by_role("button", name="Keep").click()
                await page.get_by_label("First name, line 3").wait_for()
                wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                assert (await barriers(page, []), await page.evaluate(wide)) == ([], 0)
                await shot(page, tmp_path, f"party-{name}")
                await page.get_by_role("link", name="Parties").click()
                await page.get_by_role("button", name=f"Take the tick from Eva E of Müller {number}").click()
                await page.get_by_role("button", name=f"Tick Eva E of Müller {number}").wait_for()
                assert (await barriers(page, []), await page.evaluate(wide)) == ([], 0)
                await shot(page, tmp_path, f"parties-{name}")
    assert list((await known(desk)).values()) == [[("eva@example.org", False)]] * 2
