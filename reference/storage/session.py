"""One transaction as one company sees it: nothing is read or written that belongs to another."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Executable, Result, Select, Table, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from .inline import Execute

Row = dict[str, Any]
Where = ColumnElement[bool]


class Session:
    """A transaction of `company_id`, at `now` on the injected clock. Every statement carries the company."""

    def __init__(self, connection: Execute, company_id: int, now: datetime) -> None:
        self._connection = connection
        self.company_id = company_id
        self.now = now

    def select(self, table: Table, *where: Where) -> Select[Any]:
        return select(table).where(table.c.company_id == self.company_id, *where)

    async def execute(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> Result[Any]:
        """Run a statement that names the company itself."""
        return await self._connection.execute(statement, parameters)

    async def rows(
        self, table: Table, *where: Where, order: Sequence[ColumnElement[Any]] = (), lock: bool = False
    ) -> list[Row]:
        """Return rows in the order in which they were added, unless told otherwise.

        `lock` keeps others from changing them until the end; rows that point at them may still be added.
        """
        query = self.select(table, *where).order_by(*order, table.c.id)
        found = await self._connection.execute(query.with_for_update(key_share=True) if lock else query)
        return [dict(row._mapping) for row in found]

    async def row(self, table: Table, *where: Where, lock: bool = False) -> Row | None:
        """Return the latest row that fits, or None."""
        query = self.select(table, *where).order_by(table.c.id.desc()).limit(1)
        found = (await self._connection.execute(query.with_for_update(key_share=True) if lock else query)).first()
        return None if found is None else dict(found._mapping)

    async def count(self, table: Table, *where: Where) -> int:
        query = select(func.count()).select_from(table).where(table.c.company_id == self.company_id, *where)
        return int((await self._connection.execute(query)).scalar_one())

    async def add(self, table: Table, **values: Any) -> int:
        """Insert a row and return its id."""
        query = table.insert().values(company_id=self.company_id, **values).returning(table.c.id)
        return int((await self._connection.execute(query)).scalar_one())

    async def add_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            await self._connection.execute(table.insert(), [{"company_id": self.company_id, **row} for row in rows])

    async def add_once(self, table: Table, **values: Any) -> int | None:
        """Insert a row and return its id, or None when a uniqueness rule says that it is there already."""
        return await insert_once(self._connection, table, company_id=self.company_id, **values)

    async def change(self, table: Table, *where: Where, **values: Any) -> int:
        """Update rows and return how many."""
        query = update(table).where(table.c.company_id == self.company_id, *where).values(**values)
        return cast(CursorResult[Any], await self._connection.execute(query)).rowcount

    async def drop(self, table: Table, *where: Where) -> int:
        query = delete(table).where(table.c.company_id == self.company_id, *where)
        return cast(CursorResult[Any], await self._connection.execute(query)).rowcount


async def insert_once(connection: Execute, table: Table, **values: Any) -> int | None:
    """Insert a row of any table and return its id, or None when it is there already, also by somebody else just now."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    query = dialect.insert(table).values(**values)
    found = (await connection.execute(query.on_conflict_do_nothing().returning(table.c.id))).first()
    return None if found is None else int(found[0])
