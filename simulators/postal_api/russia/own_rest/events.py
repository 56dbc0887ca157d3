"""The feed of events of the wires of our own design: everything that happened, in the order in which it did."""

from typing import Any

import msgspec

from ....core.records import Kind
from ....core.world import World
from ....wire.call import Answer, Call
from .admission import by_login
from .ids import named, new_id, rfc3339
from .operations import OwnRoutes, guessed
from .pages import page

TOPICS = ("letter", "recipient", "sign_up", "service", "contract", "supply", "order", "return", "stock")


class Event(msgspec.Struct, frozen=True):
    """One thing that happened: `type` is `<topic>.<state>`, `subject` the id of what it happened to."""

    id: str
    type: str
    at_ms: int
    subject: str
    data: dict[str, Any] = {}


EVENTS: Kind[Event] = Kind(named("own_events"), Event)
KINDS = (EVENTS,)

routes = OwnRoutes()


def happened(world: World, type: str, subject: str, /, **data: Any) -> None:
    """Write down what happened, now, after it can be read from its subject."""
    assert type.partition(".")[0] in TOPICS, type
    event = Event(new_id(world, "evt"), type, world.now_ms, subject, data)
    world.store.put(EVENTS, event.id, event)


@routes.get("/events", admits=by_login)
def list_own_events(call: Call) -> Answer:
    """Events oldest first; `type` takes a type or the beginning of one, `subject` an id."""
    type, subject = call.query.get("type", ""), call.query.get("subject")

    def wanted(event: Event) -> bool:
        return event.type.startswith(type) and subject in (None, event.subject)

    return page(call, EVENTS, key_of=lambda event: event.id, wanted=wanted, shape=_shape)


def _shape(world: World, event: Event) -> dict[str, Any]:
    at = rfc3339(event.at_ms)
    return {"id": event.id, "type": event.type, "occurred_at": at, "subject": event.subject, "data": event.data}


FIDELITY = guessed(routes)
