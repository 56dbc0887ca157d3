"""SQLite without threads: statements run on the event loop itself.

A statement on a local file takes some tens of microseconds; handing it to a thread and back takes ten times that
(measured: reading one row by its key 0.014 ms so, 0.14 ms through aiosqlite). Writers queue in the store, so nobody
waits for a lock here. See docs/decisions/0005.
"""

import asyncio
from typing import Any, Protocol

from sqlalchemy import Connection, Dialect, Engine, Executable, Result, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

BREATH = 200  # statements after which others get their turn: a large report must not hold up webhooks
BUSY_MS = 5_000  # how long a writer waits for another process


class Execute(Protocol):
    """What a session needs of a connection, asynchronous or not."""

    @property
    def dialect(self) -> Dialect: ...

    async def execute(self, statement: Executable, parameters: Any = None, /) -> Result[Any]: ...


class Inline:
    """A synchronous connection with an asynchronous face."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._count = 0

    @property
    def dialect(self) -> Dialect:
        return self._connection.dialect

    async def execute(self, statement: Executable, parameters: Any = None, /) -> Result[Any]:
        self._count += 1
        if self._count % BREATH == 0:
            await asyncio.sleep(0)
        return self._connection.execute(statement, parameters)


def sqlite_engine(url: URL) -> Engine:
    """WAL, so that readers never wait; a writer takes its lock at once, so that no two meet half-way."""
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_MS / 1000, "check_same_thread": False},
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=-1,
        hide_parameters=True,  # a failed statement is logged, and they may be tokens and people's addresses
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
