"""The staff pages of orders, followers, alerts, states, files: who sees what, what is refused, what a form changes."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from parcelproof.reference.shop import Role
from parcelproof.reference.usecases import following, ordering, querying

from ..console.browser import DESK, PHONE, barriers, chromium, page_of, shot
from .rig import BERLIN, CONFIG, KAZAN, Rig
from .test_desk_commands import desk, listed
from .test_labels_window import Desk
from .test_staff_pages import Visitor, visitor

__all__ = ["desk", "visitor"]
SMTP = {"host": "mail.test", "port": "25", "sender": "alerts@shop.example", "username": "alerts", "tls": "none"}
PATHS = {
    "orders": frozenset(Role),
    "pickups": frozenset(Role),
    "orders/P-1": frozenset(Role),
    "parties": frozenset({Role.ADMIN, Role.STAFF}),
    "followers": frozenset({Role.ADMIN, Role.STAFF}),
    "alerts": frozenset({Role.ADMIN, Role.STAFF}),
    "states": frozenset({Role.ADMIN, Role.STAFF}),
    "import": frozenset({Role.ADMIN, Role.STAFF}),
    "settlement": frozenset({Role.ADMIN, Role.STAFF}),
    "addresses": frozenset({Role.ADMIN, Role.STAFF}),
    "statistics": frozenset({Role.ADMIN, Role.STAFF, Role.BRANCH}),
}


async def hired(desk: Desk, role: Role) -> str:
    """Return the token of a user of a role; the administrator is there."""
    if role is Role.ADMIN:
        return "boss"
    place = {Role.BRANCH: {"branch": "Würzburg"}, Role.CUSTOMER: {"customer": "Muster AG"}}.get(role, {})
    body = {"name": f"the {role}", "role": role, **place}
    return str((await desk.site.call("POST", "/api/v1/users", body, token="boss"))[1]["token"])


async def with_mail(visitor: Visitor) -> None:
    status, text = await visitor.post("/ui/mail-account", {**SMTP, "password": "hush-hush"})
    assert status == 200 and "needed before anybody may follow" not in text


async def test_orders_are_found_by_number_tracking_and_follower(desk: Desk, visitor: Visitor) -> None:
    await desk.book("P-1", "P-2", carrier="mail_alliance")
    await visitor.sign_in()
    await with_mail(visitor)
    person = {"first_name": "Eva", "last_name": "E", "email": "eva@example.org"}
    assert (await visitor.post("/ui/orders/P-2/follow", person))[0] == 200
    _, whole = await visitor.get("/ui/orders")
    assert whole.index(">P-2</a>") < whole.index(">P-1</a>"), "newest first"
    tracking = re.findall(r">P-1</a></th><td>([^<]+)<", whole)[0]
    for text, numbers in (
        (tracking, ["P-1"]),
        ("p-2", ["P-2"]),
        ("EVA@", ["P-2"]),
        ("nothing", []),
        ("%", []),
        ("_", []),
    ):
        _, found = await visitor.get(f"/ui/orders?text={text.replace('%', '%25')}")
        assert re.findall(r">(P-\d)</a>", found) == numbers, text
    assert re.findall(r">(P-\d)</a>", (await visitor.get("/ui/orders?status=delivered"))[1]) == []
    for wrong in ("status=beamed", "page=0", "page=x", "page=-1", f"text={'x' * 101}"):
        status, found = await visitor.get(f"/ui/orders?{wrong}")
        assert (status, "That is not possible" in found) == (422, True), wrong


async def test_orders_are_found_by_who_gets_and_who_sends_them_and_say_so(database: str, world: Any) -> None:
    rig = Rig(database, world, CONFIG)
    await rig.start()
    people: dict[str, dict[str, Any]] = {
        "P-1": {"recipient": replace(KAZAN, name="Ёлкина Анна")},
        "P-2": {"recipient": replace(BERLIN, name="Jörg Strauß", company="MÜLLER & Söhne"), "customer": "Laden 100%"},
        "P-3": {"recipient_customer": "Ärzte_Haus"},
    }
    for number, parties in people.items():
        await ordering.place(rig.shop, rig.actor, rig.order(number, carrier=None, **parties), confirm=False)
    for text, numbers in (
        ("ёлкина", ["P-1"]),
        ("ЁЛК", ["P-1"]),
        ("müller", ["P-3", "P-2"]),
        ("müller &", ["P-2"]),
        ("STRAUSS", ["P-2"]),
        ("laden 100%", ["P-2"]),
        ("ärzte_h", ["P-3"]),
        ("jörg", ["P-3", "P-2"]),
        ("e_h", ["P-3"]),
        ("r%l", []),
    ):
        found = await querying.search(rig.shop, rig.actor, text=text)
        assert ([row["number"] for row in found["orders"]], found["count"]) == (numbers, len(numbers)), text
    _, middle, first = (await querying.search(rig.shop, rig.actor))["orders"]
    assert (first["to"], first["customer"]) == ("Ёлкина Анна", "")
    assert (middle["to"], middle["company"], middle["customer"]) == ("Jörg Strauß", "MÜLLER & Söhne", "Laden 100%")
    await rig.stop()


async def test_the_api_lists_orders_in_pages_as_the_page_does(desk: Desk) -> None:
    await desk.book("P-1", "P-2", carrier="mail_alliance")
    for question, numbers in (("text=p-2", ["P-2"]), ("page=1", ["P-2", "P-1"]), ("status=delivered", [])):
        status, found = await desk.site.call("GET", f"/api/v1/orders?{question}", token="boss")
        assert status == 200 and [row["number"] for row in found["orders"]] == numbers, question
        assert (found["count"], found["page"]) == (len(numbers), 1)
    for question in ("page=x", "page=0", "status=beamed", f"text={'x' * 101}"):
        status, found = await desk.site.call("GET", f"/api/v1/orders?{question}", token="boss")
        assert (status, found["code"]) == (422, "INVALID_QUESTION"), question
    assert len((await desk.site.call("GET", "/api/v1/orders", token="boss"))[1]["orders"]) == 2


async def test_a_dossier_shows_timeline_label_followers_mails_and_takes_news(desk: Desk, visitor: Visitor) -> None:
    await desk.book("P-1", carrier="mail_alliance")
    await visitor.sign_in()
    await with_mail(visitor)
    person = {"first_name": "<b>Eva", "last_name": "E", "email": "eva@example.org"}
    await visitor.post("/ui/orders/P-1/follow", person)
    news = {"state": "out_for_delivery", "reason": "<script>", "observation": "before noon"}
    status, text = await visitor.post("/ui/orders/P-1/novelty", news)
    assert status == 200 and "<strong>out for delivery</strong>" in text and "&lt;script&gt;: before noon" in text
    assert "<script>" not in text and "&lt;b&gt;Eva E" in text
    await visitor.post("/ui/alerts/run", {})
    await desk.work()
    _, text = await visitor.get("/ui/orders/P-1")
    assert re.search(r"eva@example.org</th><td>out for delivery</td><td>sent</td>", text)
    status, text = await visitor.post("/ui/orders/P-1/novelty", {**news, "observation": "x" * 501})
    assert status == 422 and "found 501 characters" in text and "x" * 501 in text, "what was typed is kept"
    assert (await visitor.get("/ui/orders/P-9"))[0] == 404
    assert (await visitor.post("/ui/orders/P-9/novelty", news))[0] == 404
    async with visitor.client.get(f"{visitor.url}/ui/orders/P-1/label") as answer:
        assert (answer.status, answer.content_type, answer.headers["Cache-Control"]) == (
            200,
            "application/pdf",
            "no-store",
        )


async def test_ntf_071_each_name_missing_is_refused_and_ntf_095_to_097_lists_and_ends(
    desk: Desk, visitor: Visitor
) -> None:
    await desk.book("P-1", carrier="mail_alliance")
    await visitor.sign_in()
    whole = {"first_name": "Eva", "last_name": "E", "email": "eva@example.org"}
    status, text = await visitor.post("/ui/orders/P-1/follow", whole)
    assert status == 409 and "the mail account lacks host, port, user or password" in text
    await with_mail(visitor)
    for field in whole:
        status, text = await visitor.post("/ui/orders/P-1/follow", {**whole, field: " "})
        assert status == 422 and field in text, field
    assert (await visitor.post("/ui/orders/P-1/follow", whole))[0] == 200
    _, text = await visitor.get("/ui/followers?email=eva@EXAMPLE.org")
    (uid,) = re.findall(r'action="/ui/followers/([^/]+)/end"', text)
    assert "No" not in re.findall(r"eva@example.org</th>.*?</tr>", text, re.DOTALL)[0]
    assert (await visitor.post(f"/ui/followers/{uid}/end", {}))[0] == 200
    _, text = await visitor.get("/ui/followers")
    assert "<td>ended</td>" in text and "/end" not in text
    assert (await visitor.post("/ui/followers/nobody/end", {}))[0] == 404


async def test_what_is_set_of_alerts_and_the_account_is_kept_or_told_to_be_wrong(desk: Desk, visitor: Visitor) -> None:
    await visitor.sign_in()
    await with_mail(visitor)
    for text in ("-1", "1.5", "ten", "10081", ""):
        status, found = await visitor.post("/ui/alerts/tracking", {"enabled": "yes", "frequency_minutes": text})
        assert status == 422 and 'role="alert"' in found and f'value="{text}"' in found, text
    status, found = await visitor.post("/ui/alerts/tracking", {"enabled": "yes", "frequency_minutes": "30"})
    assert status == 200 and 'value="30"' in found
    assert (await visitor.post("/ui/alerts/other", {"frequency_minutes": "30"}))[0] == 404
    status, found = await visitor.post("/ui/mail-account", {**SMTP, "port": "99999"})
    assert status == 422 and "port" in found
    status, found = await visitor.post("/ui/mail-account", {**SMTP, "sender": "shop@gmail.com"})
    assert status == 200 and "looks like a private mailbox" in found and "hush" not in found


async def test_states_are_renamed_hidden_and_mailed_from_the_page(desk: Desk, visitor: Visitor) -> None:
    await visitor.sign_in()
    form = {"name": "<i>home</i>", "visibility": "with_reason", "mailed": "yes"}
    status, text = await visitor.post("/ui/states/in_transit", form)
    assert status == 200 and 'value="&lt;i&gt;home&lt;/i&gt;"' in text
    status, text = await visitor.post("/ui/states/in_transit", {**form, "visibility": "all"})
    assert status == 422 and "hidden, visible" in text
    assert (await visitor.post("/ui/states/beamed", form))[0] == 404


async def test_a_list_is_taken_and_every_row_is_told(desk: Desk, visitor: Visitor) -> None:
    await visitor.sign_in()
    upload = aiohttp.FormData()
    rows = listed({"number": "I-1"}, {"number": "I-2", "quantity": "0"})
    upload.add_field("list", rows, filename="list.csv", content_type="text/csv")
    async with visitor.client.post(f"{visitor.url}/ui/import", data=upload, headers={"Origin": visitor.url}) as answer:
        text = await answer.text()
    assert answer.status == 200 and "list.csv: 1 refused, 1 taken" in text, text
    assert re.search(r'href="/ui/orders/I-1">I-1</a></td><td>taken', text)
    assert "quantity" in text and "I-2" in text
    for path, field in (("import", "list"), ("settlement", "report")):
        for content, status in ((b"\x00\x01", 422), (b"", 422)):
            upload = aiohttp.FormData()
            upload.add_field(field, content, filename="x.csv")
            async with visitor.client.post(
                f"{visitor.url}/ui/{path}", data=upload, headers={"Origin": visitor.url}
            ) as answer:
                assert (answer.status, 'role="alert"' in await answer.text()) == (status, True), path
        assert (await visitor.post(f"/ui/{path}", {field: "no file"}))[0] == 422


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_has_its_pages_and_is_refused_the_others(desk: Desk, visitor: Visitor, role: Role) -> None:
    await desk.book("P-1", carrier="mail_alliance")
    token = await hired(desk, role)
    status, text = await visitor.sign_in(token)
    assert status == 200 and "<h1>Orders</h1>" in text
    for path, roles in PATHS.items():
        status, found = await visitor.get(f"/ui/{path}")
        hidden = path == "orders/P-1" and role in (Role.BRANCH, Role.CUSTOMER)  # it is another's
        assert status == (404 if hidden else 200 if role in roles else 403), (role, path)
        linked = f'href="/ui/{path}"' in text
        assert linked is (role in roles) or path == "orders/P-1", (role, path)
        if path in ("alerts", "states") and status == 200:
            assert ("Keep" in found) is (role is Role.ADMIN)
    changed = await visitor.post("/ui/states/delivered", {"name": "mine", "visibility": "hidden"})
    account = await visitor.post("/ui/mail-account", {**SMTP, "password": "x"})
    alert = await visitor.post("/ui/alerts/tracking", {"frequency_minutes": "5", "enabled": "yes"})
    assert [found[0] for found in (changed, account, alert)] == [200 if role is Role.ADMIN else 403] * 3


async def test_nobody_is_let_in_without_signing_in_and_no_form_comes_from_elsewhere(
    desk: Desk, visitor: Visitor
) -> None:
    await desk.book("P-1", carrier="mail_alliance")
    for path in PATHS:
        status, text = await visitor.get(f"/ui/{path}")
        assert status == 200 and "<h1>Sign in</h1>" in text, path
    await visitor.sign_in()
    forms = ("orders/P-1/novelty", "orders/P-1/follow", "followers/x/end", "alerts/run", "alerts/tracking")
    for path in (
        *forms,
        "mail-account",
        "states/delivered",
        "import",
        "settlement",
        "pickups",
        "pickups/confirm",
        "pickups/q-1/approve",
        "parties",
        "parties/one",
        "parties/forget",
        "parties/tick",
    ):
        assert (await visitor.post(f"/ui/{path}", {"state": "delivered"}, "http://evil.example"))[0] == 403, path
    assert (await following.listed(desk.shop, desk.boss)) == []


async def test_ntf_085_and_088_a_pick_up_is_asked_for_approved_and_confirmed_on_the_page(
    desk: Desk, visitor: Visitor
) -> None:
    await visitor.sign_in()
    await with_mail(visitor)
    for number in ("P-1", "P-2"):
        row = {"number": number, "carrier": "mail_alliance"}
        upload = aiohttp.FormData()
        upload.add_field("list", listed(row), filename="list.csv")
        async with visitor.client.post(
            f"{visitor.url}/ui/import", data=upload, headers={"Origin": visitor.url}
        ) as answer:
            assert answer.status == 200
        status, text = await visitor.post("/ui/pickups", {"order": number, "email": "eva@example.org"})
        assert status == 200 and f">{number}</a>" in text
    assert (await visitor.post("/ui/pickups", {"order": "P-9", "email": "eva@example.org"}))[0] == 404
    assert (await visitor.post("/ui/pickups", {"order": "P-1", "email": "nobody"}))[0] == 422
    ids = re.findall(r"/ui/pickups/(q-\d+)/approve", text)
    for place in ids:
        assert (await visitor.post(f"/ui/pickups/{place}/approve", {"branch": ""}))[0] == 422
        assert (await visitor.post("/ui/pickups/confirm", {"request": place}))[0] == 409
        assert (await visitor.post(f"/ui/pickups/{place}/approve", {"branch": "Würzburg"}))[0] == 200
    await desk.work()
    told = [mail.text for mail in desk.world.mailer.mails]
    assert len(told) == 2 and all("Würzburg" in text for text in told)
    form = aiohttp.FormData([("request", place) for place in ids])
    async with visitor.client.post(
        f"{visitor.url}/ui/pickups/confirm", data=form, headers={"Origin": visitor.url}
    ) as answer:
        assert "2 confirmed." in await answer.text()
    await desk.work()
    assert len(desk.world.mailer.mails) == 3


async def test_ntf_075_and_076_the_screen_at_issuing_is_answered_or_skipped_on_the_order(
    desk: Desk, visitor: Visitor
) -> None:
    await visitor.sign_in()
    await with_mail(visitor)
    before = (await desk.site.call("GET", "/api/v1/settings", token="boss"))[1]
    smtp = {**SMTP, "port": 25, "password": "hush-hush"}
    await desk.site.call("PUT", "/api/v1/settings", {**before, "ask_on_issue": True, "smtp": smtp}, token="boss")
    await desk.book("P-1", "P-2", carrier="mail_alliance")
    person = {"recipient_first_name": "Eva", "recipient_last_name": "E", "recipient_email": "eva@example.org"}
    assert "Who wants to follow it?" in (await visitor.get("/ui/orders/P-1"))[1]
    assert (await visitor.post("/ui/orders/P-1/follow-data", {**person, "recipient_email": "eva"}))[0] == 422
    status, text = await visitor.post("/ui/orders/P-1/follow-data", person)
    assert status == 200 and "eva@example.org" in text and "Who wants to follow it?" not in text
    status, text = await visitor.post("/ui/orders/P-2/follow-data", {"do": "skip"})
    assert status == 200 and "Nobody follows it." in text and "Who wants to follow it?" not in text
    assert (await visitor.post("/ui/orders/P-2/follow-data", person))[0] == 409


async def test_ntf_228_thirty_days_without_news_are_shown_as_expired(rig: Any) -> None:
    await rig.book("P-1")
    await rig.enter("P-1", "in_transit")
    await rig.book("P-2")
    await rig.enter("P-2", "delivered")

    await ordering.place(rig.shop, rig.actor, rig.order("P-3"), confirm=False)

    async def statuses(asked: str = "") -> dict[str, str | None]:
        found = await querying.search(rig.shop, rig.actor, status=asked)
        assert found["count"] == len(found["orders"])
        return {row["number"]: row["status"] for row in found["orders"]}

    rig.clock.move(rig.clock.now() + timedelta(days=29, hours=23))
    assert await statuses() == {"P-1": "in_transit", "P-2": "delivered", "P-3": None}
    assert await statuses("in_transit") == {"P-1": "in_transit"} and await statuses("expired") == {}
    rig.clock.move(rig.clock.now() + timedelta(hours=2))
    assert await statuses() == {"P-1": "expired", "P-2": "delivered", "P-3": None}
    assert await statuses("expired") == {"P-1": "expired"} and await statuses("in_transit") == {}
    assert await statuses("delivered") == {"P-2": "delivered"}
    assert (await rig.view("P-1"))["status"] == "in_transit", "in the overview only"


async def test_orders_come_in_pages_newest_first(new_rig: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = await new_rig()
    monkeypatch.setattr(querying, "ON_A_PAGE", 2)
    for number in ("P-1", "P-2", "X-1", "P-3"):
        await ordering.place(rig.shop, rig.actor, rig.order(number), confirm=False)
    found = [await querying.search(rig.shop, rig.actor, text="P-", page=page) for page in (1, 2, 3)]
    assert [[row["number"] for row in one["orders"]] for one in found] == [["P-3", "P-2"], ["P-1"], []]
    assert [(one["count"], one["page"], one["pages"]) for one in found] == [(3, 1, 2), (3, 2, 2), (3, 3, 2)]


@pytest.mark.ci
async def test_each_role_walks_its_pages_in_a_browser(desk: Desk, tmp_path: Path) -> None:
    await desk.book("P-1", "P-2", carrier="mail_alliance")
    url = desk.site.engine.url
    tokens = {role: await hired(desk, role) for role in Role}
    async with chromium() as browser:
        for role, token in tokens.items():
            looks = PHONE if role is Role.CUSTOMER else DESK
            refused = "status of 403" if role is not Role.ADMIN else "\0"
            async with page_of(browser, url, looks, expected=refused) as page:
                await page.goto(f"{url}/ui")
                await page.get_by_label("Token").fill(token)
                await page.get_by_role("button", name="Sign in").click()
                await page.wait_for_url("**/ui/orders")
                for path, roles in PATHS.items():
                    if path == "orders/P-1" and role in (Role.BRANCH, Role.CUSTOMER):
                        continue
                    if role in roles:
                        await page.goto(f"{url}/ui/{path}")
                        assert await barriers(page, []) == [], (role, path)
                        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                        assert await page.evaluate(wide) == 0, (role, path)
                        await shot(page, tmp_path, f"engine-{role}-{path.replace('/', '-')}")
                if role is Role.ADMIN:
                    await page.goto(f"{url}/ui/alerts")
                    for label, value in (("Host", "mail.test"), ("Port", "25"), ("Sender", "a@shop.example")):
                        await page.get_by_label(label).fill(value)
                    await page.get_by_label("User").fill("alerts")
                    await page.get_by_label("Password").fill("hush")
                    await page.get_by_role("region", name="Mail account").get_by_role("button", name="Keep").click()
                    await page.goto(f"{url}/ui/orders/P-1")
                    await page.get_by_text("Let somebody follow").click()
                    await page.get_by_label("First name").fill("Eva")
                    await page.get_by_label("Last name").fill("E")
                    await page.get_by_label("E-mail").fill("eva@example.org")
                    await page.get_by_role("button", name="Follow").click()
                    await page.get_by_text("eva@example.org").wait_for()
                    assert await barriers(page, []) == []
                    await shot(page, tmp_path, "engine-order")
