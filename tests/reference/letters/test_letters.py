"""What each mail says: all of it in the text as in the HTML, and nothing that is not its reader's business."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from html.parser import HTMLParser
from typing import Any

import html5lib
import pytest

from parcelproof.reference.adapters.smtp_out import octets, one_line
from parcelproof.reference.domain.statuses import Status
from parcelproof.reference.domain.visibility import States
from parcelproof.reference.letters import LANGUAGES, novelty, pickups_confirmed, state_name, welcome
from parcelproof.reference.letters.states import WORDS
from parcelproof.reference.ports import Mail

from .samples import (
    AT,
    CONFIRM,
    DOWNLOAD,
    EACH,
    MAILS,
    PAGE,
    READER,
    SENDER,
    STOP,
    VIEW,
    Words,
    cover,
    every,
    followed,
    told,
)

OWN_HEADERS = {
    "From", "Reply-To", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted",
    "X-Parcelproof-Kind",
}  # fmt: skip
NEWS = {"List-Unsubscribe", "List-Unsubscribe-Post", "X-Parcelproof-State"}
KINDS_OF_NEWS = ("novelty", "correction", "withdrawn", "welcome")
LONG = ("слово ä " * 1300)[:10_240]
HOSTILE = {
    "line breaks": "Eve\r\nBcc: spy@evil.example\r\n\r\nX: y\n\x0b\x0c\x1c\x85\u2028\u2029--=_",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt; ]]> --> </title></html>",
    "quotes": "\"'` onmouseover=alert(1) x=\"' style='display:none",
    "templates": "{{ 7*7 }} {% raw %} %(name)s %s %d %",
    "commas": "Eve, spy@evil.example; <spy@evil.example>, =?utf-8?q?=0D=0ABcc:_spy=40evil.example?=",
    "right to left": "\u202egnp.exe\u2066\u200f שלום عالم \u202d",
    "emoji": "👩‍👩‍👧 🏳️‍🌈 ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤",
    "not characters": "\x00\x07\x1b[31m\ud800\udfff\ufffe\U0010ffff",
    "long": LONG,
    "long without a blank": "ж" * 10_240,
    "a dot": "\r\n.\r\n",
    "nothing": " \t\r\n ",
}


def hostile(text: str) -> Words:
    return Words(person=text, state=text, reason=text, remark=text, tracking=text, branch=text)


class Shown(HTMLParser):
    """Everything a browser shows of a page, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self._texts: list[str] = []
        self._head = False
        self.feed(page)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        self._head = tag == "head" or (self._head and tag != "body")

    def handle_data(self, data: str) -> None:
        if not self._head:
            self._texts.append(data)


def strict(mail: Mail) -> tuple[EmailMessage, str, str]:
    """Return a mail as its reader's program reads it from the wire, or fail at the first thing out of order."""
    return in_order(octets(mail))


