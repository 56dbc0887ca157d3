"""The database: SQLite by default, PostgreSQL by URL. Transactions, claims and migrations."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from ..clock import SystemClock
from .inline import Execute, Inline, sqlite_engine
from .outbox import Task, Work
from .schema import WrongSchema, migrate
from .session import Session
from .tables import engine_state, metadata, outbox

DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
FAR = datetime.max.replace(tzinfo=UTC)
ALLOWED = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"

DUE = select(outbox).where(outbox.c.due_at <= bindparam("until", type_=outbox.c.due_at.type))
DUE = DUE.order_by(outbox.c.due_at, outbox.c.id).limit(1)
FIRST = select(func.min(outbox.c.due_at))
FREE = outbox.c.claimed_by.is_(None)


class CannotOpen(Exception):
    """The database cannot be used; the message is one sentence that says what to do."""


def database_url(text: str) -> URL:
    """Return the URL with the asynchronous driver this engine uses.

    Raises:
        CannotOpen: it is no database URL, or of a database we do not know.
    """
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise CannotOpen(f"This is no database URL; {ALLOWED}.") from error
    backend = url.get_backend_name()
    if backend not in DRIVERS:
        raise CannotOpen(f"The database {backend!r} is not supported; {ALLOWED}.")
    if backend == "sqlite" and url.database in (None, "", ":memory:"):
        raise CannotOpen("A SQLite database needs a file, for example sqlite:///parcelproof.db.")
    return url.set(drivername=DRIVERS[backend])


class Store:
    """A migrated database. `worker` names this process in claims.

    `alone`: one worker in one process uses it; on a manual clock claims then need no mark.
    """

    def __init__(self, text: str, clock: SystemClock, *, worker: str = "engine", alone: bool = False) -> None:
        self.url = database_url(text)
        self.clock = clock
        self._worker = worker
        local = self.url.get_backend_name() == "sqlite"
        self._file = sqlite_engine(self.url) if local else None
        self._server = None if local else create_async_engine(self.url, pool_size=20, hide_parameters=True)
        self._writer = asyncio.Lock()
        self._alone = alone and local
        self._nothing_until: datetime | None = None  # known until somebody writes

    @property
    def engine(self) -> Engine:
        """The engine whose events tests listen to."""
        if self._file is not None:
            return self._file
        assert self._server is not None
        return self._server.sync_engine

    async def start(self) -> None:
        """Bring the schema up to date; on SQLite, where one process works, free what a killed one had claimed.

        Raises:
            CannotOpen: the database does not answer or is no database of ours.
        """
        try:
            if self._file is not None:
                with self._file.begin() as local:
                    migrate(local)
                    local.execute(update(outbox).values(claimed_by=None))
            elif self._server is not None:
                async with self._server.begin() as remote:
                    await remote.run_sync(migrate)
        except (SQLAlchemyError, WrongSchema, OSError) as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            shown = self.url.render_as_string(hide_password=True)
            sentence = f"The database {shown} cannot be used ({reason}); check the address and the rights."
            raise CannotOpen(sentence) from error

    async def close(self) -> None:
        if self._file is not None:
            self._file.dispose()
        elif self._server is not None:
            await self._server.dispose()

    @asynccontextmanager
    async def _transaction(self, *, write: bool) -> AsyncIterator[Execute]:
        """On SQLite one writer at a time, queued here rather than at the file's lock."""
        if self._server is not None:
            async with self._server.begin() as remote:
                yield remote
        elif self._file is not None and write:
            async with self._writer:
                with self._file.begin() as local:
                    yield Inline(local)
                self._nothing_until = None
        elif self._file is not None:
            with self._file.connect().execution_options(reading=True) as local, local.begin():
                yield Inline(local)

    @asynccontextmanager
    async def begin(self, company_id: int) -> AsyncIterator[Session]:
        """One transaction of a company; written when the block ends, forgotten when it raises."""
        async with self._transaction(write=True) as connection:
            yield Session(connection, company_id, self.clock.now())

    @asynccontextmanager
    async def read(self, company_id: int) -> AsyncIterator[Session]:
        async with self._transaction(write=False) as connection:
            yield Session(connection, company_id, self.clock.now())

    @asynccontextmanager
    async def whole(self, *, write: bool = True) -> AsyncIterator[Execute]:
        """A transaction over all companies: for sign-in, webhook addresses and companies themselves."""
        async with self._transaction(write=write) as connection:
            yield connection

    @asynccontextmanager
    async def claim(
        self, until: datetime, kinds: Sequence[str] = (), *, without: Sequence[str] = ()
    ) -> AsyncIterator[Work | None]:
        """Take the task that is due first, at most `until`, of some kinds or of all; nobody else gets it meanwhile.

        A worker that is alone on a manual clock does everything in its turn, so kinds do not matter to it.
        """
        if self._alone and self.clock.manual:
            yield await self._claim_alone(until)
            return
        due = DUE.where(outbox.c.kind.in_(kinds)) if kinds else DUE
        if without:
            due = due.where(outbox.c.kind.not_in(without))
        if self._server is None:
            yield await self._claim_by_mark(due, until)
            return
        async with self._server.begin() as connection:
            row = (await connection.execute(due.with_for_update(skip_locked=True), {"until": until})).first()
            yield None if row is None else self._held(_task(row._mapping), connection)

    async def _claim_alone(self, until: datetime) -> Work | None:
        """One worker in one process needs no mark; when nothing is due it remembers until when."""
        if self._nothing_until is not None and until < self._nothing_until:
            return None
        async with self._transaction(write=False) as connection:
            row = (await connection.execute(DUE, {"until": until})).first()
            first = None if row is not None else (await connection.execute(FIRST)).scalar()
        if row is None:
            self._nothing_until = first or FAR
            return None
        return self._work(_task(row._mapping))

    async def _claim_by_mark(self, due: Select[Any], until: datetime) -> Work | None:
        async with self._transaction(write=True) as connection:
            row = (await connection.execute(due.where(FREE), {"until": until})).first()
            if row is None:
                return None
            mine = update(outbox).where(outbox.c.id == row.id).values(claimed_by=self._worker)
            await connection.execute(mine)
        return self._work(_task(row._mapping))

    def _work(self, task: Task) -> Work:
        return Work(task, lambda: self.read(task.company_id), lambda: self.begin(task.company_id))

    def _held(self, task: Task, connection: Execute) -> Work:
        """On PostgreSQL the row's lock is the claim, so everything happens on the connection that holds it."""

        @asynccontextmanager
        async def same() -> AsyncIterator[Session]:
            yield Session(connection, task.company_id, self.clock.now())

        return Work(task, same, same)

    async def put_off(self, task: Task, due_at: datetime, error: str) -> None:
        """Free a task whose duty broke, for a later try."""
        values = {"claimed_by": None, "due_at": due_at, "attempts": task.attempts + 1, "error": error[:500]}
        async with self._transaction(write=True) as connection:
            await connection.execute(update(outbox).where(outbox.c.id == task.id).values(**values))

    async def forget_everything(self) -> None:
        async with self._transaction(write=True) as connection:
            for table in reversed(metadata.sorted_tables):
                await connection.execute(delete(table))

    async def remember(self, key: str, value: Any) -> None:
        """Keep a value of the engine's own. Asks nobody to do anything, so what is known of the outbox stays true."""
        known = self._nothing_until
        async with self._transaction(write=True) as connection:
            mine = update(engine_state).where(engine_state.c.key == key).values(value=value)
            if not (await connection.execute(mine.returning(engine_state.c.key))).first():
                await connection.execute(insert(engine_state).values(key=key, value=value))
        self._nothing_until = known

    async def recall(self, key: str) -> Any:
        async with self._transaction(write=False) as connection:
            return (await connection.execute(select(engine_state.c.value).where(engine_state.c.key == key))).scalar()


def _task(row: Any) -> Task:
    names = ("id", "company_id", "kind", "key", "payload", "due_at", "attempts", "asked")
    return Task(**{name: row[name] for name in names})
