"""What operations do to the batch that an item lies in: the office takes it in line by line, then it is on its way.

Wire contract: `postal_api_russia` §2.4. FROZEN until every line is taken in, or a day after the first one was: then the
office closes the list, and what it did not find is missing. SENT with the first operation behind.
"""

from ...core.parcel import Parcel, Scan
from ...core.records import Due
from ...core.world import World
from . import acceptance
from .names import OTPRAVKA
from .records import ACCEPTED, CREATED, FROZEN, SENT, Batch, Order, changed_batch, find_batch

CLOSING = f"{OTPRAVKA}.closing"
CLOSES_AFTER_MS = 24 * 3_600_000
TAKEN_IN, NOT_TAKEN = "1/", "44/"
NO_TRACE = ("1/", "28/", "44/", "46/", "37/", "39/", "27/", "59/")  # operations before an item is on its way


def operated(world: World, order: Order, code: str) -> None:
    """Fold an operation of one of its items into a batch."""
    batch = find_batch(world, order.batch) if order.batch else None
    if batch is None:
        if not order.batch and code.startswith(TAKEN_IN):
            acceptance.found_besides(world, order)
        return
    if code.startswith(TAKEN_IN) and order.id not in batch.accepted:
        batch = _taken_in(world, batch, order)
    elif code.startswith(NOT_TAKEN) and order.id not in batch.refused:
        batch = changed_batch(world, batch, refused=(*batch.refused, order.id))
    elif batch.status == ACCEPTED and not code.startswith(NO_TRACE):
        changed_batch(world, batch, status=SENT)
    if batch.is_checked_in and not batch.is_closed and _all_told(batch):
        close(world, batch)


def _taken_in(world: World, batch: Batch, order: Order) -> Batch:
    if batch.is_closed:
        acceptance.found_besides(world, order)
    if not batch.accepted and batch.is_checked_in:
        world.later(CLOSING, batch.name, after_ms=CLOSES_AFTER_MS)
    refused = tuple(found for found in batch.refused if found != order.id)
    return changed_batch(world, batch, accepted=(*batch.accepted, order.id), refused=refused)


def _all_told(batch: Batch) -> bool:
    told = len(batch.accepted) + len(batch.refused)
    return told >= len(batch.checked) and set(batch.checked) <= {*batch.accepted, *batch.refused}


def close(world: World, batch: Batch) -> Batch:
    """Close the list: the office has taken in what it found, or nothing at all."""
    taken = batch.accepted and batch.status in (CREATED, FROZEN)
    status = ACCEPTED if taken else batch.status
    batch = changed_batch(world, batch, status=status, closed_ms=world.now_ms)
    acceptance.closed(world, batch)
    return batch


def on_closing(world: World, due: Due) -> None:
    """Close a list a day after its first line was taken in, whatever is missing."""
    batch = find_batch(world, due.key)
    if batch is not None and batch.is_checked_in and not batch.is_closed and batch.accepted:
        close(world, batch)


def withdrawn(world: World, order: Order, parcel: Parcel) -> None:
    """Fold a withdrawal into a batch that is not closed yet: an item whose taking in was withdrawn is not taken in."""
    batch = find_batch(world, order.batch) if order.batch else None
    gone = {getattr(fact, "revokes", 0) for fact in parcel.facts}
    live = [fact for fact in parcel.facts if isinstance(fact, Scan) and fact.sequence not in gone]
    if batch is None or batch.is_closed or any(one.code.startswith(TAKEN_IN) for one in live):
        return
    if order.id in batch.accepted:
        changed_batch(world, batch, accepted=tuple(found for found in batch.accepted if found != order.id))
