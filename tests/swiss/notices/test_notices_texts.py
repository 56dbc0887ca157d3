"""What a notice says and how: name, free texts, picture, language. `notifications` NTF-150 to NTF-159, NTF-240."""

import re
from copy import deepcopy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest

from parcelproof.simulators.postal_api.swiss.described_requests import REPLACEMENT_EXAMPLE
from parcelproof.simulators.postal_api.swiss.notices import LANGUAGES
from parcelproof.simulators.postal_api.swiss.notifying.words import _all

from ..conftest import LABEL, recorded
from .shop import LEA, OURS, Shop, link_in, note, shop_open, text_of

PICTURE = {"urlPic": "https://shop.example/logo.png", "urlLink": "https://shop.example/a?b=1&c=2"}


class Page(HTMLParser):
    """The elements and texts of a page; fails where one is closed that is not open."""

    VOID = ("meta", "img", "br", "input")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def labelled(sent: dict[str, Any]) -> dict[str, Any]:
    return recorded(item={"attributes": {"przl": ["PRI"]}, "notification": [sent]})


async def only(shop: Shop, to: str = LEA) -> EmailMessage:
    (mail,) = await shop.mails(to)
    return mail


async def test_ntf_150_the_senders_name_stands_in_subject_and_body() -> None:
    name = "Ä" * 50
    async with shop_open(notification_sender_name=name) as shop:
        await shop.label(note(1))
        mail = await only(shop)
        assert mail["Subject"].startswith(f"{name}: ") and name in text_of(mail) and name in text_of(mail, "html")
        async with shop.http.patch(
            f"{shop.url}/_sim/v1/tenants/shop",
            json={"settings": {"swiss_post": {"notification_sender_name": name + "Ä"}}},
        ) as reply:
            assert reply.status == 422, "fifty-one are refused"


async def test_ntf_150_without_one_of_his_own_both_names_of_the_label_are_the_senders(shop: Shop) -> None:
    await shop.label(note(1), customer={"name1": "Versandhaus Rhein", "name2": "Abteilung Bücher"})
    mail = await only(shop)
    assert mail["Subject"].startswith("Versandhaus Rhein Abteilung Bücher: ")
    assert "Versandhaus Rhein Abteilung Bücher" in text_of(mail)


@pytest.mark.parametrize(("field", "most"), [("freeText1", 160), ("freeText2", 512)])
@pytest.mark.parametrize("letter", ["a", "ü", "🎁"])
async def test_ntf_151_152_and_154_texts_are_counted_in_characters(
    shop: Shop, field: str, most: int, letter: str
) -> None:
    """NTF-151: 160, NTF-152: 512, NTF-154: an umlaut and an emoji count one."""
    await shop.label(note(1, **{field: letter * most}))
    mail = await only(shop)
    assert letter * most in text_of(mail) and letter * most in text_of(mail, "html")
    item = {"attributes": {"przl": ["PRI"]}, "notification": [note(1, **{field: letter * (most + 1)})]}
    assert (await shop.call("POST", LABEL, recorded(item=item)))[0] == 400


async def test_ntf_153_both_texts_stand_in_one_field_in_their_order(shop: Shop) -> None:
    await shop.label(note(1, freeText1="First", freeText2="Second"))
    mail = await only(shop)
    assert "Message from the sender:\nFirst\nSecond\n" in text_of(mail)
    assert text_of(mail, "html").count("Message from the sender") == 1
    assert "First<br>Second" in text_of(mail, "html")


async def test_ntf_155_without_texts_there_is_no_field(shop: Shop) -> None:
    await shop.label(note(1))
    mail = await only(shop)
    assert "Message from" not in text_of(mail) + text_of(mail, "html")


async def test_ntf_156_kinds_without_texts_and_sms_drop_them_with_a_warning(shop: Shop) -> None:
    sms = note(1, type="SMS", communication={"mobile": "0791234567"}, freeText1="First", freeText2="Second")
    item = await shop.asked(note(64, freeText1="First"), sms)
    assert [row["code"] for row in item["warnings"]] == ["W2014", "W2013"]
    await shop.scan("sp-1", 1003, 934)
    assert "First" not in text_of(await only(shop))
    told = text_of(await only(shop, "0791234567@sms.swiss-post.example"))
    assert "First" in told and "Second" not in told


