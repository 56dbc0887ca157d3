"""The SMTP sink, driven by real SMTP clients over the loopback."""

import asyncio
import logging
import smtplib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, closing
from email.message import EmailMessage
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcelproof.simulators.server import Options, Running, StartError, running
from parcelproof.simulators.wire import mailbox, smtp_sink
from parcelproof.simulators.wire.carrier import Carrier
from parcelproof.simulators.wire.mailbox import Mail
from parcelproof.simulators.wire.tenants import Credential

Start = Callable[..., AbstractAsyncContextManager[Running]]
T = TypeVar("T")

PLAIN = (
    b"From: shop@shop.example\r\nTo: anna@example.org\r\nSubject: Hallo\r\nMessage-ID: <1@shop.example>\r\n\r\nText\r\n"
)


@pytest.fixture
async def started(parrot_server: Start) -> AsyncIterator[Running]:
    async with parrot_server(smtp_port=0) as running_:
        yield running_


def client(started: Running, name: str = "", secret: str = "s3cret") -> smtplib.SMTP:
    host, _, port = started.smtp.removeprefix("smtp://").rpartition(":")
    made = smtplib.SMTP(host, int(port), local_hostname="test.example", timeout=20)
    try:
        if name:
            made.login(name, secret)
    except smtplib.SMTPException:
        made.close()
        raise
    return made


async def beside(script: Callable[[], T]) -> T:
    """Run blocking client code beside the server."""
    return await asyncio.to_thread(script)


def kept(started: Running, tenant: str) -> list[Mail]:
    return mailbox.mails(started.shell.tenants.find(tenant))


def sent(started: Running, raw: bytes, name: str = "shop") -> None:
    with client(started, name) as smtp:
        smtp.sendmail("shop@shop.example", ["anna@example.org", "b@example.org"], raw)


async def test_a_mail_is_kept_byte_for_byte_at_the_tenants_clock(started: Running) -> None:
    raw = PLAIN + b".\r\n..\r\n.hidden\r\n\r\n"
    await beside(lambda: sent(started, raw))
    [mail] = kept(started, "shop")
    assert mail.raw == raw
    assert (mail.mail_from, mail.rcpt_to) == ("shop@shop.example", ("anna@example.org", "b@example.org"))
    assert (mail.subject, mail.message_id) == ("Hallo", "<1@shop.example>")
    world = started.shell.tenants.find("shop")
    assert mail.at_ms == world.now_ms
    await started.shell.pace.advance("shop", by_ms=5)
    await beside(lambda: sent(started, raw))
    assert [(found.id, found.at_ms - mail.at_ms) for found in kept(started, "shop")] == [(1, 0), (2, 5)]


async def test_letters_of_any_script_arrive_in_addresses_headers_and_body(started: Running) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "кот@пример.рф", "jürgen@müller.example"
    message["Subject"] = "Grüße, Кот"
    message.set_content("Тело: ß\n", cte="8bit")

    def script() -> None:
        with client(started, "shop") as smtp:
            smtp.ehlo()
            assert {"smtputf8", "8bitmime"} <= set(smtp.esmtp_features)
            smtp.send_message(message)

    await beside(script)
    [mail] = kept(started, "shop")
    assert (mail.mail_from, mail.rcpt_to, mail.subject) == ("кот@пример.рф", ("jürgen@müller.example",), "Grüße, Кот")
    assert "Тело: ß".encode() in mail.raw


async def test_the_null_sender_is_kept_as_none(started: Running) -> None:
    def script() -> None:
        with client(started, "shop") as smtp:
            smtp.sendmail("", ["anna@example.org"], PLAIN)

    await beside(script)
    assert [mail.mail_from for mail in kept(started, "shop")] == [""]


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
async def test_the_first_password_of_a_name_is_kept_and_any_other_refused(started: Running, mechanism: str) -> None:
    def login(secret: str) -> int:
        with client(started) as smtp:
            smtp.user, smtp.password = "shop", secret
            smtp.ehlo()
            return smtp.auth(mechanism, getattr(smtp, f"auth_{mechanism.lower()}"))[0]

    assert await beside(lambda: login("first")) == 235
    with pytest.raises(smtplib.SMTPAuthenticationError, match="another password") as refused:
        await beside(lambda: login("second"))
    assert refused.value.smtp_code == 535
    assert await beside(lambda: login("first")) == 235


