"""Mail through a server that wants TLS and a login, and servers that are slow, dying, greylisting or not to be trusted.

The servers are real: aiosmtpd with a throw-away certificate, and sockets that say what the test says.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from parcelproof.reference.adapters.smtp_out import SmtpMailer
from parcelproof.reference.ports import Mail, MailDeferred, MailRefused

HOST = "127.0.0.1"
USER, PASSWORD = "alerts@shop.example", "correct horse"
MAIL = Mail(
    message_id="<alert-1@shop.example>",
    sender="alerts@shop.example",
    recipient="julia@example.org",
    subject="Delivered: shipment 1",
    text="Hello,\n",
    html="<p>Hello,</p>",
    date=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key and its certificate for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test's own")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    own = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(serialization.Encoding.PEM, *own)
    )
    return path


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts the test's certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@dataclass
class Post:
    """A mail server that takes mail from whoever signs in, and keeps how each mail came."""

    certificate: Path
    mails: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)

    def context(self) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.certificate)
        return made

    def login(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)

    def _says(self, command: str) -> str:
        return (self.answers.get(command) or ["250 OK"]).pop(0)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self._says("MAIL")
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = self._says("RCPT")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(envelope.content)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.encrypted.append(session.ssl is not None)
        return self._says("DATA")


@asynccontextmanager
async def serving(post: Post, *, tls: str = "starttls") -> AsyncIterator[int]:
    """Serve a post that wants a login, behind STARTTLS or inside TLS from the first byte."""
    loop = asyncio.get_running_loop()
    whole = post.context() if tls == "implicit" else None
    begun = {"tls_context": post.context(), "require_starttls": True} if tls == "starttls" else {}
    wanted: dict[str, Any] = {
        "authenticator": post.login,
        "auth_required": bool(begun),
        "auth_require_tls": bool(begun),
        **begun,
    }
    server = await loop.create_server(lambda: SMTP(post, hostname="post", loop=loop, **wanted), HOST, 0, ssl=whole)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


@pytest.fixture
def post(certificate: Path) -> Post:
    return Post(certificate)


async def test_a_mail_goes_through_starttls_with_a_login(post: Post, trusted: None) -> None:
    async with serving(post) as port:
        await SmtpMailer(HOST, port, USER, PASSWORD, "starttls").send(MAIL)
    assert (post.encrypted, post.logins) == ([True], [(USER.encode(), PASSWORD.encode())])
    assert post.envelopes == [("alerts@shop.example", ["julia@example.org"])]
    read = message_from_bytes(post.mails[0], policy=policy.strict)
    assert (read["from"], read["reply-to"], read["to"]) == (USER, USER, "julia@example.org")
    assert read["cc"] is None and read["bcc"] is None


async def test_a_mail_goes_through_tls_from_the_first_byte(post: Post, trusted: None) -> None:
    async with serving(post, tls="implicit") as port:
        await SmtpMailer(HOST, port, USER, PASSWORD, "implicit").send(MAIL)
    assert len(post.mails) == 1 and post.logins == [(USER.encode(), PASSWORD.encode())]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_certificate_nobody_vouches_for_gets_neither_password_nor_mail(post: Post, tls: Any) -> None:
    async with serving(post, tls=tls) as port:
        with pytest.raises(MailDeferred, match=r"(?i)certificate"):
            await SmtpMailer(HOST, port, USER, PASSWORD, tls).send(MAIL)
    assert (post.mails, post.logins) == ([], [])


async def test_a_certificate_of_another_host_gets_neither_password_nor_mail(post: Post, trusted: None) -> None:
    async with serving(post) as port:
        with pytest.raises(MailDeferred, match=r"(?i)certificate"):
            await SmtpMailer("localhost", port, USER, PASSWORD, "starttls").send(MAIL)
    assert (post.mails, post.logins) == ([], [])


async def test_a_wrong_password_defers_and_says_so_without_the_password(post: Post, trusted: None) -> None:
    async with serving(post) as port:
        with pytest.raises(MailDeferred, match="535") as refusal:
            await SmtpMailer(HOST, port, USER, "wrong horse", "starttls").send(MAIL)
    assert post.mails == [] and post.logins
    assert "horse" not in str(refusal.value)


async def test_greylisted_for_now_and_taken_at_the_next_try(post: Post, trusted: None) -> None:
    post.answers["RCPT"] = ["450 4.2.0 greylisted, come back in 300 s"]
    async with serving(post) as port:
        mailer = SmtpMailer(HOST, port, USER, PASSWORD, "starttls")
        with pytest.raises(MailDeferred, match=r"450 4\.2\.0 greylisted"):
            await mailer.send(MAIL)
        assert post.mails == []
        await mailer.send(MAIL)
    assert len(post.mails) == 1


@pytest.mark.parametrize(
    ("command", "answer", "fault"),
    [
        ("RCPT", "550 5.1.1 no such user", MailRefused),
        ("RCPT", "553 5.1.3 no such address", MailRefused),
        ("RCPT", "452 4.2.2 mailbox full", MailDeferred),
        ("RCPT", "530 5.7.0 sign in first", MailDeferred),
        ("RCPT", "553 5.7.1 <alerts@shop.example>: Sender address rejected: not owned by user x", MailDeferred),
        ("RCPT", "550 5.1.8 sender address rejected: domain not found", MailDeferred),
        ("RCPT", "550 5.7.1 <julia@example.org> takes nothing from <alerts@shop.example>", MailRefused),
        ("RCPT", "550 5.7.1 not you", MailRefused),
        ("RCPT", "501 5.1.3 Bad recipient address syntax", MailRefused),
        ("RCPT", "504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname", MailDeferred),
        ("RCPT", "503 5.5.1 Error: need MAIL command", MailDeferred),
        ("DATA", "554 5.7.1 spam", MailRefused),
        ("DATA", "451 4.3.0 later", MailDeferred),
        ("MAIL", "552 5.3.4 too large", MailRefused),
        ("MAIL", "553 5.7.1 this sender is not yours", MailDeferred),
        ("MAIL", "421 4.3.2 going down", MailDeferred),
    ],
)
async def test_only_what_is_said_of_the_reader_or_the_text_is_final(
    post: Post, trusted: None, command: str, answer: str, fault: type[Exception]
) -> None:
    post.answers[command] = [answer]
    async with serving(post) as port:
        with pytest.raises(fault, match=re.escape(answer)):
            await SmtpMailer(HOST, port, USER, PASSWORD, "starttls").send(MAIL)


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("550 5.7.1 <julia@example.org> takes nothing from <alerts@shop.example>", MailRefused),
        ("550 5.7.1 <alerts@shop.example>: Sender address rejected", MailDeferred),
    ],
)
async def test_who_is_refused_is_read_in_any_letter_case(
    post: Post, trusted: None, answer: str, fault: type[Exception]
) -> None:
    post.answers["RCPT"] = [answer]
    mail = replace(MAIL, sender="Alerts@Shop.example", recipient="Julia@Example.org")
    async with serving(post) as port:
        with pytest.raises(fault):
            await SmtpMailer(HOST, port, USER, PASSWORD, "starttls").send(mail)


async def test_many_mails_at_once_all_arrive(post: Post, trusted: None) -> None:
    async with serving(post) as port:
        mailer = SmtpMailer(HOST, port, USER, PASSWORD, "starttls")
        await asyncio.gather(*(mailer.send(MAIL) for _ in range(20)))
    assert len(post.mails) == 20 and all(post.encrypted)


Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter
Play = Callable[[Reader, Writer], Awaitable[None]]


class Writes(Protocol):
    """As much of a writer as a script needs."""

    def write(self, data: bytes, /) -> None: ...


Script = Callable[[Reader, Writes], Awaitable[None]]


@asynccontextmanager
async def playing(play: Play) -> AsyncIterator[int]:
    """Serve whatever a test's play says, until the client leaves."""

    async def played(reader: Reader, writer: Writer) -> None:
        try:
            await play(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(played, HOST, 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


def scripted(heard: list[bytes], answers: Mapping[bytes, bytes], *, banner: bytes = b"220 post\r\n") -> Script:
    """Answer by a command's first four letters, keep what is heard; None of an answer ends the talk."""

    async def play(reader: Reader, writer: Writes) -> None:
        writer.write(banner)
        body = False
        async for said in reader:
            heard.append(said)
            key = b"." if said == b".\r\n" else said[:4].upper()
            if body and key != b".":
                continue
            answer = answers.get(key, b"250 OK\r\n")
            body = key == b"DATA"
            if not answer:
                return
            if answer != SILENCE:
                writer.write(answer)

    return play


SILENCE = b"silence"
TAKES_ALL = {b"EHLO": b"250-post\r\n250 8BITMIME\r\n", b"DATA": b"354 go\r\n", b"QUIT": b"221 bye\r\n"}


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {b"EHLO": b"250-post\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", b"STAR": b"454 4.7.0 not now\r\n"},
        {b"EHLO": b"250-post\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", b"STAR": b""},
        {b"EHLO": b"250-post\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", b"STAR": b"220 go\r\n250-x\r\n250 AUTH PLAIN\r\n"},
    ],
    ids=["not offered", "refused", "hangs up", "answers in clear behind it"],
)
async def test_without_tls_nothing_goes_where_tls_was_asked_for(answers: dict[bytes, bytes]) -> None:
    heard: list[bytes] = []
    async with playing(scripted(heard, {**TAKES_ALL, b"EHLO": b"250-post\r\n250 AUTH PLAIN\r\n", **answers})) as port:
        with pytest.raises(MailDeferred):
            await SmtpMailer(HOST, port, USER, PASSWORD, "starttls", timeout_s=1.0).send(MAIL)
    verbs = {said[:4].upper() for said in heard if said[:4].isalpha()}
    assert verbs <= {b"EHLO", b"STAR", b"QUIT"}
    assert not [said for said in heard if b"julia" in said or b"AUTH" in said.upper()]


