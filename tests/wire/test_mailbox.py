"""The mailbox of a tenant: what is kept, what is forgotten, what can be read of any bytes at all."""

import json
from email.message import EmailMessage

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.core.world import World
from parcelproof.simulators.wire import mail_text, mailbox
from parcelproof.simulators.wire.mail_text import headers_of, summary_of, text_of
from parcelproof.simulators.wire.tenants import Tenants

NOW_MS = 1_772_442_000_000


def tenants() -> Tenants:
    return Tenants(duties={}, kinds=[], virtual=True, now_ms=NOW_MS, seed="mail")


def put(world: World, size_bytes: int, subject: str = "s") -> mailbox.Mail:
    head = f"Subject: {subject}\r\n\r\n".encode()
    return mailbox.keep(world, "a@b.example", ["c@d.example"], head.ljust(size_bytes, b"x"))


@given(st.lists(st.one_of(st.integers(14, 60), st.none()), max_size=40), st.integers(1, 6), st.integers(30, 200))
def test_the_newest_mails_that_fit_are_kept_and_the_counters_are_exact(
    script: list[int | None], most: int, most_bytes: int
) -> None:
    """A number is a mail of that size, None empties the mailbox."""
    world = tenants().world("t")
    model: list[tuple[int, int]] = []
    received = received_bytes = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mailbox, "KEPT_MAILS", most)
        patch.setattr(mailbox, "KEPT_BYTES", most_bytes)
        for size_bytes in script:
            if size_bytes is None:
                mailbox.forget_all(world)
                model.clear()
                continue
            received, received_bytes = received + 1, received_bytes + size_bytes
            model.append((received, size_bytes))
            while len(model) > 1 and (len(model) > most or sum(size for _, size in model) > most_bytes):
                model.pop(0)
            put(world, size_bytes)
    assert [(mail.id, len(mail.raw)) for mail in mailbox.mails(world)] == model
    kept_bytes = sum(size for _, size in model)
    assert mailbox.counters(world) == mailbox.Counters(received, received_bytes, len(model), kept_bytes)


def test_a_snapshot_holds_the_mails_and_the_numbers_go_on_after_it() -> None:
    server = tenants()
    world = server.world("t")
    mails = [put(world, 40, subject) for subject in ("one", "two")]
    dump = server.snapshot(world)
    put(world, 50)
    world = server.restore("t", dump)
    assert mailbox.mails(world) == mails
    assert put(world, 60).id == 3
    assert mailbox.counters(world) == mailbox.Counters(3, 140, 3, 140)


def test_a_snapshot_whose_counters_lie_takes_mails_all_the_same() -> None:
    server = tenants()
    world = server.world("t")
    for size_bytes in (40, 50, 60):
        put(world, size_bytes)
    world.store.drop(mailbox.MAILS, "2")
    world.store.header.counters.update({mailbox.RECEIVED: 7, mailbox.KEPT_NOW_BYTES: 10**12})
    world = server.restore("t", server.snapshot(world))
    assert put(world, 70).id == 8
    assert [mail.id for mail in mailbox.mails(world)] == [8]


def test_a_mail_a_carrier_sends_is_like_any_other() -> None:
    world = tenants().world("t")
    message = EmailMessage()
    message["Subject"], message["Message-ID"] = "Endpoint disabled: größer", "<x@carrier.example>"
    mail = mailbox.keep(world, "noreply@carrier.example", ["account@shop.example"], bytes(message))
    assert mailbox.mail(world, mail.id) == mail
    assert (mail.subject, mail.message_id, mail.at_ms) == ("Endpoint disabled: größer", "<x@carrier.example>", NOW_MS)
    assert mailbox.mail(world, 2) is None


def built() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Ваш заказ " + "очень" * 30
    message["From"], message["To"] = "Магазин <shop@shop.example>", "Анна <anna@example.org>"
    message.set_content("Привет\nеё\n", charset="koi8-r")
    message.add_alternative("<p>Привет</p>", subtype="html")
    message.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="этикетка.pdf")
    message.add_attachment("заметка", filename="note.txt")
    return message


def test_a_mail_is_taken_apart() -> None:
    read = text_of(built().as_bytes())
    assert ("Subject", "Ваш заказ " + "очень" * 30) in read.headers
    assert read.text == "Привет\nеё\n"
    assert read.html.strip() == "<p>Привет</p>"
    found = [(part.name, part.content_type, part.size_bytes) for part in read.attachments]
    assert found == [("этикетка.pdf", "application/pdf", 6), ("note.txt", "text/plain", len("заметка\n".encode()))]
    assert read.problem == ""


def test_an_attached_message_is_an_attachment_and_lends_no_text() -> None:
    outer, inner = EmailMessage(), EmailMessage()
    inner.set_content("inner")
    outer.add_attachment(inner)
    read = text_of(outer.as_bytes())
    assert (read.text, [part.content_type for part in read.attachments]) == ("", ["message/rfc822"])