async def test_ntf_157_picture_and_link_of_the_sender_are_shown(shop: Shop) -> None:
    await shop.label(note(1, dynPic=PICTURE))
    mail = await only(shop)
    elements = Page(text_of(mail, "html")).elements
    assert [attrs["src"] for tag, attrs in elements if tag == "img"] == [PICTURE["urlPic"]]
    assert PICTURE["urlLink"] in [attrs.get("href") for tag, attrs in elements if tag == "a"]
    assert PICTURE["urlLink"] in text_of(mail)


@pytest.mark.parametrize("part", ["urlPic", "urlLink"])
async def test_ntf_157_each_alone_works_where_the_carrier_takes_it(part: str) -> None:
    """On the wire both are required, NTF-157 has each alone: a switch."""
    sent = note(1, dynPic={part: PICTURE[part]})
    async with shop_open(picture_and_link="either") as shop:
        await shop.label(sent)
        page = Page(text_of(await only(shop), "html"))
        found = {value for _, attrs in page.elements for value in attrs.values()}
        assert {url for url in PICTURE.values() if url in found} == {PICTURE[part]}
        for wrong in ({}, {"urlPic": "https://a.ch/a.svg"}, {"urlPic": None, "urlLink": "ftp://a.ch"}):
            assert (await shop.call("POST", LABEL, labelled(note(1, dynPic=wrong))))[0] == 400
    async with shop_open() as shop:
        assert (await shop.call("POST", LABEL, labelled(sent)))[0] == 400
        assert await shop.mails() == []


@pytest.mark.parametrize(("name", "taken"), [("jpg", 1), ("JPEG", 1), ("gif", 1), ("png", 1), ("svg", 0), ("webp", 0)])
async def test_ntf_158_pictures_are_of_four_types(shop: Shop, name: str, taken: int) -> None:
    picture = {**PICTURE, "urlPic": f"https://shop.example/logo.{name}"}
    item = {"attributes": {"przl": ["PRI"]}, "notification": [note(1, dynPic=picture)]}
    status, _ = await shop.call("POST", LABEL, recorded(item=item))
    assert (status == 200, len(await shop.mails())) == (bool(taken), taken)


TITLES = {
    "DE": "Ihre Sendung ist angekündigt",
    "FR": "Votre envoi est annoncé",
    "IT": "Il suo invio è annunciato",
    "EN": "Your consignment has been announced",
}


@pytest.mark.parametrize("language", TITLES)
async def test_ntf_159_each_notice_has_the_language_that_was_given(shop: Shop, language: str) -> None:
    kinds = (1, 2, 4, 32, 64, 128, 256)
    recipient = {"pobox": "7", "street": None}
    notes = [note(kind, language=language, deliveryInstructions=["10"] if kind == 1 else []) for kind in kinds]
    parcel = await shop.label(*notes, codes=("PRI", "SA", "ZAW3233"), item={"recipient": recipient})
    await shop.scan(parcel, 1002, 1003, 934)
    await shop.advance(86_400_000)  # loaded again, on another day
    await shop.scan(parcel, 1003, 923, 910)
    await shop.advance(3 * 86_400_000)
    await shop.scan(parcel, 4000)
    mails = await shop.mails(LEA)
    titles = [str(mail["Subject"]).partition(": ")[2] for mail in mails]
    assert titles[0] == TITLES[language] and len(titles) == len(set(titles)) == 10
    for mail in mails:
        assert f'<html lang="{language.lower()}">' in text_of(mail, "html")
        assert not re.search(r"[{}]|\bNone\b|\w: *\n\w+:|  ", text_of(mail)), text_of(mail)
    _, page = await shop.page(link_in(mails[0]))
    assert f'<html lang="{language.lower()}">' in page


