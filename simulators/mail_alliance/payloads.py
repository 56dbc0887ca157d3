"""What an event says: the tracking event of §4.3 and the webhook payload of Part 6, from facts that never change."""

import re
from typing import Any

from ..core.parcel import Cancelled, Fact, Parcel, Revoked, Scan
from ..core.world import World
from .log import Event, event_id, scan_event_id
from .shipments import RETURNS, SHIPMENTS, Return, ordered, references_of
from .statuses import WORDS, status_at
from .times import rfc3339

PLACE = re.compile(r"([A-Z]{2})-(\S+) (.+)")  # how journeys write a place: "DE-97070 Würzburg"


def tracking_event(world: World, livemode: bool, parcel: Parcel, fact: Fact) -> dict[str, Any] | None:
    """Return the shape of §4.3 for a fact that the wire shows, None for any other fact."""
    match fact:
        case Scan():
            return {
                "id": scan_event_id(world, livemode, parcel, fact.sequence),
                "sequence": fact.sequence,
                "status": fact.code,
                "code": fact.code,
                "description": fact.text,
                "occurred_at": rfc3339(fact.occurred_ms),
                "recorded_at": rfc3339(fact.at_ms),
                "location": location(fact.place),
                "reason": fact.reason or None,
                "revokes": None,
            }
        case Revoked():
            facts = parcel.facts[: parcel.facts.index(fact) + 1]
            withdrawn = scan_event_id(world, livemode, parcel, fact.revokes)
            return _bare(world, livemode, parcel, fact.sequence, fact.at_ms, status_at(facts), "revoked", withdrawn)
        case Cancelled():
            return _bare(world, livemode, parcel, 1, fact.at_ms, "cancelled", "cancelled", None)
        case _:
            return None


def _bare(
    world: World, livemode: bool, parcel: Parcel, sequence: int, at_ms: int, status: str, code: str, revokes: str | None
) -> dict[str, Any]:
    text = "An earlier event was withdrawn." if revokes else WORDS[status].text
    return {
        "id": scan_event_id(world, livemode, parcel, sequence),
        "sequence": sequence,
        "status": status,
        "code": code,
        "description": text,
        "occurred_at": rfc3339(at_ms),
        "recorded_at": rfc3339(at_ms),
        "location": None,
        "reason": None,
        "revokes": revokes,
    }


def location(place: str) -> dict[str, str | None] | None:
    """Return a place as the wire shows it; a text in no known form is taken for a town."""
    if not place:
        return None
    found = PLACE.fullmatch(place)
    if found is None:
        return {"city": place, "postal_code": None, "country": None}
    return {"city": found[3], "postal_code": found[2], "country": found[1]}


def fact_of(parcel: Parcel, sequence: int) -> Fact | None:
    """Return the fact with this sequence: a scan, a withdrawal, or the cancellation, which is number 1."""
    for fact in parcel.facts:
        if isinstance(fact, (Scan, Revoked)) and fact.sequence == sequence:
            return fact
        if isinstance(fact, Cancelled) and sequence == 1:
            return fact
    return None


def payload(world: World, livemode: bool, ordinal: int, event: Event) -> dict[str, Any]:
    """Return the webhook payload of an event."""
    data = _data(world, livemode, ordinal, event)
    timestamp = data.get("occurred_at") or rfc3339(event.at_ms)
    return {"type": event.type, "timestamp": timestamp, "data": {**data, "livemode": livemode}}


def feed_item(world: World, livemode: bool, ordinal: int, event: Event) -> dict[str, Any]:
    """Return an event as the reconciliation feed lists it: the tracking event's members, its type and its data.

    `parcel_id` and `tracking_number` are those under which the scan can be read: on a return with a number of its
    own, the return's; `data` names the original, as the webhook does.
    """
    data = _data(world, livemode, ordinal, event)
    parcel = world.parcel(event.parcel)
    scanned = data.get("event") or {"status": event.status or None, "reason": data.get("reason"), "revokes": None}
    item = {**scanned, "id": event_id(world, livemode, ordinal), "type": event.type, "livemode": livemode}
    item |= {"parcel_id": parcel.id, "tracking_number": parcel.number, "references": data["references"]}
    item |= {"sequence": event.sequence, "occurred_at": data["occurred_at"]}
    return {**item, "recorded_at": rfc3339(event.at_ms), "data": {**data, "livemode": livemode}}


def _data(world: World, livemode: bool, ordinal: int, event: Event) -> dict[str, Any]:
    if event.type == "endpoint.ping":
        return {"endpoint_id": event.subject, "message": "This endpoint is reachable."}
    parcel = world.parcel(event.parcel)
    found = world.store.get(RETURNS, event.subject) if event.subject else None
    about = parcel if found is None else world.parcel(found.parcel)
    fact = fact_of(parcel, event.sequence) if event.sequence else None
    scanned = None if fact is None else tracking_event(world, livemode, parcel, fact)
    data: dict[str, Any] = {
        "parcel_id": about.id,
        "tracking_number": about.number,
        "references": _references(world, about),
        "sequence": event.sequence,
        "occurred_at": rfc3339(event.at_ms) if scanned is None else scanned["occurred_at"],
    }
    if scanned is not None:
        data |= {"event": scanned, "status": event.status, "previous_status": event.previous}
        data |= {"is_current": event.current, "first_in_status": event.first}
    match event.type:
        case "parcel.created":
            shipment = world.store.get(SHIPMENTS, about.id)
            data |= {"service": None if shipment is None else ordered(shipment).service, "status": "announced"}
        case "tracking.revoked" if isinstance(fact, Revoked):
            data |= {"revoked_event_id": scan_event_id(world, livemode, parcel, fact.revokes)}
    return data if found is None else data | _return_data(found, event)


def _return_data(found: Return, event: Event) -> dict[str, Any]:
    return {
        "return_id": found.id,
        "return_tracking_number": found.number,
        "reason": found.reason,
        "reason_text": found.reason_text or None,
        "returned_at": rfc3339(event.at_ms) if event.type == "return.received" else None,
        "origin": found.origin,
        "items": [{"sku": sku, "quantity": quantity} for sku, quantity in found.items],
    }


def _references(world: World, parcel: Parcel) -> dict[str, str]:
    shipment = world.store.get(SHIPMENTS, parcel.id)
    return {} if shipment is None else references_of(shipment)
