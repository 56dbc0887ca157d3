"""Mails of acts, each once: written down in the act's own transaction, sent by the outbox.

Source: `notifications` NTF-090, 091, 202, 222 and 223.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import uuid5

from ..letters import NAMESPACE, Cover, follow_confirm, pickup_approved, pickups_confirmed
from ..ports import Mail
from ..settings import Company
from ..shop import Shop
from ..storage.outbox import Work, ask
from ..storage.session import Row, Session
from ..storage.tables import letters
from .sending import send


class Stage(StrEnum):
    """Where a letter stands."""

    ASKED = "asked"
    SENT = "sent"
    FAILED = "failed"  # refused for good
    UNSENT = "unsent"  # there was no mail account when it was to go


@dataclass(frozen=True, slots=True)
class Writing:
    """A mail of one act. `key`: what makes it this act's and no other's; `content`: what its text is made of."""

    kind: str
    key: str
    recipient: str
    language: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every letter is sent with. `base`: where its links lead."""

    id: str
    sender: str
    base: str
    config: Company

    def cover(self, row: Row) -> Cover:
        person = str(row["content"].get("person", ""))
        return Cover(
            recipient=row["recipient"],
            sender=self.sender,
            id=self.id,
            date=row["asked_at"],
            language=row["language"],
            person=person,
        )


Composer = Callable[[Row, Envelope], Mail]


async def write(session: Session, writing: Writing) -> bool:
    """Write a letter down; False when this act has its letter already."""
    uid = uuid5(NAMESPACE, f"{session.company_id}/{writing.kind}/{writing.key}").hex
    values: dict[str, Any] = {
        "kind": writing.kind,
        "key": writing.key,
        "recipient": writing.recipient,
        "language": writing.language,
    }
    values |= {"content": dict(writing.content), "state": Stage.ASKED, "message_id": uid, "asked_at": session.now}
    if await session.add_once(letters, **values) is None:
        return False
    await ask(session, "letter", uid, session.now)
    return True


def _follow_confirm(row: Row, envelope: Envelope) -> Mail:
    link = f"{envelope.base}/follow/{row['content']['token']}"
    return follow_confirm(row["content"]["number"], envelope.cover(row), link=link)


def _pickup_approved(row: Row, envelope: Envelope) -> Mail:
    told = row["content"]
    link = f"{envelope.base}/labels/{told['token']}"
    cover = envelope.cover(row)
    return pickup_approved(told["number"], cover, branch=told["branch"], view=link, download=f"{link}?download=1")


def _pickups_confirmed(row: Row, envelope: Envelope) -> Mail:
    return pickups_confirmed(row["content"]["numbers"], envelope.cover(row), branch=row["content"]["branch"])


COMPOSERS: dict[str, Composer] = {  # what writes the mail of each kind
    "follow_confirm": _follow_confirm,
    "pickup_approved": _pickup_approved,
    "pickups_confirmed": _pickups_confirmed,
}


async def send_letter(shop: Shop, work: Work) -> None:
    """Send one letter. Its Message-ID is the same at every try; refused for good, it is never tried again."""
    async with work.read() as session:
        row = await session.row(letters, letters.c.message_id == work.task.key, letters.c.state == Stage.ASKED)
        ports = await shop.ports(session)
    if row is None:
        await work.close()
        return
    smtp = ports.config.smtp
    state, result = Stage.SENT, "accepted"
    if smtp is None or not smtp.complete or ports.mailer is None:
        state, result = Stage.UNSENT, "the mail account lacks host, port, user or password"
    else:
        base = (ports.config.public_url or ports.config.callback_url or shop.own_url).rstrip("/")
        domain = smtp.sender.rpartition("@")[2]
        envelope = Envelope(f"<{row['message_id']}@{domain}>", smtp.sender, base, ports.config)
        failure = await send(shop, work, ports.mailer, COMPOSERS[row["kind"]](row, envelope))
        if failure is None:
            return
        if failure:
            state, result = Stage.FAILED, failure
    async with work.finish() as session:
        sent_at = shop.clock.now() if state is Stage.SENT else None
        await session.change(letters, letters.c.id == row["id"], state=state, result=result[:500], sent_at=sent_at)
