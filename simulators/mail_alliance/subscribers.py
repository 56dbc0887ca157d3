"""Webhook endpoints as records, and whom an event is told."""

from typing import Any

import msgspec

from ..core.records import Kind
from ..core.world import World
from ..wire import webhooks
from .ids import CARRIER, environment

DUTY = f"{CARRIER}.webhook"


class Endpoint(msgspec.Struct, frozen=True, gc=False):
    """An endpoint. `secret` is `whsec_` and base64; `old_secret` signs as well until `old_until_ms`.

    `failing_ms` is the moment of the first failure since the last success.
    """

    id: str
    ordinal: int
    livemode: bool
    url: str
    description: str
    events: tuple[str, ...]
    status: str
    secret: str
    created_ms: int
    old_secret: str = ""
    old_until_ms: int = 0
    failing_ms: int | None = None
    disabled_reason: str = ""


ENDPOINTS: Kind[Endpoint] = Kind(f"{CARRIER}.endpoints", Endpoint)  # endpoint id -> endpoint


def endpoints(world: World, livemode: bool) -> list[Endpoint]:
    """Return the endpoints of an environment, oldest first."""
    return [endpoint for _, endpoint in world.store.scan(ENDPOINTS) if endpoint.livemode is livemode]


def listed(world: World) -> list[dict[str, Any]]:
    """Return the endpoints of both environments as the control API shows them: without their secrets."""
    return [
        {"id": found.id, "url": found.url, "events": list(found.events), "status": found.status}
        for _, found in world.store.scan(ENDPOINTS)
    ]


def wants(endpoint: Endpoint, kind: str) -> bool:
    return endpoint.status == "enabled" and ("*" in endpoint.events or kind in endpoint.events)


def tell(world: World, livemode: bool, ordinal: int, kind: str, *, reference: str, times: int = 1) -> int:
    """Plan the webhooks of an event for every endpoint that wants it; return how many endpoints that are."""
    if not world.store.count(ENDPOINTS):
        return 0
    told = [endpoint for endpoint in endpoints(world, livemode) if wants(endpoint, kind)]
    for endpoint in told:
        for _ in range(times):
            tell_one(world, endpoint, ordinal, reference=reference)
    return len(told)


def tell_one(world: World, endpoint: Endpoint, ordinal: int, *, reference: str = "") -> None:
    """Plan one event's webhook for one endpoint."""
    webhooks.plan(world, CARRIER, DUTY, delivery_key(endpoint, ordinal), note="1", reference=reference)


def delivery_key(endpoint: Endpoint, ordinal: int) -> str:
    return f"{endpoint.id}/{ordinal}"


def event_key(livemode: bool, ordinal: int) -> str:
    return f"{environment(livemode)}/{ordinal}"
