"""Waybills and hand-over lists: asked of the carriers through the outbox, kept for the labels window."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from ..domain.orders import State
from ..domain.statuses import Status
from ..errors import conflict, unknown
from ..ports import CarrierFault, HandsOver, Paper, PrintsCustomsForms, PrintsWaybills, Refused, SignsLists, Unavailable
from ..shop import Actor, Ports, Role, Shop
from ..storage.outbox import Work, ask
from ..storage.session import Row, Session
from ..storage.tables import handed, orders, papers, shipments
from .ordering import find, note

MOST_ON_A_LIST = 500


class Kind(StrEnum):
    WAYBILL = "waybill"
    HAND_OVER = "hand_over"


async def want_waybill(session: Session, ports: Ports, carrier: str, number: str) -> None:
    """Ask for the waybill of a parcel just booked, where the company wants them and the carrier makes them."""
    if not ports.config.carriers[carrier].waybills or not isinstance(ports.carrier(carrier), PrintsWaybills):
        return
    shipment = await session.row(shipments, shipments.c.key == number)
    if shipment is None:
        return
    key = f"{Kind.WAYBILL}/{shipment['carrier']}/{shipment['carrier_id']}"
    named = {"key": key, "carrier": carrier, "kind": Kind.WAYBILL, "shipment_id": shipment["id"]}
    if await session.add_once(papers, **named, asked_at=session.now) is not None:
        await ask(session, Kind.WAYBILL, key, session.now)


async def fetch_waybill(shop: Shop, work: Work) -> None:
    """Keep a parcel's waybill once the carrier has made it; a parcel that was called off needs none."""
    async with work.read() as session:
        paper = await session.row(papers, papers.c.key == work.task.key)
        shipment = paper and await session.row(shipments, shipments.c.id == paper["shipment_id"])
        ports = await shop.ports(session)
    if paper is None or shipment is None or paper["content"] is not None or shipment["status"] == Status.CANCELLED:
        await work.close()
        return
    if not shipment["number"]:
        await work.wait(shop.clock.now(), error="waits until the parcel has its number")
        return
    carrier = ports.carrier(paper["carrier"])
    if not isinstance(carrier, PrintsWaybills):
        await work.close()
        return
    try:
        made = await carrier.waybill(shipment["carrier_id"])
    except CarrierFault as fault:
        await _failed(shop, work, paper, fault)
        return
    await _keep(shop, work, paper, made)


async def _keep(shop: Shop, work: Work, paper: Row, made: Paper | None, named: Sequence[Row] = ()) -> None:
    """Keep a paper; the parcels that a list leaves out are free for another one, and their orders say why."""
    if made is None:
        work.look_again(shop.clock.now(), error="the carrier is still making it")
        await work.close()
        return
    async with work.finish() as session:
        mine = papers.c.id == paper["id"]
        await session.change(papers, mine, content=made.content, number=made.number, problem=None)
        for row in named:
            if (why := made.left_out.get(row["carrier_id"])) is not None:
                await session.drop(handed, handed.c.paper_id == paper["id"], handed.c.shipment_id == row["id"])
                await note(session, row["order_id"], f"Not on list {made.number or paper['key']}: {why}.")


async def _failed(shop: Shop, work: Work, paper: Row, fault: CarrierFault) -> None:
    """No usable answer: again later. A refusal is told, and a list's parcels are free for another list."""
    if isinstance(fault, Unavailable):
        await work.wait(shop.clock.now(), error=str(fault), least_s=fault.retry_after_s or 0.0)
        return
    async with work.finish() as session:
        await session.change(
            papers, papers.c.id == paper["id"], problem=f"Refused by {paper['carrier']}: {fault}."[:500]
        )
        await session.drop(handed, handed.c.paper_id == paper["id"])
        shipment = await session.row(shipments, shipments.c.id == paper["shipment_id"])
        if shipment is not None:
            await note(session, shipment["order_id"], f"No waybill: {fault}.")


# -- hand-over lists


async def hand_over(shop: Shop, actor: Actor, carrier_name: str) -> dict[str, Any]:
    """Put all parcels of a carrier that wait for hand-over on one list; the carrier makes it soon.

    Raises:
        EngineError: the carrier makes no such lists, or nothing waits.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.begin(actor.company_id) as session:
        ports = await shop.ports(session)
        if not isinstance(ports.carrier(carrier_name), HandsOver):
            able = ", ".join(sorted(name for name, port in ports.carriers.items() if isinstance(port, HandsOver)))
            sentence = f"{carrier_name} makes no hand-over lists; of the carriers set up these do: {able or 'none'}."
            raise conflict("NO_HAND_OVER", sentence)
        waiting = await _waiting(session, carrier_name)
        count = await session.count(papers, papers.c.kind == Kind.HAND_OVER)
        key = f"{Kind.HAND_OVER}/{carrier_name}/{count + 1}"
        named = {"key": key, "carrier": carrier_name, "kind": Kind.HAND_OVER}
        paper_id = await session.add_once(papers, **named, asked_at=session.now) if waiting else None
        taken = [row for row in waiting if paper_id and await _take(session, paper_id, row)]
        if not taken:  # none waits, or somebody else makes a list of the same parcels just now
            raise conflict("NOTHING_TO_HAND_OVER", f"No parcel of {carrier_name} waits for a hand-over list.")
        await ask(session, Kind.HAND_OVER, key, session.now)
    return {"list": key, "carrier": carrier_name, "orders": [row["key"] for row in taken]}


async def _waiting(session: Session, carrier: str) -> list[Row]:
    listed = select(handed.c.shipment_id).where(handed.c.company_id == session.company_id)
    booked = select(orders.c.id).where(orders.c.company_id == session.company_id, orders.c.state == State.BOOKED)
    mine = (shipments.c.carrier == carrier, shipments.c.number.is_not(None), shipments.c.status == Status.ANNOUNCED)
    free = (shipments.c.id.not_in(listed), shipments.c.order_id.in_(booked))
    return (await session.rows(shipments, *mine, *free))[:MOST_ON_A_LIST]


async def _take(session: Session, paper_id: int, row: Row) -> bool:
    return await session.add_once(handed, paper_id=paper_id, shipment_id=row["id"]) is not None


async def make_list(shop: Shop, work: Work) -> None:
    """Let the carrier make a hand-over list; the parcels on it were chosen when it was asked for."""
    async with work.read() as session:
        paper = await session.row(papers, papers.c.key == work.task.key)
        named = await _on(session, paper) if paper else []
        ports = await shop.ports(session)
    if paper is None or paper["content"] is not None or not named:
        await work.close()
        return
    carrier = ports.carrier(paper["carrier"])
    try:
        if not isinstance(carrier, HandsOver):
            raise Refused("no_hand_over", "the carrier makes no hand-over lists any more")
        made = await carrier.hand_over([row["carrier_id"] for row in named], paper["key"])
    except CarrierFault as fault:
        await _failed(shop, work, paper, fault)
        return
    await _keep(shop, work, paper, made, named)


async def _on(session: Session, paper: Row) -> list[Row]:
    ids = [row["shipment_id"] for row in await session.rows(handed, handed.c.paper_id == paper["id"])]
    return await session.rows(shipments, shipments.c.id.in_(ids))


async def customs_form(shop: Shop, actor: Actor, number: str) -> Paper:
    """Return the customs form of a parcel, as its carrier makes it now.

    Raises:
        EngineError: there is no such order, or its parcel needs none.
        CarrierFault: the carrier does not give it.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        order = await find(session, actor, number)
        shipment = await session.row(shipments, shipments.c.order_id == order["id"])
        ports = await shop.ports(session)
    carrier = ports.carriers.get(shipment["carrier"]) if shipment else None
    form = None
    if shipment is not None and shipment["number"] and isinstance(carrier, PrintsCustomsForms):
        form = await carrier.customs_form(shipment["carrier_id"])
    if form is None:
        raise unknown(
            "NO_CUSTOMS_FORM", f"Order {number} has no customs form: it stays in the country, or is not booked."
        )
    return form


async def list_of(shop: Shop, actor: Actor, key: str) -> Paper:
    """Return a hand-over list as its carrier made it, the same bytes at every read.

    Raises:
        EngineError: there is no such list, or it is not made yet.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        paper = await session.row(papers, papers.c.kind == Kind.HAND_OVER, papers.c.key == key)
    if paper is None or paper["content"] is None:
        raise unknown(
            "NO_LIST", f"There is no hand-over list {key[:80]}." if paper is None else f"{key} is not made yet."
        )
    return Paper(content=paper["content"], number=paper["number"])


async def signed_list_of(shop: Shop, actor: Actor, key: str) -> Paper:
    """Return a hand-over list with the signatures that it has by now, as its carrier gives it; each of them holds.

    Raises:
        EngineError: there is no such list, or its carrier signs none.
        CarrierFault: the carrier does not give it whole.
    """
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        paper = await session.row(papers, papers.c.kind == Kind.HAND_OVER, papers.c.key == key)
        named = await _on(session, paper) if paper else []
        ports = await shop.ports(session)
    carrier = ports.carriers.get(paper["carrier"]) if paper and paper["content"] is not None else None
    found = None
    if isinstance(carrier, SignsLists):
        found = await carrier.signed_list([row["carrier_id"] for row in named])
    if found is None:
        raise unknown("NO_SIGNED_LIST", f"There is no signed hand-over list {key[:80]}.")
    return found


async def lists(shop: Shop, actor: Actor) -> list[dict[str, Any]]:
    """Return the hand-over lists asked for so far."""
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        found = await session.rows(papers, papers.c.kind == Kind.HAND_OVER)
        return [_view(row, await _on(session, row)) for row in found]


def _view(row: Row, named: Sequence[Row]) -> dict[str, Any]:
    state = "made" if row["content"] is not None else ("failed" if row["problem"] else "asked")
    return {
        "list": row["key"],
        "carrier": row["carrier"],
        "number": row["number"],
        "state": state,
        "problem": row["problem"],
        "orders": [shipment["key"] for shipment in named],
        "asked_at": row["asked_at"],
        "printed_at": row["printed_at"],
    }
