"""Parcels that customers want fetched: somebody asks, a branch approves, then confirms; each act tells once.

Source: `notifications` NTF-085 to 091.
"""

from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from ..domain.notices import email_key
from ..domain.orders import State, check_email
from ..domain.statuses import Status
from ..errors import EngineError, Kind, conflict, invalid, unknown
from ..ports import Label, LabelFormat
from ..settings import Company
from ..shop import Actor, Role, Shop
from ..storage.session import Row, Session
from ..storage.tables import labels, orders, pickup_requests, shipments, users
from .ordering import find, note, seen_by, set_going
from .writing import Writing, write

LONGEST_BRANCH = 100
NO_MAIL = "The mail about its pick-up was not sent: the mail account lacks host, port, user or password."


class Stage(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    APPROVED = "approved"
    CONFIRMED = "confirmed"


async def request(shop: Shop, actor: Actor, number: str, email: str) -> tuple[dict[str, Any], bool]:
    """Ask that an order's parcel be fetched, for oneself or for somebody; True when it was not asked before (NTF-087).

    Raises:
        EngineError: there is no such order, it is on its way or called off, or another address asked already.
    """
    check_email("email", email)
    async with shop.store.begin(actor.company_id) as session:
        order = await find(session, actor, number, lock=True)
        known = await session.row(pickup_requests, pickup_requests.c.order_id == order["id"])
        if known is not None:
            if email_key(known["email"]) != email_key(email):
                raise conflict("PICKUP_ASKED", f"Somebody else asked already that order {number} be fetched.")
            return await _view(session, known), False
        shipment = await session.row(shipments, shipments.c.order_id == order["id"])
        if order["state"] == State.CANCELLED or order["cancelling"]:
            raise conflict("CANCELLED", f"Order {number} was called off: there is nothing to fetch.")
        if shipment is not None and shipment["status"] != Status.ANNOUNCED:
            raise conflict("HANDED_OVER", f"Order {number} is {shipment['status']}: there is nothing to fetch.")
        values = {"order_id": order["id"], "asked_by": actor.user_id, "email": email, "state": Stage.ASKED}
        added = await session.add(pickup_requests, **values, token=shop.outside.token(), asked_at=session.now)
        row = await session.row(pickup_requests, pickup_requests.c.id == added)
        return await _view(session, row or {}), True


async def approve(shop: Shop, actor: Actor, request_id: str, *, branch: str | None = None) -> dict[str, Any]:
    """Take a request on for a branch: its order is confirmed if it was not, and the requester told with the label.

    Again changes nothing (NTF-090).

    Raises:
        EngineError: there is no such request, no branch is named, or the order cannot be sent.
    """
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    taking = _branch(actor, branch)
    async with shop.store.begin(actor.company_id) as session:
        found = await _seen(session, actor, request_id)
        order = await session.row(orders, orders.c.id == found["order_id"], lock=True)
        row = await session.row(pickup_requests, pickup_requests.c.id == found["id"], lock=True)
        if order is None or row is None:
            raise _nothing(request_id)
        if row["state"] == Stage.ASKED:
            config = (await shop.ports(session)).config
            await set_going(session, order, None, config)
            mine = pickup_requests.c.id == row["id"]
            approved = {"state": Stage.APPROVED, "branch": taking, "approved_at": session.now}
            await session.change(pickup_requests, mine, **approved)
            if order["branch"] is None:
                await session.change(orders, orders.c.id == order["id"], branch=taking)
            if not _can_mail(config):
                await note(session, order["id"], NO_MAIL)
            await tell_approved(shop, session, order["id"])
        return await _view(session, await session.row(pickup_requests, pickup_requests.c.id == row["id"]) or row)


def _branch(actor: Actor, named: str | None) -> str:
    """Return the branch that approves: that of its user, else the one that is named."""
    if actor.role is Role.BRANCH:
        if named not in (None, actor.branch):
            sentence = f"{actor.name} acts for {actor.branch}, not for {(named or '')[:LONGEST_BRANCH]}."
            raise EngineError(Kind.FORBIDDEN, "FORBIDDEN", sentence)
        return actor.branch or ""
    text = (named or "").strip()
    if not 1 <= len(text) <= LONGEST_BRANCH or not text.isprintable():
        found = f"found {len(text)} characters, allowed are 1 to {LONGEST_BRANCH} printable ones"
        raise invalid("INVALID_BRANCH", f"branch: {found}.", field="branch")
    return text


async def tell_approved(shop: Shop, session: Session, order_id: int) -> None:
    """Write the mail of an approval once number and label are there, whichever came last; never a second one."""
    order = await session.row(orders, orders.c.id == order_id, lock=True)
    approved = (pickup_requests.c.order_id == order_id, pickup_requests.c.state != Stage.ASKED)
    row = await session.row(pickup_requests, *approved)
    if order is None or row is None:
        return
    shipment = await session.row(shipments, shipments.c.order_id == order_id)
    if shipment is None or not shipment["number"]:
        return
    if not await session.count(labels, labels.c.shipment_id == shipment["id"]):
        return
    config = (await shop.ports(session)).config
    if not _can_mail(config):
        await note(session, order_id, NO_MAIL)
        return
    content = {"orders": [order["number"]], "number": shipment["number"], "branch": row["branch"]}
    content["token"] = row["token"]
    await write(session, Writing("pickup_approved", str(row["id"]), row["email"], config.language, content))


def _can_mail(config: Company) -> bool:
    return config.smtp is not None and config.smtp.complete


async def confirm(shop: Shop, actor: Actor, request_ids: Sequence[str]) -> int:
    """Confirm approved requests; each requester gets one mail that names his, and how many (NTF-088).

    Returns: how many were confirmed by this act; those that were before are passed over.

    Raises:
        EngineError: there is no such request, or one is not approved yet; then none is confirmed.
    """
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    async with shop.store.begin(actor.company_id) as session:
        found = [await _seen(session, actor, request_id) for request_id in dict.fromkeys(request_ids)]
        packed = await session.rows(orders, orders.c.id.in_([row["order_id"] for row in found]), lock=True)
        named = {order["id"]: order for order in packed}
        mine = pickup_requests.c.id.in_([row["id"] for row in found])
        rows = await session.rows(pickup_requests, mine, lock=True)
        for row in rows:
            _check_open(row, named[row["order_id"]])
        fresh = [row for row in rows if row["state"] == Stage.APPROVED]
        ids = pickup_requests.c.id.in_([row["id"] for row in fresh])
        await session.change(pickup_requests, ids, state=Stage.CONFIRMED, confirmed_at=session.now)
        await _tell_confirmed(shop, session, fresh, named)
    return len(fresh)


def _check_open(row: Row, order: Row) -> None:
    if row["state"] == Stage.ASKED:
        raise conflict("NOT_APPROVED", f"The pick-up of order {order['number']} is not approved yet.")
    if row["state"] == Stage.APPROVED and (order["state"] == State.CANCELLED or order["cancelling"]):
        raise conflict("CANCELLED", f"Order {order['number']} was called off: there is nothing to fetch.")


async def _tell_confirmed(shop: Shop, session: Session, fresh: Sequence[Row], named: dict[int, Row]) -> None:
    """Write one mail for each requester, or say on each order why there is none."""
    config = (await shop.ports(session)).config
    if not _can_mail(config):
        for row in fresh:
            await note(session, row["order_id"], NO_MAIL)
        return
    told: dict[str, list[Row]] = {}
    for row in fresh:
        told.setdefault(email_key(row["email"]), []).append(row)
    for rows in told.values():
        key = sha256("/".join(str(row["id"]) for row in rows).encode()).hexdigest()
        content = {
            "orders": [named[row["order_id"]]["number"] for row in rows],
            "numbers": [await _number(session, named[row["order_id"]]) for row in rows],
            "branch": ", ".join(dict.fromkeys(row["branch"] for row in rows)),
        }
        await write(session, Writing("pickups_confirmed", key, rows[0]["email"], config.language, content))


async def _number(session: Session, order: Row) -> str:
    """Return the number a parcel is known by: the carrier's, until there is one our own."""
    shipment = await session.row(shipments, shipments.c.order_id == order["id"])
    return str((shipment or {}).get("number") or order["number"])


async def label_of(shop: Shop, token: str) -> tuple[str, Label]:
    """Return the number and the label behind the link of an approval's mail.

    Raises:
        EngineError: the link belongs to nothing, or to an order that was called off.
    """
    query = select(pickup_requests).where(pickup_requests.c.token == token)
    async with shop.store.whole(write=False) as connection:
        row = (await connection.execute(query)).first() if 0 < len(token) <= 80 else None
    if row is None or row.state == Stage.ASKED:
        raise unknown("UNKNOWN_LABEL", "This link leads to no label.")
    async with shop.store.read(row.company_id) as session:
        order = await session.row(orders, orders.c.id == row.order_id)
        shipment = await session.row(shipments, shipments.c.order_id == row.order_id)
        label = shipment and await session.row(labels, labels.c.shipment_id == shipment["id"])
    if not shipment or not label or order is None or order["state"] == State.CANCELLED:
        raise unknown("UNKNOWN_LABEL", "This link leads to no label.")
    return shipment["number"], Label(LabelFormat(label["format"]), label["content"])


# -- who sees which


async def listed(shop: Shop, actor: Actor) -> list[dict[str, Any]]:
    """Return the requests a user may see: a branch those that no other took, a customer his own."""
    async with shop.store.read(actor.company_id) as session:
        return [await _view(session, row) for row in await session.rows(pickup_requests, *_seen_by(session, actor))]


def _seen_by(session: Session, actor: Actor) -> tuple[ColumnElement[bool], ...]:
    mine = select(orders.c.id).where(orders.c.company_id == session.company_id)
    if actor.role is Role.BRANCH:
        open_to_all = mine.where(or_(orders.c.branch.is_(None), orders.c.branch == actor.branch))
        waits = (pickup_requests.c.branch.is_(None)) & pickup_requests.c.order_id.in_(open_to_all)
        return (or_(pickup_requests.c.branch == actor.branch, waits),)
    if actor.role is Role.CUSTOMER:
        own = pickup_requests.c.order_id.in_(mine.where(*seen_by(actor)))
        return (or_(pickup_requests.c.asked_by == actor.user_id, own),)
    return ()


async def _seen(session: Session, actor: Actor, request_id: str) -> Row:
    place = request_id.removeprefix("q-")
    row = None
    if place.isascii() and place.isdigit() and len(place) <= 18:
        row = await session.row(pickup_requests, pickup_requests.c.id == int(place), *_seen_by(session, actor))
    if row is None:
        raise _nothing(request_id)
    return row


def _nothing(request_id: str) -> EngineError:
    return unknown("UNKNOWN_PICKUP_REQUEST", f"No pick-up request has the id {request_id[:80]}.")


async def _view(session: Session, row: Row) -> dict[str, Any]:
    order = await session.row(orders, orders.c.id == row["order_id"]) or {}
    user = await session.row(users, users.c.id == row["asked_by"]) or {}
    told = ("state", "branch", "email", "asked_at", "approved_at", "confirmed_at")
    shown = {name: row[name] for name in told}
    notices = [sentence for sentence in order["problems"] if sentence == NO_MAIL]
    return {"id": f"q-{row['id']}", "order": order["number"], "asked_by": user["name"], **shown, "notices": notices}
