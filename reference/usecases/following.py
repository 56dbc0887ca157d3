"""Who follows a shipment: thirty days from the request, one subscription per address and shipment."""

from typing import Any
from uuid import uuid5

from ..domain.notices import OPEN, Fate, email_key, ends_at
from ..domain.orders import State, check_email
from ..errors import conflict, invalid, unknown
from ..letters import NAMESPACE
from ..shop import Actor, Shop
from ..storage.session import Row, Session
from ..storage.tables import companies, notices, orders, subscriptions
from .ordering import find

ORIGINS = ("public", "staff", "contact", "occasional")


async def subscribe(
    shop: Shop, actor: Actor, number: str, *, email: str, first_name: str, last_name: str, origin: str
) -> tuple[dict[str, Any], bool]:
    """Follow a shipment for thirty days from now; True when a fresh window begins.

    The same address again renews: while active it moves the end, afterwards it starts afresh, and what fell into the
    gap is not told (NTF-022, 023, 025). An address that SMTP refused for good gets another chance.
    """
    check_email("email", email)
    if origin not in ORIGINS:
        raise invalid("INVALID_SUBSCRIPTION", f"origin: found {origin!r}, allowed is one of {', '.join(ORIGINS)}.")
    for field, text in (("first_name", first_name), ("last_name", last_name)):
        if len(text) > 100:
            raise invalid("INVALID_SUBSCRIPTION", f"{field}: found {len(text)} characters, allowed are at most 100.")
    async with shop.store.begin(actor.company_id) as session:
        ports = await shop.ports(session)
        if not ports.config.alert.runs or ports.mailer is None:
            raise conflict("NOT_OFFERED", "Following is not offered: the alert is off or no mail account is set up.")
        order = await find(session, actor, number, lock=True)
        if order["state"] == State.CANCELLED:
            raise conflict("NOT_OFFERED", f"Order {number} was called off; there is nothing to follow.")
        person = {"email": email, "first_name": first_name, "last_name": last_name, "origin": origin}
        return await _follow(session, order, person, shop.outside.token())


async def _follow(session: Session, order: Row, person: Row, token: str) -> tuple[dict[str, Any], bool]:
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
            await _close_open(session, known["id"])
        await session.change(subscriptions, *mine, **window)
    row = await session.row(subscriptions, *mine)
    return view(row or {}, order["number"], session), fresh


async def _company_name(session: Session) -> str:
    query = companies.select().where(companies.c.id == session.company_id)
    return str((await session.execute(query)).one().name)


async def _close_open(session: Session, subscription_id: int) -> None:
    waiting = (notices.c.subscription_id == subscription_id, notices.c.fate.in_(OPEN))
    await session.change(notices, *waiting, fate=Fate.SUPPRESSED, result="not followed")


def active(row: Row, session: Session) -> bool:
    return not row["ended"] and row["stopped"] is None and row["requested_at"] <= session.now < row["ends_at"]


def view(row: Row, number: str, session: Session) -> dict[str, Any]:
    shown = {name: row[name] for name in ("email", "origin", "requested_at", "ends_at", "first_name", "last_name")}
    return {"id": row["uid"], "order": number, **shown, "active": active(row, session), "stopped": row["stopped"]}


async def listed(shop: Shop, actor: Actor) -> list[dict[str, Any]]:
    async with shop.store.read(actor.company_id) as session:
        numbers = {row["id"]: row["number"] for row in await session.rows(orders)}
        rows = await session.rows(subscriptions)
        return [view(row, numbers[row["order_id"]], session) for row in rows]


async def unsubscribe_by_link(shop: Shop, token: str) -> None:
    """End the subscription whose mails bear this link."""
    async with shop.store.whole(write=False) as connection:
        row = (await connection.execute(subscriptions.select().where(subscriptions.c.token == token))).first()
    if row is None:
        raise unknown("UNKNOWN_SUBSCRIPTION", "This link belongs to no subscription.")
    await unsubscribe(shop, row.company_id, row.uid)


async def unsubscribe(shop: Shop, company_id: int, uid: str) -> None:
    """End a subscription at once and close what waits for it.

    Raises:
        EngineError: there is none with this id.
    """
    async with shop.store.begin(company_id) as session:
        row = await session.row(subscriptions, subscriptions.c.uid == uid, lock=True)
        if row is None:
            raise unknown("UNKNOWN_SUBSCRIPTION", f"No subscription has the id {uid[:80]}.")
        await session.change(subscriptions, subscriptions.c.id == row["id"], ended=True)
        await _close_open(session, row["id"])
