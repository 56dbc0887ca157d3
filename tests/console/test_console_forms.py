"""Forms of webhooks, bad days, journal, payouts and mailbox."""

import json
import re
from typing import Any

import pytest

from .conftest import DAY_MS, Shop, fields, text_of


async def test_switches_are_set_and_put_back_by_a_form(shop: Shop) -> None:
    action = "webhooks/mail_alliance"
    typed = {"duplicate": "2", "late": "1h 30m", "drop": "next", "drop_next": "3", "reorder": "yes"}
    typed |= {"reorder_within": "2h", "stale_timestamp": "yes", "only": "A-1, B-2"}
    page = await shop.followed(await shop.send("webhooks", action, **typed))
    assert "disturbed" in page.text and 'value="A-1, B-2"' in page.text
    found = await shop.control("GET", "/tenants/shop/webhooks/mail_alliance")
    assert (found["duplicate"], found["late_ms"], found["drop"], found["reorder"]) == (2, 5_400_000, 3, True)
    assert (found["reorder_within_ms"], found["stale_timestamp"]) == (7_200_000, True)
    assert (found["corrupt_signature"], found["only"]) == (False, {"reference": ["A-1", "B-2"]})
    page = await shop.followed(await shop.send("webhooks", action))
    assert "disturbed" not in page.text
    neutral = await shop.control("GET", "/tenants/shop/webhooks/cdek")
    assert await shop.control("GET", "/tenants/shop/webhooks/mail_alliance") == neutral


@pytest.mark.parametrize(
    "typed",
    [
        {"duplicate": "101"},
        {"duplicate": "x"},
        {"late": "later"},
        {"reorder_within": "0s"},
        {"drop": "next", "drop_next": "-1"},
    ],
)
async def test_wrong_switches_come_back_with_a_sentence(shop: Shop, typed: dict[str, str]) -> None:
    page = await shop.refused("webhooks", "webhooks/cdek", typed)
    assert 'class="wrong" role="alert"' in page.text
    neutral = await shop.control("GET", "/tenants/shop/webhooks/mail_alliance")
    assert await shop.control("GET", "/tenants/shop/webhooks/cdek") == neutral


async def test_an_attempt_is_shown_with_its_answer_and_sent_again(shop: Shop, receiver: str) -> None:
    await shop.listen(receiver)
    await shop.book("ORDER-<9>")
    await shop.advance(0)
    page = await shop.page("webhooks/attempts/2")
    assert "ORDER-&lt;9&gt;" in page.text and "&#34;received&#34;: 2" in page.text
    answer = await shop.send("webhooks/attempts/2", "webhooks/attempts/2/replay")
    assert shop.hooks[-1] == shop.hooks[1] and len(shop.hooks) == 3
    page = await shop.followed(answer)
    assert "sent once more, byte for byte, as attempt 3" in page.text and "the same bytes as" in page.text
    missing = await shop.refused("webhooks/attempts/2", "webhooks/attempts/99/replay", {})
    assert missing.status_code == 404
    await shop.page("webhooks/attempts/99", 404)
    await shop.page("webhooks/attempts/x", 404)


async def test_endpoints_are_shown_without_their_secrets(shop: Shop, receiver: str) -> None:
    await shop.listen(receiver)
    page = await shop.page("webhooks")
    assert receiver in page.text and "whsec_" not in page.text


async def test_a_bad_day_begins_and_ends_by_forms(shop: Shop) -> None:
    page = await shop.followed(await shop.send("faults", "bad-days/answers-lost", carrier="cdek"))
    assert "on at CDEK" in text_of(page) and "on at Mail Alliance" not in text_of(page)
    (begun,) = (await shop.control("GET", "/tenants/shop/bad-days"))["bad_days"]
    assert (begun["name"], begun["carrier"]) == ("answers-lost", "cdek")
    page = await shop.followed(await shop.send("faults", "bad-days/answers-lost/end"))
    assert "on at" not in text_of(page) and "Nothing goes wrong" in page.text
    page = await shop.refused("faults", "bad-days/no-such-day", {"carrier": "cdek"})
    assert 'class="wrong" role="alert"' in page.text


async def test_the_journal_is_searched_by_what_people_can_read(shop: Shop) -> None:
    await shop.book("NEEDLE-1")
    await shop.book("other")
    await shop.http.get("/mail-alliance/v1/parcels/none", headers={"X-Api-Key": "mak_test_shop"})

    async def count(query: str) -> str:
        found = re.search(r"of (\d+) exchanges", text_of(await shop.page(f"journal?{query}")))
        return found[1] if found else "0"

    assert await count("") == "3"
    assert [await count(f"text={text}") for text in ("needle-1", "Needle", "zzz", "x-api-key", "404")] == list("11031")
    assert await count("text=mak_test_shop") == "0"  # masked, and so no way to guess at it
    assert [await count(f"status={status}") for status in ("201", "4xx", "404", "500", "xx", "?")] == list("211000")
    assert [await count(f"direction={way}") for way in ("in", "out")] == ["3", "0"]
    assert await count("operation=create_parcel&carrier=mail_alliance") == "2"
    assert await count("carrier=cdek") == "0" == await count("fault=on")


