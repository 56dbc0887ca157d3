"""Tracking of consignments: the business service, as its clients read it.

Wire contract: `postal_api_swiss` §9.1. The official schema was not found; the parts that no client reads are ours.
That a scan was withdrawn is told as §9.2 has it: a poller could not know it otherwise.
"""

from typing import Any

from ...core.parcel import Parcel, Scan
from ...wire.call import Answer, Call
from .access import TRACKING_SCOPES
from .answers import Operations, json, schema_faults
from .consignment import CONSIGNMENTS
from .event_words import accepted, status_title, title
from .fields import Faults, Unreadable, document
from .names import CARRIER
from .read_back import instruction
from .statuses import business, live_scans, number_of
from .swiss_time import moment

BASE = "/logistics/mailpiece/tracking/business/v1"
IDS_MOST = 100
CANCELLED = "CAN"

routes = Operations()


def _parcel(call: Call, key: str) -> Parcel | None:
    return call.world.by_number(CARRIER, key.replace(".", "").replace(" ", "").upper())


def _unknown(key: str) -> Answer:
    return json({"status": 404, "code": "MAILPIECE_NOT_FOUND", "message": f"There is no consignment {key[:60]}."}, 404)


@routes.get(f"{BASE}/mailpieces/{{key}}/detail", scopes=TRACKING_SCOPES)
def read_detail(call: Call) -> Answer:
    """Tell how a consignment stands."""
    parcel = _parcel(call, call.params["key"])
    return _unknown(call.params["key"]) if parcel is None else json(_detail(call, parcel))


@routes.get(f"{BASE}/mailpieces/{{key}}/events", scopes=TRACKING_SCOPES)
def read_events(call: Call) -> Answer:
    """Tell a consignment's events, oldest first; one that was withdrawn has a sub-event that says so."""
    parcel = _parcel(call, call.params["key"])
    if parcel is None:
        return _unknown(call.params["key"])
    language = accepted(call.headers.get("Accept-Language", ""))
    live = {scan.sequence for scan in live_scans(parcel)}
    scans = sorted((fact for fact in parcel.facts if isinstance(fact, Scan)), key=_place)
    return json({"identCode": parcel.number, "events": [_event(one, language, one.sequence in live) for one in scans]})


@routes.post(f"{BASE}/mailpieces", scopes=TRACKING_SCOPES)
def read_many(call: Call) -> Answer:
    """Tell how several consignments stand."""
    try:
        ids = _ids(document(call.body).get("ids"))
    except Unreadable as unreadable:
        return schema_faults(unreadable.faults)
    found = [(key, _parcel(call, key)) for key in ids]
    return json(
        {
            "mailpieces": [{"id": key, **_detail(call, parcel)} for key, parcel in found if parcel is not None],
            "notFound": [key for key, parcel in found if parcel is None],
        }
    )


def _ids(found: Any) -> list[str]:
    ids = [found] if isinstance(found, str) else found
    if isinstance(ids, list) and 0 < len(ids) <= IDS_MOST and all(isinstance(one, str) for one in ids):
        return list(dict.fromkeys(one[:60] for one in ids))
    faults = Faults()
    faults.add("ids", f"must be one id or a list of 1 to {IDS_MOST}", found)
    raise Unreadable(faults)


def _detail(call: Call, parcel: Parcel) -> dict[str, Any]:
    language = accepted(call.headers.get("Accept-Language", ""))
    scans, made = live_scans(parcel), call.world.store.get(CONSIGNMENTS, parcel.id)
    last = scans[-1] if scans else None
    return {
        "identCode": parcel.number,
        "status": {
            "status": business(parcel.status),
            "title": status_title(parcel.status, language),
            "subtitle": "" if last is None else f"{title(number_of(last.code), language)}, {last.place}",
        },
        "product": [] if made is None else list(made.shipment.item.attributes.przl),
        "recipientZip": "" if made is None else made.shipment.item.recipient.zip,
        **({} if made is None else instruction(call.world, made)),
    }


def _place(scan: Scan) -> tuple[int, int]:
    return scan.occurred_ms, scan.sequence


def _event(scan: Scan, language: str, live: bool) -> dict[str, Any]:
    """Return an event; the sub-event that revokes one is the public vocabulary's (§9.2)."""
    return {
        "code": scan.code,
        **({} if live else {"subEventId": CANCELLED}),
        "title": title(number_of(scan.code), language),
        "subtitle": scan.reason,
        "timestamp": moment(scan.occurred_ms),
        "location": scan.place,
    }
