"""The tracking alert: at the company's rhythm the newest novelty goes to each follower, once.

A run decides in one transaction, which overlapping runs take one after another; the mails leave through the outbox.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select, update

from ..domain.notices import OPEN, Before, Decision, Fate, Notice, Told, decide, email_key
from ..domain.statuses import RANK, Picture, Status
from ..letters import Cover, Followed, message_id, novelty, welcome
from ..ports import Mail
from ..settings import Company
from ..shop import Actor, Ports, Role, Shop
from ..storage.outbox import Work, ask
from ..storage.session import Row, Session
from ..storage.tables import alert_runs, companies, events, notices, orders, shipments, subscriptions
from .following import active
from .sending import send
from .tracking import picture_of


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run did (NTF-261). `sent` are the mails it gave to the outbox, until `outcome` has seen to them."""

    considered: int = 0
    sent: int = 0
    superseded: int = 0
    suppressed: int = 0
    failed: int = 0
    queued: tuple[int, ...] = ()  # notices


async def run_due(shop: Shop, work: Work) -> None:
    """Run at the company's rhythm; a run that was missed is made up by one, not by many (NTF-221)."""
    async with work.finish() as session:
        config = (await shop.ports(session)).config
        if config.alert.runs:
            work.again(session.now + timedelta(minutes=config.alert.frequency_minutes), fresh=True)
            await run(session, config, by_hand=False)


async def run_by_hand(shop: Shop, actor: Actor) -> Counts:
    """Run now. The mails it decides on wait in the outbox for the worker."""
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.begin(actor.company_id) as session:
        config = (await shop.ports(session)).config
        return await run(session, config, by_hand=True) if config.alert.runs else Counts()


async def run(session: Session, config: Company, *, by_hand: bool) -> Counts:
    """Decide for every subscription with open notices, and mark the run. Takes as long as there is to decide."""
    mine = companies.c.id == session.company_id
    await session.execute(update(companies).where(mine).values(alerts_ran_at=session.now))  # overlapping runs wait here
    waiting = await session.rows(notices, notices.c.fate == Fate.WAITING) if config.offers_following else []
    counts: Counter[str] = Counter(considered=len(waiting))
    queued: list[int] = []
    for subscription_id in sorted({row["subscription_id"] for row in waiting}):
        row = await session.row(subscriptions, subscriptions.c.id == subscription_id, lock=True)
        if row is not None:
            counts += await _decide(session, row, config, queued)
    made = {name: counts[name] for name in ("considered", "superseded", "suppressed")} | {"sent": len(queued)}
    await session.add(alert_runs, at=session.now, by_hand=by_hand, counts=made)
    return Counts(**made, queued=tuple(queued))


async def outcome(shop: Shop, actor: Actor, counts: Counts) -> Counts:
    """Return a run's counts after its mails were tried: those that SMTP refused for good were not sent."""
    async with shop.store.read(actor.company_id) as session:
        mine = (notices.c.id.in_(counts.queued), notices.c.fate == Fate.FAILED)
        failed = await session.count(notices, *mine)
    return replace(counts, sent=counts.sent - failed, failed=failed)


async def _decide(session: Session, subscription: Row, config: Company, queued: list[int]) -> Counter[str]:
    """Decide for one subscription; its row is locked, so nobody decides or sends for it meanwhile.

    One whose link in the mail was not used yet waits (NTF-243).
    """
    if not subscription["confirmed"] and active(subscription, session):
        return Counter()
    decision, rows = await _decision(session, subscription, config)
    counts: Counter[str] = Counter()
    await _close(session, decision.superseded, Fate.SUPERSEDED, "newer news")
    await _close(session, decision.suppressed, Fate.SUPPRESSED, "hidden, withdrawn or no longer followed")
    counts["superseded"] = len(decision.superseded)
    counts["suppressed"] = len(decision.suppressed)
    if decision.send is not None and rows[decision.send.notice.id]["fate"] != Fate.QUEUED:
        await _queue(session, subscription, decision.send, config)
        queued.append(decision.send.notice.id)
    return counts


async def _decision(session: Session, subscription: Row, config: Company) -> tuple[Decision, dict[int, Row]]:
    mine = (notices.c.subscription_id == subscription["id"], notices.c.fate.in_(OPEN))
    rows = {row["id"]: row for row in await session.rows(notices, *mine)}
    shipment = await session.row(shipments, shipments.c.order_id == subscription["order_id"])
    now = await picture_of(session, shipment) if shipment else Picture(Status.ANNOUNCED, False, None, ())
    told_at, told_rank, told_state = (subscription[name] for name in ("told_at", "told_rank", "told_state"))
    decision = decide(
        now,
        [await _notice(session, row) for row in rows.values()],
        active=active(subscription, session),
        states=config.told_states,
        before=None if told_at is None else Before((told_at, told_rank), told_state and Status(told_state)),
        repeats_told=not config.first_in_state_only,
    )
    return decision, rows


