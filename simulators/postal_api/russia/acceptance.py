"""What the office found of a list: each line accepted, missing or refused, and what lay there without standing on it.

Wire contract: `postal_api_russia` §2.4; issue text for lines and closing documents (ours). Lines are told by the items'
own operations: `1/…` accepts, `44/…` refuses, none until the list is closed is missing. An item of the same sender that
is accepted at the same office while the list is open, and stands on no list or on one that is closed, is extra.
"""

from collections.abc import Iterable, Sequence

import msgspec

from ...core.parcel import Scan, Step
from ...core.records import Instant, Kind, Natural
from ...core.world import World
from .operations import parsed
from .records import Batch, Order, Rate, batches, find_order, orders
from .settings import Switches

ACCEPTED, MISSING, REFUSED, EXTRA = "accepted", "missing", "refused", "extra"
SWITCHES = Switches(
    choices={"esignature": ("enabled", "disabled"), "signed_documents": ("whole", "altered")},
    numbers={"acceptance_missing": (0, 0, 1_000), "acceptance_extra": (0, 0, 1_000)},
)
TAKEN_IN = "1/2"


class Line(msgspec.Struct, frozen=True):
    """A line of the list, or an item besides it. `place` is its number on the list, 0 for none."""

    order: int
    barcode: str
    order_num: str
    verdict: str
    place: Natural = 0
    reason: str = ""
    rate: Rate = Rate()


class Acceptance(msgspec.Struct, frozen=True):
    """A list as the office closed it. The act and the invoice have numbers of their own."""

    batch: str
    list_number: Natural
    list_date: str
    office: str
    closed_ms: Instant
    act_number: Natural
    invoice_number: Natural
    lines: tuple[Line, ...]

    def of(self, verdict: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.verdict == verdict)

    @property
    def total(self) -> Rate:
        """Return what is charged: for accepted lines only."""
        found = self.of(ACCEPTED)
        return Rate(sum(line.rate.rate_minor for line in found), sum(line.rate.vat_minor for line in found))


ACCEPTANCES: Kind[Acceptance] = Kind("russian_post.acceptances", Acceptance)  # batch name -> closed list
EXTRAS: Kind[tuple[int, ...]] = Kind("russian_post.extras", tuple[int, ...])  # batch name -> ids of orders
KINDS = (ACCEPTANCES, EXTRAS)


def acceptance_of(world: World, name: str) -> Acceptance | None:
    return world.store.get(ACCEPTANCES, name)


def closed(world: World, batch: Batch) -> Acceptance:
    """Keep what the office found when it closed a list."""
    found = Acceptance(
        batch=batch.name,
        list_number=batch.list_number,
        list_date=batch.list_date,
        office=batch.office,
        closed_ms=world.now_ms,
        act_number=world.count("russian_post.act"),
        invoice_number=world.count("russian_post.invoice"),
        lines=(*_listed(world, batch), *_besides(world, batch)),
    )
    world.store.put(ACCEPTANCES, batch.name, found)
    return found


def _listed(world: World, batch: Batch) -> Iterable[Line]:
    for place, order_id in enumerate(batch.checked, 1):
        order = find_order(world, order_id)
        if order is not None:
            verdict = ACCEPTED if order_id in batch.accepted else REFUSED if order_id in batch.refused else MISSING
            yield _line(world, order, verdict, place)


def _besides(world: World, batch: Batch) -> Iterable[Line]:
    for order_id in world.store.get(EXTRAS, batch.name) or ():
        order = find_order(world, order_id)
        if order is not None:
            yield _line(world, order, EXTRA, 0)


def _line(world: World, order: Order, verdict: str, place: int) -> Line:
    reason = _reason(world, order) if verdict == REFUSED else ""
    return Line(order.id, order.barcode, order.order_num, verdict, place, reason, order.total)


def _reason(world: World, order: Order) -> str:
    """Return why an item was not taken in, in the dictionary's words."""
    codes = [fact.code for fact in world.parcel(order.parcel_id).facts if isinstance(fact, Scan)]
    found = parsed(next((code for code in reversed(codes) if code.startswith("44/")), ""))
    return (found.name or found.type_name) if found else ""


def found_besides(world: World, order: Order) -> None:
    """Note an item that stands on no list, or on one that is closed, and was taken in while one was open there."""
    for batch in batches(world):
        if batch.is_checked_in and not batch.is_closed and batch.office == order.office:
            known = world.store.get(EXTRAS, batch.name) or ()
            if order.id not in known:
                world.store.put(EXTRAS, batch.name, (*known, order.id))
            return


def is_missing(world: World, place: int) -> bool:
    """Tell whether the office will not find the line at a place, from 1, as the tenant's settings have it."""
    every = SWITCHES.number(world, "acceptance_missing")
    return every > 0 and place % every == 0


def bring_along(world: World, batch: Batch, wait_ms: int) -> Sequence[Order]:
    """Have as many orders of the folder "new" taken in with a batch, after a while, as the tenant's settings say."""
    most = SWITCHES.number(world, "acceptance_extra")
    waiting = (order for order in (orders(world) if most else ()) if not order.batch and order.barcode)
    found = [order for order in waiting if order.office == batch.office and _is_unseen(world, order)][:most]
    for order in found:
        world.travel(world.parcel(order.parcel_id), (Step(wait_ms, TAKEN_IN, batch.office),))
    return found


def _is_unseen(world: World, order: Order) -> bool:
    """Tell whether an item has not been accepted, nor has a life that somebody chose."""
    parcel = world.parcel(order.parcel_id)
    return not parcel.journey and not any(
        isinstance(fact, Scan) and fact.code.startswith("1/") for fact in parcel.facts
    )