@pytest.mark.parametrize("stage", [b"EHLO", b"MAIL", b"RCPT", b"DATA", b"."])
@pytest.mark.parametrize("answer", [SILENCE, b"", b"gibberish\r\n", b"250-half"], ids=["mute", "dead", "odd", "half"])
async def test_a_server_that_falls_silent_or_dies_defers(stage: bytes, answer: bytes) -> None:
    heard: list[bytes] = []
    async with playing(scripted(heard, {**TAKES_ALL, stage: answer})) as port:
        with pytest.raises(MailDeferred, match=f"{HOST}:{port}"):
            await SmtpMailer(HOST, port, timeout_s=0.05, taken_s=0.05).send(MAIL)
    assert heard


async def test_a_server_may_take_its_time_to_take_a_mail() -> None:
    """Who hangs up sends again what the server then has twice (RFC 5321 §4.5.3.2.6)."""

    class Slow:
        def __init__(self, writer: Writer) -> None:
            self._writer = writer

        def write(self, data: bytes, /) -> None:
            after_s = 0.2 if data == b"250 taken\r\n" else 0
            asyncio.get_running_loop().call_later(after_s, self._writer.write, data)

    heard: list[bytes] = []

    async def play(reader: Reader, writer: Writer) -> None:
        await scripted(heard, {**TAKES_ALL, b".": b"250 taken\r\n"})(reader, Slow(writer))

    async with playing(play) as port:
        await SmtpMailer(HOST, port, timeout_s=0.1).send(MAIL)
    assert heard.count(b".\r\n") == 1


