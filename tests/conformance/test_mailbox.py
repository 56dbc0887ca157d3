"""The judge's SMTP server: keeps what it takes, refuses what it is told to, on a port of the system's choice."""

import smtplib
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from parcelproof.conformance.mailbox import Mailbox

T0 = datetime(2026, 3, 2, tzinfo=UTC)


def letter(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.org", to, "Доставлен · zugestellt"
    message["Message-ID"] = "<one@shop>"
    message.set_content("Посылка вручена.")
    message.add_alternative("<p>Посылка вручена.</p>", subtype="html")
    return message


def test_a_mail_is_kept_with_envelope_headers_text_and_html() -> None:
    with Mailbox() as mailbox, smtplib.SMTP(mailbox.host, mailbox.port) as smtp:
        mailbox.window = lambda: (T0, T0 + timedelta(minutes=4))
        smtp.send_message(letter("eva@example.org"))
        kept = mailbox.to("EVA@example.org")[0]
    assert (kept.sender, kept.recipients) == ("shop@example.org", ("eva@example.org",))
    assert (kept.since, kept.at) == (T0, T0 + timedelta(minutes=4))
    assert kept.subject == "Доставлен · zugestellt"
    assert kept.text.strip() == "Посылка вручена." and "<p>Посылка" in kept.html
    assert kept.header("message-id") == "<one@shop>"


@pytest.mark.parametrize("answer", ["451 4.3.0 later", "550 5.1.1 no such user"])
def test_an_address_is_refused_as_often_as_was_said(answer: str) -> None:
    with Mailbox() as mailbox, smtplib.SMTP(mailbox.host, mailbox.port) as smtp:
        mailbox.refuse("eva@example.org", answer, times=2)
        for _ in range(2):
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                smtp.send_message(letter("eva@example.org"))
            code, text = refused.value.recipients["eva@example.org"]
            assert f"{code} {text.decode()}" == answer
        smtp.send_message(letter("adam@example.org"))
        smtp.send_message(letter("eva@example.org"))
        assert mailbox.refused["eva@example.org"] == 2
        assert [mail.recipients for mail in mailbox.mails] == [("adam@example.org",), ("eva@example.org",)]
        mailbox.clear()
        assert (mailbox.mails, mailbox.refused) == ([], {})


@pytest.mark.parametrize(
    ("content", "name", "value"),
    [
        (b"Content-Type: text/plain; charset=bogus\r\n\r\nhello", "content-type", 'text/plain; charset="bogus"'),
        (b"Message-ID: <a@[>\r\n\r\nhello", "message-id", "<a@[>"),
        (b"To: =?utf-8?q?=ff?= <\r\n\r\nhello", "to", "=?utf-8?q?=ff?= <"),
        (b"Message-ID: <\r\n\r\nhello", "message-id", "<"),
        (b"From: @\r\nSubject: x\r\n\r\nhello", "subject", "x"),
    ],
)
def test_a_malformed_mail_came_all_the_same(content: bytes, name: str, value: str) -> None:
    with Mailbox() as mailbox, smtplib.SMTP(mailbox.host, mailbox.port) as smtp:
        smtp.sendmail("shop@example.org", ["eva@example.org"], content)
        kept = mailbox.to("eva@example.org")[0]
    assert (kept.header(name), kept.text.strip()) == (value, "hello")


def test_two_mailboxes_do_not_share_a_port() -> None:
    with Mailbox() as one, Mailbox() as other:
        assert one.port != other.port


@pytest.mark.parametrize("accept", [False, True])
def test_the_second_mail_is_lost_with_its_connection_before_or_after_it_was_accepted(accept: bool) -> None:
    with Mailbox() as mailbox:
        lost = mailbox.disturb(2, accept=accept, hold=False)
        for place, number in enumerate(("first", "lost", "third"), start=1):
            with smtplib.SMTP(mailbox.host, mailbox.port) as smtp:
                if place == 2:
                    with pytest.raises(smtplib.SMTPServerDisconnected):
                        smtp.send_message(letter(f"{number}@example.org"))
                    continue
                smtp.send_message(letter(f"{number}@example.org"))
                assert lost.hit.is_set() == (place > 2)
        kept = [mail.recipients[0].partition("@")[0] for mail in mailbox.mails]
    assert kept == (["first", "lost", "third"] if accept else ["first", "third"])


@pytest.mark.parametrize(("accept", "lose"), [(False, True), (True, True), (False, False), (True, False)])
def test_a_mail_is_held_until_it_is_released(accept: bool, lose: bool) -> None:
    with Mailbox() as mailbox:
        held, ended = mailbox.disturb(1, accept=accept, hold=True, lose=lose), threading.Event()

        def send() -> None:
            with suppress(smtplib.SMTPException), smtplib.SMTP(mailbox.host, mailbox.port) as smtp:
                smtp.send_message(letter("eva@example.org"))
            ended.set()

        thread = threading.Thread(target=send)
        thread.start()
        assert held.hit.wait(10)
        assert len(mailbox.mails) == accept and not ended.is_set()
        held.release()
        thread.join(10)
        assert ended.is_set() and len(mailbox.mails) == (accept or not lose)
