"""Bugs of the area automation; `conformance/mutants/automation.toml` says which requirements each must fail."""

from datetime import timedelta
from typing import Any

from parcelproof.reference.http.driver import Driver
from parcelproof.reference.storage.outbox import ask
from parcelproof.reference.usecases import booking, returning, tracking

from .patching import mutant, rewrite

NEVER = timedelta(days=400)
UNSEEN = timedelta(days=3)


@mutant
def label_when_looked_at() -> None:
    """A label that the carrier makes later is read only when somebody looks at the order."""
    rewrite(
        booking._complete,
        (
            "session.now + pause(1))",
            'session.now + (pause(1) if not (booked.number or shipment["number"]) else timedelta(days=400)))',
        ),
    )
    rewrite(
        booking.read_again,
        ("wait = min(pause(work.task.attempts + 1), LONGEST_WAIT)", "wait = NEVER if booked.number else pause(1)"),
        NEVER=NEVER,
    )

    async def wake(driver: Driver, number: str) -> None:
        async with driver._shop.store.begin(driver.actor.company_id) as session:
            await ask(session, "read", number, session.now)

    rewrite(Driver.order, ("return answer(", "await wake(self, number_of(request)); return answer("), wake=wake)


@mutant
def followed_while_looked_at() -> None:
    """News of an order that nobody has looked at for three days is left aside until somebody does."""
    seen: dict[str, Any] = {}

    async def looked(driver: Driver) -> None:
        seen["at"] = driver._shop.clock.now()

    def stale(now: Any) -> bool:
        return bool(seen) and now - seen["at"] > UNSEEN

    rewrite(Driver.reset, ("self._shop.clock.set(now)", "self._shop.clock.set(now); seen['at'] = now"), seen=seen)
    for function in (Driver.order, Driver.orders):
        rewrite(function, ("return answer(", "await looked(self); return answer("), looked=looked)
    rewrite(tracking.take, ("told = list(found)", "told = [] if stale(session.now) else list(found)"), stale=stale)


@mutant
def carriers_returns_by_hand() -> None:
    """Goods of a return that the carrier made by itself wait for somebody to enter them."""
    rewrite(
        returning.restore,
        (
            'if row["received_at"] is None or row["stock_restored"]:',
            'if row["received_at"] is None or row["stock_restored"] or row["origin"] == "carrier":',
        ),
    )


@mutant
def look_asks_the_carrier() -> None:
    """Looking at the list of orders reads the carriers first."""

    async def refresh(driver: Driver) -> None:
        shop = driver._shop
        async with shop.store.begin(driver.actor.company_id) as session:
            for name in (await shop.ports(session)).config.carriers:
                await ask(session, "poll", name, session.now)
        await driver._worker.run_until(shop.clock.now())

    rewrite(Driver.orders, ("return answer(", "await refresh(self); return answer("), refresh=refresh)
