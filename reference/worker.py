"""The worker: does what is due, in the order in which it falls due. Any number may share one PostgreSQL."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta

from .shop import Shop
from .storage.outbox import Work, pause
from .usecases import (
    addressing,
    alerting,
    booking,
    ordering,
    papers,
    pickups,
    polling,
    quoting,
    reporting,
    retention,
    writing,
)

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
    "forget": retention.forget,
    "letter": writing.send_letter,
}
log = logging.getLogger(__name__)
IDLE_S = 0.25  # how long a worker on a real clock rests when nothing is due
MAILS = ("mail", "letter")
MAIL_LANES = 7  # mails under way beside the task at hand, in one process


class Worker:
    """Runs a shop's outbox. `wake` ends a rest early.

    One task at a time; on a real clock mails leave beside it and only there, each in a lane of its own, so that mail
    servers that are slow or dead hold no other work up. On a manual clock everything happens in its turn.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._wake = asyncio.Event()
        self._mail_wake = asyncio.Event()
        self._worked = asyncio.Event()  # of the task at hand; each has its own
        self._mailing = asyncio.Event()  # set while there may be more mails than one
        self._turn = asyncio.Lock()
        self._mail_turns = [asyncio.Lock() for _ in range(MAIL_LANES)]

    def wake(self) -> None:
        self._wake.set()
        self._mail_wake.set()

    async def worked(self) -> None:
        """Wait until a task is done, or for a rest: another process may do it on the same database."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._worked.wait(), IDLE_S)

    @asynccontextmanager
    async def pause(self) -> AsyncIterator[None]:
        """Let nothing be worked on inside the block."""
        async with AsyncExitStack() as held:
            for turn in (self._turn, *self._mail_turns):
                await held.enter_async_context(turn)
            yield

    async def run_until(self, until: datetime) -> None:
        """Do everything that is due up to `until`, what follows from it included; a manual clock then stands there."""
        async with self._turn:
            while await self.step(until):
                pass
            self._shop.clock.move(until)

    async def step(self, until: datetime, kinds: Sequence[str] = (), *, without: Sequence[str] = ()) -> bool:
        """Do the one task that is due first, of some kinds or of all; False when none is due."""
        work: Work | None = None
        try:
            async with self._shop.store.claim(until, kinds, without=without) as work:
                if work is None:
                    return False
                if work.task.kind in MAILS:
                    self._mailing.set()
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
        self._worked.set()
        self._worked = asyncio.Event()
        return True

    async def run_forever(self) -> None:
        """Work on a real clock until cancelled; a manual clock is moved by its driver alone."""
        first, *others = self._mail_turns
        async with asyncio.TaskGroup() as lanes:
            lanes.create_task(self._work(self._wake, self._turn, without=MAILS))
            lanes.create_task(self._work(self._mail_wake, first, MAILS))
            for turn in others:
                lanes.create_task(self._mail(turn))

    async def _work(
        self, wake: asyncio.Event, turn: asyncio.Lock, kinds: Sequence[str] = (), *, without: Sequence[str] = ()
    ) -> None:
        while True:
            wake.clear()
            if self._shop.clock.manual or not await self._one(turn, kinds, without=without):
                await self._rest(wake)

    async def _mail(self, turn: asyncio.Lock) -> None:
        """Send what waits to be sent beside the first of the lanes, which looks whether anything does."""
        while True:
            await self._mailing.wait()
            if self._shop.clock.manual or not await self._one(turn, MAILS):
                self._mailing.clear()

    async def _one(self, turn: asyncio.Lock, kinds: Sequence[str] = (), *, without: Sequence[str] = ()) -> bool:
        try:
            async with turn:
                return await self.step(self._shop.clock.now(), kinds, without=without)
        except Exception:  # the process edge: a database that is away for a while must not end the worker
            log.exception("the worker could not look for work")
            return False

    async def _rest(self, wake: asyncio.Event) -> None:
        try:
            await asyncio.wait_for(wake.wait(), IDLE_S)
        except TimeoutError:
            return
