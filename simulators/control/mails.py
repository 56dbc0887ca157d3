"""The mailbox of a tenant: what its SMTP sink received and what carriers wrote to the account."""

from ..wire import mailbox
from ..wire.call import Answer, Call, json_answer
from ..wire.mail_text import text_of
from ..wire.mailbox import Mail
from ..wire.routes import Routes
from ..wire.transcript import rfc3339
from .desk import ControlError, desk_of, on
from .reading import only_known, whole_number

routes = Routes()

PAGE = 100
LONGEST_PAGE = 1_000


@on(routes, "GET", "/tenants/{tenant}/mails")
async def list_mails(call: Call) -> Answer:
    """List mails, oldest first: `to` is one address, `subject` a part of the subject, in any case of letters."""
    only_known(call, "to", "subject", "after", "limit")
    world = desk_of(call).world(call)
    after = whole_number(call.query.get("after", "0"), "after")
    limit = whole_number(call.query.get("limit", str(PAGE)), "limit")
    if not 1 <= limit <= LONGEST_PAGE:
        raise ControlError(422, "Invalid content", f"limit is {limit}; allowed: 1 to {LONGEST_PAGE}")
    to, subject = call.query.get("to", "").casefold(), call.query.get("subject", "").casefold()
    fitting = [mail for mail in mailbox.mails(world) if mail.id > after and _fits(mail, to, subject)]
    page = fitting[:limit]
    following = page[-1].id if len(fitting) > limit else None
    rows = [view(mail) for mail in page]
    return json_answer({"mails": rows, "next": following, "counters": mailbox.counters(world)})


@on(routes, "GET", "/tenants/{tenant}/mails/{mail}")
async def read_mail(call: Call) -> Answer:
    """Show one mail taken apart: its headers, its plain and its HTML text, what is attached."""
    mail = _mail(call)
    read = text_of(mail.raw)
    shown = {
        "headers": [{"name": name, "value": value} for name, value in read.headers],
        "text": read.text,
        "html": read.html,
        "attachments": read.attachments,
        "problem": read.problem,
    }
    return json_answer({**view(mail), **shown})


@on(routes, "GET", "/tenants/{tenant}/mails/{mail}/raw")
async def read_raw_mail(call: Call) -> Answer:
    """Return one mail byte for byte as it came."""
    mail = _mail(call)
    disposition = f'attachment; filename="mail-{mail.id}.eml"'
    return Answer(200, mail.raw, {"Content-Type": "message/rfc822", "Content-Disposition": disposition})


@on(routes, "DELETE", "/tenants/{tenant}/mails")
async def forget_mails(call: Call) -> Answer:
    """Empty the mailbox; numbers go on, and the counters of what was received stay."""
    mailbox.forget_all(desk_of(call).world(call))
    return Answer(204)


def view(mail: Mail) -> dict[str, object]:
    return {
        "id": mail.id,
        "at": rfc3339(mail.at_ms),
        "mail_from": mail.mail_from,
        "rcpt_to": mail.rcpt_to,
        "message_id": mail.message_id,
        "subject": mail.subject,
        "size_bytes": len(mail.raw),
    }


def _mail(call: Call) -> Mail:
    number = whole_number(call.params["mail"], "mail")
    found = mailbox.mail(desk_of(call).world(call), number)
    if found is None:
        raise ControlError(404, "Unknown mail", f"there is no mail {number}, or it was forgotten")
    return found


def _fits(mail: Mail, to: str, subject: str) -> bool:
    if to and to not in {address.casefold() for address in mail.rcpt_to}:
        return False
    return subject in mail.subject.casefold()