async def test_a_tenant_made_with_a_password_takes_only_that_and_may_have_another_name(started: Running) -> None:
    started.shell.tenants.create("t", credentials=[Credential(smtp_sink.CARRIER, "shop", "given")])

    def script() -> None:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client(started, "shop", "other")
        with client(started, "shop", "given") as smtp:
            smtp.sendmail("a@b.example", ["c@d.example"], PLAIN)

    await beside(script)
    assert len(kept(started, "t")) == 1


async def test_mails_of_several_logins_never_mix(started: Running) -> None:
    await asyncio.gather(
        *(beside(lambda name=name: sent(started, PLAIN + name.encode(), name)) for name in ("one", "two", "three"))  # type: ignore[misc]
    )
    for name in ("one", "two", "three"):
        assert [mail.raw.split(b"\r\n")[-2] for mail in kept(started, name)] == [name.encode()]


async def test_without_a_login_the_only_tenant_gets_the_mail_and_several_refuse_it(started: Running) -> None:
    def unnamed() -> str:
        with client(started) as smtp:
            try:
                smtp.sendmail("a@b.example", ["c@d.example"], PLAIN)
            except smtplib.SMTPSenderRefused as refused:
                assert refused.smtp_code == 530
                assert isinstance(refused.smtp_error, bytes)
                return refused.smtp_error.decode()
        return "taken"

    assert (await beside(unnamed)).endswith("there is no tenant yet")
    started.shell.tenants.create("only")
    assert await beside(unnamed) == "taken"
    started.shell.tenants.create("second")
    assert (await beside(unnamed)).endswith("there are 2 tenants")
    assert (len(kept(started, "only")), len(kept(started, "second"))) == (1, 0)


async def test_a_mail_under_way_stays_with_its_tenant_and_is_refused_when_that_is_gone(started: Running) -> None:
    tenants = started.shell.tenants
    tenants.create("only")
    smtp = await beside(lambda: client(started))
    with closing(smtp):
        await beside(lambda: (smtp.ehlo(), smtp.mail("a@b.example"), smtp.rcpt("c@d.example")))
        tenants.create("born-meanwhile")
        assert (await beside(lambda: smtp.data(PLAIN)))[0] == 250
        assert (len(kept(started, "only")), len(kept(started, "born-meanwhile"))) == (1, 0)
        tenants.delete("born-meanwhile")
        await beside(lambda: (smtp.mail("a@b.example"), smtp.rcpt("c@d.example")))
        tenants.delete("only")
        code, said = await beside(lambda: smtp.data(PLAIN))
    assert (code, b"was deleted" in said) == (550, True)
    assert list(tenants) == []


