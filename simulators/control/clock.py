"""The clock of a tenant: read it, move it, let it run."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..core.records import LATEST_MS
from ..core.world import World
from ..wire.call import Answer, Call, json_answer
from ..wire.pace import LONGEST_MS
from ..wire.routes import Routes
from ..wire.transcript import rfc3339
from .desk import ControlError, Desk, desk_of, on
from .reading import LATEST, Body, Moment, millis
from .shapes import Stamp

routes = Routes()

FASTEST = 1_000_000


class ClockView(msgspec.Struct):
    """A tenant's time. `next_due` is when the next thing happens; null: nothing is planned."""

    now: Stamp
    next_due: Stamp | None
    virtual: bool
    speed: float


class ClockBody(Body):
    """What to change. `now` may only lie ahead; `speed` is of real time: 60 makes a minute of every second."""

    now: Moment | UnsetType = UNSET
    virtual: bool | UnsetType = UNSET
    speed: Annotated[float, Meta(gt=0, le=FASTEST)] | UnsetType = UNSET


class AdvanceBody(Body):
    """How far to go: until a moment, or by so many milliseconds."""

    to: Moment | UnsetType = UNSET
    by_ms: Annotated[int, Meta(ge=0, le=LONGEST_MS)] | UnsetType = UNSET


ONE_WAY = Annotated[AdvanceBody, Meta(extra_json_schema={"oneOf": [{"required": ["to"]}, {"required": ["by_ms"]}]})]


@on(routes, "GET", "/tenants/{tenant}/clock", answers={200: ClockView})
async def read_clock(call: Call) -> Answer:
    """Read a tenant's clock."""
    desk = desk_of(call)
    return json_answer(view(desk, desk.world(call)))


@on(routes, "PUT", "/tenants/{tenant}/clock", answers={200: ClockView}, refuses=(409,))
async def set_clock(call: Call, body: ClockBody) -> Answer:
    """Set a clock's mode, speed or time.

    A `now` ahead is reached as by an advance, so that nothing on the way is left out.
    """
    desk = desk_of(call)
    world = desk.world(call)
    header = world.store.header
    virtual = header.virtual if body.virtual is UNSET else body.virtual
    if body.now is not UNSET:
        target_ms = millis(body.now)
        if not header.virtual and not virtual:
            raise ControlError(409, "Clock runs", "a tenant in real time cannot be set: make it virtual first")
        _reachable(desk, world, target_ms)
        desk.pace.set_mode(world, virtual=True, speed=header.speed)
        world = await desk.pace.advance(header.name, to_ms=target_ms)
    desk.pace.set_mode(world, virtual=virtual, speed=header.speed if body.speed is UNSET else body.speed)
    return json_answer(view(desk, world))


@on(routes, "POST", "/tenants/{tenant}/clock/advance", body=ONE_WAY, answers={200: ClockView}, refuses=(409,))
async def advance(call: Call, body: AdvanceBody) -> Answer:
    """Move a virtual clock; everything due on the way has happened when this answers, webhooks included."""
    desk = desk_of(call)
    if (body.to is UNSET) == (body.by_ms is UNSET):
        raise ControlError(422, "Invalid content", "give either `to` (RFC 3339) or `by_ms` (whole milliseconds)")
    world = desk.world(call)
    by_ms = 0 if body.by_ms is UNSET else body.by_ms
    to_ms = None if body.to is UNSET else millis(body.to)
    latest_ms = millis(LATEST)
    if (world.now_ms + by_ms if to_ms is None else to_ms) > latest_ms:
        raise ControlError(409, "Clock out of range", f"time ends at {rfc3339(latest_ms)}")
    world = await desk.pace.advance(world.name, to_ms=to_ms, by_ms=by_ms)
    return json_answer(view(desk, world))


def _reachable(desk: Desk, world: World, target_ms: int) -> None:
    """Refuse a moment behind the tenant's, or too far ahead, before anything is changed on the way to it."""
    now_ms = desk.pace.now_ms(world)
    if not now_ms <= target_ms <= now_ms + LONGEST_MS:
        latest = rfc3339(min(now_ms + LONGEST_MS, millis(LATEST)))
        detail = f"`now` is {rfc3339(target_ms)}; allowed: {rfc3339(now_ms)} to {latest}"
        raise ControlError(409, "Clock out of range", detail)


def view(desk: Desk, world: World) -> ClockView:
    header, next_ms = world.store.header, world.next_due_ms()
    now_ms = header.now_ms if header.virtual else desk.pace.now_ms(world)
    told = None if next_ms is None or next_ms > LATEST_MS else rfc3339(next_ms)
    return ClockView(rfc3339(now_ms), told, header.virtual, header.speed)
