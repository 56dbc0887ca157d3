"""What every page of a tenant shows around its own matter: the tenant's name, its clock, the way to the other pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...core.world import World
from ...wire.call import Answer
from .pages import POLICY, page
from .visit import Visit

PER_PAGE = 50
PAGES = ("parcels", "clock", "faults", "webhooks", "journal", "payouts", "mails")


@dataclass(frozen=True, slots=True)
class Clock:
    """A tenant's time as pages show it. `next_ms` is when something falls due, None when nothing is planned."""

    now_ms: int
    next_ms: int | None
    virtual: bool
    speed: float


def clock_of(visit: Visit, world: World) -> Clock:
    header = world.store.header
    now_ms = header.now_ms if header.virtual else visit.room.pace.now_ms(world)
    return Clock(now_ms, world.next_due_ms(), header.virtual, header.speed)


def tenant_page(
    visit: Visit, template: str, here: str, *, status: int = 200, policy: str = POLICY, **values: object
) -> Answer:
    """Return a page of the visit's tenant; `here` is the entry of the menu that it belongs to."""
    clock = clock_of(visit, visit.world)
    return page(
        visit, template, status=status, policy=policy, here=here, tenant=visit.tenant, clock=clock, menu=PAGES, **values
    )


@dataclass(frozen=True, slots=True)
class Pages:
    """Where in a long list a page stands; pages count from 1."""

    number: int
    count: int
    total: int

    @property
    def start(self) -> int:
        return (self.number - 1) * PER_PAGE

    @property
    def last(self) -> int:
        return min(self.start + PER_PAGE, self.total)


def pages_of(visit: Visit, total: int) -> Pages:
    """Return the page that was asked for, or the nearest one that there is."""
    asked = visit.call.query.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 1
    count = max(-(-total // PER_PAGE), 1)
    return Pages(min(max(number, 1), count), count, total)


def newest(rows: Sequence[object], found: Pages) -> range:
    """Return the indexes of a page's rows in a list that is kept oldest first, the newest row first."""
    begin = len(rows) - 1 - found.start
    return range(begin, max(begin - PER_PAGE, -1), -1)
