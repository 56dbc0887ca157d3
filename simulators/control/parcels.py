"""Parcels: look at them, page through them, read one's timeline and label, give them another life."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..core.parcel import Parcel, Revoked, Scan, Step
from ..core.records import LATEST_MS
from ..core.status import Status
from ..core.world import World
from ..wire.call import Answer, Call, json_answer
from ..wire.carrier import Carrier
from ..wire.routes import Routes
from ..wire.transcript import rfc3339
from . import paging
from .desk import ControlError, Desk, desk_of, on
from .operations import Raw
from .reading import Body, Millis, Moment, Query, Text, millis
from .shapes import ParcelView, Stamp, parcel_view

routes = Routes()

PAGE, LONGEST_PAGE = 100, 1_000
LONGEST_JOURNEY = 1_000
LABELS = ("application/pdf", "application/zpl")
Code = Annotated[str, Meta(extra_json_schema={"x-known": "codes"})]


class ParcelsQuery(Query):
    """Which parcels: equal in all that is given. `after` is the id of a parcel: those that follow it."""

    carrier: str | UnsetType = UNSET
    reference: str | UnsetType = UNSET
    number: str | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    after: str | UnsetType = UNSET
    limit: Annotated[int, Meta(ge=1, le=LONGEST_PAGE)] = PAGE


class LabelQuery(Query):
    """In which format."""

    format: Literal["pdf", "zpl"] = "pdf"


class ParcelsView(msgspec.Struct):
    """Parcels, oldest first; `next` is what to give as `after` for the next page, null at the end."""

    parcels: list[ParcelView]
    next: str | None
    total: int


class PastEvent(msgspec.Struct):
    """A scan: when it was recorded (`at` and `recorded_at`), when it occurred, whether it was withdrawn since."""

    sequence: int
    at: Stamp
    occurred_at: Stamp
    recorded_at: Stamp
    code: str
    status: Status
    text: str
    place: str
    reason: str
    late_ms: int
    revoked: bool


class ComingEvent(msgspec.Struct):
    """A step of the journey that is still to come. `at` is null while the parcel is paused, and after the year 9999."""

    at: Stamp | None
    code: str
    place: str
    reason: str


class TimelineView(msgspec.Struct):
    """What the carrier recorded of a parcel, in that order, and what its journey still holds."""

    parcel: ParcelView
    events: list[PastEvent]
    coming: list[ComingEvent]


class StepBody(Body):
    """An event, so long after the one before it; recorded `late_ms` after it occurred."""

    after_ms: Millis
    code: Code
    place: Text = ""
    reason: Text = ""
    late_ms: Millis = 0


class RowBody(Body):
    """An event at a moment, in the order of time."""

    at: Moment
    code: Code
    place: Text = ""
    reason: Text = ""
    late_ms: Millis = 0


class JourneyBody(Body):
    """Another life: a story of the carrier's, steps, or a table of (time, state)."""

    story: Annotated[str, Meta(extra_json_schema={"x-known": "stories"})] | UnsetType = UNSET
    steps: Annotated[list[StepBody], Meta(max_length=LONGEST_JOURNEY)] | UnsetType = UNSET
    table: Annotated[list[RowBody], Meta(max_length=LONGEST_JOURNEY)] | UnsetType = UNSET


LIVES = ("story", "steps", "table")
ONE_LIFE = Annotated[JourneyBody, Meta(extra_json_schema={"oneOf": [{"required": [name]} for name in LIVES]})]


class PauseBody(Body):
    """Whether the parcel's journey stands still."""

    paused: bool


@on(routes, "GET", "/tenants/{tenant}/parcels", answers={200: ParcelsView})
async def list_parcels(call: Call, query: ParcelsQuery) -> Answer:
    """List a tenant's parcels page by page, oldest first."""
    world = desk_of(call).world(call)
    wanted = {
        name: found
        for name in ("carrier", "reference", "number", "status")
        if (found := getattr(query, name)) is not UNSET
    }
    after = None if query.after is UNSET else query.after
    page = paging.page(world, wanted, after=after, limit=query.limit)
    return json_answer(ParcelsView([parcel_view(parcel) for parcel in page.parcels], page.next, page.total))


@on(routes, "GET", "/tenants/{tenant}/parcels/{parcel}", answers={200: ParcelView})
async def read_parcel(call: Call) -> Answer:
    """Read a parcel."""
    return json_answer(parcel_view(desk_of(call).parcel(call)[1]))


@on(routes, "GET", "/tenants/{tenant}/parcels/{parcel}/timeline", answers={200: TimelineView})
async def read_timeline(call: Call) -> Answer:
    """Read what happened to a parcel and what is to come."""
    world, parcel, _ = desk_of(call).parcel(call)
    return json_answer(TimelineView(parcel_view(parcel), past(parcel), coming(world, parcel)))


@on(routes, "GET", "/tenants/{tenant}/parcels/{parcel}/label", answers={200: Raw(LABELS, attached=True)})
async def read_label(call: Call, query: LabelQuery) -> Answer:
    """Read a parcel's label as the carrier prints it."""
    world, parcel, carrier = desk_of(call).parcel(call)
    file = None if carrier.label is None else carrier.label(world, parcel, query.format)
    if file is None:
        raise ControlError(404, "No label", f"{carrier.name} has no {query.format} label of parcel {parcel.id}")
    disposition = f'inline; filename="{file.name}"'
    return Answer(200, file.body, {"Content-Type": file.content_type, "Content-Disposition": disposition})


