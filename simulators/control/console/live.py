"""Server-sent events: a page hears that its tenant changed, and looks again."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

from ...wire.call import Answer
from ...wire.feed import Feed, Full
from ...wire.streaming import Stream

HEARTBEAT_S = 15.0  # a comment, so that proxies keep the line open and a listener that left is noticed
PAUSE_S = 0.4  # between two words at least, so that a busy tenant does not keep its pages busy
HELLO = b"retry: 2000\n\n"
WORD = b"event: changed\ndata: look again\n\n"
BEAT = b": still here\n\n"

Sleep = Callable[[float], Awaitable[None]]


def stream(feed: Feed, tenant: str, *, sleep: Sleep = asyncio.sleep, heartbeat_s: float = HEARTBEAT_S) -> Answer:
    """Return the event stream of one tenant, or 503 when too many listen.

    The first word comes at once: what changed between a page and its stream must not be missed.
    """
    if feed.full:
        return Answer(503, b"Too many pages listen already: close some.\n", {"Content-Type": "text/plain"})
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Stream(200, headers=headers, pieces=_pieces(feed, tenant, sleep, heartbeat_s))


async def _pieces(feed: Feed, tenant: str, sleep: Sleep, heartbeat_s: float) -> AsyncGenerator[bytes, None]:
    try:
        listener = feed.listen(tenant)  # not before the first piece is asked for: else nobody would leave
    except Full:
        return
    try:
        yield HELLO + WORD
        while True:
            try:
                async with asyncio.timeout(heartbeat_s):
                    word = await listener.queue.get()
            except TimeoutError:
                yield BEAT
                continue
            if not word:
                return
            yield WORD
            await sleep(PAUSE_S)
    finally:
        feed.leave(listener)
