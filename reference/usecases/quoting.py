"""Offers: asked of the carriers before anything is booked, kept with the order, one taken by the company's rule."""

from collections.abc import Sequence

import msgspec

from ..domain.choice import choose
from ..domain.orders import Order, State
from ..ports import Quote, Refused, Unavailable, Unsupported
from ..shop import Actor, Ports, Role, Shop
from ..storage.outbox import Work
from ..storage.session import Row, Session
from ..storage.tables import orders, quotes
from .addressing import book_or_read
from .ordering import content_of, find

LONGEST_WHY = 400
PATIENCE = 5  # tries after which the offers of the carriers that do answer must do


async def ask_carriers(ports: Ports, order: Order, *, partly: bool, refusals: list[str] | None = None) -> list[Quote]:
    """Return all offers. With `partly` a carrier that does not answer is left out; `refusals` hears who says no.

    Raises:
        Unavailable: a carrier gives no usable answer.
    """
    found: list[Quote] = []
    silent: Unavailable | None = None
    for name, carrier in sorted(ports.carriers.items()):
        if order.carrier not in (None, name):
            continue
        try:
            account = ports.config.carriers[name]
            found += await carrier.quote(order.parcel(order.number, account.sender, account.notices))
        except (Refused, Unsupported) as fault:  # it does not serve this parcel
            if refusals is not None:
                refusals.append(f"{name}: {fault.detail}")
        except Unavailable as fault:
            silent = fault
    if silent is not None and not (partly and found):
        raise silent
    return found


async def show_quotes(shop: Shop, actor: Actor, number: str) -> list[tuple[Quote, bool]]:
    """Ask the carriers now and return (offer, whether the rule would take it). Books nothing.

    Raises:
        Unavailable: a carrier gives no usable answer.
    """
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    async with shop.store.read(actor.company_id) as session:
        row = await find(session, actor, number)
        ports = await shop.ports(session)
    order = content_of(row)
    found = await ask_carriers(ports, order, partly=False)
    async with shop.store.begin(actor.company_id) as session:
        row = await find(session, actor, number, lock=True)
        if row["state"] in (State.DRAFT, State.FAILED):
            await _keep_quotes(session, row["id"], found)
    chosen = _taken(row, found, ports, order)
    return [(quote, chosen is not None and quote.id == chosen.id) for quote in found]


def _taken(row: Row, found: list[Quote], ports: Ports, order: Order) -> Quote | None:
    if row["quote"] is not None:  # an offer asked for again has a new id
        taken = msgspec.convert(row["quote"], Quote)
        return next(
            (quote for quote in found if (quote.carrier, quote.service) == (taken.carrier, taken.service)), None
        )
    return choose(found, ports.config.choice, ports.config.rates, only=order.carrier)


async def _keep_quotes(session: Session, order_id: int, found: list[Quote]) -> None:
    await session.drop(quotes, quotes.c.order_id == order_id)
    rows = [{"order_id": order_id, "quote": msgspec.to_builtins(quote), "asked_at": session.now} for quote in found]
    await session.add_many(quotes, rows)


async def choose_offer(shop: Shop, work: Work) -> None:
    """Ask the carriers and take an offer by the rule; one that a person picked is kept while it holds."""
    number = work.task.key
    async with work.read() as session:
        row = await session.row(orders, orders.c.number == number)
        ports = await shop.ports(session)
    if row is None or row["state"] != State.CONFIRMED or row["quote"] is not None:
        await _chosen(shop, work, row, [], None)
        return
    order = content_of(row)
    refusals: list[str] = []
    try:
        found = await ask_carriers(ports, order, partly=work.task.attempts >= PATIENCE, refusals=refusals)
    except Unavailable as fault:
        await work.wait(shop.clock.now(), error=str(fault), least_s=fault.retry_after_s or 0.0)
        return
    config = ports.config
    quote = choose(found, config.choice, config.rates, only=order.carrier)
    await _chosen(shop, work, row, found, quote, refusals)


async def _chosen(
    shop: Shop, work: Work, row: Row | None, found: list[Quote], quote: Quote | None, refusals: Sequence[str] = ()
) -> None:
    async with work.finish() as session:
        row = row and await session.row(orders, orders.c.id == row["id"], lock=True)
        if row is None or row["state"] != State.CONFIRMED:
            return
        mine = orders.c.id == row["id"]
        if row["cancelling"]:
            await session.change(orders, mine, quote=None)  # nothing will be booked, so the cancel task may end it
            return
        if found:
            await _keep_quotes(session, row["id"], found)
        if row["quote"] is None and quote is None:
            why = "no offer could be compared or picked" if found else "no carrier offers to take it"
            why += f" ({'; '.join(refusals)[:LONGEST_WHY]})" if refusals else ""
            await session.change(orders, mine, state=State.FAILED, problems=[f"Not booked: {why}."])
            return
        if row["quote"] is None:
            await session.change(orders, mine, quote=msgspec.to_builtins(quote))
        name = quote.carrier if row["quote"] is None and quote is not None else row["quote"]["carrier"]
        await book_or_read(session, await shop.ports(session), row, name)
