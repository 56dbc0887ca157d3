"""The transactional outbox: what is to be done outside the database, written with the change that asks for it.

A task's row goes away in the transaction that records its effect; a crash before that leaves it, and it is done again
with the same key. Periodic reads (polls, alert runs, registries) are tasks that ask for themselves again.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, literal, update

from .session import Session
from .tables import outbox

LONGEST_LOOK = timedelta(minutes=5)  # between two looks for what the other side still makes
SOON = timedelta(seconds=1)
AGAIN = (  # written once for all: it is run for every task
    update(outbox)
    .where(outbox.c.id == bindparam("task_id"))
    .values({name: bindparam(name) for name in ("due_at", "attempts", "error")} | {"claimed_by": None})
)
PAUSES_S = (2, 4, 8, 15, 30, 60, 120, 300, 600, 1800, 3600)


def pause(attempts: int) -> timedelta:
    """Return how long to wait after this many tries without success: growing, an hour at most."""
    return timedelta(seconds=PAUSES_S[min(max(attempts, 1), len(PAUSES_S)) - 1])


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the outbox. `attempts` counts earlier tries; `payload` is the duty's own."""

    id: int
    company_id: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    due_at: datetime
    attempts: int
    asked: int


async def ask(session: Session, kind: str, key: str, due_at: datetime, **payload: Any) -> None:
    """Put a task into the outbox; one of the same kind and key is brought forward, not doubled.

    A task that is being done just now is done once more afterwards: what is asked for may have come too late for it.
    """
    mine = (outbox.c.kind == kind, outbox.c.key == key)
    sooner = case((outbox.c.due_at > due_at, literal(due_at, outbox.c.due_at.type)), else_=outbox.c.due_at)
    while await session.add_once(outbox, kind=kind, key=key, due_at=due_at, payload=payload, attempts=0) is None:
        if await session.change(outbox, *mine, due_at=sooner, asked=outbox.c.asked + 1):
            return


class Work:
    """A claimed task. A duty reads, acts outside, then finishes once: its writing and the task's end are one."""

    def __init__(
        self,
        task: Task,
        reading: Callable[[], AbstractAsyncContextManager[Session]],
        writing: Callable[[], AbstractAsyncContextManager[Session]],
    ) -> None:
        self.task = task
        self._writing = writing
        self.read = reading
        self._again_at: datetime | None = None
        self._error: str | None = None
        self._fresh = False
        self.finished = False

    def again(self, due_at: datetime, *, error: str = "", fresh: bool = False) -> None:
        """Keep the task for another time. `fresh`: this try succeeded, the next one counts from nought."""
        self._again_at, self._error, self._fresh = due_at, error[:500] or None, fresh

    def retry(self, now: datetime, *, error: str, least_s: float = 0.0) -> None:
        """Keep the task, after a growing pause, and not before the pause the other side asked for."""
        self.again(now + max(pause(self.task.attempts + 1), timedelta(seconds=least_s)), error=error)

    def look_again(self, now: datetime, *, error: str) -> None:
        """Keep the task for a look at what the other side is still making."""
        self.again(now + min(pause(self.task.attempts + 1), LONGEST_LOOK), error=error)

    async def close(self) -> None:
        """End the task with nothing to write."""
        async with self.finish():
            pass

    async def wait(self, now: datetime, *, error: str, least_s: float = 0.0) -> None:
        """Put the task off with nothing to write."""
        self.retry(now, error=error, least_s=least_s)
        await self.close()

    async def postpone(self, now: datetime) -> None:
        """Put the task off for a moment: it could not be tried, which is no fault of it."""
        self.again(now + SOON, fresh=True)
        await self.close()

    @asynccontextmanager
    async def finish(self) -> AsyncIterator[Session]:
        """The one transaction in which the duty's result is written and the task ends or is put off."""
        async with self._writing() as session:
            yield session
            mine = outbox.c.id == self.task.id
            if self._again_at is None:
                if not await session.drop(outbox, mine, outbox.c.asked == self.task.asked):
                    await session.change(outbox, mine, due_at=session.now, attempts=0, claimed_by=None)
            else:
                attempts = 0 if self._fresh else self.task.attempts + 1
                values = {"due_at": self._again_at, "attempts": attempts, "error": self._error}
                await session.execute(AGAIN, {"task_id": self.task.id, **values})
        self.finished = True
