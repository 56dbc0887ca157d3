"""Scans made by hand: now or recorded later, told once or several times, withdrawn again."""

import logging
from collections.abc import Iterable, Mapping
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..core.errors import Rejected
from ..core.parcel import Parcel, Step
from ..core.records import Due
from ..core.world import Duty, Effect, Perform, World
from ..wire import webhooks
from ..wire.call import Answer, Call, json_answer
from ..wire.carrier import Carrier
from ..wire.pace import LONGEST_MS
from ..wire.routes import Routes
from ..wire.transcript import rfc3339
from .desk import ControlError, desk_of, on
from .parcels import Code, known_code
from .reading import Body, Moment, Text, millis, whole_number
from .shapes import ParcelView, parcel_view

log = logging.getLogger(__name__)

routes = Routes()

LATE = "late-scan"  # "<carrier>.late-scan" is the duty that records a scan put off


class ScanBody(Body):
    """One event of the carrier. `reorder` lets the webhook wait, so that the next may overtake it."""

    code: Code
    occurred_at: Moment | UnsetType = UNSET
    reason: Text = ""
    place: Text = ""
    delay_recorded_ms: Annotated[int, Meta(ge=0, le=LONGEST_MS)] = 0
    duplicate: Annotated[int, Meta(ge=0, le=100)] = 0
    reorder: bool = False


class Told(msgspec.Struct, frozen=True):
    """A scan and how its webhooks go out: `duplicate` extra copies, `reorder`ed."""

    step: Step
    occurred_ms: int
    duplicate: int = 0
    reorder: bool = False


@on(
    routes,
    "POST",
    "/tenants/{tenant}/parcels/{parcel}/scans",
    answers={201: ParcelView, 202: ParcelView},
    refuses=(409,),
)
async def scan_parcel(call: Call, body: ScanBody) -> Answer:
    """Make one event of the carrier happen now (201), or be recorded `delay_recorded_ms` from now (202)."""
    desk = desk_of(call)
    world, parcel, carrier = desk.parcel(call)
    known_code(desk, carrier, body.code)
    occurred_ms = world.now_ms if body.occurred_at is UNSET else millis(body.occurred_at)
    if occurred_ms > world.now_ms:
        raise ControlError(409, "Not yet", f"occurred_at lies after now, {rfc3339(world.now_ms)}")
    told = Told(Step(0, body.code, body.place, body.reason), occurred_ms, body.duplicate, body.reorder)
    if body.delay_recorded_ms:
        note = msgspec.json.encode(told).decode()
        world.later(f"{carrier.name}.{LATE}", parcel.id, after_ms=body.delay_recorded_ms, note=note)
        return json_answer(parcel_view(parcel), 202)
    return json_answer(parcel_view(recorded(world, parcel, carrier, told)), 201)


@on(
    routes,
    "DELETE",
    "/tenants/{tenant}/parcels/{parcel}/scans/{sequence}",
    answers={200: ParcelView},
    refuses=(409,),
)
async def revoke_scan(call: Call) -> Answer:
    """Withdraw a scan: the carrier says that it never was."""
    world, parcel, carrier = desk_of(call).parcel(call)
    sequence = whole_number(call.params["sequence"], "the scan's sequence")
    return json_answer(parcel_view(carrier.revoke(world, parcel, sequence)))


def recorded(world: World, parcel: Parcel, carrier: Carrier, told: Told) -> Parcel:
    """Record a scan; its webhooks are planned while it happens, so switches hold for just as long."""
    step = msgspec.structs.replace(told.step, late_ms=world.now_ms - told.occurred_ms)
    if not (told.duplicate or told.reorder):
        return carrier.scan(world, parcel, step)
    before = webhooks.switches(world, carrier.name)
    own = webhooks.switches_for(world, carrier.name, parcel.reference)
    waits_ms = 0
    if told.reorder:
        key = f"{parcel.id}/{parcel.scans + 1}"
        waits_ms = 1 + world.roll("control.reorder", key, own.reorder_within_ms)
    changed = msgspec.structs.replace(
        own, duplicate=max(own.duplicate, told.duplicate), late_ms=own.late_ms + waits_ms, only=None
    )
    webhooks.set_switches(world, carrier.name, changed)
    try:
        return carrier.scan(world, parcel, step)
    finally:
        _put_back(world, carrier.name, before, shared=own is before)


def _put_back(world: World, carrier: str, before: webhooks.Switches, *, shared: bool) -> None:
    """Set the switches as they were; of those dropped by number, as many less as the scan's own webhooks used up."""
    if before == webhooks.NEUTRAL:
        world.store.drop(webhooks.SWITCHES, carrier)
        return
    left = webhooks.switches(world, carrier).drop if shared else before.drop
    webhooks.set_switches(world, carrier, msgspec.structs.replace(before, drop=left))


def duties(carriers: Iterable[Carrier]) -> Mapping[str, Duty]:
    """Return the duties that record scans put off, one a carrier."""
    return {f"{carrier.name}.{LATE}": Duty(_late(carrier)) for carrier in carriers}


def _late(carrier: Carrier) -> Perform:
    def perform(world: World, due: Due) -> Effect | None:
        try:
            told = msgspec.json.decode(due.note, type=Told)
            recorded(world, world.parcel(due.key), carrier, told)
        except (Rejected, msgspec.DecodeError) as rejected:
            log.warning("%s: a scan of %s put off was refused: %s", world.name, due.key, rejected)
        return None

    return perform
