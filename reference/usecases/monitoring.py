"""What a company's administrators watch and set of its mails: alerts, words of states, the mail account.

Source: `notifications` NTF-034, 036, 040 to 043, 060 to 067, 226 and 261.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import func, select

from .. import settings
from ..domain.notices import Fate
from ..domain.statuses import Status
from ..domain.visibility import DEFAULT, Visibility
from ..errors import invalid, unknown
from ..settings import Company, Smtp
from ..shop import Actor, Role, Shop
from ..storage.session import Session
from ..storage.tables import alert_runs, companies, events, notices, outbox
from .companies import change

TRACKING = "tracking"  # the one alert there is: news of followed shipments
PRIVATE_PROVIDERS = frozenset(
    {
        *("aol.com", "bluewin.ch", "gmail.com", "gmx.at", "gmx.ch", "gmx.de", "gmx.net", "googlemail.com"),
        *("hotmail.com", "icloud.com", "libero.it", "live.com", "mail.ru", "orange.fr", "outlook.com", "proton.me"),
        *("protonmail.com", "t-online.de", "web.de", "yahoo.com", "yandex.ru"),
    }
)
STATE_MEMBERS = ("name", "visibility", "mailed")
ALERT_MEMBERS = ("enabled", "frequency_minutes")


async def states(shop: Shop, actor: Actor) -> list[dict[str, Any]]:
    """Return every state with the company's name for it, what customers see of it and whether it is mailed."""
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        found = (await shop.ports(session)).config.told_states
    return [
        {
            "state": status,
            "name": found.rule(status).name,
            "visibility": found.rule(status).visibility,
            "mailed": found.is_mailed(status),
        }
        for status in Status
    ]


async def set_state(shop: Shop, actor: Actor, state: str, wanted: Mapping[str, Any]) -> None:
    """Change a state's name, visibility or mailing, for this company only; it counts from now (NTF-041, 042, 051).

    Raises:
        EngineError: no state is called so, or a value is not allowed.
    """
    actor.need(Role.ADMIN)
    if state not in list(Status):
        raise unknown("UNKNOWN_STATE", f"No state is called {state[:40]!r}; states: {', '.join(Status)}.")
    _members(wanted, STATE_MEMBERS)
    if wanted.get("visibility", DEFAULT.visibility) not in list(Visibility):
        found, allowed = wanted["visibility"], ", ".join(Visibility)
        raise invalid("INVALID_STATE", f"visibility: found {found!r}, allowed is one of {allowed}.", field="visibility")
    async with shop.store.begin(actor.company_id) as session:
        before = (await shop.ports(session)).config
        rules = msgspec.to_builtins(dict(before.states))
        rules[state] = {**msgspec.to_builtins(before.told_states.rule(Status(state))), **wanted}
        await _set(shop, session, before, {"states": rules})


async def alerts(shop: Shop, actor: Actor) -> list[dict[str, Any]]:
    """Return the alerts a company may use, how they are set, and how they fare (NTF-060, 226)."""
    actor.need(Role.ADMIN, Role.STAFF)
    async with shop.store.read(actor.company_id) as session:
        config = (await shop.ports(session)).config
        mine = companies.c.id == session.company_id
        ran_at = (await session.execute(select(companies.c.alerts_ran_at).where(mine))).scalar_one()
        last = await session.row(alert_runs)
        troubles = await session.rows(outbox, outbox.c.kind == "mail", outbox.c.error.is_not(None))
        refused = await session.row(notices, notices.c.fate == Fate.FAILED)
        waits, tried = await _queue(session, Fate.WAITING), await _queue(session, Fate.QUEUED)
    every = timedelta(minutes=config.alert.frequency_minutes)
    errors = [row["error"] for row in troubles] + ([refused["result"]] if refused else [])
    return [
        {
            "id": TRACKING,
            "enabled": config.alert.enabled,
            "frequency_minutes": config.alert.frequency_minutes,
            "offered": config.offers_following,
            "last_run_at": last["at"] if last else None,
            "last_run": last["counts"] if last else None,
            "next_run_at": ran_at + every if config.alert.runs else None,
            "waiting": waits,
            "queued": tried,
            "last_error": errors[0] if errors else None,
        }
    ]


