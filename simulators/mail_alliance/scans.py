"""Scans: recording one carrier event, withdrawing one, cancelling, and the duties that do so when they fall due."""

import msgspec

from ..core.errors import Reason, Rejected
from ..core.parcel import Parcel, Scan, Step, decide_cancel, decide_revoke
from ..core.records import Due
from ..core.world import Effect, World
from . import homecoming
from .journeys import place_of
from .log import Event, append
from .shipments import RETURNS, SHIPMENTS, Return, livemode_of, ordered
from .statuses import SCANNED, TERMINAL, WORDS, live_scans, standing, status_of
from .times import rfc3339

TWICE = "TWICE"  # contract Part 8: a recipient of this name gets every scan sent twice, in test


def record(world: World, parcel: Parcel, step: Step) -> Parcel:
    """Make one carrier event happen now, as if it had occurred `step.late_ms` ago, and tell it.

    Raises:
        Rejected: UNKNOWN_CODE; CANCELLED; FINAL when the parcel had ended before the event occurred. Nothing changes.
    """
    returning = world.store.get(RETURNS, parcel.id)
    scan = _decided(world, parcel, step, of_return=returning is not None)
    previous = status_of(parcel)
    first = all(one.code != scan.code for one in live_scans(parcel.facts))
    parcel = world.happen(parcel, scan)
    current = standing(parcel.facts) is scan
    about = _follow_return(world, returning, scan) if returning else _follow_parcel(world, parcel, scan)
    kind = _event_type(scan.code, of_return=returning is not None)
    event = Event(
        kind,
        world.now_ms,
        parcel.id,
        scan.sequence,
        status_of(parcel),
        previous,
        current,
        first,
        about.id if about else "",
    )
    append(world, livemode_of(world, parcel), event, reference=parcel.reference, times=_times(world, parcel))
    if current and returning is None:
        _aftermath(world, parcel, scan)
    return parcel


def revoke(world: World, parcel: Parcel, sequence: int) -> Parcel:
    """Withdraw a scan and tell it.

    Raises:
        Rejected: UNKNOWN_SCAN.
    """
    fact = decide_revoke(parcel, sequence=sequence, at_ms=world.now_ms)
    code = next(one.code for one in parcel.facts if isinstance(one, Scan) and one.sequence == sequence)
    previous = status_of(parcel)
    parcel = world.happen(parcel, fact)
    homecoming.withdrawn(world, parcel, code)
    event = Event("tracking.revoked", world.now_ms, parcel.id, fact.sequence, status_of(parcel), previous)
    returning = world.store.get(RETURNS, parcel.id)
    if returning is not None:
        event = msgspec.structs.replace(event, subject=returning.id)
    append(world, livemode_of(world, parcel), event, reference=parcel.reference, times=_times(world, parcel))
    return parcel


def cancel(world: World, parcel: Parcel) -> Parcel:
    """Call a parcel off and tell it.

    Raises:
        Rejected: CANCELLED already, or MOVED since the carrier has it.
    """
    fact = decide_cancel(parcel, at_ms=world.now_ms)
    parcel = world.happen(parcel, fact)
    homecoming.never_delivered(world, parcel)
    event = Event("parcel.cancelled", world.now_ms, parcel.id, 1, "cancelled", "announced")
    append(world, livemode_of(world, parcel), event, reference=parcel.reference)
    return parcel


def step_due(world: World, due: Due) -> Effect | None:
    """Duty: take the next step of a journey; a step that the parcel's state no longer allows is left out."""
    taken = world.take_step(due)
    if taken is not None:
        parcel, step = taken
        try:
            record(world, parcel, step)
        except Rejected as rejected:
            if rejected.reason not in (Reason.FINAL, Reason.CANCELLED):
                raise
    return None


def close_due(world: World, due: Due) -> Effect | None:
    """Duty: close a return that was received a while ago."""
    found = world.store.get(RETURNS, due.key)
    if found is not None and found.status == "received":
        world.store.put(RETURNS, found.id, msgspec.structs.replace(found, status="closed"))
    return None


def _decided(world: World, parcel: Parcel, step: Step, *, of_return: bool) -> Scan:
    if step.code not in SCANNED:
        raise Rejected(Reason.UNKNOWN_CODE, found=step.code, allowed=list(SCANNED))
    if parcel.cancelled:
        raise Rejected(Reason.CANCELLED, parcel=parcel.id)
    sequence, occurred_ms = parcel.scans + 1, world.now_ms - step.late_ms
    before = standing(parcel.facts, until=(occurred_ms, sequence))
    if before is not None and before.code in TERMINAL:
        ended = rfc3339(before.occurred_ms)
        raise Rejected(Reason.FINAL, parcel=parcel.id, status=before.code, ended=ended, occurred=rfc3339(occurred_ms))
    # On a return the addressee is the shop, so hand-over there is `returned` (statuses §3a).
    code = "returned" if of_return and step.code == "delivered" else step.code
    word, place = WORDS[code], place_of(world, parcel, step.place)
    return Scan(world.now_ms, sequence, occurred_ms, word.canonical, code, word.text, place, step.reason)


def _event_type(code: str, *, of_return: bool) -> str:
    if of_return and code not in ("returned", "lost"):
        return "return.in_transit"
    return WORDS[code].event


def _follow_return(world: World, returning: Return, scan: Scan) -> Return:
    return homecoming.moved(world, returning, scan.code)


def _follow_parcel(world: World, parcel: Parcel, scan: Scan) -> Return | None:
    """Return the carrier's return that a scan of a parcel belongs to, if it is one of the way back."""
    if scan.code not in ("returning", "returned"):
        return None
    return homecoming.moved(world, homecoming.carried_back(world, parcel, scan.reason), scan.code)


def _aftermath(world: World, parcel: Parcel, scan: Scan) -> None:
    if scan.code == "delivered":
        homecoming.after_delivery(world, parcel)
        if scan.reason == homecoming.PARTLY_REFUSED:
            homecoming.part_left_behind(world, parcel)
    elif scan.code in ("lost", "returned"):
        homecoming.never_delivered(world, parcel)


def _times(world: World, parcel: Parcel) -> int:
    shipment = world.store.get(SHIPMENTS, parcel.id)
    if shipment is None or shipment.livemode:
        return 1
    return 2 if b"TWICE" in shipment.order and ordered(shipment).recipient.name == TWICE else 1
