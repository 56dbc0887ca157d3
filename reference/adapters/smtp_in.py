"""Mail in over SMTP: forwarded mails with payout reports."""

from collections.abc import Awaitable, Callable

OnReport = Callable[[str, bytes], Awaitable[None]]


class MailRejected(Exception):
    """Raised by `on_report` to refuse a report for good (SMTP 554); any other exception asks for a later try (451)."""


class ReportInbox:
    """An SMTP server that hands every report attachment of a mail to `on_report(file_name, raw)`."""

    def __init__(self, host: str, port: int, on_report: OnReport) -> None:
        self._host = host
        self.port = port  # 0 until `start` when the system is to choose
        self._on_report = on_report

    async def start(self) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError
