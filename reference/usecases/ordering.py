"""Orders: placed, imported, confirmed, called off, sent back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, or_

from ..domain.choice import Rule, pick
from ..domain.orders import Order, State, checked
from ..domain.statuses import ENDED, Status
from ..errors import EngineError, conflict, invalid, unknown
from ..ports import CarrierFault, Quote, Refused, Refuses, Unavailable
from ..settings import Company
from ..shop import Actor, Role, Shop
from ..storage.outbox import Work, ask
from ..storage.session import Row, Session
from ..storage.tables import cursors, orders, outbox, quotes, returns, shipments

RETURN_REASONS = (
    "refused", "not_collected", "address_unknown", "damaged", "wrong_item", "not_as_described", "changed_mind",
    "exchange", "other",
)  # fmt: skip


def seen_by(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Return what narrows a company's orders to those this user may see."""
    if actor.role is Role.BRANCH:
        return (orders.c.branch == actor.branch,)
    if actor.role is Role.CUSTOMER:
        sends = orders.c.content["customer"].as_string()
        return (or_(*(party == actor.customer for party in (orders.c.customer, orders.c.recipient_customer, sends))),)
    return ()


async def find(session: Session, actor: Actor, number: str, *, lock: bool = False) -> Row:
    """Return an order this user may see.

    Raises:
        EngineError: there is none, or it is another's: the two are not told apart.
    """
    row = await session.row(orders, orders.c.number == number, *seen_by(actor), lock=lock)
    if row is None:
        raise unknown("UNKNOWN_ORDER", f"No order has number {number[:80]}.")
    return row


def content_of(row: Row) -> Order:
    return msgspec.convert(row["content"], Order)


async def note(session: Session, order_id: int, sentence: str) -> None:
    """Show a problem on an order, once."""
    row = await session.row(orders, orders.c.id == order_id, lock=True)
    if row is not None and sentence not in row["problems"]:
        await session.change(orders, orders.c.id == order_id, problems=[*row["problems"], sentence])


async def place(shop: Shop, actor: Actor, order: Order, *, confirm: bool) -> bool:
    """Place an order; True when it is new. The same content again changes nothing.

    Raises:
        EngineError: INVALID_ORDER, or ORDER_CONFLICT when the number stands for something else.
    """
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    checked(order)
    async with shop.store.begin(actor.company_id) as session:
        config = (await shop.ports(session)).config
        added = await _add(session, actor, order, config)
        if confirm:
            await set_going(session, await find(session, actor, order.number, lock=True), None, config)
    return added