async def _queue(session: Session, fate: Fate) -> dict[str, Any]:
    """Return how many notices stand so, and since when the oldest does."""
    joined = notices.join(events, events.c.id == notices.c.event_id)
    since = func.min(events.c.received_at, type_=events.c.received_at.type).label("since")
    mine = (notices.c.company_id == session.company_id, notices.c.fate == fate)
    query = select(func.count().label("count"), since).select_from(joined).where(*mine)
    found = (await session.execute(query)).one()
    return {"count": found.count, "oldest_at": found.since}


async def set_alert(shop: Shop, actor: Actor, alert: str, wanted: Mapping[str, Any]) -> None:
    """Switch an alert on or off, or change its frequency; counted from the previous run (NTF-066).

    Raises:
        EngineError: no alert is called so, or the frequency is no whole number of minutes from 0 to 10,080.
    """
    actor.need(Role.ADMIN)
    if alert != TRACKING:
        raise unknown("UNKNOWN_ALERT", f"No alert is called {alert[:40]!r}; alerts: {TRACKING}.")
    _members(wanted, ALERT_MEMBERS)
    async with shop.store.begin(actor.company_id) as session:
        before = (await shop.ports(session)).config
        await _set(shop, session, before, {"alert": {**msgspec.to_builtins(before.alert), **wanted}})


async def mail_account(shop: Shop, actor: Actor) -> dict[str, Any]:
    """Return the mail account without its password, whether it is whole, and what is doubtful about it."""
    actor.need(Role.ADMIN)
    async with shop.store.read(actor.company_id) as session:
        smtp = (await shop.ports(session)).config.smtp
    if smtp is None:
        nothing = {"host": "", "port": None, "sender": "", "username": "", "tls": "none"}
        return {**nothing, "complete": False, "warnings": []}
    shown = settings.public(msgspec.to_builtins(smtp))
    return {**shown, "complete": smtp.complete, "warnings": warnings(smtp)}


async def set_mail_account(shop: Shop, actor: Actor, wanted: Mapping[str, Any] | None) -> None:
    """Change what is given of the mail account, or put none in its place; what is left out stays as it is.

    Raises:
        EngineError: a value is not allowed.
    """
    actor.need(Role.ADMIN)
    async with shop.store.begin(actor.company_id) as session:
        before = (await shop.ports(session)).config
        kept = msgspec.to_builtins(before.smtp) if before.smtp else {}
        await _set(shop, session, before, {"smtp": None if wanted is None else {**kept, **wanted}})


def warnings(smtp: Smtp) -> list[str]:
    """Return what speaks against using an account for all mails: answers go to it, everybody sees it (NTF-036)."""
    found = []
    domain = smtp.sender.rpartition("@")[2].lower()
    if domain in PRIVATE_PROVIDERS:
        found.append(f"{smtp.sender} looks like a private mailbox ({domain}); every recipient will see it.")
    if smtp.username and smtp.username.lower() != smtp.sender.lower() and "@" in smtp.username:
        found.append(f"Mails leave as {smtp.sender} with the login {smtp.username}, which looks like a person's own.")
    return found


def _members(wanted: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    for name in wanted:
        if name not in allowed:
            sentence = f"{name[:40]} cannot be set; allowed are {', '.join(allowed)}."
            raise invalid("INVALID_SETTINGS", sentence, field=name[:40])


async def _set(shop: Shop, session: Session, before: Company, changed: Mapping[str, Any]) -> None:
    body = {**settings.stored(before), **changed}
    await change(shop, session, settings.written(body, known=shop.outside.carriers), before=before)
