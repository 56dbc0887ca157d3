"""Webhook endpoints (Part 6): create, list, read, change, delete, rotate the secret, ping, see deliveries."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec

from ..core.world import World
from ..wire.call import Answer, Call, json_answer
from ..wire.routes import Routes
from ..wire.webhooks import target_problem
from .bodies import canonical_form, checked, document, optional_document
from .deliveries import DELIVERIES, Delivery, deliveries_of
from .idempotency import once
from .ids import CARRIER, environment, numbered
from .log import Event, append, event_id
from .pages import page
from .problems import Refused, invalid
from .shapes import ENDPOINT, ENDPOINT_CHANGE, NOTHING
from .shipments import require_environment
from .signatures import new_secret
from .subscribers import ENDPOINTS, Endpoint, endpoints, tell_one
from .times import DAY_MS, rfc3339

MOST_ENDPOINTS = 10
ROTATION_MS = DAY_MS
API_VERSION = "v1"
ENDPOINT_COUNTER = f"{CARRIER}.endpoints"

routes = Routes()
SCOPE = "webhooks:manage"


@routes.post("/v1/webhook-endpoints", scope=SCOPE, quota=("default",))
def create_endpoint(call: Call) -> Answer:
    """A new endpoint; its secret is shown in this reply only."""
    body = document(call)
    return once(call, canonical_form(body), lambda: _create(call, body))


@routes.get("/v1/webhook-endpoints", scope=SCOPE, quota=("default",))
def list_endpoints(call: Call) -> Answer:
    """All endpoints, newest first."""
    world, livemode = call.world, bool(call.notes["livemode"])

    def walk(begin: int) -> Iterable[tuple[int, Endpoint]]:
        for endpoint in reversed(endpoints(world, livemode)):
            if endpoint.ordinal <= begin:
                yield endpoint.ordinal, endpoint

    last = world.store.header.counters.get(f"{ENDPOINT_COUNTER}.{environment(livemode)}", 0)
    return page(call, filters={}, start=last, walk=walk, shape=lambda _, endpoint: shape(endpoint))


@routes.get("/v1/webhook-endpoints/{id}", scope=SCOPE, quota=("default",))
def read_endpoint(call: Call) -> Answer:
    """One endpoint, without its secret."""
    return json_answer(shape(own_endpoint(call)))


@routes.patch("/v1/webhook-endpoints/{id}", scope=SCOPE, quota=("default",))
def change_endpoint(call: Call) -> Answer:
    """Change URL, description, events or status; enabling one again clears the reason it was switched off."""
    endpoint = own_endpoint(call)
    asked = checked(ENDPOINT_CHANGE, document(call))
    if "url" in asked:
        _check_url(asked["url"], livemode=endpoint.livemode)
    if "events" in asked:
        asked["events"] = _events(asked)
    if "status" in asked:
        asked |= {"disabled_reason": "", "failing_ms": None}
    endpoint = msgspec.structs.replace(endpoint, **asked)
    call.world.store.put(ENDPOINTS, endpoint.id, endpoint)
    return json_answer(shape(endpoint))


@routes.delete("/v1/webhook-endpoints/{id}", scope=SCOPE, quota=("default",))
def delete_endpoint(call: Call) -> Answer:
    """Forget an endpoint and its deliveries; the events stay."""
    endpoint = own_endpoint(call)
    call.world.store.drop(ENDPOINTS, endpoint.id)
    for key, delivery in call.world.store.scan(DELIVERIES):
        if delivery.endpoint == endpoint.id:
            call.world.store.drop(DELIVERIES, key)
    return Answer(204)


@routes.post("/v1/webhook-endpoints/{id}/rotate-secret", scope=SCOPE, quota=("default",))
def rotate_secret(call: Call) -> Answer:
    """A new secret; for 24 hours the old one signs as well."""
    endpoint, world = own_endpoint(call), call.world
    checked(NOTHING, optional_document(call))
    if endpoint.old_secret and world.now_ms < endpoint.old_until_ms:
        until = rfc3339(endpoint.old_until_ms)
        facts = {"state": "rotating", "allowed": ["settled"]}
        raise Refused("invalid-state", f"The old secret still signs until {until}; rotate again then.", facts)
    until_ms = world.now_ms + ROTATION_MS
    endpoint = msgspec.structs.replace(
        endpoint, secret=new_secret(world), old_secret=endpoint.secret, old_until_ms=until_ms
    )
    world.store.put(ENDPOINTS, endpoint.id, endpoint)
    return json_answer({**shape(endpoint), "secret": endpoint.secret, "old_secret_until": rfc3339(until_ms)})


@routes.post("/v1/webhook-endpoints/{id}/ping", scope=SCOPE, quota=("default",))
def ping_endpoint(call: Call) -> Answer:
    """Send `endpoint.ping` now."""
    endpoint = own_endpoint(call)
    checked(NOTHING, optional_document(call))
    if endpoint.status != "enabled":
        raise Refused("invalid-state", f"The endpoint is {endpoint.status}.", _enabled_only(endpoint))
    ordinal = _ping(call.world, endpoint)
    reply = {"event_id": event_id(call.world, endpoint.livemode, ordinal), "livemode": endpoint.livemode}
    return json_answer(reply, 202)


@routes.get("/v1/webhook-endpoints/{id}/deliveries", scope=SCOPE, quota=("default",))
def list_deliveries(call: Call) -> Answer:
    """What was sent to an endpoint and what came of it, newest event first."""
    endpoint, world = own_endpoint(call), call.world
    found = deliveries_of(world, endpoint)

    def walk(begin: int) -> Iterable[tuple[int, Delivery]]:
        return ((delivery.ordinal, delivery) for delivery in found if delivery.ordinal <= begin)

    def shown(_: int, delivery: Delivery) -> dict[str, Any]:
        return _delivery_shape(world, endpoint, delivery)

    return page(call, filters={}, start=found[0].ordinal if found else 0, walk=walk, shape=shown)


def own_endpoint(call: Call) -> Endpoint:
    """Return the endpoint that the path names."""
    endpoint_id = call.params["id"]
    endpoint = call.world.store.get(ENDPOINTS, endpoint_id)
    if endpoint is None:
        raise Refused("not-found", f"There is no webhook endpoint {endpoint_id[:40]!r}.")
    require_environment(call, endpoint.livemode)
    return endpoint


def shape(endpoint: Endpoint) -> dict[str, Any]:
    """Return an endpoint as replies show it, without its secret."""
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": list(endpoint.events),
        "status": endpoint.status,
        "disabled_reason": endpoint.disabled_reason or None,
        "created_at": rfc3339(endpoint.created_ms),
        "api_version": API_VERSION,
        "livemode": endpoint.livemode,
    }


def _create(call: Call, body: object) -> Answer:
    world, livemode = call.world, bool(call.notes["livemode"])
    asked = checked(ENDPOINT, body)
    _check_url(asked["url"], livemode=livemode)
    if (found := len(endpoints(world, livemode))) >= MOST_ENDPOINTS:
        detail = f"There are {found} endpoints already; delete one first."
        raise Refused("limits-exceeded", detail, {"limit": MOST_ENDPOINTS, "actual": found + 1})
    ordinal = world.count(f"{ENDPOINT_COUNTER}.{environment(livemode)}")
    endpoint = Endpoint(
        numbered(world, "whe", livemode, ordinal),
        ordinal,
        livemode,
        asked["url"],
        asked.get("description", ""),
        _events(asked),
        "enabled",
        new_secret(world),
        world.now_ms,
    )
    world.store.put(ENDPOINTS, endpoint.id, endpoint)
    _ping(world, endpoint)
    location = f"{call.origin}/v1/webhook-endpoints/{endpoint.id}"
    return json_answer({**shape(endpoint), "secret": endpoint.secret}, 201, {"Location": location})


def _ping(world: World, endpoint: Endpoint) -> int:
    """Write a ping down and plan it for this endpoint only, whatever events it wants."""
    event = Event("endpoint.ping", world.now_ms, subject=endpoint.id)
    ordinal = append(world, endpoint.livemode, event, times=0)
    tell_one(world, endpoint, ordinal)
    return ordinal


def _events(asked: dict[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(asked.get("events", ("*",))))


def _check_url(url: str, *, livemode: bool) -> None:
    """Refuse a URL that no webhook may go to: https only, http for loopback in test; no inward targets in live."""
    if problem := target_problem(url, live=livemode):
        raise invalid("/url", "pattern", problem)
    parts = urlsplit(url)
    if parts.scheme == "http" and not _loopback(parts.hostname or ""):
        raise invalid("/url", "pattern", "http is for loopback only, and only in test; use https")


def _loopback(host: str) -> bool:
    if host in ("localhost",) or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _enabled_only(endpoint: Endpoint) -> dict[str, Any]:
    return {"state": endpoint.status, "allowed": ["enabled"]}


def _delivery_shape(world: World, endpoint: Endpoint, delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "event_id": event_id(world, endpoint.livemode, delivery.ordinal),
        "type": delivery.type,
        "status": delivery.state,
        "attempts": [
            {"at": rfc3339(one.at_ms), "status": one.status or None, "error": one.error or None}
            for one in delivery.tries
        ],
        "next_attempt_at": None if delivery.next_ms is None else rfc3339(delivery.next_ms),
        "livemode": endpoint.livemode,
    }