def in_order(raw: bytes) -> tuple[EmailMessage, str, str]:
    """Return a mail's headers, text and page; lines end in CRLF."""
    assert all(len(row) <= 998 for row in raw.split(b"\r\n")) and b"\n" not in raw.replace(b"\r\n", b"")
    read = message_from_bytes(raw, policy=policy.strict)
    assert isinstance(read, EmailMessage)
    assert [fault for part in read.walk() for fault in part.defects] == []
    assert [fault for _, value in read.items() for fault in value.defects] == []
    assert read.get_content_type() == "multipart/alternative"
    text, page = read.iter_parts()
    assert (text.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    html = page.get_content()
    parser: Any = html5lib.HTMLParser(strict=True)
    parser.parse(html)
    return read, text.get_content().replace("\r\n", "\n"), html.replace("\r\n", "\n")


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_a_mail_is_in_order_and_says_the_same_in_both_parts(kind: str, language: str) -> None:
    read, text, html = strict(MAILS[kind](language, Words()))
    wanted = OWN_HEADERS | NEWS if kind in KINDS_OF_NEWS else OWN_HEADERS
    assert {name for name, _ in read.items()} == wanted and len(read.items()) == len(wanted)
    assert (read["From"], read["Reply-To"], read["To"]) == (SENDER, SENDER, READER)
    assert read["Auto-Submitted"] == "auto-generated"
    assert (read["Date"].datetime, read["Message-ID"]) == (AT, "<1@shop.example>")
    shown = Shown(html)
    assert f'<html lang="{language}"' in html
    rows = [row for row in text.splitlines() if row.strip()]
    for row in rows:
        said = row.removeprefix("- ")
        parts = said.replace("\u00a0:", ":").split(": ", 1) if ": " in said else [said]
        for part in parts:
            assert " ".join(part.split()) in shown.text or part in shown.links, row
    links = {word for row in rows for word in row.split() if word.startswith("https://")}
    assert links == set(shown.links)
    assert all(word in text for word in shown.text.split() if word.isalnum())


@pytest.mark.parametrize(("kind", "language"), EACH)
def test_the_html_needs_no_table_no_picture_no_script_and_names_no_colour(kind: str, language: str) -> None:
    html = MAILS[kind](language, Words()).html
    shown = Shown(html)
    assert shown.tags <= {"html", "head", "meta", "title", "body", "p", "dl", "dt", "dd", "ul", "li", "a"}
    assert shown.attributes <= {"lang", "style", "charset", "name", "content", "dir", "href"}
    assert "color:" not in html.replace("-color", "") and "background" not in html and "#" not in html
    assert 'name="color-scheme" content="light dark"' in html


@cache
def calm_mails() -> dict[tuple[str, str], tuple[EmailMessage, str, str]]:
    return {(kind, language): strict(mail) for kind, language, mail in every(Words(state="x"))}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_words_of_others_stay_words(text: str) -> None:
    """Names, remarks, renamed states: no header, no recipient, no tag, no attribute, no line comes of them."""
    plain = calm_mails()
    languages = LANGUAGES if len(text) < 1000 else ("ru",)  # length is the same in all
    for kind, language, mail in every(hostile(text), languages):
        read, body, html = strict(mail)
        calm_read, calm_body, calm_html = plain[kind, language]
        assert sorted(name for name, _ in read.items()) == sorted(name for name, _ in calm_read.items())
        for name in ("From", "Reply-To", "To", "List-Unsubscribe", "Message-ID"):
            assert read[name] == calm_read[name]
        assert [found.addr_spec for found in read["To"].addresses] == [READER]
        assert html.count("<") <= calm_html.count("<") and html.count(">") <= calm_html.count(">")
        shown, calm = Shown(html), Shown(calm_html)
        assert (shown.tags <= calm.tags, shown.attributes <= calm.attributes) == (True, True)
        assert shown.links == calm.links
        assert len(body.splitlines()) <= len(calm_body.splitlines())
        assert all(sign.isprintable() or sign in "\n\u00a0\u202f" for sign in body + html)
        assert one_line(mail.subject) == read["Subject"] and len(mail.subject) <= 250


@pytest.mark.parametrize("field", ["person", "remark", "reason", "state", "tracking", "branch"])
def test_ten_thousand_letters_arrive_whole(field: str) -> None:
    words = replace(Words(), **{field: LONG})
    said = " ".join(LONG.split())
    mails = [write(language, words) for write in MAILS.values() for language in ("fr", "ru")]
    found = [(said in mail.text, said in mail.html) for mail in mails]
    assert set(found) <= {(True, True), (False, False)} and (True, True) in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_news_names_the_newest_state_its_reason_remark_and_number(language: str) -> None:
    mail = MAILS["novelty"](language, Words())
    name = state_name(Status.DELIVERY_FAILED, States(), language)
    assert name in mail.subject and "98.60" in mail.subject
    for part in (name, "98.60", "Nobody at home", "Card left in the letter box", PAGE, STOP, "Erika Muster"):
        assert part in mail.text
    others = {state_name(state, States(), language) for state in WORDS} - {name}
    assert [other for other in others if other in mail.text or other in mail.html] == []
    assert mail.headers["X-Parcelproof-State"] == "delivery_failed"
    assert mail.headers["List-Unsubscribe"] == f"<{STOP}>"
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_company_names_its_states_itself(language: str) -> None:
    for kind in ("novelty", "correction", "welcome"):
        mail = MAILS[kind](language, Words(state="At the counter"))
        assert "At the counter" in mail.subject and "At the counter" in mail.text and "At the counter" in mail.html
        assert state_name(Status.DELIVERY_FAILED, States(), language) not in mail.text + mail.html + mail.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_says_what_holds_or_that_news_follow(language: str) -> None:
    holds, follows = MAILS["correction"](language, Words()), MAILS["withdrawn"](language, Words())
    name, unknown = (state_name(state, States(), language) for state in (Status.DELIVERY_FAILED, Status.UNKNOWN))
    assert name in holds.text and name not in follows.text
    for mail in (holds, follows):
        assert unknown not in mail.text + mail.subject
        assert "Nobody at home" not in mail.text and "Card left" not in mail.text
    assert holds.subject != MAILS["novelty"](language, Words()).subject


def test_without_reason_remark_page_and_link_there_are_no_empty_rows() -> None:
    bare = replace(followed(Words()), page=None, unsubscribe=None)
    mail = novelty(told(Words(reason="", remark="")), bare, cover("en", Words(person=" ")))
    assert mail.text == "Hello,\n\nShipment: 98.60\nStatus: Delivery attempted without success\n"
    assert "href" not in mail.html and "List-Unsubscribe" not in mail.headers


@pytest.mark.parametrize(
    ("language", "date"),
    [
        ("de", "1. April 2026"), ("fr", "1 avril 2026"), ("it", "1 aprile 2026"), ("en", "April 1, 2026"),
        ("es", "1 de abril de 2026"), ("ru", "1 апреля 2026"),
    ],
)  # fmt: skip
def test_a_new_follower_reads_the_news_in_force_and_until_when(language: str, date: str) -> None:
    mail = welcome(told(Words()), followed(Words()), cover(language, Words()), ends_at=AT + timedelta(days=30))
    assert date in mail.text and date in mail.html
    assert "Card left" in mail.text and mail.headers["X-Parcelproof-State"] == "delivery_failed"
    assert mail.headers["List-Unsubscribe"] == f"<{STOP}>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_confirmation_has_the_number_and_the_link_and_tells_no_news(language: str) -> None:
    mail = MAILS["follow_confirm"](language, Words())
    assert CONFIRM in mail.text and f'href="{CONFIRM}"' in mail.html and "98.60" in mail.text
    assert [word for word in (state_name(state, States(), language) for state in WORDS) if word in mail.text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_approved_pick_up_names_branch_and_number_and_leads_to_the_label(language: str) -> None:
    mail = MAILS["pickup_approved"](language, Words())
    assert all(part in mail.text for part in ("Depot East", "98.60", VIEW, DOWNLOAD))
    assert f'href="{VIEW}"' in mail.html and f'href="{DOWNLOAD}"' in mail.html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 3, 11, 300])
def test_confirmed_pick_ups_are_counted_and_named(language: str, count: int) -> None:
    numbers = [f"T-{n:04}" for n in range(count)]
    mail = pickups_confirmed(numbers, cover(language, Words()), branch="Depot East")
    assert [row.removeprefix("- ") for row in mail.text.splitlines() if row.startswith("- ")] == numbers
    assert str(count) in mail.subject.split() and mail.html.count("<li ") == count
    assert "Depot East" in mail.text
