"""A letter's bytes, read by the standard library's parser: what was put in comes out, whatever it was."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from parcelproof.simulators.postal_api.swiss.judgement_notices import MAIL_PATTERN
from parcelproof.simulators.postal_api.swiss.notifying.letter import Letter, raw, several_lines

from .shop import LEA, text_of

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
anything = st.text(st.characters(codec=None, exclude_categories=[]), max_size=80)
addresses = st.from_regex(MAIL_PATTERN, fullmatch=True).filter(lambda text: len(text) <= 160)


def letter(*, to: str = LEA, sender: str = "Shop", message: str = "", by_mail: bool = True) -> Letter:
    return Letter(
        to=to,
        by_mail=by_mail,
        language="DE",
        sender=sender,
        title="Announced",
        text="Guten Tag",
        rows=(("Sendungsnummer", "996001321700000001"),),
        message=several_lines(message),
        at=AT,
        mark="sp-1.1.data.0123456789abcdef",
    )


def parsed(found: Letter) -> EmailMessage:
    bytes_ = raw(found)
    assert all(len(line) <= 998 for line in bytes_.split(b"\r\n")) and bytes_.isascii()
    assert bytes_.count(b"\n") == bytes_.count(b"\r\n") == bytes_.count(b"\r")
    mail = message_from_bytes(bytes_, policy=default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects and [part.defects for part in mail.walk() if part.defects] == []
    return mail


@settings(max_examples=40)
@given(addresses, anything, anything)
@example(LEA, "=?utf-8?q?x?=", "=_\r\n--=_\r\n.\r\n")
@example(LEA, "🎁" * 50, "a\r\nBcc: b@example.ch\r\n\r\nx")
def test_ntf_150_and_153_whatever_customers_write_comes_out_as_it_went_in(to: str, sender: str, message: str) -> None:
    assume(".." not in to and not to.startswith("."))  # E2041
    found = letter(to=to, sender=sender, message=message)
    mail = parsed(found)
    assert mail["To"] == to and mail["Subject"] == found.subject and len(mail.get_all("Subject", [])) == 1
    assert found.message in text_of(mail) and found.subject.isprintable()
    assert all(letter.isprintable() or letter == "\n" for letter in text_of(mail))
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@given(anything, anything)
@example("Shop", "ä" * 80)
def test_ntf_113_an_sms_is_one_line_that_ends_with_the_number(sender: str, message: str) -> None:
    mail = parsed(letter(to="079 123 45 67", by_mail=False, sender=sender, message=message * 9))
    said = text_of(mail)
    assert said.count("\n") == 1 and said.endswith(" 996001321700000001\n") and len(said) <= 460
    assert mail["To"] == "0791234567@sms.swiss-post.example" and not mail.is_multipart()


@pytest.mark.parametrize("name", ["Date", "Message-ID", "Auto-Submitted", "Content-Language", "MIME-Version"])
def test_the_heads_of_a_machines_mail(name: str) -> None:
    wanted = {
        "Date": "Mon, 02 Mar 2026 09:00:00 +0000",
        "Message-ID": "<sp-1.1.data.0123456789abcdef@swiss-post.example>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "de",
        "MIME-Version": "1.0",
    }
    assert parsed(letter())[name] == wanted[name]
