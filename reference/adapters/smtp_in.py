"""Mail in over SMTP: forwarded mails with payout reports.

A report is found by content, however deep it was forwarded and whatever it is called (`settlement` C-02, SET-001).
"""

import asyncio
import email.policy
import logging
from collections.abc import Awaitable, Callable, Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from .report_layouts import Layouts
from .reports import is_candidate

OnReport = Callable[[str, bytes], Awaitable[None]]

MOST_BYTES = 24 * 1024 * 1024
MOST_PARTS = 200
MOST_DEPTH = 20
STORED = "250 2.0.0 Stored"
LATER = "451 4.3.0 The report could not be stored just now; send it again later"
NO_REPORT = "554 5.6.0 No payout report found; attach it as XLSX, XLS, ODS, CSV, XML or JSON"
TOO_DEEP = "554 5.6.0 The mail is forwarded too often or has too many parts; attach the report to a new mail"

log = logging.getLogger(__name__)


class MailRejected(Exception):
    """Raised by `on_report` to refuse a report for good (SMTP 554); any other exception asks for a later try (451)."""


class _TooDeep(Exception):
    pass


class ReportInbox:
    """An SMTP server that hands every report attachment of a mail to `on_report(file_name, raw)`.

    250 is answered only after every report of the mail was stored; a mail sent again hands the same reports over again.
    """

    def __init__(
        self, host: str, port: int, on_report: OnReport, *, layouts: Layouts | None = None, most_bytes: int = MOST_BYTES
    ) -> None:
        self.host = host
        self.port = port  # 0 until `start` when the system is to choose
        self._on_report = on_report
        self._layouts = layouts
        self._most_bytes = most_bytes
        self._server: asyncio.Server | None = None
        self._sessions: set[SMTP] = set()

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, self.host, self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            for session in tuple(self._sessions):
                if session.transport is not None:
                    session.transport.close()
            await self._server.wait_closed()
            self._server = None

    def _session(self) -> SMTP:
        session = SMTP(
            self,
            data_size_limit=self._most_bytes,
            enable_SMTPUTF8=True,
            hostname="parcelproof",
            ident="parcelproof reference engine",
            loop=asyncio.get_running_loop(),
        )
        self._sessions.add(session)
        return session

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Answer one mail; the name is aiosmtpd's."""
        self._sessions = {known for known in self._sessions if known.transport is not None}
        try:
            reports = dict(found_reports(_octets(envelope.content), self._layouts))
        except _TooDeep:
            return TOO_DEEP
        if not reports:
            return NO_REPORT
        try:
            for raw, name in reports.items():
                await self._on_report(name, raw)
        except MailRejected as fault:
            return f"554 5.6.0 {_one_line(str(fault))}"
        except Exception:  # the process edge: the sender keeps the mail and the log keeps the reason
            log.exception("a report that came by mail could not be stored")
            return LATER
        return STORED

    async def handle_exception(self, fault: Exception) -> str:
        log.error("an SMTP session broke", exc_info=fault)
        return "451 4.3.0 Something broke here; send it again later"


def found_reports(raw: bytes, layouts: Layouts | None = None) -> Iterator[tuple[bytes, str]]:
    """Yield (content, file name) of every part that may be a payout report, attached mails included."""
    yield from _parts(message_from_bytes(raw, policy=email.policy.compat32), 0, [0], layouts)


def _parts(
    part: "Message[Any, Any]", depth: int, seen: list[int], layouts: Layouts | None
) -> Iterator[tuple[bytes, str]]:
    seen[0] += 1
    if depth > MOST_DEPTH or seen[0] > MOST_PARTS:
        raise _TooDeep
    payload = part.get_payload()
    if isinstance(payload, list):
        for inner in payload:
            if isinstance(inner, Message):
                yield from _parts(inner, depth + 1, seen, layouts)
        return
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        return
    attached = part.get_content_disposition() == "attachment" or bool(part.get_filename())
    if is_candidate(content, attached=attached, layouts=layouts):
        yield content, part.get_filename() or "report"
    elif _is_mail(part, content):
        yield from _parts(message_from_bytes(content, policy=email.policy.compat32), depth + 1, seen, layouts)


def _is_mail(part: "Message[Any, Any]", content: bytes) -> bool:
    """Whether a part is a whole mail attached as a file, the way some programs forward."""
    head = content[:4096].lower()
    attached = part.get_content_disposition() == "attachment" or bool(part.get_filename())
    return attached and b"\nmime-version:" in b"\n" + head and b"content-type:" in head


def _octets(content: bytes | str | None) -> bytes:
    return content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content or b""


def _one_line(text: str) -> str:
    return "".join(character if character.isascii() and character.isprintable() else "?" for character in text)[:400]
