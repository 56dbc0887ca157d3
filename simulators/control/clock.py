"""The clock of a tenant: read it, move it, let it run."""

from typing import Annotated

from msgspec import Meta

from ..core.world import World
from ..wire.call import Answer, Call, json_answer
from ..wire.routes import Routes
from ..wire.transcript import rfc3339
from .desk import ControlError, Desk, desk_of, on
from .reading import Body, Millis, Moment, body_as, millis

routes = Routes()


class ClockBody(Body):
    now: Moment | None = None
    virtual: bool | None = None
    speed: Annotated[float, Meta(gt=0, le=1_000_000)] | None = None


class AdvanceBody(Body):
    to: Moment | None = None
    by_ms: Millis | None = None


@on(routes, "GET", "/tenants/{tenant}/clock")
async def read_clock(call: Call) -> Answer:
    desk = desk_of(call)
    return json_answer(view(desk, desk.world(call)))


@on(routes, "PUT", "/tenants/{tenant}/clock")
async def set_clock(call: Call) -> Answer:
    """Set mode and speed; a `now` ahead is reached as by an advance, so that nothing on the way is left out."""
    desk, body = desk_of(call), body_as(call, ClockBody)
    world = desk.world(call)
    header = world.store.header
    virtual = header.virtual if body.virtual is None else body.virtual
    target_ms = None if body.now is None else millis(body.now)
    if target_ms is not None:
        if not header.virtual and not virtual:
            raise ControlError(409, "Clock runs", "a tenant in real time cannot be set: make it virtual first")
        desk.pace.set_mode(world, virtual=True, speed=header.speed)
        world = await desk.pace.advance(header.name, to_ms=target_ms)
    desk.pace.set_mode(world, virtual=virtual, speed=header.speed if body.speed is None else body.speed)
    return json_answer(view(desk, world))


@on(routes, "POST", "/tenants/{tenant}/clock/advance")
async def advance(call: Call) -> Answer:
    desk, body = desk_of(call), body_as(call, AdvanceBody)
    if (body.to is None) == (body.by_ms is None):
        raise ControlError(422, "Invalid content", "give either `to` (RFC 3339) or `by_ms` (whole milliseconds)")
    to_ms = None if body.to is None else millis(body.to)
    world = await desk.pace.advance(call.params["tenant"], to_ms=to_ms, by_ms=body.by_ms or 0)
    return json_answer(view(desk, world))


def view(desk: Desk, world: World) -> dict[str, object]:
    header, next_ms = world.store.header, world.next_due_ms()
    now_ms = header.now_ms if header.virtual else desk.pace.now_ms(world)
    return {
        "now": rfc3339(now_ms),
        "next_due": None if next_ms is None else rfc3339(next_ms),
        "virtual": header.virtual,
        "speed": header.speed,
    }
