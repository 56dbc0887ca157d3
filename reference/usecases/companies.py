"""Companies, their users and settings; what a company's settings put on the agenda."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update

from .. import settings
from ..domain.notices import OPEN, Fate
from ..errors import EngineError, Kind, conflict, invalid
from ..settings import Company
from ..shop import Actor, Role, Shop
from ..storage.outbox import ask
from ..storage.session import Row, Session, insert_once
from ..storage.tables import companies, cursors, hooks, notices, outbox, users

REGISTRY_EVERY = timedelta(hours=6)
OFF_SINCE = "alerts/off"  # a cursor: since when no alert runs
OLD_NEWS = timedelta(days=1)
FORGET_EVERY = timedelta(days=1)
PERIODIC = ("poll", "registries", "subscribe", "alerts")
READINGS = ("poll", "registries")  # of carriers


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


async def found(shop: Shop, name: str, config: Company, *, admin: str, token: str) -> Actor:
    """Found a company with its first administrator, who signs in with `token`.

    Raises:
        EngineError: a company has this name already.
    """
    async with shop.store.whole() as connection:
        values = {"name": name, "config": shop.sealed(config), "version": 1, "alerts_ran_at": shop.clock.now()}
        company_id = await insert_once(connection, companies, **values)
        if company_id is None:
            raise conflict("COMPANY_EXISTS", f"A company is already called {name!r}; choose another name.")
        session = Session(connection, company_id, shop.clock.now())
        user_id = await session.add(users, name=admin, role=Role.ADMIN, token_digest=digest(token))
        await _arm(session, config)
    return Actor(company_id, user_id, admin, Role.ADMIN)


async def open_secrets(shop: Shop) -> None:
    """Open what a company keeps sealed, so that a wrong key is known at once; what that raises is the caller's."""
    async with shop.store.whole(write=False) as connection:
        for row in (await connection.execute(select(companies.c.config))).all():
            settings.over_secrets(row.config, shop.outside.unseal)


async def configure(shop: Shop, actor: Actor, config: Company) -> None:
    """Replace the company's settings; they count from now, rhythms from their previous run."""
    actor.need(Role.ADMIN)
    async with shop.store.begin(actor.company_id) as session:
        await change(shop, session, config, before=(await shop.ports(session)).config)


async def change(shop: Shop, session: Session, config: Company, *, before: Company) -> None:
    """Put settings in the place of others, and what follows from them on the agenda."""
    await _switch_alerts(session, before.alert.runs, config.alert.runs)
    await keep(shop, session, config)
    readings = await session.rows(outbox, outbox.c.kind.in_(READINGS))
    await session.drop(outbox, outbox.c.kind.in_(PERIODIC))
    await _arm(session, config)
    for task in readings:  # whoever changes settings often must not put them off for ever (NTF-220)
        mine = (outbox.c.kind == task["kind"], outbox.c.key == task["key"], outbox.c.due_at > task["due_at"])
        await session.change(outbox, *mine, due_at=task["due_at"])


async def _switch_alerts(session: Session, ran: bool, runs: bool) -> None:
    """While alerts are off news waits; switched on again after more than a day, it is too old to be told (D9)."""
    mine = cursors.c.name == OFF_SINCE
    if ran and not runs:
        await session.add_once(cursors, name=OFF_SINCE, value=session.now.isoformat())
    elif runs and not ran:
        since = await session.row(cursors, mine)
        if since is not None and session.now - datetime.fromisoformat(since["value"]) > OLD_NEWS:
            waiting = notices.c.fate.in_(OPEN)
            await session.change(notices, waiting, fate=Fate.SUPPRESSED, result="alerts were off for more than a day")
        await session.drop(cursors, mine)


async def keep(shop: Shop, session: Session, config: Company) -> None:
    mine = companies.c.id == session.company_id
    await session.execute(
        update(companies).where(mine).values(config=shop.sealed(config), version=companies.c.version + 1)
    )


