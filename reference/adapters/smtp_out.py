"""Mail out over SMTP."""

from typing import Literal

from ..ports import Mail


class SmtpMailer:
    """Sends mails, one connection each.

    `send` raises MailRefused when the server said 5xx, MailDeferred when it said 4xx or could not be reached.
    """

    def __init__(
        self,
        host: str,
        port: int,
        username: str = "",
        password: str = "",
        tls: Literal["none", "starttls", "implicit"] = "none",
        *,
        timeout_s: float = 30.0,
    ) -> None:
        self._host = host
        self._port = port
        self._username = username
        self._password = password
        self._tls = tls
        self._timeout_s = timeout_s

    async def send(self, mail: Mail) -> None:
        raise NotImplementedError
