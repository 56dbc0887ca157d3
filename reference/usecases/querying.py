"""Orders as the desk looks for them, and everything that is known of one."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from ..domain.statuses import ENDED, Status
from ..errors import invalid
from ..shop import Actor, Role, Shop
from ..storage.session import Row, Session
from ..storage.tables import (
    documents,
    events,
    letters,
    notices,
    orders,
    report_lines,
    reports,
    shipments,
    subscriptions,
)
from . import following
from .ordering import find, seen_by

ON_A_PAGE = 50
LONGEST_QUESTION = 100
SILENT = timedelta(days=30)  # without news a parcel counts as expired in the overview (NTF-228)


async def search(shop: Shop, actor: Actor, *, text: str = "", status: str = "", page: int = 1) -> dict[str, Any]:
    """Return a page of the orders a user may see, newest first: by part of a number, a name, an address.

    Raises:
        EngineError: no status is called so, or the question is too long.
    """
    if status and status not in list(Status):
        raise invalid("INVALID_QUESTION", f"status: found {status[:40]!r}, allowed is one of {', '.join(Status)}.")
    if len(text) > LONGEST_QUESTION or not 1 <= page <= 100_000:
        raise invalid("INVALID_QUESTION", f"Allowed are {LONGEST_QUESTION} characters and pages from 1 to 100,000.")
    async with shop.store.read(actor.company_id) as session:
        joined = orders.outerjoin(shipments, shipments.c.order_id == orders.c.id)
        mine = (orders.c.company_id == session.company_id, *seen_by(actor), *_asked(session, text.strip()))
        stands = _status(session)
        if status:
            mine = (*mine, stands == status)
        count = (await session.execute(select(func.count()).select_from(joined).where(*mine))).scalar_one()
        told = (shipments.c.number.label("tracking"), stands.label("status"), shipments.c.carrier)
        query = (
            select(orders, *told).select_from(joined).where(*mine).order_by(orders.c.id.desc(), shipments.c.id.desc())
        )
        found = await session.execute(query.limit(ON_A_PAGE).offset((page - 1) * ON_A_PAGE))
        rows = [_line(dict(row._mapping)) for row in found]
    return {"count": count, "page": page, "pages": -(-count // ON_A_PAGE), "orders": rows}


def _asked(session: Session, text: str) -> tuple[ColumnElement[bool], ...]:
    if not text:
        return ()
    followed = select(subscriptions.c.order_id).where(
        subscriptions.c.company_id == session.company_id, subscriptions.c.email.icontains(text, autoescape=True)
    )
    fields = (orders.c.number, orders.c.customer, shipments.c.number)
    named = orders.c.parties.contains(text.casefold(), autoescape=True)  # databases fold Latin letters only
    return (or_(named, *(field.icontains(text, autoescape=True) for field in fields), orders.c.id.in_(followed)),)


def _status(session: Session) -> ColumnElement[str]:
    """Return a shipment's status as the overview shows it: one that is under way and silent is taken for expired."""
    newest = func.max(events.c.received_at, type_=events.c.received_at.type)
    last_news = select(newest).where(events.c.shipment_id == shipments.c.id).scalar_subquery()
    under_way = shipments.c.status.not_in([Status.CANCELLED, *ENDED])
    silent = func.coalesce(last_news, shipments.c.booked_at) < session.now - SILENT
    return case((and_(under_way, silent), Status.EXPIRED), else_=shipments.c.status)


def _line(row: Row) -> dict[str, Any]:
    return {
        "number": row["number"],
        "state": row["state"],
        "status": row["status"],
        "carrier": row["carrier"],
        "tracking": row["tracking"],
        "to": row["content"]["recipient"]["name"],
        "company": row["content"]["recipient"].get("company", ""),
        "city": row["content"]["recipient"]["city"],
        "customer": row["content"].get("customer", ""),
        "recipient_customer": row["recipient_customer"] or "",
        "placed_at": row["placed_at"],
        "problems": row["problems"],
    }


async def dossier(shop: Shop, actor: Actor, number: str) -> dict[str, Any]:
    """Return what else is known of an order: who follows it, what was mailed, what was settled.

    Raises:
        EngineError: there is none that this user may see.
    """
    async with shop.store.read(actor.company_id) as session:
        order = await find(session, actor, number)
        if actor.role not in (Role.ADMIN, Role.STAFF):
            return {"followers": [], "mails": [], "documents": [], "report_lines": []}
        people = await session.rows(subscriptions, subscriptions.c.order_id == order["id"])
        return {
            "followers": [following.view(row, number, session) for row in people],
            "mails": await _mails(session, {row["id"]: row["email"] for row in people}, number),
            "documents": await session.rows(documents, documents.c.order_id == order["id"]),
            "report_lines": await _lines_of(session, order["id"]),
        }


async def _mails(session: Session, people: dict[int, str], number: str) -> list[dict[str, Any]]:
    rows = await session.rows(notices, notices.c.subscription_id.in_(people))
    told = [
        {
            "to": people[row["subscription_id"]],
            "about": row["told"]["state"] if row["told"] else "",
            "result": row["fate"],
            "remark": row["result"] or "",
            "sent_at": row["sent_at"],
        }
        for row in rows
    ]
    others = await session.rows(letters, letters.c.recipient.in_(set(people.values())))
    return told + [
        {
            "to": row["recipient"],
            "about": row["kind"].replace("_", " "),
            "result": row["state"],
            "remark": row["result"] or "",
            "sent_at": row["sent_at"],
        }
        for row in others
        if number in row["content"].get("orders", (number,))
    ]


async def _lines_of(session: Session, order_id: int) -> list[dict[str, Any]]:
    named = {row["id"]: row for row in await session.rows(reports)}
    rows = await session.rows(report_lines, report_lines.c.order_id == order_id)
    return [{**row, "report": named[row["report_id"]]["number"]} for row in rows]
