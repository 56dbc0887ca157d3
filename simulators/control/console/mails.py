"""The mailbox: what the built-in SMTP server took for this tenant."""

from ...wire import mailbox
from ...wire.call import Answer
from ...wire.mail_text import text_of
from ...wire.mailbox import Mail
from ...wire.routes import Routes
from .frame import newest, pages_of, tenant_page
from .pages import file, html
from .table import on
from .visit import Missing, Visit

routes = Routes()

LETTER_POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'"
)


@on(routes, "GET", "/t/{tenant}/mails")
async def mails(visit: Visit) -> Answer:
    to, subject = (visit.call.query.get(name, "").strip() for name in ("to", "subject"))
    found = [mail for mail in mailbox.mails(visit.world) if _fits(mail, to.casefold(), subject.casefold())]
    pages = pages_of(visit, len(found))
    rows = [found[index] for index in newest(found, pages)]
    counters = mailbox.counters(visit.world)
    return tenant_page(visit, "mails.html", "mails", rows=rows, pages=pages, to=to, subject=subject, counters=counters)


@on(routes, "GET", "/t/{tenant}/mails/{mail}")
async def mail(visit: Visit) -> Answer:
    found = _mail(visit)
    return tenant_page(visit, "mail.html", "mails", mail=found, letter=text_of(found.raw))


@on(routes, "GET", "/t/{tenant}/mails/{mail}/html")
async def mail_html(visit: Visit) -> Answer:
    """Show the HTML text of a mail, for a frame: nothing in it runs, and nothing is fetched."""
    letter = text_of(_mail(visit).raw)
    return html(letter.html, policy=LETTER_POLICY, headers={"X-Frame-Options": "SAMEORIGIN"})


@on(routes, "GET", "/t/{tenant}/mails/{mail}/raw")
async def mail_raw(visit: Visit) -> Answer:
    found = _mail(visit)
    return file(found.raw, "message/rfc822", f"mail-{found.id}.eml")


@on(routes, "POST", "/t/{tenant}/mails/clear")
async def clear_mails(visit: Visit) -> Answer:
    await visit.room.ask.answer("DELETE", "tenants", visit.tenant, "mails")
    return visit.done("The mailbox is empty.", "t", visit.tenant, "mails")


def _mail(visit: Visit) -> Mail:
    wanted = visit.call.params["mail"]
    found = (
        mailbox.mail(visit.world, int(wanted)) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 16 else None
    )
    if found is None:
        raise Missing(f"There is no mail {wanted}, or it was forgotten.")
    return found


def _fits(mail: Mail, to: str, subject: str) -> bool:
    return (not to or any(to in address.casefold() for address in mail.rcpt_to)) and subject in mail.subject.casefold()