async def test_the_journal_is_taken_away_as_the_control_api_gives_it(shop: Shop) -> None:
    await shop.book()
    ndjson, har = await shop.page("journal.ndjson"), await shop.page("journal.har")
    same = await shop.http.get("/_sim/v1/tenants/shop/journal?format=ndjson")
    assert ndjson.content == same.content and ndjson.headers["Content-Disposition"].endswith('"shop-journal.ndjson"')
    assert json.loads(har.content)["log"]["version"] == "1.2"
    known = await shop.control("GET", "/tenants/shop/journal/hash")
    assert known["sha256"] in (await shop.page("journal?hash=yes")).text
    await shop.page("journal/99", 404)
    await shop.page("journal/x", 404)


async def test_a_payout_is_made_and_taken_away(shop: Shop) -> None:
    page = await shop.followed(await shop.send("payouts", "payouts/cdek"))
    assert "CDEK API v2 owes nothing now." in page.text
    await book_cod(shop)
    await shop.advance(4 * DAY_MS)
    page = await shop.followed(await shop.send("payouts", "payouts/cdek"))
    reports = (await shop.control("GET", "/tenants/shop/payouts/cdek"))["payouts"]
    number = reports[0]["number"]
    assert str(number) in page.text and "RUB" in page.text
    for link in (link for link in fields(page).links if "/payouts/cdek/" in link):
        file = await shop.http.get(link)
        assert file.status_code == 200 and file.headers["Content-Disposition"].startswith("attachment"), link
    await shop.page(f"payouts/cdek/{number}/docx", 422)
    await shop.page("payouts/cdek/nothing/csv", 404)
    await shop.page("payouts/nobody/1/csv", 404)
    assert (await shop.refused("payouts", "payouts/nobody", {})).status_code == 404
    assert (await shop.refused("payouts", "payouts/mail_alliance", {})).status_code in (404, 409)


async def book_cod(shop: Shop) -> None:
    """Order at CDEK, cash on delivery, and let it be delivered."""
    asked = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s"}
    token = (await shop.http.post("/cdek/v2/oauth/token", data=asked)).json()["access_token"]
    item = {"name": "Кружка", "ware_key": "MUG", "payment": {"value": 990}, "cost": 990, "weight": 1000, "amount": 1}
    size = {"weight": 1200, "length": 20, "width": 20, "height": 10}
    body: dict[str, Any] = {
        "type": 1,
        "number": "P-1",
        "tariff_code": 139,
        "recipient": {"name": "Иванова Анна", "phones": [{"number": "+79130000001"}]},
        "from_location": {"code": 44, "address": "ул. Складская, 1"},
        "to_location": {"postal_code": "630099", "city": "Новосибирск", "address": "ул. Ленина, 7"},
        "packages": [{"number": "1", **size, "items": [item]}],
    }
    answer = await shop.http.post("/cdek/v2/orders", json=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 202, answer.text


async def test_a_mail_is_shut_in(shop: Shop) -> None:
    await shop.mail("Hello <Erika>", "plain", "<script>parent.alert(1)</script><img src=http://evil.example/x.png>")
    page = await shop.page("mails/1")
    assert "Hello &lt;Erika&gt;" in page.text and "evil.example" not in page.text
    assert '<iframe title="The mail&#39;s HTML text" sandbox src=' in page.text.replace("mail's", "mail&#39;s")
    inside = await shop.page("mails/1/html")
    policy = inside.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'") and "allow-" not in policy and "http" not in policy
    raw = await shop.page("mails/1/raw")
    assert raw.headers["Content-Type"] == "message/rfc822" and b"plain" in raw.content
    for path in ("mails/2", "mails/x", "mails/2/raw", f"mails/{'9' * 30}"):
        await shop.page(path, 404)
    assert "Hello" not in (await shop.page("mails?subject=other")).text
    assert "Hello" in (await shop.page("mails?subject=hello&to=ERIKA")).text
    page = await shop.followed(await shop.send("mails", "mails/clear"))
    assert "No mail came yet" in page.text


GARBAGE = ("", "x", "-1", "1e999", "9" * 40, "\x00", "²", "\u2028", "<b>", "{", "[" * 5000, "=", "a=b=c\n:::")
NAMES = """
    name start seed mode id secret by to next speed code place reason occurred_at delay duplicate reorder sequence story
    kind point carrier operation status latency slowest nth times percent where body headers late drop drop_next
    reorder_within only back
"""


async def test_garbage_in_any_field_of_any_form_is_refused_or_harmless(shop: Shop, receiver: str) -> None:
    await shop.listen(receiver)
    parcel = f"parcels/{(await shop.book())['id']}"
    await shop.advance(0)
    forms: dict[str, dict[str, str]] = fields(await shop.http.get("/")).forms
    for path in (parcel, "clock", "faults", "webhooks", "webhooks/attempts/1", "payouts"):
        forms |= fields(await shop.page(path)).forms
    sent = {action: hidden for action, hidden in forms.items() if "token" in hidden and not action.endswith("/delete")}
    assert len(sent) > 20
    for action, hidden in sent.items():
        for garbage in GARBAGE:
            answer = await shop.http.post(action, data={**dict.fromkeys(NAMES.split(), garbage), **hidden})
            assert answer.status_code < 500, (action, garbage)
        assert (await shop.http.post(action, data={"token": hidden["token"]})).status_code < 500, action
