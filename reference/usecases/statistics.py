"""What was shipped: orders, parcels, mass and cost, in all, by carrier, type of mail, region, user, state and day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from ..domain.regions import region_of
from ..domain.statuses import Status
from ..errors import invalid
from ..shop import Actor, Role, Shop
from ..storage.session import Row, Session
from ..storage.tables import orders, shipments, users
from .ordering import seen_by

AT_ONCE = 1_000  # orders read in one statement
NONE = "not chosen yet"
AXES = ("carrier", "type", "region", "user", "state", "day")


@dataclass(slots=True)
class Figure:
    """One line of a table. `cost` is by currency, whole minor units, of parcels that a carrier took for a price."""

    orders: int = 0
    parcels: int = 0
    mass_g: int = 0
    cost: dict[str, int] = field(default_factory=dict)

    def add(self, mass_g: int, parcel: bool, cost: tuple[int, str] | None) -> None:
        self.orders += 1
        if not parcel:
            return
        self.parcels += 1
        self.mass_g += mass_g
        if cost is not None:
            self.cost[cost[1]] = self.cost.get(cost[1], 0) + cost[0]


async def figures(shop: Shop, actor: Actor, since: date | None, until: date | None) -> dict[str, Any]:
    """Return what was placed from one day to another (UTC, both included), with the days it is about.

    Raises:
        EngineError: the days stand the wrong way round.
    """
    actor.need(Role.ADMIN, Role.STAFF, Role.BRANCH)
    if since is not None and until is not None and since > until:
        raise invalid("INVALID_PERIOD", f"since: found {since}, allowed is {until} or earlier, which is the last day.")
    whole, by = Figure(), {axis: dict[str, Figure]() for axis in AXES}
    async with shop.store.read(actor.company_id) as session:
        names = {row["id"]: row["name"] for row in await session.rows(users)}
        last = 0
        while rows := await _page(session, actor, last, since, until):
            sent = await _shipments(session, [row["id"] for row in rows])
            for row in rows:
                _count(whole, by, row, sent.get(row["id"]), names)
            last = rows[-1]["id"]
    return {
        "since": since,
        "until": until,
        "total": _line("all", whole),
        **{f"by_{axis}": _lines(by[axis], by_name=axis == "day") for axis in AXES},
    }


async def _page(session: Session, actor: Actor, after: int, since: date | None, until: date | None) -> list[Row]:
    wanted = (
        orders.c.id,
        orders.c.acting_user_id,
        orders.c.content,
        orders.c.quote,
        orders.c.state,
        orders.c.placed_at,
    )
    where = [orders.c.company_id == session.company_id, orders.c.id > after, *seen_by(actor)]
    if since is not None:
        where.append(orders.c.placed_at >= _start(since))
    if until is not None:
        where.append(orders.c.placed_at < _start(until) + timedelta(days=1))
    found = await session.execute(select(*wanted).where(*where).order_by(orders.c.id).limit(AT_ONCE))
    return [dict(row._mapping) for row in found]


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


async def _shipments(session: Session, order_ids: Sequence[int]) -> Mapping[int, Row]:
    """Return the latest parcel of each order."""
    wanted = (shipments.c.order_id, shipments.c.carrier, shipments.c.number, shipments.c.status)
    price = (shipments.c.price_minor, shipments.c.price_currency)
    mine = (shipments.c.company_id == session.company_id, shipments.c.order_id.in_(order_ids))
    found = await session.execute(select(*wanted, *price).where(*mine).order_by(shipments.c.id))
    return {row.order_id: dict(row._mapping) for row in found}


def _count(
    whole: Figure, by: Mapping[str, dict[str, Figure]], row: Row, sent: Row | None, names: Mapping[int, str]
) -> None:
    quote, to = row["quote"], row["content"]["recipient"]
    parcel = sent is not None and bool(sent["number"]) and sent["status"] != Status.CANCELLED
    carrier = sent["carrier"] if sent else (quote["carrier"] if quote else NONE)
    keys = {
        "carrier": carrier,
        "type": f"{carrier}: {quote['service']}" if quote else NONE,
        "region": region_of(to["country"], to["postal_code"]),
        "user": names.get(row["acting_user_id"], "?"),
        "state": row["state"],
        "day": row["placed_at"].date().isoformat(),
    }
    cost = _cost(sent, quote)
    for figure in (whole, *(by[axis].setdefault(key, Figure()) for axis, key in keys.items())):
        figure.add(row["content"]["mass_g"], parcel, cost)


def _cost(sent: Row | None, quote: Mapping[str, Any] | None) -> tuple[int, str] | None:
    """Return what a parcel costs: what the carrier booked it at, else what it offered."""
    if sent is not None and sent["price_minor"] is not None:
        return sent["price_minor"], sent["price_currency"]
    if quote is None or not quote.get("priced", True):
        return None
    return quote["total"]["minor"], quote["total"]["currency"]


def _lines(found: Mapping[str, Figure], *, by_name: bool) -> list[dict[str, Any]]:
    """Return the lines of a table: days in their order, all others by how many there are."""
    ordered = sorted(found.items(), key=lambda item: (0 if by_name else -item[1].orders, item[0]))
    return [_line(name, figure) for name, figure in ordered]


def _line(name: str, figure: Figure) -> dict[str, Any]:
    cost = [{"amount_minor": minor, "currency": currency} for currency, minor in sorted(figure.cost.items())]
    return {
        "name": name,
        "orders": figure.orders,
        "parcels": figure.parcels,
        "mass_g": figure.mass_g,
        "cost": cost,
    }
