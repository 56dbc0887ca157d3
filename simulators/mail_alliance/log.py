"""The event log: everything that happened in an environment, in the order in which it was recorded.

It is what webhooks tell, what the reconciliation feed reads, and what a replay sends again. An entry keeps only what
cannot be read from the parcel's facts; what it said once it says the same for ever.
"""

import msgspec

from ..core.parcel import Parcel
from ..core.records import Kind
from ..core.world import World
from .ids import CARRIER, environment, numbered, ordinal_of
from .subscribers import event_key, tell


class Event(msgspec.Struct, frozen=True, gc=False, array_like=True, omit_defaults=True):
    """One event. `parcel` is a core parcel's id, `sequence` its event's number (0: no scan belongs to it).

    `status` and `previous` are the wire's words right after and before; `current` says that the scan makes the
    status, `first` that the parcel has this status for the first time. `reference` is the shop's own number.
    """

    type: str
    at_ms: int
    parcel: str = ""
    sequence: int = 0
    status: str = ""
    previous: str = ""
    current: bool = True
    first: bool = True
    subject: str = ""  # the return or the endpoint that it is about


EVENTS: Kind[Event] = Kind(f"{CARRIER}.events", Event)  # "<env>/<ordinal>" -> event
TRACKS: Kind[tuple[int, ...]] = Kind(f"{CARRIER}.tracks", tuple[int, ...])  # core parcel id -> ordinals of its scans
KINDS = (EVENTS, TRACKS)


def append(
    world: World, livemode: bool, event: Event, *, reference: str = "", times: int = 1, told: bool = True
) -> int:
    """Write an event down, plan its webhooks (unless `told` is false) and return its ordinal.

    An event with a sequence is the next scan of its parcel, whose sequences have no gap.
    """
    ordinal = world.count(f"{CARRIER}.events.{environment(livemode)}")
    world.store.put(EVENTS, event_key(livemode, ordinal), event)
    if event.sequence:
        track = world.store.get(TRACKS, event.parcel) or ()
        if len(track) < event.sequence:
            world.store.put(TRACKS, event.parcel, (*track, ordinal))
    if times:
        tell(world, livemode, ordinal, event.type, reference=reference, times=times)
    return ordinal


def last_ordinal(world: World, livemode: bool) -> int:
    return world.store.header.counters.get(f"{CARRIER}.events.{environment(livemode)}", 0)


def event_at(world: World, livemode: bool, ordinal: int) -> Event | None:
    return world.store.get(EVENTS, event_key(livemode, ordinal))


def event_id(world: World, livemode: bool, ordinal: int) -> str:
    return numbered(world, "evt", livemode, ordinal)


def find_event(world: World, livemode: bool, text: str) -> tuple[int, Event] | None:
    """Return the ordinal and the event of an id, or None when it is none of this tenant and environment."""
    ordinal = ordinal_of(world, "evt", livemode, text)
    event = None if ordinal is None else event_at(world, livemode, ordinal)
    return None if ordinal is None or event is None else (ordinal, event)


def scan_event_id(world: World, livemode: bool, parcel: Parcel, sequence: int) -> str:
    """Return the id of the event by which a parcel's scan was told."""
    track = world.store.get(TRACKS, parcel.id) or ()
    return event_id(world, livemode, track[sequence - 1])