def test_ntf_159_every_language_has_every_sentence_with_the_same_places() -> None:
    def places(found: Any, at: str = "") -> dict[str, Any]:
        if not isinstance(found, dict):
            return {at: sorted(set(re.findall(r"\{(\w+)\}", str(found))))}
        return {key: value for name, below in found.items() for key, value in places(below, f"{at}/{name}").items()}

    shapes = [places(_all()[language.lower()]) for language in LANGUAGES]
    assert shapes[0] == shapes[1] == shapes[2] == shapes[3] and len(shapes[0]) > 60


HOSTILE = [
    "<script>alert(1)</script>",
    'x" onload="alert(1)',
    "a\r\nBcc: evil@example.org",
    "a\nSubject: gone\n\nbody",
    "{sender} {0} {place!r}",
    "a, b <c@d.ch>; e",
    "\u202egnirts",
    "\u2028x\x1b[31m\x00",
    "=?utf-8?q?x?=",
    "🎁" * 12,
]


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_ntf_240_what_customers_write_stays_text(shop: Shop, hostile: str) -> None:
    in_settings = not set(hostile) & set("\r\n")
    if in_settings:
        await shop.control("PATCH", body={"settings": {"swiss_post": {"notification_sender_name": hostile}}})
    picture = {"urlPic": 'https://a.ch/"><script>x.png', "urlLink": 'https://a.ch/"onclick="x'}
    sent = note(1, freeText1=hostile, freeText2=hostile, dynPic=picture, deliveryInstructions=["10"])
    parcel = await shop.label(sent, customer={"name1": "Shop" if in_settings else hostile[:25]})
    mail = await only(shop)
    assert set(mail.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "MIME-Version"),
        "Content-Type",
    }
    assert (mail["To"], mail["Bcc"]) == (LEA, None) and len(mail.get_all("Subject", [])) == 1
    page = Page(text_of(mail, "html"))
    assert {tag for tag, _ in page.elements} <= {
        *("html", "head", "meta", "title", "body", "table", "tr", "td", "h1", "p", "br", "div", "a", "img", "ul", "li"),
    }
    assert not [attrs for _, attrs in page.elements if any(key.startswith("on") for key in attrs)]
    text = text_of(mail)
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    await shop.scan(parcel, 100)
    _, shown = await shop.page(link_in(mail))
    assert "script" not in {tag for tag, _ in Page(shown).elements}


async def test_mails_have_the_heads_that_a_machine_must_send_and_the_same_bytes_each_time(shop: Shop) -> None:
    found = []
    for _ in range(2):
        async with shop_open() as one:
            await one.label(note(1, freeText1="Danke"))
            found.append(await one.control("GET", "mails/1/raw"))
            mail = await only(one)
    assert found[0] == found[1]
    assert (
        mail["Auto-Submitted"] == "auto-generated" and mail["Date"] and mail["Message-ID"].startswith("<sp-1.1.data.")
    )
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "Swiss Post" in mail["From"] and LEA not in text_of(mail) and "Lea" not in text_of(mail)


async def test_mails_are_seen_in_the_console(shop: Shop) -> None:
    await shop.label(note(1))
    async with shop.http.get(f"{shop.url}/_console/t/shop/mails") as reply:
        assert reply.status == 200 and "Your consignment has been announced" in await reply.text()
    async with shop.http.get(f"{shop.url}/_console/t/shop/mails/1/html") as reply:
        assert "YourCompany" in await reply.text()


async def test_a_replacements_outgoing_leg_is_told_and_its_return_is_not(shop: Shop) -> None:
    body = deepcopy(REPLACEMENT_EXAMPLE)
    body["returnToWarehouse"]["recipient"]["email"] = "store@example.ch"
    body["returnToWarehouse"]["attributes"] = {"przl": ["PRI"]}
    await shop.recipient(email="store@example.ch", kinds=[1, 2])
    status, told = await shop.call("POST", "/barcode/v1/generateReplacementLabel", body)
    assert status == 200
    outgoing, back = told["sendReplacement"]["identcode"], told["returnToWarehouse"]["identcode"]
    assert [outgoing in text_of(mail) for mail in await shop.mails()] == [True]
    assert (await shop.call("GET", f"{OURS}/consignments/{back}"))[1]["notices"] == []
