"""A bound on how many mails are under way at one mail server, whichever companies send them."""

from collections import Counter

from ..ports import Mail, MailBusy, Mailer

MOST_UNDER_WAY = 4
UnderWay = Counter[tuple[str, int]]  # by host and port


class BoundedMailer:
    """A mailer that tries no more than so many mails at once; what is more is not tried, and comes again soon."""

    def __init__(self, inner: Mailer, server: tuple[str, int], under_way: UnderWay) -> None:
        self._inner = inner
        self._server = server
        self._under_way = under_way

    async def send(self, mail: Mail) -> None:
        if self._under_way[self._server] >= MOST_UNDER_WAY:
            raise MailBusy(f"{MOST_UNDER_WAY} mails are under way at {self._server[0]}:{self._server[1]}")
        self._under_way[self._server] += 1
        try:
            await self._inner.send(mail)
        finally:
            self._under_way[self._server] -= 1
