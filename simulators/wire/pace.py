"""How time passes: virtual tenants move when told, real ones by a ticker and whenever they are asked something.

The world stops at each outgoing effect; here it is performed, awaited and learned, and the world goes on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from ..core.errors import Reason, Rejected
from ..core.world import Effect, Outcome, World
from .tenants import Tenants

log = logging.getLogger(__name__)

Send = Callable[[World, Effect], Awaitable[Outcome]]

TICK_S = 0.05
DUES_A_TURN = 200  # after so many dues an advance lets other requests in
LONGEST_MS = 20 * 366 * 86_400_000  # one advance; more is a mistake and would keep the server busy
AT_ONCE = 100  # effects of one server under way in real time


class Pace:
    """Moves the worlds of one server. `wall_ms` is the wall clock; only tenants in real time see it."""

    def __init__(self, tenants: Tenants, send: Send, wall_ms: Callable[[], int]) -> None:
        self._tenants = tenants
        self._send = send
        self._wall_ms = wall_ms
        self._locks: dict[str, asyncio.Lock] = {}
        self._anchors: dict[str, tuple[World, int, int]] = {}  # name -> (world, wall, virtual) where real time began
        self._under_way: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._ticker: asyncio.Task[None] | None = None
        tenants.bring_to_now(self.catch_up)

    # -- virtual time

    def lock(self, name: str) -> asyncio.Lock:
        """Return the lock under which a tenant is advanced, restored or deleted."""
        return self._locks.setdefault(name, asyncio.Lock())

    async def advance(self, name: str, *, to_ms: int | None = None, by_ms: int = 0) -> World:
        """Do everything due on the way, webhooks included, one after the other; advances of a tenant queue up.

        Raises:
            TenantError: there is no such tenant.
            Rejected: CLOCK_REAL for a tenant in real time; CLOCK_BACKWARDS, also for more than `LONGEST_MS`.
        """
        async with self.lock(name):
            world = self._tenants.find(name)
            if not world.store.header.virtual:
                raise Rejected(Reason.CLOCK_REAL, tenant=name)
            until_ms = world.now_ms + by_ms if to_ms is None else to_ms
            if not world.now_ms <= until_ms <= world.now_ms + LONGEST_MS:
                raise Rejected(
                    Reason.CLOCK_BACKWARDS, found=until_ms, least=world.now_ms, most=world.now_ms + LONGEST_MS
                )
            await self._run(world, until_ms)
            return world

    async def _run(self, world: World, until_ms: int) -> None:
        while True:
            effect = world.step(until_ms, most=DUES_A_TURN)
            if effect is not None:
                world.learn(effect, await self._send(world, effect))
            elif not world.behind(until_ms):
                return
            else:
                await asyncio.sleep(0)

    # -- real time

    def now_ms(self, world: World) -> int:
        """Return what time it is for a tenant in real time, at its own speed; never before what it has seen."""
        header = world.store.header
        anchor = self._anchors.get(header.name)
        if anchor is None or anchor[0] is not world:
            anchor = self._anchors[header.name] = (world, self._wall_ms(), header.now_ms)
        _, wall_ms, virtual_ms = anchor
        return max(header.now_ms, virtual_ms + int((self._wall_ms() - wall_ms) * header.speed))

    def catch_up(self, world: World) -> None:
        """Bring a tenant in real time to now; its effects go out on their own, so that none holds up the others."""
        until_ms = self.now_ms(world)
        while (effect := world.step(until_ms)) is not None:
            task = asyncio.ensure_future(self._perform(world, effect))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    def set_mode(self, world: World, *, virtual: bool, speed: float) -> None:
        """Switch between virtual and real time, or change the speed of real time, from the present moment on."""
        header = world.store.header
        if not header.virtual:
            self.catch_up(world)
        header.virtual, header.speed = virtual, speed
        self._anchors[header.name] = (world, self._wall_ms(), header.now_ms)

    async def _perform(self, world: World, effect: Effect) -> None:
        async with self._room:
            outcome = await self._send(world, effect)
        try:
            world.learn(effect, outcome)
        except Exception:
            log.exception("learning the outcome of %s %s", effect.duty, effect.key)

    def forget(self, name: str) -> None:
        """Let go of a tenant that was deleted."""
        self._anchors.pop(name, None)
        lock = self._locks.get(name)
        if lock is not None and not lock.locked():
            del self._locks[name]

    def start(self) -> None:
        self._ticker = asyncio.ensure_future(self._tick())

    async def stop(self) -> None:
        tasks = [task for task in (self._ticker, *self._under_way) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.tick()

    def tick(self) -> None:
        """Bring every tenant in real time to now."""
        for world in self._tenants:
            if not world.store.header.virtual:
                try:
                    self.catch_up(world)
                except Exception:
                    log.exception("a duty of tenant %s broke", world.name)
