"""Who follows a shipment: thirty days from the request, one subscription per address and shipment."""

from typing import Any
from uuid import uuid5

from sqlalchemy import select

from ..domain.notices import OPEN, Fate, email_key, ends_at
from ..domain.orders import State, check_email
from ..errors import conflict, invalid, unknown
from ..letters import NAMESPACE
from ..settings import Company
from ..shop import Actor, Role, Shop
from ..storage.session import Row, Session
from ..storage.tables import companies, events, notices, orders, shipments, subscriptions
from .ordering import find
from .tracking import picture_of

ORIGINS = ("public", "staff", "contact", "occasional", "issue")  # `issue`: typed into the screen at issuing
ALL_NAMED = ("staff",)  # who enters somebody else gives the whole name (NTF-071)
OFFICE = (Role.ADMIN, Role.STAFF)  # who sees and ends what others follow, and enters followers
NOT_ISSUED = "no carrier has given it a number yet"


async def subscribe(
    shop: Shop,
    actor: Actor,
    number: str,
    *,
    email: str,
    first_name: str,
    last_name: str,
    origin: str,
    language: str | None = None,
) -> tuple[dict[str, Any], bool]:
    """Follow a shipment for thirty days from now; True when a fresh window begins.

    The same address again renews: while active it moves the end, afterwards it starts afresh, and what fell into the
    gap is not told (NTF-022, 023, 025). An address that SMTP refused for good gets another chance.

    Raises:
        EngineError: the actor may not add followers, the person cannot be told, or nobody may follow this shipment now.
    """
    actor.need(*OFFICE)
    person = checked(email=email, first_name=first_name, last_name=last_name, origin=origin)
    async with shop.store.begin(actor.company_id) as session:
        config = (await shop.ports(session)).config
        order = await find(session, actor, number, lock=True)
        shipment = await session.row(shipments, shipments.c.order_id == order["id"])
        why = why_not(config, order, shipment)
        if why:
            raise conflict("NOT_OFFERED", f"Following order {number} is not offered: {why}.")
        person |= {"language": language or config.language, "confirmed": True}
        return await follow(session, order, person, shop.outside.token(), config)


def checked(*, email: str, first_name: str, last_name: str, origin: str) -> Row:
    """Return a follower's data.

    Raises:
        EngineError: the address is none, a name is too long, or one is missing where staff enter somebody.
    """
    check_email("email", email)
    if origin not in ORIGINS:
        raise invalid("INVALID_SUBSCRIPTION", f"origin: found {origin!r}, allowed is one of {', '.join(ORIGINS)}.")
    for field, text in (("first_name", first_name), ("last_name", last_name)):
        least = int(origin in ALL_NAMED)
        if not least <= len(text.strip()) <= 100 or len(text) > 100:
            found = f"found {len(text)} characters, allowed are {least} to 100"
            raise invalid("INVALID_SUBSCRIPTION", f"{field}: {found}.", field=field)
    return {"email": email, "first_name": first_name, "last_name": last_name, "origin": origin}


def why_not(config: Company, order: Row, shipment: Row | None) -> str:
    """Return why nobody may follow a shipment now, empty where anyone may (NTF-030, 032, 063)."""
    if config.smtp is None or not config.smtp.complete:
        return "the mail account lacks host, port, user or password"
    if not config.alert.runs:
        return "the alert is off or its frequency is 0"
    if order["state"] == State.CANCELLED:
        return "it was called off"
    return "" if shipment is not None and shipment["number"] else NOT_ISSUED


async def follow(
    session: Session, order: Row, person: Row, token: str, config: Company | None = None
) -> tuple[dict[str, Any], bool]:
    """Begin or renew the window of one address on one shipment, whatever its origin (NTF-204).

    Somebody new is told the news in force at the next run, where `config` wants it (NTF-092).
    """
    key = email_key(person["email"])
    company = await _company_name(session)
    window = {"requested_at": session.now, "ends_at": ends_at(session.now), "ended": False, "stopped": None}
    mine = (subscriptions.c.order_id == order["id"], subscriptions.c.email_key == key)
    known = await session.row(subscriptions, *mine, lock=True)
    if known is None:
        uid = uuid5(NAMESPACE, f"{company}/{order['number']}/{key}").hex
        await session.add(subscriptions, order_id=order["id"], uid=uid, token=token, email_key=key, **person, **window)
        fresh = True
    else:
        fresh = not active(known, session)
        if fresh:  # what waited for the old window is not revived
            await close_open(session, known["id"])
        confirmed = person["confirmed"] or (known["confirmed"] and not fresh)
        await session.change(subscriptions, *mine, **window, confirmed=confirmed)
    row = await session.row(subscriptions, *mine) or {}
    if known is None and config is not None and config.tell_current:
        await _let_wait_what_is_in_force(session, order, row["id"], config)
    return view(row, order["number"], session), fresh