async def _notice(session: Session, row: Row) -> Notice:
    event = await session.row(events, events.c.id == row["event_id"])
    stored: dict[str, Any] = event["event"] if event else {}
    takes_back = False
    if event is not None and event["revoked"]:
        takes_back = await _was_told(session, row["subscription_id"], event)
    return Notice(row["id"], stored.get("id", ""), takes_back)


async def _was_told(session: Session, subscription_id: int, revoking: Row) -> bool:
    """Whether the event that `revoking` withdraws was mailed to this person."""
    stored = revoking["event"]
    parcel = (events.c.shipment_id == revoking["shipment_id"], events.c.revoked.is_(False))
    place = (stored["number"], stored["code"], revoking["occurred_at"])
    for event in await session.rows(events, *parcel):
        same = (event["event"]["number"], event["event"]["code"], event["occurred_at"]) == place
        if event["event_id"] == stored.get("revokes") or (not stored.get("revokes") and same):
            sent = (notices.c.subscription_id == subscription_id, notices.c.event_id == event["id"])
            if await session.count(notices, *sent, notices.c.fate == Fate.SENT):
                return True
    return False


async def _close(session: Session, closed: tuple[Notice, ...], fate: Fate, result: str) -> None:
    if closed:
        ids = [notice.id for notice in closed]
        await session.change(notices, notices.c.id.in_(ids), fate=fate, result=result)


async def _queue(session: Session, subscription: Row, told: Told, config: Company) -> None:
    sender = config.smtp.sender if config.smtp else ""
    values = {
        "fate": Fate.QUEUED,
        "message_id": message_id(sender, subscription["uid"], told.notice.event_id),
        "told": _words(told),
        "queued_at": session.now,
    }
    await session.change(notices, notices.c.id == told.notice.id, **values)
    await ask(session, "mail", subscription["uid"], session.now)