@pytest.mark.parametrize("said", [b"550 Empf\xe4nger\x00 unbekannt\r\n", b"550-no\x1b[2J\r\n550 such\x07\r\n"])
async def test_what_a_server_says_can_be_kept_and_shown(said: bytes) -> None:
    async with playing(scripted([], {**TAKES_ALL, b"RCPT": said})) as port:
        with pytest.raises(MailRefused) as refused:
            await SmtpMailer(HOST, port).send(MAIL)
    assert str(refused.value).isprintable() and str(refused.value).startswith("550 ")
    assert str(refused.value).encode()


@pytest.mark.parametrize("banner", [b"", b"554 5.7.1 not you\r\n", b"421 too many of you\r\n", b"220-more\r\n"])
async def test_a_server_that_does_not_greet_defers(banner: bytes) -> None:
    async with playing(scripted([], TAKES_ALL, banner=banner)) as port:
        with pytest.raises(MailDeferred):
            await SmtpMailer(HOST, port, timeout_s=0.05).send(MAIL)


async def test_a_server_that_greets_for_ever_defers() -> None:
    async def dribble(reader: Reader, writer: Writer) -> None:
        while True:
            writer.write(b"220-wait\r\n" * 100)
            await writer.drain()

    async with playing(dribble) as port:
        with pytest.raises(MailDeferred):
            await SmtpMailer(HOST, port, timeout_s=0.05).send(MAIL)


async def test_a_slow_server_within_bounds_gets_the_mail() -> None:
    """Its answers come one letter at a time."""
    heard: list[bytes] = []
    plain = scripted(heard, TAKES_ALL)

    class Slow:
        def __init__(self, writer: Writer) -> None:
            self._writer = writer
            self._left = asyncio.Queue[int]()
            self._task = asyncio.create_task(self._dribble())

        def write(self, answer: bytes) -> None:
            for letter in answer:
                self._left.put_nowait(letter)

        async def _dribble(self) -> None:
            while True:
                self._writer.write(bytes([await self._left.get()]))
                await self._writer.drain()

        def close(self) -> None:
            self._task.cancel()

    async def play(reader: Reader, writer: Writer) -> None:
        slow = Slow(writer)
        await plain(reader, slow)
        slow.close()

    async with playing(play) as port:
        await SmtpMailer(HOST, port, timeout_s=10.0).send(MAIL)
    assert b".\r\n" in heard


async def test_a_mail_that_was_taken_stays_taken_when_the_goodbye_is_not_answered() -> None:
    heard: list[bytes] = []
    async with playing(scripted(heard, {**TAKES_ALL, b"QUIT": SILENCE})) as port:
        await asyncio.wait_for(SmtpMailer(HOST, port, timeout_s=3600.0).send(MAIL), 60.0)
    assert heard[-1] == b"QUIT\r\n"