async def _let_wait_what_is_in_force(session: Session, order: Row, subscription_id: int, config: Company) -> None:
    shipment = await session.row(shipments, shipments.c.order_id == order["id"])
    told = (await picture_of(session, shipment)).readings if shipment else ()
    newest = [found.event.id for found in told if config.told_states.is_mailed(found.status)][-1:]
    mine = (events.c.order_id == order["id"], events.c.event_id.in_(newest), events.c.revoked.is_(False))
    if event := await session.row(events, *mine):
        await session.add_once(notices, subscription_id=subscription_id, event_id=event["id"], fate=Fate.WAITING)


async def _company_name(session: Session) -> str:
    query = companies.select().where(companies.c.id == session.company_id)
    return str((await session.execute(query)).one().name)


async def close_open(session: Session, subscription_id: int) -> None:
    waiting = (notices.c.subscription_id == subscription_id, notices.c.fate.in_(OPEN))
    await session.change(notices, *waiting, fate=Fate.SUPPRESSED, result="not followed")


def active(row: Row, session: Session) -> bool:
    """Whether its window is open. One that is not confirmed yet is open too, and told nothing."""
    return not row["ended"] and row["stopped"] is None and row["requested_at"] <= session.now < row["ends_at"]


def view(row: Row, number: str, session: Session) -> dict[str, Any]:
    shown = {name: row[name] for name in ("email", "origin", "requested_at", "ends_at", "first_name", "last_name")}
    state = {"active": active(row, session), "confirmed": row["confirmed"], "stopped": row["stopped"]}
    return {"id": row["uid"], "order": number, **shown, "language": row["language"], **state}


async def listed(
    shop: Shop, actor: Actor, *, email: str | None = None, newest: int | None = None
) -> list[dict[str, Any]]:
    """Return who follows what, with the end of each window, oldest first (NTF-095); of one address, or the newest."""
    actor.need(*OFFICE)
    joined = subscriptions.join(orders, orders.c.id == subscriptions.c.order_id)
    async with shop.store.read(actor.company_id) as session:
        mine = [subscriptions.c.company_id == session.company_id]
        if email is not None:
            mine.append(subscriptions.c.email_key == email_key(email))
        query = select(subscriptions, orders.c.number).select_from(joined).where(*mine)
        found = await session.execute(query.order_by(subscriptions.c.id.desc()).limit(newest))
        rows = [dict(row._mapping) for row in found]
        return [view(row, row["number"], session) for row in reversed(rows)]


async def unsubscribe_by_link(shop: Shop, token: str) -> None:
    """End the subscription whose mails bear this link."""
    async with shop.store.whole(write=False) as connection:
        row = (await connection.execute(subscriptions.select().where(subscriptions.c.token == token))).first()
    if row is None:
        raise unknown("UNKNOWN_SUBSCRIPTION", "This link belongs to no subscription.")
    await _end(shop, row.company_id, row.uid)


async def unsubscribe(shop: Shop, actor: Actor, uid: str) -> None:
    """End a subscription at once and close what waits for it.

    Raises:
        EngineError: the actor may not end it, or there is none with this id.
    """
    actor.need(*OFFICE)
    await _end(shop, actor.company_id, uid)


async def _end(shop: Shop, company_id: int, uid: str) -> None:
    async with shop.store.begin(company_id) as session:
        row = await session.row(subscriptions, subscriptions.c.uid == uid, lock=True)
        if row is None:
            raise unknown("UNKNOWN_SUBSCRIPTION", f"No subscription has the id {uid[:80]}.")
        await session.change(subscriptions, subscriptions.c.id == row["id"], ended=True)
        await close_open(session, row["id"])
