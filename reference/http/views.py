"""An order as people and the judge see it: read from the tables in one transaction, nothing decided here."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ..domain.orders import State
from ..domain.statuses import Status, canonical
from ..errors import invalid
from ..ports import Money, Quote
from ..shop import Actor, Shop
from ..storage.session import Row, Session
from ..storage.tables import events, labels, orders, papers, returns, shipments, users
from ..usecases import querying
from ..usecases.issuing import prompt_of
from ..usecases.ordering import find, seen_by
from ..usecases.tracking import event_of
from . import shapes


async def one(shop: Shop, actor: Actor, number: str) -> dict[str, Any]:
    async with shop.store.read(actor.company_id) as session:
        return await _order(session, await find(session, actor, number))


async def desk(shop: Shop, actor: Actor, number: str) -> dict[str, Any]:
    """Return an order as the shop's people see it: with what they themselves asked for and said."""
    async with shop.store.read(actor.company_id) as session:
        row = await find(session, actor, number)
        shipment = await session.row(shipments, shipments.c.order_id == row["id"])
        waybill = shipment and await session.row(papers, papers.c.shipment_id == shipment["id"])
        label = shipment and await session.row(labels, labels.c.shipment_id == shipment["id"])
        return {
            **await _order(session, row),
            "shop_status": row["shop_status"],
            "point": row["content"].get("point", ""),
            "customer": row["content"].get("customer", ""),
            "recipient_customer": row["recipient_customer"] or "",
            "issued_at": row["issued_at"],
            "notices": row["notices"] or row["content"].get("notices"),
            "refusal": shipment["refusal"] if shipment else None,
            "warnings": shipment["warnings"] if shipment else [],
            "label_printed_at": label["printed_at"] if label else None,
            "waybill": bool(waybill and waybill["content"] is not None),
        }


async def search(shop: Shop, actor: Actor, query: Mapping[str, str]) -> dict[str, Any]:
    """Return a page of orders, as a query string asks: `text`, `status`, and `page` from 1.

    Raises:
        EngineError: it asks for what there is not.
    """
    place = query.get("page", "1")
    if not (place.isascii() and place.isdigit() and len(place) < 7):
        raise invalid("INVALID_QUESTION", f"page: found {place[:20]!r}, allowed is a whole number.")
    words = {field: query.get(field, "") for field in ("text", "status")}
    return await querying.search(shop, actor, **words, page=int(place))


async def every(shop: Shop, actor: Actor) -> list[dict[str, Any]]:
    async with shop.store.read(actor.company_id) as session:
        return [await _order(session, row) for row in await session.rows(orders, *seen_by(actor))]


async def _order(session: Session, row: Row) -> dict[str, Any]:
    user = await session.row(users, users.c.id == row["acting_user_id"])
    sent = await session.rows(shipments, shipments.c.order_id == row["id"])
    shipment = sent[-1] if sent else None
    offer = msgspec.convert(row["quote"], Quote) if row["quote"] else None
    numbers = [found["number"] for found in sent if found["number"]]
    prompt = await prompt_of(session, row)
    return {
        "number": row["number"],
        "state": row["state"],
        "carrier": shipment["carrier"] if shipment else (offer.carrier if offer else None),
        "service": offer.service if offer else None,
        "tracking_number": numbers[-1] if numbers else None,
        "tracking_numbers": numbers,
        "status": shipment["status"] if shipment else (Status.CANCELLED if row["state"] == State.CANCELLED else None),
        "partial": bool(shipment and shipment["partial"]),
        "label": await _label(session, shipment),
        "quote": shapes.quote(offer, chosen=True) if offer else None,
        "booked": _price(shipment),
        "history": await _history(session, shipment),
        "returns": [_return(found) for found in await session.rows(returns, returns.c.order_id == row["id"])],
        "final_state": row["final_state"],
        "problems": row["problems"],
        "acting_user": user["name"] if user else None,
        "placed_at": row["placed_at"],
        "controls_used": (row["notices"] or {}).get("used", []),
        **({"follow_prompt": prompt} if prompt else {}),
    }


def _price(shipment: Row | None) -> dict[str, Any] | None:
    if shipment is None or shipment["price_minor"] is None:
        return None
    return shapes.amount(Money(shipment["price_minor"], shipment["price_currency"]))


async def _label(session: Session, shipment: Row | None) -> dict[str, Any] | None:
    label = shipment and await session.row(labels, labels.c.shipment_id == shipment["id"])
    if not label:
        return None
    return {"format": label["format"], "sha256": label["sha256"], "size_bytes": len(label["content"])}


async def _history(session: Session, shipment: Row | None) -> list[dict[str, Any]]:
    """Return events oldest first; those somebody withdrew are marked, and the withdrawals themselves left out."""
    if shipment is None:
        return []
    rows = await session.rows(events, events.c.shipment_id == shipment["id"], order=[events.c.occurred_at])
    told = [(row, event_of(row, shipment)) for row in rows]
    gone = {event.revokes for _, event in told if event.revoked and event.revokes}
    gone_places = {(e.number, e.code, e.occurred_at) for _, e in told if e.revoked and not e.revokes}
    return [
        {
            "event_id": event.id,
            "number": event.number,
            "status": canonical(event.status) or Status.UNKNOWN,
            "code": event.code,
            "text": event.text,
            "reason": event.reason,
            "place": event.place,
            "occurred_at": event.occurred_at,
            "received_at": row["received_at"],
            "source": row["source"],
            "withdrawn": event.id in gone or (event.number, event.code, event.occurred_at) in gone_places,
        }
        for row, event in told
        if not event.revoked
    ]


def _return(row: Row) -> dict[str, Any]:
    status = "received" if row["received_at"] else ("returning" if row["moving"] else "announced")
    return {
        "number": row["number"] or "",
        "reason": row["reason"],
        "status": status,
        "received_at": row["received_at"],
        "items": row["restored"] or row["items"],
        "stock_restored": row["stock_restored"],
        "origin": row["origin"],
    }
