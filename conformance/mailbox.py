"""The judge's own SMTP server: it keeps every mail it accepted, and refuses the addresses it is told to."""

import asyncio
import email
import email.policy
import logging
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from .history import ReceivedMail

LONGEST_HOLD_S = 20.0
logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own code at each login

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
Window = tuple[datetime, datetime]  # the run of the connector in which a mail comes: from, until


class Disturbance:
    """One mail to come that is lost, or held until released. `hit` is set when it has come.

    `lose`: its connection is cut then; else it is answered as if nothing had been.
    """

    def __init__(self, nth: int, *, accept: bool, hold: bool, lose: bool = True) -> None:
        self.accept = accept
        self.lose = lose
        self.hold = hold
        self.hit = threading.Event()
        self.left = nth
        self._released = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def release(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._released.set)

    async def take(self) -> None:
        """Hold the mail, in the server's thread, and come back when it is released or nobody may wait any more."""
        self._loop = asyncio.get_running_loop()
        self.hit.set()
        if self.hold:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._released.wait(), LONGEST_HOLD_S)


class Mailbox:
    """An SMTP server on a free port of the loopback, in a thread of its own."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.mails: list[ReceivedMail] = []
        self.refused: Counter[str] = Counter()  # address -> how often it was refused
        self.window: Callable[[], Window] | None = None
        self._rules: dict[str, tuple[str, int]] = {}
        self._disturbance: Disturbance | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="judge-smtp", daemon=True)
        self._ready = threading.Event()
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def clear(self) -> None:
        """Forget mails and rules."""
        self.mails.clear()
        self.refused.clear()
        self._rules.clear()
        self._disturbance = None

    def refuse(self, address: str, answer: str, times: int = 1_000_000) -> None:
        """Answer the next `times` mails to an address with an SMTP line, for example "550 5.1.1 no such user"."""
        self._rules[address.lower()] = (answer, times)

    def disturb(self, nth: int, *, accept: bool, hold: bool, lose: bool = True) -> Disturbance:
        """Let the `nth` mail from now on be lost with its connection, or held: before it is accepted, or after."""
        self._disturbance = Disturbance(nth, accept=accept, hold=hold, lose=lose)
        return self._disturbance

    def to(self, address: str) -> list[ReceivedMail]:
        return [mail for mail in self.mails if address.lower() in {person.lower() for person in mail.recipients}]

    # -- what aiosmtpd calls

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer, times = self._rules.get(address.lower(), ("", 0))
        if times > 0:
            self._rules[address.lower()] = (answer, times - 1)
            self.refused[address.lower()] += 1
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        since, at = self.window() if self.window is not None else (NEVER, NEVER)
        mail = read_mail(content, envelope.mail_from or "", tuple(envelope.rcpt_tos), since, at)
        lost = self._disturbance
        if lost is not None:
            lost.left -= 1
        if lost is None or lost.left != 0:
            self.mails.append(mail)
            return "250 Message accepted"
        if lost.accept:
            self.mails.append(mail)
        await lost.take()
        if not lost.lose:
            self.mails += [] if lost.accept else [mail]
            return "250 Message accepted"
        if isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "421 4.3.2 The connection is gone"

    # -- the thread

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(self._loop.create_server(self._session, self.host, 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._finish())
        self._loop.close()

    def _session(self) -> SMTP:
        return SMTP(
            self,
            hostname="judge.example",
            enable_SMTPUTF8=True,
            loop=self._loop,
            ident="judge",
            authenticator=lambda *_: AuthResult(success=True),  # whoever has a password may give it
            auth_require_tls=False,
        )

    async def _finish(self) -> None:
        open_tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in open_tasks:
            task.cancel()
        await asyncio.gather(*open_tasks, return_exceptions=True)


def read_mail(content: bytes, sender: str, recipients: tuple[str, ...], since: datetime, at: datetime) -> ReceivedMail:
    """Return a mail as data: headers as they stand, the text and the HTML part decoded.

    However malformed the mail is, it came: what the library cannot read is kept as it stands.
    """
    message: Any = email.message_from_bytes(content, policy=email.policy.default)
    headers = tuple((str(name), _header(message, name, raw)) for name, raw in message.raw_items())
    return ReceivedMail(
        at=at,
        since=since,
        sender=sender,
        recipients=recipients,
        headers=headers,
        subject=next((value for name, value in headers if name.lower() == "subject"), ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        content=content,
    )


def _header(message: EmailMessage, name: str, raw: str) -> str:
    try:
        return str(message.policy.header_fetch_parse(name, raw))
    except Exception:  # the library's grammar breaks on odd input in many ways (IndexError, AttributeError …)
        return str(raw)


def _part(message: EmailMessage, kind: str) -> str:
    for part in message.walk():
        try:
            if part.get_content_type() == f"text/{kind}" and not part.is_attachment():
                return _content(part)
        except Exception:  # a content header that the library's grammar breaks on: then it is no part of this kind
            continue
    return ""


def _content(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except LookupError:  # a character set that nobody knows
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
