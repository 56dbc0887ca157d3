"""A bound on how many mails are under way at one mail server, whichever companies send them."""

from collections import Counter

from ..ports import Mail, MailBusy, MailDeferred, Mailer, MailRefused

MOST_UNDER_WAY = 4


class UnderWay:
    """What one process has under way, by host and port of the server; `failing`: those that put the last mail off."""

    def __init__(self) -> None:
        self.count: Counter[tuple[str, int]] = Counter()
        self.failing: set[tuple[str, int]] = set()


class BoundedMailer:
    """A mailer that tries no more than so many mails at once; what is more is not tried, and comes again soon.

    A server that put a mail off, or gave no answer, is tried with one at a time until it takes one or refuses one for
    good: servers that are dead must not keep all lanes waiting.
    """

    def __init__(self, inner: Mailer, server: tuple[str, int], under_way: UnderWay) -> None:
        self._inner = inner
        self._server = server
        self._under_way = under_way

    async def send(self, mail: Mail) -> None:
        under_way, server = self._under_way, self._server
        most = 1 if server in under_way.failing else MOST_UNDER_WAY
        if under_way.count[server] >= most:
            raise MailBusy(f"{under_way.count[server]} mails are under way at {server[0]}:{server[1]}")
        under_way.count[server] += 1
        try:
            await self._inner.send(mail)
        except MailDeferred:
            under_way.failing.add(server)
            raise
        except MailRefused:
            under_way.failing.discard(server)
            raise
        finally:
            under_way.count[server] -= 1
        under_way.failing.discard(server)
