"""Tenants: make, list, read, change, forget; and as bytes."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ..core.records import STORE_VERSION
from ..core.world import PARCELS, World
from ..wire.call import Answer, Call, json_answer
from ..wire.routes import Routes
from ..wire.tenants import SECRETS, Credential
from ..wire.transcript import rfc3339
from . import settings
from .desk import ControlError, desk_of, on
from .reading import Body, Moment, body_as, millis

routes = Routes()

SNAPSHOT = "application/vnd.parcelproof.snapshot"
MAILBOX = "smtp"  # the credential of a client that sends mails


class CredentialBody(Body):
    carrier: str
    id: Annotated[str, Meta(min_length=1, max_length=200)]
    secret: Annotated[str, Meta(min_length=1, max_length=500)]


class TenantBody(Body):
    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^/\s?#%\x00-\x1f\x7f]+\Z")]
    seed: Annotated[str, Meta(max_length=200)] = ""
    now: Moment | None = None
    virtual: bool = True
    settings: dict[str, Any] = msgspec.field(default_factory=dict)
    credentials: Annotated[list[CredentialBody], Meta(max_length=100)] = msgspec.field(default_factory=list)


class SettingsBody(Body):
    settings: dict[str, Any]


@on(routes, "GET", "/tenants")
async def list_tenants(call: Call) -> Answer:
    return json_answer({"tenants": [view(world) for world in desk_of(call).tenants]})


@on(routes, "POST", "/tenants")
async def create_tenant(call: Call) -> Answer:
    desk, body = desk_of(call), body_as(call, TenantBody)
    for wanted in body.credentials:
        if wanted.carrier != MAILBOX:
            desk.carrier(wanted.carrier)
    world = desk.tenants.create(
        body.name,
        seed=body.seed,
        now_ms=None if body.now is None else millis(body.now),
        virtual=body.virtual,
        settings=settings.checked(body.settings, _stories(call)),
        credentials=[Credential(wanted.carrier, wanted.id, wanted.secret) for wanted in body.credentials],
    )
    return json_answer(view(world), 201)


@on(routes, "GET", "/tenants/{tenant}")
async def read_tenant(call: Call) -> Answer:
    return json_answer(view(desk_of(call).world(call)))


@on(routes, "PATCH", "/tenants/{tenant}")
async def change_settings(call: Call) -> Answer:
    world = desk_of(call).world(call)
    changed = settings.checked(body_as(call, SettingsBody).settings, _stories(call))
    merged = {**world.store.header.settings, **changed}
    world.store.header.settings = {name: value for name, value in merged.items() if value is not None}
    return json_answer(view(world))


@on(routes, "DELETE", "/tenants/{tenant}")
async def delete_tenant(call: Call) -> Answer:
    desk, name = desk_of(call), call.params["tenant"]
    desk.tenants.find(name)
    async with desk.pace.lock(name):
        desk.tenants.delete(name)
    desk.pace.forget(name)
    return Answer(204)


@on(routes, "GET", "/tenants/{tenant}/snapshot")
async def save(call: Call) -> Answer:
    desk = desk_of(call)
    return Answer(200, desk.tenants.snapshot(desk.world(call)), {"Content-Type": SNAPSHOT})


@on(routes, "PUT", "/tenants/{tenant}/snapshot")
async def restore(call: Call) -> Answer:
    desk, name = desk_of(call), call.params["tenant"]
    kind = call.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in (SNAPSHOT, "application/octet-stream"):
        raise ControlError(415, "Unsupported media type", f"send {SNAPSHOT}, not {kind or 'nothing'}")
    async with desk.pace.lock(name):
        world = desk.tenants.restore(name, call.body)
    return json_answer(view(world))


def view(world: World) -> dict[str, object]:
    header = world.store.header
    joined = [key.partition("/") for key, _ in world.store.scan(SECRETS)]
    return {
        "name": header.name,
        "seed": header.seed,
        "now": rfc3339(header.now_ms),
        "virtual": header.virtual,
        "speed": header.speed,
        "settings": header.settings,
        "credentials": [{"carrier": carrier, "id": found} for carrier, _, found in joined],
        "parcels": world.store.count(PARCELS),
        "store_version": STORE_VERSION,
    }


def _stories(call: Call) -> set[str]:
    return {story for carrier in desk_of(call).carriers.values() for story in carrier.stories}
