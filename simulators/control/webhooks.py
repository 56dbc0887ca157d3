"""Webhooks: who is told, what was tried and what came of it, the same again, and the switches that disturb them."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..core.world import World
from ..wire import webhooks
from ..wire.call import Answer, Call, json_answer
from ..wire.masking import mask_header, mask_text
from ..wire.routes import Routes
from ..wire.transcript import Body as Text
from ..wire.transcript import body_of, rfc3339
from ..wire.webhooks import Attempt, Switches
from .desk import ControlError, desk_of, on
from .operations import Parsed
from .reading import Body, Count, Query, converted, whole_number
from .shapes import Stamp
from .whole import with_whole_numbers

routes = Routes()

PAGE, LONGEST_PAGE = 1_000, 10_000
DROP = bool | Annotated[int, Meta(ge=0, le=10**9)]


class EndpointView(msgspec.Struct):
    """Where a carrier sends events: as the client registered it with the carrier, without its secret."""

    carrier: str
    id: str
    url: str
    events: list[str]
    status: str


class EndpointsView(msgspec.Struct):
    """A tenant's webhook endpoints, by carrier."""

    endpoints: list[EndpointView]


class AttemptView(msgspec.Struct):
    """One delivery attempt. `status` 0: no answer, and `error` says why; `replays` is what it repeats, or 0."""

    sequence: int
    at: Stamp
    carrier: str
    event: str
    duty: str
    key: str
    url: str
    method: str
    headers: dict[str, str]
    body: Text
    status: int
    error: str
    took_ms: int
    replays: int


class AttemptsView(msgspec.Struct):
    """Attempts, oldest first; `next` is what to give as `after` for those that follow, null at the end."""

    attempts: list[AttemptView]
    next: int | None


class ReceiverAnswer(msgspec.Struct):
    """What the receiver said; of a long body the beginning. `size_bytes` is how much was read."""

    status: int
    headers: dict[str, str]
    body: Text
    size_bytes: int
    error: str


class WholeAttemptView(AttemptView, kw_only=True):
    """One delivery attempt with the receiver's answer."""

    answer: ReceiverAnswer


class ReplayView(msgspec.Struct):
    """The attempt that repeats another."""

    sequence: int


class AttemptsQuery(Query):
    """Which attempts."""

    carrier: str | UnsetType = UNSET
    event: str | UnsetType = UNSET
    after: Count = 0
    limit: Annotated[int, Meta(ge=1, le=LONGEST_PAGE)] = PAGE


def _changes() -> Any:
    """Return the shape of a change of switches: each may be given or left out."""
    fields = {field.name: field.type for field in msgspec.structs.fields(Switches)} | {"drop": DROP}
    shown: list[Any] = [(name, found | UnsetType, UNSET) for name, found in fields.items()]
    return msgspec.defstruct("SwitchesBody", shown, bases=(Body,), kw_only=True)


SwitchesBody: Any = _changes()


@on(routes, "GET", "/tenants/{tenant}/webhooks/{carrier}", answers={200: Switches})
async def read_switches(call: Call) -> Answer:
    """Read how a carrier's webhooks are disturbed."""
    desk = desk_of(call)
    return json_answer(webhooks.switches(desk.world(call), desk.carrier(call.params["carrier"]).name))


@on(
    routes,
    "PATCH",
    "/tenants/{tenant}/webhooks/{carrier}",
    body=Parsed(dict[str, Any], SwitchesBody),
    answers={200: Switches},
    refuses=(409,),
)
async def set_switches(call: Call, body: dict[str, Any]) -> Answer:
    """Change how a carrier's webhooks are disturbed; what is left out stays as it is."""
    desk = desk_of(call)
    world, found = desk.world(call), desk.carrier(call.params["carrier"])
    carrier = found.name
    changed = with_whole_numbers(body, SwitchesBody)
    converted(changed, SwitchesBody)
    merged = {**msgspec.to_builtins(webhooks.switches(world, carrier)), **changed}
    wanted = converted(merged, Switches)
    if trouble := webhooks.switches_problem(wanted, carrier, signs=found.signs):
        raise ControlError(409, "Unsigned webhooks", trouble)
    webhooks.set_switches(world, carrier, wanted)
    return json_answer(webhooks.switches(world, carrier))


@on(routes, "GET", "/tenants/{tenant}/webhook-endpoints", answers={200: EndpointsView})
async def list_endpoints(call: Call) -> Answer:
    """List where carriers send a tenant's events."""
    desk = desk_of(call)
    world = desk.world(call)
    rows = [
        EndpointView(carrier=carrier.name, **{**row, "url": mask_text(row["url"])})
        for carrier in desk.carriers.values()
        if carrier.endpoints is not None
        for row in carrier.endpoints(world)
    ]
    return json_answer(EndpointsView(rows))


@on(routes, "GET", "/tenants/{tenant}/webhook-attempts", answers={200: AttemptsView})
async def list_attempts(call: Call, query: AttemptsQuery) -> Answer:
    """List what was tried to be delivered and what came of it, oldest first."""
    found = [attempt for attempt in webhooks.attempts(desk_of(call).world(call)) if _fits(attempt, query)]
    page = found[: query.limit]
    following = page[-1].sequence if len(found) > query.limit else None
    return json_answer(AttemptsView([AttemptView(*_row(attempt)) for attempt in page], following))


@on(routes, "GET", "/tenants/{tenant}/webhook-attempts/{sequence}", answers={200: WholeAttemptView})
async def read_attempt(call: Call) -> Answer:
    """Read one attempt: the whole request as it was sent, secrets masked, and the receiver's answer."""
    attempt = _attempt(call, desk_of(call).world(call))
    headers = {name: mask_header(name, value) for name, value in attempt.answer_headers.items()}
    size_bytes = attempt.answer_size_bytes
    answer = ReceiverAnswer(attempt.status, headers, body_of(attempt.answer_body), size_bytes, attempt.error)
    return json_answer(WholeAttemptView(*_row(attempt), answer=answer))


@on(routes, "POST", "/tenants/{tenant}/webhook-attempts/{sequence}/replay", answers={202: ReplayView}, refuses=(409,))
async def replay_attempt(call: Call) -> Answer:
    """Send the very same bytes again, now, signed as they were then; nothing else moves."""
    desk = desk_of(call)
    world = desk.world(call)
    sequence = webhooks.replay(world, _attempt(call, world).sequence)
    if world.store.header.virtual:
        await desk.pace.advance(world.name, by_ms=0)
    else:
        desk.pace.catch_up(world)
    return json_answer(ReplayView(sequence), 202)


def _attempt(call: Call, world: World) -> Attempt:
    sequence = whole_number(call.params["sequence"], "the attempt's sequence")
    found = world.store.get(webhooks.ATTEMPTS, str(sequence))
    if found is None:
        raise ControlError(404, "Unknown attempt", f"there is no attempt {sequence}, or it was forgotten")
    return found


def _fits(attempt: Attempt, query: AttemptsQuery) -> bool:
    if query.carrier is not UNSET and attempt.carrier != query.carrier:
        return False
    return attempt.sequence > query.after and (query.event is UNSET or attempt.event == query.event)


def _row(attempt: Attempt) -> tuple[Any, ...]:
    return (
        attempt.sequence,
        rfc3339(attempt.at_ms),
        attempt.carrier,
        attempt.event,
        attempt.duty,
        attempt.key,
        mask_text(attempt.url),
        attempt.method,
        {name: mask_header(name, value) for name, value in attempt.headers.items()},
        body_of(attempt.body),
        attempt.status,
        attempt.error,
        attempt.took_ms,
        attempt.replays,
    )
