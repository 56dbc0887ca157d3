"""Mail out over SMTP.

Source: RFC 5321 (replies 4yz pass, 5yz are final), RFC 5322 (headers); `notifications` for what a mail carries.
"""

import contextlib
import re
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import Any, Literal

import aiosmtplib
from aiosmtplib import SMTPResponse

from ..domain.notices import a_labels
from ..ports import Mail, MailDeferred, MailRefused

HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,76}")
RESERVED = frozenset({"from", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version", "sender"})
GOODBYE_S = 1.0  # for an answer that nobody needs
LONGEST_LINE = 998  # RFC 5322 §2.1.1
UNFOLDED = SMTP.clone(refold_source="none")
OURS = frozenset({503, 504, 530, 534, 535, 538})  # RFC 5321 §4.2.2: protocol; RFC 4954 §6, RFC 3207: sign in, encrypt
OF_THE_SENDER = re.compile(r"5\.1\.[78]\b")  # RFC 3463 §3.2: the status of a sender's address
TOO_LARGE = 552  # RFC 1870 §6.1
MAILBOX = re.compile(r"(?:(?P<name>[^<>]*)<(?P<spec>[^<>@]+@[^<>@]+)>)|(?P<bare>[^<>@]+@[^<>@]+)")
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = re.compile(rf"{LABEL}(?:\.{LABEL})*")
MOST_LOCAL = 64  # RFC 5321 §4.5.3.1.1
MOST_DOMAIN = 253  # in ASCII, RFC 1035 §2.3.4
TAKEN_S = 600.0  # for the answer after a mail's end, RFC 5321 §4.5.3.2.6: who hangs up earlier sends it again
Tls = Literal["none", "starttls", "implicit"]


class Client(aiosmtplib.SMTP):
    """A connection that gives a server longer to take a mail than to answer anything else."""

    taken_s = TAKEN_S

    async def data(self, message: str | bytes, /, **_given: Any) -> SMTPResponse:
        return await super().data(message, timeout=self.taken_s)


class SmtpMailer:
    """Sends mails, one connection each, so that a dropped connection spoils no other mail.

    `send` raises MailRefused when the server said 5xx to this recipient or this text; MailDeferred when it said 4xx,
    could not be reached, or refused us: our login, our sender or our name (also where it says so at RCPT), or TLS,
    without which nothing goes where it was asked for. A server's certificate must be one that the system trusts
    (OpenSSL's SSL_CERT_FILE names further ones).
    """

    def __init__(
        self,
        host: str,
        port: int,
        username: str = "",
        password: str = "",
        tls: Tls = "none",
        *,
        timeout_s: float = 30.0,
        taken_s: float = TAKEN_S,
    ) -> None:
        self._host = host
        self._port = port
        self._username = username
        self._password = password
        self._tls = tls
        self._timeout_s = timeout_s
        self._taken_s = taken_s

    async def send(self, mail: Mail) -> None:
        sender, recipient = address(mail.sender), address(mail.recipient)
        raw = octets(mail)
        client = Client(
            hostname=self._host,
            port=self._port,
            timeout=self._timeout_s,
            use_tls=self._tls == "implicit",
            start_tls=self._tls == "starttls",
            username=self._username or None,
            password=self._password or None,
        )
        client.taken_s = self._taken_s
        try:
            await client.connect()
            await self._deliver(client, sender, recipient, raw)
        except (aiosmtplib.SMTPException, OSError) as fault:
            raise MailDeferred(f"{self._host}:{self._port}: {_line(fault)}") from fault
        finally:
            await _leave(client)

    async def _deliver(self, client: aiosmtplib.SMTP, sender: Address, recipient: Address, raw: bytes) -> None:
        try:
            await client.sendmail(sender.addr_spec, [recipient.addr_spec], raw)
        except aiosmtplib.SMTPRecipientsRefused as fault:
            refusal = fault.recipients[0]
            if _of_the_sender(refusal, sender, recipient):
                raise refusal from fault
            self._judge(refusal)
        except aiosmtplib.SMTPSenderRefused as fault:
            if fault.code != TOO_LARGE:
                raise  # the account's fault, not the recipient's
            self._judge(fault)
        except aiosmtplib.SMTPDataError as fault:
            self._judge(fault)

    def _judge(self, fault: aiosmtplib.SMTPResponseException) -> None:
        """Raise what a reply to MAIL, RCPT or DATA means for this mail."""
        if 500 <= fault.code <= 599 and fault.code not in OURS:
            raise MailRefused(_line(fault)) from fault
        raise MailDeferred(f"{self._host}:{self._port}: {_line(fault)}") from fault


def _of_the_sender(refusal: aiosmtplib.SMTPResponseException, sender: Address, recipient: Address) -> bool:
    """Whether a reply to RCPT refuses the sender: servers put that off until then (Postfix's smtpd_delay_reject).

    By its status (RFC 3463 §3.2), or since it names the sender and not the recipient.
    """
    said = refusal.message.lower()
    named = sender.addr_spec.lower() in said and recipient.addr_spec.lower() not in said
    return named or OF_THE_SENDER.match(said) is not None


async def _leave(client: aiosmtplib.SMTP) -> None:
    """Say goodbye. The mail's fate is known by now, so a server that hangs up first changes nothing."""
    with contextlib.suppress(aiosmtplib.SMTPException, OSError):
        if client.is_connected:
            await client.quit(timeout=GOODBYE_S)
    client.close()


def _line(fault: Exception) -> str:
    """Return a server's reply or a fault on one line, of characters that can be kept and shown."""
    text = f"{fault.code} {fault.message}" if isinstance(fault, aiosmtplib.SMTPResponseException) else str(fault)
    return one_line(text) or type(fault).__name__


def octets(mail: Mail) -> bytes:
    """Return a mail as it goes over the wire."""
    return build(mail).as_bytes(policy=UNFOLDED)


def build(mail: Mail) -> EmailMessage:
    """Return a mail as text and HTML alternatives: the same bytes for the same mail, however often it is built.

    Raises:
        ValueError: an extra header's name is malformed or one of the mail's own.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = address(mail.sender)
    message["Reply-To"] = address(mail.sender)  # NTF-035
    message["To"] = address(mail.recipient)
    message.set_raw("Subject", _encoded("Subject", one_line(mail.subject)))
    message["Date"] = format_datetime(mail.date)
    message["Message-ID"] = one_line(mail.message_id)
    for name, value in mail.headers.items():
        if not HEADER_NAME.fullmatch(name) or name.lower() in RESERVED or name.lower().startswith("content-"):
            raise ValueError(f"{name!r} can't be an extra header")
        _add(message, name, one_line(value))
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    message.set_boundary("=_" + sha256(mail.message_id.encode()).hexdigest()[:32])
    return message


def _add(message: EmailMessage, name: str, value: str) -> None:
    """Add an extra header; programs read links in it (List-Unsubscribe)."""
    if len(name) + len(value) > LONGEST_LINE - 2:
        raise ValueError(f"header {name} has {len(value)} characters")
    message.set_raw(name, _encoded(name, value))


def _encoded(name: str, text: str) -> str:
    """Return text as a header bears it: ASCII as it is and on one line, all else in encoded words.

    EmailMessage's own folding loses blanks between such words, and takes text that looks like one for one.
    """
    if text.isascii() and "=?" not in text and len(name) + len(text) <= LONGEST_LINE - 2:
        return text
    return Header(text, "utf-8", header_name=name).encode(linesep="\r\n")


def one_line(text: str) -> str:
    """Return text for one header: line breaks and other control characters become blanks."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def address(text: str) -> Address:
    """Return a mailbox, with or without a display name. Read by our own grammar: the library's gives way on odd input.

    Raises:
        MailRefused: it is no single ASCII mailbox; trying again changes nothing.
    """
    found = MAILBOX.fullmatch(text.strip())
    local, _, domain = ((found["spec"] or found["bare"]) if found else "").rpartition("@")
    if not found or len(local) > MOST_LOCAL or not LOCAL.fullmatch(local) or one_line(text) != text.strip():
        raise _no_mailbox(text)
    try:
        ascii_domain = a_labels(domain)
    except UnicodeError as fault:
        raise _no_mailbox(text) from fault
    if not DOMAIN.fullmatch(ascii_domain) or len(ascii_domain) > MOST_DOMAIN:
        raise _no_mailbox(text)
    name = (found["name"] or "").strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    if "=?" in name:  # encoded by somebody else, so it could decode to anything
        raise _no_mailbox(text)
    return Address(display_name=name, username=local, domain=ascii_domain)


def _no_mailbox(text: str) -> MailRefused:
    return MailRefused(f"{one_line(text)[:80]!r} is no mail address this server can be asked to deliver to")
