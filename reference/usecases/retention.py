"""Forgetting people: some time after the end of their window nothing in the tables leads back to them (NTF-249)."""

from datetime import timedelta

from ..domain.notices import OPEN, Fate
from ..shop import Shop
from ..storage.outbox import Work
from ..storage.session import Session
from ..storage.tables import alert_runs, follow_requests, letters, notices, pickup_requests, subscriptions
from .companies import FORGET_EVERY

REQUESTS_KEPT = timedelta(days=1)  # longer than any limit looks back
AT_ONCE = 500


async def forget(shop: Shop, work: Work) -> None:
    """Make anonymous what is old enough, and drop what nothing looks at any more. Once a day."""
    async with work.read() as session:
        config = (await shop.ports(session)).config
    work.again(shop.clock.now() + FORGET_EVERY, fresh=True)
    async with work.finish() as session:
        before = session.now - timedelta(days=config.retention_days)
        await session.drop(follow_requests, follow_requests.c.at < session.now - REQUESTS_KEPT)
        await session.drop(alert_runs, alert_runs.c.at < before)
        old = letters.c.asked_at < before
        await session.change(letters, old, letters.c.recipient != "", recipient="", content={}, result=None)
        asked = pickup_requests.c.asked_at < before
        await session.change(pickup_requests, asked, pickup_requests.c.email != "", email="")
        if await _forget_followers(session, before) == AT_ONCE:
            work.again(session.now, fresh=True)


async def _forget_followers(session: Session, before: object) -> int:
    """Return how many were forgotten, at most some hundreds at a time."""
    known = (subscriptions.c.ends_at < before, subscriptions.c.email != "")
    query = session.select(subscriptions, *known).order_by(subscriptions.c.ends_at).limit(AT_ONCE)
    rows = [dict(row._mapping) for row in await session.execute(query)]
    for row in rows:  # what a server said of a refused mail names its reader, mostly
        mine = subscriptions.c.id == row["id"]
        gone = {"email": "", "email_key": f"forgotten/{row['id']}", "first_name": "", "last_name": "", "ended": True}
        await session.change(subscriptions, mine, **gone, stopped=row["stopped"] and "refused")
        refused = (notices.c.subscription_id == row["id"], notices.c.fate == Fate.FAILED)
        await session.change(notices, *refused, result="refused")
        waiting = (notices.c.subscription_id == row["id"], notices.c.fate.in_(OPEN))
        await session.change(notices, *waiting, fate=Fate.SUPPRESSED, result="follower forgotten")
        for told in await session.rows(notices, notices.c.subscription_id == row["id"], notices.c.told.is_not(None)):
            words = {**told["told"], "reason": "", "observation": ""}
            await session.change(notices, notices.c.id == told["id"], told=words)
    return len(rows)
