"""The delivery notice of an item: a form that goes back to the sender by post once the item was handed over.

Wire contract: `postal_api_russia` §4.2, `MessageType` 1. Its life is ours: taken in where the item was handed over,
handed over to the sender three days later.
"""

from ..operations import operation
from .items import Event, Item, start_of

FLAGS = ("with-order-of-notice", "with-simple-notice")
DAY_MS = 86_400_000
WAY_DAYS = 3


def notice_of(item: Item, at_ms: int) -> Item:
    """Return the notice as an item of its own, without operations where there is none or nothing happened to it."""
    handed = next((event for event in item.events if event.operation.type == 2), None)
    if handed is None or not any(item.order.flag(flag) for flag in FLAGS):
        return item._replace(events=())
    end = start_of(item.order)
    life = (
        Event(handed.at_ms, operation(1, 1), handed.spot, end),
        Event(handed.at_ms + WAY_DAYS * DAY_MS, operation(2, 1), end, end),
    )
    return item._replace(events=tuple(event for event in life if event.at_ms <= at_ms))
