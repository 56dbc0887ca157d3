"""Handing a mail to the server: what is refused for good, what is for later. Source: `notifications` NTF-222, 223."""

from ..ports import Mail, MailBusy, MailDeferred, Mailer, MailRefused
from ..shop import Shop
from ..storage.outbox import Work


async def send(shop: Shop, work: Work, mailer: Mailer, mail: Mail) -> str | None:
    """Return why a mail was refused for good, "" when it was taken; None when it is for later, and its task waits."""
    try:
        await mailer.send(mail)
    except MailRefused as fault:
        return str(fault) or "refused"
    except MailBusy:
        await work.postpone(shop.clock.now())
        return None
    except MailDeferred as fault:
        await work.wait(shop.clock.now(), error=str(fault))
        return None
    return ""
