"""Who wants to know that a tenant changed: people looking at it, in the console. Free of cost while nobody looks.

The feed says only that something changed, not what: a listener looks again, so one word in its queue is enough,
however much happened meanwhile. Listeners run when the one who tells them has come to an end of what it does, so it
may tell before or after.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from ..core.records import Due
from ..core.world import Duty, Effect, Outcome, Perform, World
from .call import Answer, Call

Send = Callable[[World, Effect], Awaitable[Outcome]]

EVERY = ""  # listens to all tenants
MOST_LISTENERS = 200
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Full(Exception):
    """There are as many listeners as one server carries."""


class Listener:
    """One who listens to a tenant. The queue holds one word at most: True for "look again", False for "over"."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        self.queue: asyncio.Queue[bool] = asyncio.Queue(maxsize=1)

    def tell(self, word: bool) -> None:
        if not word and self.queue.full():
            self.queue.get_nowait()
        if not self.queue.full():
            self.queue.put_nowait(word)


class Feed:
    """The listeners of one server, by tenant."""

    def __init__(self, *, most: int = MOST_LISTENERS) -> None:
        self.listeners: dict[Listener, None] = {}
        self._most = most
        self._closed = False

    @property
    def full(self) -> bool:
        return self._closed or len(self.listeners) >= self._most

    def listen(self, tenant: str) -> Listener:
        """Return a new listener to one tenant, or to `EVERY`.

        Raises:
            Full: too many listen already, or the server is stopping.
        """
        if self.full:
            raise Full
        listener = Listener(tenant)
        self.listeners[listener] = None
        return listener

    def leave(self, listener: Listener) -> None:
        self.listeners.pop(listener, None)

    def touch(self, tenant: str) -> None:
        """Say that a tenant changed."""
        for listener in self.listeners:
            if listener.tenant in (tenant, EVERY):
                listener.tell(True)

    def close(self) -> None:
        """Send everybody home; the server stops."""
        self._closed = True
        for listener in self.listeners:
            listener.tell(False)


def telling(duties: Mapping[str, Duty], feed: Feed) -> dict[str, Duty]:
    """Return the duties as ones that tell the feed whenever they were done."""
    return {name: Duty(_telling(duty.perform, feed), duty.learn) for name, duty in duties.items()}


def _telling(perform: Perform, feed: Feed) -> Perform:
    def performed(world: World, due: Due) -> Effect | None:
        if feed.listeners:
            feed.touch(world.name)
        return perform(world, due)

    return performed


def telling_send(send: Send, feed: Feed) -> Send:
    """Return what sends effects as one that tells the feed when an answer is there."""

    async def sent(world: World, effect: Effect) -> Outcome:
        outcome = await send(world, effect)
        feed.touch(world.name)
        return outcome

    return sent


class Own(Protocol):
    """A service of our own, as the shell calls it."""

    def limit_bytes(self, path: str) -> int: ...
    def refuses(self, call: Call) -> Answer | None: ...
    def __call__(self, call: Call) -> Awaitable[Answer]: ...


class Telling:
    """A service, the control API, whose changing calls are told to the feed."""

    def __init__(self, service: Own, feed: Feed) -> None:
        self._service = service
        self._feed = feed
        self.limit_bytes: Callable[[str], int] = service.limit_bytes
        self.refuses: Callable[[Call], Answer | None] = service.refuses

    async def __call__(self, call: Call) -> Answer:
        try:
            return await self._service(call)
        finally:
            if call.method not in SAFE:
                self._feed.touch(call.params.get("tenant", EVERY))
