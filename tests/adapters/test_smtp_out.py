"""Mails leave whole, once, and without a stranger's headers in them; a real SMTP server on a free port listens."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parcelproof.reference.adapters.smtp_out import SmtpMailer, address, build, octets
from parcelproof.reference.ports import Mail, MailDeferred, MailRefused


class Post:
    """A mail server that keeps what it gets, and answers each stage as the test says."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.recipients: list[str] = []
        self.answers: dict[str, str] = {}
        self.hang_up_after_data = False
        self.server: asyncio.Server | None = None

    async def start(self) -> int:
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(lambda: SMTP(self, loop=loop, hostname="post"), "127.0.0.1", 0)
        return int(self.server.sockets[0].getsockname()[1])

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, to: str, options: Any) -> str:
        answer = self.answers.get("RCPT", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(to)
        return answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        answer = self.answers.get("DATA", "250 OK")
        if answer.startswith("250"):
            self.mails.append(envelope.content)
            self.recipients += envelope.rcpt_tos
        if self.hang_up_after_data and server.transport is not None:
            asyncio.get_running_loop().call_soon(server.transport.close)
        return answer


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    made = Post()
    yield made
    if made.server is not None:
        made.server.close()
        await made.server.wait_closed()


def mail(**more: Any) -> Mail:
    given = {
        "message_id": "<alert-1@shop.example>",
        "sender": "Лавка <alerts@shop.example>",
        "recipient": "Юлия Колесникова <julia@example.org>",
        "subject": "Ваш заказ P-001 в пути",
        "text": "Здравствуйте!\n.\nВаш заказ в пути.\n",
        "html": "<p>Здравствуйте!</p>",
        "date": datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
        "headers": {"Auto-Submitted": "auto-generated"},
        **more,
    }
    return Mail(**given)


def read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


async def test_a_mail_arrives_with_both_texts_and_all_headers(post: Post) -> None:
    port = await post.start()
    link = "<https://shop.example/unsubscribe?token=" + "x" * 120 + ">"
    await SmtpMailer("127.0.0.1", port).send(mail(headers={"List-Unsubscribe": link, "Auto-Submitted": "auto-replied"}))
    (raw,) = post.mails
    found = read(raw)
    assert (found["message-id"], found["subject"]) == ("<alert-1@shop.example>", "Ваш заказ P-001 в пути")
    assert str(found["from"]) == "Лавка <alerts@shop.example>"
    assert found["date"].datetime == datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert (found["list-unsubscribe"], found["auto-submitted"]) == (link, "auto-replied")
    assert b"List-Unsubscribe: " + link.encode() in raw, "a program reads the link: it is neither encoded nor folded"
    plain, html = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None and plain.get_content().splitlines() == ["Здравствуйте!", ".", "Ваш заказ в пути."]
    assert html is not None and html.get_content().strip() == "<p>Здравствуйте!</p>"
    assert post.recipients == ["julia@example.org"]


async def test_the_same_mail_is_the_same_bytes(post: Post) -> None:
    port = await post.start()
    for _ in range(2):
        await SmtpMailer("127.0.0.1", port).send(mail())
    first, second = post.mails
    assert first == second


@pytest.mark.parametrize("stage", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("answer", "fault"), [("550 5.1.1 no such user", MailRefused), ("451 4.7.1 greylisted", MailDeferred)]
)
async def test_5xx_is_final_and_4xx_passes(post: Post, stage: str, answer: str, fault: type[Exception]) -> None:
    port = await post.start()
    post.answers[stage] = answer
    with pytest.raises(fault, match=answer.split(" ", 2)[2]):
        await SmtpMailer("127.0.0.1", port).send(mail())
    assert post.mails == []


async def test_a_server_that_is_not_there_defers(unused_tcp_port: int) -> None:
    with pytest.raises(MailDeferred, match="connect"):
        await SmtpMailer("127.0.0.1", unused_tcp_port, timeout_s=2.0).send(mail())


async def test_a_server_that_speaks_something_else_defers() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(MailDeferred):
        await SmtpMailer("127.0.0.1", port, timeout_s=2.0).send(mail())
    server.close()
    await server.wait_closed()


async def test_a_login_the_server_does_not_take_defers_every_mail(post: Post) -> None:
    port = await post.start()
    with pytest.raises(MailDeferred):
        await SmtpMailer("127.0.0.1", port, "shop", "wrong").send(mail())


async def test_a_server_that_hangs_up_after_taking_the_mail_has_taken_it(post: Post) -> None:
    port = await post.start()
    post.hang_up_after_data = True
    await SmtpMailer("127.0.0.1", port).send(mail())
    assert len(post.mails) == 1


@pytest.mark.parametrize("name", ["To", "Bcc", "Reply-To", "Content-Type", "Subject", "X: y", "", "Ü", "MIME-Version"])
def test_an_extra_header_cannot_pose_as_one_of_the_mails_own(name: str) -> None:
    with pytest.raises(ValueError, match="extra header"):
        build(mail(headers={name: "x"}))


NASTY = st.text(st.sampled_from("ab\r\n\x00\x0b\x85\u2028: éЖ"), max_size=60)


@settings(deadline=None)
@given(NASTY, NASTY, NASTY)
def test_no_text_adds_a_header(subject: str, note: str, body: str) -> None:
    raw = octets(mail(subject=subject, headers={"X-Note": note}, text=body or "x"))
    names = [name.lower() for name in read(raw)]
    own = ["reply-to", "subject", "to", "x-note"]
    assert sorted(names) == ["content-type", "date", "from", "message-id", "mime-version", *own]


@settings(deadline=None)
@given(st.text(st.sampled_from("abcdefg =?_\r\n éЖ👩\u2028"), max_size=400))
@example("=?utf-8?q?=0D=0ABcc:_spy=40evil.example?=")
@example("Заявлено перевозчику: отправление 98.60.123456.78901234, Передано на доставку и ещё много слов подряд")
@example("a" * 2000)
def test_a_subject_is_read_as_it_was_written(subject: str) -> None:
    raw = octets(mail(subject=subject))
    assert read(raw)["subject"] == " ".join(subject.split())
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@settings(deadline=None)
@given(st.text(st.sampled_from('ab@.,;:<>"\r\n \\()[]é\x00'), max_size=40))
def test_any_text_is_one_mailbox_or_is_refused(text: str) -> None:
    try:
        found = address(text)
    except MailRefused:
        return
    assert found.addr_spec.isascii() and found.addr_spec.isprintable() and found.username and found.domain
    (heard,) = read(octets(mail(recipient=text)))["to"].addresses
    assert (heard.addr_spec, heard.display_name) == (found.addr_spec, found.display_name)


@settings(deadline=None)
@given(st.text(st.sampled_from('ab ,;:"\\()@[]éЖ.=?_'), max_size=30))
def test_any_display_name_leaves_the_mailbox_alone(name: str) -> None:
    try:
        raw = octets(mail(sender=f"{name} <alerts@shop.example>"))
    except MailRefused:
        return
    assert [found.addr_spec for found in read(raw)["from"].addresses] == ["alerts@shop.example"]


@pytest.mark.parametrize(
    "text", ["a@b.example, c@d.example", "a@b.example\r\nBcc: x@y.example", "a@", "@b", "", "ü@b.example"]
)
async def test_what_is_no_single_mailbox_is_refused_before_anything_is_sent(post: Post, text: str) -> None:
    port = await post.start()
    with pytest.raises(MailRefused):
        await SmtpMailer("127.0.0.1", port).send(mail(recipient=text))
    assert post.mails == []


def test_a_domain_of_other_letters_goes_out_in_ascii() -> None:
    assert address("x@почта.example").addr_spec == "x@xn--80a1acny.example"
    assert address("eva@Straße.example").addr_spec == "eva@xn--strae-oqa.example"  # strasse.example is somebody else's


@pytest.mark.parametrize("domain", ["-a.example", "a-.example", ".example", "a..example", "a" * 64 + ".example"])
def test_a_domain_that_cannot_be_is_refused(domain: str) -> None:
    with pytest.raises(MailRefused):
        address(f"x@{domain}")
