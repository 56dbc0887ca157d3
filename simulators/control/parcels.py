"""Parcels: look at them, make scans happen or unhappen, give them another life."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ..core.parcel import Fact, Parcel, Step
from ..core.world import PARCELS, World
from ..wire.call import Answer, Call, json_answer
from ..wire.carrier import Carrier
from ..wire.routes import Routes
from ..wire.transcript import rfc3339
from .desk import ControlError, desk_of, on
from .reading import Body, Millis, Moment, Text, body_as, millis, only_known, whole_number

routes = Routes()

FILTERS = ("carrier", "reference", "number")


class ScanBody(Body):
    code: str
    occurred_at: Moment | None = None
    reason: Text = ""
    place: Text = ""


class StepBody(Body):
    after_ms: Millis
    code: str
    place: Text = ""
    reason: Text = ""
    late_ms: Millis = 0


class RowBody(Body):
    at: Moment
    code: str
    place: Text = ""
    reason: Text = ""
    late_ms: Millis = 0


class JourneyBody(Body):
    story: str | None = None
    steps: Annotated[list[StepBody], Meta(max_length=1000)] | None = None
    table: Annotated[list[RowBody], Meta(max_length=1000)] | None = None


class PauseBody(Body):
    paused: bool


@on(routes, "GET", "/tenants/{tenant}/parcels")
async def list_parcels(call: Call) -> Answer:
    only_known(call, *FILTERS)
    wanted = {name: call.query[name] for name in FILTERS if name in call.query}
    world = desk_of(call).world(call)
    found = [parcel for _, parcel in world.store.scan(PARCELS) if _fits(parcel, wanted)]
    return json_answer({"parcels": [view(parcel) for parcel in found]})


@on(routes, "GET", "/tenants/{tenant}/parcels/{parcel}")
async def read_parcel(call: Call) -> Answer:
    return json_answer(view(desk_of(call).parcel(call)[1]))


@on(routes, "PATCH", "/tenants/{tenant}/parcels/{parcel}")
async def pause(call: Call) -> Answer:
    world, parcel, _ = desk_of(call).parcel(call)
    wanted = body_as(call, PauseBody).paused
    return json_answer(view(world.pause(parcel) if wanted else world.resume(parcel)))


@on(routes, "POST", "/tenants/{tenant}/parcels/{parcel}/scans")
async def scan(call: Call) -> Answer:
    world, parcel, carrier = desk_of(call).parcel(call)
    body = body_as(call, ScanBody)
    _known_code(carrier, body.code)
    occurred_ms = world.now_ms if body.occurred_at is None else millis(body.occurred_at)
    if occurred_ms > world.now_ms:
        raise ControlError(422, "Invalid content", f"occurred_at lies after now, {rfc3339(world.now_ms)}")
    step = Step(0, body.code, body.place, body.reason, world.now_ms - occurred_ms)
    return json_answer(view(carrier.scan(world, parcel, step)), 201)


@on(routes, "DELETE", "/tenants/{tenant}/parcels/{parcel}/scans/{sequence}")
async def revoke(call: Call) -> Answer:
    world, parcel, carrier = desk_of(call).parcel(call)
    sequence = whole_number(call.params["sequence"], "the scan's sequence")
    return json_answer(view(carrier.revoke(world, parcel, sequence)))


@on(routes, "PUT", "/tenants/{tenant}/parcels/{parcel}/journey")
async def redirect(call: Call) -> Answer:
    world, parcel, carrier = desk_of(call).parcel(call)
    body = body_as(call, JourneyBody)
    if sum(part is not None for part in (body.story, body.steps, body.table)) != 1:
        raise ControlError(422, "Invalid content", "give one of `story`, `steps` and `table`")
    return json_answer(view(world.travel(parcel, _steps_of(body, world, parcel, carrier))))


@on(routes, "POST", "/tenants/{tenant}/parcels/{parcel}/step")
async def step(call: Call) -> Answer:
    """Take the journey's next step now, paused or not; the one after it keeps its own delay."""
    world, parcel, carrier = desk_of(call).parcel(call)
    if parcel.due:
        world.store.cut([parcel.due])
    taken = world.skip_step(parcel)
    if taken is None:
        raise ControlError(409, "Journey over", f"parcel {parcel.id} has no step left")
    return json_answer(view(carrier.scan(world, *taken)), 201)


def view(parcel: Parcel) -> dict[str, object]:
    return {
        "id": parcel.id,
        "carrier": parcel.carrier,
        "number": parcel.number,
        "reference": parcel.reference,
        "status": parcel.status,
        "scans": parcel.scans,
        "journey": parcel.journey,
        "step": parcel.step,
        "paused": parcel.paused,
        "return_of": parcel.return_of,
        "facts": [fact_view(fact) for fact in parcel.facts],
    }


def fact_view(fact: Fact) -> dict[str, Any]:
    """Return a fact by its tag, with moments as RFC 3339: {"fact": "scan", "at": …, "occurred_at": …, …}."""
    shown = msgspec.to_builtins(fact)
    named = {"fact": shown.pop("type"), "at": rfc3339(shown.pop("at_ms"))}
    if "occurred_ms" in shown:
        named["occurred_at"] = rfc3339(shown.pop("occurred_ms"))
    return {**named, **shown}


def _fits(parcel: Parcel, wanted: dict[str, str]) -> bool:
    return all(getattr(parcel, name) == value for name, value in wanted.items())


def _known_code(carrier: Carrier, code: str) -> None:
    if code not in carrier.codes:
        allowed = ", ".join(carrier.codes)
        raise ControlError(422, "Unknown code", f"{carrier.name} has no event {code!r}; allowed: {allowed}")


def _steps_of(body: JourneyBody, world: World, parcel: Parcel, carrier: Carrier) -> tuple[Step, ...]:
    if body.story is not None:
        if body.story not in carrier.stories:
            allowed = ", ".join(carrier.stories)
            raise ControlError(422, "Unknown story", f"{carrier.name} has no story {body.story!r}; allowed: {allowed}")
        return carrier.story(world, parcel, body.story)
    for row in (*(body.steps or ()), *(body.table or ())):
        _known_code(carrier, row.code)
    if body.steps is not None:
        return tuple(Step(row.after_ms, row.code, row.place, row.reason, row.late_ms) for row in body.steps)
    return _steps_of_table(body.table or [], world.now_ms)


def _steps_of_table(table: list[RowBody], now_ms: int) -> tuple[Step, ...]:
    steps, last_ms = [], now_ms
    for row in table:
        at_ms = millis(row.at)
        if at_ms < last_ms:
            raise ControlError(
                422, "Invalid content", f"{rfc3339(at_ms)} lies before {rfc3339(last_ms)}: order by time"
            )
        steps.append(Step(at_ms - last_ms, row.code, row.place, row.reason, row.late_ms))
        last_ms = at_ms
    return tuple(steps)
