"""The database: SQLite by default, PostgreSQL by URL. Transactions, claims and migrations."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, delete, event, insert, select, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ..ports import Clock
from .migrations import FOLDER
from .outbox import Task, Work
from .session import Session
from .tables import engine_state, metadata, outbox

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
ALLOWED = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
BUSY_MS = 15_000  # how long a SQLite writer waits for another process


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
        raise CannotOpen(
            f"{text!r} is no database URL; write sqlite:///FILE or postgresql://USER@HOST/NAME."
        ) from error
    backend = url.get_backend_name()
    if backend not in DRIVERS:
        raise CannotOpen(
            f"The database {backend!r} is not supported; use sqlite:///FILE or postgresql://USER@HOST/NAME."
        )
    if backend == "sqlite" and url.database in (None, "", ":memory:"):
        raise CannotOpen("A SQLite database needs a file, for example sqlite:///parcelproof.db.")
    return url.set(drivername=DRIVERS[backend])


class Store:
    """A migrated database. `worker` names this process in claims."""

    def __init__(self, text: str, clock: Clock, *, worker: str = "engine") -> None:
        self.url = database_url(text)
        self.clock = clock
        self._worker = worker
        self._sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = _sqlite_engine(self.url) if self._sqlite else create_async_engine(self.url, pool_size=10)
        self._writer = asyncio.Lock()

    @property
    def engine(self) -> AsyncEngine:
        return self._engine

    async def start(self) -> None:
        """Bring the schema up to date; on SQLite, where one process works, free what a killed one had claimed.

        Raises:
            CannotOpen: the database does not answer or is no database of ours.
        """
        try:
            async with self._engine.begin() as connection:
                await connection.run_sync(_migrate)
                if self._sqlite:
                    await connection.execute(update(outbox).values(claimed_by=None))
        except (SQLAlchemyError, OSError) as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            shown = self.url.render_as_string(hide_password=True)
            raise CannotOpen(
                f"The database {shown} cannot be used ({reason}); check the address and rights."
            ) from error

    async def close(self) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def _transaction(self, *, write: bool) -> AsyncIterator[AsyncConnection]:
        """On SQLite one writer at a time, queued here rather than at the file's lock."""
        if not self._sqlite:
            async with self._engine.begin() as connection:
                yield connection
        elif write:
            async with self._writer, self._engine.begin() as connection:
                yield connection
        else:
            async with self._engine.connect() as connection:
                await connection.execution_options(reading=True)
                async with connection.begin():
                    yield connection

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
    async def whole(self, *, write: bool = True) -> AsyncIterator[AsyncConnection]:
        """A transaction over all companies: for sign-in, webhook addresses and companies themselves."""
        async with self._transaction(write=write) as connection:
            yield connection

    async def next_due(self) -> datetime | None:
        async with self._transaction(write=False) as connection:
            query = select(outbox.c.due_at).where(outbox.c.claimed_by.is_(None)).order_by(outbox.c.due_at).limit(1)
            return (await connection.execute(query)).scalar()

    @asynccontextmanager
    async def claim(self, until: datetime) -> AsyncIterator[Work | None]:
        """Take the task that is due first, at most `until`; no other worker gets it meanwhile."""
        due = select(outbox).where(outbox.c.due_at <= until).order_by(outbox.c.due_at, outbox.c.id).limit(1)
        if self._sqlite:
            yield await self._claim_by_mark(due)
            return
        async with self._engine.begin() as connection:
            row = (await connection.execute(due.with_for_update(skip_locked=True))).first()
            yield None if row is None else self._held(_task(row._mapping), connection)

    async def _claim_by_mark(self, due: Any) -> Work | None:
        async with self._transaction(write=True) as connection:
            row = (await connection.execute(due.where(outbox.c.claimed_by.is_(None)))).first()
            if row is None:
                return None
            task = _task(row._mapping)
            await connection.execute(update(outbox).where(outbox.c.id == task.id).values(claimed_by=self._worker))
        return Work(task, lambda: self.read(task.company_id), lambda: self.begin(task.company_id))

    def _held(self, task: Task, connection: AsyncConnection) -> Work:
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
        async with self._transaction(write=True) as connection:
            await connection.execute(delete(engine_state).where(engine_state.c.key == key))
            await connection.execute(insert(engine_state).values(key=key, value=value))

    async def recall(self, key: str) -> Any:
        async with self._transaction(write=False) as connection:
            return (await connection.execute(select(engine_state.c.value).where(engine_state.c.key == key))).scalar()


def _task(row: Any) -> Task:
    names = ("id", "company_id", "kind", "key", "payload", "due_at", "attempts", "asked")
    return Task(**{name: row[name] for name in names})


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _sqlite_engine(url: URL) -> AsyncEngine:
    """WAL, so that readers never wait; a writer takes its lock at once, so that no two meet half-way."""
    engine = create_async_engine(url, connect_args={"timeout": BUSY_MS / 1000})

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