async def _add(session: Session, actor: Actor, order: Order, config: Company) -> bool:
    if order.carrier is not None and order.carrier not in config.carriers:
        allowed = ", ".join(sorted(config.carriers)) or "none is set up"
        told = f"carrier: found {order.carrier!r}, allowed is one of {allowed}."
        raise invalid("INVALID_ORDER", told, field="carrier", found=order.carrier, allowed=f"one of {allowed}")
    values = {
        "number": order.number,
        "acting_user_id": actor.user_id,
        "branch": actor.branch,
        "customer": order.recipient.email or None,
        "recipient_customer": order.recipient_customer or None,
        "parties": order.parties,
        "content": msgspec.to_builtins(order),
        "digest": order.digest,
        "state": State.DRAFT,
        "problems": [],
        "placed_at": session.now,
    }
    if await session.add_once(orders, **values) is not None:
        return True
    known = await session.row(orders, orders.c.number == order.number)
    if known is None or known["digest"] != order.digest:
        raise conflict("ORDER_CONFLICT", f"Order {order.number} was placed before with other content.")
    return False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one order of a list: refused, else placed, now or before."""

    number: str
    fresh: bool = False
    refusal: EngineError | None = None


async def take_list(shop: Shop, actor: Actor, found: Sequence[Order], *, confirm: bool = False) -> list[Outcome]:
    """Place a list of orders as drafts, or send each on its way; one that is refused keeps no other back."""
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    outcomes = []
    async with shop.store.begin(actor.company_id) as session:
        config = (await shop.ports(session)).config
        for order in found:
            try:
                fresh = await _add(session, actor, checked(order), config)
                if confirm:
                    await set_going(session, await find(session, actor, order.number, lock=True), None, config)
            except EngineError as error:
                outcomes.append(Outcome(order.number, refusal=error))
            else:
                outcomes.append(Outcome(order.number, fresh))
    return outcomes


async def confirm(shop: Shop, actor: Actor, number: str, quote_id: str | None) -> None:
    """Send a draft on its way: an offer is chosen, the parcel booked, the label fetched, all through the outbox."""
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    async with shop.store.begin(actor.company_id) as session:
        row = await find(session, actor, number, lock=True)
        await set_going(session, row, quote_id, (await shop.ports(session)).config)


async def set_going(session: Session, row: Row, quote_id: str | None, config: Company) -> None:
    """Confirm an order whose row is locked; one that is confirmed already stays as it is."""
    number = row["number"]
    if row["state"] == State.CANCELLED or row["cancelling"]:
        raise conflict("CANCELLED", f"Order {number} was called off; place it again under another number.")
    if row["state"] in (State.CONFIRMED, State.BOOKED):
        if quote_id is not None and quote_id != (row["quote"] or {}).get("id"):
            raise conflict("CONFIRMED", f"Order {number} is confirmed already, not with offer {quote_id}.")
        return
    quote = None
    if quote_id is not None:
        picked = pick(await offers(session, row["id"]), quote_id, only=content_of(row).carrier)
        quote = {**msgspec.to_builtins(picked), "by_hand": True}
    elif config.choice.rule is Rule.BY_HAND:
        raise invalid("QUOTE_NEEDED", f"Offers are picked by hand: name the offer for order {number}.")
    await session.change(orders, orders.c.id == row["id"], state=State.CONFIRMED, quote=quote, problems=[])
    await ask(session, "choose", number, session.now)


async def offers(session: Session, order_id: int) -> list[Quote]:
    rows = await session.rows(quotes, quotes.c.order_id == order_id)
    return [msgspec.convert(row["quote"], Quote) for row in rows]


async def set_status(shop: Shop, actor: Actor, number: str, status: str) -> bool:
    """Write down where an order stands with the shop; the status that was configured sends it to a carrier.

    Returns: whether a delivery is requested, by this or an earlier call.

    Raises:
        EngineError: the word is too long, or the order was called off and is to be delivered now.
    """
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    if not 1 <= len(status.strip()) <= 100 or not status.isprintable():
        raise invalid("INVALID_STATUS", f"status: found {len(status)} characters, allowed are 1 to 100 printable ones.")
    async with shop.store.begin(actor.company_id) as session:
        row = await find(session, actor, number, lock=True)
        config = (await shop.ports(session)).config
        await session.change(orders, orders.c.id == row["id"], shop_status=status)
        if status == config.request_delivery_on and row["state"] != State.BOOKED:
            await set_going(session, row, None, config)
            return True
    return row["state"] in (State.CONFIRMED, State.BOOKED)


async def refuse(shop: Shop, actor: Actor, number: str) -> None:
    """Give up handing a parcel over: the carrier is told to bring it back.

    Raises:
        EngineError: no carrier holds it, it has come to its end, or its carrier cannot be told.
    """
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    async with shop.store.begin(actor.company_id) as session:
        row = await find(session, actor, number, lock=True)
        shipment = await session.row(shipments, shipments.c.order_id == row["id"], lock=True)
        status = shipment["status"] if shipment else row["state"]
        if shipment is None or row["state"] != State.BOOKED or status == Status.ANNOUNCED:
            raise conflict("NOT_HANDED_OVER", f"Order {number} is {status}: no carrier holds it; call it off instead.")
        if status in (*ENDED, Status.CANCELLED, Status.RETURNING):
            raise conflict("TOO_LATE", f"Order {number} is {status}: there is nothing to give up any more.")
        if not isinstance((await shop.ports(session)).carrier(shipment["carrier"]), Refuses):
            raise conflict("NO_REFUSAL", f"{shipment['carrier']} cannot be told to bring a parcel back.")
        if shipment["refusal"] is None:
            await session.change(shipments, shipments.c.id == shipment["id"], refusal="asked")
            await ask(session, "refuse", number, session.now)


async def tell_refusal(shop: Shop, work: Work) -> None:
    """Tell a carrier to bring a parcel back; what follows comes by tracking."""
    async with work.read() as session:
        row = await session.row(orders, orders.c.number == work.task.key)
        shipment = row and await session.row(shipments, shipments.c.order_id == row["id"])
        ports = await shop.ports(session)
    if row is None or shipment is None or shipment["refusal"] != "asked":
        await work.close()
        return
    fault = None
    try:
        carrier = ports.carrier(shipment["carrier"])
        if not isinstance(carrier, Refuses):
            raise Refused("no_refusal", "the carrier cannot be told any more")
        await carrier.refuse(shipment["carrier_id"], row["number"])
    except Unavailable as silent:
        await work.wait(shop.clock.now(), error=str(silent), least_s=silent.retry_after_s or 0.0)
        return
    except CarrierFault as refused:
        fault = refused
    async with work.finish() as session:
        await session.change(shipments, shipments.c.id == shipment["id"], refusal=None if fault else "taken")
        if fault is not None:
            await note(session, row["id"], f"Not brought back by {shipment['carrier']}: {fault}.")
        else:
            await ask(session, "track", f"{shipment['carrier']}/{shipment['carrier_id']}", session.now)


async def cancel(shop: Shop, actor: Actor, number: str) -> None:
    """Call an order off, at the carrier too once it is booked there.

    Raises:
        EngineError: the carrier holds the goods.
    """
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    async with shop.store.begin(actor.company_id) as session:
        row = await find(session, actor, number, lock=True)
        if row["state"] == State.CANCELLED:
            return
        shipment = await session.row(shipments, shipments.c.order_id == row["id"])
        if shipment and row["state"] != State.FAILED and shipment["status"] != Status.ANNOUNCED:
            raise conflict("HANDED_OVER", f"Order {number} is {shipment['status']}: the carrier holds the goods.")
        choosing = (outbox.c.kind == "choose", outbox.c.key == number, outbox.c.claimed_by.is_(None))
        untouched = row["state"] in (State.DRAFT, State.FAILED) or bool(await session.drop(outbox, *choosing))
        if untouched:
            await session.change(orders, orders.c.id == row["id"], state=State.CANCELLED)
        else:
            await session.change(orders, orders.c.id == row["id"], cancelling=True)
            await ask(session, "cancel", number, session.now)


async def send_back(shop: Shop, actor: Actor, number: str, *, reason: str, items: Mapping[str, int]) -> None:
    """Announce at the carrier that the buyer sends goods back; a buyer may do so himself.

    Raises:
        EngineError: the parcel was not handed over, or the pieces are not all with the buyer.
    """
    if reason not in RETURN_REASONS:
        raise invalid("INVALID_RETURN", f"reason: found {reason!r}, allowed is one of {', '.join(RETURN_REASONS)}.")
    async with shop.store.begin(actor.company_id) as session:
        row = await find(session, actor, number, lock=True)
        shipment = await session.row(shipments, shipments.c.order_id == row["id"])
        if shipment is None or shipment["status"] != Status.DELIVERED:
            status = shipment["status"] if shipment else row["state"]
            raise conflict("NOT_DELIVERED", f"Order {number} is {status}; only what was delivered can be sent back.")
        earlier = await session.rows(returns, returns.c.order_id == row["id"])
        _check_pieces(content_of(row), items, earlier)
        key = f"{shipment['key']}/R{await _next_return(session, row)}"
        values: dict[str, Any] = {"order_id": row["id"], "shipment_id": shipment["id"], "carrier": shipment["carrier"]}
        values |= {"key": key, "origin": "shipper", "reason": reason, "items": dict(items), "restored": {}}
        await session.add(returns, **values)
        await ask(session, "return", key, session.now)


async def _next_return(session: Session, order: Row) -> int:
    """Count an order's returns, refused ones included: a carrier remembers what a key once stood for."""
    mine = cursors.c.name == f"returns/{order['id']}"
    await session.add_once(cursors, name=f"returns/{order['id']}", value="0")
    known = await session.row(cursors, mine, lock=True)
    count = int(known["value"]) + 1 if known else 1
    await session.change(cursors, mine, value=str(count))
    return count


def _check_pieces(order: Order, items: Mapping[str, int], earlier: Sequence[Row]) -> None:
    left = order.pieces()
    for row in earlier:
        for sku, pieces in row["items"].items():
            left[sku] = left.get(sku, 0) - pieces
    wrong = [(sku, pieces) for sku, pieces in items.items() if not 1 <= pieces <= left.get(sku, 0)]
    if wrong or not items:
        sku, pieces = wrong[0] if wrong else ("", 0)
        raise invalid("INVALID_RETURN", f"items: found {pieces} of {sku!r}, allowed are 1 to {left.get(sku, 0)}.")


async def listed(shop: Shop, actor: Actor) -> list[Row]:
    async with shop.store.read(actor.company_id) as session:
        return await session.rows(orders, *seen_by(actor))
