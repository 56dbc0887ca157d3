"""Tracking (§4.3): by id, by number, and the reconciliation feed."""

from collections.abc import Iterable
from typing import Any

import msgspec

from ..core.parcel import Parcel, Scan
from ..core.records import Kind
from ..core.world import PARCELS, World
from ..wire.call import JSON, Answer, Call
from ..wire.routes import Routes
from .conditional import matched
from .ids import CARRIER
from .labels import digest_of
from .log import Event, event_at, find_event, last_ordinal
from .pages import choice_of, page
from .payloads import feed_item, tracking_event
from .problems import Refused, invalid
from .rates import transit_days_of
from .shipments import RETURNS, SHIPMENTS, livemode_of, ordered, require_environment
from .statuses import EVENT_TYPES, TERMINAL, live_scans, standing, status_at
from .times import DAY_MS, day, http_date, rfc3339

FED_TYPES = tuple(name for name in EVENT_TYPES if name != "endpoint.ping")
SHOWN_MOST = 20_000  # rendered answers that are kept per tenant

routes = Routes()


class Shown(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A rendered answer, good as long as the parcel has `facts` facts and the same log."""

    facts: int
    etag: str
    body: bytes
    changed: str


SHOWN: Kind[Shown] = Kind(f"{CARRIER}.shown", Shown)  # core parcel id -> rendered answer
KINDS = (SHOWN,)


@routes.get("/v1/parcels/{id}/tracking", scope="tracking:read", quota=("default",))
def read_tracking(call: Call) -> Answer:
    """Where a parcel is, by its id; a return's id is as good."""
    parcel_id = call.params["id"]
    store = call.world.store
    parcel = store.get(PARCELS, parcel_id)
    record = store.get(SHIPMENTS, parcel_id) or store.get(RETURNS, parcel_id)
    if parcel is None or record is None:
        raise Refused("not-found", f"There is no parcel {parcel_id[:40]!r}.")
    require_environment(call, record.livemode)
    return _answer(call, parcel)


@routes.get("/v1/tracking/{tracking_number}", scope="tracking:read", quota=("default",))
def read_tracking_by_number(call: Call) -> Answer:
    """Where a parcel or a return is, by its number."""
    number = call.params["tracking_number"]
    parcel = call.world.by_number(CARRIER, number)
    if parcel is None:
        raise Refused("not-found", f"There is no parcel with the number {number[:40]!r}.")
    require_environment(call, livemode_of(call.world, parcel))
    return _answer(call, parcel)


@routes.get("/v1/tracking-events", scope="tracking:read", quota=("default",))
def list_tracking_events(call: Call) -> Answer:
    """Every event of every parcel and return, in the order in which they were recorded; nothing is left out."""
    world, livemode = call.world, bool(call.notes["livemode"])
    kind, after = choice_of(call, "type", FED_TYPES), call.query.get("after")
    start = 1
    if after is not None:
        if "cursor" in call.query:
            raise invalid("/after", "conflict", "is for the first page only; the cursor goes on from there")
        found = find_event(world, livemode, after)
        if found is None:
            raise invalid("/after", "pattern", f"{after[:40]!r} is no event's id")
        start = found[0] + 1

    def walk(begin: int) -> Iterable[tuple[int, Event]]:
        for ordinal in range(begin, last_ordinal(world, livemode) + 1):
            event = event_at(world, livemode, ordinal)
            if event is not None and event.type != "endpoint.ping" and kind in (None, event.type):
                yield ordinal, event

    return page(
        call,
        filters={"type": kind},
        start=start,
        walk=walk,
        shape=lambda ordinal, event: feed_item(world, livemode, ordinal, event),
    )


def _answer(call: Call, parcel: Parcel) -> Answer:
    world = call.world
    shown = world.store.get(SHOWN, parcel.id)
    if shown is None or shown.facts != len(parcel.facts):
        shown = _render(world, parcel)
    headers = {
        "Content-Type": JSON,
        "ETag": shown.etag,
        "Last-Modified": shown.changed,
        "Cache-Control": "max-age=60",
    }
    if "If-None-Match" in call.headers and matched(call, shown.etag):
        del headers["Content-Type"]
        return Answer(304, b"", headers)
    return Answer(200, shown.body, headers)


def _render(world: World, parcel: Parcel) -> Shown:
    """Render a parcel's tracking and keep it; the oldest rendering goes when there are too many."""
    reply = tracking_shape(world, parcel)
    etag = f'"{digest_of(msgspec.json.encode(reply))[:32]}"'
    changed_ms = max([fact.at_ms for fact in parcel.facts], default=0)
    shown = Shown(len(parcel.facts), etag, msgspec.json.encode({**reply, "etag": etag}), http_date(changed_ms))
    if world.store.count(SHOWN) >= SHOWN_MOST:
        for parcel_id, _ in world.store.scan(SHOWN):
            world.store.drop(SHOWN, parcel_id)
    world.store.put(SHOWN, parcel.id, shown)
    return shown


def tracking_shape(world: World, parcel: Parcel) -> dict[str, Any]:
    """Return a parcel's tracking without its etag."""
    livemode = livemode_of(world, parcel)
    events = [tracking_event(world, livemode, parcel, fact) for fact in parcel.facts]
    shown = sorted([event for event in events if event], key=lambda event: (event["occurred_at"], event["sequence"]))
    status = status_at(parcel.facts)
    return {
        "parcel_id": parcel.return_of or parcel.id,
        "tracking_number": parcel.number,
        "status": status,
        "status_since": rfc3339(_since_ms(parcel, status)),
        "estimated_delivery": _estimate(world, parcel, status),
        "delivered_to": _delivered_to(world, parcel, status),
        "events": shown,
        "livemode": livemode,
    }


def _since_ms(parcel: Parcel, status: str) -> int:
    """Return when the present status began: the occurrence of the first scan in the unbroken run of it."""
    if status in ("announced", "cancelled"):
        return max(fact.at_ms for fact in parcel.facts if not isinstance(fact, Scan))
    current = standing(parcel.facts)
    assert current is not None
    since_ms = current.occurred_ms
    for scan in reversed(live_scans(parcel.facts)):
        if (scan.occurred_ms, scan.sequence) <= (current.occurred_ms, current.sequence):
            if scan.code != status:
                break
            since_ms = scan.occurred_ms
    return since_ms


def _estimate(world: World, parcel: Parcel, status: str) -> dict[str, str] | None:
    """Return when delivery is to be expected: from the first scan on, by the service's days; none once it ended."""
    shipment = world.store.get(SHIPMENTS, parcel.id)
    if shipment is None or status in TERMINAL or status == "returning":
        return None
    scans = live_scans(parcel.facts)
    begun_ms = scans[0].occurred_ms if scans else shipment.created_ms + DAY_MS
    least, most = transit_days_of(ordered(shipment))
    return {
        "from": day(begun_ms + least * DAY_MS).isoformat(),
        "to": day(begun_ms + most * DAY_MS).isoformat(),
    }


def _delivered_to(world: World, parcel: Parcel, status: str) -> str | None:
    """Return who took the parcel: a point's customer, or the recipient by name."""
    shipment = world.store.get(SHIPMENTS, parcel.id)
    current = standing(parcel.facts)
    if status != "delivered" or shipment is None or current is None:
        return None
    return "collected" if current.reason == "collected" else ordered(shipment).recipient.name
