"""Subscriptions to events.

Wire contract: `courier_api` §1.12. A second subscription of a type stands beside the first; the list is a bare array.
That refusals come in the envelope: the vendor's OpenAPI description (as stored in GitHub wishboxcdek).
"""

from typing import Any

from ...core.world import World
from ...wire.call import Answer, Call
from ...wire.webhooks import target_problem
from . import settings
from .body import Reader, document
from .envelope import Error, Operations, enveloped, json, not_found, request_row, wrong_value
from .notices import TYPES
from .records import SUBSCRIPTIONS, Subscription
from .wire_values import new_uuid

routes = Operations()


@routes.post("/v2/webhooks", refused_as="CREATE")
def subscribe(call: Call) -> Answer:
    world = call.world
    reader = Reader(document(call))
    url, kind = reader.text("url", required=True), reader.text("type", required=True)
    if kind is not None and kind not in TYPES:
        reader.errors.append(Error("v2_webhook_type_incorrect", f"Webhook type {kind[:80]} is incorrect"))
    if url is not None and target_problem(url, live=False):
        reader.errors.append(wrong_value("url", url))
    reader.refuse_if_wrong()
    if settings.choice(world, "second_subscription") == "replaces":
        for key in [key for key, found in world.store.scan(SUBSCRIPTIONS) if found.kind == kind]:
            world.store.drop(SUBSCRIPTIONS, key)
    made = Subscription(new_uuid(world, "webhook"), kind or "", url or "")
    world.store.put(SUBSCRIPTIONS, made.uuid, made)
    return _done(world, {"uuid": made.uuid}, "CREATE")


@routes.get("/v2/webhooks")
def list_subscriptions(call: Call) -> Answer:
    return json([{**_shape(found), "retryable": False} for _, found in call.world.store.scan(SUBSCRIPTIONS)])


@routes.get("/v2/webhooks/{uuid}", refused_as="GET")
def get_subscription(call: Call) -> Answer:
    return _done(call.world, _shape(_asked(call)), "GET")


@routes.delete("/v2/webhooks/{uuid}", refused_as="DELETE")
def unsubscribe(call: Call) -> Answer:
    found = _asked(call)
    call.world.store.drop(SUBSCRIPTIONS, found.uuid)
    return _done(call.world, {"uuid": found.uuid}, "DELETE")


def endpoints(world: World) -> list[dict[str, Any]]:
    """Return the subscriptions as the control API shows them."""
    return [
        {"id": found.uuid, "url": found.url, "events": [found.kind], "status": "enabled"}
        for _, found in world.store.scan(SUBSCRIPTIONS)
    ]


def _asked(call: Call) -> Subscription:
    found = call.world.store.get(SUBSCRIPTIONS, call.params["uuid"].lower())
    if found is None:
        raise not_found(call.world, call.params["uuid"])
    return found


def _shape(found: Subscription) -> dict[str, Any]:
    return {"uuid": found.uuid, "type": found.kind, "url": found.url}


def _done(world: World, entity: dict[str, Any], kind: str) -> Answer:
    """A subscription is made at once: 200 and SUCCESSFUL (inferred)."""
    row = request_row(new_uuid(world, "request") if kind != "GET" else "", kind, world.now_ms, "SUCCESSFUL")
    return enveloped(world, entity, [row])
