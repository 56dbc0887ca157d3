"""The archive of batches, and the long-term one of their orders.

Wire contract: `postal_api_russia` §2.5 (E4f).
"""

from collections.abc import Callable
from typing import Any

from ....core.world import World
from ....wire.call import Answer, Call
from ..answers import Operations, json
from ..records import ARCHIVED, Batch, batches, find_batch
from . import batch_life, body
from .account import SWITCHES
from .batch_view import batch_shape
from .order_view import in_batch
from .orders import found_by

routes = Operations()


@routes.get("/1.0/archive")
def list_archive(call: Call) -> Answer:
    """List archived batches."""
    return json([batch_shape(call.world, batch) for batch in batches(call.world) if batch.status == ARCHIVED])


@routes.put("/1.0/archive")
def archive_batches(call: Call) -> Answer:
    """Put batches into the archive."""
    return json(_each(call.world, body.names(call), batch_life.archived))


@routes.post("/1.0/archive/revert")
def revert_archive(call: Call) -> Answer:
    """Take batches out of the archive."""
    names = body.names(call)
    found = _each(call.world, names, batch_life.reverted)
    if SWITCHES.choice(call.world, "revert_answer") == "names":
        return json([row["batch-name"] for row in found if "error-code" not in row])
    return json(found)


def _each(world: World, names: list[str], do: Callable[[World, Batch], str]) -> list[dict[str, Any]]:
    found = []
    for name in names:
        batch = find_batch(world, name)
        code = "NOT_FOUND" if batch is None else do(world, batch)
        found.append({"batch-name": name, **({"error-code": code} if code else {})})
    return found


@routes.get("/1.0/long-term-archive/shipment/search")
def search_long_archive(call: Call) -> Answer:
    """List the orders that fell into the long-term archive, by the shop's number or the post's."""
    if SWITCHES.choice(call.world, "long_term_archive") == "empty":
        return json([])
    return json([in_batch(call.world, order) for order in found_by(call) if order.in_long_archive])
