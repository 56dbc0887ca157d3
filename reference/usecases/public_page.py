"""What anybody may see of a shipment by its tracking number, and how anybody begins to follow it.

Source: `notifications` NTF-030 to 033, 044 to 048, 070, 242 and 243.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select

from ..domain.notices import email_key, observation_of
from ..domain.statuses import Status
from ..domain.visibility import States
from ..errors import EngineError, Kind, conflict, unknown
from ..settings import Company
from ..shop import Shop
from ..storage.session import Row, Session
from ..storage.tables import follow_requests, orders, shipments, subscriptions
from .following import checked, follow, why_not
from .tracking import picture_of
from .writing import Writing, write

WITHIN = timedelta(hours=1)
MOST = {"address": 5, "shipment": 10, "network": 15}  # requests to follow within that time
NUMBER_MOST = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the trace. `name` is the company's own word, empty for ours."""

    state: Status
    name: str
    reason: str
    observation: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Trace:
    """A shipment as end customers see it, newest first. `follow`: whether anybody may follow it now."""

    number: str
    company_id: int
    company: Company
    follow: bool
    events: tuple[Shown, ...]


async def look_up(shop: Shop, number: str, *, company_id: int | None = None) -> Trace:
    """Return what a tracking number leads to; of a number that came round again the newest shipment (NTF-227).

    Raises:
        EngineError: no shipment has it; a number that cannot be one is answered alike (NTF-242).
    """
    shipment = await _newest(shop, number, company_id)
    async with shop.store.read(shipment["company_id"]) as session:
        config = (await shop.ports(session)).config
        order = await session.row(orders, orders.c.id == shipment["order_id"])
        told = (await picture_of(session, shipment)).readings
    if order is None:
        raise _nothing(number)
    states = config.told_states
    lines = [
        _line(states, found.status, found.event.reason, observation_of(found), found.event.occurred_at)
        for found in reversed(told)
        if states.is_seen(found.status)
    ]
    offered = not why_not(config, order, shipment)
    return Trace(shipment["number"], shipment["company_id"], config, offered, tuple(lines))


def _line(states: States, status: Status, reason: str, observation: str, at: datetime) -> Shown:
    return Shown(status, states.rule(status).name, *states.told(status, reason, observation), at)


async def _newest(shop: Shop, number: str, company_id: int | None) -> Row:
    mine = [] if company_id is None else [shipments.c.company_id == company_id]
    query = select(shipments).where(shipments.c.number == number, *mine).order_by(shipments.c.id.desc()).limit(1)
    row = None
    if 0 < len(number) <= NUMBER_MOST:
        async with shop.store.whole(write=False) as connection:
            row = (await connection.execute(query)).first()
    if row is None:
        raise _nothing(number)
    return dict(row._mapping)


def _nothing(number: str) -> EngineError:
    return unknown("UNKNOWN_NUMBER", f"No shipment has the tracking number {number[:NUMBER_MOST]}.")


async def ask_to_follow(
    shop: Shop, number: str, *, email: str, network: str, language: str | None = None, company_id: int | None = None
) -> None:
    """Let an address follow a shipment; where the company wants it so, only after the link in a mail was used.

    Nobody learns whether the address follows already.

    Raises:
        EngineError: it is no address, no shipment has the number, following is not offered, or it was asked too often.
    """
    person = checked(email=email, first_name="", last_name="", origin="public")
    trace = await look_up(shop, number, company_id=company_id)
    async with shop.store.begin(trace.company_id) as session:
        shipment = await session.row(shipments, shipments.c.number == trace.number, lock=True)
        order = shipment and await session.row(orders, orders.c.id == shipment["order_id"], lock=True)
        if shipment is None or order is None:
            raise _nothing(number)
        why = why_not(trace.company, order, shipment)
        if why:
            raise conflict("NOT_OFFERED", f"Following {trace.number} is not offered: {why}.")
        subjects = {"address": email_key(email), "shipment": str(shipment["id"]), "network": network}
        await _throttle(session, subjects)
        written = language or trace.company.language
        person |= {"language": written, "confirmed": not trace.company.confirm_public}
        found, _ = await follow(session, order, person, shop.outside.token(), trace.company)
        if not found["confirmed"]:
            key = f"{found['id']}/{found['requested_at'].isoformat()}"
            row = await session.row(subscriptions, subscriptions.c.uid == found["id"])
            content = {"token": row["token"] if row else "", "number": trace.number}
            await write(session, Writing("follow_confirm", key, email, written, content))


async def _throttle(session: Session, subjects: dict[str, str]) -> None:
    for kind, text in subjects.items():
        subject = f"{kind}/{sha256(text.encode()).hexdigest()[:64]}"
        recent = (follow_requests.c.subject == subject, follow_requests.c.at > session.now - WITHIN)
        if await session.count(follow_requests, *recent) >= MOST[kind]:
            sentence = f"This {kind} was named in {MOST[kind]} requests within an hour; try again later."
            raise EngineError(Kind.THROTTLED, "TOO_OFTEN", sentence)
        await session.add(follow_requests, subject=subject, at=session.now)


async def confirm(shop: Shop, token: str) -> None:
    """Confirm the subscription whose mail bears this link; a second time changes nothing.

    Raises:
        EngineError: the link belongs to none.
    """
    async with shop.store.whole(write=False) as connection:
        row = (await connection.execute(select(subscriptions).where(subscriptions.c.token == token))).first()
    if row is None:
        raise unknown("UNKNOWN_SUBSCRIPTION", "This link belongs to no subscription.")
    async with shop.store.begin(row.company_id) as session:
        await session.change(subscriptions, subscriptions.c.id == row.id, confirmed=True)