async def send_mail(shop: Shop, work: Work) -> None:
    """Send the mail that waits for one subscription, judged again now: followed still, and still the newest news.

    The subscription's row stays locked while SMTP is talked to, where the database can do that; the Message-ID is the
    same at every try, so a crash after SMTP took it can at most repeat it, recognisably (NTF-202).
    """
    async with work.read() as session:
        ports = await shop.ports(session)
        subscription = await session.row(subscriptions, subscriptions.c.uid == work.task.key, lock=True)
        letter = subscription and await _letter(session, subscription, ports, shop.own_url)
    if not ports.config.offers_following or ports.mailer is None:  # the next run decides anew (D9)
        async with work.finish() as session:
            if subscription is not None:
                await session.change(notices, *_queued(subscription), fate=Fate.WAITING, message_id=None)
        return
    if not letter or subscription is None:
        async with work.finish() as session:
            if subscription is not None:
                await _close_stale(session, subscription)
        return
    failure = await send(shop, work, ports.mailer, letter.mail)
    if failure is None:
        return
    async with work.finish() as session:
        if failure:
            await _refused(session, subscription, letter, failure)
        else:
            await _sent(session, subscription, letter, shop.clock.now())
        if await session.count(notices, *_queued(subscription)):
            work.again(session.now, fresh=True)  # a run chose newer news while SMTP was talked to


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to go, what it tells, and the notice whose place it takes when newer news came meanwhile."""

    mail: Mail
    told: Told
    queued_id: int


def _queued(subscription: Row) -> tuple[Any, ...]:
    return (notices.c.subscription_id == subscription["id"], notices.c.fate == Fate.QUEUED)


async def _letter(session: Session, subscription: Row, ports: Ports, own_url: str) -> Letter | None:
    """Return what to send now, or None. Newer news takes the place of the text that waited (NTF-222)."""
    order = await session.row(orders, orders.c.id == subscription["order_id"])
    config = ports.config
    decision, rows = await _decision(session, subscription, config)
    told = decision.send
    queued = next((row for row in rows.values() if row["fate"] == Fate.QUEUED), None)
    if told is None or queued is None or order is None or config.smtp is None:
        return None
    if not subscription["confirmed"]:
        return None
    shipment = await session.row(shipments, shipments.c.order_id == order["id"])
    base = (config.public_url or config.callback_url or own_url).rstrip("/")
    number = (shipment or {}).get("number")
    followed = Followed(
        tracking=number or order["number"],
        states=config.told_states,
        page=f"{base}/track?{urlencode({'number': number})}" if base and number else None,
        unsubscribe=f"{base}/unsubscribe/{subscription['token']}" if base else None,
    )
    cover = Cover(
        recipient=subscription["email"],
        sender=config.smtp.sender,
        id=message_id(config.smtp.sender, subscription["uid"], told.notice.event_id),
        date=queued["queued_at"],
        language=subscription["language"],
        person=f"{subscription['first_name']} {subscription['last_name']}",
    )
    if await _greets(session, subscription, rows[told.notice.id], config) and not told.correction:
        mail = welcome(told, followed, cover, ends_at=subscription["ends_at"])
    else:
        mail = novelty(told, followed, cover)
    return Letter(mail, told, queued["id"])


async def _greets(session: Session, subscription: Row, notice: Row, config: Company) -> bool:
    """Whether a mail is the first to a new follower and tells what was in force when he asked (NTF-092)."""
    if not config.tell_current or subscription["told_at"] is not None:
        return False
    event = await session.row(events, events.c.id == notice["event_id"])
    return event is not None and event["received_at"] <= subscription["requested_at"]


async def _close_stale(session: Session, subscription: Row) -> None:
    """Nothing may be sent any more: close the mail that waited; what else waits is left to the next run."""
    why = "hidden, withdrawn or no longer followed"
    await session.change(notices, *_queued(subscription), fate=Fate.SUPPRESSED, result=why)


def _words(told: Told) -> dict[str, Any]:
    return {
        "state": told.state,
        "reason": told.reason,
        "observation": told.observation,
        "correction": told.correction,
    }


async def _refused(session: Session, subscription: Row, letter: Letter, reason: str) -> None:
    """5xx: this address never again; the company sees why (NTF-223)."""
    await session.change(subscriptions, subscriptions.c.id == subscription["id"], stopped=reason[:500])
    values = {"fate": Fate.FAILED, "result": reason[:500], "told": _words(letter.told)}
    values["message_id"] = letter.mail.message_id
    await session.change(notices, notices.c.id == letter.told.notice.id, **values)
    rest = (notices.c.subscription_id == subscription["id"], notices.c.fate.in_(OPEN))
    await session.change(notices, *rest, fate=Fate.SUPPRESSED, result="address refused")


async def _sent(session: Session, subscription: Row, letter: Letter, at: datetime) -> None:
    """Mark the notice as told, and one whose place it took as superseded."""
    told = letter.told
    values = {"fate": Fate.SENT, "sent_at": at, "result": "accepted", "told": _words(told)}
    values["message_id"] = letter.mail.message_id
    await session.change(notices, notices.c.id == told.notice.id, **values)
    if letter.queued_id != told.notice.id:
        replaced = (notices.c.id == letter.queued_id, notices.c.fate == Fate.QUEUED)
        await session.change(notices, *replaced, fate=Fate.SUPERSEDED, result="newer news")
    notice = await session.row(notices, notices.c.id == told.notice.id)
    event = notice and await session.row(events, events.c.id == notice["event_id"])
    told_at = event["occurred_at"] if event else at
    if told.correction:
        shipment = await session.row(shipments, shipments.c.order_id == subscription["order_id"])
        told_at = (shipment or {}).get("since") or told_at
    mine = subscriptions.c.id == subscription["id"]
    await session.change(subscriptions, mine, told_at=told_at, told_rank=RANK[told.state], told_state=told.state)


async def alerts(
    shop: Shop, actor: Actor, *, email: str | None = None, newest: int | None = None
) -> list[dict[str, Any]]:
    """Return every alert that was sent or tried, oldest first; of one address, or only the newest, where asked for."""
    actor.need(Role.ADMIN, Role.STAFF)
    joined = notices.join(subscriptions, subscriptions.c.id == notices.c.subscription_id)
    joined = joined.join(orders, orders.c.id == subscriptions.c.order_id)
    named = (subscriptions.c.uid, subscriptions.c.email, orders.c.number)
    async with shop.store.read(actor.company_id) as session:
        mine = [notices.c.company_id == session.company_id, notices.c.message_id.is_not(None)]
        if email is not None:
            mine.append(subscriptions.c.email_key == email_key(email))
        query = select(notices, *named).select_from(joined).where(*mine).order_by(notices.c.id.desc()).limit(newest)
        found = (await session.execute(query)).all()
    return [_alert(dict(row._mapping)) for row in reversed(found)]


RESULTS = {Fate.QUEUED: "deferred"}


def _alert(row: Row) -> dict[str, Any]:
    return {
        "subscription": row["uid"],
        "order": row["number"],
        "email": row["email"],
        "state": row["told"]["state"],
        "sent_at": row["sent_at"],
        "message_id": row["message_id"],
        "result": RESULTS.get(row["fate"], row["fate"]),
        "remark": row["result"],
    }
