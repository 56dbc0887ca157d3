"""The mailbox of a tenant: what its SMTP sink received and what carriers wrote to the account."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ..wire import mailbox
from ..wire.call import Answer, Call, json_answer
from ..wire.mail_text import Attachment, text_of
from ..wire.mailbox import Counters, Mail
from ..wire.routes import Routes
from ..wire.transcript import rfc3339
from .desk import ControlError, desk_of, on
from .operations import Raw
from .reading import Count, Query, whole_number
from .shapes import Stamp

routes = Routes()

PAGE = 100
LONGEST_PAGE = 1_000


class MailsQuery(Query):
    """Which mails: `to` is one address, `subject` a part of the subject, in any case of letters."""

    to: str = ""
    subject: str = ""
    after: Count = 0
    limit: Annotated[int, Meta(ge=1, le=LONGEST_PAGE)] = PAGE


class MailView(msgspec.Struct):
    """A mail, as its envelope and head tell."""

    id: int
    at: Stamp
    mail_from: str
    rcpt_to: tuple[str, ...]
    message_id: str
    subject: str
    size_bytes: int


class MailsView(msgspec.Struct):
    """Mails, oldest first; `next` is what to give as `after` for those that follow, null at the end."""

    mails: list[MailView]
    next: int | None
    counters: Counters


class HeaderView(msgspec.Struct):
    """One header of a mail, decoded."""

    name: str
    value: str


class WholeMailView(MailView, kw_only=True):
    """A mail taken apart. `problem` says what could not be read, or is empty."""

    headers: list[HeaderView]
    text: str
    html: str
    attachments: list[Attachment]
    problem: str


@on(routes, "GET", "/tenants/{tenant}/mails", answers={200: MailsView})
async def list_mails(call: Call, query: MailsQuery) -> Answer:
    """List what the mailbox received, oldest first."""
    world = desk_of(call).world(call)
    to, subject = query.to.casefold(), query.subject.casefold()
    fitting = [mail for mail in mailbox.mails(world) if mail.id > query.after and _fits(mail, to, subject)]
    page = fitting[: query.limit]
    following = page[-1].id if len(fitting) > query.limit else None
    return json_answer(MailsView([MailView(*_row(mail)) for mail in page], following, mailbox.counters(world)))


@on(routes, "GET", "/tenants/{tenant}/mails/{mail}", answers={200: WholeMailView})
async def read_mail(call: Call) -> Answer:
    """Read one mail taken apart: its headers, its plain and its HTML text, what is attached."""
    mail = _mail(call)
    read = text_of(mail.raw)
    headers = [HeaderView(name, value) for name, value in read.headers]
    return json_answer(
        WholeMailView(
            *_row(mail),
            headers=headers,
            text=read.text,
            html=read.html,
            attachments=read.attachments,
            problem=read.problem,
        )
    )


@on(routes, "GET", "/tenants/{tenant}/mails/{mail}/raw", answers={200: Raw(("message/rfc822",), attached=True)})
async def read_raw_mail(call: Call) -> Answer:
    """Read one mail byte for byte as it came."""
    mail = _mail(call)
    disposition = f'attachment; filename="mail-{mail.id}.eml"'
    return Answer(200, mail.raw, {"Content-Type": "message/rfc822", "Content-Disposition": disposition})


@on(routes, "DELETE", "/tenants/{tenant}/mails", answers={204: None})
async def forget_mails(call: Call) -> Answer:
    """Empty the mailbox; numbers go on, and the counters of what was received stay."""
    mailbox.forget_all(desk_of(call).world(call))
    return Answer(204)


def _row(mail: Mail) -> tuple[Any, ...]:
    size_bytes = len(mail.raw)
    return (mail.id, rfc3339(mail.at_ms), mail.mail_from, mail.rcpt_to, mail.message_id, mail.subject, size_bytes)


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
