"""What the books say: documents, balances with couriers, what is outstanding, profit and loss, stock."""

from typing import Any

import msgspec

from ..domain.ledger import Balance, Entry, Payout, account, balances, outstanding, profit_and_loss
from ..domain.orders import Order
from ..domain.settlement import DocumentKind
from ..domain.statuses import Status
from ..shop import Actor, Role, Shop
from ..storage.session import Row, Session
from ..storage.tables import documents, orders, reports, shipments, stock_moves
from .ordering import find
from .settling import named_in_reports


async def document_list(shop: Shop, actor: Actor, number: str | None) -> list[dict[str, Any]]:
    """Return documents, oldest first; each names its report and line, and its order by number (SET-089)."""
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        numbers = {row["id"]: row["number"] for row in await session.rows(orders)}
        fed = {row["id"]: row["number"] for row in await session.rows(reports)}
        where = () if number is None else (documents.c.order_id == (await find(session, actor, number))["id"],)
        rows = await session.rows(documents, *where)
        return [_document(row, numbers, fed) for row in rows]


def _document(row: Row, numbers: dict[int, str], fed: dict[int, str]) -> dict[str, Any]:
    names = ("kind", "tracking", "counterparty", "sum_minor", "vat_minor", "currency", "linked", "positions", "moment")
    return {
        "id": row["sync_id"],
        "order": numbers.get(row["order_id"]),
        **{name: row[name] for name in names},
        "report": fed[row["report_id"]],
        "line": row["n"],
        "sync_id": row["sync_id"],
        "carrier": row["carrier"],
        "purpose": row["purpose"],
    }


def _entry(row: Row) -> Entry:
    items = tuple((p["item"], p["quantity"] * p["price_minor"]) for p in row["positions"])
    names = ("carrier", "currency", "sum_minor", "counterparty")
    return Entry(DocumentKind(row["kind"]), items=items, **{name: row[name] for name in names})


async def books(shop: Shop, actor: Actor) -> dict[str, Any]:
    """Return balances per carrier, orders with money or goods outstanding, and the account's movement."""
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        config = (await shop.ports(session)).config
        entries = [_entry(row) for row in await session.rows(documents)]
        paid = [Payout(r["carrier"], r["currency"], r["payout_minor"]) for r in await session.rows(reports)]
        named = await named_in_reports(session)
        sent = await _sent(session)
        silent = [row for row in sent if row[0]["id"] not in named]
        taken = [
            Payout(shipment["carrier"], order.currency, order.total_minor)
            for _, order, shipment in silent
            if order.cod and shipment["status"] == Status.DELIVERED and not shipment["partial"]
        ]
        days = {name: config.terms_of(name).outstanding_days for name in config.carriers}
        late = [found for row in silent if (found := _outstanding(session, row, days))]
    rows = [_balance(balance) for balance in balances(entries, paid, taken)]
    moved = [{"currency": currency, "movement_minor": minor} for currency, minor in account(entries).items()]
    return {"carriers": rows, "outstanding": late, "account": moved}


def _balance(balance: Balance) -> dict[str, Any]:
    return {
        "carrier": balance.carrier,
        "currency": balance.currency,
        "collected_minor": balance.collected_minor,
        "fees_minor": balance.fees_minor,
        "paid_out_minor": balance.paid_out_minor,
        "owed_minor": balance.owed_minor,
    }


async def _sent(session: Session) -> list[tuple[Row, Order, Row]]:
    rows = {row["id"]: row for row in await session.rows(orders)}
    found = [row for row in await session.rows(shipments) if row["number"]]
    return [(rows[row["order_id"]], msgspec.convert(rows[row["order_id"]]["content"], Order), row) for row in found]


def _outstanding(session: Session, row: tuple[Row, Order, Row], days: dict[str, int]) -> dict[str, Any] | None:
    order, content, shipment = row
    status = Status(shipment["status"])
    limit = days.get(shipment["carrier"], 14)
    why = outstanding(status, shipment["since"], session.now, days=limit, money=content.cod, goods=True)
    if not why:
        return None
    return {"order": order["number"], "tracking": shipment["number"], "why": why, "since": shipment["since"]}


async def profit(shop: Shop, actor: Actor) -> list[dict[str, Any]]:
    """Return profit and loss: sales of closed orders, what came back of those, compensation, each kind of fee."""
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        closed = {row["id"]: row for row in await session.rows(orders) if row["final_state"] is not None}
        posted = await session.rows(documents)
        entries = [_entry(row) for row in posted if row["kind"] != DocumentKind.SR or row["order_id"] in closed]
        sales = []
        for row in closed.values():
            order = msgspec.convert(row["content"], Order)
            sales.append(Payout("", order.currency, order.total_minor))
    rows = profit_and_loss(entries, sales)
    return [{"item": item, "currency": currency, "amount_minor": minor} for item, currency, minor in rows]


async def stock(shop: Shop, actor: Actor) -> dict[str, int]:
    """Return the change of stock against the start, in pieces by article."""
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        found: dict[str, int] = {}
        for row in await session.rows(stock_moves):
            found[row["sku"]] = found.get(row["sku"], 0) + row["pieces"]
    return dict(sorted(found.items()))
