"""Snapshots: a tenant as bytes, downloaded and uploaded, or kept in the server under a name."""

from typing import Annotated

import msgspec
from msgspec import Meta

from ..wire.call import Answer, Call, json_answer
from ..wire.routes import Routes
from ..wire.transcript import rfc3339
from . import tenants
from .desk import ControlError, desk_of, on
from .operations import Raw
from .reading import Body, converted, media_type
from .shapes import Stamp
from .shelf import Kept
from .tenants import TenantView

routes = Routes()

SNAPSHOT = "application/vnd.parcelproof.snapshot"
BYTES = "application/octet-stream"
NAME = r"^(?!\.{1,2}\Z)[A-Za-z0-9._ -]+\Z"


class SnapshotBody(Body):
    """A name for the tenant as it stands."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=NAME)]


class SnapshotView(msgspec.Struct):
    """A snapshot that the server keeps. `at` is the tenant's time when it was taken."""

    name: str
    at: Stamp
    size_bytes: int


class SnapshotsView(msgspec.Struct):
    """A tenant's snapshots, oldest first."""

    snapshots: list[SnapshotView]


@on(routes, "GET", "/tenants/{tenant}/snapshot", answers={200: Raw((SNAPSHOT,))})
async def download_snapshot(call: Call) -> Answer:
    """Download a tenant as bytes: its records, agenda and clock, and the newest part of its journal, masked."""
    desk = desk_of(call)
    return Answer(200, desk.tenants.snapshot(desk.world(call)), {"Content-Type": SNAPSHOT})


@on(routes, "PUT", "/tenants/{tenant}/snapshot", media=(SNAPSHOT, BYTES), answers={200: TenantView}, refuses=(422,))
async def upload_snapshot(call: Call) -> Answer:
    """Put a tenant where a snapshot stood, in place of what it was; it is made if there is none.

    Snapshots are data, never code: bytes that are none, or whose values no world can hold, are refused.
    """
    converted(call.params["tenant"], tenants.Name)
    kind = media_type(call)
    if kind not in (SNAPSHOT, BYTES):
        raise ControlError(415, "Unsupported media type", f"send {SNAPSHOT}, not {kind or 'nothing'}")
    return await _restored(call, call.body)


@on(routes, "GET", "/tenants/{tenant}/snapshots", answers={200: SnapshotsView})
async def list_snapshots(call: Call) -> Answer:
    """List the snapshots that the server keeps of a tenant."""
    desk = desk_of(call)
    return json_answer(SnapshotsView([view(kept) for kept in desk.shelf.listed(desk.world(call).name)]))


@on(
    routes,
    "POST",
    "/tenants/{tenant}/snapshots",
    answers={201: SnapshotView},
    refuses=(409,),
    gives={"snapshot": "name"},
)
async def keep_snapshot(call: Call, body: SnapshotBody) -> Answer:
    """Keep a tenant as it stands under a name, until it is dropped or the server stops."""
    desk = desk_of(call)
    world = desk.world(call)
    kept = desk.shelf.keep(world.name, body.name, world.now_ms, lambda: desk.tenants.snapshot(world))
    return json_answer(view(kept), 201)


@on(routes, "POST", "/tenants/{tenant}/snapshots/{snapshot}/restore", answers={200: TenantView})
async def restore_snapshot(call: Call) -> Answer:
    """Put a tenant back where a kept snapshot stood."""
    desk = desk_of(call)
    kept = desk.shelf.find(desk.world(call).name, call.params["snapshot"])
    return await _restored(call, kept.dump)


@on(routes, "DELETE", "/tenants/{tenant}/snapshots/{snapshot}", answers={204: None})
async def drop_snapshot(call: Call) -> Answer:
    """Drop a kept snapshot."""
    desk = desk_of(call)
    desk.shelf.drop(desk.world(call).name, call.params["snapshot"])
    return Answer(204)


async def _restored(call: Call, dump: bytes) -> Answer:
    desk, name = desk_of(call), call.params["tenant"]
    async with desk.pace.lock(name):
        world = desk.tenants.restore(name, dump)
    return json_answer(tenants.view(world))


def view(kept: Kept) -> SnapshotView:
    return SnapshotView(kept.name, rfc3339(kept.at_ms), len(kept.dump))
