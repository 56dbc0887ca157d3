"""Events (Part 6): list, read, replay."""

from collections.abc import Iterable
from typing import Any

from ..core.world import World
from ..wire.call import Answer, Call, json_answer
from ..wire.routes import Routes
from .bodies import canonical_form, checked, optional_document
from .deliveries import begin_again
from .idempotency import once
from .log import Event, event_at, event_id, find_event, last_ordinal
from .pages import choice_of, page
from .payloads import payload
from .problems import Refused
from .shapes import NOTHING
from .statuses import EVENT_TYPES
from .subscribers import ENDPOINTS, Endpoint, endpoints, tell_one, wants

routes = Routes()
SCOPE = "webhooks:manage"


@routes.get("/v1/events", scope=SCOPE, quota=("default",))
def list_events(call: Call) -> Answer:
    """Every event, oldest first, as its webhook tells it."""
    world, livemode = call.world, bool(call.notes["livemode"])
    kind = choice_of(call, "type", EVENT_TYPES)

    def walk(begin: int) -> Iterable[tuple[int, Event]]:
        for ordinal in range(begin, last_ordinal(world, livemode) + 1):
            event = event_at(world, livemode, ordinal)
            if event is not None and kind in (None, event.type):
                yield ordinal, event

    def shown(ordinal: int, event: Event) -> dict[str, Any]:
        return _shape(world, livemode, ordinal, event)

    return page(call, filters={"type": kind}, start=1, walk=walk, shape=shown)


@routes.get("/v1/events/{id}", scope=SCOPE, quota=("default",))
def read_event(call: Call) -> Answer:
    """One event."""
    livemode, ordinal, event = _own_event(call)
    return json_answer(_shape(call.world, livemode, ordinal, event))


@routes.post("/v1/events/{id}/replay", scope=SCOPE, quota=("default",))
def replay_event(call: Call) -> Answer:
    """Send an event again, with the same webhook id, to every endpoint that wants it."""
    body = optional_document(call)
    return once(call, canonical_form(body), lambda: _replay(call, body))


def _replay(call: Call, body: object) -> Answer:
    checked(NOTHING, body)
    livemode, ordinal, event = _own_event(call)
    told = _receivers(call.world, livemode, event)
    if not told:
        detail = f"No enabled endpoint wants {event.type}."
        raise Refused("invalid-state", detail, {"state": "no_endpoint", "allowed": ["enabled"]})
    reference = call.world.parcel(event.parcel).reference if event.parcel else ""
    for endpoint in told:
        begin_again(call.world, endpoint, ordinal)
        tell_one(call.world, endpoint, ordinal, reference=reference)
    reply = {"event_id": event_id(call.world, livemode, ordinal), "endpoints": [endpoint.id for endpoint in told]}
    return json_answer({**reply, "livemode": livemode}, 202)


def _receivers(world: World, livemode: bool, event: Event) -> list[Endpoint]:
    if event.type == "endpoint.ping":
        endpoint = world.store.get(ENDPOINTS, event.subject)
        return [endpoint] if endpoint is not None and endpoint.status == "enabled" else []
    return [endpoint for endpoint in endpoints(world, livemode) if wants(endpoint, event.type)]


def _own_event(call: Call) -> tuple[bool, int, Event]:
    livemode, text = bool(call.notes["livemode"]), call.params["id"]
    found = find_event(call.world, livemode, text)
    if found is None:
        if find_event(call.world, not livemode, text) is not None:
            raise Refused("forbidden", "This event belongs to the other environment.")
        raise Refused("not-found", f"There is no event {text[:40]!r}.")
    return livemode, *found


def _shape(world: World, livemode: bool, ordinal: int, event: Event) -> dict[str, Any]:
    told = payload(world, livemode, ordinal, event)
    return {"id": event_id(world, livemode, ordinal), **told, "livemode": livemode}