@on(routes, "PATCH", "/tenants/{tenant}/parcels/{parcel}", answers={200: ParcelView})
async def pause_parcel(call: Call, body: PauseBody) -> Answer:
    """Stop a parcel's journey, or let it go on; the time that was left until the next step is kept."""
    world, parcel, _ = desk_of(call).parcel(call)
    return json_answer(parcel_view(world.pause(parcel) if body.paused else world.resume(parcel)))


@on(
    routes,
    "PUT",
    "/tenants/{tenant}/parcels/{parcel}/journey",
    body=ONE_LIFE,
    answers={200: ParcelView},
    refuses=(409,),
)
async def redirect_parcel(call: Call, body: JourneyBody) -> Answer:
    """Give a parcel another life, in place of what is left of its journey."""
    desk = desk_of(call)
    world, parcel, carrier = desk.parcel(call)
    if sum(getattr(body, name) is not UNSET for name in LIVES) != 1:
        raise ControlError(422, "Invalid content", "give one of `story`, `steps` and `table`")
    return json_answer(parcel_view(world.travel(parcel, _steps_of(desk, body, world, parcel, carrier))))


@on(routes, "POST", "/tenants/{tenant}/parcels/{parcel}/step", answers={201: ParcelView}, refuses=(409,))
async def step_parcel(call: Call) -> Answer:
    """Take the journey's next step now, paused or not; the one after it keeps its own delay."""
    world, parcel, carrier = desk_of(call).parcel(call)
    if parcel.step >= len(parcel.journey):
        raise ControlError(409, "Journey over", f"parcel {parcel.id} has no step left")
    scanned = carrier.scan(world, parcel, parcel.journey[parcel.step])  # first: what it refuses is not skipped
    if (scanned.journey, scanned.step) == (parcel.journey, parcel.step):
        if scanned.due:
            world.store.cut([scanned.due])
        world.skip_step(scanned)
    return json_answer(parcel_view(world.parcel(parcel.id)), 201)


def past(parcel: Parcel) -> list[PastEvent]:
    """Return a parcel's scans in the order in which they were recorded."""
    gone = {fact.revokes for fact in parcel.facts if isinstance(fact, Revoked)}
    return [_past(fact, revoked=fact.sequence in gone) for fact in parcel.facts if isinstance(fact, Scan)]


def _past(fact: Scan, *, revoked: bool) -> PastEvent:
    recorded = rfc3339(fact.at_ms)
    return PastEvent(
        fact.sequence,
        recorded,
        rfc3339(fact.occurred_ms),
        recorded,
        fact.code,
        fact.status,
        fact.text,
        fact.place,
        fact.reason,
        fact.at_ms - fact.occurred_ms,
        revoked,
    )


def coming(world: World, parcel: Parcel) -> list[ComingEvent]:
    """Return the steps that a parcel's journey still holds; a parcel called off has none."""
    due = world.store.due(parcel.due) if parcel.due else None
    left, found = (() if parcel.cancelled else parcel.journey[parcel.step :]), []
    at_ms = None if due is None else due.at_ms
    for index, step in enumerate(left):
        if at_ms is not None and index:
            at_ms += step.after_ms
        told = None if at_ms is None or at_ms > LATEST_MS else rfc3339(at_ms)
        found.append(ComingEvent(told, step.code, step.place, step.reason))
    return found


def known_code(desk: Desk, carrier: Carrier, code: str) -> None:
    """Refuse an event that is nobody's (422), or another carrier's (409)."""
    if code not in carrier.codes:
        elsewhere = any(code in other.codes for other in desk.carriers.values())
        detail = f"{carrier.name} has no event {code!r}; allowed: {', '.join(carrier.codes)}"
        raise ControlError(409 if elsewhere else 422, "Unknown code", detail)


def _steps_of(desk: Desk, body: JourneyBody, world: World, parcel: Parcel, carrier: Carrier) -> tuple[Step, ...]:
    if body.story is not UNSET:
        if body.story not in carrier.stories:
            elsewhere = any(body.story in other.stories for other in desk.carriers.values())
            detail = f"{carrier.name} has no story {body.story!r}; allowed: {', '.join(carrier.stories)}"
            raise ControlError(409 if elsewhere else 422, "Unknown story", detail)
        return carrier.story(world, parcel, body.story)
    steps = [] if body.steps is UNSET else body.steps
    table = [] if body.table is UNSET else body.table
    for code in (*(row.code for row in steps), *(row.code for row in table)):
        known_code(desk, carrier, code)
    if body.steps is not UNSET:
        return tuple(Step(row.after_ms, row.code, row.place, row.reason, row.late_ms) for row in steps)
    return _steps_of_table(table, world.now_ms)


def _steps_of_table(table: list[RowBody], now_ms: int) -> tuple[Step, ...]:
    steps, last_ms = [], now_ms
    for row in table:
        at_ms = millis(row.at)
        if at_ms < last_ms:
            detail = f"{rfc3339(at_ms)} lies before {rfc3339(last_ms)}: order by time, from now on"
            raise ControlError(409, "Out of order", detail)
        steps.append(Step(at_ms - last_ms, row.code, row.place, row.reason, row.late_ms))
        last_ms = at_ms
    return tuple(steps)
