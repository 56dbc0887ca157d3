"""The list F103 as it was when a batch was checked in: what is printed and signed stays as it was handed over.

Wire contract: `postal_api_russia` §2.7, §6.2.
"""

from collections.abc import Sequence

import msgspec

from ...core.records import Instant, Kind
from ...core.world import World
from .records import Account, Batch, Order


class Filed(msgspec.Struct, frozen=True):
    """A batch at its last check-in, with its orders and who sent them."""

    batch: Batch
    orders: tuple[Order, ...]
    account: Account
    at_ms: Instant


FILED: Kind[Filed] = Kind("russian_post.filed", Filed)  # batch name -> list
KINDS = (FILED,)


def file(world: World, batch: Batch, orders: Sequence[Order], account: Account) -> Filed:
    """Keep a list as it is handed over now."""
    found = Filed(batch, tuple(orders), account, world.now_ms)
    world.store.put(FILED, batch.name, found)
    return found


def filed(world: World, name: str) -> Filed | None:
    return world.store.get(FILED, name)
