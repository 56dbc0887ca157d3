"""The worker: does what is due, in the order in which it falls due. Any number may share one PostgreSQL."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from .shop import Shop
from .storage.outbox import Work, pause
from .usecases import addressing, alerting, booking, ordering, papers, pickups, polling, quoting, reporting

Duty = Callable[[Shop, Work], Awaitable[None]]

DUTIES: Mapping[str, Duty] = {  # what each kind of task in the outbox is done by
    "choose": quoting.choose_offer,
    "addresses": addressing.read_waiting,
    "book": booking.book,
    "read": booking.read_again,
    "cancel": booking.cancel_booking,
    "track": polling.track,
    "poll": polling.poll,
    "subscribe": polling.subscribe,
    "return": polling.announce_return,
    "alerts": alerting.run_due,
    "mail": alerting.send_mail,
    "registries": reporting.fetch_registries,
    "settle": reporting.settle_pending,
    "refuse": ordering.tell_refusal,
    "waybill": papers.fetch_waybill,
    "hand_over": papers.make_list,
    "pickup": pickups.call_courier,
    "pickup_off": pickups.call_off,
}
log = logging.getLogger(__name__)
IDLE_S = 0.25  # how long a worker on a real clock rests when nothing is due


class Worker:
    """Runs a shop's outbox. One call at a time; `wake` ends a rest early."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._wake = asyncio.Event()
        self._turn = asyncio.Lock()

    def wake(self) -> None:
        self._wake.set()

    @asynccontextmanager
    async def pause(self) -> AsyncIterator[None]:
        """Let nothing be worked on inside the block."""
        async with self._turn:
            yield

    async def run_until(self, until: datetime) -> None:
        """Do everything that is due up to `until`, what follows from it included; a manual clock then stands there."""
        async with self._turn:
            while await self.step(until):
                pass
            self._shop.clock.move(until)

    async def step(self, until: datetime) -> bool:
        """Do the one task that is due first; False when none is due."""
        work: Work | None = None
        try:
            async with self._shop.store.claim(until) as work:
                if work is None:
                    return False
                self._shop.clock.move(work.task.due_at)
                await DUTIES[work.task.kind](self._shop, work)
                if not work.finished:
                    raise RuntimeError(f"the duty {work.task.kind} ended without finishing its task")
        except Exception as error:  # the process edge of a task: one broken task must not stop the others
            if work is None:
                raise
            log.exception("task %s %s broke", work.task.kind, work.task.key)
            again_at = self._shop.clock.now() + max(pause(work.task.attempts + 1), timedelta(minutes=1))
            await self._shop.store.put_off(work.task, again_at, repr(error))
        return True

    async def run_forever(self) -> None:
        """Work on a real clock until cancelled; a manual clock is moved by its driver alone."""
        while True:
            self._wake.clear()
            worked = False
            if not self._shop.clock.manual:
                worked = await self._one()
            if not worked:
                await self._rest()

    async def _one(self) -> bool:
        try:
            async with self._turn:
                return await self.step(self._shop.clock.now())
        except Exception:  # the process edge: a database that is away for a while must not end the worker
            log.exception("the worker could not look for work")
            return False

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), IDLE_S)
        except TimeoutError:
            return