@pytest.mark.parametrize(
    "head",
    [
        b"Subject: =?utf-8?q?a=0D=0AX-Evil:_1?=\r\n",
        b"Subject: =?utf-8?b?YQ0KWC1FdmlsOiAx?=\r\n",
        b"Subject: a\rX-Evil: 1\r\n",
        "Subject: a\u2028X-Evil: 1\u0085\x1b[2J\r\n".encode(),
        b"Subject: a\x00X-Evil: 1\r\n",
    ],
)
def test_a_header_cannot_smuggle_another_into_what_is_shown(head: bytes) -> None:
    summary = summary_of(head + b"Message-ID: <1@x>\r\n\r\nbody")
    assert summary.subject.isprintable()
    assert summary.message_id == "<1@x>"
    assert all(name.isprintable() and value.isprintable() for name, value in headers_of(head + b"\r\n"))


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\n", "Grüße"),
        (b"Subject: =?no-such-charset?q?x?=\r\n\r\n", "=?no-such-charset?q?x?="),
        (b"Subject: =?utf-8?b?x?=\r\n\r\n", "=?utf-8?b?x?="),
        (b"subject: lower\r\n\r\n", "lower"),
        (b"Subject: one\r\nSubject: two\r\n\r\n", "one"),
        ("Subject: прямо в UTF-8\r\n\r\n".encode(), "прямо в UTF-8"),
        (b"Subject: latin \xfc\r\n\r\n", "latin \ufffd"),
        (b"Subject: " + b"x" * 70_000 + b"\r\n\r\n", "x" * mail_text.SHOWN_LETTERS),
        (b"", ""),
        (b"no header at all", ""),
        (b"\r\n\r\nSubject: in the body", ""),
    ],
)
def test_a_subject_is_shown_whatever_it_is(raw: bytes, subject: str) -> None:
    assert summary_of(raw).subject == subject


PIECES = [
    b"\r\n", b"\r\n\r\n", b"--b\r\n", b"--b--\r\n", b"Subject: ", b"Message-ID: <", b"=?utf-8?q?=0A?=", b"=?x?b?A?=",
    b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n", b"\xff", b"\x00",
    b"Content-Type: text/html; charset=utf-16\r\n", b"Content-Type: text/plain; charset*0*=x'y'%FF\r\n", b"=E4=\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n", b"QUJD", b"=",
    b"Content-Transfer-Encoding: x-uuencode\r\n", b"begin 666 x\r\n", b"Content-Disposition: attachment; filename*=",
    b"utf-8''%D1%84", b'"', b"(", b";", b"<", b"Content-Type: message/delivery-status\r\n", b"From x\r\n",
    b"Content-Type: multipart/alternative\r\n", b"Content-Type: text/plain; charset=idna\r\n", b"charset=rot13\r\n",
    b"Content-Type: text/plain; charset=unicode_escape\r\n", b"\\ud800", b"Content-Type: text/plain; charset=utf-7\r\n",
    b"+2AA-", b"=?unicode_escape?q?=5Cud800?=",
    b"Content-Type: text/plain; charset=undefined\r\n", b"Content-Type: text/plain; charset=zlib\r\n",
]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=8)), max_size=30).map(b"".join))
def test_any_bytes_at_all_can_be_kept_and_shown(raw: bytes) -> None:
    world = tenants().world("t")
    mail = mailbox.keep(world, "", [], raw)
    read = text_of(raw)
    json.loads(msgspec.json.encode([mail, read]))
    assert mailbox.mails(world) == [mail]
    named = [mail.subject, mail.message_id, *(part.name for part in read.attachments)]
    assert all(text.isprintable() for text in (*named, *(text for header in read.headers for text in header)))


@pytest.mark.parametrize(("charset", "body"), [("unicode_escape", rb"a\ud800b"), ("utf-7", b"a+2AA-b")])
def test_a_text_that_no_utf_8_can_hold_is_shown_without_what_cannot_be(charset: str, body: bytes) -> None:
    read = text_of(f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode() + body)
    assert read.text.replace("\ufffd", "?") == "a?b"
    msgspec.json.encode(read)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"Subject: x\r\n\r\n" + b"\r\n" * 150_001, "This mail has 150003 lines; at most 150000 are taken apart."),
        (b"Content-Type: Multipart/mixed\r\n" * 21, "This mail has 21 multiparts; at most 20 are taken apart."),
        (b"Content-Type: message/rfc822\r\n\r\n" * 5_000, "The parts of this mail are nested too deeply to be shown."),
    ],
)
def test_a_mail_that_would_hold_up_the_server_is_not_taken_apart(raw: bytes, problem: str) -> None:
    read = text_of(raw)
    assert (read.problem, read.text, read.attachments) == (problem, "", [])
    assert read.headers
