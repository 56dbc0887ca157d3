"""Tenants: make, list, read, change, forget."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..core.records import STORE_VERSION
from ..core.world import PARCELS, World
from ..wire.call import Answer, Call, json_answer
from ..wire.masking import mask_text
from ..wire.routes import Routes
from ..wire.tenants import SECRETS, Credential
from ..wire.transcript import rfc3339
from . import settings
from .desk import desk_of, on
from .reading import Body, Moment, millis
from .settings import Settings
from .shapes import Stamp

routes = Routes()

MAILBOX = "smtp"  # the credential of a client that sends mails
NAME = r"^(?!\.{1,2}\Z)[^/\s?#%\x00-\x1f\x7f]+\Z"
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=NAME)]


class CredentialBody(Body):
    """What a client of a carrier will present; `carrier` "smtp" is for one that sends mails."""

    carrier: Annotated[str, Meta(extra_json_schema={"x-known": "credentials"})]
    id: Annotated[str, Meta(min_length=1, max_length=200)]
    secret: Annotated[str, Meta(min_length=1, max_length=500)]


class TenantBody(Body):
    """A new tenant: its chance follows from `seed`, its time starts at `now` and moves only when told if `virtual`."""

    name: Name
    seed: Annotated[str, Meta(max_length=200)] = ""
    now: Moment | UnsetType = UNSET
    virtual: bool = True
    settings: Settings = msgspec.field(default_factory=dict)
    credentials: Annotated[list[CredentialBody], Meta(max_length=100)] = msgspec.field(default_factory=list)


class SettingsBody(Body):
    """Settings to change; null takes one away."""

    settings: Settings


class CredentialView(msgspec.Struct):
    """A credential that leads to a tenant; its secret is never shown."""

    carrier: str
    id: str


class TenantView(msgspec.Struct):
    """A tenant: a world of its own, with its own clock, chance, parcels and journal."""

    name: str
    seed: str
    now: Stamp
    virtual: bool
    speed: float
    settings: dict[str, Any]
    credentials: list[CredentialView]
    parcels: int
    store_version: int


class TenantsView(msgspec.Struct):
    """All tenants of a server."""

    tenants: list[TenantView]


@on(routes, "GET", "/tenants", answers={200: TenantsView})
async def list_tenants(call: Call) -> Answer:
    """List the tenants."""
    return json_answer(TenantsView([view(world) for world in desk_of(call).tenants]))


@on(routes, "POST", "/tenants", answers={201: TenantView}, refuses=(404, 409), gives={"tenant": "name"})
async def create_tenant(call: Call, body: TenantBody) -> Answer:
    """Make a tenant with given secrets; several credentials may lead to it."""
    desk = desk_of(call)
    for wanted in body.credentials:
        if wanted.carrier != MAILBOX:
            desk.carrier(wanted.carrier)
    world = desk.tenants.create(
        body.name,
        seed=body.seed,
        now_ms=None if body.now is UNSET else millis(body.now),
        virtual=body.virtual,
        settings=settings.checked(body.settings, desk.carriers),
        credentials=[Credential(wanted.carrier, wanted.id, wanted.secret) for wanted in body.credentials],
    )
    return json_answer(view(world), 201)


@on(routes, "GET", "/tenants/{tenant}", answers={200: TenantView})
async def read_tenant(call: Call) -> Answer:
    """Read a tenant."""
    return json_answer(view(desk_of(call).world(call)))


@on(routes, "PATCH", "/tenants/{tenant}", answers={200: TenantView}, refuses=(409,))
async def change_settings(call: Call, body: SettingsBody) -> Answer:
    """Merge settings into a tenant's; null takes one away.

    What stands under a carrier's name is for it alone; a name it does not know, and a value it does not take, are
    refused.
    """
    desk = desk_of(call)
    world = desk.world(call)
    changed = settings.checked(body.settings, desk.carriers)
    merged = {**world.store.header.settings, **changed}
    world.store.header.settings = {name: value for name, value in merged.items() if value is not None}
    return json_answer(view(world))


@on(routes, "DELETE", "/tenants/{tenant}", answers={204: None})
async def delete_tenant(call: Call) -> Answer:
    """Forget a tenant, with its credentials, tokens and named snapshots."""
    desk, name = desk_of(call), call.params["tenant"]
    desk.tenants.find(name)
    async with desk.pace.lock(name):
        desk.tenants.delete(name)
    desk.pace.forget(name)
    desk.shelf.forget(name)
    return Answer(204)


def view(world: World) -> TenantView:
    header = world.store.header
    joined = [key.partition("/") for key, _ in world.store.scan(SECRETS)]
    return TenantView(
        header.name,
        header.seed,
        rfc3339(header.now_ms),
        header.virtual,
        header.speed,
        header.settings,
        [CredentialView(carrier, mask_text(found)) for carrier, _, found in joined],  # a key is its own secret
        world.store.count(PARCELS),
        STORE_VERSION,
    )