async def test_the_size_limit_is_announced_and_held(started: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_sink, "SIZE_LIMIT_BYTES", 1_000)
    fits, too_much = (b"x" * 98 + b"\r\n") * 10, (b"x" * 98 + b"\r\n") * 10 + b"y\r\n"

    def script() -> None:
        with client(started, "shop") as smtp:
            smtp.ehlo()
            assert smtp.esmtp_features["size"] == "1000"
            with pytest.raises(smtplib.SMTPSenderRefused) as said_before:
                smtp.sendmail("a@b.example", ["c@d.example"], too_much)
            assert said_before.value.smtp_code == 552
            smtp.esmtp_features.pop("size")
            with pytest.raises(smtplib.SMTPDataError) as said_after:
                smtp.sendmail("a@b.example", ["c@d.example"], too_much)
            assert said_after.value.smtp_code == 552
            smtp.sendmail("a@b.example", ["c@d.example"], fits)

    await beside(script)
    assert [mail.raw for mail in kept(started, "shop")] == [fits]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (b"MAIL FROM:<a\x07b@c.example>", 553),
        (b"MAIL FROM:<\xff\xfe@c.example>", 553),
        (b"MAIL FROM:<a@b.example> SIZE=99999999999", 552),
        (b"MAIL FROM:<a@b.example> X=1", 555),
        (b"MAIL a@b.example", 501),
        (b'MAIL FROM:<"', 553),
        (b"MAIL FROM:<a@[1.2", 553),
        (b"MAIL FROM:<" + b"(" * 480, 553),
        (b"RCPT TO:<a@b.example>", 503),
        (b"DATA", 503),
        (b"VRFY \xff\xfe", 252),
        (b"AUTH PLAIN \xff", 501),
        (b"AUTH PLAIN AGEAYgA=", 501),
        (b"AUTH PLAIN AAA=", 535),
        (b"AUTH PLAIN AP/+AGI=", 535),
        (b"AUTH CRAM-MD5", 504),
        (b"NOOP " + b"x" * 900, 500),
        (b"", 500),
        (b"\xff\xff", 500),
    ],
)
async def test_odd_commands_are_answered_and_leave_the_session_usable(
    started: Running, command: bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    started.shell.tenants.create("only")

    def script() -> tuple[int, int]:
        with client(started) as smtp:
            smtp.ehlo()
            smtp.send(command + b"\r\n")
            found = smtp.getreply()[0]
            smtp.rset()
            smtp.sendmail("a@b.example", ["c@d.example"], PLAIN)
            return found, len(kept(started, "only"))

    with caplog.at_level(logging.WARNING):
        assert await beside(script) == (code, 1)
    assert caplog.records == []


LINES = [
    b"EHLO x", b"HELO x", b"EHLO \x00", b"MAIL FROM:<a@b.example>", b"MAIL FROM:<>", b'MAIL FROM:<"', b"MAIL FROM:(x",
    b"MAIL FROM:<a@b.example> SMTPUTF8 BODY=8BITMIME SIZE=10", b"RCPT TO:<c@d.example>", b'RCPT TO:<"a b"@c>', b"DATA",
    b"RCPT TO:<@a,@b:c@d>", b"RCPT TO:<[", b"Subject: x", b"", b".", b"AUTH PLAIN AHNob3AAcw==", b"AUTH LOGIN", b"AUTH",
    b"c2hvcA==", b"*", b"RSET", b"NOOP", b"VRFY <", b"HELP \xff", b"EXPN x", b"QUIT", b"\xff\xfe", b"x" * 1_500,
]  # fmt: skip


async def test_no_sequence_of_lines_breaks_it(started: Running, caplog: pytest.LogCaptureFixture) -> None:
    started.shell.tenants.create("only")
    port = int(started.smtp.rpartition(":")[2])

    @settings(max_examples=150, deadline=None)
    @given(st.lists(st.one_of(st.sampled_from(LINES), st.binary(max_size=8)), max_size=20))
    def law(lines: list[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", port), 20) as wire:
            try:
                wire.sendall(b"\r\n".join([*lines, b".", b"QUIT", b""]))
                answers = b"".join(iter(lambda: wire.recv(65_536), b""))
            except ConnectionError:
                return  # it was sent away while it still talked
        assert b"\r\n451" not in answers
        assert b"Error: (" not in answers

    with caplog.at_level(logging.WARNING):
        await beside(law)
    assert [record for record in caplog.records if record.name != "asyncio"] == []


async def test_a_client_that_only_babbles_is_sent_away(started: Running) -> None:
    def script() -> list[int]:
        codes = []
        with closing(client(started)) as smtp:
            for _ in range(5):
                smtp.send(b"BABBLE\r\n")
                codes.append(smtp.getreply()[0])
            with pytest.raises(smtplib.SMTPServerDisconnected):
                smtp.noop()
        return codes

    assert await beside(script) == [500, 500, 500, 500, 502]


async def test_guessing_passwords_ends_the_connection(started: Running) -> None:
    started.shell.tenants.create("shop", credentials=[Credential(smtp_sink.CARRIER, "shop", "given")])

    def script() -> list[int]:
        with closing(client(started)) as smtp:
            smtp.ehlo()
            return [smtp.docmd("AUTH", "PLAIN AHNob3AAd3Jvbmc=")[0] for _ in range(21)]

    assert await beside(script) == [535] * 20 + [421]


@pytest.mark.parametrize(
    "lead", [b"", b"EHLO test.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n"]
)
@pytest.mark.parametrize("end", [b"", b"\n", b"\r"])
async def test_a_line_without_an_end_ends_the_connection_and_is_not_gathered(
    started: Running, lead: bytes, end: bytes
) -> None:
    started.shell.tenants.create("only")
    port = int(started.smtp.rpartition(":")[2])

    def script() -> int:
        """Return how many bytes went out before the server hung up."""
        total = 0
        with socket.create_connection(("127.0.0.1", port), 20) as wire:
            wire.sendall(lead)
            try:
                while total < 200 * smtp_sink.LINE_LIMIT_BYTES:
                    total += wire.send((b"x" * 999 + end) * 8)
            except ConnectionError:
                return total
        return total

    assert await beside(script) < 200 * smtp_sink.LINE_LIMIT_BYTES
    assert kept(started, "only") == []


async def test_one_mail_has_a_bounded_number_of_recipients(started: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_sink, "RECIPIENTS", 3)

    def script() -> dict[str, tuple[int, bytes]]:
        with client(started, "shop") as smtp:
            return smtp.sendmail("a@b.example", [f"{n}@d.example" for n in range(5)], PLAIN)

    refused = await beside(script)
    assert {name: answer[0] for name, answer in refused.items()} == {"3@d.example": 452, "4@d.example": 452}
    assert kept(started, "shop")[0].rcpt_to == ("0@d.example", "1@d.example", "2@d.example")


async def test_more_connections_than_allowed_are_turned_away(started: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_sink, "CONNECTIONS", 2)

    def script() -> None:
        with client(started, "one"), client(started, "two") as second:
            with pytest.raises(smtplib.SMTPConnectError) as turned_away:
                client(started)
            assert turned_away.value.smtp_code == 421
            second.sendmail("a@b.example", ["c@d.example"], PLAIN)

    await beside(script)
    await beside(lambda: sent(started, PLAIN, "one"))
    assert (len(kept(started, "one")), len(kept(started, "two"))) == (1, 1)


async def test_the_server_stops_at_once_with_clients_in_mid_mail(parrot_server: Start) -> None:
    async with parrot_server(smtp_port=0) as started:
        smtp = await beside(lambda: client(started, "shop"))
        await beside(lambda: (smtp.mail("a@b.example"), smtp.rcpt("c@d.example"), smtp.docmd("DATA")))
        smtp.send(PLAIN)
    with closing(smtp), pytest.raises(smtplib.SMTPServerDisconnected):
        await beside(lambda: smtp.docmd("."))
    assert kept(started, "shop") == []


async def test_a_defect_of_ours_is_no_acceptance(
    started: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(mailbox, "keep", broken)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        await beside(lambda: sent(started, PLAIN))
    assert refused.value.smtp_code == 451
    assert b"planted" not in refused.value.smtp_error
    assert "planted" in caplog.text


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def test_under_tls_a_client_may_start_it_and_need_not_on_loopback(parrot_server: Start) -> None:
    async with parrot_server(smtp_port=0, tls=True) as started:

        def script() -> None:
            with client(started) as smtp:
                smtp.starttls(context=trusting())
                smtp.login("shop", "s3cret")
                smtp.sendmail("a@b.example", ["c@d.example"], PLAIN)

        await beside(script)
        await beside(lambda: sent(started, PLAIN))
        assert len(kept(started, "shop")) == 2


async def test_beyond_loopback_everyone_logs_in_and_only_under_tls(parrot: Carrier) -> None:
    options = Options(host="0.0.0.0", port=0, smtp_port=0, admin_token="t", tls=True)
    async with running(options, carriers=[parrot]) as started:
        started.shell.tenants.create("shop")

        def script() -> None:
            with client(started) as smtp:
                smtp.ehlo()
                assert "auth" not in smtp.esmtp_features
                assert smtp.docmd("AUTH", "PLAIN AHNob3AAcw==")[0] == 538
                assert smtp.mail("a@b.example")[0] == 530
                smtp.starttls(context=trusting())
                smtp.login("shop", "s3cret")
                smtp.sendmail("a@b.example", ["c@d.example"], PLAIN)

        await beside(script)
        assert len(kept(started, "shop")) == 1


async def test_beyond_loopback_it_does_not_start_without_tls(parrot: Carrier) -> None:
    with pytest.raises(StartError, match="--tls"):
        async with running(Options(host="0.0.0.0", port=0, smtp_port=0, admin_token="t"), carriers=[parrot]):
            raise AssertionError("it started")


async def test_a_taken_port_is_one_sentence(parrot: Carrier) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"127.0.0.1:{port} .*choose another port"):
            async with running(Options(port=0, smtp_port=port), carriers=[parrot]):
                raise AssertionError("it started")


async def test_no_mails_are_taken_unless_asked_for(parrot_server: Start) -> None:
    async with parrot_server() as started:
        assert started.smtp == ""


async def test_what_clients_send_is_not_logged(started: Running, caplog: pytest.LogCaptureFixture) -> None:
    started.shell.tenants.create("shop", credentials=[Credential(smtp_sink.CARRIER, "shop", "given")])

    def script() -> None:
        with client(started) as smtp:
            smtp.ehlo()
            smtp.docmd("AUTH", "LOGIN ====")
            smtp.docmd("c2VjcmV0LXBhc3N3b3Jk")  # a client that goes on although the server refused
            smtp.docmd("AUTH", "PLAIN AHNob3AAd3Jvbmc=")

    with caplog.at_level(logging.DEBUG):
        await beside(script)
    assert [record for record in caplog.records if record.name != "asyncio"] == []
