"""How often a carrier is asked about parcels in an hour, where the company set a limit.

Readings are counted before they are made, in a transaction of their own: a kill may waste some, none is made uncounted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ..ports import CarrierPort, ReadsMany
from ..shop import Ports, Shop
from ..storage.outbox import Work
from ..storage.session import Row, Session
from ..storage.tables import cursors, shipments

HOUR = timedelta(hours=1)
ROWS_AT_ONCE = 500  # in one statement


def at_once(carrier: CarrierPort) -> int:
    """Return how many parcels one reading of this carrier tells about."""
    return max(carrier.most_at_once, 1) if isinstance(carrier, ReadsMany) else 1


async def share(shop: Shop, work: Work, ports: Ports, name: str, rows: Sequence[Row]) -> tuple[list[Row], bool]:
    """Return the parcels that may be read now, those not read for longest first, and whether some must wait."""
    size = at_once(ports.carrier(name))
    wanted = -(-len(rows) // size)
    granted = await _grant(shop, work.task.company_id, name, ports.config.carriers[name].readings_per_hour, wanted)
    longest_first = sorted(rows, key=lambda row: (row["read_at"] is not None, row["read_at"] or 0, row["id"]))
    return longest_first[: granted * size], granted < wanted


async def wait_for_one(shop: Shop, work: Work, ports: Ports, name: str) -> datetime | None:
    """Take one reading from the quota; where none is left, return when the next hour begins."""
    limit = ports.config.carriers[name].readings_per_hour if name in ports.config.carriers else None
    if await _grant(shop, work.task.company_id, name, limit, 1):
        return None
    return _hour(shop.clock.now()) + HOUR


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


async def _grant(shop: Shop, company_id: int, name: str, limit: int | None, wanted: int) -> int:
    if limit is None or not wanted:
        return wanted
    async with shop.store.begin(company_id) as session:
        mine = cursors.c.name == f"readings/{name}"
        hour = _hour(session.now).isoformat()
        await session.add_once(cursors, name=f"readings/{name}", value=f"{hour} 0")
        row = await session.row(cursors, mine, lock=True)
        since, _, count = (row["value"] if row else "").partition(" ")
        used = int(count) if since == hour else 0
        granted = min(wanted, max(limit - used, 0))
        await session.change(cursors, mine, value=f"{hour} {used + granted}")
    return granted


async def note_read(session: Session, rows: Sequence[Row]) -> None:
    """Remember who was read, so that the others come first the next time."""
    ids = [row["id"] for row in rows]
    for start in range(0, len(ids), ROWS_AT_ONCE):
        await session.change(shipments, shipments.c.id.in_(ids[start : start + ROWS_AT_ONCE]), read_at=session.now)