async def show(shop: Shop, actor: Actor) -> Any:
    """Return the settings without their secrets."""
    actor.need(Role.ADMIN)
    async with shop.store.read(actor.company_id) as session:
        return settings.public(settings.stored((await shop.ports(session)).config))


async def _arm(session: Session, config: Company) -> None:
    """Put on the agenda what these settings ask for."""
    now = session.now
    await ask(session, "forget", "people", now + FORGET_EVERY)
    for name in sorted(config.carriers):
        if config.channels.webhook:
            await ask(session, "subscribe", name, now)
        if config.channels.poll:
            await ask(session, "poll", name, now + timedelta(minutes=config.poll_minutes))
        await session.add_once(cursors, name=f"registries/{name}", value=now.date().isoformat())
        await ask(session, "registries", name, now + REGISTRY_EVERY)
    if config.alert.runs:
        query = select(companies.c.alerts_ran_at).where(companies.c.id == session.company_id)
        ran_at = (await session.execute(query)).scalar_one()
        every = timedelta(minutes=config.alert.frequency_minutes)
        await ask(session, "alerts", "run", max(now, (ran_at or now) + every))


async def hire(shop: Shop, actor: Actor, *, name: str, role: str, branch: str | None, customer: str | None) -> str:
    """Add a user to the actor's company and return the token he signs in with; it is shown this once."""
    actor.need(Role.ADMIN)
    if role not in list(Role):
        raise invalid("INVALID_USER", f"role: found {role!r}, allowed is one of {', '.join(Role)}.")
    if not 1 <= len(name.strip()) <= 100:
        raise invalid("INVALID_USER", f"name: found {len(name)} characters, allowed are 1 to 100.")
    if (role == Role.BRANCH and not branch) or (role == Role.CUSTOMER and not customer):
        raise invalid("INVALID_USER", f"A {role} user needs the {role} whose orders he sees.")
    token = shop.outside.token()
    async with shop.store.begin(actor.company_id) as session:
        values = {"name": name, "role": role, "branch": branch, "customer": customer, "token_digest": digest(token)}
        if await session.add_once(users, **values) is None:
            raise conflict("USER_EXISTS", f"A user of this company is already called {name!r}.")
    return token


async def staff(shop: Shop, actor: Actor) -> list[Row]:
    actor.need(Role.ADMIN)
    async with shop.store.read(actor.company_id) as session:
        return await session.rows(users)


async def sign_in(shop: Shop, token: str) -> Actor:
    """Return who holds a token.

    Raises:
        EngineError: nobody does.
    """
    async with shop.store.whole(write=False) as connection:
        query = select(users).where(users.c.token_digest == digest(token))
        row = (await connection.execute(query)).first()
    if row is None:
        raise EngineError(Kind.UNAUTHENTICATED, "UNAUTHENTICATED", "The bearer token is missing or unknown; sign in.")
    return Actor(row.company_id, row.id, row.name, Role(row.role), row.branch, row.customer)


async def tell_new_address(shop: Shop) -> None:
    """Subscribe again where carriers were given an address of this process that it no longer has."""
    async with shop.store.whole() as connection:
        rows = await connection.execute(select(hooks).where(hooks.c.base_url.is_not(None)))
        for row in rows.all():
            session = Session(connection, row.company_id, shop.clock.now())
            config = (await shop.ports(session)).config
            if row.base_url != (config.callback_url or shop.own_url).rstrip("/"):
                await ask(session, "subscribe", row.carrier, session.now)


async def hook_of(shop: Shop, carrier: str, token: str) -> Row | None:
    """Return the webhook endpoint that stands behind an unguessable address, or None."""
    async with shop.store.whole(write=False) as connection:
        query = select(hooks).where(hooks.c.token == token, hooks.c.carrier == carrier)
        row = (await connection.execute(query)).first()
    return None if row is None else dict(row._mapping)
